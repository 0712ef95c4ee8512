"""Downloads a released variant from Hugging Face, only when the user asks for it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from ...files.atomic import OTHER_MODELS, put_in_place, writable
from ...values import require
from .stored import read_layout

logger = logging.getLogger(__name__)

REPOSITORY = "hanshanxue/WorldStereo"
# File names as the loader lists them, and the sizes in gigabytes that the repository states.
RELEASED = {f"worldstereo-{variant}/model.safetensors": size
            for variant, size in {"camera": 10.9, "memory": 22.3, "memory-dmd": 34.9}.items()}
_CHUNK = 32 << 20  # bytes of one request; between two of them the user can cancel


def how_to_get(name: str, folder: str | Path) -> str:
    """File, size, source and destination of a released variant (a key of RELEASED), in words."""
    variant = Path(name).parent
    return (f"{name} ({RELEASED[name]} GB) and its config.json from "
            f"https://huggingface.co/{REPOSITORY}/tree/main/{variant} to {Path(folder) / variant}")


def download(name: str, folder: str | Path, progress: Callable[[int, int], None] | None = None,
             endpoint: str | None = None) -> Path:
    """Fetches a released variant (a key of RELEASED): its config.json and its safetensors file -> path of the
    latter.

    An interrupted download resumes where it stopped. progress(bytes done, bytes in all) is called for
    every chunk and may raise to cancel. A file gets its name only when its size is right and its header fits
    that. endpoint: another hub than huggingface.co. ValueError says what to fetch by hand, and where to put
    it, or what is wrong with the disk.
    """
    advice = f"get {how_to_get(name, folder)}"
    target = Path(folder) / name
    files, read = _remote_files(Path(name).parent.as_posix(), endpoint, advice)
    wanted = [file for file in files if Path(file[0]).name in ("config.json", target.name)]
    require(len(wanted) == 2, f"{REPOSITORY} has no config.json and {target.name} for {name} any more; "
                              f"{advice}.")
    total, done = sum(size for _, size, _ in wanted), 0
    with writable(target, OTHER_MODELS):
        target.parent.mkdir(parents=True, exist_ok=True)
    begun = sum(part.stat().st_size for part in target.parent.glob("*.part"))
    free = shutil.disk_usage(target.parent).free
    require(free > total - begun,
            f"{name} needs {total / 1e9:.1f} GB, but {target.parent} has only {free / 1e9:.1f} GB left.")
    logger.info("Downloading %s, %.1f GB, to %s.", name, total / 1e9, target.parent)
    for path, size, version in sorted(wanted, key=lambda file: file[1]):
        local = target.parent / Path(path).name
        if not (local.is_file() and local.stat().st_size == size):
            with writable(local, OTHER_MODELS):
                _fetch(lambda start, end: read(path, start, end), local, size, version,
                       progress and (lambda here: progress(done + here, total)))
        done += size
    return target


def _remote_files(variant: str, endpoint: str | None,
                  advice: str) -> tuple[list[tuple[str, int, str]], Callable[[str, int, int], bytes]]:
    """[(path, bytes, version)] of a folder of the repository, and read(path, start, end)."""
    def failed(error: Exception) -> ValueError:
        return ValueError(f"{variant} could not be downloaded ({' '.join(str(error).split())[:200]}); "
                          f"{advice}.")

    try:
        from huggingface_hub import HfApi, HfFileSystem

        info = HfApi(endpoint).model_info(REPOSITORY, files_metadata=True)
        hub = HfFileSystem(endpoint=endpoint, skip_instance_cache=True)
    except Exception as error:  # the client raises a dozen kinds, of three libraries
        raise failed(error) from error

    def read(path: str, start: int, end: int) -> bytes:
        try:
            return hub.cat_file(f"{REPOSITORY}@{info.sha}/{path}", start=start, end=end,
                                cache_type="none")  # pyright: ignore[reportReturnType]
        except Exception as error:
            raise failed(error) from error

    return [(file.rfilename, file.size or 0, (file.blob_id or "")[:12]) for file in info.siblings or ()
            if file.rfilename.startswith(f"{variant}/")], read


def _fetch(read: Callable[[int, int], bytes], local: Path, size: int, version: str,
           progress: Callable[[int], None] | None) -> None:
    part = local.with_name(f"{local.name}.{version}.part")  # kept when interrupted, unlike that of new_path
    for stale in set(local.parent.glob(f"{local.name}.*.part")) - {part}:
        logger.info("%s belongs to another version and is removed.", stale.name)
        stale.unlink()
    with part.open("ab") as file:
        while file.tell() < size:
            start = file.tell()
            chunk = read(start, min(start + _CHUNK, size))
            require(bool(chunk),
                    f"The hub ended {local.name} at {start:,} of {size:,} bytes; run again to go on there.")
            file.write(chunk)
            if progress:
                progress(file.tell())
    _check(part, local, size)
    put_in_place(part, local)


def _check(part: Path, local: Path, size: int) -> None:
    try:
        require(part.stat().st_size == size, f"{local.name} has {part.stat().st_size:,} bytes instead of "
                                             f"{size:,}.")
        if local.suffix == ".safetensors":
            read_layout(part)
    except ValueError as error:
        part.unlink()
        raise ValueError(f"{error} What was downloaded is removed; run again.") from error
