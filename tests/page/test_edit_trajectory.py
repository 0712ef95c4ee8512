"""The editor of Edit Trajectory in ComfyUI's real page, in all its ways to draw nodes."""
import io
import json
from itertools import product

import numpy as np
import pytest
from PIL import Image
from scipy.spatial.transform import Rotation

import comfy_page
import editor_page
from editor_page import EDITOR, HOLES, act, drag, inside, settle, still_middle, text, view
from small_workflows import smaller
from worldstereo import read_file

WIDTH, HEIGHT = 1366, 768  # of an old laptop
FRAMES = 5
AXIS = "id => app.graph.getNodeById(id).worldstereo.editor.stage.gizmo.axis"
# the mean distance to the nearest five points, the slow and plain way
NEAR = """id => {
    const {stage: {points}, view: {path, header}} = app.graph.getNodeById(id).worldstereo.editor
    return path.map(({position: [x, y, z]}, index) => {
        const distances = Float64Array.from({length: points.length / 3}, (_, i) =>
            Math.hypot(points[3 * i] - x, points[3 * i + 1] + y, points[3 * i + 2] + z)).sort()
        const nearest = distances.slice(0, header.neighbours)
        return index > 0 && nearest.reduce((sum, d) => sum + d) / header.neighbours < header.nearest
    })
}"""
# texts and buttons that stick out of the page, or that are cut off by what holds them
OUTSIDE = """([width, height]) =>
    [...document.querySelectorAll('.ws-editor :is(button, input, select, .ws-status)')]
    .filter(part => part.checkVisibility({visibilityProperty: true}))
    .filter(part => !part.closest('.ws-labels, .ws-list, .ws-focus'))
    .filter(part => {
        const {left, top, right, bottom} = part.getBoundingClientRect()
        const editor = part.closest('.ws-editor').getBoundingClientRect()
        return left < Math.max(editor.left, 0) || top < Math.max(editor.top, 0)
            || right > Math.min(editor.right, width) || bottom > Math.min(editor.bottom, height)
    }).map(part => part.className + part.title)"""


