"""Depth out of MOGE_GEOMETRY and DA3_GEOMETRY, built as ComfyUI's own nodes build them."""

import logging

import pytest
import torch

from motorcycle import motorcycle
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.comfy_geometry import depth_from_da3, depth_from_moge
from worldstereo.core.planning.presets.moves import orbit

H, W = 30, 45
K_PIXELS = torch.tensor([[40.0, 0, 22.5], [0, 42, 15], [0, 0, 1]])


def depth_maps(count):
    return torch.rand(count, H, W, generator=torch.Generator().manual_seed(0)) + 1


def moge(count=1, **changes):
    """As Run MoGe Inference gives it, with everything in the left third masked."""
    depth, mask = depth_maps(count), torch.ones(count, H, W, dtype=torch.bool)
    mask[:, :, :W // 3] = False
    depth = torch.where(mask, depth, torch.inf)
    K = K_PIXELS / torch.tensor([W, H, 1.0])[:, None]
    packet = {"image": torch.rand(count, H, W, 3), "points": torch.rand(count, H, W, 3), "depth": depth,
              "mask": mask,
              "intrinsics": K.repeat(count, 1, 1), "normal": torch.zeros(count, H, W, 3)}
    return {key: value for key, value in (packet | changes).items() if value is not None}


def da3(count=3, seen=(504, 336), **changes):
    """As Run Depth Anything 3 gives it in multiview mode: intrinsics of the picture that the model saw."""
    K = K_PIXELS * torch.tensor([seen[0] / W, seen[1] / H, 1])[:, None]
    packet = {"depth": depth_maps(count), "image": torch.rand(count, H, W, 3), "mode": "multiview",
              "confidence": torch.rand(count, H, W), "intrinsics": K.repeat(1, count, 1, 1),
              "extrinsics": torch.linalg.inv(orbit(count, 2.0, 30, 5)).float()[None, :, :3]}
    return {key: value for key, value in (packet | changes).items() if value is not None}


MONO = dict(mode="mono", extrinsics=None, intrinsics=None, confidence=None)


def test_moge_masked_depth_is_not_valid_and_intrinsics_become_pixels():
    packet = moge()
    depth, report = depth_from_moge(packet)
    assert torch.equal(depth.valid, packet["mask"])
    assert torch.equal(depth.depth[depth.valid], packet["depth"][packet["mask"]])
    assert torch.allclose(depth.K, K_PIXELS[None])
    assert torch.equal(depth.w2c, torch.eye(4)[None])
    assert depth.unit == "m" and "has normals" in report and "66.7% of the pixels" in report


def test_moge_mask_counts_even_when_the_depth_behind_it_was_kept():
    raw = depth_maps(1)  # apply_mask off
    depth, _ = depth_from_moge(moge(depth=raw))
    assert torch.equal(depth.valid, moge()["mask"]) and not depth.depth[~depth.valid].any()
    assert depth_from_moge(moge(depth=raw, mask=None))[0].valid.all()


def test_moge_without_normals_has_no_known_scale():
    depth, report = depth_from_moge(moge(normal=None))
    assert depth.unit == "scene units" and "no normals" in report
    assert depth_from_moge(moge(normal=None), "m")[0].unit == "m"


def test_moge_batches_are_views_from_one_place():
    depth, report = depth_from_moge(moge(2))
    assert len(depth.K) == 2 and "all 2 views are taken from one place" in report


@pytest.mark.parametrize("seen", [(504, 336), (45, 30), (1022, 686)])
def test_da3_intrinsics_are_scaled_to_the_depth(seen):
    """The bug this guards against: depth comes at the photograph's size, its intrinsics at the model's."""
    packet = da3(seen=seen)
    depth, report = depth_from_da3(packet)
    assert torch.allclose(depth.K, K_PIXELS.expand(3, 3, 3), rtol=1e-5)
    assert torch.allclose(depth.w2c[:, :3], packet["extrinsics"][0], atol=1e-6)
    assert depth.w2c[:, 3].tolist() == [[0, 0, 0, 1]] * 3
    assert ("the model saw" in report) == (seen != (W, H))
    assert "confidence is not used" in report and depth.unit == "scene units"


def test_da3_principal_points_of_ray_pose_survive_the_scaling():
    packet = da3()
    # off the middle, still nearest to 504 x 336
    packet["intrinsics"][0, :, :2, 2] += torch.tensor([3.0, -2.0])
    depth, _ = depth_from_da3(packet)
    assert torch.allclose(depth.K[0, :2, 2], torch.tensor([22.5 + 3 * W / 504, 15 - 2 * H / 336]), rtol=1e-5)
    own = da3(seen=(W, H))
    own["intrinsics"][0, :, :2, 2] += 1.0
    assert torch.allclose(depth_from_da3(own)[0].K, own["intrinsics"][0])


def test_da3_skew_is_left_out_and_said():
    """Cameras fitted to rays may come out skewed, which neither the renderer nor the rays of the model
    know."""
    packet = da3()
    packet["intrinsics"][0, 1, 0, 1] = 0.02 * packet["intrinsics"][0, 1, 0, 0]
    depth, report = depth_from_da3(packet)
    assert torch.allclose(depth.K, K_PIXELS.expand(3, 3, 3), rtol=1e-5)
    assert "a skew of up to 0.02 focal lengths, which is left out" in report


def test_da3_takes_full_extrinsics_and_straightens_those_of_half_precision():
    full = torch.eye(4).repeat(1, 3, 1, 1)
    full[:, :, :3] = da3()["extrinsics"]
    wanted = depth_from_da3(da3())[0].w2c
    assert torch.equal(depth_from_da3(da3(extrinsics=full))[0].w2c, wanted)
    half = depth_from_da3(da3(extrinsics=full.bfloat16()))[0].w2c
    assert torch.allclose(half, wanted, atol=0.02) and not torch.equal(half, wanted)


def test_da3_sky_is_not_valid():
    sky = torch.zeros(1, H, W)
    sky[:, :10] = 0.9
    depth, report = depth_from_da3(da3(1, sky=sky, **MONO), horizontal_fov=60)
    assert torch.equal(depth.valid, sky < 0.5)
    assert depth.K[0, 0, 0].item() == pytest.approx(22.5 / 3 ** -0.5) and "taken as 60 degrees" in report
    assert depth_from_da3(da3(1, **MONO), 60, "m")[0].unit == "m"


def test_da3_identity_cameras_are_no_cameras():
    """What ComfyUI writes when the model found no camera, e.g. in multiview mode with one picture."""
    packet = da3(1, extrinsics=torch.eye(4).view(1, 1, 4, 4), intrinsics=torch.eye(3).view(1, 1, 3, 3))
    with pytest.raises(ValueError, match="no intrinsics.*set horizontal_fov"):
        depth_from_da3(packet)
    assert depth_from_da3(packet, 50)[0].valid.all()


def test_what_is_not_used_is_said():
    assert "horizontal_fov is not used" in depth_from_da3(da3(), 60)[1]


def nan_in(tensor):
    tensor = tensor.clone(memory_format=torch.contiguous_format)
    tensor.view(-1)[0] = torch.nan
    return tensor


@pytest.mark.parametrize("make, sentence", [
    (lambda: depth_from_moge(moge(intrinsics=None)), "panorama.*Point Cloud from Panorama"),
    (lambda: depth_from_moge(moge(intrinsics=K_PIXELS[None])), "principal point at 22.5, 15.*about 0.5, 0.5"),
    (lambda: depth_from_moge(moge(depth=None)), "no depth"),
    (lambda: depth_from_moge("geometry"), "no depth"),
    (lambda: depth_from_moge(moge(mask=torch.ones(1, H, W + 1))), r"mask has the shape \[1, 30, 46\]"),
    (lambda: depth_from_moge(moge(intrinsics=K_PIXELS.repeat(2, 1, 1))), r"expected \[1,3,3\]"),
    (lambda: depth_from_moge(moge(depth=torch.full((1, H, W), torch.inf))), "no positive finite value"),
    (lambda: depth_from_moge(moge(intrinsics=torch.zeros(1, 3, 3))), "focal length of 0 pixels|last row"),
    (lambda: depth_from_da3(da3(1, **MONO)), "mono mode.*set horizontal_fov"),
    (lambda: depth_from_da3(da3(sky=torch.zeros(3, H, 2))), "sky has the shape"),
    (lambda: depth_from_da3(da3(intrinsics=nan_in(da3()["intrinsics"]))), "intrinsics has 1 of 27 entries"),
    (lambda: depth_from_da3(da3(extrinsics=nan_in(da3()["extrinsics"]))), "extrinsics has 1 of 36 entries"),
    (lambda: depth_from_da3(da3(extrinsics=2 * da3()["extrinsics"])), "no rotations"),
    (lambda: depth_from_da3(da3(extrinsics=da3(2)["extrinsics"])), r"extrinsics has the shape \[2, 3, 4\]"),
])
def test_geometry_that_does_not_fit_is_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_negative_depth_is_reported(caplog):
    depth = depth_maps(1)
    depth[0, 0, :5] = -1
    assert not depth_from_moge(moge(depth=depth, mask=None))[0].valid[0, 0, :5].any()
    assert "5 of 1350 depth values are negative or NaN" in caplog.text


def test_the_motorcycle_as_a_packet_gives_the_same_cloud():
    scene = motorcycle()
    height, width = scene.depth.height, scene.depth.width
    masked = torch.where(scene.depth.valid, scene.depth.depth, torch.inf)
    K = scene.depth.K / torch.tensor([width, height, 1.0])[:, None]
    packet = {"image": scene.left[None], "depth": masked, "intrinsics": K, "mask": scene.depth.valid}
    depth, report = depth_from_moge(packet, "m")
    wanted = lift(scene.left[None], scene.depth)
    assert torch.allclose(lift(scene.left[None], depth).points, wanted.points, atol=1e-4)
    assert "depth in m" in report and "92.7% of the pixels" in report


def test_the_node_takes_one_geometry(comfy, caplog):
    from worldstereo.nodes.comfy_geometry import DepthFromGeometry

    packet = moge()
    with caplog.at_level(logging.INFO):
        depth, image, report = DepthFromGeometry().convert(60.0, "", moge_geometry=packet)
    assert torch.equal(image, packet["image"]) and report in caplog.text
    assert "horizontal_fov is not used" in report
    assert DepthFromGeometry().convert(0.0, "ft", da3_geometry=da3())[0].unit == "ft"
    for geometries in ({}, {"moge_geometry": packet, "da3_geometry": da3()}):
        with pytest.raises(ValueError, match="needs one geometry"):
            DepthFromGeometry().convert(0.0, "", **geometries)
    with pytest.raises(ValueError, match="holds no image"):
        DepthFromGeometry().convert(0.0, "", moge_geometry=moge(image=None))
