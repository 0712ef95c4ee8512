"""The global-geometric memory: a point cloud that clips are fused into."""
