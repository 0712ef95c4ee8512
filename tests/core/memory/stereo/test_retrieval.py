"""Which bank frames a clip gets as references."""
import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from memory_scene import bank_of, path, random_path, slow_farthest_points, turned
from worldstereo.core.memory.stereo import frustum
from worldstereo.core.memory.stereo.bank import MemoryBank
from worldstereo.core.memory.stereo.features import BUILT_IN, ImageFeatures
from worldstereo.core.memory.stereo.retrieval import (
    Shortcut,
    covisibility,
    retrieve_references,
    shortcut_through,
)
from worldstereo.core.memory.stereo.selector import combine_features, picture_quality
from worldstereo.core.official import world_mirror
from worldstereo.core.official.clip_names import shortcut_by_names
from worldstereo.core.sampling.controls import stereo_control
from worldstereo.core.sampling.key_frame_vae import KeyFrameVae

few = settings(max_examples=20, deadline=None)
RING = path([turned(45 * i) for i in range(8)])


def refuse(frames):
    raise AssertionError("image features were computed although there were few enough frames")


UNUSED = ImageFeatures("unused", refuse)


def slow_scores(bank, clip, near, far):
    """One pair at a time, from the definition."""
    scores = torch.zeros(clip.frames - 1, len(bank))
    for i in range(1, clip.frames):
        for j in range(len(bank)):
            ends = []
            for w2c, K, width, height in ((clip.w2c[i], clip.K[i], clip.width, clip.height),
                                          (bank.w2c[j], bank.K[j], bank.width, bank.height)):
                points = []
                for u, v in ((0, 0), (width, 0), (width, height), (0, height)):
                    ray = torch.linalg.inv(K) @ torch.tensor([float(u), float(v), 1])
                    c2w = torch.linalg.inv(w2c)
                    points += [c2w[:3, :3] @ (ray / ray.norm() * d) + c2w[:3, 3] for d in (near, far)]
                ends.append((torch.stack(points).amin(0), torch.stack(points).amax(0)))
            (low, high), (other_low, other_high) = ends
            common = (torch.minimum(high, other_high) - torch.maximum(low, other_low)).clamp(min=0).prod()
            overlap = common / ((high - low).prod() + (other_high - other_low).prod() - common)
            angle = torch.rad2deg(torch.arccos((clip.w2c[i, 2, :3] @ bank.w2c[j, 2, :3]).clamp(-1, 1)))
            scores[i - 1, j] = overlap * min(1.0, float(torch.exp((90 - angle) / 36)))
    return scores


@given(seed=st.integers(0, 10_000), near=st.floats(0.05, 1), reach=st.floats(1.5, 50))
@settings(max_examples=10, deadline=None)
def test_scores_are_those_of_the_definition(seed, near, reach):
    bank, clip = bank_of(random_path(6, seed, width=48)), random_path(4, seed + 1)
    scores, _ = covisibility(bank, clip, near, near * reach)
    torch.testing.assert_close(scores, slow_scores(bank, clip, near, near * reach), atol=1e-4, rtol=0)


@given(seed=st.integers(0, 10_000), frames=st.integers(2, 12), limit=st.integers(1, 12))
@few
def test_every_key_frame_gets_the_best_of_the_chosen_and_a_reference_belongs_to_its_first(
        seed, frames, limit):
    bank, clip = bank_of(random_path(15, seed)), random_path(frames, seed + 1)
    references, report = retrieve_references(bank, clip, limit=limit)
    scores, angles = covisibility(bank, clip, frustum.NEAR, frustum.FAR)
    used = list(dict.fromkeys(match.entry for match in report.matches))
    assert [match.key_frame for match in report.matches] == list(range(1, frames))
    assert len(used) == len(references.frames) <= limit
    first = [next(m.key_frame for m in report.matches if m.entry == entry) - 1 for entry in used]
    assert list(references.ref_index) == first and torch.equal(references.w2c, bank.w2c[used])
    assert [used[n] for n in references.assignment] == [match.entry for match in report.matches]
    for match in report.matches:
        assert match.score == scores[match.key_frame - 1,
                                     used].max() == scores[match.key_frame - 1, match.entry]
        assert match.angle == angles[match.key_frame - 1, match.entry]
    fitting = len(scores.argmax(1).unique())
    assert (report.features == "") == (fitting <= limit) and report.thinned_from == fitting


