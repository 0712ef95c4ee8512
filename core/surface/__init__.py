"""Surfaces: posed depth maps fused into a distance function, its triangles, their colours, mesh files."""
