"""Camera paths and their picture."""

CATEGORY = "WorldStereo/camera"


class CameraTrajectory:
    """A path by preset, starting at the camera of the depth map."""

    DESCRIPTION = ("Plans a camera path that starts exactly at the photograph's camera: orbit (around the point "
                   "straight ahead at the median depth), dolly (forward or back) or pan (turning on the spot). One "
                   "pose for each key frame, evenly spaced.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY",)
    RETURN_NAMES = ("trajectory",)
    OUTPUT_TOOLTIPS = ("Poses and intrinsics for every key frame, with the picture size.",)
    FUNCTION = "plan"

    @classmethod
    def INPUT_TYPES(cls):
        def pixels(default, side):
            return ("INT", {"default": default, "min": 16, "max": 4096, "step": 16, "tooltip":
                            f"{side} of the pictures in pixels, a multiple of 16. The photograph is stretched to it."})
        return {"required": {
            "depth": ("WSKIT_DEPTH", {"tooltip": "Gives the start camera, the scale (median depth) and the unit."}),
            "preset": (["orbit", "dolly", "pan"], {"tooltip": "Shape of the path."}),
            "frames": ("INT", {"default": 21, "min": 1, "max": 1000, "tooltip":
                               "Number of key frames; the released models were trained with 21."}),
            "width": pixels(832, "Width"),
            "height": pixels(480, "Height"),
            "angle": ("FLOAT", {"default": 20.0, "min": -360.0, "max": 360.0, "step": 0.5, "tooltip":
                      "Degrees from the first to the last frame. orbit: positive moves the camera to the right; pan: "
                      "positive turns it to the right. Not used by dolly."}),
            "elevation": ("FLOAT", {"default": 0.0, "min": -89.0, "max": 89.0, "step": 0.5, "tooltip":
                          "Degrees from the first to the last frame. orbit: positive raises the camera, which looks "
                          "down; pan: positive turns it up. Not used by dolly."}),
            "distance": ("FLOAT", {"default": 0.3, "min": -100.0, "max": 100.0, "step": 0.01, "tooltip":
                         "dolly only: way of the camera in multiples of the median depth; positive is forward."}),
        }}

    def plan(self, depth, preset, frames, width, height, angle, elevation, distance):
        from ..core.cameras.presets import dolly, orbit, pan, start_from
        if preset == "orbit":
            c2start = orbit(frames, depth.median, angle, elevation)
        elif preset == "dolly":
            c2start = dolly(frames, distance * depth.median)
        else:
            c2start = pan(frames, angle, elevation)
        return (start_from(depth, c2start, width, height, preset),)


class PreviewTrajectory:
    """The path as a person beside the scene would see it."""

    DESCRIPTION = ("Draws the camera path with the point cloud, seen from above and behind: the first camera green, "
                   "the last one red, on a grid whose cells are as long as the scale bar.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("preview",)
    OUTPUT_TOOLTIPS = ("One picture of the path.",)
    FUNCTION = "draw"

    @classmethod
    def INPUT_TYPES(cls):
        def pixels(default, side):
            return ("INT", {"default": default, "min": 128, "max": 4096, "step": 8,
                            "tooltip": f"{side} of the preview in pixels."})
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to draw."}),
            "width": pixels(960, "Width"),
            "height": pixels(640, "Height"),
        }, "optional": {"point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The scene around the path."})}}

    def draw(self, trajectory, width, height, point_cloud=None):
        from ..core.cameras.preview import draw_trajectory
        return (draw_trajectory(trajectory, point_cloud, width, height)[None],)


NODES = {
    "WSKitCameraTrajectory": (CameraTrajectory, "Camera Trajectory"),
    "WSKitPreviewTrajectory": (PreviewTrajectory, "Preview Trajectory"),
}
