"""The MODEL inside a real ComfyUI (in process, CPU): stock samplers, LoRA, foreign patches, partial loading."""

import pytest
import tiny
import torch

VARIANTS = ("camera", "memory", "memory-dmd")


def model_of(variant, comfy):
    from worldstereo.core.model.settings import Settings
    from worldstereo.nodes import bridge

    return bridge.make_model(tiny.transformer(variant != "camera"), Settings(variant=variant))


def with_memories(model):
    from worldstereo.nodes import bridge

    geometric, stereo = tiny.controls()
    model = bridge.with_memory(model, geometric)
    return model if bridge.worldstereo(model).settings.variant == "camera" else bridge.with_memory(model, stereo)


def conditioning(tokens=(512, 512)):
    """Positive and negative as the stock nodes make them: text, image latent, mask (0 = given), CLIP vision."""
    import comfy.clip_vision

    g = torch.Generator().manual_seed(5)
    seen = comfy.clip_vision.Output()
    seen.penultimate_hidden_states = torch.randn(1, 257, tiny.WAN["image_dim"], generator=g)
    mask = torch.ones(1, 4, *tiny.LATENT[2:])
    mask[:, :, 0] = 0
    extra = {"concat_latent_image": torch.randn(tiny.LATENT, generator=g), "concat_mask": mask,
             "clip_vision_output": seen}
    return [[[torch.randn(1, n, tiny.WAN["text_dim"], generator=g), dict(extra)]] for n in tokens]


def ksample(model, positive, negative, steps=3, cfg=3.0, seed=7, sampler="euler", scheduler="simple"):
    import nodes as stock

    latent = {"samples": torch.zeros(tiny.LATENT)}
    with torch.inference_mode():
        sampled, = stock.common_ksampler(model, seed, steps, cfg, sampler, scheduler, positive, negative, latent)
        return sampled["samples"]


def by_library(model, positive, negative, schedule, cfg, seed=7):
    """The same run through the library pipeline alone: no ComfyUI code between the noise and the latent."""
    import comfy.latent_formats

    from worldstereo.core.sampling.pipeline import sample_key_frames
    from worldstereo.nodes import bridge

    wan, extra = comfy.latent_formats.Wan21(), positive[0][1]
    condition = torch.cat([1 - extra["concat_mask"], wan.process_in(extra["concat_latent_image"])], dim=1)
    noise = torch.randn(tiny.LATENT, generator=torch.manual_seed(seed))
    options = model.model_options["transformer_options"]
    latent = sample_key_frames(
        bridge.worldstereo(model).diffusion_model.net, schedule, noise, condition, positive[0][0][:, :512],
        extra["clip_vision_output"].penultimate_hidden_states, options[bridge.GEOMETRIC], options.get(bridge.STEREO),
        negative_text=negative[0][0][:, :512], guidance=cfg)
    return wan.process_out(latent)


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


