"""Scenes and WorldMirror sets, as the official scripts read and write them."""

from __future__ import annotations

from torch import Tensor

from ..core.cloud.point_cloud import PointCloud
from ..core.cloud.render.along_path import render_path
from ..core.memory.stereo.bank import MemoryBank, images_of
from ..core.official.scene import (
    Scene,
    is_scene,
    read_scene,
    resize_scene,
    summary,
    with_renders,
    write_scene,
)
from ..core.official.world_mirror import is_mirror_set, read_mirror_set, write_mirror_set
from ..core.world.clip_list import Clip
from ..core.world.clip_start import start_entry, start_picture, with_known_start
from . import menu, sockets
from .files import change_of_folder, file_complaint, stored_folders, stored_path, write_new
from .sockets import Inputs, Output


class LoadScene:
    """An official scene: cameras, renders, prompts."""

    DESCRIPTION = ("Loads a scene in the layout of the official scripts: pano_bank/ or image.png, and for "
                   "every clip camera.json, render.mp4 and render_mask.mp4. Build World and Pick Trajectory "
                   "from List take the renders as they are.")
    SEARCH_ALIASES = ["worldstereo", "import scene", "panorama renders"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_TRAJECTORY_LIST", "WSKIT_MEMORY_BANK", "IMAGE", "STRING", "STRING")
    RETURN_NAMES = ("trajectories", "memory_bank", "images", "prompt", "report")
    OUTPUT_TOOLTIPS = ("The clips with their renders, masks and prompts.",
        "The panorama's views, or the photograph.",
                       "The pictures of the bank.",
                       "Prompt of the photograph; panoramas have one for each clip.",
                       "Clips, poses, and the share of holes.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        size = "of the clips in pixels, a multiple of 16; 0 = as stored."
        return {"required": {
            "scene": sockets.stored(stored_folders(is_scene), "Folder"),
            "frames": ("INT", {"default": 0, "min": 0, "max": 8192, "tooltip":
                       "Key frames of a clip, evenly picked; 0 = all that are stored."}),
            "width": sockets.side("Width", 0, size, low=0, step=1),
            "height": sockets.side("Height", 0, size, low=0, step=1),
        }}

    @classmethod
    def IS_CHANGED(cls, scene: str, **_: object) -> list[str]:
        return change_of_folder(scene)

    @classmethod
    def VALIDATE_INPUTS(cls, scene: str) -> bool | str:
        return file_complaint(scene)

    def load(self, scene: str, frames: int, width: int,
             height: int) -> tuple[tuple[Clip, ...], MemoryBank, Tensor, str, str]:
        from .bridge.progress import stop_when_cancelled
        read = resize_scene(read_scene(stored_path(scene), stop_when_cancelled), frames, width, height)
        return read.clips, read.bank, images_of(read.bank), read.prompt, summary(read)


class SaveScene:
    """Cameras, renders and prompts for the official scripts."""

    DESCRIPTION = ("Writes a memory bank and a list of trajectories in the layout of the official scripts, "
                   "so that these can sample the clips. Clips without a render of their own are rendered "
                   "from the point cloud.")
    SEARCH_ALIASES = ["worldstereo", "export scene"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("The folder relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip":
                "The clips. With a panorama: view0/traj2 and so on."}),
            "memory_bank": sockets.BANK,
            "filename_prefix": sockets.folder_prefix("worldstereo/scene"),
            "radius": sockets.with_options(sockets.RADIUS, advanced=True),
            "prompt": ("STRING", {"default": "", "multiline": True, "tooltip":
                "Prompt of a photograph's scene."}),
        }, "optional": {"point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
            "Shown in clips that bring no render."})}}

    def save(self, trajectories: tuple[Clip, ...], memory_bank: MemoryBank, filename_prefix: str,
             radius: float, prompt: str, point_cloud: PointCloud | None = None) -> Output:
        from .bridge import progress_bar

        def render(clip: Clip) -> tuple[Tensor | None, Tensor | None]:
            if clip.render is not None or point_cloud is None:
                return clip.render, clip.mask
            trajectory = clip.trajectory
            image, mask, _ = render_path(point_cloud, trajectory, radius,
                                         progress=progress_bar(trajectory.frames, lambda _, picture: picture))
            entry = start_entry(memory_bank, trajectory, clip.start_frame)
            return with_known_start(image, mask, start_picture(memory_bank, entry, trajectory))

        return write_new(filename_prefix, "scene", lambda path: write_scene(
            path, Scene(memory_bank, with_renders(trajectories, render), prompt)))


class SaveMirrorSet:
    """The frames of the bank for the official reconstruction."""

    DESCRIPTION = ("Writes the frames of the memory bank with camera-to-world poses as WorldMirror, the "
                   "official reconstruction, takes them.")
    SEARCH_ALIASES = ["export images", "reconstruction", "hunyuanworld"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("The folder relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"memory_bank": sockets.BANK,
                             "filename_prefix": sockets.folder_prefix("worldstereo/mirror")}}

    def save(self, memory_bank: MemoryBank, filename_prefix: str) -> Output:
        return write_new(filename_prefix, "mirror", lambda path: write_mirror_set(path, memory_bank))


class LoadMirrorSet:
    """A WorldMirror set as a memory bank."""

    DESCRIPTION = "Loads images and camera-to-world poses of a WorldMirror set as a memory bank."
    SEARCH_ALIASES = ["import images", "reconstruction", "hunyuanworld"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The frames with their cameras.", "Its size and clips.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"folder": sockets.stored(stored_folders(is_mirror_set), "Folder")}}

    @classmethod
    def IS_CHANGED(cls, folder: str) -> list[str]:
        return change_of_folder(folder)

    @classmethod
    def VALIDATE_INPUTS(cls, folder: str) -> bool | str:
        return file_complaint(folder)

    def load(self, folder: str) -> tuple[MemoryBank, str]:
        bank = read_mirror_set(stored_path(folder))
        return bank, str(bank)


NODES = {
    "WSKitLoadScene": (LoadScene, "Load Official Scene"),
    "WSKitSaveScene": (SaveScene, "Save Official Scene"),
    "WSKitSaveMirrorSet": (SaveMirrorSet, "Save WorldMirror Set"),
    "WSKitLoadMirrorSet": (LoadMirrorSet, "Load WorldMirror Set"),
}
