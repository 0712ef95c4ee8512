"""What to do when memory runs out, said where it runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import comfy.model_management as mm

from ..model import MOST_PORTIONS

# said by a plain RuntimeError; on a card it has a class
CPU_ALLOCATOR = ("can't allocate memory", "not enough memory")


@contextmanager
def advice_when_out_of_memory(advice: Callable[[], str]) -> Iterator[None]:
    """Puts a sentence before the message of an out-of-memory error, which stays the error it is.

    So ComfyUI still knows it, unloads all models, and goes on with the next prompt.
    """
    try:
        yield
    except RuntimeError as error:
        if isinstance(error, mm.OOM_EXCEPTION) or any(sign in str(error) for sign in CPU_ALLOCATOR):
            error.args = (f"{advice()} ({error})",)
        raise


def sampling_advice(clip: str, needed: int, eight_bit: bool, portions: int, references: int) -> str:
    """clip: what was sampled, in words; needed: bytes beside the weights, as estimated."""
    more = min(MOST_PORTIONS, max(4, 2 * portions))
    remedies = ["weight_dtype fp8_e4m3fn in 'Load WorldStereo Model'"] * (not eight_bit)
    remedies += [f"'Lower Peak Memory' with {more} portions"] * (portions < MOST_PORTIONS)
    remedies += ["fewer references"] * (references > 1)
    remedies += ["fewer key frames", "a smaller picture"]
    return (f"Memory ran out while sampling {clip}, for which a step takes about {needed / 1e9:.1f} GB "
            f"beside the weights. What helps, in this order: {', '.join(remedies)}.")


def vae_advice(work: str, width: int, height: int) -> str:
    """work: what the VAE did, as a verb in the past tense; of a picture of so many pixels."""
    return (f"Memory ran out while the VAE {work} one key frame of {width}x{height}; it never takes more "
            "than one at a time. What helps, in this order: other programs off the card, ComfyUI's "
            "--cpu-vae, a smaller picture.")
