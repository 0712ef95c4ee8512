"""ComfyUI's own web page in a headless Chromium, for the test of the workflows and for making them."""
from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-sync",
         "--disable-component-update", "--disable-default-apps", "--no-default-browser-check",
         # 3D widgets without a graphics card
         "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         # nothing but the loopback address resolves
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
# no tutorial, release notes or minimap in front of the graph; missing nodes are reported
SETTINGS = {"Comfy.TutorialCompleted": True, "Comfy.Notification.ShowVersionUpdates": False,
            "Comfy.UseNewMenu": "Top",
            "Comfy.Workflow.ShowMissingNodesWarning": True, "Comfy.Workflow.ShowMissingModelsWarning": False,
            "Comfy.Workflow.Persist": False, "Comfy.Minimap.Visible": False, "Comfy.Graph.CanvasInfo": False}
# ways to draw nodes: that of the core's own front end, and both of a newer one
MODES = "classic", "newer classic", "Nodes 2.0"
WIDTH, HEIGHT = 1600, 900  # of the browser's window
EMPTY = {"version": 0.4, "nodes": [], "links": [], "last_node_id": 0, "last_link_id": 0}
NODES_2 = "Comfy.VueNodes.Enabled"  # draws nodes as HTML elements, which are taller; since front end 1.33
READY = """() => window.app?.graph && window.app.canvas && window.app.extensionManager && window.LiteGraph
           && Object.keys(LiteGraph.registered_node_types).length > 100
           && !document.querySelector('#splash')"""
