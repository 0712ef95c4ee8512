"""A farm with real workers: one is killed in the middle, another one is stopped by Ctrl-C."""
import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image

import comfy_client
import environment
import farm_worker
import world_graph
from worldstereo.core.world.clip_checksums import sha256_of_json

pytest.importorskip("ray")
pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals here")]
ROWS, WAIT = ("a", "b"), 300  # seconds


@pytest.fixture
def farm(prepared, tmp_path, root):
    """start(workers) runs the command for two worlds. At the end nothing of it runs."""
    graph = world_graph.graph(frames=3)
    graph["300"]["_meta"] = {"title": "Build World"}
    (tmp_path / "world.json").write_text(json.dumps(graph))
    (tmp_path / "rows.json").write_text(json.dumps([
        {"name": row, "Build World.world": f"farm/{row}/world", "Build World.world_seed": seed,
         "301.filename_prefix": f"farm/{row}/cloud", "302.filename_prefix": f"farm/{row}/frames"}
        for seed, row in enumerate(ROWS)]))
    command = [sys.executable, "scripts/farm.py", tmp_path / "world.json", tmp_path / "rows.json", "--output",
               tmp_path / "results", "--comfyui", environment.comfyui_path(), "--base-directory", prepared]
    with tempfile.TemporaryDirectory(prefix="farm") as folder:  # a short path, for Ray's sockets
        variables = {**os.environ, "TMPDIR": folder, "RAY_TMPDIR": folder}

        def start(workers):
            return subprocess.Popen([*command, "--workers", str(workers)], cwd=root, env=variables, text=True,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                                    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

        start.results, start.folder = tmp_path / "results", Path(folder)
        start.graphs = {row["name"]: graph for row in json.loads((tmp_path / "rows.json").read_text())}
        yield start
        for process in running(folder):
            process.kill()


def running(folder):
    """What a farm with this temporary folder has started and still runs."""
    found = []
    for process in psutil.process_iter():
        try:
            mine = process.environ().get("RAY_TMPDIR") == str(folder)
            found += [process] if mine and process.status() != psutil.STATUS_ZOMBIE else []
        except psutil.Error:
            pass
    return found


def until(condition, process):
    """The first true value of the condition, while the process runs."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end and process.poll() is None:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {process.communicate()[0] if process.poll() is not None else ''}")


def nothing_is_left(farm):
    end = time.monotonic() + 20
    while (left := running(farm.folder)) and time.monotonic() < end:
        time.sleep(0.1)
    return not left and not list(farm.folder.glob("worldstereo-farm-*"))


def server_of(farm, row=""):
    """A ComfyUI of the farm, that which makes the row if one is named."""
    for process in running(farm.folder):
        line = process.cmdline()
        if "main.py" in line and (Path(line[line.index("--output-directory") + 1]) / "farm" / row).exists():
            return process


def checksums(folder):
    return {path.relative_to(folder).as_posix(): hashlib.sha256(content(path)).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")}


def content(path):
    """Of Save Image's pictures the pixels alone: ComfyUI writes the times of the input files into them. The
    bytes of a world's pictures are those of clip.json."""
    return Image.open(path).tobytes() if path.suffix == ".png" else path.read_bytes()


def noted(clip):
    """Adds a remark to a finished clip that only a farm which goes on from it can have in its results."""
    body = {**json.loads(clip.read_text()), "remark": "made before"}
    del body["sha256"]
    clip.write_text(json.dumps({**body, "sha256": sha256_of_json(body)}, indent=1) + "\n")


def test_a_worker_is_killed_and_every_row_is_as_of_one_server(farm, comfy_server):
    results = farm.results
    with farm(workers=2) as process:
        clip = until(lambda: next(results.glob("unfinished/*/farm/*/world/clips/*/clip.json"), None), process)
        os.kill(process.pid, signal.SIGSTOP)  # so that the remark is there before the next worker begins
        row = clip.relative_to(results).parts[1]
        server = server_of(farm, row)
        worker, guarded = server.parent(), [server, *server.children()]
        worker.kill()
        noted(clip)
        psutil.wait_procs(guarded, timeout=20)
        assert not any(process.is_running() for process in guarded)
        os.kill(process.pid, signal.SIGCONT)
        said, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 0, said
    assert nothing_is_left(farm)
    with open(results / "report.csv", newline="") as file:
        report = {line["name"]: line for line in csv.DictReader(file)}
    assert {name: line["status"] for name, line in report.items()} == dict.fromkeys(ROWS, "made")
    assert {name: line["attempts"] for name, line in report.items()} == {
        name: "2" if name == row else "1" for name in ROWS}
    nodes = comfy_client.get(comfy_server.url, "/object_info")
    savers = {name for name, node in nodes.items() if node["output_node"]}
    for name in ROWS:
        graph = json.loads((results / "graphs" / f"{name}.json").read_text())["graph"]
        run = comfy_client.run_graph(comfy_server.url, farm_worker.marked(graph, savers, name))
        assert run.error is None
        alone = checksums(comfy_server.base / "output" / "farm" / name)
        made = checksums(results / "rows" / name / "farm" / name)
        resumed = {file for file in alone if made.get(file) != alone[file]}
        assert made.keys() == alone.keys() and len(made) > 40
        assert resumed == ({clip.relative_to(results / "unfinished" / row / "farm" / row).as_posix()}
                           if name == row else set())


def test_ctrl_c_ends_all_that_was_started(farm):
    with farm(workers=1) as process:
        until(lambda: server_of(farm), process)
        os.killpg(process.pid, signal.SIGINT)  # as the terminal does
        said, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 1 and "Stopped" in said and "Traceback" not in said
    assert nothing_is_left(farm)
