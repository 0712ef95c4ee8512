"""Graphs through ComfyUI's own validation and execution, in this process and without a server."""
from __future__ import annotations

import asyncio
from typing import Any


class Listener:
    """Where the executor sends its messages."""

    client_id = last_node_id = None

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def send_sync(self, event: str, message: Any, *_: object) -> None:
        self.sent.append((event, message))


def executor() -> Any:
    import execution
    return execution.PromptExecutor(Listener(), cache_args={"ram": 0, "ram_inactive": 0, "lru": 0})


def refusals(graph: dict[str, Any]) -> list[str]:
    """Details of what ComfyUI's validation says against a graph."""
    import execution
    errors = asyncio.run(execution.validate_prompt("0", graph, None))[3]
    return [error["details"] for node in errors.values() for error in node["errors"]]


def execution_errors(runner: Any, graph: dict[str, Any], output: str, number: int = 0) -> list[dict]:
    """Runs the graph as far as this output; the errors of the run."""
    runner.server.sent.clear()
    runner.execute(graph, str(number), execute_outputs=[output])
    # what a node is blocked with goes to the listener alone
    return [message for event, message in [*runner.status_messages, *runner.server.sent]
            if event == "execution_error"]
