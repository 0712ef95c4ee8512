"""Build World in a real ComfyUI: an unbroken run, a damaged file, and runs that are killed."""
import os
import random
import re
import shutil
import signal
import threading
from collections import Counter

import aiohttp
import pytest
from PIL import Image

import comfy_client
import environment
import world_graph
from comfy_server import Server

KILLS = 2


@pytest.fixture(scope="module")
def unbroken(comfy_server):
    run = comfy_client.run_graph(comfy_server.url, world_graph.graph())
    assert run.error is None, run.error["exception_message"]
    return run


def executed(run):
    return [event["data"]["node"] for event in run.events if event["type"] == "executing"
            and event["data"].get("node")]


def test_every_step_of_every_clip_is_a_node_that_runs(comfy_server, unbroken):
    steps = [key for key in executed(unbroken) if key.startswith("300.")]
    assert len(steps) == len(set(steps)) > 3 * 10
    report = world_graph.report_of(unbroken).splitlines()
    assert [line.split(":")[0] for line in report] == ["left", "up", "onward"]
    assert all(line.endswith(", made") for line in report) and len({line.split()[2] for line in report}) == 3
    assert len(unbroken.outputs["302"]["images"]) == 3 * 5


def test_the_node_tells_clip_stage_and_time_left(unbroken):
    said = [event["data"] for event in unbroken.events if event["type"] == "progress_text"]
    assert {text["node"] for text in said} == {"300"}
    texts = [text["text"] for text in said]
    assert texts[0] == "clip 1 of 3, left: rendering" and texts[-1] == "all clips are ready"
    stages = {re.sub(r" \d.*|, about.*", "", text.split(": ")[1]) for text in texts[:-1]}
    assert stages == {"rendering", "encoding the render", "retrieving references", "encoding references",
                      "preparing", "sampling", "decoding", "updating the point cloud", "saving"}
    assert not any(text.endswith("left") for text in texts[:texts.index("clip 1 of 3, left: sampling")])
    second = [text for text in texts if text.startswith("clip 2 of 3, up: sampling 1/2")]
    assert len(second) == 1 and re.fullmatch(r".*, about \d+ (s|min) left", second[0])


def test_the_node_shows_the_work_of_its_clips_and_plays_each_that_is_done(comfy_server, unbroken):
    shown = [event["data"] for event in unbroken.events if event["type"] == "preview"]
    assert {preview["display_node_id"] for preview in shown} == {"300"}
    stage, pictures = "", Counter()
    for event in unbroken.events:
        if event["type"] == "progress_text":
            stage = event["data"]["text"]
        elif event["type"] == "preview":
            pictures[re.sub(r" \d+/.*|, about.*", "", stage)] += 1
    assert {f"clip 3 of 3, onward: {name}" for name in ("rendering", "sampling", "decoding",
                                                        "updating the point cloud")} <= pictures.keys()
    assert pictures["clip 3 of 3, onward: sampling"] == 2  # steps
    done = [event["data"] for event in unbroken.events if event["type"] == "executed"
            and "animated" in (event["data"]["output"] or {})]
    assert [clip["display_node"] for clip in done] == ["300"] * 3
    for clip in done:
        file, = clip["output"]["images"]
        picture = Image.open(comfy_server.base / "temp" / file["subfolder"] / file["filename"])
        assert (file["type"], picture.n_frames, picture.size) == ("temp", 5, (128, 64))


def test_the_folder_holds_every_clip(comfy_server, unbroken):
    files = world_graph.checksums(comfy_server)
    folders = {file.split("/")[1].split(".")[0] for file in files if file.startswith("clips/")}
    assert folders == {"left", "up", "onward"}
    # world.json; key frames and others; pictures of the banks; changes of the cloud
    assert len(files) == 1 + 3 * (5 + 4) + (5 + 9 + 13) + (0 + 1 + 2)


def test_a_damaged_file_is_named_and_only_its_clip_is_made_again(comfy_server, unbroken):
    before = world_graph.checksums(comfy_server)
    name = next(file for file in before if file.startswith("clips/up.") and file.endswith("camera.json"))
    path = comfy_server.base / "output" / world_graph.WORLD / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    run = comfy_client.run_graph(comfy_server.url, world_graph.graph())
    assert run.error is None, run.error["exception_message"]
    left, up, onward = world_graph.report_of(run).splitlines()
    assert left.endswith(", kept") and onward.endswith(", kept")
    assert up.endswith(f"made; anew, since {name} is damaged")
    assert world_graph.checksums(comfy_server) == before


def test_a_damaged_world_json_is_reported_and_made_anew(comfy_server, unbroken):
    before = world_graph.checksums(comfy_server)
    (comfy_server.base / "output" / world_graph.WORLD / "world.json").write_bytes(b"")
    run = comfy_client.run_graph(comfy_server.url, world_graph.graph())
    assert run.error is None, run.error["exception_message"]
    remark, *clips = world_graph.report_of(run).splitlines()
    assert remark.startswith("world.json of motorcycle was missing or damaged; it now lists the 3 clips")
    assert len(clips) == 3 and all(line.endswith(", kept") for line in clips)
    assert world_graph.checksums(comfy_server) == before


def test_killed_runs_go_on_and_give_the_same_bytes(comfy_server, unbroken, prepared, tmp_path):
    wanted = world_graph.checksums(comfy_server)
    shutil.copytree(prepared, tmp_path, symlinks=True, dirs_exist_ok=True)
    chance, kept, steps = random.Random(4), [], len(executed(unbroken)) - 15
    for _ in range(KILLS):
        with Server(environment.comfyui_path(), tmp_path) as server:
            with pytest.raises((ConnectionError, aiohttp.ClientError)):
                comfy_client.run_graph(server.url, world_graph.graph(), killer(server, chance, steps))
            kept.append(finished_clips(server))
            steps -= 12 * (kept[-1] - (kept[-2] if len(kept) > 1 else 0))
    with Server(environment.comfyui_path(), tmp_path) as server:
        run = comfy_client.run_graph(server.url, world_graph.graph())
        assert run.error is None, run.error["exception_message"]
        assert world_graph.report_of(run).count("kept") == kept[-1]
        assert world_graph.checksums(server) == wanted
    print(f"finished clips after each kill: {kept}")
    assert kept == sorted(kept) and kept[-1] < 3


def killer(server, chance, steps):
    """Kills the server a random moment after a random one of the next steps began."""
    at, delay = chance.randrange(10, max(11, steps)), chance.uniform(0, 0.1)
    begun = []

    def on_event(event):
        if event["type"] == "executing":
            begun.append(event)
            if len(begun) == at:
                threading.Timer(delay, os.kill, (server.process.pid, signal.SIGKILL)).start()

    return on_event


def finished_clips(server):
    return sum(1 for _ in (server.base / "output" / world_graph.WORLD / "clips").glob("[!.]*/clip.json"))
