"""Checkpoints: recognised by their tensors, streamed, and refused with a sentence."""

import gzip
import json
import pickle
import re
import subprocess
import sys
from dataclasses import asdict

import pytest
import torch
from safetensors.torch import load_file, save_file

import make_tiny_model
import quantize
from quantised_files import in_file
from worldstereo.core.model.checkpoint.describe import describe, report
from worldstereo.core.model.checkpoint.detect import control_config, missing_groups, wan_config
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.checkpoint.names import native_name
from worldstereo.core.model.checkpoint.precision import is_large, storage_dtype
from worldstereo.core.model.checkpoint.settings import FewStep, read_settings
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.transformer import WorldStereoTransformer

BF16, FP16, FP32, FP8 = torch.bfloat16, torch.float16, torch.float32, torch.float8_e4m3fn


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """{variant: its folder}"""
    models = tmp_path_factory.mktemp("models")
    return {variant: make_tiny_model.write_model(models, variant) for variant in make_tiny_model.VARIANTS}


@pytest.fixture(scope="module")
def tensors(tiny):
    return load_file(tiny["memory-dmd"] / "model.safetensors")


def write(folder, tensors, config=None):
    """A checkpoint folder; without a configuration, a single file of another name."""
    folder.mkdir(exist_ok=True)
    if config is None:
        save_file(tensors, folder / "single.safetensors")
        return folder / "single.safetensors"
    save_file(tensors, folder / "model.safetensors")
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return folder


def refused(path, **options):
    """The sentence with which loading is refused."""
    with pytest.raises(ValueError) as caught:
        load_transformer(path, **options)
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".")
    return message


# What a checkpoint is

@pytest.mark.parametrize("kind", ["camera", "memory"])
def test_the_full_models_match_the_manifests(shared, kind):
    manifest = json.loads(gzip.decompress((shared / "manifests" / f"manifest_{kind}.json.gz").read_bytes()))
    shapes = {name: tuple(shape) for name, shape in manifest["state_dict"].items()}
    assert missing_groups(shapes) == ()
    assert wan_config(shapes, {}) == manifest["wan_config"]
    control = asdict(control_config(shapes, {}))
    assert control == {name: manifest["controlnet_cfg"].get(name, value) for name, value in control.items()}
    assert control_config(shapes, manifest) == control_config(shapes, {})
    with torch.device("meta"):
        model = WorldStereoTransformer(wan_config(shapes, {}), control_config(shapes, {}),
                                       memory=kind == "memory")
    assert {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()} == shapes


@pytest.mark.parametrize("inside", ["", "model.safetensors"])
@pytest.mark.parametrize("variant", make_tiny_model.VARIANTS)
def test_variants_load_with_their_settings(tiny, variant, inside):
    model, settings = load_transformer(tiny[variant] / inside)
    assert settings.variant == variant and model.memory == (variant != "camera") and not model.training
    assert (settings.steps, settings.guidance) == ((4, 1.0) if variant == "memory-dmd" else (40, 5.0))
    assert settings.defaulted == ("scale_map",)  # so config.json was read


@pytest.mark.parametrize("config, variant", [
    ({"controlnet_cfg": {"main_camera_embedding": False, "update_ref": True}}, "memory"),
    ({"controlnet_cfg": {"main_camera_embedding": False}, "dmd_steps": 4}, "memory-dmd"),
    ({"controlnet_cfg": {"main_camera_embedding": False}}, "camera"),
    ({"controlnet_cfg": {"update_ref": True}}, "camera")])
def test_a_memory_model_without_pose_mlp_loads(tensors, tmp_path, config, variant):
    without = {name: t for name, t in tensors.items() if not name.startswith("camera_embedding.")}
    model, settings = load_transformer(write(tmp_path / "model", without, config))
    assert settings.variant == variant and model.memory == (variant != "camera")
    assert model.camera_embedding is None


def test_a_pose_mlp_that_config_json_denies_is_refused(tensors, tmp_path):
    config = {"controlnet_cfg": {"main_camera_embedding": False, "update_ref": True}}
    assert "main_camera_embedding = False" in refused(write(tmp_path / "model", tensors, config))
    config["controlnet_cfg"]["main_camera_embedding"] = 1
    assert "main_camera_embedding" in refused(write(tmp_path / "model", tensors, config))


