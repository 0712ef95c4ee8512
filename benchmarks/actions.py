"""How many actions a few results need in ComfyUI's page, played with mouse and keyboard in a real browser.

    .venv/bin/python benchmarks/actions.py PICTURES

PICTURES: a folder for what the page looks like at the end of each. Tiny random models stand in for the
released ones, and the workflows ask for few and small frames; neither changes what is done by hand.
"""
from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import environment  # noqa: E402
import quickstart  # noqa: E402
from comfy_page import DIALOG, HEIGHT, WIDTH, open_page  # noqa: E402
from comfy_server import CPU, Server  # noqa: E402

SMALL = {21: 5, 81: 9, 80: 8, 832: 64, 480: 48, 384: 96, 256: 64}  # frames and sides -> those here
STAND_INS = {"CLIPLoader": "TinyCLIP", "CLIPVisionLoader": "TinyVision", "WSKitPictureSize": "TinySize"}
# where in the window a widget, else an input, else an output of this name is
PLACE = """([title, name]) => {
    const {ds, graph, canvas} = app.canvas, node = graph.nodes.find(node => node.title === title)
    const {left, top} = canvas.getBoundingClientRect(), named = slot => slot.name === name
    const widget = node.widgets?.find(named), input = node.inputs.findIndex(named)
    const [x, y] = widget ? [node.pos[0] + node.size[0] / 2, node.pos[1] + widget.y + 10]
        : node.getConnectionPos(input >= 0, input >= 0 ? input : node.outputs.findIndex(named))
    return [left + (x + ds.offset[0]) * ds.scale, top + (y + ds.offset[1]) * ds.scale]
}"""
DROP = """([name, text]) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([text], name, {type: "application/json"}))
    for (const kind of ["dragenter", "dragover", "drop"])
        app.canvas.canvas.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer}))
}"""  # playwright cannot drag a file into the window


def small(workflow: Path) -> str:
    """The workflow with few and small frames and tiny encoders."""
    graph = json.loads(workflow.read_text(encoding="utf-8"))
    for node in graph["nodes"]:
        node["type"] = STAND_INS.get(node["type"], node["type"])
        if isinstance(values := node.get("widgets_values"), list):
            node["widgets_values"] = [SMALL.get(each, each) if type(each) is int else each for each in values]
    return json.dumps(graph)


def act(page: Any, kind: str, perform: Any, *values: Any) -> None:
    perform(*values)
    page.actions[kind] += 1
    page.wait_for_timeout(1500)  # until it is drawn


def drag(page: Any, start: list[float], end: list[float], button: str = "left") -> None:
    page.mouse.move(*start)
    page.mouse.down(button=button)
    page.mouse.move(*end, steps=12)
    act(page, "drag", lambda: page.mouse.up(button=button))


def place(page: Any, title: str, name: str) -> list[float]:
    """Where it is, after the canvas was dragged until it is in sight."""
    while True:
        x, y = page.evaluate(PLACE, [title, name])
        if 100 < x < WIDTH - 250 and 120 < y < HEIGHT - 120:
            return [x, y]
        start = [WIDTH - 150 if x > WIDTH / 2 else 150, HEIGHT - 150 if y > HEIGHT / 2 else 150]
        drag(page, start, [min(max(start[0] + WIDTH / 2 - x, 80), WIDTH - 80),
                           min(max(start[1] + HEIGHT / 2 - y, 120), HEIGHT - 80)], "middle")


def template(page: Any, name: str) -> None:
    act(page, "click", page.get_by_text("Templates", exact=True).first.click)
    act(page, "click", page.locator(DIALOG).get_by_text(name, exact=True).first.click)
    page.wait_for_function("name => document.title.includes(name) && app.graph.nodes.length > 9", arg=name)


def own_photo(page: Any) -> None:
    template(page, "photo_to_clip")
    with page.expect_file_chooser() as chooser:
        act(page, "click", page.mouse.click, *place(page, "Photograph", "upload"))
    act(page, "file", chooser.value.set_files, quickstart.EXAMPLE_PHOTO)
    act(page, "click", page.mouse.click, *place(page, "Prompt", "prompt"))
    act(page, "key chord", page.keyboard.press, "Control+a")
    act(page, "text", page.keyboard.type, "A cup, seen from close. Still scene, the camera moves slowly.")
    place(page, "Camera Path", "editor")
    for name in ("Get scene", "Presets ▾", "Use"):  # each waits for the one before
        act(page, "click", page.get_by_role("button", name=name, exact=True).click)


def colmap(page: Any) -> None:
    template(page, "quickstart")
    x, y = place(page, "Decode Key Frames", "image")
    act(page, "double click", page.mouse.dblclick, x - 100, y + 280)
    act(page, "text", page.keyboard.type, "colmap")
    act(page, "key chord", page.keyboard.press, "Enter")
    page.get_by_placeholder("Search Nodes").wait_for(state="hidden")
    act(page, "wheel", lambda: [page.mouse.wheel(0, 100) or page.wait_for_timeout(100) for _ in range(9)])
    for output, end in ((("Decode Key Frames", "image"), "images"),
                        (("Camera Trajectory", "trajectory"), "trajectory"),
                        (("Point Cloud from Depth", "point_cloud"), "point_cloud")):
        drag(page, page.evaluate(PLACE, output), page.evaluate(PLACE, ["Export Dataset (COLMAP/3DGS)", end]))


VACE = ROOT / "docs" / "workflows" / "vace.json"
JOURNEYS = {"photo_to_clip": (lambda page: template(page, "photo_to_clip"), "photo_to_clip/*.mp4"),
            "photo_to_clip, an own photo, a preset": (own_photo, "photo_to_clip/*.mp4"),
            "vace": (lambda page: act(page, "drag", page.evaluate, DROP, [VACE.name, small(VACE)]),
                     "vace/clip_2_*.mp4"),
            "quickstart, and a COLMAP export": (colmap, "worldstereo/dataset_*/sparse/0/images.bin")}


def main(pictures: str) -> None:
    comfyui = environment.comfyui_path()
    sys.path.insert(0, str(comfyui))
    import comfy.cli_args

    comfy.cli_args.args.cpu = True  # before stock_models imports the rest
    import stock_models

    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        quickstart.link_pack(base / "custom_nodes" / quickstart.PACK)
        (base / "custom_nodes" / "tiny.py").symlink_to(ROOT / "tests" / "harness" / "prompt_nodes.py")
        stock_models.write_models(base / "models")
        with Server(comfyui, base, CPU) as server, open_page(server.url) as page:
            page.set_default_timeout(180_000)
            page.route("**/workflow_templates/**/*.json", lambda asked: asked.fulfill(
                body=small(ROOT / "workflows" / Path(asked.request.url).name)))
            for name, (play, results) in JOURNEYS.items():
                page.actions, before = Counter(), len(list((base / "output").glob(results)))
                play(page)
                act(page, "click", page.get_by_role("button", name="Run", exact=True).first.click)
                while any(page.request.get(server.url + "/queue").json().values()):
                    page.wait_for_timeout(500)
                page.screenshot(path=Path(pictures) / f"{name}.png")
                if len(list((base / "output").glob(results))) != before + 1:
                    raise RuntimeError(f"{name}: {results} was not written.\n{server.log()[-2000:]}")
                print(f"| {name} | {page.actions.total()} | {dict(page.actions)} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
