"""What Build World is at, as a text in its node: clip, stage, and about how long all of it still takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from comfy_execution.progress import (
    NodeProgressState,
    ProgressHandler,
    add_progress_handler,
    get_progress_state,
)

from ...core.world.time_left import about, time_left

if TYPE_CHECKING:
    from server import PromptServer

LONGEST = "WSKitSampleKeyFrames"  # before it ran, no time is told


def show_world_progress(node: str, graph: dict[str, Any], later: int = 0) -> None:
    """From now until the prompt ends, or this is called again, the page shows in the node what runs of the
    graph that it became: {id: node}, with the name of a stage as title where a node is one.

    later: number of clips that another graph will make.
    """
    handlers = get_progress_state().handlers
    page = handlers.get("webui")
    if page is not None:  # ComfyUI runs with its server
        progress = WorldProgress(node, graph, page.server_instance, later)
        before = handlers.get(progress.name)
        if isinstance(before, WorldProgress):
            progress.seconds = before.seconds
        add_progress_handler(progress)


class WorldProgress(ProgressHandler):
    """ComfyUI calls it when a node begins, gets on and ends; it lives as long as the prompt."""

    def __init__(self, world: str, graph: dict[str, Any], server: PromptServer, later: int) -> None:
        super().__init__(f"worldstereo {world}")
        self.world, self.server = world, server
        self.stages = {node: entry for node, entry in graph.items() if "_meta" in entry}  # not done yet
        kinds = {entry["class_type"] for entry in self.stages.values()}
        self.later = later * [*kinds]  # stages of other graphs
        self.seconds: dict[str, float] = {}  # class of a stage -> what it takes
        self.running, self.begun = "", 0.0
        self.first: tuple[float, float] | None = None  # (time, value) of the first report of the running one

    def start_handler(self, node_id: str, state: NodeProgressState, prompt_id: str) -> None:
        if node_id in self.stages:
            self.running, self.begun, self.first = node_id, time.perf_counter(), None
            self._show("")

    def update_handler(self, node_id: str, value: float, max_value: float, state: NodeProgressState,
                       prompt_id: str, image: Any = None) -> None:
        if node_id != self.running or value <= 0:
            return
        now = time.perf_counter()
        if self.first is None:
            self.first, rate = (now, value), (now - self.begun) / value
        else:  # what comes before the first report, such as loading weights, comes once
            rate = (now - self.first[0]) / max(value - self.first[1], 1e-9)
        self.seconds[self._kind(node_id)] = now - self.begun + rate * (max_value - value)
        self._show(f" {value:g}/{max_value:g}")

    def finish_handler(self, node_id: str, state: NodeProgressState, prompt_id: str) -> None:
        if node_id not in self.stages:
            return
        if node_id == self.running:  # else its result was kept from an earlier run
            self.seconds[self._kind(node_id)] = time.perf_counter() - self.begun
            self.running = ""
        del self.stages[node_id]
        if not self.stages and not self.later:
            self._send("all clips are ready")

    def _kind(self, node: str) -> str:
        return self.stages[node]["class_type"]

    def _show(self, done: str) -> None:
        text = self.stages[self.running]["_meta"]["title"] + done
        if LONGEST in self.seconds:
            others = (self._kind(node) for node in self.stages if node != self.running)
            left = time_left((self._kind(self.running), *others, *self.later), self.seconds,
                             time.perf_counter() - self.begun)
            text += f", {about(left)} left"
        self._send(text)

    def _send(self, text: str) -> None:
        if self.server.client_id is not None:
            self.server.send_progress_text(text, self.world, self.server.client_id)
