"""Work in portions gives the clip of work on all tokens at once, with less memory."""

from dataclasses import replace

import pytest
import torch
from diffusers.models.normalization import FP32LayerNorm

import tiny
from full_size import network, peak_of_step
from worldstereo.core.model import blocks
from worldstereo.core.model.attention import attention
from worldstereo.core.model.attention.receptive_field import ReceptiveField
from worldstereo.core.model.attention.rope import rope_table
from worldstereo.core.model.run_options import RunOptions


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


MATCHES = torch.randint(-1, 24, (3, 4, 6, 2), generator=torch.Generator().manual_seed(2))
FIELDS = {"full": None, "paired": ReceptiveField((0, 1, -1)),
          "correspondence": ReceptiveField((0, 1, -1), MATCHES, 3)}


def step(net, field=None, prompts=2, **options):
    g = torch.Generator().manual_seed(11)
    video = torch.randn(1, 36, *tiny.LATENT[2:], generator=g).repeat(prompts, 1, 1, 1, 1)
    geometric, stereo = tiny.controls()
    stereo = replace(stereo, receptive_field=field) if net.memory else None
    text = torch.randn(prompts, 512, tiny.WAN["text_dim"], generator=g)
    image = torch.randn(prompts, 257, tiny.WAN["image_dim"], generator=g)
    return net(video, torch.full((prompts,), 700.0), text, image, geometric, stereo, RunOptions(**options))


@pytest.mark.slow
@pytest.mark.parametrize("portions", [2, 5, 1000])
@pytest.mark.parametrize("field", ["camera", *FIELDS])
def test_portions_give_the_same_clip(field, portions):
    net = tiny.transformer(memory=field != "camera")
    expected = step(net, FIELDS.get(field))
    cache = {}
    for _ in range(2):
        got = step(net, FIELDS.get(field), portions=portions, cache=cache, copies=2, keep_keys=True)
        assert (got - expected).abs().max() <= 1e-5


def test_attention_and_feed_forward_see_portions_only():
    net, sizes = tiny.transformer(memory=True), []
    net.blocks[1].ffn.register_forward_hook(lambda module, inputs,
                                            output: sizes.append(("ffn", output.shape[1])))

    def attention_of(q, k, v, heads):
        if k.shape[1] == 72 + 48:
            sizes.append(("attention", q.shape[1]))
        return attention.sdpa(q, k, v, heads)

    step(net, attention=attention_of)
    assert set(sizes) == {("ffn", 72), ("ffn", 48), ("attention", 120)}
    sizes.clear()
    step(net, attention=attention_of, portions=4)
    assert set(sizes) == {("ffn", 18), ("ffn", 12), ("attention", 18), ("attention", 12)}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_slices_of_norm_and_rotation_have_the_bits_of_the_whole(dtype):
    tokens, heads = attention.SLICE + 100, 2
    g = torch.Generator().manual_seed(0)
    x = torch.randn(2, tokens, 48, generator=g).to(dtype)
    norm = torch.nn.RMSNorm(48).to(dtype)
    rope = rope_table(24, range(tokens // 4 + 1), range(2), range(2))
    rope = tuple(table[:tokens] for table in rope)
    whole = attention.rotate(norm(x), rope, heads)
    assert torch.equal(attention.norm_and_rotate(norm, x, rope, heads), whole)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_work_in_place_has_the_bits_of_the_formula(dtype):
    g = torch.Generator().manual_seed(4)
    x, update = (torch.randn(2, 50, 48, generator=g).to(dtype) for _ in range(2))
    shift, scale, gate = torch.randn(3, 2, 1, 48, generator=g)
    norm, before = FP32LayerNorm(48, elementwise_affine=False), x.clone()
    formula = (norm(x.float()) * (1 + scale) + shift).type_as(x)
    assert torch.equal(blocks.modulate(norm, x, shift, scale), formula)
    assert torch.equal(blocks.add_gated(x, update, gate), (x.float() + update.float() * gate).type_as(x))
    assert torch.equal(x, before)


@pytest.mark.slow
def test_portions_take_less_memory_at_full_width():
    net = network(memory=True, layers=1, control_layers=1)
    one, four, eight = (peak_of_step(net, references=8, portions=n).peak for n in (1, 4, 8))
    assert four < 0.82 * one and eight < 0.78 * one


def test_node_works_on_a_clone_and_with_foreign_patches(comfy):
    from native_model import conditioning, ksample, model_of, with_memories
    from worldstereo.nodes.model import NODES

    model = with_memories(model_of("memory", comfy))
    model.set_model_patch_replace(lambda args, extra: {"img": extra["original_block"](args)["img"] * 1.01},
                                  "dit",
                                  "double_block", 1)
    positive, negative = conditioning()
    plain = ksample(model, positive, negative)
    calls = []
    model.model.diffusion_model.net.blocks[1].ffn.register_forward_hook(
        lambda *args: calls.append(args[2].shape[1]))
    lower, = NODES["WSKitLowerPeakMemory"][0]().apply(model, 4)
    assert (ksample(lower, positive, negative) - plain).abs().max() <= 1e-4 and max(calls) == 18
    calls.clear()
    assert torch.equal(ksample(model, positive, negative), plain) and max(calls) == 72
