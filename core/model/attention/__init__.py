"""Attention: backends, the log-sum-exp that joins parts, rotary positions, and which references a token
sees."""
