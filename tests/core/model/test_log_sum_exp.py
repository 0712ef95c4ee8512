"""Attention with its log-sum-exp: errors against float64 in every number type, and which kernel is taken."""

import logging

import pytest
import torch
import torch.nn.functional as F
from einops import rearrange

from worldstereo.core.model.attention import log_sum_exp
from worldstereo.core.model.attention.log_sum_exp import first_correct, flash_for_cpu, in_blocks, kernel_for

CPU, HEAD_DIM = torch.device("cpu"), 64
HALF = [torch.bfloat16, torch.float16]
KERNELS = {"fused": lambda dtype, hiding: kernel_for(HEAD_DIM, CPU, dtype, hiding),
           "fallback": lambda dtype, hiding: in_blocks}


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def qkv(dtype, largest):
    """Queries like some of the keys, and a score that is as large as this."""
    g = torch.Generator().manual_seed(6)
    k, v = (torch.randn(2, 530, 3, HEAD_DIM, generator=g) for _ in "kv")
    q = k[:, :70] + torch.randn(2, 70, 3, HEAD_DIM, generator=g)
    scale = largest / float(torch.einsum("bqhd,bkhd->bqhk", q, k).max() * HEAD_DIM ** -0.5)
    return [t.to(dtype) for t in (q * scale ** 0.5, k * scale ** 0.5, v)]


def hidden_keys():
    hidden = torch.rand(2, 70, 530, generator=torch.Generator().manual_seed(7)) < 0.7
    hidden[:, ::4, :520] = True
    return hidden


def sdpa(q, k, v, hidden=None):
    q, k, v = (rearrange(t, "b n h d -> b h n d") for t in (q, k, v))
    mask = None if hidden is None else ~hidden[:, None]
    return rearrange(F.scaled_dot_product_attention(q, k, v, mask), "b h n d -> b n h d")


@pytest.mark.parametrize("largest", [9, 37, 80])
@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@pytest.mark.parametrize("hiding", [False, True])
@pytest.mark.parametrize("name", KERNELS)
def test_errors_at_large_scores(name, hiding, dtype, largest):
    inputs, hidden = qkv(dtype, largest), [hidden_keys()] if hiding else []
    expected, expected_lse = in_blocks(*(t.double() for t in inputs), *hidden)
    out, lse = KERNELS[name](dtype, hiding)(*inputs, *hidden)
    assert lse.dtype == torch.float32 and out.dtype == dtype
    assert (lse - expected_lse).abs().max() < 1e-3
    error, of_sdpa = ((t.double() - expected).norm() for t in (out, sdpa(*inputs, *hidden)))
    assert error <= of_sdpa * (1.02 if dtype in HALF else 3)


def test_fallback_in_double_precision_is_the_definition():
    q, k, v = qkv(torch.float64, 5)
    out, lse = in_blocks(q, k, v, hidden_keys())
    scores = torch.einsum("bqhd,bkhd->bqhk", q, k) * HEAD_DIM ** -0.5
    scores = scores.masked_fill(hidden_keys()[:, :, None], -torch.inf)
    torch.testing.assert_close(lse, scores.exp().sum(-1).log())
    torch.testing.assert_close(out, torch.einsum("bqhk,bkhd->bqhd", scores.softmax(-1), v))


def absent(q, k, v, bias):
    return torch.ops.aten.attention_that_no_torch_has(q, k, v)


def other_arguments(q, k, v, bias):
    return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, compute_log_sumexp=True)


def no_log_sum_exp(q, k, v, bias):
    return (flash_for_cpu(q, k, v, bias)[0],)


def no_tuple(q, k, v, bias):
    return None


def empty_log_sum_exp(q, k, v, bias):
    return flash_for_cpu(q, k, v, bias)[0], q.new_empty(0)


def of_another_device(q, k, v, bias):
    return torch.ops.aten._scaled_dot_product_efficient_attention(q, k, v, bias, compute_log_sumexp=True)


