"""Cameras: the Trajectory value, path presets, rays and the picture of a path."""
