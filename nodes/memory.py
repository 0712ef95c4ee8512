"""The two memories as patches of the MODEL."""

from ..core.memory.stereo.references import start_frame_reference
from ..core.pictures import start_frame, to_frames

CATEGORY = "WorldStereo/memory"
FULL, CORRESPONDENCE = "full", "correspondence (experimental)"
TRAJECTORY = ("WSKIT_TRAJECTORY", {
    "tooltip": "The clip's camera path; use the same one for render, memories and key frames."})
VAE = ("VAE", {"tooltip": "Wan 2.1 VAE, from Load VAE. Every key frame is encoded alone."})


class ApplyGeometricMemory:
    """The rendered point cloud controls camera and coarse structure."""

    DESCRIPTION = ("Gives the model the rendered point cloud, its hole mask and the camera rays through the control "
                   "branch. Works on a clone: the MODEL that comes in stays as it was. Render and mask may be painted "
                   "over before.")
    SEARCH_ALIASES = ["worldstereo", "camera control", "uni3c", "controlnet", "3d cache"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("MODEL",)
    RETURN_NAMES = ("model",)
    OUTPUT_TOOLTIPS = ("The model with this clip's global-geometric memory.",)
    FUNCTION = "apply"

    @classmethod
    def INPUT_TYPES(cls):
        def fraction(default, effect):
            return ("FLOAT", {"default": default, "min": 0.0, "max": 1.0, "step": 0.01, "tooltip": effect})
        return {"required": {
            "model": ("MODEL", {"tooltip": "From Load WorldStereo Model, with or without other patches."}),
            "vae": VAE,
            "render": ("IMAGE", {
                "tooltip": "One rendered frame per key frame, from Render Point Cloud; holes mid-grey."}),
            "mask": ("MASK", {"tooltip": "1 = hole, where the model invents; 0 = covered. From Render Point Cloud."}),
            "trajectory": TRAJECTORY,
            "strength": ("FLOAT", {"default": 1.0, "min": 0.0, "max": 4.0, "step": 0.05, "tooltip":
                         "Multiplies what the control branch adds. 1 = as trained, 0 = no control."}),
            "start_percent": fraction(0.0, "Part of the sampling at which the memory begins to act; 0 = the first "
                                           "step."),
            "end_percent": fraction(1.0, "Part of the sampling at which the memory stops acting; 1 = the last step."),
        }}

    def apply(self, model, vae, render, mask, trajectory, strength, start_percent, end_percent):
        from ..core.sampling.controls import geometric_control
        from . import bridge
        bridge.worldstereo(model)
        control = geometric_control(bridge.key_frame_vae(vae), to_frames(render), mask, trajectory, strength,
                                    start_percent, end_percent, bridge.progress_bar(len(render)))
        return (bridge.with_memory(model, control),)


class ApplyStereoMemory:
    """Earlier frames, whose tokens stand beside the video's own in the attention."""

    DESCRIPTION = ("Gives a memory model the frames from which it copies detail. Connect either the start image alone "
                   "(the first clip) or retrieved references. Works on a clone: the MODEL that comes in stays as it "
                   "was.")
    SEARCH_ALIASES = ["worldstereo", "reference frames", "consistency"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("MODEL",)
    RETURN_NAMES = ("model",)
    OUTPUT_TOOLTIPS = ("The model with this clip's spatial-stereo memory.",)
    FUNCTION = "apply"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "model": ("MODEL", {
                "tooltip": "A memory variant from Load WorldStereo Model, with or without other patches."}),
            "vae": VAE,
            "trajectory": TRAJECTORY,
        }, "optional": {
            "start_image": ("IMAGE", {
                "tooltip": "The clip's start image as the only reference, seen from the first pose."}),
            "references": ("WSKIT_REFERENCES", {
                "tooltip": "Retrieved frames with their cameras; instead of start_image."}),
            "receptive_field": ([FULL, "paired (experimental)", CORRESPONDENCE], {"tooltip":
                                "Which references a token of the video sees. full: all, as the models were trained. "
                                "paired: the one of its key frame. correspondence: what shows the same point. The last "
                                "two cost less; their effect on the picture is not known."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {
                "tooltip": "The global-geometric memory; needed for correspondence, not used otherwise."}),
            "window": ("INT", {"default": 5, "min": 1, "max": 31, "step": 2, "tooltip":
                       "For correspondence: side of the square of reference tokens seen around the same point; a token "
                       "is 16 pixels wide."}),
        }}

    def apply(self, model, vae, trajectory, start_image=None, references=None, receptive_field=FULL, point_cloud=None,
              window=5):
        from ..core.sampling.controls import stereo_control
        from . import bridge
        if (start_image is None) == (references is None):
            raise ValueError("Apply Spatial-Stereo Memory takes either start_image or references; "
                             f"{'neither' if references is None else 'both'} came in.")
        bridge.refuse_camera_variant(model)
        if references is None:
            start = start_frame(start_image, trajectory.height, trajectory.width)
            references = start_frame_reference(start, trajectory)
        count = len(references.frames)
        bar = bridge.progress_bar(2 * count + trajectory.frames if receptive_field == CORRESPONDENCE else count)
        control = stereo_control(bridge.key_frame_vae(vae), references, trajectory, bar, receptive_field.split()[0],
                                 point_cloud, window)
        return (bridge.with_memory(model, control),)


NODES = {
    "WSKitApplyGeometricMemory": (ApplyGeometricMemory, "Apply Global-Geometric Memory"),
    "WSKitApplyStereoMemory": (ApplyStereoMemory, "Apply Spatial-Stereo Memory"),
}
