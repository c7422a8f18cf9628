"""What a small n-gram may be relied on for: nearly the whole one's figures, in a fraction of its bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import CheckpointError
from maquette.engine.ngram import NGram
from maquette.engine.ngram_small import SmallNGram, best_of, load, small

VOCABULARY = 24


def melodies(count: int, seed: int) -> list[np.ndarray]:
    """Walks that like to repeat what they did four steps ago."""
    dice = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        walk = [12]
        for step in range(60):
            again = walk[-4] if step > 4 and dice.random() < 0.5 else walk[-1] + int(dice.integers(-2, 3))
            walk.append(min(max(again, 0), VOCABULARY - 1))
        found.append(np.array(walk))
    return found


@pytest.fixture(scope="module")
def whole() -> NGram:
    return NGram.fit(melodies(300, 1), VOCABULARY, 4, start=1)


def test_the_order_that_foretells_best_is_chosen() -> None:
    once = [np.array([1, 2, 3, 4] * 4)] * 20
    assert best_of(once, once, 6, (1, 3)).order == 3
    dice = np.random.default_rng(0)
    noise = [dice.integers(0, 6, 40) for _ in range(60)]
    assert best_of(noise[:40], noise[40:], 6, (1, 4)).order == 1


def test_a_small_one_keeps_within_its_bytes_and_loses_little(whole: NGram, tmp_path: Path) -> None:
    told = melodies(20, 3)
    sizes = {}
    for largest in (100_000, 4_000):
        one = small(whole, largest)
        sizes[largest] = sum(len(table.keys) for table in one.tables)
        assert sizes[largest] * 1.4 <= max(largest, 1.4 * sum(len(t.keys) for t in whole.tables))
        assert one.bits(told, 1) < (1.02 if largest == 100_000 else 1.2) * whole.bits(told, 1)
    assert sizes[4_000] < sizes[100_000]


def test_its_probabilities_sum_to_one_wherever_it_was_cut(whole: NGram) -> None:
    one = small(whole, 3_000)
    for context in ([12], [12, 13], [12, 13, 12], [3, 9, 1, 20], [23, 23, 23]):
        assert one.distribution(context).sum() == pytest.approx(1.0, abs=1e-9)
        assert (one.distribution(context) > 0).all()


def test_it_comes_back_from_its_file(whole: NGram, tmp_path: Path) -> None:
    one = small(whole, 10_000)
    size = one.save(tmp_path / "small.npz")
    again = load(tmp_path / "small.npz")
    assert isinstance(again, SmallNGram) and size == (tmp_path / "small.npz").stat().st_size
    told = melodies(5, 4)
    assert all(np.array_equal(a, b) for a, b in zip(one.logprobs_of(told), again.logprobs_of(told), strict=True))
    whole.save(tmp_path / "whole.npz")
    assert not isinstance(load(tmp_path / "whole.npz"), SmallNGram)
    (tmp_path / "broken.npz").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="holds no n-gram"):
        load(tmp_path / "broken.npz")
