"""What the log warns of while a node runs, what its output `report` says and where it has written reaches
ComfyUI's page too."""

from __future__ import annotations

import functools
import logging
import sys
from typing import Any

WARNING, REPORT = "worldstereo.warning", "worldstereo.report"  # events: web/warnings.js, web/reports.js
PREFIX = "WorldStereo: "  # tells the pack's lines in ComfyUI's log


class ToPage(logging.Handler):
    """Sends each warning that is logged while a node runs to the page that queued it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            _send(WARNING, record.getMessage().removeprefix(PREFIX))
        except Exception:  # as every handler does: a warning must not stop what it warns of
            self.handleError(record)


def send_warnings() -> None:
    """From now on; once for a process."""
    pack = logging.getLogger(__package__.rpartition(".")[0] if __package__ else None)
    if not any(isinstance(handler, ToPage) for handler in pack.handlers):
        pack.addHandler(ToPage(logging.WARNING))


def with_shown_report(node: type) -> type:
    """The node, whose output `report` is sent to the page that queued it, too, or where it has written if
    that is all it returns; what it returns stays as it is. Not for nodes that another one expands into: the
    page knows only that one."""
    if "report" in node.RETURN_NAMES:
        place, sentence = node.RETURN_NAMES.index("report"), "{}"
    elif node.RETURN_NAMES == ("path",):
        place, sentence = 0, "Written to ComfyUI's output folder: {}"
    else:
        return node
    run = getattr(node, node.FUNCTION)

    @functools.wraps(run)
    def reporting(*args: Any, **kwargs: Any) -> Any:
        output = run(*args, **kwargs)
        said = (output["result"] if isinstance(output, dict) else output)[place]
        _send(REPORT, sentence.format(said), of_expanded=False)
        return output

    setattr(node, node.FUNCTION, reporting)
    return node


def _send(event: str, text: str, of_expanded: bool = True) -> None:
    """Sends {"node": id of the running node as the page knows it, "text", "prompt_id"} to the page that
    queued it; nothing when no node runs, or when no page waits for it.

    of_expanded: also of a node that another one expanded into; the page knows only that one.
    """
    if "server" not in sys.modules or "comfy_execution.utils" not in sys.modules:
        return  # the library alone, or a test
    server = getattr(sys.modules["server"].PromptServer, "instance", None)
    running = sys.modules["comfy_execution.utils"].get_executing_context()
    if running is None or server is None or server.client_id is None:
        return
    if of_expanded or running.node_id == server.last_node_id:
        message = {"node": server.last_node_id, "text": text, "prompt_id": running.prompt_id}
        server.send_sync(event, message, server.client_id)
