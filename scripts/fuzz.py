#!/usr/bin/env python3
"""Calls every node with spoiled inputs, and every reader with spoiled files, and says what broke a promise.

    python scripts/fuzz.py [--part nodes] [--seed 1] [--cases 2000]
    python scripts/fuzz.py --part nodes --seed 1 --case 42        # one case again, with its traceback

The promises stand in tests/harness/hostile_cases.py. Ends with `N cases, K violations`, and status 1 where
there are any. Linux only. Runs in the `.venv` of the checkout.
"""
from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import tempfile
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

import environment

PATIENCE, START = 60, 300  # seconds for one case, and for the imports before the first
ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--part", choices=("nodes", "files"), help="both, if not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000, help="of each part")
    parser.add_argument("--case", type=int, help="the number of one case")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests" / "harness"))
    if args.case is not None:
        if args.part is None:
            parser.error("--case needs --part")
        return _run_again(args.part, args.seed, args.case)
    parts = [args.part] if args.part else ["nodes", "files"]
    violations = [line for part in parts for line in _run(part, args.seed, args.cases)]
    print(f"{args.cases * len(parts)} cases, {len(violations)} violations")
    return int(bool(violations))


def _run_again(part: str, seed: int, number: int) -> int:
    import hostile_cases

    with tempfile.TemporaryDirectory() as base:
        said, found = hostile_cases.run_case(hostile_cases.World(Path(base)), part, seed, number, loud=True)
    print(f"{said}\n{found.kind} {found.place} {found.text}")
    return int(found.is_violation)


def _run(part: str, seed: int, cases: int) -> list[str]:
    """The violations, one a line, each printed when it is found. A process that hangs or dies is replaced."""
    lines, number, began = [], 0, time.monotonic()
    context = multiprocessing.get_context("spawn")
    while number < cases:
        ours, theirs = context.Pipe()
        worker = context.Process(target=_work, args=(theirs, part, seed, number, cases))
        worker.start()
        theirs.close()
        first = number
        while number < cases:
            try:
                fault = ours.recv() if ours.poll(START if number == first else PATIENCE) else "hangs"
            except EOFError:
                fault = "ends the process"
            if fault:
                again = f"python scripts/fuzz.py --part {part} --seed {seed} --case {number}"
                lines.append(f"{fault}\n    {again}")
                print(lines[-1].encode(errors="backslashreplace").decode(), flush=True)
            number += 1
            if fault in ("hangs", "ends the process"):
                break
        worker.join(10 if number == cases else 0)
        worker.kill()
    print(f"{part}: {cases} cases of seed {seed} in {time.monotonic() - began:.0f} s", flush=True)
    return lines


def _work(pipe: Connection, part: str, seed: int, first: int, cases: int) -> None:
    """Sends one text for each case: the violation, or nothing."""
    import hostile_cases

    logging.disable()
    with tempfile.TemporaryDirectory() as base:
        world = hostile_cases.World(Path(base))
        silence = os.open(os.devnull, os.O_WRONLY)  # FFmpeg and progress bars say much
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        for number in range(first, cases):
            try:
                said, found = hostile_cases.run_case(world, part, seed, number)
            except Exception:
                pipe.send(f"The suite itself fails: {traceback.format_exc()}")
            else:
                pipe.send(f"{found.kind} {found.place}: {said}: {found.text}" if found.is_violation else "")


if __name__ == "__main__":
    environment.continue_in_venv(*sys.argv)
    sys.exit(main())
