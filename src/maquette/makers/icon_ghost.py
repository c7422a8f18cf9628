"""The next shape of an icon as ghosts, while a person draws it.

Four sources: the net goes on with the drawing; the drawing's own shapes are mirrored, turned and repeated, as designers
do; the icons of the shelf say what usually stands beside the forms drawn so far; and those of the same thing give what
is still lacking. Every ghost is weighed by how often its like was the next shape (`benchmarks/effort.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..core.authorship import mark
from ..core.errors import UsageError
from ..core.types import Ghost, Ingredient
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import shapes_of
from ..encodings.strokes_grammar import Automaton, Rules
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from ..media.svg_write import geometry_text
from .icon import IconMaker, inset_of
from .icon_motifs import COMMON, Motifs
from .icon_next import next_of, overlap
from .icon_repeats import copies, key_of

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..data.shelf import Shelf, ShelfIcon
    from ..encodings.words import Reading

ROWS = 8  # shapes that the net draws side by side
LONGEST = 28  # tokens of a ghost: nineteen in twenty human shapes are shorter
TEMPERATURE, MIN_P = 0.6, 0.02
SHELF = 5  # human icons that are looked at
PIXELS = 48
NET, REPEAT, USUAL, LACKING = (frozenset((way,)) for way in ("net", "repeat", "usual", "lacking"))
SAME = 0.9  # IoU from which two shapes are one

# Logistic weights: floor, then one for each thing known of a ghost. Fitted on next shapes of the
# half of the held-out icons on which no figure is taken.
CHANCES = {
    "model": (0.06, 1.06, 0.85),  # nats of its tokens, share of the rows that came to it
    "retrieval": (-4.66, 0.15, 3.22, -1.36),  # overlap, share drawn just so, shapes of that icon skipped
}


@dataclass(frozen=True)
class Proposal:
    """A shape on its way to being a ghost, on the canvas of 24 units."""

    shape: d.Shape
    source: str
    chance: float
    note: str = ""
    ingredients: tuple[Ingredient, ...] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)
    told: tuple[float, ...] = ()  # what its chance was estimated from
    ways: frozenset[str] = frozenset()  # by which it was come to: "net", "repeat", "usual", "lacking"


class NextShape:
    """The grammar of one more shape: over when it is finished, which the opening of another (or the END) tells."""

    def __init__(self, rules: Rules, opener: int | None = None) -> None:
        self.automaton = Automaton(rules)
        self.opener = opener
        self.done = False

    def mask(self) -> NDArray[np.bool_]:
        mask = self.automaton.mask()
        if self.opener is None or self.automaton.count:
            return mask
        only = np.zeros_like(mask)
        only[self.opener] = True
        return only

    def push(self, token: int) -> None:
        at_command = self.automaton.pen.slot == v.COMMAND_SLOT
        self.done = at_command and (token == v.END or (token in v.SHAPES and self.automaton.count > 0))
        if not self.done:
            self.automaton.push(token)

    def places(self) -> NDArray[Any]:
        return self.automaton.places()

    def view(self) -> tuple[int, int, int] | None:
        return self.automaton.view()


@dataclass(frozen=True)
class Sheet:
    """The drawing so far as the net reads it: on the canvas of 24 units, the shapes before and after the place."""

    drawing: d.Drawing  # fitted
    at: int
    header: Header
    pen: d.Paint
    before: list[list[int]]
    after: list[list[int]]


class IconGhosts:
    """Suggests the next shape of a drawing. Opening it loads nothing; the first question loads the net."""

    name: ClassVar[str] = "icon"
    starter: ClassVar[str] = "icon-1"

    def __init__(self, checkpoint: Checkpoint | None, shelves: Sequence[Shelf] | None = None) -> None:
        """`shelves` None for those of this installation."""
        if checkpoint is None:
            raise UsageError("ghosts are drawn by a checkpoint", mend="name one, or leave --checkpoint out for icon-1")
        self.checkpoint = checkpoint
        self.maker = IconMaker(checkpoint)
        self.encoding = self.maker.encoding
        self.shelves = shelves
        self._found: dict[tuple[str, ...], list[ShelfIcon]] = {}

    @staticmethod
    def blank() -> d.Drawing:
        """An empty canvas of 24 units."""
        return d.Drawing((0.0, 0.0, v.CANVAS, v.CANVAS), ())

    def suggest(
        self,
        media: d.Drawing,
        at: int | None = None,
        count: int = 3,
        *,
        words: str = "",
        style: str | None = None,
        seed: int = 0,
    ) -> list[Ghost[d.Drawing]]:
        """Up to `count` distinct ghosts for the shape at index `at` (None: after the last), likeliest first.

        `words` says what is being drawn, `style` names a manner of the checkpoint. Fewer come back where fewer
        distinct shapes were found.
        """
        at = len(media.shapes) if at is None else at
        if not 0 <= at <= len(media.shapes):
            raise UsageError(
                f"the drawing has {len(media.shapes)} shapes, so nothing can stand at {at}",
                mend=f"give 0 to {len(media.shapes)}",
            )
        sheet = self.sheet(media, at, style)
        proposals = self.proposals(sheet, words, seed)
        return [self.ghost(one, media, sheet) for one in distinct(proposals, count)]

    def proposals(self, sheet: Sheet, words: str, seed: int = 0) -> list[Proposal]:
        """Everything that was thought of, weighed, likeliest first."""
        reading = self.maker.words.read(words) if words.strip() else None
        ids = reading.ids[:12] if reading else ()
        prefix = self._prefix(sheet, ids)
        found = [*self._drawn(sheet, prefix, seed), *self._repeated(sheet)]
        if sheet.header.paint == "stroke":
            found += [*self._usual(sheet), *self._lacking(sheet, reading)]
        return _merged(found)

    # -- what is there -----------------------------------------------------------------------------

    def sheet(self, media: d.Drawing, at: int, style: str | None) -> Sheet:
        fitted = d.fit(media, v.CANVAS)
        manner = next((one for one in self.maker.manners if one.name == style), None) if style else None
        if style and manner is None:
            from ..core.registry import nearest

            names = [one.name for one in self.maker.manners]
            raise UsageError(f"{self.checkpoint.name} knows no style {style!r}", mend=nearest(style, names))
        if not fitted.shapes:
            known = manner or self.maker.manners[0]
            pen = d.Paint(width=known.width, cap=known.cap, join=known.join)  # type: ignore[arg-type]
            header = Header(known.style if manner else None, "stroke", known.width, known.cap, known.join)
            return Sheet(fitted, 0, header, pen, [], [])
        encoded = self.encoding.encode(fitted)
        shapes = shapes_of(encoded.body)
        if len(shapes) != len(fitted.shapes):  # a shape of no length is not written
            at = min(at, len(shapes))
        header = replace(encoded.header, style=manner.style if manner else None, complexity=None, symmetric=None)
        pen = Counter(shape.paint for shape in fitted.shapes).most_common(1)[0][0]
        return Sheet(fitted, at, replace(header, grid=None), pen, shapes[:at], shapes[at:])

    def _prefix(self, sheet: Sheet, ids: Sequence[int]) -> NDArray[np.int32]:
        """What the net reads before the next shape: words, header, the shapes so far (and those after the place)."""
        start = self.encoding.prefix(Header(), ids)[:-1]  # without the header's mark
        room = self.maker.decoder.session.size["context"] - LONGEST - 2 - len(start) - 16
        before, after = _newest(sheet.before, room), _newest(sheet.after[::-1], room // 2)[::-1]
        if after:
            before = _newest(before, room - sum(map(len, after)))
            tail = self.encoding.infill(sheet.header, _flat(before), _flat(after))
        else:
            tail = [*sheet.header.tokens(), *_flat(before)]
        return np.concatenate([start, np.array(tail, np.int32)])

    def rules(self, sheet: Sheet) -> Rules:
        inset = inset_of(sheet.pen.width, sheet.pen.join) if sheet.pen.stroke else 0
        return Rules(sheet.header.paint or "stroke", inset, 1, LONGEST - 2)

    # -- sources -----------------------------------------------------------------------------------

    def _drawn(self, sheet: Sheet, prefix: NDArray[np.int32], seed: int) -> list[Proposal]:
        """What the net goes on with: different shapes, each with the chance that the net gives to its tokens."""
        rules = self.rules(sheet)
        opener = {"stroke": v.STROKE, "fill": v.FILL}.get(sheet.header.paint or "")
        places = self.encoding.places(prefix)
        drawn = self.maker.decoder.sample(
            [prefix] * ROWS,
            [NextShape(rules, opener) for _ in range(ROWS)],
            seeds=[seed * ROWS + row for row in range(ROWS)],
            temperature=TEMPERATURE,
            min_p=MIN_P,
            longest=LONGEST,
            prefix_places=[places] * ROWS,
        )
        ended = [(tuple(one.tokens[:-1].tolist()), one.logprob) for one in drawn if one.ended]
        often = Counter(tokens for tokens, _ in ended)
        out = []
        for tokens, logprob in dict(ended).items():
            shapes = self.encoding.decode(sheet.header, [*tokens, v.END]).shapes
            if len(shapes) == 1:
                told = (logprob, often[tokens] / ROWS)
                trace = {"tokens": list(tokens), "logprob": round(logprob, 4)}
                out.append(Proposal(shapes[0], "model", chance_of("model", told), trace=trace, told=told, ways=NET))
        return out

    def _repeated(self, sheet: Sheet) -> list[Proposal]:
        """The drawing's own shapes, mirrored, turned and repeated."""
        own = sheet.drawing.shapes[: sheet.at] or sheet.drawing.shapes
        there = {key_of(shape) for shape in sheet.drawing.shapes[sheet.at :]}
        out = []
        for copy in copies(own):
            if key_of(copy.shape) not in there:
                note = f"shape {copy.of + 1}, {copy.kind}"
                out.append(Proposal(copy.shape, "repeat", copy.chance, note, ways=REPEAT))
        return out

    def _usual(self, sheet: Sheet) -> list[Proposal]:
        """What human icons of any name have after the shapes drawn so far."""
        out = []
        shapes = sheet.drawing.shapes if sheet.after else sheet.drawing.shapes[: sheet.at]
        for one in self.motifs.after(shapes):
            icon, common = one.icon, one.count >= COMMON
            note = f"as in {one.count} icons of the shelf" if common else _as_in(icon)
            credits = () if common else (_credit(icon),)
            shape = replace(one.shape, paint=sheet.pen)
            out.append(Proposal(shape, "retrieval", one.chance, note, credits, ways=USUAL))
        return out

    def _lacking(self, sheet: Sheet, reading: Reading | None) -> list[Proposal]:
        """What the shelf's icons of the same thing have, and the drawing has not."""
        if reading is None:
            return []
        icons = self._icons(tuple(reading.sought))
        out = []
        for one in next_of(icons, sheet.drawing.shapes, sheet.pen):
            icon, told = one.icon, (one.fit, one.exact, float(one.turn))
            chance = chance_of("retrieval", told)
            shape = replace(one.shape, paint=sheet.pen)
            out.append(Proposal(shape, "retrieval", chance, _as_in(icon), (_credit(icon),), told=told, ways=LACKING))
        return out

    @cached_property
    def motifs(self) -> Motifs:
        """The forms of all icons of the shelf; reading them takes a second, once."""
        from ..data.shelf import open_shelves

        return Motifs(open_shelves() if self.shelves is None else self.shelves)

    def _icons(self, sought: tuple[str, ...]) -> list[ShelfIcon]:
        """Human icons of the words, found once."""
        if sought not in self._found:
            from ..data.shelf import search_shelves

            if len(self._found) > 64:
                self._found.clear()
            found = search_shelves(sought, SHELF, shelves=self.shelves, synonyms=self.maker.words.synonyms)
            self._found[sought] = [icon for icon in found if icon.score >= 0.4 * found[0].score]
        return self._found[sought]

    # -- ghosts ------------------------------------------------------------------------------------

    def ghost(self, one: Proposal, media: d.Drawing, sheet: Sheet) -> Ghost[d.Drawing]:
        shape = placed(one.shape, media, sheet.pen)
        shape = replace(shape, id=mark(geometry_text(shape.geometry)))
        shapes = (*media.shapes[: sheet.at], shape, *media.shapes[sheet.at :])
        return Ghost(
            media=replace(media, shapes=shapes),
            elements=range(sheet.at, sheet.at + 1),
            chance=one.chance,
            source=one.source,  # type: ignore[arg-type]
            note=one.note,
            ingredients=one.ingredients,
            checkpoint=self.checkpoint.id if one.source == "model" else "",
            trace=one.trace,
        )


