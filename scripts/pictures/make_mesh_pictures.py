#!/usr/bin/env python3
"""Looks at meshes in ComfyUI's own 3D viewer, from four sides each: docs/meshes.webp.

    OMP_NUM_THREADS=1 .venv/bin/python scripts/pictures/make_mesh_pictures.py FOLDER [SCENE...]

Writes FOLDER/NAME.glb and FOLDER/NAME.png where they are not there yet; the picture is what the viewer shows:
the front and three quarter turns. NAME is room (made, exact depth), motorcycle (one photograph with measured
depth), and the name of each SCENE, a folder of the official layout whose renders get Depth from Camera
Motion. Needs Chromium.
"""
from __future__ import annotations

import io
import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

SCRIPTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS.parent / "tests" / "harness")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

import comfy_page  # noqa: E402
import environment  # noqa: E402
import stand_ins  # noqa: E402
from comfy_server import Server  # noqa: E402
from synthetic_room import look, see  # noqa: E402
from worldstereo.core.depth.depth import Depth  # noqa: E402
from worldstereo.core.depth.motion.motion import depth_from_motion  # noqa: E402
from worldstereo.core.official.scene import read_scene, resize_scene  # noqa: E402
from worldstereo.core.surface.file import write_mesh  # noqa: E402
from worldstereo.core.surface.make import ColoredMesh, mesh_of_views  # noqa: E402
from worldstereo.core.world.clip_list import clip_render  # noqa: E402

FRAMES, WIDTH, HEIGHT = 6, 256, 168  # of the clips of a scene, and the pictures of the room
DOCS, SIDE = SCRIPTS.parent / "docs", 400  # pixels of one mesh in the picture of the docs
VIEW = 65, 0, 675, 610  # what the page's side bar leaves of the viewer
# wheel notches by which the camera goes in, for scenes of which it has to be inside
INSIDE = {"room": 9, "station_panorama": 9}


def main() -> None:
    folder, *scenes = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    makers = {"room": room, "motorcycle": motorcycle,
              **{scene.name: lambda scene=scene: official(scene) for scene in scenes}}
    for name, make in makers.items():
        if not (folder / f"{name}.glb").exists():
            made = make()
            write_mesh(folder / f"{name}.glb", made)
            print(f"{name}: {made}", flush=True)
    comfyui = environment.comfyui_path()
    with TemporaryDirectory() as base, Server(comfyui, Path(base), api_nodes=True) as server:
        output = Path(base) / "output"
        output.mkdir(exist_ok=True)
        for name in (name for name in makers if not (folder / f"{name}.png").exists()):
            shutil.copy(folder / f"{name}.glb", output)
            with comfy_page.open_page(server.url) as page:
                sides = four_sides(page, f"{name}.glb", INSIDE.get(name, 0))
                sheet(list(sides)).save(folder / f"{name}.png")
                print(folder / f"{name}.png", flush=True)
    sheets = [Image.open(folder / f"{name}.png").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
              for name in makers]
    sheet(sheets).save(DOCS / "meshes.webp", quality=80)


def room() -> ColoredMesh:
    turns = [2 * math.pi * i / 12 for i in range(12)]
    w2c = torch.stack([look([1.2 * math.sin(t), 0.3 * math.cos(3 * t), 1.2 * math.cos(t)],
                            math.degrees(t) + 150, 12 * math.sin(5 * t)) for t in turns])
    return mesh_of_views(*see(w2c, HEIGHT, WIDTH), start_w2c=look([0, 0, 0], 0))


def motorcycle() -> ColoredMesh:
    return mesh_of_views(*stand_ins.photograph())


def official(scene: Path) -> ColoredMesh:
    frames, maps = [], []
    for clip in resize_scene(read_scene(scene), FRAMES, WIDTH, HEIGHT).clips:
        render, holes = clip_render(clip)
        depth, _, report = depth_from_motion(render, clip.trajectory, holes)
        print(f"{clip.name}: {report}", flush=True)
        frames.append(render)
        maps.append(depth)
    joined = {key: torch.cat([getattr(one, key) for one in maps]) for key in ("depth", "valid", "K", "w2c")}
    return mesh_of_views(torch.cat(frames), Depth(**joined, unit=maps[0].unit))


def four_sides(page, file: str, notches: int) -> Iterator[Image.Image]:
    comfy_page.load_api_graph(page, {"1": {"class_type": "Preview3D", "inputs": {"model_file": file}}})
    comfy_page.run_alone(page, "Preview3D", (20, 60, 760, 700))
    canvas = page.locator("canvas:not(#graph-canvas)").last
    canvas.wait_for(timeout=120_000)
    box = canvas.bounding_box()
    for _ in range(60):
        page.wait_for_timeout(2000)
        if coloured(page, box) > 0.02:
            break
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    for _ in range(notches):
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(200)
    for _ in range(4):
        page.wait_for_timeout(2000)
        yield shown(page, box).crop(VIEW)
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + box["height"] / 4, middle[1], steps=8)  # its height is a whole turn
        page.mouse.up()


def shown(page, box: dict) -> Image.Image:
    picture = page.screenshot(clip=box, timeout=120_000)
    return Image.open(io.BytesIO(picture)).convert("RGB")


def coloured(page, box: dict) -> float:
    """Share of pixels that are not grey, as the empty viewer is."""
    return float((np.ptp(np.asarray(shown(page, box)).astype(float), axis=2) > 12).mean())


def sheet(pictures: list[Image.Image]) -> Image.Image:
    width, height = pictures[0].size
    whole = Image.new("RGB", (2 * width, (len(pictures) + 1) // 2 * height))
    for number, picture in enumerate(pictures):
        whole.paste(picture, (number % 2 * width, number // 2 * height))
    return whole


if __name__ == "__main__":
    main()
