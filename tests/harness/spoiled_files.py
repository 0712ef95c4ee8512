"""A sound file of every kind that the pack reads, and what damage, lies and other programs make of it."""
from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

import make_tiny_model
from depth_models import depth_anything
from spoiled_values import spoiled
from world_clips import clip_after, finished_clip
from worldstereo.core.cameras.formats.save import save_trajectory
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cloud.files.save import ENDINGS, export_point_cloud
from worldstereo.core.memory.geometric.file import save_cloud
from worldstereo.core.memory.stereo.bank import new_bank
from worldstereo.core.memory.stereo.file import save_bank
from worldstereo.core.official.scene import Scene, write_scene
from worldstereo.core.official.world_mirror import write_mirror_set
from worldstereo.core.pictures import frames_from_bytes
from worldstereo.core.world.clip_folder import clip_folder
from worldstereo.core.world.clip_list import Clip
from worldstereo.core.world.world_folder import write_clip

TOKENS = ["nan", "inf", "-inf", "1e999", "-1", "0", "9" * 400, "9" * 5000, "x", "1,5", "0x10", "1_0", "٣", "",
          "\0", "--1",
          "18446744073709551616", "1000000000000", "1" * 70_000, "../../secret/x", "../" * 9 + "etc/passwd"]
WHOLE_JSON = ["[" * 200_000, '{"a":' * 100_000, "9" * 5000, "null", "[]", "{}", "[{}]", '"x"', "NaN", "",
              '{"a": [1,',
              '["\\ud800"]']
PLY_LINES = ["element vertex 1000000000000", "element vertex -1", "element vertex 0", "element vertex",
             "element vertex 1e3",
             "element vertex " + "9" * 5000, "element face 1000000000000\nproperty list uchar int i",
             "element x 1000000000000\nproperty float y", "element x -5\nproperty double y",
             "property float x",
             "property double red", "property uchar x", "property list uchar int x",
             "property list double double z",
             "property char confidence", "property float", "property int128 x", "format ascii 1.0",
             "format binary_little_endian 1.0", "format binary_big_endian 1.0", "format x", "end_header",
             "\0",
             "comment worldstereo {", "comment worldstereo {}", 'comment worldstereo {"a": ' + "[" * 60_000,
             'comment worldstereo {"axes": "y up", "unit": {"a": 1}, "start_w2c": 1}',
             'comment worldstereo {"axes": ["x"], "unit": "m", "start_w2c": [[NaN]]}', "x" * 70_000]
NPY_TYPES = ["<f4", ">f4", "<f2", "<f16", "<c8", "|O", "|V0", "<U5", "<M8[s]", "X", "[('a', '<f4')]"]
NPY_SHAPES = ["(12, 16)", "(1000000, 1000000)", "(-1, 3)", "()", "(0, 5)", "('a', 3)", "(2, 2, 2, 2)",
              "(3, 3",
              "(" + "1, " * 100 + ")", "(" * 3000, "(" + "9" * 400 + ", 3)",
              "__import__('os').system('true')"]
PNG_HEADERS = [(100_000, 100_000, 16, 0), (2 ** 31 - 1, 1, 8, 2), (13_000, 13_000, 8, 2), (0, 0, 16, 0),
               (1, 1, 16, 0),
               (16, 12, 8, 0), (16, 12, 1, 0), (16, 12, 8, 3), (16, 12, 16, 6)]
SAFETENSORS_TYPES = ["F64", "F16", "BF16", "I64", "U8", "BOOL", "F8_E4M3", "F4", "C64", "X"]
PICKLE = b"\x80\x04cos\nsystem\n(S'true'\ntR."


class Reader(NamedTuple):
    """What reads a file or folder: where it lies below the root, the node, and the input that names it."""

    home: str
    source: Path
    node: str
    input: str
    mark: str = ""  # what the name of the folder or of the file in it needs
    widgets: dict[str, Any] = {}


def sound_files(store: Path) -> dict[str, Reader]:
    """Writes the sound files to the new folder and gives their readers by name."""
    store.mkdir()
    return {f"{reader.node} {reader.source.name}{reader.widgets.get('format', '')}": reader
            for readers in (_cameras, _clouds, _depths, _memories, _folders, _models)
            for reader in readers(store)}


