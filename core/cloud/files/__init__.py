"""Point clouds as files: PLY, GLB and splats."""
