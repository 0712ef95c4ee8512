"""What the MODEL and its nodes say inside a real ComfyUI when something is missing,
does not fit or has no effect."""

import inspect

import pytest
import torch

import tiny
from native_model import conditioning, ksample, model_of, with_memories

VARIANTS = ("camera", "memory", "memory-dmd")


@pytest.mark.parametrize("variant", VARIANTS)
def test_without_geometric_memory_nothing_is_sampled_unless_asked_for(comfy, variant, caplog):
    from worldstereo.nodes import bridge
    from worldstereo.nodes.sampling import OPTIONAL, SampleKeyFrames

    model, latent = model_of(variant, comfy), {"samples": torch.zeros(tiny.LATENT)}
    stereo_only = model if variant == "camera" else bridge.with_memory(model, tiny.controls()[1])

    def sample(model, **widgets):
        with torch.inference_mode():
            return SampleKeyFrames().sample(model, *conditioning(), latent, 7, 2, 1.0, **widgets)

    with pytest.raises(ValueError, match="'Apply Global-Geometric Memory' is missing before 'Sample Key "
                                         "Frames'.*set geometric_memory of 'Sample Key Frames' to optional"):
        sample(stereo_only)
    assert caplog.text == ""
    sample(stereo_only, geometric_memory=OPTIONAL)
    assert caplog.text.count("Global-Geometric Memory' is missing") == 1
    caplog.clear()
    sample(with_memories(model))
    assert caplog.text == ""


def test_guidance_of_memory_dmd_is_said_in_any_sampler(comfy, caplog):
    model, (positive, negative) = with_memories(model_of("memory-dmd", comfy)), conditioning()
    zero = [[torch.zeros_like(negative[0][0]), negative[0][1]]]
    for prompt, cfg, said, without in ((negative, 1.0, 0, 0), (negative, 3.0, 1, 0), (zero, 3.0, 1, 1)):
        caplog.clear()
        ksample(model, positive, prompt, cfg=cfg)
        assert caplog.text.count("distilled to run without guidance") == said
        assert caplog.text.count("zero tokens as negative prompt") == without
    caplog.clear()
    ksample(with_memories(model_of("memory", comfy)), positive, zero, cfg=3.0)
    assert caplog.text == ""


def test_a_model_made_without_prompts_misses_none(comfy, caplog):
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    model = bridge.make_model(tiny.transformer(True), Settings("memory-dmd", prompt_free=True))
    positive, negative = ([[bridge.unconnected_prompt(model, name, None)[0][0], prompt[0][1]]]
                          for name, prompt in zip(("positive", "negative"), conditioning()))
    del positive[0][1]["clip_vision_output"]
    ksample(with_memories(model), positive, negative, cfg=1.0)
    assert caplog.text == ""


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_missing_is_said_in_the_log(comfy, variant, caplog):
    from worldstereo.nodes import bridge

    model = model_of(variant, comfy)
    model = model if variant == "camera" else bridge.with_memory(model, tiny.controls()[1])
    positive, negative = conditioning((600, 512))
    del positive[0][1]["clip_vision_output"], negative[0][1]["concat_latent_image"]
    with torch.inference_mode():
        bridge.sample(model, positive, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 2, 3.0)
    for part in ("longer than 512", "no clip_vision_output", "Global-Geometric Memory' is missing",
                 "no start image"):
        assert part in caplog.text


def test_the_prompt_that_is_not_connected_is_named(comfy, caplog):
    from worldstereo.nodes import bridge

    empty = bridge.unconnected_prompt(model_of("camera", comfy), "negative", None)
    assert empty[0][0].shape == (1, 512, tiny.WAN["text_dim"])
    assert "neither negative nor clip of 'Image to Key Frames'" in caplog.text


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
    with pytest.raises(ValueError,
                       match="CLIP vision output has 11 channels, the model takes 20: load clip_vision_h"):
        sample(positive, negative)


def test_a_vae_of_another_model_with_16_channels_is_refused(comfy):
    from types import SimpleNamespace

    import comfy.latent_formats
    from comfy.taesd.taehv import TAEHV

    from worldstereo.nodes import bridge

    network = TAEHV(latent_channels=16, latent_format=comfy.latent_formats.HunyuanVideo)
    with pytest.raises(ValueError, match="This VAE is a TAEHV.*load the Wan 2.1 VAE"):
        bridge.key_frame_vae(SimpleNamespace(first_stage_model=network, latent_channels=16, latent_dim=3))


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

    with pytest.raises(ValueError,
                       match="This MODEL is a Linear; expected one from 'Load WorldStereo Model'"):
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


@pytest.mark.parametrize("key, value", [("context_latents", [torch.zeros(tiny.LATENT)]),
                                        ("reference_latents", [torch.zeros(tiny.LATENT)]),
                                        ("time_dim_concat", torch.zeros(tiny.LATENT)),
                                        ("noise_concat", torch.zeros(tiny.LATENT)),
                                        ("concat_mask_index", 16)])
def test_what_the_network_has_no_place_for_is_refused(comfy, key, value):
    positive, negative = conditioning()
    positive[0][1][key] = value
    with pytest.raises(ValueError, match=f"A prompt carries {key}, which WorldStereo has no place for"):
        ksample(with_memories(model_of("camera", comfy)), positive, negative)


def test_what_is_for_other_models_is_named_and_changes_nothing(comfy, caplog):
    model, (positive, negative) = with_memories(model_of("camera", comfy)), conditioning()
    plain = ksample(model, positive, negative, steps=1)
    assert "for other models" not in caplog.text
    positive[0][1] |= {"camera_conditions": torch.zeros(tiny.LATENT), "concat_mask_index": 0,
                       "vace_frames": [torch.zeros(tiny.LATENT)], "vace_strength": [1.0]}
    assert torch.equal(ksample(model, positive, negative, steps=1), plain)
    assert caplog.text.count("carries camera_conditions, vace_frames, which is for other models") == 1


def test_context_windows_are_refused_with_a_memory(comfy):
    from comfy_extras.nodes_context_windows import WanContextWindowsManualNode

    from native_model import stock_node

    model = model_of("camera", comfy)
    windows = dict(context_length=5, context_overlap=1, context_schedule="standard_static", context_stride=1,
                   closed_loop=False, fuse_method="pyramid")
    if "freenoise" in inspect.signature(WanContextWindowsManualNode.execute).parameters:
        windows["freenoise"] = False
    in_windows, = stock_node(WanContextWindowsManualNode, model=model, **windows)
    with pytest.raises(ValueError, match="the memories belong to the whole clip"):
        ksample(with_memories(in_windows), *conditioning(), steps=1)
