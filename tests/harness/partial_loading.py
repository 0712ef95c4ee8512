"""Partial loading without an accelerator: fake tensors on the "meta" device raise whenever two devices
meet."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch.utils._python_dispatch import TorchDispatchMode

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


class Moves(TorchDispatchMode):
    """Inside `with`: the tensors that were copied to another device, and those for which the host waits."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: list[torch.Tensor] = []
        self.waited_for: list[torch.Tensor] = []

    def __torch_dispatch__(self, function: Callable, types: object, args: tuple = (),
                           kwargs: dict | None = None) -> object:
        kwargs = kwargs or {}
        if function is torch.ops.aten.copy_.default:
            self._note(args[1], args[0].device, (args[2:] or (kwargs.get("non_blocking", False),))[0])
        if function is torch.ops.aten._to_copy.default and kwargs.get("device"):
            self._note(args[0], kwargs["device"], kwargs.get("non_blocking", False))
        return function(*args, **kwargs)

    def _note(self, moved: torch.Tensor, to: torch.device, non_blocking: bool) -> None:
        if moved.device != to:
            self.moved.append(moved)
            self.waited_for += [moved] * (not non_blocking)


def run_at_budget(memory: bool, budget: float, change: Callable[[torch.nn.Module], None] | None = None,
                  portions: int = 1, watch: AbstractContextManager | None = None,
                  ) -> tuple[torch.device, float]:
    """One forward with about budget * size of the weights on the accelerator -> (device of the result,
    part loaded). change: what is done to the diffusion model before; watch: around the forward."""
    from comfy.ldm.modules.attention import attention_pytorch

    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge
    from worldstereo.nodes.bridge.layers import casts_kept

    with fake_accelerator():
        settings = Settings(variant="memory" if memory else "camera")
        model = bridge.make_model(tiny.transformer(memory), settings, ACCELERATOR)
        if change:
            change(model.model.diffusion_model)
        model.partially_load(ACCELERATOR, extra_memory=int(model.model_size() * budget))
        geometric, stereo = tiny.controls()
        # ComfyUI's default attention for this process asks the device for its free memory, which a fake one
        # cannot tell
        options = {bridge.PORTIONS: portions, bridge.GEOMETRIC: geometric,
                   **({bridge.STEREO: stereo} if memory else {}),
                   "optimized_attention_override": lambda _, *args,
                   **kwargs: attention_pytorch(*args, **kwargs)}
        on = {"device": ACCELERATOR}
        given = (torch.randn(1, 36, *tiny.LATENT[2:], **on), torch.full((1,), 500.0, **on),
                 torch.randn(1, 512, tiny.WAN["text_dim"], **on),
                 torch.randn(1, 257, tiny.WAN["image_dim"], **on))
        with watch or nullcontext(), casts_kept(model.model.diffusion_model.net):
            out = model.model.diffusion_model(*given, transformer_options=options)
        return out.device, model.loaded_size() / model.model_size()
