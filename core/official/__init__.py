"""Layouts of the official scripts: scenes, WorldMirror sets, names of clips."""
