"""The linear layers of the MODEL: kept casts, products in 8 bits, and devices without 8 bits."""

import logging

import pytest
import torch

import tiny
from fp8_model import BF16, FP8, FP16, FP32


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def eight_bit_network(scaled):
    net = tiny.transformer(memory=True)
    for layer in [*net.blocks.modules(), *net.controlnet.controlnet_blocks.modules()]:
        if isinstance(layer, torch.nn.Linear):
            rows = layer.weight.abs().amax(1) / 64 if scaled else torch.ones(len(layer.weight))
            layer.weight = torch.nn.Parameter((layer.weight / rows[:, None]).to(FP8), requires_grad=False)
            if scaled:
                layer.scale_weight = torch.nn.Parameter(rows, requires_grad=False)
    return net


def model_of(net, dtype=FP32):
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    return bridge.make_model(net, Settings(variant="memory"), torch.device("cpu"), dtype)


def run(model, dtype=FP32, portions=1, kept=True):
    """One call of the network with both memories."""
    from contextlib import nullcontext

    from worldstereo.nodes import bridge
    from worldstereo.nodes.bridge.layers import casts_kept

    geometric, stereo = tiny.controls()
    given = {**tiny.inputs(), bridge.GEOMETRIC: geometric, bridge.STEREO: stereo}
    options = {bridge.GEOMETRIC: geometric, bridge.STEREO: stereo, bridge.PORTIONS: portions}
    view = model.model.diffusion_model
    with casts_kept(view.net) if kept else nullcontext():
        out = view(given["hidden_states"].to(dtype), given["timestep"],
                   given["encoder_hidden_states"].to(dtype),
                   given["encoder_hidden_states_image"].to(dtype), transformer_options=options)
    assert view.net.largest_layer.casts == []
    return out


@pytest.mark.slow
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("portions", [1, 3])
@pytest.mark.parametrize("dtype", [BF16, FP32])
def test_kept_casts_have_the_bits_of_casts_made_again(comfy, scaled, portions, dtype):
    model = model_of(eight_bit_network(scaled))
    g = torch.Generator().manual_seed(3)
    patches = {key: (0.1 * torch.randn(value.shape, generator=g),)
               for key, value in model.model_state_dict().items() if value.dtype == FP8}
    plain = run(model, dtype, portions, kept=False)
    assert torch.equal(run(model, dtype, portions), plain)
    model.add_patches(patches)
    model.load(torch.device("cpu"), lowvram_model_memory=1, full_load=False)
    assert model.model.diffusion_model.net.largest_layer.weight_function
    patched = run(model, dtype, portions, kept=False)
    assert torch.equal(run(model, dtype, portions), patched) and not torch.equal(patched, plain)


def test_nothing_is_kept_after_a_forward_that_fails(comfy):
    from worldstereo.nodes.bridge.layers import casts_kept

    net = model_of(eight_bit_network(True)).model.diffusion_model.net
    with pytest.raises(RuntimeError), casts_kept(net):
        net.largest_layer(torch.ones(1, 64))
        assert len(net.largest_layer.casts[0]) == 1
        net.largest_layer(torch.ones(1, 65))
    assert net.largest_layer.casts == []


@pytest.mark.parametrize("dtype", [FP32, BF16, FP16])
@pytest.mark.parametrize("scale", [torch.tensor(0.0123), torch.rand(48) / 50])
def test_the_scaled_weight_is_rounded_once(comfy, dtype, scale):
    net = eight_bit_network(True)
    net.largest_layer.scale_weight = torch.nn.Parameter(scale, requires_grad=False)
    layer = model_of(net).model.diffusion_model.net.largest_layer
    weight = layer._cast(torch.ones(1, 64, dtype=dtype)).weight
    assert torch.equal(weight, (layer.weight.float() * scale.reshape(-1, 1)).to(dtype))


@pytest.fixture
def fast(comfy, monkeypatch):
    """ComfyUI as started with --fast fp8_matrix_mult --supports-fp8-compute."""
    import comfy.model_management as mm
    from comfy.cli_args import PerformanceFeature, args

    monkeypatch.setattr(args, "fast", {PerformanceFeature.Fp8MatrixMultiplication})
    monkeypatch.setattr(mm, "SUPPORT_FP8_OPS", True)
    return monkeypatch


@pytest.mark.slow
@pytest.mark.parametrize("scaled", [False, True])
def test_the_blocks_multiply_in_8_bits_and_nothing_else_does(fast, scaled):
    import comfy.ops

    seen, linear = [], comfy.ops.fp8_linear
    fast.setattr(comfy.ops, "fp8_linear", lambda layer, x: seen.append(layer.weight) or linear(layer, x))
    model = model_of(eight_bit_network(scaled), BF16)
    net, out = model.model.diffusion_model.net, run(model, BF16)
    used = {id(weight) for weight in seen}
    assert used == {id(layer.weight) for layer in net.blocks.modules()
                    if isinstance(layer, torch.nn.Linear)}
    for layer in net.modules():
        layer.in_8_bits = False
    exact = run(model, BF16)
    error = (out - exact).float().norm() / exact.float().norm()
    assert 1e-3 < error < 0.1


def test_a_layer_with_a_weight_function_does_not_multiply_in_8_bits(fast):
    layer = model_of(eight_bit_network(True), BF16).model.diffusion_model.net.largest_layer
    x = torch.randn(1, 5, 64, dtype=BF16)
    exact, layer.in_8_bits = layer.in_8_bits, False
    assert exact
    expected, layer.in_8_bits = 2 * (layer(x) - layer.bias), True
    layer.weight_function = [lambda weight: 2 * weight]
    assert torch.allclose(layer(x) - layer.bias, expected, rtol=0.02, atol=0.02)


@pytest.mark.parametrize("reason, change", [
    ("the weights are kept as float32, not as float8_e4m3fn", lambda mm, patch: None),
    ("the device cpu does not multiply in 8 bits",
     lambda mm, patch: patch.setattr(mm, "SUPPORT_FP8_OPS", False)),
    ("the model computes in float32, not in bfloat16", lambda mm, patch: None)])
def test_the_log_says_once_why_8_bits_are_not_multiplied(fast, caplog, reason, change):
    import comfy.model_management as mm

    change(mm, fast)
    net = tiny.transformer(memory=True) if "kept as" in reason else eight_bit_network(True)
    with caplog.at_level(logging.INFO, "worldstereo"):
        model = model_of(net)
    told = [record.message for record in caplog.records if "fp8_matrix_mult" in record.message]
    assert told == [f"WorldStereo: --fast fp8_matrix_mult is ignored: {reason}."]
    assert not model.model.diffusion_model.net.largest_layer.in_8_bits


def test_a_device_without_8_bits_is_refused_before_anything_is_read(comfy, monkeypatch):
    import comfy.model_management as mm

    from worldstereo.nodes import bridge
    from worldstereo.nodes.bridge.precision import check_8_bits

    check_8_bits(torch.device("cpu"))
    monkeypatch.setattr(mm, "get_torch_device", lambda: torch.device("xpu"))  # there is none here
    with pytest.raises(ValueError, match="the device xpu cannot hold: set weight_dtype to fp16"):
        bridge.load_model("no such file", FP8)
