"""The exported cloud in ComfyUI's own 3D viewer, in a real browser."""
import io

import numpy as np
import pytest
from PIL import Image

import comfy_page
import quickstart
from small_workflows import smaller

CLOUD_ONLY = ("1", "2", "3", "4", "24", "25", "100", "101")  # photograph to cloud to GLB to Preview3D


@pytest.mark.parametrize("opened", ["classic"], indirect=True)  # the viewer is ComfyUI's own
def test_the_glb_shows_upright_and_in_colour(page):
    graph = smaller(quickstart.graph(), 2)
    graph["24"]["inputs"]["point_cloud"] = ["4", 0]  # without what the clip adds
    comfy_page.load_api_graph(page, {node: graph[node] for node in CLOUD_ONLY})
    comfy_page.run_alone(page, "Preview3D", (100, 60, 700, 640))
    for _ in range(120):
        page.wait_for_timeout(500)
        picture = pixels(page)
        if coloured(picture).sum() > 2000:
            break
    assert comfy_page.alerts(page) == []
    assert coloured(picture).sum() > 2000  # the empty viewer is grey
    red, green, blue = np.moveaxis(picture, 2, 0)
    motorcycle = (red > 110) & (green < 0.4 * red) & (blue < 0.4 * red)
    assert motorcycle.sum() > 100
    # It stands on the floor, in front of a wall of wood that is higher.
    assert motorcycle.nonzero()[0].mean() > coloured(picture).nonzero()[0].mean() + 10


def pixels(page) -> np.ndarray:
    """[H,W,3] of the viewer without its menu, which is at the left."""
    box = page.locator("canvas:not(#graph-canvas)").last.bounding_box() or pytest.fail(
        "Preview3D has no canvas")
    clip = {"x": box["x"] + 70, "y": box["y"], "width": box["width"] - 140, "height": box["height"] - 120}
    # the viewer draws all the time, and the browser takes its pictures between
    picture = page.screenshot(clip=clip, timeout=120_000)
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(float)


def coloured(picture: np.ndarray) -> np.ndarray:
    return np.ptp(picture, axis=2) > 30
