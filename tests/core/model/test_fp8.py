"""Scaled float8: made by scripts/quantize.py, loaded, and computed with in real ComfyUI layers."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import make_tiny_model
import quantize as script
from fp8_model import BF16, FP8, FP16, FP32, model_of, run
from worldstereo.core.model.checkpoint.describe import describe, report
from worldstereo.core.model.checkpoint.fp8 import dequantize, quantize
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.checkpoint.names import native_name
from worldstereo.core.model.checkpoint.precision import is_large, storage_dtype
from write_tensors import write_tensors


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_model.write_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def tensors(tiny):
    return load_file(tiny / "model.safetensors")


@pytest.fixture(scope="module")
def file(tiny, tmp_path_factory):
    target = tmp_path_factory.mktemp("fp8") / "memory-dmd-fp8-scaled.safetensors"
    script.quantize_file(tiny, target)
    return target


# Numbers

@pytest.mark.parametrize("size", [1e-5, 0.02, 1.0, 3e4])
def test_the_error_does_not_depend_on_the_size_of_the_weights(size):
    weight = size * torch.randn(64, 256, generator=torch.Generator().manual_seed(1))
    values, scale = quantize(weight)
    error = (dequantize(values, scale) - weight).norm() / weight.norm()
    assert values.dtype == FP8 and 64 <= values.float().abs().max() <= 128 and error < 0.03
    if size < 0.1:  # plain casts lose the small ones
        assert error < (weight.to(FP8).float() - weight).norm() / weight.norm()


def test_zeros_and_one_scale_for_each_row():
    values, scale = quantize(torch.zeros(2, 3))
    assert scale > 0 and not values.float().any()
    rows = dequantize(torch.ones(2, 3).to(FP8), torch.tensor([2.0, 3.0]))
    assert torch.equal(rows, torch.tensor([[2.0] * 3, [3.0] * 3]))


# Files

def test_the_file_has_the_layout_of_those_in_circulation(file, tensors):
    made = load_file(file)
    assert made["scaled_fp8"].dtype == FP8 and made["scaled_fp8"].numel() == 0
    large = {name for name in tensors if is_large(name)}
    assert made.keys() == {*tensors, "scaled_fp8", *(name.removesuffix("weight") + "scale_weight"
                                                     for name in large)}
    for name, tensor in tensors.items():
        if name not in large:
            assert torch.equal(made[name].float(), tensor.float())
            assert made[name].dtype == storage_dtype(name, BF16, None)
            continue
        scale = made[name.removesuffix("weight") + "scale_weight"]
        assert made[name].dtype == FP8 and scale.dtype == FP32 and scale.shape == ()
        assert (made[name].float() * scale - tensor.float()).norm() < 0.03 * tensor.float().norm()


def test_the_settings_travel_along(file, tiny):
    with safe_open(file, "pt") as opened:
        assert json.loads(opened.metadata()["config"])["dmd_steps"] == 4
    assert describe(file).settings == describe(tiny).settings
    assert "matrices with a scale" in report(describe(file))


@pytest.mark.parametrize("variant", make_tiny_model.VARIANTS)
def test_the_variant_stays(tmp_path, variant):
    script.quantize_file(make_tiny_model.write_model(tmp_path, variant), tmp_path / "small.safetensors")
    assert describe(tmp_path / "small.safetensors").variant == variant


def test_a_distilled_file_without_config_stays_distilled(tensors, tmp_path):
    save_file(tensors, tmp_path / "bare.safetensors")
    script.quantize_file(tmp_path / "bare.safetensors", tmp_path / "small.safetensors")
    assert describe(tmp_path / "small.safetensors").variant == "memory-dmd"


@pytest.mark.parametrize("dtype", [None, FP8])
def test_weights_stay_in_8_bits(file, tensors, dtype):
    model, made = load_transformer(file, dtype)[0], load_file(file)
    layer = model.blocks[0].ffn.net[2]
    assert layer.weight.dtype == FP8
    assert torch.equal(layer.weight.view(torch.uint8), made["blocks.0.ffn.net.2.weight"].view(torch.uint8))
    assert torch.equal(layer.scale_weight, made["blocks.0.ffn.net.2.scale_weight"])
    assert model.condition_embedder.time_embedder.linear_1.weight.dtype == FP32
    assert sum(p.dtype == FP8 for p in model.parameters()) == sum(map(is_large, tensors))


@pytest.mark.parametrize("dtype", [BF16, FP16, FP32])
def test_with_another_type_the_scale_is_multiplied_in(file, dtype):
    layer, made = load_transformer(file, dtype)[0].blocks[1].attn1.to_k, load_file(file)
    assert not hasattr(layer, "scale_weight")
    expected = made["blocks.1.attn1.to_k.weight"].float() * made["blocks.1.attn1.to_k.scale_weight"]
    assert torch.equal(layer.weight, expected.to(dtype))


def scaled_everywhere(tensors):
    """Every linear layer in 8 bits, scales of shape [1], native names behind ComfyUI's prefix,
    as others make it."""
    made = {"model.diffusion_model.scaled_fp8": torch.empty(2, dtype=FP8)}
    for name, tensor in tensors.items():
        native = "model.diffusion_model." + native_name(name)
        if tensor.ndim == 2 and name.endswith(".weight"):
            tensor, scale = quantize(tensor)
            made[native.removesuffix("weight") + "scale_weight"] = scale.reshape(1)
            made[native.removesuffix("weight") + "scale_input"] = torch.ones(1)
        made[native] = tensor
    return made


def test_files_with_a_scale_for_every_linear_layer(tensors, tmp_path):
    save_file(scaled_everywhere(tensors), tmp_path / "foreign.safetensors")
    model = load_transformer(tmp_path / "foreign.safetensors")[0]
    assert model.controlnet.controlnet_blocks[0].norm1.linear.weight.dtype == FP8
    assert model.condition_embedder.text_embedder.linear_1.scale_weight.shape == ()
    time = model.condition_embedder.time_embedder.linear_1.weight
    original = tensors["condition_embedder.time_embedder.linear_1.weight"].float()
    assert time.dtype == FP32 and (time - original).norm() < 0.03 * original.norm()


@pytest.mark.parametrize("change, complaint", [
    ({"blocks.0.attn1.to_q.scale_weight": torch.ones(3)},
     "has the shape [3] and the type F32; expected one number or 256"),
    ({"blocks.0.attn1.to_q.scale_weight": torch.tensor(float("nan"))}, "is not a positive number"),
    ({"blocks.0.attn1.to_q.scale_weight": torch.tensor(0.0)}, "is not a positive number"),
    ({"blocks.0.attn1.to_q.weight": torch.ones(256, 256)}, "has a scale but is not in 8 bits"),
    ({"blocks.9.attn1.to_q.scale_weight": torch.ones(())},
     "scales of 1 weights that are missing (blocks.9.attn1.to_q.weight)"),
])
def test_scales_that_cannot_be_used(file, tmp_path, change, complaint):
    save_file({**load_file(file), **change}, tmp_path / "broken.safetensors")
    with pytest.raises(ValueError) as caught:
        load_transformer(tmp_path / "broken.safetensors")
    assert complaint in str(caught.value)


def test_a_broken_write_leaves_nothing(tmp_path):
    plan = {"a": (FP32, (2,)), "b": (BF16, (3,))}
    for tensors, complaint in (([("a", torch.zeros(3))], "planned was"),
                               ([("a", torch.zeros(2))], "1 planned tensors did not")):
        with pytest.raises(ValueError, match=complaint):
            write_tensors(tmp_path / "x.safetensors", plan, tensors)
        assert not list(tmp_path.iterdir())
    write_tensors(tmp_path / "x.safetensors", plan, [("b", torch.ones(3).bfloat16()), ("a", torch.ones(2))],
                  {"k": "v"})
    written = load_file(tmp_path / "x.safetensors")
    assert {name: t.tolist() for name, t in written.items()} == {"a": [1, 1], "b": [1, 1, 1]}


# In ComfyUI

def test_layers_compute_with_the_scaled_weight(comfy, file):
    assert torch.allclose(run(model_of(file)), run(model_of(file, FP32)), atol=1e-4)


def test_partial_loading_gives_the_same(comfy, file):
    model = model_of(file)
    expected = run(model)
    for budget in (0.01, 0.5, 10):
        model.detach()
        model.partially_load(torch.device("cpu"), extra_memory=int(model.model_size() * budget))
        assert torch.equal(run(model), expected)


@pytest.mark.slow
@pytest.mark.parametrize("budget", [10, 0.5, 0.01])
def test_every_layer_runs_at_every_budget_on_an_accelerator(comfy, budget):
    from partial_loading import ACCELERATOR, run_at_budget

    def to_8_bits(view):
        from worldstereo.nodes.bridge.layers import ScaledLinear

        for module in view.net.modules():
            if isinstance(module, torch.nn.Linear):
                module.weight = torch.nn.Parameter(module.weight.to(FP8), requires_grad=False)
                module.scale_weight = torch.nn.Parameter(torch.ones(()), requires_grad=False)
                module.__class__ = ScaledLinear

    device, loaded = run_at_budget(True, budget, to_8_bits)
    assert device == ACCELERATOR and (loaded > 0.95) == (budget == 10)


@pytest.mark.parametrize("full_load", [True, False], ids=["loaded", "left outside"])
def test_a_lora_is_added_to_the_scaled_weight_and_taken_off_again(comfy, file, tensors, full_load):
    import comfy.sd

    model = model_of(file)
    before = run(model)
    g, name = torch.Generator().manual_seed(3), "blocks.1.attn1.to_q.weight"
    up, down = torch.randn(256, 4, generator=g), torch.randn(4, 256, generator=g) / 64
    layer = "diffusion_model.blocks.1.self_attn.q"
    lora = {f"{layer}.lora_B.weight": up, f"{layer}.lora_A.weight": down}
    patched, _ = comfy.sd.load_lora_for_models(model, None, lora, 1.0, 0.0)
    assert len(patched.patches) == 1
    patched.load(torch.device("cpu"), lowvram_model_memory=0 if full_load else 1, full_load=full_load)
    layer = patched.model.diffusion_model.net.blocks[1].attn1.to_q
    assert bool(layer.weight_function) != full_load
    original = load_file(file)[name].float() * load_file(file)[name.removesuffix("weight") + "scale_weight"]
    x = torch.eye(256)
    weight = layer(x) - layer.bias
    expected = (original + up @ down).T
    assert (weight - expected).norm() < 0.05 * expected.norm() < 0.2 * (up @ down).norm()
    assert not torch.equal(run(patched), before)
    patched.detach()
    assert torch.equal(run(model), before)


def test_save_model_and_load_again(comfy, file, tmp_path):
    import comfy.sd

    model = model_of(file)
    comfy.sd.save_checkpoint(str(tmp_path / "saved.safetensors"), model)
    assert torch.equal(run(model_of(tmp_path / "saved.safetensors")), run(model))
