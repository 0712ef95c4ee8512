"""Use Several GPUs in a real ComfyUI, with two processes on the CPU: the same latents and worlds, cancelling,
and when the processes end."""
import shutil

import psutil
import pytest
from safetensors.torch import load_file

import comfy_client
import environment
import world_graph
from comfy_server import Server
from small_workflows import cancelled, clip, forget, node, run
from stock_models import write_lora
from worldstereo.core.world.world_folder import read_world

SECONDS = 60  # until the processes have ended


@pytest.fixture(scope="module")
def server(prepared, tmp_path_factory):
    """One of its own, which the last test ends."""
    base = tmp_path_factory.mktemp("several_gpus")
    write_lora(base / "models" / "loras" / "queries.safetensors")
    shutil.copytree(prepared, base, symlinks=True, dirs_exist_ok=True)
    with Server(environment.comfyui_path(), base) as server:
        yield server


def with_node(graph, weights="auto"):
    """The graph with its model on two GPUs."""
    made = {key: {**each, "inputs": dict(each["inputs"])} for key, each in graph.items()}
    for each in made.values():
        if each["inputs"].get("model") == ["14", 0]:
            each["inputs"]["model"] = ["70", 0]
    made["70"] = node("WSKitUseSeveralGpus", model=["14", 0], gpus=2, weights=weights)
    return made


def with_lora(graph):
    """The graph with a LoRA, behind the node if that is there."""
    made = {key: {**each, "inputs": dict(each["inputs"])} for key, each in graph.items()}
    last = made["17"]["inputs"]["model"]
    made["17"]["inputs"]["model"] = ["71", 0]
    made["71"] = node("LoraLoaderModelOnly", model=last, lora_name="queries.safetensors", strength_model=1.0)
    return made


def short_clip():
    """Both memories, two steps, three key frames -> the latent, in a file of a stock node."""
    made = {key: each for key, each in clip().items() if key not in ("20", "29")}
    made["5"]["inputs"].update(frames=3, width=64, height=48)
    made["19"]["inputs"]["steps"] = 2
    made["30"] = node("SaveLatent", samples=["19", 0], filename_prefix="robust/latent")
    return made


def short_world(world):
    """Two clips of three key frames."""
    made = world_graph.graph(f"worlds/{world}", frames=3, width=64, height=48)
    made["300"]["inputs"]["trajectories"] = ["201", 0]
    return made


def latent(server, graph):
    shown, = run(server, graph).outputs["30"]["latents"]
    return load_file(server.base / "output" / shown["subfolder"] / shown["filename"])["latent_tensor"]


def apart(one, other):
    return (one - other).abs().max() / other.abs().max()


def processes(server):
    """Those of the node."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    return [child for child in children if any("core.model.worker" in part for part in child.cmdline())]


def ended(children):
    return not psutil.wait_procs(children, timeout=SECONDS)[1]


@pytest.fixture(scope="module")
def plain(server):
    """What there is without the node: the latent, the latent with a LoRA; the world is in its folder."""
    run(server, short_world("plain"))
    made = latent(server, short_clip()), latent(server, with_lora(short_clip()))
    assert processes(server) == []
    return made


def test_a_clip_is_the_same_and_the_processes_stay_for_the_next(server, plain):
    assert apart(latent(server, with_node(short_clip())), plain[0]) < 1e-5
    first = processes(server)
    assert len(first) == 2
    other = with_node(short_clip())
    other["19"]["inputs"]["seed"] = 5
    assert apart(latent(server, other), plain[0]) > 1e-2
    assert processes(server) == first


def test_a_cancelled_clip_can_be_run_again_on_the_same_processes(server, plain):
    graph = with_node(short_clip())
    graph["19"]["inputs"]["seed"] = 6
    latent(server, graph)
    before = processes(server)
    graph["19"]["inputs"].update(seed=7, steps=20)
    assert cancelled(server, graph, "WSKitSampleKeyFrames") == "WSKitSampleKeyFrames"
    assert apart(latent(server, with_node(short_clip())), plain[0]) < 1e-5
    assert processes(server) == before


def test_a_world_is_the_same(server, plain):
    report = world_graph.report_of(run(server, with_node(short_world("several")))).splitlines()
    assert [line.endswith(", made") for line in report] == [True, True]
    assert len(processes(server)) == 2
    (last, frames, *_), (same_last, same_frames, *_) = (read_world(server.base / "output" / "worlds" / name)
                                                        for name in ("plain", "several"))
    assert len(frames) == 6 and (frames.int() - same_frames.int()).abs().max() <= 1  # rounded
    assert len(last.cloud.points) == len(same_last.cloud.points)


def test_unloading_the_models_ends_the_processes(server):
    latent(server, with_node(short_clip()))
    children = processes(server)
    assert len(children) == 2
    forget(server)
    assert ended(children) and processes(server) == []


def test_a_stock_lora_changes_the_clip_as_it_does_without_the_node(server, plain):
    made = latent(server, with_lora(with_node(short_clip(), "sharded")))
    assert apart(made, plain[1]) < 1e-5 < apart(made, plain[0])


def test_the_number_of_gpus_is_checked_before_a_run(server):
    graph = with_node(short_clip())
    graph["70"]["inputs"]["gpus"] = 1
    with pytest.raises(comfy_client.Rejected, match="Value 1 smaller than min of 2"):
        run(server, graph)


def test_the_processes_end_with_comfyui_even_if_that_is_killed(server):
    latent(server, with_lora(with_node(short_clip(), "sharded")))
    children = processes(server)
    assert len(children) == 2
    server.process.kill()
    server.process.wait()
    assert ended(children)
