"""Matches of tokens on a synthetic room, whose surfaces are known from everywhere."""


import pytest
import torch

from correspondence_scene import COLUMNS, ROWS, scene, true_matches
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.stereo.correspondence import correspondences
from worldstereo.core.memory.stereo.references import References


def test_matches_lie_on_the_true_correspondence():
    cloud, clip, references = scene()
    matches = correspondences(cloud, clip, references)
    assert matches.shape == (4, ROWS, COLUMNS, 3) and matches.dtype == torch.int32
    positions, visible = true_matches(clip, references)
    found = matches >= 0
    middle = torch.stack([matches // COLUMNS, matches % COLUMNS], -1) + 0.5
    distance = (middle - positions).norm(dim=-1)[found & visible]
    assert distance.median() < 0.5 and distance.quantile(0.95) < 1  # tokens; 0.38 is the mean within a token
    assert visible[..., :2].float().mean() > 0.3
    assert (found & visible).sum() > 0.9 * visible.sum()  # found what is visible
    assert (found & ~visible).sum() < 0.05 * found.sum()  # and little else
    assert not found[..., 2].any()  # the reference that looks away


def test_hidden_points_have_no_match():
    """A wall close to the reference hides everything behind it, and the clip sees past it."""
    cloud, clip, references = scene()
    free = correspondences(cloud, clip, references)
    y, x = torch.meshgrid(torch.linspace(-1, 1, 300), torch.linspace(-1, 1, 300), indexing="ij")
    plate = torch.stack([x, y, torch.full_like(x, 0.4)], -1).view(-1, 3)  # in the axes of reference 0
    c2w = torch.linalg.inv(references.w2c[0])
    plate = plate @ c2w[:3, :3].T + c2w[:3, 3]
    behind = torch.cat([cloud.points, plate])
    hidden = PointCloud(behind, torch.zeros_like(behind), cloud.start_w2c)
    blocked = correspondences(hidden, clip, references)[3]
    assert (free[3, ..., 0] >= 0).float().mean() > 0.3
    assert ((blocked[..., 0] >= 0) & (free[3, ..., 0] >= 0)).sum() < 0.1 * (free[3, ..., 0] >= 0).sum()
    assert ((blocked[..., 1] >= 0) == (free[3, ..., 1] >= 0)).float().mean() > 0.8


def test_progress_counts_every_render():
    done = []
    correspondences(*scene(), done.append)
    assert done == list(range(1, 8))


def test_holes_of_the_cloud_have_no_match():
    cloud, clip, references = scene()
    left = cloud.points[:, 0] < 0
    half = PointCloud(cloud.points[left], cloud.colors[left], cloud.start_w2c)
    all_tokens, some = (correspondences(points, clip, references) >= 0 for points in (cloud, half))
    assert 0.2 < some.sum() / all_tokens.sum() < 0.8


def test_other_worlds_are_refused():
    cloud, clip, references = scene(unit="feet")
    with pytest.raises(ValueError,
                       match="cloud is in m, the trajectory in feet: connect the cloud of the world"):
        correspondences(cloud, clip, references)
    cloud, clip, references = scene()
    away = References(references.frames[2:], references.w2c[2:], references.K[2:], (0,))
    with pytest.raises(ValueError, match="No reference shows anything of what the point cloud shows"):
        correspondences(cloud, clip, away)
