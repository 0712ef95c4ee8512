"""The suite of hostile inputs sees what it is made to see, and its sound inputs are sound."""
import random

import pytest
import torch

import verdict
from sound_inputs import sound_inputs, sound_values
from spoiled_values import spoiled
from watch import Refused, watched
from worldstereo.core.values import require
from worldstereo.nodes import NODE_CLASS_MAPPINGS


def judged(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return verdict.of_error(error)


def test_only_sentences_that_the_pack_raises_pass():
    assert judged(require, False, "The file x is empty; save it again.").kind == "sentence"
    assert judged(require, False, "bad").kind == "no sentence"
    assert judged(require, False, "It is \0; save it again.").kind == "sentence with control characters"
    assert judged(require, False, "a " * 500).kind == "sentence of 1000 characters"
    assert judged(int, "x").kind == "ValueError of others"
    assert judged({}.pop, "x").is_violation


def test_a_call_within_the_pack_that_fails_is_no_sentence():
    from worldstereo.core.cameras.trajectory import check_poses
    assert judged(check_poses, "It", None).kind == "sentence"
    assert judged(require) == ("TypeError",
                               "require() missing 2 required positional arguments: 'condition' and "
                                            "'message'", "")


class Node:
    RETURN_TYPES = ("IMAGE", "STRING", "MASK")


@pytest.mark.parametrize(("outputs", "fault"), [
    ((torch.zeros(1, 4, 4, 3), "2 frames", torch.zeros(1, 4, 4)), ""), ((None, "", None), ""),
    ((torch.full((1, 4, 4, 3), torch.nan), "", None), "IMAGE has NaN or infinity"),
    ((torch.zeros(1, 4, 4, 3).double(), "", None), "IMAGE [1, 4, 4, 3] torch.float64"),
    ((None, "residual nan%", None), "STRING says 'residual nan%'"),
    ((None, "", torch.zeros(0, 4, 4)), "MASK has a tensor of shape [0, 4, 4]")])
def test_wrong_results_are_seen(outputs, fault):
    assert verdict.of_result(outputs, Node).text == fault


def test_a_change_in_place_is_seen():
    image, listed = torch.zeros(1, 4, 4, 3), [torch.zeros(2)]
    before = verdict.fingerprint(image), verdict.fingerprint(listed)
    image[0, 0, 0, 0] = 1
    listed.append(1)
    assert before[0] != verdict.fingerprint(image) and before[1] != verdict.fingerprint(listed)


def test_spoiling_leaves_the_value_as_it_was(tmp_path, comfy):
    values = {key: value for key, value in sound_values(tmp_path).items() if isinstance(key, str)}
    before = {key: verdict.fingerprint(value) for key, value in values.items()}
    for seed in range(20):
        for value in values.values():
            judged(spoiled, value, random.Random(seed), [])
    assert before == {key: verdict.fingerprint(value) for key, value in values.items()}


def test_a_pickle_and_a_program_are_refused(tmp_path):
    import pickle
    import subprocess
    for forbidden in (lambda: pickle.loads(b"cos\nsystem\n(S'true'\ntR."), lambda: subprocess.run(["true"])):
        with watched(tmp_path / "secret", tmp_path) as refused, pytest.raises(Refused):
            forbidden()
        assert refused


@pytest.mark.slow
def test_every_node_takes_its_sound_inputs(folders):
    values, refused = sound_values(folders), []
    for node, cls in NODE_CLASS_MAPPINGS.items():
        if not cls.FUNCTION.startswith(("load",
                                        "estimate")):  # they read files, which the suite itself writes
            inputs = sound_inputs(node, cls, values, random.Random(0))
            with torch.inference_mode():
                try:
                    result = getattr(cls(), cls.FUNCTION)(**inputs)
                    assert verdict.of_result(result, cls).kind == "right", node
                except ValueError as error:
                    if "This ComfyUI is too old" not in str(error):
                        refused.append(f"{node}: {error}")
    assert not refused, "\n".join(refused)
