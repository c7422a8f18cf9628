"""Measures of human music (`music_judge.measures`) over the first 16 bars of up to 210 training pieces of each genre:
median, and median deviation x 1.48. Made by `benchmarks/music_figures.py`."""

from __future__ import annotations

FIGURES: dict[str, dict[str, tuple[float, float]]] = {
    "song": {
        "in_key": (0.974, 0.039), "repeats": (0.125, 0.185), "rhythms": (0.357, 0.242), "steps": (0.633, 0.171),
        "density": (1.206, 0.898), "silent": (0.0, 0.0), "range": (1.417, 0.493),
    },
    "lied": {
        "in_key": (0.938, 0.056), "repeats": (0.125, 0.185), "rhythms": (0.438, 0.33), "steps": (0.591, 0.281),
        "density": (1.294, 0.543), "silent": (0.0, 0.0), "range": (1.417, 0.617),
    },
    "instrumental": {
        "in_key": (0.967, 0.042), "repeats": (0.25, 0.277), "rhythms": (0.6, 0.24), "steps": (0.533, 0.249),
        "density": (1.219, 0.498), "silent": (0.0, 0.0), "range": (1.667, 0.74),
    },
    "sacred": {
        "in_key": (0.974, 0.028), "repeats": (0.0, 0.0), "rhythms": (0.375, 0.277), "steps": (0.657, 0.134),
        "density": (0.528, 0.33), "silent": (0.0, 0.0), "range": (1.333, 0.37),
    },
    "string quartet": {
        "in_key": (0.947, 0.059), "repeats": (0.1, 0.148), "rhythms": (0.4, 0.148), "steps": (0.66, 0.178),
        "density": (1.271, 0.562), "silent": (0.0, 0.0), "range": (1.833, 0.493),
    },
    "hymn": {
        "in_key": (0.982, 0.02), "repeats": (0.125, 0.185), "rhythms": (0.562, 0.185), "steps": (0.743, 0.085),
        "density": (0.933, 0.237), "silent": (0.0, 0.0), "range": (1.083, 0.123),
    },
    "mass": {
        "in_key": (0.977, 0.03), "repeats": (0.083, 0.123), "rhythms": (0.5, 0.185), "steps": (0.558, 0.169),
        "density": (0.625, 0.347), "silent": (0.0, 0.0), "range": (1.333, 0.493),
    },
    "etude": {
        "in_key": (0.971, 0.043), "repeats": (0.062, 0.092), "rhythms": (0.812, 0.092), "steps": (0.565, 0.375),
        "density": (1.147, 0.958), "silent": (0.0, 0.0), "range": (1.667, 0.493),
    },
    "mazurka": {
        "in_key": (0.962, 0.033), "repeats": (0.312, 0.185), "rhythms": (0.625, 0.185), "steps": (0.44, 0.174),
        "density": (1.875, 0.123), "silent": (0.0, 0.0), "range": (1.583, 0.37),
    },
    "romantic piece": {
        "in_key": (0.94, 0.075), "repeats": (0.125, 0.185), "rhythms": (0.438, 0.198), "steps": (0.633, 0.235),
        "density": (1.417, 0.74), "silent": (0.0, 0.0), "range": (1.583, 0.617),
    },
    "sonata": {
        "in_key": (0.956, 0.047), "repeats": (0.0, 0.0), "rhythms": (0.438, 0.277), "steps": (0.589, 0.179),
        "density": (1.5, 0.856), "silent": (0.0, 0.0), "range": (1.75, 0.493),
    },
    "prelude": {
        "in_key": (0.929, 0.055), "repeats": (0.0, 0.0), "rhythms": (0.357, 0.304), "steps": (0.574, 0.175),
        "density": (1.295, 0.797), "silent": (0.0, 0.0), "range": (2.0, 0.617),
    },
    "polonaise": {
        "in_key": (0.951, 0.039), "repeats": (0.133, 0.173), "rhythms": (0.438, 0.185), "steps": (0.403, 0.239),
        "density": (1.875, 0.383), "silent": (0.0, 0.0), "range": (2.0, 0.493),
    },
    "waltz": {
        "in_key": (0.994, 0.009), "repeats": (0.333, 0.216), "rhythms": (0.688, 0.092), "steps": (0.552, 0.263),
        "density": (0.978, 0.338), "silent": (0.0, 0.0), "range": (1.417, 0.617),
    },
    "classical piece": {
        "in_key": (0.965, 0.034), "repeats": (0.171, 0.21), "rhythms": (0.419, 0.25), "steps": (0.558, 0.245),
        "density": (1.896, 0.879), "silent": (0.0, 0.0), "range": (1.75, 0.74),
    },
    "baroque piece": {
        "in_key": (0.959, 0.029), "repeats": (0.0, 0.0), "rhythms": (0.261, 0.324), "steps": (0.652, 0.138),
        "density": (1.789, 1.195), "silent": (0.0, 0.0), "range": (1.542, 0.432),
    },
    "game soundtrack": {
        "in_key": (0.797, 0.223), "repeats": (0.625, 0.185), "rhythms": (0.812, 0.154), "steps": (0.654, 0.334),
        "density": (1.5, 1.041), "silent": (0.0, 0.0), "range": (1.0, 0.617),
    },
    "folk": {
        "in_key": (1.0, 0.0), "repeats": (0.375, 0.277), "rhythms": (0.562, 0.185), "steps": (0.659, 0.125),
        "density": (1.625, 0.463), "silent": (0.0, 0.0), "range": (1.417, 0.37),
    },
    "orchestral": {
        "in_key": (0.937, 0.051), "repeats": (0.0, 0.0), "rhythms": (0.417, 0.229), "steps": (0.708, 0.132),
        "density": (0.688, 0.586), "silent": (0.0, 0.0), "range": (1.417, 0.617),
    },
    "fugue": {
        "in_key": (0.947, 0.034), "repeats": (0.0, 0.0), "rhythms": (0.113, 0.167), "steps": (0.635, 0.118),
        "density": (1.242, 0.987), "silent": (0.0, 0.0), "range": (1.667, 0.493),
    },
    "opera": {
        "in_key": (0.942, 0.051), "repeats": (0.062, 0.092), "rhythms": (0.276, 0.251), "steps": (0.436, 0.283),
        "density": (1.348, 0.797), "silent": (0.0, 0.0), "range": (1.833, 0.432),
    },
    "march": {
        "in_key": (0.966, 0.038), "repeats": (0.188, 0.247), "rhythms": (0.438, 0.185), "steps": (0.529, 0.264),
        "density": (1.367, 0.594), "silent": (0.0, 0.0), "range": (1.708, 0.432),
    },
    "piece": {
        "in_key": (0.979, 0.031), "repeats": (0.125, 0.092), "rhythms": (0.5, 0.185), "steps": (0.711, 0.116),
        "density": (1.0, 0.401), "silent": (0.0, 0.0), "range": (1.25, 0.493),
    },
    "minuet": {
        "in_key": (0.978, 0.033), "repeats": (0.134, 0.198), "rhythms": (0.562, 0.277), "steps": (0.66, 0.197),
        "density": (1.146, 0.339), "silent": (0.0, 0.0), "range": (1.542, 0.308),
    },
    "renaissance piece": {
        "in_key": (0.965, 0.021), "repeats": (0.0, 0.0), "rhythms": (0.062, 0.092), "steps": (0.764, 0.074),
        "density": (1.109, 0.439), "silent": (0.0, 0.0), "range": (1.083, 0.123),
    },
    "krakowiak": {
        "in_key": (0.98, 0.026), "repeats": (0.467, 0.197), "rhythms": (0.667, 0.154), "steps": (0.339, 0.272),
        "density": (1.594, 0.509), "silent": (0.0, 0.0), "range": (1.583, 0.617),
    },
    "reel": {
        "in_key": (1.0, 0.0), "repeats": (0.25, 0.092), "rhythms": (0.562, 0.092), "steps": (0.676, 0.088),
        "density": (1.447, 0.431), "silent": (0.0, 0.0), "range": (1.292, 0.37),
    },
    "jig": {
        "in_key": (1.0, 0.0), "repeats": (0.25, 0.092), "rhythms": (0.625, 0.092), "steps": (0.625, 0.158),
        "density": (1.649, 0.174), "silent": (0.0, 0.0), "range": (1.417, 0.247),
    },
    "hornpipe": {
        "in_key": (1.0, 0.0), "repeats": (0.25, 0.092), "rhythms": (0.562, 0.092), "steps": (0.613, 0.133),
        "density": (1.825, 0.182), "silent": (0.0, 0.0), "range": (1.417, 0.247),
    },
}  # fmt: skip
