"""Cases of hostile input, each the same for the same part, seed and number, and whether the pack keeps its
promises.

Promised for every one: a right result without NaN, or one sentence in a plain ValueError of the pack's own;
no input changed in place, no write outside the output and temp folders, no read outside ComfyUI's folders,
no network, no program, no pickle, at most MOST_SECONDS of computing and MOST_MEMORY beyond what was there
before.
"""
from __future__ import annotations

import os
import random
import resource
import shutil
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import torch

import environment

MOST_SECONDS = 10  # of the processor
MOST_MEMORY = 2 << 30  # bytes
PARTS = ("nodes", "files")
SLOW_READERS = ("WSKitLoadModel", "WSKitEstimateDepth")


class World:
    """ComfyUI and the pack in this process, with folders of their own below `base`, and what cases need."""

    def __init__(self, base: Path) -> None:
        self.root, self.secret = base / "comfyui", base / "secret"
        self.writable = self.root / "writable"
        self._import_comfyui()
        import sound_inputs
        from spoiled_files import remove, sound_files
        from worldstereo.nodes import NODE_CLASS_MAPPINGS

        self.remove, self.nodes = remove, NODE_CLASS_MAPPINGS
        self.values = sound_inputs.sound_values(self.root / "models")
        self.readers = sound_files(base / "store")
        self._fill_folders()
        self.kept = {folder: _listing(self.root / folder) for folder in ("input", "models", "writable")}
        self.secrets = _listing(self.secret)
        for module in ("av", "trimesh", "scipy.spatial", "PIL.TiffImagePlugin",
                       "multiprocessing.synchronize"):
            _try_import(module)  # the first case shall not pay for it, nor be blamed for what it does

    def _import_comfyui(self) -> None:
        for name in ("input", "models/diffusion_models", "models/vae", "models/geometry_estimation",
                     "writable/output", "writable/temp", "writable/home"):
            (self.root / name).mkdir(parents=True)
        self.secret.mkdir()
        os.environ.update(HOME=str(self.writable / "home"), HF_HOME=str(self.writable / "home"),
                          TMPDIR=str(self.writable / "temp"))
        sys.path.insert(0, str(environment.comfyui_path()))
        sys.argv = sys.argv[:1]  # ComfyUI reads it
        import comfy.cli_args

        comfy.cli_args.args.cpu = True
        import folder_paths

        folder_paths.models_dir = str(self.root / "models")
        folder_paths.input_directory = str(self.root / "input")
        folder_paths.output_directory = str(self.writable / "output")
        folder_paths.temp_directory = str(self.writable / "temp")
        for kind in ("diffusion_models", "vae", "geometry_estimation"):
            folder_paths.folder_names_and_paths[kind] = ([str(self.root / "models" / kind)], {".safetensors"})
        torch.set_num_threads(1)

    def _fill_folders(self) -> None:
        """Sound files for the lists of the loaders, and links to sound files outside."""
        from worldstereo.core.cameras.formats.save import save_trajectory
        from worldstereo.core.official.world_mirror import write_mirror_set

        for reader in self.readers.values():
            place = self.place(reader) / reader.source.name
            if not place.exists():
                _copy(reader.source, place)
        save_trajectory(self.values["WSKIT_TRAJECTORY"], self.secret / "camera.json", "camera.json")
        write_mirror_set(self.secret / "mirror", self.values["WSKIT_MEMORY_BANK"])
        for folder in (self.root / "input", self.writable / "output"):
            (folder / "linked").symlink_to(self.secret, target_is_directory=True)

    def place(self, reader: Any) -> Path:
        return self.writable / "output" if reader.home == "output" else self.root / reader.home

    def restore(self) -> None:
        """Takes away what a case left in the folders, and puts back what it took."""
        for folder, kept in self.kept.items():
            root = self.root / folder
            for name, state in _listing(root).items():
                if kept.get(name) != state:
                    self.remove(root / name)
        for reader in self.readers.values():
            place = self.place(reader) / reader.source.name
            if reader.home == "output" and _listing(place) != _listing(reader.source):
                self.remove(place)
                _copy(reader.source, place)


