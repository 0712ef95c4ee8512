"""The shipped workflows in both ways in which ComfyUI's page draws nodes: nothing covers anything else."""
import json
from itertools import combinations

import pytest

import comfy_page
from workflow_layouts import LAYOUTS


@pytest.fixture(params=sorted(LAYOUTS))
def drawn(request, root, page):
    drawn = json.loads((root / "workflows" / request.param).read_text())
    comfy_page.load_workflow(page, drawn)
    return drawn


def overlaps(boxes: dict[int, list[int]]) -> list[tuple[int, int]]:
    return [(one, other) for (one, a), (other, b) in combinations(boxes.items(), 2)
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]


def test_no_two_nodes_overlap_and_each_lies_in_its_group(page, drawn):
    boxes = comfy_page.boxes(page)
    assert sorted(boxes) == sorted(node["id"] for node in drawn["nodes"])
    assert overlaps(boxes) == []
    groups = [(x, y, x + width, y + height)
              for group in drawn["groups"] for x, y, width, height in [group["bounding"]]]
    outside = [node for node, (left, top, right, bottom) in boxes.items()
               if not any(x < left and y < top and right < x2 and bottom < y2 for x, y, x2, y2 in groups)]
    assert outside == []


def test_no_two_nodes_overlap_inside_a_clip(page, drawn):
    for clip in LAYOUTS["three_trajectories.json"].clips if drawn.get("definitions") else ():
        boxes = comfy_page.boxes(page, inside=clip)
        assert len(boxes) == 11
        assert overlaps(boxes) == []


def test_every_socket_type_of_the_pack_has_its_colour(page, drawn):
    grey = page.evaluate("""() => app.graph.nodes
        .flatMap(node => node.outputs).map(output => output.type)
        .filter(type => String(type).startsWith("WSKIT_"))
        .filter(type => !LGraphCanvas.link_type_colors[type]
            || !getComputedStyle(document.documentElement).getPropertyValue(`--color-datatype-${type}`))""")
    assert grey == []


def test_sockets_are_drawn_in_the_colour_of_their_wires(page, root):
    if not page.nodes_2:
        pytest.skip("classic sockets are pixels of the canvas, in the colours that the test above looks at")
    comfy_page.load_workflow(page, json.loads((root / "workflows" / "quickstart.json").read_text()))
    page.wait_for_timeout(1000)
    colours = page.evaluate("""() => {
        const node = app.graph.nodes.find(node => node.type === "WSKitDepthFromImage")
        const element = document.querySelector(`[data-node-id="${node.id}"]`)
        return [...element.querySelectorAll("*")].map(part => getComputedStyle(part).backgroundColor)
    }""")
    assert "rgb(188, 143, 122)" in colours  # of WSKIT_DEPTH
