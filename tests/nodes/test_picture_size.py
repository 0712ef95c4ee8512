"""A portrait photo in a wide clip: every node of the clip shows the same part of it, with its intrinsics."""
import math

import pytest
import torch

import native_model
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.depth.depth import Depth
from worldstereo.core.picture_fit import start_frame
from worldstereo.core.pictures import to_image
from worldstereo.nodes import NODE_CLASS_MAPPINGS

WIDTH, HEIGHT = 208, 112


def run(node, *args, **options):
    node = NODE_CLASS_MAPPINGS[node]()
    return getattr(node, node.FUNCTION)(*args, **options)


@pytest.fixture
def photo():
    rows, columns = torch.meshgrid(torch.arange(125) / 125, torch.arange(83) / 125, indexing="ij")
    return torch.stack([torch.sin(5 * columns + rows) ** 2, rows, columns], -1)[None]


@pytest.fixture
def depth():
    return Depth(torch.full((1, 125, 83), 2.0), torch.ones(1, 125, 83, dtype=torch.bool),
                 intrinsics_from_fov(40.0, 83, 125)[None])


def path_of(depth, **fit):
    return run("WSKitCameraTrajectory", depth, "orbit", 3, WIDTH, HEIGHT, 5.0, 0.0, 0.3, **fit)[0]


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_all_nodes_of_a_clip_show_the_same(comfy, photo, depth, fit):
    path = path_of(depth, fit=fit)
    if fit != "stretch":
        assert float(path.K[0, 0, 0] / path.K[0, 1, 1]) == pytest.approx(1, abs=1e-3)
    start = to_image(start_frame(photo, HEIGHT, WIDTH, fit)[None])
    cloud, = run("WSKitPointCloudFromDepth", photo, depth, 0.35)
    radius = 0.08 if fit == "crop" else 0.03  # of points 2.5 pixels apart, and less
    render, mask, _ = run("WSKitRenderPointCloud", cloud, path, radius, 20, photo)
    torch.testing.assert_close(render[:1], start)
    bare, holes, _ = run("WSKitRenderPointCloud", cloud, path, radius, 20)
    known, known_mask = run("WSKitKnownFirstFrame", bare, holes, photo, path)
    torch.testing.assert_close(known[:1], start)
    assert torch.equal(mask, known_mask)
    seen = (holes[0] == 0) & (mask[0] == 0)
    error = (bare[0] - start[0])[seen].square().mean()
    assert seen.float().mean() > (0.3 if fit == "pad" else 0.97) and -10 * math.log10(float(error)) > 30
    bank, _ = run("WSKitNewMemoryBank", photo, path, "start")
    torch.testing.assert_close(run("WSKitBankFrame", bank, "", path)[0], start, atol=0.003, rtol=0)


def test_a_graph_without_fit_stretches_as_before(comfy, depth):
    path = path_of(depth)
    assert path.fit == "stretch"
    torch.testing.assert_close(path.K[0, 0, 0] / path.K[0, 1, 1], torch.tensor(WIDTH / 83 * 125 / HEIGHT))


def test_a_cropped_photo_has_nothing_left_to_stretch(comfy, photo, depth):
    part, its_depth = run("WSKitCropPhotoAndDepth", photo, depth, WIDTH, HEIGHT, 0.5, 0.2)
    assert part.shape == (1, 45, 83, 3) and its_depth.depth.shape == (1, 45, 83)
    assert torch.equal(part, photo[:, 16:61])
    path = path_of(its_depth)
    assert float(path.K[0, 0, 0] / path.K[0, 1, 1]) == pytest.approx(1, abs=0.01)
    cloud, = run("WSKitPointCloudFromDepth", part, its_depth, 0.35)
    run("WSKitRenderPointCloud", cloud, path, 0.08, 20, part)


def test_a_size_of_the_model_or_near_the_trained_area(comfy, photo):
    assert run("WSKitPictureSize", photo)[:2] == (512, 768)
    model = native_model.model_of("camera", comfy)
    assert run("WSKitPictureSize", photo, model)[:2] == (512, 784)
    width, height, report = run("WSKitPictureSize", photo.transpose(1, 2), model)
    assert (width, height) == (784, 512) and report.startswith("784x512 for a photograph of 125x83: a crop")
