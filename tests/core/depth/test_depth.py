import io
import os
import sys
import zipfile

import numpy as np
import pytest
import tifffile
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.depth.depth import Depth, depth_from_values, values_of_picture
from worldstereo.core.depth.file import read_depth_file

K = intrinsics_from_fov(60, 3, 2)


def test_unknown_values_are_not_valid():
    values = torch.tensor([[[1.0, 0, -1], [torch.nan, torch.inf, 4]]])
    depth = depth_from_values(values, 0.5, K, "ft")
    assert depth.valid.tolist() == [[[True, False, False], [False, False, True]]]
    assert depth.depth.tolist() == [[[0.5, 0, 0], [0, 0, 2]]]
    assert depth.median == 0.5  # the lower of the two
    assert torch.equal(depth.w2c, torch.eye(4)[None])
    assert (depth.width, depth.height, depth.unit) == (3, 2, "ft")


@given(st.floats(1, 179), st.integers(1, 5000), st.integers(1, 5000))
@settings(deadline=None)
def test_the_field_of_view_spans_the_picture(fov, width, height):
    K = intrinsics_from_fov(fov, width, height).double()
    left, right = (torch.linalg.inv(K) @ torch.tensor([x, height / 2, 1.0]).double() for x in (0, width))
    angle = torch.rad2deg(torch.atan(right[0]) - torch.atan(left[0]))
    assert float(angle) == pytest.approx(fov, rel=1e-4)
    assert K[0, 0] == K[1, 1]


def test_given_intrinsics_take_precedence():
    assert intrinsics_from_fov(60, 8, 6, fx=9).tolist() == [[9, 0, 4], [0, 9, 3], [0, 0, 1]]
    assert intrinsics_from_fov(60, 8, 6, 9, 10, 1, 2).tolist() == [[9, 0, 1], [0, 10, 2], [0, 0, 1]]


@pytest.mark.parametrize("make, sentence", [
    (lambda: depth_from_values(torch.zeros(1, 2, 3), 1.0, K), "no positive finite value.*Load Depth Map"),
    (lambda: depth_from_values(torch.ones(1, 2, 3), 0.0, K), "scale is 0.0"),
    (lambda: intrinsics_from_fov(180, 3, 2), "180 degrees"),
    (lambda: values_of_picture(torch.rand(1, 2, 3, 3)), "photograph"),
    (lambda: Depth(torch.ones(2, 3), torch.ones(2, 3).bool(), K[None]),
     r"shape \[2, 3\], expected \[F,H,W\]"),
    (lambda: Depth(torch.zeros(1, 2, 3), torch.ones(1, 2, 3).bool(), K[None]), "zero or negative"),
    (lambda: Depth(torch.ones(1, 2, 3), torch.ones(1, 2, 2).bool(), K[None]), "valid mask"),
    (lambda: Depth(torch.ones(2, 2, 3), torch.ones(2, 2, 3).bool(), K[None]), "K has the shape"),
    (lambda: Depth(torch.ones(1, 2, 3), torch.zeros(1, 2, 3).bool(), K[None]).median, "no median"),
])
def test_bad_depth_is_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_grey_picture_with_unknown_values_is_a_depth_map():
    grey = torch.tensor([[[0.0, torch.nan], [torch.inf, 65.5]]])
    assert torch.equal(values_of_picture(grey[..., None].repeat(1, 1, 1, 3)).nan_to_num(-1),
                       grey.nan_to_num(-1))


# Files

EVERY_VALUE = np.arange(65536, dtype=np.uint16).reshape(256, 256)
FLOATS = np.array([[1.25, np.nan, 0], [np.inf, -3, 1e-7]], dtype=np.float32)


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_16_bit_pictures_keep_every_value(tmp_path, ending):
    Image.fromarray(EVERY_VALUE).save(tmp_path / f"depth.{ending}")
    values = read_depth_file(tmp_path / f"depth.{ending}")
    assert values.shape == (1, 256, 256) and values.dtype == torch.float32
    assert np.array_equal((values[0] * 65535).round().numpy(), EVERY_VALUE)


