"""The parity command: it holds on the recorded outputs of the official code, and it fails when it should."""
import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import parity

FROZEN = Path(__file__).parent / "frozen"


def test_official_outputs(shared, capsys):
    files = [path.name for path in (shared / "vectors").glob("*.safetensors")]
    assert parity.run(shared / "vectors") == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(files)} passed, 0 failed"


def change(tmp_path, name, edit, kind=None):
    """A copy of a frozen file with edited tensors, as the only file of a folder."""
    with safe_open(FROZEN / f"{name}.safetensors", "pt") as file:
        case = json.loads(file.metadata()["case"])
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    edit(tensors)
    save_file(tensors, tmp_path / "file.safetensors",
              {"case": json.dumps(case | ({"kind": kind} if kind else {}))})
    return tmp_path


def add(key, amount):
    def edit(tensors):
        tensors[key].view(-1)[0] += amount
    return edit


@pytest.mark.parametrize("name, key, amount", [
    ("block_control", "out/hidden_states", 5e-5), ("forward_memory", "out/sample", 3e-4),
    ("forward_memory", "out/block.0.ref", 3e-4), ("pipeline_dmd", "out/first_frame_only/latent_after_step.0",
                                                  1e-3),
    ("vae_keyframe", "out/dec", 2e-4), ("camera", "out/norm.0.w2c", 1e-3),
    ("clip_preprocess", "out/0.pixel_values_stride8", 1),
    ("data_multi_traj", "out/0.image_u8", 1), ("small_functions_and_schedulers", "out/unipc.0.timesteps", 1),
    ("points3d", "out/0.points", 1e-3), ("data_single_view", "out/render_video", 1e-3),
    ("rope", "out/0.ref_cos", 1e-4), ("forward_memory", "out/sample", float("nan"))])
def test_a_wrong_output_fails(tmp_path, capsys, name, key, amount):
    assert parity.run(change(tmp_path, name, add(key, amount))) == 1
    out = capsys.readouterr().out
    assert key.removeprefix("out/") in out and out.splitlines()[-1] == "0 passed, 1 failed"


@pytest.mark.parametrize("edit, complaint", [
    (lambda tensors: tensors.update({"out/surprise": torch.zeros(2)}), "does not know out/surprise"),
    (lambda tensors: tensors.update({"other/sample": torch.zeros(2)}), "neither weights/, in/ nor out/"),
    (lambda tensors: tensors.update({"out/sample": tensors["out/sample"][:, :, 1:].contiguous()}),
     "sample: error inf"),
    (lambda tensors: tensors.pop("weights/proj_out.weight"), "proj_out.weight"),
    (lambda tensors: tensors.pop("in/reference_latent"), "cannot run without references"),
    (lambda tensors: [tensors.pop(key) for key in list(tensors) if key.startswith("out/")],
     "nothing to compare")])
def test_a_file_that_does_not_fit_fails(tmp_path, capsys, edit, complaint):
    assert parity.run(change(tmp_path, "forward_memory", edit)) == 1
    assert complaint in capsys.readouterr().out


def test_missing_optional_outputs_pass(tmp_path):
    assert parity.run(change(tmp_path, "forward_memory", lambda tensors: tensors.pop("out/block.0.ref"))) == 0


def test_unknown_kind_and_broken_file_fail_and_the_rest_is_checked(tmp_path, capsys):
    change(tmp_path, "rope", lambda tensors: None, kind="mystery")
    (tmp_path / "broken.safetensors").write_bytes((FROZEN / "rope.safetensors").read_bytes()[:5000])
    (tmp_path / "good.safetensors").write_bytes((FROZEN / "rope.safetensors").read_bytes())
    assert parity.run(tmp_path) == 1
    out = capsys.readouterr().out
    assert "unknown kind" in out and out.splitlines()[-1] == "1 passed, 2 failed"


def spoil_nothing(data):
    pass


def spoil_colors(data):
    data["image"].view(-1, 3)[:4] += 0.01


def spoil_holes(data):
    data["mask"].view(-1)[:3] ^= 1


def spoil_depth(data):
    data["zbuf0"][data["mask"] == 0] += 0.01


@pytest.mark.parametrize("spoil, complaint", [
    (spoil_nothing, None), (spoil_colors, "4 other pixels"),
    (spoil_holes, "3 other pixels"),
    (spoil_depth, "929 other pixels")])
def test_a_wrong_picture_fails(shared, tmp_path, capsys, spoil, complaint):
    with safe_open(shared / "vectors" / "render_empty.safetensors", "pt") as file:
        facts, data = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}
    spoil(data)
    save_file(data, tmp_path / "render_empty.safetensors", facts)
    assert parity.run(tmp_path) == int(complaint is not None)
    assert complaint is None or complaint in capsys.readouterr().out
