"""A process that computes its part of a model's forwards; workers.py starts it and says what it does."""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

from .checkpoint.load import assign, empty_transformer, tensors_of
from .checkpoint.precision import storage_dtype
from .control_values import GeometricControl, StereoControl
from .run_options import RunOptions
from .transformer import WorldStereoTransformer


class Worker:
    """One process of the group: a model, whole or its share of the weights, and the memories of a clip."""

    net: WorldStereoTransformer
    geometric: GeometricControl | None
    stereo: StereoControl | None
    run: RunOptions

    def __init__(self, device: torch.device):
        self.device = device

    def load(self, path: str | Path, dtype: torch.dtype | None, base: str | Path | None,
             compute_dtype: torch.dtype, changed: dict[str, Tensor], sharded: bool) -> None:
        """Loads a checkpoint, see load_transformer, and casts it to the type in which it computes.

        changed: weights that are not those of the checkpoint. sharded: every process keeps a part of each
        weight, and gathers a block while it is computed.
        """
        self.net, file = empty_transformer(path, base)
        if sharded:
            _shard(self.net, self.device)
        parameters = dict(self.net.named_parameters())
        for name, tensor, scale in tensors_of(file, dtype):
            tensor = changed.get(name, tensor).to(self.device)
            if scale is None:
                tensor = tensor.to(storage_dtype(name, tensor.dtype, compute_dtype))
            else:
                tensor = tensor.to(compute_dtype).mul_(scale.to(self.device).reshape(-1, 1))
            assign(self.net, name, _share(tensor, parameters[name]) if sharded else tensor)
        self.net.eval()

    def begin(self, geometric: GeometricControl | None, stereo: StereoControl | None, portions: int) -> None:
        """Takes the memories of a clip; what its steps share is kept until the next one begins."""
        self.geometric, self.stereo = geometric, stereo
        self.run = RunOptions(cache={}, tables={}, portions=portions, group=dist.group.WORLD)

    def forward(self, inputs: tuple[Tensor | None, ...], controlled: bool, copies: int) -> Tensor | None:
        """The velocity from the first process, None from the others; inputs: of the transformer's forward,
        without the memories. controlled: whether the geometric memory acts."""
        inputs = tuple(None if t is None else t.to(self.device) for t in inputs)
        velocity = self.net(*inputs, self.geometric if controlled else None, self.stereo,
                            replace(self.run, copies=copies))
        return velocity.cpu() if dist.get_rank() == 0 else None


def _shard(net: WorldStereoTransformer, device: torch.device) -> None:
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    for block in (*net.blocks, *net.controlnet.controlnet_blocks):
        fully_shard(block, mesh=mesh)
    fully_shard(net, mesh=mesh)


def _share(tensor: Tensor, parameter: Tensor) -> Tensor:
    """This process's share of a weight, placed as fully_shard placed the empty parameter."""
    from torch.distributed.tensor import DTensor, distribute_tensor

    assert isinstance(parameter, DTensor)
    return distribute_tensor(tensor, parameter.device_mesh, parameter.placements, src_data_rank=None)


def answer_requests(rank: int, devices: list[str], meeting: str) -> None:
    """Answers requests (number, method of Worker, arguments) on stdin with (number, None or error, result)
    on stdout, until stdin ends."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what others print must not come between the replies
    device = torch.device(devices[rank])
    if device.type == "cuda":
        torch.cuda.set_device(device)
    else:
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // len(devices)))
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", init_method=Path(meeting).as_uri(),
                            rank=rank, world_size=len(devices))
    worker = Worker(device)
    with torch.no_grad():
        while True:
            try:
                number, name, arguments = pickle.load(requests)
            except EOFError:
                break
            try:
                reply = number, None, getattr(worker, name)(*arguments)
            except Exception as error:
                # others may be of a class that cannot be sent
                plain = isinstance(error, (ValueError, torch.cuda.OutOfMemoryError))
                reply = number, error if plain else RuntimeError(str(error)), None
            pickle.dump(reply, replies)
            replies.flush()
    dist.destroy_process_group()
