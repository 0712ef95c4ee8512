"""Partial loading without an accelerator: fake tensors on the "meta" device raise whenever two devices
meet."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

import tiny

ACCELERATOR = torch.device("meta")


@contextmanager
def fake_accelerator() -> Iterator[None]:
    """FakeTensorMode with "meta" as the accelerator; Module.to() makes new parameters:
    fake ones cannot be swapped."""
    import torch._functorch.config as functorch
    from torch._subclasses.fake_tensor import FakeTensorMode

    def apply(self: torch.nn.Module, fn: Callable[[torch.Tensor], torch.Tensor], recurse: bool = True,
              ) -> torch.nn.Module:
        for child in self.children():
            child._apply(fn)
        for store in (self._parameters, self._buffers):
            for name, tensor in store.items():
                if tensor is not None:
                    moved = fn(tensor.detach())
                    is_parameter = isinstance(tensor, torch.nn.Parameter)
                    store[name] = torch.nn.Parameter(moved, requires_grad=False) if is_parameter else moved
        return self

    original = torch.nn.Module._apply, functorch.fake_tensor_allow_meta
    torch.nn.Module._apply, functorch.fake_tensor_allow_meta = apply, True
    try:
        with FakeTensorMode():
            yield
    finally:
        torch.nn.Module._apply, functorch.fake_tensor_allow_meta = original


def run_at_budget(memory: bool, budget: float, break_it: Callable[[torch.nn.Module], None] | None = None,
                  ) -> tuple[torch.device, float]:
    """One forward with about budget * size of the weights on the accelerator -> (device of the result,
    part loaded)."""
    from comfy.ldm.modules.attention import attention_pytorch

    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    with fake_accelerator():
        settings = Settings(variant="memory" if memory else "camera")
        model = bridge.make_model(tiny.transformer(memory), settings, ACCELERATOR)
        if break_it:
            break_it(model.model.diffusion_model)
        model.partially_load(ACCELERATOR, extra_memory=int(model.model_size() * budget))
        geometric, stereo = tiny.controls()
        # ComfyUI's default attention for this process asks the device for its free memory, which a fake one
        # cannot tell
        options = {bridge.GEOMETRIC: geometric, **({bridge.STEREO: stereo} if memory else {}),
                   "optimized_attention_override": lambda _, *args,
                   **kwargs: attention_pytorch(*args, **kwargs)}
        on = {"device": ACCELERATOR}
        out = model.model.diffusion_model(
            torch.randn(1, 36, *tiny.LATENT[2:], **on), torch.full((1,), 500.0, **on),
            torch.randn(1, 512, tiny.WAN["text_dim"], **on),
            torch.randn(1, 257, tiny.WAN["image_dim"], **on), transformer_options=options)
        return out.device, model.loaded_size() / model.model_size()
