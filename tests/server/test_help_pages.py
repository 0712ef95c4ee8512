"""The help pages as a real ComfyUI hands them out."""
import urllib.request

import quickstart


def test_the_server_hands_the_pages_out(root, comfy_server):
    # where the page looks for it
    address = f"{comfy_server.url}/extensions/{quickstart.PACK}/docs/WSKitLoadModel.md"
    with urllib.request.urlopen(address) as answer:
        assert answer.read().decode() == (root / "web" / "docs" / "WSKitLoadModel.md").read_text()
