"""What makers rely on: the dice fall as the probabilities say, whatever the batch."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MaquetteError
from maquette.engine.sampling import Sampling, bar, choose, uniforms

LOGITS = np.array([[2.0, 1.0, 0.0, -1.0, -9.0, 1.5]], dtype=np.float32)


def probabilities(temperature: float = 1.0) -> np.ndarray:
    weights = np.exp(LOGITS[0].astype(np.float64) / temperature)
    return np.asarray(weights / weights.sum())


def frequencies(how: Sampling, legal: np.ndarray | None = None, guided: np.ndarray | None = None) -> np.ndarray:
    count = 20_000
    dice = (np.arange(count) + 0.5) / count  # evenly spread: frequencies are then nearly the probabilities
    many = np.repeat(LOGITS, count, axis=0)
    mask = None if legal is None else np.repeat(bar(legal)[None], count, axis=0)
    lean = None if guided is None else np.repeat(guided, count, axis=0)
    return np.bincount(choose(many, mask, dice, how, lean)[0], minlength=6) / count


def kept(chosen: list[int], temperature: float = 1.0) -> np.ndarray:
    expected = np.where(np.isin(np.arange(6), chosen), probabilities(temperature), 0)
    return np.asarray(expected / expected.sum())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_come_as_often_as_the_model_says(temperature: float) -> None:
    np.testing.assert_allclose(frequencies(Sampling(temperature)), probabilities(temperature), atol=2e-4)


def test_temperature_zero_takes_the_likeliest_and_the_first_of_equals() -> None:
    assert frequencies(Sampling(0))[0] == 1
    tokens, _ = choose(np.array([[1, 3, 3]], dtype=np.float32), None, np.array([0.9]), Sampling(0))
    assert tokens.tolist() == [1]


def test_top_p_keeps_the_fewest_likeliest() -> None:
    # 0.47, 0.29, 0.17, 0.06, 0.02: 0.9 needs three of them
    np.testing.assert_allclose(frequencies(Sampling(top_p=0.9)), kept([0, 5, 1]), atol=2e-4)


def test_min_p_is_a_share_of_the_likeliest_after_temperature() -> None:
    np.testing.assert_allclose(frequencies(Sampling(min_p=0.3)), kept([0, 1, 5]), atol=2e-4)
    np.testing.assert_allclose(frequencies(Sampling(2.0, min_p=0.3)), kept([0, 1, 2, 5], 2.0), atol=2e-4)


def test_masks_are_obeyed_and_the_rest_renormalised() -> None:
    legal = np.array([False, True, True, False, True, False])
    np.testing.assert_allclose(frequencies(Sampling(), legal), kept([1, 2, 4]), atol=2e-4)


def test_guidance_chooses_and_the_model_judges() -> None:
    guided = np.array([[0, 0, 0, 50, 0, 0]], dtype=np.float32)
    assert frequencies(Sampling(), guided=guided)[3] == 1
    _, gains = choose(LOGITS, None, np.array([0.5]), Sampling(), guided)
    np.testing.assert_allclose(gains, np.log(probabilities()[3]), atol=1e-5)


def test_a_grammar_that_allows_nothing_is_an_error() -> None:
    with pytest.raises(MaquetteError, match="no token"):
        choose(LOGITS, bar(np.zeros((1, 6), dtype=bool)), np.array([0.5]), Sampling())


def test_seeds_give_the_same_numbers_everywhere() -> None:
    np.testing.assert_array_equal(uniforms([7, 8], 4)[1], uniforms([8], 9)[0, :4])
    np.testing.assert_allclose(uniforms([7], 2)[0], [0.625095466, 0.8972138], atol=1e-8)
