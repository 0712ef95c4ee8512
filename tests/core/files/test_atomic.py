"""Files appear complete or not at all, and never in place of others."""
import os
import signal
import subprocess
import sys
import time

import pytest

from worldstereo.core.files.atomic import new_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def write(path, data):
    with new_path(path) as temporary:
        temporary.write_bytes(data)


def test_nothing_is_overwritten(tmp_path):
    write(tmp_path / "a", b"old")
    with pytest.raises(ValueError, match="a exists already and is not overwritten"):
        write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old" and names(tmp_path) == ["a"]


@pytest.mark.parametrize("make", [lambda path: path.write_bytes(b"new"), lambda path: path.mkdir()])
def test_a_name_taken_meanwhile_is_not_taken_over(tmp_path, make):
    with pytest.raises(ValueError, match="a exists already"):
        with new_path(tmp_path / "a") as temporary:
            make(temporary)
            (tmp_path / "a").write_bytes(b"of another program")
    assert (tmp_path / "a").read_bytes() == b"of another program" and names(tmp_path) == ["a"]


def test_file_systems_without_links_get_the_file_too(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", no_links)
    write(tmp_path / "a", b"data")
    assert (tmp_path / "a").read_bytes() == b"data" and names(tmp_path) == ["a"]


def test_nothing_half_is_left_when_writing_fails(tmp_path):
    with pytest.raises(ValueError, match="a cannot be written .no space."):
        with new_path(tmp_path / "a") as temporary:
            temporary.mkdir()
            (temporary / "first").write_bytes(b"half")
            raise OSError("no space")
    assert names(tmp_path) == []


KILLED = """
import pathlib, sys, time
sys.path.insert(0, sys.argv[1])
from worldstereo.core.files.atomic import new_path
with new_path(pathlib.Path(sys.argv[2])) as temporary:
    temporary.write_bytes(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
def test_a_killed_run_leaves_no_file_of_that_name_and_its_rest_is_cleared_away(root, tmp_path):
    command = [sys.executable, "-c", KILLED, str(root / "scripts"), str(tmp_path / "a")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    (rest,) = tmp_path.iterdir()
    assert rest.name.startswith(".a.")
    write(tmp_path / "b", b"")
    assert rest.exists()  # it could be that of a run at work
    os.utime(rest, (time.time() - 4000,) * 2)
    write(tmp_path / "c", b"")
    assert names(tmp_path) == ["b", "c"]
