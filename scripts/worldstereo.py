"""Makes this checkout importable as the package `worldstereo`, whatever its folder is called.

With this folder on the path (PYTHONPATH=scripts), `import worldstereo` has the names that a script needs.
Each is imported when it is first used; everything else is in `worldstereo.core`.
"""
from __future__ import annotations

import importlib
from pathlib import Path

__path__ = [str(Path(__file__).resolve().parents[1])]
_MODULES = {
    "cameras.formats.hints": ["Hints"],
    "cameras.formats.recognise": ["read_file"],
    "cameras.formats.save": ["save_trajectory"],
    "cameras.formats.table": ["FORMATS"],
    "cameras.trajectory": ["Trajectory"],
    "cloud.files.load": ["load_point_cloud"],
    "cloud.files.save": ["export_point_cloud"],
    "cloud.lift": ["lift"],
    "cloud.point_cloud": ["PointCloud"],
    "cloud.render.along_path": ["render_path"],
    "depth.depth": ["Depth", "depth_from_values"],
    "depth.file": ["read_depth_file"],
    "depth.motion.motion": ["depth_from_motion"],
    "export.dataset": ["COLMAP_TEXT", "export_dataset"],
    "files.picture": ["read_picture", "write_png"],
    "files.video": ["write_video"],
    "memory.geometric.update": ["UpdateSettings", "update"],
    "memory.stereo.bank": ["MemoryBank", "add_clip", "new_bank"],
    "memory.stereo.retrieval": ["retrieve_references"],
    "model.checkpoint.load": ["load_transformer"],
    "model.parallel": ["clip_mesh"],
    "pictures": ["image_to_bytes", "to_frames", "to_image"],
    "planning.plan": ["plan"],
    "planning.presets.table": ["PRESETS", "Wish"],
    "planning.preview": ["draw_trajectory"],
    "sampling.controls": ["geometric_control", "stereo_control"],
    "sampling.key_frame_vae": ["decode_key_frames", "diffusers_vae", "encode_condition"],
    "sampling.pipeline": ["initial_noise", "sample_key_frames"],
    "sampling.schedule": ["few_step_sigmas", "unipc_scheduler"],
    "sampling.single_image": ["single_image_memories"],
    "world.clip_start": ["continue_path", "with_known_start"],
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}
__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> object:
    if name not in _MODULE_OF:
        raise AttributeError(f"worldstereo has no {name}; it has {', '.join(__all__)}.")
    return getattr(importlib.import_module(f"worldstereo.core.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
