"""Where the nodes of the shipped workflows stand, and the notes beside them."""
from __future__ import annotations

from typing import NamedTuple

# ComfyUI's own group colours, one for each part of the way
SCENE, CAMERA, MODEL, RESULT = "#3f789e", "#8A8", "#88A", "#b58b2a"


class Group(NamedTuple):
    """A titled box. columns: from left to right, each with node ids and notes (text) from top to bottom."""

    title: str
    color: str
    columns: tuple[tuple[int | str, ...], ...]


class Clip(NamedTuple):
    """Nodes that are folded into one subgraph node. columns: where they stand inside it. inputs: (node id, input or
    widget) that stand on the folded node though nothing is connected."""

    title: str
    columns: tuple[tuple[int, ...], ...]
    inputs: tuple[tuple[int, str], ...]


class Layout(NamedTuple):
    rows: tuple[tuple[Group, ...], ...]  # of groups, from top to bottom
    clips: dict[int, Clip] = {}  # id of the folded node -> what is in it


REAL_MODELS = """

The model is *WorldStereo-Nano*, a small one for clips 384 pixels wide, trained on two CPU cores. **Real pictures** need \
the released model:
- *Load WorldStereo Model*: `worldstereo-memory-dmd`, with `download` on (34.9 GB, once), or fetched by hand from \
[hanshanxue/WorldStereo](https://huggingface.co/hanshanxue/WorldStereo)
- *Load VAE*: the Wan 2.1 VAE, in `models/vae`
- 832 x 480 in *Camera Trajectory*, radius 0.008 in *Render Point Cloud*"""
PROMPTS = """
- prompts: *Encode Prompt*, its CLIP (umt5_xxl, type wan) and *CLIP Vision Encode* into *Image to Key Frames*"""
CLIP_PROMPTS = """
- prompts: *Encode Prompt*, its CLIP (umt5_xxl, type wan) and *CLIP Vision Encode* into `positive` and \
`clip_vision_output` of every **Clip**"""

QUICKSTART = """## Quickstart

One photograph with depth becomes a clip along a camera path, and a point cloud. Press **Run**.

1. The photograph and its depth, in metres.
2. They become a point cloud. The path starts at the photograph's camera. Change `preset`, `angle` and `distance`; \
*Preview Trajectory* shows it.
3. *WorldStereo-Nano* and its VAE.
4. Both memories patch the MODEL: what is known along the path, with grey holes for what the model has to invent, and the \
photograph. One key frame is made for every pose.
5. The depth of the key frames is found from the camera's motion; what the photograph does not show goes into the \
cloud.""" + REAL_MODELS + PROMPTS

THREE = """## Three clips of one scene

Each clip starts from what the clips before it left in **both memories**: *point_cloud* (where things are) and \
*memory_bank* (what they look like). Follow these two wires from clip to clip.

A **Clip** node holds the steps of one clip; its corner opens it.

*Build World* does the same in one node, from a list of paths.""" + REAL_MODELS + CLIP_PROMPTS

LOOP = """## Any number of clips in a loop

ComfyUI's own *Start Loop* and *End Loop* make one clip for each path of the list; *Add Trajectory to List* adds a path.

Each clip starts from what the clips before it left. Both memories go round as one list: *Create List* puts them \
together, two *Get Item From List* take them apart.

*End Loop* gives the videos of all clips; the cloud is written after every clip.

The same three clips without a loop: *three_trajectories*.""" + REAL_MODELS + CLIP_PROMPTS + """, with `prompt` of *Pick Trajectory from List* \
as the text"""

BUILD = """## Four clips of one scene in one node

*Build World* makes a clip for each path of the list, one after the other; each knows what those before it have shown, through both \
memories. Press **Run**.

The depth of every finished clip is found from the camera's motion and worked into the cloud (`cloud_update`).

Each clip is written to `output/build_world/world` when it is done: a run that was stopped goes on there. Choose another \
`world` to make the clips anew.""" + REAL_MODELS.replace("Render Point Cloud", "Build World") + """
- prompts: a CLIP (umt5_xxl, type wan) and a CLIP VISION into *Build World*"""

