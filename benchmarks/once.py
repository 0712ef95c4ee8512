#!/usr/bin/env python3
"""What work done once for a sampling saves: one step with guidance (two prompts in a batch), without and with
it.

    .venv/bin/python benchmarks/once.py

A small model of the real structure (256 wide, 4 blocks, 2 control layers) on one thread; 5 key frames of
416x240 with 2 references. Median of 5 steps, time of this process alone. In small models the embeddings weigh
much more than in the real one, hence the second table: what each part costs of a step at full size, by
counted multiplications.
"""
from __future__ import annotations

import os
import re
import statistics
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import torch

import full_size
from arithmetic import Arithmetic
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.control_values import GeometricControl, StereoControl, reference_input
from worldstereo.core.model.run_options import RunOptions
from worldstereo.core.model.transformer import WorldStereoTransformer
from yardstick import machine

WAN = dict(patch_size=[1, 2, 2], num_attention_heads=2, attention_head_dim=128, in_channels=36,
           out_channels=16, text_dim=4096, freq_dim=256, ffn_dim=512, num_layers=4, cross_attn_norm=True,
           qk_norm="rms_norm_across_heads", eps=1e-6, image_dim=1280, added_kv_proj_dim=256,
           rope_max_seq_len=1024, pos_embed_seq_len=None)
CONTROL = ControlConfig(dim=128, ffn_dim=256, num_heads=2, num_layers=2, conv_out_dim=256, time_embed_dim=256,
                        mid_channels=32)
FRAMES, ROWS, COLUMNS, REFERENCES = 5, 30, 52, 2  # latent cells
PARTS = {"control branch": r"controlnet_blocks|controlnet\.proj|control branch",  # the last is its attention
         "keys and values of the prompt": r"attn2\.(to|add)_[kv]",
         "mask and ray embedding": "controlnet_mask_embedding",
         "text and image projections": "text_embedder|image_embedder"}


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net, given, cache = WorldStereoTransformer(WAN, CONTROL, memory=True).eval(), inputs(), {}
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.02)
    settings = {"plain": RunOptions(), "control branch once for both prompts": RunOptions(copies=2),
                "and all else once, but keys and values": RunOptions(copies=2, cache=cache),
                "and keys and values": RunOptions(copies=2, cache=cache, keep_keys=True)}
    print(f"{machine()}, one thread")
    plain, seconds = net(**given), {}
    for name, run in settings.items():
        assert torch.equal(net(**given, run=run), plain)  # also fills the cache
        seconds[name] = statistics.median(timed(lambda: net(**given, run=run)) for _ in range(5))
        print(f"{name:42}{seconds[name]:7.3f} s {seconds[name] / seconds['plain']:6.3f}")
    print("\npart of one prompt's step at full size, 21 key frames of 832x480, 8 references:")
    for name, share in full_size_shares().items():
        print(f"{name:42}{100 * share:9.3f} %")


def timed(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def inputs() -> dict:
    latent = (FRAMES, ROWS, COLUMNS)
    return dict(hidden_states=torch.randn(1, 36, *latent).repeat(2, 1, 1, 1, 1),
                timestep=torch.full((2,), 500.0),
                encoder_hidden_states=torch.randn(2, 512, 4096),
                encoder_hidden_states_image=torch.randn(2, 257, 1280),
                geometric=GeometricControl(torch.randn(1, 16, *latent),
                                           torch.zeros(1, 1, FRAMES, 8 * ROWS, 8 * COLUMNS),
                                           torch.randn(1, 6, FRAMES, 8 * ROWS, 8 * COLUMNS)),
                stereo=StereoControl(reference_input(torch.randn(1, 16, REFERENCES, ROWS, COLUMNS)),
                                     tuple(range(REFERENCES)), torch.randn(1, FRAMES, 7),
                                     torch.randn(1, REFERENCES, 7)))


def full_size_shares() -> dict[str, float]:
    """By multiplications, of those of a whole step for one prompt."""
    net = full_size.network(True)
    watch = Arithmetic(net)
    watch.parts = {id(parameter): name for name, parameter in net.named_parameters()}
    with watch:
        net(**full_size.step_inputs(full_size.REFERENCES))
    whole = sum(watch.flops.values())
    return {part: sum(flops for name, flops in watch.flops.items() if re.search(names, name)) / whole
            for part, names in PARTS.items()}


if __name__ == "__main__":
    with torch.no_grad():
        main()
