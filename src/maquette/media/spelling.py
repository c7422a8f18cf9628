"""How notes are spelt: F sharp or G flat.

Each note is judged on the line of fifths (... Bb F C G D A E B F# ...), where the sharps lie to the right. Every note
around it votes, as if it were the tonic, for the name that this pitch has in its chromatic scale (flat 2, 3, 6 and 7,
sharp 4); notes near by and the key count most. That is the idea of the first stage of ps13 (D. Meredith, "The ps13
pitch spelling algorithm", Journal of New Music Research 35, 2006), with the key that a score knows, its chords, and
lines that move by semitones. A name that a note brings along is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from .score import Chord, Key, Note, Part, Score

_LINE = "FCGDAEB"
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
# Semitones above a tonic -> steps on the line of fifths from it, in a chromatic scale.
_CHROMATIC = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
# The same for the tones of a chord: quality -> semitones -> steps.
_TONES = {0: 0, 3: -3, 4: 4, 5: -1, 6: -6, 7: 1, 8: 8, 9: -9, 10: -2, 11: 5}
_BEFORE, _AFTER = 10, 22  # notes that vote
_KEY_VOTES = 5.0
_CHORD_VOTES = 9.0
_LINE_VOTES = 13.0


def name_of(fifths: int) -> str:
    """The name at a place on the line of fifths: 0 is C, 1 G, -1 F, 6 F#."""
    sign, letter = divmod(fifths + 1, 7)
    return _LINE[letter] + _SIGNS[max(-2, min(2, sign))]


def fifths_of(name: str) -> int:
    """The place of a name ("F#", "Ebb") on the line of fifths. ValueError for what is no name."""
    letter, signs = name[:1].upper(), name[1:]
    if letter not in _NATURAL or signs not in _SIGNS.values():
        raise ValueError(f"{name!r} is no name of a note")
    return _LINE.index(letter) - 1 + 7 * (signs.count("#") - signs.count("b"))


def pitch_class(name: str) -> int:
    """0 to 11 of a name."""
    return fifths_of(name) * 7 % 12


def step_alter_octave(pitch: int, name: str) -> tuple[str, int, int]:
    """Letter, semitones of its sign, and octave (that of the letter: B# 3 sounds as C 4) of a MIDI pitch so named."""
    letter, signs = name[0], name[1:]
    alter = signs.count("#") - signs.count("b")
    return letter, alter, (pitch - alter) // 12 - 1


def key_fifths(key: Key) -> int:
    """The place of a key's tonic on the line of fifths, as its signature has it."""
    steps = {"major": 0, "lydian": -1 + 2, "mixolydian": 1, "dorian": 2, "minor": 3, "phrygian": 4, "locrian": 5}
    if key.mode == "lydian":
        return key.fifths - 1
    return key.fifths + steps[key.mode]


@lru_cache(maxsize=2048)
def near(pitch: int, centre: float) -> int:
    """The place of a pitch class on the line of fifths that lies nearest to `centre`."""
    base = pitch * 7 % 12
    return min((base + 12 * turn for turn in range(-3, 4)), key=lambda place: (abs(place - centre), -place))


def spell_chord(chord: Chord, key: Key) -> tuple[str, str]:
    """Names of a chord's root and bass in a key."""
    tonic = key_fifths(key)
    root = tonic + _chromatic(chord.root, tonic)
    bass = root if chord.bass is None else root + _in_chord(chord.bass - chord.root, chord)
    return name_of(_readable(root)), name_of(_readable(bass))


def spell(score: Score) -> tuple[tuple[str, ...], ...]:
    """The name of every note, a tuple for each part. Notes with a `spelling` that sounds as they do keep it."""
    return tuple(spell_part(score, part) for part in score.parts)


def spell_part(score: Score, part: Part) -> tuple[str, ...]:
    """The name of every note of one part; its context is the whole score's, so that parts agree."""
    if part.drums:
        return ("",) * len(part.notes)
    starts, classes = _context(score)
    around, first, last = [0] * 12, 0, 0
    neighbours = _neighbours(part.notes)
    found, at = [], 0
    for index, note in enumerate(part.notes):
        if note.spelling and _sounds(note):
            found.append(note.spelling)
            continue
        while at < len(starts) and starts[at] < note.start:
            at += 1
        while last < min(at + _AFTER, len(classes)):
            around[classes[last]] += 1
            last += 1
        while first < at - _BEFORE:
            around[classes[first]] -= 1
            first += 1
        found.append(_vote(score, note, around, neighbours[index]))
    return tuple(found)


