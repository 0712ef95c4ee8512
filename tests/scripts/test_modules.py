"""The folders of the sources: no circles, and a picture that is up to date."""
import pytest

import draw_modules


def test_folders_import_in_one_direction_and_the_picture_shows_it():
    edges = draw_modules.imports_between_folders()
    rows = draw_modules.levels(edges)
    assert rows[0] == ["core"] and rows[-1] == ["nodes"] and "nodes" not in set().union(*edges.values())
    assert draw_modules.PICTURE.read_text() == draw_modules.drawn(edges), "run python scripts/draw_modules.py"


def test_a_circle_is_named():
    with pytest.raises(ValueError, match="in a circle: a, b"):
        draw_modules.levels({"a": {"b", "core"}, "b": {"a"}, "core": set()})
