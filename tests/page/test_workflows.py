"""The shipped workflows in ComfyUI's real web page."""
import json

import comfy_page
import quickstart
from worldstereo.nodes import NODE_CLASS_MAPPINGS


def test_workflows_open_without_alert_and_are_the_graphs_of_the_demo_and_the_tests(comfy_server, chromium):
    with comfy_page.open_page(comfy_server.url) as page:
        for file in sorted(quickstart.GRAPH_FILE.parent.glob("*.json")):
            comfy_page.load_workflow(page,
                                     json.loads((quickstart.WORKFLOW_FILE.parent / file.name).read_text()))
            assert comfy_page.alerts(page) == [], file.name
            graph, shown = json.loads(file.read_text()), comfy_page.unfolded(comfy_page.api_graph(page))
            assert {**shown, **without_new_inputs(shown, graph)} == graph, file.name
        colours = page.evaluate("() => LGraphCanvas.link_type_colors")
    assert [kind for kind in own_types() if not colours.get(kind)] == []


def without_new_inputs(shown, graph):
    """The stock nodes that both graphs have, less the inputs that a newer core has given them."""
    return {i: {**shown[i], "inputs": {key: value for key, value in shown[i]["inputs"].items()
                                       if key in graph[i]["inputs"]}}
            for i in shown.keys() & graph.keys() if not graph[i]["class_type"].startswith("WSKit")}


def own_types():
    nodes = NODE_CLASS_MAPPINGS.values()
    return {kind for node in nodes for kind in node.RETURN_TYPES if kind.startswith("WSKIT_")}
