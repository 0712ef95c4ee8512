"""Native Wan names of the transformer."""

import gzip
import json

import pytest

from worldstereo.core.model.checkpoint.names import diffusers_name, native_name


@pytest.mark.parametrize("ours, native", [
    ("patch_embedding.weight", "patch_embedding.weight"),
    ("condition_embedder.time_embedder.linear_2.bias", "time_embedding.2.bias"),
    ("condition_embedder.time_proj.weight", "time_projection.1.weight"),
    ("condition_embedder.image_embedder.ff.net.0.proj.weight", "img_emb.proj.1.weight"),
    ("blocks.39.attn1.to_out.0.bias", "blocks.39.self_attn.o.bias"),
    ("blocks.0.attn2.norm_added_k.weight", "blocks.0.cross_attn.norm_k_img.weight"),
    ("blocks.1.norm2.weight", "blocks.1.norm3.weight"),
    ("blocks.1.ffn.net.2.weight", "blocks.1.ffn.2.weight"),
    ("blocks.10.scale_shift_table", "blocks.10.modulation"),
    ("scale_shift_table", "head.modulation"),
    ("proj_out.bias", "head.head.bias"),
    ("blocks.0.attn1.to_q", "blocks.0.self_attn.q"),  # a module, as in the names of LoRA files
    ("controlnet.proj_out.0.weight", "controlnet.proj_out.0.weight"),
    ("controlnet.controlnet_blocks.0.norm2.norm.weight", "controlnet.controlnet_blocks.0.norm2.norm.weight"),
    ("camera_embedding.4.bias", "camera_embedding.4.bias"),
])
def test_names(ours, native):
    assert native_name(ours) == native
    assert diffusers_name(native) == ours


@pytest.mark.parametrize("kind", ["camera", "memory"])
def test_every_name_of_the_full_models_has_one_native_name(shared, kind):
    names = json.loads(gzip.decompress((shared / "manifests" / f"manifest_{kind}.json.gz").read_bytes()))[
        "state_dict"]
    native = {native_name(name) for name in names}
    assert len(native) == len(names)
    assert [diffusers_name(native_name(name)) for name in names] == list(names)


def test_native_names_are_those_of_comfyui(comfy):
    """ComfyUI's own Wan network and diffusers' have the same tensors under the two schemes."""
    import comfy.ldm.wan.model
    import comfy.ops
    import torch
    from diffusers import WanTransformer3DModel

    with torch.device("meta"):
        stock = comfy.ldm.wan.model.WanModel(
            model_type="i2v", in_dim=36, dim=128, ffn_dim=64, num_heads=1, num_layers=2, out_dim=16,
            operations=comfy.ops.disable_weight_init, device="meta", dtype=torch.float32).state_dict()
        ours = WanTransformer3DModel(num_attention_heads=1, ffn_dim=64, num_layers=2, in_channels=36,
                                     out_channels=16,
                                     image_dim=1280, added_kv_proj_dim=128).state_dict()
    assert {native_name(name): tensor.shape for name, tensor in ours.items()} == \
        {name: tensor.shape for name, tensor in stock.items()}
