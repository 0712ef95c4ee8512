"""Camera paths through a scene: presets, the collision rule, fitting a loaded path, and the picture of a
path."""
