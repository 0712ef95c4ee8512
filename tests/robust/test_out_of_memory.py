"""Out of memory, through ComfyUI's own execution: the advice, the error's type, and a server that goes on."""

import pytest
import torch

import tiny
from comfy_graph import execution_errors, executor


def out_of_device_memory(args, extra):
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 GiB.")


def out_of_host_memory(args, extra):
    return {"img": torch.empty(1 << 50)}  # refused by the allocator at once


@pytest.fixture
def run(comfy, monkeypatch):
    """run(model) -> the latent that Sample Key Frames makes of it in a graph,
    or the execution's error message."""
    import nodes as stock

    from native_model import conditioning
    from worldstereo.nodes.sampling import NODES

    made, latents = {}, []

    class Source:
        RETURN_TYPES, FUNCTION, CATEGORY = ("MODEL", "CONDITIONING", "CONDITIONING", "LATENT"), "give", "test"
        INPUT_TYPES = classmethod(lambda cls: {"required": {"number": ("INT", {})}})

        def give(self, number):
            return made[number], *conditioning(), {"samples": torch.zeros(tiny.LATENT)}

    class Sink:
        RETURN_TYPES, FUNCTION, CATEGORY, OUTPUT_NODE = (), "take", "test", True
        INPUT_TYPES = classmethod(lambda cls: {"required": {"latent": ("LATENT", {})}})

        def take(self, latent):
            latents.append(latent["samples"])
            return {}

    for name, node in {"Source": Source, "Sink": Sink, "Sample": NODES["WSKitSampleKeyFrames"][0]}.items():
        monkeypatch.setitem(stock.NODE_CLASS_MAPPINGS, name, node)
    runner = executor()

    def run(model):
        number = len(made)
        made[number] = model
        graph = {"source": {"class_type": "Source", "inputs": {"number": number}},
                 "sample": {"class_type": "Sample", "inputs": {
                     "model": ["source", 0], "positive": ["source", 1], "negative": ["source", 2],
                     "latent": ["source", 3], "seed": 5, "steps": 2, "guidance": 1.0}},
                 "sink": {"class_type": "Sink", "inputs": {"latent": ["sample", 0]}}}
        errors = execution_errors(runner, graph, "sink", number)
        return errors[0] if errors else latents[-1]

    return run


@pytest.mark.parametrize("failure, kind, unloads", [(out_of_device_memory, "torch.OutOfMemoryError", True),
                                                    (out_of_host_memory, "RuntimeError", False)])
def test_advice_type_and_the_next_run(comfy, run, failure, kind, unloads):
    import comfy.model_management as mm

    from native_model import model_of, with_memories

    model = with_memories(model_of("memory", comfy))
    expected = run(model)
    broken = model.clone()
    broken.set_model_patch_replace(failure, "dit", "double_block", 1)
    error = run(broken)
    message = error["exception_message"]
    assert error["exception_type"] == kind and error["node_id"] == "sample"
    assert message.startswith(
        "Memory ran out while sampling 3 key frames of 96x64 with 2 references, for which a step takes about "
        "0.0 GB beside the weights. What helps, in this order: weight_dtype fp8_e4m3fn in 'Load WorldStereo "
        "Model', 'Lower Peak Memory' with 4 portions, fewer references, ")
    assert "ried to allocate" in message
    assert (len(mm.current_loaded_models) == 0) is unloads
    assert torch.equal(run(model), expected)


def test_advice_goes_on_from_what_is_already_done(comfy, run):
    from native_model import model_of, with_memories
    from worldstereo.nodes import bridge

    model = with_memories(model_of("memory", comfy))
    layer = bridge.worldstereo(model).diffusion_model.net.blocks[0].ffn.net[2]
    layer.weight = torch.nn.Parameter(layer.weight.to(torch.float8_e4m3fn), requires_grad=False)
    lower = bridge.in_portions(model, 8)
    lower.set_model_patch_replace(out_of_device_memory, "dit", "double_block", 1)
    assert "this order: 'Lower Peak Memory' with 16 portions, fewer" in run(lower)["exception_message"]


def test_advice_asks_for_nothing_that_is_not_there(comfy):
    from worldstereo.nodes.bridge.out_of_memory import sampling_advice
    from worldstereo.nodes.model import LowerPeakMemory

    most = LowerPeakMemory.INPUT_TYPES()["required"]["portions"][1]["max"]
    half, all_done = (sampling_advice("a clip", 0, True, portions, 1) for portions in (most - 1, most))
    assert half.endswith(f"this order: 'Lower Peak Memory' with {most} portions, fewer key frames, "
                         "a smaller picture.")
    assert all_done.endswith("in this order: fewer key frames, a smaller picture.")


def test_other_errors_stay_as_they_are(comfy, run):
    from native_model import model_of, with_memories

    def fail(args, extra):
        raise RuntimeError("shapes do not match")

    model = with_memories(model_of("memory", comfy))
    model.set_model_patch_replace(fail, "dit", "double_block", 1)
    assert run(model)["exception_message"].strip() == "shapes do not match"


def test_vae_names_the_frame_that_did_not_fit(comfy, tmp_path):
    import comfy.sd
    import comfy.utils

    import make_tiny_model
    from worldstereo.nodes import bridge

    state = comfy.utils.load_torch_file(str(make_tiny_model.write_vae(tmp_path)))
    vae = comfy.sd.VAE(sd=state)
    key_frames = bridge.key_frame_vae(vae)
    vae.first_stage_model.decode = lambda latent: torch.empty(1 << 50)
    with pytest.raises(RuntimeError,
                       match="^Memory ran out while the VAE decoded one key frame of 48x32.*allocate"):
        key_frames.decode(torch.zeros(1, 16, 1, 4, 6))
    vae.first_stage_model.encode = lambda pixels: torch.empty(1 << 50)
    with pytest.raises(RuntimeError,
                       match="^Memory ran out while the VAE encoded one key frame of 48x32.*allocate"):
        key_frames.encode(torch.zeros(1, 3, 1, 32, 48))
