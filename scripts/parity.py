#!/usr/bin/env python3
"""Checks recorded outputs of the official code: `python scripts/parity.py DIR` reads every *.safetensors file
in DIR.

Prints one line for each file and ends with non-zero status when a file differs, cannot be read or is of
unknown kind. Runs in the `.venv` of the checkout when the calling interpreter has no torch.
"""
from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import environment

NEEDED = ("torch", "diffusers", "safetensors", "PIL", "einops", "scipy")


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(f"usage: python scripts/parity.py DIR, a folder of *.safetensors files; got {sys.argv[1:]}")
        return 2
    if not all(map(importlib.util.find_spec, NEEDED)):
        if not environment.PYTHON.exists():
            print("parity needs torch and diffusers: run `python scripts/test.py` once, it makes .venv with "
                  "both.")
            return 2
        environment.continue_in_venv(*sys.argv)
    import torch

    torch.set_num_threads(1)  # as in the recordings; more threads only slow such small tensors down
    return run(Path(sys.argv[1]))


def run(folder: Path) -> int:
    """Checks every file in the folder, prints the table and returns the exit status."""
    from parity_checks import check_file

    files = sorted(folder.glob("*.safetensors"))
    width = max((len(path.name) for path in files), default=4)
    row = f"{{:{width}}}  {{:30}}  {{:>13}}  {{:>9}}  {{:15}}  {{}}"
    print(row.format("file", "kind", "largest error", "tolerance", "verdict", "remark"))
    results = []
    for path in files:
        result = check_file(path)
        results.append(result)
        error = "" if result.error != result.error else f"{result.error:.2e}"
        print(row.format(result.file, result.kind, error, result.tolerance, result.verdict, result.remark),
              flush=True)
    failed = sum(result.verdict == "failed" for result in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return int(bool(failed) or not files)


if __name__ == "__main__":
    sys.exit(main())
