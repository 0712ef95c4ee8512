"""Estimate Depth with tiny random models of transformers' own classes,
saved to folders and read by the real path."""

import json
import math
import shutil
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch
from PIL import Image

from depth_models import depth_anything
from full_disk import full_disk
from worldstereo.core.depth.estimate import (
    KNOWN_MODELS,
    download,
    estimate_depth,
    load_depth_model,
    models_in,
    usual_fov,
)


def depth_pro(fov_model=True):
    from transformers import DepthProConfig, DepthProForDepthEstimation, DepthProImageProcessor

    vit = dict(model_type="dinov2", hidden_size=8, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2,
               image_size=16, patch_size=4)
    config = DepthProConfig(
        patch_size=16, fusion_hidden_size=8, intermediate_hook_ids=[1, 0], intermediate_feature_dims=[8, 8],
        scaled_images_ratios=[0.5, 1.0], scaled_images_overlap_ratios=[0.0, 0.5],
        scaled_images_feature_dims=[8, 8],
        merge_padding_value=1, use_fov_model=fov_model, image_model_config=vit, patch_model_config=dict(vit),
        fov_model_config=dict(vit))
    network = DepthProForDepthEstimation(config)
    if fov_model:
        network.fov_model.head.layers[-1].bias.data += 50  # degrees
    network.head.layers[-2].bias.data += 1
    return network, DepthProImageProcessor(size={"height": 32, "width": 32})


def zoedepth():
    from transformers import BeitConfig, ZoeDepthConfig, ZoeDepthForDepthEstimation, ZoeDepthImageProcessor

    beit = BeitConfig(hidden_size=8, num_hidden_layers=4, num_attention_heads=2, intermediate_size=16,
                      image_size=32,
                      patch_size=16, use_relative_position_bias=True, reshape_hidden_states=False,
                      out_features=["stage1", "stage2", "stage3", "stage4"])
    network = ZoeDepthForDepthEstimation(ZoeDepthConfig(
        backbone_config=beit, neck_hidden_sizes=[8, 8, 8, 8], fusion_hidden_size=8, bottleneck_features=8,
        num_attractors=[4, 2, 2, 1], bin_embedding_dim=8, num_relative_features=4))
    return network, ZoeDepthImageProcessor(size={"height": 32, "width": 32}, ensure_multiple_of=32)


MAKERS = {"depth_pro": depth_pro, "no_fov": lambda: depth_pro(False),
          "metric": lambda: depth_anything("metric"),
          "relative": lambda: depth_anything("relative"), "zoedepth": zoedepth}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A models folder with one tiny model of each kind, whose depth differs from pixel to pixel."""
    base = tmp_path_factory.mktemp("geometry_estimation")
    for name, make in MAKERS.items():
        torch.manual_seed(0)
        network, processor = make()
        for parameter in network.parameters():
            parameter.data += 0.1 * torch.randn_like(parameter)
        network.save_pretrained(base / name)
        processor.save_pretrained(base / name)
    return base


@pytest.fixture(scope="module")
def photos():
    from skimage.data import astronaut

    photo = np.asarray(Image.fromarray(astronaut()).resize((45, 30)))
    return torch.from_numpy(np.stack([photo, photo[:, ::-1]])).float() / 255


def by_the_book(folder, photo, **sizes):
    """What transformers' documentation says to do."""
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    processor = AutoImageProcessor.from_pretrained(folder)
    network = AutoModelForDepthEstimation.from_pretrained(folder)
    inputs = processor(images=Image.fromarray((photo * 255).round().byte().numpy()), return_tensors="pt")
    with torch.no_grad():
        return processor.post_process_depth_estimation(network(**inputs), target_sizes=[(30, 45)], **sizes)[0]


@pytest.mark.slow
def test_depth_pro_brings_its_field_of_view(folders, photos):
    depth, report = estimate_depth(load_depth_model(folders / "depth_pro"), photos)
    for i in range(2):
        wanted = by_the_book(folders / "depth_pro", photos[i])
        assert torch.allclose(depth.depth[i], torch.where(depth.valid[i], wanted["predicted_depth"], 0.0),
                              rtol=1e-4)
        fov = math.radians(float(wanted["field_of_view"]))
        assert depth.K[i, 0, 0].item() == pytest.approx(45 / 2 / math.tan(fov / 2), rel=1e-5)
        assert depth.K[i, :2, 2].tolist() == [22.5, 15]
    assert depth.unit == "m" and depth.valid.any() and depth.depth.std() > 0
    assert "metric depth" in report and "estimated by the model" in report and "one by one" in report


