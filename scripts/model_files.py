"""The model files of all workflows: where they come from and where they go.

README, docs/other_models.md and help pages (write_tables.py) and the `properties.models` of the workflows
(make_workflows.py), from which ComfyUI's page lists what is missing, follow this table.
"""
from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from worldstereo.core.depth.estimate import KNOWN_MODELS
from worldstereo.core.model.checkpoint.download import RELEASED, REPOSITORY

HUB = "https://huggingface.co"
WAN = f"{HUB}/Comfy-Org/Wan_2.1_ComfyUI_repackaged/resolve/main/split_files"
WAN_2_2 = f"{HUB}/Comfy-Org/Wan_2.2_ComfyUI_Repackaged/resolve/main/split_files"
DISTILLED = f"{HUB}/lightx2v/Wan2.1-I2V-14B-480P-StepDistill-CfgDistill-Lightx2v/resolve/main"


class ModelFile(NamedTuple):
    """One file, or a folder of which it is the largest file.

    path    below ComfyUI's models
    url     where the file is got
    size    as the hub states it
    use     what it is for
    others  the small files that belong beside it, from the same place
    sha256  where it is known
    """

    path: PurePosixPath
    url: str
    size: str
    use: str
    others: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def directory(self) -> str:
        """The folder of ComfyUI's models that the loaders read."""
        return self.path.parts[0]

    @property
    def name(self) -> PurePosixPath:
        """As the loaders list it; Estimate Depth lists the folder."""
        return self.path.relative_to(self.directory)


def _release(variant: str, use: str) -> ModelFile:
    name = f"worldstereo-{variant}/model.safetensors"
    return ModelFile(PurePosixPath("diffusion_models", name), f"{HUB}/{REPOSITORY}/resolve/main/{name}",
                     f"{RELEASED[name]} GB", use, ("config.json",))


def _stock(path: str, size: str, use: str, sha256: str = "", source: str = WAN) -> ModelFile:
    return ModelFile(PurePosixPath(path), f"{source}/{path}", size, use, sha256=sha256)


def _depth(name: str, owner: str, size: str) -> ModelFile:
    file = "model.safetensors"
    return ModelFile(PurePosixPath("geometry_estimation", name, file),
                     f"{HUB}/{owner}/{name}/resolve/main/{file}", size, "*Estimate Depth*, one of them",
                     ("config.json", "preprocessor_config.json"))


DEPTH = tuple(_depth(name, *source) for name, source in KNOWN_MODELS.items())
LARGE = (
    _release("memory-dmd", "both memories, 4 steps"),
    ModelFile(PurePosixPath("diffusion_models/worldstereo-memory-dmd-fp8/model.safetensors"),
              f"{HUB}/apozz/WorldStereo-fp8", "20.35 GB",
              "the same in scaled fp8, published by others; needs this name and `memory-dmd`'s config.json"),
    _release("memory", "both memories, 40 steps; `base_model` besides"),
    _release("camera", "geometric memory, 40 steps; `base_model` besides"),
    _stock("diffusion_models/wan2.1_i2v_480p_14B_fp16.safetensors", "32.8 GB",
           "`base_model` of `memory` and `camera`"),
    _stock("text_encoders/umt5_xxl_fp8_e4m3fn_scaled.safetensors", "6.7 GB", "prompts: *Load CLIP*, type wan",
           "c3355d30191f1f066b26d93fba017ae9809dce6c627dda5f6a66eaa651204f68"),
    _stock("vae/wan_2.1_vae.safetensors", "254 MB", "*Load VAE*",
           "2fc39d31359a4b0a64f55876d8ff7fa8d780956ae2cb13463b0223e15148976b"),
    _stock("clip_vision/clip_vision_h.safetensors", "1.3 GB", "*Load CLIP Vision*",
           "64a7ef761bfccbadbaa3da77366aac4185a6c58fa5de5f589b42a65bcc21f161"),
)
FILES = (*LARGE, *DEPTH)
OTHER_MODELS = (
    _stock("diffusion_models/wan2.1_vace_1.3B_fp16.safetensors", "4.3 GB", "VACE, small"),
    _stock("diffusion_models/wan2.1_vace_14B_fp16.safetensors", "34.7 GB", "VACE, large"),
    _stock("diffusion_models/wan2.1_flf2v_720p_14B_fp16.safetensors", "32.8 GB", "first and last frame"),
    _stock("diffusion_models/wan2.1_flf2v_720p_14B_fp8_e4m3fn.safetensors", "16.4 GB", "the same, in fp8"),
    _stock("diffusion_models/wan2.1_fun_camera_v1.1_1.3B_bf16.safetensors", "3.2 GB", "Fun Camera, small"),
    _stock("diffusion_models/wan2.1_fun_camera_v1.1_14B_bf16.safetensors", "33.8 GB", "Fun Camera, large"),
    _stock("diffusion_models/wan2.2_fun_camera_high_noise_14B_fp8_scaled.safetensors", "15.2 GB",
           "Fun Camera of Wan 2.2, with the next", source=WAN_2_2),
    _stock("diffusion_models/wan2.2_fun_camera_low_noise_14B_fp8_scaled.safetensors", "15.2 GB",
           "Fun Camera of Wan 2.2", source=WAN_2_2),
    _stock("diffusion_models/wan2.1_i2v_480p_14B_fp8_scaled.safetensors", "16.4 GB", "Uni3C"),
    ModelFile(PurePosixPath("model_patches/Wan21_Uni3C_controlnet_fp16.safetensors"),
              f"{HUB}/Kijai/WanVideo_comfy/resolve/main/Wan21_Uni3C_controlnet_fp16.safetensors", "-",
              "Uni3C"),
    _stock("loras/Wan21_I2V_14B_lightx2v_cfg_step_distill_lora_rank64.safetensors", "739 MB", "the LoRA",
           source=DISTILLED),
    ModelFile(PurePosixPath("upscale_models/RealESRGAN_x4plus.safetensors"),
              f"{HUB}/Comfy-Org/Real-ESRGAN_repackaged/resolve/main/RealESRGAN_x4plus.safetensors", "67 MB",
              "the upscaler"),
)


def properties(widgets: list[object]) -> list[dict[str, str]]:
    """What `properties.models` says of a node whose widgets have these values."""
    chosen = [file for file in (*FILES, *OTHER_MODELS)
              if str(file.name) in widgets or str(file.name.parent) in widgets]
    return [{"name": str(file.name), "url": file.url, "directory": file.directory,
             **({"hash": file.sha256, "hash_type": "SHA256"} if file.sha256 else {})} for file in chosen]


def rows(files: tuple[ModelFile, ...] = FILES) -> list[tuple[str, ...]]:
    """File, folder, size and use of each, in Markdown."""
    return [(_link(file), f"`{file.path.parent}`", file.size, file.use) for file in files]


def _link(file: ModelFile) -> str:
    """To the file, or to the page with all that belongs beside it."""
    page = file.url.replace("/resolve/", "/tree/").removesuffix(f"/{file.path.name}")
    return f"[{', '.join((file.path.name, *file.others))}]({page if file.others else file.url})"
