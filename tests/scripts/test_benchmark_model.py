"""The benchmark of the model: its count is right, and its part for a GPU runs."""
from types import SimpleNamespace

import pytest
import torch

import tiny
from tiny import inputs


@pytest.fixture(autouse=True)
def benchmarks(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))


def test_count_is_that_of_torch():
    from torch.utils.flop_counter import FlopCounterMode

    from arithmetic import Arithmetic

    net = tiny.transformer(memory=True)

    def attention_flops(q, k, v, *args, out_shape=None, **kwargs):
        return 4 * q[0] * q[1] * q[2] * q[3] * k[2]

    # the only one that torch does not count
    kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    with torch.no_grad():
        with Arithmetic(net) as ours:
            net(**inputs())
        with FlopCounterMode(display=False, custom_mapping={kernel: attention_flops}) as torchs:
            net(**inputs())
    assert sum(ours.flops.values()) == torchs.get_total_flops()
    assert ours.total == pytest.approx(sum(ours.seconds.values()))
    assert set(ours.flops) == {"control branch", "embeddings", "self-attention", "cross-attention",
                               "feed-forward",
                               "head"}


def test_count_of_a_receptive_field_is_that_of_its_rule(comfy):
    import model_gpu
    from worldstereo.core.model.attention.receptive_field import ReceptiveField
    from worldstereo.core.model.attention.reference import visible_tokens

    run = model_gpu.Run(tiny=True, device=torch.device("cpu"))
    net = tiny.transformer(memory=True)
    frames, height, width, references = run.clip
    tokens = height * width // 256
    config = net.config
    pair = 4 * config.num_layers * config.num_attention_heads * config.attention_head_dim
    matches = torch.randint(-1, tokens, (frames, height // 16, width // 16, references),
                            generator=torch.Generator().manual_seed(0))
    matches[0, :2] = -1  # these see the reference of their frame
    fields = [*model_gpu.fields(run).values(), ReceptiveField((0, 1, -1), matches, 3),
              ReceptiveField((0, -1, 1))]
    for field in fields[1:]:
        asked = int(visible_tokens(field, references, height // 16, width // 16).sum())
        saved = model_gpu.attention_saved(run, net, field)
        assert saved == pair * (((frames + references) * tokens) ** 2 - asked)


@pytest.mark.parametrize("cap", [None, 1.0], ids=["whole", "capped"])
def test_part_for_a_gpu_runs_with_a_tiny_model(comfy, capsys, cap):
    import model_gpu

    model_gpu.main(SimpleNamespace(tiny=True, cap_gb=cap, precision="fp8", attention="sdpa"))
    out = capsys.readouterr().out
    assert "no number here means anything" in out
    rows = ("| 1 |", "| 8 |") if cap else ("| full |", "| paired |", "| correspondence, window 5 |",
                                           "| feed-forward |")
    assert all(row in out for row in rows)


@pytest.mark.slow
def test_four_gpus_with_nvlink_reach_what_the_docs_say(root):
    import parallel

    whole, four = parallel.count(1), parallel.count(4)  # compares the bytes with the formula
    said = parallel.cell(whole, four, 4, *parallel.LINKS["H100 SXM, NVLink"])
    seconds, efficiency = said.split(", ")
    assert int(efficiency.rstrip("%")) >= 85
    page = (root / "docs" / "scale.md").read_text(encoding="utf-8")
    assert f"{seconds}, {efficiency.replace('%', ' %')}" in page
