"""Reads JSON and other texts: whatever is wrong with them becomes a ValueError in one sentence."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..values import require
from .limits import LARGEST_TEXT, check_file


def parse_json(text: str | bytes, what: str, remedy: str = "export it again") -> Any:
    """What a JSON text holds, NaN and Infinity among it. ValueError, which begins with `what` and ends in the
    remedy, when it is cut off, no JSON, nested too deep or has a number of thousands of digits."""
    try:
        return json.loads(text)
    except RecursionError:
        cause = "nested too deep"
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        cause = str(error)
    except ValueError:  # by Python's own bound on the digits of whole numbers
        cause = "a number with thousands of digits"
    raise ValueError(f"{what} is no JSON, or was cut off ({cause}); {remedy}.")


def read_json(path: Path, remedy: str = "export it again") -> Any:
    """What a JSON file holds; errors as of read_text and parse_json."""
    return parse_json(read_text(path, remedy), path.name, remedy)


def read_json_object(path: Path, remedy: str = "export it again") -> dict:
    """The JSON object in a file; errors as of read_json, also for a list or a number."""
    data = read_json(path, remedy)
    require(isinstance(data, dict), f"{path.name} of {path.parent.name} holds a JSON {type(data).__name__}, "
                                    f"expected an object; {remedy}.")
    return data


def read_text(path: Path, remedy: str = "export it again") -> str:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 with or without byte order mark.

    ValueError for what is no ordinary file, too large or no text.
    """
    check_file(path, remedy)
    size = path.stat().st_size
    require(size <= LARGEST_TEXT,
            f"{path.name} has {size} bytes, more than the {LARGEST_TEXT} of a text file; {remedy}.")
    try:
        data = path.read_bytes()
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        require(b"\0" not in data, f"{path.name} is no text file; {remedy}.")
        raise ValueError(f"{path.name} is no text in UTF-8 ({error.reason} at byte {error.start}); "
                         f"{remedy}.") from error
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read ({error.strerror}); {remedy}.") from error
    require("\0" not in text, f"{path.name} is no text file; {remedy}.")
    return text
