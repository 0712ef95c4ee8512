"""The spatial-stereo memory: a bank of frames, and the references retrieved from it."""
