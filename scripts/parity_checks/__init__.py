"""Compares this pack with recorded outputs of the official code: one checker for each kind of file.

A checker takes a Case and returns what this pack computes: tensors under the names of the recorded outputs,
and pairs (got, expected) for decisions that are recorded in the metadata. Whatever is recorded must be among
them.
"""
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from . import cameras, cloud, geometry, memory, model, pipelines, render, small
from .case import Case, read_case
from .compare import Comparison, compare_all


@dataclass(frozen=True)
class Kind:
    """How a kind is checked. `relative`: the tolerance is a part of the largest recorded entry."""

    check: Callable[[Case], dict]
    tolerance: float
    relative: bool = False


KINDS = {
    "block_control": Kind(model.check_control_block, 2e-5),
    "block_ssm": Kind(model.check_memory_block, 2e-5),
    "rope": Kind(model.check_rope, 2e-5),
    "forward_camera": Kind(model.check_forward, 1e-4),
    "forward_memory": Kind(model.check_forward, 1e-4),
    "pipeline_camera": Kind(pipelines.check_pipeline, 3e-4),
    "pipeline_ref": Kind(pipelines.check_pipeline, 3e-4),
    "pipeline_dmd": Kind(pipelines.check_pipeline, 3e-4),
    "vae_keyframe": Kind(pipelines.check_vae, 5e-5),
    "camera": Kind(cameras.check_camera, 1e-4, relative=True),
    "data_multi_traj": Kind(cameras.check_clip_data, 1e-4, relative=True),
    "clip_preprocess": Kind(cameras.check_clip_image, 1e-4, relative=True),
    "points3d": Kind(geometry.check_points, 1e-5, relative=True),
    "data_single_view": Kind(geometry.check_single_image, 1e-4, relative=True),
    "cloud": Kind(cloud.check_cloud, 1e-6, relative=True),
    # An angle near 0 is only known to 0.02 degrees in float32.
    "frustum": Kind(memory.check_frustum, 3e-4, relative=True),
    "selector": Kind(memory.check_selector, 1e-6, relative=True),
    "memory_bank": Kind(memory.check_memory_bank, 3e-4, relative=True),
    "render": Kind(render.check_render, render.TOLERANCE),
    "small_functions_and_schedulers": Kind(small.check_small, 1e-4, relative=True),
}


@dataclass(frozen=True)
class Result:
    """One line of the table; verdict is "passed" or "failed"."""

    file: str
    kind: str
    verdict: str
    error: float = float("nan")
    tolerance: str = ""
    remark: str = ""
    seconds: float = 0.0


def check_file(path: Path) -> Result:
    """Checks one file; whatever goes wrong with it is a failed result, so that the other files are still
    checked."""
    kind, began = "?", time.monotonic()
    try:
        case = read_case(path)
        kind = case.kind
        if kind not in KINDS:
            return Result(path.name, kind, "failed", remark="unknown kind")
        with torch.no_grad():
            computed = KINDS[kind].check(case)
        comparison = compare_all(case.outputs, computed, KINDS[kind].tolerance, KINDS[kind].relative)
    # a broken file or checker is a finding about this file, not the end of the run
    except Exception as error:
        return Result(path.name, kind, "failed", remark=f"{type(error).__name__}: {error}")
    return _result(path.name, kind, comparison, time.monotonic() - began)


def _result(file: str, kind: str, comparison: Comparison, seconds: float) -> Result:
    tolerance = f"{KINDS[kind].tolerance:.0e}" + (" rel" if KINDS[kind].relative else "")
    verdict = "failed" if comparison.failures else "passed"
    largest = f"{comparison.count} compared, largest at {comparison.largest_at}"
    remark = "; ".join(comparison.failures[:3]) or largest
    return Result(file, kind, verdict, comparison.largest, tolerance, remark, seconds)
