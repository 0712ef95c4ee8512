"""The shipped workflows in ComfyUI's real web page."""
import json

import pytest

import comfy_page
import quickstart


@pytest.mark.parametrize("file", sorted(quickstart.GRAPH_FILE.parent.glob("*.json")),
                         ids=lambda file: file.name)
def test_a_workflow_opens_without_alert_and_is_the_graph_of_the_demo_and_the_tests(page, file):
    comfy_page.load_workflow(page, json.loads((quickstart.WORKFLOW_FILE.parent / file.name).read_text()))
    assert comfy_page.alerts(page) == []
    assert page.errors == [] and comfy_page.asked_elsewhere(page) == []
    graph, shown = json.loads(file.read_text()), comfy_page.unfolded(comfy_page.api_graph(page))
    assert less_of_stock(shown, graph) == less_of_stock(graph, shown)


def less_of_stock(graph, other):
    """The graph, less the inputs of stock nodes that the other has not: cores add some and drop some."""
    known = {i: other.get(i, {}).get("inputs", {}) for i in graph}
    return {i: node if node["class_type"].startswith("WSKit") else
            {**node, "inputs": {key: value for key, value in node["inputs"].items() if key in known[i]}}
            for i, node in graph.items()}
