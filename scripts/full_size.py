"""The released models' true widths, as shapes without numbers or as random weights, and what a step of them
takes."""
from __future__ import annotations

import torch

from peak_memory import PeakMemory, fused_attention
from worldstereo.core.model.attention.receptive_field import ReceptiveField
from worldstereo.core.model.checkpoint.fp8 import SCALE
from worldstereo.core.model.checkpoint.precision import storage_dtype
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.control_values import GeometricControl, StereoControl
from worldstereo.core.model.run_options import RunOptions
from worldstereo.core.model.transformer import WorldStereoTransformer

WAN = {"patch_size": [1, 2, 2], "num_attention_heads": 40, "attention_head_dim": 128, "in_channels": 36,
       "out_channels": 16, "text_dim": 4096, "freq_dim": 256, "ffn_dim": 13824, "num_layers": 40,
       "cross_attn_norm": True, "qk_norm": "rms_norm_across_heads", "eps": 1e-6, "image_dim": 1280,
       "added_kv_proj_dim": 5120, "rope_max_seq_len": 1024, "pos_embed_seq_len": None}
FLOAT8 = torch.float8_e4m3fn
FRAMES, HEIGHT, WIDTH, REFERENCES = 21, 480, 832, 8  # what the released memory models were trained with
OF_FRAME = HEIGHT * WIDTH // 256  # tokens
# bytes of a card that are not there for weights and activations: the CUDA context and a desktop, ComfyUI's
# own reserve
TAKEN = int((0.6 + 0.4) * 2 ** 30)


def network(memory: bool, weights: torch.dtype = torch.bfloat16, layers: int = 40, control_layers: int = 20,
            scaled: bool = False, device="meta") -> WorldStereoTransformer:
    """A model of true width, its parameters in the types in which a file of this type is kept.

    scaled: the large matrices have a scale, as in published 8-bit files.
    """
    return with_weights({**WAN, "num_layers": layers}, ControlConfig(num_layers=control_layers), memory,
                        weights, scaled, device)


def with_weights(wan: dict, control: ControlConfig, memory: bool, weights: torch.dtype, scaled: bool, device):
    """A model of these sizes, otherwise as `network`."""
    with torch.device("meta"):
        net = WorldStereoTransformer(wan, control, memory)
    for name, parameter in list(net.named_parameters()):
        path, own = name.rpartition(".")[::2]
        layer, kept = net.get_submodule(path), storage_dtype(name, torch.bfloat16, weights)
        tensor = torch.empty(parameter.shape, dtype=kept, device=device)
        setattr(layer, own, torch.nn.Parameter(tensor, requires_grad=False))
        if scaled and kept == FLOAT8:
            layer.register_parameter(SCALE,
                                     torch.nn.Parameter(torch.ones((), device=device), requires_grad=False))
    return net.eval()


def fill(net) -> None:
    """Random weights, the same few million numbers again and again."""
    noise = torch.randn(1 << 22, device=next(net.parameters()).device)
    for name, parameter in net.named_parameters():
        repeated = noise.repeat(-(-parameter.numel() // noise.numel()))[:parameter.numel()]
        around = 1 if ".norm" in name and name.endswith("norm.weight") else 0
        parameter.data.copy_(0.02 * repeated.view(parameter.shape) + around)


def streamed(net, step: int, card: float) -> float | None:
    """Bytes of weights that stay in RAM when a card of so many bytes holds the step too; None = no room for
    it."""
    sizes = [parameter.nbytes for parameter in net.parameters()]
    room = card - TAKEN - step
    if room >= sum(sizes):
        return 0
    room -= 3 * max(sizes)  # ComfyUI keeps room for streamed layers: two on their way and one in use
    return sum(sizes) - room if room > 0 else None


def step_inputs(references: int, prompts: int = 1, frames: int = FRAMES, height: int = HEIGHT,
                width: int = WIDTH, controlled: bool = True, dtype: torch.dtype = torch.bfloat16,
                device: torch.device | str = "meta", receptive_field: ReceptiveField | None = None) -> dict:
    """Arguments of the network's forward for one clip, of that size in pixels, and some prompts."""
    def values(*shape, kind=dtype):
        return torch.zeros(shape, dtype=kind, device=device)

    latent, pixels = (frames, height // 8, width // 8), (frames, height, width)
    given = {"hidden_states": values(prompts, 36, *latent), "timestep": values(prompts, kind=torch.float32),
             "encoder_hidden_states": values(prompts, 512, 4096),
             "encoder_hidden_states_image": values(prompts, 257, 1280)}
    if controlled:
        given["geometric"] = GeometricControl(values(1, 16, *latent), values(1, 1, *pixels),
                                              values(1, 6, *pixels))
    if references:
        given["stereo"] = StereoControl(values(1, 36, references, *latent[1:]),
                                        tuple(i % (frames - 1) for i in range(references)),
                                        values(1, frames, 7, kind=torch.float32),
                                        values(1, references, 7, kind=torch.float32), receptive_field)
    return given


def peak_of_step(net: WorldStereoTransformer, attention=fused_attention, portions: int = 1,
                 **sizes) -> PeakMemory:
    """Counts one step of the network beside its parameters, inputs included; sizes: those of step_inputs."""
    with torch.no_grad(), PeakMemory(net.parameters()) as counted:
        given = step_inputs(**sizes, device=next(net.parameters()).device)
        net(**given, run=RunOptions(attention, copies=sizes.get("prompts", 1), cache={}, tables={},
                                         portions=portions))
    return counted
