"""Edit Trajectory in a real ComfyUI: its routes, hostile requests, the node run alone, the scene that it
hands out."""
import gzip
import json
import urllib.error
import urllib.request

import pytest
import torch

import comfy_client
import quickstart
from camera_keys import HALF, data, key
from worldstereo.core.cameras.rotations import quaternion_from_rotation, rigid, rotation_from_quaternion
from worldstereo.core.planning.keys.fit import ALLOWED
from worldstereo.core.planning.keys.keys import keys_from_json
from worldstereo.core.planning.keys.motion import key_motion
from worldstereo.core.planning.presets.table import PRESETS

SCENE = {node["class_type"]: number for number, node in quickstart.graph().items()}
TRAJECTORY, PRESET = "/worldstereo/trajectory", "/worldstereo/preset"
PATH = data(key(0, ease="in"), key(0.3, (0.2, -0.1, 0.1), (0, 0.1, 0.02, 1)),
            key(1, (0.1, 0.05, 0.4), zoom=1.3))
UPRIGHT = data(key(0), key(1, (0, -1, 0)), look="forward")


def post(server, path, body, content_type="application/json", **headers):
    """(status, the JSON of the answer)"""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, body, {"Content-Type": content_type, **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def graph(**inputs):
    """The quickstart's photograph, depth and cloud, and an editor."""
    last = int(SCENE["WSKitPointCloudFromDepth"])
    nodes = {number: node for number, node in quickstart.graph().items() if int(number) <= last}
    given = {"keys": json.dumps(PATH), "frames": 9, "width": 384, "height": 256, "fit": "crop",
             "depth": [SCENE["WSKitDepthFromImage"], 0],
             "point_cloud": [SCENE["WSKitPointCloudFromDepth"], 0]}
    return {**nodes, "edit": {"class_type": "WSKitEditTrajectory", "inputs": {**given, **inputs}}}


def poses_of(answer):
    xyzw, position = (torch.tensor(answer[name], dtype=torch.float64) for name in ("rotation", "position"))
    return rigid(rotation_from_quaternion(xyzw.roll(1, dims=1), "The answer"), position)


def test_the_route_gives_the_poses_of_the_node(comfy_server):
    status, answer = post(comfy_server, TRAJECTORY, {"keys": PATH, "frames": 9})
    assert status == 200
    nodes = graph()
    nodes["file"] = {"class_type": "WSKitSaveTrajectory", "inputs": {
        "trajectory": ["edit", 0], "filename_prefix": "edited/path", "format": "camera.json"}}
    run = comfy_client.run_graph(comfy_server.url, nodes)
    assert run.error is None
    saved = json.loads((comfy_server.base / "output" / run.outputs["file"]["text"][0]).read_text())
    w2c = torch.tensor(saved["extrinsic"], dtype=torch.float64)
    scene = scene_of(comfy_server, run)
    assert 100_000 < scene["count"] <= 200_000 < scene["of"]
    c2start = torch.linalg.inv(w2c)
    c2start[:, :3, 3] /= scene["median"]
    assert torch.allclose(poses_of(answer), c2start, atol=1e-6)
    focal = torch.tensor(saved["intrinsic"], dtype=torch.float64)[:, 0, 0] / 384 / scene["focal"][0]
    assert torch.allclose(torch.tensor(answer["zoom"], dtype=torch.float64), focal, atol=1e-6)


def scene_of(server, run):
    """The header of the scene's file, as the page gets it."""
    (entry,) = run.outputs["edit"]["worldstereo_scene"]
    address = f"{server.url}/view?" + "&".join(f"{name}={value}" for name, value in entry.items())
    with urllib.request.urlopen(address) as reply:
        content = reply.read()
    header = json.loads(content[8:8 + int.from_bytes(content[4:8], "little")])
    assert len(content) == 8 + int.from_bytes(content[4:8], "little") + 15 * header["count"]
    return header


def test_the_editor_runs_alone(comfy_server):
    nodes = graph(frames=7)
    nodes["picture"] = {"class_type": "PreviewImage", "inputs": {"images": [SCENE["LoadImage"], 0]}}
    body = {"prompt": nodes, "partial_execution_targets": ["edit"]}
    prompt = comfy_client.post(comfy_server.url, "/prompt", body)["prompt_id"]
    outputs = comfy_client._outputs(comfy_server.url, prompt)
    assert set(outputs) == {"edit"}
    assert outputs["edit"]["text"][0].startswith("3 keys, smooth, look free: 7 poses")


def test_the_page_hears_of_the_scene_again_when_nothing_has_changed(comfy_server):
    first, again = ([event["data"]["output"]["worldstereo_scene"] for event in run.events
                     if event["type"] == "executed" and event["data"]["node"] == "edit"]
                    for run in (comfy_client.run_graph(comfy_server.url, graph()) for _ in range(2)))
    assert first == again and len(again) == 1


def test_presets_as_keys(comfy_server):
    status, answer = post(comfy_server, PRESET, {"preset": "orbit", "angle": 30, "keys": 5})
    assert status == 200 and len(answer["keys"]["keys"]) == 5
    orbit, _ = key_motion(keys_from_json(answer["keys"]), 21)
    wanted = PRESETS["orbit"].function(21, 1.0, 30, 0)
    assert float((orbit - wanted)[:, :3, 3].norm(dim=1).max()) < ALLOWED.position
    assert torch.allclose(orbit[:, :3, :3], wanted[:, :3, :3], atol=1e-6)
    status, answer = post(comfy_server, PRESET, {"preset": "dolly", "distance": -0.4, "ease": "in and out"})
    assert [row["ease"] for row in answer["keys"]["keys"]] == ["in and out", "none"]
    assert answer["keys"]["keys"][1]["position"] == [0, 0, -0.4]
    status, answer = post(comfy_server, PRESET, {"preset": "static"})
    assert status == 200 and answer["keys"]["locked"]


def frames(value):
    return {"keys": PATH, "frames": value}


@pytest.mark.parametrize("path, body, sentence", [
    (TRAJECTORY, b"", "no JSON"), (TRAJECTORY, b"{", "cut off"), (TRAJECTORY, b"[]", "no JSON object"),
    (TRAJECTORY, b'"x"', "no JSON object"), (TRAJECTORY, b"[" * 900_000, "nested too deep"),
    (TRAJECTORY, b"[" * 500 + b"]" * 500, "no JSON object"), (TRAJECTORY, b"\xff\xfe\0", "no JSON"),
    (TRAJECTORY, b'{"keys":' + b"9" * 5000 + b"}", "thousands of digits"),
    (TRAJECTORY, b'{"x": 1, "y":"' + b" " * (2 << 20) + b'"}', "more than 1048576 bytes"),
    (TRAJECTORY, {"keys": PATH}, "frames is None"), (TRAJECTORY, {"frames": 9}, "nothing (null)"),
    (TRAJECTORY, frames(0), "from 1 to 1000"), (TRAJECTORY, frames(1e300), "from 1 to 1000"),
    (TRAJECTORY, frames(10 ** 400), "from 1 to 1000"), (TRAJECTORY, frames(float("nan")), "frames is nan"),
    (TRAJECTORY, frames(2.5), "a whole number"), (TRAJECTORY, frames("9"), "frames is '9'"),
    (TRAJECTORY, {**frames(9), "file": "/etc/passwd"}, "There is no field 'file'"),
    (TRAJECTORY, {"keys": json.dumps(PATH), "frames": 9}, "expected an object"),
    (TRAJECTORY, {"keys": data(key(0), key(1, (float("nan"), 0, 0))), "frames": 9}, "The position of key 1"),
    (TRAJECTORY, {"keys": data(key(0), key(1, (float("inf"), 0, 0))), "frames": 9}, "The position of key 1"),
    (TRAJECTORY, {"keys": {}, "frames": 9}, "lacks version, interpolation"),
    (TRAJECTORY, {"keys": UPRIGHT, "frames": 9}, "straight up or down"),
    (PRESET, {}, "preset is None; expected orbit"), (PRESET, {"preset": ["orbit"]}, "preset is ['orbit']"),
    (PRESET, {"preset": "orbit", "angle": 1e9}, "angle is 1e+09; expected a number from -360 to 360"),
    (PRESET, {"preset": "orbit", "tilt": None}, "tilt is None"),
    (PRESET, {"preset": "zoom", "zoom": 0}, "from 0.1 to 10"),
    (PRESET, {"preset": "pan", "ease": 1}, "ease is 1"),
    (PRESET, {"preset": "pan", "keys": 1}, "from 2 to 12"),
    (PRESET, {"preset": "pan", "keys": 13}, "from 2 to 12"),
    (PRESET, {"preset": "pan", "frames": 9}, "There is no field 'frames'"),
    (PRESET, {"preset": "arc", "distance": 1}, "below 1 median depth")])
def test_wrong_requests_are_one_sentence(comfy_server, path, body, sentence):
    status, answer = post(comfy_server, path, body)
    assert status == 400 and list(answer) == ["error"]
    said = answer["error"]
    assert sentence in said and said.endswith(".") and "\n" not in said and "Traceback" not in said


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded",
                                          "multipart/form-data; boundary=x", "application/octet-stream"])
