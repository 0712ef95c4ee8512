"""A camera file uploaded on ComfyUI's real web page."""
import comfy_page
from camera_paths import path_of
from worldstereo.core.cameras.formats.official import write_official
from worldstereo.core.planning.presets.moves import orbit


def test_a_file_is_chosen_and_uploaded_on_the_page(comfy_server, chromium, tmp_path):
    file = tmp_path / "uploaded.json"
    file.write_text(write_official(path_of(orbit(3, 3.0, 40))))
    add = "() => window.app.graph.add(LiteGraph.createNode('WSKitLoadTrajectory')).id"
    button = """id => window.app.graph.getNodeById(id).widgets.find(w => w.type === "button").callback()"""
    value = """id => window.app.graph.getNodeById(id).widgets.find(w => w.name === "file").value"""
    with comfy_page.open_page(comfy_server.url) as page:
        node = page.evaluate(add)
        with page.expect_file_chooser() as chooser:
            page.evaluate(button, node)
        chooser.value.set_files(str(file))
        page.wait_for_function(f"id => ({value})(id) === 'uploaded.json'", arg=node, timeout=10_000)
        assert comfy_page.alerts(page) == []
        assert comfy_page.api_graph(page)[str(node)]["inputs"]["file"] == "uploaded.json"
