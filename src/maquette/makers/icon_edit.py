"""Edits an icon instead of drawing it anew: some shapes stay, some are replaced, removed, continued or added to.

What stays is handed on as the very same objects, so that their text in the file can stay byte for byte. What is new
comes from the net (`icon_infill`) or, for badges and slashes, from rules (`icon_parts`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..media import drawing as d
from ..media.affine import as_path
from ..media.extent import Box, geometry_box, union
from ..media.raster import _paint_text
from ..media.snap import snap
from ..media.style_card import StyleCard
from ..media.svg_splice import Piece
from ..media.svg_write import geometry_text
from . import icon_parts as parts
from .icon_infill import POOL, TEMPERATURE, Filled, Infiller

_ONE = re.compile(r"\s*(?:@\s*(-?[\d.]+)\s*[,; ]\s*(-?[\d.]+)|(\d+)\s*-\s*(\d+)|([^,@]+?))\s*(?:,|$)")
ROOM = 0.75  # units of 24 that a new shape may reach beyond the box of the one it replaces
KEPT, NEW, GONE = "#b4b4b4", "#111111", "#d62828"  # colours of the overlay


@dataclass(frozen=True)
class Asked:
    """What is to be done to a drawing; shapes by their index, from 0."""

    replace: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    go_on: bool = False  # draw on after the last shape
    add: str = ""  # a part of icon_parts
    corner: str | None = None
    words: str = ""  # what the new shapes are to show
    title: str = ""  # what the icon shows
    gap: float | None = None  # clear space around an added part, in the drawing's units
    shelf: int = 1  # of the candidates, at most so many are people's drawings of the words, credited
    temperature: float = TEMPERATURE
    pool: int = POOL

    @property
    def draws(self) -> bool:
        """Whether a net is needed."""
        return bool(self.replace) or self.go_on


@dataclass(frozen=True)
class Edited:
    """A changed drawing: its shapes with where they come from, and how its new ones were drawn."""

    viewbox: tuple[float, float, float, float]
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()
    drawn: tuple[Filled, ...] = ()
    score: float = 0.0

    @property
    def drawing(self) -> d.Drawing:
        return d.Drawing(self.viewbox, tuple(piece.shape for piece in self.pieces))

    @property
    def note(self) -> str:
        """One line for people: "shape 2 replaced by a flame; plus at the bottom right"."""
        return "; ".join(self.notes)


# -- which shapes -----------------------------------------------------------------------------------------------------


def pick(drawing: d.Drawing, text: str) -> tuple[int, ...]:
    """The indices that "1,3-4,flame,@12,5" names: numbers from 1, ranges, ids, and points (the shape nearest to each).

    Raises UsageError for what is not there, naming what is.
    """
    found: list[int] = []
    at = 0
    while at < len(text):
        match = _ONE.match(text, at)
        if match is None or match.end() == at:
            raise UsageError(f"{text!r} names no shapes", mend="write them as 1,3 or 2-4 or an id or a point as @12,5")
        at = match.end()
        x, y, first, last, name = match.groups()
        if x is not None:
            found.append(nearest_shape(drawing, (_number(x), _number(y))))
        elif first is not None:
            found += [_by_number(drawing, number) for number in range(int(first), int(last) + 1)]
        else:
            found.append(_by_name(drawing, name))
    return tuple(dict.fromkeys(found))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no coordinate", mend="write a point as @12,5") from error


def _by_name(drawing: d.Drawing, name: str) -> int:
    named = [number for number, shape in enumerate(drawing.shapes) if shape.id == name]
    if named:
        return named[0]
    if name.isdigit():
        return _by_number(drawing, int(name))
    raise UsageError(f"no shape is called {name!r}", mend=_there(drawing))


def _by_number(drawing: d.Drawing, number: int) -> int:
    if not 1 <= number <= len(drawing.shapes):
        raise UsageError(f"there is no shape {number}", mend=_there(drawing))
    return number - 1


def _there(drawing: d.Drawing) -> str:
    count = len(drawing.shapes)
    ids = [shape.id for shape in drawing.shapes if shape.id]
    names = f"; ids: {', '.join(ids[:12])}" if ids else ""
    return f"there are shapes 1 to {count}{names}; --shapes lists them" if count > 1 else f"there is shape 1{names}"


def nearest_shape(drawing: d.Drawing, point: d.Point) -> int:
    """The index of the shape whose line is nearest to a point; on a filled shape, whichever is on top of it."""
    if not drawing.shapes:
        raise UsageError("the drawing has no shapes")

    def away(shape: d.Shape) -> float:
        outline = parts.outline(shape.geometry)
        return min((parts.beside(a, b, point) for a, b in outline), default=math.inf)

    return min(range(len(drawing.shapes)), key=lambda number: (away(drawing.shapes[number]), -number))


def asked(
    drawing: d.Drawing,
    *,
    keep: str = "",
    replace: str = "",
    remove: str = "",
    go_on: bool = False,
    add: str = "",
    **more: Any,
) -> Asked:
    """A checked wish. With `keep` alone, all other shapes are replaced. Raises UsageError for what cannot be done."""
    kept, new, gone = (pick(drawing, text) if text.strip() else () for text in (keep, replace, remove))
    for one, other, names in ((kept, new, "kept and replaced"), (kept, gone, "kept and removed"),
                              (new, gone, "replaced and removed")):  # fmt: skip
        if both := sorted(set(one) & set(other)):
            numbers = ", ".join(str(number + 1) for number in both)
            raise UsageError(f"shape {numbers} cannot be both {names}", mend="name each shape once")
    if kept and not (new or gone or go_on or add):
        new = tuple(number for number in range(len(drawing.shapes)) if number not in kept)
    if not (new or gone or go_on or add):
        raise UsageError(
            "there is nothing to do: no shape is to be replaced, removed, continued or added",
            mend='say what, e.g. --replace 2 "a flame", --continue, --add plus, --remove 2',
        )
    idle = [name for name in ("corner", "gap") if more.get(name) is not None and not add]
    idle += ["words"] if str(more.get("words") or "").strip() and not (new or go_on) else []
    if idle:
        raise UsageError(
            f"{' and '.join(idle)} would have no effect here",
            mend="words say what --replace, --keep or --continue draw; --corner and --gap are for --add",
        )
    if len(gone) == len(drawing.shapes) and not (go_on or add):
        raise UsageError("nothing would be left of this icon", mend="keep at least one shape")
    if len(new) == len(drawing.shapes) and not go_on:
        raise UsageError(
            "every shape would be replaced: that is another icon, and no edit",
            mend="keep at least one shape, or draw anew: maquette icon WORDS",
        )
    if (new or go_on) and not drawing.shapes:
        raise UsageError("there is no shape to go by", mend="draw one, or ask for a new icon: maquette icon WORDS")
    return Asked(new, gone, go_on, add, **more)


# -- editing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Editor:
    """Carries out wishes. `infiller` may be None where nothing is drawn by a net; `card`: what new shapes obey."""

    infiller: Infiller | None = None
    card: StyleCard | None = None
    style: str | None = None
    seen: dict[str, Any] = field(default_factory=dict)

    def edit(
        self, drawing: d.Drawing, wish: Asked, *, count: int = 4, seed: int = 0, on_progress: OnProgress = silent
    ) -> list[Edited]:
        """Up to `count` changed drawings, best first; one where only a rule or a removal is asked for."""
        whole = tuple(Piece(shape, number) for number, shape in enumerate(drawing.shapes))
        now = [Edited(drawing.viewbox, tuple(piece for piece in whole if piece.of not in wish.remove))]
        if wish.remove:
            now = [replace(now[0], notes=(f"{_shapes(wish.remove)} removed",))]
        for hole in _runs(wish.replace):
            now = self._filled(drawing, now, wish, hole, count, seed, on_progress)
        if wish.go_on:
            now = self._filled(drawing, now, wish, (), count, seed, on_progress)
        if wish.add:
            made = [(one, self._added(drawing, one, wish)) for one in now]
            if len(made) == 1:
                now = made[0][1]
            else:
                now = [found[0] for _, found in made]
        return now[:count]

    def _filled(
        self,
        drawing: d.Drawing,
        now: list[Edited],
        wish: Asked,
        hole: tuple[int, ...],
        count: int,
        seed: int,
        on_progress: OnProgress,
    ) -> list[Edited]:
        """Every drawing so far with one hole filled in several ways; without a hole it is drawn on."""
        assert self.infiller is not None
        out: list[Edited] = []
        for number, one in enumerate(now):
            open_ = [piece for piece in one.pieces if piece.of is None or piece.of not in wish.replace]
            before = sum(piece.of is None or piece.of < hole[0] for piece in open_) if hole else len(open_)
            rest = replace(drawing, shapes=tuple(piece.shape for piece in open_))
            found = self.infiller.fill(
                rest,
                before,
                before if hole else None,
                words=wish.words,
                title=wish.title,
                count=count,
                seed=seed + 7919 * number,
                temperature=wish.temperature,
                pool=wish.pool,
                shapes=len(hole) or None,
                style=self.style,
                near=_around(drawing, hole),
                shelf=wish.shelf if number == 0 else 0,
                on_progress=on_progress,
            )
            for filled in found:
                new = [Piece(shape, None, True, filled.source, filled.note) for shape in self.held(filled).shapes]
                at = next((k for k, p in enumerate(one.pieces) if p.of in hole), len(one.pieces))
                kept = [piece for piece in one.pieces if piece.of not in hole or piece.of is None]
                pieces = (*kept[:at], *new, *kept[at:])
                note = _note(hole, len(new), wish.words, filled)
                score = one.score + filled.scores.get("total", 0.0)
                out.append(Edited(one.viewbox, pieces, (*one.notes, note), (*one.drawn, filled), score))
        return sorted(out, key=lambda edited: -edited.score)[:count]

    def held(self, filled: Filled) -> d.Drawing:
        """The new shapes by the style card: its stroke, its cap and join, its grid."""
        part = filled.part
        if self.card is None:
            return part
        scale = max(part.viewbox[2:]) / self.card.canvas
        pen = {"width": self.card.width * scale, "cap": self.card.cap, "join": self.card.join}
        shapes = tuple(
            replace(shape, paint=replace(shape.paint, **pen)) if shape.paint.stroke else shape  # type: ignore[arg-type]
            for shape in part.shapes
        )
        return snap(replace(part, shapes=shapes), self.card.grid * scale)

    def _added(self, drawing: d.Drawing, one: Edited, wish: Asked) -> list[Edited]:
        found = parts.add(one.drawing, wish.add, self.pen(drawing, wish), wish.corner)
        out = []
        for added in found:
            pieces = tuple(self._through(piece, one) for piece in added.pieces)
            cut = [piece.of for piece in pieces if piece.of is not None and not piece.same]
            told = f"{added.note}, {_shapes(cut)} cut" if cut else added.note
            out.append(Edited(one.viewbox, pieces, (*one.notes, told), one.drawn, one.score))
        return out

    @staticmethod
    def _through(piece: Piece, one: Edited) -> Piece:
        """A piece of a piece, told by what it was in the first drawing."""
        if piece.of is None:
            return piece
        old = one.pieces[piece.of]
        return old if piece.same else Piece(piece.shape, old.of, same=False)

    def pen(self, drawing: d.Drawing, wish: Asked) -> parts.Pen:
        """How a part is drawn: in the card's stroke, else in that of the drawing."""
        side = max(drawing.viewbox[2:])
        strokes = [shape.paint for shape in drawing.shapes if shape.paint.stroke]
        looks = [(paint.width, paint.cap, paint.join) for paint in strokes]
        usual = strokes[looks.index(max(looks, key=looks.count))] if strokes else None
        unit = side / parts.CANVAS
        paint = d.Paint(width=2 * unit, cap="round", join="round") if usual is None else replace(usual, fill=False)
        gap, margin = paint.width, unit
        if self.card is not None:
            scale = side / self.card.canvas
            paint = replace(paint, width=self.card.width * scale, cap=self.card.cap, join=self.card.join)
            gap, margin = max(self.card.gap * scale, paint.width / 2), self.card.margin * scale
        return parts.Pen(replace(paint, opacity=1.0), gap if wish.gap is None else wish.gap, margin)


