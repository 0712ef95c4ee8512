"""Partial checkpoints over a Wan base model, in every layout in which people have it."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

import make_tiny_model
from worldstereo.core.model.checkpoint.describe import describe, report
from worldstereo.core.model.checkpoint.fp8 import quantize
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.checkpoint.names import native_name
from worldstereo.core.model.checkpoint.overlay import OWN
from worldstereo.core.model.checkpoint.precision import storage_dtype

BF16, FP16, FP32, FP8 = torch.bfloat16, torch.float16, torch.float32, torch.float8_e4m3fn
FROM_BASE = {"camera": (".attn2.", ".norm2.", ".ffn."), "memory": (".attn2.", ".norm2.")}


def is_bases(name, variant):
    return name.startswith("blocks.") and any(part in name for part in FROM_BASE[variant])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """{variant: all tensors of the finished model}"""
    models = tmp_path_factory.mktemp("models")
    return {variant: load_file(make_tiny_model.write_model(models, variant) / "model.safetensors")
            for variant in FROM_BASE}


@pytest.fixture(scope="module")
def partial(whole, tmp_path_factory):
    """{variant: a folder with what the released file of this variant holds}"""
    folders = {}
    for variant, tensors in whole.items():
        folders[variant] = tmp_path_factory.mktemp(variant)
        save_file({name: t for name, t in tensors.items() if not is_bases(name, variant)},
                  folders[variant] / "model.safetensors")
        (folders[variant] / "config.json").write_text('{"nframe": 21, "negative_prompt": "blurry"}')
    return folders


@pytest.fixture(scope="module")
def wan(whole):
    """The base model: Wan's own tensors, those that the checkpoints have themselves with other values."""
    return {name: t if is_bases(name, "camera") else t + 1 for name, t in whole["camera"].items()
            if not name.startswith(OWN)}


def native(wan, dtype, prefix=""):
    return {prefix + native_name(name): t.to(dtype) for name, t in wan.items()}


def one_file(tmp_path, tensors):
    save_file(tensors, tmp_path / "wan2.1_i2v_480p_14B.safetensors")
    return tmp_path / "wan2.1_i2v_480p_14B.safetensors"


def diffusers_folder(tmp_path, wan, dtype):
    """A pipeline's folder with the transformer in two shards,
    with the tensors that Wan stores and never uses."""
    folder = tmp_path / "pipeline" / "transformer"
    folder.mkdir(parents=True)
    wan = {name: t.to(dtype) for name, t in wan.items()} | {
        f"blocks.{i}.attn2.norm_added_q.weight": torch.zeros(256, dtype=dtype) for i in range(2)}
    files = {name: f"diffusion_pytorch_model-0000{1 + i % 2}-of-00002.safetensors"
             for i, name in enumerate(sorted(wan))}
    for file in set(files.values()):
        save_file({name: t for name, t in wan.items() if files[name] == file}, folder / file)
    (folder / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))
    (folder / "config.json").write_text('{"_class_name": "WanTransformer3DModel", "num_layers": 2}')
    return tmp_path / "pipeline"


@pytest.mark.parametrize("variant", FROM_BASE)
@pytest.mark.parametrize("layout", ["native", "prefixed", "diffusers", "transformer", "shard"])
def test_every_tensor_comes_from_where_it_should(whole, partial, wan, tmp_path, variant, layout):
    base = {"native": lambda: one_file(tmp_path, native(wan, BF16)),
            "prefixed": lambda: one_file(tmp_path, native(wan, BF16, "model.diffusion_model.")
                                         | {"first_stage_model.x": torch.zeros(1)}),
            "diffusers": lambda: diffusers_folder(tmp_path, wan, BF16),
            "transformer": lambda: diffusers_folder(tmp_path, wan, BF16) / "transformer",
            "shard": lambda: diffusers_folder(tmp_path, wan, BF16) / "transformer" /
            "diffusion_pytorch_model-00002-of-00002.safetensors"}[layout]()
    model, settings = load_transformer(partial[variant], base=base)
    state = model.state_dict()
    assert settings.variant == variant and settings.negative_prompt == "blurry"
    assert state.keys() == whole[variant].keys()
    for name, expected in whole[variant].items():
        assert torch.equal(state[name], expected.to(storage_dtype(name, BF16, None))), name
    file = describe(partial[variant], base)
    assert file.from_base == {name for name in whole[variant] if is_bases(name, variant)}
    assert f"{len(file.from_base)} of the {len(whole[variant])} tensors are those of {base.name}." in report(
        file)


