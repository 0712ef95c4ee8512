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
# Whether the node shows the clip, and no other picture.
ONE_CLIP = """id => document.querySelectorAll(`[data-node-id="${id}"] img`).length === 1
    && window.live === 'image/webp'"""
# Each text that comes for a node, those that the page shows, whether a node has a picture, and of which kind
# the last live one is.
WATCH = """() => {
    window.told = []
    window.shown = new Set()
    app.api.addEventListener('progress_text', ({detail}) => window.told.push(detail.text))
    app.api.addEventListener('b_preview_with_metadata', ({detail}) => { window.live = detail.blob.type })
    window.watch = setInterval(() => {
        const line = document.body.innerText.match(/clip 1 of 1, [^\\n]*/)
        if (line) window.shown.add(line[0])
        window.pictured ||= Object.keys(app.nodePreviewImages).length > 0
    }, 100)
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
    graph = world_graph.graph(f"worlds/page {request.node.callspec.id}", frames=3)
    graph = {key: graph[key] for key in ("1", "2", "3", "5", "6", "14", "15", "100", "200", "300", "303")}
    graph["300"]["inputs"]["trajectories"] = ["200", 0]
    # two modes share a server and its cache
    graph["300"]["inputs"]["world_seed"] = len(request.node.callspec.id)
    comfy_page.load_api_graph(page, graph)
    page.evaluate(WATCH)
    comfy_page.run(page)
    page.wait_for_timeout(1000)
    page.evaluate("clearInterval(window.watch)")
    told = page.evaluate("window.told")
    assert [text for text in told if text.startswith("clip 1 of 1, left: sampling 2/2, about")]
    shown = page.evaluate("[...window.shown]")
    assert shown and set(shown) <= set(told) and page.evaluate("window.pictured")
    (name, kind), = page.evaluate(PICTURES, 300)
    assert name.endswith(".webp") and kind == "temp"
    if page.nodes_2:
        page.wait_for_function(ONE_CLIP, arg=300)
