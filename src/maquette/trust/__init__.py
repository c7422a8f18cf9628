"""Floor 4: sealing, verifying, originality, keys."""