def test_depth_pro_turns_a_given_field_of_view_into_scale(folders, photos):
    model = load_depth_model(folders / "depth_pro")
    narrow, report = estimate_depth(model, photos[:1], 30.0)
    wide, _ = estimate_depth(model, photos[:1], 60.0)
    both = narrow.valid & wide.valid
    ratio = math.tan(math.radians(30)) / math.tan(math.radians(15))  # of the focal lengths
    assert torch.allclose(narrow.depth[both], wide.depth[both] * ratio, rtol=1e-3)
    assert "30.0 degrees, as given" in report


def test_depth_pro_without_field_of_view_asks_for_it(folders, photos):
    model = load_depth_model(folders / "no_fov")
    with pytest.raises(ValueError, match="set horizontal_fov in '?Estimate Depth"):
        estimate_depth(model, photos)
    assert estimate_depth(model, photos[:1], 55.0)[0].valid.any()


def test_where_depth_pro_sees_no_end_depth_is_unknown(folders, photos):
    model = load_depth_model(folders / "depth_pro")
    model.network.head.layers[-2].weight.data *= 0
    # inverse depth 0 everywhere, which transformers writes as 10 km
    model.network.head.layers[-2].bias.data.fill_(-1)
    with pytest.raises(ValueError, match="no positive finite value"):
        estimate_depth(model, photos[:1])


@pytest.mark.parametrize("name, sizes", [("metric", {}), ("zoedepth", {"source_sizes": [(30, 45)]})])
def test_metric_models_give_metres(folders, photos, caplog, name, sizes):
    depth, report = estimate_depth(load_depth_model(folders / name), photos[:1])
    wanted = by_the_book(folders / name, photos[0], **sizes)["predicted_depth"]
    assert torch.allclose(depth.depth[0], wanted, rtol=1e-4) and depth.valid.all() and wanted.std() > 0
    assert depth.unit == "m" and "ASSUMED" in report and "assumed to be 60 degrees" in caplog.text
    assert depth.K[0, 0, 0].item() == pytest.approx(22.5 / math.tan(math.radians(30)), rel=1e-5)


@pytest.mark.parametrize("width, height, horizontal", [(90, 60, 60), (60, 60, 60), (60, 90, 42.1)])
def test_the_field_of_view_that_is_assumed_is_that_of_the_longer_side(width, height, horizontal):
    assert usual_fov(width, height) == pytest.approx(horizontal, abs=0.05)


def test_relative_models_give_scene_units(folders, photos, caplog):
    depth, report = estimate_depth(load_depth_model(folders / "relative"), photos[:1], 60.0)
    wanted = by_the_book(folders / "relative", photos[0])["predicted_depth"]
    seen = depth.valid[0]
    assert torch.equal(seen, wanted > 0) and wanted[seen].std() > 0
    product = depth.depth[0][seen] * wanted[seen]  # depth is inverse to what the model gave
    assert torch.allclose(product, product[0], rtol=1e-4)
    assert depth.median == pytest.approx(1, rel=0.01) and depth.unit == "scene units"
    assert "relative inverse depth" in report
    assert "up to one unknown factor" in caplog.text and "infinitely far" in caplog.text


def test_progress_may_stop_the_run(folders, photos):
    done = []

    def stop(count):
        done.append(count)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimate_depth(load_depth_model(folders / "metric"), photos, progress=stop)
    assert done == [1]


def broken(tmp_path, folders, breakage):
    folder = shutil.copytree(folders / "metric", tmp_path / "broken")
    breakage(folder)
    return folder


def without_a_tensor(folder):
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    del tensors["head.conv2.weight"]
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def as_pickle(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def of_another_type(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"model_type": "dpt"}))


def cut_short(folder):
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:len(data) // 2])


def with_config(text):
    return lambda folder: (folder / "config.json").write_text(text)


@pytest.mark.parametrize("breakage, sentence", [
    (with_config(""), "names no model_type"), (with_config("[]"), "names no model_type"),
    (with_config("{}"), "names no model_type"),
    (with_config('{"model_type": "depth_anything", "backbone_config": '
                 '{"model_type": "nonsense"}}'), "KeyError: 'nonsense'"),
    (without_a_tensor, "lacks 1 tensors.*head.conv2.weight"),
    (as_pickle, "no .safetensors file.*can run code"),
    (of_another_type, "type 'dpt', expected one of"), (cut_short, "cannot be read as a depth model"),
    (lambda folder: (folder / "preprocessor_config.json").unlink(), "has no preprocessor_config.json"),
])
def test_a_broken_model_folder_is_refused(tmp_path, folders, breakage, sentence):
    with pytest.raises(ValueError, match=sentence):
        load_depth_model(broken(tmp_path, folders, breakage))


