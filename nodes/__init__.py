"""The ComfyUI nodes: sockets and widgets; the work is done in core/."""

from . import (
               camera,
               camera_edit,
               dataset,
               depth,
               export,
               geometric_memory,
               geometry,
               memory,
               metrics,
               model,
               panorama,
               sampling,
               stereo_memory,
               trajectory_files,
               world,
)
from .widgets import with_checked_widgets

MODULES = (model, camera, camera_edit, trajectory_files, depth, geometry, panorama, geometric_memory, stereo_memory,
           memory, sampling, world, export, dataset, metrics)
NODES = {node_id: node for module in MODULES for node_id, node in module.NODES.items()}
NODE_CLASS_MAPPINGS = {node_id: with_checked_widgets(cls, name) for node_id, (cls, name) in NODES.items()}
NODE_DISPLAY_NAME_MAPPINGS = {node_id: name for node_id, (_, name) in NODES.items()}
