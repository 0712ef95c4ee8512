"""Cameras: the pinhole camera, rotations, the Trajectory, camera rays, path metrics, and camera files."""
