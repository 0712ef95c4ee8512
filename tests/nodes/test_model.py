"""The MODEL inside a real ComfyUI (in process, CPU): stock samplers, LoRA, foreign patches,
partial loading."""

import pytest
import torch

import tiny
from native_model import by_library, conditioning, ksample, model_of, stock_node, with_memories

VARIANTS = ("camera", "memory", "memory-dmd")


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("tokens", [(512, 512), (512, 600)], ids=["cfg batched", "cfg one by one"])
def test_ksampler_gives_the_librarys_latent(comfy, variant, tokens):
    import comfy.samplers

    model = with_memories(model_of(variant, comfy))
    positive, negative = conditioning(tokens)
    cfg = 1.0 if variant == "memory-dmd" else 3.0
    sigmas = comfy.samplers.calculate_sigmas(model.get_model_object("model_sampling"), "simple", 3)
    expected = by_library(model, positive, negative, sigmas, cfg)
    assert (ksample(model, positive, negative, cfg=cfg) - expected).abs().max() <= 1e-4


@pytest.mark.parametrize("variant", VARIANTS)
def test_samplercustom_gives_the_librarys_latent(comfy, variant):
    from comfy_extras import nodes_custom_sampler as custom

    from worldstereo.core.sampling.schedule import few_step_sigmas

    model = with_memories(model_of(variant, comfy))
    positive, negative = conditioning()
    cfg = 1.0 if variant == "memory-dmd" else 3.0
    sigmas = few_step_sigmas(4)
    sampler = stock_node(custom.KSamplerSelect, sampler_name="euler")[0]
    with torch.inference_mode():
        out = stock_node(custom.SamplerCustom, model=model, add_noise=True, noise_seed=7, cfg=cfg,
                         positive=positive,
                         negative=negative, sampler=sampler, sigmas=sigmas,
                         latent_image={"samples": torch.zeros(tiny.LATENT)})[0]["samples"]
    expected = by_library(model, positive, negative, sigmas, cfg)
    assert (out - expected).abs().max() <= 1e-4


@pytest.mark.parametrize("variant", VARIANTS)
def test_sample_key_frames_runs_the_official_schedule(comfy, variant):
    from worldstereo.core.sampling.schedule import few_step_sigmas, unipc_scheduler
    from worldstereo.nodes import bridge

    model = with_memories(model_of(variant, comfy))
    positive, negative = conditioning()
    with torch.inference_mode():
        out = bridge.sample(model, positive, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 3,
                            0)["samples"]
    schedule = few_step_sigmas(3) if variant == "memory-dmd" else unipc_scheduler(3, 3.0)
    expected = by_library(model, positive, negative, schedule, bridge.worldstereo(model).settings.guidance)
    assert (out - expected).abs().max() <= 1e-4


def test_model_sampling_shift_changes_the_sigmas(comfy):
    import comfy.samplers
    from comfy_extras import nodes_model_advanced as advanced

    model = with_memories(model_of("memory", comfy))
    shifted = stock_node(advanced.ModelSamplingSD3, model=model, shift=12.0)[0]
    sigmas = comfy.samplers.calculate_sigmas(shifted.get_model_object("model_sampling"), "simple", 3)
    plain = comfy.samplers.calculate_sigmas(model.get_model_object("model_sampling"), "simple", 3)
    assert sigmas[1] > plain[1]
    positive, negative = conditioning()
    difference = ksample(shifted, positive, negative) - by_library(shifted, positive, negative, sigmas, 3.0)
    assert difference.abs().max() <= 1e-4


