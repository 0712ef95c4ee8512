"""What the log warns of while a node runs reaches ComfyUI's page too."""

from __future__ import annotations

import logging
import sys
from typing import Any

EVENT = "worldstereo.warning"  # {"node": id of the running node as the page knows it, "text": the warning}
PREFIX = "WorldStereo: "  # tells the pack's lines in ComfyUI's log


class ToPage(logging.Handler):
    """Sends each warning that is logged while a node runs to the page that queued it; web/warnings.js shows
    it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            server = _server_of_running_node()
            if server is not None:
                text = record.getMessage().removeprefix(PREFIX)
                server.send_sync(EVENT, {"node": server.last_node_id, "text": text}, server.client_id)
        except Exception:  # as every handler does: a warning must not stop what it warns of
            self.handleError(record)


def send_warnings() -> None:
    """From now on; once for a process."""
    pack = logging.getLogger(__package__.rpartition(".")[0] if __package__ else None)
    if not any(isinstance(handler, ToPage) for handler in pack.handlers):
        pack.addHandler(ToPage(logging.WARNING))


def _server_of_running_node() -> Any:
    """ComfyUI's server while it runs a node of a prompt that came from a page; else None."""
    if "server" not in sys.modules or "comfy_execution.utils" not in sys.modules:
        return None  # the library alone, or a test
    server = getattr(sys.modules["server"].PromptServer, "instance", None)
    running = sys.modules["comfy_execution.utils"].get_executing_context()
    return server if running and server is not None and server.client_id is not None else None
