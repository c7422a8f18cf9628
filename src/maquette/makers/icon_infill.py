"""Draws what is missing in an icon: the shapes between those that stay, or those that come next.

The net has learnt drawings with a hole (fill-in-the-middle: Bavarian et al. 2022, arXiv:2207.14255): it reads the
shapes before the hole and those after it, and draws the shapes between. Where the drawing merely goes on, it is
continued as it would be drawn. Only the new shapes are decoded: those that stay are never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..core.seeds import candidate_seed
from ..core.types import Ingredient
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import StrokeEncoding, shapes_of
from ..encodings.strokes_grammar import Automaton, Rules
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from ..media.extent import Box
from .icon import inset_of
from .icon_fill_choice import choose
from .icon_sources import found, repeated
from .icon_works import other_words

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..encodings.words import Reading, Words
    from ..engine.decoder import Decoder, Sampled
    from ..engine.scorer import Scorer

POOL = 24  # candidates drawn, of which the best are handed over
TEMPERATURE, MIN_P = 0.8, 0.02
LONGEST = 120  # tokens of what is drawn new
MOST = 8  # shapes drawn new where nobody says how many


@dataclass(frozen=True)
class Filled:
    """A drawing whose hole was filled: `new` are the indices of the shapes that are the machine's."""

    drawing: d.Drawing
    new: range
    tokens: NDArray[np.int32]  # of the new shapes, without END
    likelihood: float  # nats per token
    seed: int
    scores: dict[str, float] = field(default_factory=dict)
    source: str = "model"  # or "repeat" (a copy of a shape of this drawing) or "shelf" (a person's drawing)
    note: str = ""  # "shape 2, mirrored across"; "flame by Lucide contributors (ISC)"
    ingredients: tuple[Ingredient, ...] = ()

    @property
    def part(self) -> d.Drawing:
        """The new shapes alone, on the same canvas."""
        return replace(self.drawing, shapes=self.drawing.shapes[self.new.start : self.new.stop])


@dataclass(frozen=True)
class Hole:
    """What the net is told of a drawing with a hole."""

    drawing: d.Drawing
    before: int  # shapes before the hole
    after: int  # the first shape behind it
    header: Header
    shown: tuple[tuple[int, ...], tuple[int, ...]]  # the tokens before and after
    paint: d.Paint  # of new strokes, in the drawing's own units
    near: Box | None = None  # where the new shapes are to stand, on the net's canvas

    @property
    def kept(self) -> tuple[d.Shape, ...]:
        """The shapes that stay."""
        return (*self.drawing.shapes[: self.before], *self.drawing.shapes[self.after :])

    def filled(self, shapes: Sequence[d.Shape]) -> tuple[d.Drawing, range]:
        """The drawing with these shapes, in its own units, in its hole and in its stroke; and which they are now."""
        new = [replace(shape, paint=_painted(shape.paint, self.paint), id="", original="") for shape in shapes]
        old = self.drawing.shapes
        whole = replace(self.drawing, shapes=(*old[: self.before], *new, *old[self.after :]))
        return whole, range(self.before, self.before + len(new))