def test_stock_lora_by_native_names_equals_a_manual_merge_and_is_undone(comfy):
    import comfy.sd

    model = with_memories(model_of("memory", comfy))
    positive, negative = conditioning()
    before = ksample(model, positive, negative)
    g, rank, dim = torch.Generator().manual_seed(3), 4, 48
    names = {f"blocks.{i}.{name}": ours for i in range(3) for name, ours in (
        ("self_attn.q", f"blocks.{i}.attn1.to_q"), ("cross_attn.o", f"blocks.{i}.attn2.to_out.0"),
        ("ffn.2", f"blocks.{i}.ffn.net.2"))}
    shapes = {name: ((64 if name.endswith("ffn.2") else dim), dim) for name in names}
    down = {name: torch.randn(rank, shapes[name][0], generator=g) for name in names}
    up = {name: 0.05 * torch.randn(dim, rank, generator=g) for name in names}
    lora = {f"diffusion_model.{name}.lora_A.weight": down[name] for name in names}
    lora |= {f"diffusion_model.{name}.lora_B.weight": up[name] for name in names}

    patched, _ = comfy.sd.load_lora_for_models(model, None, lora, 0.7, 0.0)
    assert len(patched.patches) == len(names)
    result = ksample(patched, positive, negative)

    merged = with_memories(model_of("memory", comfy))
    state = merged.model.diffusion_model.net.state_dict()
    for name, ours in names.items():
        state[f"{ours}.weight"] += 0.7 * up[name] @ down[name]
    assert (ksample(merged, positive, negative) - result).abs().max() <= 1e-5
    assert (result - before).abs().max() > 1e-3
    assert torch.equal(ksample(model, positive, negative), before)


def test_foreign_block_patch_and_wrapper_are_called(comfy):
    import comfy.patcher_extension as pe

    model = with_memories(model_of("memory", comfy))
    positive, negative = conditioning()
    before = ksample(model, positive, negative)
    seen, wrapped = [], []

    def patch(args, extra):
        seen.append((tuple(args["img"].shape), tuple(args["txt"].shape)))
        return {"img": extra["original_block"](args)["img"] * 1.01}

    patched = model.clone()
    patched.set_model_patch_replace(patch, "dit", "double_block", 1)
    patched.add_wrapper_with_key(pe.WrappersMP.DIFFUSION_MODEL, "test",
                                 lambda run, *a, **k: (wrapped.append(1), run(*a, **k))[1])
    after = ksample(patched, positive, negative)
    assert seen == [((2, 72, 48), (2, 769, 48))] * 3 and len(wrapped) == 3
    assert (after - before).abs().max() > 1e-4
    assert torch.equal(ksample(model, positive, negative), before) and len(wrapped) == 3


@pytest.mark.slow
def test_stock_torch_compile_gives_the_same_latent(comfy):
    from comfy_api.torch_helpers import set_torch_compile_wrapper

    model = model_of("memory", comfy)
    tiny.with_one_block(model.model.diffusion_model.net)
    model = with_memories(model)
    positive, negative = conditioning()
    before = ksample(model, positive, negative, steps=1)
    compiled = model.clone()
    set_torch_compile_wrapper(model=compiled, backend="eager")
    assert (ksample(compiled, positive, negative, steps=1) - before).abs().max() <= 1e-5


def test_wrappers_find_arguments_where_the_stock_wan_model_has_them(comfy):
    import inspect

    import comfy.ldm.wan.model

    from worldstereo.nodes import bridge

    def names(network):
        return list(inspect.signature(network._forward).parameters)

    assert names(bridge.NativeView) == names(comfy.ldm.wan.model.WanModel)


def test_clones_with_other_memories_do_not_touch_each_other(comfy):
    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    bare = model_of("memory", comfy)
    first = with_memories(bare)
    expected = ksample(first, positive, negative)
    geometric, stereo = tiny.controls(seed=99)
    second = bridge.with_memory(bridge.with_memory(bare, stereo), geometric)
    other = ksample(second, positive, negative)
    assert (other - expected).abs().max() > 1e-3
    assert torch.equal(ksample(first, positive, negative), expected)
    assert torch.equal(ksample(second, positive, negative), other)
    assert not {bridge.GEOMETRIC, bridge.STEREO} & set(bare.model_options["transformer_options"])


def test_order_of_the_two_memories_does_not_matter(comfy):
    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    bare = model_of("memory", comfy)
    geometric, stereo = tiny.controls()
    one = bridge.with_memory(bridge.with_memory(bare, geometric), stereo)
    two = bridge.with_memory(bridge.with_memory(bare, stereo), geometric)
    assert torch.equal(ksample(one, positive, negative), ksample(two, positive, negative))


