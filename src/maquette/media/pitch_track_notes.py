"""Notes of a recorded line: from the pitch of every frame to what was meant.

After Mauch et al. 2015 ("Computer-aided melody note transcription using the Tony software"): a hidden note stands
behind every frame, to stay on it is free, to change costs, and the cheapest course through the recording is found by
dynamic programming. So vibrato and a slide stay inside their note. The same pitch sung again is told by its attack.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..core.errors import MediaError
from .pitch_track import HOP, Track, track

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LONGEST = 900.0  # seconds of one take
SHORTEST = 0.2  # seconds
SHORTEST_NOTE = 0.055  # seconds: shorter ones are slips of the voice
STEP = 3  # notes that may be meant per semitone: singers are seldom on the grid

# Costs of a course, in nats.
CHANGE = 9.0  # another note
OFF = 4.5  # at most, per frame, for a pitch that is not the note's
WIDTH = 0.45  # semitones: what vibrato strays from its note
HOLE = 0.45  # per frame of a note without a pitch
SOUND = 1.0  # per frame of silence with a pitch
DIP = 4.0  # dB between two notes that tell where the second begins


@dataclass(frozen=True)
class Heard:
    """One note of a take: seconds, MIDI pitch with its fraction, dB below full scale, how sure (0..1)."""

    start: float
    end: float
    pitch: float
    level: float
    sure: float = 1.0


@dataclass(frozen=True)
class Take:
    """What was heard in a recording. `tuning`: cents that it lies above A = 440 Hz. `said`: remarks, a line each."""

    notes: tuple[Heard, ...]
    tuning: float
    duration: float
    said: tuple[str, ...] = ()

    @property
    def pitches(self) -> tuple[int, ...]:
        """The note that was meant, each on the grid of the take's own tuning."""
        return tuple(round(note.pitch - self.tuning / 100) for note in self.notes)


def hear(samples: Floats, rate: int, where: str = "") -> Take:
    """The notes of a recording, (n,) or (n, channels) samples at `rate` Hz, one voice.

    Raises MediaError for what is silent, shorter than `SHORTEST`, longer than `LONGEST`, or has no pitch in it.
    """
    import numpy as np

    heard, said = _one_channel(np.asarray(samples, np.float64))
    check_length(len(heard) / rate, where)
    loudest = float(np.abs(heard).max())
    if loudest < 1e-4:
        raise MediaError("this recording is silent", where=where, mend="check the microphone, or turn it up")
    heard = heard - heard.mean()
    if (share := _clipped(heard)) > 0.0005:
        said.append(f"{share:.1%} of the recording is clipped (too loud): pitches may be read an octave off")
    if rate < 11000:
        said.append(f"at {rate} Hz the recording has little above {rate // 2} Hz: soft attacks are found less exactly")
    frames = track(heard / loudest, rate)
    notes = _notes(frames)
    if not notes:
        raise MediaError(
            "no note was found in this recording",
            where=where,
            mend="hum, whistle, sing or play one line, near the microphone; chords and drums are not read",
        )
    return Take(notes, _tuning(notes), len(heard) / rate, tuple(said))


def check_length(seconds: float, where: str = "") -> None:
    """Raise MediaError for a take that is too short or too long to be read."""
    if seconds < SHORTEST:
        raise MediaError(f"{seconds:.2f} s are too short to hear a note in", where=where, mend="record a phrase")
    if seconds > LONGEST:
        raise MediaError(
            f"this recording is {seconds / 60:.0f} minutes long; a take of up to {LONGEST / 60:.0f} is read",
            where=where,
            mend="name the part you mean, e.g. --from 60 --to 120 (seconds)",
        )


