"""Where the nodes of the workflows with other models stand (docs/workflows), and the notes beside them."""
from __future__ import annotations

from workflow_layouts import CAMERA, MODEL, RESULT, SCENE, Clip, Group, Layout

FILES = """

**Files**: the page lists those that are missing; `docs/other_models.md` of this pack has all. *Estimate Depth* fetches \
the depth model with `download`."""

VACE = """## Geometric memory with Wan VACE

The render goes to `control_video` and its holes go to `control_masks`: VACE makes what is grey and keeps the rest.

1. The photograph's cloud, rendered along a path of 81 poses, becomes clip 1.
2. The depth of clip 1 works it into the cloud.
3. Clip 2 starts with the last frame of clip 1 and sees the grown cloud.

**Your own photo**, of any aspect: choose it in *Photograph*, say in *Prompt* what it shows. *Picture Size* gives the clips its \
aspect.""" + FILES

FUN_CAMERA = """## Any path for Wan Fun Camera

*Trajectory to WAN_CAMERA_EMBEDDING* takes the place of *WanCameraEmbedding*, which has nine movements.

`scale` multiplies the positions: larger moves the camera further.""" + FILES

UNI3C = """## The render for Uni3C

Needs ComfyUI 0.29 or newer. The render guides a stock Wan I2V model.""" + FILES

SMOOTH = """

WorldStereo makes 21 key frames; between each two, three frames of the smooth video are missing: 81 frames in all, at 16 per \
second."""

SMOOTH_VACE = """## Smooth video with Wan VACE
""" + SMOOTH + """

All key frames are fused into the cloud, and it is rendered along the same path with 81 poses. *Set Known Key Frames* puts each \
key frame in its place. VACE keeps what is known and makes the rest.""" + FILES

SMOOTH_FIRST_LAST = """## Smooth video with a first-last-frame model
""" + SMOOTH + """

*Rebatch Images* makes a list of 20 pairs of neighbouring key frames; what follows runs once for each pair, 5 frames each. Without \
its last frame, each ends where the next begins.""" + FILES

SMOOTH_RENDER = """## Smooth video without another model
""" + SMOOTH + """

All key frames are fused into the cloud, and the video is its render along the same path with 81 poses: of points, so softer than \
the key frames, and grey where no key frame has looked.""" + FILES

LORA_MASK_UPSCALE = """## A LoRA, a painted mask, an upscaler

- *LoRA*: between *WorldStereo* and the memories. This one lets the variant `memory` need 8 steps without guidance.
- *Painted mask*: right-click *Photograph*, *Open in MaskEditor*, and paint. That area of all frames but the first is made anew; \
without paint nothing changes.
- *Upscaler*: on the key frames, here to twice the size.""" + FILES

PATH = Group("3  Path and its render", CAMERA, ((4,), (5,)))
CLOUD = Group("5  Cloud of all key frames", SCENE, ((20,), (21,)))


def models(note: str, *columns: tuple[int, ...]) -> Group:
    return Group("1  Models and prompts", MODEL, ((note,), *columns))


def scene(*beside_depth: int) -> Group:
    return Group("2  Scene: photograph, depth, point cloud", SCENE, ((1,), (2, *beside_depth), (3,)))


def key_frames(folded: int) -> dict[int, Clip]:
    """What is in the folded node."""
    return {folded: Clip("Key Frames", ((12,), (13,), (14,), (15,), (16,)), ((15, "seed"), (15, "steps")))}


def smooth(first: Group, folded: int, *second_row: Group) -> Layout:
    key_frame_group = Group("4  Key frames", MODEL, ((folded,),))
    return Layout(((first, scene(11), PATH, key_frame_group), second_row), key_frames(folded))


OTHER_MODELS = {
    "vace.json": Layout((
        (models(VACE, (10, 11, 12), (15, 13, 14)), scene(6), PATH,
         Group("4  Clip 1", RESULT, ((20,), (21,), (22,), (23,), (24,)))),
        (Group("5  The cloud with clip 1, and what is known along the next path", CAMERA,
               ((32, 30), (33, 31), (35, 34), (36,))),
         Group("6  Clip 2", RESULT, ((40,), (41,), (42,), (43,), (44,)))),
    )),
    "fun_camera.json": Layout((
        (models(FUN_CAMERA, (10, 11, 12, 16), (15, 13, 14)),
         Group("2  Photograph and depth", SCENE, ((1,), (2, 17)))),
        (Group("3  Path as camera rays", CAMERA, ((4,), (5,))),
         Group("4  The video", RESULT, ((20,), (21,), (22,), (23,), (24,)))),
    )),
    "uni3c.json": Layout((
        (models(UNI3C, (10, 18, 11, 12, 16), (13, 14)), scene(17)),
        (PATH,
         Group("4  Wan I2V with Uni3C", MODEL, ((19,), (15, 20))),
         Group("5  The video", RESULT, ((21,), (22,), (23,), (24,)))),
    )),
    "smooth_vace.json": smooth(
        models(SMOOTH_VACE, (6, 30, 7, 8, 10), (9, 32)), 38, CLOUD,
        Group("6  Its render along 81 poses, with the key frames", CAMERA, ((22,), (23,), (24,))),
        Group("7  VACE makes the frames between", RESULT, ((33,), (34,), (35,), (36,), (37,)))),
    "smooth_render.json": smooth(
        models(SMOOTH_RENDER, (6, 7, 8, 10), (9,)), 38, CLOUD,
        Group("6  Its render along 81 poses is the video", RESULT, ((22,), (23,), (36,), (37,)))),
    "smooth_first_last.json": smooth(
        models(SMOOTH_FIRST_LAST, (6, 30, 7, 8, 10), (9, 32)), 42,
        Group("5  Pairs of neighbouring key frames", CAMERA, ((20, 21), (22, 23), (24, 25))),
        Group("6  The model makes the frames between", MODEL, ((33,), (34,), (35,))),
        Group("7  One video", RESULT, ((38, 40), (39,), (41,), (36,), (37,)))),
    "lora_mask_upscale.json": Layout((
        (models(LORA_MASK_UPSCALE, (6, 7, 8, 10, 30), (20, 9)), scene(11), PATH),
        (Group("4  A painted mask: made anew as well", CAMERA, ((21,), (22,), (23, 25), (24, 26), (27,))),
         Group("5  Key frames", MODEL, ((38,),)),
         Group("6  Key frames of twice the size", RESULT, ((31,), (32,), (36,), (37,)))),
    ), key_frames(38)),
}