def test_undistilled_and_distilled_are_told_by_the_configuration_alone(tiny, tensors, tmp_path):
    assert describe(write(tmp_path / "a", tensors, {"nframe": 21})).variant == "memory"
    alone = describe(write(tmp_path / "b", tensors))
    assert alone.variant == "memory-dmd"
    assert "taken for the distilled model because the file is complete" in report(alone)
    assert "An undistilled one that was saved whole looks the same" in report(alone)


def test_the_report_says_what_was_assumed(tiny):
    text = report(describe(tiny["memory-dmd"]))
    assert "memory-dmd" in text and "bfloat16" in text and "4 steps" in text
    assert "scale_map" in text.splitlines()[-1]


def test_a_single_file_carries_its_configuration_in_its_metadata(tensors, tmp_path):
    file = tmp_path / "any name.safetensors"
    save_file(tensors, file, {"config": json.dumps({"nframe": 9, "dmd_steps": 2})})
    settings = load_transformer(file)[1]
    assert (settings.variant, settings.nframe, settings.steps) == ("memory-dmd", 9, 2)


def test_a_config_beside_another_single_file_is_not_its_own(tensors, tmp_path):
    file = write(tmp_path / "a", tensors)
    (file.parent / "config.json").write_text('{"nframe": 5}')
    assert describe(file).settings.nframe == 21


def test_shards_load_like_one_file(tiny, tensors, tmp_path):
    names = sorted(tensors)
    parts = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, part in parts.items():
        save_file({name: tensors[name] for name in part}, tmp_path / file)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(
        {"weight_map": {name: file for file, part in parts.items() for name in part}}))
    (tmp_path / "config.json").write_text("{}")
    whole = load_transformer(tiny["memory-dmd"])[0].state_dict()
    for path in (tmp_path, tmp_path / "model-00002-of-00002.safetensors"):
        shards = load_transformer(path)[0].state_dict()
        assert all(torch.equal(shards[name], whole[name]) for name in whole)


def test_heads_come_from_the_configuration_when_it_names_them(tensors, tmp_path):
    config = {"wan_config": {"num_attention_heads": 4},
              "controlnet_cfg": {"num_heads": 4, "update_ref": False, "ref_embedding": None}}
    model = load_transformer(write(tmp_path / "a", tensors, config))[0]
    assert (model.config.num_attention_heads, model.config.attention_head_dim) == (4, 64)
    assert model.controlnet.heads == 4 and model.update_ref is False


# What is loaded

@pytest.mark.parametrize("dtype", [None, FP32, FP16, FP8])
def test_every_tensor_arrives_in_its_type_and_nothing_stays_empty(tiny, tensors, dtype):
    model = load_transformer(tiny["memory-dmd"], dtype)[0]
    state = model.state_dict()
    assert state.keys() == tensors.keys()
    for name, tensor in state.items():
        assert torch.equal(tensor, tensors[name].to(storage_dtype(name, BF16, dtype))), name
    assert not any(tensor.is_meta for tensor in [*model.parameters(), *model.buffers()])
    assert not any(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize("name, stored, wanted, kept", [
    ("blocks.3.attn1.to_q.weight", BF16, None, BF16),
    ("blocks.3.attn1.to_q.weight", FP32, BF16, BF16),
    ("blocks.3.attn1.to_q.weight", BF16, FP8, FP8),
    ("blocks.3.attn1.to_q.bias", BF16, FP8, BF16),
    ("blocks.3.attn1.norm_q.weight", BF16, FP8, BF16),
    ("blocks.3.attn2.add_v_proj.weight", BF16, FP8, FP8),
    ("blocks.3.ffn.net.0.proj.weight", BF16, FP8, FP8),
    ("controlnet.controlnet_blocks.1.ffn.2.weight", BF16, FP8, FP8),
    ("controlnet.controlnet_blocks.1.self_attn.to_out.0.weight", BF16, FP8, FP8),
    ("controlnet.controlnet_blocks.1.norm2.linear.weight", BF16, FP8, BF16),
    ("patch_embedding.weight", FP32, FP8, BF16),
    ("condition_embedder.time_proj.weight", FP8, None, BF16),
    ("condition_embedder.time_embedder.linear_1.weight", BF16, FP8, FP32),
    ("condition_embedder.image_embedder.norm1.bias", BF16, FP16, FP32),
    ("blocks.3.norm2.weight", BF16, None, FP32),
    ("blocks.3.scale_shift_table", BF16, BF16, FP32),
    ("scale_shift_table", FP16, FP16, FP32),
])
def test_storage_types(name, stored, wanted, kept):
    assert storage_dtype(name, stored, wanted) == kept


def test_float8_halves_the_full_model(shared):
    manifest = json.loads(gzip.decompress((shared / "manifests" / "manifest_memory.json.gz").read_bytes()))
    size = sum(torch.Size(shape).numel() * storage_dtype(name, BF16, FP8).itemsize
               for name, shape in manifest["state_dict"].items())
    assert 17.4e9 < size < 19e9  # 34.9e9 as released


def test_a_file_of_comfyuis_save_model_loads(tiny, tensors, tmp_path):
    saved = {f"model.diffusion_model.{native_name(name)}": tensor for name, tensor in tensors.items()}
    assert "model.diffusion_model.blocks.0.self_attn.q.weight" in saved
    model, settings = load_transformer(write(tmp_path, saved))
    assert settings.variant == "memory-dmd"
    expected = load_transformer(tiny["memory-dmd"])[0].state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in model.state_dict().items())


