#!/usr/bin/env python3
"""Makes workflows/NAME.json and its thumbnail from every workflows/api/NAME.json, with ComfyUI's own web page.

Run it with .venv's python after a graph was changed. Nodes stand in columns, each right of everything it needs.
"""
from __future__ import annotations

import json
import tempfile
from pathlib import Path

import comfy_page
import environment
import quickstart
from comfy_server import Server

COLUMN_GAP, ROW_GAP, TITLE_HEIGHT = 60, 40, 30
# What widgets put there while the page is open; a stored path would be looked for in every fresh installation.
RUNTIME_PROPERTIES = {"Last Time Model File", "Camera Config", "Light Config", "Model Config", "Scene Config"}


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as base:
        quickstart.prepare(Path(base))
        with Server(environment.comfyui_path(), Path(base)) as server, comfy_page.open_page(server.url) as page:
            for file in sorted((quickstart.ROOT / "workflows" / "api").glob("*.json")):
                make_workflow(page, json.loads(file.read_text()), quickstart.ROOT / "workflows" / file.name)


def make_workflow(page, graph: dict, target: Path) -> None:
    comfy_page.load_api_graph(page, graph)
    drawn = comfy_page.workflow(page)
    arrange(drawn["nodes"], columns(graph))
    for node in drawn["nodes"]:
        node["properties"] = {k: v for k, v in node["properties"].items() if k not in RUNTIME_PROPERTIES}
    target.write_text(json.dumps(drawn, indent=1) + "\n")
    comfy_page.load_workflow(page, drawn)
    comfy_page.save_picture(page, target.with_suffix(".jpg"))
    print(f"{target}: {len(drawn['nodes'])} nodes, alerts: {comfy_page.alerts(page) or 'none'}")


def columns(graph: dict) -> dict[str, int]:
    """Node id -> number of nodes on the longest way to it; sources stand beside the first node that uses them."""
    needs = {node_id: [v[0] for v in node["inputs"].values() if isinstance(v, list)] for node_id, node in graph.items()}

    def depth(node_id: str) -> int:
        return 1 + max((depth(other) for other in needs[node_id]), default=-1)

    column = {node_id: depth(node_id) for node_id in graph}
    for node_id in graph:
        users = [column[other] for other, wanted in needs.items() if node_id in wanted]
        if users and not needs[node_id]:
            column[node_id] = min(users) - 1
    return column


def arrange(nodes: list[dict], column: dict[str, int]) -> None:
    """Sets `pos` of every node; `size` is as the page has drawn it."""
    x = 0
    for number in range(max(column.values()) + 1):
        members = [node for node in nodes if column[str(node["id"])] == number]
        y = 0
        for node in sorted(members, key=lambda node: node["id"]):
            node["pos"] = [x, y]
            y += round(node["size"][1]) + TITLE_HEIGHT + ROW_GAP
        x += max((round(node["size"][0]) for node in members), default=0) + COLUMN_GAP


if __name__ == "__main__":
    main()
