"""LoRAs on scaled float8 weights: all of the effect arrives,
in every place and with every ComfyUI's patch."""

import logging

import pytest
import torch

import make_tiny_model
import quantize as script
from fp8_model import BF16, FP8, FP16, FP32, model_of
from partial_loading import ACCELERATOR, run_at_budget

LAYER = "diffusion_model.blocks.1.self_attn.q"
WEIGHT, BIAS = f"{LAYER}.weight", f"{LAYER}.bias"
PLACES = pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "left outside"])


class NewerPatch:
    """ComfyUI's LowVramPatch since December 2025: it is given the layer's two functions and calls neither."""

    def __init__(self, key, patches, convert_func=None, set_func=None):
        self.key, self.patches = key, patches

    def __call__(self, weight):
        import comfy.lora

        return comfy.lora.calculate_weight(self.patches[self.key], weight, self.key,
                                           intermediate_dtype=weight.dtype)


@pytest.fixture(params=["this ComfyUI's patch", "newer patch"])
def patch_class(request, comfy, monkeypatch):
    if request.param == "newer patch":
        monkeypatch.setattr("comfy.model_patcher.LowVramPatch", NewerPatch)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fp8")
    script.quantize_file(make_tiny_model.write_model(folder), folder / "small.safetensors")
    return folder / "small.safetensors"


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def matrices(seed: int, size: float = 1.0):
    g = torch.Generator().manual_seed(seed)
    return size * torch.randn(256, 4, generator=g), torch.randn(4, 256, generator=g) / 64


def lora(seed: int, size: float = 1.0, **more):
    """Patches as 'Load LoRA' makes them. more: other tensors of the LoRA file."""
    import comfy.lora

    up, down = matrices(seed, size)
    tensors = {f"{LAYER}.lora_B.weight": up, f"{LAYER}.lora_A.weight": down,
               **{f"{LAYER}.{name}": tensor for name, tensor in more.items()}}
    return comfy.lora.load_lora(tensors, {LAYER: WEIGHT})


def layer_of(model):
    return model.model.diffusion_model.net.blocks[1].attn1.to_q


def load(model, loaded: bool):
    model.load(torch.device("cpu"), lowvram_model_memory=0 if loaded else 1, full_load=loaded)
    assert loaded or layer_of(model).weight_function


def weight_of(layer, dtype=FP32):
    """The weight [out,in] that the layer computes with."""
    return (layer(torch.eye(layer.in_features, dtype=dtype)).float() - layer.bias).T


def part_that_arrives(change, wanted):
    return float((change * wanted).sum() / (wanted * wanted).sum())


@pytest.mark.slow
@PLACES
@pytest.mark.parametrize("dtype", [FP32, BF16, FP16])
def test_all_of_the_effect_arrives(patch_class, file, loaded, dtype):
    model = model_of(file)
    before = weight_of(layer_of(model), dtype)
    up, down = matrices(3)
    model.add_patches(lora(3), 0.7)
    load(model, loaded)
    assert part_that_arrives(weight_of(layer_of(model), dtype) - before,
                             0.7 * up @ down) == pytest.approx(1, abs=0.01)


def several_loras():
    return [(lora(3), 0.7), (lora(4), -0.4), (lora(5), 1.0)]


def dora():
    return [(lora(3, dora_scale=1 + torch.rand(256, 1, generator=torch.Generator().manual_seed(6))), 0.8)]


def replaced_and_added():
    up, down = matrices(7)
    return [({WEIGHT: ("set", (up @ down,))}, 1.0), ({WEIGHT: ("diff", (up @ down / 2,))}, 0.5),
            (lora(3), 0.7)]


@pytest.mark.slow
@PLACES
@pytest.mark.parametrize("patches", [several_loras, dora, replaced_and_added])
def test_every_kind_of_patch_works_on_the_true_weight(patch_class, file, loaded, patches):
    import comfy.lora

    model = model_of(file)
    before = weight_of(layer_of(model))
    for patch, strength in patches():
        model.add_patches(patch, strength)
    expected = comfy.lora.calculate_weight(model.patches[WEIGHT], before.clone(), WEIGHT)
    load(model, loaded)
    error = (weight_of(layer_of(model)) - expected).norm() / expected.norm()
    assert error < (0.05 if loaded else 1e-5) < (expected - before).norm() / expected.norm()