class Infiller:
    """Fills holes with a stroke checkpoint, its words and its judge. Keep it: the first call opens the net."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        told = checkpoint.encoding
        self.encoding = StrokeEncoding(told["styles"], told["words"])
        self.manners: list[dict[str, Any]] = list(told.get("manners") or [])

    @cached_property
    def words(self) -> Words:
        from ..encodings.words import Words

        return Words.load(self.checkpoint.file("words.json.gz"))

    @cached_property
    def judge(self) -> Scorer:
        from ..engine.scorer import Scorer

        return Scorer.load(self.checkpoint.file("scorer.safetensors"))

    @cached_property
    def decoder(self) -> Decoder:
        return self.checkpoint.decoder()

    def fill(
        self,
        drawing: d.Drawing,
        before: int,
        after: int | None = None,
        *,
        words: str = "",
        title: str = "",
        count: int = 4,
        seed: int = 0,
        temperature: float = TEMPERATURE,
        pool: int = POOL,
        shapes: int | None = None,
        style: str | None = None,
        closed_after: bool = True,
        near: Box | None = None,
        shelf: int = 0,
        on_progress: OnProgress = silent,
    ) -> list[Filled]:
        """Up to `count` drawings in which new shapes stand in the place of shapes[before:after], best first.

        after: None for the end of the drawing. shapes: how many new ones at most (None: as many as were taken out,
        or up to eight where none were). style: a manner of the checkpoint (None: its own, or none is said).
        closed_after: the icon is finished by the new shapes; False where more may follow, so that the next shapes are
        drawn. shelf: at most so many of them may be people's drawings of the words, credited; they come first.
        near: a box in the drawing's units that the new shapes are to keep to. words: what is asked for; title: what
        the icon shows anyway. The same seed gives the same shapes.

        Raises UsageError for places that are not there, MediaError for a drawing that no stroke net can read.
        """
        after = len(drawing.shapes) if after is None else after
        hole = self.hole(drawing, before, after, style=style, near=near)
        most = shapes or max(after - before, 0) or MOST
        ids = self.read(words, title)
        going_on = after == len(drawing.shapes) and not closed_after
        drawn = self.sample(
            hole,
            ids,
            pool=max(pool, count),
            seed=seed,
            temperature=temperature,
            most=most,
            going_on=going_on,
            on_progress=on_progress,
        )
        copies = [] if words.strip() else repeated(self, hole, most)
        people = self._people(hole, words, shelf)[:count] if shelf and words.strip() else []
        own = choose(self, [*drawn, *copies], count - len(people), ids, near=hole.near)
        return [*people, *own]

    def _people(self, hole: Hole, words: str, count: int) -> list[Filled]:
        """People's drawings of the words in the place of the hole, those first that say the words best there."""
        if hole.near is None:
            return []
        reading = self.reading(words)
        return choose(self, found(hole, reading, hole.near, self), count, reading.ids, near=hole.near)

    # -- what the net is told --------------------------------------------------------------------------------------

    def hole(
        self, drawing: d.Drawing, before: int, after: int, style: str | None = None, near: Box | None = None
    ) -> Hole:
        """The drawing with shapes[before:after] taken out, as the net reads it."""
        total = len(drawing.shapes)
        if not 0 <= before <= after <= total:
            raise UsageError(f"there is no place from shape {before + 1} to {after} in a drawing of {total} shapes")
        kept = replace(drawing, shapes=(*drawing.shapes[:before], *drawing.shapes[after:]))
        strokes = [shape.paint for shape in (kept.shapes or drawing.shapes) if shape.paint.stroke]
        if not strokes and total:
            raise MediaError(
                "this icon is filled, and the net draws strokes: it has no stroke to go by",
                where=drawing.title,
                mend="give an icon drawn with strokes, or turn this one into lines: maquette icon lined FILE",
            )
        paint = _usual(strokes)
        encoded = self.encoding.encode(kept) if kept.shapes else None
        tokens = [] if encoded is None else shapes_of(encoded.body)
        scale = v.CANVAS / max(drawing.viewbox[2:])
        manner = self.manner(style)
        header = Header(
            style=manner.get("style"),
            paint="stroke" if encoded is None else encoded.header.paint,
            width=v.token_width(v.width_token(paint.width * scale)),
            cap=paint.cap,
            join=paint.join,
        )
        room = int(self.checkpoint.size["context"]) - LONGEST - 40
        parts = _nearest(tokens[:before], tokens[before:], room)
        box = None if near is None else _on_canvas(near, drawing.viewbox)
        return Hole(drawing, before, after, header, parts, replace(paint, fill=False, opacity=1.0), box)

    def manner(self, style: str | None) -> dict[str, Any]:
        """The manner by name; the checkpoint's own where it has learnt one; else none is said."""
        if style is None:
            own = [manner for manner in self.manners if manner.get("own")]
            return own[0] if own else {}
        for manner in self.manners:
            if manner["name"] == style:
                return manner
        if style in self.encoding.styles:
            return {"name": style, "style": self.encoding.styles.index(style)}
        names = [str(manner["name"]) for manner in self.manners]
        raise UsageError(f"{self.checkpoint.name} knows no style {style!r}", mend=nearest(style, names))

    # -- drawing ---------------------------------------------------------------------------------------------------

    def sample(
        self,
        hole: Hole,
        words: Sequence[int] = (),
        *,
        pool: int = POOL,
        seed: int = 0,
        temperature: float = TEMPERATURE,
        min_p: float = MIN_P,
        most: int = 1,
        going_on: bool = False,
        on_progress: OnProgress = silent,
    ) -> list[Filled]:
        """`pool` fillings as they come, unpicked; those that did not end are left out."""
        prefix = self.prefix(hole, words, going_on)
        room = int(self.checkpoint.size["context"]) - len(prefix)
        longest = min(LONGEST, room)
        places = self.encoding.places(prefix)
        seeds = [candidate_seed(seed, index) for index in range(pool)]

        def stepped(step: int) -> None:
            if step % 8 == 0:
                on_progress(Progress(step, LONGEST, "drawing"))

        drawn = self.decoder.sample(
            [prefix] * pool,
            [filling(hole, most, going_on, longest - 8) for _ in seeds],
            seeds=seeds,
            temperature=temperature,
            min_p=min_p,
            longest=longest,
            prefix_places=[places] * pool,
            on_step=stepped,
        )
        made = (self._filled(hole, one, seed) for one, seed in zip(drawn, seeds, strict=True) if one.ended)
        return [one for one in made if one is not None]

    def prefix(self, hole: Hole, words: Sequence[int] = (), going_on: bool = False) -> NDArray[np.int32]:
        """The tokens (t,) after which the net draws what is missing."""
        start = [v.START, *(v.WORD + word for word in words)] if words else [v.START, v.NO_WORDS]
        before, after = hole.shown
        if going_on:
            return np.array([*start, *hole.header.tokens(), *before], dtype=np.int32)
        return np.array([*start, *self.encoding.infill(hole.header, before, after)], dtype=np.int32)

    def _filled(self, hole: Hole, sampled: Sampled, seed: int) -> Filled | None:
        tokens = sampled.tokens[:-1]  # END, or the opener of a shape that nobody asked for
        return self.placed(hole, tokens, sampled.logprob / max(len(sampled.tokens), 1), seed)

    def placed(self, hole: Hole, tokens: NDArray[np.int32], likelihood: float = 0.0, seed: int = 0) -> Filled | None:
        """The drawing with the shapes of `tokens` in its hole, in its own units and stroke; None if they are none."""
        shapes = self.encoding.decode(hole.header, tokens).shapes
        if not shapes:
            return None
        whole, new = hole.filled(self.own_units(hole, shapes))
        return Filled(whole, new, tokens, likelihood, seed)

    @staticmethod
    def own_units(hole: Hole, shapes: Sequence[d.Shape]) -> tuple[d.Shape, ...]:
        """Shapes of the net's canvas in the units of the drawing."""
        made = d.Drawing((0.0, 0.0, v.CANVAS, v.CANVAS), tuple(shapes))
        return d.transformed(made, _from_canvas(hole.drawing.viewbox), hole.drawing.viewbox).shapes

    def read(self, words: str, title: str = "") -> tuple[int, ...]:
        """The ids of the words asked for and of the icon's title, each once, at most twelve.

        Raises UsageError if words are asked for and not one of them is known.
        """
        asked = self.reading(words)
        if asked.unknown and not asked.ids:
            raise UsageError(
                f"no word of this is known to {self.checkpoint.name}: {', '.join(asked.unknown)}",
                where=words,
                mend=other_words(asked.unknown, self.words.words),
            )
        return tuple(dict.fromkeys((*asked.ids, *self.reading(title).ids)))[:12]

    def reading(self, words: str) -> Reading:
        """How the words of a prompt are understood."""
        return self.words.read(words)


