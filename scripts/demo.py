#!/usr/bin/env python3
"""One photograph with depth -> camera path, point cloud render, key frames and GLB, in a real ComfyUI.

    python scripts/demo.py [--output DIR] [--keep-server]

Makes .venv and gets ComfyUI first (COMFYUI_PATH names your own). The model is WorldStereo-Nano, a small one
of the same architecture that was trained on two CPU cores: not WorldStereo's quality. Ctrl-C stops everything
that was started.
"""
from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import environment


def main() -> None:
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then, too
    try:
        environment.ensure()
        environment.continue_in_venv(__file__, *sys.argv[1:])
        with tempfile.TemporaryDirectory(prefix="worldstereo-demo-", ignore_cleanup_errors=True) as base:
            demo(Path(base).resolve(), arguments.output.resolve(), arguments.keep_server)
    except KeyboardInterrupt:
        sys.exit("\nStopped, with everything that was started.")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=environment.ROOT / "output",
                        help="folder for the results")
    parser.add_argument("--keep-server", action="store_true", help="keep ComfyUI running until Ctrl-C")
    return parser.parse_args()


def demo(base: Path, output: Path, keep_server: bool) -> None:
    import quickstart
    from comfy_client import run_graph
    from comfy_server import CPU, Server

    began = time.monotonic()
    print("demo: making the files of WorldStereo-Nano and the input files", flush=True)
    quickstart.prepare(base, trained=True)
    print("demo: starting ComfyUI", flush=True)
    with Server(environment.comfyui_path(), base, () if has_accelerator() else CPU) as server:
        print(f"demo: running workflows/quickstart.json ({server.url})", flush=True)
        if server.failed_packs():
            sys.exit(f"{server.log()}\ndemo: ComfyUI could not import {', '.join(server.failed_packs())}")
        graph = quickstart.graph()
        run = run_graph(server.url, graph, progress_printer(graph))
        if run.error:
            sys.exit(f"demo: {run.error.get('node_type')}: "
                     f"{run.error.get('exception_message', run.error['type'])}")
        files = quickstart.copy_results(base, output)
        print(f"\nDone after {time.monotonic() - began:.0f} s. The model is WorldStereo-Nano, a small one "
              "that was trained on two CPU cores: this is not WorldStereo's quality.")
        for file in files:
            print(f"  {file}  ({file.stat().st_size / 1000:.0f} kB)\n      {quickstart.RESULTS[file.name]}")
        if keep_server:
            print(f"\nComfyUI is at {server.url} (open workflows/quickstart.json there); Ctrl-C stops it.",
                  flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                server.process.wait()


def has_accelerator() -> bool:
    import torch

    return torch.cuda.is_available()


def progress_printer(graph: dict) -> Callable[[dict], None]:
    """Shows ComfyUI's messages: one line per node with its title, in a terminal with a live bar."""
    titles = {node_id: node.get("_meta", {}).get("title", node["class_type"])
              for node_id, node in graph.items()}
    current, since = None, time.monotonic()
    start = "\r" if sys.stdout.isatty() else ""

    def show(event: dict) -> None:
        nonlocal current, since
        data = event["data"]
        if event["type"] == "progress" and start:
            print(f"{start}  {titles[data['node']]:<32} {bar(data['value'] / max(data['max'], 1))}", end="",
                  flush=True)
        elif event["type"] == "executing" or event["type"].startswith("execution_") and current:
            if current:
                print(f"{start}  {titles[current]:<32} {time.monotonic() - since:5.1f} s{'':<28}", flush=True)
            current, since = data.get("node") if event["type"] == "executing" else None, time.monotonic()

    return show


def bar(fraction: float) -> str:
    done = round(30 * fraction)
    return f"[{'#' * done}{'.' * (30 - done)}]"


if __name__ == "__main__":
    main()
