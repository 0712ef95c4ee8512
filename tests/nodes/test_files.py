"""Files that a workflow names."""
import pytest

from worldstereo.nodes.files import file_complaint, output_path


def test_a_link_to_itself_is_no_file(folders):
    (folders / "input/loop.ply").symlink_to("loop.ply")
    assert file_complaint("loop.ply") == (
        "loop.ply does not exist; choose another file, or put it into ComfyUI's input folder.")


def test_a_file_where_a_folder_of_output_belongs(folders):
    (folders / "output/a").write_bytes(b"")
    with pytest.raises(ValueError, match=r"b cannot be written .*rename it"):
        output_path("a/b", "ply")
