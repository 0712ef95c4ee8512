"""Nodes: which meshes the scene shows, and where."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import torch

from ....cameras.rotations import rotation_from_quaternion
from .document import check, get, item, numbers


def mesh_instances(document: dict) -> dict[int, np.ndarray]:
    """Number of a mesh -> [P,4,4] float64 mesh-to-scene matrices of the P nodes that show it in the scene."""
    nodes = get(document, "nodes", list, [])
    if document.get("scenes"):
        roots = get(item(document, "scenes", get(document, "scene", int, 0)), "nodes", list, [])
    else:
        children = {child for node in nodes for child in get(node, "children", list, [])}
        roots = [index for index in range(len(nodes)) if index not in children]
    places, seen, waiting = defaultdict(list), set(), [(index, np.eye(4)) for index in roots]
    for index, parent_to_scene in waiting:  # which grows on the way
        node = item(document, "nodes", index)
        check(index not in seen, f"nodes[{index}] has two parents, or its nodes form a circle")
        seen.add(index)
        to_scene = parent_to_scene @ _node_to_parent(node)
        if "mesh" in node:
            places[get(node, "mesh", int)].append(to_scene)
        waiting += [(child, to_scene) for child in get(node, "children", list, [])]
    return {mesh: np.stack(matrices) for mesh, matrices in places.items()}


def _node_to_parent(node: dict) -> np.ndarray:
    if "matrix" in node:
        return numbers(node, "matrix", [0] * 16).reshape(4, 4).T  # stored column by column
    matrix = np.eye(4)
    if "rotation" in node:
        x, y, z, w = numbers(node, "rotation", [0] * 4)
        wxyz = torch.tensor([w, x, y, z], dtype=torch.float64)
        matrix[:3, :3] = rotation_from_quaternion(wxyz, "holds a node that").numpy()
    matrix[:3, :3] *= numbers(node, "scale", [1] * 3)
    matrix[:3, 3] = numbers(node, "translation", [0] * 3)
    return matrix
