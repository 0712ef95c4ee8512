"""What the tests of the training share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from worldstereo.core.model import blocks


@pytest.fixture(scope="module")
def whole_attention() -> Iterator[None]:
    """The training leaves prompts out of the blocks for its process; the tests after this one need them."""
    kept = blocks.context_keys, blocks.cross_attention
    yield
    blocks.context_keys, blocks.cross_attention = kept
