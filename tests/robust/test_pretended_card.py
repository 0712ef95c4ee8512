"""The library on a pretended CUDA card: no tensors of two devices meet, the numbers are the CPU's, and the
transformer's layers never wait for the card."""
from dataclasses import replace

import pytest
import torch

import tiny
from filmed_room import film, orbit
from pretended_card import CARD, DeviceMismatch, on_cpu, pretended_card, waits_in
from synthetic_room import look, see
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.depth.motion.motion import depth_from_motion
from worldstereo.core.model.attention.receptive_field import ReceptiveField
from worldstereo.core.model.run_options import RunOptions
from worldstereo.core.surface.volume import fuse


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.inference_mode():
        yield


@pytest.fixture
def card():
    with pretended_card() as log:
        yield log


def field(name):
    shape = (tiny.FRAMES, tiny.HEIGHT // 16, tiny.WIDTH // 16, 2)
    matches = torch.randint(-1, shape[1] * shape[2], shape, generator=torch.Generator().manual_seed(3))
    return {"full": None, "paired": ReceptiveField((-1, 0, 1)),
            "correspondence": ReceptiveField((-1, 0, 1), matches, 3)}[name]


def model_run(name, dtype, device):
    """The tiny model on this device -> (its result, the net)."""
    net, given = tiny.transformer(memory=True).to(dtype).to(device), tiny.inputs()
    given["stereo"] = replace(given["stereo"], receptive_field=field(name))
    moved = {key: value.to(device, value.dtype if key == "timestep" else dtype)
             for key, value in given.items() if isinstance(value, torch.Tensor)}
    return net, {**given, **moved}


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", ["full", "paired", "correspondence"])
def test_model_gives_the_numbers_of_the_cpu(name, dtype):
    net, given = model_run(name, dtype, "cpu")
    expected = net(**given)
    with pretended_card():
        net, given = model_run(name, dtype, "cuda")
        found = net(**given)
    assert found.device == CARD and torch.equal(on_cpu(found), expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full", "paired", "correspondence"])
def test_layers_never_wait(name, card):
    net, given = model_run(name, torch.bfloat16, "cuda")
    with waits_in([*net.blocks, *net.controlnet.controlnet_blocks], card) as inside:
        net(**given)
    assert not inside


@pytest.mark.slow
@pytest.mark.parametrize("name", ["full", "paired", "correspondence"])
def test_only_the_first_forward_of_a_sampling_waits(name, card):
    net, given = model_run(name, torch.bfloat16, "cuda")
    run = RunOptions(cache={}, tables={})
    net(**given, run=run)
    assert card.waits
    card.waits.clear()
    net(**given, run=run)
    assert not card.waits


@pytest.mark.slow
def test_a_planted_wait_is_found(card):
    net, given = model_run("full", torch.float32, "cuda")
    net.blocks[1].ffn.register_forward_hook(lambda module, inputs, output: output * float(output.sum() != 0))
    with waits_in(net.blocks, card) as inside:
        net(**given)
    (place, count), = inside.items()  # once for the references, once for the video
    assert count == 2 and "_local_scalar_dense" in place and "test_pretended_card.py" in place


@pytest.mark.slow
def test_a_planted_tensor_of_the_cpu_is_found(card):
    net, given = model_run("full", torch.float32, "cuda")
    net.blocks[1].scale_shift_table = torch.nn.Parameter(torch.zeros(1, 6, 48), requires_grad=False)
    with pytest.raises(DeviceMismatch, match=r"core/model/blocks.py:\d+: .* on cpu"):
        net(**given)


@pytest.mark.parametrize("wait", [
    lambda x: x.tolist(), lambda x: x[0, 0].item(), lambda x: bool(x[0, 0]), lambda x: x.nonzero(),
    lambda x: x.cpu(), lambda x: x[[0, 1]], lambda x: x[x > 0], lambda x: x[torch.tensor([0, 1])],
    lambda x: torch.tensor([1.0], device=x.device), lambda x: x.new_tensor([1.0]),
    lambda x: torch.linalg.inv(x), lambda x: torch.equal(x, x), lambda x: f"{x[0, 0]:g}",
    lambda x: x.copy_(torch.zeros(2, 2))])
def test_each_kind_of_wait_is_written_down(wait, card):
    x = torch.eye(2).to("cuda") + 1
    card.waits.clear()
    wait(x)
    (_, place), = card.waits
    assert place.startswith("tests/robust/test_pretended_card.py:")


@pytest.mark.parametrize("meet", [
    lambda x: x + torch.ones(2), lambda x: torch.cat([x, torch.ones(2)]), lambda x: torch.ones(2)[x.long()],
    lambda x: torch.where(x > 0, x, torch.ones(2)), lambda x: x.add_(torch.ones(2))])
def test_each_mismatch_is_refused(meet, card):
    with pytest.raises(DeviceMismatch, match="on cuda:0"):
        meet(torch.zeros(2, device="cuda"))


def test_what_does_not_wait_is_not_written_down(card):
    x = torch.eye(2).to("cuda")
    card.waits.clear()
    x[1:] += 2 * x[0].sum() + torch.tensor(3.0)
    assert torch.zeros(3, device="cuda").device == CARD and not card.waits
    assert torch.equal(on_cpu(x), torch.tensor([[1.0, 0.0], [5.0, 6.0]]))


def test_shapes_changed_in_place(card):
    for device in ("cpu", "cuda"):
        assert torch.zeros(2, device=device).unsqueeze_(0).shape == (1, 2)


def test_renderer():
    images, depth, path = film(orbit(20, 2), 36, 48)
    cloud = lift(images, depth)
    given = cloud.points, cloud.colors * 2 - 1
    expected = render_points(*given, path.w2c, path.K, 36, 48, 0.05, method="torch")
    with pretended_card():
        found = render_points(*(value.to("cuda") for value in given), path.w2c, path.K, 36, 48, 0.05)
    assert all(value.device == CARD for value in found)
    # projections are summed term by term there, so the last digit may differ
    assert all((on_cpu(value) - wanted).abs().mean() < 1e-3 for value, wanted in zip(found, expected))


@pytest.mark.slow
def test_plane_sweep():
    images, _, path = film(orbit(30, 3), 36, 60, (13, 17))
    expected, sure, _ = depth_from_motion(images, path)
    with pretended_card() as log:
        depth, confidence, _ = depth_from_motion(images, path, device="cuda")
    assert log.waits.total() == path.frames + 3  # once a frame, for two kinds of pictures, for the results
    both = depth.valid & expected.valid
    assert (depth.valid == expected.valid).float().mean() > 0.99
    assert (depth.depth / expected.depth - 1).abs()[both].max() < 1e-3
    assert (confidence - sure).abs()[both].max() < 1e-2


def test_distance_function_of_meshes():
    depth = see(torch.stack([look([0.5 * i - 0.5, 0, -1.5], 20 * i - 20) for i in range(3)]), 60, 104)[1]
    expected = fuse(depth, 0.1)
    with pretended_card() as log:
        found = fuse(depth, 0.1, device="cuda")
    # each map comes over twice, once for its blocks and once for their samples; the volume goes back
    places = [place for _, place in log.copies.elements()]
    assert len(places) == 2 * 3 * 4 + 3 and all("surface/volume.py" in place for place in places)
    assert found.distance.device.type == "cpu" and torch.equal(found.blocks, expected.blocks)
    for value, wanted in zip((found.distance, found.weight), (expected.distance, expected.weight)):
        assert torch.isclose(value, wanted, atol=1e-4).float().mean() > 0.999