def test_a_clip_along_the_banks_own_cameras_gets_them_in_order():
    clip = path([turned(45 * i) for i in (0, 3, 3, 1, 3, 0)])
    references, report = retrieve_references(bank_of(RING), clip, features=UNUSED)
    assert [match.entry for match in report.matches] == [3, 3, 1, 3, 0]
    assert references.ref_index == (0, 2, 4)
    assert all(match.score == pytest.approx(1, abs=1e-5) and match.angle < 0.1 for match in report.matches)
    torch.testing.assert_close(references.frames, bank_of(RING).pictures([3, 1, 0]) / 127.5 - 1)


def test_of_two_equal_frames_the_older_wins():
    bank = bank_of(path([turned(90), turned(0), turned(0)]))
    assert [m.entry for m in retrieve_references(bank, path([turned(0)] * 3))[1].matches] == [1, 1]


@given(seed=st.integers(0, 10_000))
@few
def test_matches_stay_when_bank_and_clip_move_together(seed):
    bank, clip = bank_of(random_path(9, seed)), random_path(5, seed + 1)
    shift = torch.tensor([4.0, -1.0, 2.0])

    def moved(value):
        w2c = value.w2c.clone()
        w2c[:, :3, 3] -= w2c[:, :3, :3] @ shift
        return dataclasses.replace(value, w2c=w2c)

    scores, _ = covisibility(bank, clip, 0.1, 10)
    top = scores.topk(2).values
    before, after = (retrieve_references(b, c, limit=9)[1].matches for b,
                     c in ((bank, clip), (moved(bank), moved(clip))))
    clear = (top[:, 0] - top[:, 1] > 1e-4).tolist()
    assert [m.entry for m, c in zip(before, clear) if c] == [m.entry for m, c in zip(after, clear) if c]


def test_too_many_are_thinned_by_the_given_features():
    bank = bank_of(path([turned(9 * i) for i in range(40)]))
    clip = path([turned(9 * i) for i in range(21)])
    seen = []

    def describe(frames):
        seen.append(len(frames))
        return BUILT_IN.describe(frames)

    features = ImageFeatures("my features", describe)
    references, report = retrieve_references(bank, clip, limit=5, features=features)
    assert len(references.frames) == 5 and seen == [20] and report.features == "my features"
    assert "20 fitted; chosen among them by camera, sharpness and my features" in str(report)


def test_frames_that_are_best_more_often_count_more_often_when_thinning():
    bank = bank_of(path([turned(0), turned(5), turned(90), turned(180), turned(270)]))
    clip = path([turned(d) for d in (0, 0, 1, 2, 5, 6, 90, 91, 180, 270)])
    best = [0, 0, 0, 1, 1, 2, 2, 3, 4]
    pictures = bank.pictures(best)
    combined = combine_features(bank.w2c[best], BUILT_IN.describe(pictures))
    wanted = {best[i] for i in slow_farthest_points(combined, picture_quality(pictures), 3, 0.1)}
    _, report = retrieve_references(bank, clip, limit=3)
    assert {match.entry for match in report.matches} == wanted


def test_references_come_at_the_clips_size():
    bank = bank_of(path([turned(0)], width=64, height=64, focal=40.0))
    references, _ = retrieve_references(bank, path([turned(0)] * 2, width=32, height=16))
    assert references.frames.shape == (1, 3, 16, 32)
    torch.testing.assert_close(references.K, torch.tensor([[[20.0, 0, 16], [0, 10, 8], [0, 0, 1]]]))


