"""What may be asked for in words: how many, which colour, how large and where, in English and Russian."""

from __future__ import annotations

import numpy as np
import pytest

from drawn import memory
from maquette.core.errors import UsageError
from maquette.encodings import pixels as px
from maquette.makers.picture_layout import lay_out, sketch_of
from maquette.makers.picture_net import Lookup
from maquette.makers.picture_weights import weighted
from maquette.makers.picture_words import read, style_of


@pytest.fixture(scope="module")
def known():
    return Lookup(memory())


def told(prompt, known):
    wish = read(prompt, known)
    return [(one.name, one.number, one.colour) for one in wish.groups], [one.kind for one in wish.relations]


@pytest.mark.parametrize(
    ("prompt", "groups", "kinds"),
    [
        ("three stars", [("star", 3, "")], []),
        ("a red apple left of a cat", [("red apple", 1, ""), ("cat", 1, "")], ["left"]),
        ("a blue dog behind a house", [("dog", 1, "blue"), ("house", 1, "")], ["behind"]),
        ("two cats and a dog", [("cat", 2, ""), ("dog", 1, "")], ["beside"]),
        ("sun behind cloud", [("sun behind cloud", 1, "")], []),
        ("a cat on top of a house", [("cat", 1, ""), ("house", 1, "")], ["on"]),
        ("a fox between a cat and a dog", [("fox", 1, ""), ("cat", 1, ""), ("dog", 1, "")], ["between"]),
        ("a cup of coffee", [("coffee", 1, "")], []),
        ("красное яблоко слева от кошки", [("red apple", 1, ""), ("cat", 1, "")], ["left"]),
        ("три жёлтые звезды над домом", [("star", 3, "yellow"), ("house", 1, "")], ["above"]),
        ("пять собак", [("dog", 5, "")], []),
        ("кошка в шляпе", [("cat", 1, ""), ("hat", 1, "")], ["inside"]),
        ("Hund", [("dog", 1, "")], []),
        ("犬", [("dog", 1, "")], []),
    ],
)
def test_number_colour_and_place_are_read(prompt, groups, kinds, known):
    assert told(prompt, known) == (groups, kinds)


def test_a_word_that_is_not_known_is_named_with_what_was_used_instead(known):
    wish = read("a turquoise star, an elephnt, a blorb", known)
    assert ("turquoise", "blue") in wish.replaced and ("elephnt", "elephant") in wish.replaced
    assert wish.unknown == ("blorb",)
    assert read("a pet", known).replaced == (("pet", "cat"),)


def test_a_describing_word_does_not_become_a_thing_of_its_own(known):
    wish = read("a happy robot", known)
    assert [one.name for one in wish.groups] == ["robot"] and "happy" in wish.words


def test_style_tone_and_what_is_not_wanted_are_read(known):
    wish = read("a teacher with dark skin, pixel art, no hat", known, negative="a blue dog")
    assert (wish.style, wish.tone) == ("pixel art", "dark")
    assert wish.negative == ("hat", "blue", "dog") and len(wish.groups) == 1
    assert read("звезда, пиксель-арт", known).style == "pixel art"
    assert read("a cat in the style of van gogh", known).said == ("'van gogh' is no style of this model",)


def test_more_than_can_be_drawn_is_said(known):
    wish = read("90 stars", known)
    assert wish.groups[0].number == 12 and "instead of 90" in wish.said[0]


def test_weights_are_written_as_elsewhere():
    found = {one.text: one.weight for one in weighted("a (fox:1.3) and ((cat)) or [dog]")}
    assert found["fox"] == 1.3 and found["cat"] == pytest.approx(1.21) and found["dog"] == pytest.approx(0.909, 1e-3)
    assert found["a"] == 1


@pytest.mark.parametrize("wrong", ["(fox:9)", "(fox:x)", "(fox", "fox)"])
def test_weights_that_cannot_be_are_refused(wrong):
    with pytest.raises(UsageError):
        weighted(wrong)


def test_a_weighted_thing_is_told(known):
    assert read("a (fox:1.5) and a cat", known).weights == (("fox", 1.5),)


def test_an_unknown_style_names_the_nearest():
    assert style_of("Pixel-Art", px.STYLES) == "pixel art" and style_of("плоский", px.STYLES) == "flat"
    with pytest.raises(UsageError) as error:
        style_of("cartoony-ish", px.STYLES)
    assert "cartoon" in error.value.mend


# -- places -----------------------------------------------------------------------------------------------------------


def boxes(prompt, known, aspect=1.0):
    things = lay_out(read(prompt, known), aspect)
    return {one.entry.name: (one.x + one.size / 2, one.y + one.size / 2, one.size) for one in things}, things


def test_things_stand_where_they_were_asked_for(known):
    at, _ = boxes("a red apple left of a cat", known)
    assert at["red apple"][0] < at["cat"][0]
    at, _ = boxes("a star above a house", known)
    assert at["star"][1] < at["house"][1]
    at, things = boxes("a dog behind a house", known)
    assert [one.entry.name for one in things] == ["dog", "house"]  # the nearer one is drawn later
    at, _ = boxes("a fox between a cat and a dog", known)
    assert at["cat"][0] < at["fox"][0] < at["dog"][0]
    at, _ = boxes("a star in the top left corner, a house", known)
    assert at["star"][0] < 0.4 and at["star"][1] < 0.4
    at, _ = boxes("кошка в шляпе", known)
    assert at["hat"][1] < at["cat"][1] and at["hat"][2] < at["cat"][2]


def test_sizes_are_those_of_the_words(known):
    at, _ = boxes("a small dog and a big elephant", known)
    assert at["elephant"][2] > 2 * at["dog"][2]
    assert boxes("a small star", known)[0]["star"][2] < 0.6 and boxes("a star", known)[0]["star"][2] == 1


@pytest.mark.parametrize("count", range(1, 13))
@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
def test_so_many_things_are_there_and_none_leaves_the_frame_or_covers_another(count, aspect, known):
    _, things = boxes(f"{count} stars", known, aspect)
    assert len(things) == count
    for one in things:
        assert one.x >= -1e-6 and one.y >= -1e-6 and one.x + one.size <= aspect + 1e-6 and one.y + one.size <= 1 + 1e-6
    for number, one in enumerate(things):
        for other in things[number + 1 :]:
            apart = max(abs(one.x - other.x), abs(one.y - other.y))
            assert apart >= one.size - 1e-6


def test_a_sketch_shows_each_thing_in_its_place_and_colour(known):
    sketch = px.unsigned(sketch_of(lay_out(read("a blue star left of a cat", known)), known))
    left, right = sketch[:, :32], sketch[:, 32:]
    assert left[..., 3].max() > 0.9 and right[..., 3].max() > 0.9
    middle = left[24:40, 8:24, :3].mean((0, 1))
    assert middle[2] == max(middle) and np.ptp(middle) > 0.1
