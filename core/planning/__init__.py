"""Camera paths through a scene: presets, collision, fitting, and the picture of a path."""
