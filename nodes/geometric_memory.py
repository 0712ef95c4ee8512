"""The geometric memory over several clips: updated, undone, kept in a file."""

from ..core.depth.depth import with_cameras_of
from ..core.memory.geometric.file import load_cloud, save_cloud
from ..core.memory.geometric.update import ALIGNMENTS, UpdateSettings, choose_frames, remove_clip, update
from ..core.pictures import rgb
from .files import change_of, file_complaint, output_path, stored_files, stored_path

CATEGORY = "WorldStereo/geometric memory"
ENDING = "cloud.safetensors"


class UpdateGeometricMemory:
    """Works a finished clip into the point cloud."""

    DESCRIPTION = ("Works the frames of a finished clip into the point cloud: depth is aligned to what the cloud shows "
                   "already, holes are filled, points seen again are averaged, and points that the new frames see "
                   "through lose confidence until they are removed.")
    SEARCH_ALIASES = ["worldstereo", "fuse point cloud", "add to point cloud"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "INT", "STRING")
    RETURN_NAMES = ("point_cloud", "clip", "report")
    OUTPUT_TOOLTIPS = ("The grown cloud; the one that came in stays as it was.",
                       "Number of the clip, to take it out again with Remove Clip from Point Cloud.",
                       "Overlap, scale and residual of every frame, and why a frame was left out.")
    FUNCTION = "update"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud that the clip was rendered from."}),
            "frames": ("IMAGE", {"tooltip": "The decoded frames of the clip, of the size of the depth maps."}),
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      "One depth map for each frame, of any scale unless align is none."}),
            "align": ([*ALIGNMENTS], {"tooltip":
                      "How each depth map is brought to the cloud's. scale: metric or consistent depth up to a factor; "
                      "scale and shift: relative depth; none: measured depth in the unit of the cloud."}),
            "use_frames": ("INT", {"default": 8, "min": 0, "max": 1000, "tooltip":
                           "How many frames, evenly spread and without the first, are worked in: 8 as in the official "
                           "code. 0 takes all, the first too."}),
            "max_points": ("INT", {"default": 2_000_000, "min": 1000, "max": 50_000_000, "tooltip":
                           "A larger cloud is thinned to the most confident point of each of equal cells."}),
            "remove_points": ("BOOLEAN", {"default": True, "tooltip":
                              "Removes points that have lost all confidence, such as specks hanging in the air."}),
        }, "optional": {"trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
            "The path the clip was made along: one pose for each frame. Not needed when depth has its cameras."})}}

    def update(self, point_cloud, frames, depth, align, use_frames, max_points, remove_points, trajectory=None):
        from .bridge import progress_bar
        if trajectory is not None:
            depth = with_cameras_of(depth, trajectory)
        frames, depth = choose_frames(rgb(frames), depth, use_frames)
        settings = UpdateSettings(align, prune=remove_points, max_points=max_points)
        cloud, report = update(point_cloud, frames, depth, settings, progress_bar(len(frames)))
        return cloud, report.clip, str(report)


class RemoveClip:
    """Takes the points of one clip out again."""

    DESCRIPTION = ("Removes the points that one clip brought to the cloud. What the clip did to older points (their "
                   "mean position, colour and confidence) stays.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD",)
    RETURN_NAMES = ("point_cloud",)
    OUTPUT_TOOLTIPS = ("The cloud without these points.",)
    FUNCTION = "remove"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "A cloud that clips were worked into."}),
            "clip": ("INT", {"default": 1, "min": 0, "max": 1_000_000, "tooltip":
                     "Number of the clip: 0 is the start image, 1 the first update."}),
        }}

    def remove(self, point_cloud, clip):
        return (remove_clip(point_cloud, clip),)


class SaveGeometricMemory:
    """The point cloud with everything it knows, in a file."""

    DESCRIPTION = ("Saves the point cloud with confidence, view counts and clip numbers to ComfyUI's output folder, "
                   "for Load Global-Geometric Memory. Existing files are kept; every run gets the next number.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to save."}),
            "filename_prefix": ("STRING", {"default": "worldstereo/memory", "tooltip":
                                "Folder and start of the file name below output/; a number is added."}),
        }}

    def save(self, point_cloud, filename_prefix):
        path, relative = output_path(filename_prefix, ENDING)
        save_cloud(point_cloud, path)
        return {"ui": {"text": [relative]}, "result": (relative,)}


class LoadGeometricMemory:
    """A saved point cloud."""

    DESCRIPTION = ("Loads a point cloud that Save Global-Geometric Memory wrote, from ComfyUI's output or input "
                   "folder, so that a world can be continued in another session.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD",)
    RETURN_NAMES = ("point_cloud",)
    OUTPUT_TOOLTIPS = ("The cloud exactly as it was saved.",)
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"file": (stored_files(ENDING), {
            "tooltip": f"A file *.{ENDING} in the input folder, or in the output folder (marked [output])."})}}

    @classmethod
    def IS_CHANGED(cls, file):
        return change_of(file)

    @classmethod
    def VALIDATE_INPUTS(cls, file):
        return file_complaint(file)

    def load(self, file):
        return (load_cloud(stored_path(file)),)


NODES = {
    "WSKitUpdateGeometricMemory": (UpdateGeometricMemory, "Update Global-Geometric Memory"),
    "WSKitRemoveClip": (RemoveClip, "Remove Clip from Point Cloud"),
    "WSKitSaveGeometricMemory": (SaveGeometricMemory, "Save Global-Geometric Memory"),
    "WSKitLoadGeometricMemory": (LoadGeometricMemory, "Load Global-Geometric Memory"),
}
