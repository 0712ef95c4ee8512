"""The memory that a step takes: counted tensor by tensor, as a formula,
and as ComfyUI is told for each MODEL."""

import pytest
import torch

import tiny
from full_size import FLOAT8, network, peak_of_step
from peak_memory import PeakMemory
from worldstereo.core.model.attention.receptive_field import ReceptiveField
from worldstereo.core.model.vram import peak_bytes


def test_counts_what_is_alive_at_once():
    with PeakMemory() as counted:
        a = torch.empty(1000, dtype=torch.uint8, device="meta")
        b = torch.empty(200, dtype=torch.uint8, device="meta")
        view = a[10:].view(2, -1)
        del a
        assert counted.now == 1200
        del view
        assert counted.now == 200
        c = b.float()
        assert counted.now == 1000
    assert (counted.peak, counted.at_peak) == (1200, [1000, 200])
    del b, c


def test_tensors_that_were_there_before_do_not_count():
    weight = torch.empty(64, 64, device="meta")
    with PeakMemory([weight]) as counted:
        weight.add_(1)
        weight.t()
    assert counted.peak == 0


@pytest.fixture(scope="module")
def networks(comfy):
    """Models of true width, without numbers, with ComfyUI's layers."""
    from worldstereo.nodes.bridge.layers import make_castable

    made = {}

    def get(memory, weights=torch.bfloat16, scaled=False, layers=1):
        key = memory, weights, scaled, layers
        if key not in made:
            made[key] = network(memory, weights, layers, control_layers=1, scaled=scaled)
            make_castable(made[key])
        return made[key]

    return get


PAIRED = ReceptiveField(tuple(i % 8 for i in range(21)))
SIZES = [dict(), dict(references=0), dict(references=1), dict(prompts=2), dict(portions=2), dict(portions=8),
         dict(portions=16, references=0), dict(prompts=2, portions=8), dict(frames=5, height=720, width=1280),
         dict(frames=9, height=256, width=384, portions=2, prompts=2, references=0), dict(controlled=False),
         dict(dtype=torch.float32), dict(weights=FLOAT8), dict(weights=FLOAT8, portions=8),
         dict(weights=FLOAT8, scaled=True), dict(weights=FLOAT8, scaled=True, portions=8),
         dict(weights=FLOAT8, references=0), dict(weights=FLOAT8, frames=5, height=256, width=384),
         dict(frames=2), dict(receptive_field=PAIRED),
         dict(receptive_field=PAIRED, portions=8, prompts=2)]


@pytest.mark.slow
@pytest.mark.parametrize("changes", SIZES, ids=lambda changes: ", ".join(changes) or "usual")
def test_estimate_is_close_to_what_is_counted_at_full_width(networks, changes):
    sizes = dict(references=8, prompts=1, frames=21, height=480, width=832, portions=1, controlled=True,
                 dtype=torch.bfloat16, receptive_field=None) | changes
    from worldstereo.nodes.bridge.layers import casts_kept

    net = networks(sizes["references"] > 0, sizes.pop("weights", torch.bfloat16), sizes.pop("scaled", False))
    with casts_kept(net):
        counted = peak_of_step(net, **sizes).peak
    of_frame = sizes["height"] * sizes["width"] // 256
    estimate = peak_bytes(net, sizes["prompts"], sizes["frames"] * of_frame, sizes["references"] * of_frame,
                          sizes["dtype"], sizes["portions"], sizes["controlled"], sizes["receptive_field"])
    assert 0.95 < estimate / counted < 1.1


@pytest.mark.slow
@pytest.mark.parametrize("changes", [dict(), dict(references=0), dict(portions=8), dict(prompts=2)],
                         ids=lambda changes: ", ".join(changes) or "usual")
def test_kept_casts_take_the_memory_of_one_layer(networks, changes):
    from worldstereo.nodes.bridge.layers import casts_kept

    sizes = dict(references=8) | changes
    net = networks(sizes["references"] > 0, FLOAT8, True)
    once = peak_of_step(net, **sizes).peak
    with casts_kept(net):
        kept = peak_of_step(net, **sizes).peak
    projection = 2 * net.blocks[0].attn2.to_out[0].weight.numel()
    assert kept <= once + 2 * net.largest_layer.weight.numel() + projection


def test_more_layers_take_no_more(networks):
    small = dict(references=2, frames=5, height=256, width=384)
    one, six = (peak_of_step(networks(True, layers=layers), **small).peak for layers in (1, 6))
    assert six <= 1.02 * one


def planned(model, shape, positive, negative):
    """What ComfyUI plans for before a sampling of this MODEL: for two prompts at once, and at least."""
    import comfy.patcher_extension as pe
    from comfy.sampler_helpers import estimate_memory

    from native_model import ksample

    seen = []

    def look(executor, patcher, noise_shape, conds, **options):
        seen.append(estimate_memory(patcher, noise_shape, conds))
        return executor(patcher, noise_shape, conds, **options)

    model = model.clone()
    model.add_wrapper_with_key(pe.WrappersMP.PREPARE_SAMPLING, "test", look)
    ksample(model, positive, negative, steps=1)
    return seen[0]


def test_comfyui_plans_with_the_memories_of_the_model_that_runs(comfy):
    from native_model import conditioning, model_of
    from worldstereo.nodes import bridge

    model = model_of("memory", comfy)
    geometric, stereo = tiny.controls()
    positive, negative = conditioning()
    net, tokens = bridge.worldstereo(model).diffusion_model.net, 3 * 24
    stereo_only = bridge.with_memory(model, stereo)
    both = bridge.with_memory(stereo_only, geometric)
    expected = {stereo_only: dict(controlled=False), both: {}, bridge.in_portions(both, 3): dict(portions=3)}
    for patched, options in list(expected.items()) + [(both, {})]:
        wanted = [peak_bytes(net, batch, tokens, 2 * 24, torch.float32, **options) for batch in (2, 1)]
        assert list(planned(patched, tiny.LATENT, positive, negative)) == wanted
        assert bridge.worldstereo(patched).current_patcher is None


def test_estimate_survives_a_sampling_that_fails(comfy):
    from native_model import conditioning, ksample, model_of, with_memories
    from worldstereo.nodes import bridge

    model = with_memories(model_of("memory", comfy))

    def fail(args, extra):
        raise RuntimeError("as a foreign patch may")

    broken = model.clone()
    broken.set_model_patch_replace(fail, "dit", "double_block", 1)
    with pytest.raises(RuntimeError, match="foreign patch"):
        ksample(broken, *conditioning(), steps=1)
    assert bridge.worldstereo(model).current_patcher is None
