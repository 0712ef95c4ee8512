"""Memories as the transformer takes them: from pictures, path and VAE."""

from dataclasses import replace

import pytest
import torch

from memory_scene import mean_vae
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.stereo.references import References, start_frame_reference
from worldstereo.core.sampling.controls import check_same_path, geometric_control, stereo_control

FRAMES, WIDTH, HEIGHT = 4, 48, 32


def path(frames=FRAMES, width=WIDTH, height=HEIGHT) -> Trajectory:
    w2c = torch.eye(4).repeat(frames, 1, 1)
    w2c[:, 0, 3] = -0.1 * torch.arange(frames)
    K = torch.tensor([[40.0, 0, width / 2], [0, 40, height / 2], [0, 0, 1]]).repeat(frames, 1, 1)
    return Trajectory(w2c, K, width, height)


def pictures(frames=FRAMES):
    return torch.rand(frames, 3, HEIGHT, WIDTH) * 2 - 1, torch.rand(frames, HEIGHT, WIDTH)


def test_geometric_memory_becomes_inputs_of_the_model():
    render, mask = pictures()
    control = geometric_control(mean_vae(), render, mask, path(), strength=0.5)
    assert control.render_latent.shape == (1, 16, FRAMES, 4, 6) and control.strength == 0.5
    assert torch.equal(control.mask[0, 0], (mask >= 0.5).float())
    assert control.pluecker.shape == (1, 6, FRAMES, HEIGHT, WIDTH)


def test_the_start_frame_alone_is_a_reference():
    start = torch.rand(3, HEIGHT, WIDTH)
    control = stereo_control(mean_vae(), start_frame_reference(start, path()), path())
    latent, given, again = control.reference_latent.split([16, 4, 16], dim=1)
    assert torch.equal(latent, again) and (given == 1).all() and latent.shape == (1, 16, 1, 4, 6)
    assert control.ref_index == (0,)
    assert torch.equal(control.camera_qt_ref, control.camera_qt[:, :1])  # it is seen from the first pose


def test_both_memories_are_of_one_path():
    one, start = path(), torch.rand(3, HEIGHT, WIDTH)
    geometric = geometric_control(mean_vae(), *pictures(), one)

    def check(other):
        check_same_path(geometric, stereo_control(mean_vae(), start_frame_reference(start, other), other))

    check(one)
    in_another_world = torch.tensor([[0.0, 1, 0, 3], [-1, 0, 0, 5], [0, 0, 1, 7], [0, 0, 0, 1]])
    check(replace(one, w2c=one.w2c @ in_another_world))
    moved, turned = one.w2c.clone(), one.w2c.clone()
    moved[2, 1, 3] += 0.02
    turned[3] = to_the_side(2.0) @ turned[3]
    for w2c in (moved, turned):
        with pytest.raises(ValueError,
                           match="different camera paths: give 'Apply Global-Geometric Memory' and"):
            check(replace(one, w2c=w2c))


def to_the_side(degrees: float) -> torch.Tensor:
    """A turn about the camera's y axis, [4,4]."""
    angle, turn = torch.tensor(degrees).deg2rad(), torch.eye(4)
    turn[0, 0] = turn[2, 2] = angle.cos()
    turn[0, 2], turn[2, 0] = angle.sin(), -angle.sin()
    return turn


def two_references():
    """The start picture and one more, seen from the third pose; the path moves by 0.1 for each frame."""
    clip = path()
    return References(torch.rand(2, 3, HEIGHT, WIDTH), clip.w2c[[0, 2]], clip.K[[0, 2]], (0, 2))


