#!/usr/bin/env python3
"""Freezes what this pack computes now into tests/parity/frozen, in the format of the official code's
recorded outputs.

    .venv/bin/python scripts/freeze.py

The files are small, from random weights and inputs. They keep what parity.py proved against the official code
where its recordings are not at hand: tests/parity/test_frozen.py checks them everywhere. Run it only when
parity holds.
"""
from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan
from safetensors.torch import save_file
from torch import Tensor, nn

from parity_checks import KINDS
from parity_checks.case import read_case
from worldstereo.core.key_frames import frames_to_keep
from worldstereo.core.model.control_branch import ControlBlock
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.transformer import WorldStereoTransformer
from worldstereo.core.sampling.key_frame_vae import WAN_MEAN, WAN_STD

FROZEN = Path(__file__).resolve().parents[1] / "tests" / "parity" / "frozen"
WAN = {"patch_size": [1, 2, 2], "num_attention_heads": 2, "attention_head_dim": 12, "in_channels": 36,
       "out_channels": 16, "text_dim": 4, "freq_dim": 16, "ffn_dim": 32, "num_layers": 2,
       "cross_attn_norm": True,
       "qk_norm": "rms_norm_across_heads", "eps": 1e-6, "image_dim": 4, "added_kv_proj_dim": 24,
       "rope_max_seq_len": 1024, "pos_embed_seq_len": None}
CONTROL = {"dim": 16, "ffn_dim": 24, "num_heads": 2, "num_layers": 1, "conv_out_dim": 24,
           "time_embed_dim": 24,
           "add_channels": 7, "mid_channels": 8, "update_ref": True, "camera_embedding_dim": 7}
VAE = {"base_dim": 2, "z_dim": 16, "dim_mult": [1, 1, 2, 2], "num_res_blocks": 1, "attn_scales": [],
       "temperal_downsample": [False, True, True], "latents_mean": WAN_MEAN, "latents_std": WAN_STD}
UNIPC = {"cls": "UniPCMultistepScheduler", "flow_shift": 3.0, "solver_order": 2}
FEW_STEP = {"cls": "FlowGeneratorScheduler", "start_timesteps": 250, "num_train_timesteps": 1000,
            "shift": 5.0, "dmd_steps": 3}
FRAMES, HEIGHT, WIDTH = 3, 32, 48
LATENT = (FRAMES, HEIGHT // 8, WIDTH // 8)


class Random:
    """Random tensors of one seeded run."""

    def __init__(self, seed: int):
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator)

    def integers(self, low: int, high: int, *shape: int, dtype=torch.uint8) -> Tensor:
        return torch.randint(low, high, shape, generator=self.generator).to(dtype)

    def weights(self, module: nn.Module, prefix: str = "") -> dict[str, Tensor]:
        """Weights of the module's shapes, near 1 where they scale a norm, in bfloat16 as a checkpoint has
        them."""
        weights = {}
        for name, shape in ((name, value.shape) for name, value in module.state_dict().items()):
            scales = "norm" in name and name.endswith(("weight", "gamma")) and "linear" not in name
            spread = 0.2 if len(shape) < 2 or scales else 1 / math.sqrt(math.prod(shape[1:]))
            weights[prefix + name] = (self.normal(*shape) * spread + (1 if scales else 0)).bfloat16()
        return weights

    def cameras(self, frames: int, turn: float = 0.1) -> Tensor:
        """w2c [frames,4,4] of a wandering camera that turns by about `turn` radians from frame to frame."""
        w2c = torch.eye(4).repeat(frames, 1, 1)
        step = turn * self.normal(frames, 3, 3).cumsum(0)
        w2c[:, :3, :3] = torch.linalg.matrix_exp(step - step.mT)
        w2c[:, :3, 3] = 0.3 * self.normal(frames, 3).cumsum(0)
        return w2c

    def intrinsics(self, frames: int, width: int, height: int) -> Tensor:
        return torch.tensor([[0.9 * width, 0, width / 2], [0, 0.9 * width, height / 2],
                             [0, 0, 1]]).repeat(frames, 1, 1)


