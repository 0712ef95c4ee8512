"""Whole worlds: clips that follow each other, their plan, and the folder that keeps them."""
