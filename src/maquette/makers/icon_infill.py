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
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import StrokeEncoding, shapes_of
from ..encodings.strokes_grammar import Automaton, Rules
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from . import icon_choice as choice
from .icon import inset_of

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..encodings.words import Reading, Words
    from ..engine.decoder import Decoder, Sampled
    from ..engine.scorer import Scorer

POOL = 24  # candidates drawn, of which the best are handed over
TEMPERATURE, MIN_P = 0.8, 0.02
LONGEST = 120  # tokens of what is drawn new
MOST = 8  # shapes drawn new where nobody says how many
WORDS, LIKELY, UNTIDY, CLASH = 1.0, 0.15, 0.1, 1.0  # weights of the score
ALIKE = 0.7  # IoU of two new parts that are one idea
PIXELS = 64


@dataclass(frozen=True)
class Filled:
    """A drawing whose hole was filled: `new` are the indices of the shapes that are the machine's."""

    drawing: d.Drawing
    new: range
    tokens: NDArray[np.int32]  # of the new shapes, without END
    likelihood: float  # nats per token
    seed: int
    scores: dict[str, float] = field(default_factory=dict)

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
        on_progress: OnProgress = silent,
    ) -> list[Filled]:
        """Up to `count` drawings in which new shapes stand in the place of shapes[before:after], best first.

        after: None for the end of the drawing. shapes: how many new ones at most (None: as many as were taken out,
        or up to eight where none were). style: a manner of the checkpoint (None: its own, or none is said).
        closed_after: the icon is finished by the new shapes; False where more may follow, so that the next shapes are
        drawn. words: what is asked for; title: what the icon shows anyway. The same seed gives the same shapes.

        Raises UsageError for places that are not there, MediaError for a drawing that no stroke net can read.
        """
        after = len(drawing.shapes) if after is None else after
        hole = self.hole(drawing, before, after, style=style)
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
        return self.choose(drawn, count, ids)

    # -- what the net is told --------------------------------------------------------------------------------------

    def hole(self, drawing: d.Drawing, before: int, after: int, style: str | None = None) -> Hole:
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
                mend="give an icon drawn with strokes, or turn this one into lines first",
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
        parts = tuple(tuple(t for shape in some for t in shape) for some in (tokens[:before], tokens[before:]))
        return Hole(drawing, before, after, header, (parts[0], parts[1]), replace(paint, fill=False, opacity=1.0))

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
        if room < 24:
            raise UsageError(
                f"this icon is too long for {self.checkpoint.name}: it reads {self.checkpoint.size['context']} tokens, "
                f"and this one has {len(prefix)}",
                where=hole.drawing.title,
                mend="edit a simpler icon, or remove some of its shapes first",
            )
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
        made = self.encoding.decode(hole.header, tokens)
        own = d.transformed(made, _from_canvas(hole.drawing.viewbox), hole.drawing.viewbox)
        new = tuple(replace(shape, paint=_painted(shape.paint, hole.paint)) for shape in own.shapes)
        if not new:
            return None
        old = hole.drawing.shapes
        whole = replace(hole.drawing, shapes=(*old[: hole.before], *new, *old[hole.after :]))
        return Filled(whole, range(hole.before, hole.before + len(new)), tokens, likelihood, seed)

    # -- choosing --------------------------------------------------------------------------------------------------

    def choose(self, drawn: Sequence[Filled], count: int, words: Sequence[int] = ()) -> list[Filled]:
        """The best `count` that differ in their new part, best first; fewer only if fewer are sound."""
        sound = [one for one in drawn if choice.is_inside(one.part) and not _repeats(one)]
        if not sound:
            return []
        parts = np.minimum(d.render_many([one.part for one in sound], PIXELS), 1)
        scores = self._scores(sound, parts, words)
        order = sorted(range(len(sound)), key=lambda i: -scores[i])
        chosen: list[int] = []
        for bound in (ALIKE, 0.9, 0.98):
            for i in order:
                new = i not in chosen and all(choice.iou(parts[i], parts[j]) < bound for j in chosen)
                if new and len(chosen) < count:
                    chosen.append(i)
        return [sound[i] for i in sorted(chosen, key=lambda i: -scores[i])]

    def _scores(self, drawn: Sequence[Filled], parts: NDArray[np.float32], words: Sequence[int]) -> list[float]:
        likely = np.array([one.likelihood for one in drawn])
        likely = (likely - likely.mean()) / max(float(likely.std()), 1e-6)
        said = np.zeros(len(drawn))
        if words:
            ink = d.render_many([d.fit(one.drawing) for one in drawn], choice.PIXELS)
            said = np.asarray(self.judge.drawings(ink) @ self.judge.words(words), dtype=np.float64)
        kept = [replace(one.drawing, shapes=_kept(one)) for one in drawn[:1]]
        rest = np.minimum(d.render_many(kept, PIXELS), 1)[0]
        out = []
        for i, one in enumerate(drawn):
            clash = float(np.minimum(parts[i], rest).sum() / max(float(parts[i].sum()), 1e-6))
            untidy = choice.faults(d.fit(one.part))
            score = WORDS * said[i] + LIKELY * float(np.clip(likely[i], -2, 1)) - UNTIDY * untidy - CLASH * clash**2
            one.scores.update(
                words=round(float(said[i]), 4),
                likelihood=round(one.likelihood, 4),
                faults=float(untidy),
                clash=round(clash, 4),
                total=round(float(score), 4),
            )
            out.append(float(score))
        return out

    def read(self, words: str, title: str = "") -> tuple[int, ...]:
        """The ids of the words asked for and of the icon's title, each once, at most twelve.

        Raises UsageError if words are asked for and not one of them is known.
        """
        asked = self.reading(words)
        if asked.unknown and not asked.ids:
            raise UsageError(
                f"no word of this is known to {self.checkpoint.name}: {', '.join(asked.unknown)}",
                where=words,
                mend="try other words for the same thing, in English or Russian, or none",
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
        for token in known:
            super().push(token)
        self._first, self._most, self._going_on = first, most, going_on

    def mask(self) -> NDArray[np.bool_]:
        mask = super().mask()
        if self.pen.slot != v.COMMAND_SLOT:
            return mask
        if self.shapes == self._first:  # nothing was drawn yet
            opened = np.zeros_like(mask)
            opened[v.STROKE] = True
            return opened
        if self.shapes - self._first >= self._most and not self._going_on:
            kept: NDArray[np.bool_] = mask.copy()
            kept[list(v.SHAPES)] = False
            return kept
        return mask

    def push(self, token: int) -> None:
        full = self.shapes - self._first >= self._most
        opening = self.pen.slot == v.COMMAND_SLOT and token in v.SHAPES
        super().push(token)
        if opening and full:
            self.done = True


def _kept(filled: Filled) -> tuple[d.Shape, ...]:
    return (*filled.drawing.shapes[: filled.new.start], *filled.drawing.shapes[filled.new.stop :])


def _repeats(filled: Filled) -> bool:
    """Whether a new shape is one that is there already."""
    there = {shape.geometry for shape in _kept(filled)}
    return any(shape.geometry in there for shape in filled.part.shapes)


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