def test_references_are_what_the_model_takes():
    def encode(clip):
        return torch.nn.functional.avg_pool3d(clip,
                                              (1, 8, 8)).mean(1, keepdim=True).expand(-1, 16, -1, -1, -1)

    clip = random_path(6, 3)
    references, _ = retrieve_references(bank_of(RING), clip)
    control = stereo_control(KeyFrameVae(encode, decode=None), references, clip)
    count = len(references.frames)
    assert control.reference_latent.shape == (1, 36, count, 2, 4)
    assert control.camera_qt_ref.shape == (1, count, 7)
    assert control.ref_index == references.ref_index and max(control.ref_index) < clip.frames - 1


def test_shortcuts_go_through_their_entries_in_step():
    bank = bank_of(RING)
    shortcut = Shortcut((5, 6, 7), (1, 2, 4))
    assert [shortcut.entry_for(i, 6) for i in range(6)] == [None, 5, 6, None, 7, None]
    _, report = retrieve_references(bank, path([turned(10)] * 6), shortcut=shortcut)
    assert [m.entry for m in report.matches] == [5, 6, 0, 7, 0]
    assert [m.shortcut for m in report.matches] == [True, True, False, True, False]
    assert report.matches[1].score > 1 and "shortcut" in str(report).splitlines()[2]


def test_shortcuts_no_longer_count_among_the_thinned():
    clip, shortcut = path([turned(45 * i + 10) for i in range(-1, 8)]), Shortcut((7,), (1,))
    _, free = retrieve_references(bank_of(RING), clip, shortcut=shortcut, features=UNUSED)
    assert [m.entry for m in free.matches] == [7, 1, 2, 3, 4, 5, 6, 7] and free.matches[0].shortcut
    _, thinned = retrieve_references(bank_of(RING), clip, limit=2, shortcut=shortcut)
    assert not any(m.shortcut for m in thinned.matches) and max(m.score for m in thinned.matches) <= 1


def test_shortcut_through_a_clip_of_the_bank():
    bank = bank_of(RING, "view0/traj2")
    assert shortcut_through(bank, "view0/traj2", [1]).entries == tuple(range(8))
    with pytest.raises(ValueError, match="no clip 'traj2'; it has view0/traj2"):
        shortcut_through(bank, "traj2", [1])
    with pytest.raises(ValueError, match="leads to frame 9 of a memory bank of 8"):
        retrieve_references(bank, RING, shortcut=Shortcut((9,), (1,)))


NAMES = [f"{clip}/{i:04}" for clip in ("s/pano_bank", "view0/traj2", "view0/traj0", "wonder_0/traj0",
                                       "target_a/traj0")
         for i in range(8)]


@pytest.mark.parametrize("clip, entries, key_frames", [
    ("view0/traj0", (11, 13, 15), {1, 2, 3, 5, 7, 9, 13, 17}),
    ("view0/traj1", (11,), {1, 2, 3, 5, 7, 9, 13, 17}),
    ("wonder_0/traj1", (27, 29, 31), set(range(1, 21)) - {4, 8, 12, 16}),
    ("target_a/traj1", (35, 37, 39), set(range(1, 21)) - {4, 8, 12, 16}),
    ("view1/traj0", (), {1, 2, 3, 5, 7, 9, 13, 17})])
def test_shortcuts_by_names(clip, entries, key_frames):
    shortcut = shortcut_by_names(NAMES, clip, 21)
    assert shortcut.entries == entries and shortcut.key_frames == key_frames


@pytest.mark.parametrize("clip", ["view0/traj2", "wonder_0/traj0", "target_a/traj0", "reconstruct_0/traj1",
                                  "renders/traj_eloop", "orbit", ""])
def test_clips_without_shortcut(clip):
    assert shortcut_by_names(NAMES, clip, 21) is None