def test_norm_added_q_is_ignored(tensors, tmp_path):
    extra = {f"blocks.{i}.attn2.norm_added_q.weight": torch.zeros(256) for i in range(2)}
    state = load_transformer(write(tmp_path, {**tensors, **extra}))[0].state_dict()
    assert state.keys() == tensors.keys()


def test_progress_counts_the_bytes_and_can_cancel(tiny):
    calls = []
    load_transformer(tiny["memory-dmd"], progress=lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    total = sum(tensor.nbytes for tensor in describe(tiny["memory-dmd"]).tensors.values())
    assert calls[-1] == (total, total)

    def cancel(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        load_transformer(tiny["memory-dmd"], progress=cancel)


PEAK = """
import ctypes, gc, json, re, sys, torch
from pathlib import Path
from worldstereo.core.model.checkpoint.load import load_transformer
kilobytes = lambda key: int(re.search(key + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
load_transformer(sys.argv[1])  # a tiny one, so that libraries have claimed what they claim once
for file, dtype, base in json.loads(sys.argv[2]):
    gc.collect(), ctypes.CDLL(None).malloc_trim(0)  # nothing is left to be used again
    Path("/proc/self/clear_refs").write_text("5")  # the peak restarts here
    before = kilobytes("VmRSS")
    model = load_transformer(file, getattr(torch, dtype) if dtype else None, base=base)[0]
    print((kilobytes("VmHWM") - before) * 1024, sum(p.nbytes for p in model.parameters()))
    del model
"""
LOADED = ("as it is", "as float8", "partial over a base", "mxfp8", "nvfp4", "scaled float8",
          "scaled float8 as bfloat16")


@pytest.fixture(scope="module")
def peaks(tiny, root, tmp_path_factory):
    """{how: (peak memory of loading beyond what was there before, size of the model)} in bytes, and the
    largest tensor, for a model of some hundred megabytes.

    Its tensors would share glibc's heap, whose gaps come and go; those of the real one get pages of their
    own, and so do these with a lower threshold.
    """
    folder, dim = tmp_path_factory.mktemp("large"), 1024
    wan = {**make_tiny_model.WAN, "num_attention_heads": dim // 128, "added_kv_proj_dim": dim,
           "ffn_dim": 4 * dim, "num_layers": 4}
    control = ControlConfig(**{**make_tiny_model.CONTROL, "conv_out_dim": dim, "time_embed_dim": dim})
    with torch.device("meta"):
        empty = WorldStereoTransformer(wan, control, memory=True).state_dict()
    tensors = {name: torch.full(tensor.shape, 0.01, dtype=BF16) for name, tensor in empty.items()}
    file = write(folder / "large", tensors)
    quantize.quantize_file(file, folder / "scaled.safetensors")
    own = {name: t for name, t in tensors.items() if not re.match(r"blocks\.\d+\.(attn2|norm2)\.", name)}
    base = write(folder / "base", {name: t.half() for name, t in tensors.items()
                                   if not name.startswith(("controlnet.", "camera_embedding."))})
    packed = [write(folder / layout, in_file(tensors, layout, filter(is_large, tensors))[0])
              for layout in ("mxfp8", "nvfp4")]
    cases = [(file, "", None), (file, "float8_e4m3fn", None),
             (write(folder / "partial", own, {"nframe": 21}), "", base),
             *((each, "", None) for each in packed),
             *((folder / "scaled.safetensors", dtype, None) for dtype in ("", "bfloat16"))]
    done = subprocess.run([sys.executable, "-c", PEAK, tiny["memory-dmd"], json.dumps(cases, default=str)],
                          capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": str(root / "scripts"), "OMP_NUM_THREADS": "1",
                               "MALLOC_MMAP_THRESHOLD_": "1000000"})
    lines = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    return dict(zip(LOADED, lines, strict=True)), max(tensor.nbytes for tensor in tensors.values())


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak memory from /proc")
@pytest.mark.parametrize("how", LOADED)
def test_loading_takes_one_tensor_beside_the_model(peaks, how):
    """Nor does it read what a partial checkpoint has itself from its base."""
    (peak, model), largest = peaks[0][how], peaks[1]
    room = 3 * largest + 16e6  # allocators and page tables take a little as well
    assert room < 0.8 * model and 0.9 * model < peak < model + room


def test_a_file_larger_than_memory_and_disk_can_be_opened(tiny, tmp_path):
    """Mapping such a file for torch fails; this one is mostly a hole, and refused for what is in it."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs a file system with holes")
    size = 1 << 42
    header = json.dumps({"controlnet.x": {"dtype": "BF16", "shape": [size // 2],
                                          "data_offsets": [0, size]}}).encode()
    with open(tmp_path / "huge.safetensors", "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + size)
    assert "has no tensor" in refused(tmp_path / "huge.safetensors")


# What is refused

def test_partial_checkpoints_name_what_is_missing(tiny, tensors, tmp_path):
    camera = load_file(tiny["camera"] / "model.safetensors")
    without_cross = {name: t for name, t in tensors.items() if ".attn2." not in name
                     and "blocks.0.norm2." not in name
                     and "blocks.1.norm2." not in name}
    message = refused(write(tmp_path / "memory", without_cross, {"nframe": 21}))
    assert "partial memory checkpoint without the cross-attention" in message and "memory-dmd" in message
    both = {name: t for name, t in camera.items() if ".attn2." not in name and not name.startswith("blocks.")
            or
            name.startswith("blocks.") and (".attn1." in name or "scale_shift" in name)}
    path = write(tmp_path / "camera", both)
    message = refused(path)
    assert "camera checkpoint without the cross-attention and the feed-forward layers" in message
    assert "Wan2.1-I2V-14B-480P" in message
    assert not describe(path).complete and describe(path).wan_config is None
    assert "partial" in report(describe(path))


@pytest.mark.parametrize("keep", [0, 3, 2000, 5_000_000, -1])
def test_a_truncated_file(tiny, tmp_path, keep):
    (tmp_path / "cut.safetensors").write_bytes((tiny["memory-dmd"] / "model.safetensors").read_bytes()[:keep])
    message = refused(tmp_path / "cut.safetensors")
    assert "cut.safetensors has" in message and "cut off" in message


def test_other_files(tensors, tmp_path):
    pickled = tmp_path / "model.ckpt"
    pickled.write_bytes(pickle.dumps({"a": 1}) * 100)
    assert "not a safetensors file" in refused(pickled) and "pickled" in refused(pickled)
    assert "does not exist" in refused(tmp_path / "nothing.safetensors")
    (tmp_path / "empty").mkdir()
    assert "does not exist" in refused(tmp_path / "empty")
    base = {name: tensor for name, tensor in tensors.items() if not name.startswith("controlnet")}
    assert "not a WorldStereo model" in refused(write(tmp_path / "base", base))
    integer = write(tmp_path / "integer", {**tensors, "proj_out.bias": torch.zeros(64, dtype=torch.int64)})
    assert "holds tensors of type I64" in refused(integer)


def test_missing_unexpected_and_misshapen_tensors_are_listed(tensors, tmp_path):
    state = dict(tensors)
    for i in range(2):
        del state[f"blocks.{i}.attn1.to_q.weight"], state[f"blocks.{i}.attn1.to_q.bias"]
    state["surprise.weight"] = torch.zeros(2)
    state["blocks.1.ffn.net.2.weight"] = state["blocks.1.ffn.net.2.weight"].T.contiguous()
    message = refused(write(tmp_path, state))
    first_three = "blocks.0.attn1.to_q.bias, blocks.0.attn1.to_q.weight, blocks.1.attn1.to_q.bias"
    assert f"4 tensors missing ({first_three} and 1 more)" in message
    assert "1 tensor unexpected (surprise.weight)" in message
    assert "1 tensor of the wrong shape" in message
    assert "(blocks.1.ffn.net.2.weight [512, 256] instead of [256, 512])" in message


@pytest.mark.parametrize("name", [
    "patch_embedding.weight", "condition_embedder.text_embedder.linear_1.weight",
    "blocks.0.attn2.add_k_proj.weight",
    "controlnet.controlnet_mask_embedding.mask_proj.0.weight", "controlnet.controlnet_blocks.0.ffn.0.weight"])
def test_tensors_that_sizes_are_read_from(tensors, tmp_path, name):
    assert name in refused(write(tmp_path / "a", {key: t for key, t in tensors.items() if key != name}))
    assert name in refused(write(tmp_path / "b", {**tensors, name: tensors[name].flatten()}))
    larger = tensors[name].new_zeros([size + 1 for size in tensors[name].shape])
    assert refused(write(tmp_path / "c", {**tensors, name: larger}))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_values_that_are_not_finite(tensors, tmp_path, value):
    name = "blocks.1.attn1.to_v.weight"
    broken = tensors[name].clone()
    broken[3, 4] = value
    message = refused(write(tmp_path, {**tensors, name: broken}))
    assert f"{name} in single.safetensors holds NaN or infinite values" in message


@pytest.mark.parametrize("dtype", [FP16, FP8])
def test_values_too_large_for_the_wanted_type(tensors, tmp_path, dtype):
    large = tensors["blocks.1.attn1.to_v.weight"].clone()
    large[0, 0] = -1e5
    path = write(tmp_path, {**tensors, "blocks.1.attn1.to_v.weight": large})
    assert "reaches 99840, too large for float" in refused(path, dtype=dtype)
    load_transformer(path, BF16)


@pytest.mark.parametrize("config, complaint", [
    ("{", "is no JSON"), ("[1]", "expected an object"), ("\ud800", "no text in UTF-8"),
    ({"nframe": 0}, "nframe = 0; expected a whole number"),
    ({"nframe": True}, "nframe = True"),
    ({"scale_map": [[480, 830]]}, "scale_map"),
    ({"latent_cond_mode": "last"}, "latent_cond_mode = 'last'; expected full_vae or first_frame_only"),
    ({"negative_prompt": 3}, "negative_prompt = 3"),
    ({"gen_shift": -1}, "gen_shift = -1"),
    ('{"gen_shift": NaN}', "gen_shift = nan"),
    ({"dmd_steps": 2.5}, "dmd_steps = 2.5"),
    ({"dmd_end_steps": 2000}, "dmd_end_steps = 2000"),
    ({"dmd_start_steps": 900, "dmd_end_steps": 800}, "dmd_start_steps 900 above dmd_end_steps 800"),
    ({"controlnet_cfg": 1}, "controlnet_cfg = 1"),
    ({"controlnet_cfg": {"dim": 1024}}, "controlnet_cfg.dim = 1024, but these weights need 128"),
    ({"controlnet_cfg": {"mask_downsample": 4}},
     "mask_downsample = 4; only 1, which the released models use"),
    ({"controlnet_cfg": {"interp": True}}, "interp = True"),
    ({"controlnet_cfg": {"num_heads": 3}}, "3 attention heads"),
    ({"controlnet_cfg": {"update_ref": "yes"}}, "update_ref = 'yes'"),
    ({"wan_config": {"num_layers": 40}}, "wan_config.num_layers = 40, but these weights need 2"),
])
def test_configurations_that_cannot_be_used(tensors, tmp_path, config, complaint):
    folder = write(tmp_path, tensors, {})
    text = config if isinstance(config, str) else json.dumps(config)
    (folder / "config.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert complaint in refused(folder)


# Settings

def test_settings_are_read_and_the_rest_is_named():
    settings = read_settings({"nframe": 9, "scale_map": [[480, 832]], "latent_cond_mode": "full_vae",
                              "negative_prompt": None, "gen_shift": 3, "dmd_steps": 2}, "memory-dmd")
    assert (settings.nframe, settings.scale_map, settings.latent_cond_mode) == (9, ((480, 832),), "full_vae")
    assert settings.few_step == FewStep(250, 1000, 2, 3) and settings.flow_shift == 3.0
    assert settings.defaulted == ("negative_prompt", "dmd_start_steps", "dmd_end_steps")


def test_a_model_may_say_that_it_was_made_without_prompts():
    assert not read_settings({}, "memory-dmd").prompt_free
    assert read_settings({"prompt_free": True}, "memory-dmd").prompt_free
    with pytest.raises(ValueError, match="prompt_free = 1; expected true or false"):
        read_settings({"prompt_free": 1}, "memory-dmd")
