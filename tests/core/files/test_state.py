"""Files of the pack's own values: what is written is read; anything else is a sentence."""

import pytest
import torch
from safetensors.torch import save_file

from worldstereo.core.files.state import read_state, write_state

THING = ("test thing", 1, "make it again")


def test_round_trip_and_no_overwriting(tmp_path):
    path = tmp_path / "thing.safetensors"
    write_state(path, "test thing", 1, {"a": torch.arange(3)}, {"name": "x"})
    tensors, facts = read_state(path, *THING)
    assert tensors["a"].tolist() == [0, 1, 2] and facts["name"] == "x"
    with pytest.raises(ValueError, match="thing.safetensors exists already"):
        write_state(path, "test thing", 1, {}, {})
    assert [file.name for file in tmp_path.iterdir()] == ["thing.safetensors"]


@pytest.mark.parametrize("header, sentence", [
    ('{"kind": "other", "version": 1}', "is no test thing; make it again"), ("[1, 2]", "is no test thing"),
    ('{"kind": "test thing", "version": 2}', "version 2, this pack reads version 1"), ("{", "damaged"),
    ('{"kind": "test thing", "version": "' + "9" * 3000 + '"}', "version '9{80}', this pack")])
def test_other_files_get_a_sentence(tmp_path, header, sentence):
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(1)}, path, {"worldstereo": header})
    with pytest.raises(ValueError, match=sentence):
        read_state(path, *THING)


def test_what_is_no_safetensors_file_gets_a_sentence(tmp_path):
    (tmp_path / "noise.safetensors").write_bytes(b"noise" * 100)
    with pytest.raises(ValueError, match="noise.safetensors is damaged"):
        read_state(tmp_path / "noise.safetensors", *THING)
