"""Drives the editor of Edit Trajectory in ComfyUI's page, for tests and for the pictures of the help page."""
from __future__ import annotations

import quickstart

CLOUD = ("1", "2", "3", "4")  # nodes of the quickstart, from the photograph to its point cloud
EDITOR, HOLES = "50", "63"
# the node alone, in the middle of the page
SHOW = """([id, scale]) => {
    const node = app.graph.getNodeById(id)
    for (const other of app.graph.nodes) if (other !== node) other.pos = [-4000, 300 * other.id]
    node.pos = [0, 0]
    app.canvas.ds.scale = scale
    app.canvas.ds.offset = [110 / scale, 100 / scale]
    app.canvas.setDirty(true, true)
}"""
TEXT = "id => app.graph.getNodeById(id).widgets.find(widget => widget.name === 'keys').value"
ACT = "([id, name, values]) => app.graph.getNodeById(id).worldstereo.editor.actions[name](...values)"
NAME = "id => { app.graph.getNodeById(id).worldstereo.editor.element.dataset.node = id }"
IDLE = """id => {
    const {editor} = app.graph.getNodeById(id).worldstereo ?? {}
    return editor?.settled === true
}"""


def graph(**inputs: object) -> dict:
    """The quickstart's point cloud, an Edit Trajectory that shows it, and what takes its path: a file and
    the holes of the render, as pictures."""
    whole = quickstart.graph()
    widgets = {"keys": "", "frames": 21, "width": 832, "height": 480, "fit": "crop", **inputs}
    path = [EDITOR, 0]
    return {**{node: whole[node] for node in CLOUD},
            EDITOR: {"class_type": "WSKitEditTrajectory",
                     "inputs": {"depth": ["3", 0], "point_cloud": ["4", 0], **widgets}},
            "60": {"class_type": "WSKitSaveTrajectory", "inputs": {
                "trajectory": path, "filename_prefix": "edited", "format": "camera.json"}},
            "61": {"class_type": "WSKitRenderPointCloud", "inputs": {
                "point_cloud": ["4", 0], "trajectory": path, "radius": 0.008, "points_per_pixel": 20}},
            "62": {"class_type": "MaskToImage", "inputs": {"mask": ["61", 1]}},
            HOLES: {"class_type": "PreviewImage", "inputs": {"images": ["62", 0]}}}


def show(page, node: str = EDITOR, scale: float = 1.0) -> None:
    page.evaluate(SHOW, [int(node), scale])
    page.wait_for_function(IDLE, arg=int(node))
    page.evaluate(NAME, int(node))
    page.wait_for_timeout(500)  # the page lays the node out


def get_scene(page, node: str = EDITOR) -> None:
    inside(page, node, "text=Get scene").click()
    page.wait_for_function("id => app.graph.getNodeById(id).worldstereo.editor.view.header", arg=int(node),
                           timeout=120_000)
    settle(page, node)


def settle(page, node: str = EDITOR) -> None:
    """Until the path of the newest keys is drawn."""
    page.wait_for_function(IDLE, arg=int(node))


def inside(page, node: str, selector: str):
    return page.locator(f".ws-editor[data-node='{node}'] >> {selector}").first


def view(page, node: str = EDITOR) -> dict:
    """What the editor shows: keys, path, time, chosen key, header of the scene."""
    return page.evaluate("id => app.graph.getNodeById(id).worldstereo.editor.view", int(node))


def act(page, name: str, *values: object, node: str = EDITOR) -> None:
    """What a button or a key of the keyboard does."""
    page.evaluate(ACT, [int(node), name, list(values)])


def text(page, node: str = EDITOR) -> str:
    """What the workflow stores."""
    return page.evaluate(TEXT, int(node))


def drag(page, start: tuple[float, float], by: tuple[float, float], steps: int = 3) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=steps)
    page.mouse.up()


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def still_middle(page, locator) -> tuple[float, float]:
    """The middle of what moves while the editor draws, once it stands still."""
    before = None
    while (now := middle(locator)) != before:
        before = now
        page.wait_for_timeout(400)
    return now


def look_and_add(page, drag_by: tuple[float, float], wheel: int, node: str = EDITOR) -> None:
    """Flies the lens with the mouse and adds a key there."""
    frame = inside(page, node, ".ws-frame")
    drag(page, middle(frame), drag_by)
    page.mouse.wheel(0, wheel)
    page.keyboard.press("k")
    settle(page, node)