def wall(unit="scene units") -> PointCloud:
    """A wall 1 in front of the path."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 200), torch.linspace(-1, 1, 200), indexing="ij")
    points = torch.stack([x, y, torch.ones_like(x)], -1).view(-1, 3)
    return PointCloud(points, torch.zeros_like(points), torch.eye(4), unit)


def test_receptive_fields_of_the_references():
    clip, references, vae = path(), two_references(), mean_vae()
    assert stereo_control(vae, references, clip).receptive_field is None
    paired = stereo_control(vae, references, clip, receptive_field="paired").receptive_field
    assert paired.assignment == (-1, 0, 0, 1) and paired.matches is None
    ticks = []
    control = stereo_control(vae, references, clip, ticks.append, "correspondence", wall(), 3)
    # renders of the clip and of the references, references encoded
    assert ticks == list(range(1, 4 + 2 + 2 + 1))
    field = control.receptive_field
    assert field.window == 3 and field.assignment == paired.assignment and field.matches.shape == (4, 2, 3, 2)
    # 0.1 sideways at depth 1 is 4 pixels of a token's 16: less than the half that leads to another token
    assert field.matches[0, :, :, 0].tolist() == field.matches[2, :, :, 1].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_wrong_receptive_fields_are_named(caplog):
    clip, references, vae = path(), two_references(), mean_vae()
    with pytest.raises(ValueError, match="'sharp'; expected full or paired or correspondence"):
        stereo_control(vae, references, clip, receptive_field="sharp")
    with pytest.raises(ValueError, match="needs the point cloud: connect the global-geometric memory"):
        stereo_control(vae, references, clip, receptive_field="correspondence")
    with pytest.raises(ValueError, match="window is 2 tokens wide"):
        stereo_control(vae, references, clip, receptive_field="correspondence", cloud=wall(), window=2)
    with pytest.raises(ValueError, match="cloud is in feet"):
        stereo_control(vae, references, clip, receptive_field="correspondence", cloud=wall("feet"))
    stereo_control(vae, replace(references, assignment=(0, 0, 0)), clip, receptive_field="paired")
    assert "References [1] belong to no key frame" in caplog.text


def test_references_know_their_key_frames():
    references = two_references()
    assert references.reference_per_frame(4) == (-1, 0, 0, 1)
    assert references.reference_per_frame(6) == (-1, 0, 0, 1, 1, 1)
    assert replace(references, ref_index=(2, 1)).reference_per_frame(5) == (-1, -1, 1, 0, 0)
    # of two, the one named first
    assert replace(references, ref_index=(1, 1)).reference_per_frame(4) == (-1, -1, 0, 0)
    chosen = replace(references, assignment=(1, -1, 0))
    assert chosen.reference_per_frame(4) == (-1, 1, -1, 0)
    with pytest.raises(ValueError, match="assigned to 4 key frames, the clip has 5: retrieve the references"):
        chosen.reference_per_frame(5)
    with pytest.raises(ValueError, match="expected numbers from -1 to 1"):
        replace(references, assignment=(0, 2, 0))


def test_what_does_not_agree_is_named():
    render, mask = pictures()
    with pytest.raises(ValueError,
                       match="render has 4 frames of 48x32, the trajectory 5 of 48x32: connect 'Render"):
        geometric_control(mean_vae(), render, mask, path(5))
    with pytest.raises(ValueError, match="hole mask has 3 frames"):
        geometric_control(mean_vae(), render, mask[:3], path())
    with pytest.raises(ValueError,
                       match="40x32; the model takes multiples of 16: change the size in 'Camera"):
        geometric_control(mean_vae(), render[..., :40], mask[..., :40], path(width=40))
    with pytest.raises(ValueError, match="The hole mask has 1 of 6144 entries that are NaN"):
        one_wrong = mask.index_put(tuple(torch.zeros(3, 1).long()), torch.tensor(float("nan")))
        geometric_control(mean_vae(), render, one_wrong, path())
    with pytest.raises(ValueError, match="from 0.5 to 0.5 of the schedule.*start_percent below end_percent"):
        geometric_control(mean_vae(), render, mask, path(), start=0.5, end=0.5)
    with pytest.raises(ValueError, match="references are 48x32, the trajectory 64x32"):
        stereo_control(mean_vae(), start_frame_reference(render[0], path()), path(width=64))
    with pytest.raises(ValueError, match="single key frame; the spatial-stereo memory needs at least 2"):
        stereo_control(mean_vae(), start_frame_reference(render[0], path()), path(1))
