"""Camera paths in the files and values of other programs: one module for each family, one function for each
direction.

Every read_* returns a Trajectory (world to camera, OpenCV axes, intrinsics in pixels) and takes Hints for
what its format does not hold. Every write_* returns what is to be written. Both say in their docstring the
direction of the format's matrices: c2w (the pose of the camera in the world) or w2c (its inverse).
"""
