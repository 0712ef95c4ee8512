"""Pictures of a point cloud along a camera path."""
