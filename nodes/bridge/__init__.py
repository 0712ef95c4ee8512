"""All contact with ComfyUI's internals. Written for 0.3.75 and newer; nothing here is imported before a node
runs."""

from .model import (
    in_portions,
    load_model,
    make_model,
    refuse_camera_variant,
    require_geometric_memory,
    with_memory,
    worldstereo,
)
from .progress import progress_bar, progress_to
from .prompts import encode_prompt, report_empty_prompt, unconnected_prompt
from .sampling import few_steps, sample, with_start_image
from .vae import key_frame_vae
from .view import CACHE, GEOMETRIC, PORTIONS, STEREO, NativeView
from .workers import on_several_gpus