def stock_node(node, **inputs):
    out = getattr(node if node.FUNCTION.startswith("EXECUTE") else node(), node.FUNCTION)(**inputs)
    return out.args if hasattr(out, "args") else out


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
        out = stock_node(custom.SamplerCustom, model=model, add_noise=True, noise_seed=7, cfg=cfg, positive=positive,
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
        out = bridge.sample(model, positive, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 3, 0)["samples"]
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


def test_stock_torch_compile_gives_the_same_latent(comfy):
    from comfy_api.torch_helpers import set_torch_compile_wrapper

    model = with_memories(model_of("memory", comfy))
    positive, negative = conditioning()
    before = ksample(model, positive, negative, steps=2)
    compiled = model.clone()
    set_torch_compile_wrapper(model=compiled, backend="eager")
    assert (ksample(compiled, positive, negative, steps=2) - before).abs().max() <= 1e-5


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
        out = bridge.sample(model, positive, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 4, 0)["samples"]
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
    from worldstereo.core.model.checkpoint import storage_dtype
    from worldstereo.core.model.settings import Settings
    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    net = tiny.transformer(memory=True)
    for name, parameter in net.named_parameters():
        parameter.data = parameter.data.to(storage_dtype(name, parameter.dtype, storage))
    model = with_memories(bridge.make_model(net, Settings(variant="memory"), compute_dtype=torch.float32))
    exact = ksample(with_memories(model_of("memory", comfy)), positive, negative)
    error = (ksample(model, positive, negative) - exact).abs().mean() / exact.abs().mean()
    assert 0 < error < (0.02 if storage == torch.bfloat16 else 0.25)


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_missing_is_said_in_the_log(comfy, variant, caplog):
    from worldstereo.nodes import bridge

    model = model_of(variant, comfy)
    model = model if variant == "camera" else bridge.with_memory(model, tiny.controls()[1])
    positive, negative = conditioning((600, 512))
    del positive[0][1]["clip_vision_output"], negative[0][1]["concat_latent_image"]
    with torch.inference_mode():
        bridge.sample(model, positive, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 2, 3.0)
    for part in ("longer than 512", "no clip_vision_output", "Global-Geometric Memory' is missing", "no start image"):
        assert part in caplog.text


def test_the_prompt_that_is_not_connected_is_named(comfy, caplog):
    from worldstereo.nodes import bridge

    empty = bridge.empty_prompt(model_of("camera", comfy), "negative")
    assert empty[0][0].shape == (1, 512, tiny.WAN["text_dim"]) and "negative of 'Image to Key Frames'" in caplog.text


def test_sample_key_frames_keeps_what_the_noise_mask_protects(comfy):
    from worldstereo.nodes import bridge

    model = with_memories(model_of("camera", comfy))
    latent = torch.randn(tiny.LATENT, generator=torch.Generator().manual_seed(1))
    mask = torch.ones(1, 1, tiny.FRAMES, tiny.HEIGHT, tiny.WIDTH)
    mask[:, :, 0] = 0
    with torch.inference_mode():
        out = bridge.sample(model, *conditioning(), {"samples": latent, "noise_mask": mask}, 7, 2, 1.0)["samples"]
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
    with pytest.raises(ValueError, match="asked for 1 step; it takes at least 2: set steps to 0 for the model's own 4"):
        bridge.few_steps(model, 1)


def test_memories_of_two_paths_are_refused(comfy):
    from dataclasses import replace

    from worldstereo.nodes import bridge

    geometric, stereo = tiny.controls()
    stereo_only = bridge.with_memory(model_of("memory", comfy), stereo)
    same = bridge.with_memory(stereo_only, replace(geometric, camera_qt=stereo.camera_qt))
    other = bridge.with_memory(same, replace(geometric, camera_qt=stereo.camera_qt.flip(1)))
    ksample(same, *conditioning(), steps=1)
    with pytest.raises(ValueError, match="two memories were prepared for different camera paths"):
        ksample(other, *conditioning(), steps=1)


def test_inputs_of_another_model_get_one_sentence(comfy):
    from worldstereo.nodes import bridge

    model = with_memories(model_of("memory", comfy))

    def sample(positive, negative, latent=tiny.LATENT):
        with torch.inference_mode():
            bridge.sample(model, positive, negative, {"samples": torch.zeros(latent)}, 7, 2, 1.0)

    for latent in ((1, 16, tiny.FRAMES + 1, 8, 12), (1, 4, 8, 12)):
        with pytest.raises(ValueError, match="take prompts and latent from the same 'Image to Key Frames'"):
            sample(*conditioning(), latent)
    positive, negative = conditioning()
    positive[0][0] = positive[0][0][..., :20]
    with pytest.raises(ValueError, match="The prompt has 20 channels, the model takes 32: load umt5_xxl"):
        sample(positive, negative)
    positive, negative = conditioning()
    positive[0][1]["clip_vision_output"].penultimate_hidden_states = torch.zeros(1, 257, 11)
    with pytest.raises(ValueError, match="CLIP vision output has 11 channels, the model takes 20: load clip_vision_h"):
        sample(positive, negative)


def test_a_vae_of_another_model_with_16_channels_is_refused(comfy):
    from types import SimpleNamespace

    import comfy.latent_formats
    from comfy.taesd.taehv import TAEHV

    from worldstereo.nodes import bridge

    network = TAEHV(latent_channels=16, latent_format=comfy.latent_formats.HunyuanVideo)
    with pytest.raises(ValueError, match="This VAE is a TAEHV.*load the Wan 2.1 VAE"):
        bridge.key_frame_vae(SimpleNamespace(first_stage_model=network, latent_channels=16, latent_dim=3))


def test_float32_weights_compute_in_bf16_where_the_device_can(comfy, monkeypatch):
    import comfy.model_management as mm

    from worldstereo.core.model.settings import Settings
    from worldstereo.nodes import bridge

    assert model_of("camera", comfy).model.manual_cast_dtype == torch.float32  # a CPU
    monkeypatch.setattr(mm, "should_use_bf16", lambda *_, **__: True)
    for storage, expected in ((torch.float32, torch.bfloat16), (torch.bfloat16, None),
                              (torch.float8_e4m3fn, torch.bfloat16)):
        net = tiny.transformer(memory=False)
        net.blocks[0].ffn.net[2].weight.data = net.blocks[0].ffn.net[2].weight.data.to(storage)
        assert bridge.make_model(net, Settings("camera")).model.manual_cast_dtype == expected


WRONG = [("memory", "geometric", "cannot run without references: add 'Apply Spatial-Stereo Memory'"),
         ("camera", "stereo", "This is a camera model"),
         ("camera", "other size", "the same trajectory")]


@pytest.mark.parametrize("variant, case, sentence", WRONG, ids=[case for _, case, _ in WRONG])
def test_a_wrong_graph_gets_one_sentence(comfy, variant, case, sentence):
    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    geometric, stereo = tiny.controls()
    model = model_of(variant, comfy)
    with pytest.raises(ValueError, match=sentence):
        if case == "stereo":
            bridge.with_memory(model, stereo)
        elif case == "geometric":
            ksample(bridge.with_memory(model, geometric), positive, negative)
        else:
            from dataclasses import replace
            longer = replace(geometric, render_latent=torch.cat([geometric.render_latent] * 2, dim=2))
            ksample(bridge.with_memory(model, longer), positive, negative)


def test_a_model_of_another_loader_is_refused(comfy):
    import comfy.model_patcher

    from worldstereo.nodes import bridge

    with pytest.raises(ValueError, match="This MODEL is a Linear; expected one from 'Load WorldStereo Model'"):
        bridge.worldstereo(comfy.model_patcher.ModelPatcher(torch.nn.Linear(2, 2), "cpu", "cpu"))


def test_what_can_have_no_effect_is_told(comfy, caplog):
    from dataclasses import replace

    from worldstereo.nodes import bridge

    positive, negative = conditioning()
    model, (geometric, _) = model_of("camera", comfy), tiny.controls()
    ksample(bridge.with_memory(model, replace(geometric, start=0.5, end=0.51)), positive, negative)
    assert "no sampling step lies between start_percent and end_percent" in caplog.text
    patched = model.clone()
    patched.add_object_patch("diffusion_model.blocks.0.cross_attn.forward", lambda *args, **kwargs: None)
    caplog.clear()
    ksample(bridge.with_memory(patched, geometric), positive, negative)
    assert caplog.text.count("replaced the forward of a block's part") == 1


def test_a_prompt_for_an_area_is_refused(comfy):
    positive, negative = conditioning()
    positive[0][1]["area"] = (4, 4, 0, 0)
    with pytest.raises(ValueError, match="limited to an area"):
        ksample(with_memories(model_of("camera", comfy)), positive, negative)


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
        module.register_forward_hook(lambda module, inputs, output, seen=calls[name]: seen.append(len(output)))
    first = ksample(model, positive, negative, steps=4)
    assert calls == {"text": [2], "mask and rays": [1], "control block": [1] * 4}
    gc.collect()
    assert bridge.ONCE not in model.model_options["transformer_options"]
    assert torch.equal(ksample(model, positive, negative, steps=4), first) and calls["text"] == [2, 2]
