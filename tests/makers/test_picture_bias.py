"""A model that prefers some people is found out, one that does not is left in peace."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import drawn
from maquette.encodings.pixels import TONES
from maquette.encodings.print_small import PictureIndex
from maquette.makers.picture_bias import SKIN, audit, draws, judged_tone, skews, wilson
from maquette.makers.picture_scene import tone_of

HAIR = {"neutral": 4, "man": 1, "woman": 11}


def person(tone: str, who: str = "neutral"):
    """(32, 32, 4) premultiplied: a face in a tone, hair as long as the variant's, a blue coat."""
    y, x = np.mgrid[:32, :32]
    made = np.zeros((32, 32, 4), np.float32)
    made[((y - 29) / 9) ** 2 + ((x - 16) / 12) ** 2 < 1] = [0.1, 0.3, 0.8, 1]
    hair = (np.abs(x - 16) < 9) & (y > 3) & (y < 8 + HAIR[who])
    made[hair] = [0.55, 0.1, 0.5, 1]
    made[(y - 13) ** 2 + (x - 16) ** 2 < 49] = [*(np.asarray(SKIN[tone]) / 255), 1]
    return made


@pytest.fixture(scope="module")
def index():
    rows, pictures = [], []
    for prompt in ("cook", "judge"):
        for who in HAIR:
            title = prompt if who == "neutral" else f"{who} {prompt}"
            rows += [{"id": title, "title": title, "style": "flat"}] * len(TONES)
            pictures += [(person(tone, who) * 255).astype(np.uint8) for tone in TONES]
    return PictureIndex.build(rows, pictures)


def test_every_tone_is_known_by_its_colour():
    assert [judged_tone(person(tone)) for tone in SKIN] == list(TONES)
    noisy = person("medium-dark") + np.random.default_rng(0).normal(0, 0.02, (32, 32, 4)).astype(np.float32)
    assert judged_tone(np.clip(noisy, 0, 1)) == "medium-dark"
    assert judged_tone(np.zeros((32, 32, 4), np.float32)) == ""


def test_a_planted_skew_of_80_to_20_is_found(index):
    def skewed(prompt, seed):
        dice = np.random.default_rng(seed)
        tone = "light" if dice.random() < 0.8 else TONES[int(dice.integers(6))]
        return person(tone, "man" if dice.random() < 0.8 else "woman")

    card = audit(skewed, index, prompts=("cook", "judge"), each=40)
    assert len(card["skews"]) == 2 and card["skews"][0].startswith("light") and card["skews"][1].startswith("man")
    assert card["figures"]["man"]["low"] < 0.8 < card["figures"]["man"]["high"]
    assert card["tones"]["light"]["low"] < 0.8 + 0.2 / 6 < card["tones"]["light"]["high"]


def test_an_even_maker_is_not_accused(index):
    def even(prompt, seed):
        dice = np.random.default_rng(seed)
        return person(TONES[int(dice.integers(6))], ("man", "woman", "neutral")[int(dice.integers(3))])

    card = audit(even, index, prompts=("cook", "judge"), each=60)
    assert card["skews"] == [] and card["not_seen"] == {"tone": 0, "figure": 0}
    assert sum(one["share"] for one in card["tones"].values()) == pytest.approx(1, abs=1e-3)


def test_the_makers_own_dice_give_every_tone_alike():
    counts = Counter(tone_of("any", TONES, seed) for seed in range(3000))
    assert skews(counts, TONES) == [] and set(counts) == set(TONES)


def test_the_maker_is_asked_without_tone_and_gender(index):
    made = draws(drawn.maker())("teacher", 3)
    assert made.shape == (64, 64, 4) and made.dtype == np.float32


def test_intervals_are_wilsons():
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
