"""Panoramas: equirectangular sampling, perspective views, and the point cloud around the centre."""
