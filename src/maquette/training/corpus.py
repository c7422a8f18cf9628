"""Icons as training sequences: encoded once, kept in one file, and dealt out as documents.

A document is a word list followed by one to three icons *of the same concept from different sets*, each with its own
header (style, width, cap ...). Every icon is learnt, and each one after the first is learnt with the earlier ones in
sight: this is how the net learns to redraw a human's idea in another hand (references), at no cost in tokens.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import DataError, MediaError
from ..core.hashing import sha256_json
from ..core.progress import OnProgress, Progress, silent
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes import Encoded, StrokeEncoding, shapes_of
from ..encodings.strokes_pen import places_of
from ..encodings.strokes_vary import MOVED, Shaking, shaken
from ..encodings.strokes_vocabulary import Header
from ..media import drawing

if TYPE_CHECKING:
    from ..data.dataset import Item
    from ..encodings.words import Words

_PAINTS, _CAPS, _JOINS = ("stroke", "fill", "mixed"), ("butt", "round", "square"), ("miter", "round", "bevel")


def style_name(item: Item) -> str:
    """The manner of an item: its set and style."""
    return f"{item.set}/{item.style}"


def styles_of(items: Sequence[Item], least: int = 20) -> list[str]:
    """The manners with at least `least` items, in a fixed order."""
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[style_name(item)] += 1
    return sorted(name for name, count in counts.items() if count >= least)[: v.STYLES]


@dataclass(frozen=True)
class Sampling:
    """How documents are dealt out. Shares are probabilities.

    longest: icons with more tokens are left out (and counted).
    context: longest document in tokens; references are left out to keep within it.
    fills, mixed: how often an icon of that paint is taken as the target, relative to a stroke icon.
    references: chances of 0, 1 and 2 references, where the concept stands in other sets.
    shaken: share of documents in which a shaken copy of the target stands before it, to be redrawn cleanly.
    turned: share of documents that are turned or mirrored (and say so).
    infill: share of documents whose last icon is learnt as fill-in-the-middle.
    no_words, no_style, no_trait: how often the words, the style, each other trait are withheld.
    """

    longest: int = 200
    context: int = 320
    fills: float = 0.15
    mixed: float = 0.6
    references: tuple[float, float, float] = (0.5, 0.3, 0.2)
    shaken: float = 0.0
    turned: float = 0.5
    infill: float = 0.15
    no_words: float = 0.12
    no_style: float = 0.1
    no_trait: float = 0.12
    no_hint: float = 0.65  # complexity, symmetry, grid: what gives the drawing away


class Corpus:
    """Encoded icons in flat arrays. Row r: tokens[start[r]:start[r+1]] of item `item[r]` in copy `flip[r]`."""

    def __init__(self, arrays: dict[str, np.ndarray], items: Sequence[Item], words: Words) -> None:
        self.a = arrays
        self.items = items
        self.words = words
        self.row = {(int(i), int(f)): r for r, (i, f) in enumerate(zip(arrays["item"], arrays["flip"], strict=True))}
        self.concepts: dict[str, list[int]] = defaultdict(list)
        for i in {int(i) for i in arrays["item"]}:
            self.concepts[items[i].concept or items[i].id].append(i)
        self._read: dict[str, tuple[int, ...]] = {}

    @property
    def encoded_items(self) -> list[int]:
        return sorted({i for same in self.concepts.values() for i in same})

    def tokens(self, row: int) -> np.ndarray:
        start = self.a["start"]
        return self.a["tokens"][start[row] : start[row + 1]]

    def places(self, row: int) -> np.ndarray:
        start = self.a["start"]
        return self.a["places"][start[row] : start[row + 1]]

    def header(self, row: int) -> Header:
        style, paint, width, cap, join, complexity, symmetric, grid = (int(x) for x in self.a["header"][row])
        return Header(
            None if style < 0 else style,
            _PAINTS[paint],
            None if width < 0 else v.token_width(width),
            None if cap < 0 else _CAPS[cap],
            None if join < 0 else _JOINS[join],
            complexity,
            bool(symmetric),
            grid,
            int(self.a["flip"][row]),
        )

    def words_of(self, text: str) -> tuple[int, ...]:
        """The vocabulary's ids in a name or tag, remembered."""
        if text not in self._read:
            self._read[text] = self.words.known(text)
        return self._read[text]


