"""Measures of human music (`music_judge.measures`) over the first 16 bars of training pieces of each genre: median,
and 1.48 x the median deviation. Made by `benchmarks/music_figures.py --write`."""

from __future__ import annotations

FIGURES: dict[str, dict[str, tuple[float, float]]] = {
    "song": {
        "in_key": (0.969, 0.040), "repeats": (0.125, 0.185), "rhythms": (0.375, 0.268), "steps": (0.590, 0.212),
        "density": (1.247, 0.709), "silent": (0.000, 0.000), "range": (1.458, 0.555),
    },
    "lied": {
        "in_key": (0.936, 0.070), "repeats": (0.113, 0.167), "rhythms": (0.438, 0.185), "steps": (0.601, 0.209),
        "density": (1.598, 0.574), "silent": (0.000, 0.000), "range": (1.583, 0.617),
    },
    "instrumental": {
        "in_key": (0.952, 0.058), "repeats": (0.250, 0.277), "rhythms": (0.562, 0.277), "steps": (0.524, 0.274),
        "density": (1.147, 0.701), "silent": (0.000, 0.000), "range": (1.583, 0.617),
    },
    "sacred": {
        "in_key": (0.975, 0.037), "repeats": (0.062, 0.092), "rhythms": (0.438, 0.324), "steps": (0.667, 0.138),
        "density": (0.473, 0.330), "silent": (0.000, 0.000), "range": (1.167, 0.247),
    },
    "string quartet": {
        "in_key": (0.946, 0.048), "repeats": (0.125, 0.185), "rhythms": (0.452, 0.207), "steps": (0.642, 0.133),
        "density": (1.339, 0.446), "silent": (0.000, 0.000), "range": (1.833, 0.493),
    },
    "hymn": {
        "in_key": (0.981, 0.020), "repeats": (0.188, 0.185), "rhythms": (0.600, 0.222), "steps": (0.750, 0.096),
        "density": (0.854, 0.277), "silent": (0.000, 0.000), "range": (1.000, 0.247),
    },
    "mass": {
        "in_key": (0.961, 0.038), "repeats": (0.062, 0.092), "rhythms": (0.462, 0.224), "steps": (0.657, 0.166),
        "density": (0.625, 0.304), "silent": (0.000, 0.000), "range": (1.250, 0.370),
    },
    "etude": {
        "in_key": (0.972, 0.041), "repeats": (0.062, 0.092), "rhythms": (0.791, 0.125), "steps": (0.556, 0.367),
        "density": (1.094, 0.879), "silent": (0.000, 0.000), "range": (1.583, 0.617),
    },
    "mazurka": {
        "in_key": (0.950, 0.038), "repeats": (0.312, 0.176), "rhythms": (0.625, 0.160), "steps": (0.418, 0.158),
        "density": (1.833, 0.185), "silent": (0.000, 0.000), "range": (1.583, 0.432),
    },
    "romantic piece": {
        "in_key": (0.936, 0.063), "repeats": (0.138, 0.197), "rhythms": (0.446, 0.198), "steps": (0.715, 0.176),
        "density": (1.445, 0.775), "silent": (0.000, 0.000), "range": (1.417, 0.493),
    },
    "sonata": {
        "in_key": (0.957, 0.049), "repeats": (0.000, 0.000), "rhythms": (0.438, 0.240), "steps": (0.590, 0.192),
        "density": (1.458, 0.833), "silent": (0.000, 0.000), "range": (1.750, 0.493),
    },
    "prelude": {
        "in_key": (0.921, 0.050), "repeats": (0.000, 0.000), "rhythms": (0.323, 0.293), "steps": (0.593, 0.141),
        "density": (1.211, 0.771), "silent": (0.000, 0.000), "range": (1.875, 0.555),
    },
    "polonaise": {
        "in_key": (0.950, 0.038), "repeats": (0.125, 0.102), "rhythms": (0.438, 0.185), "steps": (0.371, 0.261),
        "density": (1.927, 0.511), "silent": (0.000, 0.000), "range": (1.875, 0.678),
    },
    "waltz": {
        "in_key": (0.994, 0.009), "repeats": (0.333, 0.216), "rhythms": (0.688, 0.092), "steps": (0.552, 0.263),
        "density": (0.978, 0.338), "silent": (0.000, 0.000), "range": (1.417, 0.617),
    },
    "classical piece": {
        "in_key": (0.974, 0.039), "repeats": (0.188, 0.277), "rhythms": (0.500, 0.277), "steps": (0.577, 0.234),
        "density": (1.833, 1.071), "silent": (0.000, 0.000), "range": (1.750, 0.863),
    },
    "baroque piece": {
        "in_key": (0.959, 0.038), "repeats": (0.000, 0.000), "rhythms": (0.281, 0.324), "steps": (0.652, 0.167),
        "density": (1.354, 0.871), "silent": (0.000, 0.000), "range": (1.417, 0.370),
    },
    "game soundtrack": {
        "in_key": (0.797, 0.223), "repeats": (0.625, 0.185), "rhythms": (0.812, 0.154), "steps": (0.654, 0.334),
        "density": (1.500, 1.041), "silent": (0.000, 0.000), "range": (1.000, 0.617),
    },
    "folk": {
        "in_key": (1.000, 0.000), "repeats": (0.375, 0.277), "rhythms": (0.562, 0.185), "steps": (0.673, 0.105),
        "density": (1.625, 0.463), "silent": (0.000, 0.000), "range": (1.417, 0.370),
    },
    "orchestral": {
        "in_key": (0.936, 0.062), "repeats": (0.000, 0.000), "rhythms": (0.375, 0.252), "steps": (0.714, 0.153),
        "density": (0.729, 0.528), "silent": (0.000, 0.000), "range": (1.417, 0.617),
    },
    "fugue": {
        "in_key": (0.947, 0.034), "repeats": (0.000, 0.000), "rhythms": (0.113, 0.167), "steps": (0.635, 0.118),
        "density": (1.242, 0.987), "silent": (0.000, 0.000), "range": (1.667, 0.493),
    },
    "opera": {
        "in_key": (0.942, 0.051), "repeats": (0.062, 0.092), "rhythms": (0.276, 0.251), "steps": (0.436, 0.283),
        "density": (1.348, 0.797), "silent": (0.000, 0.000), "range": (1.833, 0.432),
    },
    "march": {
        "in_key": (0.966, 0.038), "repeats": (0.188, 0.247), "rhythms": (0.438, 0.185), "steps": (0.529, 0.264),
        "density": (1.367, 0.594), "silent": (0.000, 0.000), "range": (1.708, 0.432),
    },
    "piece": {
        "in_key": (0.979, 0.031), "repeats": (0.125, 0.092), "rhythms": (0.500, 0.185), "steps": (0.711, 0.116),
        "density": (1.000, 0.401), "silent": (0.000, 0.000), "range": (1.250, 0.493),
    },
    "minuet": {
        "in_key": (0.978, 0.033), "repeats": (0.134, 0.198), "rhythms": (0.562, 0.277), "steps": (0.660, 0.197),
        "density": (1.146, 0.339), "silent": (0.000, 0.000), "range": (1.542, 0.308),
    },
    "renaissance piece": {
        "in_key": (0.965, 0.021), "repeats": (0.000, 0.000), "rhythms": (0.062, 0.092), "steps": (0.764, 0.074),
        "density": (1.109, 0.439), "silent": (0.000, 0.000), "range": (1.083, 0.123),
    },
    "krakowiak": {
        "in_key": (0.980, 0.026), "repeats": (0.467, 0.197), "rhythms": (0.667, 0.154), "steps": (0.339, 0.272),
        "density": (1.594, 0.509), "silent": (0.000, 0.000), "range": (1.583, 0.617),
    },
    "reel": {
        "in_key": (1.000, 0.000), "repeats": (0.250, 0.185), "rhythms": (0.562, 0.092), "steps": (0.660, 0.125),
        "density": (1.281, 0.434), "silent": (0.000, 0.000), "range": (1.333, 0.370),
    },
    "jig": {
        "in_key": (1.000, 0.000), "repeats": (0.250, 0.092), "rhythms": (0.625, 0.092), "steps": (0.631, 0.111),
        "density": (1.648, 0.176), "silent": (0.000, 0.000), "range": (1.417, 0.247),
    },
    "hornpipe": {
        "in_key": (1.000, 0.000), "repeats": (0.250, 0.092), "rhythms": (0.562, 0.092), "steps": (0.613, 0.133),
        "density": (1.825, 0.182), "silent": (0.000, 0.000), "range": (1.417, 0.247),
    },
}  # fmt: skip
