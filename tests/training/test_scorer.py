"""The judge learns, breaks off and goes on; a vocabulary is made from what artists wrote."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from maquette.data.dataset import Item
from maquette.encodings.words import Words
from maquette.training.vocabulary import build

torch = pytest.importorskip("torch")

from maquette.training.scorer import (  # noqa: E402
    Deck,
    ScorerRecipe,
    fresh_net,
    render_items,
    retrieval,
    settle,
    train,
)

SHAPES = {
    "ring": '<circle cx="12" cy="12" r="9"/>',
    "line": '<path d="M3 12h18"/>',
    "post": '<path d="M12 3v18"/>',
    "box": '<rect x="4" y="4" width="16" height="16"/>',
}
ATTRS = {"fill": "none", "stroke": "currentColor", "stroke-width": "2"}
TINY = ScorerRecipe(epochs=2, settle=2, settle_steps=2, settle_concepts=4, concepts=4, broken=2, kin=0.0, seed=3)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tiny nets are slower on many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def items() -> list[Item]:
    def item(set: str, name: str) -> Item:
        return Item(
            id=f"{set}/{name}", title=name, set=set, concept=name, licence="MIT", paint="stroke", attrs=ATTRS,
            svg=SHAPES[name], tags=("shape",),
        )  # fmt: skip

    train_items = [item(set, name) for set in ("one", "two") for name in SHAPES]
    return train_items + [replace(item("three", name), split="val") for name in SHAPES]


@pytest.fixture(scope="module")
def words() -> Words:
    icons = [
        {"set": set, "name": name, "tags": ["shapes"], "category": "", "split": "train"}
        for set in ("one", "two")
        for name in SHAPES
    ]
    labels = [
        {"codepoint": "2B55", "labels": {"en": "ring", "ru": "кольцо"}, "tags": {"en": ["circle"], "ru": ["круг"]}},
        {"codepoint": "1F4E6", "labels": {"en": "box", "ru": "ящик"}, "tags": {"en": [], "ru": []}},
    ]
    return Words(json.loads(json.dumps(build(icons, labels))))


def test_a_vocabulary_holds_the_artists_words_and_their_translations(words) -> None:
    assert words.words[0] == "shape" and set(SHAPES) <= set(words.words)
    assert words.read("кольца").used == ("ring",) and words.read("ящики").used == ("box",)
    assert words.read("📦").used == ("box",)


def test_validation_icons_do_not_enter_the_vocabulary() -> None:
    icons = [{"set": s, "name": "secret", "tags": [], "category": "", "split": "val"} for s in "abc"]
    icons += [{"set": s, "name": "open", "tags": [], "category": "", "split": "train"} for s in "abc"]
    assert build(icons, [])["words"] == "open"


def test_stroke_icons_are_also_shown_with_other_widths(items, tmp_path) -> None:
    renders = render_items(items, tmp_path / "renders.npz")
    assert renders.base.shape == (12, 48, 48) and len(renders.variants) == 24
    ink = renders.variants.reshape(24, -1).mean(1)
    assert ink[1] > ink[0]  # 2-3 units are more than 1-2
    again = render_items(items, tmp_path / "renders.npz")
    assert np.array_equal(again.variants, renders.variants)


def test_the_judge_learns_four_shapes_it_was_shown(items, words) -> None:
    renders = render_items(items)
    recipe = replace(TINY, epochs=25)
    net = fresh_net(words, 0, embedding=8, hidden=32, drawing_hidden=32, width=16, channels=(4, 8, 8, 8))
    losses = [loss for _, loss, _ in train(Deck(items, renders, words, recipe), net, recipe)]
    assert losses[-1] < losses[0] and retrieval(net, items, renders, words)["top1"] == 1.0
    losses = [loss for _, loss, _ in settle(Deck(items, renders, words, recipe), net, replace(recipe, settle=8))]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("stage", [train, settle])
def test_a_training_that_was_broken_off_goes_on_to_the_same_weights(items, words, tmp_path, stage) -> None:
    renders = render_items(items)
    sizes = {"embedding": 8, "hidden": 16, "drawing_hidden": 16, "width": 8, "channels": (4, 4, 4, 4)}
    deck = Deck(items, renders, words, TINY)
    whole, first, second = (fresh_net(words, 0, **sizes) for _ in range(3))
    list(stage(deck, whole, TINY))
    next(stage(deck, first, TINY, tmp_path / "state.safetensors"))
    list(stage(deck, second, TINY, tmp_path / "state.safetensors"))
    for name, value in whole.state_dict().items():
        assert torch.allclose(value.float(), second.state_dict()[name].float(), atol=1e-6), name
