"""The check for a lent card: every section runs with tiny models, and one that fails costs no other."""

import json

import pytest
import torch

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def benchmarks(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))


# of gpu_check.py, which cannot be imported while tests are collected
SECTIONS = ["versions", "attention exactness", "attention speed", "modulation", "model", "model profile",
            "fp8 in 24 GB", "bf16 in 24 GB", "fp8 in 16 GB", "bf16 in 16 GB", "scaled fp8 with LoRA",
            "renderer", "plane sweep", "compiled blocks", "out of memory", "tests"]
THE_SAME_WITH_OTHER_NUMBERS = {"bf16 in 24 GB", "fp8 in 16 GB"}


@pytest.fixture
def run(comfy):
    from model_gpu import Run

    return Run(tiny=True, device=torch.device("cpu"))


@pytest.mark.parametrize("name", [name for name in SECTIONS if name not in THE_SAME_WITH_OTHER_NUMBERS])
def test_section_runs_with_tiny_models(run, name):
    import gpu_check

    assert list(gpu_check.SECTIONS) == SECTIONS
    tables = list(gpu_check.SECTIONS[name].work(run))
    assert tables
    for table in tables:
        assert table.markdown()
        assert all(len(row) == len(table.columns) for row in table.rows)
        json.dumps(table.rows)


def test_out_of_memory_leaves_the_next_clip_as_before(run):
    from gpu_models import out_of_memory

    seen, _ = out_of_memory(run)
    assert dict(seen.rows)["message"].startswith(
        "OutOfMemoryError: Memory ran out while sampling 3 key frames"
    )
    assert dict(seen.rows)["the next clip is as before"] is True


def test_a_stopped_section_costs_no_other_and_a_second_run_replaces_its_own(run, tmp_path, monkeypatch):
    import gpu_check

    def check(*arguments):
        monkeypatch.setattr("sys.argv", ["gpu_check.py", str(tmp_path), "--tiny", *arguments])
        status = gpu_check.main()
        report = json.loads((tmp_path / "report.json").read_text())
        return status, {name: section["state"] for name, section in report["sections"].items()}

    known = gpu_check.SECTIONS["renderer"]
    monkeypatch.setitem(gpu_check.SECTIONS, "renderer", gpu_check.Section(known.work, 0.1))
    assert check("--only", "renderer", "versions") == (1, {"versions": "ok", "renderer": "stopped"})
    monkeypatch.setitem(gpu_check.SECTIONS, "renderer", known)
    assert check("--only", "renderer") == (0, {"versions": "ok", "renderer": "ok"})
    assert "| the renderer is deterministic | yes | yes |" in (tmp_path / "report.md").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.json", "report.md"]


def test_a_section_that_fails_keeps_the_tables_before(run, tmp_path, monkeypatch):
    import gpu_check
    from tables import Table

    def fails(run):
        yield Table("before", ("a",), [(1,)])
        raise ValueError("the card said no")

    monkeypatch.setitem(gpu_check.SECTIONS, "versions", gpu_check.Section(fails, 60))
    gpu_check.child(run, "versions", tmp_path)
    found = json.loads((tmp_path / "section.json").read_text())
    assert [table["title"] for table in found["tables"]] == ["before"]
    assert "the card said no" in found["error"]


def test_without_a_card_and_without_tiny_it_says_so(tmp_path, monkeypatch, capsys):
    import gpu_check

    if torch.cuda.is_available():
        pytest.skip("there is a card")
    monkeypatch.setattr("sys.argv", ["gpu_check.py", str(tmp_path / "report")])
    assert gpu_check.main() == 2
    assert "--tiny shows" in capsys.readouterr().out
    assert not (tmp_path / "report").exists()