def _one_channel(samples: Floats) -> tuple[Floats, list[str]]:
    """One channel: the mean of all, or the loudest where the mean would cancel them out."""
    import numpy as np

    if samples.ndim == 1 or samples.shape[1] == 1:
        return samples.reshape(-1), []
    mean = samples.mean(axis=1)
    powers = (samples**2).mean(axis=0)
    if (mean**2).mean() < 0.3 * powers.max():
        best = int(powers.argmax())
        return samples[:, best], [f"the channels differ much: only channel {best + 1}, the louder, was listened to"]
    return np.asarray(mean), []


def _clipped(samples: Floats) -> float:
    """The share of samples that lie in runs of three and more at the very top or bottom."""
    import numpy as np

    top = float(np.abs(samples).max())
    at = np.abs(samples) >= top * 0.998
    return float((at[:-2] & at[1:-1] & at[2:]).mean()) if len(samples) > 2 else 0.0


def _notes(frames: Track) -> tuple[Heard, ...]:
    """The notes behind the frames of a track."""
    import numpy as np

    pitch = frames.pitch
    if np.isnan(pitch).all():
        return ()
    runs: list[tuple[int, int]] = []
    for first, last in _course(pitch):
        runs += _attacks(frames, first, last)
    # A slide through a semitone, or the breath at the end of a note, is no note.
    runs = [(a, b) for a, b in runs if np.isfinite(pitch[a:b]).sum() * HOP >= SHORTEST_NOTE]
    found, before = [], 0
    for first, last in runs:
        found.append(_note(frames, first, last, before))
        before = (first + last) // 2
    loud = max((note.level for note in found), default=0.0)
    kept = [note for number, note in enumerate(found) if note.level > loud - 34 and not _rings(found, number)]
    ends = [after.start for after in kept[1:]] + [float("inf")]
    return tuple(replace(note, end=min(note.end, end)) for note, end in zip(kept, ends))


def _rings(notes: list[Heard], number: int) -> bool:
    """Whether a note is but what a room keeps of one before it: the same pitch, at once after others, far softer."""
    note = notes[number]
    for before in notes[max(0, number - 3) : number]:
        alike = abs(before.pitch - note.pitch) < 0.6 and note.start - before.end < 1.0
        if alike and note.level < before.level - 13 and note.start - notes[number - 1].end < 0.05:
            return True
    return False


def _course(pitch: Floats) -> list[tuple[int, int]]:
    """Frames (first, last + 1) of the notes of the cheapest course: Viterbi over silence and all pitches sung."""
    import numpy as np

    grid = np.arange(np.nanmin(pitch) - 0.5, np.nanmax(pitch) + 0.5, 1 / STEP)
    voiced = ~np.isnan(pitch)
    off = np.abs(np.where(voiced, pitch, 0.0)[:, None] - grid[None, :]) / WIDTH
    off = np.where(off < 1, 0.5 * off**2, off - 0.5).clip(max=OFF)  # Huber: a pitch far off says no more than one off
    own = np.where(voiced[:, None], off, HOLE)
    own = np.concatenate([own, np.where(voiced, SOUND, 0.0)[:, None]], axis=1)
    # Two notes a third of a semitone apart are one that drifts.
    apart = np.abs(grid[:, None] - grid[None, :])
    change = np.where(apart < 0.75, CHANGE * 2.5, CHANGE)
    np.fill_diagonal(change, 0.0)
    change = np.pad(change, ((0, 1), (0, 1)), constant_values=CHANGE / 2)
    change[-1, -1] = 0.0
    states = _cheapest(own, change)
    edges = np.flatnonzero(np.diff(states)) + 1
    bounds = [0, *edges.tolist(), len(states)]
    return [(a, b) for a, b in itertools.pairwise(bounds) if states[a] != len(grid)]


def _cheapest(own: Floats, change: Floats) -> NDArray[np.int64]:
    """The cheapest states (n,) through costs `own` (n, k) of each state and `change` (k, k) from one to the next."""
    import numpy as np

    count, wide = own.shape
    back = np.zeros((count, wide), np.int16)
    cost, every = own[0].copy(), np.arange(wide)
    for at in range(1, count):
        through = cost[:, None] + change
        back[at] = through.argmin(0)
        cost = through[back[at], every] + own[at]
    states = np.zeros(count, np.int64)
    states[-1] = int(cost.argmin())
    for at in range(count - 1, 0, -1):
        states[at - 1] = back[at, states[at]]
    return states


