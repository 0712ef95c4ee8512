#!/usr/bin/env python3
"""Runs a workflow once for each row of a table, on all GPUs of this machine or of a Ray cluster.

    python scripts/farm.py WORKFLOW TABLE --output DIR [--address HOST:PORT]

WORKFLOW is in API format. A column of TABLE (.csv or .json) is called NODE_ID.input or title.input; "name"
names the rows. Each GPU has one ComfyUI that keeps its models between rows; files travel through Ray, so that
machines share no folder. DIR gets rows/NAME/ with what each row wrote, and report.csv. The same command again
goes on where it stopped; Ctrl-C ends everything that it started. docs/scale.md says more.
"""
from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import functools
import hashlib
import json
import os
import secrets
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from tqdm import tqdm

import comfy_client
import comfy_server
import environment
import farm_worker
from farm_table import Row, read_rows
from farm_worker import Parcel, new_clips, pack, unpack
from worldstereo.core.files.atomic import replace_path, writable
from worldstereo.core.files.json_text import read_json
from worldstereo.core.files.paths import inside
from worldstereo.core.values import require

MADE, KEPT, FAILED = "made", "kept", "failed"
STOP_SECONDS = 30
NewWorker = tuple[Any, Awaitable[str]]  # Ray's actor, and the name of its machine once ComfyUI runs there


@dataclass(frozen=True)
class Outcome:
    """A line of the report. attempts: on how many workers; seconds, worker: of the last one."""

    name: str
    status: str
    seconds: float = 0.0
    attempts: int = 0
    worker: str = ""
    error: str = ""


def main() -> None:
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the workers are stopped then, too
    try:
        outcomes = farm(arguments)
    except ValueError as error:
        sys.exit(f"farm: {error}")
    except KeyboardInterrupt:
        sys.exit("\nStopped, with everything that was started. The same command goes on from here.")
    counts = Counter(outcome.status for outcome in outcomes)
    print(f"{len(outcomes)} rows: {counts[MADE]} made, {counts[KEPT]} kept, {counts[FAILED]} failed; "
          f"{arguments.output / 'report.csv'}")
    sys.exit(1 if counts[FAILED] else 0)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workflow", type=Path, help="a workflow in API format, .json")
    parser.add_argument("table", type=Path, help="its inputs for each row, .csv or .json")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    parser.add_argument("--comfyui", type=Path, default=default_comfyui(),
                        help="ComfyUI's folder, the same on every machine (default: %(default)s)")
    parser.add_argument("--base-directory", type=Path,
                        help="folder with its models, custom_nodes and input, if elsewhere")
    parser.add_argument("--address", help="of a Ray cluster, or auto; without it, this machine alone")
    parser.add_argument("--workers", type=int, help="default: the number of GPUs, or 1 on a CPU")
    parser.add_argument("--retries", type=int, default=2, help="of a row whose worker was lost (default: 2)")
    return parser.parse_args()


def default_comfyui() -> Path:
    """The ComfyUI that this pack lies in, else the one that the tests use."""
    around = environment.ROOT.parents[1]
    return around if (around / "main.py").exists() else environment.comfyui_path()


def farm(arguments: argparse.Namespace) -> list[Outcome]:
    """Makes all rows that are not there yet. ValueError, before anything starts, for what does not fit."""
    comfyui = arguments.comfyui.resolve()
    base = (arguments.base_directory or comfyui).resolve()
    require((comfyui / "main.py").is_file(), f"There is no ComfyUI in {comfyui}; name its folder with "
                                             "--comfyui.")
    results, inputs = arguments.output.resolve(), base / "input"
    rows = read_rows(arguments.workflow, arguments.table, inputs)
    names = [row.name for row in rows]
    kept = {row.name for row in rows if is_made(results, row, inputs)}
    outcomes = [Outcome(name, KEPT) for name in names if name in kept]
    with tqdm(total=len(rows), initial=len(kept), unit="row") as bar:
        def report(outcome: Outcome) -> None:
            outcomes.append(outcome)
            write_report(results, names, outcomes)
            if outcome.error:
                bar.write(f"{outcome.name}: {outcome.error}")
            bar.update()

        if len(kept) < len(rows):
            with ray_workers(arguments.address, arguments.workers) as (new_worker, count):
                waiting = [row for row in rows if row.name not in kept]
                asyncio.run(make_rows(waiting, count, functools.partial(new_worker, comfyui, base),
                                      functools.partial(make_row, results, inputs), arguments.retries,
                                      report))
    write_report(results, names, outcomes)
    return outcomes


