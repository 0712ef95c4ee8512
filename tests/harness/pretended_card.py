"""A pretended CUDA card: tensors that say they are on `cuda:0`, computed on the CPU with real numbers.

    with pretended_card() as log:
        x = torch.zeros(3, device="cuda")

An operation on tensors of both devices raises DeviceMismatch. The log has every place where the host waits
for the card, every copy between the two, and how often something is launched. Not there: the card's
own kernels and their rounding, streams that overtake each other, memory. A CPU tensor without dimensions is
taken wherever it meets the card's tensors, as torch does nearly everywhere.
"""
from __future__ import annotations

import ctypes
import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils import backend_registration
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

CARD = torch.device("cuda:0")
ROOT = Path(__file__).resolve().parents[2]
aten = torch.ops.aten
_GUARD = backend_registration._DummyDeviceGuard()
# What makes the host wait whatever its arguments are; other cases are in _log_waits.
WAITS = {aten._local_scalar_dense.default, aten.nonzero.default, aten.equal.default,
         aten.masked_select.default, aten.bincount.default, aten._unique2.default, aten.unique_dim.default,
         aten.unique_consecutive.default, aten._linalg_check_errors.default}
INDEXING = {aten.index.Tensor, aten.index_put.default, aten.index_put_.default, aten._index_put_impl_.default}
COPIES = {aten._to_copy.default, aten.copy_.default, aten.copy.default}


class DeviceMismatch(RuntimeError):
    """Tensors of two devices met in one operation."""


@dataclass
class Log:
    """How often; the keys of waits and copies are (what, "file:line")."""

    waits: Counter[tuple[str, str]] = field(default_factory=Counter)
    copies: Counter[tuple[str, str]] = field(default_factory=Counter)
    launches: Counter[str] = field(default_factory=Counter)

    def wait(self, what: str) -> None:
        self.waits[what, _place()] += 1


class CardTensor(torch.Tensor):
    """Says that it is on the card; its numbers are in `host`."""

    host: Tensor

    @staticmethod
    def __new__(cls, host: Tensor) -> CardTensor:
        with torch.inference_mode(False):  # else views of it cannot be made in inference mode
            tensor = torch.Tensor._make_wrapper_subclass(
                cls, host.size(), strides=host.stride(), storage_offset=host.storage_offset(),
                dtype=host.dtype, layout=host.layout, device=CARD, requires_grad=False)
        tensor.host = host
        return tensor

    @classmethod
    def __torch_dispatch__(cls, func: Callable, types: Sequence[type], args: tuple = (),
                           kwargs: dict | None = None) -> Any:
        raise RuntimeError(f"{func} was called on a tensor of the pretended card outside of it.")

    def tolist(self) -> Any:
        _log().wait("tolist")
        return self.host.tolist()

    def numpy(self, *, force: bool = False) -> Any:
        if not force:
            raise TypeError(f"can't convert {CARD} device type tensor to numpy. Use Tensor.cpu() first.")
        return self.cpu().numpy()

    def __format__(self, spec: str) -> str:
        return self.item().__format__(spec) if self.ndim == 0 else object.__format__(self, spec)

    def __repr__(self, **_: Any) -> str:
        return f"CardTensor({self.host})"


