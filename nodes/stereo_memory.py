"""The spatial-stereo memory: a bank of frames, what is retrieved from it, and its file."""

from ..core.memory.stereo import features, retrieval
from ..core.memory.stereo.bank import add_clip, new_bank
from ..core.memory.stereo.features import find_dinov2
from ..core.memory.stereo.file import load_bank, save_bank
from ..core.memory.stereo.frustum import far_from_depth
from ..core.official.clip_names import shortcut_by_names
from ..core.pictures import to_frames, to_image
from ..core.values import quoted
from .files import change_of, changes_of, file_complaint, output_path, stored_files, stored_path

CATEGORY = "WorldStereo/stereo memory"
ENDING = "bank.safetensors"
AUTO, DINOV2, BUILT_IN = "auto", "DINOv2", "built-in"
NO_SHORTCUT, BY_CLIP, BY_NAMES = "none", "through shortcut_clip", "official names"
BANK = ("WSKIT_MEMORY_BANK", {"tooltip": "The frames so far; the bank that comes in stays as it was."})


class NewMemoryBank:
    """The bank before the first clip."""

    DESCRIPTION = ("Starts the memory bank of a world from its start image, or from views of known cameras such as "
                   "those of a panorama. The pictures are stretched to the size the cameras are for.")
    SEARCH_ALIASES = ["worldstereo", "reference frames"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The bank, for Retrieve References and Update Memory Bank.", "Its size and clips.")
    FUNCTION = "start"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "images": ("IMAGE", {"tooltip": "The start image, or one picture for each camera of the trajectory."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "Cameras of the pictures, e.g. from Panorama to Views. With one picture: any path that "
                           "starts at it; only its first camera is used."}),
            "clip_name": ("STRING", {"default": "start", "tooltip":
                          "Name under which the pictures are kept. Official worlds: scene/pano_bank."}),
        }}

    def start(self, images, trajectory, clip_name):
        bank = new_bank(to_frames(images), trajectory, clip_name.strip())
        return bank, str(bank)


class UpdateMemoryBank:
    """A finished clip goes into the bank."""

    DESCRIPTION = ("Adds frames of a finished clip to the memory bank: evenly spread, never the first one (it is known "
                   "already), always the last one.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The grown bank.", "Its size and clips.")
    FUNCTION = "update"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "memory_bank": BANK,
            "frames": ("IMAGE", {"tooltip": "The decoded key frames of the clip, one for each pose."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path the clip was sampled along."}),
            "keep": ("INT", {"default": 8, "min": 1, "max": 1000, "tooltip":
                     "How many frames of the clip are kept; 8 as in the official code."}),
            "clip_name": ("STRING", {"default": "", "tooltip":
                          "Name of the clip, each only once in a bank; empty = the trajectory's name. Official worlds: "
                          "view/trajectory, e.g. view0/traj2."}),
        }}

    def update(self, memory_bank, frames, trajectory, keep, clip_name):
        bank = add_clip(memory_bank, to_frames(frames), trajectory, clip_name.strip(), keep)
        return bank, str(bank)


