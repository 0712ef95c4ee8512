"""The spatial-stereo memory: what is retrieved from the memory bank, and how the model takes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.memory.stereo import features, frustum, retrieval
from ..core.memory.stereo.bank import MemoryBank
from ..core.memory.stereo.dinov2 import DINOV2_FILES, dinov2, find_dinov2
from ..core.memory.stereo.references import References, start_frame_reference
from ..core.official.clip_names import SPARSE, shortcut_by_names
from ..core.picture_fit import start_frame
from ..core.pictures import to_image
from ..core.values import quoted
from . import menu, sockets
from .files import changes_of
from .sockets import Inputs, Socket

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher
    from comfy.sd import VAE

AUTO, DINOV2, BUILT_IN = "auto", "DINOv2", "built-in"
NO_SHORTCUT, BY_CLIP, BY_NAMES = "none", "through shortcut_clip", "official names"
FULL, PAIRED, CORRESPONDENCE = "full", "paired (experimental)", "correspondence (experimental)"
OFFICIAL_SHORTCUT = ",".join(map(str, sorted(SPARSE)))


class RetrieveReferences:
    """The frames of the bank that see what the clip is going to show."""

    DESCRIPTION = ("For every key frame of the next clip, finds the frame of the memory bank whose camera's "
                   "field of view overlaps most. If these are more than max_references, the frames that "
                   "differ most in camera and content are kept; sharp frames are preferred.")
    SEARCH_ALIASES = ["worldstereo", "reference frames", "memory bank"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("WSKIT_REFERENCES", "IMAGE", "STRING")
    RETURN_NAMES = ("references", "frames", "report")
    OUTPUT_TOOLTIPS = ("For Apply Spatial-Stereo Memory.",
                       "The retrieved frames, each once, at the trajectory's size.",
                       "Which key frame got which frame, with score 0..1 (1 more for a shortcut) and angle "
                       "in degrees.")
    FUNCTION = "retrieve"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        def distance(default: float, end: str) -> Socket:
            return ("FLOAT", {"default": default, "min": 0.0001, "max": 1e6, "step": 0.01, "round": 0.0001,
                              "advanced": True, "tooltip":
                              f"{end}, in the unit of the trajectory, along the rays through the picture's "
                              "corners."})
        return {"required": {
            "memory_bank": sockets.BANK,
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "Path of the clip to sample, in the world of the bank."}),
            "max_references": sockets.REFERENCES,
            "near": distance(frustum.NEAR, "Where a camera begins to see"),
            "far": distance(frustum.FAR, "How far a camera sees; not used when depth is connected"),
            "least_score": sockets.fraction(0.01,
                            "Key frames whose best frame scores less get none. 0 = every key frame gets one, "
                            "as in the official code, even if it sees nothing of it.", advanced=True),
            "shortcut": ([NO_SHORTCUT, BY_CLIP, BY_NAMES], {"advanced": True, "tooltip":
                         "Frames preferred whatever their score. through shortcut_clip: frames of that "
                         "clip, in order; official names: by the official rules for the name in clip_name."}),
            "image_features": ([AUTO, DINOV2, BUILT_IN], {"advanced": True, "tooltip":
                               "Image features that compare frames when there are too many. DINOv2: a "
                               "folder in models/clip_vision; built-in: colours; auto: DINOv2 if "
                               "installed."}),
        }, "optional": {
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      f"Sets far to {frustum.DEPTHS_TO_FAR:g} times its median depth, as the panorama code "
                      "does."}),
            "shortcut_clip": ("STRING", {"default": "", "advanced": True, "tooltip":
                              "A clip in the bank, for through shortcut_clip."}),
            "shortcut_key_frames": ("STRING", {"default": OFFICIAL_SHORTCUT, "advanced": True, "tooltip":
                                    "Key frames that go through shortcut_clip; 0 is the start, which needs "
                                    "none."}),
            "clip_name": ("STRING", {"default": "", "advanced": True, "tooltip":
                          "Name of the clip, view/trajectory, for official names; empty = the "
                          "trajectory's."}),
        }}

    @classmethod
    def IS_CHANGED(cls, image_features: str | None = None, **_: object) -> list[str]:
        """None: linked to another node."""
        folder = _dinov2_folder(image_features)
        return changes_of(folder.iterdir()) if folder else []

    def retrieve(self, memory_bank: MemoryBank, trajectory: Trajectory, max_references: int, near: float,
                 far: float, least_score: float, shortcut: str, image_features: str,
                 depth: Depth | None = None, shortcut_clip: str = "",
                 shortcut_key_frames: str = OFFICIAL_SHORTCUT,
                 clip_name: str = "") -> tuple[References, Tensor, str]:
        if depth is not None:
            far = frustum.far_from_depth(depth.median)
        preferred, note = None, ""
        if shortcut == BY_CLIP:
            key_frames = _numbers(shortcut_key_frames)
            preferred = retrieval.shortcut_through(memory_bank, shortcut_clip.strip(), key_frames)
        elif shortcut == BY_NAMES:
            name = clip_name.strip() or trajectory.name
            preferred = shortcut_by_names(memory_bank.names, name, trajectory.frames)
            if preferred is None or not preferred.entries:
                note = f"\nthe official names give {quoted(name)} no shortcut into this bank"
        references, report = retrieval.retrieve_references(
            memory_bank, trajectory, limit=max_references, near=near, far=far, least_score=least_score,
            shortcut=preferred, features=_features(image_features))
        return references, to_image(references.frames), f"{report}{note}"


class ApplyStereoMemory:
    """Earlier frames, whose tokens stand beside the video's own in the attention."""

    DESCRIPTION = ("Gives a memory model the frames from which it copies detail. Connect either the start "
                   "image alone (the first clip) or retrieved references. Works on a clone: the MODEL that "
                   "comes in stays as it was.")
    SEARCH_ALIASES = ["worldstereo", "reference frames", "consistency"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("MODEL",)
    RETURN_NAMES = ("model",)
    OUTPUT_TOOLTIPS = ("The model with this clip's spatial-stereo memory.",)
    FUNCTION = "apply"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "model": ("MODEL", {
                "tooltip": "A memory variant from Load WorldStereo Model, with or without other patches."}),
            "vae": sockets.VAE,
            "trajectory": sockets.CLIP_PATH,
        }, "optional": {
            "start_image": ("IMAGE", {
                "tooltip": "The clip's start image as the only reference, seen from the first pose."}),
            "references": ("WSKIT_REFERENCES", {
                "tooltip": "Retrieved frames with their cameras; instead of start_image."}),
            "receptive_field": ([FULL, PAIRED, CORRESPONDENCE], {"advanced": True, "tooltip":
                                "Which reference tokens a video token attends to. full: all, as in "
                                "training. paired: those of its key frame's reference. correspondence: "
                                "those that show the same point. The last two cost less; their effect on "
                                "the picture is not known."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {
                "tooltip": "The global-geometric memory; needed for correspondence, not used otherwise."}),
            "window": ("INT", {"default": 5, "min": 1, "max": 31, "step": 2, "advanced": True, "tooltip":
                       "For correspondence: side of the square of reference tokens seen around the same "
                       "point; a token is 16 pixels wide."}),
        }}

    def apply(self, model: ModelPatcher, vae: VAE, trajectory: Trajectory, start_image: Tensor | None = None,
              references: References | None = None, receptive_field: str = FULL,
              point_cloud: PointCloud | None = None, window: int = 5) -> tuple[ModelPatcher]:
        from ..core.model.attention.receptive_field import check_kernels
        from ..core.sampling.controls import stereo_control
        from . import bridge
        references = _either(start_image, references, trajectory)
        bridge.refuse_camera_variant(model)
        if receptive_field == CORRESPONDENCE:
            check_kernels(model.load_device)
        count = len(references.frames)
        renders = count + trajectory.frames if receptive_field == CORRESPONDENCE else 0
        control = stereo_control(bridge.key_frame_vae(vae), references, trajectory,
                                 bridge.progress_bar(count + renders), receptive_field.split()[0],
                                 point_cloud, window)
        return (bridge.with_memory(model, control),)


