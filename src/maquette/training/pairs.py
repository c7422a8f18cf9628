"""The documents that teach one designer's hand: twenty icons say little by themselves, but much in pairs.

Some end in one of the designer's own icons, under her own style. Before it stands, in turn, a person's drawing of the
same thing from the shelf (as it is or shaken), a shaken copy of the icon itself, or words alone. They are the truth,
but few, and her bell is not the shelf's bell. So others end in a drawing of the shelf that was restyled by rule into
her hand (see `adapt_rule`), after the drawing as it was or after its words: the same shape, her hand, which is what
making then asks of the net. Only what a document ends in is learnt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import MediaError
from ..data import rights
from ..data.dataset import Item
from ..data.shelf import search_shelves
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import Encoded, StrokeEncoding, shapes_of
from ..encodings.strokes_vary import MOVED, Shaking, shaken
from ..media import drawing as d
from .corpus import Corpus, Dealer, Document, Parts, bare_header, body_places, evaluation_document

if TYPE_CHECKING:
    from ..data.shelf import ShelfIcon
    from ..encodings.words import Words
    from .recipe import Recipe

PASSES = 8  # over all icons in one pool of documents, so that batches of like lengths can be put together
AS_IT_IS = 0.25  # of what is shown, not shaken: making shows both
LIKELY = 0.9  # of the best find's score: what is shown as the same thing


@dataclass(frozen=True)
class Shown:
    """A person's drawing of the same thing, from the shelf: on the canvas of 24, and as it stands in tokens."""

    icon: ShelfIcon
    drawing: d.Drawing
    encoded: Encoded


@dataclass(frozen=True)
class Lesson:
    """A drawing of the shelf, and the same restyled by rule: as it is drawn, and in tokens under the new style."""

    shown: Shown
    drawing: d.Drawing
    target: Encoded
    ids: tuple[int, ...]  # of its words


def references_of(
    titles: Mapping[int, str],
    words: Words,
    encoding: StrokeEncoding,
    *,
    most: int,
    own: Collection[str] = (),
    longest: int = 200,
) -> dict[int, list[Shown]]:
    """For each icon (its number and title) up to `most` drawings of the same thing by others, that may be learnt from.

    `own` are the hashes of the designer's own files, which may stand on her shelf too.
    """
    found: dict[int, list[Shown]] = {}
    for number, title in titles.items():
        reading = words.read(title)
        icons = search_shelves(reading.sought, most + 8, synonyms=words.synonyms) if reading.sought else []
        best = icons[0].score if icons else 0.0
        likely = [icon for icon in icons if icon.match == "name" or icon.score >= max(LIKELY * best, 0.8)]
        shown = [one for icon in likely if icon.sha256 not in own and (one := shown_of(icon, encoding, longest))]
        found[number] = shown[:most]
    return found


def item_of(icon: ShelfIcon) -> Item:
    """A shelf icon as an item, for rights and credits."""
    return Item(
        id=f"{icon.set}/{icon.name}",
        title=icon.name,
        author=icon.author,
        licence=icon.licence,
        source=icon.source,
        sha256=icon.sha256,
        set=icon.set,
        svg=icon.svg,
    )


def shown_of(icon: ShelfIcon, encoding: StrokeEncoding, longest: int) -> Shown | None:
    """The icon ready to be shown; None if it is too long, no drawing, or must not be learnt from."""
    if rights.refused([item_of(icon)]):
        return None
    try:
        drawing = d.fit(d.parse(icon.svg))
        encoded = encoding.encode(drawing, f"{icon.set}/outline")
    except MediaError:
        return None
    return Shown(icon, drawing, encoded) if len(encoded.body) <= longest else None


