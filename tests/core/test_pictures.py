"""Pictures between ComfyUI's layout and the model's."""

import numpy as np
import pytest
import torch
from PIL import Image

from worldstereo.core.picture_fit import start_frame
from worldstereo.core.pictures import (
    frames_from_bytes,
    frames_to_bytes,
    holes,
    image_to_bytes,
    stretch,
    to_frames,
    to_image,
)


def test_there_and_back():
    image = torch.rand(2, 4, 6, 4)
    torch.testing.assert_close(to_image(to_frames(image)), image[..., :3])


def test_a_picture_with_nan_is_refused():
    image = torch.rand(1, 4, 6, 3)
    image[0, 1, 2, 0] = float("nan")
    with pytest.raises(ValueError, match="1 of 72 entries that are NaN or infinite; connect a photograph"):
        to_frames(image)


def test_pictures_after_the_first_are_left_out_aloud(caplog):
    image = torch.rand(3, 4, 6, 3)
    assert torch.equal(start_frame(image, 4, 6), to_frames(image)[0])
    assert "3 pictures came in where one start image is expected" in caplog.text
    caplog.clear()
    assert start_frame(image[:1], 8, 12).shape == (3, 8, 12) and not caplog.text


def test_pictures_and_bytes_are_the_same_frames():
    pixels = torch.randint(0, 256, (2, 6, 8, 3), dtype=torch.uint8)
    frames = frames_from_bytes(pixels)
    assert frames.shape == (2, 3, 6, 8) and frames.abs().max() <= 1
    assert torch.equal(frames_to_bytes(frames), pixels) and torch.equal(image_to_bytes(pixels / 255), pixels)


@pytest.mark.parametrize("size", [(24, 40), (9, 70)])
def test_a_photograph_is_resized_to_the_bit_as_pillow_does(size):
    pixels = torch.randint(0, 256, (2, 17, 31, 3), dtype=torch.uint8,
                           generator=torch.Generator().manual_seed(0))
    wanted = [np.array(Image.fromarray(picture.numpy()).resize(size[::-1], Image.Resampling.BICUBIC))
              for picture in pixels]
    assert torch.equal(stretch(frames_from_bytes(pixels), *size),
                       frames_from_bytes(torch.tensor(np.stack(wanted))))
    half = stretch(frames_from_bytes(pixels).half(), *size)
    assert half.dtype == torch.float16 and half.shape == (2, 3, *size)


def test_a_mask_is_a_hole_from_one_half_on():
    mask = torch.tensor([[0.49, 0.5], [1.0, 0.0]])[None]
    assert holes(mask, 4, 4)[0].int().tolist() == [[0, 0, 1, 1]] * 2 + [[1, 1, 0, 0]] * 2