def test_strength_and_window_of_the_geometric_memory(comfy):
    from dataclasses import replace

    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    bare = model_of("camera", comfy)
    geometric, _ = tiny.controls()

    def run(**changes):
        return ksample(bridge.with_memory(bare, replace(geometric, **changes)), positive, negative)

    full, off = run(), ksample(bare, positive, negative)
    assert torch.allclose(run(strength=0.0), off, atol=1e-5)
    assert (full - off).abs().max() > 1e-2
    early = run(end=0.4)
    assert (early - full).abs().max() > 1e-3 and (early - off).abs().max() > 1e-3


@pytest.mark.parametrize("start, end", [(0.0, 0.5), (0.25, 0.75), (0.5, 1.0)])
def test_the_window_opens_and_closes_at_the_same_steps_as_in_the_library(comfy, start, end):
    from dataclasses import replace

    from worldstereo.core.sampling.schedule import few_step_sigmas
    from worldstereo.nodes import bridge

    geometric, stereo = tiny.controls()
    model = bridge.with_memory(model_of("memory-dmd", comfy), replace(geometric, start=start, end=end))
    model, (positive, negative) = bridge.with_memory(model, stereo), conditioning()
    with torch.inference_mode():
        out = bridge.sample(model, positive, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 4,
                            0)["samples"]
    assert (out - by_library(model, positive, negative, few_step_sigmas(4), 1.0)).abs().max() <= 1e-4


def test_interruption_stops_within_a_step(comfy):
    import comfy.model_management as mm

    model = with_memories(model_of("memory", comfy))
    positive, negative = conditioning()
    calls = []

    def patch(args, extra):
        calls.append(1)
        mm.interrupt_current_processing(True)
        return extra["original_block"](args)

    patched = model.clone()
    patched.set_model_patch_replace(patch, "dit", "double_block", 0)
    with pytest.raises(mm.InterruptProcessingException):
        ksample(patched, positive, negative)
    mm.interrupt_current_processing(False)
    assert len(calls) == 1


@pytest.mark.parametrize("storage", [torch.bfloat16, torch.float8_e4m3fn], ids=str)
def test_low_precision_storage_with_float32_compute(comfy, storage):
    from worldstereo.core.model.checkpoint.precision import storage_dtype
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    net = tiny.transformer(memory=True)
    for name, parameter in net.named_parameters():
        parameter.data = parameter.data.to(storage_dtype(name, parameter.dtype, storage))
    model = with_memories(bridge.make_model(net, Settings(variant="memory"), compute_dtype=torch.float32))
    exact = ksample(with_memories(model_of("memory", comfy)), positive, negative)
    error = (ksample(model, positive, negative) - exact).abs().mean() / exact.abs().mean()
    assert 0 < error < (0.02 if storage == torch.bfloat16 else 0.25)


def test_sample_key_frames_keeps_what_the_noise_mask_protects(comfy):
    from worldstereo.nodes import bridge

    model = with_memories(model_of("camera", comfy))
    latent = torch.randn(tiny.LATENT, generator=torch.Generator().manual_seed(1))
    mask = torch.ones(1, 1, tiny.FRAMES, tiny.HEIGHT, tiny.WIDTH)
    mask[:, :, 0] = 0
    with torch.inference_mode():
        out = bridge.sample(model, *conditioning(), {"samples": latent, "noise_mask": mask}, 7, 2,
                            1.0)["samples"]
    assert (out - latent)[:, :, 0].abs().max() < 0.05 < (out - latent)[:, :, 1:].abs().max()


def test_few_step_sigmas_follow_the_shift_of_the_model(comfy):
    from comfy_extras import nodes_model_advanced as advanced

    from worldstereo.core.sampling.schedule import few_step_sigmas
    from worldstereo.nodes import bridge

    model = model_of("memory-dmd", comfy)
    assert torch.equal(bridge.few_steps(model, 0), few_step_sigmas(4, shift=5.0))
    shifted = stock_node(advanced.ModelSamplingSD3, model=model, shift=8.0)[0]
    assert torch.equal(bridge.few_steps(shifted, 3), few_step_sigmas(3, shift=8.0))
    for node, inputs in ((advanced.ModelSamplingDiscrete, {"sampling": "eps", "zsnr": False}),
                         (advanced.ModelSamplingAuraFlow, {"shift": 5.0})):
        other = getattr(node(), node.FUNCTION)(model, **inputs)[0]
        with pytest.raises(ValueError, match="use ModelSamplingSD3 instead"):
            bridge.few_steps(other, 0)
    with pytest.raises(ValueError,
                       match="asked for 1 step; it takes at least 2: set steps to 0 for the model's own 4"):
        bridge.few_steps(model, 1)


