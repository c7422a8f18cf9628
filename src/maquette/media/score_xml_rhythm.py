"""Rhythm as it is written: where beats lie, which note values a length is made of, tuplets, beams.

Positions are ticks (480 a quarter) from the barline of a whole bar, so a pick-up of one beat in 4/4 begins at 1440.
What is written is counted in `FINE` parts of a tick, in which septuplets are whole too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .score import TPQ

FINE = 7  # parts of a tick: 3360 to the quarter note, whole for 3, 5, 6 and 7 in any beat
WHOLE = 4 * TPQ

VALUES = {
    15: "128th", 30: "64th", 60: "32nd", 120: "16th", 240: "eighth", 480: "quarter", 960: "half", 1920: "whole",
    3840: "breve", 7680: "long",
}  # fmt: skip
_TAILS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4, "128th": 5}
_BARLINE, _MIDDLE, _BEAT, _UNIT = 10, 9, 8, 7


def value_of(ticks: int) -> tuple[str, int] | None:
    """Name and dots (0 to 2) of the note value that lasts so many ticks; None where it takes several, tied."""
    for dots, (top, bottom) in enumerate(((1, 1), (2, 3), (4, 7))):
        base, rest = divmod(ticks * top, bottom)
        if not rest and base in VALUES and base >> dots >= 15:
            return VALUES[base], dots
    return None


@dataclass(frozen=True)
class Metre:
    """The beats of one time signature."""

    beats: int
    unit: int

    @property
    def step(self) -> int:
        """Ticks of the note value that the signature counts in."""
        return WHOLE // self.unit

    @property
    def length(self) -> int:
        return self.beats * self.step

    @property
    def compound(self) -> bool:
        """Whether beats are of three units: 6/8, 9/8, 12/8, 3/8, 6/4."""
        return self.beats % 3 == 0 and (self.unit >= 8 or self.beats >= 6)

    @property
    def groups(self) -> tuple[int, ...]:
        """Lengths of its beats in ticks, in their order: 6/8 has two of 720, 7/8 has 480, 480, 720."""
        if self.compound:
            return (3 * self.step,) * (self.beats // 3)
        if self.beats <= 4 or self.unit <= 4:
            return (self.step,) * self.beats
        known = {5: (3, 2), 7: (2, 2, 3), 8: (3, 3, 2), 10: (3, 3, 2, 2), 11: (3, 3, 3, 2)}
        parts = known.get(self.beats) or (2,) * (self.beats // 2 - self.beats % 2) + (3,) * (self.beats % 2)
        return tuple(part * self.step for part in parts)


@lru_cache(maxsize=256)
def beat_starts(metre: Metre) -> tuple[int, ...]:
    """Ticks at which its beats begin."""
    found, at = [], 0
    for group in metre.groups:
        found.append(at)
        at += group
    return tuple(found)


@lru_cache(maxsize=20_000)
def strength(metre: Metre, at: int) -> int:
    """How strong the place is: barline 10, middle 9, beat 8, unit 7, then one less for each halving."""
    at %= metre.length
    if at == 0:
        return _BARLINE
    if at in beat_starts(metre):
        middle = {4: 2, 5: 3, 7: 4, 12: 6}.get(metre.beats, 0) * metre.step
        return _MIDDLE if at == middle else _BEAT
    step, level = metre.step, _UNIT
    while at % step and level > 0:
        step, level = step // 2 or 1, level - 1
    return level


@lru_cache(maxsize=50_000)
def split(metre: Metre, start: int, end: int, rest: bool = False) -> tuple[tuple[int, int], ...]:
    """A note or rest as the single values that it is written with, tied: (start, end) of each.

    No value hides a stronger place than both its ends (but for plain syncopes), so the beats stay visible.
    """
    if start >= end:
        return ()
    inside = _inside(metre, start, end)
    best = max((strength(metre, at) for at in inside), default=-1)
    if value_of(end - start) and _may_stand(metre, start, end, best, rest):
        return ((start, end),)
    if not inside:
        return ((start, end),)
    strongest = [at for at in inside if strength(metre, at) == best]
    cut = strongest[-1] if strength(metre, start) >= best else strongest[0]
    return split(metre, start, cut, rest) + split(metre, cut, end, rest)


def _inside(metre: Metre, start: int, end: int) -> tuple[int, ...]:
    """The places that lie between, from coarse to fine: only the coarsest step that has any."""
    marks = [bar + at for bar in range(0, end, metre.length) for at in beat_starts(metre) if start < bar + at < end]
    step = metre.step
    while not marks and step >= 15:
        marks = list(range((start // step + 1) * step, end, step))
        step //= 2
    return tuple(marks)


def _may_stand(metre: Metre, start: int, end: int, inner: int, rest: bool) -> bool:
    """Whether the single value from start to end leaves the beats readable."""
    found = value_of(end - start)
    assert found is not None
    dots = found[1]
    outer = max(strength(metre, start), strength(metre, end))
    if rest:
        if end - start >= WHOLE:
            return False  # half a bar of 4/2: its sign would be that of a bar's rest, and readers take it for one
        if metre.compound:
            whole_beats = start in beat_starts(metre) and (end - start) % (3 * metre.step) == 0
            small = inner < _UNIT and dots == 0
            return whole_beats or small or (strength(metre, start) >= _BEAT and dots == 0 and inner <= _UNIT)
        return dots == 0 and inner < outer and not (metre.beats == 3 and inner >= _BEAT)
    if dots == 2 and (strength(metre, start) < _BEAT or metre.beats not in (1, 2, 4)):
        return False
    if inner < outer or inner < 0:
        return True
    if inner == outer:
        return strength(metre, start) == inner or strength(metre, end) == inner
    middle = (start + end) // 2
    syncope = dots == 0 and strength(metre, middle) == inner and not metre.compound
    return syncope and (inner < _MIDDLE or end - start >= 2 * metre.step)


@dataclass(frozen=True)
class Window:
    """A tuplet: from `start`, `length` ticks long, `actual` notes in the time of `normal`."""

    start: int
    length: int
    actual: int
    normal: int

    @property
    def unit(self) -> int:
        """Ticks of the written value that is counted."""
        return self.length // self.normal

    def fine(self, written: int) -> int:
        """Where the written position (ticks inside the tuplet, as if it were none) sounds: FINE units from `start`."""
        return written * FINE * self.normal // self.actual

    def split(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """As `split`, in written ticks inside the tuplet."""
        return split(Metre(self.actual, WHOLE // self.unit), start, end)


@dataclass(frozen=True)
class Fit:
    """How the points of a bar are written: their places in FINE units, and the tuplets."""

    places: dict[int, int]
    windows: tuple[Window, ...]


# length of the tuplet -> its divisions: notes, in the time of so many.
_BINARY = ((3, 2), (6, 4), (5, 4), (7, 4))
_TERNARY = ((5, 3), (7, 6))
_TUPLETS = (
    *((length, pair) for length in (120, 240, 480, 960, 1920) for pair in _BINARY),
    *((length, pair) for length in (720, 1440) for pair in _TERNARY),
)
_BASE = {3: 4.0, 6: 5.0, 5: 8.0, 7: 9.0}
_COLLAPSE = 60.0
_NODE = 120


def plain(point: int) -> bool:
    """Whether a place needs no tuplet."""
    return point % 15 == 0


@lru_cache(maxsize=20_000)
def fit(metre: Metre, begin: int, end: int, points: tuple[int, ...], tied: frozenset[int]) -> Fit:
    """How the points between begin and end (metrical ticks, barlines left out) are best written.

    `tied`: the places (multiples of 120) that a note sounds over; to cut there costs a tie. The cheapest cover of the
    bar by plain stretches and tuplets is found by dynamic programming; what suits none goes to the nearest 64th.
    """
    if all(plain(point) for point in points):
        return Fit({point: point * FINE for point in points}, ())
    nodes = sorted({begin, end, *range((begin // _NODE + 1) * _NODE, end, _NODE)})
    order = {node: index for index, node in enumerate(nodes)}
    best: list[tuple[float, int, Window | None, dict[int, int]]] = [(0.0, -1, None, {})]
    best += [(float("inf"), -1, None, {})] * (len(nodes) - 1)
    for index, node in enumerate(nodes[:-1]):
        sofar = best[index][0]
        cost, places = _plain_cost(node, nodes[index + 1], points)
        if sofar + cost < best[index + 1][0]:
            best[index + 1] = (sofar + cost, index, None, places)
        for length, (actual, normal) in _TUPLETS:
            into = order.get(node + length)
            if into is None or not _aligned(metre, node, length):
                continue
            window = Window(node, length, actual, normal)
            found = _tuplet_cost(metre, window, points, tied)
            if found and sofar + found[0] < best[into][0]:
                best[into] = (sofar + found[0], index, window, found[1])
    return _traced(best, points)


def _traced(best: Sequence[tuple[float, int, Window | None, dict[int, int]]], points: Sequence[int]) -> Fit:
    places = {point: point * FINE for point in points}
    windows: list[Window] = []
    at = len(best) - 1
    while at > 0:
        _, before, window, found = best[at]
        places.update(found)
        if window:
            windows.append(window)
        at = before
    return Fit(places, tuple(reversed(windows)))


def _aligned(metre: Metre, node: int, length: int) -> bool:
    if length in (720, 1440):
        return node % (720 if metre.compound else 480) == 0
    return node % min(length, 240 if metre.compound else 480) == 0


def _plain_cost(first: int, last: int, points: Sequence[int]) -> tuple[float, dict[int, int]]:
    places: dict[int, int] = {}
    cost = 0.0
    for point in points:
        if not first < point < last:
            continue
        if point % 15 == 0:
            places[point] = point * FINE
            cost += 0 if point % 60 == 0 else 1 if point % 30 == 0 else 6
        else:
            near = (point + 15) // 30 * 30
            places[point] = near * FINE
            cost += 3 + 1.5 * abs(near - point)
    return cost + _collapsed(places, first, last, points), places


def _collapsed(places: dict[int, int], first: int, last: int, points: Sequence[int]) -> float:
    """The price of points that would fall together."""
    taken = [*places.values(), *(point * FINE for point in (first, last) if point in points)]
    return _COLLAPSE * (len(taken) - len(set(taken)))


def _tuplet_cost(
    metre: Metre, window: Window, points: Sequence[int], tied: frozenset[int]
) -> tuple[float, dict[int, int]] | None:
    first, last = window.start, window.start + window.length
    inner = [point for point in points if first < point < last]
    if not inner or all(plain(point) for point in inner):
        return None
    loosest = 0.6 if window.actual in (3, 6) else 11.0
    for depth in range(3):
        step = window.unit >> depth
        if step < 15 or (depth and window.actual == 7) or (depth == 2 and window.actual != 3):
            break
        places, wrong = {}, 0.0
        for point in inner:
            real = step * window.normal / window.actual
            index = round((point - first) / real)
            error = abs(point - first - index * real)
            if error > loosest:
                break
            places[point] = first * FINE + window.fine(index * step)
            wrong += error if error > 0.6 else 0.0
        else:
            if wrong and len(inner) <= window.actual // 2:
                return None
            cost = _BASE[window.actual] + 0.7 * wrong + 3 * depth + window.length / 960
            cost += 4 * (first in tied) + 4 * (last in tied)
            cost += 6 * (first + window.length // 2 in points)
            cost += 3 * (window.actual == 6 and len(inner) < 4) + 3 * (metre.compound and window.length == 480)
            cost += 1 * (first % window.length != 0)
            return cost + _collapsed(places, first, last, points), places
    return None


def beams(metre: Metre, values: Sequence[tuple[int, str, bool]]) -> list[tuple[str, ...]]:
    """The beams of symbols given as (metrical start in ticks, value, whether notes sound), one tuple of words each.

    Words are MusicXML's: begin, continue, end, forward hook, backward hook; the first belongs to the eighths' beam.
    """
    found: list[tuple[str, ...]] = [()] * len(values)
    run: list[int] = []
    for index, (_, value, sounds) in enumerate(values):
        joins = sounds and value in _TAILS
        if run and (not joins or _group(metre, values, run[-1]) != _group(metre, values, index)):
            _beam_run(values, run, found)
            run = []
        if joins:
            run.append(index)
    _beam_run(values, run, found)
    return found


def _group(metre: Metre, values: Sequence[tuple[int, str, bool]], index: int) -> int:
    """Which beam a symbol belongs to: its beat's number; halves of 4/4 that have only eighths are one."""
    at = values[index][0] % metre.length
    starts = beat_starts(metre)
    beat = max(number for number, start in enumerate(starts) if start <= at)
    if (metre.beats, metre.unit) == (4, 4):
        half = beat // 2
        inside = [v for s, v, _ in values if half * 960 <= s % metre.length < half * 960 + 960]
        if all(value not in _TAILS or value == "eighth" for value in inside):
            return half * 2
    return beat


def _beam_run(values: Sequence[tuple[int, str, bool]], run: Sequence[int], found: list[tuple[str, ...]]) -> None:
    if len(run) < 2:
        return
    tails = [_TAILS[values[index][1]] for index in run]
    for place, index in enumerate(run):
        words = []
        for level in range(1, tails[place] + 1):
            before = place > 0 and tails[place - 1] >= level
            after = place + 1 < len(run) and tails[place + 1] >= level
            if before and after:
                words.append("continue")
            elif after:
                words.append("begin")
            elif before:
                words.append("end")
            else:
                words.append("forward hook" if place == 0 else "backward hook")
        found[index] = tuple(words)
