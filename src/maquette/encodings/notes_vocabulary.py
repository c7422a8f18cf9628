"""The vocabulary of `notes.v1`: which id means what. Frozen: a checkpoint of today must open in five years.

Music is written bar by bar and, within a bar, line by line (a line is one staff of one part). A line's bar is a *cell*:
groups of notes that begin together and last equally long, each `PITCH+ DUR`, beginning where the group before ended
unless a `POS` says otherwise. Times are 24ths of a quarter. Pitches are written as if the tonic were C, so that what is
learnt in one key is known in all. The ids that can be *written* come first; those that are only *read* (the header,
masks) follow, so that the head of a net covers the first `OUTPUTS` ids only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TICKS = 24  # per quarter note
LONGEST_BAR = 288  # ticks: 12 quarters

PAD, END, BAR, FILL, TIE, CHORDS = 0, 1, 2, 3, 4, 5
LINE = 6  # ..21: opens the cell of the line with that index
LINES = 16
VEL = LINE + LINES  # ..29: ppp .. fff
VELS = 8
POS = VEL + VELS  # ..317: where the next group begins, in ticks from the barline
DUR = POS + LONGEST_BAR
# Lengths in ticks: the commonest in 7.2 thousand pieces; others are sums of them, joined by TIE.
DURATIONS = (
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 27, 28, 30, 32, 33, 36, 40, 42, 45,
    48, 54, 56, 60, 64, 66, 72, 78, 80, 84, 90, 96, 102, 108, 120, 132, 144, 156, 168, 180, 192, 216, 240, 264, 288,
)  # fmt: skip
DURS = len(DURATIONS)
PITCH = DUR + DURS  # ..+127
DRUM = PITCH + 128  # ..+127: General MIDI percussion
CHORD = DRUM + 128  # ..+120: quality * 12 + root above the tonic; the last one is no chord
QUALITIES = ("", "m", "7", "m7", "maj7", "dim", "dim7", "m7b5", "aug", "sus4")  # keys of media.score.QUALITIES
NO_CHORD = CHORD + 12 * len(QUALITIES)
INTERVAL = NO_CHORD + 1  # never written: the second view of PITCH, semitones from the pitch before, -127..127
INTERVALS = 255
OUTPUTS = INTERVAL + INTERVALS

# Read only.
START = OUTPUTS
BEGIN = OUTPUTS + 1  # ends the header
MASK = OUTPUTS + 2  # stands where a cell was taken out
FILLS = OUTPUTS + 3  # from here on the cells that were taken out, in order
WITH_CHORDS = OUTPUTS + 4
EXPRESSIVE = OUTPUTS + 5  # velocities are written
MODE = OUTPUTS + 6  # ..7: major, minor
TONIC = MODE + 2  # ..11: the sounding tonic
TEMPO = TONIC + 12  # ..11
TEMPI = (48, 58, 68, 78, 90, 104, 118, 134, 152, 176, 208)  # edges in quarters a minute
DENSITY = TEMPO + 12  # ..7
DENSITIES = (0.35, 0.6, 0.9, 1.25, 1.7, 2.3, 3.2)  # edges in notes per quarter and line
METRE = DENSITY + 8  # ..31
METRES = (
    (4, 4), (3, 4), (2, 4), (6, 8), (2, 2), (3, 8), (2, 1), (3, 2), (12, 8), (9, 8), (6, 4), (4, 2), (3, 1), (4, 8),
    (5, 4), (7, 8), (5, 8), (7, 4), (1, 4), (9, 4), (12, 4), (8, 8), (9, 16), (6, 16), (2, 8), (1, 2), (5, 2), (1, 1),
    (8, 4), (10, 8), (11, 8),
)  # fmt: skip
OTHER_METRE = len(METRES)
INSTRUMENT = METRE + OTHER_METRE + 1  # ..+39
INSTRUMENTS = (
    "voice", "soprano", "alto", "tenor", "bass voice", "piano right", "piano left", "piano", "organ", "harpsichord",
    "guitar", "electric guitar", "distorted guitar", "bass guitar", "violin", "viola", "cello", "double bass",
    "strings", "harp", "timpani", "trumpet", "trombone", "tuba", "horn", "brass", "saxophone", "oboe", "bassoon",
    "clarinet", "flute", "recorder", "mallets", "synth lead", "synth pad", "synth effect", "plucked", "percussion",
    "drums", "other",
)  # fmt: skip
GENRE = INSTRUMENT + len(INSTRUMENTS)  # ..63; an encoding lists their names
GENRES = 64
VOCABULARY = GENRE + GENRES

# What may follow: one state per kind of place in the text. The head is read under the mask of the state.
(
    AT_BAR,  # a bar has begun: CHORDS, a line, the next bar
    AT_CHORDS,  # in the chord cell: a chord, a place, or on to the lines
    AT_CHORD_PLACE,  # after POS in the chord cell: a chord
    AT_CELL,  # after LINE: a place, loudness, a pitch
    AT_PLACE,  # after POS: loudness or a pitch
    AT_LOUDNESS,  # after VEL: a pitch
    AT_PITCH,  # after a pitch: a higher one, or the length
    AT_LENGTH,  # after a length: TIE, or as in a cell, or out of it
    AT_TIE,  # a further length
    AT_FILLS,  # a FILL, or the end
    AT_FILL,  # after FILL: as in a cell, or the next FILL (the cell stays empty)
    AT_HEADER,  # nothing is written here
) = range(12)
STATES = 12


def _masks() -> NDArray[np.bool_]:
    """(STATES * 2, OUTPUTS): what each state admits; the second half is for cells of drums."""
    spans = {
        "line": (LINE, VEL), "vel": (VEL, POS), "pos": (POS, DUR), "dur": (DUR, PITCH), "pitch": (PITCH, DRUM),
        "drum": (DRUM, CHORD), "chord": (CHORD, INTERVAL), "bar": (BAR, BAR + 1), "end": (END, END + 1),
        "fill": (FILL, FILL + 1), "tie": (TIE, TIE + 1), "chords": (CHORDS, CHORDS + 1),
    }  # fmt: skip
    out = ("line", "bar", "end", "fill")
    admitted = {
        AT_BAR: ("chords", "line", "bar", "end"),
        AT_CHORDS: ("chord", "pos", *out),
        AT_CHORD_PLACE: ("chord",),
        AT_CELL: ("pos", "vel", "pitch"),
        AT_PLACE: ("vel", "pitch"),
        AT_LOUDNESS: ("pitch",),
        AT_PITCH: ("pitch", "dur"),
        AT_LENGTH: ("tie", "pos", "vel", "pitch", *out),
        AT_TIE: ("dur",),
        AT_FILLS: ("fill", "end"),
        AT_FILL: ("pos", "vel", "pitch", "chord", "fill", "end"),
        AT_HEADER: ("end",),
    }
    masks = np.zeros((2 * STATES, OUTPUTS), dtype=np.bool_)
    for state, names in admitted.items():
        for name in names:
            for drums in (0, 1):
                span = spans["drum" if name == "pitch" and drums else name]
                masks[state + STATES * drums, span[0] : span[1]] = True
    return masks


MASKS = _masks()

# Place features, given to a net beside every token: what a musician would look at before writing on. In order:
NONE = 128  # no pitch
FAR = 49  # ticks: this far or farther, or never
LAST_MATCH = 15
PLACES = (
    2 * STATES,  # 0 state, + STATES in cells of drums
    TICKS + 1,  # 1 where the next group begins: tick within its quarter
    14,  # 2 which quarter of the bar; 13 is beyond
    LONGEST_BAR // 12 + 2,  # 3 length of the bar in eighths
    OTHER_METRE + 1,  # 4 metre
    len(INSTRUMENTS) + 1,  # 5 instrument of the line
    NONE + 1,  # 6 last pitch of the line
    NONE + 1,  # 7 the one before it
    NONE + 1,  # 8 what began in this line at this place one bar ago
    NONE + 1,  # 9 lowest pitch sounding in the other lines
    NONE + 1,  # 10 highest
    16,  # 11 pitch classes sounding in the other lines: C to D#
    16,  # 12 E to G
    16,  # 13 G# to B
    12 * len(QUALITIES) + 2,  # 14 chord in force
    33,  # 15 bars that are still to come; 32 is not known
    9,  # 16 number of the bar modulo 8; 8 is not known
    FAR + 1,  # 17 ticks to the next beginning of a note in the other lines
    OUTPUTS + 1,  # 18 what followed the last time that the same ids stood here
    LAST_MATCH + 1,  # 19 how long they have been the same
    DURS + 1,  # 20 last length in the line
    FAR + 1,  # 21 ticks to the next beginning in this line, one bar ago
    NONE + 1,  # 22 first pitch of the line after a gap that is being filled
    9,  # 23 bars until there
)
NOWHERE = (AT_HEADER, TICKS, 13, 0, OTHER_METRE, len(INSTRUMENTS), NONE, NONE, NONE, NONE, NONE, 0, 0, 0,
           12 * len(QUALITIES) + 1, 32, 8, FAR, OUTPUTS, 0, DURS, FAR, NONE, 8)  # fmt: skip
assert len(NOWHERE) == len(PLACES)

_LENGTH_OF = {ticks: index for index, ticks in enumerate(DURATIONS)}
_FROM_LARGE = DURATIONS[::-1]


def durations_of(ticks: int) -> list[int]:
    """Indices of DURATIONS that add up to `ticks` (at least 1), the largest first."""
    parts = []
    while ticks not in _LENGTH_OF:
        part = next(one for one in _FROM_LARGE if one < ticks)
        parts.append(_LENGTH_OF[part])
        ticks -= part
    return [*parts, _LENGTH_OF[ticks]]


def tempo_bin(bpm: float) -> int:
    """0..11 for quarters a minute."""
    return sum(bpm >= edge for edge in TEMPI)


def density_bin(notes_per_quarter: float) -> int:
    """0..7 for notes per quarter and line."""
    return sum(notes_per_quarter >= edge for edge in DENSITIES)


def metre_index(beats: int, unit: int) -> int:
    """Index of a metre; OTHER_METRE for one that has no id of its own (its bar's length is still told)."""
    return METRES.index((beats, unit)) if (beats, unit) in METRES else OTHER_METRE


def instrument_of(program: int, *, drums: bool = False, name: str = "", staff: int = 1, staves: int = 1) -> int:
    """Index of INSTRUMENTS for a staff of a part, by its General MIDI program (0..127) and, for voices, its name."""
    return INSTRUMENTS.index(_instrument_name(program, drums, name.lower(), staff, staves))


_VOICES = {
    "soprano": ("sopran", "canto", "discant", "дискант", "сопрано"),
    "alto": ("alto", "contralto", "альт"),
    "tenor": ("tenor", "тенор"),
    "bass voice": ("bass", "basso", "бас"),
}
_FAMILIES = (
    (range(8), "piano"), (range(8, 16), "mallets"), (range(6, 7), "harpsichord"), (range(16, 24), "organ"),
    (range(24, 26), "guitar"), (range(26, 29), "electric guitar"), (range(29, 32), "distorted guitar"),
    (range(32, 40), "bass guitar"), (range(40, 41), "violin"), (range(41, 42), "viola"), (range(42, 43), "cello"),
    (range(43, 44), "double bass"), (range(44, 46), "strings"), (range(46, 47), "harp"), (range(47, 48), "timpani"),
    (range(48, 52), "strings"), (range(52, 56), "voice"), (range(56, 57), "trumpet"), (range(57, 58), "trombone"),
    (range(58, 59), "tuba"), (range(59, 60), "trumpet"), (range(60, 61), "horn"), (range(61, 64), "brass"),
    (range(64, 68), "saxophone"), (range(68, 70), "oboe"), (range(70, 71), "bassoon"), (range(71, 72), "clarinet"),
    (range(72, 74), "flute"), (range(74, 80), "recorder"), (range(80, 88), "synth lead"), (range(88, 96), "synth pad"),
    (range(96, 104), "synth effect"), (range(104, 112), "plucked"), (range(112, 120), "percussion"),
)  # fmt: skip


def _instrument_name(program: int, drums: bool, name: str, staff: int, staves: int) -> str:
    if drums:
        return "drums"
    if program == 6:
        return "harpsichord"
    voice = next((key for key, hints in _VOICES.items() if any(hint in name for hint in hints)), None)
    if voice and program in (52, 53, 54):
        return voice
    # OpenScore writes solo voices with the oboe's program, for want of a better sound.
    if any(word in name for word in ("voice", "vocal", "singstimme", "gesang", "chant", "canto", "голос", "śpiew")):
        return "voice"
    family = next((family for programs, family in _FAMILIES if program in programs), "other")
    if family == "piano" and staves > 1:
        return "piano right" if staff == 1 else "piano left"
    return family


def numbers(vocabulary: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(kinds, values), each (vocabulary,): which ids stand for a number on which scale, and it, in [-1, 1].

    For nets.transformer.TokenEmbedding: neighbours share what they mean.
    """
    kinds = np.zeros(vocabulary, dtype=np.int64)
    values = np.zeros(vocabulary, dtype=np.float32)
    spans = ((POS, LONGEST_BAR), (PITCH, 128), (INTERVAL, INTERVALS), (VEL, VELS), (TEMPO, 12), (DENSITY, 8))
    for kind, (first, count) in enumerate(spans, start=1):
        kinds[first : first + count] = kind
        values[first : first + count] = np.linspace(-1, 1, count, dtype=np.float32)
    kinds[DUR : DUR + DURS] = len(spans) + 1
    values[DUR : DUR + DURS] = np.log2(DURATIONS).astype(np.float32) / np.log2(DURATIONS[-1]) * 2 - 1
    return kinds, values
