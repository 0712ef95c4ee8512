"""No text, of a workflow or inside a file, leads out of ComfyUI's folders or changes what lies there."""
import hashlib
import inspect
import json
import os
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from hostile_texts import HOSTILE
from watch import Refused, watched
from world_clips import PAN, clip_after, finished_clip
from worldstereo.core.cameras.formats.save import save_trajectory
from worldstereo.core.files.paths import LONGEST_PART, inside, relative_path
from worldstereo.core.memory.stereo.bank import MemoryBank
from worldstereo.core.memory.stereo.file import save_bank
from worldstereo.core.official.scene import Scene, read_scene, write_scene
from worldstereo.core.official.world_mirror import read_mirror_set, write_mirror_set
from worldstereo.core.world import clip_checksums, clip_folder, world_folder
from worldstereo.core.world.bank_folder import picture_name
from worldstereo.core.world.clip_list import NAME, Clip
from worldstereo.nodes import NODE_CLASS_MAPPINGS

FINE = ["a", "Küche/漢字 2", "world-1_a.b", "50% (x) [y], {z} & 'q'!", "a\\b", "aux2", "LPT", "~/x",
        "a" * LONGEST_PART]


# The one function

@pytest.mark.parametrize("text", FINE)
def test_ordinary_names_are_taken_as_they_are(tmp_path, text):
    assert str(relative_path(text, "It")) == text.replace("\\", "/")
    path = inside(tmp_path, text, "It")
    path.mkdir(parents=True)
    assert path.is_relative_to(tmp_path)


@pytest.mark.parametrize("text", [text for text in HOSTILE if "linked" not in text
                                  and "[output]" not in text])
def test_others_are_refused_in_a_sentence(tmp_path, text):
    with pytest.raises(ValueError, match="^The world .*; use ") as caught:
        inside(tmp_path, text, "The world")
    assert len(str(caught.value)) < 500 and str(caught.value).isprintable()