@pytest.fixture(scope="module")
def editor(page):
    """The page with one editor, its scene and three keys for five frames."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    comfy_page.load_api_graph(page, graph())
    editor_page.show(page, scale=0.9)
    editor_page.get_scene(page)
    editor_page.look_and_add(page, (-30, 8), -200)
    editor_page.look_and_add(page, (-30, -8), -200)
    return page


def graph(**inputs: object) -> dict:
    """A photograph of half the size: a quarter of the points are drawn sooner."""
    return smaller(editor_page.graph(frames=FRAMES, **inputs), 2)


def runs(page) -> int:
    return sum(asked.startswith("POST") and asked.endswith("/api/prompt") for asked in page.asked)


def test_only_what_the_editor_needs_is_run_for_the_scene(editor):
    assert runs(editor) == 1
    header = view(editor)["header"]
    assert 50_000 < header["count"] == header["of"] <= 370 * 250 and header["unit"] == "m"


def test_a_drag_changes_the_keys_and_undo_restores_them(editor):
    act(editor, "choose", 2)  # as a first frame with its handles may take longer than the drag
    settle(editor)
    before, asked = text(editor), runs(editor)
    assert len(json.loads(before)["keys"]) == 3
    drag(editor, still_middle(editor, inside(editor, EDITOR, ".ws-label >> nth=2")), (15, -25))
    settle(editor)
    after = text(editor)
    moved = [np.linalg.norm(np.subtract(new["position"], old["position"]))
             for new, old in zip(json.loads(after)["keys"], json.loads(before)["keys"])]
    assert moved[:2] == [0, 0] and 0.01 < moved[2] < 2
    editor.keyboard.press("Control+z")
    assert text(editor) == before
    editor.keyboard.press("Control+Shift+Z")
    assert text(editor) == after
    settle(editor)
    assert runs(editor) == asked  # nothing was queued


def test_handles_move_and_turn_a_key(editor):
    act(editor, "choose", 2)
    settle(editor)
    for mode, changed in (("translate", "position"), ("rotate", "rotation")):
        act(editor, "gizmo", mode)
        settle(editor)  # as handles are hit where they were drawn last
        before = view(editor)["keys"]["keys"][2]
        place = grip(editor)
        for across in ((24, 16), (-16, 24)):  # a ring turns only when it is dragged along itself
            drag(editor, place, across)
            settle(editor)
            after = view(editor)["keys"]["keys"][2]
            if after[changed] != before[changed]:
                break
        assert after[changed] != before[changed], (mode, place)
        editor.keyboard.press("Control+z")
        assert view(editor)["keys"]["keys"][2] == before
    act(editor, "gizmo", "translate")


def grip(page) -> tuple[float, float]:
    """A place on a handle of the chosen key."""
    x, y = still_middle(page, inside(page, EDITOR, ".ws-label.ws-chosen"))
    for reach, angle in product((26, 38, 50, 32, 44, 56, 20, 62), np.arange(0, 6.28, 0.3)):
        place = (x + reach * np.cos(angle), y + reach * np.sin(angle))
        page.mouse.move(*place)
        if page.evaluate(AXIS, int(EDITOR)):
            return place
    pytest.fail("the key has no handles")


def test_red_is_where_the_collision_rule_hits(editor):
    editor.evaluate("""id => {
        const {stage, actions} = app.graph.getNodeById(id).worldstereo.editor
        const [x, y, z] = stage.points.slice(3000, 3003)  // three.js axes
        actions.choose(2)
        actions.change({position: [x, -y, -z]})
    }""", int(EDITOR))
    settle(editor)
    shown = view(editor)["tooNear"]
    assert any(shown) and not all(shown)
    assert editor.evaluate(NEAR, int(EDITOR)) == shown
    assert inside(editor, EDITOR, ".ws-warning").inner_text().startswith("Too near to the scene at frame")
    editor.keyboard.press("Control+z")
    settle(editor)


def test_keys_survive_copies_and_reloads(editor):
    stored = text(editor)
    saved = comfy_page.workflow(editor)
    editor.evaluate("""id => {
        app.canvas.selectItems([app.graph.getNodeById(id)])
        app.canvas.copyToClipboard()
        app.canvas.pasteFromClipboard()
    }""", int(EDITOR))
    editor.wait_for_timeout(500)
    copies = editor.evaluate("""() => app.graph.nodes.filter(node => node.type === 'WSKitEditTrajectory')
        .map(node => [node.id, node.widgets.find(widget => widget.name === 'keys').value])""")
    assert [value for _, value in copies] == [stored, stored]
    copy = str(copies[-1][0])
    editor.wait_for_function(editor_page.IDLE, arg=int(copy))
    act(editor, "choose", 1, node=copy)
    act(editor, "remove", node=copy)  # of the copy alone
    assert text(editor) == stored and text(editor, copy) != stored
    assert view(editor, copy)["header"] is None  # it has run nothing yet
    comfy_page.load_workflow(editor, saved)
    editor_page.show(editor, scale=0.9)
    assert text(editor) == stored and view(editor)["keys"] == json.loads(stored)
    if view(editor)["header"] is None:
        editor_page.get_scene(editor)


def test_the_run_takes_the_path_that_is_shown(editor, tmp_path):
    """Poses, and the pixels that are covered at the three keys."""
    comfy_page.run(editor)
    written = editor.evaluate("() => app.nodeOutputs['60'].text[0]")
    saved = fetched(editor, {"filename": written, "type": "output"})
    (tmp_path / "camera.json").write_bytes(saved)
    run, shown = read_file(tmp_path / "camera.json").trajectory, view(editor)
    poses = shown["path"][::shown["steps"]]
    assert len(poses) == run.frames == FRAMES
    positions = np.array([pose["position"] for pose in poses]) * shown["header"]["median"]
    np.testing.assert_allclose(run.c2w[:, :3, 3], positions, atol=1e-4)
    turns = Rotation.from_quat([pose["rotation"] for pose in poses]).as_matrix()
    np.testing.assert_allclose(run.c2w[:, :3, :3], turns, atol=1e-4)

    act(editor, "fullScreen", True)
    holes = editor.evaluate("id => app.nodeOutputs[id].images", HOLES)
    for index, key in enumerate(shown["keys"]["keys"]):
        act(editor, "choose", index)
        editor.wait_for_timeout(300)
        mask = Image.open(io.BytesIO(fetched(editor, holes[round(key["time"] * (FRAMES - 1))]))).convert("L")
        drawn = lens_pixels(editor)
        covered = np.asarray(mask.resize(drawn.shape[1::-1], Image.Resampling.BOX)) < 128
        seen = (drawn != 128).any(2)
        assert (covered & seen).sum() / (covered | seen).sum() >= 0.9
        assert index == 0 or 0.02 < 1 - covered.mean() < 0.9  # there are holes
    act(editor, "fullScreen", False)


def test_the_edge_of_the_photograph_is_drawn(editor):
    act(editor, "fullScreen", True)
    act(editor, "choose", 2)
    act(editor, "change", {"position": [0, 0, 0], "rotation": [0, 0, 0, 1], "zoom": 0.5})
    settle(editor)
    editor.wait_for_timeout(300)
    brightest = lens_pixels(editor).min(2)
    header, (height, width) = view(editor)["header"], brightest.shape
    left, top, right, bottom = (round(size * (centre + 0.5 * (edge - centre))) for edge, centre, size in zip(
        header["photo"], 2 * header["centre"], 2 * (width, height)))
    assert right - left > 0.4 * width
    for column in (left, right):
        line = brightest[top + 3:bottom - 3, column - 2:column + 3].max(1)
        assert (line > 150).mean() > 0.9  # the photograph is darker, holes are 128
    editor.keyboard.press("Control+z")
    settle(editor)
    act(editor, "fullScreen", False)


def fetched(page, entry: dict) -> bytes:
    return page.request.get(page.evaluate("location.origin") + "/view", params=entry).body()


def lens_pixels(page, node: str = EDITOR) -> np.ndarray:
    """[H,W,3] of the pane that looks through the camera, without the texts in it."""
    hidden = page.add_style_tag(content=".ws-frame > * { visibility: hidden !important }")
    picture = inside(page, node, ".ws-frame").screenshot()
    hidden.evaluate("style => style.remove()")
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))


def test_everything_fits_on_a_small_laptop(editor):
    act(editor, "fullScreen", True)
    editor.wait_for_function("() => document.querySelector('.ws-full .ws-frame').clientHeight >= 250")
    outside = editor.evaluate(OUTSIDE, [WIDTH, HEIGHT])
    assert outside == []
    assert inside(editor, EDITOR, ".ws-outside").bounding_box()["width"] >= 380
    act(editor, "fullScreen", False)
    editor.wait_for_timeout(300)
    assert editor.evaluate(OUTSIDE, [WIDTH, HEIGHT]) == []


def test_two_editors_do_not_mix(editor):
    """The second one has another scene, depth alone, in grey, and a path to begin with."""
    first = text(editor)
    both = graph(keys=first)
    both["51"] = {"class_type": "WSKitEditTrajectory", "inputs": {
        "keys": "", "frames": 3, "width": 832, "height": 480, "fit": "crop", "depth": ["3", 0],
        "trajectory": ["52", 0]}}
    both["52"] = {"class_type": "WSKitCameraTrajectory", "inputs": {
        "depth": ["3", 0], "preset": "orbit", "frames": 3, "width": 832, "height": 480, "angle": 20,
        "elevation": 0, "distance": 0.2}}
    comfy_page.load_api_graph(editor, both)
    for node in ("51", EDITOR):
        editor_page.show(editor, node, scale=0.9)
        editor_page.get_scene(editor, node)
        act(editor, "fly", 0.1, 0, 0, node=node)
        act(editor, "addHere", node=node)
        settle(editor, node)
    assert (view(editor)["frames"], view(editor, "51")["frames"]) == (FRAMES, 3)
    editor_page.show(editor, scale=0.9)
    one = lens_pixels(editor)
    editor_page.show(editor, "51", scale=0.9)
    other = lens_pixels(editor, "51")
    assert np.ptp(one, axis=2).mean() > 10 and np.ptp(other, axis=2).mean() < 2  # depth alone is grey
    start = view(editor, "51")["header"]["start"]
    drawn = text(editor, "51")
    assert len(json.loads(text(editor))["keys"]) == 4
    assert len(json.loads(drawn)["keys"]) == len(start["keys"]) + 1 > 2
    inside(editor, "51", "text=Start again").click()
    assert text(editor, "51") == "" and view(editor, "51")["keys"] == start
    editor.keyboard.press("Control+z")
    assert text(editor, "51") == drawn


def test_the_page_asks_nobody_else(editor):
    assert len(editor.asked) > 10 and comfy_page.asked_elsewhere(editor) == []
    assert editor.errors == []
