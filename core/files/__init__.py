"""Files of every kind: atomic writing, paths, pictures, video, saved values."""
