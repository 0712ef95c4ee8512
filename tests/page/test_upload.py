"""Files chosen and uploaded on ComfyUI's real web page, in both of its ways to draw nodes."""
import numpy as np
import pytest

import comfy_page
from camera_paths import path_of
from worldstereo.core.cameras.formats.official import write_official
from worldstereo.core.planning.presets.moves import orbit

# A new node alone in the graph and [its id, where the canvas shows its button], once both have stayed for a
# second: after the page is ready, it still loads a first graph and fits the view to it.
NEW_NODE = """type => {
    const {graph, canvas} = window.app, {ds} = canvas, [x0, y0] = ds.offset
    let node = graph.nodes[0]
    if (graph.nodes.length !== 1 || node !== window.tested || ds.scale !== 1 || x0 || y0) {
        graph.clear()
        window.tested = node = LiteGraph.createNode(type)
        node.pos = [300, 200]
        graph.add(node)
        Object.assign(ds, {scale: 1, offset: [0, 0]})
        window.since = performance.now()
    }
    canvas.setDirty(true, true)
    const {x, y} = canvas.canvas.getBoundingClientRect()
    const button = node.widgets.find(widget => widget.type === "button")
    return performance.now() - window.since > 1000
        && [node.id, x + node.pos[0] + node.size[0] / 2, y + node.pos[1] + (button.y ?? 0) + 10]
}"""


def upload(page, node_type: str, *files) -> int:
    """Chooses the files with the button of a new node; returns the node's id."""
    page.evaluate("window.tested = null")
    node, *place = page.wait_for_function(NEW_NODE, arg=node_type).json_value()
    with page.expect_file_chooser() as chooser:
        # Playwright's order to catch the dialog and a click reach the page by ways of their own: an answer
        # shows that the order has arrived. A dialog it misses stays open unseen, and no other one opens.
        page.evaluate("0")
        if page.nodes_2:
            page.locator(f'[data-node-id="{node}"]').get_by_text("choose file to upload").click()
        else:
            page.mouse.click(*place)
    chooser.value.set_files([str(file) for file in files])
    page.wait_for_timeout(1000)
    return node


def inputs(page, node: int) -> dict:
    return comfy_page.api_graph(page)[str(node)]["inputs"]


def test_a_camera_file_is_the_choice_after_its_upload(page, tmp_path):
    file = tmp_path / "uploaded.json"
    file.write_text(write_official(path_of(orbit(3, 3.0, 40))))
    node = upload(page, "WSKitLoadTrajectory", file)
    assert inputs(page, node)["file"] == "uploaded.json"
    assert comfy_page.alerts(page) == []


@pytest.mark.parametrize("name", ["uploaded.npy", "uploaded.tiff"])
def test_a_depth_map_is_the_choice_after_its_upload(page, tmp_path, name):
    np.save(tmp_path / "depth.npy", np.ones((4, 4), np.float32))
    file = (tmp_path / "depth.npy").rename(tmp_path / name)
    assert inputs(page, upload(page, "WSKitLoadDepth", file)) == {"file": name}


def test_both_files_of_a_colmap_model_lie_in_a_folder_of_their_own(page, comfy_server, tmp_path):
    files = [tmp_path / name for name in ("cameras.txt", "images.txt", "points3D.txt")]
    for file in files:
        file.write_text(file.name)
    chosen = [inputs(page, upload(page, "WSKitLoadTrajectory", *files))["file"] for _ in range(2)]
    assert [name.split("/")[1] for name in chosen] == ["images.txt", "images.txt"]
    assert chosen[0] != chosen[1]


def test_one_file_of_a_colmap_model_alone_is_refused(page, tmp_path):
    file = tmp_path / "images.bin"
    file.write_bytes(b"")
    node = upload(page, "WSKitLoadTrajectory", file)
    assert inputs(page, node).get("file") != "images.bin"
    assert "It belongs to cameras.bin" in "".join(comfy_page.alerts(page))
