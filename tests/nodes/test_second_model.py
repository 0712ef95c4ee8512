"""A second MODEL with weights of its own, as the multi-GPU nodes of newer cores make it for another card; and
that a run leaves no patched weight behind in either."""
import pytest
import torch

import make_tiny_model
import quantize as script
import tiny
from native_model import conditioning, ksample, stock_node, with_memories

CPU = torch.device("cpu")
CPU_AGAIN = torch.device("cpu:0")  # for ComfyUI another device


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    plain, scaled = make_tiny_model.write_model(folder), folder / "scaled.safetensors"
    script.quantize_file(plain, scaled)
    return {"bf16": plain, "scaled fp8": scaled}


@pytest.fixture
def model(comfy, files, monkeypatch):
    return loaded(files["bf16"], monkeypatch)


def loaded(file, monkeypatch):
    from worldstereo.nodes import bridge

    for name in ("text_dim", "image_dim"):  # of the prompts
        monkeypatch.setitem(tiny.WAN, name, make_tiny_model.WAN[name])
    return bridge.load_model(file, None, compute_dtype=torch.float32)


def second(model, device=CPU_AGAIN):
    if not hasattr(model, "deepclone_multigpu"):
        pytest.skip("this ComfyUI has no multi-GPU nodes")
    return model.deepclone_multigpu(new_load_device=device)


def storages(model):
    return {tensor.data_ptr() for tensor in model.model.state_dict().values() if tensor.numel()}


def test_the_factory_loads_the_same_weights_into_other_memory(model):
    factory, args = model.cached_patcher_init
    again = factory(*args, disable_dynamic=True)
    assert not storages(model) & storages(again) and again.cached_patcher_init == (factory, args)
    assert torch.equal(*(ksample(with_memories(each), *conditioning(), cfg=1.0) for each in (model, again)))


def test_a_second_model_keeps_the_memories_and_samples_the_same(model):
    from worldstereo.nodes import bridge

    geometric, stereo = tiny.controls()
    before = bridge.with_memory(model, geometric)
    twin = second(before)
    assert twin.load_device == CPU_AGAIN and not storages(twin) & storages(before)
    expected, prompts = ksample(bridge.with_memory(before, stereo), *conditioning()), conditioning()
    assert torch.equal(ksample(bridge.with_memory(twin, stereo), *prompts), expected)
    options = twin.model_options["transformer_options"]
    assert options[bridge.GEOMETRIC] is geometric and bridge.STEREO not in options
    with pytest.raises(ValueError, match="cannot run without references"):
        ksample(twin, *prompts)


def test_the_two_prompts_of_guidance_run_on_two_devices(model):
    """As after 'MultiGPU CFG Split', which finds one device on this machine."""
    model, used = with_memories(model), set()
    expected = ksample(model, *conditioning())
    split, twin = model.clone(), second(model)
    twin.is_multigpu_base_clone = True
    split.set_additional_models("multigpu", [twin])
    split.match_multigpu_clones()

    def look(args, extra):
        used.add(args["transformer_options"]["multigpu_thread_device"])
        return extra["original_block"](args)

    split.set_model_patch_replace(look, "dit", "double_block", 0)
    assert (ksample(split, *conditioning()) - expected).abs().max() < 1e-4
    assert used == {CPU, CPU_AGAIN}
    assert torch.equal(ksample(model, *conditioning()), expected)


def test_the_stock_nodes_take_the_model(model):
    nodes = pytest.importorskip("comfy_extras.nodes_multigpu", reason="this ComfyUI has no multi-GPU nodes")
    model = with_memories(model)
    expected = ksample(model, *conditioning(), cfg=1.0)
    for node, options in ((nodes.SelectModelDeviceNode, {"device": "cpu"}),
                          (nodes.SelectModelDeviceNode, {"device": "default"}),
                          (nodes.MultiGPUCFGSplitNode, {"max_gpus": 2})):
        model, = stock_node(node, model=model, **options)
        assert torch.equal(ksample(model, *conditioning(), cfg=1.0), expected)


@pytest.mark.slow
@pytest.mark.parametrize("all_loaded", [True, False], ids=["all loaded", "left outside"])
@pytest.mark.parametrize("kind", ["bf16", "scaled fp8"])
def test_after_a_run_with_a_lora_every_tensor_is_as_it_was(comfy, files, kind, all_loaded, monkeypatch):
    """Also the buffers, and parameters that ComfyUI does not move (modulation)."""
    model = loaded(files[kind], monkeypatch)
    plain = ksample(with_memories(model), *conditioning(), cfg=1.0)
    before = {name: tensor.clone() for name, tensor in tensors_of(model).items()}
    g = torch.Generator().manual_seed(3)
    patched = with_memories(model)
    blocks = "diffusion_model.blocks.0."
    for name in ("self_attn.q.weight", "self_attn.q.bias", "cross_attn.norm_q.weight", "modulation"):
        shape = before[f"{blocks}{name}"].shape
        patched.add_patches({blocks + name: ("diff", (torch.randn(shape, generator=g),))})
    if not all_loaded:
        patched = outside(patched)
    assert not torch.equal(ksample(patched, *conditioning(), cfg=1.0), plain)
    patched.detach()
    for name, tensor in tensors_of(model).items():
        assert torch.equal(bits(tensor), bits(before[name])), name
    assert torch.equal(ksample(with_memories(model), *conditioning(), cfg=1.0), plain)


def bits(tensor):
    return tensor.reshape(-1).view(torch.uint8)


def tensors_of(model):
    return {**dict(model.model.named_parameters()), **dict(model.model.named_buffers())}


def outside(model):
    """A clone whose layers ComfyUI leaves on the other device and patches while they are cast."""
    import comfy.patcher_extension as pe

    def prepare(executor, *args, **kwargs):
        prepared = executor(*args, **kwargs)
        patcher.partially_unload(CPU, patcher.model_size())
        assert patcher.model.diffusion_model.net.blocks[0].attn1.to_q.weight_function
        return prepared

    patcher = model.clone()
    patcher.add_wrapper_with_key(pe.WrappersMP.PREPARE_SAMPLING, "outside", prepare)
    return patcher


def test_a_weight_function_that_works_in_place_does_not_reach_the_stored_weight(comfy, files, monkeypatch):
    layer = loaded(files["scaled fp8"], monkeypatch).model.diffusion_model.net.blocks[0].attn1.to_q
    stored, scale = layer.weight.detach().clone(), layer.scale_weight.detach().clone()
    layer.weight_function = [lambda weight: weight.zero_()]
    assert torch.equal(layer(torch.ones(1, 256)), layer.bias[None])
    assert torch.equal(bits(layer.weight), bits(stored)) and torch.equal(layer.scale_weight, scale)
