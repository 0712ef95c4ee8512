"""The shipped workflows with small clips and a small photograph, for tests in a real server."""
from __future__ import annotations

import json
import threading

import comfy_client
import quickstart
from comfy_client import Event, Run
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


def clip() -> Graph:
    """Both memories, four steps, nine small key frames -> pictures."""
    keys = ("1", "2", "3", "4", "5", "8", "14", "15", "16", "17", "18", "19", "20", "100", "101")
    whole = quarter_size(quickstart.graph())
    made = {key: whole[key] for key in keys}
    made["5"]["inputs"].update(frames=9, width=128, height=80)
    made["8"]["inputs"]["radius"] = 0.05
    made["29"] = node("SaveImage", images=["20", 0], filename_prefix="robust/frames")
    return made


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


def cancelled(server: Server, graph: Graph, class_type: str) -> str:
    """Runs the graph and cancels it after the first step of this node; the node at which it ended.

    Once more when the run was done before the cancel arrived, as on a quick machine.
    """
    node_id = next(key for key, made in graph.items() if made["class_type"] == class_type)
    cancels: list[threading.Thread] = []

    def on_event(event: Event) -> None:
        if event["type"] == "progress" and event["data"]["node"] == node_id and not cancels:
            cancels.append(threading.Thread(target=comfy_client.post, args=(server.url, "/interrupt", {})))
            cancels[0].start()

    for _ in range(5):
        run = comfy_client.run_graph(server.url, graph, on_event)
        if run.error is not None:
            break
        cancels.clear()
        forget(server)
    assert run.error is not None and run.error["type"] == "execution_interrupted", run.error
    return graph[run.error["node_id"]]["class_type"]


def forget(server: Server) -> None:
    """What the button 'Free model and node cache' does."""
    comfy_client.post(server.url, "/free", {"unload_models": True, "free_memory": True})
