"""What nodes show of their work on ComfyUI's real web page, in all its ways to draw nodes."""
import json

import comfy_page
import quickstart
import world_graph

OTHERS = {"90": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 48, "batch_size": 1,
                                                        "color": 0x808080}},
          "91": {"class_type": "PreviewImage", "inputs": {"images": ["90", 0]}}}
BUTTON = "run this node alone"
DONE = """() => new Promise((done, failed) => {
    app.api.addEventListener('execution_success', () => done(), {once: true})
    app.api.addEventListener('execution_error', event => failed(new Error(event.detail.exception_message)))
    %s
})"""
PRESS = f"""app.graph.getNodeById(6).widgets.find(widget => widget.name === '{BUTTON}').callback()"""
PICTURES = """id => {
    const images = app.nodeOutputs[id]?.images ?? []
    return images.map(image => [image.filename, image.type])
}"""
# Each text that comes for a node, what the page shows a moment later, and whether the node has a picture.
WATCH = """() => {
    window.told = []
    app.api.addEventListener('progress_text', ({detail}) => setTimeout(() => window.told.push(
        [detail.text, document.body.innerText.includes(detail.text),
         Object.keys(app.nodePreviewImages).length > 0]), 30))
}"""


def test_a_path_is_drawn_alone(page):
    graph = quickstart.graph()
    comfy_page.load_api_graph(page, {key: graph[key] for key in "123456"} | OTHERS)
    sent = []
    page.on("request", lambda request: request.url.endswith("/prompt") and request.method == "POST"
            and sent.append(json.loads(request.post_data)))
    if page.nodes_2:
        page.evaluate(f"() => {{ window.run = ({DONE % ''})() }}")
        page.locator('[data-node-id="6"]').get_by_text(BUTTON).click()
        page.evaluate("() => window.run")
    else:
        page.evaluate(DONE % PRESS)
    page.wait_for_timeout(1000)
    assert [prompt["partial_execution_targets"] for prompt in sent] == [["6"]]
    (_, kind), = page.evaluate(PICTURES, 6)
    assert kind == "temp" and page.evaluate(PICTURES, 91) == []


def test_build_world_tells_what_it_is_at_and_plays_the_clip(page, request):
    graph = world_graph.graph(f"worlds/page {request.node.callspec.id}")
    graph = {key: graph[key] for key in ("1", "2", "3", "5", "6", "14", "15", "100", "200", "300", "303")}
    graph["300"]["inputs"]["trajectories"] = ["200", 0]
    comfy_page.load_api_graph(page, graph)
    page.evaluate(WATCH)
    comfy_page.run(page)
    page.wait_for_timeout(1000)
    told = page.evaluate("window.told")
    assert [text for text, *_ in told if text.startswith("clip 1 of 1, left: sampling 2/2, about")]
    assert sum(shown for _, shown, _ in told) >= 5 and any(picture for *_, picture in told)
    (name, kind), = page.evaluate(PICTURES, 300)
    assert name.endswith(".webp") and kind == "temp"
