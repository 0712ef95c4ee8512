"""Depth from the parallax of a clip whose camera path is known: plane sweep and agreement between frames."""
