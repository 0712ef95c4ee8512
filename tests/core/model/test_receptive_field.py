"""Receptive fields of the stereo attention against masks made token by token, and in the whole network."""

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode

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


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("fused", [True, False])
def test_half_precision_at_large_scores(fused, dtype):
    """Against float64. Merging rounds once more, so the error may be sqrt(2) of that of torch's attention."""
    field, given = FIELDS["window 3"], streams()
    given[0][1] += given[1][0][:, :REFERENCES * TOKENS]  # keys like some queries
    visible, groups = visible_tokens(field, REFERENCES, ROWS, COLUMNS), groups_of(field, HEAD_DIM, CPU, dtype)
    if not fused:
        groups = replace(groups, kernel=log_sum_exp.in_blocks, hiding_kernel=log_sum_exp.in_blocks)
    for largest in (9, 37, 80):
        references, video = ([(t * scale).to(dtype) for t, scale in zip(stream, two_scales(given, largest))]
                             for stream in given)
        exact = masked_attention(visible, *([t.double() for t in stream] for stream in (references, video)),
                                 HEADS)[1]
        q, k, v = (torch.cat(pair, 1).unflatten(2, (HEADS, -1)).transpose(1, 2)
                   for pair in zip(references, video))
        torchs = F.scaled_dot_product_attention(q, k, v, visible).transpose(1, 2).flatten(2)
        got = attend(field, groups, references, video, HEADS, sdpa)[1]
        error, of_torch = ((t.double() - exact).norm() for t in (got, torchs[:, REFERENCES * TOKENS:]))
        assert error < 1.42 * of_torch


def two_scales(given, largest):
    """Factors for q, k and v with which the largest score is as large as this."""
    q, k = (torch.cat([stream[i] for stream in given], 1).unflatten(2, (HEADS, -1)) for i in (0, 1))
    factor = (largest / float(torch.einsum("bqhd,bkhd->bqhk", q, k).max() * HEAD_DIM ** -0.5)) ** 0.5
    return factor, factor, 1.0


WAITING = {f"aten.{name}" for name in ("_local_scalar_dense", "nonzero", "masked_select", "equal",
                                       "repeat_interleave", "_unique2", "unique_dim", "bincount")}


class Waits(TorchDispatchMode):
    """Notes in `found` what would make the host wait for a GPU: reading from it, and indices that are not
    among these tensors, which are on it."""

    def __init__(self, known):
        super().__init__()
        self.known, self.found = {t.untyped_storage().data_ptr() for t in known}, []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = str(func.overloadpacket)
        if name in WAITING or name in ("aten.index", "aten.index_put_") and any(
                index is not None and index.untyped_storage().data_ptr() not in self.known
                for index in args[1]):
            self.found.append(name)
        return func(*args, **(kwargs or {}))


def test_no_field_waits_for_the_device():
    for name in ("paired", "nothing assigned", "window 3", "every token matched"):
        field = FIELDS[name]
        groups = groups_of(field, HEAD_DIM, CPU, torch.float32)
        known = [tokens for tokens, *_ in (*groups.paired, *groups.chunks)] if groups else []
        given = streams()
        with Waits(known) as waits:
            attend(field, groups, *given, HEADS, sdpa)
        assert not waits.found, name
    with Waits(known) as waits:
        given[0][0][:, [0, 2]] += given[0][0].max().item()
    assert waits.found == ["aten.index", "aten._local_scalar_dense", "aten.index_put_"]


def test_correspondence_is_refused_where_torch_has_no_kernel_for_it():
    for device in ("mps", "xpu"):
        with pytest.raises(ValueError, match=f"no attention kernel for it on '{device}', only on "
                                             "'cpu' and 'cuda'; choose 'paired' or 'full' in 'Apply"):
            groups_of(FIELDS["window 3"], HEAD_DIM, torch.device(device), torch.bfloat16)
        assert groups_of(FIELDS["paired"], HEAD_DIM, torch.device(device), torch.bfloat16) is None


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
