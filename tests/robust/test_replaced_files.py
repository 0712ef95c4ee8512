"""Files replaced under the same name: what loads them notices."""

import json
import os

import pytest
from safetensors.torch import load_file, save_file

import make_tiny_model
from worldstereo.nodes import NODE_CLASS_MAPPINGS

COLMAP = {"cameras.txt": "1 PINHOLE 64 48 50 50 32 24\n", "images.txt": "1 1 0 0 0 0 0 0 1 a.png\n\n"}


def test_every_loader_looks_at_its_files():
    loaders = [key for key in NODE_CLASS_MAPPINGS if key.startswith("WSKitLoad")] + ["WSKitEstimateDepth"]
    assert len(loaders) >= 10
    assert [key for key in loaders if not hasattr(NODE_CLASS_MAPPINGS[key], "IS_CHANGED")] == []


@pytest.fixture
def folder(comfy, tmp_path, monkeypatch):
    """models/diffusion_models with the tiny model in one file, in two shards, and another model beside it."""
    import folder_paths

    make_tiny_model.write_model(tmp_path, "memory-dmd")
    folder = tmp_path / "diffusion_models"
    whole = folder / "worldstereo-nano"
    tensors = load_file(whole / "model.safetensors")
    make_shards(folder / "shards", tensors, (whole / "config.json").read_text())
    save_file({}, folder / "another.safetensors")
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "diffusion_models",
                        ([str(folder)], {".safetensors"}))
    return folder


def make_shards(folder, tensors, config):
    folder.mkdir()
    (folder / "config.json").write_text(config)
    names = {name: f"model-0000{i % 2 + 1}-of-00002.safetensors" for i, name in enumerate(tensors)}
    for file in set(names.values()):
        save_file({name: tensors[name] for name in tensors if names[name] == file}, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))


@pytest.mark.parametrize("inputs, file", [
    ({"model_name": "worldstereo-nano/model.safetensors"}, "worldstereo-nano/model.safetensors"),
    ({"model_name": "worldstereo-nano/model.safetensors"}, "worldstereo-nano/config.json"),
    ({"model_name": "shards/model-00001-of-00002.safetensors"}, "shards/model-00002-of-00002.safetensors"),
    ({"model_name": "worldstereo-nano/model.safetensors", "base_model": "another.safetensors"},
     "another.safetensors"),
    ({"model_name": None, "base_model": "another.safetensors"}, "another.safetensors")])
def test_a_model_file_in_use_is_noticed_and_no_other(folder, inputs, file):
    from worldstereo.nodes.model import LoadModel

    def state():
        return LoadModel.IS_CHANGED(**inputs, weight_dtype="default")

    before = state()
    assert before and state() == before
    save_file({}, folder / "worldstereo-nano" / "newcomer.safetensors")
    assert state() == before
    written = (folder / file).stat()
    os.utime(folder / file, ns=(written.st_atime_ns, written.st_mtime_ns + 10 ** 6))
    newer = state()
    assert newer != before
    with (folder / file).open("ab") as opened:
        opened.write(b" ")
    os.utime(folder / file, ns=(written.st_atime_ns, written.st_mtime_ns + 10 ** 6))
    assert state() not in (before, newer)  # another size at the same time


def test_the_other_file_of_a_colmap_model_is_noticed(comfy, tmp_path, monkeypatch):
    import folder_paths

    from worldstereo.nodes.camera_files import LoadTrajectory

    monkeypatch.setattr(folder_paths, "input_directory", str(tmp_path))
    for name, text in COLMAP.items():
        (tmp_path / name).write_text(text)
    before = LoadTrajectory.IS_CHANGED("images.txt", frames=2)
    (tmp_path / "cameras.txt").write_text(COLMAP["cameras.txt"].replace("50", "55.5"))
    assert LoadTrajectory.IS_CHANGED("images.txt", frames=2) != before
