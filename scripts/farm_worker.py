"""A worker of a farm: one ComfyUI, which makes row after row; and how files travel to it and back.

Ray carries this module, comfy_server and comfy_client to the other machines, so they import nothing else of
the pack.
"""
from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import comfy_client
import comfy_server

POLL = 1.0  # seconds between two looks for finished clips
MARK = "farm_row"  # ComfyUI ignores inputs that a node does not have, but takes the node for another one
# {"names": {relative path: content}, "contents": {content: bytes}}: names of one content are hard links. A
# content that was sent before is not sent again.
Parcel = dict[str, dict]


class Worker:
    """Ray's actor, with two threads, so that it can be stopped while it makes a row."""

    def start(self, comfyui: Path, base: Path, gpu: bool) -> str:
        """Starts ComfyUI and gives the name of this machine. RuntimeError with its log when it does not
        start."""
        if not (comfyui / "main.py").is_file():
            raise RuntimeError(f"There is no ComfyUI in {comfyui} on {socket.gethostname()}; every machine "
                               "needs it in the same folder.")
        if gpu:
            os.environ.pop("OMP_NUM_THREADS", None)  # Ray sets it to 1
        self.folder = Path(tempfile.mkdtemp(prefix="worldstereo-farm-"))
        self.server = comfy_server.Server(comfyui, base, () if gpu else comfy_server.CPU, own=self.folder)
        self.server.__enter__()
        nodes = comfy_client.get(self.server.url, "/object_info")
        self.savers = {class_type for class_type, node in nodes.items() if node["output_node"]}
        return socket.gethostname()

    def run(self, name: str, graph: dict[str, dict], inputs: Parcel, clips: Parcel) -> Iterator[dict]:
        """Makes a row: yields a Parcel for each clip of a world that is finished, and at the end one of all
        other files, with the keys "seconds" and "error", which is "" after success.

        inputs: files for the input folder; clips: finished ones of an earlier attempt, for the output folder.
        """
        output, sent, began = self.folder / "output", {}, time.monotonic()
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        unpack(inputs, self.folder / "input", {})
        unpack(clips, output, {})
        with ThreadPoolExecutor(1) as thread:
            running = thread.submit(comfy_client.run_graph, self.server.url, marked(graph, self.savers, name))
            while not wait([running], timeout=POLL).done:
                for files in new_clips(output, sent):
                    yield pack(files, output, sent)
        yield {**pack(files_below(output), output, sent), "error": _error(running, graph),
               "seconds": time.monotonic() - began}

    def stop(self) -> None:
        """Ends ComfyUI and removes its folder."""
        self.server.__exit__()


def marked(graph: dict[str, dict], savers: set[str], row: str) -> dict[str, dict]:
    """The graph with nodes that ComfyUI runs also when they did the same in the row before: what they wrote
    then is no longer there."""
    return {key: {**node, "inputs": {**node["inputs"], MARK: row}} if node["class_type"] in savers else node
            for key, node in graph.items()}


def _error(running, graph: dict[str, dict]) -> str:
    """What went wrong in a row, "" if nothing. Raises when ComfyUI itself has ended."""
    try:
        error = running.result().error
    except comfy_client.Rejected as rejected:
        faults = [(node, fault) for node, said in rejected.body.get("node_errors", {}).items()
                  for fault in said["errors"]] or [("", rejected.body["error"])]
        return "; ".join(f"{_title(graph, node)}{fault['message']}: {fault['details']}"
                         for node, fault in faults)
    if not error:
        return ""
    node = str(error.get("node_id", "")).split(".")[0]  # a node of Build World is called "8.0.0.1"
    return _title(graph, node) + error.get("exception_message", error["type"]).strip()


def _title(graph: dict[str, dict], node: str) -> str:
    found = graph.get(node, {})
    title = found.get("_meta", {}).get("title") or found.get("class_type")
    return f"{title}: " if title else ""


def pack(files: Iterable[Path], folder: Path, sent: dict[str, str]) -> Parcel:
    """The files that are not in `sent`, which maps path to content and is completed."""
    names, contents, known = {}, {}, set(sent.values())
    for file in files:
        status = file.stat()
        name, content = file.relative_to(folder).as_posix(), f"{status.st_ino}-{status.st_mtime_ns}"
        if sent.get(name) != content:
            sent[name] = names[name] = content
        if content not in known:
            known.add(content)
            contents[content] = file.read_bytes()
    return {"names": names, "contents": contents}


def unpack(parcel: Parcel, folder: Path, known: dict[str, Path]) -> None:
    """Writes the files of a parcel. `known`: where contents of earlier parcels lie; it is completed."""
    for name, content in parcel["names"].items():
        path, data = folder / name, parcel["contents"].get(content)
        path.parent.mkdir(parents=True, exist_ok=True)
        there = known.setdefault(content, path)
        if there == path and path.is_file() and path.read_bytes() == data:
            continue  # with its time of change, so that ComfyUI does not read it again
        path.unlink(missing_ok=True)  # not its other names
        if there == path:
            path.write_bytes(data)
        else:
            link(there, path)


def link(there: Path, path: Path) -> None:
    try:
        os.link(there, path)
    except OSError:  # a disk without hard links
        shutil.copyfile(there, path)


def new_clips(output: Path, sent: dict[str, str]) -> Iterator[list[Path]]:
    """The files of each clip in the folder of a world that is finished and not sent, and its world.json.
    Both appear complete or not at all."""
    for clip in sorted(output.rglob("clips/[!.]*/clip.json")):
        if clip.relative_to(output).as_posix() not in sent:
            yield [*files_below(clip.parent), *clip.parents[2].glob("world.json")]


def files_below(folder: Path) -> Iterator[Path]:
    """All files but links and hidden ones, which are unfinished."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path
