"""What an emotion does to a face, and the nine mouths of speech, as tables.

One row a mood, after the animator's model sheet and Ekman's observations of which muscles move (Ekman and Friesen 1978,
Facial Action Coding System); mouths are those of `stage.MOUTHS`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Mood:
    """Metres on a head of ordinary size, factors where so said."""

    brow_in: float = 0.0  # inner end up
    brow_out: float = 0.0
    arch: float = 0.004
    lid: float = 1.0  # factor: how far the upper lid is open
    low: float = 0.0  # share that the lower lid rises
    slant: float = 0.0  # of the upper lid: outer end up
    corner: float = 0.0  # of the mouth, up
    wide: float = 1.0  # factor of the mouth
    open: float = 0.0  # of a mouth at rest
    iris: float = 1.0
    pinch: float = 0.0  # 0..1: folds between the brows or beside the nose
    bags: float = 0.0  # 0..1 under the eyes
    blush: float = 0.0

    def mixed(self, share: float) -> Mood:
        """Between no mood and this one."""
        none = Mood()
        return Mood(*(getattr(none, f.name) * (1 - share) + getattr(self, f.name) * share for f in fields(self)))


MOODS = {
    "neutral": Mood(corner=0.0025),
    "happy": Mood(0.003, 0.002, 0.007, 0.92, 0.38, 0.0, 0.0105, 1.22, 0.0, blush=0.7),
    "sad": Mood(0.011, -0.006, 0.001, 0.78, 0.05, -0.004, -0.0075, 0.92, bags=0.3),
    "angry": Mood(-0.011, 0.005, 0.001, 0.80, 0.22, 0.005, -0.0065, 1.0, pinch=1.0),
    "afraid": Mood(0.011, 0.002, 0.002, 1.28, 0.0, -0.002, -0.0050, 1.05, 0.006, 0.78, pinch=0.4),
    "surprised": Mood(0.012, 0.011, 0.009, 1.36, -0.08, 0.0, 0.0, 0.62, 0.014, 0.82),
    "disgusted": Mood(-0.007, -0.002, 0.003, 0.66, 0.35, 0.002, -0.0070, 0.92, pinch=0.9),
    "tired": Mood(0.002, -0.005, 0.002, 0.50, 0.05, -0.003, -0.0030, 0.92, bags=1.0),
    "tender": Mood(0.006, -0.001, 0.004, 0.80, 0.18, -0.001, 0.0060, 0.98, blush=0.6),
    "tense": Mood(-0.006, -0.001, 0.002, 0.88, 0.25, 0.001, -0.0020, 0.86, pinch=0.6),
}

# Of each mouth: width factor, upper and lower lip from the line (metres), share of the teeth, tongue, pucker.
SHAPES = {
    "A": (0.96, 0.0, 0.0, 0.0, 0.0, 0.3),
    "B": (1.04, 0.0035, 0.0040, 1.0, 0.0, 0.0),
    "C": (1.02, 0.0050, 0.0115, 0.36, 0.35, 0.0),
    "D": (1.06, 0.0070, 0.0240, 0.28, 0.55, 0.0),
    "E": (0.76, 0.0065, 0.0115, 0.20, 0.25, 0.5),
    "F": (0.46, 0.0050, 0.0065, 0.0, 0.0, 1.0),
    "G": (0.92, 0.0040, 0.0030, 0.85, 0.0, 0.0),
    "H": (1.00, 0.0055, 0.0120, 0.30, 1.0, 0.0),
    "X": (1.00, 0.0, 0.0, 0.0, 0.0, 0.0),
}
