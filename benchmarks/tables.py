"""Tables of figures, printed as Markdown and kept as JSON."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | float | int | bool | None


@dataclass
class Table:
    """title: what the rows tell; cells are numbers where they can be, None = not known."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)

    def markdown(self) -> str:
        lines = [self.title, ""] if self.title else []
        lines += [_line(self.columns), "|" + "---|" * len(self.columns), *map(_line, self.rows)]
        return "\n".join(lines)


def _line(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(map(_text, cells)) + " |"


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.3g}" if abs(cell) < 1000 else f"{cell:,.0f}"
    return str(cell).replace("|", "\\|").replace("\n", " ")
