"""The nodes of the stereo memory, called as ComfyUI calls them."""
import pytest
import torch

from memory_scene import CLIP, VIEWS, image, path, retrieve, turned
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.stereo.dinov2 import DINOV2_FILES
from worldstereo.nodes import files, memory_bank, stereo_memory


@pytest.fixture(scope="module")
def bank():
    return memory_bank.NewMemoryBank().start(image(12), VIEWS, "")[0]


def test_from_views_over_a_clip_to_references(bank, comfy):
    grown, text = memory_bank.UpdateMemoryBank().update(bank, image(21, 1), CLIP, 8, "")
    assert text == "20 frames of 32x16 in scene units: ring (12), pan (8)"
    references, frames, report = retrieve(grown, image_features="built-in")
    assert frames.shape == (len(references.frames), 16, 32, 3) and 0 <= frames.min() and frames.max() <= 1
    assert report.splitlines()[
        0] == f"{len(frames)} references from a bank of 20 frames; cameras see from 0.1 to 10"
    assert "key frame 14 <- pan/0014  score 1.000" in report and "built-in 4x4 colour grid" in report


def test_the_picture_of_a_reference_is_the_pictures_own(bank, comfy):
    _, frames, report = retrieve(bank, trajectory=path([turned(0), turned(60)]))
    assert "key frame  1 <- ring/0002" in report
    torch.testing.assert_close(frames[0], image(12)[2], atol=0.5 / 255 + 1e-4, rtol=0)


def test_depth_sets_how_far_cameras_see(bank, comfy):
    depth = Depth(torch.full((1, 2, 2), 0.5), torch.ones(1, 2, 2, dtype=torch.bool), VIEWS.K[:1])
    assert retrieve(bank, depth=depth)[2].splitlines()[0].endswith("from 0.1 to 4")


def test_a_dinov2_that_is_replaced_or_comes_later_is_noticed(comfy, tmp_path, monkeypatch):
    import folder_paths
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "clip_vision", ([str(tmp_path)], set()))

    def change(choice):
        return stereo_memory.RetrieveReferences.IS_CHANGED(image_features=choice, near=0.1)

    none = change(stereo_memory.AUTO)
    made = tmp_path / "dinov2"
    made.mkdir()
    for name, text in zip(DINOV2_FILES, ('{"model_type": "dinov2"}', "{}", "old")):
        (made / name).write_text(text)
    there = change(stereo_memory.AUTO)
    assert change(stereo_memory.DINOV2) == there != none and change(stereo_memory.BUILT_IN) == none
    (made / "model.safetensors").write_text("newer")
    assert change(stereo_memory.AUTO) != there


def test_shortcuts_by_clip_and_by_official_names(bank, comfy):
    grown, _ = memory_bank.UpdateMemoryBank().update(bank, image(21, 1), CLIP, 8, "view0/traj2")
    report = retrieve(grown, shortcut=stereo_memory.BY_CLIP, shortcut_clip="ring", shortcut_key_frames="20",
                      max_references=20)[2]
    assert report.count("shortcut") == 1 and "key frame 20 <- ring/0011" in report
    report = retrieve(grown, shortcut=stereo_memory.BY_NAMES, clip_name="view0/traj0", max_references=20)[2]
    assert "<- view0/traj2/0012  score 1." in report.splitlines()[1] and report.count("shortcut") == 8
    report = retrieve(grown, shortcut=stereo_memory.BY_NAMES, max_references=20)[2]
    assert report.endswith("\nthe official names give 'pan' no shortcut into this bank")


@pytest.mark.parametrize("widgets, complaint", [
    ({"shortcut": stereo_memory.BY_CLIP, "shortcut_clip": "nope"}, "no clip 'nope'; it has ring"),
    ({"shortcut": stereo_memory.BY_CLIP, "shortcut_clip": "ring", "shortcut_key_frames": "1;2"},
     "expected whole numbers"),
    ({"image_features": "DINOv2"},
     "no DINOv2 in models/clip_vision; put a folder with dinov2-base's config.json"),
    ({"trajectory": path([turned(0, (90.0, 0, 0))] * 2)}, "Plan the trajectory in the world of the bank")])
def test_what_cannot_be_done_is_said(bank, comfy, widgets, complaint):
    with pytest.raises(ValueError, match=complaint):
        retrieve(bank, **widgets)


def test_a_saved_bank_is_listed_loaded_and_never_overwritten(bank, folders):
    saved = [memory_bank.SaveMemoryBank().save(bank, "world/memory")["result"][0] for _ in range(2)]
    assert saved == ["world/memory_00001_.bank.safetensors", "world/memory_00002_.bank.safetensors"]
    listed = memory_bank.LoadMemoryBank.INPUT_TYPES()["required"]["file"][0]
    assert listed == [f"{name} [output]" for name in saved]
    assert memory_bank.LoadMemoryBank.VALIDATE_INPUTS(listed[1]) is True
    loaded, text = memory_bank.LoadMemoryBank().load(listed[1])
    assert all(map(torch.equal, loaded.frames, bank.frames)) and text == str(bank)


def test_a_file_written_again_is_loaded_again(bank, folders):
    name, = memory_bank.SaveMemoryBank().save(bank, "memory")["result"]
    before = memory_bank.LoadMemoryBank.IS_CHANGED(f"{name} [output]")
    assert memory_bank.LoadMemoryBank.IS_CHANGED(f"{name} [output]") == before
    with open(folders / "output" / name, "ab") as file:
        file.write(b"x")
    assert memory_bank.LoadMemoryBank.IS_CHANGED(f"{name} [output]") != before


@pytest.mark.parametrize("file", ["../secret.bank.safetensors", "/etc/passwd", "a/../../b [output]"])
def test_files_stay_in_comfyuis_folders(folders, file):
    with pytest.raises(ValueError, match="outside ComfyUI's input and output folders"):
        files.stored_path(file)
    assert "outside" in memory_bank.LoadMemoryBank.VALIDATE_INPUTS(file)


def test_a_prefix_out_of_the_output_folder_is_refused(bank, folders):
    with pytest.raises(ValueError, match="leads out of ComfyUI's output folder"):
        memory_bank.SaveMemoryBank().save(bank, "../memory")
    assert "does not exist" in memory_bank.LoadMemoryBank.VALIDATE_INPUTS("gone.bank.safetensors")
