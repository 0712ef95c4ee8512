"""Depth of photographs by the depth models of the transformers library: DepthPro, Depth Anything V2 and
ZoeDepth.

A model is a folder as `save_pretrained` writes it: config.json, preprocessor_config.json and safetensors
files. It is only read from disk. Only `download` uses the network, and nothing else in core
calls it.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from ..cameras.pinhole import focal_from_fov, fov_from_focal, intrinsics_from_fov
from ..files.atomic import OTHER_MODELS, is_disk_fault, put_in_place, writable
from ..files.json_text import read_json
from ..files.paths import check_model_links
from ..pictures import image_to_bytes
from ..values import quoted, reason, require
from .depth import RELATIVE_UNIT, Depth, depth_from_values

if TYPE_CHECKING:
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

USUAL_FOV = 60.0  # degrees along the longer side of a photograph about which nothing is known
NO_NEARER_THAN = 9999.0  # metres; DepthPro gives 10 km for the sky


KNOWN_MODELS = {  # name of the folder: owner at Hugging Face, size of its weights
    "DepthPro-hf": ("apple", "1.9 GB"),
    "Depth-Anything-V2-Metric-Indoor-Small-hf": ("depth-anything", "99 MB"),
    "Depth-Anything-V2-Metric-Indoor-Large-hf": ("depth-anything", "1.3 GB"),
    "Depth-Anything-V2-Metric-Outdoor-Small-hf": ("depth-anything", "99 MB"),
    "Depth-Anything-V2-Metric-Outdoor-Large-hf": ("depth-anything", "1.3 GB"),
    "Depth-Anything-V2-Small-hf": ("depth-anything", "99 MB"),
    "zoedepth-nyu-kitti": ("Intel", "1.4 GB"),
}


class DepthModel(NamedTuple):
    """A loaded transformers model with the processor that belongs to it."""

    network: PreTrainedModel
    processor: Any

    @property
    def type(self) -> str:
        """depth_pro, depth_anything or zoedepth."""
        return self.network.config.model_type

    @property
    def is_metric(self) -> bool:
        """True: depth in metres. False: inverse depth up to an unknown factor and zero."""
        return getattr(self.network.config, "depth_estimation_type", "metric") == "metric"


def load_depth_model(folder: str | Path) -> DepthModel:
    """Reads a model folder; float32, on the CPU, ready to run. Uses no network and runs no code from the
    folder.

    Raises ValueError when it is no model of a known kind, or an incomplete one.
    """
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    folder = Path(folder)
    _check_folder(folder)
    try:
        network, loading = AutoModelForDepthEstimation.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True)
        processor = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # a wrong value in a config raises a dozen kinds, of three libraries
        raise ValueError(f"{folder.name} cannot be read as a depth model ({_in_a_line(error)}); download it "
                         "again.") from error
    absent = sorted(loading["missing_keys"]) + [str(entry[0]) for entry in loading["mismatched_keys"]]
    require(not absent, f"{folder.name} lacks {len(absent)} tensors or has them in another size, e.g. "
                        f"{', '.join(absent[:3])}; download it again.")
    patch = getattr(network.config, "patch_size", 1)
    require(isinstance(patch, (list, tuple)) or patch > 0,
            f"The config.json in {folder.name} has patches of {patch} pixels; download the model again.")
    return DepthModel(network.float().eval(), processor)


def _check_folder(folder: Path) -> None:
    needed = ("config.json", "preprocessor_config.json")
    missing = [name for name in needed if not (folder / name).is_file()]
    require(not missing, f"{folder.name} has no {' and no '.join(missing)}; a depth model is a folder with "
                         f"{', '.join(needed)} and model.safetensors, as transformers saves it.")
    check_model_links(list(folder.iterdir()), folder)
    require(not any(folder.glob("*.index.json")),
            f"{folder.name} is a model in several files, which is not read; save it as one "
            "model.safetensors.")
    require(any(folder.glob("*.safetensors")),
            f"{folder.name} has no .safetensors file; other weight files are not read, because they can run "
            "code.")
    _check_kind(folder)


def _check_kind(folder: Path) -> None:
    """ValueError unless config.json names one of the kinds of models that are known here."""
    kinds = ("depth_pro", "depth_anything", "zoedepth")
    try:
        kind = read_json(folder / "config.json", "download it again")["model_type"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder.name} has a config.json that names no model_type; download it "
                         "again.") from error
    require(kind in kinds, f"{folder.name} is a model of type {quoted(kind)}, expected one of "
                           f"{', '.join(kinds)} (MoGe and Depth Anything 3: use ComfyUI's own nodes and "
                           "'Depth from MoGe/DA3 Geometry').")


@torch.no_grad()
def estimate_depth(model: DepthModel, images: Tensor, horizontal_fov: float = 0.0,
                   progress: Callable[[int], None] | None = None) -> tuple[Depth, str]:
    """Depth of photographs [F,H,W,3] (0..1), each on its own, at the size of the photographs, and a report.

    horizontal_fov  degrees; 0 = what the model says (DepthPro) or usual_fov. DepthPro's depth depends on it
    progress        called with the number of finished photographs; may raise to stop
    Metric models give metres. Relative ones give scene units, in which the median depth is 1.
    """
    require(images.ndim == 4 and images.shape[-1] == 3 and len(images) > 0,
            f"The image is {list(images.shape)}, expected [F,H,W,3]; connect a colour picture.")
    values, fovs = [], []
    usual = usual_fov(images.shape[2], images.shape[1])
    for image in images:
        value, fov = _estimate_one(model, image, horizontal_fov)
        values.append(value)
        fovs.append(fov or horizontal_fov or usual)
        if progress is not None:
            progress(len(values))
    values = torch.stack(values)
    K = torch.stack([intrinsics_from_fov(fov, values.shape[2], values.shape[1]) for fov in fovs])
    if model.is_metric:
        depth = depth_from_values(values, 1.0, K)
    else:
        positive = values[values > 0]
        scale = float(positive.median()) if len(positive) else 1.0
        depth = depth_from_values(values, scale, K, RELATIVE_UNIT, "inverse relative")
    return depth, _report(model, depth, fovs, horizontal_fov)


def _estimate_one(model: DepthModel, image: Tensor, horizontal_fov: float) -> tuple[Tensor, float | None]:
    """[H,W] on the CPU, depth in metres (inf: no end in sight) or inverse depth, and DepthPro's field of view
    in degrees or None."""
    size = tuple(image.shape[:2])
    pixels = image_to_bytes(image).permute(2, 0, 1)  # processors expect 8 bits
    try:
        inputs = model.processor(images=pixels.cpu(), input_data_format="channels_first", return_tensors="pt")
    except (TypeError, ValueError, LookupError, AttributeError, RuntimeError) as error:
        raise ValueError("The depth model's preprocessor_config.json has an unusable value "
                         f"({reason(error)}); download the model again.") from error
    pixels = inputs["pixel_values"].to(next(model.network.parameters()).device)
    try:
        output = model.network(pixels)
    except (TypeError, LookupError, AttributeError) as error:
        raise ValueError(f"The depth model's config.json has an unusable value ({reason(error)}); download "
                         "the model again.") from error
    sizes = {"target_sizes": [size]}
    if model.type == "zoedepth":
        sizes["source_sizes"] = [size]
    fov = None
    if model.type == "depth_pro":
        fov = output.field_of_view = _field_of_view(output, horizontal_fov)
    value = model.processor.post_process_depth_estimation(output, **sizes)[0]["predicted_depth"].float().cpu()
    if model.type == "depth_pro":
        value = torch.where(value > NO_NEARER_THAN, torch.inf, value)
    return value, None if fov is None else float(fov)


def usual_fov(width: int, height: int) -> float:
    """Horizontal degrees that are assumed of a photograph of this size."""
    return USUAL_FOV if width >= height else fov_from_focal(focal_from_fov(USUAL_FOV, height), width)


def _field_of_view(output: Any, horizontal_fov: float) -> Tensor:
    """[1] degrees: the given one, or the model's own."""
    if horizontal_fov > 0:
        return output.predicted_depth.new_tensor([horizontal_fov])
    require(output.field_of_view is not None,
            "This DepthPro estimates no field of view: set horizontal_fov in 'Estimate Depth'.")
    return output.field_of_view


