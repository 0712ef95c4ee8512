"""Several processes compute one clip: the result is that of one process, the bytes are those of a formula."""
import os
import re
import subprocess
import sys

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
    assert len(found) == shared_clip.FORWARDS.get(name, [shared_clip.PROCESSES])[0]
    assert max(result["difference"] for result in found) < 1e-5


@pytest.mark.parametrize("name", [*shared_clip.FORWARDS][:-1])  # the last gathers instead
def test_bytes_sent_are_those_of_the_formula(results, name):
    assert all(result["sent"] == result["formula"] > 0 for result in results[name])


def test_rules_of_sight_need_a_head_for_each_process(results):
    assert all("3 processes share 2 heads" in result["message"] and "at most 2 processes" in result["message"]
               for result in results["refused"])


@pytest.mark.parametrize("count", [1, 2, 3, 16, 45])
def test_parts_are_those_of_torch(count):
    assert part_sizes(count, 4) == [len(part) for part in torch.zeros(count).tensor_split(4)]


def test_script_samples_in_two_processes(root):
    run = subprocess.run([sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2",
                          str(root / "scripts" / "sample_distributed.py"), "--prompts", "2"],
                         env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True,
                         timeout=300)
    assert run.returncode == 0, run.stderr
    said = re.findall(r"process (\d) of 2: sent ([\d.]+) MB in (\d+) .* by (\S+) of", run.stdout)
    assert sorted(rank for rank, *_ in said) == ["0", "1"]
    assert all(float(sent) > 0 and int(calls) == 4 and float(difference) < 1e-5
               for _, sent, calls, difference in said)
