"""WorldStereo checkpoints on disk: recognised, laid over a base model, loaded, written and downloaded."""
