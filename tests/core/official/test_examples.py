"""The official example scenes: read, measured against our own renders, and taken as conditioning."""
import pytest
import torch
from torch.nn.functional import interpolate

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.motion.motion import depth_from_motion
from worldstereo.core.official.scene import read_scene, resize_scene, write_scene
from worldstereo.core.world.clip_list import clip_render
from worldstereo.core.world.clip_start import start_entry, start_picture

pytestmark = pytest.mark.slow

CASES = {  # scene -> size, clips that depth is found from and their frames, clips to compare with, near, far
    "kitchen": ((192, 128), ("traj_left", "traj_right"), (1, 2, 3, 4, 5), ("traj_up", "traj_eloop"),
                0.3, 8.0),
    "station_panorama": ((208, 120), ("view0/traj0", "view0/traj1"), (2, 4, 6, 8), ("view0/traj2",),
                         0.2, 20.0)}


@pytest.fixture(scope="session")
def official(shared):
    """{scene: (what read_scene gives, start picture [3,h,w] 0..1,
    its depth found from some of the renders)}."""
    scenes = {name: read_scene(shared / "examples" / name) for name in CASES}
    return {name: (scene, *found_depth(scene, *CASES[name])) for name, scene in scenes.items()}


def found_depth(scene, size, learnt, frames, _, near, far):
    width, height = size
    frames = list(frames)
    photo = small(scene.bank.pictures([0]).permute(0, 2, 3, 1) / 255, height, width)[0]
    clips = [clip for clip in scene.clips if clip.name in learnt]
    paths = [clip.trajectory.resized(width, height) for clip in clips]
    seen = small(torch.cat([clip.render[frames] for clip in clips]) / 255, height, width).permute(0, 2, 3, 1)
    holes = small(torch.cat([clip.mask[frames] for clip in clips])[..., None], height, width)[:, 0]
    poses = Trajectory(*(torch.cat([getattr(path, name)[frames] for path in paths]) for name in ("w2c", "K")),
                       width,
                       height)
    camera = Trajectory(paths[0].w2c[:1], paths[0].K[:1], width, height)
    depth, *_ = depth_from_motion(photo.permute(1, 2, 0)[None], camera, near=near, far=far,
                                  others=(seen, poses, holes))
    return photo, depth


def small(frames, height, width):
    """[F,H,W,C] -> [F,C,height,width], averaged."""
    return interpolate(frames.permute(0, 3, 1, 2).float(), (height, width), mode="area")


def best_shift(ours, theirs, both, reach=5):
    """(x, y) in pixels by which our picture fits theirs best."""
    def error(x, y):
        common = both & both.roll((y, x), (0, 1))
        return float((ours.roll((y, x), (0, 1)) - theirs).abs().mean(-1)[common].mean())

    errors = {(x, y): error(x, y) for x in range(-reach, reach + 1) for y in range(-reach, reach + 1)}
    return min(errors, key=errors.get)


@pytest.mark.parametrize("scene, name", [(scene, name) for scene, case in CASES.items() for name in case[3]])
def test_our_render_agrees_with_the_official_one_along_paths_it_was_not_made_from(official, scene, name):
    read, photo, depth = official[scene]
    clip = next(clip for clip in read.clips if clip.name == name)
    cloud = lift(photo.permute(1, 2, 0)[None], depth)
    width, height = CASES[scene][0]
    ours, holes, _ = render_path(cloud, clip.trajectory.resized(width, height), 0.02)
    theirs = small(clip.render / 255, height, width).permute(0, 2, 3, 1)
    their_holes = small(clip.mask[..., None], height, width)[:, 0] > 0.5
    for i in (5, 10, 15):
        both = (holes[i] < 0.5) & ~their_holes[i]
        pictures = (ours[i], photo.permute(1, 2, 0))
        error, unmoved = ((picture - theirs[i]).abs().mean(-1)[both].mean() for picture in pictures)
        shift = best_shift(ours[i], theirs[i], both)
        print(f"{name} frame {i}: error {error:.4f}, of the unmoved photograph {unmoved:.4f}, "
              f"best shift {shift}")
        assert error < 0.65 * unmoved and max(map(abs, shift)) <= 1
        beyond = (holes[i] < 0.5) & their_holes[i]  # our points where they have none
        assert beyond.sum() < 0.1 * (holes[i] < 0.5).sum()


def test_official_cameras_are_the_same_when_written_again(official, tmp_path):
    little = resize_scene(official["kitchen"][0], 3, 96, 64)
    write_scene(tmp_path / "kitchen", little)
    again = read_scene(tmp_path / "kitchen")
    for clip, other in zip(again.clips, little.clips):
        render, mask = clip_render(other)
        assert clip.name == other.name and torch.equal(clip.mask, mask.bool())
        assert torch.equal(clip.trajectory.w2c, other.trajectory.w2c)
        assert torch.equal(clip.trajectory.K, other.trajectory.K)
        assert (clip.render / 255 - render).abs().mean() < 0.02


@pytest.mark.parametrize("scene, start", [("kitchen", "start/0000"),
                                          ("station_panorama", "station_panorama/pano_bank/0000")])
def test_every_official_clip_starts_with_a_picture_of_its_bank(official, scene, start):
    read = official[scene][0]
    for clip in read.clips:
        entry = start_entry(read.bank, clip.trajectory)
        picture = start_picture(read.bank, entry, clip.trajectory)[0]
        assert read.bank.names[entry] == start
        # the official frame 0 went through a video file
        assert (picture - clip.render[0] / 255).abs().mean() < 0.02
        assert clip.mask[0].float().mean() < 0.001
        assert clip.mask.float().mean() == pytest.approx({"traj_eloop": 0.254, "traj_left": 0.475,
                                                          "traj_right": 0.507,
                                                          "traj_up": 0.288}.get(clip.name, 0.021), abs=0.003)
