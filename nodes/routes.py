"""What the page asks ComfyUI's server: poses between keys, the keys of a preset, example files.

    POST /worldstereo/trajectory  {"keys": <keys>, "frames": F}
        -> {"position": F x [x, y, z], "rotation": F x [x, y, z, w], "zoom": F numbers}
    POST /worldstereo/preset      {"preset": its name}
        and, where they are not the defaults of 'Camera Trajectory', "angle", "elevation", "distance" (median
        depths), "zoom", "tilt", "ease"; "keys": how many, if not as few as needed
        -> {"keys": <keys>}
    POST /worldstereo/examples    see examples.py

<keys> is the JSON object of core/planning/keys/keys.py. Wrong input gets status 400 and {"error": sentence}.
Only the last one writes files, of its own making. No other content type than JSON is taken: forms of other
sites cannot send it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from ..core.cameras.compose import EASES
from ..core.cameras.rotations import quaternion_from_rotation
from ..core.files.json_text import parse_json
from ..core.planning.keys.fit import preset_keys
from ..core.planning.keys.keys import keys_from_json, keys_to_json
from ..core.planning.keys.motion import key_motion
from ..core.planning.presets.table import PRESETS, Wish
from ..core.values import quoted, require
from . import sockets
from .cameras import CameraTrajectory
from .examples import examples
from .widgets import check_choice, checked_number

LARGEST_BODY = 1 << 20  # bytes
KEY_COUNT = {"min": 2, "max": 12}


def add_routes() -> None:
    """To ComfyUI's server, where there is one."""
    server = getattr(sys.modules.get("server"), "PromptServer", None)
    instance = getattr(server, "instance", None)
    if instance is not None:
        instance.routes.post("/worldstereo/trajectory")(_answering(trajectory))
        instance.routes.post("/worldstereo/preset")(_answering(preset))
        instance.routes.post("/worldstereo/examples")(_answering(examples))


def trajectory(body: dict[str, Any]) -> dict[str, Any]:
    """Poses at every frame of the keys: c2w of the photograph's camera as positions [F,3] in median depths
    and quaternions [F,4] (x, y, z, w), and zoom [F]."""
    _check_fields(body, ("keys", "frames"))
    kind, limits = sockets.FRAMES
    frames = checked_number(body.get("frames"), "frames", kind, limits)
    c2start, zoom = key_motion(keys_from_json(body.get("keys")), int(frames))
    rotation = quaternion_from_rotation(c2start[:, :3, :3]).roll(-1, dims=1)
    return {"position": c2start[:, :3, 3].tolist(), "rotation": rotation.tolist(), "zoom": zoom.tolist()}


def preset(body: dict[str, Any]) -> dict[str, Any]:
    """The keys of a preset."""
    types = CameraTrajectory.INPUT_TYPES()
    given = {**types["required"], **types["optional"]}
    numbers = ("angle", "elevation", "distance", "zoom", "tilt")
    _check_fields(body, ("preset", *numbers, "ease", "keys"))
    wish = Wish(**{name: checked_number(body.get(name, given[name][1]["default"]), name, *given[name])
                   for name in numbers})
    name, ease = body.get("preset"), body.get("ease", EASES[0])
    check_choice(name, "preset", [*PRESETS])
    check_choice(ease, "ease", [*EASES])
    count = checked_number(body["keys"], "keys", "INT", KEY_COUNT) if "keys" in body else 0
    keys, _ = preset_keys(str(name), wish, ease, int(count))
    return {"keys": keys_to_json(keys)}


def _check_fields(body: dict[str, Any], fields: tuple[str, ...]) -> None:
    unknown = [name for name in body if name not in fields]
    if unknown:
        raise ValueError(f"There is no field {quoted(unknown[0])}; expected {', '.join(fields)}.")


def _answering(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable:
    """An aiohttp handler; it answers in a thread, so that the server goes on meanwhile."""
    from aiohttp import web

    async def handle(request: web.Request) -> web.Response:
        try:
            require(request.content_type == "application/json",
                    f"The content type is {quoted(request.content_type)}, expected application/json.")
            body = parse_json(await _body(request), "The request", "send a JSON object")
            require(isinstance(body, dict), "The request is no JSON object.")
            return web.json_response(await asyncio.to_thread(answer, body))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
    return handle


async def _body(request: Any) -> bytes:
    body = b""
    async for part in request.content.iter_chunked(1 << 16):
        body += part
        require(len(body) <= LARGEST_BODY, f"The request has more than {LARGEST_BODY} bytes.")
    return body
