"""The shipped workflows in both ways in which ComfyUI's page draws nodes: nothing covers anything else, and
no link runs under a node."""
import json
from itertools import combinations

import pytest

import comfy_page
import quickstart
from make_workflows import ALL_LAYOUTS, graph_file
from worldstereo.nodes import NODE_CLASS_MAPPINGS

# a long report on every node that gives one, also inside subgraphs
REPORT = """() => {
    const all = (graph, path) => graph.nodes.flatMap(node =>
        [[path + node.id, node], ...(node.subgraph ? all(node.subgraph, `${path}${node.id}:`) : [])])
    const nodes = all(app.graph, "").filter(([, node]) => !node.subgraph
        && node.outputs?.some(output => output.name === "report"))
    for (const [node] of nodes) app.api.dispatchEvent(new CustomEvent("worldstereo.report",
        {detail: {node, text: "a line of a report\\n".repeat(20)}}))
    return nodes.length
}"""
# types of nodes that the page does not know
LACKING = """() => app.graph.nodes.map(node => node.type)
    .filter(type => !LiteGraph.registered_node_types[type])"""
SHIPPED = sorted(file.name for file in quickstart.GRAPH_FILE.parent.iterdir())


def show(page, name: str) -> dict:
    drawn = json.loads((graph_file(name).parent.parent / name).read_text())
    comfy_page.load_workflow(page, drawn)
    return drawn


def overlaps(boxes: dict[int, list[int]]) -> list[tuple[int, int]]:
    return [(one, other) for (one, a), (other, b) in combinations(boxes.items(), 2)
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]


# newer pages draw the classic way as the old one does
@pytest.mark.parametrize("opened", ["classic", "Nodes 2.0"], indirect=True)
@pytest.mark.parametrize("name", SHIPPED)
def test_nodes_and_links_cover_nothing_and_each_node_lies_in_its_group(page, name):
    nothing_is_covered(page, show(page, name), name)


@pytest.mark.parametrize("opened", ["classic"], indirect=True)  # one way to draw nodes is enough for these
@pytest.mark.parametrize("name", sorted({*ALL_LAYOUTS} - {*SHIPPED}))
def test_nothing_is_covered_in_the_workflows_of_docs(page, name):
    drawn = show(page, name)
    if lacking := page.evaluate(LACKING):
        assert not any(kind.startswith("WSKit") for kind in lacking)
        pytest.skip(f"this ComfyUI is too old for it: it lacks {', '.join(lacking)}")
    nothing_is_covered(page, drawn, name)


def nothing_is_covered(page, drawn: dict, name: str) -> None:
    boxes = comfy_page.boxes(page)
    assert sorted(boxes) == sorted(node["id"] for node in drawn["nodes"])
    assert overlaps(boxes) == []
    groups = [(x, y, x + width, y + height)
              for group in drawn["groups"] for x, y, width, height in [group["bounding"]]]
    outside = [node for node, (left, top, right, bottom) in boxes.items()
               if not any(x < left and y < top and right < x2 and bottom < y2 for x, y, x2, y2 in groups)]
    assert outside == []
    assert page.evaluate(REPORT) >= 2
    assert overlaps(comfy_page.boxes(page)) == []
    assert comfy_page.crossings(page) == []
    for clip in ALL_LAYOUTS[name].clips:
        boxes = comfy_page.boxes(page, inside=clip)
        assert len(boxes) > 1
        assert overlaps(boxes) == []
        assert comfy_page.crossings(page, inside=clip) == []


@pytest.mark.parametrize("opened", ["classic", "Nodes 2.0"], indirect=True)
def test_a_link_under_a_node_and_across_a_group_is_found(page):
    drawn = show(page, "quickstart.json")
    comfy_page.load_workflow(page, {**drawn, "extra": {"ds": drawn["extra"]["ds"]}})  # without its reroutes
    crossed = {(origin, target): names for origin, target, names in comfy_page.crossings(page)}
    assert 3 in crossed[1, 4] and len(crossed) > 5
    assert any(isinstance(name, str) for names in crossed.values() for name in names)


def test_a_folded_clip_takes_prompt_and_clip_vision(page):
    show(page, "three_trajectories.json")
    for clip in ALL_LAYOUTS["three_trajectories.json"].clips:
        inputs = page.evaluate("id => app.graph.getNodeById(id).inputs.map(input => input.name)", clip)
        assert {"positive", "negative", "clip_vision_output"} <= set(inputs)


def test_every_socket_type_of_the_pack_has_its_colour(page):
    show(page, "three_trajectories.json")
    assert page.evaluate("""kinds => kinds.filter(kind => !LGraphCanvas.link_type_colors[kind]
        || !getComputedStyle(document.documentElement).getPropertyValue(`--color-datatype-${kind}`))""",
                         sorted(own_types())) == []
    if page.nodes_2:  # classic sockets are pixels of the canvas
        assert "rgb(188, 143, 122)" in page.evaluate("""() => {
            const node = app.graph.nodes.find(node => node.type === "WSKitDepthFromImage")
            const element = document.querySelector(`[data-node-id="${node.id}"]`)
            return [...element.querySelectorAll("*")].map(part => getComputedStyle(part).backgroundColor)
        }""")  # the depth socket


def own_types() -> set[str]:
    nodes = NODE_CLASS_MAPPINGS.values()
    return {kind for node in nodes for kind in node.RETURN_TYPES if kind.startswith("WSKIT_")}
