"""Counts the bytes that a process sends to others of torch.distributed while some code runs."""
from __future__ import annotations

import torch.distributed as dist
from torch.utils._python_dispatch import TorchDispatchMode


class Traffic(TorchDispatchMode):
    """Inside `with`: .sent, bytes to other processes, and .calls, the number of collective operations.

    Knows all-to-all and all-gather; another operation is an error. What a process keeps is not counted.
    """

    def __init__(self):
        super().__init__()
        self.sent = self.calls = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function.namespace == "c10d":
            self.calls += 1
            self.sent += _bytes_to_others(str(function), args)
        return function(*args, **(kwargs or {}))


def _bytes_to_others(name: str, args: tuple) -> int:
    _, sent, group = args[:3]
    group = dist.ProcessGroup.unbox(group)
    if name == "c10d.alltoall_base_.default":
        return sent.itemsize * (sent.numel() - args[4][group.rank()])
    if name == "c10d.allgather_.default":
        return sum(tensor.nbytes for tensor in sent) * (group.size() - 1)
    raise NotImplementedError(f"The traffic of {name} is not counted yet.")


def bytes_of_forward(processes: int, rank: int, width: int, control_width: int, heads: tuple[int, int],
                     blocks: int, control_blocks: int, tokens: tuple[int, int], out: int,
                     itemsize: int = 2) -> int:
    """Bytes that process `rank` sends in a forward of one prompt, with no more processes than heads.

    heads: of the video blocks and of the control blocks; tokens: of the video and of all references; out:
    channels of a token after the head.
    """
    def part(count: int) -> int:
        return (count + processes - 1 - rank) // processes

    def attention(own: int, all_tokens: int, width: int, heads: int) -> int:
        own_width = width // heads * part(heads)
        # queries, keys and values of own tokens for others' heads, results of own heads for others' tokens
        return 3 * own * (width - own_width) + (all_tokens - own) * own_width

    video, references = tokens
    block = attention(part(video) + part(references), video + references, width, heads[0])
    control = attention(part(video), video, control_width, heads[1])
    # gloo and NCCL gather parts of one size, that of the largest
    head = -(-video // processes) * out * (processes - 1)
    return itemsize * (blocks * block + control_blocks * control + head)
