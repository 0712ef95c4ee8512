"""Which kernel computes attention when the library runs without ComfyUI; inside ComfyUI, ComfyUI chooses
it.

    latent = sample_key_frames(..., attention=attention_backend("flash"))

diffusers calls the kernels and checks their packages; this module adapts its functions to the model's form.
With the receptive field "correspondence" the video's tokens always use torch's kernels (correspondence.py).
"""

from __future__ import annotations

from diffusers.models import attention_dispatch as dispatch
from einops import rearrange
from torch import Tensor

from ...values import require
from .attention import Attention

HALF = ("bfloat16", "float16")
# name -> (diffusers' name, number types that it takes, on an NVIDIA GPU only; empty = all, everywhere)
BACKENDS = {
    "sdpa": ("native", ()),  # torch chooses among its kernels, the next three
    "sdpa-flash": ("_native_flash", ()),
    "sdpa-efficient": ("_native_efficient", (*HALF, "float32")),
    "sdpa-cudnn": ("_native_cudnn", HALF),
    "flash": ("flash", HALF),  # package flash-attn
    "flash-3": ("_flash_3", HALF),  # package flash_attn_interface, built from flash-attention's folder hopper
    "sage": ("sage", HALF),  # package sageattention; multiplies in 8 bits, so the numbers differ a little
}


def attention_backend(name: str) -> Attention:
    """The attention function of this name, one of BACKENDS.

    ValueError when the name is unknown or its package is missing or too old; on use, when the tensors are not
    for it.
    """
    require(name in BACKENDS, f"The attention backend is {name!r}; expected one of {', '.join(BACKENDS)}.")
    backend, types = dispatch.AttentionBackendName(BACKENDS[name][0]), BACKENDS[name][1]
    try:
        with dispatch.attention_backend(backend):  # only for its check of the package; nothing stays set
            pass
    except RuntimeError as error:
        raise ValueError(f"The attention backend {name!r} cannot be used here, choose 'sdpa' or install what "
                         f"it needs: {error}") from error

    def attention(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
        require(not types or q.is_cuda and str(q.dtype).removeprefix("torch.") in types,
                f"The attention backend {name!r} takes {' or '.join(types)} on an NVIDIA GPU, not {q.dtype} "
                f"on {q.device}: choose 'sdpa'.")
        q, k, v = (rearrange(t, "b n (h d) -> b n h d", h=heads) for t in (q, k, v))
        return rearrange(dispatch.dispatch_attention_fn(q, k, v, backend=backend), "b n h d -> b n (h d)")

    return attention