def build(
    items: Sequence[Item],
    encoding: StrokeEncoding,
    words: Words,
    *,
    longest: int = 200,
    copies: Sequence[int] = tuple(range(8)),
    cache: Path | None = None,
    on_progress: OnProgress = silent,
) -> Corpus:
    """Encode items, or read them from `cache` if it was made from the same. What does not fit is counted."""
    told = [[item.id, item.sha256] for item in items]
    digest = sha256_json([told, list(encoding.styles), longest, list(copies)])
    stamp = np.frombuffer(digest.encode(), dtype=np.uint8)
    if cache is not None and cache.exists():
        arrays = dict(np.load(cache))
        if np.array_equal(arrays["stamp"], stamp):
            return Corpus(arrays, items, words)
    tokens: list[np.ndarray] = []
    headers: list[list[int]] = []
    owner: list[tuple[int, int]] = []
    failed = 0
    for i, item in enumerate(items):
        on_progress(Progress(i, len(items), "encoding"))
        try:
            shape = drawing.parse(item.svg_text())
            for flip in copies:
                encoded = encoding.encode(shape, style_name(item), flip)
                if encoded.header.paint != "stroke" and flip > 1:
                    break
                if len(encoded.body) > longest:
                    break
                tokens.append(encoded.body.astype(np.int16))
                headers.append(_header_numbers(encoded.header))
                owner.append((i, flip))
        except MediaError:
            failed += 1
    if not tokens:
        raise DataError(f"none of {len(items)} items could be encoded", mend="look at them with `maquette data check`")
    arrays = {
        "tokens": np.concatenate(tokens),
        "start": np.cumsum([0] + [len(t) for t in tokens]),
        "places": np.concatenate([body_places(t) for t in tokens]),
        "header": np.array(headers, dtype=np.int16),
        "item": np.array([i for i, _ in owner]),
        "flip": np.array([f for _, f in owner], dtype=np.int8),
        "stamp": stamp,
        "failed": np.array(failed),
    }
    if cache is not None:
        part = cache.with_suffix(f".{os.getpid()}.npz")
        np.savez(part, **arrays)
        os.replace(part, cache)
    return Corpus(arrays, items, words)


def body_places(tokens: np.ndarray) -> np.ndarray:
    return places_of([v.ICON, *tokens.tolist()])[1:].astype(np.uint8)


def _header_numbers(header: Header) -> list[int]:
    return [
        -1 if header.style is None else header.style,
        _PAINTS.index(header.paint or "stroke"),
        -1 if header.width is None else v.width_token(header.width),
        -1 if header.cap is None else _CAPS.index(header.cap),
        -1 if header.join is None else _JOINS.index(header.join),
        header.complexity or 0,
        int(bool(header.symmetric)),
        3 if header.grid is None else header.grid,
    ]


@dataclass(frozen=True)
class Document:
    """tokens (t,), their places (t, 7), and which of them are learnt (t,) bool, each from those before it."""

    tokens: np.ndarray
    places: np.ndarray
    learnt: np.ndarray


