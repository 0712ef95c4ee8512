"""Real panoramas (CC0, see scripts/pictures/make_test_panoramas.py): where pixels go, with seam and poles."""
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from worldstereo.core.panorama.sphere import panorama_to_views, views_to_panorama
from worldstereo.core.panorama.views import bank_directions, polar_directions, views

FILES = sorted((Path(__file__).parent / "photographs").glob("*.png"))


def photograph(path):
    return torch.from_numpy(np.asarray(Image.open(path)).copy()).float() / 255


def decibels(a, b):
    return -10 * float(torch.log10(((a - b) ** 2).mean()))


def test_there_are_photographs():
    assert len(FILES) == 3


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_views_of_all_directions_make_the_panorama_again(path):
    panorama, everywhere = photograph(path), views(bank_directions() + polar_directions())
    back, hole = views_to_panorama(panorama_to_views(panorama, everywhere), everywhere, len(panorama))
    assert hole.max() == 0
    shifted = decibels(panorama.roll(1, 1), panorama)
    assert decibels(back, panorama) > max(28, shifted + 6)
    assert decibels(back[:, [0, -1]], panorama[:, [0, -1]]) > 26  # the seam


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_turned_panorama_shows_the_same_to_a_turned_camera(path):
    panorama = photograph(path)
    front = panorama_to_views(panorama.roll(128, 1), views([(180, 0), (0, 85)], 96, 64, 90, 67))
    back = panorama_to_views(panorama, views([(0, 0), (180, 85)], 96, 64, 90, 67))
    assert (front - back).abs().max() < 1e-3
