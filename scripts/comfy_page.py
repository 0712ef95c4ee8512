"""ComfyUI's own web page in a headless Chromium, for the test of the workflows and for making them."""
from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-default-apps", "--no-default-browser-check",
         # 3D widgets without a graphics card
         "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         # nothing but the loopback address resolves
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
# no tutorial, release notes or minimap in front of the graph; missing nodes are reported
SETTINGS = {"Comfy.TutorialCompleted": True, "Comfy.Notification.ShowVersionUpdates": False, "Comfy.UseNewMenu": "Top",
            "Comfy.Workflow.ShowMissingNodesWarning": True, "Comfy.Workflow.ShowMissingModelsWarning": False,
            "Comfy.Workflow.Persist": False, "Comfy.Minimap.Visible": False, "Comfy.Graph.CanvasInfo": False}
READY = """() => window.app?.graph && window.app.canvas && window.app.extensionManager && window.LiteGraph
           && Object.keys(LiteGraph.registered_node_types).length > 100 && !document.querySelector('#splash')"""
PICTURE = """async () => {
    const {graph, canvas} = window.app, margin = 20
    const boxes = [...graph.groups.map(g => [...g.pos, ...g.size]), ...graph.nodes.map(n => [...n.pos, ...n.size])]
    const x0 = Math.min(...boxes.map(b => b[0])) - margin, x1 = Math.max(...boxes.map(b => b[0] + b[2])) + margin
    const y0 = Math.min(...boxes.map(b => b[1])) - margin, y1 = Math.max(...boxes.map(b => b[1] + b[3])) + margin
    const scale = Math.min(canvas.canvas.width / (x1 - x0), canvas.canvas.height / (y1 - y0))
    canvas.ds.scale = scale
    canvas.ds.offset = [-x0, -y0]
    canvas.min_font_size_for_lod = 0  // text at any zoom
    canvas.setDirty(true, true)
    await new Promise(drawn => setTimeout(drawn, 1000))
    canvas.draw(true, true)
    const picture = document.createElement('canvas')
    picture.width = scale * (x1 - x0)
    picture.height = scale * (y1 - y0)
    picture.getContext('2d').drawImage(canvas.canvas, 0, 0)
    return picture.toDataURL('image/jpeg', 0.85)
}"""


def chromium() -> str | None:
    """Path of the browser: $CHROMIUM, else the first known name on PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def open_page(url: str, width: int = 1600, height: int = 900) -> Iterator:
    """Playwright's page with ComfyUI's front end loaded and its first graph shown."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.add_init_script("localStorage.setItem('vueNodesBannerDismissed', 'true')")
        page.request.post(url + "/api/settings", data=SETTINGS)
        page.goto(url, wait_until="domcontentloaded", timeout=120_000)
        page.wait_for_function(READY, timeout=120_000)
        page.wait_for_timeout(1000)  # the first graph comes a little after these objects
        yield page
        browser.close()


def load_workflow(page, workflow: dict) -> None:
    """Shows a graph in the page's own format."""
    page.evaluate("workflow => window.app.loadGraphData(workflow)", workflow)
    page.wait_for_timeout(500)


def load_api_graph(page, graph: dict) -> None:
    page.evaluate("graph => window.app.loadApiJson(graph, 'graph')", graph)
    page.wait_for_timeout(500)


def workflow(page) -> dict:
    # as text: an undefined value would arrive as null, which the page's own schema refuses
    return json.loads(page.evaluate("() => JSON.stringify(window.app.graph.serialize())"))


def api_graph(page) -> dict:
    """What the page would send to the server."""
    return page.evaluate("async () => (await window.app.graphToPrompt()).output")


def alerts(page) -> list[str]:
    """Texts of the notices and dialogs on the page: schema complaints, missing nodes, errors."""
    return [text.strip() for text in page.locator(".p-toast-message, .p-dialog").all_inner_texts()]


def save_picture(page, path: Path) -> None:
    """A JPEG of the whole graph without the page's menus."""
    path.write_bytes(base64.b64decode(page.evaluate(PICTURE).split(",")[1]))