class Dealer:
    """Deals documents from a corpus in pools of `pool`.

    Pool p is a function of the seed and p alone, so that a run can be resumed anywhere.
    """

    def __init__(self, corpus: Corpus, sampling: Sampling, seed: int, pool: int = 512) -> None:
        self.corpus, self.sampling, self.seed, self.pool_size = corpus, sampling, seed, pool
        self.encoding = StrokeEncoding()
        kinds = {"stroke": 1.0, "mixed": sampling.mixed, "fill": sampling.fills}
        self.targets = np.array(corpus.encoded_items)
        self.chances = np.array([kinds[_PAINTS[self._paint(i)]] for i in self.targets])
        self.pools_per_epoch = max(1, round(self.chances.sum() / pool))
        self.dice = np.random.Generator(np.random.PCG64(seed))

    def _paint(self, item: int) -> int:
        return int(self.corpus.a["header"][self.corpus.row[(item, 0)]][1])

    def pool(self, number: int) -> list[Document]:
        """The documents of one pool. An epoch takes every stroke icon once as its target, others by their chance."""
        epoch, part = divmod(number, self.pools_per_epoch)
        order = np.random.Generator(np.random.PCG64([self.seed, epoch]))
        taken = order.permutation(self.targets[order.random(len(self.targets)) < self.chances])
        self.dice = np.random.Generator(np.random.PCG64([self.seed, epoch, part]))
        return [self.document(int(item)) for item in np.array_split(taken, self.pools_per_epoch)[part]]

    def batches(self, number: int, tokens: int) -> list[list[Document]]:
        """A pool as batches of about `tokens` tokens, documents of like length together, in random order."""
        documents = sorted(self.pool(number), key=lambda document: len(document.tokens))
        batches: list[list[Document]] = [[]]
        for document in documents:
            if batches[-1] and (len(batches[-1]) + 1) * len(document.tokens) > tokens:
                batches.append([])
            batches[-1].append(document)
        return [batches[i] for i in self.dice.permutation(len(batches))]

    def document(self, item: int) -> Document:
        s, dice = self.sampling, self.dice
        flip = int(dice.integers(1, 8)) if dice.random() < s.turned else 0
        chosen = [*self._references(item, int(dice.choice(3, p=s.references))), item]
        if any((i, flip) not in self.corpus.row for i in chosen):
            flip = 0
        rows = [self.corpus.row[(i, flip)] for i in chosen]
        redrawn = bool(s.shaken) and dice.random() < s.shaken
        lengths = [len(self.corpus.tokens(row)) + 10 for row in rows]
        while len(rows) > 1 and sum(lengths) + redrawn * lengths[-1] + 13 > s.context:
            rows.pop(0)
            lengths.pop(0)
        parts = Parts()
        parts.prefix([v.START, *self._words(item)])
        for row in rows[:-1]:
            self._icon(parts, row, infill=False)
        if redrawn:
            self._shaken(parts, item, flip)
        self._icon(parts, rows[-1], infill=dice.random() < s.infill)
        return parts.document()

    def _references(self, item: int, count: int) -> list[int]:
        """Up to `count` icons of the same concept from other sets, stroke icons rather than filled ones."""
        items = self.corpus.items
        concept = items[item].concept or items[item].id
        same = [i for i in self.corpus.concepts[concept] if items[i].set != items[item].set]
        if not same or not count:
            return []
        weights = np.array([1.0 if self._paint(i) == 0 else 0.3 for i in same])
        count = min(count, len(same))
        return [int(i) for i in self.dice.choice(same, count, replace=False, p=weights / weights.sum())]

    def _words(self, item: int) -> list[int]:
        if self.dice.random() < self.sampling.no_words:
            return [v.NO_WORDS]
        one = self.corpus.items[item]
        found = list(self.corpus.words_of(one.title))
        for tag in one.tags:
            if self.dice.random() < 0.4:
                found += self.corpus.words_of(tag)
        if self.dice.random() < 0.3:
            found += self.corpus.words_of(one.category)
        unique = list(dict.fromkeys(found))[:12]
        self.dice.shuffle(unique)
        return [v.WORD + word for word in unique] or [v.NO_WORDS]

    def _icon(self, parts: Parts, row: int, infill: bool) -> None:
        header = self._withheld(self.corpus.header(row))
        tokens, places = self.corpus.tokens(row), self.corpus.places(row)
        if infill:
            shapes = shapes_of(tokens)
            if len(shapes) > 1:
                self._infill(parts, header, shapes)
                return
        parts.prefix(header.tokens())
        parts.body(tokens, places)

    def _shaken(self, parts: Parts, item: int, flip: int) -> None:
        """A shaken copy of the target, in any stroke; it is read, not learnt."""
        row = self.corpus.row[(item, 0)]
        drawn = self.encoding.decode(self.corpus.header(row), self.corpus.tokens(row))
        how = MOVED if self.dice.random() < 0.4 else Shaking()
        encoded = self.encoding.encode(shaken(drawn, self.dice, how), None, flip)
        if len(encoded.body) > self.sampling.longest:
            return
        known = bare_header(encoded.header)
        if known.width is not None:
            known = replace(known, width=float(self.dice.choice((1.0, 1.5, 2.0, 2.5))))
        header = replace(known, cap=None, join=None) if self.dice.random() < 0.3 else known
        parts.prefix(header.tokens())
        parts.body(encoded.body, body_places(encoded.body), learnt=False)

    def _infill(self, parts: Parts, header: Header, shapes: list[list[int]]) -> None:
        first = int(self.dice.integers(len(shapes)))
        last = first + 1 if self.dice.random() < 0.7 else int(self.dice.integers(first + 1, len(shapes) + 1))
        parts.prefix([*header.tokens(), v.BEFORE])
        for mark, some in ((None, shapes[:first]), (v.AFTER, shapes[last:]), (v.MIDDLE, shapes[first:last])):
            if mark is not None:
                parts.prefix([mark])
            tokens = np.array([t for shape in some for t in shape], dtype=np.int32)
            if mark == v.MIDDLE:
                tokens = np.append(tokens, v.END)
            if len(tokens):
                parts.body(tokens, body_places(tokens))

    def _withheld(self, h: Header) -> Header:
        """The header with some of its traits left unsaid."""
        s, free = self.sampling, self.dice.random(8)
        return replace(
            h,
            style=None if free[0] < s.no_style else h.style,
            paint=None if free[1] < s.no_trait / 2 else h.paint,
            width=None if free[2] < s.no_trait else h.width,
            cap=None if free[3] < s.no_trait else h.cap,
            join=None if free[4] < s.no_trait else h.join,
            complexity=None if free[5] < s.no_hint else h.complexity,
            symmetric=None if free[6] < s.no_hint else h.symmetric,
            grid=None if free[7] < s.no_hint else h.grid,
        )