def control_block(random: Random):
    config = {"dim": 16, "num_heads": 2, "ffn_dim": 24, "time_embed_dim": 12}
    angles = random.normal(12, 4).repeat_interleave(2, dim=1)
    inputs = {"hidden_states": random.normal(2, 12, 16), "temb": random.normal(2, 12),
              "rope_cos": angles.cos(), "rope_sin": angles.sin()}
    return {"config": config}, random.weights(ControlBlock(ControlConfig(**config))), inputs


def rope(random: Random):
    sizes = [{"head_dim": 128, "f": 2, "h": 2, "w": 3}, {"head_dim": 64, "f": 3, "h": 3, "w": 2}]
    return {"config": sizes}, {}, {"0.ref_index": torch.tensor([0]), "1.ref_index": torch.tensor([1, 0])}


def forward(random: Random, memory: bool):
    """The camera model here sees no camera rays, and the memory model does not carry its references on."""
    control = {**CONTROL, "update_ref": not memory, "add_channels": 7 if memory else 1}
    transformer = WorldStereoTransformer(WAN, ControlConfig(**control), memory=memory)
    inputs = {"hidden_states": random.normal(1, 36, *LATENT), "timestep": torch.tensor([437.5]),
              "encoder_hidden_states": random.normal(1, 512, 4).bfloat16(),
              "encoder_hidden_states_image": random.normal(1, 257, 4).bfloat16(),
              "render_latent": random.normal(1, 16, *LATENT)}
    inputs |= geometry(random)
    if memory:
        inputs |= {"reference_latent": random.normal(1, 36, 2, *LATENT[1:]), **poses(random)}
    else:
        del inputs["camera_embedding"]
    return {"wan_config": WAN, "controlnet_cfg": control}, random.weights(transformer), inputs


def geometry(random: Random) -> dict[str, Tensor]:
    return {"render_mask": random.integers(0, 2, 1, 1, FRAMES, HEIGHT, WIDTH),
            "camera_embedding": random.integers(-64, 64, 1, 6, FRAMES, HEIGHT, WIDTH, dtype=torch.int8)}


def poses(random: Random) -> dict[str, Tensor]:
    return {"ref_index": torch.tensor([1, 0]), "camera_qt": random.normal(1, FRAMES, 7),
            "camera_qt_ref": random.normal(1, 2, 7)}


def pipeline(random: Random, scheduler: dict, mode: str):
    wan = {**WAN, "num_layers": 1}
    meta = {"wan_config": wan, "controlnet_cfg": CONTROL, "vae_config": VAE, "scheduler": scheduler,
            "num_frames": 4 * FRAMES - 3, "height": HEIGHT, "width": WIDTH, "num_inference_steps": 3,
            "guidance_scale": 4.0, "modes": {mode: {}}}
    transformer = WorldStereoTransformer(wan, ControlConfig(**CONTROL), memory=True)
    encoder = {name: value for name, value in random.weights(AutoencoderKLWan(**VAE), "vae.").items()
               if name.startswith(("vae.encoder.", "vae.quant_conv."))}
    inputs = {"image_u8": random.integers(0, 256, 3, HEIGHT, WIDTH), "noise": random.normal(1, 16, *LATENT),
              "render_video_u8": random.integers(0, 256, FRAMES, 3, HEIGHT, WIDTH),
              "reference_video_u8": random.integers(0, 256, 2, 3, HEIGHT, WIDTH),
              "image_embeds": random.normal(1, 257, 4).bfloat16(), **geometry(random), **poses(random)}
    inputs |= {name: random.normal(1, 512, 4).bfloat16()
               for name in ("prompt_embeds", "negative_prompt_embeds")}
    return meta, random.weights(transformer, "transformer.") | encoder, inputs


