"""What several tests share: the checkout, the optional folder of recorded outputs,
one real server for the session."""
from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import comfy_page
import environment
import model_files
import quickstart
from comfy_server import CPU, Server

torch.set_num_threads(1)  # tiny tensors: more threads only wait for each other

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", choices=("cpu", "cuda"), default="cpu",
                     help="where ComfyUI computes in the tests that run in one")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """With several processes, the tests of the page are dealt out by the way to draw nodes, and one process
    takes all of the server: first, as they take longest. The others are dealt out file by file."""
    from xdist.scheduler import LoadScopeScheduling

    config.option.loadscopereorder = False  # xdist would begin with the files of most tests

    class Scheduler(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folder = "/".join(nodeid.split("/")[:2])
            if folder == "tests/page":
                mode = re.search(rf"[\[-]({'|'.join(comfy_page.MODES)})[]-]", nodeid)
                return mode[1] if mode else folder
            return folder if folder == "tests/server" else nodeid.split("::")[0]

    return Scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folders = ["page", "server"]
    items.sort(key=lambda item: folders.index(item.path.parent.name) if item.path.parent.name in folders
               else len(folders))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded outputs of the official code, which only the developers' machines have."""
    folder = ROOT.parent / "shared"
    if not (folder / "vectors").is_dir():
        pytest.skip("no recorded outputs beside this checkout")
    return folder


@pytest.fixture(scope="session")
def chromium() -> None:
    """For tests of the web page."""
    if not comfy_page.chromium():
        pytest.skip("no Chromium on this machine (Debian: apt install chromium; elsewhere set CHROMIUM)")


@pytest.fixture(scope="session")
def comfy(pytestconfig):
    """ComfyUI's own modules in this process, on the device of --device. Its stock nodes are then `import
    nodes`."""
    checkout = environment.comfyui_path()
    if not (checkout / "main.py").exists():
        pytest.fail(f"there is no ComfyUI in {checkout}; `python scripts/test.py` gets one")
    sys.path.insert(0, str(checkout))
    import comfy.cli_args

    # before anything imports comfy.model_management
    comfy.cli_args.args.cpu = pytestconfig.getoption("device") == "cpu"
    return comfy


@pytest.fixture
def folders(comfy, tmp_path, monkeypatch) -> Path:
    """A new folder with ComfyUI's input, output and temp folders for this test."""
    import folder_paths
    for kind in ("input", "output", "temp"):
        (tmp_path / kind).mkdir()
        monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
    return tmp_path


@pytest.fixture
def progress(comfy, monkeypatch) -> Iterator[list[tuple[int, int]]]:
    """What nodes report to ComfyUI's progress bar in this test, as (done, total)."""
    import comfy.utils

    # newer cores skip reports that come within a tenth of a second of each other
    monkeypatch.setattr(comfy.utils, "PROGRESS_THROTTLE_MIN_INTERVAL", 0, raising=False)
    done: list[tuple[int, int]] = []
    comfy.utils.set_progress_bar_global_hook(lambda value, total, *_, **__: done.append((value, total)))
    yield done
    comfy.utils.set_progress_bar_global_hook(None)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    """A base folder for ComfyUI with this pack, the tiny models and the quickstart's input files, to be
    copied."""
    base = tmp_path_factory.mktemp("prepared")
    quickstart.prepare(base)
    (base / "custom_nodes" / "prompt_nodes.py").symlink_to(ROOT / "tests" / "harness" / "prompt_nodes.py")
    # else the page would report them missing, and ask the hub about them
    for file in (*model_files.LARGE, *model_files.OTHER_MODELS):
        path = base / "models" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return base


@pytest.fixture(scope="session")
def comfy_server(prepared, tmp_path_factory, pytestconfig) -> Iterator[Server]:
    """A real ComfyUI with this pack, the tiny models and the quickstart's input files."""
    yield from serve(prepared, tmp_path_factory.mktemp("comfyui"), *server_device(pytestconfig))


@pytest.fixture(scope="session")
def newer_page_server(prepared, tmp_path_factory, pytestconfig) -> Iterator[Server]:
    """The same with a front end that has Nodes 2.0."""
    try:
        front_end = environment.newer_front_end()
    except SystemExit as error:
        pytest.skip(f"no front end with Nodes 2.0: {error}")
    yield from serve(prepared, tmp_path_factory.mktemp("newer_page"), *server_device(pytestconfig),
                     "--front-end-root", str(front_end))


def server_device(config: pytest.Config) -> tuple[str, ...]:
    return CPU if config.getoption("device") == "cpu" else ()


def serve(prepared: Path, base: Path, *arguments: str) -> Iterator[Server]:
    comfyui = environment.comfyui_path()
    if not (comfyui / "main.py").exists():
        pytest.fail(f"there is no ComfyUI in {comfyui}; `python scripts/test.py` gets one")
    shutil.copytree(prepared, base, symlinks=True, dirs_exist_ok=True)
    with Server(comfyui, base, ("--preview-method", "auto", *arguments)) as server:
        yield server