@pytest.mark.parametrize("thing", [None, 3, ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_refused(thing):
    with pytest.raises(ValueError, match="The world is a .*expected a text"):
        relative_path(thing, "The world")


def test_links_that_lead_out_are_refused_and_others_followed(tmp_path):
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir(), other.mkdir()
    (home / "real").mkdir()
    (home / "loop").symlink_to("loop")
    for name, target in (("out", other), ("within", home / "real"), ("gone", tmp_path / "nothing")):
        (home / name).symlink_to(target)
    for name in ("out", "out/x", "gone"):
        with pytest.raises(ValueError, match="leads out of home through a link"):
            inside(home, name, "It")
    assert inside(home, "within/x", "It") == home / "within" / "x"
    assert not inside(home, "loop", "It").exists()
    (tmp_path / "way").symlink_to(home)  # the folder itself may be reached through one
    assert inside(tmp_path / "way", "real", "It").is_dir()


# Workflows

@pytest.fixture
def trapped(folders, monkeypatch):
    """ComfyUI's folders with links that lead out, and sound files outside."""
    import folder_paths
    monkeypatch.setattr(folder_paths, "temp_directory", str(folders / "output" / "temp"))  # may be written to
    secret, clip = folders / "secret", finished_clip()
    save_trajectory(clip.trajectory, secret_file(secret, "camera.json"), "camera.json")
    write_mirror_set(secret / "mirror", clip.bank)
    save_bank(clip.bank, secret / "x.bank.safetensors")
    for folder in ("input", "output"):
        (folders / folder / "linked").symlink_to(secret, target_is_directory=True)
    precious = folders / "input" / "precious"
    precious.mkdir()
    (precious / "photo.txt").write_text("mine")
    return folders


def secret_file(folder, name):
    folder.mkdir(exist_ok=True)
    return folder / name


def contents(folder):
    """{file: digest} of all that lies there, links not followed."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def sound_values():
    """A value for every socket that a node with texts needs; None where the node is never reached."""
    clip = finished_clip()
    photos = clip.frames / 255
    from worldstereo.core.depth.depth import Depth
    depth = Depth(torch.ones(5, 16, 32), torch.ones(5, 16, 32, dtype=torch.bool), PAN.K, PAN.w2c, PAN.unit)
    clips = (Clip("left", PAN, "a room", "", photos, torch.zeros(5, 16, 32)),)
    return {"IMAGE": photos, "WSKIT_TRAJECTORY": PAN, "WSKIT_MEMORY_BANK": clip.bank,
            "WSKIT_POINT_CLOUD": clip.cloud,
            "WSKIT_DEPTH": depth, "WSKIT_TRAJECTORY_LIST": clips, "EXTRINSICS": PAN.w2c,
            "INTRINSICS": PAN.K, "DYNPROMPT": build_world_graph(), "UNIQUE_ID": "1"}


def build_world_graph():
    from comfy_execution.graph import DynamicPrompt
    links = {name: ["2", 0] for name in ("model", "vae", "trajectories", "point_cloud", "memory_bank")}
    return DynamicPrompt({"1": {"class_type": "WSKitBuildWorld", "inputs": links},
                          "2": {"class_type": "X", "inputs": {}}})


def inputs_of(cls, values):
    """({input: value}, the names of those that hold a text)"""
    spec, inputs, texts = cls.INPUT_TYPES(), {}, []
    for group in ("required", "hidden", "optional"):
        for name, entry in spec.get(group, {}).items():
            kind, options = (entry, {}) if isinstance(entry,
                                                      str) else (entry[0], entry[1] if len(entry) > 1 else {})
            if kind == "STRING" or isinstance(kind, list):
                texts.append(name)
                inputs[name] = options.get("default") if kind == "STRING" else kind[0] if kind else "none"
            elif kind in ("INT", "FLOAT", "BOOLEAN"):
                small = name in ("width", "height")
                inputs[name] = max(options["min"], 32) if small else options["default"]
            elif group != "optional" or name in ("point_cloud", "memory_bank"):
                inputs[name] = values.get(kind)
    return inputs, texts


def test_no_text_of_a_workflow_reads_writes_or_removes_anything_outside(trapped):
    before, values, tried = contents(trapped), sound_values(), 0
    for cls in NODE_CLASS_MAPPINGS.values():
        inputs, texts = inputs_of(cls, values)
        for name in texts:
            for text in HOSTILE:
                call(cls, inputs | {name: text}, name, trapped)
                tried += 1
    kept = {name: digest for name, digest in contents(trapped).items() if name in before}
    assert kept == before and tried > 60 * len(HOSTILE)


def call(cls, inputs, name, folders):
    """VALIDATE_INPUTS, IS_CHANGED and the node itself: each gives a sentence or is fine."""
    text = inputs[name]
    visible = {key: value for key, value in inputs.items() if key not in ("graph", "unique_id")}
    calls = {"VALIDATE_INPUTS": {name: text}, "IS_CHANGED": visible, cls.FUNCTION: inputs}
    with watched(folders / "secret", folders / "output") as refused:
        for method, given in calls.items():
            bound = getattr(cls(), method, None)
            if bound is None or (method == "VALIDATE_INPUTS"
                                 and name not in inspect.signature(bound).parameters):
                continue
            try:
                result = bound(**given)
                assert method != "VALIDATE_INPUTS" or result is True or result.isprintable()
            except ValueError as error:
                assert " " in str(error) and str(error).rstrip().endswith((".", ")")), error
            except Refused:
                pass
    assert not refused, f"{name} = {text[:60]!r}"


@pytest.mark.parametrize("key", ["x/../../../../input/precious", "x/../../../../../../stolen/x", "..",
                                 "a.b", "a/b",
                                 "x" * 65])
def test_the_key_of_a_clip_removes_and_writes_nothing_outside(trapped, key):
    cls, before = NODE_CLASS_MAPPINGS["WSKitSaveWorld"], contents(trapped)
    inputs = inputs_of(cls, sound_values())[0] | {"key": key, "world": "w"}
    with pytest.raises(ValueError, match="key of a clip is .*use up to 64 letters, digits, - and _"):
        cls().save(**inputs)
    with pytest.raises(ValueError, match="key of a clip is"):
        cls.IS_CHANGED(**inputs)
    assert contents(trapped) == before


def test_facts_cannot_speak_for_the_clip(trapped):
    cls = NODE_CLASS_MAPPINGS["WSKitSaveWorld"]
    false = {"name": "other", "kind": "x", "version": 9, "files": {"../secret": "0"}, "sha256": "1",
             "seed": 5}
    inputs = inputs_of(cls, sound_values())[0] | {"world": "w", "facts": json.dumps(false), "key": "0"}
    folder = trapped / "output" / cls().save(**inputs)["result"][3]
    facts = clip_folder.read_facts(folder)
    assert (facts["name"], facts["seed"]) == ("clip1", 5) and "frames/0000.png" in facts["files"]
    for text in ("[]", "{", "3", "[" * 100_000):
        with pytest.raises(ValueError, match="facts of 'Save World' is .*write an object"):
            cls().save(**inputs | {"facts": text})


# Names inside files

INSIDE = [text for text in HOSTILE if "[output]" not in text]


def resigned(file, change):
    """clip.json with a change, and a checksum that says it is sound."""
    body = json.loads(file.read_text())
    body.pop("sha256")
    change(body)
    checksum = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    file.write_text(json.dumps({**body, "sha256": checksum}))


def nothing_is_read(folders, read):
    with watched(folders / "secret", folders / "output") as refused:
        try:
            read()
            told = False
        except ValueError:
            told = True
        except Refused:
            told = True
    assert not refused and told, refused


@pytest.fixture
def saved_world(trapped):
    folder = clip_folder.clip_folder(trapped / "output" / "w", "left", "0")
    world_folder.write_clip(folder, finished_clip())
    return folder


@pytest.mark.parametrize("name", INSIDE)
def test_names_in_a_world_stay_in_it(trapped, saved_world, name):
    world, clip_json = saved_world.parent.parent, saved_world / "clip.json"
    (world / "clips" / "linked").symlink_to(trapped / "secret" / "mirror")
    (saved_world / "linked").symlink_to(trapped / "secret")
    order = (world / "world.json").read_text()
    (world / "world.json").write_text(json.dumps({"clips": [name]}))
    with watched(trapped / "secret", trapped / "output") as refused:
        try:
            assert world_folder.find_clip(world, "") == saved_world  # the order is made anew
        except ValueError:
            pass
    assert not refused
    (world / "world.json").write_text(order)
    sound = clip_json.read_text()
    resigned(clip_json, lambda body: body["files"].update({name: "0" * 64}))
    nothing_is_read(trapped, lambda: clip_folder.read_clip(saved_world))
    assert clip_checksums.fault_of(saved_world) is not None
    clip_json.write_text(sound)
    resigned(clip_json, lambda body: body.update(name=name))
    if not NAME.fullmatch(name):
        with pytest.raises(ValueError, match="A clip is called"):
            NODE_CLASS_MAPPINGS["WSKitLoadWorld"]().load("w")


@pytest.mark.parametrize("name", INSIDE)
def test_the_pictures_of_a_saved_bank_are_its_own(trapped, saved_world, name):
    file = saved_world / "bank" / "cameras.safetensors"
    (saved_world / "bank" / "linked").symlink_to(trapped / "secret")
    with open(file, "rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        header = json.loads(json.loads(opened.read(length))["__metadata__"]["worldstereo"])
    header["files"][0] = name
    save_file(load_file(file), file, {"worldstereo": json.dumps(header)})
    resigned(saved_world / "clip.json", lambda body: body["files"].update(
        {"bank/cameras.safetensors": hashlib.sha256(file.read_bytes()).hexdigest()}))
    assert clip_checksums.fault_of(saved_world) is None
    nothing_is_read(trapped, lambda: clip_folder.read_clip(saved_world))


def test_a_clip_whose_list_is_not_whole_is_no_sound_one(saved_world):
    for file in ("camera.json", "cloud.safetensors", "bank/cameras.safetensors", "frames/0000.png"):
        kept = (saved_world / "clip.json").read_text()
        resigned(saved_world / "clip.json", lambda body: body["files"].pop(file))
        assert clip_checksums.fault_of(saved_world) == f"clips/left.0/clip.json does not list {file}"
        (saved_world / "clip.json").write_text(kept)


def test_pictures_that_the_clip_does_not_list_are_not_read(trapped, saved_world):
    (saved_world / "frames" / "0009.png").symlink_to(trapped / "secret" / "camera.json")
    assert len(clip_folder.read_clip(saved_world).frames) == 5


def test_a_picture_that_no_clip_lists_is_not_taken_over_by_the_next(trapped, saved_world):
    # it has a frame of a second clip, which is not there
    third = clip_after(clip_after(finished_clip()), "up", 2)
    name = picture_name(third.bank.pictures([6])[0].permute(1, 2, 0))
    (saved_world / "bank" / name).symlink_to(trapped / "secret" / "camera.json")
    world_folder.write_clip(saved_world.with_name("up.0"), third)
    again = clip_folder.read_clip(saved_world.with_name("up.0")).bank
    assert torch.equal(again.pictures([6]), third.bank.pictures([6]))


@pytest.mark.parametrize("name", INSIDE)
def test_names_in_a_mirror_set_stay_in_it(trapped, name):
    folder = trapped / "input" / "mirror"
    write_mirror_set(folder, finished_clip().bank)
    (folder / "images" / "linked").symlink_to(trapped / "secret")
    data = json.loads((folder / "cameras.json").read_text())
    data["extrinsics"][0]["camera_id"] = data["intrinsics"][0]["camera_id"] = name
    (folder / "cameras.json").write_text(json.dumps(data))
    nothing_is_read(trapped, lambda: read_mirror_set(folder))


@pytest.fixture
def saved_scene(trapped):
    clip = Clip("view0/traj0", PAN, "a", "", torch.rand(5, 16, 32, 3), torch.zeros(5, 16, 32))
    write_scene(trapped / "input" / "scene", Scene(finished_clip().bank, (clip,)))
    return trapped / "input" / "scene"


@pytest.mark.parametrize("name", INSIDE)
def test_names_of_a_scenes_panorama_stay_in_it(trapped, saved_scene, name):
    cameras = saved_scene / "pano_bank" / "cameras.json"
    (saved_scene / "pano_bank" / "images" / "linked").symlink_to(trapped / "secret")
    data = json.loads(cameras.read_text())
    data[name] = data.pop("0000")
    cameras.write_text(json.dumps(data))
    nothing_is_read(trapped, lambda: read_scene(saved_scene))


@pytest.mark.parametrize("file", ["view0/traj0/camera.json", "view0/traj0/render.mp4",
                                  "view0/traj0/render_mask.mp4",
                                  "view0/traj0/traj_caption.json", "pano_bank/cameras.json",
                                  "pano_bank/images/0001.png", "prompt.json"])
def test_no_file_of_a_scene_is_a_link_that_leads_out(trapped, saved_scene, file):
    target = trapped / "secret" / "elsewhere"
    if (saved_scene / file).exists():
        shutil.move(saved_scene / file, target)
    else:
        target.write_text("{}")
    (saved_scene / file).symlink_to(target)
    with watched(trapped / "secret", trapped / "output") as refused, \
            pytest.raises(ValueError, match="leads out of scene through a link"):
        read_scene(saved_scene)
    assert not refused


@pytest.mark.parametrize("file", ["cameras.json", "images/start-0001.png"])
def test_no_file_of_a_mirror_set_is_a_link_that_leads_out(trapped, file):
    folder, target = trapped / "input" / "mirror", trapped / "secret" / "elsewhere"
    write_mirror_set(folder, finished_clip().bank)
    shutil.move(folder / file, target)
    (folder / file).symlink_to(target)
    with pytest.raises(ValueError, match="leads out of mirror through a link"):
        read_mirror_set(folder)


@pytest.mark.parametrize("name", ["..", "CON", "pano_bank/a\0b", "clip/" + "x" * 300, "a/\ud800", "a:b/0"])
def test_names_of_a_bank_make_no_other_files(tmp_path, name):
    bank = finished_clip().bank
    named = MemoryBank(bank.frames, bank.w2c, bank.K, (name, *bank.names[1:]), bank.unit)
    with pytest.raises(ValueError, match="The file of a memory bank frame"):
        write_mirror_set(tmp_path / "mirror", named)
    assert list(tmp_path.iterdir()) == []


def test_frames_that_would_get_one_name_are_refused(tmp_path):
    bank = finished_clip().bank
    named = MemoryBank(bank.frames, bank.w2c, bank.K, ("a/b/0", "a-b/0", *bank.names[2:]), bank.unit)
    with pytest.raises(ValueError, match="a/b/0 among them, would get one file name"):
        write_mirror_set(tmp_path / "mirror", named)


# Folders of models

@pytest.fixture
def checkpoint(trapped):
    """A sharded checkpoint folder."""
    folder = trapped / "models" / "sharded"
    folder.mkdir(parents=True)
    save_file({"a": torch.zeros(2)}, folder / "model-1.safetensors")
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "model-1.safetensors"}}))
    return folder


@pytest.mark.parametrize("name", [name for name in INSIDE if "linked" not in name]
                         + ["sub/model-1.safetensors"])
def test_an_index_names_files_of_its_own_folder(checkpoint, trapped, name):
    from worldstereo.core.model.checkpoint.stored import read_layout
    assert read_layout(checkpoint)[0].keys() == {"a"}
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))
    nothing_is_read(trapped, lambda: read_layout(checkpoint))


@pytest.mark.parametrize("file", ["model-1.safetensors", "config.json", "model.safetensors.index.json"])
def test_no_file_of_a_checkpoint_is_a_link_that_leads_out(checkpoint, trapped, file):
    from worldstereo.core.model.checkpoint.stored import files_of, read_layout
    shutil.move(checkpoint / file, trapped / "secret" / file)
    (checkpoint / file).symlink_to(trapped / "secret" / file)
    with pytest.raises(ValueError,
                       match=f"{file} in sharded is a link that leads out .* make the whole folder a link"):
        read_layout(checkpoint)
    (trapped / "models" / "whole").symlink_to(checkpoint)
    assert file == "model.safetensors.index.json" or files_of(trapped / "models" / "whole")


def test_hugging_faces_cache_links_to_its_blobs(checkpoint, tmp_path):
    from worldstereo.core.model.checkpoint.stored import read_layout
    blobs, snapshot = tmp_path / "hub" / "blobs", tmp_path / "hub" / "snapshots" / "0123"
    blobs.mkdir(parents=True), snapshot.mkdir(parents=True)
    for i, file in enumerate(checkpoint.iterdir()):
        shutil.copyfile(file, blobs / str(i))
        (snapshot / file.name).symlink_to(os.path.relpath(blobs / str(i), snapshot))
    (tmp_path / "mine").symlink_to(snapshot)
    assert read_layout(tmp_path / "mine")[0].keys() == {"a"}


@pytest.mark.parametrize("spoil", ["link", "index"])
def test_a_depth_model_reads_its_own_folder(trapped, checkpoint, spoil):
    from worldstereo.core.depth.estimate import load_depth_model
    from worldstereo.core.memory.stereo.dinov2 import dinov2
    (checkpoint / "config.json").write_text('{"model_type": "depth_anything"}')
    (checkpoint / "preprocessor_config.json").write_text("{}")
    if spoil == "link":
        (checkpoint / "preprocessor_config.json").unlink()
        (checkpoint / "preprocessor_config.json").symlink_to(trapped / "secret" / "camera.json")
    else:
        index = {"weight_map": {"a": "../../secret/x.bank.safetensors"}}
        (checkpoint / "model.safetensors.index.json").write_text(json.dumps(index))
    with watched(trapped / "secret", trapped / "output") as refused, pytest.raises(
            ValueError, match="leads out of" if spoil == "link" else "is a model in several files"):
        load_depth_model(checkpoint)
    assert not refused
    if spoil == "link":
        with pytest.raises(ValueError, match="leads out of"):
            dinov2(checkpoint)


def test_the_other_file_of_a_colmap_model_is_its_neighbour(trapped):
    from worldstereo.core.cameras.formats.recognise import read_file
    folder = trapped / "input" / "colmap"
    save_trajectory(PAN, folder, "COLMAP text")
    shutil.move(folder / "cameras.txt", trapped / "secret" / "cameras.txt")
    (folder / "cameras.txt").symlink_to(trapped / "secret" / "cameras.txt")
    with pytest.raises(ValueError, match="other file of the COLMAP model 'cameras.txt' leads out of colmap"):
        read_file(folder / "images.txt")


def test_the_facts_of_a_clip_are_no_link_that_leads_out(trapped, saved_world):
    (saved_world / "clip.json").unlink()
    (saved_world / "clip.json").symlink_to(trapped / "secret" / "camera.json")
    nothing_is_read(trapped, lambda: NODE_CLASS_MAPPINGS["WSKitLoadWorldClip"]().load("w", "left"))
