"""Edit Trajectory without the page: where the path starts, what an empty text means, the file of the
scene."""
import json
import logging
import re
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch

from camera_keys import data, key
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.cloud.thinning import thin_cloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.picture_fit import FITS, fit_between
from worldstereo.core.planning.keys import scene
from worldstereo.core.planning.plan import plan
from worldstereo.core.planning.presets.moves import pan
from worldstereo.core.planning.presets.table import PRESETS, Wish
from worldstereo.nodes import NODE_CLASS_MAPPINGS

SIZE = {"frames": 9, "width": 64, "height": 48, "fit": "crop"}
TEXT = json.dumps(data())


@pytest.fixture
def edit(folders, monkeypatch):
    """The node, which writes into a temp folder of this test."""
    import folder_paths
    monkeypatch.setattr(folder_paths, "temp_directory", str(folders / "temp"))
    return NODE_CLASS_MAPPINGS["WSKitEditTrajectory"]().edit


def wall(median=2.0, width=40, height=30):
    """A wall that is `median` ahead of a camera that is not at the origin."""
    w2c = pan(2, 33, 12).float()[1]
    w2c[:3, 3] = torch.tensor([1.1, -2.3, 0.7])
    shape = (1, height, width)
    return Depth(torch.full(shape, median), torch.ones(shape, dtype=torch.bool),
                 intrinsics_from_fov(60, width, height, cy=0.4 * height)[None], w2c[None])


def cloud_of(depth):
    return lift(torch.rand(*depth.depth.shape, 3, generator=torch.Generator().manual_seed(1)), depth)


def scene_of(folders, output):
    """(header, points [N,3], colours [N,3]) as the page reads them."""
    (entry,) = output["ui"]["worldstereo_scene"]
    assert entry["type"] == "temp"
    content = (folders / "temp" / entry["subfolder"] / entry["filename"]).read_bytes()
    (length,) = struct.unpack("<I", content[4:8])
    assert content[:4] == b"WSSC" and (8 + length) % 4 == 0
    header = json.loads(content[8:8 + length])
    count, begin = header["count"], 8 + length
    assert len(content) == begin + 15 * count
    points = np.frombuffer(content, "<f4", 3 * count, begin).reshape(-1, 3)
    return header, points, np.frombuffer(content, "u1", 3 * count, begin + 12 * count).reshape(-1, 3)


def test_keys_count_in_median_depths_from_the_photographs_camera(edit):
    depth = wall()
    path, report = edit(TEXT, **SIZE, depth=depth)["result"]
    assert torch.equal(path.w2c[0], depth.w2c[0]) and (path.width, path.height, path.unit) == (64, 48, "m")
    c2start = depth.w2c[0] @ path.c2w
    assert torch.allclose(c2start[4, :3, 3], torch.tensor([0.4, 0, 0.2]), atol=1e-5)  # twice what keys say
    assert torch.allclose(c2start[4, :3, 2], torch.tensor([1.0, 0, 0]), atol=1e-5)
    K = depth.K[0] * torch.tensor([64 / 40, 48 / 30, 1])[:, None]
    assert torch.allclose(path.K[0], K) and torch.allclose(path.K[8, :2, :2], 2 * K[:2, :2])
    assert torch.allclose(path.K[:, :2, 2], K[:2, 2])
    assert report.startswith("3 keys, smooth, look free: 9 poses, length ")


def test_the_same_keys_from_the_cloud_alone_and_from_a_trajectory_alone(edit):
    depth = wall()
    path = edit(TEXT, **SIZE, depth=depth)["result"][0]
    of_cloud = edit(TEXT, **SIZE, point_cloud=cloud_of(depth))["result"][0]
    assert torch.allclose(path.w2c, of_cloud.w2c, atol=1e-5) and torch.allclose(path.K, of_cloud.K)
    given = replace(path, w2c=path.w2c[:1], K=path.K[:1], fps=8.0, name="shot")
    of_path = edit(TEXT, **SIZE, trajectory=given)["result"][0]
    assert torch.equal(of_path.w2c[0], depth.w2c[0]) and (of_path.fps, of_path.name) == (8.0, "shot")
    assert torch.allclose((path.c2w[:, :3, 3] - path.c2w[0, :3, 3]) / 2,  # without a scene the median is 1
                          of_path.c2w[:, :3, 3] - path.c2w[0, :3, 3], atol=1e-5)


