"""The measuring script counts what it says, on a file that can be counted by hand."""
import pytest

import measure_house

SOURCE = '''\
"""A module."""
from torch import Tensor  # one comment


def unproject(depth: Tensor, K: Tensor) -> Tensor:
    """World points [N,3]."""
    def inner(x):
        return x
    return inner(depth)


def fade(image: Tensor, amount):
    """Darker (see the paper, page 3)."""


def _private(): ...


class Cloud:
    def __init__(self, points): ...

    @staticmethod
    def load(path: str) -> "Cloud": ...
'''


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "house.py"
    path.write_text(SOURCE + f"X = {'1' * 120}\n")
    return path


def test_figures(file):
    figures = measure_house.measure([file])
    assert figures["files / functions"] == "1/6"
    assert figures["arguments typed, %"] == "57"  # depth, K, image, path of these and x, amount, points
    assert figures["returns typed, %"] == "33"  # unproject and load of six
    assert figures["public functions with docstring, %"] == "67"  # unproject and fade, not load
    assert figures["shapes where tensors or arrays are taken, %"] == "50"
    assert figures["lines > 110 characters"] == "1"
    assert figures["comments per 100 lines"] == f"{100 / len(file.read_text().splitlines()):.1f}"


@pytest.mark.parametrize(("kind", "lines"), [
    ("untyped", ["7 inner: x, return", "12 fade: amount, return", "16 _private: return",
                 "20 __init__: points, return"]),
    ("undocumented", ["23 load"]), ("no-shapes", ["12 fade"]), ("long", ["24 124 characters"])])
def test_offenders(file, kind, lines):
    assert list(measure_house.offenders(kind, [file])) == [f"{file}:{line}" for line in lines]


@pytest.mark.parametrize(("text", "states"), [
    ("points [N,3]", True), ("[F,H,W,3] in 0..1", True), ("[F]", True), ("(B, N, 3)", True),
    ("a 4x4 matrix", True), ("(width, height)", False), ("[frames]", False),
    ("a list [of names]", False), ("[...,2] pixels", True)])
def test_what_counts_as_a_shape(text, states):
    assert bool(measure_house.SHAPE.search(text)) == states
