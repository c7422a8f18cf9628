"""Music by rule: what a trained hand does without thinking. Candidates for moves, and what models are held against.

Every function takes a score and gives a score, draws no dice but from a seed, and knows no model:

    chords_for(melody)                 chord symbols for a melody (music_rules_chords)
    satb(score with chords)            four voices under it (music_rules_voices)
    accompany(score with chords)       bass, chords and drums in a style (music_rules_patterns)
    reharmonise(score with chords)     other chords for the same melody (music_rules_reharmonise)
    rearrange(score, ensemble)         the piece for other players (music_rules_rearrange)
"""

from __future__ import annotations

from .music_rules_chords import chords_for
from .music_rules_patterns import PARTS, STYLES, accompany, styles_for
from .music_rules_rearrange import ENSEMBLES, rearrange
from .music_rules_reharmonise import reharmonise
from .music_rules_voices import satb, top_line

__all__ = [
    "ENSEMBLES",
    "PARTS",
    "STYLES",
    "accompany",
    "chords_for",
    "rearrange",
    "reharmonise",
    "satb",
    "styles_for",
    "top_line",
]
