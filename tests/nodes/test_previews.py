"""What nodes show while they work, through ComfyUI's own previewers."""
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from worldstereo.core.pictures import GAP, contact_sheet

CLIP = torch.randn(1, 16, 21, 60, 104, generator=torch.Generator().manual_seed(0)) / 3


@pytest.fixture
def shown(comfy, monkeypatch) -> list:
    """The pictures that ComfyUI is given for its page in this test."""
    import comfy.utils

    pictures = []
    comfy.utils.set_progress_bar_global_hook(lambda value, total, preview, **_: pictures.append(preview))
    yield pictures
    comfy.utils.set_progress_bar_global_hook(None)


def preview(method: str, latent: torch.Tensor, monkeypatch, sampler=None) -> None:
    """One step of Sample Key Frames, or of a stock sampler, whose user has chosen this preview method."""
    import latent_preview

    from worldstereo.nodes.bridge.model import KeyFrameLatents
    from worldstereo.nodes.bridge.preview import preview_key_frames

    monkeypatch.setattr(latent_preview.args, "preview_method", latent_preview.LatentPreviewMethod(method))
    model = SimpleNamespace(load_device=torch.device("cpu"),
                            model=SimpleNamespace(latent_format=KeyFrameLatents()))
    (sampler or preview_key_frames)(model, 4)(0, latent, latent, 4)


def cells(sheet: Image.Image, columns: int, rows: int) -> list[np.ndarray]:
    """The pictures of a contact sheet, without the gaps."""
    width, height = sheet.width // columns, sheet.height // rows
    pixels = np.asarray(sheet).astype(float)
    return [pixels[row * height:(row + 1) * height - GAP, column * width:(column + 1) * width - GAP]
            for row in range(rows) for column in range(columns)]


def alone(latent: torch.Tensor, frame: int, size: tuple[int, int]) -> np.ndarray:
    """ComfyUI's own preview of one key frame."""
    import comfy.latent_formats
    import latent_preview

    wan = comfy.latent_formats.Wan21()
    own = latent_preview.Latent2RGBPreviewer(wan.latent_rgb_factors, wan.latent_rgb_factors_bias)
    picture = own.decode_latent_to_preview(latent[:, :, frame:frame + 1])
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR)).astype(float)


def test_sampling_shows_every_key_frame_as_comfyui_shows_one(shown, monkeypatch):
    preview("auto", CLIP, monkeypatch)
    (kind, sheet, largest), = shown
    assert kind == "JPEG" and largest is None and 500 < max(sheet.size) <= 512
    pictures = cells(sheet, 4, 6)
    for frame, picture in enumerate(pictures[:21]):
        assert np.array_equal(picture, alone(CLIP, frame, picture.shape[1::-1]))
    assert not np.any(pictures[21:])


def test_stock_samplers_show_every_key_frame_too(shown, monkeypatch):
    import latent_preview

    preview("auto", CLIP, monkeypatch, latent_preview.prepare_callback)
    sheet = np.asarray(shown[0][1])
    for frame in range(21):
        row, column = divmod(frame, 4)
        picture = sheet[60 * row:60 * (row + 1), 104 * column:104 * (column + 1)]
        assert np.array_equal(picture, alone(CLIP, frame, (104, 60)))
    assert sheet.shape == (360, 416, 3)


def test_without_previews_sampling_shows_progress_alone(shown, monkeypatch):
    preview("none", CLIP, monkeypatch)
    assert shown == [None]


@pytest.mark.slow
def test_a_small_decoder_that_the_user_has_chosen_shows_every_key_frame(shown, monkeypatch, tmp_path):
    import folder_paths
    from comfy.taesd.taehv import TAEHV
    from safetensors.torch import save_file

    torch.manual_seed(0)
    decoder = TAEHV(latent_channels=16)
    for weight in decoder.parameters():  # ComfyUI leaves them as they come
        torch.nn.init.kaiming_normal_(weight) if weight.ndim == 4 else torch.nn.init.zeros_(weight)
    decoder.decoder[-1].weight.data *= 0.1
    decoder.decoder[-1].bias.data.fill_(0.5)
    save_file(decoder.state_dict(), tmp_path / "lighttaew2_1.safetensors")
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "vae_approx",
                        ([str(tmp_path)], {".safetensors"}))
    monkeypatch.setattr(folder_paths, "filename_list_cache", {})
    clip = CLIP[:, :, :4, :8, :8].clone()
    clip[:, :, 2] *= 5
    preview("taesd", clip, monkeypatch)
    first, second, third, fourth = cells(shown[0][1], 2, 2)
    assert all(picture.std() > 0 for picture in (first, second, third, fourth))
    assert np.abs(third - first).mean() > np.abs(second - first).mean() > 0


def test_a_previewer_of_another_pack_gets_all_key_frames(shown, monkeypatch):
    import latent_preview

    class Animated(latent_preview.LatentPreviewer):
        def decode_latent_to_preview_image(self, preview_format, x0):
            return preview_format, Image.new("RGB", (x0.shape[2], 1)), 512

    monkeypatch.setattr(latent_preview, "get_previewer", lambda *_: Animated())
    preview("auto", CLIP, monkeypatch)
    assert shown[0][1].size == (21, 1)


@pytest.mark.parametrize("count, size, columns", [(21, (104, 60), 4), (1, (104, 60), 1), (9, (60, 60), 3),
                                                  (81, (60, 104), 12), (3, (200, 10), 1)])
def test_a_sheet_has_the_columns_that_show_the_pictures_largest(count, size, columns):
    shades = [round(50 + 200 * i / count) for i in range(count)]
    sheet = contact_sheet([Image.new("RGB", size, (shade,) * 3) for shade in shades], 512)
    assert max(sheet.size) <= 512
    rows = -(-count // columns)
    assert [cell.mean() for cell in cells(sheet, columns, rows)[:count]] == shades


def test_each_finished_frame_is_shown_where_that_costs_little(shown, monkeypatch):
    from worldstereo.nodes.bridge import progress

    clock = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: clock[0])
    frames = torch.linspace(0, 1, 30)[:, None, None, None].expand(30, 2, 2, 3)

    def picture(number: int) -> torch.Tensor:
        clock[0] += 0.01  # what it takes
        return frames[number]

    step = progress.progress_bar(30, picture)
    for number in range(10):
        clock[0] += 1.6  # frames that take longer than 150 pictures are all shown
        step(number)
    shades = [np.asarray(shown[number][1]).mean() for number in range(10)]
    assert shades == [round(float(frame.mean()) * 255) for frame in frames[:10]]
    for number in range(10, 30):
        clock[0] += 0.31
        step(number)
    assert sum(each is not None for each in shown[10:]) == 4  # after each, four are left out
