"""Attention: backends, the log-sum-exp that merges results, rotary positions, and the receptive fields of the
references."""
