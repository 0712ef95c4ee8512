"""What the log warns of is told on ComfyUI's real web page, in all its ways to draw nodes."""
import pytest

import comfy_page
import odd_graph
from small_workflows import quarter_size, workflow

# 8-bit pictures as depth are coarse
DEPTH = {"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 48, "batch_size": 1,
                                                      "color": 0x808080}},
         "2": {"class_type": "WSKitDepthFromImage", "inputs": {
             "image": ["1", 0], "scale": 10.0, "horizontal_fov": 60.0, "kind": "metric", "invalid_above": 0.0,
             "near": 0.0, "fx": 0.0, "fy": 0.0, "cx": 0.0, "cy": 0.0}},
         "3": {"class_type": "WSKitPreviewDepth", "inputs": {"depth": ["2", 0]}},
         "4": {"class_type": "PreviewImage", "inputs": {"images": ["3", 0]}}}
BADGES = """() => Object.fromEntries(app.graph.nodes.map(node =>
    [node.id, node.badges.filter(badge => badge.worldstereo).map(badge => badge().text)]))"""

# the run goes on while another graph is shown
RUN_AND_LEAVE = """async graph => {
    const done = new Promise(ended => app.api.addEventListener('execution_success', ended, {once: true}))
    await app.queuePrompt(0)
    await app.loadApiJson(graph, 'graph')
    await done
}"""

DRAWN = "id => getComputedStyle(document.querySelector(`[data-node-id='${id}']`), '::after').content"

# notices go after seconds, a run on a busy machine takes longer
KEEP_NOTICES = """() => {
    const toast = app.extensionManager.toast, add = toast.add
    window.notices = []
    toast.add = notice => { window.notices.push(notice.detail); return add.call(toast, notice) }
}"""


def shown_badges(page) -> dict:
    return {node: texts for node, texts in page.evaluate(BADGES).items() if texts}


def run_again(page, scale: float) -> None:
    """With another value, so that nothing comes from the cache."""
    page.evaluate("""scale => {
        const node = app.graph.getNodeById(2)
        node.widgets.find(widget => widget.name === 'scale').value = scale
    }""", scale)
    comfy_page.run(page)
    page.wait_for_timeout(1000)


def test_a_warning_is_one_notice_and_a_badge_until_the_next_run(page):
    comfy_page.load_api_graph(page, DEPTH)
    run_again(page, 11.0)
    notices = [text for text in comfy_page.alerts(page) if "256 steps at most" in text]
    assert len(notices) == 1 and notices[0].startswith("Depth Map to Depth")
    assert "WorldStereo:" not in notices[0]
    assert shown_badges(page) == {"2": ["1 warning"]}
    if page.nodes_2:
        assert page.evaluate(DRAWN, 2) == '"1 warning"' and page.evaluate(DRAWN, 3) == "none"
    run_again(page, 12.0)
    assert shown_badges(page) == {"2": ["1 warning"]}


def test_a_graph_that_is_opened_meanwhile_is_not_warned_of(page):
    comfy_page.clear(page)  # of what the test before was told
    slow = {"6": {"class_type": "ImageScale", "inputs": {"image": ["1", 0], "upscale_method": "lanczos",
                                                         "width": 4000, "height": 4000, "crop": "disabled"}},
            "7": {"class_type": "ImageScale", "inputs": {"image": ["6", 0], "upscale_method": "lanczos",
                                                         "width": 64, "height": 48, "crop": "disabled"}}}
    changed = {"2": {**DEPTH["2"], "inputs": {**DEPTH["2"]["inputs"], "image": ["7", 0], "scale": 13.0}}}
    comfy_page.load_api_graph(page, {**DEPTH, **slow, **changed})
    comfy_page.load_as_another(page)
    page.evaluate(RUN_AND_LEAVE, {"2": DEPTH["1"]})
    page.wait_for_timeout(1000)
    notice, = (text for text in comfy_page.alerts(page) if "256 steps at most" in text)
    assert notice.startswith("WorldStereo") and shown_badges(page) == {}


@pytest.mark.slow
def test_what_is_missing_or_odd_is_told_on_its_node(page):
    odd_graph.write_model(page.base / "models")
    comfy_page.load_api_graph(page, odd_graph.graph())
    comfy_page.load_as_another(page)
    page.evaluate(KEEP_NOTICES)
    comfy_page.run(page)
    page.wait_for_timeout(1000)
    notices = page.evaluate("window.notices")
    for expected in (odd_graph.WARNINGS, odd_graph.TWICE):
        for part in expected.values():
            assert sum(part in notice for notice in notices) == 1, (part, notices)
    # of 18 also that there is no negative prompt
    assert shown_badges(page) == {"30": ["1 warning"], "5": ["1 warning"], "18": ["3 warnings"],
                                  "19": ["2 warnings"]}
    comfy_page.load_as_another(page)
    assert shown_badges(page) == {}  # though its nodes have the same ids


@pytest.mark.slow
def test_a_clean_quickstart_tells_nothing(page):
    comfy_page.clear(page)  # of what the test before was told
    graph = quarter_size(workflow("quickstart"))
    graph["5"]["inputs"].update(width=96, height=64)
    del graph["25"]  # Preview3D, which draws all the time and is ComfyUI's own
    comfy_page.load_api_graph(page, graph)
    comfy_page.run(page)
    page.wait_for_timeout(1000)
    assert shown_badges(page) == {}
    assert [notice for notice in comfy_page.alerts(page) if "quickstart" not in notice.lower()] == []
