"""ComfyUI's web page, opened once for each way to draw nodes."""
from __future__ import annotations

import pytest

import comfy_page


@pytest.fixture(scope="package", params=comfy_page.MODES)
def opened(request, chromium):
    """The page of the front end that the core asks for, and of a newer one in both of its ways to draw
    nodes."""
    server = request.getfixturevalue("comfy_server" if request.param == "classic" else "newer_page_server")
    nodes_2 = request.param == "Nodes 2.0"
    with comfy_page.open_page(server.url, nodes_2) as page:
        page.mode, page.nodes_2, page.base = request.param, nodes_2, server.base
        yield page


@pytest.fixture(scope="module")
def page(opened):
    """The same page with an empty graph and no notices, for the tests of one file."""
    comfy_page.clear(opened)
    return opened
