"""Prompts encoded as the official code does, and what stands in for one that is not connected."""

from __future__ import annotations

import logging
from weakref import WeakKeyDictionary

import torch
from comfy.model_patcher import ModelPatcher
from comfy.sd import CLIP

from ...core.model.blocks import TEXT_TOKENS
from ...core.sampling.prompt import clean_prompt
from ...core.values import require
from .model import worldstereo

UMT5 = "umt5xxl"  # ComfyUI's name of the tokens
NOT_WANS = "clip is not the text encoder of Wan: load umt5_xxl with type wan in 'Load CLIP'."

logger = logging.getLogger(__name__)

# stand-ins that were encoded, so that another picture or path does not bring the text encoder back
_encoded: WeakKeyDictionary[CLIP, dict[str, list]] = WeakKeyDictionary()


def encode_prompt(clip: CLIP, text: str) -> list:
    """CONDITIONING of the text, cleaned, without weights in parentheses, cut to the 512 tokens of the model.

    ValueError when clip is not the text encoder of Wan.
    """
    require(hasattr(clip, "tokenize"), NOT_WANS)  # None comes from loaders of files without a text encoder
    tokens = clip.tokenize(clean_prompt(text), disable_weights=True)
    require(tokens.keys() == {UMT5}, NOT_WANS)
    row = tokens[UMT5][0]
    if len(row) > TEXT_TOKENS:
        logger.warning("WorldStereo: a prompt has %d tokens; it is cut to the %d that the model reads.",
                       len(row), TEXT_TOKENS)
        tokens = {UMT5: [[*row[:TEXT_TOKENS - 1], row[-1]]]}  # the last one ends the text
    return clip.encode_from_tokens_scheduled(tokens)


def report_empty_prompt(model: ModelPatcher, positive: list) -> None:
    """Logs a warning when the text of this CONDITIONING is empty: only the token that ends it is not zero."""
    if not worldstereo(model).settings.prompt_free and int(positive[0][0][0].any(dim=-1).sum()) == 1:
        logger.warning("WorldStereo: the prompt is empty; describe the whole scene in 'Encode Prompt' and "
                       "connect it to positive of 'Image to Key Frames'.")


def unconnected_prompt(model: ModelPatcher, name: str, clip: CLIP | None) -> list:
    """CONDITIONING in place of the input of this name: with a clip the encoded empty text, or the model's own
    negative prompt; else zero text tokens."""
    settings = worldstereo(model).settings
    if clip is not None:
        require(hasattr(clip, "tokenize"), NOT_WANS)
        text, kept = settings.negative_prompt if name == "negative" else "", _encoded.setdefault(clip, {})
        if text not in kept:
            kept[text] = encode_prompt(clip, text)
        return kept[text]
    # memory-dmd never looks at the negative prompt
    if not settings.prompt_free and (name == "positive" or not settings.distilled):
        logger.warning("WorldStereo: neither %s nor clip of 'Image to Key Frames' is connected; the text "
                       "tokens are zero.", name)
    return [[torch.zeros(1, TEXT_TOKENS, worldstereo(model).text_dim), {}]]
