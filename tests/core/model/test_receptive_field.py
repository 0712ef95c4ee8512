"""Receptive fields of the stereo attention against masks made token by token, and in the whole network."""

from dataclasses import replace

import pytest
import torch

import tiny
from tiny import inputs
from worldstereo.core.model.attention import log_sum_exp
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.attention.receptive_field import ReceptiveField, attend, groups_of
from worldstereo.core.model.attention.reference import masked_attention, visible_tokens
from worldstereo.core.model.run_options import RunOptions

FRAMES, ROWS, COLUMNS, REFERENCES, HEADS, HEAD_DIM = 4, 6, 7, 3, 2, 24
TOKENS = ROWS * COLUMNS
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def random_matches(seed=0, none=0.5):
    """Matches of which many are missing, some tokens' altogether."""
    g = torch.Generator().manual_seed(seed)
    matches = torch.randint(0, TOKENS, (FRAMES, ROWS, COLUMNS, REFERENCES), generator=g, dtype=torch.int32)
    return matches.masked_fill(torch.rand(matches.shape, generator=g) < none, -1)


FIELDS = {
    "paired": ReceptiveField((-1, 0, 0, 2)),
    "paired, all frames": ReceptiveField((1, 0, 2, 2)),
    "nothing assigned": ReceptiveField((-1, -1, -1, -1)),
    "window 1": ReceptiveField((-1, 0, 2, 2), random_matches(), 1),
    "window 3": ReceptiveField((-1, 0, 1, 2), random_matches(1), 3),
    "window 5, few matches": ReceptiveField((1, 0, 0, -1), random_matches(2, none=0.9), 5),
    "no matches": ReceptiveField((-1, 0, 1, 2), random_matches(3, none=1.1), 3),
    "every token matched": ReceptiveField((-1, 0, 1, 2), random_matches(4, none=-1), 3),
    "window over everything": ReceptiveField((-1, 0, 1, 2), random_matches(5, none=-1), 13),
}


def streams(dtype=torch.float32, batch=2):
    g = torch.Generator().manual_seed(9)
    return [[torch.randn(batch, count * TOKENS, HEADS * HEAD_DIM, generator=g).to(dtype) for _ in "qkv"]
            for count in (REFERENCES, FRAMES)]


@pytest.mark.slow
@pytest.mark.parametrize("name", FIELDS)
def test_attention_is_that_of_the_dense_mask(name):
    field, (references, video) = FIELDS[name], streams()
    visible = visible_tokens(field, REFERENCES, ROWS, COLUMNS)
    expected = masked_attention(visible, references, video, HEADS)
    got = attend(field, groups_of(field, HEAD_DIM, CPU, torch.float32), references, video, HEADS, sdpa)
    assert all((a - b).abs().max() < 2e-6 for a, b in zip(got, expected))
    without = masked_attention(torch.ones_like(visible), references, video, HEADS)
    assert all((a - b).abs().max() > 1e-2 for a, b in zip(without[:1], expected[:1]))  # the mask matters


def test_half_precision():
    field, (references, video) = FIELDS["window 3"], streams(torch.bfloat16)
    expected = masked_attention(visible_tokens(field, REFERENCES, ROWS, COLUMNS),
                                *([t.float() for t in stream] for stream in (references, video)), HEADS)
    got = attend(field, groups_of(field, HEAD_DIM, CPU, torch.bfloat16), references, video, HEADS, sdpa)
    assert all((a - b).abs().max() < 0.02 and a.dtype == torch.bfloat16 for a, b in zip(got, expected))


def test_large_windows_are_gathered_in_parts(monkeypatch):
    from worldstereo.core.model.attention import correspondence
    field, (references, video) = FIELDS["window 3"], streams()
    whole = groups_of(field, HEAD_DIM, CPU, torch.float32)
    monkeypatch.setattr(correspondence, "CPU_KEY_ROWS", 100)
    parts = groups_of(field, HEAD_DIM, CPU, torch.float32)
    assert len(parts.chunks) > len(whole.chunks)
    results = [attend(field, groups, references, video, HEADS, sdpa)[1] for groups in (whole, parts)]
    assert (results[0] - results[1]).abs().max() < 1e-6


