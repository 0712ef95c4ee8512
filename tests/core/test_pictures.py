"""Pictures between ComfyUI's layout and the model's."""

import pytest
import torch

from worldstereo.core.pictures import start_frame, to_frames, to_image


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