class filling(Automaton):
    """The grammar of what stands in a hole: at least one shape and at most `most`, and then the end.

    Where the drawing goes on, it has followed the shapes before; a further shape's opener ends it too.
    """

    def __init__(self, hole: Hole, most: int, going_on: bool, longest: int) -> None:
        width = hole.header.width or 2.0
        known = hole.shown[0] if going_on else ()
        first = sum(1 for _ in shapes_of(known)) if known else 0
        inset = inset_of(width, hole.header.join)
        super().__init__(Rules("stroke", inset, 1, len(known) + longest, first + most + 1))
        self._near = hole.near
        for token in known:
            super().push(token)
        self._first, self._most, self._going_on = first, most, going_on

    def mask(self) -> NDArray[np.bool_]:
        mask = super().mask()
        if self.pen.slot != v.COMMAND_SLOT:
            return mask if self._near is None else self._near_by(mask, self._near)
        if self.shapes == self._first:  # nothing was drawn yet
            opened = np.zeros_like(mask)
            opened[v.STROKE] = True
            return opened
        if self.shapes - self._first >= self._most and not self._going_on:
            kept: NDArray[np.bool_] = mask.copy()
            kept[list(v.SHAPES)] = False
            return kept
        return mask

    def _near_by(self, mask: NDArray[np.bool_], near: Box) -> NDArray[np.bool_]:
        """Of the ids that may come next those whose point lies in the box; all of them where none does."""
        pen, slot = self.pen, self.pen.slot
        inside = np.zeros_like(mask)
        if slot in (v.X_SLOT, v.Y_SLOT):
            axis, first = slot - v.X_SLOT, (v.X, v.Y)[slot - v.X_SLOT] + v.MARGIN
        elif slot in (v.DX_SLOT, v.DY_SLOT) and pen.start is not None and self._lands():
            axis = slot - v.DX_SLOT
            first = (v.DX, v.DY)[axis] + v.ZERO - pen.start[axis] // v.TICK
        elif slot == v.R_SLOT and pen.command in v.PRIMITIVES:
            return self._sized(mask, near)
        else:
            return mask
        low, high = round(near[axis] * v.STEP), round(near[axis + 2] * v.STEP)
        inside[max(first + low, 0) : first + high + 1] = True
        inside &= mask
        return inside if inside.any() else mask

    def _lands(self) -> bool:
        """Whether the coordinate to come is of a segment's end, and not of a control point."""
        count = len(v.ARGUMENTS[self.pen.command])
        return count == 1 or len(self.pen.arguments) >= count - 2

    def _sized(self, mask: NDArray[np.bool_], near: Box) -> NDArray[np.bool_]:
        """Radii and sides that do not reach beyond the box."""
        (x, y), index = (ticks / v.TICK / v.STEP for ticks in self.pen.arguments[:2]), len(self.pen.arguments)
        left, top, right, bottom = near
        if self.pen.command == v.RECT:
            most = right - x if index == 2 else bottom - y if index == 3 else v.CANVAS
        elif self.pen.command == v.CIRCLE:
            most = min(x - left, right - x, y - top, bottom - y)
        else:
            most = min(x - left, right - x) if index == 2 else min(y - top, bottom - y)
        inside = mask.copy()
        inside[v.R + max(round(most * v.STEP), 1) + 1 :] = False
        return inside if inside.any() else mask

    def push(self, token: int) -> None:
        full = self.shapes - self._first >= self._most
        opening = self.pen.slot == v.COMMAND_SLOT and token in v.SHAPES
        super().push(token)
        if opening and full:
            self.done = True


