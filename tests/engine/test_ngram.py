"""The n-gram baseline: its probabilities are probabilities, and it draws only what is legal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import CheckpointError, UsageError
from maquette.engine.ngram import NGram, Smoothing, kneser_ney, tune, witten_bell

WORDS = [[0, 1, 2, 3], [0, 1, 2, 4], [0, 1, 1, 1, 3], [2, 2, 0, 1, 2, 3], [0, 1, 2, 3]]


def sequences_of(words: list[list[int]]) -> list[np.ndarray]:
    return [np.array(word) for word in words]


def ways(model: NGram) -> list[Smoothing]:
    odd = Smoothing("odd", ((0.5, 1.2, 1.4),) * model.order, (0.3,) * model.order, (0.7,) * model.order, True)
    return [witten_bell(model.order), kneser_ney(model), kneser_ney(model, modified=False), odd]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=9), min_size=1, max_size=8), st.integers(1, 5), st.data()
)
def test_every_distribution_sums_to_one_and_agrees_with_the_scores(words, order, data):
    model = NGram.fit(sequences_of(words), 7, order)
    asked = np.array(data.draw(st.lists(st.integers(0, 6), min_size=1, max_size=8)))
    for way in ways(model):
        model.smooth(way)
        logs = model.logprobs(asked)
        for place, token in enumerate(asked):
            p = model.distribution(asked[:place])
            assert p.sum() == pytest.approx(1)
            assert logs[place] == pytest.approx(np.log(p[token]))


def test_witten_bell_is_what_the_book_says():
    model = NGram.fit([np.array([0, 1]), np.array([0, 2]), np.array([0, 1])], 4, 2, smoothing=witten_bell(2))
    # Order 1: six tokens, three kinds: p(1) = (2 + 3/4) / 9. After 0: three tokens, two kinds.
    first = (2 + 3 * 0.25) / 9
    assert np.exp(model.logprobs(np.array([0, 1]))[1]) == pytest.approx((2 + 2 * first) / 5)


def test_given_tokens_are_context_and_never_cost():
    given_style = [np.array([5, 0, 1, 2]), np.array([6, 2, 1, 0])]
    model = NGram.fit(given_style, 8, 3, start=1)
    assert len(model.logprobs(np.array([5, 0, 1, 2]), start=1)) == 3
    assert model.distribution([5])[0] > 0.5 > model.distribution([6])[0]
    assert model.distribution([0])[[5, 6]].max() < 0.1


def test_many_sequences_score_like_one_by_one():
    model = NGram.fit(sequences_of(WORDS), 6)
    together = model.logprobs_of(sequences_of(WORDS), [0, 1, 0, 2, 0])
    apart = [model.logprobs(np.array(w), s) for w, s in zip(WORDS, [0, 1, 0, 2, 0], strict=True)]
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_allclose(one, other)


def test_tuning_never_makes_the_held_out_dearer():
    dice = np.random.default_rng(0)
    made = [np.cumsum(dice.integers(0, 3, 12)) % 9 for _ in range(80)]
    model = NGram.fit(made[:60], 9, 4)
    before = model.smooth(kneser_ney(model)).bits(made[60:])
    told: list[float] = []
    way = tune(model, made[60:], on_better=lambda bits, _: told.append(bits))
    assert model.bits(made[60:]) == pytest.approx(min(told))
    assert min(told) < before
    assert model.smoothing == way


class Alternating:
    """A toy grammar: even and odd tokens take turns, six in all."""

    def __init__(self) -> None:
        self.pushed: list[int] = []
        self.done = False

    def mask(self) -> np.ndarray:
        return np.arange(6) % 2 == len(self.pushed) % 2

    def push(self, token: int) -> None:
        self.pushed.append(token)
        self.done = len(self.pushed) == 6


def test_samples_are_legal_and_the_same_dice_draw_the_same():
    model = NGram.fit(sequences_of(WORDS), 6)
    first, again = (model.sample(np.random.default_rng(3), Alternating()) for _ in range(2))
    assert first.tolist() == again.tolist()
    assert len(first) == 6 and [t % 2 for t in first] == [0, 1] * 3
    assert len(model.sample(np.random.default_rng(3), Alternating(), longest=4)) == 4


def test_a_saved_ngram_scores_as_before(tmp_path):
    model = NGram.fit(sequences_of(WORDS), 6)
    for way in ways(model):
        model.smooth(way).save(tmp_path / "n.npz")
        again = NGram.load(tmp_path / "n.npz")
        assert again.smoothing == way
        np.testing.assert_array_equal(again.logprobs(np.array([0, 1, 5, 2])), model.logprobs(np.array([0, 1, 5, 2])))


def test_a_pruned_ngram_is_smaller_and_still_sums_to_one():
    model = NGram.fit(sequences_of(WORDS), 6)
    small = model.pruned([0, 0, 0, 2, 2])
    assert len(small.tables[4].keys) < len(model.tables[4].keys)
    for context in ([], [0], [0, 1], [1, 1, 1], [9 % 6, 5]):
        assert small.distribution(context).sum() == pytest.approx(1)
    whole = model.pruned([0] * 5)
    np.testing.assert_allclose(whole.logprobs(np.array(WORDS[3])), model.logprobs(np.array(WORDS[3])))


def test_broken_files_and_foreign_tokens_are_named(tmp_path):
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(CheckpointError, match="holds no n-gram"):
        NGram.load(tmp_path / "cut.npz")
    with pytest.raises(UsageError, match="vocabulary from 0 to 5"):
        NGram.fit([np.array([6])], 6)
