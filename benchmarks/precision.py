#!/usr/bin/env python3
"""Error of each precision against float32, on the recorded forward passes and on random models of middle
size.

    .venv/bin/python benchmarks/precision.py [--vectors DIR]

Runs ComfyUI's own layers on the CPU, as Load WorldStereo Model makes them: weights stored in the precision of
the row, multiplied in bf16 (fp16 for fp16), norms, modulation and rotary angles in float32 as always. Each
number is the error of the predicted velocity, |x - x32| / |x32| (Frobenius), in percent.

weights only   the same weights, but multiplied in float32: what the storage alone costs
whole          as it runs
Random weights are normal, with the standard deviation that the row states; in the last row every hundredth
row of a matrix is 8 times as large. They say how the number formats compare, not what a trained model's
pictures lose.
"""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts")]

import torch

import environment

sys.path.insert(0, str(environment.comfyui_path()))
import comfy.cli_args

comfy.cli_args.args.cpu = True

from parity_checks.case import read_case
from parity_checks.model import controls_of, load_transformer
from worldstereo.core.model.checkpoint.fp8 import SCALE, quantize
from worldstereo.core.model.checkpoint.precision import is_large, storage_dtype
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.control_values import GeometricControl, StereoControl
from worldstereo.core.model.transformer import WorldStereoTransformer
from worldstereo.nodes.bridge.layers import make_castable
from yardstick import machine

BF16, FP16, FP32, FP8 = torch.bfloat16, torch.float16, torch.float32, torch.float8_e4m3fn
ROWS = {"bf16": (BF16, False, BF16), "fp16": (FP16, False, FP16), "fp8 e4m3 by cast": (FP8, False, BF16),
        "fp8 e4m3 scaled": (FP8, True, BF16)}
HEADS, LAYERS, FRAMES, HEIGHT, WIDTH = 8, 8, 5, 16, 24
WAN = {"patch_size": [1, 2, 2], "num_attention_heads": HEADS, "attention_head_dim": 128, "in_channels": 36,
       "out_channels": 16, "text_dim": 512, "freq_dim": 256, "ffn_dim": 2816, "num_layers": LAYERS,
       "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads", "eps": 1e-6, "image_dim": 1280,
       "added_kv_proj_dim": 128 * HEADS, "rope_max_seq_len": 1024, "pos_embed_seq_len": None}
CONTROL = ControlConfig(dim=256, ffn_dim=1024, num_heads=4, num_layers=4, conv_out_dim=128 * HEADS,
                        time_embed_dim=128 * HEADS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, default=ROOT.parent / "shared" / "vectors")
    vectors = sorted(parser.parse_args().vectors.glob("fwd_*.safetensors"))
    print(f"{machine()}\n\nerror in % of the velocity: weights only / whole\n")
    print(f"| model | {' | '.join(ROWS)} |\n|---|{'---|' * len(ROWS)}")
    for path in vectors:
        case = read_case(path)
        table_row(path.stem, lambda: load_transformer(case.meta, case.weights), recorded_inputs(case.inputs))
    for size, outliers in ((0.02, 1), (0.005, 1), (0.02, 8)):
        title = f"random, 1024 wide, 8 layers, {size:g}" + (f", some rows {outliers} times" if outliers > 1
                                                            else "")
        table_row(title, lambda: random_model(size, outliers), random_inputs())


@torch.inference_mode()
def table_row(title, make, inputs) -> None:
    exact = run(make(), inputs, FP32)
    cells = []
    for weights, scaled, compute in ROWS.values():
        errors = (100 * float((run(stored(make(), weights, scaled), inputs,
                                   dtype) - exact).norm() / exact.norm())
                  for dtype in (FP32, compute))
        cells.append(" / ".join(f"{error:.2g}" for error in errors))
    print(f"| {title} | {' | '.join(cells)} |", flush=True)


def stored(net, dtype, scaled: bool):
    """The network with its weights in the type, as load_transformer keeps them."""
    for path, module in net.named_modules():
        for own, parameter in list(module.named_parameters(recurse=False)):
            name = f"{path}.{own}" if path else own
            value, scale = parameter.float(), None
            if scaled and is_large(name):
                value, scale = quantize(value)
                setattr(module, SCALE, torch.nn.Parameter(scale, requires_grad=False))
            kept = value.to(storage_dtype(name, FP32, dtype))
            setattr(module, own, torch.nn.Parameter(kept, requires_grad=False))
    return net


def run(net, inputs: dict, dtype: torch.dtype) -> torch.Tensor:
    """Velocity in float32; the inputs take the type to compute in, except poses and timestep, as in the
    nodes."""
    make_castable(net)
    cast = {name: value.to(dtype) if torch.is_tensor(value) and name != "timestep" else value
            for name, value in inputs.items()}
    return net(**cast).float()


def recorded_inputs(inputs: dict) -> dict:
    taken = {name: inputs[name].float() for name in ("hidden_states", "timestep", "encoder_hidden_states")}
    image = inputs.get("encoder_hidden_states_image")
    geometric, stereo = controls_of(inputs)
    return taken | {"encoder_hidden_states_image": None if image is None else image.float(),
                    "geometric": geometric, "stereo": stereo}


def random_model(size: float, outliers: float):
    torch.manual_seed(0)
    net = WorldStereoTransformer(WAN, CONTROL, memory=True).eval()
    for name, parameter in net.named_parameters():
        if parameter.ndim > 1:
            parameter.data.normal_(std=size)
        if is_large(name):
            parameter.data[::100] *= outliers
    return net


def random_inputs() -> dict:
    g = torch.Generator().manual_seed(1)

    def normal(*shape):
        return torch.randn(shape, generator=g)

    size = FRAMES, HEIGHT, WIDTH
    return {"hidden_states": normal(1, 36, *size), "timestep": torch.tensor([700.0]),
            "encoder_hidden_states": normal(1, 512, WAN["text_dim"]),
            "encoder_hidden_states_image": normal(1, 257, 1280),
            "geometric": GeometricControl(normal(1, 16, *size),
                                          (normal(1, 1, FRAMES, 8 * HEIGHT, 8 * WIDTH) > 0).float(),
                                          normal(1, 6, FRAMES, 8 * HEIGHT, 8 * WIDTH)),
            "stereo": StereoControl(normal(1, 36, 2, HEIGHT, WIDTH), (0, 2), normal(1, FRAMES, 7),
                                    normal(1, 2, 7))}


if __name__ == "__main__":
    main()
