"""What a training may rely on when icons are dealt out to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import icons
from maquette.core.errors import DataError
from maquette.data.dataset import Item
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding
from maquette.training.corpus import Corpus, Dealer, Document, Sampling, build, style_name, styles_of

ITEMS = icons.items()


@pytest.fixture(scope="module")
def encoding() -> StrokeEncoding:
    return StrokeEncoding(styles_of(ITEMS, least=2), len(icons.few_words()))


@pytest.fixture(scope="module")
def corpus(encoding: StrokeEncoding) -> Corpus:
    return build(ITEMS, encoding, icons.few_words())


def dealt(corpus: Corpus, count: int = 300, **sampling: object) -> list[Document]:
    dealer = Dealer(corpus, replace(Sampling(), **sampling), seed=5)  # type: ignore[arg-type]
    out: list[Document] = []
    while len(out) < count:
        out += dealer.pool(len(out))
    return out


def icons_of(document: Document) -> list[list[int]]:
    """The tokens of each icon of a document, its header first."""
    starts = [*np.flatnonzero(document.tokens == v.ICON).tolist(), len(document.tokens)]
    return [document.tokens[a:b].tolist() for a, b in pairwise(starts)]


def test_every_icon_is_kept_upright_and_turned(corpus: Corpus) -> None:
    copies = Counter(int(i) for i in corpus.a["item"])
    assert set(copies) == set(range(len(ITEMS)))
    assert [copies[i] for i in range(len(ITEMS))] == [8] * 12 + [2]  # a filled icon is only mirrored


def test_what_is_kept_is_what_was_encoded(corpus: Corpus, encoding: StrokeEncoding) -> None:
    from maquette.media import drawing as d

    for row in range(0, len(corpus.a["item"]), 5):
        item, flip = ITEMS[corpus.a["item"][row]], int(corpus.a["flip"][row])
        encoded = encoding.encode(d.parse(item.svg_text()), style_name(item), flip)
        assert corpus.tokens(row).tolist() == encoded.body.tolist()
        assert corpus.header(row) == encoded.header


def test_the_encoded_corpus_is_read_again_from_its_file(encoding: StrokeEncoding, tmp_path: Path) -> None:
    words, cache = icons.few_words(), tmp_path / "corpus.npz"
    first = build(ITEMS, encoding, words, cache=cache)
    written = cache.stat().st_mtime_ns
    again = build(ITEMS, encoding, words, cache=cache)
    assert cache.stat().st_mtime_ns == written
    assert all(np.array_equal(first.a[name], again.a[name]) for name in first.a)
    assert len(build(ITEMS[:4], encoding, words, cache=cache).encoded_items) == 4  # other items: made anew
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.npz"]


def test_icons_that_cannot_be_drawn_are_counted(encoding: StrokeEncoding) -> None:
    corpus = build([*ITEMS[:3], replace(ITEMS[3], svg="<g/>")], encoding, icons.few_words())
    assert int(corpus.a["failed"]) == 1 and len(corpus.encoded_items) == 3
    with pytest.raises(DataError, match="none of 1"):
        build([replace(ITEMS[3], svg="<g/>")], encoding, icons.few_words())


def test_icons_longer_than_the_bound_are_left_out(encoding: StrokeEncoding) -> None:
    short = build(ITEMS, encoding, icons.few_words(), longest=20)
    assert 0 < len(short.encoded_items) < len(ITEMS)
    assert max(len(short.tokens(row)) for row in range(len(short.a["item"]))) <= 20


def test_the_places_of_a_document_are_those_of_its_whole_sequence(corpus: Corpus, encoding: StrokeEncoding) -> None:
    documents = dealt(corpus, infill=0.4, references=(0.2, 0.4, 0.4))
    assert any(v.MIDDLE in document.tokens for document in documents)
    assert any(len(icons_of(document)) == 3 for document in documents)
    for document in documents:
        assert np.array_equal(document.places, encoding.places(document.tokens))


def test_only_bodies_are_learnt_and_all_of_them(corpus: Corpus) -> None:
    for document in dealt(corpus, infill=0.3):
        assert not document.learnt[0] and document.tokens[document.learnt].max() < v.OUTPUTS
        ends = document.tokens[document.learnt] == v.END
        assert document.tokens[-1] == v.END and document.learnt[-1]
        assert ends.sum() == len(icons_of(document))
        read_only = document.tokens >= v.OUTPUTS
        assert not document.learnt[read_only].any()


def test_infilling_loses_no_shape(corpus: Corpus) -> None:
    rows = {tuple(corpus.tokens(row).tolist()) for row in range(len(corpus.a["item"]))}
    filled = 0
    for document in dealt(corpus, infill=1.0, references=(1.0, 0.0, 0.0)):
        tokens = document.tokens.tolist()
        if v.MIDDLE not in tokens:
            continue
        before, after, middle = (tokens.index(mark) for mark in (v.BEFORE, v.AFTER, v.MIDDLE))
        end = tokens.pop()
        whole = tokens[before + 1 : after] + tokens[middle + 1 :] + tokens[after + 1 : middle]
        assert (*whole, end) in rows
        filled += 1
    assert filled > 20


def test_references_are_the_same_thing_by_other_hands(corpus: Corpus) -> None:
    titles = {v.WORD + i: word for i, word in enumerate(icons.few_words().words)}
    rows = {tuple(corpus.tokens(r).tolist()): ITEMS[corpus.a["item"][r]] for r in range(len(corpus.a["item"]))}
    seen = 0
    for document in dealt(corpus, infill=0.0, references=(0.0, 0.5, 0.5), no_words=0.0, no_style=0.0):
        owners = []
        for tokens in icons_of(document):
            first = next(i for i, token in enumerate(tokens) if token in v.SHAPES)
            owners.append(rows[tuple(tokens[first:])])
        assert len({owner.concept for owner in owners}) == 1
        assert owners[-1].set not in {owner.set for owner in owners[:-1]}
        seen += len(owners) > 1
        assert owners[-1].title in {titles.get(int(token)) for token in document.tokens}
    assert seen > 50


def test_a_shaken_copy_stands_before_its_icon_and_is_not_learnt(corpus: Corpus, encoding: StrokeEncoding) -> None:
    exact = 0
    documents = dealt(corpus, 60, shaken=1.0, references=(1.0, 0.0, 0.0), infill=0.0)
    for document in documents:
        assert np.array_equal(document.places, encoding.places(document.tokens))
        copy, own = icons_of(document)
        assert not document.learnt[: -len(own)].any() and document.tokens[document.learnt][-1] == v.END
        assert [t for t in copy if v.FLIP <= t < v.NO_WORDS] == [t for t in own if v.FLIP <= t < v.NO_WORDS]
        exact += copy[-12:] == own[-12:]
    assert exact < len(documents) / 4


def test_all_icons_of_a_document_are_turned_alike(corpus: Corpus) -> None:
    def turns(tokens: list[int]) -> list[int]:
        return [token for token in tokens if v.FLIP <= token < v.NO_WORDS]

    turned = 0
    for document in dealt(corpus, turned=0.7):
        kinds = {tuple(turns(tokens)) for tokens in icons_of(document)}
        assert len(kinds) == 1
        turned += kinds != {()}
    assert turned > 100


def test_traits_are_withheld_as_often_as_asked(corpus: Corpus) -> None:
    silent = dealt(corpus, 60, no_words=1.0, no_style=1.0, no_trait=1.0, no_hint=1.0, turned=0.0, infill=0.0)
    for document in silent:
        header = icons_of(document)[-1]
        assert document.tokens[1] == v.NO_WORDS
        assert header[1] in v.SHAPES or header[1] in v.PAINTS.values()  # the paint is withheld half as often
    told = dealt(corpus, 60, no_words=0.0, no_style=0.0, no_trait=0.0, no_hint=0.0, turned=0.0, infill=0.0)
    assert all(v.NO_WORDS not in document.tokens for document in told)
    assert any(v.STYLE <= token < v.WORD for document in told for token in document.tokens)


def test_a_pool_depends_on_the_seed_and_its_number_alone(corpus: Corpus) -> None:
    def same(one: list[Document], two: list[Document]) -> bool:
        return len(one) == len(two) and all(np.array_equal(a.tokens, b.tokens) for a, b in zip(one, two, strict=True))

    first, second = (Dealer(corpus, Sampling(), seed=3, pool=6) for _ in range(2))
    in_order = [first.pool(number) for number in range(5)]
    assert same(second.pool(4), in_order[4]) and same(second.pool(1), in_order[1])
    assert not same(Dealer(corpus, Sampling(), seed=4, pool=6).pool(1), in_order[1])
    batches, again = first.batches(3, 200), Dealer(corpus, Sampling(), seed=3, pool=6).batches(3, 200)
    assert all(same(a, b) for a, b in zip(batches, again, strict=True))


def test_batches_hold_the_whole_pool_within_their_bound(corpus: Corpus) -> None:
    dealer = Dealer(corpus, Sampling(), seed=3)
    pool = sum(len(document.tokens) for document in dealer.pool(0))
    batches = dealer.batches(0, 300)
    assert sum(len(document.tokens) for batch in batches for document in batch) == pool
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(len(one.tokens) for one in batch) <= 300


def test_stroke_icons_are_taken_once_an_epoch_and_filled_ones_by_chance(corpus: Corpus) -> None:
    dealer = Dealer(corpus, replace(Sampling(), references=(1.0, 0.0, 0.0), fills=0.2), seed=3)
    sizes = [len(dealer.pool(epoch)) for epoch in range(100)]  # one pool an epoch
    assert set(sizes) == {12, 13} and 8 <= sizes.count(13) <= 35


def test_manners_with_few_icons_have_no_name_of_their_own() -> None:
    assert styles_of(ITEMS, least=5) == ["one/outline"]
    assert styles_of(ITEMS, least=3) == ["one/outline", "three/outline", "two/outline"]


def test_a_document_keeps_within_its_context(corpus: Corpus) -> None:
    documents = dealt(corpus, context=90, references=(0.0, 0.0, 1.0), infill=0.0)
    alone = max(len(corpus.tokens(row)) for row in range(len(corpus.a["item"]))) + 30
    assert all(len(d.tokens) <= 90 or len(icons_of(d)) == 1 for d in documents)
    assert max(len(d.tokens) for d in documents) <= max(90, alone)


def test_an_item_without_a_concept_stands_for_itself(encoding: StrokeEncoding) -> None:
    lone = [Item("a", svg=ITEMS[0].svg, attrs=ITEMS[0].attrs, paint="stroke", set="x"),
            Item("b", svg=ITEMS[1].svg, attrs=ITEMS[1].attrs, paint="stroke", set="y")]  # fmt: skip
    corpus = build(lone, encoding, icons.few_words())
    assert all(len(icons_of(d)) == 1 for d in dealt(corpus, 20, references=(0.0, 0.0, 1.0)))
