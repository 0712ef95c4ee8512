"""Links that would run under nodes go round them."""
import json

import pytest

from make_workflows import ALL_LAYOUTS, INPUTS, OUTPUTS, graph_file
from workflow_routes import FIRST_LANE, Cell, Wire, plan, reroutes

CELLS = {1: Cell(0, 0), 2: Cell(0, 1), 3: Cell(0, 2), 4: Cell(0, 3), 5: Cell(1, 0)}
EDGES = {Cell(row, column): (500 * column, 500 * column + 300) for row in (0, 1) for column in range(4)}
TOPS = {0: 0, 1: 1000}


def routes(*wires):
    return reroutes(list(wires), CELLS, plan(wires, CELLS), EDGES, TOPS)


def test_a_link_to_the_next_column_is_direct():
    assert routes(Wire(7, 1, 0, 2)) == ([], {})


def test_links_of_one_output_share_a_lane_above_the_nodes_that_they_pass():
    points, last = routes(Wire(7, 1, 0, 3), Wire(8, 1, 0, 4))
    assert [point["linkIds"] for point in points] == [[7, 8], [7, 8], [8]]
    assert [point.get("parentId") for point in points] == [None, 1, 2] and last == {7: 2, 8: 3}
    assert {point["pos"][1] for point in points} == {-FIRST_LANE}
    x = [point["pos"][0] for point in points]
    assert 300 < x[0] < 500 and 800 < x[1] < 1000 and 1300 < x[2] < 1500  # in gaps between columns


def test_links_of_two_outputs_have_lanes_and_places_of_their_own():
    points, _ = routes(Wire(7, 1, 0, 3), Wire(8, 1, 1, 3))
    assert len({tuple(point["pos"]) for point in points}) == 4
    assert len({point["pos"][0] for point in points}) == 4 and len({point["pos"][1] for point in points}) == 2


def test_a_link_into_the_next_row_runs_between_the_rows_and_one_back_is_refused():
    points, _ = routes(Wire(7, 4, 0, 5))
    assert [point["pos"][1] for point in points] == [1000 - FIRST_LANE] * 2
    with pytest.raises(ValueError, match="from node 5 .* to node 4 .* other places in scripts"):
        routes(Wire(7, 5, 0, 4))


@pytest.mark.parametrize("name", sorted(ALL_LAYOUTS))
def test_every_layout_has_a_place_for_each_node_and_reads_in_order(name):
    rows, clips = ALL_LAYOUTS[name]
    graph = json.loads(graph_file(name).read_text())
    links = {(int(value[0]), value[1], int(node)) for node in graph
             for value in graph[node]["inputs"].values() if isinstance(value, list)}
    cells = {node: Cell(row, column) for row, groups in enumerate(rows)
             for column, stack in enumerate(stack for group in groups for stack in group.columns)
             for node in stack if isinstance(node, int)}
    folded = {}
    for around, clip in clips.items():
        inside = {node: Cell(0, column) for column, stack in enumerate(clip.columns, start=1)
                  for node in stack}
        folded |= dict.fromkeys(inside, around)
        inside |= {INPUTS: Cell(0, 0), OUTPUTS: Cell(0, len(clip.columns) + 1)}
        crossing = {(start if start in inside else INPUTS, slot, end if end in inside else OUTPUTS)
                    for start, slot, end in links if start in inside or end in inside}
        plan([Wire(number, *link) for number, link in enumerate(crossing)], inside)
    assert {*cells, *folded} == {*map(int, graph), *clips}
    outside = {(folded.get(start, start), slot, folded.get(end, end)) for start, slot, end in links}
    plan([Wire(number, *link) for number, link in enumerate(outside) if link[0] != link[2]], cells)
