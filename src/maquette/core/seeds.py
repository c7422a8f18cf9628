"""Seeds: every candidate has its own, derived from the request's by hashing."""

from __future__ import annotations

import hashlib

BITS = 63  # so that a seed fits a signed 64-bit integer everywhere


def candidate_seed(seed: int, index: int) -> int:
    """The seed of candidate `index` of a request with `seed`: far apart for neighbours, the same everywhere."""
    digest = hashlib.sha256(f"maquette:{seed}:{index}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - BITS)
