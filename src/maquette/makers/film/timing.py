"""How long shots are, when each line is heard, and on which frames the cuts fall.

Speech takes as long as its sound, or 0.35 s a word where there is none; an action 0.35 s a word, and at least as long
as its doings need. Every shot is a whole number of frames, so that cuts are exact. Lines that several shots cover in a
row (a reaction within a speech) are shared out between them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...media.film import Film, Line, Scene, Shot

WORD = 0.35  # seconds a word, spoken or read
LEAST = 0.7  # seconds: no shot is shorter
BREATH = 0.25  # seconds between two lines
SPOKEN = ("dialogue", "lyric")
DOING = 1.1  # seconds: the least that a doing takes
PAUSE = 1.5  # seconds: "(pause)", "Silence."
TITLE = 2.0
# Seconds that a picture of a kind needs to be read.
LEASTS = {"establishing": 2.5, "insert": 1.4, "close-up": 1.5, "reaction": 1.2}
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
    return max(words * WORD, DOING * len(line.doings), least)


def timed(film: Film, lengths: Mapping[str, float] | None = None) -> Film:
    """The film with its shots as long as what they show. lengths: seconds of speech by line id; {} for none yet.

    A length that a hand gave (an override) is kept by `film.shots`; what is written here is what it would be without.
    """
    scenes = tuple(
        dataclasses.replace(scene, shots=tuple(_timed(scene, film.fps, lengths or {}))) for scene in film.scenes
    )
    return dataclasses.replace(film, scenes=scenes)


def _timed(scene: Scene, fps: float, lengths: Mapping[str, float]) -> Iterator[Shot]:
    lines = {line.id: line for line in scene.lines}
    shares = _shares(scene.shots)
    for shot in scene.shots:
        seconds = sum(
            _with_breath(lines[id], natural(lines[id], lengths)) * shares[shot.id, id]
            for id in shot.lines
            if id in lines
        )
        seconds -= _together(lines, shot, lengths)
        yield dataclasses.replace(shot, seconds=whole(max(seconds, LEASTS.get(shot.kind, LEAST)), fps))


def _together(lines: Mapping[str, Line], shot: Shot, lengths: Mapping[str, float]) -> float:
    """Seconds saved where two lines are spoken at once."""
    saved = 0.0
    for id in shot.lines:
        other = lines[id].with_line if id in lines else ""
        if other and other in shot.lines and shot.lines.index(other) < shot.lines.index(id):
            saved += min(_with_breath(lines[one], natural(lines[one], lengths)) for one in (id, other))
    return saved


def _with_breath(line: Line, seconds: float) -> float:
    return seconds + (BREATH if line.kind in SPOKEN else 0.0)


def _shares(shots: Sequence[Shot]) -> dict[tuple[str, str], float]:
    """Which share of each line each shot has: 1 for most; where several show it, a look at a listener has less."""
    holders: dict[str, list[Shot]] = {}
    for shot in shots:
        for id in shot.lines:
            holders.setdefault(id, []).append(shot)
    out = {}
    for id, found in holders.items():
        weights = [WEIGHTS.get(shot.kind, 1.0) for shot in found]
        out |= {(shot.id, id): weight / sum(weights) for shot, weight in zip(found, weights)}
    return out


def whole(seconds: float, fps: float) -> float:
    """The nearest whole number of frames, in seconds; at least one."""
    return max(1, round(seconds * fps)) / fps


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
    at = 0.0
    lines = {line.id: line for scene in film.scenes for line in scene.lines}
    scenes = {shot.id: scene.id for scene in film.scenes for shot in scene.shots}
    shares = _shares(film.shots)
    for shot in film.shots:  # as they are seen: an editor may have left some out or put them in another order
        seconds = frames_of(shot, film.fps) / film.fps
        _place(out, shot, scenes[shot.id], lines, shares, lengths or {}, at, seconds)
        at += seconds
    return tuple(out)


def _place(
    out: list[Timed],
    shot: Shot,
    scene: str,
    lines: Mapping[str, Line],
    shares: Mapping[tuple[str, str], float],
    lengths: Mapping[str, float],
    start: float,
    seconds: float,
) -> None:
    """Lay the lines of a shot one after the other into it; what another shot began is made longer."""
    ids = [id for id in shot.lines if id in lines]
    needs = {id: natural(lines[id], lengths) * shares[shot.id, id] for id in ids}
    for id in ids:  # spoken at once: the second needs no time of its own
        other = lines[id].with_line
        if other in needs and ids.index(other) < ids.index(id):
            needs[other] = max(needs[other], needs[id])
    alone = [id for id in ids if not (lines[id].with_line in needs and ids.index(lines[id].with_line) < ids.index(id))]
    room = _room({id: needs[id] for id in alone}, lines, seconds)
    at = start
    begun = {one.line: number for number, one in enumerate(out)}
    spans: dict[str, tuple[float, float]] = {}
    for id in alone:
        spans[id] = (at, at + room[id][0])
        at += sum(room[id])
    for id in ids:
        first, last = spans.get(id) or _beside(spans[lines[id].with_line], needs[id])
        if id in begun:
            out[begun[id]] = dataclasses.replace(out[begun[id]], end=round(last, 4))
        else:
            out.append(Timed(id, shot.id, scene, round(first, 4), round(last, 4)))


def _beside(span: tuple[float, float], need: float) -> tuple[float, float]:
    return span[0], min(span[1], span[0] + need)


def _room(needs: Mapping[str, float], lines: Mapping[str, Line], seconds: float) -> dict[str, tuple[float, float]]:
    """What each line is given and the breath after it, in seconds, so that all of them fit into the shot."""
    talk = sum(need for id, need in needs.items() if lines[id].kind in SPOKEN)
    rest = sum(need for id, need in needs.items() if lines[id].kind not in SPOKEN)
    breaths = [BREATH if lines[id].kind in SPOKEN else 0.0 for id in needs]
    spare = seconds - talk
    speech = min(1.0, seconds / talk) if talk > 0 else 1.0
    quiet = max(0.0, min(spare - sum(breaths), spare)) / rest if rest > 0 else 1.0
    breath = (
        max(0.0, min(1.0, spare / sum(breaths))) if sum(breaths) and not rest else 1.0 if spare > sum(breaths) else 0
    )
    return {
        id: (need * (speech if lines[id].kind in SPOKEN else quiet), pause * breath)
        for (id, need), pause in zip(needs.items(), breaths)
    }
