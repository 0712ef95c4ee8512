"""A small world for tests in a real server: the motorcycle, three short clips, the tiny model."""
from __future__ import annotations

import hashlib

import quickstart
from comfy_client import Run
from comfy_server import Server

WORLD = "worlds/motorcycle"
SMALL = (185, 124)  # a quarter of the photograph: a small cloud keeps the test short
PATHS = (("left", "official: left"), ("up", "official: up"), ("onward", "orbit"))


def node(class_type: str, **inputs: object) -> dict:
    return {"class_type": class_type, "inputs": inputs}


def graph(world: str = WORLD, frames: int = 5, width: int = 128, height: int = 64) -> dict[str, dict]:
    """left and up start at the photograph, onward where up ends."""
    made = {key: value for key, value in quickstart.graph().items() if key in ("1", "2", "3", "14", "15")}
    made["5"] = node("ImageScale", image=["1", 0], upscale_method="area", width=SMALL[0], height=SMALL[1],
                     crop="disabled")
    made["6"] = node("ImageScale", image=["2", 0], upscale_method="nearest-exact", width=SMALL[0],
                     height=SMALL[1],
                     crop="disabled")
    scale = SMALL[0] / 741
    depth = made["3"]["inputs"]
    depth.update(image=["6", 0], **{key: depth[key] * scale for key in ("fx", "fy", "cx", "cy")})
    for i, (name, preset) in enumerate(PATHS):
        made[f"10{i}"] = node("WSKitCameraTrajectory", depth=["3", 0], preset=preset, frames=frames,
                              width=width,
                              height=height, angle=10.0, elevation=0.0, distance=0.2)
        made[f"20{i}"] = node("WSKitAddTrajectory", trajectory=["110" if name == "onward" else f"10{i}", 0],
                              name=name,
                              prompt="", start_frame="", **({"trajectories": [f"20{i - 1}", 0]} if i else {}))
    made["110"] = node("WSKitContinueTrajectory", previous=["101", 0], path=["102", 0])
    made["300"] = node("WSKitBuildWorld", model=["14", 0], vae=["15", 0], trajectories=["202", 0],
                       world=world,
                       world_seed=1, order="as listed", cloud_update="depth of the cloud itself",
                       max_references=2,
                       radius=0.05, steps=2, guidance=0.0, start_image=["5", 0], depth=["3", 0])
    made["301"] = node("WSKitExportPointCloud", point_cloud=["300", 0], filename_prefix="worlds/cloud",
                       format="ply",
                       up_axis="Y up (viewers)")
    made["302"] = node("SaveImage", images=["300", 2], filename_prefix="worlds/frames")
    made["303"] = node("PreviewAny", source=["300", 3])
    return made


def report_of(run: Run) -> str:
    return run.outputs["303"]["text"][0]


def checksums(server: Server, world: str = WORLD) -> dict[str, str]:
    """{file below the world's folder: SHA-256} of a server's output."""
    folder = server.base / "output" / world
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}
