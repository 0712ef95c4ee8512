"""Depth maps: the value, files, models that estimate them, and depth from camera motion."""