def vae(random: Random):
    inputs = {"images_u8": random.integers(0, 256, 2, 3, 24, 32), "latents": random.normal(1, 16, 2, 3, 4)}
    return {"vae_config": VAE}, random.weights(AutoencoderKLWan(**VAE), "vae."), inputs


def camera(random: Random):
    config, inputs = [], {}
    for i, (frames, sequences, legacy) in enumerate(((5, 1, False), (8, 2, False), (6, 1, True))):
        config.append({"fn": "camera_center_normalization", "i": i, "nframe": frames // sequences,
                       "is_w2c": not legacy, "camera_scale": 2.0})
        inputs[f"norm.{i}.w2c"] = random.cameras(frames)
    config.append({"fn": "get_camera_embedding", "i": 0, "h": 6, "w": 10, "normalize": True, "is_w2c": True})
    inputs |= {"plucker.0.w2c": random.cameras(3), "plucker.0.K": random.intrinsics(3, 10, 6)}
    config.append({"fn": "unified_camera_normalization + matrix_to_quaternion", "i": 0})
    inputs |= {"unified.0.w2c": random.cameras(6), "unified.0.w2c_ref": random.cameras(2)}
    inputs["quat.R"] = random.cameras(9)[:, :3, :3].contiguous()
    return {"config": config}, {}, inputs


def clip_data(random: Random):
    config, inputs = [], {}
    for k, frames in enumerate((9, 3)):
        config.append({"k": k, "iterative": bool(k), "height": 8, "width": 12, "n_frames": frames})
        own = {"start_u8": random.integers(0, 256, 7, 11, 3),
               "render_u8": random.integers(0, 256, frames, 9, 13, 3),
               "mask_u8": random.integers(0, 256, frames, 9, 13, 3), "ref_index": torch.tensor([2, 0]),
               "reference_u8": random.integers(0, 256, 3, 6, 10, 3), "w2cs": random.cameras(frames),
               "ref_w2cs": random.cameras(2), "Ks": random.intrinsics(frames, 11, 7)}
        inputs |= {f"{k}.{name}": value for name, value in own.items()}
    return {"config": config, "scale_map": [[8, 12], [12, 8]], "nframe": 3}, {}, inputs


def clip_image(random: Random):
    config = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 24},
              "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28]}
    return {"config": config}, {}, {"0.image_u8": random.integers(0, 256, 20, 28, 3),
                                    "1.image_u8": random.integers(0, 256, 45, 36, 3)}