def test_what_a_form_of_another_site_can_send_is_refused(comfy_server, content_type):
    status, answer = post(comfy_server, TRAJECTORY, frames(9), content_type)
    assert status == 400 and "expected application/json" in answer["error"]


def test_a_small_body_that_unpacks_to_a_large_one_is_refused(comfy_server):
    packed = gzip.compress(b" " * (64 << 20))
    status, answer = post(comfy_server, TRAJECTORY, packed, **{"Content-Encoding": "gzip"})
    assert len(packed) < 1 << 20 and status == 400 and "more than 1048576 bytes" in answer["error"]


@pytest.mark.parametrize("path", [TRAJECTORY, PRESET])
def test_nothing_happens_at_get(comfy_server, path):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(comfy_server.url + path)
    assert caught.value.code in (404, 405)


def test_the_longest_path_is_answered(comfy_server):
    many = [key(i / 199, (0.01 * i, 0.1 * (i % 2), 0), (0, HALF * (i % 3), 0, 1)) for i in range(200)]
    status, answer = post(comfy_server, TRAJECTORY, {"keys": data(*many), "frames": 1000})
    assert status == 200 and {name: len(rows) for name, rows in answer.items()} == {
        "position": 1000, "rotation": 1000, "zoom": 1000}
    wanted, _ = key_motion(keys_from_json(data(*many)), 1000)
    assert torch.allclose(quaternion_from_rotation(wanted[:, :3, :3]).roll(-1, dims=1),
                          torch.tensor(answer["rotation"], dtype=torch.float64))