def test_floats_come_unchanged(tmp_path):
    Image.fromarray(FLOATS).save(tmp_path / "depth.tiff")
    np.save(tmp_path / "depth.npy", FLOATS[..., None])
    np.savez(tmp_path / "depth.npz", depth=FLOATS.astype(np.float64), mask=FLOATS > 0)
    np.savez(tmp_path / "only.npz", FLOATS)
    for name in ("depth.tiff", "depth.npy", "depth.npz", "only.npz"):
        values = read_depth_file(tmp_path / name)
        assert values.shape == (1, 2, 3) and np.array_equal(values[0].numpy(), FLOATS, equal_nan=True), name


def test_several_maps_in_one_file(tmp_path):
    maps = np.random.default_rng(0).random((4, 5, 6), dtype=np.float32)
    np.save(tmp_path / "maps.npy", maps)
    pages = [Image.fromarray(page) for page in maps]
    pages[0].save(tmp_path / "maps.tif", save_all=True, append_images=pages[1:])
    for name in ("maps.npy", "maps.tif"):
        assert np.array_equal(read_depth_file(tmp_path / name).numpy(), maps)


def test_whole_numbers_of_either_byte_order_are_read(tmp_path):
    for order in "<>":
        np.save(tmp_path / "depth.npy", EVERY_VALUE.astype(f"{order}u2"))
        assert np.array_equal((read_depth_file(tmp_path / "depth.npy")[0] * 65535).round().numpy(),
                              EVERY_VALUE)