@pytest.mark.parametrize("stored, kept", [(FP32, BF16), (FP16, BF16), (FP8, FP8)])
def test_the_base_takes_the_checkpoints_type_except_in_8_bits(whole, partial, wan, tmp_path, stored, kept):
    state = load_transformer(partial["camera"], base=one_file(tmp_path, native(wan, stored)))[0].state_dict()
    assert state["blocks.1.attn1.to_q.weight"].dtype == BF16
    name = "blocks.1.ffn.net.2.weight"
    assert state[name].dtype == kept and state["blocks.1.ffn.net.2.bias"].dtype == BF16
    assert torch.equal(state[name], whole["camera"][name].to(stored).to(kept))


def test_a_scaled_base_keeps_its_scales(whole, partial, wan, tmp_path):
    tensors = {}
    for name, tensor in wan.items():
        if tensor.ndim == 2 and name.startswith("blocks."):
            tensor, tensors[native_name(name).removesuffix("weight") + "scale_weight"] = quantize(tensor)
        tensors[native_name(name)] = tensor
    tensors["scaled_fp8"] = torch.empty(0, dtype=FP8)
    model = load_transformer(partial["camera"], base=one_file(tmp_path, tensors))[0]
    layer, name = model.blocks[1].attn2.to_q, "blocks.1.attn2.to_q.weight"
    assert layer.weight.dtype == FP8 and layer.scale_weight.ndim == 0
    assert (layer.weight.float() * layer.scale_weight - whole["camera"][name].float()).abs().max() < 0.02
    assert model.blocks[1].attn1.to_q.weight.dtype == BF16
    assert not hasattr(model.blocks[1].attn1.to_q, "scale_weight")


def test_a_complete_checkpoint_needs_no_base(whole, wan, tmp_path, caplog):
    save_file(whole["camera"], tmp_path / "camera.safetensors")
    with caplog.at_level("INFO"):
        file = describe(tmp_path / "camera.safetensors", one_file(tmp_path, native(wan, BF16)))
    assert file.base is None and not file.from_base
    assert ("camera.safetensors is complete; base_model wan2.1_i2v_480p_14B.safetensors is not used."
            in caplog.text)


def refused(path, base):
    with pytest.raises(ValueError) as caught:
        load_transformer(path, base=base)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")
    return str(caught.value)


def test_what_cannot_be_a_base(whole, partial, wan, tmp_path):
    folder = partial["memory"]
    message = refused(folder, None)
    assert ("without the cross-attention; choose Wan2.1-I2V-14B-480P in base_model: wan2.1_i2v_480p_14B_bf16"
            in message)
    assert "is a WorldStereo checkpoint itself; base_model takes Wan2.1" in refused(folder, partial["camera"])
    assert "is not a Wan video model" in refused(folder, one_file(tmp_path, {"unet.weight": torch.zeros(2)}))
    lacking = one_file(tmp_path, native({name: t for name, t in wan.items() if not is_bases(name, "memory")},
                                        BF16))
    assert "and wan2.1_i2v_480p_14B.safetensors has none of that either" in refused(folder, lacking)
    text_to_video = one_file(tmp_path, native({name: t for name, t in wan.items()
                                               if ".add_" not in name or "blocks.0." in name}, BF16))
    message = refused(folder, text_to_video)
    assert "4 tensors missing (blocks.1.attn2.add_k_proj.bias" in message
    assert "What is missing belongs to Wan2.1-I2V-14B-480P (base_model): wan2.1_i2v_480p_14B_bf16" in message
    narrow = dict(wan, **{"blocks.1.attn2.to_q.weight": torch.zeros(8, 256)})
    message = refused(folder, one_file(tmp_path, native(narrow, BF16)))
    assert "1 tensor of the wrong shape (blocks.1.attn2.to_q.weight" in message


def test_the_node_lays_a_partial_file_over_the_chosen_base(comfy, partial, wan, tmp_path, monkeypatch):
    import folder_paths

    from worldstereo.nodes.model import LoadModel

    (tmp_path / "camera").symlink_to(partial["camera"])
    one_file(tmp_path, native(wan, FP8))
    diffusers_folder(tmp_path / "diffusers", wan, FP16)
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "diffusion_models",
                        ([str(tmp_path)], {".safetensors"}))
    monkeypatch.setattr(folder_paths, "filename_list_cache", {})
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "diffusers",
                        ([str(tmp_path / "diffusers")], {"folder"}))
    choices = LoadModel.INPUT_TYPES()["optional"]["base_model"][0]
    for base, kept in (("wan2.1_i2v_480p_14B.safetensors", FP8), ("diffusers/pipeline", BF16)):
        assert base in choices
        model, text, negative = LoadModel().load("camera/model.safetensors", "default", base)
        assert model.model.diffusion_model.net.blocks[0].ffn.net[2].weight.dtype == kept
        assert negative == "blurry" and "tensors are those of" in text
    with pytest.raises(ValueError, match="partial camera checkpoint"):
        LoadModel().load("camera/model.safetensors", "default")
