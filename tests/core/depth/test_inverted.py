"""Near and far swapped: told from depth maps of which both ways are known."""
import pytest
import torch

import garden
import synthetic_room
from motorcycle import motorcycle
from worldstereo.core.depth.inverted import looks_inverted, warn_of_inverted


def swapped(depth: torch.Tensor) -> torch.Tensor:
    """As a depth preview shows it: white is near, in 8 bits from 0 to 1."""
    known = depth > 0
    inverse = torch.where(known, 1 / depth, 0.0)
    low, high = inverse[known].min(), inverse[known].max()
    return torch.where(known, (255 * (inverse - low) / (high - low)).round() / 255, 0.0)


def photograph() -> torch.Tensor:
    return motorcycle().depth.depth[0]


def outdoors() -> torch.Tensor:
    return garden.see(torch.eye(4)[None], 240, 320)[1].depth[0]


def indoors(yaw: float, pitch: float) -> torch.Tensor:
    return synthetic_room.see(synthetic_room.look([0.2, 0.1, 0.1], yaw, pitch)[None], 120, 160)[1].depth[0]


@pytest.mark.parametrize("see", [photograph, outdoors])
def test_swapped_depth_is_seen_and_sound_depth_is_not(see):
    depth = see()
    assert looks_inverted(swapped(depth)) and looks_inverted(torch.where(depth > 0, 1 / depth, 0.0))
    assert not looks_inverted(depth) and not looks_inverted(3000 * depth)


def test_what_is_near_above_is_no_sign_alone():
    upside_down = photograph().flip(0)
    assert upside_down[-150:].median() > 1.2 * upside_down[:150].median()
    assert not looks_inverted(upside_down)


@pytest.mark.parametrize("pitch", [-60, -30, 30, 60])
def test_a_room_is_sound_wherever_the_camera_looks(pitch):
    assert not any(looks_inverted(indoors(yaw, pitch)) for yaw in (0, 50, 110, 200))


def test_maps_without_shape_are_not_judged():
    step = 1.0 + (torch.arange(100) > 60).float()[:, None].expand(100, 100)
    for depth in (torch.ones(8, 8), torch.zeros(64, 64), step, step + 0.5 * torch.rand(100, 100)):
        assert not looks_inverted(depth)


def test_the_warning_names_the_widget(caplog):
    depth = motorcycle().depth
    warn_of_inverted(depth)
    assert caplog.text == ""
    warn_of_inverted(type(depth)(swapped(depth.depth[0])[None], swapped(depth.depth[0])[None] > 0, depth.K))
    assert "looks inverted" in caplog.text and "inverse relative" in caplog.text