def _either(start_image: Tensor | None, references: References | None,
            trajectory: Trajectory) -> References:
    """The references, or the start image [1,H,W,3] as the only one; ValueError for both or neither."""
    if references is not None and start_image is None:
        return references
    if start_image is not None and references is None:
        start = start_frame(start_image, trajectory.height, trajectory.width, trajectory.fit)
        return start_frame_reference(start, trajectory)
    raise ValueError("'Apply Spatial-Stereo Memory' takes either start_image or references; "
                     f"{'neither' if references is None else 'both'} came in.")


def _features(choice: str) -> features.ImageFeatures:
    """The image features of this choice; ValueError when DINOv2 is asked for and not there."""
    found = _dinov2_folder(choice)
    if found is None and choice == DINOV2:
        raise ValueError(f"There is no DINOv2 in models/clip_vision; put a folder with dinov2-base's "
                         f"{', '.join(DINOV2_FILES)} there, or choose {BUILT_IN} features.")
    return dinov2(found) if found else features.BUILT_IN


def _dinov2_folder(choice: str | None) -> Path | None:
    """The folder of the DINOv2 that this choice takes; None when it takes none, or there is none."""
    import folder_paths

    folders = map(Path, folder_paths.get_folder_paths("clip_vision"))
    return None if choice == BUILT_IN else find_dinov2(folders)


def _numbers(text: str) -> list[int]:
    """The whole numbers in "1, 2,3"; ValueError for anything else."""
    try:
        return [int(number) for number in text.split(",") if number.strip()]
    except ValueError:
        raise ValueError(f"shortcut_key_frames is {quoted(text)}; expected whole numbers and commas, like "
                         "1,2,3."
                         ) from None


NODES = {
    "WSKitRetrieveReferences": (RetrieveReferences, "Retrieve References"),
    "WSKitApplyStereoMemory": (ApplyStereoMemory, "Apply Spatial-Stereo Memory"),
}
