"""The shipped workflow in ComfyUI's real web page."""
import json

import comfy_page
import pytest
import quickstart


def test_workflow_opens_without_alert_and_is_the_graph_of_the_demo(comfy_server):
    if not comfy_page.chromium():
        pytest.skip("no Chromium on this machine (Debian: apt install chromium; elsewhere set CHROMIUM)")
    with comfy_page.open_page(comfy_server.url) as page:
        comfy_page.load_workflow(page, json.loads(quickstart.WORKFLOW_FILE.read_text()))
        assert comfy_page.alerts(page) == []
        assert comfy_page.api_graph(page) == quickstart.graph()