def run_case(world: World, part: str, seed: int, number: int, loud: bool = False) -> tuple[str, Any]:
    """(the case in words, its Verdict); loud: prints the traceback or the result."""
    import verdict
    from watch import Refused, watched

    rng, said = random.Random(f"{part} {seed} {number}"), []
    torch.manual_seed(number)
    prepare = _node_case if part == "nodes" else _file_case
    cls, inputs, spoil = prepare(world, rng, said)
    prints: dict[str, str] = {}
    began = time.process_time()
    with watched(world.secret, world.writable) as refused, _less_memory(), torch.inference_mode():
        try:
            inputs = spoil(inputs)
            prints = {name: verdict.fingerprint(value) for name, value in inputs.items()}
            result = getattr(cls(), cls.FUNCTION)(**inputs)
            found = verdict.of_result(result, cls)
            if loud:
                print(result)
        except (Exception, Refused) as error:
            if loud:
                traceback.print_exc()
            found = verdict.of_error(error)
    changed = [name for name, old in prints.items() if verdict.fingerprint(inputs[name]) != old]
    if refused:
        found = verdict.Verdict("forbidden", refused[0], found.place)
    elif changed:
        found = verdict.Verdict("input changed", ", ".join(changed), found.place)
    elif _listing(world.secret) != world.secrets:
        found = verdict.Verdict("wrote outside the folders")
    elif time.process_time() - began > MOST_SECONDS and not found.is_violation:
        found = verdict.Verdict("slow", f"{time.process_time() - began:.0f} s", found.place)
    world.restore()
    return " ".join(said), found


def _node_case(world: World, rng: random.Random, said: list[str]) -> tuple:
    from sound_inputs import WIDGETS, sockets_of, sound_inputs
    from spoiled_values import JUNK, spoiled, spoiled_widget

    node = rng.choice(sorted(world.nodes))
    cls = world.nodes[node]
    sockets = sockets_of(cls)
    inputs = sound_inputs(node, cls, world.values, rng)
    said.append(node)

    def spoil(inputs: dict) -> dict:
        inputs = dict(inputs)
        names = [name for name in inputs if sockets[name][0] != "hidden" and name != "download"]
        for name in rng.sample(names, min(len(names), rng.choice([0, 1, 1, 1, 1, 2, 3]))):
            _, kind, options = sockets[name]
            said.append(f"{name}:")
            if rng.random() < 0.03:
                inputs[name] = rng.choice([*JUNK, *(value for key, value in world.values.items()
                                                    if isinstance(key, str))])
                said.append(type(inputs[name]).__name__)
            elif isinstance(kind, list) or kind in WIDGETS:
                inputs[name] = spoiled_widget(inputs[name], kind, options, rng, said)
            elif kind in ("MODEL", "VAE"):
                inputs[name] = rng.choice(world.values["any", kind.lower()])
                said.append(type(inputs[name]).__name__)
            else:
                inputs[name] = spoiled(inputs[name], rng, said)
        return inputs
    return cls, inputs, spoil


def _file_case(world: World, rng: random.Random, said: list[str]) -> tuple:
    from spoiled_files import spoil
    from worldstereo.nodes.widgets import defaults_of

    names = [name for name, reader in world.readers.items() if reader.node not in SLOW_READERS
             or rng.random() < 0.15]
    reader = world.readers[rng.choice(names)]
    cls = world.nodes[reader.node]
    name = f"case.{reader.source.name.partition('.')[2]}" if reader.source.is_file() else "case"
    path = world.place(reader) / name
    _copy(reader.source, path)
    spoil(path, world.secret, rng, said)
    said.insert(0, f"{reader.node} {reader.source.name}")
    inputs = {**defaults_of(cls), **reader.widgets, reader.input: name + reader.mark}
    return cls, inputs, dict


class _less_memory:
    """Within it, the process may take MOST_MEMORY more address space than it has."""

    def __enter__(self) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        self.before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MOST_MEMORY, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self.before)


def _copy(source: Path, place: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, place)
    else:
        shutil.copy2(source, place)


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    """What lies in the folder, with size and time of its files; links are not followed."""
    found = {}
    for parent, folders, files in os.walk(folder):
        found |= {os.path.relpath(os.path.join(parent, name), folder): (0, 0) for name in folders}
        for name in files:
            path = os.path.join(parent, name)
            status = os.lstat(path)
            found[os.path.relpath(path, folder)] = status.st_size, status.st_mtime_ns
    return found


def _try_import(module: str) -> None:
    try:
        __import__(module)
    except ImportError:
        pass
