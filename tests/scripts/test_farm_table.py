"""Tables for a farm: which input a column names, and one sentence for whatever does not fit."""
import json
import re

import pytest

from farm_table import read_rows

GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}, "_meta": {"title": "Photo"}},
    "2": {"class_type": "Sampler", "inputs": {"seed": 5, "steps": 2.5, "tiled": False, "image": ["1", 0]},
          "_meta": {"title": "Sampler"}},
    "3": {"class_type": "Text", "inputs": {"mode.text": "a cat"}, "_meta": {"title": "Prompt"}},
    "4": {"class_type": "Text", "inputs": {"text": "", "model": "wan.safetensors"},
          "_meta": {"title": "Text"}},
    "5": {"class_type": "Text", "inputs": {"text": "scene"}, "_meta": {"title": "Text"}},
}


@pytest.fixture
def rows(tmp_path):
    """Reads a table, whose text is given, of the graph above."""
    inputs = tmp_path / "input"
    (inputs / "scene" / "deep").mkdir(parents=True)
    for name in ("cat.png", "dog.png", "scene/deep/1.png", "secret.txt"):
        (inputs / name).touch()
    (inputs / "scene" / "link").symlink_to(tmp_path / "world.json")

    def read(text, kind="csv", graph=GRAPH):
        (tmp_path / "world.json").write_text(json.dumps(graph))
        (tmp_path / f"rows.{kind}").write_text(text, encoding="utf-8-sig")
        return read_rows(tmp_path / "world.json", tmp_path / f"rows.{kind}", inputs)

    return read


def test_a_csv_table_sets_inputs_by_title_and_by_number(rows):
    first, second = rows('name,Photo.image,2.seed,Sampler.steps,2.tiled,Prompt.mode.text\n'
                         'one,dog.png,18446744073709551615,1e3,true,"a dog, asleep"\ntwo,,,,,\n')
    assert (first.name, second.name) == ("one", "two") and second.graph == GRAPH
    assert first.graph["1"]["inputs"] == {"image": "dog.png"}
    assert first.graph["2"]["inputs"] == {"seed": 2 ** 64 - 1, "steps": 1000.0, "tiled": True,
                                          "image": ["1", 0]}
    assert first.graph["3"]["inputs"] == {"mode.text": "a dog, asleep"}
    assert first.files == ("dog.png", "scene/deep/1.png") and second.files == ("cat.png", "scene/deep/1.png")
    assert first.models == {"wan.safetensors"}


def test_a_json_table_holds_values(rows):
    first, second = rows('[{"2.seed": 7, "Sampler.steps": 2}, {"2.tiled": true, "4.text": "../secret.txt"}]',
                         "json")
    assert (first.name, second.name) == ("0001", "0002")
    assert first.graph["2"]["inputs"]["seed"] == 7 and second.graph["2"]["inputs"]["tiled"] is True
    assert second.files == first.files == ("cat.png", "scene/deep/1.png")


@pytest.mark.parametrize("text, says", [
    ("Sampler.sed\n1\n", "no input 'Sampler.sed'.*'Sampler.seed'"),
    ("Text.text\nhello\n", r"Several nodes.*4\.text, 5\.text"),
    ("2.image\ncat.png\n", "connected to another node"),
    ("2.seed\n1\nabc\n", r"'2.seed' in row 2 of rows.csv is 'abc', expected a number"),
    ("2.seed\nnan.\n", "expected a number"),
    ("2.steps\n1e999\n", "expected a number"),
    ("2.tiled\nyes\n", "expected true or false"),
    ("Photo.image\nbird.png\n", "is 'bird.png', which is not in .*input"),
    ("name,2.seed\na,1\nA,2\n", "Two rows .* are called 'A'"),
    ("name,2.seed\n../a,1\n", "The name in row 1 of rows.csv '../a'"),
    ("name,2.seed\na/b,1\n", "without slashes"),
    ("2.seed,2.seed\n1,2\n", "same name"),
    ("2.seed\n1,2\n", "has 2 cells, expected 1"),
    ('2.seed\n"1\n', "no table with commas"),
    ("", "no table"),
    ("2.seed\n", "no rows")])
def test_what_does_not_fit_is_a_sentence(rows, text, says):
    with pytest.raises(ValueError) as error:
        rows(text)
    assert re.search(says, str(error.value)) and "\n" not in str(error.value)


@pytest.mark.parametrize("text, says", [
    ('{"2.seed": 1}', "a list of objects"), ('[{"2.seed": true}]', "expected a number"),
    ('[{"2.seed": NaN}]', "expected a number"), ('[{"Photo.image": 3}]', "expected a text"),
    ('[{"2.seed": [1]}]', "expected a number"), ('[{"name": 3, "2.seed": 1}]', "expected a text")])
def test_values_of_another_kind_are_a_sentence(rows, text, says):
    with pytest.raises(ValueError, match=says):
        rows(text, "json")


@pytest.mark.parametrize("graph", [{"nodes": [], "links": []}, {}, {"1": {"class_type": "A"}}])
def test_the_format_of_the_page_is_refused(rows, graph):
    with pytest.raises(ValueError, match="Export"):
        rows("2.seed\n1\n", graph=graph)
