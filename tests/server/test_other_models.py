"""The workflows with other models in a real ComfyUI, with tiny random models of its own classes."""
import json

import av
import numpy as np
import pytest
from PIL import Image

import comfy_page
import environment
import quickstart
import stock_models
from comfy_client import get, run_graph
from comfy_server import CPU, Server

pytestmark = pytest.mark.slow
FRAMES, KEY_FRAMES, WIDTH, HEIGHT = 9, 3, 64, 48
# numbers of frames and sides in the workflows -> those here
SMALL = {81: FRAMES, 80: FRAMES - 1, 21: KEY_FRAMES, 20: KEY_FRAMES - 1,
         832: WIDTH, 480: HEIGHT, 1664: 2 * WIDTH, 960: 2 * HEIGHT}
COUNTS = ("frames", "length", "batch_index", "width", "height")
ENCODERS = {"CLIPTextEncode": ("RandomPrompt", "text"), "CLIPVisionEncode": ("RandomVision", "image")}


@pytest.fixture(scope="module")
def server(tmp_path_factory, root, comfy):
    base = tmp_path_factory.mktemp("other_models")
    quickstart.link_pack(base / "custom_nodes" / quickstart.PACK)
    (base / "custom_nodes" / "prompt_nodes.py").symlink_to(root / "tests" / "harness" / "prompt_nodes.py")
    stock_models.write_models(base / "models")
    try:
        stock_models.write_uni3c(base / "models")
    except ImportError:
        pass  # an older ComfyUI
    (base / "input").mkdir()
    # a portrait, which has to be cropped; transparent where a mask was painted
    photo = Image.linear_gradient("L").resize((64, 96)).convert("RGBA")
    photo.paste((0, 0, 0, 0), (32, 40, 64, 60))
    photo.save(base / "input" / "motorcycle.png")
    with Server(environment.comfyui_path(), base, CPU) as server:
        server.base = base
        yield server


def workflow(name, root):
    """The API graph with small clips, and random prompts instead of the large encoders."""
    graph = json.loads((root / "docs" / "workflows" / "api" / f"{name}.json").read_text())
    for node in graph.values():
        inputs = node["inputs"]
        if isinstance(inputs.get("width"), list):  # from Picture Size
            inputs.update(width=WIDTH, height=HEIGHT)
        inputs.update({key: SMALL[inputs[key]] for key in COUNTS
                       if isinstance(inputs.get(key), int) and inputs[key] in SMALL})
        inputs.update({key: value for key, value in (("steps", 2), ("radius", 0.05), ("base_model", "none"))
                       if key in inputs})
        if node["class_type"] in ENCODERS:
            kind, kept = ENCODERS[node["class_type"]]
            node.update(class_type=kind, inputs={kept: inputs[kept]})
    return {key: node for key, node in graph.items()
            if node["class_type"] not in ("CLIPLoader", "CLIPVisionLoader")}


def videos(server, graph):
    """{prefix: frames [F,H,W,3] int16} of what the graph saves."""
    done = run_graph(server.url, graph)
    assert done.error is None, done.error["exception_message"]
    found = {}
    for prefix in (node["inputs"]["filename_prefix"] for node in graph.values()
                   if node["class_type"] == "SaveVideo"):
        file = sorted((server.base / "output").glob(f"{prefix}_*.mp4"))[-1]
        with av.open(file) as container:
            found[prefix] = np.stack([frame.to_ndarray(format="rgb24")
                                      for frame in container.decode(video=0)]).astype(np.int16)
    return found


def video(server, graph, shape=(FRAMES, HEIGHT, WIDTH, 3)):
    """The only one."""
    found, = videos(server, graph).values()
    assert found.shape == shape
    return found


def pictures(server, graph, node):
    """Frames [F,H,W,3] int16 that come out of a node, without the losses of a video."""
    kept = {key: value for key, value in graph.items()
            if value["class_type"] not in ("CreateVideo", "SaveVideo")}
    kept["100"] = {"class_type": "SaveImage",
                   "inputs": {"images": [node, 0], "filename_prefix": "pictures/frame"}}
    done = run_graph(server.url, kept)
    assert done.error is None, done.error["exception_message"]
    files = [server.base / "output" / saved["subfolder"] / saved["filename"]
             for saved in done.outputs["100"]["images"]]
    return np.stack([np.asarray(Image.open(file)) for file in files]).astype(np.int16)


