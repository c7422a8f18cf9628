"""Mouths for a spoken line: which of nine drawings stands in every frame, and the same as files other programs read.

Sounds become drawings by `media.phones.MOUTH`; then what animators do by hand: the tongue's consonants take the lips
of the vowel they lead to (co-articulation, Cohen and Massaro 1993, "Modeling coarticulation in synthetic visual
speech"), lips that close for m, b, p and teeth on the lip for f, v are always seen, nothing flickers, and a wide mouth
opens through a half-open one. Files are those of Rhubarb Lip Sync (TSV and JSON), which many programs import.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.errors import MediaError, UsageError
from ...media.phones import LOOSE, MOUTH, SILENCE, is_vowel
from ...media.stage import MOUTHS
from .speech import Spoken

Mouths = NDArray[np.uint8]
Cue = tuple[float, float, str]  # seconds from, to, letter of MOUTHS
SEEN = "AG"  # drawings that must be seen even where they are short
HOLD = 0.06  # seconds that any other drawing is held at least
_REACH = 0.16  # seconds: how far ahead the lips round for a vowel
_BREATH = 0.12  # seconds: in a shorter pause the mouth does not come to rest
_BETWEEN = {("A", "D"): "C", ("B", "D"): "C", ("X", "D"): "C", ("G", "D"): "C", ("C", "F"): "E", ("D", "F"): "E",
            ("F", "D"): "C", ("F", "C"): "E"}  # fmt: skip


def mouths(spoken: Spoken, seconds: float, fps: float = 30) -> Mouths:
    """Numbers into `MOUTHS` (t,), t = round(seconds x fps), the first frame at the line's first moment.

    After the line ends the mouth rests. Raises UsageError where fps or seconds are no measure.
    """
    if not 1 <= fps <= 240 or not 0 <= seconds <= 36_000:
        raise UsageError(f"{seconds:g} s at {fps:g} frames a second are no clip", mend="give fps between 1 and 240")
    count = round(seconds * fps)
    return _frames(shapes(spoken.phones), count, fps)


def shapes(phones: Sequence[tuple[float, float, str]]) -> tuple[Cue, ...]:
    """What the lips do for every phone, before frames: cues that follow each other without a gap."""
    out: list[Cue] = []
    for number, (start, end, _) in enumerate(phones):
        letter = _letter(phones, number)
        if out and out[-1][2] == letter and abs(out[-1][1] - start) < 1e-6:
            out[-1] = (out[-1][0], end, letter)
        else:
            out.append((start, end, letter))
    return tuple(out)


def _letter(phones: Sequence[tuple[float, float, str]], number: int) -> str:
    start, end, phone = phones[number]
    own = MOUTH[phone]
    if phone == SILENCE:
        short = end - start < _BREATH and 0 < number < len(phones) - 1
        return ("A" if MOUTH[phones[number - 1][2]] == "A" else "B") if short else "X"
    if phone == "ə" and number + 1 < len(phones) and phones[number + 1][2] == "ʊ":
        return "E"  # "boat": the mouth rounds while it sounds
    if phone not in LOOSE and phone not in ("ʃ", "ʒ", "tʃ"):
        return own
    ahead = _vowel(phones, number, 1)
    behind = _vowel(phones, number, -1)
    if phone in ("h", "ə") and ahead and (phone == "h" or end - start < 0.05):
        return ahead
    for letter in ("F", "E"):  # rounding begins early and lasts
        if ahead == letter and (phone in LOOSE or letter == "F"):
            return letter
    if behind == "F" and phone in ("ʃ", "ʒ", "tʃ"):
        return "F"
    teeth = phone in ("s", "z", "ts", "ʃ", "ʒ", "tʃ")
    if not teeth and end - start < 0.07 and ahead in ("D", "C") and behind in ("D", "C"):
        return "C"
    return own


def _vowel(phones: Sequence[tuple[float, float, str]], number: int, step: int) -> str:
    """The drawing of the nearest vowel in that direction, "" where lips or a pause come first or it is far."""
    at = phones[number][1] if step > 0 else phones[number][0]
    other = number + step
    while 0 <= other < len(phones):
        start, end, phone = phones[other]
        if abs((start if step > 0 else end) - at) > _REACH or phone == SILENCE or MOUTH[phone] in SEEN:
            return ""
        if is_vowel(phone) or phone == "w":
            return MOUTH[phone]
        other += step
    return ""


# --- frames --------------------------------------------------------------------------------------------------------


def _frames(cues: Sequence[Cue], count: int, fps: float) -> Mouths:
    """The drawing that fills most of each frame; closed lips and teeth on the lip come before all others."""
    held = np.zeros((count, len(MOUTHS)), np.float32)  # seconds of each drawing in each frame
    for start, end, letter in cues:
        first, last = max(int(start * fps), 0), min(int(np.ceil(end * fps)), count)
        for frame in range(first, last):
            inside = min(end, (frame + 1) / fps) - max(start, frame / fps)
            held[frame, MOUTHS.index(letter)] += max(inside, 0.0)
    rest = MOUTHS.index("X")
    held[held.sum(1) < 1e-6, rest] = 1.0
    out = held.argmax(1).astype(np.uint8)
    for start, end, letter in cues:
        if letter in SEEN and end > start:
            frame = int((start + end) / 2 * fps)
            if frame < count:
                out[frame] = MOUTHS.index(letter)
    return _half_open(_steady(out, fps))


def _steady(frames: Mouths, fps: float) -> Mouths:
    """Without drawings that would only flicker: a short one gives way to the longer of its neighbours."""
    least = max(1, round(HOLD * fps))
    out = frames.copy()
    if least < 2:
        return out
    while True:
        runs = _runs(out)
        lengths = [end - start for start, end in runs]
        short = [n for n, length in enumerate(lengths) if length < least and MOUTHS[out[runs[n][0]]] not in SEEN
                 and 0 < n < len(runs) - 1]  # fmt: skip
        if not short:
            return out
        one = min(short, key=lambda n: lengths[n])
        before, after = runs[one - 1], runs[one + 1]
        # Lips that close stay short: what flickers goes to the other neighbour.
        weights = [(end - start) * (0.1 if MOUTHS[out[start]] in SEEN else 1.0) for start, end in (before, after)]
        start, end = runs[one]
        out[start:end] = out[before[0]] if weights[0] >= weights[1] else out[after[0]]


def _half_open(frames: Mouths) -> Mouths:
    """A drawing between two that are far apart, where the second is held for three frames or more."""
    out = frames.copy()
    runs = _runs(frames)
    for (start, _), (first, last) in pairwise(runs):
        between = _BETWEEN.get((MOUTHS[frames[start]], MOUTHS[frames[first]]))
        if between and last - first >= 3:
            out[first] = MOUTHS.index(between)
    return out


def _runs(frames: Mouths) -> list[tuple[int, int]]:
    if not len(frames):
        return []
    edges = [0, *(np.flatnonzero(np.diff(frames)) + 1).tolist(), len(frames)]
    return list(pairwise(edges))


# --- files ---------------------------------------------------------------------------------------------------------


def cues(spoken: Spoken, fps: float = 100) -> tuple[Cue, ...]:
    """Mouths as cues in seconds, at the grid of `fps` (Rhubarb's own is a hundredth of a second)."""
    frames = mouths(spoken, spoken.seconds, fps)
    return tuple((start / fps, end / fps, MOUTHS[frames[start]]) for start, end in _runs(frames))


def to_tsv(some: Sequence[Cue]) -> str:
    """Rhubarb's table: a moment and a letter in each row, the last row is the end."""
    rows = [f"{start:.2f}\t{letter}" for start, _, letter in some]
    return "\n".join([*rows, f"{some[-1][1] if some else 0:.2f}\tX"]) + "\n"


def to_json(some: Sequence[Cue], sound: str = "") -> str:
    """Rhubarb's JSON, with the sound's name and length."""
    head = {"soundFile": sound, "duration": round(some[-1][1], 2) if some else 0}
    told = [{"start": round(start, 2), "end": round(end, 2), "value": letter} for start, end, letter in some]
    return json.dumps({"metadata": head, "mouthCues": told}, indent=2, ensure_ascii=False) + "\n"


def read_cues(path: str | Path) -> tuple[Cue, ...]:
    """Cues from a TSV or JSON of Rhubarb's, also one changed by hand. Raises MediaError for what is none."""
    path = Path(path)
    mend = "give a TSV or JSON as Rhubarb Lip Sync writes it"
    try:
        text = path.read_text(encoding="utf-8-sig")
        if text.lstrip().startswith("{"):
            rows = [(float(one["start"]), str(one["value"])) for one in json.loads(text)["mouthCues"]]
            rows.append((float(json.loads(text)["mouthCues"][-1]["end"]), "X"))
        else:
            cells = [row.split("\t") for row in text.splitlines() if row.strip()]
            rows = [(float(moment), letter.strip()) for moment, letter in cells]
    except OSError as error:
        raise MediaError(f"the mouths cannot be read: {error.strerror}", where=str(path), mend=mend) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise MediaError("these are no mouth cues", where=str(path), mend=mend) from error
    wrong = [letter for _, letter in rows if letter not in MOUTHS or len(letter) != 1]
    if wrong:
        raise MediaError(f"no mouth {wrong[0]!r}", where=str(path), mend=f"one of {', '.join(MOUTHS)}")
    return tuple((start, end, letter) for (start, letter), (end, _) in pairwise(rows) if end > start)


def of_cues(some: Sequence[Cue], seconds: float, fps: float = 30) -> Mouths:
    """Frames (t,) of cues that came from a file: as they stand, nothing smoothed."""
    count = round(seconds * fps)
    out = np.full(count, MOUTHS.index("X"), np.uint8)
    for start, end, letter in some:
        out[max(round(start * fps), 0) : max(round(end * fps), 0)] = MOUTHS.index(letter)
    return out
