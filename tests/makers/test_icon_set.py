"""What a designer may rely on when a set is chosen from many candidates."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from maquette.core.types import Request, Work
from maquette.makers.icon import IconControls
from maquette.makers.icon_hand import Hand, Manner
from maquette.makers.icon_set import (
    Traits,
    Variant,
    Wish,
    choose,
    draw_set,
    stand_out,
    traits_of,
    variants,
)
from maquette.media import drawing as d
from maquette.media.style_card import StyleCard

CARD = StyleCard(
    "mine", grid=0.5, width=2.0, margin=2.0, ink=(0.2, 0.03), footprint=(18.0, 1.0, 18.0, 1.0), angles=(0.0, 90.0)
)
HAND = Hand(Manner("mine", 0, 2.0, "round", "round"), CARD)


def variant(ink: float, size: float = 18.0, score: float = 1.0) -> Variant:
    work: Work[d.Drawing] = Work(d.Drawing((0, 0, 24, 24), ()), Request("icon", "x", {}), 0, "")
    return Variant(work, Traits(ink, size, size, 3.0, 2.0), score)


def box(side: float, score: float = 2.0) -> Work[d.Drawing]:
    """A work restyled by rule: a square of `side` units in the middle."""
    low = 12 - side / 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black">'
        f'<rect x="{low}" y="{low}" width="{side}" height="{side}"/></svg>'
    )
    rules = {**HAND.restyling()}
    trace: dict[str, Any] = {"svg": svg, "restyled": rules, "scores": {"total": score}, "title": "x"}
    return Work(d.parse(svg), Request("icon", "x", IconControls()), 0, "", "after", "after x", (), trace)


class Maker:
    """A maker whose candidates are known: one square per word, a better one only when it is asked a second time."""

    def __init__(self, sides: dict[str, list[float]]) -> None:
        self.sides, self.asked = sides, []  # type: ignore[var-annotated]
        self.checkpoint = SimpleNamespace(name="toy")

    def hand(self, controls: IconControls) -> Hand:
        return HAND

    def choices(self, request: Request[IconControls]) -> list[Work[d.Drawing]]:
        self.asked.append((request.prompt, request.seed))
        left = self.sides.get(request.prompt, [])
        return [box(left.pop(0))] if left else []


def test_of_equal_drawings_the_one_within_the_hands_spread_is_taken() -> None:
    chosen = choose({"a": [variant(0.32), variant(0.2)], "b": [variant(0.21, 12.0), variant(0.21, 18.5)]}, CARD)
    assert (chosen["a"].traits.ink, chosen["b"].traits.width) == (0.2, 18.5)


def test_a_drawing_that_is_much_better_goes_before_an_even_one() -> None:
    assert choose({"a": [variant(0.24, score=3.0), variant(0.2, score=0.5)]}, CARD)["a"].traits.ink == 0.24


def test_the_choice_is_joint() -> None:
    """Alone either would do; beside heavy neighbours the light one keeps the whole set at the hand's own weight."""
    heavy = {f"h{i}": [variant(0.235)] for i in range(4)}
    pair = [variant(0.222), variant(0.185)]
    assert choose({**heavy, "a": pair}, CARD)["a"].traits.ink == 0.185
    light = {f"h{i}": [variant(0.165)] for i in range(4)}
    assert choose({**light, "a": pair}, CARD)["a"].traits.ink == 0.222


def test_what_leaves_the_spread_is_named_with_its_numbers() -> None:
    out = stand_out({"a": variant(0.2), "dark": variant(0.4), "small": variant(0.2, 9.0)}, CARD)
    assert {(one.name, one.trait) for one in out} == {("dark", "ink"), ("small", "width"), ("small", "height")}
    assert next(one for one in out if one.name == "dark").told == "dark has ink of 40 %, the set's own is 20 %"


def test_a_work_comes_in_several_sizes_and_one_stroke() -> None:
    made = variants(box(20), "box", CARD)
    assert len({one.traits.width for one in made}) >= 3
    for one in made:
        assert one.traits.stroke == 2.0 and one.traits.margin >= 2.0 - 0.26
        assert one.work.trace["title"] == "box"


def test_every_size_replays_from_its_own_record() -> None:
    from maquette.makers.icon_works import replay

    for one in variants(box(20), "box", CARD):
        assert replay(one.work.trace).shapes == one.work.media.shapes


def test_what_stands_out_is_drawn_again_with_another_seed_and_then_named() -> None:
    maker = Maker({"good": [20.0], "bad": [6.0, 20.0], "worst": [4.0, 4.0, 4.0]})
    wishes = [Wish("good", "good"), Wish("bad", "bad"), Wish("worst", "worst")]
    made = draw_set(maker, wishes, IconControls())  # type: ignore[arg-type]
    assert made.again == ("bad", "worst")
    assert [prompt for prompt, _ in maker.asked].count("worst") == 3  # a bounded number of times
    assert len({seed for prompt, seed in maker.asked if prompt == "worst"}) == 3
    assert {one.name for one in made.stand_out} == {"worst"}
    assert list(made.works) == ["good", "bad", "worst"]


def test_another_name_for_the_thing_helps_where_the_first_is_not_known() -> None:
    maker = Maker({"rubbish": [20.0]})
    made = draw_set(maker, [Wish("trash", "trash", ("bin", "rubbish")), Wish("xyz", "xyz")], IconControls())  # type: ignore[arg-type]
    assert list(made.works) == ["trash"] and made.without == ("xyz",)


def test_the_same_seed_gives_the_same_set() -> None:
    def once() -> list[str]:
        maker = Maker({"a": [20.0], "b": [12.0, 19.0]})
        made = draw_set(maker, [Wish("a", "a"), Wish("b", "b")], IconControls(), seed=3)  # type: ignore[arg-type]
        return [d.to_svg(one.work.media) for one in made.works.values()]

    assert once() == once()


def test_traits_are_measured_on_the_drawings_own_canvas() -> None:
    drawing = d.Drawing((0, 0, 48, 48), (d.Shape(d.Rect((8, 8), 32, 32), d.Paint(width=4.0)),))
    traits = traits_of(drawing)
    assert (traits.width, traits.height, traits.margin, traits.stroke) == (36.0, 36.0, 6.0, 4.0)
    assert traits.ink == pytest.approx((36**2 - 28**2) / 48**2, abs=0.01)


def test_a_card_that_tells_no_spread_leaves_nothing_out() -> None:
    assert stand_out({"a": variant(0.9, 1.0)}, replace(CARD, ink=(0, 0), footprint=(0, 0, 0, 0))) == []