OFFICIAL = """## A world from an official scene

Put the folder of an official example (`kitchen`: image.png, prompt.json, renders) into ComfyUI's `input` folder.

The depth of the photograph is found from the parallax between its official renders; with a photograph alone, put \
*Estimate Depth* there and plan the paths with *Camera Trajectory*. The depth of every finished clip is found the same \
way and worked into the cloud (`cloud_update`).

Each clip is written to `output/kitchen/world` when it is done: a run that was stopped goes on there.""" + (
    REAL_MODELS).replace("Camera Trajectory", "Load Official Scene").replace("Render Point Cloud",
                                                                             "Build World") + """
- prompts: a CLIP (umt5_xxl, type wan) and a CLIP VISION into *Build World*"""

PANORAMA = """## A world from a panorama

The example is a made room. For your own panorama:
- *Panorama*: 2:1, the front in the middle
- *Distance for every Pixel*: along the ray; `depth_scale` makes metres of its numbers. With MoGe's panorama \
node, connect `moge_geometry` instead
- another `world` in *Build World*

27 views of it fill the memory bank, the cloud surrounds the start. Three official paths start there; any preset \
will do.""" + REAL_MODELS.replace("Render Point Cloud", "Build World") + """
- prompts: a CLIP (umt5_xxl, type wan) and a CLIP VISION into *Build World*"""

OWN_PHOTO = """

**Your own photo**, of any aspect: choose it in *Photograph*, say in *Prompt* what it shows{draw}. That is all before \
**Run**.

**Files** (the page lists those that are missing; README has all):
- `worldstereo-memory-dmd`, 34.9 GB, kept in fp8: a card of 24 GB holds it. *Load WorldStereo Model* fetches it with \
`download`
- umt5_xxl, the Wan 2.1 VAE, clip_vision_h
- the depth model: *Estimate Depth* fetches it (99 MB) with `download`; its larger ones are better. In ComfyUI with MoGe, \
its nodes and *Depth from MoGe/DA3 Geometry* can take the place of *Estimate Depth*

*Picture Size* gives the clip the photo's aspect: 832x480 for this one."""

PHOTO_TO_CLIP = """## A clip from a photo

Press **Run**: the photo's depth becomes a point cloud, the camera flies along the path, and the model makes 21 key \
frames from what the cloud shows and the prompt says.""" + OWN_PHOTO.format(
    draw=", press *Get scene* in *Camera Path* and draw, or take one of its *Presets*")

PHOTO_TO_WORLD = """## Three clips of one photo

Press **Run**: *Build World* makes a clip for each path, one after the other. Each knows what those before it have shown, \
through both memories. A run that was stopped goes on where it was; `world` is the folder in `output`.""" + OWN_PHOTO.format(
    draw=", choose another `world`, and press *Get scene* in the paths to draw them")


def clip(title: str, first: int, video: int, bank: int, motion: int) -> Clip:
    """The thirteen nodes of one clip, of which nine are numbered from `first`; video: Create Video; bank: Update
    Memory Bank; motion: Depth from Camera Motion."""
    start, render, known, geometry, retrieve, stereo, image, sample, decode = range(first, first + 9)
    columns = ((start, render), (known,), (geometry, retrieve), (stereo,), (image,), (sample,), (decode,),
               (motion, video), (bank, bank - 1))
    return Clip(title, columns, inputs_of(image, sample, retrieve))


def inputs_of(image: int, sample: int, retrieve: int) -> tuple[tuple[int, str], ...]:
    """What a folded clip shows: prompt and CLIP vision, seed, steps and the number of references."""
    return (*((image, name) for name in ("positive", "negative", "clip_vision_output")),
            (sample, "seed"), (sample, "steps"), (retrieve, "max_references"))


