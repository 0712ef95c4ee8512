"""What other nodes add to a prompt or a MODEL and WorldStereo has no place for."""

from __future__ import annotations

import logging
from collections.abc import Mapping

logger = logging.getLogger(__name__)

# tokens and frames that stock Wan models take in beside the clip, and what moves the start image's channels
REFUSED = ("context_latents", "reference_latents", "time_dim_concat", "concat_mask_index", "noise_concat")
# what other kinds of Wan take (VACE, Fun camera, HuMo, S2V, Animate, SCAIL, WanDancer), and ControlNet
WITHOUT_EFFECT = ("audio_embed", "audio_inject_scale", "camera_conditions", "clip_vision_output_pose",
                  "clip_vision_output_ref", "control", "control_video", "cross_attn_pose",
                  "driving_mask_28ch", "face_video_pixels", "gligen", "pose_video_latent", "ref_mask_28ch",
                  "reference_motion", "time_dim_replace", "vace_frames")


def check_prompt(values: Mapping[str, object]) -> None:
    """Refuses a prompt's values that would change the sampling of a stock Wan model, and names others that
    are not used. ValueError."""
    if values.get("area") is not None:
        raise ValueError("A prompt is limited to an area, but the memories belong to the whole picture: "
                         "remove the node that sets the area.")
    refused = [key for key in REFUSED if values.get(key) is not None and not _is_zero(values[key])]
    if refused:
        raise ValueError(f"A prompt carries {', '.join(refused)}, which WorldStereo has no place for: remove "
                         "the node that adds this to the prompt.")
    unused = [key for key in WITHOUT_EFFECT if values.get(key) is not None]
    if unused:
        logger.warning("WorldStereo: a prompt carries %s, which is for other models and has no effect here.",
                       ", ".join(unused))


def _is_zero(value: object) -> bool:
    """As concat_mask_index is where it changes nothing."""
    return isinstance(value, int) and value == 0


def check_windows(options: Mapping[str, object], has_memory: bool) -> None:
    """Refuses context windows for a MODEL with a memory: [frames] of a window are not those of the memory.
    ValueError."""
    if has_memory and "context_window" in options:
        raise ValueError("A context window node samples the clip in pieces, but the memories belong to the "
                         "whole clip: remove that node; 'Build World' makes long videos out of clips.")
