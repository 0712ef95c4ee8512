"""Geometry: depth maps, point clouds, and the way from one to the other and to pictures."""
