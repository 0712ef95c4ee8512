"""sRGB, which pictures and clouds have, and linear light, which glTF has (IEC 61966-2-1)."""

from __future__ import annotations

import numpy as np


def srgb_to_linear(colors: np.ndarray) -> np.ndarray:
    """Linear light 0..1 of sRGB values [...,3] in 0..1."""
    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: np.ndarray) -> np.ndarray:
    """sRGB values 0..1 of linear light [...,3] in 0..1: the inverse of srgb_to_linear."""
    bright = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.where(light <= 0.0031308, light * 12.92, bright)