def depth_map(random: Random, height: int, width: int) -> tuple[Tensor, Tensor]:
    """A wall before another, far away in one corner, unknown in another; and where it is known, uint8."""
    depth = 1 + 0.1 * random.normal(height, width).abs()
    depth[:, width // 2:] += 2
    # far, each its own: equal ones would be sorted by rounding
    depth[-4:, -4:] = 60 + 100 * (depth[-4:, -4:] - 3)
    known = torch.ones(height, width, dtype=torch.uint8)
    known[:3, :3] = 0
    return torch.where(known > 0, depth, 0.0), known


def points(random: Random):
    config, inputs = [], {}
    for i, (height, width) in enumerate([(10, 12), (3, 3)]):
        config.append({"i": i, "sobel_threshold": 0.35, "contract": 8.0, "returns_none": i == 1})
        own = {"depth": depth_map(random, height, width)[0][None, None], "w2cs": random.cameras(1),
               "image": random.normal(1, 3, height, width).clamp(-1, 1),
               "K": random.intrinsics(1, width, height)}
        inputs |= {f"{i}.{name}": value for name, value in own.items()}
    return {"config": config, "all_zero_depth_returns_none": True, "nan_depth_returns_none": True}, {}, inputs


def cloud(random: Random):
    searches = [{"N_points": target, "tol": 0.1, "max_iter": 6} for target in (60, 200)]
    depth, known = depth_map(random, 6, 8)
    inputs = {"points": random.normal(120, 3), "colors": random.integers(0, 256, 120, 3), "depth": depth,
              "depth_mask": known}
    return {"voxel_fixed": 0.6, "voxel_params": searches}, {}, inputs


def single_image(random: Random):
    depth, known = depth_map(random, 8, 12)
    inputs = {"image_u8": random.integers(0, 256, 9, 14, 3), "depth": depth, "depth_mask": known,
              "w2cs": random.cameras(5), "Ks": random.intrinsics(5, 14, 9)}
    render = {"radius": 0.2, "points_per_pixel": 20}
    wrapper = {"radius": 0.4, "points_per_pixel": 4, "background": [0.2, -0.4, 1.0]}
    return {"height": 8, "width": 12, "nframe": 3, "scale_map": [[8, 12], [12, 8]],
            "render": {**render, "wrapper": wrapper}}, {}, inputs


def schedules(random: Random):
    schedulers = [{**UNIPC, "i": 0, "num_inference_steps": 5}, {**FEW_STEP, "i": 0}]
    inputs = {}
    for name, count in (("unipc", 5), ("dmd", 3)):
        inputs[f"{name}.0.sample"] = random.normal(1, 2, 3)
        inputs[f"{name}.0.model_outputs"] = random.normal(count, 1, 2, 3)
    return {"schedulers": schedulers}, {}, inputs


def frustum(random: Random):
    closest = [{"target": i, "angle_penalty": penalty, "shortcut_index": shortcut, "result": [0, 0.0, 0.0]}
               for i in range(3) for penalty in (False, True) for shortcut in (None, 5)]
    inputs = {"target_w2c": random.cameras(3), "target_K": random.intrinsics(3, 10, 6),
              "ref_w2c": random.cameras(7, turn=0.7), "ref_K": random.intrinsics(7, 10, 6)}
    return {"image_width": 10, "image_height": 6, "near": 0.1, "far": 10.0, "find_closest": closest,
            "topk4": [[0] * 4] * 3, "distance_method": [[0, 0.0]] * 3}, {}, inputs


def frustum_decisions(meta: dict, computed: dict) -> dict:
    columns = (computed["best"][0], computed["scores"][0].tolist(), computed["angles"][0].tolist())
    nearest = zip(computed["nearest by distance"][0], computed["distances"][0].tolist())
    return {"find_closest": [{**entry, "result": result}
                             for entry, *result in zip(meta["find_closest"], *columns)],
            "topk4": computed["top-k"][0], "distance_method": list(nearest)}


def selection(random: Random):
    meta = {"fps_topk_bias": {key: [] for key in ("1,0.1", "4,0.0", "4,1.5", "9,0.1")},
            "select_top8": [0] * 8}
    return meta, {}, {"w2cs": random.cameras(9), "images": random.integers(0, 256, 9, 6, 8, 3),
                      "image_features": random.normal(9, 5)}


def selection_decisions(meta: dict, computed: dict) -> dict:
    return {"fps_topk_bias": {key: computed[f"chosen {key}"][0] for key in meta["fps_topk_bias"]},
            "select_top8": computed["select_top8"][0]}


def memory_bank(random: Random):
    """Three clips on the views of a panorama; the third leans on the first by its name, and is thinned to 3
    frames."""
    steps, inputs = [], {"bank_images": random.integers(0, 256, 6, 6, 8, 3),
                         "bank_w2cs": random.cameras(6, turn=0.3), "bank_Ks": random.intrinsics(6, 8, 6)}
    for k, (view, trajectory, frames) in enumerate((("view0", "traj2", 7), ("reconstruct_0", "traj0", 7),
                                                    ("view0", "traj0", 9))):
        steps.append({"k": k, "view_id": view, "traj_id": trajectory, "ref_index_dict": {},
                      "bank_size_before": 0, "second_selection_pass": False})
        inputs |= {f"{k}.tar_w2cs": random.cameras(frames, turn=0.3),
                   f"{k}.tar_Ks": random.intrinsics(frames, 8, 6),
                   f"{k}.gen_frames_kept": random.integers(0, 256, 4, 6, 8, 3),
                   f"out/{k}.kept_index": torch.tensor(frames_to_keep(frames, 4))}
    return {"image_width": 8, "image_height": 6, "nframe": 7, "align_nframe": 4, "max_reference": 2,
            "steps": steps, "init_fnames": [f"scene/pano_bank/{i:04}" for i in range(6)], "final_fnames": [],
            "world_mirror": None}, {}, inputs


def memory_bank_decisions(meta: dict, computed: dict) -> dict:
    steps, found = [], zip(computed["scores"][0].tolist(), computed["angles"][0].tolist())
    for step in meta["steps"]:
        by_reference = {}
        for key_frame, reference in computed[f"{step['k']} matches"][0].items():
            score, angle = next(found)
            by_reference.setdefault(reference, {})[key_frame] = {"score": score, "angle_diff": angle}
        steps.append({**step, "ref_index_dict": by_reference,
                      "bank_size_before": computed[f"{step['k']} bank size"][0],
                      "second_selection_pass": computed[f"{step['k']} second pass"][0]})
    return {"steps": steps, "final_fnames": computed["names"][0]}


RECIPES = {
    "block_control": (control_block, {}), "rope": (rope, {}),
    "forward_camera": (forward, {"memory": False}), "forward_memory": (forward, {"memory": True}),
    "pipeline_ref": (pipeline, {"scheduler": UNIPC, "mode": "full_vae"}),
    "pipeline_dmd": (pipeline, {"scheduler": FEW_STEP, "mode": "first_frame_only"}),
    "vae_keyframe": (vae, {}), "camera": (camera, {}), "data_multi_traj": (clip_data, {}),
    "points3d": (points, {}), "cloud": (cloud, {}), "data_single_view": (single_image, {}),
    "clip_preprocess": (clip_image, {}), "small_functions_and_schedulers": (schedules, {}),
    "frustum": (frustum, {}), "selector": (selection, {}), "memory_bank": (memory_bank, {}),
}
# What is decided stands in the metadata: filled in from what was computed with the recipe's placeholders.
DECISIONS = {"frustum": frustum_decisions, "selector": selection_decisions,
             "memory_bank": memory_bank_decisions}


@torch.no_grad()
def freeze(kind: str, folder: Path) -> Path:
    """Writes one file with weights, inputs and what this pack computes from them; returns its path."""
    recipe, arguments = RECIPES[kind]
    meta, weights, inputs = recipe(Random(seed=sum(kind.encode())), **arguments)
    tensors = {f"weights/{name}": value for name, value in weights.items()}
    tensors |= {name if name.startswith("out/") else f"in/{name}": value for name, value in inputs.items()}
    path = folder / f"{kind}.safetensors"
    save_file(tensors, path, _case(kind, meta))
    computed = KINDS[kind].check(read_case(path))
    meta |= DECISIONS[kind](meta, computed) if kind in DECISIONS else {}
    for name, value in computed.items():
        if isinstance(value, Tensor) and not name.endswith("pixel_values") and "model_output" not in name:
            tensors[f"out/{name}"] = value.clone().contiguous()
    save_file(tensors, path, _case(kind, meta))
    return path


def _case(kind: str, meta: dict) -> dict[str, str]:
    return {"case": json.dumps({"kind": kind, **meta,
                                "notes": "own outputs, not recorded from the official code"})}


def main() -> None:
    FROZEN.mkdir(exist_ok=True)
    for kind in RECIPES:
        path = freeze(kind, FROZEN)
        print(f"{path.stat().st_size / 1024:8.1f} KiB  {path.name}")


if __name__ == "__main__":
    main()
