"""Attention kernels that the library can be told to use, and ComfyUI's choice inside ComfyUI."""

import importlib.util

import pytest
import torch

import tiny
from tiny import sample
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.attention.backends import BACKENDS, attention_backend
from worldstereo.core.sampling.schedule import few_step_sigmas

PACKAGES = {"flash": "flash_attn", "flash-3": "flash_attn_interface", "sage": "sageattention"}
MESSAGES = {"flash": "install `flash-attn>=", "flash-3": "build FA3", "sage": "install `sageattention>="}


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def qkv(dtype=torch.float32, device="cpu"):
    g = torch.Generator().manual_seed(4)
    return [torch.randn(2, n, 2 * 64, generator=g).to(device, dtype) for n in (70, 90, 90)]


@pytest.mark.parametrize("name", ["sdpa", "sdpa-flash"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_kernels_that_run_everywhere_give_the_same(name, dtype):
    q, k, v = qkv(dtype)
    torch.testing.assert_close(attention_backend(name)(q, k, v, 2), sdpa(q, k, v, 2))


@pytest.mark.parametrize("name", BACKENDS)
def test_kernels_of_a_gpu(name):
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA GPU")
    if name in PACKAGES and importlib.util.find_spec(PACKAGES[name]) is None:
        pytest.skip(f"the package {PACKAGES[name]} is not installed")
    q, k, v = qkv(torch.bfloat16, "cuda")
    error = (attention_backend(name)(q, k, v, 2).float() - sdpa(*qkv(), 2).cuda()).abs().max()
    assert error < (0.1 if name == "sage" else 0.02)


@pytest.mark.parametrize("name", PACKAGES)
def test_missing_package_is_named(name):
    if importlib.util.find_spec(PACKAGES[name]) is not None:
        pytest.skip(f"the package {PACKAGES[name]} is installed")
    with pytest.raises(ValueError,
                       match=f"backend '{name}' cannot be used here, choose 'sdpa'.*{MESSAGES[name]}"):
        attention_backend(name)


def test_tensors_that_a_kernel_does_not_take():
    with pytest.raises(ValueError,
                       match="'sdpa-cudnn' takes bfloat16 or float16 on an NVIDIA GPU, not torch.float32"):
        attention_backend("sdpa-cudnn")(*qkv(), 2)
    with pytest.raises(ValueError, match="not torch.bfloat16 on cpu"):
        attention_backend("sdpa-efficient")(*qkv(torch.bfloat16), 2)


def test_unknown_name():
    with pytest.raises(ValueError, match="is 'fast'; expected one of sdpa, "):
        attention_backend("fast")


def test_pipeline_uses_the_function_it_is_given():
    net, calls = tiny.transformer(memory=True), []

    def attention(q, k, v, heads):
        calls.append(heads)
        return attention_backend("sdpa-flash")(q, k, v, heads)

    expected, got = sample(net, few_step_sigmas(2)), sample(net, few_step_sigmas(2), attention=attention)
    torch.testing.assert_close(got, expected)
    assert len(calls) == 2 * (3 * 3 + 2)  # steps, blocks with three attentions each, control layers


def test_inside_comfyui_every_attention_is_comfyuis_choice(comfy):
    """ComfyUI chooses once, from its command line; its own option for another function shows every call of
    that one."""
    import comfy.ldm.modules.attention as attention

    from native_model import conditioning, ksample, model_of, with_memories

    model, chosen = with_memories(model_of("memory", comfy)), []

    def watch(function, *args, **kwargs):
        chosen.append(function)
        return function(*args, **kwargs)

    watched = model.clone()
    watched.model_options["transformer_options"]["optimized_attention_override"] = watch
    expected, got = ksample(model, *conditioning(), steps=1), ksample(watched, *conditioning(), steps=1)
    assert torch.equal(got, expected)
    assert chosen == [attention.optimized_attention.__wrapped__] * (3 * 3 + 2)
