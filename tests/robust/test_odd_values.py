"""Values that hostile workflows found a way to get past the checks with."""
import json
import math
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from depth_models import depth_anything
from memory_scene import bank_of
from sound_inputs import sound_values
from world_clips import PAN, finished_clip
from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.cameras.formats.tensors import read_extrinsics
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.comfy_geometry import depth_from_da3, image_of
from worldstereo.core.depth.depth import Depth
from worldstereo.core.depth.estimate import estimate_depth, load_depth_model
from worldstereo.core.export.dataset import COLMAP_TEXT, export_dataset
from worldstereo.core.files.video import read_video, write_video
from worldstereo.core.memory.stereo.file import load_bank
from worldstereo.core.memory.stereo.references import References
from worldstereo.core.model.checkpoint.stored import read_layout
from worldstereo.core.planning.preview import draw_trajectory
from worldstereo.core.world.clip_checksums import fault_of, sha256_of_json
from worldstereo.core.world.clip_folder import clip_folder
from worldstereo.core.world.clip_list import Clip, digest
from worldstereo.core.world.world_folder import write_clip
from worldstereo.nodes import NODE_CLASS_MAPPINGS
from worldstereo.nodes.widgets import check_conditioning, check_latent_socket

PHOTOS, HOLES = torch.zeros(5, 16, 32, 3), torch.zeros(5, 16, 32)


@pytest.mark.parametrize(("side", "value"), [("width", 1_000_000), ("height", 2 ** 40), ("width", 10 ** 400),
                                             ("height", 0)])
def test_a_trajectory_is_for_pictures_that_can_be(side, value):
    with pytest.raises(ValueError, match="expected whole numbers from 1 to 65536"):
        replace(PAN, **{side: value})


@pytest.mark.parametrize(("render", "mask", "complaint"), [
    (PHOTOS * math.nan, HOLES, "render of clip a has .* NaN"),
                                                           (PHOTOS, HOLES - math.inf,
                                                            "mask of clip a has .* NaN"),
    (PHOTOS, HOLES[:, :0], r"mask of clip a has the shape \[5, 0, 32\]"),
                                                           (PHOTOS, HOLES[:3], "as many frames"),
    (PHOTOS[..., :1], HOLES, "expected three channels"), (PHOTOS.to("meta"), HOLES, "expected a dense one"),
    (PHOTOS, HOLES.to_sparse(), "expected a dense one"), (PHOTOS.tolist(), HOLES, "is a list")])
def test_the_render_of_a_clip_is_checked_where_it_is_made(render, mask, complaint):
    with pytest.raises(ValueError, match=complaint):
        Clip("a", PAN, render=render, mask=mask)


def test_the_path_of_a_clip_is_a_trajectory():
    with pytest.raises(ValueError, match="path of clip a is no trajectory"):
        Clip("a", None)


def test_the_texts_of_a_clip_are_texts():
    with pytest.raises(ValueError, match="prompt and start frame of clip a are no texts"):
        Clip("a", PAN, prompt=None)


@pytest.mark.parametrize("numbers", [dict(assignment=("a", 1)), dict(ref_index=(0.5, 1)),
                                     dict(ref_index=(-1, 0)),
                                     dict(assignment=(None, 0))])
def test_the_numbers_of_references_are_whole(numbers):
    with pytest.raises(ValueError, match="expected whole numbers from"):
        References(PHOTOS[:2].permute(0, 3, 1, 2), PAN.w2c[:2], PAN.K[:2], **{"ref_index": (0, 1), **numbers})


@pytest.mark.parametrize("change", [dict(frames=-1), dict(names=True), dict(names="abc")])
def test_the_frames_and_names_of_a_bank_are_lists(change):
    with pytest.raises(ValueError, match="are no list"):
        replace(bank_of(PAN), **change)


@pytest.mark.parametrize("change", [dict(name={"x": 1}), dict(fps="7" * 5000), dict(fps=None)])
def test_facts_of_a_trajectory_that_are_none_get_a_short_sentence(change):
    with pytest.raises(ValueError, match="expected a ") as caught:
        replace(PAN, **change)
    assert len(str(caught.value)) < 200


