#!/usr/bin/env python3
"""Draws docs/modules.svg: the folders of core/ and nodes/, and which of them imports from which."""
from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "modules.svg"
BOX, GAP, LEVEL, MARGIN = (150, 46), 24, 96, 24  # pixels


def imports_between_folders() -> dict[str, set[str]]:
    """{folder: the other folders that it imports from}. A folder is a folder of core/, "core" for the modules
    beside them, or "nodes"; what is imported for types alone does not count."""
    edges: dict[str, set[str]] = {}
    for file in [*(ROOT / "core").rglob("*.py"), *(ROOT / "nodes").rglob("*.py")]:
        parts = file.relative_to(ROOT).parts
        for level, module in _relative_imports(ast.parse(file.read_text(encoding="utf-8"))):
            target = [*parts[:len(parts) - level], *module]
            edges.setdefault(_folder(parts), set()).add(_folder(target))
    return {folder: targets - {folder} for folder, targets in edges.items()}


def _relative_imports(node: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """(dots, names behind them) of all relative imports below a node, but for those under `if
    TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and child.level:
            yield child.level, child.module.split(".") if child.module else [alias.name
                                                                             for alias in child.names[:1]]
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _relative_imports(child)


def _folder(parts) -> str:
    if parts[0] == "nodes":
        return "nodes"
    return parts[1] if len(parts) > 1 and (ROOT / "core" / parts[1]).is_dir() else "core"


def levels(edges: dict[str, set[str]]) -> list[list[str]]:
    """The folders from the lowest, which imports from none, upwards. ValueError names a circle."""
    left = {folder: set(targets) for folder, targets in edges.items()}
    for targets in edges.values():
        left.update({target: set() for target in targets if target not in left})
    result = []
    while left:
        ready = sorted(folder for folder, targets in left.items() if not targets & left.keys())
        if not ready:
            raise ValueError(f"These folders import from each other in a circle: {', '.join(sorted(left))}.")
        result.append(ready)
        left = {folder: targets for folder, targets in left.items() if folder not in ready}
    return result


def drawn(edges: dict[str, set[str]]) -> str:
    """The picture as SVG: what is imported stands below."""
    rows = levels(edges)
    width = max(len(row) for row in rows) * (BOX[0] + GAP) - GAP + 2 * MARGIN
    height = len(rows) * LEVEL - (LEVEL - BOX[1]) + 2 * MARGIN
    place = {}
    for level, row in enumerate(reversed(rows)):
        start = (width - len(row) * (BOX[0] + GAP) + GAP) / 2
        for column, folder in enumerate(row):
            place[folder] = start + column * (BOX[0] + GAP), MARGIN + level * LEVEL
    shapes = []
    for folder, targets in sorted(edges.items()):
        for target in sorted(_nearest(edges, targets)):
            (x, y), (to_x, to_y) = place[folder], place[target]
            middle = BOX[0] / 2
            shapes.append(f'<path d="M{x + middle:g} {y + BOX[1]:g} C {x + middle:g} {y + LEVEL:g} '
                          f'{to_x + middle:g} '
                          f'{to_y - BOX[1]:g} {to_x + middle:g} {to_y:g}" class="arrow"/>')
    for folder, (x, y) in sorted(place.items()):
        shapes.append(f'<rect x="{x:g}" y="{y:g}" width="{BOX[0]}" height="{BOX[1]}" rx="8"/>')
        shapes.append(f'<text x="{x + BOX[0] / 2:g}" y="{y + BOX[1] / 2 + 5:g}">{escape(folder)}</text>')
    style = ("text{font:15px sans-serif;text-anchor:middle;fill:#1d2430} rect{fill:#eef2f8;stroke:#5b6b85} "
             ".arrow{fill:none;stroke:#8795ad;stroke-width:1.4;marker-end:url(#tip)}")
    tip = ('<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
           'orient="auto">'
           '<path d="M0 0L10 5L0 10z" fill="#8795ad"/></marker>')
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">',
                      f'<style>{style}</style><defs>{tip}</defs><rect x="0" y="0" width="{width:g}" '
                      f'height="{height:g}" style="fill:white;stroke:none"/>', *shapes, "</svg>\n"])


def _nearest(edges: dict[str, set[str]], targets: set[str]) -> set[str]:
    """The targets that are not reached through another target anyway: fewer arrows say the same."""
    def reached(folder: str) -> set[str]:
        direct = edges.get(folder, set())
        return direct.union(*(reached(target) for target in direct))
    return targets - set().union(*map(reached, targets)) if targets else set()


if __name__ == "__main__":
    PICTURE.write_text(drawn(imports_between_folders()), encoding="utf-8")
    print(PICTURE)
