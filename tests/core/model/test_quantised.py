"""Quantised checkpoints of other makers: read to the bit, or refused with the format's name."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

import make_tiny_model
import quantize as script
from fp8_model import BF16, FP8, FP16, FP32, model_of, run
from quantised_files import LAYOUTS, in_file, in_layout, settings, tiled
from worldstereo.core.model.checkpoint.describe import describe, report
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.checkpoint.names import native_name
from worldstereo.core.model.checkpoint.overlay import OWN, read_wan
from worldstereo.core.model.checkpoint.precision import is_large, load_tensor

KEPT = ("float8_e4m3fn", "float8_e5m2")  # stay in 8 bits, with their scale
NAME = "blocks.1.ffn.net.2.weight"  # [256,512]
LAYER = NAME.removesuffix(".weight")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_model.write_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def tensors(tiny):
    return load_file(tiny / "model.safetensors")


@pytest.fixture(scope="module")
def quantised(tensors, tmp_path_factory):
    """{layout: (file, values of its matrices)}"""
    folder, made = tmp_path_factory.mktemp("quantised"), {}
    for layout in LAYOUTS:
        stored, values = in_file(tensors, layout, filter(is_large, tensors))
        save_file(stored, folder / f"{layout}.safetensors")
        made[layout] = folder / f"{layout}.safetensors", values
    return made


def write(folder, tensors, metadata=None):
    save_file(tensors, folder / "single.safetensors", metadata)
    return folder / "single.safetensors"


def refused(path):
    """The sentence with which loading is refused."""
    with pytest.raises(ValueError) as caught:
        load_transformer(path)
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".")
    return message


# Values

@pytest.mark.parametrize("dtype", [FP32, BF16, FP16])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_values_are_exact_and_rounded_once(quantised, tensors, layout, dtype):
    file, values = quantised[layout]
    state = load_transformer(file, dtype)[0].state_dict()
    assert state.keys() == tensors.keys()
    for name, expected in values.items():
        assert torch.equal(state[name], expected.to(dtype)), name
        assert (expected - tensors[name].float()).norm() < 0.15 * expected.norm()  # so the layout is filled


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_stays_in_8_bits_and_what_becomes_bf16(quantised, layout):
    file, values = quantised[layout]
    model = load_transformer(file)[0]
    layer = model.blocks[1].ffn.net[2]
    if layout in KEPT:
        stored = load_file(file)
        assert torch.equal(layer.weight.view(torch.uint8), stored[NAME].view(torch.uint8))
        assert torch.equal(layer.scale_weight, stored[f"{LAYER}.weight_scale"])
    else:
        assert layer.weight.dtype == BF16 and not hasattr(layer, "scale_weight")
    text = report(describe(file))
    assert (f"{len(values)} matrices with a scale" if layout in KEPT
            else f"mostly bfloat16, {len(values)} matrices unpacked from {layout}") in text


@pytest.mark.parametrize("layout", ["mxfp8", "nvfp4"])
def test_with_fp8_wanted_the_values_are_cast_not_the_numbers(quantised, layout):
    file, values = quantised[layout]
    weight = load_transformer(file, FP8)[0].blocks[1].ffn.net[2].weight
    assert weight.dtype == FP8 and torch.equal(weight.float(), values[NAME].to(FP8).float())


@pytest.mark.parametrize("shape", [(160, 96), (128, 256), (24, 32), (300, 480)])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_shapes_that_do_not_fill_the_tiles(tmp_path, layout, shape):
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    weight[0, :32] = 0  # blocks without a scale
    parts, expected = in_layout(weight, layout)
    file = write(tmp_path, {f"blocks.0.x.{kind}": part for kind, part in parts.items()})
    stored = read_wan(file)[0]["blocks.0.x.weight"]
    assert stored.shape == shape and stored.nbytes == parts["weight"].nbytes
    assert torch.equal(load_tensor("x", stored, FP32)[0], expected)


def test_all_values_of_4_bits(tmp_path):
    codes = torch.arange(256, dtype=torch.uint8).reshape(4, 64)
    scales = (5 * torch.arange(32) % 16 + 1).reshape(4, 8).float()  # all exact in float8
    parts = {"weight": codes, "weight_scale_2": torch.tensor([0.5]), "weight_scale": tiled(scales).to(FP8),
             "comfy_quant": settings(format="nvfp4")}
    file = write(tmp_path, {f"blocks.0.x.{kind}": part for kind, part in parts.items()})
    values, _ = load_tensor("x", read_wan(file)[0]["blocks.0.x.weight"], FP32)
    numbers = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6]
    for byte in range(256):  # the upper half comes first
        row, column = divmod(byte, 64)
        scale = 0.5 * scales[row, column // 8]
        assert values[row, 2 * column] == numbers[byte >> 4] * scale
        assert values[row, 2 * column + 1] == numbers[byte & 15] * scale


@pytest.mark.skipif(not hasattr(torch, "float8_e8m0fnu"), reason="this torch does not know the type")
def test_exponents_in_their_own_type(quantised, tmp_path):
    file, values = quantised["mxfp8"]
    stored = {name: t.view(torch.float8_e8m0fnu) if name.endswith("weight_scale") else t
              for name, t in load_file(file).items()}
    weight = load_transformer(write(tmp_path, stored), FP32)[0].blocks[1].ffn.net[2].weight
    assert torch.equal(weight, values[NAME])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_comfy_kitchen_gives_the_same(tmp_path, layout):
    """Its own files and its own values, wherever it is installed."""
    kitchen = pytest.importorskip("comfy_kitchen.tensor")
    kind = {"float8_e4m3fn": "TensorCoreFP8Layout", "int8_tensorwise": "TensorWiseINT8Layout",
            "mxfp8": "TensorCoreMXFP8Layout", "nvfp4": "TensorCoreNVFP4Layout"}.get(layout)
    if kind is None:
        pytest.skip("that layout is ComfyUI's own")
    weight = 0.03 * torch.randn(160, 96, generator=torch.Generator().manual_seed(2))
    made = kitchen.QuantizedTensor.from_float(weight, kind)
    parts = made.state_dict("blocks.0.x.weight") | {"blocks.0.x.comfy_quant": settings(format=layout)}
    stored = read_wan(write(tmp_path, {name: t.contiguous() for name, t in parts.items()}))[0]
    assert torch.equal(load_tensor("x", stored["blocks.0.x.weight"], FP32)[0], made.dequantize())


# Which tensors belong together

def test_metadata_say_what_the_tensors_would(quantised, tmp_path):
    file, values = quantised["nvfp4"]
    stored = load_file(file)
    layers = {f"model.{name.removesuffix('.comfy_quant')}": {"format": "nvfp4"} for name in stored
              if name.endswith("comfy_quant")} | {"text_encoder.x": {"format": "nvfp4"}}
    bare = {f"model.{name}": t for name, t in stored.items() if not name.endswith("comfy_quant")}
    metadata = json.dumps({"format_version": "1.0", "layers": layers})
    file = write(tmp_path, bare, {"_quantization_metadata": metadata})
    assert torch.equal(load_transformer(file, FP32)[0].blocks[1].ffn.net[2].weight, values[NAME])


@pytest.mark.parametrize("scale", ["weight_scale", "scale_weight"])
@pytest.mark.parametrize("unused", ["input_scale", "scale_input"])
@pytest.mark.parametrize("per_row", [False, True])
def test_scales_without_settings(tensors, tmp_path, scale, unused, per_row):
    weight = tensors[NAME].float()
    factor = weight.abs().amax(1, keepdim=True) / 448 if per_row else torch.tensor(0.01)
    stored = {**tensors, NAME: (weight / factor).to(FP8), f"{LAYER}.{scale}": factor,
              f"{LAYER}.{unused}": torch.ones(())}
    layer = load_transformer(write(tmp_path, stored))[0].blocks[1].ffn.net[2]
    assert layer.weight.dtype == FP8 and torch.equal(layer.scale_weight, factor.squeeze())
    wide = load_transformer(tmp_path / "single.safetensors", FP32)[0].blocks[1].ffn.net[2].weight
    assert torch.equal(wide, stored[NAME].float() * factor)


def test_a_partial_checkpoint_over_a_quantised_base(tensors, tmp_path):
    base = {name: t for name, t in tensors.items() if not name.startswith(OWN)}
    stored, values = in_file(base, "nvfp4", filter(is_large, base))
    save_file({f"model.{native_name(name)}": t for name, t in stored.items()}, tmp_path / "wan.safetensors")
    own = {name: t.half() for name, t in tensors.items()
           if name.startswith(OWN) or ".attn2." not in name and ".norm2." not in name}
    state = load_transformer(write(tmp_path, own), base=tmp_path / "wan.safetensors")[0].state_dict()
    name = "blocks.1.attn2.to_q.weight"
    assert torch.equal(state[name], values[name].half())  # the checkpoint's own type
    assert torch.equal(state[NAME], own[NAME])


def test_quantize_makes_scaled_fp8_of_them(quantised, tmp_path):
    file, values = quantised["mxfp8"]
    script.quantize_file(file, tmp_path / "small.safetensors")
    weight = load_transformer(tmp_path / "small.safetensors", FP32)[0].blocks[1].ffn.net[2].weight
    assert (weight - values[NAME]).norm() < 0.03 * values[NAME].norm()
    assert "blocks.1.ffn.net.2.comfy_quant" not in load_file(tmp_path / "small.safetensors")


# In ComfyUI

@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layers_compute_at_every_budget(comfy, quantised, layout):
    model, exact = model_of(quantised[layout][0]), model_of(quantised[layout][0], FP32)
    expected = run(model)
    assert (expected - run(exact)).norm() < (1e-5 if layout in KEPT else 0.01) * expected.norm()
    for budget in (0.01, 0.5, 10):
        model.detach()
        model.partially_load(torch.device("cpu"), extra_memory=int(model.model_size() * budget))
        assert torch.equal(run(model), expected)


@pytest.mark.slow
@pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "left outside"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_lora_is_added_to_the_true_weight(comfy, quantised, layout, loaded):
    import comfy.sd

    file, values = quantised[layout]
    g, layer = torch.Generator().manual_seed(3), "diffusion_model.blocks.1.self_attn.q"
    up, down = torch.randn(256, 4, generator=g) / 16, torch.randn(4, 256, generator=g) / 64
    lora = {f"{layer}.lora_B.weight": up, f"{layer}.lora_A.weight": down}
    model, _ = comfy.sd.load_lora_for_models(model_of(file), None, lora, 1.0, 0.0)
    model.load(torch.device("cpu"), lowvram_model_memory=0 if loaded else 1, full_load=loaded)
    layer = model.model.diffusion_model.net.blocks[1].attn1.to_q
    assert bool(layer.weight_function) != loaded
    weight = (layer(torch.eye(256)) - layer.bias).T
    change = weight - values["blocks.1.attn1.to_q.weight"]
    assert abs((change * (up @ down)).sum() / (up @ down).square().sum() - 1) < 0.02


# What is refused

REMEDY = "use the file of the same model in bf16, fp16, fp8 or scaled fp8"


@pytest.mark.parametrize("beside, format", [
    ("weight.quant_state.bitsandbytes__nf4", "bitsandbytes nf4"),
    ("weight.quant_state.bitsandbytes__fp4", "bitsandbytes fp4"),
    ("SCB", "bitsandbytes int8"), ("wscales", "SVDQuant (nunchaku)"), ("qzeros", "GPTQ or AWQ"),
    ("weight._data", "quanto"), ("weight_scale_inv", "fp8 with block scales"),
    ("pre_quant_scale", "for their inputs"),
])
def test_other_formats_are_named(tensors, tmp_path, beside, format):
    stored = {**tensors, NAME: torch.zeros(256, 256, dtype=torch.int32),
              f"{LAYER}.{beside}": torch.zeros(3, dtype=torch.uint8)}
    message = refused(write(tmp_path, stored))
    assert message.startswith("single.safetensors is quantised as") and format in message
    assert REMEDY in message


def test_gguf_is_named(tmp_path):
    (tmp_path / "model-Q4_K_M.gguf").write_bytes(b"GGUF\3\0\0\0" + bytes(1000))
    assert "is a GGUF file, which is not read; use the file" in refused(tmp_path / "model-Q4_K_M.gguf")


@pytest.mark.parametrize("given, format", [
    ({"format": "convrot_w4a4"}, "'convrot_w4a4'"), ({"format": "asym_w4a8_int8"}, "'asym_w4a8_int8'"),
    ({"format": "int8_tensorwise", "convrot": True}, "'int8_tensorwise' with convrot"),
    ({"format": "int8_tensorwise", "params": {"convrot": True}}, "'int8_tensorwise' with convrot"),
    ({"format": ["nvfp4"]}, "['nvfp4']"), ({}, "None"), ({"format": "x" * 900}, "'xxx"),
])
def test_other_layouts_are_named(quantised, tmp_path, given, format):
    stored = load_file(quantised["int8_tensorwise"][0]) | {f"{LAYER}.comfy_quant": settings(**given)}
    message = refused(write(tmp_path, stored))
    assert f"{NAME} in single.safetensors is quantised as {format}" in message
    assert REMEDY in message and len(message) < 400


def test_numbers_that_nothing_explains(quantised, tmp_path):
    for layout, type_name in (("nvfp4", "U8"), ("int8_tensorwise", "I8")):
        stored = load_file(quantised[layout][0])
        del stored[f"{LAYER}.comfy_quant"]
        message = refused(write(tmp_path, stored))
        assert f"holds tensors of type {type_name}, as {NAME}, and no comfy_quant that says what" in message
        assert REMEDY in message


@pytest.mark.parametrize("layout, kind, part, complaint", [
    ("nvfp4", "weight_scale_2", None, "has not the scales that nvfp4 needs"),
    ("mxfp8", "weight_scale", None, "has not the scales that mxfp8 needs"),
    ("mxfp8", "weight_scale_2", torch.ones(()), "has not the scales that mxfp8 needs"),
    ("float8_e4m3fn", "weight_scale", None, "has not the scales that float8_e4m3fn needs"),
    ("float8_e4m3fn", "weight", torch.zeros(256, 512), "has a scale but is not in float8_e4m3fn"),
    ("nvfp4", "weight", None, "scales of 1 weights that are missing"),
    ("nvfp4", "weight", torch.zeros(256, 252, dtype=torch.uint8), "do not fit its shape [256, 252] in nvfp4"),
    ("nvfp4", "weight", torch.zeros(256, dtype=torch.uint8), "do not fit its shape [256] in nvfp4"),
    ("nvfp4", "weight_scale", torch.ones(256, 16).to(FP8), "do not fit its shape [256, 256] in nvfp4"),
    ("nvfp4", "weight_scale", torch.ones(256, 32), "do not fit its shape"),
    ("nvfp4", "weight_scale_2", torch.ones(2), "do not fit its shape"),
    ("nvfp4", "weight_scale_2", torch.tensor(float("inf")), "is not a positive number"),
    ("nvfp4", "weight_scale", torch.full((256, 32), -1.0).to(FP8), "is not a positive number"),
    ("mxfp8", "weight_scale", torch.full((256, 16), 255, dtype=torch.uint8), "not a positive number"),
    ("mxfp8", "weight", torch.full((256, 512), float("nan")).to(FP8), "holds NaN or infinite"),
    ("int8_tensorwise", "weight_scale", torch.ones(3, 1), "[3, 1] and the type F32; expected one"),
    ("int8_tensorwise", "weight_scale", torch.ones((), dtype=torch.uint8), "the type U8; expected one"),
    ("mxfp8", "comfy_quant", torch.zeros(5000, dtype=torch.uint8), "is no text of up to 4096 bytes"),
    ("mxfp8", "comfy_quant", torch.zeros(9), "is no text of up to 4096 bytes"),
    ("mxfp8", "comfy_quant", torch.full((9,), 255, dtype=torch.uint8), "is no JSON"),
    ("mxfp8", "comfy_quant", torch.full((4000,), ord("["), dtype=torch.uint8), "is no JSON"),
    ("mxfp8", "comfy_quant", torch.tensor(list(b"[]"), dtype=torch.uint8), "holds a JSON list"),
])
def test_layers_that_cannot_be_used(quantised, tmp_path, layout, kind, part, complaint):
    stored = load_file(quantised[layout][0])
    stored.pop(f"{LAYER}.{kind}", None)
    if part is not None:
        stored[f"{LAYER}.{kind}"] = part
    assert complaint in refused(write(tmp_path, stored))


@pytest.mark.parametrize("text", ['{"layers": 1}', '{"layers": {"a": 1}}', "[", "[]"])
def test_metadata_that_cannot_be_used(tensors, tmp_path, text):
    assert "the metadata key '_quantization_metadata'" in refused(
        write(tmp_path, tensors, {"_quantization_metadata": text})).replace("The", "the")
