"""Panoramas: views out of them, panoramas out of views, and the point cloud around their centre."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import RELATIVE_UNIT, Depth, values_of_picture
from ..core.panorama.cloud import cloud_from_panorama, summary
from ..core.panorama.distance import distance_from_moge, distance_from_values
from ..core.panorama.sphere import distance_to_views, panorama_to_views, views_to_panorama
from ..core.panorama.view_depths import align_views, merge_views, place
from ..core.panorama.views import bank_directions, polar_directions, ring_directions
from ..core.panorama.views import views as view_cameras
from ..core.pictures import rgb
from ..core.values import require
from . import menu, sockets
from .sockets import Inputs, default_of

BANK, POLAR, RING = "bank (27)", "polar (16)", "ring"


class PanoramaViews:
    """Perspective pictures out of a panorama, with their cameras."""

    DESCRIPTION = ("Renders perspective views of an equirectangular panorama (2:1): the 27 views of the "
                   "official memory bank, the 16 that fill its poles, or a ring. The world has z up and the "
                   "middle along -x.")
    SEARCH_ALIASES = ["equirectangular", "perspective"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("IMAGE", "WSKIT_TRAJECTORY")
    RETURN_NAMES = ("views", "trajectory")
    OUTPUT_TOOLTIPS = ("The views, in the order of the trajectory.",
                       "The cameras of the views, all in the panorama's centre (not a path to sample a clip "
                       "along).")
    FUNCTION = "cut"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        width, height, across, down = (default_of(view_cameras, name) for name in
                                       ("width", "height", "horizontal_fov", "vertical_fov"))
        return {"required": {
            "panorama": ("IMAGE", {"tooltip": "Equirectangular picture, twice as wide as high."}),
            "views": ([BANK, POLAR, RING], {"tooltip":
                      "bank: elevations 0, 26.57 and -26.57 degrees x 9 azimuths, as the memory was trained; "
                      "polar: elevations 45, -45, 84, -84 x 4; ring: as many as count says, at one "
                      "elevation."}),
            "width": sockets.side("Width", width, "of a view in pixels.", step=1),
            "height": sockets.side("Height", height, "of a view in pixels.", step=1),
            "horizontal_fov": sockets.degrees(across, 1.0, 175.0,
                               f"Horizontal field of view in degrees; official: {across:g}."),
            "vertical_fov": sockets.degrees(down, 1.0, 175.0,
                             f"Vertical field of view in degrees; official: {down:g}."),
            "count": ("INT", {"default": 4, "min": 1, "max": 64, "advanced": True, "tooltip":
                "Ring only: number of views all around."}),
            "azimuth": sockets.degrees(0.0, -360.0, 360.0, advanced=True, tooltip=
                        "Ring only: direction of the first view, in degrees to the right of the panorama's "
                        "middle."),
            "elevation": sockets.degrees(0.0, -90.0, 90.0, advanced=True, tooltip=
                          "Ring only: degrees upwards from the horizon."),
        }}

    def cut(self, panorama: Tensor, views: str, width: int, height: int, horizontal_fov: float,
            vertical_fov: float, count: int, azimuth: float, elevation: float) -> tuple[Tensor, Trajectory]:
        from .bridge import progress_bar
        picture, = rgb(_single(panorama))
        if views == RING:
            directions, name = ring_directions(count, azimuth, elevation), "ring"
        else:
            directions, name = {BANK: (bank_directions(), "pano_bank"),
                                POLAR: (polar_directions(), "polar_bank")}[views]
        trajectory = view_cameras(directions, width, height, horizontal_fov, vertical_fov, name)
        return panorama_to_views(picture, trajectory, progress_bar(trajectory.frames)), trajectory


class ViewsToPanorama:
    """One panorama out of perspective views."""

    DESCRIPTION = "Stitches views with one common camera position into an equirectangular panorama (2:1)."
    SEARCH_ALIASES = ["equirectangular", "stitch"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("IMAGE", "MASK")
    RETURN_NAMES = ("panorama", "mask")
    OUTPUT_TOOLTIPS = ("The panorama; black where no view looks.",
                       "1 = hole (no view looks there), 0 = covered.")
    FUNCTION = "stitch"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "views": ("IMAGE", {"tooltip":
                      "The views, as many as the trajectory has poses and of its size."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "Cameras of the views, e.g. from Panorama to Views."}),
            "height": sockets.side("Height", 1440, high=4096, step=1, tooltip=
                       "of the panorama in pixels; it is twice as wide. 1440 keeps what views of 832x480 "
                       "hold and makes a point cloud that is dense from their place."),
        }}

    def stitch(self, views: Tensor, trajectory: Trajectory, height: int) -> tuple[Tensor, Tensor]:
        from .bridge import progress_bar
        panorama, mask = views_to_panorama(rgb(views), trajectory, height, progress_bar(trajectory.frames))
        return panorama[None], mask[None]


class PointCloudFromPanorama:
    """Every pixel of known distance becomes a coloured point around the centre."""

    DESCRIPTION = ("Unprojects a panorama with depth to a coloured point cloud. Connect one of: the "
                   "geometry of MoGe Panorama Inference, a panorama depth picture, or the depths of the "
                   "views of Panorama to Views with their trajectory; those are scaled, one factor per "
                   "view, so that they agree where they overlap.")
    SEARCH_ALIASES = ["equirectangular", "unproject"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_DEPTH", "STRING")
    RETURN_NAMES = ("point_cloud", "depth", "report")
    OUTPUT_TOOLTIPS = ("Coloured points; world with z up, the middle of the panorama along -x.",
                       "Depth of the trajectory's views, or of 120 x 90 degrees around the middle: plan "
                       "paths with it.",
                       "How much was known, and for views the scale, overlap and residual of each.")
    FUNCTION = "lift"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        tolerance = default_of(cloud_from_panorama, "edge_tolerance")
        return {"required": {
            "panorama": ("IMAGE", {"tooltip": "Equirectangular picture, twice as wide as high."}),
            "depth_scale": sockets.factor("Only for depth_image: distance = value x scale."),
            "edge_tolerance": ("FLOAT", {"default": tolerance, "min": 0.01, "max": 10.0, "step": 0.01,
                               "tooltip":
                               "Leaves out pixels beside a jump of the depth by more than this share, which "
                               "would hang in the air between near and far. Larger keeps more."}),
        }, "optional": {
            "moge_geometry": ("MOGE_GEOMETRY", {"tooltip":
                              "From MoGe Panorama Inference, for this panorama."}),
            "depth_image": ("IMAGE", {"tooltip":
                            "Distance from the centre for every pixel of the panorama, e.g. from Load Depth "
                            "Map; 0, NaN and infinity mean unknown."}),
            "view_depths": ("WSKIT_DEPTH", {"tooltip":
                            "Depths of the views of this panorama, in their order."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "Cameras of the views that view_depths belongs to, from Panorama to Views. The "
                           "first is the start of the cloud; without it the start looks at the middle of the "
                           "panorama."}),
        }}

    def lift(self, panorama: Tensor, depth_scale: float, edge_tolerance: float,
             moge_geometry: dict | None = None, depth_image: Tensor | None = None,
             view_depths: Depth | None = None,
             trajectory: Trajectory | None = None) -> tuple[PointCloud, Depth, str]:
        from .bridge import progress_bar
        panorama, = rgb(_single(panorama))
        given = [value for value in (moge_geometry, depth_image, view_depths) if value is not None]
        require(len(given) == 1, f"{len(given)} depths are connected to 'Point Cloud from Panorama'; connect "
                                 "exactly one of moge_geometry, depth_image and view_depths.")
        scales, unit = None, RELATIVE_UNIT
        if moge_geometry is not None:
            distance, valid = distance_from_moge(moge_geometry)
        elif depth_image is not None:
            values, = values_of_picture(_single(depth_image))
            distance, valid = distance_from_values(values, depth_scale)
        elif view_depths is None or trajectory is None:
            raise ValueError("view_depths needs its cameras: connect the trajectory of 'Panorama to Views' "
                             "to 'Point Cloud from Panorama'.")
        else:
            depths = place(view_depths, trajectory)
            scales, unit = align_views(depths), view_depths.unit
            distance, valid = merge_views(depths, scales, len(panorama), progress_bar(trajectory.frames))
        cameras = replace(trajectory or view_cameras([(0, 0)]), unit=unit)
        depth = distance_to_views(distance, valid, cameras, progress=progress_bar(cameras.frames))
        cloud = cloud_from_panorama(panorama, distance, valid, edge_tolerance, start_w2c=cameras.w2c[0],
                                    unit=unit)
        return cloud, depth, summary(cloud, valid, scales)


def _single(image: Tensor) -> Tensor:
    """The IMAGE; ValueError unless it holds one picture."""
    require(len(image) == 1, f"A batch of {len(image)} pictures is connected where one panorama is expected; "
                             "pick one with 'Image From Batch'.")
    return image


NODES = {
    "WSKitPanoramaViews": (PanoramaViews, "Panorama to Views"),
    "WSKitViewsToPanorama": (ViewsToPanorama, "Views to Panorama"),
    "WSKitPointCloudFromPanorama": (PointCloudFromPanorama, "Point Cloud from Panorama"),
}
