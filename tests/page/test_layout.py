"""The shipped workflows as a picture: nothing covers anything else, every node has a titled box,
a note explains."""
import json
from itertools import combinations

import pytest

from make_workflows import (
    ALL_LAYOUTS,
    LEAST_SCALE,
    PAGE_HEIGHT,
    PAGE_LEFT,
    PAGE_TOP,
    PAGE_WIDTH,
    graph_file,
)

TITLE = 30  # pixels above a node's `pos`
LETTERS = 24  # pixels of a group's title; newer pages do not store it


@pytest.fixture(params=sorted(ALL_LAYOUTS))
def shipped(request):
    return json.loads((graph_file(request.param).parent.parent / request.param).read_text())


def boxes(nodes):
    """(name, left, top, right, bottom) with the title bar."""
    return [(node.get("title", node["type"]), x, y - TITLE, x + width, y + height)
            for node in nodes for (x, y), (width, height) in [(node["pos"], node["size"])]]


def apart(one, other):
    _, left, top, right, bottom = one
    _, left2, top2, right2, bottom2 = other
    return right < left2 or right2 < left or bottom < top2 or bottom2 < top


def test_no_two_nodes_overlap(shipped):
    inner = shipped.get("definitions", {}).get("subgraphs", [])
    for nodes in (shipped["nodes"], *(subgraph["nodes"] for subgraph in inner)):
        assert [pair for pair in combinations(boxes(nodes), 2) if not apart(*pair)] == []


def test_every_node_lies_in_one_group_and_groups_are_apart(shipped):
    groups = [(group["title"], x, y, x + width, y + height)
              for group in shipped["groups"] for x, y, width, height in [group["bounding"]]]
    assert [pair for pair in combinations(groups, 2) if not apart(*pair)] == []
    for name, left, top, right, bottom in boxes(shipped["nodes"]):
        around = [group for group in groups
                  if group[1] < left and group[2] < top and right < group[3] and bottom < group[4]]
        assert len(around) == 1, name


def test_titles_fit_their_groups(shipped):
    assert [group["title"] for group in shipped["groups"]
            if len(group["title"]) * LETTERS * 0.6 > group["bounding"][2]] == []


def test_a_note_explains_and_can_be_read_as_the_graph_opens(shipped):
    notes = [node for node in shipped["nodes"] if node["type"] == "MarkdownNote"]
    assert notes and all(note["widgets_values"][0].startswith("## ") for note in notes)
    scale, offset = shipped["extra"]["ds"]["scale"], shipped["extra"]["ds"]["offset"]
    assert scale >= LEAST_SCALE
    for _, left, top, right, bottom in boxes(notes):
        assert scale * (left + offset[0]) >= PAGE_LEFT and scale * (top + offset[1]) >= PAGE_TOP
        assert scale * (right + offset[0]) <= PAGE_LEFT + PAGE_WIDTH
        assert scale * (bottom + offset[1]) <= PAGE_TOP + PAGE_HEIGHT
    assert len(shipped["nodes"]) <= 30


def test_links_lead_to_the_right(shipped):
    place = {node["id"]: node["pos"] for node in shipped["nodes"]}
    groups = [group["bounding"] for group in shipped["groups"]]
    row = {node: min(y for x, y, width, height in groups if y <= top <= y + height)
           for node, (_, top) in place.items()}
    assert [link for link in shipped["links"] if row[link[1]] == row[link[3]]
            and place[link[1]][0] >= place[link[3]][0]] == []
