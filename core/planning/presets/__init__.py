"""The shapes of camera paths: moves, curves, and the official ones."""
