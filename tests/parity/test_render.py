"""The checker of the point renderer's recordings: only pixels at the edge of a disc may differ."""
import pytest
import torch
from safetensors.torch import save_file

from parity_checks import check_file
from worldstereo.core.cloud.render.render import render_points

HEIGHT, WIDTH, RADIUS = 24, 32, 0.05


def recorded(tmp_path, edit=None):
    """A render of ours as a recording, with `edit(tensors)`."""
    g = torch.Generator().manual_seed(0)
    points = torch.rand(400, 3, generator=g) * 2 - torch.tensor([1, 1, -2.0])
    scene = {"points": points, "colors": torch.rand(400, 3, generator=g), "w2c": torch.eye(4)[None],
             "K": torch.tensor([[[30.0, 0, 16], [0, 30, 12], [0, 0, 1]]])}
    scene["points"][0] = torch.tensor([10.5 - 16, 12.5 - 12, 30]) / 30  # in front, at the centre of a pixel
    image, mask, depth = render_points(*scene.values(), HEIGHT, WIDTH, RADIUS, 8)
    tensors = scene | {"image": image, "mask": mask, "zbuf0": torch.where(mask == 1, -1.0, depth)}
    if edit:
        edit(tensors)
    file = tmp_path / "render_small.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file,
              {"h": str(HEIGHT), "w": str(WIDTH), "radius_ndc": str(RADIUS), "points_per_pixel": "8"})
    return file


def one_pixel(name, change):
    def edit(tensors):
        tensors[name][0, 12, 10] += change
    return edit


def test_an_equal_render_passes(tmp_path):
    result = check_file(recorded(tmp_path))
    assert result.verdict == "passed", result.remark


@pytest.mark.parametrize("name, change", [("image", 0.01), ("mask", 1), ("zbuf0", 0.1)])
def test_a_single_pixel_inside_a_disc_may_not_differ(tmp_path, name, change):
    result = check_file(recorded(tmp_path, one_pixel(name, change)))
    assert result.verdict == "failed" and "1 other pixels, and 0 at edges" in result.remark


def test_a_pixel_at_the_edge_of_a_disc_may_differ(tmp_path):
    """A point a disc's radius from a pixel's centre; another renderer rounds to the other side."""
    def edit(tensors):
        x = 10.5 + RADIUS * HEIGHT / 2  # in pixels
        tensors["points"] = torch.tensor([[(x - 16) / 30, 0.5 / 30, 1]])
        tensors["colors"] = torch.ones(1, 3)
        scene = [tensors[name] for name in ("points", "colors", "w2c", "K")]
        image, mask, depth = render_points(*scene, HEIGHT, WIDTH, RADIUS, 8)
        tensors |= {"image": image, "mask": mask, "zbuf0": torch.where(mask == 1, -1.0, depth)}
        seen = tensors["mask"][0, 12, 10] == 0
        tensors["mask"][0, 12, 10] = float(seen)
        tensors["zbuf0"][0, 12, 10] = -1 if seen else 1

    result = check_file(recorded(tmp_path, edit))
    assert result.verdict == "passed", result.remark
