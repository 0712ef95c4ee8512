#!/usr/bin/env python3
"""Makes workflows/NAME.json from every workflows/api/NAME.json, with ComfyUI's own web page.

Run it with .venv's python after a graph or a node was changed; a new graph gets its layout here. The API
graph is written anew as well: inputs that a node has gained since are in it then, with their defaults.

`make_workflows.py NAME.json ...` makes those named, also of docs/workflows, where ComfyUI's template browser
does not look. Two of them need COMFYUI_PATH at a ComfyUI that has the nodes: loop.json and uni3c.json.
"""
from __future__ import annotations

import json
import re
import sys
import tempfile
import uuid
from pathlib import Path

import comfy_page
import environment
import model_files
import quickstart
import workflow_routes
from comfy_server import CPU, Server
from other_model_layouts import OTHER_MODELS
from workflow_layouts import LAYOUTS, Clip, Group, Layout
from workflow_routes import Cell, Wire

ALL_LAYOUTS = LAYOUTS | OTHER_MODELS
GAP, COLUMN_GAP, TITLE_HEIGHT, GROUP_TITLE_HEIGHT, LEAST_WIDTH, NOTE_WIDTH = 30, 80, 30, 55, 320, 400
# what these nodes grow to when they have something to show
HEIGHTS = {"LoadImage": 314, "SaveImage": 298, "PreviewImage": 260,
           "SaveVideo": 346, "PreviewAny": 240, "WSKitPreviewTrajectory": 460, "WSKitPreviewDepth": 320}
REPORT_HEIGHT = 68  # what web/reports.js adds to a node that has run
# room below nodes for what they show while they run: a frame, all key frames, or a text and these
LIVE = {"WSKitRenderPointCloud": 220, "WSKitDecodeKeyFrames": 220, "WSKitUpdateGeometricMemory": 220,
        "WSKitSampleKeyFrames": 340, "WSKitBuildWorld": 400}
PAGE_LEFT, PAGE_TOP, PAGE_WIDTH, PAGE_HEIGHT = 70, 100, 1830, 930  # free of menus in a window of 1920x1080
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
INPUTS, OUTPUTS = -10, -20  # nodes at both ends of a subgraph
LEAST_SCALE = 0.7  # smaller notes are hard to read; below 0.6 the page draws no text
FOLD = """([ids, title, inputs]) => {
    const nodes = ids.map(id => app.graph.getNodeById(id))
    const {subgraph, node} = app.graph.convertToSubgraph(new Set(nodes))
    subgraph.name = node.title = title
    // what pages show of themselves: the seed
    node.properties.proxyWidgets = []
    for (const input of subgraph.inputs.filter(input => !input.linkIds.length)) subgraph.removeInput(input)
    for (const [id, name] of inputs) {
        const inside = subgraph.getNodeById(id), input = inside.inputs.find(input => input.name === name)
        subgraph.addInput(name, input.type).connect(input, inside)
    }
    return node.id
}"""
# What widgets put there while the page is open; a stored path would be looked for in every fresh
# installation.
RUNTIME_PROPERTIES = {"Last Time Model File", "Camera Config", "Light Config", "Model Config", "Scene Config"}


def main() -> None:
    names = sys.argv[1:] or sorted(file.name for file in quickstart.GRAPH_FILE.parent.iterdir())
    front_end = ("--front-end-root", str(environment.newer_front_end()))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as base:
        quickstart.prepare(Path(base))
        with (Server(environment.comfyui_path(), Path(base), (*CPU, *front_end)) as server,
              comfy_page.open_page(server.url, nodes_2=True) as page):
            heights = {name: heights_in_nodes_2(page, name) for name in names}
        with Server(environment.comfyui_path(),
                    Path(base)) as server, comfy_page.open_page(server.url) as page:
            for name in names:
                make_workflow(page, name, heights[name])


def graph_file(name: str) -> Path:
    """Where the API graph lies; the workflow lies in the folder above."""
    folders = (quickstart.GRAPH_FILE.parent, quickstart.ROOT / "docs" / "workflows" / "api")
    return next(file for folder in folders if (file := folder / name).exists())


def heights_in_nodes_2(page, name: str) -> dict[int, int]:
    """{node id: height without title}. The nodes of Nodes 2.0 are higher than the classic ones that are
    stored."""
    load_folded(page, name)
    clips = ALL_LAYOUTS[name].clips
    drawn = [comfy_page.boxes(page), *(comfy_page.boxes(page, inside=clip) for clip in clips)]
    return {node: bottom - top - TITLE_HEIGHT
            for boxes in drawn for node, (_, top, _, bottom) in boxes.items()}


