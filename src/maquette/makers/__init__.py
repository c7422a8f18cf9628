"""Floor 4: one file per craft: a request in, works out."""
