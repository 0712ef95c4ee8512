"""The network of Estimate Depth: read once, loaded and unloaded by ComfyUI,
freed with the last node that has it."""

import gc
import weakref

import pytest
import torch

from depth_models import depth_anything
from partial_loading import ACCELERATOR, fake_accelerator

PHOTO = torch.linspace(0, 1, 30 * 45 * 3).reshape(1, 30, 45, 3)


@pytest.fixture
def folder(comfy, tmp_path, monkeypatch):
    """models/geometry_estimation with one tiny model, `metric`."""
    import folder_paths

    from worldstereo.nodes.estimate_depth import MODELS

    network, processor = depth_anything("metric")
    network.save_pretrained(tmp_path / "metric")
    processor.save_pretrained(tmp_path / "metric")
    monkeypatch.setitem(folder_paths.folder_names_and_paths, MODELS, ([str(tmp_path)], set()))
    return tmp_path


def estimate(node, name="metric"):
    with torch.inference_mode():
        return node.estimate(PHOTO, name, 50.0, False)[0].depth


def test_a_network_is_read_once_for_all_nodes_and_again_when_its_file_changes(folder):
    from worldstereo.nodes.estimate_depth import EstimateDepth

    node, other = EstimateDepth(), EstimateDepth()
    before, changes = estimate(node), EstimateDepth.IS_CHANGED(model_name="metric", image=None)
    patcher = node.patcher
    assert torch.equal(estimate(node), before) and torch.equal(estimate(other), before)
    assert node.patcher is other.patcher is patcher
    replace_weights(folder / "metric")
    assert EstimateDepth.IS_CHANGED(model_name="metric", image=None) != changes
    assert (estimate(node) - before).abs().max() > 1e-3 and node.patcher is not patcher


def replace_weights(folder):
    network, _ = depth_anything("metric")
    for parameter in network.parameters():
        parameter.data += 0.3
    network.save_pretrained(folder)


def test_it_is_freed_with_the_last_node_that_has_it(folder):
    import comfy.model_management as mm

    from worldstereo.nodes.estimate_depth import MODEL, EstimateDepth

    node, other = EstimateDepth(), EstimateDepth()
    before = estimate(node)
    estimate(other)
    network = weakref.ref(node.patcher.get_attachment(MODEL).network)
    assert node.patcher in [loaded.model for loaded in mm.current_loaded_models]
    mm.unload_all_models()
    assert node.patcher not in [loaded.model for loaded in mm.current_loaded_models]
    assert torch.equal(estimate(node), before)  # brought back, not read again
    assert node.patcher.get_attachment(MODEL).network is network()
    del node
    gc.collect()
    assert network() is not None
    del other
    gc.collect()
    assert network() is None


def test_all_of_it_comes_to_the_device_and_leaves_it(comfy):
    from worldstereo.nodes.bridge.devices import as_patcher

    with fake_accelerator():
        # parameters beside children, and buffers: what ComfyUI leaves behind when it loads layer by layer
        network = torch.nn.Sequential(torch.nn.MultiheadAttention(8, 2), torch.nn.BatchNorm1d(8),
                                      torch.nn.Linear(8, 8))
        patcher, everything = as_patcher(network, ACCELERATOR), 1e32
        assert devices(network) == {"cpu"}
        patcher.partially_load(ACCELERATOR, everything)
        assert devices(network) == {ACCELERATOR.type}
        patcher.partially_unload(torch.device("cpu"), patcher.model_size() // 2)
        assert devices(network) == {"cpu", ACCELERATOR.type}
        patcher.partially_load(ACCELERATOR, everything)
        assert devices(network) == {ACCELERATOR.type}
        patcher.detach()
        assert devices(network) == {"cpu"}


def devices(network):
    return {tensor.device.type for tensor in (*network.parameters(), *network.buffers())}