def make_workflow(page, name: str, heights: dict[int, int]) -> None:
    layout, graph = ALL_LAYOUTS[name], graph_file(name)
    target = graph.parent.parent / name
    graph.write_text(one_line_per_node(load_folded(page, name)))
    drawn = draw(with_stable_ids(comfy_page.workflow(page), name), layout, heights)
    comfy_page.load_workflow(page, drawn)
    # as the page itself writes it
    target.write_text(json.dumps(comfy_page.workflow(page), indent=1) + "\n")
    print(f"{target}: alerts: {comfy_page.alerts(page) or 'none'}")


def load_folded(page, name: str) -> dict:
    """Shows the API graph with its clips folded; returns it as it was, with inputs that nodes have gained."""
    comfy_page.load_api_graph(page, json.loads(graph_file(name).read_text()))
    graph = comfy_page.api_graph(page)
    for node_id, clip in ALL_LAYOUTS[name].clips.items():
        folded = page.evaluate(FOLD, [[node for column in clip.columns for node in column], clip.title,
                                      clip.inputs])
        if int(folded) != node_id:
            raise ValueError(f"{name}: {clip.title} became node {folded}; its layout says {node_id}.")
    return graph


def with_stable_ids(drawn: dict, name: str) -> dict:
    """The same ids of workflow, subgraphs and their slots on every run."""
    text = json.dumps(drawn)
    for number, found in enumerate(dict.fromkeys(re.findall(UUID, text))):
        text = text.replace(found, str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name} {number}")))
    return json.loads(text)


def draw(drawn: dict, layout: Layout, heights: dict[int, int]) -> dict:
    """Gives every node its place, adds notes and groups, and looks at all of it.

    heights: room that a node gets, by its id, where that is more than its own height.
    """
    inner = drawn.get("definitions", {}).get("subgraphs", [])
    for nodes in (drawn["nodes"], *(subgraph["nodes"] for subgraph in inner)):
        for node in nodes:
            tidy(node)
    for subgraph, clip in zip(inner, layout.clips.values(), strict=True):
        arrange_clip(subgraph, clip, heights)
    drawn["groups"] = []
    arrange(drawn, layout.rows, heights)
    drawn["last_node_id"] = max(node["id"] for node in drawn["nodes"])
    drawn["extra"]["ds"] = view(drawn["groups"])
    return drawn


def tidy(node: dict) -> None:
    # the seed stays as in the graph, so that every run gives the same
    values = node.get("widgets_values", [])
    node["widgets_values"] = ["fixed" if value == "randomize" else value for value in values]
    node["properties"] = {k: v for k, v in node["properties"].items() if k not in RUNTIME_PROPERTIES}
    if models := model_files.properties(node["widgets_values"]):
        node["properties"]["models"] = models
    node["size"][1] = max(node["size"][1], HEIGHTS.get(node["type"], 0))