def _attacks(frames: Track, first: int, last: int) -> list[tuple[int, int]]:
    """A run of one pitch cut where it was struck or sung again.

    That is where its level falls and comes back (a consonant), or leaps up after a decay. A tremolo that comes with
    vibrato swings evenly and less deep, so it does not cut.
    """
    import numpy as np

    level = frames.level[first:last]
    cuts: list[int] = []
    at, reach = 4, 9  # frames
    while at < len(level) - 4:
        here = level[at]
        before = level[max(0, at - reach) : at].max()
        after = level[at + 1 : at + 1 + reach].max()
        rise = level[at + 1 : at + 4].max() - here
        dip = here == level[max(0, at - 3) : at + 4].min() and min(before, after) - here > 7.5
        struck = rise > 6 and after - before > 1.5 and after - np.median(level[max(0, at - reach) : at]) > 4.5
        if dip or struck:
            cuts.append(first + at + (1 if struck else 0))
            at += reach - 1
        else:
            at += 1
    bounds = [first, *cuts, last]
    return [(a, b) for a, b in itertools.pairwise(bounds) if b > a]


def _note(frames: Track, first: int, last: int, before: int) -> Heard:
    """The note of frames first..last: its pitch is the middle of what its steady part sounds."""
    import numpy as np

    pitch, level = frames.pitch[first:last], frames.level[first:last]
    edge = min(len(pitch) // 4, 8)  # frames of a slide at either end
    inner = pitch[edge : len(pitch) - edge]
    inner = inner[np.isfinite(inner)] if np.isfinite(inner).any() else pitch[np.isfinite(pitch)]
    steady = float(np.median(inner))
    near = inner[np.abs(inner - steady) < 1.2]
    # Of a vibrato the mean is heard, not the median of an uneven number of half swings.
    middle = float(near.mean()) if len(near) else steady
    peak = float(np.percentile(level, 80))
    begin = _begin(frames, first, last, before, peak)
    sure = float(frames.voiced[first:last].mean())
    return Heard(begin * HOP, last * HOP, middle, peak, sure)


def _begin(frames: Track, first: int, last: int, before: int, peak: float) -> int:
    """Where a note begins: where its sound does, which may be sooner or later than its pitch could be told.

    `before`: where the note before it may have ended at the soonest. A note that is sung with a consonant or tongued
    begins at the bottom of the dip between the two, though its pitch slides for a while.
    """
    import numpy as np

    soonest = max(before, first - 10)
    around = frames.level[soonest : first + 4]
    lowest = int(around.argmin())
    if lowest > 0 and around[:lowest].max() - around[lowest] > DIP and peak - around[lowest] > DIP:
        # After a silence it begins where the silence ends, which is later than its bottom.
        loud = np.flatnonzero(frames.level[soonest + lowest : last] > peak - 16)
        return soonest + lowest + (int(loud[0]) if len(loud) and loud[0] < 8 else 0)
    for frame in range(first, min(first + 6, last)):
        if frames.level[frame] > peak - 16:
            return frame
    return first


def _tuning(notes: tuple[Heard, ...]) -> float:
    """Cents above the grid of A = 440 Hz on which the notes lie best, -50..50: the mean on the circle of a semitone."""
    import numpy as np

    pitch = np.array([note.pitch for note in notes])
    weight = np.array([min(note.end - note.start, 1.0) for note in notes])
    middle = (weight * np.exp(2j * np.pi * pitch)).sum() / weight.sum()
    if abs(middle) < 0.15 or len(notes) < 3:  # they lie everywhere: there is no grid of one's own
        return 0.0
    return float(np.angle(middle) / (2 * np.pi) * 100)
