"""The checkers of the stereo memory's recordings: they hold, and a wrong decision or number fails."""
import json

import pytest
from safetensors import safe_open
from safetensors.torch import save_file

from parity_checks import check_file


def recorded(shared, name, tmp_path, edit):
    """A copy of a recorded file after `edit(metadata, tensors)`."""
    with safe_open(shared / "vectors" / f"{name}.safetensors", "pt") as file:
        case = json.loads(file.metadata()["case"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    edit(case, tensors)
    save_file(tensors, tmp_path / "file.safetensors", {"case": json.dumps(case)})
    return tmp_path / "file.safetensors"


def swap(names):
    names[0], names[1] = names[1], names[0]


@pytest.mark.parametrize("name, edit, complaint", [
    ("frustum_a", lambda case, t: case["topk4"][0].reverse(), "top-k"),
    ("frustum_a", lambda case, t: case["find_closest"][1]["result"].__setitem__(0, 3), "best"),
    ("frustum_a", lambda case, t: t["out/overlap"][0].add_(1e-3), "overlap"),
    ("frustum_a", lambda case, t: case["distance_method"].reverse(), "nearest by distance"),
    ("selector_a", lambda case, t: swap(case["fps_topk_bias"]["4,0.1"]), "chosen 4,0.1"),
    ("selector_a", lambda case, t: swap(case["select_top8"]), "select_top8"),
    ("selector_a", lambda case, t: t["out/quality_scores"].mul_(1.00001), "quality_scores"),
    ("memory_bank_pano_a", lambda case, t: t["out/4.retrieved_bank_index"][:1].add_(1),
     "4.retrieved_bank_index"),
    ("memory_bank_pano_a", lambda case, t: t["out/2.ref_index"][-1:].add_(1), "2.ref_index"),
    ("memory_bank_pano_a", lambda case, t: case["world_mirror"]["camera_ids"].reverse(), "camera ids"),
    ("memory_bank_pano_a", lambda case, t: case["final_fnames"].reverse(), "names"),
    ("memory_bank_single_a", lambda case, t: t["out/1.kept_index"][:1].sub_(1), "1.kept_index"),
    ("memory_bank_single_a", lambda case, t: case["steps"][3]["ref_index_dict"]["0"]["1"].update(score=0.9),
     "scores"),
    ("memory_bank_single_a", lambda case, t: t["out/start_image_resized"][:1].add_(1),
     "start_image_resized")])
def test_a_wrong_decision_or_number_fails(shared, tmp_path, name, edit, complaint):
    result = check_file(recorded(shared, name, tmp_path, edit))
    assert result.verdict == "failed" and complaint in result.remark


@pytest.mark.parametrize("name", ["frustum_a", "selector_a", "memory_bank_pano_a", "memory_bank_single_a"])
def test_the_recording_itself_passes(shared, tmp_path, name):
    assert check_file(recorded(shared, name, tmp_path, lambda case, tensors: None)).verdict == "passed"


def enlarged(case, tensors):
    """The start picture at twice the clips' size; the official code records its K in pixels of the clips."""
    case["scale_map"] = [[2 * case["image_height"], 2 * case["image_width"]]]
    del tensors["out/start_image_resized"]


def test_pictures_of_the_bank_may_have_another_size_than_the_clips(shared, tmp_path):
    result = check_file(recorded(shared, "memory_bank_single_a", tmp_path, enlarged))
    assert result.verdict == "passed", result.remark
