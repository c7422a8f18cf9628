"""A shot drawn: set and people seen by its camera, ordered from back to front, under the light of the hour.

Every layer is one thing under its own name (a chair, a person, the backdrop), so that whoever opens the SVG can move
or redraw it, and so that a matte of anybody is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UsageError
from ...media.film import Film, Shot
from ...media.ink import Ink, Layer, Page, Words
from ...media.stage import Camera, Performance, Piece, Stage, Take
from . import arrows
from .backdrop import backdrop
from .camera import shaken, take_for
from .figures import HANDS, HIPS, Figure, figures, in_hand, times
from .light import shades, shadows, sunlight
from .order import Box, back_to_front, behind, box_of_part, box_of_points
from .palette import PAPER, STYLES, mixed
from .panels_clear import WHOLE, Cleared, cleared, parts_of
from .pen import NEAR, Pen, Stood
from .pieces import HUNG
from .puppet import draw_person

Floats = NDArray[np.float32]


def draw_shot(film: Film, performance: Performance, shot: Shot, second: float, *, width: int = 1280, height: int = 720,
              style: str = "line", take: Take | None = None, notes: bool = False) -> Page:  # fmt: skip
    """The picture of a shot at a second of its scene.

    `take`: its camera, otherwise the performance's, otherwise solved anew. `notes`: arrows for moves of the camera and
    of people, as storyboards have them and films have not. Raises UsageError for an unknown style or no size.
    """
    if style not in STYLES:
        raise UsageError(f"there is no style {style!r}", mend=f"choose {', '.join(STYLES)}")
    if width < 8 or height < 8:
        raise UsageError(f"a picture of {width} x {height} pixels", mend="choose at least 8 x 8")
    take = take or performance.takes.get(shot.id) or take_for(shot, performance, film, width / height)
    first, last = times(performance, shot)
    share = min(max((second - first) / max(last - first, 1e-6), 0.0), 1.0)
    camera = shaken(take.at(share), take.shake, second)
    people = figures(film, performance, second)
    stage = performance.stage
    without = cleared(stage, performance.takes.get(shot.id) or take, width, height, shot.subjects)
    view = view_of(stage, camera, width, height, style, without, in_hands(performance, second))
    layers = [*view.layers(people)]
    if notes:
        marks = arrows.marks(view.pen, film, performance, shot, take, (first, last), second)
        if marks:
            layers.append(Layer("notes", tuple(marks)))
    return Page(width, height, tuple(layers), paper=PAPER[style], title=f"{shot.id}")


@dataclass(frozen=True, eq=False)
class _Thing:
    """A part of a piece or a person, to be put in order."""

    name: str
    box: Box
    marks: Sequence[Ink] = ()
    person: Figure | None = None
    torso: Box | None = None


class View:
    """A stage seen by a camera."""

    def __init__(self, stage: Stage, camera: Camera, width: int, height: int, style: str,
                 without: Cleared = WHOLE, held: tuple[str, ...] = ()) -> None:  # fmt: skip
        """`without`: what was cleared away; `held`: kinds of things that hands hold."""
        self.stage, self.camera, self.style = stage, camera, style
        self.width, self.height, self.without, self.held = width, height, without, held
        focus = float(np.linalg.norm(np.subtract(camera.target, camera.eye)))
        wall = stage.colours.get("wall", "plaster")
        haze = mixed(wall, "white", 0.45) if stage.interior else mixed(stage.colours.get("sky", "white"), "white", 0.35)
        if style != "tone":
            haze = PAPER[style]
        lit = stage.time == "night" and not stage.interior
        names = {"sky": stage.colours.get("sky", "#c9dfe8"), "pane": "#f3cf7a" if lit else "#a9c0c9"}
        self.pen = Pen(camera, width, height, style, stage.light, max(focus, 0.6), haze, 1.0, names)
        self._set()

    def _set(self) -> None:
        """What does not change while the camera stands still."""
        pen = self.pen
        self.pieces = self._kept()
        parts = [part for piece in self.pieces for part in parts_of(self.stage, piece, self.without)]
        self.behind = [Layer("backdrop", tuple(backdrop(self.stage, pen)))]
        hung = [mark for part in self._walled([part for part in parts if part.flat]) for mark in pen.part(part)]
        if hung:
            self.behind.append(Layer("walls", tuple(hung)))
        sun = sunlight(self.stage, pen)
        if sun:
            self.behind.append(Layer("sunlight", tuple(sun), opacity=0.42))
        standing = [part for part in parts if not part.flat and self._visible(part)]
        drawn = [(part, pen.part(part)) for part in standing]
        self.things = [_Thing(part.owner, box_of_part(part), marks) for part, marks in drawn if marks]
        self.cast = shadows(self.stage, pen, standing, ())
        self.over = list(shades(self.stage, pen, self.pieces))

    def layers(self, people: list[Figure]) -> Iterator[Layer]:
        """Layers from back to front."""
        yield from self.behind
        cast = [*self.cast, *shadows(self.stage, self.pen, (), people)]
        if cast:
            yield Layer("shadows", tuple(cast), opacity={"line": 0.16, "tone": 0.24, "ink": 1.0}[self.style])
        yield from self._ordered(people)
        yield from self.over

    def _kept(self) -> list[Piece]:
        """Pieces but what was cleared away, what hands hold and what hangs on walls behind the camera."""
        eye = np.array(self.camera.eye)
        kept = []
        for piece in self.stage.pieces:
            if {piece.kind, piece.id, in_hand(piece.kind)} & set(self.held) or piece.id in self.without.pieces:
                continue
            if self.stage.interior and piece.kind in HUNG:
                out = np.array([np.sin(piece.turn), 0, np.cos(piece.turn)])
                if float((eye - (piece.x, piece.y, piece.z)) @ out) < 0.02:
                    continue
            kept.append(piece)
        return kept

    def _walled(self, parts: list[Stood]) -> list[Stood]:
        """What lies on floors and hangs on walls, far things first, parts of one piece in their order."""
        first: dict[str, float] = {}
        for part in parts:
            far = -float(np.linalg.norm(part.points.mean(0) - self.pen.eye))
            first.setdefault(part.owner, far if part.points[:, 1].max() > 0.05 else far - 100)
        return sorted(parts, key=lambda part: first[part.owner])

    def _ordered(self, people: list[Figure]) -> Iterator[Layer]:
        things = [*self.things]
        things += [_Thing(one.id, box_of_points(one.joints, 0.1), person=one, torso=_torso(one)) for one in people]
        if not things:
            return
        order = back_to_front([one.box for one in things], self.pen.eye, _relations(things, self.pen.eye))
        name, marks = "", list[Ink]()
        for number in order:
            thing = things[number]
            drawn = thing.marks if thing.person is None else self._person(thing.person)
            if thing.name != name and marks:
                yield Layer(name, tuple(marks))
                marks = []
            name = thing.name
            marks += drawn
        if marks:
            yield Layer(name, tuple(marks))

    def _visible(self, part: Stood) -> bool:
        return bool((self.pen.seen(part.points)[:, 2] > NEAR).any())

    def _person(self, one: Figure) -> list[Ink]:
        light = self.stage.light
        return list(draw_person(one.look, one.places, one.turned, self.camera, self.width, self.height, face=one.face,
                                style=self.style, owner=one.id, holds=one.holds, light=light))  # fmt: skip


def _torso(one: Figure) -> Box:
    """Trunk and head: what somebody on a chair is in front of or behind with."""
    chosen = [HIPS, 9, 10, 11, 12, 13]
    points = one.joints[chosen].copy()
    return box_of_points(np.concatenate([points, points[-1:] + np.array([0, 0.2, 0], np.float32)]), 0.1)


def _relations(things: list[_Thing], eye: Floats) -> NDArray[np.int8]:
    """Who stands before whom; where a person's whole box meets a piece's, trunk and head decide, then distance."""
    said = behind([one.box for one in things], eye)
    if any(one.torso for one in things):
        trunks = behind([one.torso or one.box for one in things], eye)
        people = np.array([one.person is not None for one in things])
        either = people[:, None] | people[None]
        said = np.where((said == 0) & either, trunks, said)
    for n, one in enumerate(things):
        if one.person is None:
            continue
        for m, other in enumerate(things):
            if other.person is None and said[n, m] == 0 and _under(other.box, one):
                said[n, m], said[m, n] = -1, 1
    return said


def _under(box: Box, one: _Thing) -> bool:
    """Whether a part lies under somebody's trunk: a seat, a bed."""
    assert one.person is not None
    hips = one.person.joints[HIPS]
    return bool(box.corners[:, 1].max() < hips[1] + 0.12 and np.hypot(*(box.middle - hips)[[0, 2]]) < 1.3)


_VIEWS: dict[tuple[object, ...], View] = {}


def in_hands(performance: Performance, second: float) -> tuple[str, ...]:
    """Kinds of things that somebody holds at a second: they are not on the table then."""
    return tuple(sorted({kind for one in performance.acting for kind in one.held_at(second).values()}))


def view_of(stage: Stage, camera: Camera, width: int, height: int, style: str, without: Cleared = WHOLE,
            held: tuple[str, ...] = ()) -> View:  # fmt: skip
    """The stage as a camera sees it; while the camera stands still, drawn once."""
    key = (id(stage), camera, width, height, style, without, held)
    known = _VIEWS.get(key)
    if known is None or known.stage is not stage:
        while len(_VIEWS) > 2:
            _VIEWS.pop(next(iter(_VIEWS)))
        known = _VIEWS[key] = View(stage, camera, width, height, style, without, held)
    return known


def with_words(page: Page, words: tuple[Words, ...], name: str = "words") -> Page:
    """A page with letters on top."""
    return replace(page, layers=(*page.layers, Layer(name, words)))


__all__ = ["HANDS", "View", "draw_shot", "with_words"]
