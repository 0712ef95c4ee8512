"""Panoramas: the sphere, views out of it, and the cloud around its centre."""