class RetrieveReferences:
    """The frames of the bank that see what the clip is going to show."""

    DESCRIPTION = ("For every key frame of the clip, finds the frame of the bank that sees most of the same, by the "
                   "overlap of the two cameras' frusta. If that makes more frames than the model takes, those that "
                   "differ most in camera and content, and rather the sharp ones, are chosen.")
    SEARCH_ALIASES = ["worldstereo", "reference frames", "memory bank"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_REFERENCES", "IMAGE", "STRING")
    RETURN_NAMES = ("references", "frames", "report")
    OUTPUT_TOOLTIPS = ("For Apply Spatial-Stereo Memory.", "The retrieved frames, each once, at the trajectory's size.",
                       "Which key frame got which frame, with score 0..1 (1 more for a shortcut) and angle in degrees.")
    FUNCTION = "retrieve"

    @classmethod
    def INPUT_TYPES(cls):
        def distance(default, end):
            return ("FLOAT", {"default": default, "min": 0.0001, "max": 1e6, "step": 0.01, "round": 0.0001, "tooltip":
                              f"{end}, in the unit of the trajectory, along the rays through the picture's corners."})
        return {"required": {
            "memory_bank": BANK,
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "Path of the clip to sample, in the world of the bank."}),
            "max_references": ("INT", {"default": 8, "min": 1, "max": 64, "tooltip":
                               "Most references. Each costs as much as a key frame; the models were released with 8."}),
            "near": distance(0.1, "Where a camera begins to see"),
            "far": distance(10.0, "How far a camera sees; not used when depth is connected"),
            "least_score": ("FLOAT", {"default": 0.01, "min": 0.0, "max": 1.0, "step": 0.01, "tooltip":
                            "Key frames whose best frame scores less get none. 0 = every key frame gets one, as in the "
                            "official code, even if it sees nothing of it."}),
            "shortcut": ([NO_SHORTCUT, BY_CLIP, BY_NAMES], {"tooltip":
                         "Frames to prefer whatever their score. through shortcut_clip: the key frames go through that "
                         "clip in step; official names: by the rules of the official code for the name in clip_name."}),
            "image_features": ([AUTO, DINOV2, BUILT_IN], {"tooltip":
                               "What tells frames apart when there are too many. DINOv2: the official code's, a folder "
                               "in models/clip_vision; built-in: colours; auto: DINOv2 if there, else built-in."}),
        }, "optional": {
            "depth": ("WSKIT_DEPTH", {"tooltip": "Sets far to 8 times its median depth, as the panorama code does."}),
            "shortcut_clip": ("STRING", {"default": "", "tooltip": "A clip in the bank, for through shortcut_clip."}),
            "shortcut_key_frames": ("STRING", {"default": "1,2,3,5,7,9,13,17", "tooltip":
                                    "Key frames that go through shortcut_clip; 0 is the start, which needs none."}),
            "clip_name": ("STRING", {"default": "", "tooltip":
                          "Name of the clip, view/trajectory, for official names; empty = the trajectory's."}),
        }}

    @classmethod
    def IS_CHANGED(cls, image_features=None, **_):  # None: linked to another node
        folder = _dinov2_folder(image_features)
        return changes_of(folder.iterdir()) if folder else []

    def retrieve(self, memory_bank, trajectory, max_references, near, far, least_score, shortcut, image_features,
                 depth=None, shortcut_clip="", shortcut_key_frames="", clip_name=""):
        if depth is not None:
            far = far_from_depth(depth.median)
        preferred, note = None, ""
        if shortcut == BY_CLIP:
            preferred = retrieval.shortcut_through(memory_bank, shortcut_clip.strip(), _numbers(shortcut_key_frames))
        elif shortcut == BY_NAMES:
            name = clip_name.strip() or trajectory.name
            preferred = shortcut_by_names(memory_bank.names, name, trajectory.frames)
            if preferred is None or not preferred.entries:
                note = f"\nthe official names give {quoted(name)} no shortcut into this bank"
        references, report = retrieval.retrieve_references(
            memory_bank, trajectory, limit=max_references, near=near, far=far, least_score=least_score,
            shortcut=preferred, features=_features(image_features))
        return references, to_image(references.frames), f"{report}{note}"


class SaveMemoryBank:
    """The bank in a file."""

    DESCRIPTION = ("Saves the memory bank with its cameras to ComfyUI's output folder, for Load Memory Bank. Existing "
                   "files are kept; every run gets the next number.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "memory_bank": ("WSKIT_MEMORY_BANK", {"tooltip": "The bank to save."}),
            "filename_prefix": ("STRING", {"default": "worldstereo/memory", "tooltip":
                                "Folder and start of the file name below output/; a number is added."}),
        }}

    def save(self, memory_bank, filename_prefix):
        path, relative = output_path(filename_prefix, ENDING)
        save_bank(memory_bank, path)
        return {"ui": {"text": [relative]}, "result": (relative,)}


class LoadMemoryBank:
    """A saved bank."""

    DESCRIPTION = ("Loads a memory bank that Save Memory Bank wrote, from ComfyUI's output or input folder, so that a "
                   "world can be continued in another session.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The bank exactly as it was saved.", "Its size and clips.")
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
        bank = load_bank(stored_path(file))
        return bank, str(bank)


def _features(choice):
    """The image features of this choice; ValueError when DINOv2 is asked for and not there."""
    found = _dinov2_folder(choice)
    if found is None and choice == DINOV2:
        raise ValueError(f"There is no DINOv2 in models/clip_vision; put a folder with dinov2-base's "
                         f"{', '.join(features.DINOV2_FILES)} there, or choose {BUILT_IN} features.")
    return features.dinov2(found) if found else features.BUILT_IN


def _dinov2_folder(choice):
    """The folder of the DINOv2 that this choice takes; None when it takes none, or there is none."""
    import folder_paths

    return None if choice == BUILT_IN else find_dinov2(folder_paths.get_folder_paths("clip_vision"))


def _numbers(text):
    """The whole numbers in "1, 2,3"; ValueError for anything else."""
    try:
        return [int(number) for number in text.split(",") if number.strip()]
    except ValueError:
        raise ValueError(f"shortcut_key_frames is {quoted(text)}; expected whole numbers and commas, like 1,2,3."
                         ) from None


NODES = {
    "WSKitNewMemoryBank": (NewMemoryBank, "New Memory Bank"),
    "WSKitUpdateMemoryBank": (UpdateMemoryBank, "Update Memory Bank"),
    "WSKitRetrieveReferences": (RetrieveReferences, "Retrieve References"),
    "WSKitSaveMemoryBank": (SaveMemoryBank, "Save Memory Bank"),
    "WSKitLoadMemoryBank": (LoadMemoryBank, "Load Memory Bank"),
}
