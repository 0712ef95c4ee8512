"""Depth for the eye."""
import pytest
import torch

from worldstereo.core.depth.depth import Depth
from worldstereo.core.depth.picture import UNKNOWN, depth_picture, depth_report

K = torch.tensor([[[50.0, 0, 50], [0, 50, 20], [0, 0, 1]]])


def ramp():
    """2 to 8 m from left to right, unknown in the lowest rows."""
    depth, valid = torch.linspace(2, 8, 100).repeat(1, 40, 1), torch.ones(1, 40, 100, dtype=torch.bool)
    valid[:, 30:] = False
    return Depth(depth * valid, valid, K)


def test_near_is_white_far_is_black_and_unknown_blue():
    picture = depth_picture(ramp())
    assert picture.shape == (1, 40, 100, 3)
    assert torch.equal(picture[0, 0, :2], torch.ones(2, 3))
    assert torch.equal(picture[0, 0, -2:], torch.zeros(2, 3))
    assert (picture[0, 0].diff(dim=0) <= 0).all()
    assert torch.equal(picture[0, 30:], torch.tensor(UNKNOWN).expand(10, 100, 3))


def test_shades_follow_inverse_depth():
    row = depth_picture(ramp())[0, 0, :, 0]
    inner, inverse = slice(10, 90), 1 / torch.linspace(2, 8, 100)
    slope = row[inner].diff() / inverse[inner].diff()
    torch.testing.assert_close(slope, slope[:1].expand_as(slope), rtol=1e-3, atol=0)


def test_the_report_names_range_and_field_of_view():
    assert depth_report(ramp()) == (
        "1 x 100x40: 2 to 8 m, median 4.97, 75.0 % known, horizontal field of view 90.0 degrees")


def test_a_wall_is_one_shade():
    wall = Depth(torch.full((2, 4, 4), 3.0), torch.ones(2, 4, 4, dtype=torch.bool), K.repeat(2, 1, 1))
    assert len(depth_picture(wall).unique()) == 1


def test_nothing_known_is_an_error():
    empty = Depth(torch.zeros(1, 4, 4), torch.zeros(1, 4, 4, dtype=torch.bool), K)
    for make in (depth_picture, depth_report):
        with pytest.raises(ValueError, match="no known pixel"):
            make(empty)