def _report(model: DepthModel, depth: Depth, fovs: list[float], horizontal_fov: float) -> str:
    kind = ("metric depth" if model.is_metric else
            "relative inverse depth (scale and zero unknown), turned into depth")
    if horizontal_fov > 0:
        origin = "as given"
    elif model.type == "depth_pro":
        origin = "estimated by the model"
    else:
        origin = "ASSUMED, because the model does not estimate it: set horizontal_fov if you know it"
        logger.warning("The horizontal field of view is assumed to be %g degrees; set horizontal_fov in "
                       "'Estimate Depth' if you know it.", fovs[0])
    fov = f"{min(fovs):.1f}" if max(fovs) - min(fovs) < 0.05 else f"{min(fovs):.1f} to {max(fovs):.1f}"
    report = (f"{model.type}: {kind}; lower median {depth.median:.4g} {depth.unit}; horizontal field of view "
              f"{fov} degrees, {origin}; {float(depth.valid.float().mean()):.1%} of the pixels known.")
    if len(fovs) > 1:
        report += (f" The {len(fovs)} pictures are estimated one by one, each from one place: their scales "
                   "may differ.")
    return report


def _in_a_line(error: Exception) -> str:
    return f"{type(error).__name__}: {reason((str(error).splitlines() or [''])[0])}"


