"""The nodes of worlds, called as ComfyUI calls them."""
import math
from dataclasses import replace

import pytest
import torch

from memory_scene import path, turned
from world_clips import PAN, expanded, finished_clip, written
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.world import clip_folder
from worldstereo.core.world.clip_list import Clip, clip_seed, digest
from worldstereo.nodes import memory_bank, official, trajectory_list, world_folder, world_graph
from worldstereo.nodes.cameras import ContinueTrajectory
from worldstereo.nodes.depth import PlaceDepth


@pytest.fixture
def output(folders):
    return folders / "output"


def saved(name, world_name="w/one", seed=0):
    clip = finished_clip(name, seed)
    save = world_folder.SaveWorld().save
    return save(clip.frames / 255, clip.trajectory, clip.cloud, clip.bank, world_name, name)["result"]


def test_a_world_of_single_clips_is_saved_and_loaded(output):
    first, last = saved("left"), saved("right", seed=1)
    cloud, bank, frames, trajectories, report = world_folder.LoadWorld().load("w/one")
    assert torch.equal(frames, torch.cat([first[2], last[2]]))
    assert digest(cloud) == digest(last[0])  # what comes out is what was saved
    assert bank.names == last[1].names and [clip.name for clip in trajectories] == ["left", "right"]
    assert "left: 5 key frames" in report
    cloud, _, frames, trajectory = world_folder.LoadWorldClip().load("w/one", "left")
    assert torch.equal(cloud.points, first[0].points) and torch.equal(trajectory.w2c, PAN.w2c)
    assert (output / first[3] / "clip.json").is_file()


def test_a_world_json_that_is_made_anew_is_reported(output):
    folder, report = saved("left")[3:]
    assert report == folder
    (output / "w" / "one" / "world.json").write_bytes(b"")
    clip = finished_clip("right")
    shown = world_folder.SaveWorld().save(clip.frames / 255, clip.trajectory, clip.cloud, clip.bank,
                                          "w/one", "right")
    assert shown["ui"]["text"] == [shown["result"][4]]
    first, second = shown["result"][4].splitlines()
    assert first == shown["result"][3] and "missing or damaged" in second and "(left." in second


def test_blanks_around_a_world_are_no_part_of_its_name(output):
    saved("left", " w ")
    assert (output / "w" / "world.json").is_file()
    for name in ("w", " w", "w "):
        assert len(world_folder.LoadWorld().load(name)[3]) == 1
    with pytest.raises(ValueError, match="begins or ends with a dot or blank"):
        saved("left", "w /x")


def test_two_clips_of_one_folder_name_are_kept_apart(output):
    first, second = saved("a/b"), saved("a__b", seed=1)
    load = world_folder.LoadWorldClip().load
    assert torch.equal(load("w/one", "a/b")[0].points, first[0].points)
    assert torch.equal(load("w/one", "a__b")[0].points, second[0].points)
    clip = finished_clip("a/b")
    save = world_folder.SaveWorld().save
    save(clip.frames / 255, clip.trajectory, clip.cloud, clip.bank, "w/two", "a/b", "k")
    with pytest.raises(ValueError, match="holds the clip 'a/b' already, so 'a__b' cannot be kept there"):
        save(clip.frames / 255, clip.trajectory, clip.cloud, clip.bank, "w/two", "a__b", "k")


def test_facts_do_not_override_what_the_world_says_of_a_clip(output):
    clip = finished_clip("left")
    facts = '{"kind": "x", "version": 9, "name": "right", "files": {}, "sha256": "0", "seed": 5}'
    world_folder.SaveWorld().save(clip.frames / 255, clip.trajectory, clip.cloud, clip.bank, "w", "left", "k",
                                  facts)
    assert world_folder.LoadWorld().load("w")[4].endswith("left: 5 key frames, seed 5")


@pytest.mark.parametrize("name", ["../w", "/elsewhere/w", "", ".", "a/../../w"])
def test_a_world_stays_below_the_output_folder(output, name):
    with pytest.raises(ValueError, match="not below ComfyUI's output folder"):
        world_folder.LoadWorld().load(name)


def test_a_change_on_disk_is_seen_and_nothing_is_never_cached(output):
    before = world_folder.LoadWorld.IS_CHANGED("w/one")
    assert math.isnan(before)
    saved("left")
    there = world_folder.LoadWorld.IS_CHANGED("w/one")
    assert there == world_folder.LoadWorld.IS_CHANGED("w/one")
    next((output / "w" / "one").rglob("cloud.safetensors")).write_bytes(b"")
    assert world_folder.LoadWorld.IS_CHANGED("w/one") != there


