"""What is heard in a planned film, line by line and place by place: what `mix` makes sound of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...media.film import Film, Line, Scene
from . import cues, foley, mix, timing

if TYPE_CHECKING:
    from .maker import Staged
    from .speech import Spoken

ROOMS = {"hall": "hall", "castle": "hall", "church": "church", "cave": "church", "station": "hall", "corridor": "hall",
         "hospital": "room", "car": "studio", "void": ""}  # fmt: skip


def track_of(
    film: Film,
    heard: Mapping[str, Spoken],
    lines: Sequence[timing.Timed],
    staged: Mapping[str, Staged],
    *,
    lead: float,
    tail: float,
    music: tuple[cues.Composed, ...],
) -> mix.Track:
    """All that is heard, from the title to the end of the credits."""
    by_id = {line.id: line for scene in film.scenes for line in scene.lines}
    scenes = {line.id: scene for scene in film.scenes for line in scene.lines}
    speech = tuple(
        mix.Speech(one.line, lead + one.start, heard[one.line].sound, heard[one.line].rate,
                   _side(film, by_id[one.line]), by_id[one.line].off, _room(scenes[one.line]))
        for one in lines
        if one.line in heard and len(heard[one.line].sound)
    )  # fmt: skip
    told = foley.of_lines([(by_id[one.line], lead + one.start, lead + one.end) for one in lines])
    moved = [replace(one, second=one.second + lead) for scene in staged.values() for one in scene.sounds]
    effects = tuple(sorted([*told, *moved], key=lambda one: one.second))
    seconds = lead + sum(end - first for _, first, end in timing.cuts(film)) / film.fps + tail
    return mix.Track(seconds, speech, music, effects, tuple(_places(film, lead)))


def _side(film: Film, line: Line) -> float:
    """People are heard a little apart, each always from the same side."""
    ids = [one.id for one in film.people]
    number = ids.index(line.who) if line.who in ids else 0
    return (0.0, 0.22, -0.22, 0.35, -0.35)[number % 5] if len(ids) > 1 else 0.0


def _room(scene: Scene) -> str:
    return ROOMS.get(scene.kind, "room") if scene.interior else ""


def _places(film: Film, lead: float) -> Iterator[mix.Place]:
    """Where the film is, from when to when; what follows in one place is one stretch."""
    scene_of = {shot.id: scene for scene in film.scenes for shot in scene.shots}
    start, now = lead, None
    at = lead
    for id, first, end in timing.cuts(film):
        scene = scene_of[id]
        at = lead + first / film.fps
        if now is not None and scene.id != now.id:
            yield _place(now, start, at)
            start = at
        now = scene
        at = lead + end / film.fps
    if now is not None:
        yield _place(now, start, at)


def _place(scene: Scene, start: float, end: float) -> mix.Place:
    return mix.Place(start, end, scene.kind, scene.time == "night", foley.rains(scene), scene.interior)
