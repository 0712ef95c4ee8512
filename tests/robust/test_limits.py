"""Small files that announce, or unpack to, more than any memory or patience has: refused by their headers."""
import io
import json
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from PIL import Image

from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.depth.file import read_depth_file
from worldstereo.core.files import limits
from worldstereo.core.files.json_text import parse_json, read_json
from worldstereo.core.files.picture import read_picture
from worldstereo.core.files.state import read_state
from worldstereo.core.files.video import read_video, write_video

MOST_MEMORY = 64 << 20  # bytes; what the files announce is at least 16 times as much


@contextmanager
def little_memory():
    """Fails when the block takes much memory at any time; NumPy reports what it takes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def refused(read, path, message):
    with little_memory(), pytest.raises(ValueError, match=message):
        read(path)


XYZ = "property float x\nproperty float y\nproperty float z\n"
FACE = "property list uchar int vertex_indices\n"


@pytest.mark.parametrize(("form", "elements", "message"), [
    ("ascii", f"element vertex {10**12}\n{XYZ}", "was cut off"),
    ("binary_little_endian", f"element vertex {10**12}\n{XYZ}", "announces 1000000000000 vertices"),
    ("ascii", f"element face {10**12}\n{FACE}element vertex 1\n{XYZ}", "1000000000000 lines ahead"),
    ("ascii", f"element nothing {10**12}\nelement vertex 1\n{XYZ}", "1000000000000 lines ahead"),
    ("binary_little_endian", f"element big {10**12}\nproperty int a\nelement vertex 1\n{XYZ}", "was cut off"),
    ("binary_big_endian", f"element vertex {10**12}\n", "without x, y and z"),
    ("ascii", f"element big -5\nelement vertex 1\n{XYZ}", "size that no file can have"),
    ("ascii", f"element big {'9' * 4000}\nelement vertex 1\n{XYZ}", "size that no file can have"),
    ("ascii", f"element vertex {'9' * 5000}\n{XYZ}", "header line that is no PLY"),
    ("ascii", f"element vertex 0\n{XYZ}element vertex 5\n{XYZ}", "holds no vertices"),
])
def test_a_ply_cannot_announce_more_than_it_has(tmp_path, form, elements, message):
    file = tmp_path / "a.ply"
    file.write_bytes(f"ply\nformat {form} 1.0\n{elements}end_header\n1 2 3\n".encode())
    refused(load_point_cloud, file, message)


def test_an_element_without_properties_ahead_of_the_vertices_takes_no_time(tmp_path):
    file = tmp_path / "a.ply"
    file.write_bytes(f"ply\nformat binary_little_endian 1.0\nelement nothing {10**12}\n"
                     f"element vertex 1\n{XYZ}end_header\n".encode() + struct.pack("<3f", 1, 2, 3))
    assert load_point_cloud(file, "world")[0].points.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("facts", ['{"a":' * 10_000, f'{{"a": {"[" * 50_000}', f'{{"a": {"1" * 5000}}}'])
def test_facts_in_a_ply_that_are_nested_or_long_get_a_sentence(tmp_path, facts):
    file = tmp_path / "a.ply"
    file.write_text(f"ply\nformat ascii 1.0\ncomment worldstereo {facts}\nelement vertex 1\n{XYZ}end_header\n"
                    "1 2 3\n")
    refused(load_point_cloud, file, "a.ply has a header line that is no PLY")


def glb(text: bytes, binary: bytes = b"") -> bytes:
    text += b" " * (-len(text) % 4)
    chunks = b"".join(struct.pack("<I4s", len(data), kind) + data
                      for kind, data in ((b"JSON", text), (b"BIN\0", binary)))
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def points_glb(count: int, shown: int, binary: bytes) -> bytes:
    """One list of `count` points that `shown` nodes show."""
    return glb(json.dumps({
        "asset": {"version": "2.0"}, "nodes": [{"mesh": 0}] * shown,
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "mode": 0}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": len(binary)}],
        "buffers": [{"byteLength": len(binary)}]}).encode(), binary)


@pytest.mark.parametrize(("data", "message"), [
    (points_glb(4_000_000_000, 1, bytes(12)), "has 4000000000 elements"),
    (points_glb(10**12, 1, bytes(12)), "count is 1000000000000"),
    (points_glb(100_001, 1000, bytes(12 * 100_001)), "shows more than 100000000 points"),
    (glb(b"[" * 200_000), "nested too deep"),
    (glb(b'{"a":' + b"1" * 5000 + b"}"), "thousands of digits"),
])
def test_a_glb_cannot_announce_more_than_it_has(tmp_path, data, message):
    (tmp_path / "a.glb").write_bytes(data)
    refused(load_point_cloud, tmp_path / "a.glb", message)


class Cancelled(Exception):
    """As ComfyUI stops a node."""


def test_reading_a_cloud_can_be_cancelled_on_the_way(tmp_path, monkeypatch):
    rows = 1000
    monkeypatch.setattr("worldstereo.core.cloud.files.ply_read.CHUNK", rows)

    def cancel(done, total):
        calls.append((done, total))
        raise Cancelled

    head = f"element vertex {rows + 1}\n{XYZ}end_header\n"
    (tmp_path / "ascii.ply").write_text(f"ply\nformat ascii 1.0\n{head}" + "1 2 3\n" * (rows + 1))
    (tmp_path / "binary.ply").write_bytes(f"ply\nformat binary_little_endian 1.0\n{head}".encode()
                                          + bytes(12 * (rows + 1)))
    (tmp_path / "a.glb").write_bytes(points_glb(1, 1, bytes(12)))
    for name, first in (("ascii.ply", (rows, rows + 1)), ("binary.ply", (rows, rows + 1)),
                        ("a.glb", (0, 1))):
        calls = []
        with pytest.raises(Cancelled):
            load_point_cloud(tmp_path / name, progress=cancel)
        assert calls == [first], name
    for name in ("ascii.ply", "binary.ply"):  # both pieces are read
        assert len(load_point_cloud(tmp_path / name)[0].points) == rows + 1


def npy(shape: str, dtype: str = "<f4", data: bytes = bytes(64)) -> bytes:
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + data


def npz(array: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("depth.npy", array)
    return packed.getvalue()


@pytest.mark.parametrize(("data", "message"), [
    (npy("(1000000, 1000000)"), "announces 4000000000[0-9]* bytes and has"),
    (npy(f"({10**12}, 1)"), "announces"),
    (npy(f"({10**30}, {10**30})"), "announces"),
    (npy(f"({10**12}, 4)", "|V0"), "no NumPy file"),
    (npy("(-4, 4)"), "no NumPy file"),
    (npy(f"({'(' * 5000}4"), "no NumPy file"),
    (npz(npy("(1000000, 1000000)")), "announces 4000000000[0-9]* bytes and has"),
    (b"PK\3\4" + bytes(100), "no NumPy file"),
])
@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_an_array_file_cannot_announce_more_than_it_has(tmp_path, data, message, ending):
    file = tmp_path / f"a.{ending}"
    file.write_bytes(data)
    refused(read_depth_file, file, message)


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    """2 GiB by its directory, by which zipfile unpacks."""
    file, array = tmp_path / "a.npz", npy("(16384, 32768)")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("depth.npy", array)
        archive.filelist[0].file_size = len(array) - 64 + 4 * 16384 * 32768
    refused(read_depth_file, file, "unpacks to 2147483[0-9]* bytes, more than the 1073741824")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:  # beside the depth map, and no array
        archive.writestr("depth.npy", npy("(4, 4)"))
        archive.writestr("notes.txt", "")
        archive.filelist[1].file_size = 1 << 31
    refused(read_depth_file, file, "unpacks to 2147483648 bytes")


def test_packed_arrays_of_usual_size_are_read(tmp_path):
    depth = np.linspace(1, 2, 12, dtype=np.float32).reshape(3, 4)
    np.savez_compressed(tmp_path / "a.npz", depth=depth, other=np.zeros((100, 100)))
    np.save(tmp_path / "a.npy", depth)
    for name in ("a.npz", "a.npy"):
        assert torch.equal(read_depth_file(tmp_path / name)[0], torch.from_numpy(depth))


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(
        b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("read", [read_picture, read_depth_file])
@pytest.mark.parametrize("lifted", [False, True])
def test_a_picture_of_169_megapixels_is_refused(tmp_path, monkeypatch, read, lifted):
    if lifted:  # as some node packs do for everybody
        monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", None)
    file = tmp_path / "a.png"
    file.write_bytes(png_of(13_000, 13_000))
    refused(read, file, f"13000x13000 pixels, more than the {limits.MOST_PIXELS}")


def test_later_pages_of_a_tiff_are_looked_at_before_they_are_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MOST_PIXELS", 5000)
    monkeypatch.setattr("worldstereo.core.files.picture.MOST_PIXELS", 5000)
    small, large = Image.new("F", (50, 50)), Image.new("F", (100, 100))
    small.save(tmp_path / "a.tif", save_all=True, append_images=[large])
    refused(read_depth_file, tmp_path / "a.tif", "100x100 pixels, more than the 5000")
    monkeypatch.setattr("worldstereo.core.depth.file.LARGEST_UNPACKED", 25_000)
    small.save(tmp_path / "b.tif", save_all=True, append_images=[small] * 9, compression="tiff_deflate")
    refused(read_depth_file, tmp_path / "b.tif", "pages unpack to 30000 bytes, more than the 25000")
    small.save(tmp_path / "c.tif", save_all=True, append_images=[small] * 9)  # not packed: of any size
    assert read_depth_file(tmp_path / "c.tif").shape == (10, 50, 50)


@pytest.fixture(params=["mp4", "mkv"])
def video(request, tmp_path):
    """12 frames of 64x48; Matroska's header does not count them."""
    file = tmp_path / f"a.{request.param}"
    write_video(file, torch.zeros(12, 48, 64, 3, dtype=torch.uint8))
    return file