def test_a_clip_goes_on_at_a_named_frame_or_at_the_start_of_a_path(comfy):
    bank = finished_clip().bank
    image, camera, name = memory_bank.BankFrame().take(bank, "start/0003")
    assert name == "start/0003" and torch.equal(camera.w2c[0], bank.w2c[3]) and image.shape == (1, 16, 32, 3)
    onward, report = ContinueTrajectory().move(camera, path([turned(0), turned(9)]))
    assert memory_bank.BankFrame().take(bank, "", onward)[2] == "start/0003"
    assert report.startswith("2 poses")
    with pytest.raises(ValueError, match="needs the name of a frame or clip, or the trajectory"):
        memory_bank.BankFrame().take(bank, " ")


def test_a_list_gives_back_what_was_added(comfy):
    render, mask = torch.rand(5, 16, 32, 3), torch.ones(5, 16, 32)
    first, = trajectory_list.AddTrajectory().add(PAN, "left", "a room", "")
    both, = trajectory_list.AddTrajectory().add(PAN, "view0/up", "", "left", first, render, mask)
    assert [clip.name for clip in both] == ["left", "view0/up"] and len(first) == 1
    trajectory, picked, holes, prompt = trajectory_list.PickTrajectory().pick(both, "view0/up")
    assert torch.equal(picked, render) and torch.equal(holes, mask)
    assert (trajectory.name, prompt) == ("view0/up", "")
    assert trajectory_list.PickTrajectory().pick(both, "")[1:] == (None, None, "a room")
    paths, names, prompts, renders, masks = trajectory_list.TrajectoriesAsList().split(both)
    assert [path.name for path in paths] == names == ["left", "view0/up"] and prompts == ["a room", ""]
    assert renders[0] is masks[0] is None and torch.equal(renders[1], render) and torch.equal(masks[1], mask)


def test_scene_and_mirror_set_are_found_by_the_nodes_that_load_them(output):
    import comfy.model_management as mm
    wide = path([turned(3 * i) for i in range(5)], width=64, height=48)
    add = trajectory_list.AddTrajectory().add
    trajectories, = add(wide, "traj_left", "", "", (), torch.rand(5, 48, 64, 3), torch.zeros(5, 48, 64))
    from worldstereo.core.memory.stereo.bank import new_bank
    bank = new_bank(torch.rand(1, 3, 48, 64), wide, "start")
    saved_scene = official.SaveScene().save(trajectories, bank, "s/kitchen", 0.008, "a kitchen")["result"][0]
    saved_set = official.SaveMirrorSet().save(bank, "s/mirror")["result"][0]
    assert f"{saved_scene} [output]" in official.LoadScene.INPUT_TYPES()["required"]["scene"][0]
    assert f"{saved_set} [output]" in official.LoadMirrorSet.INPUT_TYPES()["required"]["folder"][0]
    read, again, images, prompt, report = official.LoadScene().load(f"{saved_scene} [output]", 3, 32, 32)
    assert read[0].trajectory.frames == 3 and prompt == "a kitchen"
    assert "traj_left: 3 poses, 0 % holes" in report
    assert torch.equal(again.pictures([0]), bank.pictures([0])) and images.shape == (1, 48, 64, 3)
    assert official.LoadMirrorSet().load(f"{saved_set} [output]")[0].names == ("start/0000",)
    mm.interrupt_current_processing(True)
    with pytest.raises(mm.InterruptProcessingException):
        official.LoadScene().load(f"{saved_scene} [output]", 0, 0, 0)
    (output.parent / "elsewhere").mkdir()
    (output / saved_set).rename(output.parent / "elsewhere" / "set")
    (output / "linked").symlink_to(output.parent / "elsewhere" / "set")
    assert official.LoadMirrorSet.INPUT_TYPES()["required"]["folder"][0] == []
    (output / "loop").symlink_to("loop")
    assert "does not exist" in official.LoadMirrorSet.VALIDATE_INPUTS("loop [output]")
    assert "lies outside" in official.LoadScene.VALIDATE_INPUTS("../x")
    assert "does not exist" in official.LoadMirrorSet.VALIDATE_INPUTS("gone [output]")
    assert official.LoadScene.VALIDATE_INPUTS(f"{saved_scene} [output]") is True
    with pytest.raises(ValueError, match="has no render; connect the point cloud"):
        official.SaveScene().save(add(wide, "a", "", "")[0], bank, "s/other", 0.008, "")
    assert not list((output / "s").glob("other*"))


