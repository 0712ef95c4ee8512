"""Texts that no name or path should be, and those with which a workflow could lead out of the folders."""
from __future__ import annotations

from worldstereo.core.files.paths import LONGEST_PART

HOSTILE = [
    "..", "../secret", "../secret/camera.json", "../../secret/mirror", "x/../../../../input/precious",
    "x/../../secret/x", "/etc/passwd", "//host/share", "\\\\host\\share\\x",
    "..\\..\\secret", "C:\\Windows\\x", "C:x", "", " ", ".", "./x",
    "a//b", "/", "a\0b", "\ud800", "a\nb", "\u202egnp.exe", "CON", "aux.txt", "a/nul", "com1", ".hidden",
    "x.", " x/y",
    "a" * (LONGEST_PART + 1), "x" * 4000, "a/" * 2000 + "a", "linked", "linked/camera.json", "linked/mirror",
    "linked/x", "../secret/camera.json [output]", "linked/camera.json [output]",
    "file:///etc/passwd", "<b>", "*", "a|b", "x/.."]
