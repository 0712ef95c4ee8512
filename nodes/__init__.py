"""The ComfyUI nodes: sockets and widgets; the work is done in core/."""

from . import camera, depth, export, geometry, memory, model, panorama, sampling

NODES = {**model.NODES, **camera.NODES, **depth.NODES, **geometry.NODES, **panorama.NODES,
         **memory.NODES, **sampling.NODES, **export.NODES}
NODE_CLASS_MAPPINGS = {node_id: cls for node_id, (cls, _) in NODES.items()}
NODE_DISPLAY_NAME_MAPPINGS = {node_id: name for node_id, (_, name) in NODES.items()}
