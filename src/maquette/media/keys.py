"""Finding the key of a piece from its notes.

Method of Krumhansl and Schmuckler (Krumhansl 1990, Cognitive Foundations of Musical Pitch, chapter 4): the share of the
time that each pitch class sounds is held against a profile of each key, and the likest wins. The profiles are those of
Temperley (2007, Music and Probability, chapter 6), and are used as he does: as odds that add up. A piece may go
through several keys, and the first one is its own: the opening counts more, and so does the bass that it ends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .score import Key, Mode, Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Share of the sounding time of each degree above the tonic, per mode. Temperley's probabilities of a pitch class in a
# bar of the Kostka-Payne corpus (2007, table 6.1), as they are used with a multinomial: log-odds add up.
PROFILES: dict[str, tuple[float, ...]] = {
    "major": (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    "minor": (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
}
OPENING, SHARE = 0.6, 0.15  # how much more the opening weighs, and which share of the piece it is
ENDS = (0.05, 0.03)  # log-odds for the tonic as the last bass note, and as the first
ENDS_OF_TWO = (0.2, 0.1)  # the same where the signature leaves two keys


def chroma(starts: Any, ends: Any, pitches: Any) -> NDArray[np.float64]:
    """How long each pitch class sounds: arrays of n notes in, (12,) shares that sum to 1 out (zeros without notes)."""
    import numpy as np

    lengths = np.asarray(ends, np.float64) - np.asarray(starts, np.float64)
    held = np.bincount(np.asarray(pitches, np.int64) % 12, lengths, 12)[:12]
    return np.asarray(held / held.sum() if held.sum() > 0 else held, np.float64)


def key_of(starts: Any, ends: Any, pitches: Any, *, signature: int | None = None) -> tuple[int, Mode, float]:
    """Tonic, "major" or "minor", and how sure: the log-odds to the next key, about 0..0.5.

    starts, ends, pitches: arrays of n notes (ticks or any other unit; MIDI numbers), drums left out. `signature` is the
    number of sharps that is written (flats negative): then only its major key and its minor key are asked about.
    """
    import numpy as np

    starts, ends, pitches = (np.asarray(one) for one in (starts, ends, pitches))
    if not len(starts):
        return (0 if signature is None else signature * 7 % 12), "major", 0.0
    opening = starts.min() + SHARE * (ends.max() - starts.min())
    early = starts < opening
    held = chroma(starts, ends, pitches)
    held = held + OPENING * chroma(starts[early], np.minimum(ends[early], opening), pitches[early])
    odds = np.empty((2, 12))
    for row, mode in enumerate(PROFILES):
        profile = np.log(np.asarray(PROFILES[mode]) / sum(PROFILES[mode]))
        odds[row] = [held @ np.roll(profile, tonic) for tonic in range(12)]
    last = pitches[ends >= ends.max() - 1]
    for low, bonus in zip(
        (last.min(), pitches[starts <= starts.min()].min()), ENDS if signature is None else ENDS_OF_TWO, strict=True
    ):
        odds[:, int(low) % 12] += bonus
    if signature is not None:
        allowed = np.full((2, 12), -np.inf)
        allowed[0, signature * 7 % 12] = allowed[1, (signature * 7 + 9) % 12] = 0
        odds += allowed
    best = int(odds.argmax())
    order = np.sort(odds[np.isfinite(odds)])
    return best % 12, ("major" if best < 12 else "minor"), float(order[-1] - order[-2])


def find_key(score: Score, *, signature: int | None = None) -> Key:
    """The key that the notes of a piece speak for, at tick 0; what `score.keys` says is not looked at.

    `signature`: the sharps that are written (flats negative), if they may be believed. C major for a score without
    notes.
    """
    rows = [(note.start, note.end, note.pitch) for part in score.parts if not part.drums for note in part.notes]
    starts, ends, pitches = zip(*rows, strict=True) if rows else ((), (), ())
    tonic, mode, _ = key_of(starts, ends, pitches, signature=signature)
    return Key(0, tonic, mode)


def mode_of(held: Any, tonic: int) -> Mode:
    """Which of the seven modes the shares of the pitch classes (12,) make on a tonic: by its third, then what colours.

    Major with a seventh that is mostly lowered is mixolydian, with a fourth mostly raised lydian; minor with its sixth
    mostly raised and its seventh not is dorian, with its second mostly lowered phrygian.
    """
    at = [float(held[(tonic + step) % 12]) for step in range(12)]
    if at[4] >= at[3]:
        if at[10] > 2 * at[11] and at[10] > 0.02:
            return "mixolydian"
        return "lydian" if at[6] > 2 * at[5] and at[6] > 0.02 else "major"
    if at[1] > 2 * at[2] and at[1] > 0.02:
        return "locrian" if at[6] > 2 * at[7] else "phrygian"
    return "dorian" if at[9] > 2 * at[8] and at[9] > 0.02 and at[10] > at[11] else "minor"


_LETTERS = ("F", "C", "G", "D", "A", "E", "B")


def pc_name(pc: int, key: Key) -> str:
    """How a pitch class is written in a key: the nearest name on the line of fifths, "F#" or "Gb"."""
    low = key.fifths - (3 if key.mode == "minor" else 4)  # minor raises its seventh, major borrows from its minor
    fifth = low + (pc * 7 - low) % 12
    letter, signs = _LETTERS[(fifth + 1) % 7], (fifth + 1) // 7
    return letter + ("#" * signs if signs > 0 else "b" * -signs)


def pitch_name(pitch: int, key: Key) -> str:
    """A MIDI number as it is written in a key: 60 is "C4", in C sharp major "B#3"."""
    name = pc_name(pitch % 12, key)
    natural = pitch - name.count("#") + name.count("b")
    return f"{name}{natural // 12 - 1}"


def key_name(key: Key) -> str:
    """A key for people: "F# minor"."""
    return f"{pc_name(key.tonic, key)} {key.mode}"