def _cameras(store: Path) -> Iterator[Reader]:
    for name, facts in FORMATS.items():
        path = store / (re.sub(r"\W", "_", name) + (f".{facts.ending}" if facts.ending else ""))
        save_trajectory(replace(finished_clip().trajectory, fps=12.0), path, name)
        mark = {"COLMAP text": "/images.txt", "COLMAP binary": "/images.bin"}.get(name, "")
        for how in ("recognise", name):
            yield Reader("input", path, "WSKitLoadTrajectory", "file", mark, {"format": how, "frames": 0})


def _clouds(store: Path) -> Iterator[Reader]:
    for form, ending in ENDINGS.items():
        if form != "splat":  # only written
            export_point_cloud(finished_clip().cloud, store / f"cloud_{form.replace(' ', '_')}{ending}",
                               kind=form)
    names, kinds = "x y z red green blue".split(), ["float"] * 3 + ["uchar"] * 3
    head = "ply\nformat {} 1.0\nelement vertex 5\n" + "".join(f"property {k} {n}\n" for k,
                                                              n in zip(kinds, names)) \
        + "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    lines = "".join(f"{i} 1.5 -2 1{i} 20 30\n" for i in range(5)) + "3 0 1 2\n"
    (store / "ascii.ply").write_text(head.format("ascii") + lines)
    (store / "big.ply").write_bytes(head.format("binary_big_endian").encode() + b"".join(
        struct.pack(">fffBBB", i, 1.5, -2, 1, 2, 3) for i in range(5)) + struct.pack(">Biii", 3, 0, 1, 2))
    for path in sorted([*store.glob("*.ply"), *store.glob("*.glb")]):
        yield Reader("input", path, "WSKitLoadPointCloud", "file")


def _depths(store: Path) -> Iterator[Reader]:
    numbers = (np.arange(12 * 16).reshape(12, 16) * 100).astype(np.uint16)
    depth = numbers.astype(np.float32)
    for name, array in (("depth.png", numbers), ("depth16.tiff", numbers), ("depth32.tif", depth)):
        Image.fromarray(array).save(store / name)
    np.save(store / "depth.npy", depth)
    np.savez_compressed(store / "depth.npz", depth=depth, other=numbers)
    for path in sorted(store.glob("depth*.*")):
        yield Reader("input", path, "WSKitLoadDepth", "file")


def _memories(store: Path) -> Iterator[Reader]:
    save_bank(finished_clip().bank, store / "x.bank.safetensors")
    save_cloud(finished_clip().cloud, store / "x.cloud.safetensors")
    yield Reader("input", store / "x.bank.safetensors", "WSKitLoadMemoryBank", "file")
    yield Reader("input", store / "x.cloud.safetensors", "WSKitLoadGeometricMemory", "file")


def _folders(store: Path) -> Iterator[Reader]:
    left = finished_clip()
    confirmed = torch.where(torch.arange(50) < 10, 5.0, left.cloud.confidence)
    right = replace(clip_after(left), cloud=replace(left.cloud, confidence=confirmed))  # stored as a change
    for number, clip in enumerate((left, right)):
        write_clip(clip_folder(store / "sound", clip.name, str(number)), clip)
    yield Reader("output", store / "sound", "WSKitLoadWorld", "world")
    yield Reader("output", store / "sound", "WSKitLoadWorldClip", "world", widgets={"clip": ""})
    photos, mask = left.frames / 255, torch.zeros(5, 16, 32)
    start = new_bank(frames_from_bytes(left.frames[:1]), left.trajectory, "start")
    write_scene(store / "photo_scene", Scene(start, (Clip("traj_left", left.trajectory, "a", "", photos,
                                                          mask),), "b"))
    write_scene(store / "pano_scene", Scene(left.bank, (Clip("view0/traj0", left.trajectory, "a", "", photos,
                                                             mask),)))
    for name in ("photo_scene", "pano_scene"):
        yield Reader("input", store / name, "WSKitLoadScene", "scene",
                     widgets={"frames": 0, "width": 0, "height": 0})
    write_mirror_set(store / "mirror", left.bank)
    yield Reader("input", store / "mirror", "WSKitLoadMirrorSet", "folder")


