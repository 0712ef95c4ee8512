"""What a farm does with files and rows, without Ray."""
import os

import pytest

import farm
from farm_table import Row
from farm_worker import files_below, new_clips, pack, unpack


def write(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_hard_links_travel_once_and_arrive_as_links(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    write(a, x="one", y__z="two")
    os.link(a / "x", a / "link")
    sent, known = {}, {}
    first = pack([a / "x"], a, sent)
    second = pack(files_below(a), a, sent)
    assert list(first["contents"].values()) == [b"one"] and list(second["contents"].values()) == [b"two"]
    for parcel in (first, second):
        unpack(parcel, b, known)
    assert {path.relative_to(b).as_posix(): path.read_text() for path in files_below(b)} == {
        "x": "one", "link": "one", "y/z": "two"}
    assert (b / "x").samefile(b / "link")
    (a / "x").unlink()
    (a / "x").write_text("new")
    unpack(pack(files_below(a), a, sent), b, known)
    assert ((b / "x").read_text(), (b / "link").read_text()) == ("new", "one")


def test_what_is_there_already_keeps_its_time(tmp_path):
    write(tmp_path, a__x="one", b__x="one")
    os.utime(tmp_path / "b" / "x", (1, 1))
    unpack(pack([tmp_path / "a" / "x"], tmp_path / "a", {}), tmp_path / "b", {})
    assert (tmp_path / "b" / "x").stat().st_mtime == 1


def test_only_finished_clips_are_sent_before_the_end(tmp_path):
    write(tmp_path, **{"w__world.json": "", "w__clips__left.1__clip.json": "", "w__clips__left.1__a.png": "",
                       "w__clips__.up.2.77.part__clip.json": "", "w__.w.lock": "", "cloud.ply": ""})
    (tmp_path / "w" / "out").symlink_to("/etc/passwd")
    files, = new_clips(tmp_path, {})
    names = {file.relative_to(tmp_path).as_posix() for file in files}
    assert names == {"w/world.json", "w/clips/left.1/clip.json", "w/clips/left.1/a.png"}
    assert list(new_clips(tmp_path, {"w/clips/left.1/clip.json": "sent"})) == []
    assert {file.name for file in files_below(tmp_path)} == {"world.json", "clip.json", "a.png", "cloud.ply"}


@pytest.mark.parametrize("name", ["../up", "/etc/up", "a/../../up"])
def test_a_result_cannot_lead_out_of_its_folder(tmp_path, name):
    with pytest.raises(ValueError, match="The result"):
        farm.store({"names": {name: "1"}, "contents": {"1": b""}}, tmp_path / "row", {})


def test_a_worker_takes_the_row_whose_models_it_has():
    rows = [Row(name, {"1": {"class_type": "Load", "inputs": {"model": f"{name[0]}.safetensors"}}}, ())
            for name in ("a1", "a2", "b1", "b2")]
    loaded, order = rows[2].models, []
    while rows:
        row = farm.take(rows, loaded)
        loaded = row.models
        order.append(row.name)
    assert order == ["b1", "b2", "a1", "a2"]


def test_rows_are_kept_and_what_is_made_of_something_else_is_not_overwritten(tmp_path):
    inputs, results, row = tmp_path / "in", tmp_path / "out", Row("a", {"1": {"inputs": {"seed": 1}}}, ("x",))
    write(inputs, x="one")
    assert not farm.is_made(results, row, inputs)
    farm.note_row(results, row, inputs)
    write(results, unfinished__a__clip="")
    farm.note_row(results, row, inputs)
    assert (results / "unfinished" / "a" / "clip").exists()
    (results / "rows" / "a").mkdir(parents=True)
    assert farm.is_made(results, row, inputs)
    other = Row("a", {"1": {"inputs": {"seed": 2}}}, ("x",))
    with pytest.raises(ValueError, match="choose another --output"):
        farm.is_made(results, other, inputs)
    farm.note_row(results, other, inputs)
    assert not (results / "unfinished" / "a").exists()
