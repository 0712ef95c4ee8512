"""Makes this checkout importable as the package `worldstereo`, whatever its folder is called."""
from pathlib import Path

__path__ = [str(Path(__file__).resolve().parents[1])]