def _models(store: Path) -> Iterator[Reader]:
    make_tiny_model.WAN |= {"num_attention_heads": 1, "text_dim": 8, "image_dim": 8, "ffn_dim": 16,
                            "num_layers": 1,
                            "freq_dim": 16, "added_kv_proj_dim": 128}
    make_tiny_model.CONTROL |= {"conv_out_dim": 128, "dim": 64, "ffn_dim": 16, "num_heads": 1,
                                "num_layers": 1,
                                "time_embed_dim": 128, "mid_channels": 16}
    make_tiny_model.write_model(store, "memory-dmd").rename(store / "checkpoint")
    network, processor = depth_anything("metric")
    network.save_pretrained(store / "depth_model")
    processor.save_pretrained(store / "depth_model")
    yield Reader("models/diffusion_models", store / "checkpoint", "WSKitLoadModel", "model_name",
                 "/model.safetensors", {"download": False})
    yield Reader("models/geometry_estimation", store / "depth_model", "WSKitEstimateDepth", "model_name",
                 widgets={"download": False, "image": torch.rand(1, 30, 45, 3)})


# Damage

def spoil(path: Path, secret: Path, rng: random.Random, said: list[str]) -> None:
    """Spoils one or two files of what lies at path; a world then often gets checksums that fit."""
    for _ in range(rng.choice([1, 1, 1, 2])):
        files = sorted(file for file in (path, *path.rglob("*")) if file.is_file() and not file.is_symlink())
        if files:
            file = rng.choice(files)
            said.append(f"{file.relative_to(path.parent).as_posix()}:")
            _spoil_file(file, secret, rng, said)
    if (path / "clips").is_dir() and rng.random() < 0.8:
        said.append("checksums made anew")
        _sign(path)


def _spoil_file(file: Path, secret: Path, rng: random.Random, said: list[str]) -> None:
    if rng.random() < 0.05:
        return _other_thing(file, secret, rng, said)
    data, way = file.read_bytes(), WAYS.get(file.suffix)
    if way is None or rng.random() < 0.3:
        way = rng.choice([_bytes, _bytes, _foreign])
    try:
        data = way(data, rng, said)
    except (ValueError, LookupError, AttributeError, TypeError, struct.error, zipfile.BadZipFile,
            RuntimeError):  # spoiled before, not so any more
        data = _bytes(data, rng, said)
    file.write_bytes(data)


def _other_thing(file: Path, secret: Path, rng: random.Random, said: list[str]) -> None:
    things: dict[str, Callable[[], Any]] = {
        "missing": lambda: None, "a folder": file.mkdir, "empty": file.touch,
                                            "a pipe": lambda: os.mkfifo(file),
        "a link outside": lambda: file.symlink_to(secret / "camera.json"),
                                            "a link to nothing": lambda: file.symlink_to("/x/y"),
        "a link to itself": lambda: file.symlink_to(file.name),
                                            "/dev/zero": lambda: file.symlink_to("/dev/zero")}
    name = rng.choice(list(things))
    said.append(name)
    file.unlink()
    things[name]()