def _on_canvas(box: Box, viewbox: tuple[float, float, float, float]) -> Box:
    """A box in a drawing's units, on the net's canvas."""
    scale, _, _, _, x, y = _from_canvas(viewbox)
    return (box[0] - x) / scale, (box[1] - y) / scale, (box[2] - x) / scale, (box[3] - y) / scale


def _nearest(
    before: Sequence[Sequence[int]], after: Sequence[Sequence[int]], room: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The tokens of the shapes before and after a hole; of an icon longer than `room` those nearest to the hole."""
    told: tuple[list[int], list[int]] = ([], [])
    left, right = list(before), list(after)
    while left or right:
        near = 0 if left and (not right or len(told[0]) <= len(told[1])) else 1
        shape = left.pop() if near == 0 else right.pop(0)
        if len(told[0]) + len(told[1]) + len(shape) > room:
            break
        told[near][:] = [*shape, *told[0]] if near == 0 else [*told[1], *shape]
    return tuple(told[0]), tuple(told[1])


def _usual(paints: Sequence[d.Paint]) -> d.Paint:
    """The stroke that most shapes have; the first of equals; round and two wide where there is none."""
    if not paints:
        return d.Paint(cap="round", join="round")
    looks = [(paint.width, paint.cap, paint.join) for paint in paints]
    return paints[looks.index(max(looks, key=looks.count))]


def _painted(paint: d.Paint, usual: d.Paint) -> d.Paint:
    """A new shape's paint in the drawing's own stroke."""
    return replace(paint, width=usual.width, cap=usual.cap, join=usual.join) if paint.stroke else paint


def _from_canvas(viewbox: tuple[float, float, float, float]) -> tuple[float, float, float, float, float, float]:
    """The SVG matrix from the net's canvas of 24 units back to a drawing's own: what `drawing.fit` did, undone."""
    x, y, width, height = viewbox
    scale = max(width, height) / v.CANVAS
    side = max(width, height)
    return scale, 0.0, 0.0, scale, x - (side - width) / 2, y - (side - height) / 2
