"""The nodes in a ComfyUI that finds the pretended card give what they give on the CPU."""
import json
import subprocess
import sys

import pytest
from safetensors import safe_open

import comfy_on_card

pytestmark = pytest.mark.slow


def results(folder, *flags):
    file = folder / "results.safetensors"
    done = subprocess.run([sys.executable, comfy_on_card.__file__, str(file), *flags], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    with safe_open(file, "pt") as saved:
        values, facts = {name: saved.get_tensor(name) for name in saved.keys()}, saved.metadata()
    return values, json.loads(facts["waits"]), json.loads(facts["later waits"])


@pytest.fixture(scope="module")
def on_the_cpu(tmp_path_factory):
    return results(tmp_path_factory.mktemp("cpu"), "--cpu")[0]


@pytest.mark.parametrize("flags", [(), ("--gpu-only",), ("--novram",)], ids=["default", "gpu-only", "novram"])
def test_nodes_give_the_numbers_of_the_cpu(on_the_cpu, tmp_path, flags):
    found, in_layers, later = results(tmp_path, *flags)
    left_out = {"prompt", "world", "points of the world"} if "--gpu-only" in flags else set()
    assert found.keys() == on_the_cpu.keys() - left_out
    for name, values in found.items():
        wanted, error = on_the_cpu[name].float(), (values - on_the_cpu[name]).float()
        # a card takes other kernels, which round in another order: seen in bfloat16, and after a whole clip
        allowed = 0.02 if "fp8" in name or "half" in name else 1e-4
        if allowed > 1e-4 or "world" in name:
            assert error.norm() <= allowed * wanted.norm(), (name, float(error.norm() / wanted.norm()))
        else:
            assert error.abs().max() < allowed, name
    assert len(in_layers) == len(later) == 5 and not any(in_layers.values())
    for waits in later.values():  # contents of prompt and image, which the sampler copies for each step
        assert sum(waits.values()) == 2 and all("core/model/step_cache.py" in place for place in waits)