def one_line_per_node(graph: dict) -> str:
    lines = [f"  {json.dumps(key)}: {json.dumps(graph[key], sort_keys=True)}"
             for key in sorted(graph, key=int)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def arrange(drawn: dict, rows: tuple[tuple[Group, ...], ...], heights: dict[int, int]) -> None:
    """Sets `pos` of every node and one width for each column; adds notes, groups and reroutes."""
    nodes = drawn["nodes"]
    by_id = {node["id"]: node for node in nodes}
    columns: dict[Cell, list[dict]] = {}
    for row, groups in enumerate(rows):
        stacks = [stack for group in groups for stack in group.columns]
        columns |= {Cell(row, column): [by_id.pop(item) if isinstance(item, int) else add_note(nodes, item)
                                        for item in stack] for column, stack in enumerate(stacks)}
    if by_id:
        raise ValueError(f"scripts/*_layouts.py have no place for the nodes {sorted(by_id)}.")
    cells = {node["id"]: cell for cell, stack in columns.items() for node in stack}
    wires = [Wire(link, origin, slot, target) for link, origin, slot, target, *_ in drawn["links"]]
    made = workflow_routes.plan(wires, cells)

    edges, tops, lowest = {}, {}, 0
    for row, groups in enumerate(rows):
        tops[row] = lowest + workflow_routes.height_of(made.lanes.get(row, []))
        top, left, column = tops[row] + GROUP_TITLE_HEIGHT + TITLE_HEIGHT, 0, 0
        for group in groups:
            box_left, behind = left, 0
            for i in range(len(group.columns)):
                cell = Cell(row, column + i)
                before = workflow_routes.room_before(made, cell)
                left += max(COLUMN_GAP, behind + before) if i else GAP + before
                width, bottom = place(columns[cell], left, top, heights)
                edges[cell] = left, left + width
                left, behind = left + width, workflow_routes.room_behind(made, cell)
                lowest = max(lowest, bottom)
            column += len(group.columns)
            left += max(GAP, behind)
            drawn["groups"].append({"id": len(drawn["groups"]) + 1, "title": group.title,
                                    "color": group.color, "font_size": 24, "flags": {},
                                    "bounding": [box_left, tops[row], left - box_left, 0]})
            left += GAP
        for group in drawn["groups"][-len(groups):]:
            group["bounding"][3] = lowest + GAP - tops[row]
        lowest += 2 * GAP
    drawn["extra"]["reroutes"], last = workflow_routes.reroutes(wires, cells, made, edges, tops)
    drawn["extra"]["linkExtensions"] = [{"id": link, "parentId": reroute} for link, reroute in last.items()]


def arrange_clip(subgraph: dict, clip: Clip, heights: dict[int, int]) -> None:
    """The same inside a subgraph; its inputs stand to the left of the columns, its outputs to the right."""
    by_id = {node["id"]: node for node in subgraph["nodes"]}
    columns = {Cell(0, column): [by_id[node] for node in stack]
               for column, stack in enumerate(clip.columns, start=1)}
    inputs, outputs = Cell(0, 0), Cell(0, len(columns) + 1)
    cells = {node["id"]: cell for cell, stack in columns.items() for node in stack}
    cells |= {INPUTS: inputs, OUTPUTS: outputs}
    wires = [Wire(link["id"], link["origin_id"], link["origin_slot"], link["target_id"])
             for link in subgraph["links"]]
    made = workflow_routes.plan(wires, cells)
    box = subgraph["inputNode"]["bounding"]
    box[:2] = [0, 0]
    left = round(box[2])
    edges = {inputs: (0, left)}
    behind = workflow_routes.room_behind(made, inputs)
    for cell, stack in columns.items():
        left += max(COLUMN_GAP, behind + workflow_routes.room_before(made, cell))
        width, _ = place(stack, left, 0, heights)
        edges[cell] = left, left + width
        left, behind = left + width, workflow_routes.room_behind(made, cell)
    left += max(COLUMN_GAP, behind + workflow_routes.room_before(made, outputs))
    subgraph["outputNode"]["bounding"][:2] = [left, 0]
    edges[outputs] = left, left
    subgraph["reroutes"], last = workflow_routes.reroutes(wires, cells, made, edges, {0: -TITLE_HEIGHT})
    for link in subgraph["links"]:
        if link["id"] in last:
            link["parentId"] = last[link["id"]]


def place(nodes: list[dict], left: int, top: int, heights: dict[int, int]) -> tuple[int, int]:
    """Puts nodes of one column below each other; returns its width, and where it ends with the gap below."""
    width = max(LEAST_WIDTH, *(round(node["size"][0]) for node in nodes))
    for node in nodes:
        height = round(node["size"][1])
        node["pos"], node["size"] = [left, top], [width, height]
        top += (max(height, heights.get(node["id"], 0)) + _report_height(node) + LIVE.get(node["type"], 0)
                + TITLE_HEIGHT + GAP)
    return width, top - TITLE_HEIGHT


def _report_height(node: dict) -> int:
    return REPORT_HEIGHT * any(output["name"] == "report" for output in node.get("outputs", []))


def add_note(nodes: list[dict], text: str) -> dict:
    lines = sum(1 + len(line) // 62 for line in text.splitlines())
    note = {"id": max(node["id"] for node in nodes) + 1, "type": "MarkdownNote", "title": "Note",
            "pos": [0, 0],
            "size": [NOTE_WIDTH, 60 + 17 * lines], "flags": {}, "order": 0, "mode": 0, "inputs": [],
            "outputs": [], "properties": {}, "widgets_values": [text], "color": "#432", "bgcolor": "#653"}
    nodes.append(note)
    return note


def view(groups: list[dict]) -> dict:
    """Shows the whole graph from its upper left corner, or as much of it as fits with text that can be
    read."""
    left, top = (min(group["bounding"][axis] for group in groups) for axis in (0, 1))
    width, height = (max(group["bounding"][axis] + group["bounding"][axis + 2] for group in groups) - start
                     for axis, start in ((0, left), (1, top)))
    scale = min(1, max(LEAST_SCALE, min(PAGE_WIDTH / width, PAGE_HEIGHT / height)))
    return {"scale": scale, "offset": [PAGE_LEFT / scale - left, PAGE_TOP / scale - top]}


if __name__ == "__main__":
    main()