class Parts:
    """A document while it is put together."""

    OUTSIDE = np.array([[v.NOWHERE] * 6 + [31]], dtype=np.uint8)
    AT_ICON = np.array([[v.NOWHERE] * 6 + [0]], dtype=np.uint8)

    def __init__(self) -> None:
        self.tokens: list[np.ndarray] = []
        self.places: list[np.ndarray] = []
        self.learnt: list[np.ndarray] = []

    def prefix(self, tokens: list[int]) -> None:
        inside = tokens[0] >= v.ICON and tokens[0] < v.STYLE
        self.tokens.append(np.array(tokens, dtype=np.int32))
        self.places.append(np.repeat(self.AT_ICON if inside else self.OUTSIDE, len(tokens), axis=0))
        self.learnt.append(np.zeros(len(tokens), dtype=bool))

    def body(self, tokens: np.ndarray, places: np.ndarray, learnt: bool = True) -> None:
        self.tokens.append(tokens.astype(np.int32))
        self.places.append(places)
        self.learnt.append(np.full(len(tokens), learnt))

    def document(self) -> Document:
        return Document(np.concatenate(self.tokens), np.concatenate(self.places), np.concatenate(self.learnt))


def evaluation_document(
    encoding: StrokeEncoding, header: Header, body: np.ndarray, words: Sequence[int], references: Sequence[Encoded] = ()
) -> Document:
    """One icon as it is judged: prefix given, every token of its body learnt. Hints of length are not given."""
    bare = [Encoded(bare_header(r.header), r.body) for r in references]
    prefix = encoding.prefix(bare_header(header), words, bare)
    tokens = np.concatenate([prefix, body])
    learnt = np.arange(len(tokens)) >= len(prefix)
    return Document(tokens, encoding.places(tokens).astype(np.uint8), learnt)


def bare_header(header: Header) -> Header:
    """A header without the traits that give a drawing away."""
    return replace(header, complexity=None, symmetric=None, grid=None)
