"""How long shots are, when each line is heard, and on which frames the cuts fall.

Speech takes as long as its sound, or 0.35 s a word where there is none; an action 0.35 s a word, and at least as long
as its doings need. Every shot is a whole number of frames, so that cuts are exact. Lines that several shots cover in a
row (a reaction within a speech) are shared out between them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...media.film import Film, Line, Scene, Shot

WORD = 0.35  # seconds a word, spoken or read
LEAST = 0.7  # seconds: no shot is shorter
BREATH = 0.25  # seconds between two lines
SPOKEN = ("dialogue", "lyric")
DOING = 1.1  # seconds: the least that a doing takes
READ = 6.0  # seconds: the most that one sentence of description takes
PAUSE = 1.5  # seconds: "(pause)", "Silence."
TITLE = 2.0
# Seconds that a picture of a kind needs to be read.
LEASTS = {"establishing": 2.5, "action": 1.1, "insert": 1.4, "close-up": 1.5, "reaction": 1.2}
# How much of a line that several shots show falls to each of them.
WEIGHTS = {"reaction": 0.5, "insert": 0.7}


@dataclass(frozen=True)
class Timed:
    """When a line is heard or happens: seconds from the film's start. `shot` is the one it begins in."""

    line: str
    shot: str
    scene: str
    start: float
    end: float


def natural(line: Line, lengths: Mapping[str, float] | None = None) -> float:
    """How long a line takes by itself, in seconds: its speech where that is known, else by its words."""
    known = (lengths or {}).get(line.id)
    if known and line.kind in SPOKEN:
        return max(float(known), 0.2)
    words = len(line.text.split())
    if line.kind == "parenthetical":
        return PAUSE if line.manner == "pause" else 0.0
    if line.kind == "transition":
        return 0.0
    if line.kind == "title":
        return max(TITLE, words * WORD)
    if line.kind in SPOKEN:
        return max(words * WORD, 0.5)
    least = PAUSE if words <= 2 else 1.0
    return max(min(words * WORD, READ), DOING * len(line.doings), least)


def timed(film: Film, lengths: Mapping[str, float] | None = None) -> Film:
    """The film with its shots as long as what they show. lengths: seconds of speech by line id; {} for none yet.

    A length that a hand gave (an override) is kept by `film.shots`; what is written here is what it would be without.
    """
    scenes = tuple(
        dataclasses.replace(scene, shots=tuple(_timed(scene, film.fps, lengths or {}))) for scene in film.scenes
    )
    return dataclasses.replace(film, scenes=scenes)


@dataclass
class _Part:
    """What a shot holds of a line: seconds of it, and of the breath after it. beside: it runs along with that line."""

    line: Line
    need: float
    breath: float = 0.0
    beside: str = ""


def _timed(scene: Scene, fps: float, lengths: Mapping[str, float]) -> Iterator[Shot]:
    lines = {line.id: line for line in scene.lines}
    shares, last = _shares(scene.shots), _last_of(scene.shots)
    for shot in scene.shots:
        parts = _parts(shot, lines, shares, last, lengths)
        seconds = sum(part.need + part.breath for part in parts if not part.beside)
        yield dataclasses.replace(shot, seconds=whole(max(seconds, LEASTS.get(shot.kind, LEAST)), fps))


def _parts(
    shot: Shot,
    lines: Mapping[str, Line],
    shares: Mapping[tuple[str, str], float],
    last: Mapping[str, str],
    lengths: Mapping[str, float],
) -> list[_Part]:
    """The lines of a shot in order. Of two that are spoken at once the first is given the time of the longer."""
    found: dict[str, _Part] = {}
    for id in shot.lines:
        if id not in lines:
            continue
        line = lines[id]
        part = _Part(line, natural(line, lengths) * shares[shot.id, id])
        if line.kind in SPOKEN and last[id] == shot.id:
            part.breath = BREATH
        other = found.get(line.with_line)
        if other is not None and not other.beside:
            other.need, part.beside = max(other.need, part.need), line.with_line
        found[id] = part
    return list(found.values())


