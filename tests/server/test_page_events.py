"""What ComfyUI's page is told beside the results: who gets it, and that nothing else changes."""
import asyncio
import json
import uuid

import aiohttp
import pytest

import comfy_client
import odd_graph
from small_workflows import quarter_size, run, workflow


def told(run, kind: str) -> dict[str, list[str]]:
    """{node: texts} of one kind of event."""
    found: dict[str, list[str]] = {}
    for event in run.events:
        if event["type"] == f"worldstereo.{kind}":
            found.setdefault(event["data"]["node"], []).append(event["data"]["text"])
    return found


@pytest.fixture(scope="module")
def odd(comfy_server):
    odd_graph.write_model(comfy_server.base / "models")
    return run(comfy_server, odd_graph.graph())


def test_every_warning_names_its_node(odd):
    warnings = told(odd, "warning")
    for expected in (odd_graph.WARNINGS, odd_graph.TWICE):
        for node, part in expected.items():
            assert sum(part in text for text in warnings[node]) == 1, (node, warnings)
    assert warnings.keys() == odd_graph.WARNINGS.keys()


def test_reports_are_told_and_are_no_outputs_of_the_run(odd):
    reports = told(odd, "report")
    assert sorted(reports) == ["14", "31", "5"] and "shortened 1 time" in reports["5"][0]
    assert sorted(odd.outputs) == ["31", "32", "33"]
    assert all(output.keys() == {"images"} for output in odd.outputs.values())


def test_a_clean_quickstart_warns_of_nothing(comfy_server):
    graph = quarter_size(workflow("quickstart"))
    graph["5"]["inputs"].update(width=96, height=64)
    done = run(comfy_server, graph)
    assert told(done, "warning") == {} and sorted(told(done, "report")) == ["14", "26", "27", "5"]


def test_only_the_client_that_queued_is_told(comfy_server):
    """Not another one, and nobody where a script without a websocket queued."""
    depth = {key: node for key, node in odd_graph.graph().items() if key in ("2", "30", "31", "32")}

    async def overheard(client_id: str | None) -> list[str]:
        address = comfy_server.url.replace("http", "ws", 1) + f"/ws?clientId={uuid.uuid4().hex}"
        async with aiohttp.ClientSession() as session, session.ws_connect(address) as websocket:
            depth["30"]["inputs"]["scale"] += 1  # nothing comes from the cache
            body = {"prompt": depth} | ({"client_id": client_id} if client_id else {})
            answer = await asyncio.to_thread(comfy_client.post, comfy_server.url, "/prompt", body)
            path = f"/history/{answer['prompt_id']}"
            while not await asyncio.to_thread(comfy_client.get, comfy_server.url, path):
                await asyncio.sleep(0.1)
            heard = []
            while True:
                try:
                    heard.append((await websocket.receive(timeout=0.5)).data)
                except TimeoutError:
                    return [json.loads(text)["type"] for text in heard if isinstance(text, str)]

    for client_id in (None, uuid.uuid4().hex):
        assert [kind for kind in asyncio.run(overheard(client_id)) if kind.startswith("worldstereo")] == []
    assert "looks inverted" in comfy_server.log()