def models_in(folders: list[str]) -> dict[str, Path]:
    """The depth models in these folders by name: every folder with a config.json. The first of two namesakes
    counts."""
    found = {}
    for folder in map(Path, folders):
        for config in sorted(folder.glob("[!.]*/config.json")):  # a dot: not yet whole, see download
            found.setdefault(config.parent.name, config.parent)
    return found


def how_to_get(name: str) -> str:
    """The end of a sentence: where a known model can be had, and how large it is."""
    owner, size = KNOWN_MODELS[name]
    return f"https://huggingface.co/{owner}/{name} ({size})"


def download(name: str, folder: str | Path) -> Path:
    """Fetches a model of KNOWN_MODELS from Hugging Face into folder/name: its settings and safetensors files
    only.

    An interrupted download stays in folder/.name.partial, and the next one resumes there.
    """
    from huggingface_hub import snapshot_download

    require(name in KNOWN_MODELS, f"{name} is not among the models that can be downloaded: "
                                  f"{', '.join(KNOWN_MODELS)}.")
    target = Path(folder) / name
    require(not target.exists(), f"{target} is there already and holds no whole model; move it away, or "
                                 f"complete it from {how_to_get(name)}.")
    partial = target.with_name(f".{name}.partial")  # kept when interrupted, unlike that of new_path
    logger.info("Downloading %s to %s.", how_to_get(name), target)
    with writable(target, OTHER_MODELS):
        try:
            snapshot_download(f"{KNOWN_MODELS[name][0]}/{name}", local_dir=partial,
                              allow_patterns=["config.json", "preprocessor_config.json", "*.safetensors"])
        except Exception as error:  # the client raises a dozen kinds, of three libraries
            if is_disk_fault(error):
                raise
            raise ValueError(f"{name} could not be downloaded ({_in_a_line(error)}); get it from "
                             f"{how_to_get(name)} and put the folder at {target}.") from error
        put_in_place(partial, target)
    return target
