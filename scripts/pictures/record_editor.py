#!/usr/bin/env python3
"""Records the editor of Edit Trajectory in use: docs/edit_trajectory.webp, half a minute, and its picture
web/edit_trajectory.jpg for the help page.

    python scripts/pictures/record_editor.py [address of a running ComfyUI with this pack]

Every picture is taken when the page is ready and shown for a stated time, so that a slow machine records the
same.
"""
from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import comfy_page  # noqa: E402
import editor_page  # noqa: E402
import environment  # noqa: E402
import quickstart  # noqa: E402
from comfy_server import CPU, Server  # noqa: E402
from editor_page import EDITOR, act, inside, middle, settle  # noqa: E402

SIZE = (1366, 768)
SMALL = (1024, 576)  # of the animation
STEP = 190  # milliseconds of a moving picture
POINTER = """() => {
    const add = (style) =>
        document.body.appendChild(Object.assign(document.createElement("div"), {style}))
    const pointer = window.pointer = add(`position:fixed; z-index:9999; width:18px; height:18px; margin:-9px;
        border-radius:50%; background:#ffb02088; border:2px solid #fff; pointer-events:none; left:-50px`)
    window.caption = add(`position:fixed; z-index:9998; left:50%; bottom:92px; padding:8px 18px;
        transform:translateX(-50%); border-radius:20px; background:#000b; color:#fff;
        font:600 17px system-ui; pointer-events:none; white-space:nowrap`)
    addEventListener("pointermove", (event) => {
        pointer.style.left = event.clientX + "px"
        pointer.style.top = event.clientY + "px"
    }, true)
}"""

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Film:
    """The pictures so far, and how long each is shown."""

    def __init__(self, page):
        self.page = page
        self.pictures: list[Image.Image] = []
        self.times: list[int] = []

    def say(self, text: str) -> None:
        self.page.evaluate("text => { window.caption.textContent = text }", text)

    def show(self, milliseconds: int = STEP) -> None:
        self.page.evaluate(DRAWN)
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self.pictures.append(picture.resize(SMALL, Image.Resampling.LANCZOS))
        self.times.append(milliseconds)

    def drag(self, start: tuple[float, float], by: tuple[float, float], steps: int = 8) -> None:
        self.page.mouse.move(*start)
        self.show(STEP)
        self.page.mouse.down()
        for step in range(1, steps + 1):
            self.page.mouse.move(start[0] + by[0] * step / steps, start[1] + by[1] * step / steps)
            settle(self.page)
            self.show()
        self.page.mouse.up()

    def click(self, place: tuple[float, float], wait: int = 700) -> None:
        self.page.mouse.move(*place)
        self.show(500)
        self.page.mouse.click(*place)
        settle(self.page)
        self.show(wait)

    def play(self, frames: int) -> None:
        for frame in range(frames):
            act(self.page, "seek", frame / (frames - 1))
            self.show(140)


def record(page) -> Film:
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    comfy_page.load_api_graph(page, editor_page.graph())
    editor_page.show(page, scale=0.9)
    page.evaluate(POINTER)
    film = Film(page)
    film.say("Get scene runs only what is connected to the node")
    film.show(1200)
    editor_page.get_scene(page)
    film.click(middle(inside(page, EDITOR, "button[title^='Full screen']")), 900)
    lens = inside(page, EDITOR, ".ws-frame")
    film.say("Fly through the camera; grey is what the model has to fill")
    film.drag(middle(lens), (-110, 0))
    for _ in range(6):
        page.mouse.wheel(0, -100)
        film.show()
    page.keyboard.down("Shift")
    film.drag(middle(lens), (-150, 10))
    page.keyboard.up("Shift")
    film.say("K adds a key there")
    page.keyboard.press("k")
    settle(page)
    film.show(1300)
    film.say("Drag keys in the scene: the lens and the path follow")
    film.drag(middle(inside(page, EDITOR, ".ws-label >> nth=1")), (60, -40), steps=10)
    film.say("Look from above, or from anywhere")
    act(page, "view", "top")
    film.show(1000)
    film.drag(middle(inside(page, EDITOR, ".ws-label >> nth=1")), (50, 20), steps=8)
    act(page, "view", "orbit")
    outside = inside(page, EDITOR, ".ws-outside")
    x, y = middle(outside)
    film.drag((x - 60, y + 200), (110, -50), steps=10)
    film.say("Keep one point in view")
    act(page, "look", "target")
    film.show(600)
    act(page, "seek", 0)
    x, y = middle(lens)
    film.click((x - 30, y + 30), 900)
    film.say("Play: every pose comes from the node itself")
    film.play(21)
    film.say("Or start from a preset, and edit it")
    film.click(middle(inside(page, EDITOR, "text=Presets")), 900)
    film.click(middle(inside(page, EDITOR, "text=spiral")), 500)
    film.click(middle(inside(page, EDITOR, ".ws-choice >> text=Use")), 900)
    film.play(21)
    film.say("Undo brings the drawn path back")
    page.keyboard.press("Control+z")
    settle(page)
    act(page, "seek", 0.6)
    film.show(1800)
    return film


def main() -> None:
    if len(sys.argv) > 1:
        return save(sys.argv[1])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as base:
        quickstart.prepare(Path(base))
        with Server(environment.comfyui_path(), Path(base), CPU) as server:
            save(server.url)


def save(url: str) -> None:
    with comfy_page.open_page(url, width=SIZE[0], height=SIZE[1]) as page:
        page.set_default_timeout(120_000)
        film = record(page)
        page.evaluate("() => { window.caption.remove(); window.pointer.remove() }")
        page.screenshot(path=ROOT / "web" / "edit_trajectory.jpg", quality=82)
    target = ROOT / "docs" / "edit_trajectory.webp"
    film.pictures[0].save(target, save_all=True, append_images=film.pictures[1:], duration=film.times, loop=0,
                          quality=55, method=4)
    print(f"{target.relative_to(ROOT)}: {sum(film.times) / 1000:.0f} s, {len(film.times)} pictures, "
          f"{target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
