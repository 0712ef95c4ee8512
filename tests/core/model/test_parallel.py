"""Several processes compute one clip: their result is that of one process, and they send what the formula says."""
import pytest
import torch

import shared_clip
from worldstereo.core.model.parallel import part_sizes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return shared_clip.results(tmp_path_factory.mktemp("processes"))


@pytest.mark.parametrize("name", [*shared_clip.FORWARDS, *shared_clip.CLIPS])
def test_several_processes_compute_what_one_computes(results, name):
    found = results[name]
    assert len(found) == shared_clip.FORWARDS.get(name, {"processes": shared_clip.PROCESSES})["processes"]
    assert max(result["difference"] for result in found) < 1e-5


@pytest.mark.parametrize("name", [name for name, case in shared_clip.FORWARDS.items() if case.get("heads") != 2])
def test_bytes_sent_are_those_of_the_formula(results, name):
    assert all(result["sent"] == result["formula"] > 0 for result in results[name])


def test_rules_of_sight_need_a_head_for_each_process(results):
    assert all("3 processes share 2 heads" in result["message"] and "at most 2 processes" in result["message"]
               for result in results["refused"])


@pytest.mark.parametrize("count", [1, 2, 3, 16, 45])
def test_parts_are_those_of_torch(count):
    assert part_sizes(count, 4) == [len(part) for part in torch.zeros(count).tensor_split(4)]
