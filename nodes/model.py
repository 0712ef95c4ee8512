"""Loading the video model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.files.paths import relative_path
from ..core.model.checkpoint.download import RELEASED, download, how_to_get
from ..core.model.checkpoint.stored import files_of
from ..core.values import quoted
from . import menu, sockets
from .files import changes_of
from .sockets import Inputs

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher

DTYPES = {"default": None, "bf16": "bfloat16", "fp16": "float16", "fp8_e4m3fn": "float8_e4m3fn"}
NO_BASE = "none"
ABSENT = " [not here yet]"  # after a released file; under its plain name ComfyUI's page would not miss it
MOST_PORTIONS = 64
MOST_GPUS = 16


class LoadModel:
    """A WorldStereo checkpoint as an ordinary MODEL."""

    DESCRIPTION = ("Loads a WorldStereo checkpoint (camera, memory or memory-dmd) as a MODEL that LoRA, "
                   "attention and sampler nodes understand. The variant is recognised from the tensors. "
                   "Settings come from the config.json beside model.safetensors or its shards; for a file of "
                   "another name, from its metadata.")
    SEARCH_ALIASES = ["wan", "load checkpoint", "diffusion model", "world model"]
    CATEGORY = menu.MODEL
    RETURN_TYPES = ("MODEL", "STRING", "STRING")
    RETURN_NAMES = ("model", "report", "negative_prompt")
    OUTPUT_TOOLTIPS = ("The video model; a memory variant needs Apply Spatial-Stereo Memory before sampling.",
                       "What was recognised and what was assumed.",
                       "The negative prompt that the model's config.json asks for, for the text of CLIP Text "
                       "Encode; empty where there is none.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        import folder_paths

        files = folder_paths.get_filename_list("diffusion_models")
        return {"required": {
            "model_name": ([*files, *(name + ABSENT for name in RELEASED if name not in files)], {"tooltip":
                           "Safetensors file in models/diffusion_models. Keep a released model's own file "
                           "name, and its config.json beside it, in a folder of its own. The released files "
                           "are listed before you have them: see download."}),
            "weight_dtype": (list(DTYPES), {"tooltip":
                             "Type in which the weights are kept. default = as in the file, or as ComfyUI's "
                             "command line says; fp8_e4m3fn halves the memory of bf16 and loses some "
                             "precision: only the large matrices become 8 bits then, the rest bf16. Time "
                             "embedding, modulation tables and the layer norms of cross-attention and image "
                             "embedding stay float32 in any case."}),
        }, "optional": {
            "base_model": ([NO_BASE, *_base_models()], {"default": NO_BASE, "tooltip":
                           "Wan2.1-I2V-14B-480P, from which the camera and memory files take the weights "
                           "they lack: its single file in models/diffusion_models (bf16, fp16 or fp8), any "
                           "shard of a diffusers folder there, or a diffusers folder in models/diffusers. "
                           "memory-dmd needs none."}),
            "download": ("BOOLEAN", {"default": False, "tooltip":
                         "When the released file chosen in model_name is not there, fetch it from Hugging "
                         "Face (hanshanxue/WorldStereo; 10.9 to 34.9 GB). Without this nothing is ever "
                         "downloaded."}),
        }}

    @classmethod
    def IS_CHANGED(cls, model_name: str | None = None, base_model: str | None = None,
                   **_: object) -> list[str]:
        """None: linked to another node."""
        import folder_paths

        chosen = model_name and folder_paths.get_full_path("diffusion_models", _plain(model_name))
        paths = [chosen, _base_path(base_model)]
        return changes_of(file for path in paths if path for file in files_of(path))

    @classmethod
    def VALIDATE_INPUTS(cls, model_name: str | None) -> bool | str:
        if model_name is None or _plain(model_name) in RELEASED:
            return True  # linked to another node, or to be downloaded
        try:
            return bool(_model_path(model_name, "model_name"))
        except ValueError as error:
            return str(error)

    def load(self, model_name: str, weight_dtype: str, base_model: str = NO_BASE,
             download: bool = False) -> tuple[ModelPatcher, str, str]:
        import torch

        from ..core.model.checkpoint.describe import describe, report
        from . import bridge
        from .bridge.precision import dtype_of_command_line
        path = _file(_plain(model_name), download, bridge.progress_to())
        base = _base_path(base_model)
        forced = None if DTYPES[weight_dtype] else dtype_of_command_line()
        dtype = getattr(torch, DTYPES[weight_dtype]) if DTYPES[weight_dtype] else forced
        compute = forced if forced in (torch.float32, torch.float16) else None
        model = bridge.load_model(path, dtype, base, compute)
        return model, report(describe(path, base)), bridge.worldstereo(model).settings.negative_prompt


def _plain(name: str) -> str:
    """The file of a name in the list; other nodes may hand on anything."""
    return name.removesuffix(ABSENT) if isinstance(name, str) else name


def _file(name: str, may_download: bool, progress: Callable[[int, int], None]) -> str | Path:
    import folder_paths

    if name not in RELEASED or folder_paths.get_full_path("diffusion_models", name):
        return _model_path(name, "model_name")
    folders = [Path(folder) for folder in folder_paths.get_folder_paths("diffusion_models")]
    folder = next((folder for folder in folders if folder.name != "unet"), folders[0])
    if not may_download:
        raise ValueError(f"{name} is not there: switch download on in 'Load WorldStereo Model', or get "
                         f"{how_to_get(name, folder)}.")
    return download(name, folder, progress)


def _base_models() -> list[str]:
    import folder_paths
    return folder_paths.get_filename_list("diffusion_models") + sorted(_diffusers_folders())


def _base_path(name: str | None) -> str | Path | None:
    if name in (None, NO_BASE):
        return None
    return _diffusers_folders().get(name) or _model_path(name, "base_model")


def _model_path(name: str, what: str) -> str:
    """A file in models/diffusion_models; ValueError when it is not there."""
    import folder_paths

    relative_path(name, what)
    path = folder_paths.get_full_path("diffusion_models", name)
    if path is None:
        raise ValueError(f"{what} {quoted(name)} is not in models/diffusion_models; choose another file, or "
                         "put it there.")
    return path


def _diffusers_folders() -> dict[str, Path]:
    """{name in the list: folder} of the pipelines in models/diffusers."""
    import folder_paths
    roots = folder_paths.get_folder_paths("diffusers")
    found = [folder.parent for root in roots for folder in Path(root).glob("*/transformer")]
    return {f"diffusers/{folder.name}": folder for folder in found}


class LowerPeakMemory:
    """Less memory for a little time."""

    DESCRIPTION = ("Lowers the VRAM of a sampling step: feed-forward and attention compute the tokens in "
                   "portions. The clip stays the same up to rounding. The input MODEL is not changed.")
    SEARCH_ALIASES = ["out of memory", "vram", "chunks"]
    CATEGORY = menu.MODEL
    RETURN_TYPES = ("MODEL",)
    RETURN_NAMES = ("model",)
    OUTPUT_TOOLTIPS = ("The model that works in portions.",)
    FUNCTION = "apply"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "model": sockets.MODEL,
            "portions": ("INT", {"default": 4, "min": 1, "max": MOST_PORTIONS, "tooltip":
                         "Into how many portions the tokens are divided; 1 = off. At 832x480 with 21 key "
                         "frames and 8 references a step takes 3.7 GB beside the weights, 3.0 GB in 4 "
                         "portions, 2.7 GB in 16."}),
        }}

    def apply(self, model: ModelPatcher, portions: int) -> tuple[ModelPatcher]:
        from . import bridge
        return (bridge.in_portions(model, portions),)


class UseSeveralGpus:
    """One clip on several GPUs."""

    DESCRIPTION = ("Samples each clip on several GPUs of this machine at once: every GPU computes a part of "
                   "the video and of the references. The clip stays the same up to rounding. Run on "
                   "processes of a CPU, not on GPUs yet.")
    SEARCH_ALIASES = ["multi gpu", "multigpu", "parallel", "distributed", "raylight", "xfuser", "fsdp"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("MODEL",)
    RETURN_NAMES = ("model",)
    OUTPUT_TOOLTIPS = ("The model that is sampled on several GPUs, for any sampler.",)
    FUNCTION = "apply"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "model": sockets.MODEL,
            "gpus": ("INT", {"default": 2, "min": 2, "max": MOST_GPUS, "tooltip":
                     "Number of GPUs, all of the same kind. Where ComfyUI runs on the CPU: of processes."}),
            "weights": (["auto", "whole", "sharded"], {"advanced": True, "tooltip":
                        "whole: every GPU holds all weights. sharded: each holds a part, and they send each "
                        "other a block of the model just before it is computed. auto: sharded where a GPU "
                        "cannot hold them all."}),
        }}

    def apply(self, model: ModelPatcher, gpus: int, weights: str) -> tuple[ModelPatcher]:
        from . import bridge
        return (bridge.on_several_gpus(model, gpus, weights),)


NODES = {
    "WSKitLoadModel": (LoadModel, "Load WorldStereo Model"),
    "WSKitLowerPeakMemory": (LowerPeakMemory, "Lower Peak Memory"),
    "WSKitUseSeveralGpus": (UseSeveralGpus, "Use Several GPUs"),
}
