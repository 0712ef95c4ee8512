"""Scenes in the layout of the official scripts, and the image set that the official reconstruction takes."""

from ..core.cloud.render.along_path import render_path
from ..core.official.scene import Scene, is_scene, read_scene, resize_scene, with_renders, write_scene
from ..core.official.world_mirror import read_mirror_set, write_mirror_set
from ..core.pictures import frames_from_bytes, to_image
from ..core.world.clip_start import fit_at_start, place_at_start, start_entry, start_picture, with_known_start
from .clips import BANK, CATEGORY
from .files import changes_of, file_complaint, output_path, stored_path

PREFIX = "Folder name below output/; a number is added. Nothing is overwritten."


class LoadScene:
    """An official scene: cameras, renders, prompts."""

    DESCRIPTION = ("Loads a scene in the layout of the official scripts: pano_bank/ or image.png, and for every clip "
                   "camera.json, render.mp4 and render_mask.mp4. Build World and Pick Trajectory from List take the "
                   "renders as they are.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY_LIST", "WSKIT_MEMORY_BANK", "IMAGE", "STRING", "STRING")
    RETURN_NAMES = ("trajectories", "memory_bank", "images", "prompt", "report")
    OUTPUT_TOOLTIPS = ("The clips with their renders, masks and prompts.", "The panorama's views, or the photograph.",
                       "The pictures of the bank.", "Prompt of the photograph; panoramas have one for each clip.",
                       "Clips, poses, and the share of holes.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        def size(name, keeps):
            return ("INT", {"default": 0, "min": 0, "max": 8192, "tooltip": f"{name}; 0 = {keeps}."})
        return {"required": {
            "scene": (_folders(_is_scene), {"tooltip": "Folder in the input folder, or in the output folder (marked "
                                                       "[output])."}),
            "frames": size("Key frames of a clip, evenly picked", "all that are stored"),
            "width": size("Width of the clips in pixels, a multiple of 16", "as stored"),
            "height": size("Height of the clips in pixels, a multiple of 16", "as stored"),
        }}

    @classmethod
    def IS_CHANGED(cls, scene, **_):
        return _change_of(scene)

    @classmethod
    def VALIDATE_INPUTS(cls, scene):
        return file_complaint(scene)

    def load(self, scene, frames, width, height):
        read = resize_scene(read_scene(stored_path(scene)), frames, width, height)
        pictures = to_image(frames_from_bytes(read.bank.pictures(range(len(read.bank))).permute(0, 2, 3, 1)))
        lines = [f"{clip.name}: {clip.trajectory.frames} poses, "
                 + ("no render" if clip.mask is None else f"{100 * clip.mask.float().mean():.0f} % holes")
                 for clip in read.clips]
        return read.clips, read.bank, pictures, read.prompt, "\n".join([str(read.bank), *lines])


class SaveScene:
    """Cameras, renders and prompts for the official scripts."""

    DESCRIPTION = ("Writes a memory bank and a list of trajectories in the layout of the official scripts, so that "
                   "these can sample the clips. Clips without a render of their own are rendered from the point cloud.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("The folder relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip":
                "The clips. With a panorama: view0/traj2 and so on."}),
            "memory_bank": BANK,
            "filename_prefix": ("STRING", {"default": "worldstereo/scene", "tooltip": PREFIX}),
            "radius": ("FLOAT", {"default": 0.008, "min": 0.0005, "max": 0.5, "step": 0.0005, "tooltip":
                       "Radius of a rendered point; the shorter side of the picture is 2."}),
            "prompt": ("STRING", {"default": "", "multiline": True, "tooltip": "Prompt of a photograph's scene."}),
        }, "optional": {"point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "Shown in clips that bring no render."})}}

    def save(self, trajectories, memory_bank, filename_prefix, radius, prompt, point_cloud=None):
        from .bridge import progress_bar

        def render(clip):
            if clip.render is not None or point_cloud is None:
                return clip.render, clip.mask
            trajectory = clip.trajectory
            image, mask, _ = render_path(point_cloud, trajectory, radius, 20, None, progress_bar(trajectory.frames))
            entry = start_entry(memory_bank, trajectory, clip.start_frame)
            return with_known_start(image, mask, start_picture(memory_bank, entry, trajectory))

        path, relative = output_path(filename_prefix, "scene")
        write_scene(path, Scene(memory_bank, with_renders(trajectories, render), prompt))
        return {"ui": {"text": [relative]}, "result": (relative,)}


class PlaceDepth:
    """The depth of a photograph in the world of a path."""

    DESCRIPTION = ("Puts depth where a trajectory starts, so that a cloud lifted from it lies in the trajectory's "
                   "world. For paths that were planned elsewhere, such as official ones, whose first camera may be "
                   "tilted.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_DEPTH", "STRING")
    RETURN_NAMES = ("depth", "report")
    OUTPUT_TOOLTIPS = ("The depth with the first camera of the trajectory and its unit.",
                       "The scale, and how well it fits the point cloud if that is connected.")
    FUNCTION = "place"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "depth": ("WSKIT_DEPTH", {"tooltip": "Depth of the photograph that the trajectory starts at."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path in whose world the depth is wanted."}),
            "scale": ("FLOAT", {"default": 1.0, "min": 1e-6, "max": 1e6, "step": 0.01, "round": 1e-6, "tooltip":
                      "Depth is multiplied by it: units of the trajectory in one unit of the depth. Not used when "
                      "point_cloud is connected."}),
        }, "optional": {"point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
            "A cloud in the trajectory's world: the scale is fitted to what it shows from the first camera."})}}

    def place(self, depth, trajectory, scale, point_cloud=None):
        if point_cloud is None:
            return place_at_start(depth, trajectory, scale), f"scale {scale:g}, as given"
        placed, fit = fit_at_start(depth, trajectory, point_cloud)
        return placed, (f"scale {1 / fit.scale:.4g}, fitted to the point cloud: {fit.agreement:.0%} of the shared "
                        f"pixels agree, residual {fit.residual:.2%}")