def test_key_frames_that_nothing_sees_get_no_reference_unless_asked_for(caplog):
    bank = bank_of(path([turned(0)]))
    clip = path([turned(0), turned(0), turned(180, (0.0, 0, -1)), turned(0)])
    references, report = retrieve_references(bank, clip, least_score=0.01)
    assert [m.key_frame for m in report.matches] == [1, 3] and report.unseen == (2,)
    assert references.ref_index == (0,)
    assert references.assignment == (0, -1, 0)
    remark = "nothing in the bank sees key frames 2; they get no reference"
    assert str(report).endswith(remark) and f"{remark}." in caplog.text
    _, official = retrieve_references(bank, clip)
    assert [m.entry for m in official.matches] == [0, 0, 0] and official.unseen == ()
    assert str(official).endswith(
        "the references of key frames 2 show nothing of what these see; to leave them out, "
        "raise least_score in 'Retrieve References'")
    _, shortcut = retrieve_references(bank, clip, shortcut=Shortcut((0,), (1, 2)))
    assert shortcut.remarks == official.remarks == [caplog.messages[-1].removeprefix(
        "Retrieved references: ")[:-1]]


def test_a_shortcut_to_a_frame_that_sees_nothing_is_left_out():
    clip, shortcut = path([turned(0)] * 3), Shortcut((4,), (1, 2))
    assert [m.entry for m in retrieve_references(bank_of(RING), clip, shortcut=shortcut,
                                      least_score=0.01)[1].matches] == [0, 0]


def test_key_frames_that_none_of_the_thinned_sees_get_no_reference():
    _, report = retrieve_references(bank_of(RING), path([turned(45 * i) for i in range(-1, 8)]), limit=2,
                         least_score=0.3)
    assert len(report.matches) + len(report.unseen) == 8 and len(report.unseen) >= 2
    assert all(match.score >= 0.3 for match in report.matches)


def test_a_clip_elsewhere_is_refused():
    with pytest.raises(ValueError,
                       match="same origin.*raise far.*lower least_score in 'Retrieve References'"):
        retrieve_references(bank_of(RING), path([turned(0, (100.0, 0, 0))] * 3), least_score=0.01)


@pytest.mark.parametrize("arguments, complaint", [
    ({"limit": 0}, "At most 0 references"), ({"near": 5.0, "far": 2.0}, "from 5 to 2"),
    ({"trajectory": path([turned(0)])}, "has 1 key frame"),
    ({"trajectory": random_path(3, 0, unit="m")}, "belong to different worlds")])
def test_other_bad_input_is_refused(arguments, complaint):
    bank = bank_of(random_path(2, 1))
    with pytest.raises(ValueError, match=complaint):
        retrieve_references(bank, **({"trajectory": RING} | arguments))


def test_nothing_is_changed_in_place():
    bank, clip = bank_of(RING), random_path(21, 0)
    before = [tensor.clone() for tensor in (*bank.frames, bank.w2c, bank.K, clip.w2c, clip.K)]
    first = retrieve_references(bank, clip, limit=3)
    second = retrieve_references(bank, clip, limit=3)
    assert all(map(torch.equal, before, (*bank.frames, bank.w2c, bank.K, clip.w2c, clip.K)))
    assert first[1] == second[1] and torch.equal(first[0].frames, second[0].frames)


def test_world_mirror_gets_ids_numbers_and_camera_to_world():
    cameras = random_path(3, 0)
    names = ("s/pano_bank/0007", "view0/traj2/0010", "reconstruct_0/traj0/0010")
    bank = MemoryBank(bank_of(cameras).frames, cameras.w2c, cameras.K, names)
    written = world_mirror.cameras_json(bank)
    ids = [camera["camera_id"] for camera in written["extrinsics"]]
    assert ids == ["pano-0007", "view0-traj2-0010", "reconstruct_0-traj0-0010"]
    torch.testing.assert_close(torch.tensor(written["extrinsics"][1]["matrix"]), cameras.c2w[1])
    assert written["intrinsics"][1]["matrix"] == cameras.K[1].tolist() and written["num_cameras"] == 3
