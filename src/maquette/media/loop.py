"""Loops: exactly as long as their bars, with nothing to be heard where the end meets the beginning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..core.errors import MediaError
from .score import Score, cut
from .sound import Sound
from .synth_tones import Floats


def folded(sound: Floats, length: int) -> Floats:
    """(channels, n) folded to (channels, length): what lies beyond is added from the beginning on, as often as need be.

    A sound that rings on through the seam is then the same as if the loop had played before: all that makes it is
    linear, so the loop is exactly what one period of endless repetition sounds like.
    """
    if length < 1:
        raise MediaError("a loop needs at least one sample", mend="choose at least one bar")
    made = sound[:, :length].copy()
    if made.shape[1] < length:
        made = np.pad(made, ((0, 0), (0, length - made.shape[1])))
    for start in range(length, sound.shape[1], length):
        piece = sound[:, start : start + length]
        made[:, : piece.shape[1]] += piece
    return made


def seam(sound: Sound, milliseconds: float = 10.0) -> float:
    """The jump from the last sample to the first against the 99 % quantile of the steps within so many ms around it.

    At most 1: the seam is no larger than what the music does there anyway, and no click is heard.
    """
    around = max(8, int(milliseconds / 1000 * sound.rate))
    joined = np.concatenate([sound.samples[-around:], sound.samples[:around]])
    steps = np.abs(np.diff(joined, axis=0)).max(axis=1)
    jump = float(steps[len(sound.samples[-around:]) - 1])
    rest = np.delete(steps, len(sound.samples[-around:]) - 1)
    usual = float(np.quantile(rest, 0.99))
    return jump / usual if usual else 0.0 if not jump else float("inf")


def eased(sound: Sound, milliseconds: float = 0.5) -> tuple[Sound, int]:
    """The loop begun up to half a millisecond early, where it moves least; and by how many samples (turn stems alike).

    Nobody hears half a millisecond, but a player that leaves the tiniest gap between two rounds is heard least there.
    """
    most = min(sound.length - 1, int(milliseconds / 1000 * sound.rate))
    joined = np.concatenate([sound.samples[-most - 1 :], sound.samples[:1]]) if most > 0 else sound.samples[:1]
    steps = np.abs(np.diff(joined, axis=0)).max(axis=1)[::-1]  # the first is the seam as it is
    shift = int(np.argmin(steps)) if len(steps) else 0
    return (turned(sound, shift) if shift else sound), shift


def turned(sound: Sound, shift: int) -> Sound:
    """The loop begun so many samples earlier."""
    return replace(sound, samples=np.roll(sound.samples, shift, axis=0))


def whole_bars(score: Score) -> tuple[Score, str]:
    """The score as whole bars, and what was left out for that, for people ("" if nothing).

    A pick-up that the last bar leaves room for goes round with it; one that it does not is left out.
    """
    bars = score.bars
    if not bars:
        raise MediaError("this score has no bars to loop", where=score.title, mend="read it from a file with a metre")
    if len(bars) > 1 and bars[0].length < bars[0].full:
        short = bars[0].full - bars[0].length
        if bars[-1].full - bars[-1].length != bars[0].length and short:
            return cut(score, 1, len(bars)), "the pick-up is left out: the last bar leaves no room for it in a loop"
    return score, ""


def repeated(sound: Sound, times: int) -> Sound:
    """The loop so many times in a row."""
    return replace(sound, samples=np.tile(sound.samples, (times, 1)))