class _Mode(TorchDispatchMode):
    """Runs every operation on the CPU and says where its results are."""

    def __init__(self) -> None:
        super().__init__()
        self.log = Log()

    def __torch_dispatch__(self, func: Any, types: Sequence[type], args: tuple = (),
                           kwargs: dict[str, Any] | None = None) -> Any:
        kwargs = kwargs or {}
        # operations made of others come whole then; attention is one kernel on a card
        if torch.is_inference_mode_enabled() and func is not aten.scaled_dot_product_attention.default:
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        ours = [tensor for tensor in tensors if isinstance(tensor, CardTensor)]
        if func in FUSED_ATTENTION and ours:
            func, args, kwargs = _attention_for_cpu, (func, *args), kwargs
        else:
            _check_devices(func, args, tensors)
        on_card = bool(ours) if func not in COPIES else isinstance(args[0], CardTensor)
        device = kwargs.get("device")
        if device is not None:
            device = torch.device(device)
            # "cuda" without a number is the current device, and the guard gives its own name for that
            if device.type not in ("cpu", CARD.type, "privateuseone"):
                return func(*args, **kwargs)
            on_card, kwargs = device.type != "cpu", {**kwargs, "device": torch.device("cpu")}
        if kwargs.get("pin_memory"):
            kwargs = {**kwargs, "pin_memory": False}
        self._record(func, args, kwargs, on_card, ours)
        result = func(*tree_map(_on_host, args), **tree_map(_on_host, kwargs))
        if ours and torch.Tag.inplace_view in getattr(func, "tags", ()):
            with torch.utils._mode_utils.no_dispatch():
                func(*args, **kwargs)  # the shape of what says that it is on the card changes too
        known = {id(tensor.host): tensor for tensor in ours}  # what was changed in place stays what it was
        return tree_map(lambda value: _back(value, known, on_card), result)

    def _record(self, func: Any, args: tuple, kwargs: dict[str, Any], on_card: bool, ours: list) -> None:
        if not ours and not on_card:
            return
        if not getattr(func, "is_view", False):
            self.log.launches[str(func)] += 1
        if func in WAITS or func is aten.repeat_interleave.Tensor and kwargs.get("output_size") is None:
            self.log.wait(str(func))
        if func in INDEXING:
            self._record_indices(args[1])
        if func in COPIES:
            source = args[1] if func is not aten._to_copy.default else args[0]
            if isinstance(source, CardTensor) != on_card:
                what = "copy to the card" if on_card else "copy to the CPU"
                self.log.copies[what, _place()] += 1
                given = args[2:3] == (True,) and func is not aten._to_copy.default
                if not (kwargs.get("non_blocking") or given):
                    self.log.wait(what)

    def _record_indices(self, indices: Sequence[Tensor | None]) -> None:
        for index in indices:
            if index is None:
                continue
            if not isinstance(index, CardTensor):
                self.log.copies["index from the CPU", _place()] += 1
                self.log.wait("index from the CPU")
            if index.dtype in (torch.bool, torch.uint8):
                self.log.wait("index by a mask")


@contextmanager
def pretended_card() -> Iterator[Log]:
    """Within it `cuda` is the pretended card. Skips the test where torch does not let a library without CUDA
    have one."""
    _allow_cuda_tensors()
    lazy_init, lift = torch.cuda._lazy_init, torch._C._only_lift_cpu_tensors()
    overwrite = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.cuda._lazy_init = lambda: None
    torch._C._set_only_lift_cpu_tensors(True)  # torch.tensor(list, device=) then copies where modes see it
    torch.__future__.set_overwrite_module_params_on_conversion(True)  # Module.to makes new parameters
    try:
        with _Mode() as mode:
            yield mode.log
    finally:
        torch.cuda._lazy_init = lazy_init
        torch._C._set_only_lift_cpu_tensors(lift)
        torch.__future__.set_overwrite_module_params_on_conversion(overwrite)


@contextmanager
def waits_in(layers: Iterable[torch.nn.Module], log: Log) -> Iterator[Counter[str]]:
    """The waits while any of these layers runs, filled in as they run."""
    inside: Counter[str] = Counter()
    before: list[Counter[tuple[str, str]]] = []

    def enter(*_: object) -> None:
        before.append(log.waits.copy())

    def leave(*_: object) -> None:
        for (what, place), count in (log.waits - before.pop()).items():
            inside[f"{what} at {place}"] += count

    hooks = [hook for layer in layers
             for hook in (layer.register_forward_pre_hook(enter), layer.register_forward_hook(leave))]
    try:
        yield inside
    finally:
        for hook in hooks:
            hook.remove()