def test_empty_keys_are_the_trajectory_as_it_is(edit, caplog):
    depth = wall()
    given, _ = plan(depth, "orbit", 9, 64, 48, Wish(angle=40), "in")
    path, report = edit(" \n", **SIZE, depth=depth, trajectory=given)["result"]
    assert torch.equal(path.w2c, given.w2c) and torch.equal(path.K, given.K)
    assert report.startswith("no keys, the path of trajectory: 9 poses")
    longer, _ = edit("", **{**SIZE, "frames": 17, "width": 128}, trajectory=given)["result"]
    assert longer.frames == 17 and torch.allclose(longer.w2c[::2], given.w2c, atol=1e-5)  # in the same time
    assert torch.allclose(longer.K[0, 0], 2 * given.K[0, 0])
    assert edit("", **{**SIZE, "frames": 1}, trajectory=given)["result"][0].frames == 1
    assert not caplog.records


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("aspect", [(30, 40), (50, 20)])
def test_the_lens_is_that_of_a_planned_path_in_every_fit(edit, folders, fit, aspect):
    depth = wall(2.0, *aspect)
    size = {**SIZE, "fit": fit}
    planned, _ = plan(depth, "dolly zoom", 9, 64, 48, Wish(distance=0.5), fit=fit)
    output = edit("", **size, depth=depth, trajectory=planned)
    assert output["result"][0] is planned or torch.equal(output["result"][0].K, planned.K)
    header = scene_of(folders, output)[0]
    drawn = edit(json.dumps(header["start"]), **size, depth=depth, trajectory=planned)["result"][0]
    assert drawn.fit == fit and torch.allclose(drawn.K, planned.K, rtol=0.01)
    assert torch.allclose(drawn.K[0], planned.K[0], rtol=1e-5)
    other = edit("", **{**size, "fit": "stretch"}, depth=depth, trajectory=planned)["result"][0]
    assert torch.allclose(other.K[0], plan(depth, "static", 9, 64, 48, Wish())[0].K[0], rtol=1e-5)
    of_cloud = edit(TEXT, **size, point_cloud=cloud_of(depth))["result"][0]
    assert torch.allclose(of_cloud.K[0], planned.K[0], rtol=1e-2)
    (x0, y0, x1, y1), (left, top, right, bottom) = fit_between(aspect, (64, 48), fit)
    across, down = (right - left) / (x1 - x0), (bottom - top) / (y1 - y0)
    assert header["photo"] == pytest.approx([(left - x0 * across) / 64, (top - y0 * down) / 48,
                                             (right + (aspect[0] - x1) * across) / 64,
                                             (bottom + (aspect[1] - y1) * down) / 48], abs=1e-5)
    assert header["focal"] == pytest.approx([float(planned.K[0, 0, 0]) / 64, float(planned.K[0, 1, 1]) / 48])


def test_empty_keys_and_no_trajectory_stand_still_with_a_warning(edit, caplog):
    depth = wall()
    path, report = edit("", **SIZE, depth=depth)["result"]
    assert torch.equal(path.w2c, depth.w2c.expand(9, 4, 4)) and "the camera stands still" in report
    (warning,) = caplog.records
    assert warning.levelno == logging.WARNING and "draw a path" in warning.getMessage()


@pytest.mark.parametrize("given, sentence", [
    ({}, "has no camera to start from"),
    ({"depth": wall(), "trajectory": Trajectory(torch.eye(4)[None], torch.eye(3)[None], 8, 8)},
     "counts in m and in scene units"),
    ({"point_cloud": replace(cloud_of(wall()), start_K=None)}, "does not tell with which lens")])
def test_what_is_missing_is_one_sentence(edit, given, sentence):
    with pytest.raises(ValueError, match=sentence):
        edit(TEXT, **SIZE, **given)


