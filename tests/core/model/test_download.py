"""Fetching a released variant, from a fake hub on the loopback address."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

import make_tiny_model
from full_disk import full_disk
from worldstereo.core.model.checkpoint import download as module
from worldstereo.core.model.checkpoint.describe import describe
from worldstereo.core.model.checkpoint.download import RELEASED, REPOSITORY, download

NAME = "worldstereo-memory-dmd/model.safetensors"
SHA = "5" * 40


@contextmanager
def serve(files, fail_after=None):
    """A hub with one repository of these files {path: bytes}; yields .address and .log of (path, range).

    With fail_after, every weight request beyond that many is refused."""
    state = SimpleNamespace(log=[], address="", fail_after=fail_after)

    def info(path):
        blob = f"{len(files[path]):040x}"
        return {"rfilename": path, "path": path, "type": "file", "size": len(files[path]), "blobId": blob,
                "oid": blob,
                "lfs": None}

    class Hub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = self.path.partition("?")[0]
            if "/tree/" in path or path.endswith(("/paths-info/" + SHA,)):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                return self._json([info(path) for path in files])
            if path.startswith(f"/api/models/{REPOSITORY}"):
                return self._json({"id": REPOSITORY, "sha": SHA, "siblings": [info(path) for path in files]})
            name = path.removeprefix(f"/{REPOSITORY}/resolve/{SHA}/")
            if name not in files:
                return self._send(404, b"")
            wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
            state.log.append((name, wanted and (int(wanted[1]), int(wanted[2]))))
            weights = sum(entry[0].endswith(".safetensors") for entry in state.log)
            if state.fail_after is not None and weights > state.fail_after:
                return self._send(403, b"")
            part = slice(int(wanted[1]), int(wanted[2]) + 1) if wanted else slice(None)
            self._send(206 if wanted else 200, files[name][part])

        do_POST = do_HEAD = do_GET

        def _json(self, value):
            self._send(200, json.dumps(value).encode())

        def _send(self, status, body):
            self.send_response(status)
            for header, value in {"Content-Length": len(body), "ETag": '"x"', "X-Repo-Commit": SHA}.items():
                self.send_header(header, str(value))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        state.address = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = make_tiny_model.write_model(tmp_path_factory.mktemp("models"))
    variants = {f"worldstereo-{variant}/{name}": (folder / name).read_bytes()
                for variant in ("memory-dmd", "camera")
                for name in ("model.safetensors", "config.json")}
    return {**variants, "worldstereo-memory-dmd/optimizer.bin": b"not needed", "README.md": b"hello"}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 1 << 20)


def test_only_what_is_needed_is_fetched_and_it_loads(files, tmp_path, caplog):
    calls = []
    with serve(files) as hub, caplog.at_level("INFO"):
        path = download(NAME, tmp_path, lambda *done: calls.append(done), hub.address)
    assert sorted(file.name for file in path.parent.iterdir()) == ["config.json", "model.safetensors"]
    assert {name for name, _ in hub.log} == {NAME, "worldstereo-memory-dmd/config.json"}
    assert path.read_bytes() == files[NAME] and describe(path).settings.variant == "memory-dmd"
    total = len(files[NAME]) + len(files["worldstereo-memory-dmd/config.json"])
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert calls[-1] == (total, total) and len(calls) > 5
    assert f"Downloading {NAME}, 0.0 GB, to {path.parent}." in caplog.text
    ranges = [wanted for name, wanted in hub.log if name == NAME]
    assert sum(end - start + 1 for start, end in ranges) == len(files[NAME])  # nothing twice


@pytest.mark.slow
def test_a_broken_download_goes_on_where_it_stopped(files, tmp_path):
    with serve(files, fail_after=3) as hub:
        with pytest.raises(ValueError, match="could not be downloaded"):
            download(NAME, tmp_path, endpoint=hub.address)
        assert not (tmp_path / NAME).exists()
        hub.fail_after, hub.log[:] = None, []
        path = download(NAME, tmp_path, endpoint=hub.address)
    assert path.read_bytes() == files[NAME]
    assert [wanted[0] for name, wanted in hub.log if name == NAME][0] == 3 << 20
    assert "worldstereo-memory-dmd/config.json" not in {name for name, _ in hub.log}  # it was there already


@pytest.mark.slow
def test_the_user_can_cancel_and_go_on(files, tmp_path):
    def cancel(done, total):
        if done > 2 << 20:
            raise InterruptedError

    with serve(files) as hub:
        with pytest.raises(InterruptedError):
            download(NAME, tmp_path, cancel, hub.address)
        assert [part.stat().st_size for part in (tmp_path / "worldstereo-memory-dmd").glob("*.part")] == [
            2 << 20]
        assert download(NAME, tmp_path, endpoint=hub.address).read_bytes() == files[NAME]


def test_a_part_of_another_version_is_not_continued(files, tmp_path):
    (tmp_path / "worldstereo-memory-dmd").mkdir()
    stale = tmp_path / "worldstereo-memory-dmd" / "model.safetensors.0123456789ab.part"
    stale.write_bytes(b"x" * 1000)
    with serve(files) as hub:
        assert download(NAME, tmp_path, endpoint=hub.address).read_bytes() == files[NAME]
    assert not stale.exists()


def test_what_arrives_is_verified(files, tmp_path):
    with serve({**files, NAME: files[NAME][:-100]}) as hub:  # as long as the hub says, not as the header
        with pytest.raises(ValueError, match="cut off.*is removed; run again"):
            download(NAME, tmp_path, endpoint=hub.address)
    assert not list((tmp_path / "worldstereo-memory-dmd").glob("model*"))


def test_a_repository_without_the_file(files, tmp_path):
    with serve({"README.md": b""}) as hub:
        with pytest.raises(ValueError,
                           match="has no config.json and model.safetensors for worldstereo-memory-dmd"):
            download(NAME, tmp_path, endpoint=hub.address)


def test_without_a_network_one_sentence_says_what_to_do(tmp_path):
    with pytest.raises(ValueError) as caught:
        download(NAME, tmp_path, endpoint="http://127.0.0.1:9")
    message = str(caught.value)
    assert "\n" not in message and message.startswith("worldstereo-memory-dmd could not be downloaded (")
    assert message.endswith(f"; get {NAME} (34.9 GB) and its config.json from https://huggingface.co/{REPOSITORY}/tree/"
                            f"main/worldstereo-memory-dmd to {tmp_path / 'worldstereo-memory-dmd'}.")


def test_no_room_is_said_before_anything_is_fetched(files, tmp_path, monkeypatch):
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with serve(files) as hub, pytest.raises(ValueError, match="needs 0.0 GB, but .* has only 0.0 GB left"):
        download(NAME, tmp_path, endpoint=hub.address)
    assert not hub.log


def test_a_full_disk_is_told_and_what_arrived_is_kept(files, tmp_path):
    with serve(files) as hub:
        with (full_disk(3 << 19),
              pytest.raises(ValueError, match="^model.safetensors .*free space.*extra_model_paths")):
            download(NAME, tmp_path, endpoint=hub.address)
        assert not (tmp_path / NAME).exists()
        assert download(NAME, tmp_path, endpoint=hub.address).read_bytes() == files[NAME]


# The node

@pytest.fixture
def loader(comfy, tmp_path, monkeypatch):
    import folder_paths

    from worldstereo.nodes.model import LoadModel

    monkeypatch.setitem(folder_paths.folder_names_and_paths, "diffusion_models",
                        ([str(tmp_path / "unet"), str(tmp_path / "diffusion_models")], {".safetensors"}))
    monkeypatch.setattr(folder_paths, "filename_list_cache", {})
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "diffusers",
                        ([str(tmp_path / "diffusers")], {"folder"}))
    return LoadModel


def test_released_files_are_listed_before_they_are_there(loader, tmp_path):
    names = loader.INPUT_TYPES()["required"]["model_name"][0]
    assert names == [f"{name} [not here yet]" for name in RELEASED]
    assert all(loader.VALIDATE_INPUTS(model_name=name) is True for name in (*names, *RELEASED, None))
    assert "other.safetensors" in loader.VALIDATE_INPUTS(model_name="other.safetensors")
    (tmp_path / "diffusers" / "Wan2.1-I2V-14B-480P-Diffusers" / "transformer").mkdir(parents=True)
    optional = loader.INPUT_TYPES()["optional"]
    assert list(optional) == ["base_model", "download"] and optional["download"][1]["default"] is False
    assert optional["base_model"][0] == ["none", "diffusers/Wan2.1-I2V-14B-480P-Diffusers"]


def test_nothing_is_downloaded_unasked(loader, tmp_path):
    with pytest.raises(ValueError) as caught:
        loader().load(NAME, "default")
    begins = f"{NAME} is not there: switch download on in 'Load WorldStereo Model', or get {NAME} (34.9 GB)"
    assert str(caught.value).startswith(begins)
    assert str(tmp_path / "diffusion_models" / "worldstereo-memory-dmd") in str(caught.value)


def test_the_switch_fetches_into_the_models_folder(loader, files, tmp_path, monkeypatch):
    from huggingface_hub import constants

    with serve(files) as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.address)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE",
                            hub.address + "/{repo_id}/resolve/{revision}/{filename}")
        model, report, negative = loader().load(NAME, "default", download=True)
    assert (tmp_path / "diffusion_models" / NAME).is_file() and "memory-dmd model" in report
    assert negative == ""
    assert loader.INPUT_TYPES()["required"]["model_name"][0][0] == NAME


@pytest.mark.slow
@pytest.mark.parametrize("flag, kept", [("fp8_e4m3fn_unet", "float8_e4m3fn"), ("fp16_unet", "float16"),
                                        ("fp32_unet", "float32")])
def test_comfyuis_command_line_says_the_type(loader, tmp_path, monkeypatch, caplog, flag, kept):
    import torch
    from comfy.cli_args import args

    make_tiny_model.write_model(tmp_path)
    monkeypatch.setattr(args, flag, True)
    with caplog.at_level("INFO"):
        model = loader().load("worldstereo-nano/model.safetensors", "default")[0]
    assert model.model.diffusion_model.net.blocks[0].ffn.net[2].weight.dtype == getattr(torch, kept)
    assert f"as --{flag.removesuffix('_unet')}-unet says" in caplog.text
    model = loader().load("worldstereo-nano/model.safetensors", "bf16")[0]
    assert model.model.diffusion_model.net.blocks[0].ffn.net[2].weight.dtype == torch.bfloat16
