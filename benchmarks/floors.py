"""Counted, not measured: the least time that the full-size model can take on named cards, and what it
streams."""
from __future__ import annotations

import torch

from arithmetic import Arithmetic
from full_size import FLOAT8, FRAMES, OF_FRAME, REFERENCES, network, step_inputs, streamed
from worldstereo.core.model.vram import peak_bytes

GIB, GB, STEPS = 2 ** 30, 10 ** 9, 4

# TFLOP/s of dense products with float32 sums in bf16, and in fp8 where the card has it. NVIDIA's architecture
# whitepapers of Ampere GA102, Ada and RTX Blackwell (GeForce) and data sheets of A100, H100 SXM and H200
# (half of what they print "with sparsity").
CARDS = {"RTX 3090": (71, None), "RTX 4080": (97.5, 195), "RTX 4090": (165.2, 330.3),
         "RTX 5090": (209.5, 419), "A100": (312, None), "H100 SXM": (989, 1979), "H200": (989, 1979)}
PCIE = (31.5, 63)  # GB/s of 16 lanes of PCIe 4.0 and 5.0: 16 and 32 GT/s each way, 128 of 130 bits
BUDGETS = (24, 16, 12)  # GiB


@torch.no_grad()
def count() -> tuple[int, int]:
    """FLOP of one step at full size, and those of attention among them."""
    net = network(True)
    with Arithmetic(net) as watch:
        net(**step_inputs(REFERENCES))
    return sum(watch.flops.values()), watch.attention["flops"]


def print_floors() -> None:
    flops, attention = count()
    print(f"""
Counted for the full model, 832x480, 21 key frames, 8 references: {flops / 1e15:.3f} PFLOP a step,
{attention / flops:.0%} of them in attention. Floor of {STEPS} steps by the cards' published rates, nothing
measured. This pack multiplies in bf16 whatever the weights are kept in; the fp8 column is what layers
multiplied in fp8 would allow, with attention in bf16.

| card | bf16 | fp8 |
|---|---|---|""")
    for card, (bf16, fp8) in CARDS.items():
        eight = f"{STEPS * ((flops - attention) / fp8 + attention / bf16) / 1e12:.0f} s" if fp8 else "-"
        print(f"| {card} | {STEPS * flops / bf16 / 1e12:.0f} s | {eight} |")
    print("""
Weights that stay in RAM because they do not fit, all of which cross the bus in a step, and the time that
PCIe takes for that at least. A layer is read once, for all streams and portions. It can pass while the card
computes, so the larger of the two floors holds.

| weights | card | portions | in RAM | PCIe 4.0 | PCIe 5.0 |
|---|---|---|---|---|---|""")
    for name, dtype in (("bf16", torch.bfloat16), ("fp8", FLOAT8)):
        net = network(True, dtype)
        for budget in BUDGETS:
            for portions in (1, 8):
                print_streaming(name, net, budget, portions)


def print_streaming(name: str, net, budget: int, portions: int) -> None:
    step = peak_bytes(net, 1, FRAMES * OF_FRAME, REFERENCES * OF_FRAME, portions=portions)
    left = streamed(net, step, budget * GIB)
    cells = "the step does not fit | - | -" if left is None else " | ".join(
        [f"{left / GB:.1f} GB", *(f"{left / GB / rate:.1f} s" for rate in PCIE)])
    print(f"| {name} | {budget} GB | {portions} | {cells} |")
