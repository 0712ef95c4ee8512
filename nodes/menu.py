"""The categories of ComfyUI's node menu: one for each stage, in the order of the work."""

from __future__ import annotations

MODEL = "WorldStereo/model"
CAMERA = "WorldStereo/camera"
DEPTH = "WorldStereo/depth"
GEOMETRIC_MEMORY = "WorldStereo/geometric memory"
STEREO_MEMORY = "WorldStereo/stereo memory"
SAMPLING = "WorldStereo/sampling"
WORLD = "WorldStereo/world"
EXPORT = "WorldStereo/export"
ADVANCED = "WorldStereo/advanced"  # what few workflows need
ORDER = (MODEL, CAMERA, DEPTH, GEOMETRIC_MEMORY, STEREO_MEMORY, SAMPLING, WORLD, EXPORT, ADVANCED)
