"""Ways for links that would run under nodes: reroutes in the gaps beside columns and in lanes above rows.

A link to the next column of its row is drawn directly. Any other leaves its column through the gap to the
right, runs in a lane above the target's row, where no group is, and enters through the gap to the left of the
target's column. Links of one output share a lane.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

LANE, TRACK = 18, 14  # pixels between lanes, and between wires in a gap
FIRST_LANE = 45  # above the groups
LEAVE, ENTER = 26, 52  # from a column to the first wire beside it
SWING = 90  # how far a curve swings out beyond the last one


class Cell(NamedTuple):
    """Where a node stands."""

    row: int
    column: int


class Wire(NamedTuple):
    """A link between nodes: its id, the output's node and slot, the input's node."""

    id: int
    origin: int
    slot: int
    target: int


Net = tuple[int, int]  # an output: node and slot


class Plan(NamedTuple):
    """lanes: {row: the outputs whose links run above it, from the lowest lane}. leaving, entering: {cell: the
    outputs that have a wire in the gap to its right, to its left}."""

    lanes: dict[int, list[Net]]
    leaving: dict[Cell, list[Net]]
    entering: dict[Cell, list[Net]]


def plan(wires: Iterable[Wire], cells: dict[int, Cell]) -> Plan:
    """Which wires need lanes and gaps. Raises ValueError for a link that runs backwards or skips a row."""
    spans: dict[tuple[int, Net], int] = {}
    made = Plan({}, {}, {})
    for wire in sorted(wires):
        start, end = cells[wire.origin], cells[wire.target]
        if not (start.row == end.row and start.column < end.column or start.row == end.row - 1):
            raise ValueError(f"The link from node {wire.origin} in {start} to node {wire.target} in {end} "
                             "leads neither to the right nor into the next row: give these nodes other "
                             "places in scripts/*_layouts.py.")
        if is_direct(wire, cells):
            continue
        net = wire.origin, wire.slot
        # what stays in its row gets the lower lanes
        length = end.column - start.column if start.row == end.row else 1000
        spans[end.row, net] = max(length, spans.get((end.row, net), 0))
        for gap, cell in ((made.leaving, start), (made.entering, end)):
            if net not in gap.setdefault(cell, []):
                gap[cell].append(net)
    for row, net in sorted(spans, key=lambda lane: (spans[lane], lane)):
        made.lanes.setdefault(row, []).append(net)
    return made


def is_direct(wire: Wire, cells: dict[int, Cell]) -> bool:
    start, end = cells[wire.origin], cells[wire.target]
    return start.row == end.row and end.column == start.column + 1


def room_before(made: Plan, cell: Cell) -> int:
    """Pixels that the wires into a column need to its left."""
    nets = made.entering.get(cell, [])
    return ENTER + TRACK * len(nets) if nets else 0


def room_behind(made: Plan, cell: Cell) -> int:
    """Pixels that the wires out of a column need to its right."""
    nets = made.leaving.get(cell, [])
    return LEAVE + TRACK * len(nets) + SWING if nets else 0


def height_of(nets: list[Net]) -> int:
    """Room for lanes above a row's groups."""
    return 2 * FIRST_LANE + LANE * (len(nets) - 1) if nets else 0


def reroutes(wires: list[Wire], cells: dict[int, Cell], made: Plan, edges: dict[Cell, tuple[int, int]],
             tops: dict[int, int]) -> tuple[list[dict], dict[int, int]]:
    """The reroutes as ComfyUI stores them, and {link: its last reroute}.

    edges: x of the left and right side of every column. tops: y of the groups' upper side in every row.
    """
    points: list[dict] = []
    last: dict[int, int] = {}

    def add(x: int, y: int, parent: int | None, links: list[int]) -> int:
        points.append({"id": len(points) + 1, "pos": [x, y], "linkIds": links,
                       **({} if parent is None else {"parentId": parent})})
        return len(points)

    for row, nets in made.lanes.items():
        for lane, net in enumerate(nets):
            y = tops[row] - FIRST_LANE - LANE * lane
            members = [wire for wire in wires if (wire.origin, wire.slot) == net
                       and cells[wire.target].row == row and not is_direct(wire, cells)]
            start = cells[net[0]]
            x = edges[start][1] + LEAVE + TRACK * made.leaving[start].index(net)
            first = add(x, y, None, [wire.id for wire in members])
            entries = {cell: edges[cell][0] - ENTER - TRACK * made.entering[cell].index(net)
                       for cell in {cells[wire.target] for wire in members}}
            for side in (sorted(cell for cell in entries if entries[cell] >= x),
                         sorted((cell for cell in entries if entries[cell] < x), reverse=True)):
                parent = first
                for position, cell in enumerate(side):
                    beyond = [wire.id for wire in members if cells[wire.target] in side[position:]]
                    parent = add(entries[cell], y, parent, beyond)
                    last |= {wire.id: parent for wire in members if cells[wire.target] == cell}
    return points, last
