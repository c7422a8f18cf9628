"""What people and instruments can sing and play: lowest and highest sounding pitches, by voice and by GM program.

After Adler, The Study of Orchestration, and Piston, Orchestration: what a good player has at hand, not a soloist's
last note. Pitches are MIDI numbers as they sound.
"""

from __future__ import annotations

import re

from .score import Part

Range = tuple[int, int]

VOICES: dict[str, Range] = {"soprano": (59, 81), "alto": (53, 76), "tenor": (47, 69), "bass": (38, 64)}
"""Voices of a choir."""

# A word in a part's name, and the range it stands for; the first that is found counts.
_NAMED: tuple[tuple[str, Range], ...] = (
    (r"\b(voice|vocals?|vox|gesang|singstimme|chant|stimme|голос)\b", (40, 84)),  # whoever sings
    (r"\b(melody|lead|tune)\b", (36, 96)),  # whoever plays
    (r"\b(mezzo|mezzosopran\w*)\b", (55, 79)),
    (r"\b(sopran\w*|cantus|canto|discant\w*|treble|s)\b", VOICES["soprano"]),
    (r"\b(alto|altus|contralto|alt|a)\b", VOICES["alto"]),
    (r"\b(tenor\w*|t)\b", VOICES["tenor"]),
    (r"\b(bariton\w*)\b", (43, 67)),
    (r"\b(bass|basso|bassus|b)\b", VOICES["bass"]),
    (r"\b(violins?|violino|violine|viol[io]ni)\b", (55, 100)),
    (r"\b(violas?|bratsche)\b", (48, 91)),
    (r"\b(violoncello|cello)\b", (36, 81)),
    (r"\b(contrabass\w*|double bass|kontrabass)\b", (28, 60)),
)
CHOIR = (52, 53, 54)  # GM programs of voices

# First program, last program, range.
_PROGRAMS: tuple[tuple[int, int, Range], ...] = (
    (0, 7, (21, 108)),  # pianos, harpsichord (29..89 in practice)
    (8, 15, (48, 108)),  # bells, vibraphone, marimba
    (16, 20, (36, 96)),  # organs
    (21, 23, (41, 93)),  # accordion, harmonica
    (24, 31, (35, 88)),  # guitars, also with seven strings
    (32, 39, (23, 67)),  # basses, also with five strings
    (40, 40, (55, 100)),  # violin
    (41, 41, (48, 91)),  # viola
    (42, 42, (36, 81)),  # cello
    (43, 43, (28, 60)),  # double bass
    (44, 45, (28, 100)),  # strings, tremolo and plucked
    (46, 46, (24, 103)),  # harp
    (47, 47, (38, 57)),  # timpani
    (48, 51, (28, 100)),  # string sections
    (52, 54, (38, 84)),  # choirs
    (56, 56, (54, 84)),  # trumpet
    (57, 57, (34, 74)),  # trombone
    (58, 58, (26, 65)),  # tuba
    (59, 59, (54, 84)),  # muted trumpet
    (60, 60, (34, 77)),  # horn
    (61, 63, (28, 86)),  # brass sections
    (64, 64, (56, 87)),  # soprano saxophone
    (65, 65, (49, 80)),  # alto saxophone
    (66, 66, (44, 75)),  # tenor saxophone
    (67, 67, (36, 68)),  # baritone saxophone
    (68, 68, (58, 91)),  # oboe
    (69, 69, (52, 81)),  # cor anglais
    (70, 70, (34, 75)),  # bassoon
    (71, 71, (50, 94)),  # clarinet
    (72, 72, (74, 108)),  # piccolo
    (73, 73, (60, 96)),  # flute
    (74, 79, (53, 98)),  # recorder and other flutes
)


def range_of(part: Part) -> Range | None:
    """Lowest and highest pitch of a part, by its program and name; None for drums and sounds without a limit.

    A choir's voice is known by its name: "Soprano", "T.", "Bassus"; so are strings of whatever program.
    """
    if part.drums:
        return None
    name = part.name.lower()
    for pattern, found in _NAMED:
        if re.search(pattern, name) and (part.program in CHOIR or found not in VOICES.values()):
            return found
    return next((found for first, last, found in _PROGRAMS if first <= part.program <= last), None)