def _sounds(note: Note) -> bool:
    try:
        return pitch_class(note.spelling) == note.pitch % 12
    except ValueError:
        return False


def _context(score: Score) -> tuple[list[int], list[int]]:
    """Starts and pitch classes of all notes of the score, in the order of time."""
    notes = sorted((note.start, note.pitch % 12) for part in score.parts if not part.drums for note in part.notes)
    return [start for start, _ in notes], [pitch for _, pitch in notes]


def _neighbours(notes: Sequence[Note]) -> list[tuple[int, int]]:
    """Intervals, in semitones, from the note before and to the note after in the same voice; 0 without one.

    In chords, the nearest pitch of the onset before and after.
    """
    onsets: dict[tuple[int, int], dict[int, list[int]]] = {}
    for note in notes:
        onsets.setdefault((note.staff, note.voice), {}).setdefault(note.start, []).append(note.pitch)
    order = {lane: sorted(groups) for lane, groups in onsets.items()}
    place = {lane: {start: index for index, start in enumerate(starts)} for lane, starts in order.items()}
    found = []
    for note in notes:
        lane = (note.staff, note.voice)
        index = place[lane][note.start]
        before, after = 0, 0
        if index:
            before = min((note.pitch - one for one in onsets[lane][order[lane][index - 1]]), key=abs)
        if index + 1 < len(order[lane]):
            after = min((one - note.pitch for one in onsets[lane][order[lane][index + 1]]), key=abs)
        found.append((before, after))
    return found


def _chromatic(pitch: int, tonic: int) -> int:
    """Steps on the line of fifths from a tonic (a place) to a pitch class in its chromatic scale."""
    return _CHROMATIC[(pitch - tonic * 7) % 12]


def _in_chord(semitones: int, chord: Chord) -> int:
    """Steps on the line of fifths from the root to a tone so many semitones above it."""
    interval = semitones % 12
    if interval == 9 and chord.quality != "dim7":
        return 3
    if interval == 8 and chord.quality != "aug":
        return -4
    return _TONES.get(interval, _CHROMATIC[interval])


def _vote(score: Score, note: Note, around: Sequence[int], neighbours: tuple[int, int]) -> str:
    key = score.key_at(note.start)
    tonic = key_fifths(key)
    centre = key.fifths + 2
    votes: dict[int, float] = {}

    def cast(place: int, weight: float) -> None:
        place = _readable(place)
        votes[place] = votes.get(place, 0.0) + weight

    diatonic = note.pitch % 12 in key.scale
    cast(tonic + _in_key(note.pitch, key), _KEY_VOTES * (3 if diatonic else 1))
    for pitch, count in enumerate(around):
        if count:
            from_tonic = near(pitch, centre)
            cast(from_tonic + _chromatic(note.pitch, from_tonic), 0.5 * count)
    chord = score.chord_at(note.start)
    if chord and note.pitch % 12 in chord.tones:
        root = tonic + _chromatic(chord.root, tonic)
        cast(root + _in_chord(note.pitch - chord.root, chord), _CHORD_VOTES)
    if not diatonic:
        _by_line(note, key, neighbours, cast)
    return name_of(max(votes, key=lambda place: (votes[place], -abs(place - centre))))


def _in_key(pitch: int, key: Key) -> int:
    """Steps from the tonic in its mode's scale; else as in the chromatic scale (minor: raised 6th and 7th)."""
    semitones = (pitch - key.tonic) % 12
    scales = {"phrygian": {1: -5}, "locrian": {1: -5, 6: -6}}
    return scales.get(key.mode, {}).get(semitones, _CHROMATIC[semitones])


def _by_line(note: Note, key: Key, neighbours: tuple[int, int], cast: object) -> None:
    """Notes outside the key in lines of semitones: sharps lead up, flats lead down."""
    assert callable(cast)
    before, after = neighbours
    scale = {(key.tonic + step) % 12: near((key.tonic + step) % 12, key.fifths + 2) for step in range(12)}
    below = scale[(note.pitch - 1) % 12] + 7 if (note.pitch - 1) % 12 in key.scale else None
    above = scale[(note.pitch + 1) % 12] - 7 if (note.pitch + 1) % 12 in key.scale else None
    rises = after == 1 and before in (1, -1)
    falls = after == -1 and before in (-1, 1)
    if rises and below is not None:
        cast(below, _LINE_VOTES)
    elif falls and above is not None:
        cast(above, _LINE_VOTES)


def _readable(place: int) -> int:
    """The place itself, or the same pitch with fewer signs where it would take more than two."""
    while place > 19:
        place -= 12
    while place < -15:
        place += 12
    return place
