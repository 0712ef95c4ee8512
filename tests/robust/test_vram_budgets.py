"""The full-size model at every budget: how many bytes ComfyUI puts on the card, that it runs,
and with LoRAs too."""

import pytest
import torch

import tiny
from full_size import FLOAT8, network
from partial_loading import ACCELERATOR, fake_accelerator


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def full_model(weights):
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    net = network(True, weights, device="cpu")
    return bridge.make_model(net, Settings(variant="memory-dmd"), ACCELERATOR)


def bytes_on_card(model) -> int:
    return sum(parameter.nbytes for parameter in model.model.parameters() if parameter.device == ACCELERATOR)


def test_loaded_bytes_stay_within_every_budget(comfy):
    with fake_accelerator():
        model = full_model(torch.bfloat16)
        assert len(list(model.model.parameters())) == 1799
        assert model.model_size() == pytest.approx(34.9e9, rel=0.01)
        loaded, largest = [], max(parameter.nbytes for parameter in model.model.parameters())
        for share in (0, 0.5, 1):
            budget = model.model_size() * share
            model.partially_load(ACCELERATOR, extra_memory=max(0.1, budget))
            loaded.append(bytes_on_card(model))
            assert loaded[-1] <= budget and loaded[-1] == model.loaded_size()
            assert loaded[-1] >= budget - 4 * largest  # ComfyUI keeps room for three layers on their way
            assert model.model.model_lowvram or share == 1
            model.detach()
        assert loaded == sorted(loaded) and loaded[0] == 0
        model.partially_load(ACCELERATOR, extra_memory=2 * model.model_size())
        everything = sum(parameter.nbytes for parameter in model.model.parameters())
        assert bytes_on_card(model) == everything and not model.model.model_lowvram
        model.partially_unload(torch.device("cpu"), 10 * 10 ** 9)
        assert bytes_on_card(model) <= model.model_size() - 10 * 10 ** 9
        model.detach()
        assert bytes_on_card(model) == 0


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_full_size_model_runs_partly_loaded(comfy, share):
    from comfy.ldm.modules.attention import attention_pytorch

    from worldstereo.nodes import bridge

    with fake_accelerator():
        model = full_model(FLOAT8)
        model.partially_load(ACCELERATOR, extra_memory=max(0.1, share * model.model_size()))
        geometric, stereo = tiny.controls()
        options = {bridge.GEOMETRIC: geometric, bridge.STEREO: stereo,
                   "optimized_attention_override": lambda _, *args,
                   **kwargs: attention_pytorch(*args, **kwargs)}
        on = {"device": ACCELERATOR, "dtype": torch.bfloat16}
        out = model.model.diffusion_model(
            torch.randn(1, 36, *tiny.LATENT[2:], **on), torch.full((1,), 500.0, device=ACCELERATOR),
            torch.randn(1, 512, 4096, **on), torch.randn(1, 257, 1280, **on), transformer_options=options)
        assert out.device == ACCELERATOR and out.shape == tiny.LATENT


def test_loras_act_on_layers_that_stay_outside(comfy):
    """On one device, where the numbers can be compared:
    what ComfyUI does not move it patches when it is used."""
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    def output(budget):
        model = bridge.make_model(tiny.transformer(memory=True), Settings(variant="memory"),
                                  torch.device("cpu"))
        g = torch.Generator().manual_seed(8)
        weights = {key: value for key, value in model.model_state_dict().items() if value.ndim == 2
                   and "blocks" in key}
        patches = {key: (0.1 * torch.randn(value.shape, generator=g),) for key, value in weights.items()}
        assert len(model.add_patches(patches, 0.5)) == len(patches) > 30
        if budget is not None:
            model.partially_load(torch.device("cpu"), extra_memory=budget * model.model_size())
        options = dict(zip((bridge.GEOMETRIC, bridge.STEREO), tiny.controls()))
        out = model.model.diffusion_model(
            torch.randn(1, 36, *tiny.LATENT[2:], generator=g), torch.full((1,), 500.0),
            torch.randn(1, 512, tiny.WAN["text_dim"], generator=g),
            torch.randn(1, 257, tiny.WAN["image_dim"], generator=g), transformer_options=options)
        return out, model.model.lowvram_patch_counter, len(patches)

    expected, outside, patches = output(10)
    assert outside == 0 and (output(None)[0] - expected).abs().max() > 1e-3
    for budget in (1e-9, 0.3, 0.7):
        got, outside, _ = output(budget)
        assert (got - expected).abs().max() <= 1e-5
        assert outside == patches if budget == 1e-9 else 0 < outside < patches
