"""A photograph of another aspect than the clip: what is shown, and the intrinsics that go with it."""
import math
from dataclasses import replace

import pytest
import torch

from worldstereo.core.cameras.formats.official import read_official, write_official
from worldstereo.core.cameras.formats.reading import Reading
from worldstereo.core.cameras.pinhole import intrinsics_from_fov, resize_intrinsics
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.crop import crop
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.stereo.bank import images_of, new_bank
from worldstereo.core.picture_fit import (
    FITS,
    fit_intrinsics,
    fit_photo,
    lost_part,
    near_size,
    photo_intrinsics,
    warn_of_stretch,
)
from worldstereo.core.pictures import stretch, to_frames, to_image
from worldstereo.core.planning.fit import fit_trajectory
from worldstereo.core.planning.presets.moves import orbit, start_from
from worldstereo.core.world.clip_list import digest
from worldstereo.core.world.clip_start import place_at_start, start_picture, with_known_start

PHOTO, CLIP = (333, 500), (832, 480)


def photograph(width, height):
    """[1,height,width,3] smooth, other in every place."""
    rows, columns = torch.meshgrid(torch.arange(height) / 500, torch.arange(width) / 500, indexing="ij")
    waves = [torch.sin(9 * columns + 2 * rows), torch.cos(7 * rows - 3 * columns), columns - rows]
    return torch.stack(waves, -1)[None] / 2.2 + 0.5


def flat(width, height, distance=3.0):
    K = intrinsics_from_fov(50.0, width, height)[None]
    return Depth(torch.full((1, height, width), distance), torch.ones(1, height, width, dtype=torch.bool), K)


def psnr(image, other):
    return -10 * math.log10(float((image - other).square().mean()))


def test_a_portrait_is_cropped_to_a_wide_clip_with_square_pixels():
    K = fit_intrinsics(flat(*PHOTO).K[0], PHOTO, CLIP, "crop")
    assert float(K[0, 0] / K[1, 1]) == pytest.approx(1, abs=1e-6)
    torch.testing.assert_close(K[:2, 2], torch.tensor([416.0, 240.0]))
    shown, covered = fit_photo(to_frames(photograph(*PHOTO)), CLIP, "crop")
    rows = 480 / 832 * 333  # of the photograph
    top = (500 - rows) / 2
    y, x = torch.meshgrid(top + (torch.arange(480) + 0.5) * rows / 480, (torch.arange(832) + 0.5) * 333 / 832,
                          indexing="ij")
    grid = torch.stack([x / 333, y / 500], -1)[None] * 2 - 1
    centre = torch.nn.functional.grid_sample(to_frames(photograph(*PHOTO)), grid, "bicubic", "border",
                                             align_corners=False)
    assert psnr(to_image(shown), to_image(centre)) > 40 and covered.all()


@pytest.mark.parametrize("photo, size", [(PHOTO, CLIP), ((500, 333), (480, 832)), ((831, 479), CLIP)])
@pytest.mark.parametrize("fit", FITS)
def test_the_render_at_the_first_pose_lies_on_the_photograph(photo, size, fit):
    image, depth, size = photograph(*photo), flat(*photo), (size[0] // 4, size[1] // 4)
    path = start_from(depth, orbit(2, 3.0, 5), *size, fit=fit)
    start, covered = fit_photo(to_frames(image), size, fit)
    render, hole, _ = render_path(lift(image, depth), path, radius=0.02)
    seen = (hole[0] == 0) & covered
    assert seen.float().sum() > 0.97 * covered.float().sum()
    assert psnr(render[0][seen], to_image(start)[0][seen]) > 30
    filled, mask, _ = render_path(lift(image, depth), path, start_image=image)
    assert torch.equal(filled[0], to_image(start)[0])
    assert torch.equal(mask[0] == 0, covered)
    known, mask = with_known_start(render, hole, image, fit)
    torch.testing.assert_close(known[0], to_image(start)[0])
    assert torch.equal(mask[0] == 0, covered)


def test_padding_leaves_grey_borders():
    shown, covered = fit_photo(to_frames(photograph(*PHOTO)), CLIP, "pad")
    assert covered.sum() == 480 * 320 and (shown[0, :, ~covered] == 0).all()
    K = fit_intrinsics(flat(*PHOTO).K[0], PHOTO, CLIP, "pad")
    assert float(K[0, 0] / K[1, 1]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("fit", FITS)
def test_intrinsics_there_and_back(fit):
    K = flat(*PHOTO).K
    torch.testing.assert_close(photo_intrinsics(fit_intrinsics(K, PHOTO, CLIP, fit), PHOTO, CLIP, fit), K)
    path = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *CLIP, fit=fit)
    torch.testing.assert_close(place_at_start(flat(*PHOTO), path).K, K)


def test_stretching_is_what_it_was_to_the_bit():
    frames, K = to_frames(photograph(*PHOTO)), flat(*PHOTO).K[0].clone()
    K[0, 2] += 1.7
    assert torch.equal(fit_photo(frames, CLIP, "stretch")[0], stretch(frames, *CLIP[::-1]))
    assert torch.equal(fit_intrinsics(K, PHOTO, CLIP, "stretch"), resize_intrinsics(K, PHOTO, CLIP))
    assert torch.equal(photo_intrinsics(K, PHOTO, CLIP, "stretch"), resize_intrinsics(K, CLIP, PHOTO))
    path = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *CLIP)
    assert path.fit == "stretch" and torch.equal(path.K[0], resize_intrinsics(flat(*PHOTO).K[0], PHOTO, CLIP))


