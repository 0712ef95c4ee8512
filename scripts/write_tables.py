#!/usr/bin/env python3
"""Writes what help pages, README and docs/other_models.md say of presets, camera formats and model files, out
of their tables, and the names of the nodes for translators."""
from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import model_files
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.planning.presets.table import PRESETS
from worldstereo.nodes import NODE_DISPLAY_NAME_MAPPINGS

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "web" / "docs"


def texts() -> dict[Path, str]:
    """{file: its text as it should be}"""
    presets = [(f"`{name}`", preset.text, ", ".join(uses(preset.uses))) for name, preset in PRESETS.items()]
    read = [(f"`{name}`", row.stored, row.intrinsics, row.size, row.note) for name, row in FORMATS.items()]
    written = [(f"`{name}`", row.stored, row.kept) for name, row in FORMATS.items()]
    tables = {"WSKitCameraTrajectory.md": ("preset", presets), "WSKitLoadTrajectory.md": ("format", read),
              "WSKitSaveTrajectory.md": ("format", written),
              "WSKitLoadModel.md": ("model file", model_files.rows()),
              "WSKitEstimateDepth.md": ("model file", model_files.rows(model_files.DEPTH))}
    readme = with_rows(ROOT / "README.md", "model file", model_files.rows())
    readme = re.sub(r"\b\d+ presets", f"{len(PRESETS)} presets", readme)
    readme = re.sub(r"\b\d+ (camera )?formats", rf"{len(FORMATS)} \1formats", readme)
    names = {node_id: {"display_name": name} for node_id, name in NODE_DISPLAY_NAME_MAPPINGS.items()}
    other_models = ROOT / "docs" / "other_models.md"
    return {ROOT / "locales" / "en" / "nodeDefs.json": json.dumps(names, indent=2) + "\n",
            **{PAGES / page: with_rows(PAGES / page, *table) for page, table in tables.items()},
            other_models: with_rows(other_models, "model file", model_files.rows(model_files.OTHER_MODELS)),
            ROOT / "README.md": readme}


def uses(fields: dict[str, str]) -> Iterable[str]:
    return (f"{name} ({effect})" if effect else name for name, effect in fields.items())


def with_rows(page: Path, heading: str, rows: Iterable[Iterable[str]]) -> str:
    """The page with these rows in its table whose first column has this heading."""
    text = page.read_text(encoding="utf-8")
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows).replace("|  |", "| |")
    filled, count = re.subn(rf"(^\| {heading} \|.*\n\|[-|]+\|\n)(\|.*\n)*", lambda match: match[1] + table,
                            text, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{page.name} has {count} tables headed {heading}, expected 1.")
    return filled


if __name__ == "__main__":
    for file, text in texts().items():
        if file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(file)
