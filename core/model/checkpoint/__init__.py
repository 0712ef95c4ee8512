"""WorldStereo checkpoints on disk: recognised, completed from a base model, loaded, and downloaded."""
