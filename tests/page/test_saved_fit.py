"""What the page makes of graphs that were saved before nodes had the widget fit."""
import pytest

import comfy_page

SETS_THE_SIZE = ("WSKitCameraTrajectory", "WSKitLoadTrajectory", "WSKitTrajectoryFromExtrinsics",
                 "WSKitTrajectoryFromLoad3D")
NEW = """types => { const {graph} = window.app; graph.clear()
                    for (const type of types) graph.add(LiteGraph.createNode(type)) }"""


def fits(page):
    return page.evaluate("() => window.app.graph.nodes.map(node => "
                         "node.widgets.find(widget => widget.name === 'fit').value)")


@pytest.fixture
def saved(page):
    """The graph of one new node of each kind, as the page stores it."""
    comfy_page.load_workflow(page, comfy_page.EMPTY)
    page.evaluate(NEW, SETS_THE_SIZE)
    assert fits(page) == ["crop"] * 4
    return comfy_page.workflow(page)


def test_a_new_node_crops_and_what_is_saved_comes_back(page, saved):
    for node, fit in zip(saved["nodes"], ("crop", "pad", "stretch", "pad")):
        names = [entry["name"] for entry in node["inputs"] if "widget" in entry]
        node["widgets_values"][names.index("fit")] = fit
    comfy_page.load_workflow(page, saved)
    assert fits(page) == ["crop", "pad", "stretch", "pad"]


def test_an_older_graph_still_stretches(page, saved):
    for node in saved["nodes"]:
        names = [entry["name"] for entry in node["inputs"] if "widget" in entry]
        assert names[-1] == "fit" or names[-2:] == ["fit", "upload"], names
        del node["widgets_values"][names.index("fit"):]
        node["inputs"] = [entry for entry in node["inputs"] if entry["name"] != "fit"]
    comfy_page.load_workflow(page, saved)
    assert fits(page) == ["stretch"] * 4
    assert comfy_page.alerts(page) == []
