"""Modulation and gate: the Triton kernels against the spelled-out way, and when they are used."""
import importlib.util
import os
import subprocess
import sys

import pytest
import torch

from worldstereo.core.model import modulation

# one unit in the last place of the larger of the two, for every kind of input that the blocks have
COMPARE = """
import torch
from worldstereo.core.model import modulation, modulation_triton as kernels

torch.manual_seed(0)
for dtype in (torch.bfloat16, torch.float16):
    for clips, tokens, channels in ((1, 7, 5120), (2, 33, 256), (2, 5, 24), (1, 3, 1000)):
        whole, update = torch.randn(2, clips, 2 * tokens, channels).to(dtype)
        shift, scale, gate = torch.randn(3, clips, 1, channels)
        norm = torch.nn.LayerNorm(channels, eps=1e-6, elementwise_affine=False)
        for x, more in ((whole, update), (whole[:, tokens:], update[:, :tokens]), (4 * whole + 9, update)):
            for got, expected in ((kernels.modulate(x, shift, 1 + scale, norm.eps),
                                   modulation.modulate_reference(norm, x, shift, scale)),
                                  (kernels.add_gated(x, more, gate),
                                   modulation.add_gated_reference(x, more, gate))):
                assert got.dtype == dtype and got.shape == expected.shape
                step = torch.finfo(dtype).eps * expected.float().abs()
                off = (got.float() - expected.float()).abs() - step
                assert off.max() < 1e-6, (dtype, x.shape, off.max())
    assert modulation.agree(kernels, torch.device("cpu"), dtype)
"""


@pytest.mark.slow
def test_triton_kernels_differ_by_at_most_one_unit_in_the_last_place(root):
    """In Triton's own interpreter, which needs no card."""
    if not importlib.util.find_spec("triton"):
        pytest.skip("no Triton here; pip install triton")
    env = {**os.environ, "TRITON_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(
        [str(root / "scripts"), *filter(None, [os.environ.get("PYTHONPATH")])])}
    done = subprocess.run([sys.executable, "-c", COMPARE], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


class Wrong:
    """In place of modulation_triton: what a card that computes wrongly would give."""

    @staticmethod
    def modulate(x, shift, factor, eps):
        return (x * factor + shift).to(x.dtype)

    @staticmethod
    def add_gated(x, update, gate):
        return modulation.add_gated_reference(x, update, gate)


def test_wrong_kernels_are_seen():
    cpu = torch.device("cpu")
    assert not modulation.agree(Wrong, cpu, torch.bfloat16)


def test_kernels_that_cannot_be_used_are_told_and_replaced(caplog, monkeypatch):
    monkeypatch.setattr(modulation.importlib.util, "find_spec", lambda name: True)
    monkeypatch.setitem(sys.modules, "worldstereo.core.model.modulation_triton", None)  # its import fails
    modulation._working_kernels.cache_clear()
    assert modulation._working_kernels(torch.device("cpu"), torch.bfloat16) is None
    modulation._working_kernels.cache_clear()
    assert "torch's are used instead, slower" in caplog.text
