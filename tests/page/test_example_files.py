"""Every shipped workflow runs as it is: the page brings the example files that it names."""
import json

import comfy_page
import quickstart
from worldstereo.nodes.examples import EXAMPLES, INPUT

WORKFLOWS = {file.stem: json.loads(file.read_text(encoding="utf-8"))
             for file in quickstart.WORKFLOW_FILE.parent.glob("*.json")}


def named(workflow):
    values = [value for node in workflow["nodes"] for value in node.get("widgets_values") or []]
    return {name for name in EXAMPLES if name in values}


def test_the_files_are_brought_once(page):
    stems = "photo_to_clip", "quickstart", "panorama_world"
    assert set().union(*(named(WORKFLOWS[stem]) for stem in stems)) == {*EXAMPLES}
    places = [(page.base / "input" if folder == INPUT else page.base / "models" / folder) / name
              for name, folder in EXAMPLES.items()]
    kept = {path: path.read_bytes() for path in places}
    for path in kept:
        path.unlink()
    page.evaluate("() => window.app.refreshComboInNodes()")  # as the key R does
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    try:
        for stem in stems:
            comfy_page.load_workflow(page, WORKFLOWS[stem])
        comfy_page.clear(page)
        for stem in stems:
            comfy_page.load_workflow(page, WORKFLOWS[stem])
            assert comfy_page.alerts(page) == []
        assert [path for path in kept if not path.exists()] == []
        assert len([url for url in sent if url.endswith("/worldstereo/examples")]) == len(stems)
        listed = page.evaluate("() => app.graph.nodes.find(node => node.type === 'LoadImage')"
                               ".widgets[0].options.values")
        assert listed.count("worldstereo_room.jpg") == 1
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


def test_the_others_need_no_other_files():
    for workflow in WORKFLOWS.values():
        chosen = [node["widgets_values"][0] for node in workflow["nodes"]
                  if node["type"] in ("LoadImage", "WSKitLoadDepth")]
        assert chosen and {*chosen} <= named(workflow)
