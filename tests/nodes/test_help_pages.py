"""The help page of every node names what the node has: every socket, widget, default and choice."""
import re

import pytest
from PIL import Image

from worldstereo.nodes import NODE_CLASS_MAPPINGS, NODES

FILE_LISTS = {"model_name", "file", "scene", "folder"}  # their choices depend on the user's files


def page_of(root, node_id):
    return (root / "web" / "docs" / f"{node_id}.md").read_text(encoding="utf-8")


def inputs_on(page):
    """Name -> default. One item each, which fits the narrow help panel: - `name` · type, unit · default\\"""
    section = page.split("\n## Inputs\n")[1].split("\n## ")[0]
    items = [line.removeprefix("- ").removesuffix("\\").split(" · ") for line in section.splitlines()
             if line.startswith("- `")]
    return [(name.strip("`"), default) for name, _, default in items]


def outputs_on(page):
    section = page.split("\n## Outputs\n")[1].split("\n## ")[0]
    return [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]


def inputs_of(node):
    """(name, type or list of choices, options, whether it must be connected or set) in the node's order."""
    types = node.INPUT_TYPES()
    return [(name, kind, next(iter(options), {}), group == "required")
            for group in ("required", "optional") for name, (kind, *options) in types.get(group, {}).items()]


def stated_default(name, kind, options, required):
    if name in FILE_LISTS:
        return "first in the list"
    if isinstance(kind, list):
        return str(options.get("default", kind[0]))
    if "default" not in options:
        return "required" if required else "optional"
    default = options["default"]
    return f"{default:g}" if isinstance(default, float) else str(default) or "empty"


def test_no_page_without_a_node(root):
    sources = "".join(file.read_text(encoding="utf-8") for file in (root / "nodes").glob("*.py"))
    pages = sorted(page.stem for page in (root / "web" / "docs").iterdir())
    assert [page for page in pages if f'"{page}": (' not in sources] == []


@pytest.mark.parametrize("node_id", NODE_CLASS_MAPPINGS)
def test_page_begins_with_the_nodes_name(root, node_id):
    assert page_of(root, node_id).splitlines()[0] == f"# {NODES[node_id][1]}"


@pytest.mark.parametrize("node_id", NODE_CLASS_MAPPINGS)
def test_inputs_and_their_defaults_are_those_of_the_node(root, comfy, node_id):
    inputs = inputs_of(NODE_CLASS_MAPPINGS[node_id])
    assert inputs_on(page_of(root, node_id)) == [(name, stated_default(name, *rest)) for name,
                                                 *rest in inputs]


@pytest.mark.parametrize("node_id", NODE_CLASS_MAPPINGS)
def test_every_choice_is_explained(root, comfy, node_id):
    code = set(re.findall("`([^`\n]+)`", page_of(root, node_id)))
    choices = {choice for name, kind, _, _ in inputs_of(NODE_CLASS_MAPPINGS[node_id])
               if isinstance(kind, list) and name not in FILE_LISTS for choice in kind}
    assert choices <= code


@pytest.mark.parametrize("node_id", NODE_CLASS_MAPPINGS)
def test_outputs_are_those_of_the_node(root, node_id):
    node = NODE_CLASS_MAPPINGS[node_id]
    assert outputs_on(page_of(root, node_id)) == list(getattr(node, "RETURN_NAMES", node.RETURN_TYPES))


def test_pictures_belong_to_their_pages_and_are_small(root):
    pictures = sorted((root / "web" / "help").iterdir())
    assert len(pictures) >= 15 and sum(file.stat().st_size for file in pictures) < 1.5e6
    for file in pictures:
        assert f"](../help/{file.name})\n" in page_of(root, file.stem)
        with Image.open(file) as picture:
            assert picture.format == "WEBP" and picture.width == 640