def _shares(shots: Sequence[Shot]) -> dict[tuple[str, str], float]:
    """Which share of each line each shot has: 1 for most; where several show it, a look at a listener has less."""
    holders: dict[str, list[Shot]] = {}
    for shot in shots:
        for id in shot.lines:
            holders.setdefault(id, []).append(shot)
    out: dict[tuple[str, str], float] = {}
    for id, found in holders.items():
        weights = [WEIGHTS.get(shot.kind, 1.0) for shot in found]
        out |= {(shot.id, id): weight / sum(weights) for shot, weight in zip(found, weights)}
    return out


def _last_of(shots: Sequence[Shot]) -> dict[str, str]:
    """Line id -> the last shot that shows it: there a breath follows."""
    return {id: shot.id for shot in shots for id in shot.lines}


def whole(seconds: float, fps: float) -> float:
    """As many whole frames as hold these seconds, in seconds; at least one."""
    return max(1, math.ceil(seconds * fps - 1e-6)) / fps


def frames_of(shot: Shot, fps: float) -> int:
    return max(1, round(shot.seconds * fps))


def cuts(film: Film) -> tuple[tuple[str, int, int], ...]:
    """For each shot in order: its id, its first frame, and the frame after its last."""
    out, at = [], 0
    for shot in film.shots:
        end = at + frames_of(shot, film.fps)
        out.append((shot.id, at, end))
        at = end
    return tuple(out)


def schedule(film: Film, lengths: Mapping[str, float] | None = None) -> tuple[Timed, ...]:
    """When every line is heard or happens. A line in several shots runs over their cuts; dual dialogue runs together.

    Where a hand made a shot shorter or longer than its lines, they are brought to its length: speech last of all.
    """
    out: list[Timed] = []
    begun: dict[str, int] = {}
    at, before = 0.0, frozenset[str]()
    lines = {line.id: line for scene in film.scenes for line in scene.lines}
    scenes = {shot.id: scene.id for scene in film.scenes for shot in scene.shots}
    seen = film.shots  # an editor may have left some out or put them in another order
    shares, last = _shares(seen), _last_of(seen)
    for shot in seen:
        seconds = frames_of(shot, film.fps) / film.fps
        for part, start, end in _spans(_parts(shot, lines, shares, last, lengths or {}), at, seconds):
            id = part.line.id
            if id not in begun:
                begun[id] = len(out)
                out.append(Timed(id, shot.id, scenes[shot.id], start, end))
            elif id in before:
                out[begun[id]] = dataclasses.replace(out[begun[id]], end=end)
        at, before = at + seconds, frozenset(shot.lines)
    _capped(out, begun, lines, lengths or {})
    return tuple(dataclasses.replace(one, start=round(one.start, 4), end=round(one.end, 4)) for one in out)


def _capped(
    out: list[Timed], begun: Mapping[str, int], lines: Mapping[str, Line], lengths: Mapping[str, float]
) -> None:
    """Speech over several shots ends with its sound, not with the last of them."""
    for id, number in begun.items():
        if lines[id].kind in SPOKEN:
            end = out[number].start + natural(lines[id], lengths)
            out[number] = dataclasses.replace(out[number], end=min(out[number].end, end))


def _spans(parts: Sequence[_Part], start: float, seconds: float) -> Iterator[tuple[_Part, float, float]]:
    """From when to when each line goes in a shot that begins at `start`: its own length where there is room.

    Too little room shortens first the breaths, then what is done, then what is said; too much goes to what is done.
    """
    alone = [part for part in parts if not part.beside]
    talk = sum(part.need for part in alone if part.line.kind in SPOKEN)
    rest = sum(part.need for part in alone if part.line.kind not in SPOKEN)
    breaths = sum(part.breath for part in alone)
    spare = seconds - talk
    speech = min(1.0, seconds / talk) if talk > 0 else 1.0
    breath = min(1.0, max(0.0, spare - rest) / breaths) if breaths > 0 else 0.0
    quiet = max(0.0, spare - breaths * breath) / rest if rest > 0 else 1.0
    at, placed = start, {}
    for part in alone:
        length = part.need * (speech if part.line.kind in SPOKEN else quiet)
        placed[part.line.id] = (at, at + length)
        at += length + part.breath * breath
    for part in parts:
        first, last = placed.get(part.line.id) or placed[part.beside]
        yield part, first, min(last, first + part.need) if part.beside else last
