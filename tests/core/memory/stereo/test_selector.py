"""The choice of a few frames among many."""
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from memory_scene import random_path, slow_farthest_points
from worldstereo.core.cameras.rotations import quaternion_from_rotation
from worldstereo.core.memory.stereo import dinov2, features, selector

few = settings(max_examples=20, deadline=None)


def noise(count, seed, height=16, width=24):
    g = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 3, height, width), generator=g, dtype=torch.uint8)


def test_grey_weighs_red_least_and_rounds_as_opencv():
    colors = torch.tensor([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [1, 2, 3]],
                          dtype=torch.uint8)
    assert selector.grey_picture(colors.T.reshape(3, 1, 5).numpy()).tolist() == [[29, 150, 76, 255, 2]]


def test_grey_and_laplacian_are_opencvs():
    cv2 = pytest.importorskip("cv2", reason="OpenCV is no requirement of the pack")
    picture = noise(1, 0, 31, 47)[0].numpy()
    grey = selector.grey_picture(picture)
    assert (grey == cv2.cvtColor(picture.transpose(1, 2, 0).copy(), cv2.COLOR_BGR2GRAY)).all()
    assert (selector._laplacian(grey) == cv2.Laplacian(grey, cv2.CV_64F)).all()


def test_laplacian_of_a_bright_pixel_at_the_border_mirrors_without_repeating():
    grey = np.zeros((3, 3), np.uint8)
    grey[0, 1] = 10
    assert selector._laplacian(grey).tolist() == [[20, -40, 20], [0, 10, 0], [0, 0, 0]]


def test_quality_of_a_flat_picture_is_nothing_and_detail_raises_it():
    flat, sharp = torch.full((1, 3, 16, 16), 90, dtype=torch.uint8), noise(1, 1, 16, 16)
    soft = (sharp.float().mean((2, 3), keepdim=True) * 0.5 + sharp * 0.5).byte()
    quality = selector.picture_quality(torch.cat([flat, soft, sharp]))
    assert quality[0] == pytest.approx(0, abs=1e-5) and quality[0] < quality[1] < quality[2]


def test_quality_of_two_equal_halves():
    picture = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    picture[..., 4:] = 200
    laplacian = np.array([200] * 8 + [-200] * 8 + [0] * 48)
    wanted = 0.4 * np.log1p(laplacian.var()) + 0.3 * 1 + 0.3 * 100 / 128
    assert selector.picture_quality(picture)[0] == pytest.approx(wanted, abs=1e-6)


@given(seed=st.integers(0, 1000))
@few
def test_camera_features_are_centre_and_rotation(seed):
    cameras = random_path(5, seed)
    got = selector.camera_features(cameras.w2c)
    np.testing.assert_allclose(got[:, :3], cameras.c2w[:, :3, 3], atol=1e-5)
    np.testing.assert_allclose(got[:, [6, 3, 4, 5]], quaternion_from_rotation(cameras.w2c[:, :3, :3]),
                               atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(got[:, 3:], axis=1), 1, atol=1e-12)


def test_standardised_columns():
    got = selector.standardise(np.array([[1.0, 5], [3, 5], [5, 5]]))
    np.testing.assert_allclose(got, [[-(1.5 ** 0.5), 0], [0, 0], [1.5 ** 0.5, 0]], atol=1e-7)


@given(seed=st.integers(0, 10_000), size=st.integers(1, 12), bias=st.sampled_from([0.0, 0.1, 1.5]),
       repeats=st.booleans())
@few
def test_farthest_points_follow_the_rule(seed, size, bias, repeats):
    rng = np.random.default_rng(seed)
    points, quality = rng.normal(size=(size, 4)), rng.random(size)
    if repeats:
        again = rng.integers(0, size, 2 * size)
        points, quality = points[again], quality[again]
    count = int(rng.integers(1, len(points) + 1))
    assert selector.farthest_point_sampling(points, quality, count,
                                    bias) == slow_farthest_points(points, quality, count, bias)


def test_cameras_count_three_and_pictures_seven_tenths():
    got = selector.combine_features(random_path(9, 0).w2c, np.random.default_rng(0).normal(size=(9, 4)))
    assert got.shape == (9, 11)
    # An upright camera on its turntable moves in x, y, z and turns by qy, qw; qx and qz stay 0.
    np.testing.assert_allclose(got.std(0), [0.3, 0.3, 0.3, 0, 0.3, 0, 0.3, 0.7, 0.7, 0.7, 0.7], atol=1e-6)


def test_copies_are_chosen_last():
    points = np.array([[0.0, 0], [0, 0], [1, 0], [1, 0], [0, 3], [0, 3]])
    assert {p // 2 for p in selector.farthest_point_sampling(points, np.zeros(6), 3)} == {0, 1, 2}


@pytest.mark.parametrize("count", [0, 4])
def test_more_or_fewer_than_there_are_is_refused(count):
    with pytest.raises(ValueError, match=f"cannot choose {count} of 3"):
        selector.farthest_point_sampling(np.zeros((3, 2)), np.zeros(3), count)


def test_colour_grid_is_the_mean_colour_of_each_cell():
    frames = torch.zeros(2, 3, 8, 12, dtype=torch.uint8)
    frames[1, 2, 2:4, 9:12] = 255  # blue in row 1, column 3
    got = features.colour_grid(frames)
    assert got.shape == (2, 48) and got.dtype == np.float32
    assert got[0].max() == 0 and got[1].nonzero()[0].tolist() == [(1 * 4 + 3) * 3 + 2] and got[1].max() == 1


def test_colour_grid_takes_sizes_that_do_not_divide():
    np.testing.assert_allclose(features.colour_grid(torch.full((1, 3, 7, 9), 51, dtype=torch.uint8)), 0.2,
                               atol=1e-6)


@pytest.fixture(scope="module")
def dinov2_folder(tmp_path_factory):
    """A tiny random DINOv2 as transformers saves it."""
    from transformers import BitImageProcessor, Dinov2Config, Dinov2Model
    folder = tmp_path_factory.mktemp("clip_vision") / "some" / "dinov2"
    torch.manual_seed(0)
    config = Dinov2Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=28,
                          patch_size=14)
    Dinov2Model(config).save_pretrained(folder)
    BitImageProcessor(size={"shortest_edge": 32},
                      crop_size={"height": 28, "width": 28}).save_pretrained(folder)
    return folder


def test_dinov2_is_found_and_gives_its_pooled_output(dinov2_folder):
    from transformers import AutoImageProcessor, Dinov2Model
    found = dinov2.find_dinov2([dinov2_folder.parent.parent])
    described = dinov2.dinov2(found)
    assert found == dinov2_folder and described.name == "DINOv2 from dinov2"
    grey = torch.full((2, 3, 40, 60), 128, dtype=torch.uint8)
    processor = AutoImageProcessor.from_pretrained(found)
    pixels = ((128 / 255 - torch.tensor(processor.image_mean)) / torch.tensor(processor.image_std))[
        :, None, None]
    with torch.no_grad():
        wanted = Dinov2Model.from_pretrained(found).eval()(pixels.expand(2, 3, 28, 28)).pooler_output
    np.testing.assert_allclose(described.describe(grey), wanted, atol=1e-5)


def test_a_dinov2_with_a_missing_file_is_named_and_not_used(dinov2_folder, tmp_path, caplog):
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "config.json").write_text((dinov2_folder / "config.json").read_text())
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "config.json").write_text("no json")
    assert dinov2.find_dinov2([tmp_path]) is None
    assert "preprocessor_config.json is missing" in caplog.text