def test_the_node_runs_a_model_of_the_folder(comfy, folders, photos, monkeypatch):
    import folder_paths

    from worldstereo.nodes.estimate_depth import MODELS, EstimateDepth

    monkeypatch.setattr(folder_paths, "models_dir", str(folders.parent))
    monkeypatch.setitem(folder_paths.folder_names_and_paths, MODELS, ([str(folders)], set()))
    names = EstimateDepth.INPUT_TYPES()["required"]["model_name"][0]
    assert set(names[:len(MAKERS)]) == set(MAKERS) and "DepthPro-hf" in names
    depth, report = EstimateDepth().estimate(photos[:1], "metric", 50.0, False)
    assert depth.depth.shape == (1, 30, 45) and "50.0 degrees, as given" in report
    with pytest.raises(ValueError,
                       match=r"DepthPro-hf is not in .*switch download on.*apple/DepthPro-hf \(1.9 GB\)"):
        EstimateDepth().estimate(photos[:1], "DepthPro-hf", 0.0, False)
    with pytest.raises(ValueError, match="no depth model 'nothing'"):
        EstimateDepth().estimate(photos[:1], "nothing", 0.0, True)


@pytest.fixture
def hub(folders, monkeypatch):
    """A web server on this machine that answers like Hugging Face,
    with the tiny metric model and a file beside it."""
    from huggingface_hub import constants

    name = "Depth-Anything-V2-Metric-Indoor-Small-hf"
    repository, commit = f"{KNOWN_MODELS[name][0]}/{name}", "0" * 40
    files = {path.name: path.read_bytes() for path in (folders / "metric").iterdir()}
    files["secret.bin"] = b"pickle"

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rpartition("/")[2]
            if self.path.startswith(f"/api/models/{repository}/tree/"):
                self._answer(json.dumps([{"type": "file", "path": name, "size": len(body), "oid": "0" * 40}
                                         for name, body in files.items()]).encode(), "application/json")
            elif self.path.startswith(f"/api/models/{repository}/"):
                listing = {"id": repository, "sha": commit,
                           "siblings": [{"rfilename": name} for name in files]}
                self._answer(json.dumps(listing).encode(), "application/json")
            elif self.path.startswith(f"/{repository}/resolve/") and name in files:
                self._answer(files[name], "application/octet-stream")
            else:
                self.send_error(404)

        do_HEAD = do_GET

        def _answer(self, body, kind):
            self.send_response(200)
            for header in {"Content-Type": kind, "Content-Length": len(body), "ETag": f'"{zlib.crc32(body)}"',
                           "X-Repo-Commit": commit}.items():
                self.send_header(header[0], str(header[1]))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE",
                            address + "/{repo_id}/resolve/{revision}/{filename}")
        yield
        server.shutdown()


def test_download_is_whole_or_not_there(folders, tmp_path, hub):
    with pytest.raises(ValueError, match="could not be downloaded.*https://huggingface.co/apple/DepthPro-hf"):
        download("DepthPro-hf", tmp_path)  # the hub has no such model
    assert models_in([tmp_path]) == {}
    name = "Depth-Anything-V2-Metric-Indoor-Small-hf"
    folder = download(name, tmp_path)
    assert models_in([tmp_path, folders])[name] == folder
    assert not (folder / "secret.bin").exists()
    assert load_depth_model(folder).type == "depth_anything"


def test_a_full_disk_and_a_folder_of_that_name_end_a_download_in_a_sentence(tmp_path, hub):
    name = "Depth-Anything-V2-Metric-Indoor-Small-hf"
    with (full_disk(1000),
          pytest.raises(ValueError, match=f"^{name} cannot be written .*free space.*extra_model_paths.yaml")):
        download(name, tmp_path)
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("")
    with pytest.raises(ValueError, match="is there already and holds no whole model; move it away"):
        download(name, tmp_path)
    (tmp_path / name / "mine.txt").unlink()
    (tmp_path / name).rmdir()
    assert load_depth_model(download(name, tmp_path)).type == "depth_anything"
