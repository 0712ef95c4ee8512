"""Warnings of a running node are sent to the page that queued it, and only those."""
import logging
import sys
from types import SimpleNamespace

import pytest

from worldstereo.nodes import page


@pytest.fixture
def server(comfy, monkeypatch):
    """In place of ComfyUI's web server, which tests/page has: .events are those that it is given."""
    import comfy_execution.utils  # noqa: F401 - as in a running ComfyUI

    instance = SimpleNamespace(client_id="the page", last_node_id="7", events=[])
    instance.send_sync = lambda *event: instance.events.append(event)
    module = SimpleNamespace(PromptServer=SimpleNamespace(instance=instance))
    monkeypatch.setitem(sys.modules, "server", module)
    return instance


def event(kind: str, text: str) -> tuple:
    return kind, {"node": "7", "text": text, "prompt_id": "prompt"}, "the page"


def warn(text: str) -> None:
    logging.getLogger("worldstereo.core.depth.depth").warning(text)


def test_a_warning_while_a_node_runs_is_an_event(server):
    from comfy_execution.utils import CurrentNodeContext

    with CurrentNodeContext("prompt", "7.0.0.inner"):
        warn("WorldStereo: the depth looks inverted.")
        logging.getLogger("worldstereo.core.depth.depth").info("only for the log")
        logging.getLogger("another.pack").warning("not ours")
    assert server.events == [event(page.WARNING, "the depth looks inverted.")]


def test_nothing_is_sent_outside_a_run_or_to_clients_without_a_page(server):
    from comfy_execution.utils import CurrentNodeContext

    warn("nothing runs")
    server.client_id = None
    with CurrentNodeContext("prompt", "7"):
        warn("a script queued it")
    assert server.events == []


def test_a_page_that_cannot_be_reached_stops_nothing(server, monkeypatch, capsys):
    from comfy_execution.utils import CurrentNodeContext

    def fail(*event):
        raise RuntimeError("the loop is closed")

    server.send_sync = fail
    monkeypatch.setattr(logging, "raiseExceptions", True)
    with CurrentNodeContext("prompt", "7"):
        warn("still in the log")
    assert "the loop is closed" in capsys.readouterr().err


def test_the_pack_sends_once_however_often_it_is_imported():
    page.send_warnings()
    page.send_warnings()
    handlers = logging.getLogger("worldstereo").handlers
    assert sum(isinstance(handler, page.ToPage) for handler in handlers) == 1


def reporting(output: object) -> type:
    class Node:
        RETURN_NAMES, FUNCTION = ("depth", "report"), "run"

        def run(self) -> object:
            return output

    return page.with_shown_report(Node)


@pytest.mark.parametrize("output", [(1, "12 poses"), {"ui": {}, "result": (1, "12 poses")}])
def test_a_report_is_an_event_and_stays_an_output(server, output):
    from comfy_execution.utils import CurrentNodeContext

    with CurrentNodeContext("prompt", "7"):
        assert reporting(output)().run() is output
    assert server.events == [event(page.REPORT, "12 poses")]


def test_a_node_that_writes_says_where(server):
    from comfy_execution.utils import CurrentNodeContext

    class Node:
        RETURN_NAMES, FUNCTION = ("path",), "run"

        def run(self) -> object:
            return {"ui": {}, "result": ("worldstereo/scene_00001_",)}

    with CurrentNodeContext("prompt", "7"):
        page.with_shown_report(Node)().run()
    assert server.events == [event(page.REPORT,
                                   "Written to ComfyUI's output folder: worldstereo/scene_00001_")]


def test_a_report_is_not_sent_for_nodes_of_an_expansion_outside_a_run_or_to_scripts(server):
    from comfy_execution.utils import CurrentNodeContext

    node = reporting((1, "12 poses"))()
    node.run()
    with CurrentNodeContext("prompt", "7.0.0.inner"):  # the page shows it as node 7
        node.run()
    server.client_id = None
    with CurrentNodeContext("prompt", "7"):
        node.run()
    assert server.events == []


def test_every_node_with_a_report_sends_it():
    from worldstereo.nodes import NODES

    with_report = [cls for cls, _ in NODES.values() if "report" in cls.RETURN_NAMES]
    assert len(with_report) > 20
    for cls in with_report:
        assert "reporting" in names_of_wrappers(getattr(cls, cls.FUNCTION)), cls


def names_of_wrappers(function) -> list[str]:
    return [function.__code__.co_name,
            *(names_of_wrappers(function.__wrapped__) if hasattr(function, "__wrapped__") else [])]
