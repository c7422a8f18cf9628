"""Generators that are judged by a second net: one picture's pyramid, and one for a painter's own pictures."""
