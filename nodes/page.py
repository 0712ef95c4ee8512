"""What the log warns of while a node runs, and what its output `report` says, reaches ComfyUI's page too."""

from __future__ import annotations

import functools
import logging
import sys
from typing import Any

# {"node": id of the running node as the page knows it, "text": ...}; web/warnings.js and web/reports.js show
WARNING, REPORT = "worldstereo.warning", "worldstereo.report"
PREFIX = "WorldStereo: "  # tells the pack's lines in ComfyUI's log


class ToPage(logging.Handler):
    """Sends each warning that is logged while a node runs to the page that queued it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            server = _server_of_running_node()
            if server is not None:
                text = record.getMessage().removeprefix(PREFIX)
                server.send_sync(WARNING, {"node": server.last_node_id, "text": text}, server.client_id)
        except Exception:  # as every handler does: a warning must not stop what it warns of
            self.handleError(record)


def send_warnings() -> None:
    """From now on; once for a process."""
    pack = logging.getLogger(__package__.rpartition(".")[0] if __package__ else None)
    if not any(isinstance(handler, ToPage) for handler in pack.handlers):
        pack.addHandler(ToPage(logging.WARNING))


def with_shown_report(node: type) -> type:
    """The node, whose output `report` is sent to the page that queued it, too; what it returns stays as it
    is. Not for nodes that another one expands into: the page knows only that one."""
    if "report" not in node.RETURN_NAMES:
        return node
    run, place = getattr(node, node.FUNCTION), node.RETURN_NAMES.index("report")

    @functools.wraps(run)
    def reporting(*args: Any, **kwargs: Any) -> Any:
        output = run(*args, **kwargs)
        server = _server_of_running_node()
        if server is not None and server.last_node_id == _running().node_id:
            text = (output["result"] if isinstance(output, dict) else output)[place]
            server.send_sync(REPORT, {"node": server.last_node_id, "text": text}, server.client_id)
        return output

    setattr(node, node.FUNCTION, reporting)
    return node


def _server_of_running_node() -> Any:
    """ComfyUI's server while it runs a node of a prompt that came from a page; else None."""
    if "server" not in sys.modules or "comfy_execution.utils" not in sys.modules:
        return None  # the library alone, or a test
    server = getattr(sys.modules["server"].PromptServer, "instance", None)
    return server if _running() and server is not None and server.client_id is not None else None


def _running() -> Any:
    """What ComfyUI runs now: .prompt_id, .node_id; None between nodes."""
    return sys.modules["comfy_execution.utils"].get_executing_context()