def rounded(q, k, v, bias):
    out, lse = flash_for_cpu(q, k, v, bias)
    return out, lse.bfloat16().float()


def rounded_scores(q, k, v, bias):
    scores = (q @ k.mT).bfloat16().float() * q.shape[-1] ** -0.5 + (0 if bias is None else bias)
    return flash_for_cpu(q, k, v, bias)[0], scores.logsumexp(-1)


def logarithm_to_base_2(q, k, v, bias):
    out, lse = flash_for_cpu(q, k, v, bias)
    return out, lse / 0.6931


def no_bias(q, k, v, bias):
    return flash_for_cpu(q, k, v, None)


def padded(q, k, v, bias):
    out, lse = flash_for_cpu(q, k, v, bias)
    return out, F.pad(lse, (0, 24)), None


def with_another_axis(q, k, v, bias):
    out, lse = flash_for_cpu(q, k, v, bias)
    return out, lse.transpose(1, 2).contiguous().transpose(1, 2)[..., None]


UNUSABLE = [absent, other_arguments, no_log_sum_exp, no_tuple, empty_log_sum_exp, of_another_device]
WRONG = [rounded, rounded_scores, logarithm_to_base_2, no_bias]


@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@pytest.mark.parametrize("fused", UNUSABLE + WRONG)
def test_what_is_not_there_or_wrong_is_not_taken(fused, dtype, caplog):
    assert first_correct((fused,), HEAD_DIM, CPU, dtype, True) is in_blocks
    assert (f"{fused.__name__} of torch" in caplog.text) == (fused in WRONG)
    assert f"No kernel of torch {torch.__version__} can do attention with log-sum-exp" in caplog.text


@pytest.mark.parametrize("hiding", [False, True])
@pytest.mark.parametrize("fused", [padded, with_another_axis])
def test_the_first_that_is_correct_is_taken_and_told(fused, hiding, caplog):
    caplog.set_level(logging.INFO)
    inputs = [*qkv(torch.bfloat16, 20), *([hidden_keys()] if hiding else [])]
    kernel = first_correct((*UNUSABLE, rounded, fused, flash_for_cpu), HEAD_DIM, CPU, torch.bfloat16, hiding)
    for got, expected in zip(kernel(*inputs), kernel_for(HEAD_DIM, CPU, torch.bfloat16, hiding)(*inputs)):
        assert torch.equal(got, expected)
    assert "hidden keys" in caplog.text or not hiding
    assert f"on cpu in torch.bfloat16, {HEAD_DIM} channels a head is {fused.__name__}." in caplog.text


@pytest.mark.parametrize("dtype", [torch.float32, *HALF])
@pytest.mark.parametrize("head_dim", [8, 24, 64, 128])
@pytest.mark.parametrize("hiding", [False, True])
def test_a_cpu_has_a_fused_kernel(dtype, head_dim, hiding):
    assert kernel_for(head_dim, CPU, dtype, hiding) is not in_blocks


def test_probe_is_done_once(caplog):
    caplog.set_level(logging.INFO)
    kernel_for.cache_clear()
    first, second = (kernel_for(HEAD_DIM, CPU, torch.float32) for _ in range(2))
    assert first is second and caplog.text.count("The kernel for attention") == 1


def test_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    first_correct((flash_for_cpu,), HEAD_DIM, CPU, torch.float32, True)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("hiding, fused", [(False, fused) for fused in log_sum_exp.FUSED["cuda"]]
                         + [(True, log_sum_exp.FUSED_HIDING["cuda"][0])])
def test_kernels_of_a_gpu(hiding, fused):
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA GPU")
    if fused is log_sum_exp.cudnn and torch.cuda.get_device_capability() < (8, 0):
        pytest.skip("cuDNN's attention needs a newer card")
    assert first_correct((fused,), 128, torch.device("cuda"), torch.bfloat16, hiding) is not in_blocks
