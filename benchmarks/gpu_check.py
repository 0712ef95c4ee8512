#!/usr/bin/env python3
"""Everything that only a card can tell, in one run of at most 20 minutes and one report.

    .venv/bin/python benchmarks/gpu_check.py FOLDER                        all sections
    .venv/bin/python benchmarks/gpu_check.py FOLDER --only model renderer  some; FOLDER keeps the others
    .venv/bin/python benchmarks/gpu_check.py FOLDER --tiny                 tiny models on the CPU, as a trial

Writes FOLDER/report.json and FOLDER/report.md, anew after each section. A section runs in a process of its
own, so that one which fails, hangs or is killed costs no other. Sections that take more memory than the card
has, or need a ComfyUI where there is none, are skipped, with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "scripts"), str(HERE), str(HERE.parent / "tests" / "harness")]

import torch

import environment
import gpu_kernels
import gpu_models
from full_size import FLOAT8
from gpu_goals import GOALS
from model_gpu import GB, Run
from tables import Table
from yardstick import machine

TOTAL = 20 * 60  # seconds


@dataclass(frozen=True)
class Section:
    """seconds: after so many it is stopped; memory: GB of the card that it takes; comfyui: whether it runs
    in one."""

    work: Callable[[Run], Iterator[Table]]
    seconds: int
    memory: float = 0
    comfyui: bool = False


SECTIONS = {
    "versions": Section(gpu_kernels.versions, 60),
    "attention exactness": Section(gpu_kernels.attention_exactness, 60),
    "attention speed": Section(gpu_kernels.attention_speed, 120, 12),
    "modulation": Section(gpu_kernels.modulation_kernels, 60, 4),
    "model": Section(gpu_models.model, 300, 46),
    "model profile": Section(gpu_models.step_profile, 120, 46),
    "fp8 in 24 GB": Section(gpu_models.capped(24, FLOAT8), 150, 24, True),
    "bf16 in 24 GB": Section(gpu_models.capped(24, torch.bfloat16), 240, 24, True),
    "fp8 in 16 GB": Section(gpu_models.capped(16, FLOAT8), 180, 16, True),
    "bf16 in 16 GB": Section(gpu_models.capped(16, torch.bfloat16), 300, 16, True),
    "scaled fp8 with LoRA": Section(gpu_models.lora, 150, 24, True),
    "renderer": Section(gpu_kernels.renderer, 90, 4),
    "plane sweep": Section(gpu_kernels.plane_sweep, 90, 4),
    "compiled blocks": Section(gpu_models.compiled, 150, 12),
    "out of memory": Section(gpu_models.out_of_memory, 90, 10, True),
    "tests": Section(gpu_models.tests, 300, 4, True),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--seconds", type=float, default=TOTAL, help="no section begins later than this")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    args = parser.parse_args()
    run = Run(args.tiny, torch.device("cpu" if args.tiny else "cuda"))
    if not args.tiny and not torch.cuda.is_available():
        print("torch sees no CUDA device here. --tiny shows on the CPU that every section runs.")
        return 2
    if args.tiny:
        torch.set_num_threads(1)  # more only wait for each other
    if args.child:
        return child(run, args.child, args.folder)
    args.folder.mkdir(parents=True, exist_ok=True)
    report, began = read_report(args.folder, args.tiny), time.monotonic()
    for name in args.only:
        left = args.seconds - (time.monotonic() - began)
        report["sections"][name] = result = section(run, name, args.folder, left)
        write_report(args.folder, report)
        print(f"{name}: {result['state']}, {result['seconds']:.0f} s", flush=True)
    return int(any(result["state"] in ("failed", "stopped") for result in report["sections"].values()))


def section(run: Run, name: str, folder: Path, left: float) -> dict:
    """Runs one section in a process of its own -> its part of the report."""
    known, file = SECTIONS[name], folder / "section.json"
    reason = reason_to_skip(run, known, left)
    if reason:
        return {"state": "skipped", "seconds": 0, "tables": [], "error": reason}
    file.unlink(missing_ok=True)
    command = [sys.executable, __file__, str(folder), "--child", name, *["--tiny"] * run.tiny]
    limit, began = min(known.seconds, left), time.monotonic()
    try:
        done = subprocess.run(
            command, timeout=limit, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        end = (
            "" if done.returncode == 0 else f"The process ended with {done.returncode}: {done.stderr[-1500:]}"
        )
    except subprocess.TimeoutExpired:
        end = f"Stopped after {limit:.0f} s."
    seconds = time.monotonic() - began
    result = json.loads(file.read_text()) if file.exists() else {"tables": [], "error": ""}
    file.unlink(missing_ok=True)
    error = result["error"] or end
    state = "stopped" if end.startswith("Stopped") else "failed" if error else "ok"
    return {"state": state, "seconds": seconds, "tables": result["tables"], "error": error}


def reason_to_skip(run: Run, known: Section, left: float) -> str:
    if left <= 0:
        return "the time for the whole check was over"
    if known.comfyui and not (environment.comfyui_path() / "main.py").is_file():
        return f"it needs a ComfyUI; there is none in {environment.comfyui_path()}"
    if known.comfyui and not find_spec("aiohttp"):
        return "it needs the packages of ComfyUI's requirements.txt"
    total = 0 if run.tiny else torch.cuda.get_device_properties(0).total_memory / GB
    if not run.tiny and total < known.memory:
        return f"it takes {known.memory:g} GB of the card, which has {total:.0f} GB"
    return ""


def child(run: Run, name: str, folder: Path) -> int:
    """The section itself; what it finds is written after each table, so that a crash keeps the earlier
    ones."""
    tables, error = [], ""

    def write() -> None:
        found = {"tables": [asdict(table) for table in tables], "error": error}
        (folder / "section.json").write_text(json.dumps(found))

    try:
        for table in SECTIONS[name].work(run):
            tables.append(table)
            write()
    except Exception as failure:  # whatever it is belongs into the report
        error = "".join(traceback.format_exception(failure)[-3:])
        write()
    return 0


def read_report(folder: Path, tiny: bool) -> dict:
    """What an earlier run left there, if it was of the same kind."""
    file, now = folder / "report.json", {"machine": machine(), "tiny": tiny, "sections": {}}
    before = json.loads(file.read_text()) if file.exists() else now
    return {**now, "sections": before["sections"]} if before["tiny"] == tiny else now


def write_report(folder: Path, report: dict) -> None:
    report["sections"] = {name: report["sections"][name] for name in SECTIONS if name in report["sections"]}
    for name, text in (("report.json", json.dumps(report, indent=1)), ("report.md", markdown(report))):
        unfinished = folder / f".{name}"
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, folder / name)


def markdown(report: dict) -> str:
    tables = {
        name: [Table(**table) for table in result["tables"]] for name, result in report["sections"].items()
    }
    goals = [
        row
        for of_section in tables.values()
        for table in of_section
        if table.title == GOALS
        for row in table.rows
    ]
    parts = ["# What a card tells", report["machine"]]
    if report["tiny"]:
        parts.append(
            "**Tiny models on a CPU, only to see that everything runs: no number here means anything.**"
        )
    parts.append(Table("", ("goal", "measured", "met"), goals).markdown())
    parts.append(
        Table(
            "",
            ("section", "state", "s"),
            [(name, result["state"], result["seconds"]) for name, result in report["sections"].items()],
        ).markdown()
    )
    for name, result in report["sections"].items():
        parts.append(f"## {name[0].upper()}{name[1:]}")
        parts += [table.markdown() for table in tables[name] if table.title != GOALS]
        if result["error"]:
            parts.append(f"    {result['error'].strip()}".replace("\n", "\n    "))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
