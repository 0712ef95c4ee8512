"""Every preset of camera paths in one table. Nodes, help pages, contact sheet, README and tests read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from . import curves, moves, official

RIGHT, RISES, TURNS_RIGHT, TURNS_UP = "moves right", "rises and looks down", "turns right", "turns up"


@dataclass(frozen=True)
class Wish:
    """What a user sets: angles in degrees, distance in the unit of the depth, zoom as a factor."""

    angle: float = 0.0
    elevation: float = 0.0
    distance: float = 0.0
    zoom: float = 1.0
    tilt: float = 0.0


@dataclass(frozen=True)
class Preset:
    """One kind of camera path.

    function    (frames, median depth if `at_median`, each of `uses` but zoom) -> c2start [F,4,4]
    text        what the camera does
    uses        {field of Wish: what a positive value does}, in the order that `function` takes them
    at_median   the path depends on the point straight ahead at the median depth
    examples    values of Wish that the contact sheet shows, distances in median depths
    zoom        (c2start [F,4,4], progress [F], median, wish) -> factors of the focal lengths [F]; None keeps
                them
    shorter     (c2start [F,4,4], where it is too near [N] bool, frames, median) -> c2start [F,4,4], for a
                path that comes too near to the scene
    """

    function: Callable[..., Tensor]
    text: str
    uses: dict[str, str] = field(default_factory=dict)
    at_median: bool = True
    examples: tuple[dict[str, float], ...] = ({},)
    zoom: Callable[[Tensor, Tensor, float, Wish], Tensor] | None = None
    shorter: Callable[[Tensor, Tensor, moves.Frames, float], Tensor] = official.cut_end

    def path(self, frames: moves.Frames, median: float, wish: Wish) -> Tensor:
        """c2start [F,4,4] float64."""
        values = [getattr(wish, name) for name in self.uses if name != "zoom"]  # changes no poses
        return self.function(frames, *[median] * self.at_median, *values)


PRESETS = {
    "orbit": Preset(moves.orbit,
                    "Around the point ahead, which stays in the centre; 360 degrees close the circle",
                    {"angle": RIGHT, "elevation": RISES, "tilt": ""},
                    examples=({"angle": 30}, {"angle": 360}, {"elevation": 30})),
    "dolly": Preset(moves.dolly, "Forward or back along the viewing axis", {"distance": "forward"},
                    at_median=False, examples=({"distance": 0.4}, {"distance": -0.4})),
    "pan": Preset(moves.pan, "Turns on the spot", {"angle": TURNS_RIGHT, "elevation": TURNS_UP, "tilt": ""},
                  at_median=False, examples=({"angle": 25},)),
    "static": Preset(moves.static, "Stands still", at_median=False),
    "look around": Preset(moves.look_around,
                          "Turns on the spot to the right, to the left and back to the start",
                          {"angle": TURNS_RIGHT, "elevation": TURNS_UP, "tilt": ""}, at_median=False,
                          examples=({"angle": 25, "elevation": 10},)),
    "tilt": Preset(moves.tilt_up, "Turns up or down on the spot", {"angle": TURNS_UP}, at_median=False,
                   examples=({"angle": 15},)),
    "roll": Preset(moves.roll, "Turns about the viewing axis", {"angle": "turns clockwise"}, at_median=False,
                   examples=({"angle": 30},)),
    "truck": Preset(moves.truck, "Sideways without turning", {"distance": "right"}, at_median=False,
                    examples=({"distance": 0.3},)),
    "pedestal": Preset(moves.pedestal, "Straight up or down without turning", {"distance": "up", "tilt": ""},
                       at_median=False, examples=({"distance": 0.25},)),
    "zoom": Preset(moves.static, "Stands still; the focal length changes", {"zoom": "above 1 enlarges"},
                   at_median=False, examples=({"zoom": 2.0},),
                   zoom=lambda c2start, progress, median, wish: curves.zoom(progress, wish.zoom)),
    "dolly zoom": Preset(curves.forward,
                         "Forward, while the focal length keeps things at the median depth the same size",
                         {"distance": "forward, less than the median depth"}, examples=({"distance": 0.5},),
                         zoom=lambda c2start, progress, median, wish: curves.dolly_zoom(c2start, median)),
    "arc": Preset(curves.arc, "An orbit that comes nearer to the point ahead",
                  {"angle": RIGHT, "elevation": RISES, "distance": "nearer, less than the median depth",
                   "tilt": ""},
                  examples=({"angle": 40, "distance": 0.35},)),
    "spiral": Preset(curves.spiral,
                     "Two turns of growing radius around the viewing axis, looking at the point ahead",
                     {"distance": "radius at the end"}, examples=({"distance": 0.2},)),
    "figure eight": Preset(curves.figure_eight,
                           "A horizontal figure eight, looking at the point ahead; closed",
                           {"distance": "half the width"}, examples=({"distance": 0.3},),
                           shorter=official.shrink_loop),
    "forward then orbit": Preset(curves.forward_then_orbit,
                                 "Straight towards the point ahead, then around it, at constant speed",
                                 {"distance": "forward, less than the median depth", "angle": RIGHT,
                                  "elevation": RISES, "tilt": ""},
                                 examples=({"distance": 0.35, "angle": 40},)),
    "aerial rise": Preset(curves.aerial_rise, "Straight up, looking down at the point ahead",
                          {"distance": "up"}, examples=({"distance": 0.5},)),
    "return to start": Preset(curves.return_to_start,
                              "A circle above the start, looking at the point ahead; closed. With 0.25 "
                              "median depths it equals the official loop for worlds",
                              {"distance": "radius"}, examples=({"distance": 0.2},),
                              shorter=official.shrink_loop),
    "official: view right": Preset(official.view_right,
                                   "Orbit by 120 degrees to the right, as for every view of a panorama"),
    "official: view left": Preset(official.view_left, "Orbit by 120 degrees to the left, likewise"),
    "official: up-right aerial": Preset(official.up_right_aerial,
                                        "Up by 45 degrees around the point ahead, then 60 to the right",
                                        shorter=official.shrink_aerial),
    "official: up": Preset(official.reconstruction_up,
                           "Up by 45 degrees around the point ahead at the camera's height", {"tilt": ""}),
    "official: left": Preset(official.reconstruction_left, "Half a circle to the left around the point ahead",
                             {"tilt": ""}),
    "official: right": Preset(official.reconstruction_right,
                              "Half a circle to the right around the point ahead", {"tilt": ""}),
    "official: loop": Preset(official.reconstruction_loop,
                             "An ellipse above the start, 0.6 wide and 0.8 high in median depths; closed",
                             shorter=official.shrink_loop),
}


def users_of(name: str) -> str:
    """What positive values of a field of Wish do, and for which presets, in one sentence."""
    doing: dict[str, list[str]] = {}
    for preset, row in PRESETS.items():
        if name in row.uses:
            doing.setdefault(row.uses[name], []).append(preset)
    return "; ".join(f"{', '.join(presets)}: {effect}" for effect, presets in doing.items()) + "."