def on_cpu(value: Any) -> Any:
    """The value with the numbers of all card tensors in it, with no entry in the log."""
    return tree_map(_on_host, value)


@functools.cache
def _allow_cuda_tensors() -> None:
    """Gives a torch without CUDA a device guard of CUDA tensors, which does nothing: torch's own for devices
    that are written in Python."""
    torch._C._ensureCUDADeviceGuardSet()  # enough for a torch with CUDA on a machine without a card
    try:
        library = ctypes.CDLL(str(next((Path(torch.__file__).parent / "lib").glob("*c10.*"))))
        guards = (ctypes.c_void_p * 22).in_dll(library, "_ZN3c104impl26device_guard_impl_registryE")
    except (StopIteration, OSError, ValueError) as error:
        pytest.skip(f"this torch does not show its table of device guards: {error}")
    kinds = torch._C._autograd.DeviceType
    if guards[int(kinds.CUDA)] is None:
        torch._C._acc.register_python_privateuseone_device_guard(_GUARD)
        guards[int(kinds.CUDA)] = guards[int(kinds.PrivateUse1)]


def _log() -> Log:
    mode = torch.utils._python_dispatch._get_current_dispatch_mode()
    assert isinstance(mode, _Mode)
    return mode.log


def _place() -> str:
    """file:line of the innermost frame that is neither this file nor torch."""
    frame = sys._getframe(1)
    while frame.f_back and (frame.f_code.co_filename == __file__ or "/torch/" in frame.f_code.co_filename
                            or frame.f_code.co_filename.endswith("contextlib.py")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.removeprefix(f'{ROOT}/')}:{frame.f_lineno}"


def _on_host(value: Any) -> Any:
    return value.host if isinstance(value, CardTensor) else value


def _back(value: Any, known: dict[int, CardTensor], on_card: bool) -> Any:
    if not isinstance(value, Tensor):
        return value
    if id(value) in known:
        return known[id(value)]
    return CardTensor(value) if on_card else value


def _check_devices(func: Any, args: tuple, tensors: list[Tensor]) -> None:
    if func in COPIES:
        return
    if func in INDEXING and isinstance(args[0], CardTensor):  # torch copies indices to the card
        tensors = [args[0], *(value for value in args[2:] if isinstance(value, Tensor))]
    plain = [tensor for tensor in tensors if not isinstance(tensor, CardTensor)]
    if len(plain) < len(tensors) and any(tensor.ndim for tensor in plain):
        met = ", ".join(f"{list(tensor.shape)} on {tensor.device}" for tensor in tensors)
        raise DeviceMismatch(f"{func} at {_place()}: {met}")


def _attention_for_cpu(func: Any, q: Tensor, k: Tensor, v: Tensor, *more: Any, scale: float | None = None,
                       ) -> tuple:
    """What the card's fused kernels return, in full for those of their results that anything reads."""
    flash = func is aten._scaled_dot_product_flash_attention.default
    if q.dtype == torch.float32 and func is not aten._scaled_dot_product_efficient_attention.default:
        raise RuntimeError(f"{func} takes half precision only, got {q.dtype}.")
    bias, causal = (None, more[1:2] == (True,)) if flash else (more[0], more[3:4] == (True,))
    out, lse = aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0.0, causal, attn_mask=bias,
                                                                scale=scale)
    unused = torch.zeros((), dtype=torch.int64)
    if func is aten._scaled_dot_product_efficient_attention.default:
        return out, lse, unused, unused
    return out, lse, None, None, q.shape[2], k.shape[2], unused, unused, unused


FUSED_ATTENTION = {aten._scaled_dot_product_flash_attention.default,
                   aten._scaled_dot_product_efficient_attention.default,
                   aten._scaled_dot_product_cudnn_attention.default}