def test_worlds_from_before_there_was_a_fit_go_on():
    path = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *CLIP)
    before = ["Trajectory", path.w2c, path.K, path.width, path.height, path.fps, path.name, path.unit]
    assert digest(path) == digest(before) != digest(replace(path, fit="crop"))


def test_camera_json_keeps_the_fit():
    path = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *CLIP, fit="crop")
    assert read_official(write_official(path)).fit == "crop"
    older = write_official(path).replace('"fit": "crop"', '"motion": "orbit"')
    assert read_official(older).fit == "stretch"
    with pytest.raises(ValueError, match="fit of a trajectory is 'squeeze'; expected one of crop"):
        read_official(write_official(path).replace('"fit": "crop"', '"fit": "squeeze"'))


def test_a_loaded_path_is_fitted_to_its_photograph_or_its_new_size():
    reading = Reading(start_from(flat(*PHOTO), orbit(3, 3.0, 5), *PHOTO), "a file", [])
    for depth in (None, flat(*PHOTO)):
        path, report = fit_trajectory(reading, 3, CLIP, depth=depth, fit="crop")
        torch.testing.assert_close(path.K[0], fit_intrinsics(flat(*PHOTO).K[0], PHOTO, CLIP, "crop"))
        assert path.fit == "crop" and "cropped to 832x480" in report
    assert fit_trajectory(reading, 3)[0].fit == "stretch"  # as it was read


def test_the_memory_bank_holds_the_part_that_the_clip_shows():
    path = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *CLIP, fit="crop")
    start, _ = fit_photo(to_frames(photograph(*PHOTO)), CLIP, "crop")
    bank = new_bank(to_frames(photograph(*PHOTO)), path)
    torch.testing.assert_close(images_of(bank), to_image(start), atol=1e-6, rtol=0)


def test_a_view_of_the_bank_is_cropped_for_a_path_of_another_aspect(caplog):
    view = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *PHOTO)  # as of a panorama
    path = start_from(flat(*PHOTO), orbit(2, 3.0, 5), *CLIP, fit="crop")
    bank = new_bank(to_frames(photograph(*PHOTO)), view)
    start, _ = fit_photo(to_frames(photograph(*PHOTO)), CLIP, "crop")
    torch.testing.assert_close(start_picture(bank, 0, path), to_image(start), atol=0.02, rtol=0)
    assert not caplog.text
    zoomed = replace(path, K=path.K * torch.tensor([2.0, 2, 1])[:, None])
    start_picture(bank, 0, zoomed)
    assert "another field of view" in caplog.text


def test_a_start_image_of_another_fit_is_refused():
    image, depth = photograph(60, 90), flat(60, 90)
    with pytest.raises(ValueError, match="first intrinsics of the trajectory differ"):
        render_path(lift(image, depth), start_from(depth, orbit(2, 3.0, 5), 96, 64).fitted(96, 64, "crop"),
                    start_image=image)


@pytest.mark.parametrize("across, down, left, top", [
    (0.5, 0.5, 0, 154), (0.0, 0.0, 0, 0), (1.0, 1.0, 0, 308)])
def test_a_part_of_photo_and_depth(across, down, left, top):
    image, depth = photograph(*PHOTO), flat(*PHOTO)
    part, its_depth = crop(image, depth, CLIP, across, down)
    assert part.shape == (1, 192, 333, 3) and its_depth.depth.shape == (1, 192, 333)
    assert torch.equal(part, image[:, top:top + 192, left:left + 333])
    assert its_depth.K[0, 1, 2] == 250 - top and its_depth.K[0, 0, 2] == 166.5
    with pytest.raises(ValueError, match="photograph is 333x500 pixels and the depth map 10x10"):
        crop(image, flat(10, 10), CLIP)


@pytest.mark.parametrize("photo, size", [
    (PHOTO, (512, 768)), ((500, 333), (768, 512)), ((1920, 1080), (848, 480)), (CLIP, CLIP),
    ((9, 9), (624, 624))])
def test_a_size_near_the_trained_one(photo, size):
    assert near_size(photo, CLIP) == size and lost_part(photo, size) < 0.01


def test_a_visibly_stretched_picture_is_told(caplog):
    for photo in ((1920, 1080), (832, 480), (860, 500)):  # within 3 %
        warn_of_stretch(photo, CLIP, "stretch")
    warn_of_stretch(PHOTO, CLIP, "crop")
    warn_of_stretch(PHOTO, CLIP, "pad")
    assert caplog.text == ""
    warn_of_stretch((741, 500), CLIP, "stretch")
    assert "of 741x500 is stretched to 832x480, which makes things 17 % wider: set fit" in caplog.text
    warn_of_stretch(CLIP, (480, 832), "stretch")
    assert "things 200 % narrower" in caplog.text