def chance_of(source: str, told: Sequence[float]) -> float:
    """The chance that a ghost of this source is what comes next, by how often such ghosts were."""
    floor, *weights = CHANCES[source]
    return 1 / (1 + math.exp(-(floor + sum(w * x for w, x in zip(weights, told, strict=True)))))


def _merged(found: Sequence[Proposal]) -> list[Proposal]:
    """Likeliest first; the same shape from several sources is one, and likelier for it."""
    best: dict[Any, Proposal] = {}
    for one in sorted(found, key=lambda one: -one.chance):
        key = key_of(one.shape)
        if key in best:
            chance = 1 - (1 - best[key].chance) * (1 - one.chance)
            best[key] = replace(best[key], chance=chance, ways=best[key].ways | one.ways)
        else:
            best[key] = one
    return sorted(best.values(), key=lambda one: -one.chance)


def _as_in(icon: ShelfIcon) -> str:
    return f"as in {icon.name} by {icon.author} ({icon.licence})"


def _credit(icon: ShelfIcon) -> Ingredient:
    return Ingredient(icon.name, "componentOf", "icon", icon.author, icon.licence, icon.source, icon.sha256)


def placed(shape: d.Shape, media: d.Drawing, pen: d.Paint) -> d.Shape:
    """A shape of the 24 canvas in the units of `media` (the inverse of `drawing.fit`), drawn with `pen`."""
    x, y, width, height = media.viewbox
    scale = max(width, height) / v.CANVAS
    left, top = (v.CANVAS - width / scale) / 2, (v.CANVAS - height / scale) / 2
    own = replace(shape, paint=pen) if shape.paint.stroke == pen.stroke and shape.paint.fill == pen.fill else shape
    moved = d.transformed(
        d.Drawing((0.0, 0.0, v.CANVAS, v.CANVAS), (own,)), (scale, 0, 0, scale, x - left * scale, y - top * scale)
    )
    return moved.shapes[0]


def _flat(shapes: Sequence[Sequence[int]]) -> list[int]:
    return [token for shape in shapes for token in shape]


def _newest(shapes: list[list[int]], room: int) -> list[list[int]]:
    """The last shapes that fit into `room` tokens."""
    kept: list[list[int]] = []
    for shape in reversed(shapes):
        room -= len(shape)
        if room < 0:
            break
        kept.append(shape)
    return kept[::-1]


def distinct(proposals: Sequence[Proposal], count: int) -> list[Proposal]:
    """The first `count` that look different from one another."""
    kept: list[Proposal] = []
    ink: list[NDArray[np.float32]] = []
    for one in proposals:
        if len(kept) == count:
            break
        picture = ink_of(one.shape)
        if all(overlap(picture, other) < SAME for other in ink):
            kept.append(one)
            ink.append(picture)
    return kept


def ink_of(shape: d.Shape, px: int = PIXELS) -> NDArray[np.float32]:
    """Ink coverage (px, px) of one shape of the 24 canvas."""
    return d.render(d.Drawing((0.0, 0.0, v.CANVAS, v.CANVAS), (shape,)), px)
