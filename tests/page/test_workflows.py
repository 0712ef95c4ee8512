"""The shipped workflows in ComfyUI's real web page."""
import json

import comfy_page
import quickstart


def test_workflows_open_without_alert_and_are_the_graphs_of_the_demo_and_the_tests(comfy_server, chromium):
    with comfy_page.open_page(comfy_server.url) as page:
        for file in sorted(quickstart.GRAPH_FILE.parent.glob("*.json")):
            comfy_page.load_workflow(page,
                                     json.loads((quickstart.WORKFLOW_FILE.parent / file.name).read_text()))
            assert comfy_page.alerts(page) == [], file.name
            graph, shown = json.loads(file.read_text()), comfy_page.unfolded(comfy_page.api_graph(page))
            assert less_of_stock(shown, graph) == less_of_stock(graph, shown), file.name


def less_of_stock(graph, other):
    """The graph, less the inputs of stock nodes that the other has not: cores add some and drop some."""
    known = {i: other.get(i, {}).get("inputs", {}) for i in graph}
    return {i: node if node["class_type"].startswith("WSKit") else
            {**node, "inputs": {key: value for key, value in node["inputs"].items() if key in known[i]}}
            for i, node in graph.items()}
