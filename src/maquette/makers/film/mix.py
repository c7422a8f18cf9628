"""The sound of a film put together: voices, music, effects and places as stems, and the mix of them.

Everything is made for a stretch of time when it is asked for, so that a film of two hours needs no more memory than one
of a minute. Music goes down by 12 dB under speech, places by 4; the whole is brought to -16 LUFS (ITU-R BS.1770-4) with
true peaks below -1 dB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...media import loudness
from ...media.sound import Sound
from ...media.synth_room import response
from ...media.synth_tones import convolve, gain
from . import cues as music
from . import foley

if TYPE_CHECKING:
    from .cues import Composed
    from .foley import Cue

Floats: TypeAlias = NDArray[np.float32]

RATE = 48000
TARGET = -16.0  # LUFS
NAMES = ("voices", "music", "effects", "places")
DUCKED = -12.0  # dB, music under speech
PLACES_DUCKED = -4.0
VOICE = -18.0  # LUFS of every line before the mix, so that nobody is drowned
PEAKS = -7.0  # dBTP of every line: a voice with lower peaks can be made louder without being crushed by the mix
MUSIC = -23.0  # LUFS of every cue, where nobody speaks
BLOCK = 20.0  # seconds made at a time
HELD = 240.0  # seconds of a film whose mix is held in memory (90 MB)
MARGIN = 1.0  # seconds on either side that the limiter hears as well
_DOWN, _UP = 0.22, 0.7  # seconds in which music goes down before speech, and comes back after it
_HOLD = 0.35  # seconds between two words in which it stays down
_STEP = 480  # samples that share a value of the ducking: a hundredth of a second


@dataclass(frozen=True, eq=False)
class Speech:
    """A line where it is heard. sound: mono (n,) at `rate`; off: not in the frame, so it comes from elsewhere."""

    line: str
    start: float
    sound: Floats
    rate: int
    side: float = 0.0
    off: bool = False
    room: str = ""  # of synth_room.ROOMS; "" in the open air

    @property
    def end(self) -> float:
        return self.start + len(self.sound) / self.rate


@dataclass(frozen=True)
class Place:
    """How it sounds where a scene plays, from `start` to `end` of the film."""

    start: float
    end: float
    kind: str
    night: bool = False
    rain: bool = False
    interior: bool = True


@dataclass(frozen=True, eq=False)
class Track:
    """All that is heard in a film of `seconds`."""

    seconds: float
    speech: tuple[Speech, ...] = ()
    music: tuple[Composed, ...] = ()
    effects: tuple[Cue, ...] = ()
    places: tuple[Place, ...] = ()
    levels: Mapping[str, float] = field(default_factory=dict)  # dB by name of a stem

    @property
    def samples(self) -> int:
        return round(self.seconds * RATE)


# -- stems ------------------------------------------------------------------------------------------------------------


def stems(track: Track, start: float, seconds: float) -> dict[str, Floats]:
    """Each stem from `start` on, (n, 2), as it goes into the mix: their sum is the mix before its loudness is set."""
    count = round(seconds * RATE)
    spoken = [(one.start, one.end) for one in track.speech if len(one.sound)]
    duck, soft = (ducking(spoken, start, count, by) for by in (DUCKED, PLACES_DUCKED))
    made = {
        "voices": _voices(track, start, count),
        "music": _music(track, start, count) * duck[:, None],
        "effects": foley.played(track.effects, start, seconds),
        "places": _places(track, start, count) * soft[:, None],
    }
    for name, decibels in track.levels.items():
        made[name] = made[name] * np.float32(gain(decibels))
    return made


def ducking(spoken: Sequence[tuple[float, float]], start: float, count: int, decibels: float) -> Floats:
    """The factor by which music is turned down, (count,), from second `start` on: in straight lines of decibels."""
    steps = -(-count // _STEP) + 1
    times = start + np.arange(steps) * _STEP / RATE
    depth = np.zeros(steps)
    for first, last in spoken:
        if last + _HOLD + _UP < times[0] or first - _DOWN > times[-1]:
            continue
        down = np.clip((times - (first - _DOWN)) / _DOWN, 0, 1)
        up = np.clip(1 - (times - last - _HOLD) / _UP, 0, 1)
        depth = np.maximum(depth, np.minimum(down, up))
    curve = 10 ** (decibels * depth / 20)
    return np.interp(np.arange(count), np.arange(steps) * _STEP, curve).astype(np.float32)


def _add(whole: Floats, made: Floats, at: int) -> None:
    """Lay a sound (n, 2) into another at a sample, which may lie before its beginning."""
    piece = made[max(0, -at) : max(0, len(whole) - at)]
    begin = max(0, at)
    whole[begin : begin + len(piece)] += piece


def _voices(track: Track, start: float, count: int) -> Floats:
    whole = np.zeros((count, 2), np.float32)
    for one in track.speech:
        if len(one.sound) and one.end + 2.5 > start and one.start < start + count / RATE:
            _add(whole, _voice(one), round((one.start - start) * RATE))
    return whole


def _music(track: Track, start: float, count: int) -> Floats:
    whole = np.zeros((count, 2), np.float32)
    for one in track.music:
        if one.cue.end + 2.5 > start and one.cue.start < start + count / RATE:
            _add(whole, _cue(one), round((one.cue.start - start) * RATE))
    return whole


def _places(track: Track, start: float, count: int) -> Floats:
    whole = np.zeros((count, 2), np.float32)
    for one in track.places:
        if one.end > start and one.start < start + count / RATE:
            _add(whole, _bed(one), round((one.start - start) * RATE))
    return whole


@lru_cache(maxsize=24)
def _voice(one: Speech) -> Floats:
    """A line at its level, in its room, (n, 2)."""
    dry = resampled(one.sound, one.rate, RATE)
    found = loudness.loudness(Sound(dry[:, None], RATE))
    level = gain(VOICE - found) if np.isfinite(found) else 1.0
    dry = loudness.limit(Sound((dry * np.float32(min(level, 12.0)))[:, None], RATE), ceiling=PEAKS).samples[:, 0]
    if one.off:
        dry = _muffled(dry)
    angle = (float(np.clip(one.side, -0.6, 0.6)) + 1) * np.pi / 4
    tail = 2 * RATE if one.room else 0
    made = np.zeros((len(dry) + tail, 2), np.float32)
    made[: len(dry)] = dry[:, None] * np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    if one.room:
        wet = convolve(np.repeat(dry[None], 2, 0), response(one.room, RATE)).T
        kept = min(len(made), len(wet))
        made[:kept] += wet[:kept] * np.float32(gain(-11.0 if one.off else -17.0))
    return made


def _muffled(dry: Floats) -> Floats:
    """A voice from another room: what is above 2.5 kHz is lost (a mean over 0.15 ms, three times)."""
    wide = 7
    for _ in range(3):
        dry = np.convolve(dry, np.full(wide, 1 / wide, np.float32), "same").astype(np.float32)
    return dry * np.float32(0.9)


@lru_cache(maxsize=3)
def _cue(one: Composed) -> Floats:
    made = music.played(one)
    found = loudness.loudness(Sound(made, RATE))
    return made * np.float32(gain(MUSIC - found)) if np.isfinite(found) else made


@lru_cache(maxsize=3)
def _bed(one: Place) -> Floats:
    return foley.ambience(one.kind, night=one.night, seconds=one.end - one.start, rain=one.rain, interior=one.interior)


def resampled(sound: Floats, rate: int, wanted: int) -> Floats:
    """A mono sound at another rate, through its spectrum: exact below both half rates."""
    if rate == wanted or not len(sound):
        return np.asarray(sound, np.float32)
    # A length that both rates divide evenly, with silence enough that the ends do not meet.
    step = rate // np.gcd(rate, wanted)
    size = int(-(-(len(sound) + rate // 20) // step) * step)
    count = size // step * (wanted // int(np.gcd(rate, wanted)))
    spectrum = np.fft.rfft(sound, size)
    room = np.zeros(count // 2 + 1, np.complex128)
    kept = min(len(spectrum), len(room))
    room[:kept] = spectrum[:kept]
    made = np.fft.irfft(room, count) * (count / size)
    return np.asarray(made[: round(len(sound) * wanted / rate)], np.float32)


# -- the mix ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mixed:
    """What is needed to give a film its sound. gain: dB that the stems' sum is raised by; lufs and peak as they are at
    the end; silent: there is nothing to hear."""

    gain: float
    lufs: float
    peak: float
    silent: bool = False


def measured(track: Track, target: float = TARGET, on_block: Callable[[float], None] | None = None) -> Mixed:
    """How much the mix has to be raised to reach its loudness, found without holding it in memory.

    A limiter takes loudness away, so what it makes is measured too, and the gain mended by what is missing.
    """
    before = _loudness(piece[first : first + count] for first, count, piece in _summed(track, on_block))
    if before == float("-inf"):
        return Mixed(0.0, before, before, silent=True)
    raised = min(target - before, 30.0)
    most = raised + 12.0
    tried: list[tuple[float, float]] = []  # gains, and the loudness they gave
    peak = float("-inf")
    for _ in range(6):
        peaks: list[float] = []
        tried.append((raised, _loudness(blocks(track, Mixed(raised, 0.0, 0.0)), peaks)))
        peak, missing = max(peaks), target - tried[-1][1]
        if abs(missing) <= 0.2 or (raised >= most and missing > 0):
            break
        # The harder it is limited, the less a decibel of gain adds.
        slope = 0.9
        if len(tried) > 1 and tried[-1][0] != tried[-2][0]:
            slope = min(1.0, max(0.25, (tried[-1][1] - tried[-2][1]) / (tried[-1][0] - tried[-2][0])))
        raised = min(most, raised + missing / slope)
    return Mixed(*tried[-1], peak)


def _loudness(pieces: Iterable[Floats], peaks: list[float] | None = None) -> float:
    """Integrated loudness of a sound that comes in pieces; each is heard after the last 0.3 s of the one before."""
    powers, before = [], np.zeros((0, 2), np.float32)
    for piece in pieces:
        sound = Sound(np.concatenate([before, piece]), RATE)
        powers.append(loudness.powers(sound))
        before = piece[-round(0.3 * RATE) :]
        if peaks is not None:
            peaks.append(loudness.true_peak(Sound(piece, RATE)))
    return loudness.gated(np.concatenate(powers)) if powers else float("-inf")


def blocks(track: Track, mixed: Mixed, *, on_block: Callable[[float], None] | None = None) -> Iterator[Floats]:
    """The finished mix piece by piece, (n, 2) each; all of them are `track.samples` long."""
    if mixed.silent:
        for start in range(0, track.samples, round(BLOCK * RATE)):
            yield np.zeros((min(round(BLOCK * RATE), track.samples - start), 2), np.float32)
        return
    factor = np.float32(gain(mixed.gain))
    for before, count, piece in _summed(track, on_block):
        limited = loudness.limit(Sound(piece * factor, RATE)).samples
        yield np.asarray(limited[before : before + count], np.float32)


def _summed(track: Track, on_block: Callable[[float], None] | None = None) -> Iterator[tuple[int, int, Floats]]:
    """(samples before it, its samples, the stems' sum with a margin on either side) of each block.

    The film is gone through several times; a short one is held in memory after the first.
    """
    if track.seconds <= HELD:
        yield from _held(track)
        return
    for before, one in _blocks(track, MARGIN, on_block):
        piece = sum_of(one)
        yield before, min(round(BLOCK * RATE), len(piece) - before), piece


@lru_cache(maxsize=1)
def _held(track: Track) -> tuple[tuple[int, int, Floats], ...]:
    made = []
    for before, one in _blocks(track, MARGIN, None):
        piece = sum_of(one)
        made.append((before, min(round(BLOCK * RATE), len(piece) - before), piece))
    return tuple(made)


def _blocks(
    track: Track, margin: float, on_block: Callable[[float], None] | None
) -> Iterator[tuple[int, dict[str, Floats]]]:
    """(samples of margin before it, the stems) of each BLOCK; the last may be shorter."""
    at = 0.0
    while at < track.seconds - 1e-6:
        first = max(0.0, at - margin)
        last = min(track.seconds, at + BLOCK + margin)
        begin, end = round(first * RATE), round(last * RATE)
        # The last block ends with the film: its margin after it is not there.
        piece = stems(track, begin / RATE, (end - begin) / RATE)
        cut = min(end, round((at + BLOCK) * RATE) + round(margin * RATE)) - begin
        yield round(at * RATE) - begin, {name: one[:cut] for name, one in piece.items()}
        at += BLOCK
        if on_block is not None:
            on_block(min(at, track.seconds))


def sum_of(parts: Mapping[str, Floats]) -> Floats:
    """The stems together, (n, 2)."""
    return np.asarray(sum(parts.values()), np.float32)


def whole(track: Track, mixed: Mixed) -> Sound:
    """The mix at once, for a film that is short enough to hold."""
    return Sound(np.concatenate([*blocks(track, mixed), np.zeros((0, 2), np.float32)]), RATE)


def stem_blocks(track: Track, mixed: Mixed) -> Iterator[dict[str, Floats]]:
    """All stems piece by piece at their level in the mix, before the limiter."""
    factor = np.float32(gain(mixed.gain) if not mixed.silent else 1.0)
    for _, parts in _blocks(track, 0.0, None):
        yield {name: part * factor for name, part in parts.items()}
