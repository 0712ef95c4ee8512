"""Every number and choice is checked where it enters a node: ComfyUI's own check lets NaN pass, and links."""
import functools
import inspect
import math

import pytest
import torch

from worldstereo.nodes import NODE_CLASS_MAPPINGS, NODES
from worldstereo.nodes.widgets import CHECKS, with_checked_widgets


def numbers():
    """(node id, input, kind, options) of every number that the pack asks for."""
    return [(node_id, name, entry[0], entry[1]) for node_id, cls in NODE_CLASS_MAPPINGS.items()
            for group in ("required", "optional") for name, entry in cls.INPUT_TYPES().get(group, {}).items()
            if entry[0] in ("INT", "FLOAT")]


@functools.cache
def defaults(node_id):
    """Numbers and choices of this node with which ComfyUI would call it."""
    return ({key: options["default"] for node, key, _, options in numbers() if node == node_id}
            | {key: offered[0] for node, key, offered in choices() if node == node_id})


def call(node_id, name, value):
    """The node with this number and nothing else that could work."""
    cls = NODE_CLASS_MAPPINGS[node_id]
    inputs = dict.fromkeys(inspect.signature(getattr(cls, cls.FUNCTION)).parameters)
    inputs.pop("self"), inputs.pop("links", None)
    return getattr(cls(), cls.FUNCTION)(**inputs | defaults(node_id) | {name: value})


def test_nan_infinity_and_what_lies_outside_is_refused_by_every_node(comfy):
    assert len(numbers()) > 80
    for node_id, name, kind, options in numbers():
        beyond = [options["min"] - 1, options["max"] + 1, -10 ** 30, 10 ** 30, 10 ** 400]
        for value in [math.nan, math.inf, -math.inf, *beyond, None, "3", [1.0], torch.tensor(1.0), 1j]:
            with pytest.raises(ValueError) as caught:
                call(node_id, name, value)
            sentence = str(caught.value)
            assert sentence.startswith(f"{name} of '{NODES[node_id][1]}' is "), (
                node_id, name, value)
            assert "; expected a" in sentence and sentence.endswith(".") and len(sentence) < 250
        if kind == "INT":
            with pytest.raises(ValueError, match="expected a whole number"):
                call(node_id, name, options["min"] + 0.5)


def test_numbers_within_the_limits_reach_the_node():
    seen = []

    class Node:
        FUNCTION = "run"

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {"count": ("INT", {"default": 1, "min": 0, "max": 2 ** 64 - 1}),
                                 "size": ("FLOAT", {"default": 1.0, "min": 0.0, "max": 2.0})},
                    "optional": {"more": ("INT", {"default": 5, "min": 0, "max": 9})}}

        def run(self, count, size, more=5):
            seen.append((count, size, more))

    node = with_checked_widgets(Node, "Node")()
    node.run(2 ** 64 - 1, 2)
    node.run(count=21.0, size=0.5, more=torch.tensor([3]).numpy()[0])
    assert seen == [(2 ** 64 - 1, 2.0, 5), (21, 0.5, 3)]
    assert [type(value) for value in seen[1]] == [int, float, int]


def choices():
    """(node id, input, list) of every choice that ComfyUI is to check."""
    return [(node_id, name, entry[0]) for node_id, cls in NODE_CLASS_MAPPINGS.items()
            for group in ("required", "optional") for name, entry in cls.INPUT_TYPES().get(group, {}).items()
            if isinstance(entry[0], list) and name not in ("file", "scene", "folder", "model_name",
                                                           "base_model")]


def test_choices_that_the_node_does_not_offer_are_refused_by_every_node(comfy):
    assert len(choices()) >= 28
    for node_id, name, offered in choices():
        for value in ("x", "", "a/../b", "y" * 5000, None, 3, ["a"], float("nan")):
            with pytest.raises(ValueError) as caught:
                call(node_id, name, value)
            sentence = str(caught.value)
            assert sentence.startswith(f"{name} of '{NODES[node_id][1]}' is "), (
                node_id, name, value)
            assert f"; expected {offered[0]}" in sentence and len(sentence) < 900


def test_a_choice_that_has_come_since_is_taken():
    files, seen = ["a"], []

    class Node:
        FUNCTION = "run"

        @classmethod
        def INPUT_TYPES(cls):
            return {"required": {"file": (list(files), {})}}

        def run(self, file):
            seen.append(file)

    node = with_checked_widgets(Node, "Node")()
    node.run("a")
    files.append("b")
    node.run("b")
    assert seen == ["a", "b"]


def test_the_library_refuses_a_strength_that_is_none():
    from world_clips import PAN
    from worldstereo.core.sampling.controls import geometric_control
    path = PAN.resized(32, 16)
    for strength in (math.nan, -3.0, math.inf):
        with pytest.raises(ValueError, match="The strength is .*expected a number from 0 up"):
            geometric_control(None, torch.zeros(5, 3, 16, 32), torch.zeros(5, 16, 32), path, strength)


