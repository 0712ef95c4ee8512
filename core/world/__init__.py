"""Worlds of several clips: the list of clips, where each starts, and the folder that saves them."""