class PairDealer(Dealer):
    """Deals documents of a designer's own icons and of drawings restyled into her hand, with what stands before."""

    def __init__(
        self,
        corpus: Corpus,
        learnt: Sequence[int],
        shown: Mapping[int, Sequence[Shown]],
        ids: Mapping[int, Sequence[int]],
        recipe: Recipe,
        lessons: Sequence[Lesson] = (),
    ) -> None:
        super().__init__(corpus, recipe.sampling, recipe.seed)
        self.lessons = lessons
        self.targets = np.array(sorted(set(learnt) & set(corpus.encoded_items)))
        self.shown, self.ids, self.how = shown, ids, recipe.adapter

    def pool(self, number: int) -> list[Document]:
        """PASSES documents of every icon, and the share of others that teaches what the rule does."""
        self.dice = np.random.Generator(np.random.PCG64([self.seed, number]))
        own = [self.document(int(item)) for _ in range(PASSES) for item in self.targets]
        if not self.lessons or not self.how.rule:
            return own
        count = round(self.how.rule / (1 - self.how.rule) * len(own))
        return own + [self.lesson(self.lessons[int(self.dice.integers(len(self.lessons)))]) for _ in range(count)]

    def lesson(self, lesson: Lesson) -> Document:
        """A drawing of the shelf restyled into the hand, after the drawing itself or after its words."""
        dice, s = self.dice, self.sampling
        flip = int(dice.integers(1, 8)) if dice.random() < s.turned / 2 else 0
        target = lesson.target if not flip else self.encoding.encode(lesson.drawing, None, flip)
        header = replace(target.header, style=lesson.target.header.style)
        kind, led = dice.random(), self.how.led
        parts = Parts()
        parts.prefix([v.START, *self._in_words(lesson.ids, withheld=kind < led + self.how.steadied)])
        if kind < led:
            self._show(parts, lesson.shown, flip)
        elif kind < led + self.how.steadied:
            self._shake(parts, d.fit(lesson.drawing), flip)
        shapes = shapes_of(target.body) if dice.random() < s.infill else []
        if len(shapes) > 1:
            self._infill(parts, self._withheld(header), shapes)
        else:
            parts.prefix(self._withheld(header).tokens())
            parts.body(target.body, body_places(target.body))
        return parts.document()

    def document(self, item: int) -> Document:
        dice, s = self.dice, self.sampling
        flip = int(dice.integers(1, 8)) if dice.random() < s.turned else 0
        if (item, flip) not in self.corpus.row:
            flip = 0
        parts = Parts()
        parts.prefix([v.START, *self._in_words(self.ids.get(item, ()))])
        kind = dice.random()
        others = self.shown.get(item, ())
        if kind < self.how.pairs and len(others):
            self._show(parts, others[int(dice.integers(len(others)))], flip)
        elif kind < self.how.pairs + self.how.copies:
            self._shaken(parts, item, flip)
        self._icon(parts, self.corpus.row[(item, flip)], infill=dice.random() < s.infill)
        return parts.document()

    def _in_words(self, ids: Sequence[int], withheld: bool = True) -> list[int]:
        """The words before a drawing; now and then none, if they may be withheld."""
        if not ids or (withheld and self.dice.random() < self.sampling.no_words):
            return [v.NO_WORDS]
        ids = list(ids)
        self.dice.shuffle(ids)
        return [v.WORD + word for word in ids[:12]]

    def _show(self, parts: Parts, shown: Shown, flip: int) -> None:
        """A person's drawing before the icon: now and then as it is, else shaken, as a maker shows it."""
        if self.dice.random() >= AS_IT_IS or flip:
            self._shake(parts, shown.drawing, flip)
            return
        header = bare_header(shown.encoded.header)
        # With its set's name a drawing is mostly of another idea, without one mostly of the same: both are shown.
        parts.prefix((replace(header, style=None) if self.dice.random() < 0.5 else header).tokens())
        parts.body(shown.encoded.body, body_places(shown.encoded.body), learnt=False)

    def _shake(self, parts: Parts, drawing: d.Drawing, flip: int) -> None:
        """A shaken copy of a drawing on the 24 canvas; nothing if it comes out too long."""
        how = MOVED if self.dice.random() < 0.3 else Shaking()
        encoded = self.encoding.encode(shaken(drawing, self.dice, how), None, flip)
        if len(encoded.body) <= self.sampling.longest:
            parts.prefix(bare_header(encoded.header).tokens())
            parts.body(encoded.body, body_places(encoded.body), learnt=False)


def held_out_documents(
    corpus: Corpus,
    numbers: Iterable[int],
    shown: Mapping[int, Sequence[Shown]],
    ids: Mapping[int, Sequence[int]],
    encoding: StrokeEncoding,
    style: int | None,
) -> list[Document]:
    """Icons as they are judged: from words alone, and after the first drawing of another hand where there is one."""
    documents = []
    for item in numbers:
        row = corpus.row[(item, 0)]
        header = replace(corpus.header(row), style=style)
        body = corpus.tokens(row).astype(np.int32)
        cases: list[list[Encoded]] = [[], *([one.encoded] for one in shown.get(item, ())[:1])]
        documents += [evaluation_document(encoding, header, body, list(ids.get(item, ()))[:12], case) for case in cases]
    return documents


def held_out_lessons(lessons: Iterable[Lesson], encoding: StrokeEncoding, style: int | None) -> list[Document]:
    """Restyled drawings as they are judged: each after the drawing that it was, under one of the styles."""
    return [
        evaluation_document(
            encoding, replace(one.target.header, style=style), one.target.body, one.ids[:12], [one.shown.encoded]
        )
        for one in lessons
    ]
