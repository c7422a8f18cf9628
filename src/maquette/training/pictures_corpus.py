"""Pictures as a diffusion net learns from them: single things and composed scenes, each with words and a sketch.

The sketch of a picture in training is the mean of *other* styles' pictures of the same thing, hardly ever its own where
others are there: so the net learns to carry a thing into a hand in which it has not seen it. Composed scenes lay out
several things of one style by number, place and colour, so that their captions hold exactly.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import DataError
from ..encodings import pixels as px
from ..encodings.pixels import Box, Floats, Vocabulary
from ..encodings.pixels_memory import Entry

COLOURS = tuple(px.COLOURS)
NUMBERS = ("zero", "one", "two", "three", "four")
PLACES = ("left", "right", "of", "above", "below", "and", "a", "in", "the", "on", "with", "small", "big")
SKIN = re.compile(r"[:,]?\s*(medium-light|medium-dark|light|medium|dark) skin tone")
FAMILIES = {"crawl": "tile", "openclipart": "clip"}  # of sets; all others are "emoji"


@dataclass(frozen=True)
class PictureSampling:
    """How pictures are dealt out: shares of the samples, and how much of what is said is left out."""

    styles: tuple[float, ...] = (0.19, 0.22, 0.18, 0.12, 0.19, 0.10)  # of px.STYLES
    scenes: float = 0.3  # composed of several things
    tinted: float = 0.12  # single things in another colour
    no_words: float = 0.12
    no_style: float = 0.08
    no_sketch: float = 0.10
    own_sketch: float = 0.08  # a thing's own sketch although others are there
    least_known: float = 0.4


@dataclass(frozen=True)
class Row:
    """One training picture: its number in `pixels`, plain caption, keywords, style, tone (-1: no person), entry."""

    at: int
    caption: str
    keywords: tuple[str, ...]
    style: int
    tone: int
    entry: int


@dataclass
class Corpus:
    """What is learnt from. `sketches` (entries, 16, 16, 4); `others` (rows, 16, 16, 4), if it `has` (rows,) any."""

    pixels: NDArray[np.uint8]
    rows: list[Row]
    entries: list[Entry]
    sketches: NDArray[np.uint8]
    others: NDArray[np.uint8]
    has: NDArray[np.bool_]
    vocabulary: Vocabulary
    by_style: list[list[int]] = field(default_factory=list)


def plain(caption: str) -> str:
    """A caption without its skin tone."""
    return SKIN.sub("", caption.lower()).strip(" ,:").replace(": ,", ":")


def build(rows: Sequence[Mapping[str, Any]], pixels: NDArray[np.uint8], words: int = 4096) -> Corpus:
    """A corpus of records (fields as in a picture record file) and their pictures (n, 64, 64, 4), straight RGBA."""
    usable = [
        (at, row)
        for at, row in enumerate(rows)
        if row["style_name"] in _STYLE and (row.get("tone") or "default") in px.TONES
    ]
    if not usable:
        wrong, known = "there is no picture of a style that this net has a name for", ", ".join(px.STYLES)
        raise DataError(wrong, where="style_name", mend=f"name one of {known} in the records")
    toned = {plain(row["caption"]) for _, row in usable if row.get("tone")}
    entries, number = _entries([row for _, row in usable], toned)
    made = [
        Row(
            at,
            plain(row["caption"]),
            tuple(row["keywords"]),
            _STYLE[row["style_name"]],
            _tone(row, toned),
            number[_key(row)],
        )
        for at, row in usable
    ]
    sketches, others, has = _means(made, pixels, len(entries))
    by_style: list[list[int]] = [[] for _ in px.STYLES]
    for index, row in enumerate(made):
        by_style[row.style].append(index)
    return Corpus(pixels, made, entries, sketches, others, has, _vocabulary(made, words), by_style)


_STYLE = {name: number for number, name in enumerate(px.STYLES)}


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return plain(row["caption"]), FAMILIES.get(row["set"], "emoji")


def _tone(row: Mapping[str, Any], toned: set[str]) -> int:
    if row["tone"]:
        return px.TONES.index(row["tone"])
    return 0 if plain(row["caption"]) in toned and FAMILIES.get(row["set"], "emoji") == "emoji" else -1


def _entries(rows: Sequence[Mapping[str, Any]], toned: set[str]) -> tuple[list[Entry], dict[tuple[str, str], int]]:
    entries: list[Entry] = []
    number: dict[tuple[str, str], int] = {}
    for row in rows:
        key = _key(row)
        if key not in number:
            number[key] = len(entries)
            person = key[0] in toned and key[1] == "emoji"
            entries.append(Entry(*key, tuple(row["keywords"]), str(row["group"]), person))
    return entries, number


def _means(
    rows: Sequence[Row], pixels: NDArray[np.uint8], entries: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.bool_]]:
    """The memory's sketch of each entry, and for each row the mean of what other styles made of its thing."""
    glyph = px.STYLES.index("bold black glyph")
    seen: dict[int, dict[int, Floats]] = defaultdict(dict)  # entry -> style -> sketch of its first default picture
    for row in rows:
        if row.tone <= 0 and row.style not in seen[row.entry]:
            seen[row.entry][row.style] = px.grains(px.coded(pixels[row.at]))
    sketches = np.zeros((entries, px.GRAIN, px.GRAIN, 4), np.uint8)
    for entry, by_style in seen.items():
        colourful = [sketch for style, sketch in by_style.items() if style != glyph]
        sketches[entry] = _bytes(np.mean(colourful or list(by_style.values()), axis=0))
    others = np.zeros((len(rows), px.GRAIN, px.GRAIN, 4), np.uint8)
    has = np.zeros(len(rows), bool)
    for index, row in enumerate(rows):
        rest = [sketch for style, sketch in seen[row.entry].items() if style not in (row.style, glyph)]
        if rest:
            others[index], has[index] = _bytes(np.mean(rest, axis=0)), True
    return sketches, others, has