def _bytes(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    at = rng.randrange(min(len(data), rng.choice([200, len(data)])) + 1)
    size = struct.pack("<Q", rng.choice([2 ** 31, 2 ** 40, 2 ** 63, 2 ** 64 - 1]))
    name, changed = rng.choice([
        ("bit flipped", data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
         if at < len(data) else b""),
        ("other byte", data[:at] + rng.choice([b"\0", b"\xff", b"\x80", b"\n", b"0"]) + data[at + 1:]),
        ("bytes put in", data[:at] + rng.randbytes(rng.choice([1, 4, 100])) + data[at:]),
                                ("cut off", data[:at]),
        ("bytes left out", data[:at] + data[at + rng.choice([1, 4, 100]):]),
                                ("huge number", data[:at] + size + data[at + 8:]),
        ("twice", data + data), ("zeros behind", data + bytes(1000))])
    said.append(f"{name} at {at}")
    return changed


def _foreign(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    text = data.decode("latin-1")
    name, changed = rng.choice([
        ("UTF-16", text.encode("utf-16")), ("a mark of UTF-8", b"\xef\xbb\xbf" + data),
                                ("CR", data.replace(b"\n", b"\r")),
        ("CRLF", data.replace(b"\n", b"\r\n")), ("gzip", gzip.compress(data)), ("zip", _zip(data)),
                                ("pickle", PICKLE),
        ("HTML", b"<!DOCTYPE html><html><body>404</body></html>"), ("blank", b" "),
                                ("zeros for blanks", data.replace(b" ", b"\0"))])
    said.append(name)
    return changed


def _json(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    if rng.random() < 0.1:
        text = rng.choice(WHOLE_JSON)
        said.append(text[:20])
        return text.encode()
    changed = spoiled(json.loads(data), rng, said)
    if rng.random() < 0.1:
        said.append("all keys twice")
        return json.dumps([changed, changed], default=str).replace("}, {", ", ").strip("[]").encode()
    return _dumped(changed)


def _dumped(value: Any) -> bytes:
    return json.dumps(value, default=str, skipkeys=True).encode()


def _lines(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    lines = data.decode("latin-1").split("\n")
    at, token = rng.randrange(len(lines)), rng.choice(TOKENS)
    fields = re.split(r"(\s+|,)", lines[at])
    fields[rng.randrange(0, len(fields), 2)] = token
    name, new = rng.choice([(f"token {token[:20]!r}", ["".join(fields)])] * 3 + [
        ("gone", []), ("twice", [lines[at]] * 2), ("cut", [lines[at][:rng.randrange(len(lines[at]) + 1)]])])
    said.append(f"line {at} {name}")
    return "\n".join([*lines[:at], *new, *lines[at + 1:]]).encode("utf-8")


def _ply(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    head, end, body = data.partition(b"end_header\n")
    if rng.random() < 0.3:
        return _lines(head, rng, said) + end + body
    lines, line = head.decode("latin-1").split("\n"), rng.choice(PLY_LINES)
    at = rng.randrange(1, len(lines))
    said.append(f"line {at} {line[:60]!r}")
    lines[at:at + rng.choice([0, 1])] = [line]
    return "\n".join(lines).encode() + end + body


def _safetensors(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    size, = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8:8 + size]), bytearray(data[8 + size:])
    facts, kind = header.get("__metadata__", {}), rng.randrange(5)
    name = rng.choice([name for name in header if name != "__metadata__"])
    if kind == 0 and "worldstereo" in facts:
        facts["worldstereo"] = _json(facts["worldstereo"].encode(), rng, said).decode()
    elif kind == 1:
        header[name]["dtype"] = rng.choice(SAFETENSORS_TYPES)
        said.append(f"{name} {header[name]['dtype']}")
    elif kind == 2:
        shape = header[name]["shape"]
        header[name]["shape"] = rng.choice([[], [0], shape[::-1], [*shape, 1], [1, *shape], [2 ** 40], [-1],
                                            shape[:-1],
                                            [int(np.prod(shape))]])
        said.append(f"{name} {header[name]['shape']}")
    elif kind == 3:
        for at in [rng.randrange(0, max(1, len(body) - 3), 4) for _ in range(rng.choice([1, 50]))]:
            body[at:at + 4] = struct.pack("<f", rng.choice([np.nan, np.inf, -1.0, 1e30, 1e-40]))
        said.append("bad numbers")
    else:
        header = spoiled(header, rng, said)
    raw = _dumped(header)
    announced = rng.choice([len(raw)] * 9 + [2 ** 63])
    return struct.pack("<Q", announced) + raw + bytes(body)


def _glb(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    size, = struct.unpack_from("<I", data, 12)
    scene, rest = json.loads(data[20:20 + size]), data[20 + size:]
    elsewhere = rng.choice(["../../secret/camera.json", "/etc/passwd", "http://127.0.0.1:9/x", "data:,", ""])
    kind = rng.randrange(8)
    if kind == 0:
        accessor = rng.choice(scene["accessors"])
        accessor["count"] = rng.choice([10 ** 12, 10 ** 9, -1, 0, 1.5, "x", 2 ** 63])
        accessor.pop(rng.choice(["bufferView", "max", "min"]), None)
        said.append(f"count {accessor['count']}")
    elif kind == 1:
        scene["buffers"][0]["uri"] = elsewhere
        said.append(f"buffer at {elsewhere}")
    elif kind == 2:
        scene["nodes"] = [{"children": [1], "mesh": 0}, {"children": [0], "mesh": 0}]
        said.append("nodes in a circle")
    elif kind == 3:
        scene["nodes"] = [{"mesh": 0, "matrix": rng.choice([[0] * 16, [float("nan")] * 16, [1e308] * 16, [1],
                                                            "x"])}]
        said.append(f"matrix {scene['nodes'][0]['matrix']}"[:40])
    elif kind == 4:
        scene |= {"images": [{"uri": elsewhere}], "textures": [{"source": 0}],
                  "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]}
        for part in scene["meshes"][0]["primitives"]:
            part["material"] = 0
        said.append(f"picture at {elsewhere}")
    else:
        scene = spoiled(scene, rng, said)
    raw = _dumped(scene)
    raw += b" " * (-len(raw) % 4)
    return b"glTF" + struct.pack("<III", 2, 20 + len(raw) + len(rest), len(raw)) + b"JSON" + raw + rest


def _npy(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    dtype, shape = rng.choice([("<f4", rng.choice(NPY_SHAPES)), (rng.choice(NPY_TYPES), "(12, 16)")])
    described = dtype if dtype.startswith("[") else repr(dtype)
    order = rng.choice([False, True, 3])
    header = f"{{'descr': {described}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    version = rng.choice([1, 1, 2, 3, 9])
    said.append(f"{dtype} {shape[:30]} version {version}")
    size = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + size + header + data[128:]


def _npz(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            array = archive.read("depth.npy")
    except (zipfile.BadZipFile, zlib.error, KeyError):  # it was spoiled before
        return data
    kind = rng.randrange(4)
    if kind == 0:
        name, inner = rng.choice([("depth.txt", b"hello"), ("depth.npy", b"hello"), ("depth", b"hello"),
                                  ("depth.npy", PICKLE), ("../../secret/depth.npy", array)])
        said.append(f"{name} {inner[:5]!r}")
        return _zip(inner, name)
    if kind == 1:
        return _zip(_npy(array, rng, said), "depth.npy")
    packed = bytearray(_zip(array, "depth.npy"))
    directory = packed.find(b"PK\1\2")
    offset, value = rng.choice([(8, 1), (10, 99), (20, 0xff), (24, 0x7fffffff), (42, 0xffffff)])
    said.append(f"directory {offset} {value}")
    struct.pack_into("<H" if value < 256 else "<I", packed, directory + offset, value)
    return bytes(packed)


def _png(data: bytes, rng: random.Random, said: list[str]) -> bytes:
    width, height, bits, colour = rng.choice(PNG_HEADERS)
    said.append(f"{width}x{height}, {bits} bits, colour {colour}")
    chunk = b"IHDR" + struct.pack(">IIBB", width, height, bits, colour) + data[26:29]
    return data[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]


WAYS = {".json": _json, ".txt": _lines, ".ply": _ply, ".safetensors": _safetensors, ".glb": _glb,
        ".npy": _npy,
        ".npz": _npz, ".png": _png}


def _zip(data: bytes, name: str = "x") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def _sign(world: Path) -> None:
    """Checksums that fit what is there, as whoever spoiled the world could write them."""
    for file in world.glob("clips/*/clip.json"):
        try:
            body = json.loads(file.read_bytes())
            body.pop("sha256", None)
            for name in [name for name in body["files"] if (file.parent / name).is_file()]:
                body["files"][name] = hashlib.sha256((file.parent / name).read_bytes()).hexdigest()
            body["sha256"] = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
            file.write_text(json.dumps(body))
        except (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError):
            continue


def remove(path: Path) -> None:
    """A file, link or folder, if there is one."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)
