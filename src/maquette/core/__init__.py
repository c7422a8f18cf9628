"""Floor 0: what every other floor speaks: requests, works, progress, errors (standard library only)."""
