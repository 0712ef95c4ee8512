"""Tiny text encoders as ComfyUI's CLIP: one of UMT5's structure, with the same weights in transformers."""
from __future__ import annotations

import functools
import io
from types import SimpleNamespace
from typing import TYPE_CHECKING

import torch

import tiny

if TYPE_CHECKING:
    from comfy.sd import CLIP

CONFIG = {"d_model": tiny.WAN["text_dim"], "d_kv": 8, "num_heads": 4, "d_ff": 48, "num_layers": 2,
          "vocab_size": 80}
SENTENCES = ("a quiet room with a red chair (wood:1.5), & a lamp", "the camera moves to the left <2 m>",
             "\"blurry\"; it's low quality; JPEG; 100% noise!", "色调艳丽,过曝,静态")


@functools.cache
def vocabulary() -> bytes:
    """A SentencePiece model with UMT5's special tokens: 0 fills up, 1 ends, 2 is unknown."""
    from sentencepiece import SentencePieceTrainer

    file = io.BytesIO()
    SentencePieceTrainer.train(sentence_iterator=iter(SENTENCES), model_writer=file, pad_id=0, eos_id=1,
                               unk_id=2, bos_id=-1, vocab_size=CONFIG["vocab_size"], hard_vocab_limit=False,
                               minloglevel=2)
    return file.getvalue()


def umt5(**config: int) -> CLIP:
    """The text encoder of Wan with random weights; config: what differs from CONFIG."""
    from comfy.text_encoders import wan

    tokens = torch.frombuffer(bytearray(vocabulary()), dtype=torch.uint8)
    return _clip(wan.te(), wan.WanT5Tokenizer, {"spiece_model": tokens},
                 umt5xxl_model_config={**CONFIG, **config})


def clip_l() -> CLIP:
    """The text encoder of Stable Diffusion with random weights."""
    from comfy import sd1_clip

    small = {"hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2, "num_hidden_layers": 1}
    return _clip(sd1_clip.SD1ClipModel, sd1_clip.SD1Tokenizer, {}, clip_l_model_config=small)


def _clip(model: type, tokenizer: type, tokenizer_data: dict, **options: dict) -> CLIP:
    from comfy.sd import CLIP

    clip = CLIP(SimpleNamespace(params={}, clip=model, tokenizer=tokenizer), tokenizer_data=tokenizer_data,
                model_options={"dtype": torch.float32, **options})
    g = torch.Generator().manual_seed(3)
    for weight in clip.cond_stage_model.parameters():
        weight.data = torch.randn(weight.shape, generator=g) / max(weight.shape[-1:], default=1) ** 0.5
    return clip


def by_transformers(clip: CLIP, text: str) -> torch.Tensor:
    """[1,512,C] as diffusers' Wan pipeline encodes a text that needs no cleaning: 511 tokens and the end,
    zeros behind it."""
    from sentencepiece import SentencePieceProcessor
    from transformers import UMT5Config, UMT5EncoderModel

    model = UMT5EncoderModel(UMT5Config(**CONFIG, feed_forward_proj="gated-gelu", dropout_rate=0.0)).eval()
    weights = clip.cond_stage_model.umt5xxl.transformer.state_dict()
    model.load_state_dict({**weights, "encoder.embed_tokens.weight": weights["shared.weight"]})
    ids = [*SentencePieceProcessor(model_proto=vocabulary()).encode(text)[:511], 1]
    mask = torch.arange(512)[None] < len(ids)
    tokens = torch.tensor([[*ids, *[0] * (512 - len(ids))]])
    with torch.no_grad():
        return model(tokens, mask.long()).last_hidden_state * mask[..., None]
