"""The processes of 'Use Several GPUs' that run, one team at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import torch
from comfy.model_patcher import ModelPatcher

from ...core.model.workers import Workers

Source: TypeAlias = tuple[str | Path, torch.dtype | None, str | Path | None]  # of weights, see load_model

# source of the weights, what else is loaded, the processes
_running: list[tuple[Source, tuple, Workers]] = []


def running_team(source: Source, loaded: tuple) -> Workers | None:
    """The processes, if they have loaded this."""
    if _running and _running[0][:2] == (source, loaded) and _running[0][2].alive:
        return _running[0][2]
    return None


def start_team(source: Source, loaded: tuple, devices: Sequence[str]) -> Workers:
    """New processes, which have yet to load this; those before are ended."""
    end_team()
    workers = Workers(devices)
    _running.append((source, loaded, workers))
    return workers


def end_team() -> None:
    """Ends the processes, whatever they do."""
    while _running:
        _running.pop()[2].close()


def end_team_with(source: Source | None) -> None:
    """Ends the processes if they have the weights of this source."""
    if _running and _running[0][0] == source:
        end_team()


def end_team_when_unloaded(model: ModelPatcher, unpatch_all: bool) -> None:
    """ON_DETACH callback of every MODEL, as ComfyUI may unload the one from which that with processes was
    cloned."""
    if unpatch_all:  # else another clone takes its place
        loaded: Any = model.model
        end_team_with(loaded.source)
