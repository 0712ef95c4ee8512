"""The ComfyUI nodes: sockets and widgets; the work is done in core/."""

from . import (
    camera_files,
    cameras,
    comfy_geometry,
    depth,
    depth_from_motion,
    edit_trajectory,
    estimate_depth,
    export,
    extrinsics,
    geometric_memory,
    memory_bank,
    menu,
    mesh,
    model,
    official,
    other_models,
    page,
    panorama,
    picture_size,
    point_cloud,
    report,
    routes,
    sampling,
    stereo_memory,
    trajectory_list,
    viewer_camera,
    world,
    world_folder,
)
from .widgets import with_checked_widgets

MODULES = (model, picture_size, cameras, edit_trajectory, camera_files, viewer_camera, extrinsics,
           other_models, estimate_depth, comfy_geometry, depth_from_motion, depth, panorama, point_cloud,
           geometric_memory, memory_bank, stereo_memory, sampling,
           trajectory_list, world, world_folder, official, export, mesh, report)
NODES = dict(sorted([node for module in MODULES for node in module.NODES.items()],
                    key=lambda node: menu.ORDER.index(node[1][0].CATEGORY)))  # as the menu shows them
page.send_warnings()
routes.add_routes()
NODE_CLASS_MAPPINGS = {node_id: with_checked_widgets(page.with_shown_report(cls), name)
                       for node_id, (cls, name) in NODES.items()}
NODE_DISPLAY_NAME_MAPPINGS = {node_id: menu.with_words(node_id, name) for node_id, (_, name) in NODES.items()}
