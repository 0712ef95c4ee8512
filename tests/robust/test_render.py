"""Render Point Cloud: where it runs, and the camera that a start image has to fit."""

from dataclasses import replace

import pytest
import torch

from photographed_wall import wall
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.memory.geometric.file import load_cloud, save_cloud
from worldstereo.core.planning.presets.moves import pan, start_from

GPU = torch.device("cuda", 0)
ROOM = 2 ** 31  # bytes


def zoomed(path, factor):
    return replace(path, K=path.K * torch.tensor([factor, factor, 1.0])[:, None])


def test_a_path_of_another_lens_is_refused(tmp_path):
    photo, depth = wall()
    cloud, path = lift(photo, depth), start_from(depth, pan(2, 20), 32, 24)
    save_cloud(cloud, tmp_path / "cloud.safetensors")
    for known in (cloud, load_cloud(tmp_path / "cloud.safetensors")):
        with pytest.raises(ValueError,
                           match="intrinsics .* differ by 5.8% of the picture.*Camera Trajectory"):
            render_path(known, zoomed(path, 1.05), start_image=photo)
    render_path(cloud, zoomed(path, 1.005), start_image=photo)
    render_path(cloud, path.resized(24, 24), start_image=photo)  # stretched, as the photograph is
    render_path(cloud, zoomed(path, 2), start_image=None)
    render_path(replace(cloud, start_K=None), zoomed(path, 2), start_image=photo)  # of a file: not known


def test_another_lens_is_no_camera():
    photo, depth = wall()
    for wrong, sentence in ((torch.eye(4), "shape"), (torch.full((3, 3), torch.nan), "NaN")):
        with pytest.raises(ValueError, match=f"start_K has .*{sentence}"):
            replace(lift(photo, depth), start_K=wrong)


@pytest.mark.parametrize("kind", ["cpu", "mps", "xpu"])
def test_it_renders_on_the_cpu_where_there_is_no_cuda(comfy, monkeypatch, kind):
    import comfy.model_management as mm

    from worldstereo.nodes.bridge.devices import device_with_room

    monkeypatch.setattr(mm, "get_torch_device", lambda: torch.device(kind))
    assert device_with_room(1) == torch.device("cpu")


@pytest.mark.parametrize("needed, stays", [(ROOM // 2, True), (ROOM * 2, False)])
def test_on_cuda_a_model_makes_way_where_the_room_is_needed(comfy, monkeypatch, needed, stays):
    import comfy.model_management as mm
    from comfy.model_patcher import ModelPatcher

    from worldstereo.nodes.bridge.devices import device_with_room

    patcher = ModelPatcher(torch.nn.Linear(8, 8), torch.device("cpu"), torch.device("cpu"))
    mm.load_models_gpu([patcher])
    loaded = next(loaded for loaded in mm.current_loaded_models if loaded.model is patcher)
    loaded.device = GPU  # there is no such GPU in this test: only ComfyUI's books say so
    monkeypatch.setattr(mm, "get_torch_device", lambda: GPU)
    monkeypatch.setattr(mm, "get_free_memory", lambda *_, torch_free_too=False: (ROOM, 0) if torch_free_too
                        else ROOM)
    monkeypatch.setattr(mm, "get_total_memory", lambda *_: 2 * ROOM)
    assert device_with_room(2 * ROOM + 1) == torch.device("cpu")  # the whole card would be too small
    assert loaded in mm.current_loaded_models
    assert device_with_room(needed) == GPU
    assert (loaded in mm.current_loaded_models) == stays == (patcher.loaded_size() > 0)
