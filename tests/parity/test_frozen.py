"""What the pack computed when parity with the official code was proved,
recomputed (made by scripts/freeze.py)."""
from pathlib import Path

import pytest

from parity_checks import check_file

FILES = sorted((Path(__file__).parent / "frozen").glob("*.safetensors"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_still_the_same(path):
    result = check_file(path)
    assert result.verdict == "passed", result.remark


def test_files_are_small_and_cover_model_vae_cameras_sampling_and_retrieval():
    kinds = {path.stem for path in FILES}
    assert kinds >= {"forward_camera", "forward_memory", "pipeline_ref", "pipeline_dmd",
                     "vae_keyframe", "camera",
                     "data_multi_traj", "small_functions_and_schedulers", "frustum", "selector",
                     "memory_bank"}
    assert sum(path.stat().st_size for path in FILES) <= 1_000_000