def test_a_video_that_unpacks_to_too_much_is_refused(video, monkeypatch):
    frame = 64 * 48 * 3
    monkeypatch.setattr("worldstereo.core.files.video.LARGEST_VIDEO", 5 * frame)
    decoded, told = [], 12 if video.suffix == ".mp4" else 6
    with pytest.raises(ValueError, match=f"its frames take {told * frame} bytes, more than the {5 * frame}"):
        read_video(video, lambda: decoded.append(1))
    assert len(decoded) == (0 if video.suffix == ".mp4" else 5)
    monkeypatch.setattr("worldstereo.core.files.video.LARGEST_VIDEO", 12 * frame)
    assert read_video(video).shape == (12, 48, 64, 3)


def test_reading_a_video_can_be_cancelled_on_the_way(video):
    def cancel():
        done.append(1)
        if len(done) == 3:
            raise InterruptedError

    done = []
    with pytest.raises(InterruptedError):
        read_video(video, cancel)
    assert len(done) == 3


@pytest.mark.parametrize("text", ["#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{0}\n#EXT-X-ENDLIST\n",
                                  "ffconcat version 1.0\nfile '{0}'\n"])
def test_a_list_of_other_files_is_no_video(video, text):
    file = video.with_name("render.mp4")
    file.write_text(text.format(video.name))
    with pytest.raises(ValueError, match="render.mp4 is no video that can be read"):
        read_video(file)


