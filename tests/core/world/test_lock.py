"""Two writers of one world: one at a time, and what is there afterwards is what one alone would have left."""
import os
import threading

import pytest

from world_clips import clip_after, files_of, finished_clip, written
from worldstereo.core.world import clip_checksums, clip_folder, world_folder
from worldstereo.core.world.lock import lock_world


def clips():
    first = finished_clip()
    second = clip_after(first)
    return first, second, clip_after(second, "up", 2)


def forked(job) -> int:
    """Runs the job in a child process; its number."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        job()
        code = 0
    finally:
        os._exit(code)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which Windows does not have")
def test_two_that_write_one_world_leave_what_one_leaves(tmp_path):
    made = clips()
    written(tmp_path / "alone", *made)
    for number in range(10):
        world = tmp_path / f"world{number}"
        children = [forked(lambda: written(world, *made)) for _ in range(2)]
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
        assert files_of(world) == files_of(tmp_path / "alone")
        for folder in world_folder.finished_clips(world):
            clip_folder.read_clip(folder)


def test_one_waits_for_the_other_and_can_be_cancelled(tmp_path):
    world, waited = tmp_path / "world", []
    folder = clip_folder.clip_folder(world, "left", "0")

    def cancel():
        waited.append(1)
        raise InterruptedError("cancelled")

    with lock_world(world), pytest.raises(InterruptedError):
        world_folder.write_clip(folder, finished_clip(), cancel)
    assert waited == [1] and not world.exists()

    inside, leave = threading.Event(), threading.Event()

    def hold():
        with lock_world(world):
            inside.set()
            leave.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(60)
    world_folder.write_clip(folder, finished_clip(), leave.set)
    holder.join()
    assert leave.is_set() and clip_checksums.fault_of(folder) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which Windows does not have")
def test_the_folder_that_a_living_writer_fills_is_left_alone(tmp_path, monkeypatch):
    """The other one begins while the first is in the middle of its clip."""
    world, clip = tmp_path / "world", finished_clip()
    folder, children, write_bank = clip_folder.clip_folder(world, "left", "0"), [], clip_folder.write_bank

    def slowly(*arguments):
        monkeypatch.undo()
        children.append(forked(lambda: world_folder.write_clip(folder, clip, lambda: os._exit(7))))
        assert os.waitpid(children[0], 0)[1] >> 8 == 7  # it waits
        return write_bank(*arguments)

    monkeypatch.setattr(clip_folder, "write_bank", slowly)
    world_folder.write_clip(folder, clip)
    assert children and clip_checksums.fault_of(folder) is None


def test_a_disk_without_locks_is_told_and_living_folders_are_left(tmp_path, monkeypatch, caplog):
    def impossible(*_, **__):
        raise NotImplementedError("no flock")

    monkeypatch.setattr("filelock.FileLock.acquire", impossible)
    folder = clip_folder.clip_folder(tmp_path, "left", "0")
    living, dead = (folder.with_name(f".{folder.name}.{pid}.part") for pid in (1, 2))
    living.mkdir(parents=True), dead.mkdir()
    os.utime(dead, (0, 0))
    world_folder.write_clip(folder, finished_clip())
    assert clip_checksums.fault_of(folder) is None
    assert "cannot be locked on this disk (no flock)" in caplog.text
    assert living.exists() and not dead.exists()
