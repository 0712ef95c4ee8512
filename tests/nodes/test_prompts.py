"""Prompts are encoded as by the official code; one that is not connected is the encoded empty text."""
import gc
import weakref

import pytest
import torch

import tiny
from memory_scene import path, turned
from native_model import conditioning, model_of, stock_node, with_memories
from umt5 import by_transformers, clip_l, umt5
from worldstereo.nodes.sampling import EncodePrompt, ImageToKeyFrames


@pytest.fixture(scope="module")
def clip(comfy):
    return umt5()


def encoded(clip, prompt):
    (tokens, _), = EncodePrompt().encode(clip, prompt)[0]
    return tokens


LONG = "the camera moves to the left, " * 100


@pytest.mark.parametrize("prompt, plain", [
    ("", ""), ("  \n ", ""), ("a quiet room with a red chair", None),
    ("a (red:1.5) chair, ((left)) [room]", None),
    ("  a\tquiet\n\n room &amp;amp; a “lamp” ", 'a quiet room & a "lamp"'),
    ("色调艳丽，过曝", "色调艳丽,过曝"), (LONG, LONG.strip())])
def test_a_prompt_is_encoded_as_by_the_official_code(clip, prompt, plain):
    official = by_transformers(clip, prompt if plain is None else plain)
    torch.testing.assert_close(encoded(clip, prompt), official, rtol=1e-4, atol=1e-5)
    assert (official[0, -1] == 0).all() == (prompt is not LONG)


@pytest.mark.parametrize("text, tokens", [(255 * "a ", 511), (254 * "a " + "a.", 512), (256 * "a ", 513)])
def test_only_what_is_longer_than_512_tokens_is_cut(clip, caplog, text, tokens):
    row, = clip.tokenize(text.strip(), disable_weights=True)["umt5xxl"]
    assert row.index((1, 1.0)) + 1 == tokens  # 1 ends the text
    result = encoded(clip, text)
    assert result.shape[1] == 512 and int((result[0] != 0).any(1).sum()) == min(tokens, 512)
    torch.testing.assert_close(result, by_transformers(clip, text.strip()), rtol=1e-4, atol=1e-5)
    assert ("it is cut to the 512" in caplog.text) == (tokens == 513)


def test_parentheses_are_weights_in_the_stock_node_only(clip):
    import nodes as stock

    weighted, plain = (stock_node(stock.CLIPTextEncode, clip=clip, text=text)[0][0][0]
                       for text in ("a (red:1.5) chair", "a quiet room"))
    assert (encoded(clip, "a (red:1.5) chair") - weighted).abs().max() > 0.1
    torch.testing.assert_close(encoded(clip, "a quiet room"), plain)


def test_another_text_encoder_is_refused(comfy):
    for other in (clip_l(), None):
        with pytest.raises(ValueError, match="clip is not the text encoder of Wan: load umt5_xxl"):
            EncodePrompt().encode(other, "a room")


@pytest.fixture(scope="module")
def key_frames(comfy, tmp_path_factory):
    """Image to Key Frames on the tiny VAE: (model, connected inputs) -> positive, negative, latent."""
    import comfy.sd
    import comfy.utils

    import make_tiny_model

    file = make_tiny_model.write_vae(tmp_path_factory.mktemp("models"))
    vae = comfy.sd.VAE(sd=comfy.utils.load_torch_file(str(file)))
    start, trajectory = torch.rand(1, 64, 96, 3), path([turned(i) for i in range(3)], 96, 64)
    return lambda model, **connected: ImageToKeyFrames().prepare(model, vae, start, trajectory, "model's own",
                                                                 **connected)


@pytest.fixture
def model(comfy, request):
    """A camera model with the negative prompt of the test's parameter."""
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    return bridge.make_model(tiny.transformer(False), Settings("camera", negative_prompt=request.param))


@pytest.mark.parametrize("model", ["", "blurry;  low (quality:2)"], indirect=True)
def test_a_prompt_that_is_not_connected_is_the_empty_text_or_the_models_own(model, clip, key_frames, caplog):
    from worldstereo.nodes import bridge

    own = bridge.worldstereo(model).settings.negative_prompt
    positive, negative, _ = key_frames(model, clip=clip)
    assert caplog.text.count("the prompt is empty") == 1
    caplog.clear()
    assert torch.equal(positive[0][0], encoded(clip, "")) and torch.equal(negative[0][0], encoded(clip, own))
    assert (negative[0][0] != 0).any() and "concat_latent_image" in negative[0][1]
    given, own_text = (EncodePrompt().encode(clip, text)[0] for text in ("a room", ""))
    assert torch.equal(key_frames(model, clip=clip, positive=given)[0][0][0], given[0][0])
    prepared = key_frames(model, clip=clip, positive=given, negative=own_text)
    assert torch.equal(prepared[1][0][0], own_text[0][0])
    assert caplog.text == ""


@pytest.mark.parametrize("model", ["blurry"], indirect=True)
def test_without_clip_the_tokens_are_zero_and_the_log_says_so(model, clip, key_frames, caplog):
    given = EncodePrompt().encode(clip, "a room")[0]
    _, negative, _ = key_frames(model, positive=given)
    assert (negative[0][0] == 0).all() and negative[0][0].shape == (1, 512, tiny.WAN["text_dim"])
    assert "neither negative nor clip of 'Image to Key Frames' is connected" in caplog.text


@pytest.mark.parametrize("model", [""], indirect=True)
def test_an_empty_prompt_is_said(model, clip, key_frames, caplog):
    for text, said in (("", True), ("a", False)):
        caplog.clear()
        key_frames(model, clip=clip, positive=EncodePrompt().encode(clip, text)[0])
        assert ("the prompt is empty" in caplog.text) == said


@pytest.mark.parametrize("model", ["blurry"], indirect=True)
def test_the_negative_prompt_acts_with_guidance_only(model, clip, key_frames):
    from worldstereo.nodes import bridge

    given = EncodePrompt().encode(clip, "a room")[0]

    def sampled(guidance, **connected):
        with torch.inference_mode():
            prepared = key_frames(model, positive=given, **connected)
            return bridge.sample(model, *prepared, 7, 2, guidance)["samples"]

    own = EncodePrompt().encode(clip, "blurry")[0]
    assert torch.equal(sampled(1.0), sampled(1.0, clip=clip))
    assert torch.equal(sampled(5.0, clip=clip), sampled(5.0, negative=own))
    assert (sampled(5.0) - sampled(5.0, clip=clip)).abs().max() > 1e-3


def test_guidance_of_memory_dmd_without_a_negative_prompt_is_said(comfy, clip, caplog):
    from worldstereo.nodes import bridge

    model, given = with_memories(model_of("memory-dmd", comfy)), conditioning()[0]
    for clip_or_none in (None, clip):
        negative = [[bridge.unconnected_prompt(model, "negative", clip_or_none)[0][0], given[0][1]]]
        caplog.clear()
        with torch.inference_mode():
            bridge.sample(model, given, negative, {"samples": torch.zeros(tiny.LATENT)}, 7, 2, 3.0)
        assert ("zero tokens as negative prompt" in caplog.text) == (clip_or_none is None)


@pytest.mark.parametrize("model", [""], indirect=True)
def test_another_picture_does_not_encode_the_same_texts_again(model, key_frames):
    clip, runs = umt5(), []
    clip.cond_stage_model.umt5xxl.transformer.register_forward_hook(lambda *_: runs.append(1))
    for _ in range(2):
        key_frames(model, clip=clip)
    assert len(runs) == 1
    gone = weakref.ref(clip)
    del clip
    gc.collect()
    assert gone() is None