def test_a_cloud_without_a_lens_takes_that_of_the_trajectory(edit):
    cloud = replace(cloud_of(wall()), start_K=None)
    given = Trajectory(torch.eye(4)[None], intrinsics_from_fov(50, 32, 16)[None], 32, 16, unit="m")
    path, _ = edit(TEXT, **{**SIZE, "fit": "stretch"}, point_cloud=cloud, trajectory=given)["result"]
    assert torch.allclose(path.w2c[0], cloud.start_w2c) and path.horizontal_fov == pytest.approx(50)


def test_a_path_that_comes_too_near_is_told_and_not_changed(edit, caplog):
    depth, through = wall(), json.dumps(data(key(0), key(1, (0, 0, 1.5))))
    path, report = edit(through, **SIZE, depth=depth)["result"]
    assert float((depth.w2c[0] @ path.c2w)[-1, 2, 3]) == pytest.approx(3)
    assert "of the scene at frames 5 to 6 (should keep 0.1)" in report
    assert "Move the camera away there" in caplog.records[0].getMessage()
    assert "; keeps 1.8" in edit(TEXT, **SIZE, point_cloud=cloud_of(depth))["result"][1]


def test_the_scene_file(edit, folders):
    depth = wall()
    cloud = cloud_of(depth)
    header, points, colors = scene_of(folders, edit(TEXT, **SIZE, depth=depth, point_cloud=cloud))
    assert header["version"] == 1 and header["count"] == header["of"] == len(cloud.points)
    assert np.allclose(points[:, 2], 1, atol=1e-5)  # the wall is one median depth ahead
    assert np.array_equal(colors, (cloud.colors * 255).round().byte().numpy())
    where = points @ np.diag([header["focal"][0], header["focal"][1], 1]) + [*header["centre"], 0]
    assert where[:, 1].min() == pytest.approx(0.5 / 30, abs=1e-4)  # the centre of the first row of pixels
    assert where[:, 0].max() == pytest.approx(39.5 / 40)
    assert (header["median"], header["unit"], header["frames"]) == (2, "m", 9)
    assert header["width"] == 64 and header["height"] == 48 and header["start"] is None
    assert header["nearest"] == pytest.approx(0.05) and (header["neighbours"], header["radius"]) == (5, 0.008)
    assert [row["name"] for row in header["presets"]] == [*PRESETS]
    assert header["presets"][0]["uses"]["angle"] == "moves right"
    assert header["presets"][0]["example"] == {"angle": 30}


def test_of_depth_alone_the_scene_is_grey(edit, folders):
    depth = wall(2.0, 160, 30)
    depth = replace(depth, depth=depth.depth + torch.linspace(0, 1, 160))
    header, _, colors = scene_of(folders, edit(TEXT, **SIZE, depth=depth))
    assert header["count"] == 4800 and (colors == colors[:, :1]).all()
    assert colors.max() > 200 > 50 > colors.min()


def test_of_a_trajectory_alone_there_is_no_scene(edit, folders):
    given, _ = plan(wall(), "orbit", 9, 64, 48, Wish(angle=40))
    header, points, _ = scene_of(folders, edit("", **SIZE, trajectory=given))
    assert header["count"] == len(points) == 0 and header["median"] == 1


def test_the_trajectory_as_keys_gives_its_path_again(edit, folders):
    depth = wall()
    given, _ = plan(depth, "arc", 9, 64, 48, Wish(angle=40, distance=0.6))
    start = scene_of(folders, edit("", **SIZE, depth=depth, trajectory=given))[0]["start"]
    assert start["locked"] and len(start["keys"]) <= 4
    path, _ = edit(json.dumps(start), **SIZE, depth=depth)["result"]
    assert torch.equal(path.w2c[0], given.w2c[0])
    assert float((path.c2w - given.c2w)[:, :3, 3].norm(dim=1).max()) < 0.01  # 0.005 median depths
    K = given.K[3:].clone()
    K[:, [0, 1], [0, 1]] *= 1.5
    elsewhere = replace(given, w2c=given.w2c[3:], K=K)
    start = scene_of(folders, edit("", **SIZE, depth=depth, trajectory=elsewhere))[0]["start"]
    assert not start["locked"] and start["keys"][0]["zoom"] == pytest.approx(1.5)
    path, _ = edit(json.dumps(start), **SIZE, depth=depth)["result"]
    assert torch.allclose(path.w2c[0], given.w2c[3], atol=1e-5)