FIT = """async () => {
    const {canvas} = window.app, {graph} = canvas, margin = 40
    const ends = [graph.inputNode, graph.outputNode].filter(end => end)
    const boxes = [...graph.groups, ...graph.nodes, ...ends].map(item => [...item.pos, ...item.size])
    boxes.push(...[...graph.reroutes.values()].map(reroute => [...reroute.pos, 0, 0]))
    const x0 = Math.min(...boxes.map(b => b[0])) - margin
    const x1 = Math.max(...boxes.map(b => b[0] + b[2])) + margin
    const y0 = Math.min(...boxes.map(b => b[1])) - margin
    const y1 = Math.max(...boxes.map(b => b[1] + b[3])) + margin
    const {clientWidth, clientHeight} = canvas.canvas
    const scale = Math.min(clientWidth / (x1 - x0), clientHeight / (y1 - y0))
    canvas.min_font_size_for_lod = 0  // text at any zoom
    for (const wait of [1200, 300]) {  // the page's own view of a graph that was just opened comes in between
        canvas.ds.scale = scale
        canvas.ds.offset = [-x0, -y0]
        canvas.draw(true, true)
        await new Promise(drawn => setTimeout(drawn, wait))
    }
}"""
# Classic nodes are drawn on the canvas, in their own box; those of Nodes 2.0 are elements of the page.
BOXES = """() => {
    return Object.fromEntries(window.app.canvas.graph.nodes.map(node => {
        const element = document.querySelector(`[data-node-id="${node.id}"]`)
        const drawn = element?.getBoundingClientRect(), pane = element?.parentElement.getBoundingClientRect()
        const scale = drawn?.width / element?.offsetWidth  // the canvas may be ahead of the elements
        const [left, top, width, height] = element
            ? [(drawn.x - pane.x) / scale, (drawn.y - pane.y) / scale,
               element.offsetWidth, element.offsetHeight]
            : [node.pos[0], node.pos[1] - LiteGraph.NODE_TITLE_HEIGHT,
               node.size[0], node.size[1] + LiteGraph.NODE_TITLE_HEIGHT]
        return [node.id, [left, top, left + width, top + height].map(Math.round)]
    }))
}"""
# Every link is drawn again by itself, a quarter of its size, with the curves that the page has drawn.
CROSSINGS = """boxes => {
    const {graph} = window.app.canvas, quarter = 0.25, margin = 4
    window.app.canvas.draw(true, true)
    const box = ({pos: [x, y], size: [width, height]}) => [x, y, x + width, y + height]
    const ends = [[-10, graph.inputNode], [-20, graph.outputNode]].filter(([, node]) => node)
    const nodes = [...Object.entries(boxes).map(([id, box]) => [Number(id), box]),
                   ...ends.map(([id, node]) => [id, box(node)])]
    const groups = graph.groups.map(group => [group.title, box(group)])
    const all = [...nodes, ...groups].map(([, box]) => box), reach = 400
    const [left, top] = [0, 1].map(side => Math.min(...all.map(box => box[side])) - reach)
    const [right, bottom] = [2, 3].map(side => Math.max(...all.map(box => box[side])) + reach)
    const canvas = new OffscreenCanvas(Math.ceil(quarter * (right - left)),
                                       Math.ceil(quarter * (bottom - top)))
    const pen = canvas.getContext("2d", {willReadFrequently: true})
    pen.setTransform(quarter, 0, 0, quarter, -quarter * left, -quarter * top)
    pen.lineWidth = 1 / quarter
    const inBox = ([x, y], box) => box[0] < x && x < box[2] && box[1] < y && y < box[3]
    const marked = ([x0, y0, x1, y1]) => {
        const [x, y] = [x0 - left, y0 - top].map(start => Math.ceil(quarter * (start + margin)))
        const [width, height] = [x1 - x0, y1 - y0].map(size => Math.floor(quarter * (size - 2 * margin)))
        return pen.getImageData(x, y, width, height).data.some((value, at) => at % 4 === 3 && value > 64)
    }
    const found = []
    for (const link of graph.links.values()) {
        if (link.target_id === -20 && graph.outputs[link.target_slot].linkIds[0] !== link.id)
            continue  // the page keeps a link for each link outside and draws one
        pen.clearRect(left, top, right - left, bottom - top)
        const parts = [link]
        for (let at = link.parentId; at !== undefined; at = graph.reroutes.get(at).parentId)
            parts.push(graph.reroutes.get(at))
        if (parts.some(part => !part.path))
            throw new Error(`the link from ${link.origin_id} to ${link.target_id} is not drawn`)
        for (const {path} of parts) pen.stroke(path)
        const own = [link.origin_id, link.target_id].map(Number)
        const corners = nodes.filter(([id]) => own.includes(id)).map(([, [x, y]]) => [x, y])
        const crossed = [...nodes.filter(([id, box]) => !own.includes(id) && marked(box)),
                         ...groups.filter(([, box]) => !corners.some(at => inBox(at, box)) && marked(box))]
        if (crossed.length) found.push([...own, crossed.map(([name]) => name)])
    }
    return found
}"""
SHOW = """id => {
    const {canvas, graph} = window.app
    canvas.setGraph(id === null ? graph : graph.getNodeById(id).subgraph)
}"""
RUN_ALONE = """([type, x, y, width, height]) => {
    for (const node of app.graph.nodes) node.pos = [3000, 3000]
    const shown = app.graph.nodes.find(node => node.type === type)
    shown.pos = [x, y]
    shown.size = [width, height]
    app.canvas.ds.scale = 1
    app.canvas.ds.offset = [0, 0]
    app.canvas.setDirty(true, true)
    app.queuePrompt(0)
}"""
# of front end 1.32, and of 1.58
NOTICES = ".p-toast-message, .p-dialog, [data-testid=toast], [data-testid=error-overlay], [role=dialog]"
DIALOG = ".p-dialog, [role=dialog]"
NO_NOTICES = """() => {
    const {toast} = window.app.extensionManager
    ;(toast.dismissAll ?? toast.removeAll).call(toast)
}"""
RUN = """() => new Promise((done, failed) => {
    app.api.addEventListener('execution_success', () => done())
    app.api.addEventListener('execution_error', event => failed(new Error(event.detail.exception_message)))
    app.queuePrompt(0)
})"""


