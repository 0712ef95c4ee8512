"""A package, so that all its tests share one web page for each way to draw nodes."""