class SaveMirrorSet:
    """The frames of the bank for the official reconstruction."""

    DESCRIPTION = ("Writes the frames of the memory bank with camera-to-world poses as WorldMirror, the official "
                   "reconstruction, takes them.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("The folder relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"memory_bank": BANK,
                             "filename_prefix": ("STRING", {"default": "worldstereo/mirror", "tooltip": PREFIX})}}

    def save(self, memory_bank, filename_prefix):
        path, relative = output_path(filename_prefix, "mirror")
        write_mirror_set(path, memory_bank)
        return {"ui": {"text": [relative]}, "result": (relative,)}


class LoadMirrorSet:
    """A WorldMirror set as a memory bank."""

    DESCRIPTION = "Loads images and camera-to-world poses of a WorldMirror set as a memory bank."
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The frames with their cameras.", "Its size and clips.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"folder": (_folders(_is_mirror_set), {"tooltip":
            "Folder in the input folder, or in the output folder (marked [output])."})}}

    @classmethod
    def IS_CHANGED(cls, folder):
        return _change_of(folder)

    @classmethod
    def VALIDATE_INPUTS(cls, folder):
        return file_complaint(folder)

    def load(self, folder):
        bank = read_mirror_set(stored_path(folder))
        return bank, str(bank)


def _folders(fits):
    """Names of the folders that fit, up to three deep in the input and output folder, as a workflow holds them."""
    from pathlib import Path

    import folder_paths
    roots = ((Path(folder_paths.get_input_directory()), ""), (Path(folder_paths.get_output_directory()), " [output]"))
    return [path.relative_to(root).as_posix() + mark for root, mark in roots for pattern in ("*", "*/*", "*/*/*")
            for path in sorted(root.glob(pattern)) if path.is_dir() and not path.name.startswith(".") and fits(path)]


def _is_scene(folder):
    return is_scene(folder)


def _is_mirror_set(folder):
    return (folder / "cameras.json").is_file() and (folder / "images").is_dir()


def _change_of(folder):
    return changes_of(stored_path(folder).rglob("*"))


NODES = {
    "WSKitLoadScene": (LoadScene, "Load Official Scene"),
    "WSKitSaveScene": (SaveScene, "Save Official Scene"),
    "WSKitPlaceDepth": (PlaceDepth, "Place Depth at Trajectory"),
    "WSKitSaveMirrorSet": (SaveMirrorSet, "Save WorldMirror Set"),
    "WSKitLoadMirrorSet": (LoadMirrorSet, "Load WorldMirror Set"),
}
