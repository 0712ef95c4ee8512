"""The shipped workflows with small clips and a small photograph, for tests in a real server."""
from __future__ import annotations

import json

import comfy_client
import quickstart
from comfy_client import Run
from comfy_server import Server

SMALL = {"frames": 5, "width": 128, "height": 64, "radius": 0.05, "steps": 2, "max_references": 2}
PHOTO = 741, 500  # the motorcycle's size
ENCODERS = {"CLIPLoader": "TinyCLIP", "CLIPVisionLoader": "TinyVision"}  # of prompt_nodes.py
Graph = dict[str, dict]


def workflow(name: str, folder: str = "workflows") -> Graph:
    """The API graph with small clips."""
    graph = json.loads((quickstart.ROOT / folder / "api" / f"{name}.json").read_text())
    for node in graph.values():
        node["inputs"].update({key: value for key, value in SMALL.items()
                               if isinstance(node["inputs"].get(key), (int, float))})
        if node["class_type"] == "WSKitPreviewTrajectory":
            node["inputs"]["height"] = 128  # its least
    return graph


def photo_workflow(name: str, photo: str, **size: int) -> Graph:
    """The API graph of a workflow with the released models, with tiny ones and another photograph in their
    place; size: frames, width and height of the clip."""
    graph = workflow(name)
    tiny = {"LoadImage": {"image": photo}, "VAELoader": {"vae_name": "worldstereo-nano-vae.safetensors"},
            "WSKitLoadModel": {"model_name": "worldstereo-nano/model.safetensors"},
            "WSKitEditTrajectory": size}
    for node in graph.values():
        node["inputs"].update(tiny.get(node["class_type"], {}))
        if node["class_type"] in ENCODERS:
            node.update(class_type=ENCODERS[node["class_type"]], inputs={})
    return graph


def node(class_type: str, **inputs: object) -> dict:
    return {"class_type": class_type, "inputs": inputs}


def nodes(graph: Graph, class_type: str) -> list[str]:
    return [key for key, node in graph.items() if node["class_type"] == class_type]


def quarter_size(graph: Graph) -> Graph:
    """The motorcycle with a sixteenth of its pixels: a small cloud keeps the test short."""
    return smaller(graph, 4)


def smaller(graph: Graph, times: int) -> Graph:
    """The motorcycle with sides that are so many times shorter."""
    size = {"width": PHOTO[0] // times, "height": PHOTO[1] // times}
    photo, = nodes(graph, "LoadImage")
    depth, = nodes(graph, "WSKitDepthFromImage")
    settings = graph[depth]["inputs"]
    settings.update({key: settings[key] * size["width"] / PHOTO[0] for key in ("fx", "fy", "cx", "cy")})
    for user in graph.values():
        user["inputs"].update({key: ["100", 0] for key, value in user["inputs"].items()
                               if value == [photo, 0]})
    graph["100"] = node("ImageScale", image=[photo, 0], upscale_method="area", crop="disabled", **size)
    graph["101"] = node("ImageScale", image=settings["image"], upscale_method="nearest-exact",
                        crop="disabled", **size)
    settings["image"] = ["101", 0]
    return graph


def run(server: Server, graph: Graph) -> Run:
    done = comfy_client.run_graph(server.url, graph)
    assert done.error is None, done.error["exception_message"]
    return done