def test_what_a_library_says_of_a_file_is_cut(tmp_path):
    header = json.dumps("7" * 5000).encode()
    file = tmp_path / "x.bank.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header)
    with pytest.raises(ValueError, match="x.bank.safetensors is damaged, or no safetensors file") as caught:
        load_bank(file)
    assert len(str(caught.value)) < 400


def test_a_model_file_that_is_none_is_named(tmp_path):
    (tmp_path / "x.safetensors").write_bytes(b"{}" * 100)
    with pytest.raises(ValueError, match="x.safetensors is not a safetensors file"):
        read_layout(tmp_path / "x.safetensors")


@pytest.mark.parametrize(("file", "old", "new", "complaint"), [
    ("config.json", ',\n    0.5\n  ],\n  "reassemble_hid', '\n  ],\n  "reassemble_hid', "unusable value"),
    ("config.json", '\n  "patch_size": 14', '\n  "patch_size": -1', "patches of -1 pixels"),
    ("preprocessor_config.json", '"image_std": [', '"image_std": [1, ', "unusable value"),
    ("model.safetensors", '"F32"', '"\u202e"', "cannot be read as a depth model")])
def test_a_depth_model_with_a_wrong_value_gets_a_printable_sentence(tmp_path, file, old, new, complaint):
    for part in depth_anything("metric"):
        part.save_pretrained(tmp_path)
    data = (tmp_path / file).read_bytes()
    assert old.encode() in data
    (tmp_path / file).write_bytes(data.replace(old.encode(), new.encode(), 1))
    with pytest.raises(ValueError, match=complaint) as caught:
        estimate_depth(load_depth_model(tmp_path), torch.rand(1, 30, 45, 3))
    assert str(caught.value).isprintable()


def test_a_vae_that_overflows_is_named(comfy, tmp_path):
    values = sound_values(tmp_path)
    decode, encode = (NODE_CLASS_MAPPINGS[f"WSKit{kind}KeyFrames"]() for kind in ("Decode", "Encode"))
    with torch.inference_mode(), pytest.raises(ValueError, match="What the VAE decoded has .* NaN"):
        decode.decode(values["VAE"], {"samples": values["LATENT"]["samples"] + 3e38})
    with torch.inference_mode(), pytest.raises(ValueError, match="What the VAE encoded has .* NaN"):
        encode.encode(values["VAE"], values["IMAGE"] + 3e38)


def test_a_path_whose_picture_lies_far_off_the_axis_is_drawn():
    K = PAN.K.clone()
    K[:, 0, 2] = 1e30
    assert draw_trajectory(replace(PAN, K=K), None, 64, 64).isfinite().all()


def test_masks_of_truth_values_are_exported(tmp_path):
    export_dataset(tmp_path / "set", PHOTOS, PAN, COLMAP_TEXT, masks=HOLES > 0)
    written = sorted((tmp_path / "set" / "masks").iterdir())
    assert len(written) == 5 and np.asarray(Image.open(written[0])).min() == 255


def test_the_photographs_of_a_geometry_are_pictures():
    with pytest.raises(ValueError, match="NaN or infinite"):
        image_of({"image": PHOTOS - math.inf})


def test_the_intrinsics_of_a_geometry_are_matrices():
    packet = {"depth": HOLES + 1, "image": PHOTOS, "intrinsics": torch.zeros(27)}
    with pytest.raises(ValueError, match="DA3_GEOMETRY intrinsics has the shape"):
        depth_from_da3(packet)


