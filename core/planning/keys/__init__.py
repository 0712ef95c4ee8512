"""Camera paths drawn by hand: keys as versioned JSON, the poses between them, keys for a given path, and the
scene around them as a file for the editor."""