def _runs(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """Numbers in runs of neighbours: 1, 2, 4 -> (1, 2), (4)."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [tuple(run) for run in runs]


def _shapes(numbers: Sequence[int | None]) -> str:
    told = [str(number + 1) for number in numbers if number is not None]
    return f"shape {told[0]}" if len(told) == 1 else f"shapes {', '.join(told[:-1])} and {told[-1]}"


def _around(drawing: d.Drawing, hole: tuple[int, ...]) -> Box | None:
    """The box of the shapes that are replaced, and a little more: what is new is to stand where they stood."""
    box = union([one for number in hole if (one := geometry_box(drawing.shapes[number].geometry)) is not None])
    if box is None:
        return None
    more = ROOM * max(drawing.viewbox[2:]) / parts.CANVAS
    return box[0] - more, box[1] - more, box[2] + more, box[3] + more


def _note(hole: tuple[int, ...], new: int, words: str, filled: Filled) -> str:
    what = f" by {words}" if words.strip() else ""
    if filled.source == "shelf":
        what += f", {filled.note}"
    elif filled.source == "repeat":
        what += f" by {filled.note}"
    if hole:
        return f"{_shapes(hole)} replaced{what}"
    return f"continued{f' with {words}' if words.strip() else ''}: {new} new shape{'s' if new > 1 else ''}"


# -- showing ----------------------------------------------------------------------------------------------------------


def listed(drawing: d.Drawing) -> list[dict[str, Any]]:
    """Every shape as a row: number, id, what it is, its box, its paint."""
    out = []
    for number, shape in enumerate(drawing.shapes, start=1):
        box = geometry_box(shape.geometry) or (0.0, 0.0, 0.0, 0.0)
        paint = "stroke" if not shape.paint.fill else "fill" if not shape.paint.stroke else "stroke and fill"
        out.append(
            {
                "shape": number,
                "id": shape.id,
                "what": _what(shape.geometry),
                "box": [round(value, 2) for value in box],
                "paint": f"{paint} {shape.paint.width:g}" if shape.paint.stroke else paint,
            }
        )
    return out


def _what(geometry: d.Geometry) -> str:
    if not isinstance(geometry, d.Path):
        return type(geometry).__name__.lower()
    segments = [segment for subpath in geometry.subpaths for segment in subpath.segments]
    kinds = {type(segment).__name__.lower() for segment in segments}
    what = "line" if kinds == {"line"} and len(segments) == 1 else "lines" if kinds == {"line"} else "path"
    closed = all(subpath.closed for subpath in geometry.subpaths) and what != "line"
    return f"closed {what}" if closed and geometry.subpaths else what


def overlay(before: d.Drawing, edits: Sequence[Edited]) -> str:
    """An SVG sheet, one cell per edit: what stays is grey, what goes red and dashed, what is new black."""
    x, y, width, height = before.viewbox
    step = width * 1.15
    cells = []
    for number, one in enumerate(edits):
        there = {piece.of for piece in one.pieces}
        cut = [before.shapes[piece.of] for piece in one.pieces if piece.of is not None and not piece.same]
        gone = [shape for k, shape in enumerate(before.shapes) if k not in there]
        side = max(width, height)
        inks = [_dashed(shape, side) for shape in cut]  # beneath what is left of them
        inks += [_drawn(piece.shape, KEPT) for piece in one.pieces if piece.of is not None]
        inks += [_dashed(shape, side) for shape in gone]
        inks += [_drawn(piece.shape, NEW) for piece in one.pieces if piece.of is None]
        cells.append(f'  <g transform="translate({number * step:g} 0)">{"".join(inks)}</g>')
    left, top, wide, high = x - 0.05 * width, y - 0.05 * height, step * len(edits) - 0.05 * width, 1.1 * height
    box = f"{left:g} {top:g} {wide:g} {high:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" fill="none">'
    paper = f'  <rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{high:g}" fill="#fff"/>'
    return "\n".join([head, paper, *cells, "</svg>", ""])


def _drawn(shape: d.Shape, colour: str) -> str:
    return f'<g color="{colour}"><{geometry_text(shape.geometry, 4)}{_paint_text(shape.paint, 5)}/></g>'


def _dashed(shape: d.Shape, side: float) -> str:
    thin = side / 48
    return (
        f'<{geometry_text(d.Path(as_path(shape.geometry).subpaths), 4)} stroke="{GONE}" stroke-width="{thin:g}"'
        f' stroke-dasharray="{2 * thin:g} {1.5 * thin:g}"/>'
    )
