#!/usr/bin/env python3
"""Makes workflows/NAME.json and its thumbnail from every workflows/api/NAME.json, with ComfyUI's own web page.

Run it with .venv's python after a graph or a node was changed; a new graph gets its layout here. The API graph is written
anew as well: inputs that a node has gained since are in it then, with their defaults.
"""
from __future__ import annotations

import json
import tempfile
from pathlib import Path

import comfy_page
import environment
import quickstart
from comfy_server import Server

GAP, TITLE_HEIGHT, GROUP_TITLE_HEIGHT, LEAST_WIDTH = 30, 30, 55, 320
PREVIEW_HEIGHTS = {"SaveImage": 240, "SaveVideo": 240}  # what these nodes show after a run

LAYOUTS = {  # file name -> groups from left to right: (title, columns of node ids from top to bottom)
    "quickstart.json": (
        ("Scene: photograph and depth become a point cloud", ((1, 2), (3, 4), (23, 24, 25))),
        ("Camera path, and what is known along it", ((5, 6, 7), (8, 9, 10), (11, 12, 13))),
        ("Model (tiny, untrained: it makes noise)", ((14, 15, 16, 17), (18, 19), (20, 21, 22))),
    ),
    "three_trajectories.json": (
        ("Scene, and the model (tiny, untrained: it makes noise)", ((1, 2, 3), (4, 5, 6))),
        ("Clip 1, to the right", ((7, 8, 9, 10, 11), (12, 13, 14, 15, 16), (17, 18, 19, 20, 21))),
        ("Clip 2, up, with what clip 1 left in both memories", ((22, 23, 24, 25, 26), (27, 28, 29, 30, 31), (32, 33, 34, 35))),
        ("Clip 3, onward from the end of clip 2", ((36, 37, 38, 39, 40), (41, 42, 43, 44, 45), (46, 47, 48, 49, 50))),
        ("The world", ((51, 52),)),
    ),
    "build_world.json": (
        ("Official scene: examples/kitchen, copied into the input folder", ((1, 2), (3, 4, 5))),
        ("Model (tiny, untrained: it makes noise), and the four clips", ((6, 7), (8,))),
        ("The world", ((9, 10, 13), (11, 12))),
    ),
    "panorama_world.json": (
        ("Panorama and its distances become a bank and a cloud", ((1, 4), (2, 3), (5,))),
        ("Three paths", ((6, 8, 10), (7, 9, 11))),
        ("Model (tiny, untrained: it makes noise), and the clips", ((12, 13), (14,))),
        ("The world", ((15, 16, 19), (17, 18))),
    ),
}
# What widgets put there while the page is open; a stored path would be looked for in every fresh installation.
RUNTIME_PROPERTIES = {"Last Time Model File", "Camera Config", "Light Config", "Model Config", "Scene Config"}


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as base:
        quickstart.prepare(Path(base))
        with Server(environment.comfyui_path(), Path(base)) as server, comfy_page.open_page(server.url) as page:
            for file in sorted((quickstart.ROOT / "workflows" / "api").glob("*.json")):
                make_workflow(page, file, quickstart.ROOT / "workflows" / file.name)


def make_workflow(page, source: Path, target: Path) -> None:
    comfy_page.load_api_graph(page, json.loads(source.read_text()))
    source.write_text(one_line_per_node(comfy_page.api_graph(page)))
    drawn = comfy_page.workflow(page)
    drawn["groups"] = arrange({node["id"]: node for node in drawn["nodes"]}, LAYOUTS[target.name])
    for node in drawn["nodes"]:
        # the seed stays as in the graph, so that every run gives the same
        values = node.get("widgets_values", [])
        node["widgets_values"] = ["fixed" if value == "randomize" else value for value in values]
        node["properties"] = {k: v for k, v in node["properties"].items() if k not in RUNTIME_PROPERTIES}
    target.write_text(json.dumps(drawn, indent=1) + "\n")
    comfy_page.load_workflow(page, drawn)
    comfy_page.save_picture(page, target.with_suffix(".jpg"))
    print(f"{target}: {len(drawn['nodes'])} nodes, alerts: {comfy_page.alerts(page) or 'none'}")


def one_line_per_node(graph: dict) -> str:
    lines = [f"  {json.dumps(key)}: {json.dumps(graph[key], sort_keys=True)}" for key in sorted(graph, key=int)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def arrange(nodes: dict[int, dict], layout: tuple) -> list[dict]:
    """Sets `pos` of every node and one width for each column; returns the groups around them."""
    left, groups = 0, []
    for title, columns in layout:
        start, lowest = left, 0
        for column in columns:
            top, members = 0, [nodes[node_id] for node_id in column]
            width = max(LEAST_WIDTH, *(round(node["size"][0]) for node in members))
            for node in members:
                height = round(node["size"][1]) + PREVIEW_HEIGHTS.get(node["type"], 0)
                node["pos"], node["size"] = [left, top], [width, height]
                top += height + TITLE_HEIGHT + GAP
            lowest = max(lowest, top)
            left += width + 2 * GAP
        box = [start - GAP, -TITLE_HEIGHT - GROUP_TITLE_HEIGHT, left - start, lowest + GROUP_TITLE_HEIGHT]
        groups.append({"id": len(groups) + 1, "title": title, "bounding": box, "color": "#b8c4d0", "font_size": 24})
        left += GAP
    return groups


if __name__ == "__main__":
    main()
