"""Files that a workflow names, and the names of new ones.

They lie below ComfyUI's input folder, or below its output folder with " [output]" behind the name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from ..core.files.atomic import writable
from ..core.files.paths import inside, leads_out
from .sockets import Output


def stored_files(*endings: str) -> list[str]:
    """The names of all files that end so as a workflow holds them: in the input folder, then in output."""
    import folder_paths

    roots = (folder_paths.get_input_directory(), ""), (folder_paths.get_output_directory(), " [output]")
    return [name + mark for root, mark in roots for name in sorted(_below(root, endings))]


def stored_folders(fits: Callable[[Path], bool]) -> list[str]:
    """The names of the folders that fit, up to three deep in both folders, likewise."""
    import folder_paths

    roots = (folder_paths.get_input_directory(), ""), (folder_paths.get_output_directory(), " [output]")
    return [path.relative_to(root).as_posix() + mark
            for root, mark in roots for deep in ("*", "*/*", "*/*/*")
            for path in sorted(Path(root).glob(deep))
            if path.is_dir() and not path.name.startswith(".") and not leads_out(path, Path(root))
            and fits(path)]


def stored_path(file: str) -> Path:
    """Path of a file named in a workflow. Raises ValueError when it leads out of the two folders."""
    import folder_paths

    if not isinstance(file, str):
        raise ValueError(f"The file is a {type(file).__name__}; expected its name in ComfyUI's input folder.")
    name, folder = folder_paths.annotated_filepath(file)
    path = inside(Path(folder or folder_paths.get_input_directory()), name.strip(), "The file",
                  "lies outside ComfyUI's input and output folders")
    return Path(os.path.realpath(path))  # unlike Path.resolve, it takes a link to itself


def output_folder() -> Path:
    """ComfyUI's output folder, links followed."""
    import folder_paths
    return Path(folder_paths.get_output_directory()).resolve()


def output_path(prefix: str, ending: str) -> tuple[Path, str]:
    """(path, path relative to output/ with forward slashes) of a new file "prefix_00001_.ending".

    Without an ending it is that of a folder, "prefix_00001_".
    Raises ValueError when the prefix leads out of ComfyUI's output folder or is no name.
    """
    import folder_paths

    root = output_folder()
    path = inside(root, prefix, "The filename prefix", "leads out of ComfyUI's output folder")
    prefix = path.relative_to(root).as_posix()
    with writable(path):
        folder, name, counter, _, _ = folder_paths.get_save_image_path(prefix, str(root))
    path = Path(folder) / f"{name}_{counter:05}_{ending and '.' + ending}"
    return path, path.resolve().relative_to(root).as_posix()


def write_new(prefix: str, ending: str, write: Callable[[Path], None]) -> Output:
    """What a save node returns: write(path) has written output_path(prefix, ending), whose name it shows and
    hands on."""
    path, relative = output_path(prefix, ending)
    write(path)
    return {"ui": {"text": [relative]}, "result": (relative,)}


def change_of(file: str) -> str:
    """What IS_CHANGED returns: another string when the file was written again."""
    return _written(stored_path(file))


def change_of_folder(folder: str) -> list[str]:
    """What IS_CHANGED returns for a folder: another list when a file in it came, went or was rewritten."""
    return changes_of(stored_path(folder).rglob("*"))


def changes_of(files: Iterable[Path]) -> list[str]:
    """What IS_CHANGED returns for several files: another list when one came, went or was written again."""
    return [f"{file.name} {_written(file)}" for file in sorted(files) if file.is_file()]


OTHER = "choose another file, or put it into ComfyUI's input folder"


def file_complaint(file: str) -> bool | str:
    """What VALIDATE_INPUTS returns: True, or why the file or folder cannot be read."""
    if file is None:  # linked to another node
        return True
    try:
        path = stored_path(file)
    except ValueError as error:
        return str(error)
    return path.exists() or f"{file} does not exist; {OTHER}."


def _written(path: Path) -> str:
    if not path.exists():
        return "missing"
    status = os.stat(path)
    return f"{status.st_mtime_ns}-{status.st_size}"


def _below(folder: str, endings: tuple[str, ...]) -> list[str]:
    return [path.relative_to(folder).as_posix()
            for ending in endings for path in Path(folder).rglob(f"*.{ending}")]