@PLACES
def test_a_merge_takes_the_true_weight_of_both_models(patch_class, file, loaded):
    model, other = model_of(file), model_of(file)
    before = weight_of(layer_of(model))
    up, down = matrices(3)
    other.add_patches(lora(3))
    model.add_patches({WEIGHT: other.get_key_patches(WEIGHT)[WEIGHT]}, 0.4, 0.6)
    load(model, loaded)
    assert part_that_arrives(weight_of(layer_of(model)) - before,
                             0.4 * up @ down) == pytest.approx(1, abs=0.01)


@PLACES
def test_functions_of_other_packs_see_the_true_weight_and_that_of_the_bias_is_called(comfy, file, loaded):
    model, seen = model_of(file), []
    before, bias = weight_of(layer_of(model)), layer_of(model).bias.clone()
    model.add_weight_wrapper(WEIGHT, lambda weight: (seen.append(weight.clone()), 2 * weight)[1])
    model.add_weight_wrapper(BIAS, lambda bias: bias + 1)
    model.add_patches({BIAS: (torch.full((256,), 0.5),)})
    load(model, loaded)
    result = layer_of(model)(torch.eye(256))
    assert torch.allclose(seen[0], before, atol=1e-6)
    assert torch.allclose(result, 2 * before.T + bias + 1.5, atol=0.005)  # the bias is kept in bf16


@pytest.mark.parametrize("size, told", [(1, 0), (100, 1), (1e7, 1)])
def test_a_sum_that_8_bits_cannot_hold_is_cut_off_and_said_once(comfy, file, caplog, size, told):
    from worldstereo.nodes.bridge import layers

    layers._report_cut_off.cache_clear()
    model = model_of(file)
    layer, limit = layer_of(model), torch.finfo(FP8).max * layer_of(model).scale_weight
    model.add_patches(lora(3, size))
    with caplog.at_level(logging.WARNING, "worldstereo"):
        load(model, loaded=True)
        model.detach()
        load(model, loaded=True)
    largest = weight_of(layer).abs().max()
    assert largest == pytest.approx(float(limit), rel=1e-3) if told else largest < limit
    assert sum("cut off" in record.message for record in caplog.records) == told


def test_outside_nothing_is_cut_off(patch_class, file):
    model = model_of(file)
    before = weight_of(layer_of(model))
    up, down = matrices(3, 1e4)
    model.add_patches(lora(3, 1e4))
    load(model, loaded=False)
    assert part_that_arrives(weight_of(layer_of(model)) - before, up @ down) == pytest.approx(1, abs=0.01)


def test_compiled_layers_keep_the_lora_and_compile_once(patch_class, file):
    from torch._dynamo.testing import CompileCounterWithBackend

    model = model_of(file)
    model.add_patches(lora(3))
    load(model, loaded=False)
    layer, counter = layer_of(model), CompileCounterWithBackend("eager")
    expected, functions = weight_of(layer), layer.weight_function
    torch._dynamo.reset()
    compiled = torch.compile(layer, backend=counter)
    for _ in range(3):
        assert torch.allclose((compiled(torch.eye(256)) - layer.bias).T, expected, atol=1e-5)
    assert counter.frame_count == 1 and layer.weight_function is functions
    torch._dynamo.reset()


@pytest.mark.slow
def test_layers_outside_an_accelerator_take_a_lora(patch_class, monkeypatch):
    from worldstereo.nodes import bridge
    from worldstereo.nodes.bridge.layers import ScaledLinear

    make_model = bridge.make_model

    def with_lora(net, *args):
        model = make_model(net, *args)
        for module in net.blocks.modules():
            if isinstance(module, torch.nn.Linear):
                module.weight = torch.nn.Parameter(module.weight.to(FP8), requires_grad=False)
                module.scale_weight = torch.nn.Parameter(torch.ones(()), requires_grad=False)
                module.__class__ = ScaledLinear
        keys = [key for key, value in model.model_state_dict().items() if value.dtype == FP8]
        patches = {key: (torch.ones(model.model_state_dict()[key].shape),) for key in keys}
        assert len(model.add_patches(patches)) == len(keys) > 20
        return model

    monkeypatch.setattr(bridge, "make_model", with_lora)
    device, loaded = run_at_budget(True, 0.01)
    assert device == ACCELERATOR and loaded < 0.05