def test_a_file_belongs_to_a_node_and_a_content(edit, folders):
    depth, nearer = wall(), wall(1.5)
    names = [edit(TEXT, **SIZE, depth=value, unique_id=node)["ui"]["worldstereo_scene"][0]["filename"]
             for node, value in [("7", depth), ("8", depth), ("7", nearer), ("7", depth), ("53:7", depth),
                                 ("53/7", depth),
                                 ("../../x\0", depth), ("7" * 500, depth)]]
    assert len(set(names)) == 6 and names[0] == names[3]
    assert sorted(path.name for path in (folders / "temp" / "worldstereo").iterdir()) == sorted(set(names))
    assert all(re.fullmatch(r"scene_[0-9A-Za-z-]{1,40}_[0-9a-f]{20}\.bin", name) for name in names)


def test_a_scene_that_was_written_is_not_thinned_again(edit, monkeypatch):
    depth = wall()
    first = edit(TEXT, **SIZE, depth=depth, point_cloud=cloud_of(depth))["ui"]["worldstereo_scene"]

    def thinned_again(*_):
        raise AssertionError("the points were thinned")

    monkeypatch.setattr(scene, "_thinned", thinned_again)
    again = edit("", **SIZE, depth=depth, point_cloud=cloud_of(depth))["ui"]["worldstereo_scene"]
    assert again == first
    other = cloud_of(depth)
    for moved in (replace(other, points=other.points * 1.001), replace(other, colors=1 - other.colors),
                  replace(other, confidence=other.confidence * 0.5)):
        with pytest.raises(AssertionError, match="were thinned"):
            edit(TEXT, **SIZE, depth=depth, point_cloud=moved)


def test_keys_do_not_change_the_scene(edit):
    one, other = (edit(text, **SIZE, depth=wall())["ui"]["worldstereo_scene"] for text in (TEXT, ""))
    assert one == other


def test_a_large_cloud_is_thinned_as_the_start_camera_sees_it(edit, folders, monkeypatch):
    monkeypatch.setattr(scene, "MOST_POINTS", 20_000)
    depth = wall(2.0, 264, 152)
    depth = replace(depth, depth=depth.depth * torch.linspace(0.3, 3, 264))
    cloud = cloud_of(depth)
    header, points, colors = scene_of(folders, edit(TEXT, **SIZE, depth=depth, point_cloud=cloud))
    assert 17_000 < header["count"] <= 20_000 < header["of"] == len(cloud.points)
    path, _ = plan(depth, "arc", 2, 132, 76, Wish(angle=20, distance=0.2 * depth.median))
    world = torch.from_numpy(points.copy()) * header["median"] - depth.w2c[0, :3, 3]
    thinned = replace(cloud, points=world @ depth.w2c[0, :3, :3],
                      colors=torch.from_numpy(colors / np.float32(255)),
                      confidence=torch.ones(len(points)), views=cloud.views[:len(points)],
                      clip=cloud.clip[:len(points)])
    covered, all_covered = (render_path(each, path, radius=0.05)[1] == 0 for each in (thinned, cloud))
    assert float((covered & all_covered).sum() / (covered | all_covered).sum()) > 0.98
    by_voxel = thin_cloud(cloud, most=20_000)  # which leaves few of the near ones
    covered_then = render_path(by_voxel, path, radius=0.05)[1] == 0
    assert covered_then.sum() < covered.sum()


def test_keys_that_other_nodes_make_are_checked(edit):
    with pytest.raises(ValueError, match="keys of 'Edit Trajectory' is a dict, expected a text"):
        edit(data(), **SIZE, depth=wall())
    with pytest.raises(ValueError, match="Key 2 of the camera path is at time 0.5"):
        edit(json.dumps(data(key(0), key(0.6), key(0.5), key(1))), **SIZE, depth=wall())
