"""The VAE never holds more than one key frame's activations; the text encoder is nobody's but ComfyUI's."""

import pytest
import torch

from peak_memory import PeakMemory
from worldstereo.core.sampling.key_frame_vae import KeyFrameVae, decode_key_frames, encode_key_frames

PICTURE = 3 * 480 * 832 * torch.float32.itemsize  # bytes


@pytest.fixture(scope="module")
def network(comfy):
    """ComfyUI's network of the released VAE, without numbers;
    its attention allocates what fused kernels do."""
    from comfy.ldm.wan.vae import WanVAE

    with torch.device("meta"):
        vae = WanVAE(dim=96, z_dim=16, dim_mult=[1, 2, 4, 4], num_res_blocks=2, attn_scales=[],
                     temperal_downsample=[False, True, True]).bfloat16().eval()
    for module in vae.modules():
        if hasattr(module, "optimized_attention"):
            module.optimized_attention = lambda q, k, v: torch.empty_like(q)
    return vae


def peak(network, work, frames: int) -> int:
    vae = KeyFrameVae(lambda clip: network.encode(clip.bfloat16()).float(),
                      lambda latent: network.decode(latent.bfloat16()).float())
    given = {encode_key_frames: torch.empty(frames, 3, 480, 832, device="meta"),
             decode_key_frames: torch.empty(1, 16, frames, 60, 104, device="meta")}[work]
    with torch.no_grad(), PeakMemory([given, *network.parameters()]) as counted:
        work(vae, given)
    return counted.peak


@pytest.mark.slow
@pytest.mark.parametrize("work, most", [(encode_key_frames, 0.81e9), (decode_key_frames, 1.37e9)])
def test_only_the_results_grow_with_the_frames(network, work, most):
    """Newer cores copy less for a clip of one frame: 0.31 GB for either."""
    one, three = peak(network, work, 1), peak(network, work, 3)
    assert 0.3e9 < one < most
    assert three - one <= (2 if work is encode_key_frames else 5) * PICTURE


def test_build_world_hands_the_text_encoder_on_unseen(comfy):
    """Its link goes to the nodes that it expands to; what those keep of the encoder is in test_prompts.py."""
    from worldstereo.nodes import NODE_CLASS_MAPPINGS

    taken = {}
    for name, node in NODE_CLASS_MAPPINGS.items():
        groups = node.INPUT_TYPES()
        inputs = [entry for group in ("required", "optional") for entry in groups.get(group, {}).values()]
        taken |= {(name, entry[0]): entry[1] for entry in inputs if entry[0] in ("CLIP", "*")}
    assert set(taken) == {(f"WSKit{name}", "CLIP") for name in ("EncodePrompt", "ImageToKeyFrames",
                                                                "BuildWorld")}
    assert taken["WSKitBuildWorld", "CLIP"]["rawLink"]