def test_depth_is_placed_by_a_given_scale_or_that_of_a_cloud(comfy):
    start = path([turned(20, (0.5, 0.2, -1.0)), turned(25)])
    valid = torch.ones(1, 16, 32, dtype=torch.bool)
    depth = Depth(torch.linspace(2, 3, 32).expand(1, 16, 32), valid, start.K[:1])
    given, report = PlaceDepth().place(depth, start, 2.5)
    assert torch.equal(given.depth, depth.depth * 2.5) and report == "scale 2.5, as given"
    fitted, report = PlaceDepth().place(depth, start, 1.0, lift(torch.rand(1, 16, 32, 3), given, 0))
    torch.testing.assert_close(fitted.depth, given.depth, rtol=1e-3, atol=0)
    assert report.startswith("scale 2.5, fitted to the point cloud: 100% of the shared pixels agree")


def test_a_clips_own_render_is_taken_as_it_is_and_others_are_rendered(comfy, tmp_path):
    own = Clip("a", PAN, render=torch.rand(5, 16, 32, 3), mask=torch.zeros(5, 16, 32))
    nodes, made = expanded(tmp_path, (own, Clip("b", PAN)))
    first, second = (made[known["render"][0]]["class_type"] for known in nodes["WSKitKnownFirstFrame"])
    assert (first, second) == ("WSKitPickTrajectory", "WSKitRenderPointCloud")
    assert all(known["render"][0] == known["mask"][0] for known in nodes["WSKitKnownFirstFrame"])


def test_settings_decide_which_nodes_there_are(comfy, tmp_path):
    clips = (Clip("a", PAN, "a room"), Clip("b", PAN))
    plain, _ = expanded(tmp_path, clips, max_references=0)
    assert not {"WSKitRetrieveReferences", "WSKitUpdateGeometricMemory", "WSKitEncodePrompt"} & plain.keys()
    assert not {"clip", "positive", "negative"} & plain["WSKitImageToKeyFrames"][0].keys()
    full, made = expanded(tmp_path, clips, ("clip", "positive", "clip_vision"), cloud_update="DepthPro-hf")
    assert full["WSKitEncodePrompt"] == [{"clip": ["clip", 0], "prompt": "a room"}]
    own, worlds = (prepared["positive"] for prepared in full["WSKitImageToKeyFrames"])
    assert made[own[0]]["class_type"] == "WSKitEncodePrompt" and worlds == ["positive", 0]
    # encodes the negative prompt, which is not connected
    assert all(prepared["clip"] == ["clip", 0] for prepared in full["WSKitImageToKeyFrames"])
    assert len(full["WSKitEstimateDepth"]) == len(full["CLIPVisionEncode"]) == 2
    # 32 px, focal 20
    assert full["WSKitEstimateDepth"][0]["horizontal_fov"] == pytest.approx(77.32, abs=0.01)
    seeds = [sampled["seed"] for sampled in full["WSKitSampleKeyFrames"]]
    assert seeds == [clip_seed(1, "a"), clip_seed(1, "b")]


def test_official_retrieval_sees_10_units_far_and_keeps_every_match(comfy, tmp_path):
    standard, official = (
        expanded(tmp_path, (Clip("a", PAN),), ("depth",), **choice)[0]["WSKitRetrieveReferences"][0]
        for choice in ({}, {"retrieval": "official"}))
    assert (standard["least_score"], standard["depth"]) == (0.01, ["depth", 0])
    assert (official["least_score"], official["far"], official.get("depth")) == (0.0, 10.0, None)


def test_a_world_made_before_there_was_a_choice_of_retrieval_goes_on(comfy):
    before = {"seed": 1, "order": "as listed", "cloud_update": world_graph.KEEP, "max_references": 8,
              "radius": 0.01, "steps": 0, "guidance": 0.0}
    standard = world_graph.Settings("w", *before.values())
    assert standard.deciding() == before
    assert replace(standard, retrieval="official").deciding() == {**before, "retrieval": "official"}


def test_the_report_tells_what_is_not_used_and_what_is_made_anew(comfy, tmp_path):
    links = {name: [name, 0] for name in ("model", "vae", "trajectories", "point_cloud", "memory_bank")}
    settings = world_graph.Settings("w", 1, "as listed", world_graph.KEEP, 8, 0.01, 0, 0.0)
    clips = (Clip("a", PAN, "a room"), Clip("b", PAN))
    folders = [tmp_path / "clips" / name for name in ("a.0", "b.0")]
    folders[1].mkdir(parents=True)
    first, second = world_graph.expand(clips, folders, links, settings)["result"][3].splitlines()
    assert first.endswith("made; its own prompt is not used: connect clip (UMT5) to 'Build World'")
    assert second.endswith("made; anew, since clips/b.0/clip.json is damaged")
    told = world_graph.expand(clips[:1], folders[:1], links | {"clip": ["clip", 0]}, settings)["result"][3]
    assert told.endswith("made")
    told = world_graph.expand(clips[:1], folders[:1], links, settings, remark="world.json was damaged")
    assert told["result"][3].splitlines()[0] == "world.json was damaged"


