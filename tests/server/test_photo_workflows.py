"""photo_to_clip and photo_to_world with tiny models of the same classes, in a real ComfyUI."""
import av
import numpy as np
import pytest
import trimesh
from PIL import Image

import quickstart
from depth_models import depth_anything
from small_workflows import nodes, photo_workflow, run

SIZE = {"frames": 3, "width": 128, "height": 64}
pytestmark = pytest.mark.slow
DEPTH = "Depth-Anything-V2-Metric-Indoor-Small-hf"


@pytest.fixture(scope="module")
def server(comfy_server):
    """With the depth model of the workflows, and the example photograph with few pixels."""
    for part in depth_anything("metric"):
        part.save_pretrained(comfy_server.base / "models" / "geometry_estimation" / DEPTH)
    Image.open(quickstart.EXAMPLE_PHOTO).resize((150, 87)).save(comfy_server.base / "input" / "small.png")
    return comfy_server


def video(server, prefix):
    """[F,H,W,3] uint8 of the last video of this prefix."""
    with av.open(sorted((server.base / "output").glob(f"{prefix}_*.mp4"))[-1]) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def points(server, folder):
    file = sorted((server.base / "output" / folder).glob("point_cloud_*.glb"))[-1]
    return len(trimesh.load(file).geometry.popitem()[1].vertices)


def test_a_photo_becomes_a_clip_and_a_cloud(server):
    graph = photo_workflow("photo_to_clip", "small.png", **SIZE)
    run(server, graph)
    clip = video(server, "photo_to_clip/key_frames")
    assert clip.shape == (3, 64, 128, 3) and np.ptp(clip[-1].astype(int)) > 20
    assert points(server, "photo_to_clip") > 5_000
    prompt, = nodes(graph, "WSKitEncodePrompt")
    graph[prompt]["inputs"]["prompt"] = "a red chair"
    run(server, graph)
    assert (video(server, "photo_to_clip/key_frames") != clip).any()


def test_a_photo_becomes_a_world_of_three_clips(server):
    graph = photo_workflow("photo_to_world", "small.png", **SIZE)
    report = run(server, graph).outputs[nodes(graph, "PreviewAny")[0]]["text"][0]
    assert [line.split(":")[0] for line in report.splitlines()] == ["right", "left", "up"]
    assert video(server, "photo_to_world/clips").shape == (9, 64, 128, 3)
    assert points(server, "photo_to_world") > 5_000


def test_a_portrait_photo_makes_a_portrait_clip(server):
    Image.open(quickstart.EXAMPLE_PHOTO).resize((99, 132)).save(server.base / "input" / "portrait.png")
    graph = photo_workflow("photo_to_clip", "portrait.png")
    render, path = nodes(graph, "WSKitRenderPointCloud") + nodes(graph, "WSKitEditTrajectory")
    graph[path]["inputs"]["frames"] = 2
    shown, = nodes(graph, "PreviewImage")
    needed = {"1", "2", "3", "5", path, render, shown}
    first = run(server, {key: graph[key] for key in needed}).outputs[shown]["images"][0]
    picture = Image.open(server.base / "temp" / first["subfolder"] / first["filename"])
    assert picture.size == (544, 720)  # as the photograph, and about as many pixels as 832x480
