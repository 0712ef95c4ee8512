"""A fixed amount of work to measure machines by: absolute times drift on shared ones, multiples of this
hardly do."""
from __future__ import annotations

import os
import platform
import time

import torch


def machine() -> str:
    """Processor, cores, load and versions, for the first line of a benchmark."""
    cpu = platform.processor()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            cpu = next((line.split(":")[1].strip() for line in lines if "model name" in line), cpu)
    load = f"load {os.getloadavg()[0]:.1f}, " if hasattr(os, "getloadavg") else ""
    return (f"{platform.system()} {platform.machine()}, {cpu}, {os.cpu_count()} cores, {load}"
            f"Python {platform.python_version()}, torch {torch.__version__}")


def yardstick(runs: int = 3) -> float:
    """CPU seconds of one stable torch sort of 10 million int64 keys on one thread: the fastest of some
    runs."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    keys = torch.randint(0, 1 << 62, (10_000_000,), generator=torch.Generator().manual_seed(0))
    seconds = []
    for _ in range(runs):
        began = time.thread_time()
        torch.sort(keys, stable=True)
        seconds.append(time.thread_time() - began)
    torch.set_num_threads(threads)
    return min(seconds)