def test_what_is_no_depth_map_is_refused(tmp_path):
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "grey.png")
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "photo.png")
    np.savez(tmp_path / "two.npz", a=FLOATS, b=FLOATS)
    np.save(tmp_path / "vector.npy", np.zeros(3))
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "depth.exr").touch()
    for name in ("damaged.png", "damaged.npy", "damaged.npz"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
    (tmp_path / "empty.npy").touch()
    pages = [Image.fromarray(EVERY_VALUE[:size]) for size in (64, 16)]
    pages[0].save(tmp_path / "preview.tif", save_all=True, append_images=pages[1:])
    Image.fromarray(np.arange(16, dtype=np.int32).reshape(4, 4)).save(tmp_path / "whole.tiff")
    np.save(tmp_path / "colours.npy", np.ones((4, 5, 3), np.float32))
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as archive:
        archive.writestr("depth.npy", "no array")
    np.lib.format.write_array(buffer := io.BytesIO(), FLOATS)
    (tmp_path / "text.npy").write_bytes(buffer.getvalue().replace(b"{'descr'", b"'''descr'"))
    np.savez_compressed(tmp_path / "whole.npz", depth=EVERY_VALUE)
    whole = (tmp_path / "whole.npz").read_bytes()
    directory = whole.index(b"PK\1\2")
    for name, place, byte in [("packing", directory + 10, 99), ("checksum", 300, whole[300] ^ 255),
                              ("encrypted", directory + 8, 1)]:
        (tmp_path / f"{name}.npz").write_bytes(whole[:place] + bytes([byte]) + whole[place + 1:])
    for name, sentence in [("grey.png", "uint8.*16-bit"), ("photo.png", "colours or transparency"),
                           ("two.npz", "arrays a, b"),
                           ("vector.npy", r"shape \[3\]"), ("objects.npy", "plain numbers"),
                           ("depth.exr", "use one of"), ("damaged.png", "cannot be read as a picture"),
                           ("damaged.npy", "damaged"), ("damaged.npz", "damaged"),
                           ("preview.tif", "different sizes"),
                           ("empty.npy", "damaged"),
                           ("whole.tiff", "int32.*16-bit"), ("colours.npy", r"\[4, 5, 3\], a picture with"),
                           ("text.npy", "damaged"), ("text.npz", "depth that is no array"),
                           ("packing.npz", "damaged"),
                           ("checksum.npz", "damaged"), ("encrypted.npz", "damaged")]:
        with pytest.raises(ValueError, match=sentence):
            read_depth_file(tmp_path / name)


def double_tiff(path, values, **options):
    tifffile.imwrite(path, values, **options)
    return path


@pytest.mark.parametrize("options", [{}, {"byteorder": ">"}, {"compression": "zlib"}, {"bigtiff": True},
                                     {"tile": (16, 16)}, {"rowsperstrip": 1}])
def test_tiffs_of_halves_doubles_and_equal_channels_are_read(tmp_path, options):
    values = np.random.default_rng(0).random((20, 30)) + 1
    values[0, :2] = np.nan, np.inf
    read = read_depth_file(double_tiff(tmp_path / "a.tif", values, **options))
    assert np.array_equal(read[0], values.astype(np.float32), equal_nan=True)
    half = values.astype(np.float16)
    read = read_depth_file(double_tiff(tmp_path / "half.tif", half, photometric="minisblack", **options))
    assert np.array_equal(read[0], half.astype(np.float32), equal_nan=True)
    for kind in (np.float16, np.float32):
        grey = np.repeat(values[..., None].astype(kind), 3, axis=-1)
        read = read_depth_file(double_tiff(tmp_path / "b.tif", grey, photometric="rgb", **options))
        assert np.array_equal(read[0], grey[..., 0].astype(np.float32), equal_nan=True)


def test_tiffs_of_doubles_are_not_trusted(tmp_path, monkeypatch):
    path = double_tiff(tmp_path / "a.tif", np.ones((20, 30)))
    whole = path.read_bytes()
    broken = {"short": whole[:-8], "header": whole[:60], "two": b"II*\0"}
    for name, data in broken.items():
        (tmp_path / f"{name}.tif").write_bytes(data)
    double_tiff(tmp_path / "pages.tif", np.ones((3, 20, 30)), photometric="minisblack")
    double_tiff(tmp_path / "photo.tif", np.random.default_rng(0).random((20, 30, 3)), photometric="rgb")
    with tifffile.TiffFile(path) as tiff:  # a header of 65535 x 65535 pixels over a few kilobytes
        places = [tiff.pages[0].tags[name].valueoffset for name in ("ImageWidth", "ImageLength")]
    huge = bytearray(whole)
    for place in places:
        huge[place:place + 2] = b"\xff\xff"
    (tmp_path / "huge.tif").write_bytes(huge)
    os.mkfifo(tmp_path / "pipe.tif")
    for name, sentence in (("short", "cannot be read"), ("header", "cannot be read"),
                           ("two", "cannot be read"), ("pages", "cannot be read"),
                           ("photo", "different red"), ("huge", "pixels.*reduce it"),
                           ("pipe", "There is no picture")):
        with pytest.raises(ValueError, match=sentence):
            read_depth_file(tmp_path / f"{name}.tif")
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(ValueError, match="needs OpenCV.*pip install"):
        read_depth_file(path)


# Nodes

@pytest.fixture
def input_folder(comfy, tmp_path, monkeypatch):
    import folder_paths

    folder = tmp_path / "input"
    folder.mkdir()
    monkeypatch.setattr(folder_paths, "input_directory", str(folder))
    return folder


def test_the_node_lists_checks_and_loads_depth_files(input_folder):
    from worldstereo.nodes.depth import DepthFromImage, LoadDepth

    Image.fromarray(EVERY_VALUE).save(input_folder / "mm.png")
    (input_folder / "photo.jpg").touch()
    assert LoadDepth.INPUT_TYPES()["required"]["file"][0] == ["mm.png"]
    assert LoadDepth.VALIDATE_INPUTS("mm.png") is True
    assert "does not exist" in LoadDepth.VALIDATE_INPUTS("none.png")
    assert "upload one" in LoadDepth.VALIDATE_INPUTS("")
    assert "outside" in LoadDepth.VALIDATE_INPUTS("../secret.npy")
    before = LoadDepth.IS_CHANGED("mm.png")
    (image,) = LoadDepth().load("mm.png")
    assert image.shape == (1, 256, 256, 3)
    (depth,) = DepthFromImage().convert(image, 65.535, 60, 0, 0, 0, 0, "m")
    assert np.allclose(depth.depth[0].numpy(), EVERY_VALUE / 1000, rtol=1e-6)
    assert not depth.valid[0, 0, 0] and depth.valid.sum() == 65535
    Image.fromarray(EVERY_VALUE[:100]).save(input_folder / "mm.png")
    assert LoadDepth.IS_CHANGED("mm.png") != before