def test_fused_kernel_and_fallback_agree_and_a_broken_kernel_is_not_used(monkeypatch, caplog):
    q, k, v = (t.unflatten(2, (HEADS, -1)) for t in streams()[1])
    fused = log_sum_exp.kernel_for(HEAD_DIM, CPU, torch.float32)
    assert fused is not log_sum_exp.in_blocks
    monkeypatch.setattr(log_sum_exp, "SCORES", 1000)
    assert all((a - b).abs().max() < 2e-6 for a, b in zip(fused(q, k, v), log_sum_exp.in_blocks(q, k, v)))

    def of_another_torch(q, k, v):
        return torch.ops.aten.attention_that_no_torch_has(q, k, v)

    def with_logarithms_to_base_2(q, k, v):
        out, lse = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v)
        return out, lse / 0.6931

    monkeypatch.setitem(log_sum_exp.FUSED, "cpu", (of_another_torch, with_logarithms_to_base_2))
    assert log_sum_exp.kernel_for(HEAD_DIM, CPU, torch.float32) is log_sum_exp.in_blocks
    assert "No attention kernel" in caplog.text


def test_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    log_sum_exp.kernel_for(HEAD_DIM, CPU, torch.float32)
    assert torch.equal(torch.get_rng_state(), before)


def test_paired_goes_through_the_injected_attention_without_a_copy_of_all_keys_per_frame():
    field, calls = ReceptiveField((-1, 0, 0, 2)), []

    def attention(q, k, v, heads):
        calls.append((q.shape[1] // TOKENS, k.shape[1] // TOKENS, k.data_ptr()))
        return sdpa(q, k, v, heads)

    attend(field, None, *streams(), HEADS, attention)
    video, references = calls[:3], calls[3:]
    assert sorted(call[:2] for call in video) == [(1, 4), (1, 5), (2, 5)]
    assert len({call[2] for call in video}) == 1
    assert [call[:2] for call in references] == [(1, 3), (1, 1), (1, 2)]


def network_inputs(field, **changes):
    given = inputs()
    return {**given, "stereo": replace(given["stereo"], receptive_field=field, **changes)}


def test_a_field_that_hides_nothing_changes_only_rounding():
    net, both = tiny.transformer(memory=True), inputs()["stereo"]
    one = dict(reference_latent=both.reference_latent[:, :, :1], ref_index=(0,),
               camera_qt_ref=both.camera_qt_ref[:, :1])
    everything = net(**network_inputs(None, **one))
    assert (net(**network_inputs(ReceptiveField((0, 0, 0)), **one)) - everything).abs().max() < 1e-5
    matches = torch.full((3, 4, 6, 1), 10, dtype=torch.int32)
    wide = ReceptiveField((0, 0, 0), matches, 11)
    assert (net(**network_inputs(wide, **one)) - everything).abs().max() < 1e-5
    assert (net(**network_inputs(ReceptiveField((-1, 0, 0)), **one)) - everything).abs().max() > 1e-3


def test_the_network_keeps_to_the_field():
    net, run = tiny.transformer(memory=True), RunOptions(cache={}, tables={})
    matches = torch.full((3, 4, 6, 2), -1, dtype=torch.int32)
    matches[1:, :, :, 0] = torch.arange(24, dtype=torch.int32).view(4, 6)
    fields = [None, ReceptiveField((-1, 0, 1)), ReceptiveField((-1, 0, 1), matches, 3)]
    results = [net(**network_inputs(field)) for field in fields]
    assert min((results[i] - results[j]).abs().max() for i, j in ((0, 1), (0, 2), (1, 2))) > 1e-3
    for _ in range(2):
        assert all(torch.equal(net(**network_inputs(field), run=run), result)
                   for field, result in zip(fields, results))


def test_a_reference_of_no_frame_is_not_heard():
    net, field = tiny.transformer(memory=True), ReceptiveField((-1, 0, 0))
    other = inputs()["stereo"].reference_latent.clone()
    other[:, :, 1] += 1
    assert torch.equal(net(**network_inputs(field)), net(**network_inputs(field, reference_latent=other)))
    assert (net(**network_inputs(None, reference_latent=other)) - net(**inputs())).abs().max() > 1e-3


def test_window_must_be_odd():
    with pytest.raises(ValueError, match="window is 4 tokens wide; expected an odd number"):
        ReceptiveField((-1, 0), window=4)
