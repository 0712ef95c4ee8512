"""Talks to a running ComfyUI the way its web page does: queues a graph and follows it over the websocket."""
from __future__ import annotations

import asyncio
import json
import struct
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

TEXT, PREVIEW = 3, 4  # messages in bytes
END = {"execution_success", "execution_error", "execution_interrupted"}
Event = dict  # {"type": str, "data": dict} as ComfyUI sends it


class Rejected(Exception):
    """ComfyUI refused the graph before running it; `body` holds its reasons by node."""

    def __init__(self, body: dict):
        super().__init__(json.dumps(body, indent=1))
        self.body = body


@dataclass(frozen=True)
class Run:
    """What one queued graph did."""

    events: tuple[Event, ...]
    outputs: dict  # node id -> what the node showed ("images", "text", ...)

    @property
    def error(self) -> dict | None:
        """Data of the closing message, or None after success."""
        last = self.events[-1]
        return None if last["type"] == "execution_success" else {"type": last["type"], **last["data"]}

    def progress(self, node: str) -> list[tuple[float, float]]:
        """(value, maximum) of every progress message of this node."""
        data = [event["data"] for event in self.events if event["type"] == "progress"]
        return [(item["value"], item["max"]) for item in data if str(item["node"]) == node]


def get(url: str, path: str) -> dict:
    with urllib.request.urlopen(url + path, timeout=60) as reply:
        return json.loads(reply.read())


def post(url: str, path: str, body: dict) -> dict:
    request = urllib.request.Request(url + path, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            text = reply.read()
    except urllib.error.HTTPError as error:
        if error.code == 400:
            raise Rejected(json.loads(error.read())) from None
        raise
    return json.loads(text) if text else {}


def run_graph(url: str, graph: dict, on_event: Callable[[Event], None] = lambda event: None) -> Run:
    """Queues a graph in API format and waits for its end; `on_event` sees every message of this run as it
    comes."""
    return asyncio.run(_follow(url, graph, on_event))


async def _follow(url: str, graph: dict, on_event: Callable[[Event], None]) -> Run:
    client = uuid.uuid4().hex
    events = []
    async with aiohttp.ClientSession() as session:
        address = url.replace("http", "ws", 1) + f"/ws?clientId={client}"
        async with session.ws_connect(address, max_msg_size=0) as websocket:
            await websocket.send_json({"type": "feature_flags", "data": {"supports_preview_metadata": True}})
            body = {"prompt": graph, "client_id": client}
            prompt_id = (await asyncio.to_thread(post, url, "/prompt", body))["prompt_id"]
            async for message in websocket:
                if message.type == aiohttp.WSMsgType.TEXT:
                    event = json.loads(message.data)
                else:
                    event = _event_of_bytes(message.data, prompt_id)
                if event["data"].get("prompt_id") != prompt_id:
                    continue
                events.append(event)
                on_event(event)
                if event["type"] in END:
                    return Run(tuple(events), await asyncio.to_thread(_outputs, url, prompt_id))
    raise ConnectionError("ComfyUI closed the websocket before the graph had ended")


def _event_of_bytes(message: bytes, prompt_id: str) -> Event:
    """{"type": "progress_text", "data": {"node", "text"}} or {"type": "preview", "data": {"display_node_id",
    "image": JPEG, ...}}, of the run that is followed: texts do not say of which they are."""
    kind, length = struct.unpack(">II", message[:8])
    first, second = message[8:8 + length], message[8 + length:]
    if kind == TEXT:
        return {"type": "progress_text",
                "data": {"node": first.decode(), "text": second.decode(), "prompt_id": prompt_id}}
    if kind == PREVIEW:
        return {"type": "preview", "data": {**json.loads(first), "image": second}}
    raise ValueError(f"ComfyUI sent a message of the unknown kind {kind}.")


def _outputs(url: str, prompt_id: str) -> dict:
    """From the history, whose entry is written just after the closing message."""
    for _ in range(100):
        entry = get(url, f"/history/{prompt_id}").get(prompt_id)
        if entry:
            return entry["outputs"]
        time.sleep(0.05)
    raise TimeoutError(f"ComfyUI wrote no history entry for {prompt_id}")
