"""What the glTF 2.0 standard puts into a GLB, read part by part for `glb_read`."""