def _bytes(premultiplied: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.clip(premultiplied * 255 + 0.5, 0, 255), dtype=np.uint8)


def _vocabulary(rows: Sequence[Row], most: int) -> Vocabulary:
    """The commonest words of captions, colours, places and keywords."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(set(px.words_of(row.caption)) | {w for key in row.keywords for w in px.words_of(key)})
    always = [
        *px.COLOURS,
        *NUMBERS,
        *["left", "right", "of", "above", "below", "and", "a", "in", "the", "on", "with", "small", "big"],
    ]
    common = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if word not in always]
    return Vocabulary([*always, *common[: most - 2 - len(always)]])


@dataclass
class Batch:
    """What the net is shown: clean, sketch (b, 4, 64, 64); known (b,); style, tone (b,) 0 unsaid; tokens (b, t)."""

    clean: Floats
    sketch: Floats
    known: Floats
    style: NDArray[np.int64]
    tone: NDArray[np.int64]
    tokens: NDArray[np.int64]


class Dealer:
    """Deals batches out of a corpus; the same seed and number give the same batch, so that a run can be resumed."""

    def __init__(self, corpus: Corpus, sampling: PictureSampling, seed: int) -> None:
        self.corpus, self.sampling, self.seed = corpus, sampling, seed
        # Skin tones are dealt out equally: a person's rows by entry, then one of its tones.
        self.people: dict[tuple[int, int], list[int]] = defaultdict(list)
        for index, row in enumerate(corpus.rows):
            if row.tone >= 0:
                self.people[row.style, row.entry].append(index)
        self.heads = [np.asarray(self._heads(rows), int) for rows in corpus.by_style]
        shares = np.asarray([share if len(some) else 0.0 for share, some in zip(sampling.styles, self.heads)])
        if not shares.sum():
            wrong = "none of the styles that are to be learnt has a picture"
            raise DataError(wrong, where="sampling.styles", mend="give a share to a style that the pictures have")
        self.ends = np.cumsum(shares / shares.sum())

    def batch(self, number: int, count: int) -> Batch:
        """Batch `number` of `count` samples."""
        rng = np.random.default_rng((self.seed, number))
        return joined([self._sample(rng) for _ in range(count)])

    def _heads(self, rows: Sequence[int]) -> list[int]:
        """Of each person one row, of everything else all."""
        heads = {tones[0] for tones in self.people.values()}
        return [i for i in rows if self.corpus.rows[i].tone < 0 or i in heads]

    def _row(self, rng: np.random.Generator, style: int) -> int:
        index = int(self.heads[style][rng.integers(len(self.heads[style]))])
        row = self.corpus.rows[index]
        if row.tone >= 0:
            tones = self.people[style, row.entry]
            return tones[int(rng.integers(len(tones)))]
        return index

    def _sample(self, rng: np.random.Generator) -> Any:
        style = min(int(np.searchsorted(self.ends, rng.random())), len(self.ends) - 1)
        known = 1 - (1 - self.sampling.least_known) * float(rng.random()) ** 1.5
        if rng.random() < self.sampling.scenes:
            return self._scene(rng, style, known)
        return self._single(rng, style, known)

    def _thing(self, rng: np.random.Generator, index: int, known: float, colour: str) -> tuple[Floats, Floats]:
        """The picture (64, 64, 4) and the shaken sketch (16, 16, 4) of a row, both tinted."""
        row = self.corpus.rows[index]
        picture = px.smaller(px.coded(self.corpus.pixels[row.at]), self.corpus.pixels.shape[1] // px.SIDE)
        own = not self.corpus.has[index] or rng.random() < self.sampling.own_sketch
        sketch = px.grains(picture) if own else self.corpus.others[index].astype(np.float32) / 255
        if own and rng.random() < 0.6:  # its own sketch tells too much: it is blurred to half the grain
            sketch = np.repeat(np.repeat(sketch.reshape(8, 2, 8, 2, 4).mean(axis=(1, 3)), 2, 0), 2, 1)
        if colour:
            picture, sketch = px.tinted(picture, colour), px.tinted(sketch, colour)
        return picture, px.shaken(sketch, known, rng)

    def _single(self, rng: np.random.Generator, style: int, known: float) -> Any:
        index = self._row(rng, style)
        row = self.corpus.rows[index]
        colour = self._colour(rng, style, self.sampling.tinted)
        picture, sketch = self._thing(rng, index, known, colour)
        box = self._box(rng, style)
        clean = px.placed(picture, box) if box != px.WHOLE else picture
        if rng.random() < self.sampling.no_sketch:
            known, drawn = 0.0, np.zeros_like(clean)
        else:
            drawn = px.placed(sketch, _moved(box, rng, known))
        words = self._words(rng, row, colour)
        return clean, drawn, known, style, row.tone, words, self._unsaid(rng), self.corpus.vocabulary

    def _colour(self, rng: np.random.Generator, style: int, share: float) -> str:
        """A colour for a share of the things, "" for the rest; glyphs are black."""
        if rng.random() >= share or px.STYLES[style] == "bold black glyph":
            return ""
        return COLOURS[int(rng.integers(len(COLOURS)))]

    def _box(self, rng: np.random.Generator, style: int) -> Box:
        """Mostly the whole frame; else a little smaller or moved. Pixel art keeps its own grid."""
        if style == 0:
            x, y = (rng.integers(-1, 2, 2) / px.SIDE).tolist()
            return Box(x, y, 1.0)
        if rng.random() < 0.5:
            return px.WHOLE
        size = float(rng.uniform(0.8, 1.0))
        x, y = rng.uniform(0, 1 - size, 2).tolist()
        return Box(x, y, size)

    def _words(self, rng: np.random.Generator, row: Row, colour: str) -> list[str]:
        kind = rng.random()
        keys = [word for key in row.keywords for word in px.words_of(key)]
        some = [str(word) for word in rng.permutation(keys)[: rng.integers(1, 4)]] if keys else []
        words = px.words_of(row.caption)
        if kind < 0.25:
            words = words + some
        elif kind < 0.38 and some:
            words = some
        return [colour, *words] if colour else words

    def _scene(self, rng: np.random.Generator, style: int, known: float) -> Any:
        """Several things of one style, by number or by place."""
        count = int(rng.choice([2, 3, 4], p=[0.6, 0.25, 0.15]))
        same = count > 2 or rng.random() < 0.3
        chosen = [self._row(rng, style)] * count if same else [self._row(rng, style) for _ in range(count)]
        colours = [self._colour(rng, style, 0.3) for _ in chosen]
        colours = [colours[0]] * count if same else colours
        boxes, relation = arranged(rng, count)
        clean, drawn = np.zeros((px.SIDE, px.SIDE, 4), np.float32), np.zeros((px.SIDE, px.SIDE, 4), np.float32)
        for index, colour, box in zip(chosen, colours, boxes, strict=True):
            picture, sketch = self._thing(rng, index, known, colour)
            clean = px.over(px.placed(picture, box), clean)
            drawn = px.over(px.placed(sketch, _moved(box, rng, known)), drawn)
        names = [([c] if c else []) + px.words_of(self.corpus.rows[i].caption) for i, c in zip(chosen, colours)]
        words = [NUMBERS[count], *names[0]] if same else [*names[0], *relation, *names[1]]
        tone = self.corpus.rows[chosen[0]].tone
        if not same:
            tone = tone if tone == self.corpus.rows[chosen[1]].tone else -1
        return clean, drawn, known, style, tone, words, self._unsaid(rng), self.corpus.vocabulary

    def _unsaid(self, rng: np.random.Generator) -> tuple[bool, bool]:
        return bool(rng.random() < self.sampling.no_words), bool(rng.random() < self.sampling.no_style)


def _moved(box: Box, rng: np.random.Generator, known: float) -> Box:
    """A box that is a little off: the sketch says about where a thing is, not exactly."""
    by = 0.05 * (1.2 - known) * box.size
    x, y, grow = rng.normal(0, by, 3).tolist()
    return Box(box.x + x - grow / 2, box.y + y - grow / 2, box.size + grow)


def arranged(rng: np.random.Generator, count: int) -> tuple[list[Box], list[str]]:
    """Boxes for `count` things, and the words that tell where the first of two stands beside the second."""
    size = float(rng.uniform(0.42, 0.5))
    j = rng.uniform(-0.03, 0.03, (count, 2))
    middle, first, last = (1 - size) / 2, 0.02, 0.98 - size
    if count == 2:
        kind = int(rng.integers(4))
        ends = [(first, middle), (last, middle)] if kind < 2 else [(middle, first), (middle, last)]
        spots = ends if kind in (0, 2) else ends[::-1]
        relation = [["left", "of"], ["right", "of"], ["above"], ["below"]][kind]
        if rng.random() < 0.25:
            relation = ["and"]
    elif count == 3:
        spots, relation = [(first, last), (last, last), (middle, first)], []
    else:
        spots, relation = [(first, first), (last, first), (first, last), (last, last)], []
    return [Box(x + a, y + b, size) for (x, y), (a, b) in zip(spots, j.tolist(), strict=True)], relation


def joined(samples: Sequence[Any]) -> Batch:
    """Samples as one batch."""
    clean, sketch, known, style, tone, words, unsaid, vocabulary = zip(*samples, strict=True)
    return Batch(
        px.signed(np.stack(clean)),
        px.signed(np.stack(sketch)),
        np.asarray(known, np.float32),
        np.asarray([0 if no[1] else 1 + s for s, no in zip(style, unsaid)], np.int64),
        np.asarray([1 + t for t in tone], np.int64),
        np.stack([vocabulary[0].ids([] if no[0] else w) for w, no in zip(words, unsaid)]),
    )
