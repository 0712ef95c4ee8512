"""The output `report` of a node is shown on the node after a run, in all ways in which the page draws
nodes."""
from itertools import count

import pytest

import comfy_page
from small_workflows import workflow

ANGLES = count(10)  # one for each run: what comes from the server's cache reports nothing
SHOWN = """() => Object.fromEntries(app.graph.nodes.map(node =>
    [node.id, node.widgets?.find(widget => widget.name === "worldstereo_report")?.value])
    .filter(([, text]) => text !== undefined))"""
DRAWN = """id => {
    const node = app.graph.getNodeById(id), all = node.widgets, own = all.length - 1
    const before = all[own - 1], y = widget => widget.y + (widget.computedHeight ?? 20)
    const element = document.querySelector(`[data-node-id="${id}"] textarea`)
    return {last: all[own].name === "worldstereo_report", apart: !before || y(before) <= all[own].y + 1,
            inside: y(all[own]) <= node.size[1] + 1, lines: element?.getBoundingClientRect().height}
}"""
# of nodes with a report and no picture, with which they would grow
STORED = """() => JSON.stringify(app.graph.serialize().nodes.filter(node => [5, 8].includes(node.id))
    .map(node => [node.id, [...node.size], node.widgets_values]))"""
CHANGE = """async scale => {
    const tracker = app.extensionManager.workflow.activeWorkflow.changeTracker
    const check = tracker.captureCanvasState ?? tracker.checkState
    check.call(tracker)
    app.graph.getNodeById(3).widgets.find(widget => widget.name === "scale").value = scale
    check.call(tracker)
    await tracker.undo()
}"""
COPY = """id => {
    const copy = app.graph.getNodeById(id).clone()
    app.graph.add(copy)
    return [copy.id, copy.widgets.map(widget => widget.name)]
}"""


def small_depth_graph() -> dict:
    graph = {key: node for key, node in workflow("quickstart").items() if key in ("2", "3", "5")}
    graph["5"]["inputs"].update(width=96, height=64, angle=next(ANGLES))
    graph["8"] = {"class_type": "WSKitCombineTrajectories", "inputs": {
        "first": ["5", 0], "second": ["5", 0], "join": "continue where the first ends"}}
    graph["6"] = {"class_type": "WSKitPreviewTrajectory", "inputs": {
        "trajectory": ["8", 0], "width": 128, "height": 128, "viewpoint": "top"}}
    graph["7"] = {"class_type": "PreviewImage", "inputs": {"images": ["6", 0]}}
    return graph


@pytest.fixture
def reported(page):
    """The page after a run of two nodes with a report, 5 and 8, and what was stored and sent before."""
    comfy_page.load_api_graph(page, small_depth_graph())
    comfy_page.load_as_another(page)
    before = page.evaluate(STORED), comfy_page.api_graph(page)
    comfy_page.run(page)
    page.wait_for_timeout(1000)
    return page, before


def test_reports_are_shown_below_the_widgets_and_not_stored_nor_sent(reported):
    page, before = reported
    shown = page.evaluate(SHOWN)
    assert sorted(shown) == ["5", "8"]
    assert shown["5"].startswith("orbit: 5 poses") and shown["8"].startswith("9 poses")
    for node in (5, 8):
        drawn = page.evaluate(DRAWN, node)
        if page.nodes_2:
            assert drawn["last"] and 20 < drawn["lines"] < 80
        else:
            assert drawn["last"] and drawn["apart"] and drawn["inside"]
    assert (page.evaluate(STORED), comfy_page.api_graph(page)) == before
    assert comfy_page.alerts(page) == []


def test_reports_outlive_undo_and_another_graph_but_no_copy_has_one(reported):
    page, before = reported
    shown = page.evaluate(SHOWN)
    assert sorted(shown) == ["5", "8"]
    page.evaluate(CHANGE, 7.0)
    page.wait_for_timeout(1000)
    assert page.evaluate(SHOWN) == shown and page.evaluate(STORED) == before[0]
    copy, widgets = page.evaluate(COPY, 5)
    assert "worldstereo_report" not in widgets and str(copy) not in page.evaluate(SHOWN)
    comfy_page.load_as_another(page)
    assert page.evaluate(SHOWN) == {}  # though its nodes have the same ids


def test_a_file_that_was_written_is_named_on_its_node(page):
    graph = {key: node for key, node in small_depth_graph().items() if key in ("2", "3", "5")}
    graph["9"] = {"class_type": "WSKitSaveTrajectory", "inputs": {
        "trajectory": ["5", 0], "filename_prefix": "reports/path", "format": "TUM"}}
    comfy_page.load_api_graph(page, graph)
    comfy_page.load_as_another(page)
    comfy_page.run(page)
    page.wait_for_timeout(1000)
    text = page.evaluate(SHOWN)["9"]
    assert (page.base / "output" / text.removeprefix("Written to ComfyUI's output folder: ")).is_file()
