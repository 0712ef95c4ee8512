#!/usr/bin/env python3
"""What ComfyUI's cache keys for the nodes of Build World cost in a run that makes so many clips.

    .venv/bin/python benchmarks/cache_keys.py [--clips 10 40 100] [--at-once 10] [--count]

The list of clips comes from one node, or from Add Trajectory to List, one for each clip with a Camera
Trajectory of its own. Nothing is sampled: of each graph that Build World becomes, ComfyUI's own code makes
the keys, and the clips then count as finished. CPU seconds, or with --count how often a node is looked at:
for the key of a node, it and all nodes before it. --at-once 1000 makes one graph of all clips.
"""
from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import environment

sys.path.insert(0, str(environment.comfyui_path()))
import comfy.cli_args

comfy.cli_args.args.cpu = True
import execution
import nodes as stock
from comfy_execution.caching import CacheKeySetInputSignature
from comfy_execution.graph import DynamicPrompt
from comfy_execution.graph_utils import GraphBuilder

from tables import Table
from world_clips import PAN
from worldstereo.core.world.clip_list import Clip
from worldstereo.nodes import NODE_CLASS_MAPPINGS, world_graph
from yardstick import machine

SETTINGS = world_graph.Settings("keys", 1, "as listed", world_graph.RENDERED, 8, 0.01, 0, 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, nargs="+", default=[10, 40, 100])
    parser.add_argument("--at-once", type=int, default=world_graph.AT_ONCE)
    parser.add_argument("--count", action="store_true")
    arguments = parser.parse_args()
    world_graph.AT_ONCE = arguments.at_once
    stock.NODE_CLASS_MAPPINGS.update(NODE_CLASS_MAPPINGS)
    print(machine())
    measure = looked_at if arguments.count else cpu_seconds
    rows = [[count, *(cost_of_keys(count, chained, measure) for chained in (False, True))]
            for count in arguments.clips]
    print(Table("", ("clips", "list from one node", "list from a node for each clip"), rows).markdown())


def cost_of_keys(count: int, chained: bool,
                 measure: Callable[[DynamicPrompt, Iterable[str]], float]) -> float:
    """Of all graphs that Build World becomes, one inside the other."""
    clips = [Clip(f"clip{i}", PAN) for i in range(count)]
    folders = [Path("keys") / f"{clip.name}.0" for clip in clips]
    prompt = DynamicPrompt(user_graph(count, chained))
    inputs, done, owner, cost = prompt.get_node("world")["inputs"], (), "world", 0
    while owner:
        finished = {folder for folder, _ in zip(folders, done)}
        world_graph.fault_of = lambda folder, _: None if folder in finished else "it is not there"
        GraphBuilder.set_default_prefix(owner, 0)
        made = world_graph.expand(clips, folders, inputs, SETTINGS, done=done)["expand"]
        for key, node in made.items():
            prompt.add_ephemeral_node(key, node, owner, owner)
        cost += measure(prompt, made)
        owner = next((key for key, node in made.items() if node["class_type"] == "WSKitBuildWorld"), "")
        done = made[owner]["inputs"][world_graph.REPORT][1:] if owner else ()
    return cost


def cpu_seconds(prompt: DynamicPrompt, nodes: Iterable[str]) -> float:
    keys = CacheKeySetInputSignature(prompt, nodes, execution.IsChangedCache("", prompt, None))
    began = time.process_time()
    asyncio.run(keys.add_keys(nodes))
    return time.process_time() - began


def looked_at(prompt: DynamicPrompt, nodes: Iterable[str]) -> int:
    keys = CacheKeySetInputSignature(prompt, nodes, None)
    return sum(1 + len(keys.get_ordered_ancestry(prompt, node)[0]) for node in nodes)


def user_graph(count: int, chained: bool) -> dict[str, dict]:
    """What a user draws: loaders, the start of the world, the list, and Build World."""
    graph = {"model": node("WSKitLoadModel", model_name="model"), "vae": node("VAELoader", vae_name="vae"),
             "cloud": node("WSKitPointCloudFromDepth"), "bank": node("WSKitNewMemoryBank"),
             "0": node("WSKitTrajectoriesAsList")}
    for i in range(1, chained * count + 1):
        graph[f"path{i}"] = node("WSKitCameraTrajectory", preset="orbit", frames=21, width=832, height=480,
                                 angle=15.0, elevation=0.0, distance=0.2, tilt=0.0, zoom=1.5)
        graph[f"{i}"] = node("WSKitAddTrajectory", trajectory=[f"path{i}", 0], name=f"clip{i}", prompt="",
                             trajectories=[f"{i - 1}", 0])
    graph["world"] = node("WSKitBuildWorld", model=["model", 0], vae=["vae", 0], point_cloud=["cloud", 0],
                          memory_bank=["bank", 0], trajectories=[f"{chained * count}", 0], world="keys")
    return graph


def node(class_type: str, **inputs: object) -> dict:
    return {"class_type": class_type, "inputs": inputs}


if __name__ == "__main__":
    main()