NESTED = {"lists": "[" * 200_000 + "]" * 200_000, "objects": '{"a":' * 200_000, "digits": "1" * 5000,
          "digits in an object": f'{{"frames": [{"7" * 5000}]}}', "cut off": '{"a": [1,', "nothing": ""}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_json_that_cannot_be_read_gets_a_sentence(tmp_path, text):
    with pytest.raises(ValueError, match=r"^x is no JSON, or was cut off \(.*\); remedy\.$"):
        parse_json(text, "x", "remedy")
    (tmp_path / "cameras.json").write_text(text)
    if text.startswith(("{", "[")):  # else it is taken for lines of numbers
        refused(read_file, tmp_path / "cameras.json", "cameras.json is no JSON")
    refused(read_json, tmp_path / "cameras.json", "cameras.json is no JSON")


READERS = {"a.ply": load_point_cloud, "a.glb": load_point_cloud, "a.npy": read_depth_file,
           "a.npz": read_depth_file, "a.png": read_picture, "depth.png": read_depth_file,
           "depth.tif": read_depth_file, "a.json": read_json, "cameras.json": read_file,
           "images.bin": read_file, "images.txt": lambda path: read_file(path, "COLMAP text"),
           "a.mp4": read_video,
           "a.safetensors": lambda path: read_state(path, "kind", 1, "save it again")}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.slow
def test_pipes_and_devices_are_refused_by_every_reader(tmp_path):
    """In a process of its own, which is killed where a reader waits for ever."""
    for name in READERS:
        for kind in ("pipe", "device"):
            (tmp_path / kind).mkdir(exist_ok=True)
        os.mkfifo(tmp_path / "pipe" / name)
        (tmp_path / "device" / name).symlink_to("/dev/zero")
    code = (f"import sys; sys.path[:0] = {sys.path!r}\n"
            "import importlib.util\n"
            f"spec = importlib.util.spec_from_file_location('limits', {__file__!r})\n"
            "tests = importlib.util.module_from_spec(spec); spec.loader.exec_module(tests)\n"
            "from pathlib import Path\n"
            "for name, read in tests.READERS.items():\n"
            "    for kind in ('pipe', 'device'):\n"
            "        try:\n"
            f"            read(Path({str(tmp_path)!r}) / kind / name)\n"
            "            print('READ', kind, name)\n"
            "        except ValueError as error:\n"
            "            print('refused', kind, name, error)\n")
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == 2 * len(READERS) and all(line.startswith("refused") for line in lines), ended.stdout
