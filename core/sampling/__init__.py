"""Sampling of key frames: schedules, conditioning tensors, and the library pipeline."""
