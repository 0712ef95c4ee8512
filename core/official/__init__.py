"""Files in the layouts of the official scripts: scenes, WorldMirror sets, and the names of clips."""
