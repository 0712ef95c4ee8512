"""What a run leaves in memory: nothing, whether it ends or is cancelled. ComfyUI's own code,
in this process."""

import gc

import psutil
import pytest
import torch

import tiny
from native_model import conditioning, ksample, model_of
from synthetic_room import look, see
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift

RUNS, WARM = 100, 10
MOST_GROWTH = 4  # MB from run 10 to run 100


@pytest.fixture(autouse=True)
def only_new_objects(comfy):
    """What was there before is left out of the search for tensors, which is slow otherwise."""
    gc.freeze()
    yield
    gc.unfreeze()


def live() -> tuple[int, int]:
    """(number, bytes) of the memories of all new tensors that Python knows."""
    gc.collect()
    tensors = [item for item in gc.get_objects() if issubclass(type(item), torch.Tensor)]
    sizes = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in tensors}
    return len(sizes), sum(sizes.values())


def rss() -> float:
    """MB of this process that are in memory."""
    return psutil.Process().memory_info().rss / 2 ** 20


def test_a_hundred_clips_take_no_more_memory_than_ten(comfy):
    from worldstereo.nodes import bridge

    model, prompts, seen = model_of("memory", comfy), conditioning(), {}
    for run in range(1, RUNS + 1):
        geometric, stereo = tiny.controls(seed=run)
        ksample(bridge.with_memory(bridge.with_memory(model, geometric), stereo), *prompts, steps=1)
        if run in (WARM, RUNS):
            seen[run] = live(), rss()
    (tensors, before), (same_tensors, after) = seen[WARM], seen[RUNS]
    print(f"{before:.1f} MB after {WARM} runs, {after:.1f} MB after {RUNS}; "
          f"{tensors[1]} bytes in {tensors[0]} tensors")
    assert same_tensors == tensors
    assert after - before < MOST_GROWTH


@pytest.fixture(scope="module")
def vae(comfy, tmp_path_factory):
    import comfy.sd
    import comfy.utils

    import make_tiny_model

    folder = tmp_path_factory.mktemp("models")
    make_tiny_model.write_vae(folder)
    return comfy.sd.VAE(sd=comfy.utils.load_torch_file(str(next((folder / "vae").glob("*.safetensors")))))


@pytest.fixture
def cancel_after_one_step(comfy):
    """The first step that is reported cancels the run, as the button does;
    gives the list of the steps reported."""
    import comfy.model_management as mm
    import comfy.utils

    steps = []

    def on_progress(value, *_, **__):
        steps.append(value)
        mm.interrupt_current_processing(True)

    comfy.utils.set_progress_bar_global_hook(on_progress)
    yield steps
    comfy.utils.set_progress_bar_global_hook(None)
    mm.interrupt_current_processing(False)


def clip_of_the_room():
    """(photographs [4,24,40,3], their depth, the path they were taken along, the cloud of the first)"""
    photos, depth = see(torch.stack([look([0, 0, -1], yaw) for yaw in (0, 5, 10, 15)]), 24, 40)
    path = Trajectory(depth.w2c, depth.K, 40, 24, unit=depth.unit)
    first = type(depth)(depth.depth[:1], depth.valid[:1], depth.K[:1], depth.w2c[:1], depth.unit)
    return photos, depth, path, lift(photos[:1], first)


def sampling(vae):
    from worldstereo.nodes import bridge
    from worldstereo.nodes.sampling import SampleKeyFrames

    model, prompts = model_of("memory", None), conditioning()
    for control in tiny.controls():
        model = bridge.with_memory(model, control)
    return lambda: SampleKeyFrames().sample(model, *prompts, {"samples": torch.zeros(tiny.LATENT)}, 7, 3, 3.0)


def decoding(vae):
    from worldstereo.nodes.sampling import DecodeKeyFrames
    latent = {"samples": torch.randn(tiny.LATENT)}
    return lambda: DecodeKeyFrames().decode(vae, latent)


def applying(vae):
    from worldstereo.nodes.geometric_memory import ApplyGeometricMemory
    photos, _, path, _ = clip_of_the_room()
    model, path, photos = model_of("memory", None), path.resized(32, 16), photos[:, :16, :32]
    return lambda: ApplyGeometricMemory().apply(model, vae, photos, photos[..., 0], path, 1.0, 0.0, 1.0)


def rendering(vae):
    from worldstereo.nodes.point_cloud import RenderPointCloud
    _, _, path, cloud = clip_of_the_room()
    return lambda: RenderPointCloud().render(cloud, path, 0.05, 20)


def updating(vae):
    from worldstereo.nodes.geometric_memory import UpdateGeometricMemory
    photos, depth, _, cloud = clip_of_the_room()
    return lambda: UpdateGeometricMemory().update(cloud, photos, depth, "scale", 0, 10_000, True)


@pytest.mark.parametrize("work", [sampling, decoding, applying, rendering, updating])
def test_a_cancelled_step_leaves_no_tensor(comfy, vae, cancel_after_one_step, work):
    run = work(vae)
    assert is_cancelled(run)  # the first time, layers and tables of ComfyUI may be made that stay
    before = live()
    assert is_cancelled(run) and live() == before
    assert cancel_after_one_step == [1, 1]


def is_cancelled(run) -> bool:
    import comfy.model_management as mm
    try:
        with torch.inference_mode():
            run()
    except mm.InterruptProcessingException:  # no pytest.raises: it would keep the frames with all they hold
        return True
    return False
