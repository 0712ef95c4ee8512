"""Data sets for trainers of 3D scenes."""