def test_values_of_the_pack_hold_dense_tensors():
    bank, cloud = bank_of(PAN), finished_clip().cloud
    depth = Depth(HOLES + 1, HOLES == 0, PAN.K, PAN.w2c)
    for make in (lambda odd: replace(bank, w2c=odd(bank.w2c)),
                 lambda odd: replace(cloud, points=odd(cloud.points)),
                 lambda odd: replace(cloud, start_w2c=odd(cloud.start_w2c)),
                 lambda odd: replace(PAN, K=odd(PAN.K)),
                 lambda odd: replace(depth, valid=odd(depth.valid)),
                 lambda odd: replace(depth, depth=odd(depth.depth)),
                 lambda odd: read_extrinsics(odd(PAN.w2c), PAN.K)):
        for odd in (torch.Tensor.to_sparse, lambda tensor: tensor.to("meta")):
            with pytest.raises(ValueError, match="expected a dense one"):
                make(odd)
    with pytest.raises(ValueError, match="valid mask of Depth is a list"):
        replace(depth, valid=[[True]])


@pytest.mark.parametrize("format", [None, "camera.json"])
def test_names_out_of_a_file_are_printable(tmp_path, format):
    (tmp_path / "case.json").write_text(json.dumps({"\ud800": 1, "a\x1bname": 2}))
    with pytest.raises(ValueError, match="holds ") as refused:
        read_file(tmp_path / "case.json", format)
    assert str(refused.value).isprintable()


def test_a_video_of_an_unknown_codec_is_named(tmp_path):
    write_video(tmp_path / "render.mp4", torch.zeros(2, 32, 48, 3, dtype=torch.uint8))
    data = (tmp_path / "render.mp4").read_bytes()
    (tmp_path / "render.mp4").write_bytes(data.replace(b"avc1", b"avcX").replace(b"mp4v", b"mp4X"))
    with pytest.raises(ValueError, match="render.mp4 is no video that can be read"):
        read_video(tmp_path / "render.mp4")


def test_a_clip_whose_name_is_no_text_is_damaged(tmp_path):
    folder = clip_folder(tmp_path, "left", "one")
    write_clip(folder, finished_clip())
    body = json.loads((folder / "clip.json").read_text())
    for change in ({}, {"name": 7}):
        changed = {key: value for key, value in body.items() if key not in ("name", "sha256")} | change
        (folder / "clip.json").write_text(json.dumps({**changed, "sha256": sha256_of_json(changed)}))
        assert "clip.json is damaged" in fault_of(folder)


def test_a_clip_of_half_precision_pictures_has_a_digest():
    clips = [Clip("a", PAN, render=PHOTOS.to(kind), mask=HOLES.to(kind))
             for kind in (torch.float32, torch.float16, torch.bfloat16)]
    assert len({digest(clip) for clip in clips}) == 3


@pytest.mark.parametrize("factor", [1e20, 1e30, 1e38])
def test_a_cloud_too_large_to_be_drawn_is_refused(factor):
    points = torch.tensor([[0.0, 0, 1], [1, 1, 1], [-1, 0, 2]]) * factor
    cloud = PointCloud(points, torch.zeros(3, 3), torch.eye(4))
    with pytest.raises(ValueError, match="too far to be drawn; check the unit"):
        draw_trajectory(PAN, cloud, 64, 64)


@pytest.mark.parametrize("factor", [1e-10, 1e-20, 1e-30])
def test_a_tiny_cloud_is_drawn(factor):
    points = torch.tensor([[0.0, 0, 1], [1, 1, 1], [-1, 0, 2]]) * factor
    cloud = PointCloud(points, torch.zeros(3, 3), torch.eye(4))
    for path in (PAN, replace(PAN, w2c=torch.eye(4).repeat(5, 1, 1))):
        assert draw_trajectory(path, cloud, 64, 64).isfinite().all()


def test_a_latent_without_frames_is_refused():
    with pytest.raises(ValueError, match=r"latent of 'a node' is empty: .* \[0, 16, 3, 8, 12\]"):
        check_latent_socket("latent of 'a node'", {"samples": torch.zeros(0, 16, 3, 8, 12)})


def test_the_mask_of_a_conditioning_is_one_of_a_clip():
    conditioning = [[torch.zeros(1, 4, 8), {"concat_mask": torch.zeros(1, 1, 4, 3, 8, 12)}]]
    with pytest.raises(ValueError, match=r"concat_mask of positive has the shape .* expected \[B,C,F,H,W\]"):
        check_conditioning("positive", conditioning)