LAYOUTS = {
    "quickstart.json": Layout((
        (Group("1  Scene: a photograph and its depth", SCENE, ((QUICKSTART,), (1, 2), (3,))),
         Group("2  Its point cloud, a camera path, and what is known along it", CAMERA, ((4, 5), (6, 8))),
         Group("3  The model", MODEL, ((14, 15),))),
        (Group("4  Both memories, and the key frames", MODEL, ((16, 9), (17, 10), (18,), (19,), (20,))),
         Group("5  The clip, and the cloud with what it adds", RESULT, ((26, 21), (27, 22), (24,), (25,)))),
    )),
    "photo_to_clip.json": Layout((
        (Group("1  Models", MODEL, ((PHOTO_TO_CLIP,), (9, 10, 11, 12))),
         Group("2  Photo, prompt, and the point cloud", SCENE, ((1, 13), (2, 3, 14), (4, 5))),
         Group("3  Camera path", CAMERA, ((6,),)),
         Group("4  What is known along it", CAMERA, ((7,), (8,)))),
        (Group("5  Both memories, and the key frames", MODEL, ((15,), (16,), (17,), (18,), (19,))),
         Group("6  The clip, and the cloud with what it has shown", RESULT, ((22, 20), (23, 21), (24,), (25,)))),
    )),
    "photo_to_world.json": Layout((
        (Group("1  Models", MODEL, ((PHOTO_TO_WORLD,), (12, 13, 14, 15))),
         Group("2  Photo, prompt, and the point cloud", SCENE, ((1, 16), (2, 3), (4, 5)))),
        (Group("3  Three paths, one for each clip", CAMERA, ((6,), (7, 9), (8, 10), (11,))),
         Group("4  The clips", MODEL, ((17,),)),
         Group("5  The world", RESULT, ((18, 20, 22), (19, 21)))),
    )),
    "three_trajectories.json": Layout((
        (Group("Scene", SCENE, ((THREE,), (1, 2), (3,))),
         Group("Its point cloud, the first memory bank, and three camera paths", CAMERA,
               ((6, 7), (8, 22), (36,), (37,)))),
        (Group("Model", MODEL, ((4, 5),)),
         Group("Three clips, each with what the clips before it left in both memories", CAMERA,
               ((56,), (57, 19), (58, 33))),
         Group("The world after three clips", RESULT, ((48, 51), (52,)))),
    ), {56: clip("Clip: right", 9, 18, 21, 53), 57: clip("Clip: up", 23, 32, 35, 54),
        58: clip("Clip: onward", 38, 47, 50, 55)}),
    "loop.json": Layout((
        (Group("Scene and model", SCENE, ((LOOP,), (1, 2), (3, 4, 5))),
         Group("Point cloud, first memory bank, and camera paths as a list", CAMERA,
               ((6, 7), (8, 9), (10, 12), (11, 13), (14,)))),
        (Group("Before", SCENE, ((16, 15),)),
         Group("One clip for each path, with both memories of the clips before", CAMERA,
               ((17,), (18, 19, 20), (37,), (31, 32, 30), (33, 34), (35,))),
         Group("The videos", RESULT, ((36,),))),
    ), {37: Clip("Clip", ((21, 22), (23,), (24, 25), (26,), (27,), (28,), (29,)),
                 inputs_of(27, 28, 25))}),
    "build_world.json": Layout((
        (Group("1  Scene: a photograph and its depth", SCENE, ((BUILD,), (1, 2), (3,))),
         Group("2  Four paths, as a list", CAMERA, ((4,), (5, 8), (6, 9), (7, 10), (11,)))),
        (Group("3  The model, and the clips", MODEL, ((12, 13), (14,))),
         Group("4  The world", RESULT, ((15, 17, 19), (16, 18)))),
    )),
    "official_scene.json": Layout((
        (Group("Scene: four paths, a memory bank, and a point cloud", SCENE,
               ((OFFICIAL,), (1,), (2,), (3,), (4,), (5,))),),
        (Group("Model, and the four clips", MODEL, ((6, 7), (8,))),
         Group("The world", RESULT, ((9, 11, 13), (10, 12)))),
    )),
    "panorama_world.json": Layout((
        (Group("Panorama and its distances become a bank and a cloud", SCENE, ((PANORAMA,), (1, 4), (2, 5), (3,))),
         Group("Model", MODEL, ((12, 13),))),
        (Group("Three paths, as a list", CAMERA, ((6,), (8, 7), (10, 9), (11,))),
         Group("The clips", MODEL, ((14,),)),
         Group("The world", RESULT, ((15, 17, 19), (16, 18)))),
    )),
}