def long_world(tmp_path, count, done=()):
    """(nodes by id, result) of a list of so many clips, of which those are finished that `done` reports."""
    names = ("model", "vae", "trajectories", "start_image", "depth", "clip", "clip_vision", "positive")
    links = {name: [name, 0] for name in names}
    settings = world_graph.Settings("w", 1, "as listed", world_graph.MOTION, 8, 0.01, 0, 0.0)
    depth = Depth(torch.ones(1, 16, 32), torch.ones(1, 16, 32, dtype=torch.bool), PAN.K[:1], PAN.w2c[:1])
    clips = [Clip(f"clip{i}", PAN) for i in range(count)]
    folders = [clip_folder.clip_folder(tmp_path, clip.name, "0") for clip in clips]
    for i in range(len(done)):
        if not folders[i].exists():
            written(tmp_path, finished_clip(clips[i].name))
    made = world_graph.expand(clips, folders, links, settings, depth, "remark", done)
    return made["expand"], made["result"]


def test_a_node_has_few_clips_before_it_however_long_the_list_is(comfy, tmp_path, monkeypatch):
    from comfy_execution.caching import CacheKeySetInputSignature
    from comfy_execution.graph import DynamicPrompt
    monkeypatch.setattr(world_graph, "AT_ONCE", 3)

    def most_ancestors(made):
        graph = DynamicPrompt({})
        for key, node in made.items():
            graph.add_ephemeral_node(key, node, "0", "0")
        keys = CacheKeySetInputSignature(graph, [], None)
        return max(len(keys.get_ordered_ancestry(graph, key)[0]) for key in made)

    made, result = long_world(tmp_path, 7)
    others = next(key for key, node in made.items() if node["class_type"] == "WSKitBuildWorld")
    assert result == tuple([others, i] for i in range(4))
    assert [node["class_type"] for node in made.values()].count("WSKitSaveWorld") == 3
    _, *lines = made[others]["inputs"]["report"]
    assert [line.split(":")[0] for line in lines] == ["clip0", "clip1", "clip2"]
    assert world_graph.clips_left(made, range(7)) == 4
    first = most_ancestors(made)
    made, _ = long_world(tmp_path, 7, lines)
    read = [node for node in made.values() if node["class_type"] == "WSKitLoadWorldClip"]
    assert [node["_meta"]["title"] for node in read] == ["clip 3 of 7, clip2: reading"]
    assert "clip 6 of 7, clip5: saving" in {node.get("_meta", {}).get("title") for node in made.values()}
    assert most_ancestors(made) <= first
    more = [f"clip{i}: made" for i in range(3, 6)]
    made, result = long_world(tmp_path, 7, [*lines, *more])
    assert "WSKitBuildWorld" not in {node["class_type"] for node in made.values()}
    assert result[3].splitlines()[:-1] == ["remark", *lines, *more] and "clip6: seed" in result[3]


def test_a_clip_that_is_damaged_as_soon_as_it_was_saved_is_not_made_again_and_again(comfy, tmp_path):
    long_world(tmp_path, 2, ["clip0: made"])
    (tmp_path / "clips" / "clip0.0" / "camera.json").unlink()
    with pytest.raises(ValueError, match="clip0 was just saved, but clips/clip0.0/camera.json is missing"):
        long_world(tmp_path, 2, ["clip0: made"])


def test_the_second_clip_builds_on_the_state_of_the_first(comfy, tmp_path):
    nodes, made = expanded(tmp_path, (Clip("a", PAN), Clip("b", PAN)))
    first = next(key for key, node in made.items() if node["class_type"] == "WSKitSaveWorld")
    assert nodes["WSKitBankFrame"][1]["memory_bank"] == nodes["WSKitRetrieveReferences"][1][
        "memory_bank"] == [first, 1]
    assert nodes["WSKitRenderPointCloud"][1]["point_cloud"] == [first, 0]


def test_the_world_has_to_start_somewhere(comfy, tmp_path):
    settings = world_graph.Settings("w", 1, "as listed", world_graph.KEEP, 8, 0.01, 0, 0.0)
    with pytest.raises(ValueError, match="nothing to start from: connect start_image and depth, or"):
        world_graph.expand((Clip("a", PAN),), [tmp_path / "a"], {"trajectories": ["1", 0]}, settings)
    depth = Depth(torch.ones(1, 16, 32), torch.ones(1, 16, 32, dtype=torch.bool), PAN.K[:1], turned(90)[None])
    links = {name: [name, 0] for name in ("trajectories", "start_image", "depth", "model", "vae")}
    with pytest.raises(ValueError, match="No clip starts at the camera of the start image"):
        world_graph.expand((Clip("a", PAN),), [tmp_path / "a"], links, settings, depth)