BAD_IMAGES = [torch.zeros(8, 16, 3), torch.zeros(1, 8, 0, 3), torch.zeros(0, 8, 16, 3),
              torch.zeros(1, 8, 16, 2), torch.zeros(1, 1, 8, 16, 3),
              torch.zeros(1, 8, 16, 3, dtype=torch.uint8),
              torch.zeros(1, 8, 16, 3, dtype=torch.complex64), [0.5]]


def test_what_is_no_image_is_refused_by_every_node(comfy):
    found = [(node_id, key) for node_id, cls in NODE_CLASS_MAPPINGS.items()
             for inputs in cls.INPUT_TYPES().values() for key, entry in inputs.items() if entry[0] == "IMAGE"]
    assert len(found) > 20
    for node_id, key in found:
        sentence = f"{key} of '{NODES[node_id][1]}' is an image of shape .*expected .count"
        for image in BAD_IMAGES:
            with pytest.raises(ValueError, match=sentence):
                call(node_id, key, image)


@pytest.mark.parametrize(("kind", "value", "sentence"), [
    ("LATENT", {}, "no latent with samples"),
    ("LATENT", {"samples": torch.zeros(1, dtype=torch.uint8)}, "of floats"),
    ("LATENT", torch.zeros(1, 16, 1, 8, 8), "no latent"),
    ("LATENT", {"samples": torch.tensor([torch.nan])}, "NaN or infinite; sample it again"),
    ("LATENT", {"samples": torch.zeros(96)}, r"the shape \[96\], expected \[batch"),
    ("CONDITIONING", [], "no conditioning"),
    ("CONDITIONING", [["a text", {}]], "no conditioning"),
    ("CONDITIONING", torch.zeros(1, 2, 3), "no conditioning"),
    ("CONDITIONING", [[torch.zeros(1, 2, 3), {"concat_mask": torch.zeros(2) > 0}]], "no tensor of floats"),
    ("CONDITIONING", [[torch.zeros(1, 2, 3) / 0, {}]], "NaN or infinite"),
    ("MASK", torch.full((1, 4, 4), -torch.inf), "NaN or infinite"),
    ("MASK", torch.zeros(4), r"shape \[4\]"),
    ("MASK", "a text", "mask of shape"),
    ("IMAGE", torch.zeros(1, 4, 4, 2), r"shape \[1, 4, 4, 2\]"),
])
def test_what_comes_from_comfyuis_own_sockets_is_checked(kind, value, sentence):
    with pytest.raises(ValueError, match=f"latent of 'Decode Key Frames' .*{sentence}"):
        CHECKS[kind]("latent of 'Decode Key Frames'", value)


def checked_sockets(group):
    """(node id, input, socket) of the inputs whose socket is in CHECKS."""
    return [(node_id, name, entry[0]) for node_id, cls in NODE_CLASS_MAPPINGS.items()
            for name, entry in cls.INPUT_TYPES().get(group, {}).items()
            if isinstance(entry[0], str) and entry[0] in CHECKS
            and name in inspect.signature(getattr(cls, cls.FUNCTION)).parameters]


@pytest.mark.parametrize("group", ["required", "optional"])
def test_what_is_of_another_type_is_refused_by_every_node(comfy, group):
    assert len(checked_sockets(group)) > 30
    for node_id, name, _ in checked_sockets(group):
        for value in (3.5, object(), [[1]]):
            with pytest.raises(ValueError, match=f"^{name} of '") as caught:
                call(node_id, name, value)
            assert str(caught.value).endswith(".")


def test_a_required_socket_that_gets_nothing_is_named(comfy):
    cls = NODE_CLASS_MAPPINGS["WSKitKnownFirstFrame"]
    image = torch.zeros(1, 4, 4, 3)
    with pytest.raises(ValueError, match="^mask of 'Set Known First Frame' is empty"):
        cls().put(render=image, mask=None, start_image=image)


def test_tensors_without_numbers_in_memory_are_refused():
    for odd in (torch.zeros(1, 4, 4).to_sparse(), torch.zeros(1, 4, 4, device="meta")):
        for kind, value in (("MASK", odd), ("IMAGE", torch.stack([odd] * 3, -1)),
                            ("LATENT", {"samples": odd}),
                            ("MOGE_GEOMETRY", {"depth": odd})):
            with pytest.raises(ValueError, match="expected a dense one"):
                CHECKS[kind]("It", value)
    with pytest.raises(ValueError, match="as extrinsics a int, expected a tensor"):
        CHECKS["DA3_GEOMETRY"]("It", {"extrinsics": -1})
