"""How the files of a checkpoint, and the tensors in them, may be called."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

import make_tiny_model
from worldstereo.core.model.checkpoint.load import describe, load_transformer
from worldstereo.core.model.checkpoint.names import native_name
from worldstereo.core.model.checkpoint.stored import files_of, read_layout


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_tiny_model.write_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def tensors(tiny):
    return load_file(tiny / "model.safetensors")


def refused(read, path):
    with pytest.raises(ValueError) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message and message.endswith(".")
    return message


# Tensors

@pytest.mark.parametrize("name_of", [str, native_name], ids=["diffusers", "native"])
@pytest.mark.parametrize("prefix", ["", "model.diffusion_model.", "diffusion_model.", "model.",
                                    "transformer.", "module.", "module.model.diffusion_model."])
def test_prefixes(tensors, tmp_path, prefix, name_of):
    others = {"first_stage_model.conv1.weight": torch.zeros(1), "text_encoders.blocks.0.y": torch.zeros(1)}
    save_file({prefix + name_of(name): t for name, t in tensors.items()} | (others if prefix else {}),
              tmp_path / "single.safetensors")
    state = load_transformer(tmp_path / "single.safetensors")[0].state_dict()
    assert state.keys() == tensors.keys()
    assert all(torch.equal(state[name], t.to(state[name].dtype)) for name, t in tensors.items())


def test_two_models_in_one_file(tensors, tmp_path):
    save_file({f"{prefix}.{name}": t.clone() for prefix in ("model", "module")
               for name, t in tensors.items()}, tmp_path / "single.safetensors")
    message = refused(load_transformer, tmp_path / "single.safetensors")
    assert "holds more than one Wan model" in message and "('model.', 'module.')" in message


# Files

def folder_of(folder, files, index=None):
    """A folder with a configuration; files: {name: names of its tensors}."""
    for file, names in files.items():
        save_file({name: torch.ones(1) for name in names}, folder / file)
    (folder / "config.json").write_text('{"nframe": 9}')
    if index:
        weights = {name: file for file, names in files.items() for name in names}
        (folder / index).write_text(json.dumps({"weight_map": weights}))
    return folder


@pytest.mark.parametrize("name", ["model", "model.fp16", "diffusion_pytorch_model",
                                  "diffusion_pytorch_model.bf16"])
def test_one_file_with_a_variant_in_its_name(tiny, tmp_path, name):
    (tmp_path / f"{name}.safetensors").symlink_to(tiny / "model.safetensors")
    assert describe(tmp_path / f"{name}.safetensors").config == {}  # stands alone
    target = tmp_path / "with config"
    target.mkdir()
    (target / f"{name}.safetensors").write_bytes((tiny / "model.safetensors").read_bytes())
    (target / "config.json").write_text('{"nframe": 9}')
    for path in (target, target / f"{name}.safetensors"):
        settings = load_transformer(path)[1]
        assert settings.nframe == 9 and settings.variant == "memory"
        assert {file.name for file in files_of(path)} == {f"{name}.safetensors", "config.json"}


@pytest.mark.parametrize("shard, index", [
    ("model-{}", "model.safetensors.index.json"),
    ("model.fp16-{}", "model.safetensors.index.fp16.json"),
    ("model.fp16-{}", "model.fp16.safetensors.index.json"),
    ("diffusion_pytorch_model.fp16-{}", "diffusion_pytorch_model.safetensors.index.fp16.json"),
    ("diffusion_pytorch_model-{}.fp16", "diffusion_pytorch_model.safetensors.index.fp16.json"),
])
def test_shards_with_a_variant_in_their_names(tmp_path, shard, index):
    files = [f"{shard.format(f'0000{i}-of-00002')}.safetensors" for i in (1, 2)]
    folder_of(tmp_path, dict(zip(files, (["a", "b"], ["c"]))), index)
    for path in (tmp_path, *(tmp_path / file for file in files)):
        tensors, config, _ = read_layout(path)
        assert {name: tensor.file.name for name, tensor in tensors.items()} == {
            "a": files[0], "b": files[0], "c": files[1]}
        assert config == {"nframe": 9}
    (tmp_path / index).unlink()
    message = refused(read_layout, tmp_path / files[1])
    assert f"{files[1]} is one of several files of a model, and" in message and "is not beside it" in message


def test_a_folder_takes_the_files_without_a_variant(tmp_path):
    files = {"model.safetensors": ["a"], "model.fp16.safetensors": ["b"]}
    assert read_layout(folder_of(tmp_path, files))[0].keys() == {"a"}
    assert read_layout(tmp_path / "model.fp16.safetensors")[0].keys() == {"b"}
    (tmp_path / "model.safetensors").rename(tmp_path / "model.bf16.safetensors")
    assert "holds model more than once (.bf16, .fp16); keep one of them" in refused(read_layout, tmp_path)


@pytest.mark.parametrize("name", ["../x.safetensors", "/x.safetensors", "a/x.safetensors",
                                  "..\\x.safetensors", 3])
def test_an_index_of_a_variant_leads_nowhere_else(tmp_path, name):
    folder = folder_of(tmp_path, {"model.fp16-00001-of-00002.safetensors": ["a"]})
    (folder / "model.safetensors.index.fp16.json").write_text(json.dumps({"weight_map": {"a": name}}))
    refused(read_layout, folder)
    refused(read_layout, folder / "model.fp16-00001-of-00002.safetensors")


def test_an_index_of_a_variant_that_is_a_link_out_of_the_folder(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    folder_of(folder, {"model.fp16-00001-of-00001.safetensors": ["a"]})
    (tmp_path / "elsewhere.json").write_text("{}")
    (folder / "model.safetensors.index.fp16.json").symlink_to(tmp_path / "elsewhere.json")
    assert "is a link that leads out of the folder" in refused(read_layout, folder)