def chromium() -> str | None:
    """Path of the browser: $CHROMIUM, else the first known name on PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


def _is_our_error(told) -> bool:
    return told.type == "error" and "worldstereo" in f"{told.text} {told.location['url']}".lower()


@contextmanager
def open_page(url: str, nodes_2: bool = False, width: int = WIDTH, height: int = HEIGHT) -> Iterator:
    """Playwright's page with ComfyUI's front end loaded and its first graph shown. Its `asked` are "METHOD
    URL" of all requests, its `errors` the uncaught exceptions and what the console says of the pack's own
    files and routes: ComfyUI's newer page complains of what an older server has not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.asked, page.errors = [], []
        page.on("request", lambda request: page.asked.append(f"{request.method} {request.url}"))
        page.on("console", lambda told: _is_our_error(told) and page.errors.append(told.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.add_init_script("localStorage.setItem('vueNodesBannerDismissed', 'true')")
        page.request.post(url + "/api/settings", data={**SETTINGS, NODES_2: nodes_2})
        page.goto(url, wait_until="domcontentloaded", timeout=120_000)
        page.wait_for_function(READY, timeout=120_000)
        page.wait_for_timeout(1000)  # the first graph comes a little after these objects
        yield page
        browser.close()


def clear(page) -> None:
    """An empty graph in a window of the usual size, without notices; nothing was asked and no error told."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    load_workflow(page, EMPTY)
    for _ in page.query_selector_all(DIALOG):
        page.keyboard.press("Escape")
        page.wait_for_timeout(500)
    page.evaluate(NO_NOTICES)
    page.wait_for_function("notices => !document.querySelector(notices)", arg=NOTICES)
    page.asked.clear()
    page.errors.clear()


def asked_elsewhere(page) -> list[str]:
    """The requests to other servers, less the one that ComfyUI's newer page makes by itself about every node
    that is loaded, and that its own policy blocks."""
    known = (page.evaluate("location.origin"), "blob:", "data:", "https://api.comfy.org/")
    return [request for request in page.asked if not request.split(" ")[1].startswith(known)]


def load_workflow(page, workflow: dict) -> None:
    """Shows a graph in the page's own format."""
    page.evaluate("workflow => window.app.loadGraphData(workflow)", workflow)
    page.wait_for_timeout(500)


def load_api_graph(page, graph: dict) -> None:
    page.evaluate("graph => window.app.loadApiJson(graph, 'graph')", graph)
    page.wait_for_timeout(500)


def load_as_another(page) -> None:
    """Shows the graph again as if it came from another file."""
    load_workflow(page, {key: value for key, value in workflow(page).items() if key != "id"})


def workflow(page) -> dict:
    # as text: an undefined value would arrive as null, which the page's own schema refuses
    return json.loads(page.evaluate("() => JSON.stringify(window.app.graph.serialize())"))


def api_graph(page) -> dict:
    """What the page would send to the server."""
    return page.evaluate("async () => (await window.app.graphToPrompt()).output")


def unfolded(graph: dict) -> dict:
    """The graph as it was before nodes were folded into subgraphs: node "53:9" is "9" again."""
    def plain(value):
        return [value[0].split(":")[-1], value[1]] if isinstance(value, list) else value

    return {node_id.split(":")[-1]: {**node,
                                     "inputs": {key: plain(value) for key, value in node["inputs"].items()}}
            for node_id, node in graph.items()}


def boxes(page, inside: int | None = None) -> dict[int, list[int]]:
    """{node id: [left, top, right, bottom]} as drawn, with the title bar, of the graph or of what is folded
    into node `inside`."""
    page.evaluate(SHOW, inside)
    page.wait_for_timeout(1500)  # elements get their size, and previews their picture
    drawn = {int(node): box for node, box in page.evaluate(BOXES).items()}
    page.evaluate(SHOW, None)
    return drawn


def crossings(page, inside: int | None = None) -> list[list]:
    """[origin, target, [ids of other nodes and titles of other groups]] of links that run across any, as
    drawn, of the graph or of what is folded into node `inside`."""
    page.evaluate(SHOW, inside)
    page.evaluate(FIT)  # links out of sight are not drawn
    found = page.evaluate(CROSSINGS, page.evaluate(BOXES))
    page.evaluate(SHOW, None)
    return found


def alerts(page) -> list[str]:
    """Texts of the notices and dialogs on the page: schema complaints, missing nodes, errors."""
    return [text.strip() for text in page.locator(NOTICES).all_inner_texts()]


def run_alone(page, class_type: str, place: tuple[int, int, int, int]) -> None:
    """Queues the graph, with the node of this type alone in the page: x, y, width and height in pixels."""
    page.evaluate(RUN_ALONE, [class_type, *place])


def run(page) -> None:
    """Runs the graph as the Run button does, until it is done. Raises when a node fails."""
    page.evaluate(RUN)
