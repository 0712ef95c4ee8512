"""The graph that Build World turns into: for every clip the pack's own nodes, from render to saved state."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..core.cameras.trajectory import same_pose
from ..core.depth.depth import Depth
from ..core.memory.stereo.frustum import FAR
from ..core.values import require
from ..core.world.clip_checksums import fault_of
from ..core.world.clip_list import PANORAMA, Clip, clip_seed, digest
from .sockets import WIDEST_FOV, Output
from .stereo_memory import BY_NAMES, NO_SHORTCUT
from .widgets import defaults_of

if TYPE_CHECKING:
    from comfy_execution.graph import DynamicPrompt
    from comfy_execution.graph_utils import GraphBuilder, Node

STANDARD, OFFICIAL = "standard", "official"  # retrieval
KEEP, RENDERED, MOTION = "keep the cloud (official)", "depth of the cloud itself", "depth from camera motion"

STAGES = {  # of a clip: class of the node -> what Build World shows while it runs
    "WSKitRenderPointCloud": "rendering", "WSKitApplyGeometricMemory": "encoding the render",
    "WSKitRetrieveReferences": "retrieving references", "WSKitApplyStereoMemory": "encoding references",
    "WSKitImageToKeyFrames": "preparing", "WSKitSampleKeyFrames": "sampling",
    "WSKitDecodeKeyFrames": "decoding", "WSKitDepthFromMotion": "finding depth",
    "WSKitEstimateDepth": "estimating depth", "WSKitUpdateGeometricMemory": "updating the point cloud",
    "WSKitSaveWorld": "saving", "WSKitLoadWorldClip": "reading",
}

# Clips that one graph makes. ComfyUI computes the cache key of a node from all nodes before it, and follows
# links by recursion, six deep for a clip; Python allows a depth of 1000.
AT_ONCE = 10
# More inputs of a Build World inside another: what it waits for, and (remark, line on each clip so far).
AFTER, REPORT = "after", "report"

Link: TypeAlias = list  # [node id, output], as a prompt holds connections
Links: TypeAlias = dict[str, Link]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """The widgets of Build World."""

    world: str
    seed: int
    order: str
    cloud_update: str
    max_references: int
    radius: float
    steps: int
    guidance: float
    retrieval: str = STANDARD

    def deciding(self) -> dict:
        """What the clips depend on; not where they are kept."""
        return {name: value for name, value in asdict(self).items() if name != "world"
                and (name, value) != ("retrieval", STANDARD)}  # older worlds go on


def ancestry(graph: DynamicPrompt, link: Link) -> str:
    """A digest of what makes what comes through this link: classes, widgets and connections of the nodes.

    Files are known by their names only.
    """
    from comfy_execution.graph_utils import is_link

    node = graph.get_node(link[0])
    inputs = {name: ancestry(graph, value) if is_link(value) else value
              for name, value in node["inputs"].items()}
    return digest(node["class_type"], inputs, link[1])


def expand(clips: Sequence[Clip], folders: Sequence[Path], inputs: Links, settings: Settings,
           depth: Depth | None = None, remark: str = "", done: Sequence[str] = ()) -> Output:
    """What Build World returns: links to the results and the nodes that make them.

    clips, folders      the clips in order, and where each is kept
    inputs              of Build World: links, and values of widgets
    remark              begins the report, unless it is empty
    done                the report on the first clips, which were kept or made earlier in this run

    A node that is a stage of a clip has a title: "clip 2 of 4, up: sampling". AT_ONCE clips are made; then
    comes a Build World for the others, which reads the last one from its folder, so that its nodes do not
    have all clips before them.
    """
    from comfy_execution.graph_utils import GraphBuilder

    graph, shared, made = GraphBuilder(), set(), 0
    (cloud, bank), report = _start(graph, clips, inputs, depth), list(done)
    titles: dict[str, str] = {}
    faults = [fault_of(folder, shared) for folder in folders]
    for number, (clip, folder, fault) in enumerate(zip(clips, folders, faults), 1):
        if made == AT_ONCE:
            break
        if number > len(done):
            report.append(_report_line(clip, folder, fault, inputs, settings))
        else:
            require(fault is None, f"Clip {clip.name} was just saved, but {fault}: check the disk, and queue "
                                   "'Build World' again.")
        if fault is None and faults[number:number + 1] == [None]:
            continue  # the next one is kept, too, so nothing builds on this one
        before = set(graph.nodes)
        if fault is not None:
            state = _clip(graph, clip, folder, cloud, bank, inputs, settings)
        else:  # waits for a clip that is made before, though it does not need it
            state = _node(graph, "WSKitLoadWorldClip", world=settings.world, clip=folder.name,
                          **({"after": bank} if made else {}))
        made += fault is not None
        cloud, bank = state.out(0), state.out(1)
        titles |= {node.id: f"clip {number} of {len(clips)}, {clip.name}: {STAGES[node.class_type]}"
                   for name, node in graph.nodes.items() if name not in before and node.class_type in STAGES}
    if len(report) < len(clips):
        others = graph.node("WSKitBuildWorld", **inputs, **{AFTER: bank, REPORT: (remark, *report)})
        result = tuple(others.out(i) for i in range(4))
    else:
        frames = _node(graph, "WSKitLoadWorld", world=settings.world, after=bank).out(2)
        result = cloud, bank, frames, "\n".join(filter(None, [remark, *report]))
    nodes = {node: {**entry, "_meta": {"title": titles[node]}} if node in titles else entry
             for node, entry in graph.finalize().items()}
    return {"result": result, "expand": nodes}


def clips_left(nodes: dict[str, dict], clips: Sequence[Clip]) -> int:
    """How many of the clips a Build World among the nodes has to look at."""
    return sum(len(clips) + 1 - len(node["inputs"][REPORT]) for node in nodes.values()
               if REPORT in node["inputs"])


def _report_line(clip: Clip, folder: Path, fault: str | None, inputs: Links, settings: Settings) -> str:
    """What the report says of a clip; what the user should know of one that is made is logged, too."""
    remarks = [] if fault is None else _remarks(clip, folder, fault, inputs)
    for remark in remarks:
        logger.warning("Clip %s: %s.", clip.name, remark)
    line = f"{clip.name}: seed {_seed(settings, clip)}, {'kept' if fault is None else 'made'}"
    return "; ".join([line, *remarks])


def _remarks(clip: Clip, folder: Path, fault: str, inputs: Links) -> list[str]:
    """What the user should know about a clip that is made."""
    remarks = [f"anew, since {fault}"] if folder.exists() else []
    if clip.prompt and "clip" not in inputs:
        remarks.append("its own prompt is not used: connect clip (UMT5) to 'Build World'")
    return remarks


def _start(graph: GraphBuilder, clips: Sequence[Clip], inputs: Links,
           depth: Depth | None) -> tuple[Link, Link]:
    """Links to the cloud and the bank before the first clip."""
    given = {"start_image", "depth"} <= inputs.keys()
    require(given or {"point_cloud", "memory_bank"} <= inputs.keys(),
            "'Build World' has nothing to start from: connect start_image and depth, or point_cloud and "
            "memory_bank.")
    cloud, bank = inputs.get("point_cloud"), inputs.get("memory_bank")
    if cloud is None:
        cloud = _node(graph, "WSKitPointCloudFromDepth", image=inputs["start_image"],
                      depth=inputs["depth"]).out(0)
    if bank is None:
        first = _node(graph, "WSKitPickTrajectory", trajectories=inputs["trajectories"],
                      name=_first_at(clips, depth).name)
        bank = _node(graph, "WSKitNewMemoryBank", images=inputs["start_image"],
                     trajectory=first.out(0)).out(0)
    return cloud, bank


def _first_at(clips: Sequence[Clip], depth: Depth | None) -> Clip:
    """The first clip that starts at the camera of the depth map; ValueError when none does."""
    found = [clip for clip in clips
             if depth is not None and same_pose(clip.trajectory.w2c[0], depth.w2c[0])]
    require(len(found) > 0, "No clip starts at the camera of the start image: plan at least one path from "
                            "the depth that is connected to 'Build World'.")
    return found[0]


def _clip(graph: GraphBuilder, clip: Clip, folder: Path, cloud: Link, bank: Link, inputs: Links,
          settings: Settings) -> Node:
    """The node with the state after the clip: (cloud, bank, frames)."""
    vae, node = inputs["vae"], partial(_node, graph)
    path = node("WSKitPickTrajectory", trajectories=inputs["trajectories"], name=clip.name)
    trajectory = path.out(0)
    start = node("WSKitBankFrame", memory_bank=bank, frame=clip.start_frame, trajectory=trajectory).out(0)
    shown = node("WSKitRenderPointCloud", point_cloud=cloud, trajectory=trajectory, radius=settings.radius)
    render, mask = (shown.out(0), shown.out(1)) if clip.render is None else (path.out(1), path.out(2))
    known = node("WSKitKnownFirstFrame", render=render, mask=mask, start_image=start)
    model = node("WSKitApplyGeometricMemory", model=inputs["model"], vae=vae, render=known.out(0),
                 mask=known.out(1), trajectory=trajectory).out(0)
    if settings.max_references:
        official = settings.retrieval == OFFICIAL
        limits = {"least_score": 0.0, "far": FAR} if official else _connected(inputs, "depth")
        references = node("WSKitRetrieveReferences", memory_bank=bank, trajectory=trajectory,
                          max_references=settings.max_references,
                          shortcut=BY_NAMES if settings.order == PANORAMA else NO_SHORTCUT, **limits)
        model = node("WSKitApplyStereoMemory", model=model, vae=vae, trajectory=trajectory,
                     references=references.out(0)).out(0)
    frames = _sampled(graph, clip, model, start, trajectory, inputs, settings)
    cloud = _updated_cloud(graph, clip, cloud, frames, trajectory, shown, settings)
    bank = node("WSKitUpdateMemoryBank", memory_bank=bank, frames=frames, trajectory=trajectory,
                clip_name=clip.name).out(0)
    facts = {"seed": _seed(settings, clip), "prompt": clip.prompt, "settings": settings.deciding()}
    return node("WSKitSaveWorld", frames=frames, trajectory=trajectory, point_cloud=cloud, memory_bank=bank,
                world=settings.world, clip_name=clip.name, key=folder.name.rpartition(".")[2],
                facts=json.dumps(facts, sort_keys=True))


def _sampled(graph: GraphBuilder, clip: Clip, model: Link, start: Link, trajectory: Link, inputs: Links,
             settings: Settings) -> Link:
    """Link to the decoded key frames."""
    node, prompts = partial(_node, graph), _connected(inputs, "positive", "negative", "clip")
    if clip.prompt and "clip" in inputs:
        prompts["positive"] = node("WSKitEncodePrompt", clip=inputs["clip"], prompt=clip.prompt).out(0)
    if "clip_vision" in inputs:
        prompts["clip_vision_output"] = graph.node("CLIPVisionEncode", clip_vision=inputs["clip_vision"],
                                                   image=start, crop="none").out(0)
    prepared = node("WSKitImageToKeyFrames", model=model, vae=inputs["vae"], image=start,
                    trajectory=trajectory, **prompts)
    latent = node("WSKitSampleKeyFrames", model=model, positive=prepared.out(0), negative=prepared.out(1),
                  latent=prepared.out(2), seed=_seed(settings, clip), steps=settings.steps,
                  guidance=settings.guidance)
    return node("WSKitDecodeKeyFrames", vae=inputs["vae"], latent=latent.out(0)).out(0)


def _updated_cloud(graph: GraphBuilder, clip: Clip, cloud: Link, frames: Link, trajectory: Link, shown: Node,
                   settings: Settings) -> Link:
    """Link to the cloud with the clip worked in."""
    if settings.cloud_update == KEEP:
        return cloud
    if settings.cloud_update == RENDERED:
        depth, align = shown.out(2), "none"
    elif settings.cloud_update == MOTION:
        depth = _node(graph, "WSKitDepthFromMotion", images=frames, trajectory=trajectory).out(0)
        align = "none"  # the path is in the cloud's unit
    else:
        depth = _node(graph, "WSKitEstimateDepth", image=frames, model_name=settings.cloud_update,
                      horizontal_fov=min(clip.trajectory.horizontal_fov, WIDEST_FOV)).out(0)
        align = "scale and shift"
    return _node(graph, "WSKitUpdateGeometricMemory", point_cloud=cloud, frames=frames, depth=depth,
                 align=align, trajectory=trajectory, keep_photo=settings.cloud_update != RENDERED).out(0)


def _node(graph: GraphBuilder, class_type: str, **inputs: Any) -> Node:
    """One of the pack's nodes; required widgets that are not given have the defaults of a new node."""
    from . import NODE_CLASS_MAPPINGS  # which is made of the modules, this one among them

    return graph.node(class_type, **defaults_of(NODE_CLASS_MAPPINGS[class_type]) | inputs)


def _connected(inputs: Links, *names: str) -> Links:
    return {name: inputs[name] for name in names if name in inputs}


def _seed(settings: Settings, clip: Clip) -> int:
    return clip_seed(settings.seed, clip.name)
