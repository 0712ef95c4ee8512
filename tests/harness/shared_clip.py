"""Clips of a tiny model computed by several processes, compared with the same in one."""
from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.distributed as dist
import torch.multiprocessing

import tiny
from traffic import Traffic, bytes_of_forward

if TYPE_CHECKING:
    from worldstereo.core.model.attention.receptive_field import ReceptiveField

PROCESSES = 4
SLOW_IMPORTS = ["diffusers.models.transformers.transformer_wan", "diffusers.models.attention_dispatch"]
UNEVEN = 3, 6, 10  # key frames, rows, columns of a latent with 45 tokens, and 15 in each reference
FORWARDS = {  # name -> processes and options of _forward
    **{f"{n} references": (4, {"references": n}) for n in range(1, 9)},
    **{f"{field}, {processes} processes": (processes, {"field": field, "references": 3})
       for field in ("full", "paired", "correspondence") for processes in (2, 3, 4)},
    "even": (4, {"size": tiny.LATENT[2:]}), "batch": (2, {"batch": 2}), "portions": (2, {"portions": 3}),
    "camera model": (4, {"memory": False}), "references unchanged": (4, {"update_ref": False}),
    "more processes than heads": (3, {"heads": 2}),
}
CLIPS = {  # name -> prompts of the mesh and options of sample_key_frames
    "four steps": (1, {}), "guidance": (1, {"guidance": 5.0}),
    "a half for each prompt": (2, {"guidance": 5.0}),
}


def results(folder: Path) -> dict[str, list[dict]]:
    """name of each case -> what every process that took part found, see _run; starts PROCESSES processes."""
    # forked from one that has imported what takes longest
    multiprocessing.get_context("forkserver").set_forkserver_preload(SLOW_IMPORTS)
    torch.multiprocessing.start_processes(_main, (folder,), PROCESSES, start_method="forkserver")
    found: dict[str, list[dict]] = {}
    for rank in range(PROCESSES):
        for name, result in json.loads((folder / f"{rank}.json").read_text()).items():
            found.setdefault(name, []).append(result)
    return found


def _main(rank: int, folder: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=(folder / "meeting").as_uri(), rank=rank,
                            world_size=PROCESSES)
    with torch.no_grad():
        (folder / f"{rank}.json").write_text(json.dumps(dict(_run(rank))))
    dist.destroy_process_group()


def _run(rank: int) -> Iterator[tuple[str, dict]]:
    groups = {n: dist.new_group(list(range(n))) for n in (2, 3, 4)}
    for name, (processes, options) in FORWARDS.items():
        if rank < processes:
            yield name, _forward(groups[processes], **options)
    for name, (prompts, options) in CLIPS.items():
        yield name, _clip(prompts, options)
    if rank < 3:
        yield "refused", {"message": _refusal(groups[3])}


def _forward(group: dist.ProcessGroup, heads: int = 4, memory: bool = True, field: str = "full",
             portions: int = 1, update_ref: bool = True, references: int = 2, batch: int = 1,
             size: tuple[int, int, int] = UNEVEN) -> dict:
    """difference: the largest from the forward in this process alone; sent, formula: bytes."""
    from dataclasses import replace

    from worldstereo.core.model.run_options import RunOptions

    net = tiny.transformer(memory, heads=heads, update_ref=update_ref)
    given = tiny.inputs(memory, batch, references, size)
    if memory:
        given["stereo"] = replace(given["stereo"], receptive_field=_field(field, references, size))
    expected = net(**given)
    with Traffic() as traffic:
        got = net(**given, run=RunOptions(group=group, portions=portions))
    frames, rows, columns = size
    of_frame = rows * columns // 4
    formula = bytes_of_forward(group.size(), group.rank(), 48, 32, (heads, heads), 3, 2,
                               (frames * of_frame, references * of_frame if memory else 0), 64, 4 * batch)
    return {"difference": float((got - expected).abs().max()), "sent": traffic.sent, "formula": formula}


def _field(name: str, references: int, size: tuple[int, int, int]) -> ReceptiveField | None:
    from worldstereo.core.model.attention.receptive_field import ReceptiveField

    frames, rows, columns = size[0], size[1] // 2, size[2] // 2
    if name == "full":
        return None
    matches = torch.randint(-1, rows * columns, (frames, rows, columns, references),
                            generator=torch.Generator().manual_seed(5))
    return ReceptiveField((-1, 0, 1), matches if name == "correspondence" else None, 3)


def _clip(prompts: int, options: dict) -> dict:
    from worldstereo.core.model.parallel import clip_mesh
    from worldstereo.core.sampling.schedule import few_step_sigmas

    net = tiny.transformer(memory=True, heads=4)
    expected = tiny.sample(net, few_step_sigmas(4), **options)
    got = tiny.sample(net, few_step_sigmas(4), **options, mesh=clip_mesh("cpu", prompts))
    return {"difference": float((got - expected).abs().max())}


def _refusal(group: dist.ProcessGroup) -> str:
    """What a receptive field that needs heads says to more processes than heads."""
    try:
        _forward(group, heads=2, field="paired")
    except ValueError as error:
        return str(error)
    return ""