def test_a_model_distilled_up_to_another_timestep_is_told_it_at_pure_noise(comfy):
    """dmd_end_steps 900: noise levels from 1, timesteps from 900, in both ways to sample."""
    import comfy.patcher_extension as pe
    from comfy_extras import nodes_custom_sampler as custom
    from comfy_extras import nodes_model_advanced as advanced

    from worldstereo.core.model.checkpoint.settings import FewStep, Settings
    from worldstereo.core.sampling.schedule import few_step_timesteps
    from worldstereo.nodes import bridge
    from worldstereo.nodes.sampling import FewStepSigmas, SampleKeyFrames

    few, told = FewStep(250, 900, 4, 5.0), []
    net = tiny.transformer(memory=True)
    model = with_memories(bridge.make_model(net, Settings(variant="memory-dmd", few_step=few)))

    def listen(run, x, timestep, *args, **kwargs):
        told.append(float(timestep[0]))
        return run(x, timestep, *args, **kwargs)

    model.add_wrapper_with_key(pe.WrappersMP.DIFFUSION_MODEL, "test", listen)
    (positive, negative), empty = conditioning(), {"samples": torch.zeros(tiny.LATENT)}
    sigmas, = FewStepSigmas().make(model, 0)
    sampler = stock_node(custom.KSamplerSelect, sampler_name="euler")[0]
    with torch.inference_mode():
        ours = SampleKeyFrames().sample(model, positive, negative, empty, 7, 0, 0.0)[0]["samples"]
        stock = stock_node(custom.SamplerCustom, model=model, add_noise=True, noise_seed=7, cfg=1.0,
                           positive=positive, negative=negative, sampler=sampler, sigmas=sigmas,
                           latent_image=empty)[0]["samples"]
    torch.testing.assert_close(torch.tensor(told), few_step_timesteps(4, 250, 900, 5.0).repeat(2))
    expected = by_library(model, positive, negative, sigmas, 1.0)
    assert max((ours - expected).abs().max(), (stock - expected).abs().max()) <= 1e-4
    shifted = stock_node(advanced.ModelSamplingSD3, model=model, shift=8.0)[0]
    with pytest.raises(ValueError, match="another kind than its own; remove it"):
        FewStepSigmas().make(shifted, 0)  # it would tell the model 1000


def test_float32_and_float16_weights_compute_in_bf16_where_the_device_can(comfy, monkeypatch):
    import comfy.model_management as mm

    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    assert model_of("camera", comfy).model.manual_cast_dtype == torch.float32  # a CPU
    monkeypatch.setattr(mm, "should_use_bf16", lambda *_, **__: True)
    for storage, expected in ((torch.float32, torch.bfloat16), (torch.bfloat16, None),
                              (torch.float16, torch.bfloat16), (torch.float8_e4m3fn, torch.bfloat16)):
        net = tiny.transformer(memory=False)
        net.blocks[0].ffn.net[2].weight.data = net.blocks[0].ffn.net[2].weight.data.to(storage)
        assert bridge.make_model(net, Settings("camera")).model.manual_cast_dtype == expected


def test_steps_share_work_and_leave_nothing_behind(comfy):
    import gc

    from worldstereo.nodes import bridge

    model = with_memories(model_of("memory", comfy))
    positive, negative = conditioning()
    net = bridge.worldstereo(model).diffusion_model.net
    calls = {"text": [], "mask and rays": [], "control block": []}
    for name, module in (("text", net.condition_embedder.text_embedder),
                         ("control block", net.controlnet.controlnet_blocks[0]),
                         ("mask and rays", net.controlnet.controlnet_mask_embedding)):
        module.register_forward_hook(lambda module, inputs, output,
                                     seen=calls[name]: seen.append(len(output)))
    first = ksample(model, positive, negative, steps=4)
    assert calls == {"text": [2], "mask and rays": [1], "control block": [1] * 4}
    gc.collect()
    assert bridge.CACHE not in model.model_options["transformer_options"]
    assert torch.equal(ksample(model, positive, negative, steps=4), first) and calls["text"] == [2, 2]