def difference(one, other):
    """Mean of all colours, 0 to 255."""
    return np.abs(one - other).mean()


def test_two_clips_of_vace_share_the_geometric_memory(server, root):
    made = videos(server, workflow("vace", root))
    assert set(made) == {"vace/clip_1", "vace/clip_2"}
    assert all(clip.shape == (FRAMES, HEIGHT, WIDTH, 3) for clip in made.values())


def test_the_path_reaches_fun_camera(server, root):
    graph = workflow("fun_camera", root)
    moved = video(server, graph)
    graph["5"]["inputs"]["scale"] = 40.0
    assert difference(video(server, graph)[-1], moved[-1]) > 1


def test_the_path_reaches_fun_camera_of_wan_2_2(server, root):
    graph = workflow("fun_camera", root)
    graph["10"]["inputs"]["unet_name"] = "wan2.2_fun_camera.safetensors"
    del graph["20"]["inputs"]["clip_vision_output"], graph["17"]
    video(server, graph)


def test_the_render_reaches_uni3c(server, root):
    if "WanUni3CControlnetApply" not in get(server.url, "/object_info"):
        pytest.skip("this ComfyUI has no Uni3C")
    graph = workflow("uni3c", root)
    guided = video(server, graph)
    graph["19"]["inputs"]["strength"] = 0.0
    assert difference(video(server, graph)[-1], guided[-1]) > 0.1


def test_key_frames_guide_vace_between_them(server, root):
    graph = workflow("smooth_vace", root)
    guided = video(server, graph)
    graph["33"]["inputs"].update(control_video=["23", 0], control_masks=["23", 1])  # the render alone
    assert difference(video(server, graph), guided) > 1


def test_the_cloud_of_the_key_frames_is_a_smooth_video(server, root):
    graph = workflow("smooth_render", root)
    fused = video(server, graph)
    graph["23"]["inputs"]["point_cloud"] = ["3", 0]  # the photograph's alone
    assert difference(video(server, graph)[-1], fused[-1]) > 1


def test_each_pair_of_key_frames_gets_the_frames_between(server, root):
    graph = workflow("smooth_first_last", root)
    made, key_frames = pictures(server, graph, "41"), pictures(server, graph, "16")
    assert len(made) == FRAMES and difference(made[-1], key_frames[-1]) == 0
    # the second pair alone
    graph["20"]["inputs"].update(batch_index=1, length=1)
    graph["21"]["inputs"].update(batch_index=2, length=1)
    second = pictures(server, graph, "39")
    assert len(second) == 4 and difference(made[4:8], second) < 1 < difference(made[:4], second)


def test_a_lora_a_painted_mask_and_an_upscaler_work_on_key_frames(server, root):
    graph, shape = workflow("lora_mask_upscale", root), (KEY_FRAMES, 2 * HEIGHT, 2 * WIDTH, 3)
    made = video(server, graph, shape)
    graph["20"]["inputs"]["strength_model"] = 0.0
    without_lora = video(server, graph, shape)
    assert difference(without_lora, made) > 1
    graph["12"]["inputs"].update(render=["5", 0], mask=["5", 1])
    assert difference(video(server, graph, shape), without_lora) > 1


def test_the_workflows_open_without_alert_and_are_the_graphs_that_were_run(server, chromium, root):
    here = get(server.url, "/object_info")
    with comfy_page.open_page(server.url) as page:
        for file in sorted((root / "docs" / "workflows").glob("*.json")):
            graph = json.loads((file.parent / "api" / file.name).read_text())
            if not {node["class_type"] for node in graph.values()} <= set(here):
                continue  # for a newer ComfyUI
            comfy_page.load_workflow(page, json.loads(file.read_text()))
            told = comfy_page.alerts(page)
            assert [text for text in told if "example files are missing" not in text] == [], file.name
            shown = comfy_page.unfolded(comfy_page.api_graph(page))
            assert ({key: node["class_type"] for key, node in shown.items()}
                    == {key: node["class_type"] for key, node in graph.items()}), file.name
            for key, node in graph.items():
                if node["class_type"].startswith("WSKit"):
                    assert shown[key]["inputs"] == node["inputs"], (file.name, key)