@contextlib.contextmanager
def ray_workers(address: str | None,
                wanted: int | None) -> Iterator[tuple[Callable[[Path, Path], NewWorker], int]]:
    """How a worker is made, and how many there are to be. ValueError where Ray is missing or too small."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if not address:  # nobody else on the network may send work; no less priority than other programs
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32),
                       "RAY_worker_niceness": "0"}
    try:
        import ray
    except ImportError:
        raise ValueError("The package ray is missing; install it with pip install ray into the Python that "
                         "runs ComfyUI.") from None
    for module in (farm_worker, comfy_server, comfy_client):  # other machines need no copy of the pack
        ray.cloudpickle.register_pickle_by_value(module)
    try:
        ray.init(address or "local", include_dashboard=None if address else False, log_to_driver=False,
                 logging_level="error")
    except (ConnectionError, RuntimeError) as error:
        raise ValueError(f"Ray does not start or answer ({error}); check --address.") from error
    try:
        have = ray.cluster_resources()
        gpu = have.get("GPU", 0) > 0
        most = int(have["GPU" if gpu else "CPU"])
        count = wanted or (most if gpu else 1)
        require(0 < count <= most, f"--workers is {count}; Ray has {most} {'GPU' if gpu else 'CPU'}s.")
        needs = {"num_gpus": 1} if gpu else {"num_cpus": 1}
        actor = ray.remote(farm_worker.Worker).options(max_concurrency=2, **needs)

        def new_worker(comfyui: Path, base: Path) -> NewWorker:
            worker = actor.remote()
            return worker, worker.start.remote(comfyui, base, gpu)

        yield new_worker, count
    finally:
        ray.shutdown()


async def make_rows(rows: Sequence[Row], count: int, new_worker: Callable[[], NewWorker],
                    make: Callable[[Any, Row], Awaitable[dict]], retries: int,
                    report: Callable[[Outcome], None]) -> None:
    """Makes the rows on `count` workers; one whose worker is lost goes to another, up to `retries` times.

    ValueError when ComfyUI does not start. In any case no worker is left.
    """
    from ray.exceptions import RayActorError, RayError

    waiting, left, attempts, workers, lost_starts = list(rows), len(rows), Counter(), [], 0

    async def work() -> None:
        nonlocal lost_starts
        while left:
            worker, started = new_worker()
            workers.append(worker)
            try:
                await serve(worker, await started)
            except RayActorError:
                lost_starts += 1
            except RayError as error:
                raise ValueError(f"A worker cannot start ComfyUI: {cause(error)}") from error
            require(lost_starts <= retries, "Workers are lost again and again while they start ComfyUI; is "
                                            "there memory for so many (--workers)?")
            if left:
                await stop([worker])
                workers.remove(worker)

    async def serve(worker: Any, machine: str) -> None:
        """Makes rows until none is left or the worker is lost."""
        loaded, lost = frozenset(), False
        while left and not lost:
            if not waiting:
                await asyncio.sleep(0.1)  # a row of a lost worker may come back
                continue
            row = take(waiting, loaded)
            loaded = row.models
            attempts[row.name] += 1
            try:
                end = await make(worker, row)
            except RayError as error:
                end, lost = {"error": f"its worker was lost: {cause(error)}", "seconds": 0.0}, True
            if lost and attempts[row.name] <= retries:
                waiting.insert(0, row)
            else:
                finish(row, machine, end)

    def finish(row: Row, machine: str, end: dict) -> None:
        nonlocal left
        left -= 1
        report(Outcome(row.name, FAILED if end["error"] else MADE, round(end["seconds"], 1),
                       attempts[row.name], machine, end["error"]))

    tasks = [asyncio.create_task(work()) for _ in range(min(count, len(rows)))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await stop(workers)


async def stop(workers: Sequence[Any]) -> None:
    """Ends workers, lost ones among them, with all that they started."""
    import ray

    asked = [asyncio.ensure_future(worker.stop.remote()) for worker in workers]
    if asked:
        await asyncio.wait(asked, timeout=STOP_SECONDS)
    for worker, answer in zip(workers, asked):
        if answer.done():
            answer.exception()  # of a lost worker; looked at, so that nobody warns of it
        ray.kill(worker)


def cause(error: Exception) -> str:
    """The end of what Ray says, or the log of a ComfyUI, in one line."""
    return " ".join(str(getattr(error, "cause", None) or error).split())[-500:]


def take(waiting: list[Row], loaded: frozenset[str]) -> Row:
    """Takes the row that shares most models with the last one of the worker; of several, the first."""
    row = max(waiting, key=lambda row: len(row.models & loaded))
    waiting.remove(row)
    return row


async def make_row(results: Path, inputs: Path, worker: Any, row: Row) -> dict:
    """Has a worker make the row and stores what it sends; gives {"error", "seconds"}."""
    unfinished, made = results / "unfinished" / row.name, results / "rows" / row.name
    note_row(results, row, inputs)
    sent, known = {}, {}
    earlier = pack([file for files in new_clips(unfinished, {}) for file in files], unfinished, sent)
    files = pack([inputs / file for file in row.files], inputs, {})
    end = {}
    run = worker.run.options(num_returns="streaming")
    async for parcel in run.remote(row.name, row.graph, files, earlier):
        end = await parcel
        await asyncio.to_thread(store, end, unfinished, known)
    if not end["error"]:
        with writable(made):
            made.parent.mkdir(exist_ok=True)
            os.replace(unfinished, made)
    return end


def store(parcel: Parcel, folder: Path, known: dict[str, Path]) -> None:
    """Writes the files of a parcel into the folder. ValueError when a name leads out of it."""
    for name in parcel["names"]:
        inside(folder, name, "The result")
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        unpack(parcel, folder, known)


def is_made(results: Path, row: Row, inputs: Path) -> bool:
    """Whether the row is there from an earlier run. ValueError when something else has its name."""
    if not (results / "rows" / row.name).exists():
        return False
    require(read_json(note_of(results, row)) == made_of(row, inputs),
            f"{results}/rows/{row.name} was made of another workflow, other inputs or other files; delete "
            "it, or choose another --output.")
    return True


def note_row(results: Path, row: Row, inputs: Path) -> None:
    """Notes what the row is made of; what an earlier run began of something else is removed."""
    note, body = note_of(results, row), made_of(row, inputs)
    if note.exists() and read_json(note) == body:
        return
    with writable(note):
        shutil.rmtree(results / "unfinished" / row.name, ignore_errors=True)
        note.parent.mkdir(parents=True, exist_ok=True)
    with replace_path(note) as part:
        part.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def note_of(results: Path, row: Row) -> Path:
    return results / "graphs" / f"{row.name}.json"


def made_of(row: Row, inputs: Path) -> dict:
    """What decides the row's result, for JSON."""
    return {"graph": row.graph, "files": {file: _sha256(inputs / file) for file in row.files}}


@functools.cache
def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write_report(results: Path, names: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    """report.csv, in the table's order."""
    by_name = {outcome.name: outcome for outcome in outcomes}
    with writable(results):
        results.mkdir(parents=True, exist_ok=True)
    with replace_path(results / "report.csv") as part, open(part, "w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow([field.name for field in fields(Outcome)])
        lines.writerows(astuple(by_name[name]) for name in names if name in by_name)


if __name__ == "__main__":
    main()
