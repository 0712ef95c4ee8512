"""Cameras, the conditioning tensors of a clip, and CLIP's picture."""
from __future__ import annotations

import torch
from PIL import Image

from worldstereo.core.cameras import pluecker
from worldstereo.core.cameras.rotations import quaternion_from_rotation
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.official.scene import resize_clip
from worldstereo.core.picture_fit import start_frame
from worldstereo.core.pictures import (
    frames_from_bytes,
    frames_to_bytes,
    holes,
    resize_frames,
    to_frames,
)
from worldstereo.core.sampling.clip_image import clip_preprocess
from worldstereo.core.sampling.conditioning import nearest_bucket
from worldstereo.core.world.clip_list import Clip, clip_render
from worldstereo.core.world.clip_start import with_known_start

from .case import Case


def check_camera(case: Case) -> dict:
    computed = {}
    for config in case.meta["config"]:
        check = _CAMERA_FUNCTIONS.get(config["fn"])
        if check is None:
            raise ValueError(f"unknown camera function {config['fn']}")
        computed |= check(config, case.inputs)
    if "quat.R" in case.inputs:
        computed["quat.wxyz"] = quaternion_from_rotation(case.inputs["quat.R"])
    return computed


def _normalised(config: dict, inputs: dict) -> dict:
    name = f"norm.{config['i']}.w2c"
    sequences = len(inputs[name]) // config["nframe"]
    return {name: pluecker.normalise_cameras(inputs[name], sequences=sequences, scale=config["camera_scale"],
                                             legacy_order=not config["is_w2c"])}


def _embedding(config: dict, inputs: dict) -> dict:
    name = f"plucker.{config['i']}"
    w2c, K = inputs[f"{name}.w2c"], inputs[f"{name}.K"]
    return {name: pluecker.pluecker_embedding(w2c, K, config["h"], config["w"], normalise=config["normalize"],
                                              legacy_order=not config["is_w2c"])}


def _joint(config: dict, inputs: dict) -> dict:
    name = f"unified.{config['i']}"
    poses = inputs[f"{name}.w2c"], inputs[f"{name}.w2c_ref"]
    w2c, w2c_ref = pluecker.normalise_jointly(*poses)
    camera_qt, camera_qt_ref = pluecker.stereo_camera_vectors(*poses)
    return {f"{name}.w2c": w2c, f"{name}.w2c_ref": w2c_ref,
            f"{name}.camera_qt": camera_qt, f"{name}.camera_qt_ref": camera_qt_ref}


_CAMERA_FUNCTIONS = {"camera_center_normalization": _normalised, "get_camera_embedding": _embedding,
                     "unified_camera_normalization + matrix_to_quaternion": _joint}


def check_clip_data(case: Case) -> dict:
    computed = {}
    for config in case.meta["config"]:
        prefix = f"{config['k']}."
        inputs = {name.removeprefix(prefix): value
                  for name, value in case.inputs.items() if name.startswith(prefix)}
        for name, value in _clip_tensors(config, inputs, case.meta).items():
            computed[prefix + name] = value
    return computed


def _clip_tensors(config: dict, inputs: dict, meta: dict) -> dict:
    """As Load Official Scene, Pick Trajectory from List, Set Known First Frame and the two Apply nodes make
    them."""
    start = inputs["start_u8"][None] / 255
    size = nearest_bucket(*start.shape[1:3], meta["scale_map"])
    clip = resize_clip(_clip(inputs), meta["nframe"], size[1], size[0])
    render, mask = clip_render(clip)
    known, known_mask = with_known_start(render, mask, start)
    path = clip.trajectory
    computed = {
        "size": (size, (config["height"], config["width"])),
        "image_u8": frames_to_bytes(start_frame(start, *size)[None])[0],
        "render_video": to_frames(known).transpose(0, 1)[None],
        # The official code clears the first mask only of clips that go on from another; the node always does.
        "render_mask": (known_mask if config["iterative"] else mask)[None, None],
        "extrinsics": path.w2c, "intrinsics": path.K,
        "camera_embedding": pluecker.pluecker_embedding(path.w2c, path.K, *size)}
    if "reference_u8" in inputs:
        retrieved = frames_from_bytes(inputs["reference_u8"][inputs["ref_index"]])
        computed["reference_video"] = resize_frames(retrieved, *size).transpose(0, 1)[None]
    if "ref_w2cs" in inputs:
        camera_qt, camera_qt_ref = pluecker.stereo_camera_vectors(path.w2c, inputs["ref_w2cs"])
        computed |= {"camera_qt": camera_qt, "camera_qt_ref": camera_qt_ref}
    return computed


def _clip(inputs: dict) -> Clip:
    """The clip as read_scene gives it, at the size of the start picture."""
    height, width = inputs["start_u8"].shape[:2]
    mask = inputs["mask_u8"][..., 0] / 255
    return Clip("clip", Trajectory(inputs["w2cs"], inputs["Ks"], width, height), render=inputs["render_u8"],
                mask=holes(mask, *mask.shape[1:]))


def check_clip_image(case: Case) -> dict:
    config, computed = case.meta["config"], {}
    for key, pixels in case.inputs.items():
        number = key.removesuffix(".image_u8")
        pictures = {official: clip_preprocess(
            Image.fromarray(pixels.numpy()), official=official, resize=config["size"]["shortest_edge"],
            crop=(config["crop_size"]["height"], config["crop_size"]["width"]), mean=config["image_mean"],
            std=config["image_std"]) for official in (True, False)}
        for name, official in (("pixel_values", True), ("rescaled_pixel_values", False)):
            computed[f"{number}.{name}"] = pictures[official]
            computed[f"{number}.{name}_stride8"] = pictures[official][..., ::8, ::8]
        computed |= _clip_facts(number, pictures, case.meta.get("info", []))
    return computed


def _clip_facts(number: str, pictures: dict, info: list[dict]) -> dict:
    """Shape and range of the whole picture, of which the file holds only every eighth pixel."""
    for fact in info:
        if str(fact["i"]) == number:
            ends = [torch.stack(pictures[official].aminmax()) for official in (True, False)]
            wanted = [torch.tensor([fact[f"{name}_min"], fact[f"{name}_max"]])
                      for name in ("official", "rescaled")]
            return {f"info.{number}.shape": (list(pictures[True].shape), fact["shape"]),
                    f"info.{number}.official": (ends[0], wanted[0]),
                    f"info.{number}.rescaled": (ends[1], wanted[1])}
    return {}
