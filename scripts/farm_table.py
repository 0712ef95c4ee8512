"""The rows of a farm: a workflow in API format, some of whose inputs come from a table."""
from __future__ import annotations

import csv
import difflib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from worldstereo.core.files.json_text import read_json, read_json_object, read_text
from worldstereo.core.files.paths import inside, leads_out, relative_path
from worldstereo.core.values import quoted, require

NAME = "name"  # the column that names the rows
MODEL_ENDINGS = (".safetensors", ".sft", ".gguf", ".ckpt", ".pt", ".pth", ".bin", ".onnx")
Graph = dict[str, dict]
Cell = str | int | float | bool
Input = tuple[str, str]  # id of a node, and one of its inputs


@dataclass(frozen=True)
class Row:
    """name: of its folder in the results; graph: in API format; files: what it reads, relative to the input
    folder."""

    name: str
    graph: Graph
    files: tuple[str, ...]

    @property
    def models(self) -> frozenset[str]:
        """The names of model files in the graph."""
        return frozenset(text for text in texts(self.graph) if text.lower().endswith(MODEL_ENDINGS))


def read_rows(workflow: Path, table: Path, inputs: Path) -> list[Row]:
    """A row for each line of a table (.csv, or .json with a list of objects), in its order.

    A column is called "NODE_ID.input" or "title.input"; an empty cell leaves the workflow's value. The column
    "name" names the rows, which are 0001, 0002, ... without it.
    inputs: ComfyUI's input folder. A text of the graph that names a file or folder there is one of its files.
    Raises ValueError, which says row and column, for whatever does not fit.
    """
    graph = read_graph(workflow)
    columns, lines = _read_table(table)
    places = {column: _place(graph, column) for column in columns if column != NAME}
    rows = []
    for number, line in enumerate(lines, 1):
        where = f"row {number} of {table.name}"
        name = row_name(line.get(NAME) or f"{number:04}", where)
        changed = json.loads(json.dumps(graph))
        for column, (node, key) in places.items():
            if (cell := line.get(column)) not in (None, ""):
                old, said = graph[node]["inputs"][key], f"{column!r} in {where}"
                changed[node]["inputs"][key] = new = _converted(cell, old, said)
                require(new == old or not files_named(old, inputs) or bool(files_named(new, inputs)),
                        f"{said} is {quoted(new)}, which is not in {inputs}; put the file there.")
        files = {file for text in texts(changed) for file in files_named(text, inputs)}
        rows.append(Row(name, changed, tuple(sorted(files))))
    _require_different([row.name for row in rows], table)
    return rows


def read_graph(workflow: Path) -> Graph:
    """A workflow in API format; ValueError for the page's own format and all else."""
    remedy = "save it with 'Export (API)' in ComfyUI's menu"
    graph = read_json_object(workflow, remedy)
    fits = all(isinstance(node, dict) and isinstance(node.get("class_type"), str)
               and isinstance(node.get("inputs"), dict) for node in graph.values())
    require(fits and len(graph) > 0, f"{workflow.name} is no workflow in API format; {remedy}.")
    return graph


def _read_table(path: Path) -> tuple[list[str], list[dict[str, object]]]:
    """Names of the columns, and {column: cell} of each row."""
    if path.suffix.lower() == ".json":
        lines = read_json(path)
        require(isinstance(lines, list) and all(isinstance(line, dict) for line in lines),
                f"{path.name} holds something else than a list of objects; write one object for each row.")
        columns = list(dict.fromkeys(column for line in lines for column in line))
    else:
        try:
            columns, *cells = [line for line in csv.reader(io.StringIO(read_text(path)), strict=True) if line]
        except (csv.Error, ValueError) as error:
            raise ValueError(f"{path.name} is no table with commas between its columns ({error}).") from None
        require(len(set(columns)) == len(columns), f"Two columns of {path.name} have the same name.")
        for number, line in enumerate(cells, 1):
            require(len(line) == len(columns), f"Row {number} of {path.name} has {len(line)} cells, expected "
                                               f"{len(columns)}; put texts with commas between quotes.")
        lines = [dict(zip(columns, line)) for line in cells]
    require(len(lines) > 0, f"{path.name} has no rows.")
    return columns, lines


def _place(graph: Graph, column: str) -> Input:
    """The input that a column names."""
    named: dict[str, list[Input]] = {}
    for node_id, node in graph.items():
        title = (node.get("_meta") or {}).get("title")
        for key in node["inputs"]:
            for node_name in {node_id, title} - {None}:
                named.setdefault(f"{node_name}.{key}", []).append((node_id, key))
    found = named.get(column, [])
    if not found:
        near = difflib.get_close_matches(column, named, 3) or list(named)[:3]
        raise ValueError(f"The workflow has no input {quoted(column)}; name a column NODE_ID.input or "
                         f"title.input, such as {', '.join(map(quoted, near))}.")
    require(len(found) == 1, f"Several nodes have an input {quoted(column)}; write the number of one of them "
                             f"instead: {', '.join(f'{node}.{key}' for node, key in found)}.")
    (node_id, key), = found
    value = graph[node_id]["inputs"][key]
    require(isinstance(value, Cell), f"{quoted(column)} is connected to another node, so that a table cannot "
                                     "set it; name an input of that node.")
    return node_id, key


def _converted(cell: object, like: Cell, where: str) -> Cell:
    """A cell as a value of the same kind as the workflow's; a text of a CSV table becomes a number."""
    if isinstance(like, str):
        require(isinstance(cell, str), f"{where} is {quoted(cell)}, expected a text.")
    elif isinstance(like, bool):
        cell = {"true": True, "false": False}.get(cell.lower(), cell) if isinstance(cell, str) else cell
        require(isinstance(cell, bool), f"{where} is {quoted(cell)}, expected true or false.")
    else:
        try:
            cell = (float if set(cell) & set(".eE") else int)(cell) if isinstance(cell, str) else cell
        except ValueError:
            pass
        sound = isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell)
        require(sound, f"{where} is {quoted(cell)}, expected a number.")
    return cell  # pyright: ignore[reportReturnType]


def row_name(name: object, where: str) -> str:
    """The name, when a folder can be called so; else ValueError."""
    path = relative_path(name, f"The name in {where}")  # pyright: ignore[reportArgumentType]
    require(len(path.parts) == 1, f"The name in {where} is {quoted(name)}; use one without slashes.")
    return str(path)


def _require_different(names: Sequence[str], table: Path) -> None:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.casefold(), name)  # some disks take A and a for the same
        require(other is name, f"Two rows of {table.name} are called {quoted(name)}; give each its own name.")


def texts(graph: Graph) -> list[str]:
    return [value for node in graph.values() for value in node["inputs"].values() if isinstance(value, str)]


def files_named(text: object, inputs: Path) -> list[str]:
    """The files, relative to the input folder, that a text names: itself, or all in a folder."""
    try:
        path = inside(inputs, text, "The file") if isinstance(text, str) else inputs
    except ValueError:
        return []  # a prompt, or a path to elsewhere, which ComfyUI judges
    found = [path] if path.is_file() else sorted(path.rglob("*")) if path != inputs and path.is_dir() else []
    return [file.relative_to(inputs).as_posix() for file in found
            if file.is_file() and not leads_out(file, inputs)]
