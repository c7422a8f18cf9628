"""What a creator may rely on when typing a prompt."""

from __future__ import annotations

import gzip
import json

import pytest

from maquette.core.errors import CheckpointError
from maquette.core.spelling import normal_words, singular
from maquette.encodings.words import PACKAGED, Words


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load()


@pytest.mark.parametrize(
    ("prompt", "used"),
    [
        ("a rocket", {"rocket"}),
        ("ракета", {"rocket"}),
        ("arrow right", {"arrow", "right"}),
        ("right arrow", {"arrow", "right"}),
        ("стрелка вправо", {"arrow", "right"}),
        ("Стрелки ВПРАВО", {"arrow", "right"}),
        ("зонтики", {"umbrella"}),
        ("самолёты", {"airplane"}),
        ("котики", {"cat"}),
        ("ёжик", {"hedgehog"}),
        ("кредитная карта", {"credit", "card"}),
        ("облака с дождём", {"cloud", "rain"}),
        ("🚀", {"rocket"}),
        ("❤️", {"red", "heart"}),
        ("CalendarPlus", {"calendar", "plus"}),
        ("wifi-off", {"wifi", "off"}),
        ("puppies and kittens", {"puppy", "kitten"}),
        ("the colourful centre", {"colorful", "center"}),
        ("cat in a box", {"cat", "box"}),
        ("log in", {"log", "in"}),
        ("letter a", {"letter", "a"}),
        ("picture of a cat", {"cat"}),
        ("plus", {"plus"}),
        ("heart", {"heart"}),
        ("сердце", {"heart"}),
    ],
)
def test_prompts_in_both_languages_reach_the_same_words(words: Words, prompt: str, used: set[str]) -> None:
    reading = words.read(prompt)
    assert set(reading.used) == used
    assert [words.words[i] for i in reading.ids] == list(reading.used)
    assert not reading.unknown and not reading.replaced


@pytest.mark.parametrize(
    ("prompt", "typed", "instead"),
    [
        ("umbrela", "umbrela", "umbrella"),
        ("раккета", "раккета", "rocket"),
        ("arrowright", "arrowright", "arrow right"),
        ("a magnifying glass", "magnifying glass", "search"),
    ],
)
def test_what_was_used_instead_of_a_word_is_told(words: Words, prompt: str, typed: str, instead: str) -> None:
    assert words.read(prompt).replaced == ((typed, instead),)


@pytest.mark.parametrize("prompt", ["лиса", "fox", "лисы", "foxes"])
def test_what_no_net_has_seen_is_still_sought_on_the_shelf(words: Words, prompt: str) -> None:
    reading = words.read(prompt)
    assert reading.sought == ("fox",) and reading.replaced == ((prompt, "dog"),)


def test_unknown_words_are_sought_too_and_emoji_are_told_as_they_are(words: Words) -> None:
    assert words.read("ракета xyzzyq").sought == ("rocket", "xyzzyq")
    assert words.read("\U0001fae8" * 2 + " \U0001f680").used[-1:] == ("rocket",)
    assert words.read("\U0001faff").unknown == ("\U0001faff",)


def test_unknown_words_are_named_and_left_out(words: Words) -> None:
    reading = words.read("a xyzzyq rocket")
    assert reading.used == ("rocket",) and reading.unknown == ("xyzzyq",)


@pytest.mark.parametrize("prompt", ["", "xyzzyq вжщюю", "  ...  ", "\U0001f9ff" * 3 + "xyzzyq"])
def test_a_prompt_of_unknown_words_gives_no_guess(words: Words, prompt: str) -> None:
    reading = words.read(prompt)
    assert all(i < len(words) for i in reading.ids)
    assert bool(reading.unknown) == ("x" in prompt)


def test_a_prompt_of_ten_thousand_characters_is_read_quickly(words: Words) -> None:
    assert len(words.read("rocket qwrtzp " * 700).ids) == 1


def test_ids_are_ordered_by_frequency_and_stand_once(words: Words) -> None:
    assert len(set(words.words)) == len(words) <= 6000
    assert list(words.counts) == sorted(words.counts, reverse=True)
    everything = [*words.synonyms.values(), *words.emoji.values()]
    assert {word for text in everything for word in text.split()} <= set(words.words)


def test_an_artists_own_words_are_kept_without_guessing(words: Words) -> None:
    ids = words.known("arrow-left", "back", "Arrows", "xyzzyq")
    assert [words.words[i] for i in ids] == ["arrow", "left", "back"]


def test_plurals_become_singular_with_care() -> None:
    pairs = "boxes box, cities city, gas gas, lens lens, glasses glasses, axes axis, buses bus, news news, houses house"
    assert all(singular(many) == one for many, one in (pair.split() for pair in pairs.split(", ")))
    assert normal_words("BarChart3D / Folder_open") == ["bar", "chart", "3d", "folder", "open"]


def test_the_file_is_small_and_says_whose_words_it_holds(words: Words) -> None:
    assert PACKAGED.stat().st_size < 400_000
    assert "Unicode-3.0" in words.notice and "MIT" in words.notice


@pytest.mark.parametrize(
    "data", [b"", b"\x80\x04pickle", gzip.compress(b"[]", mtime=0), gzip.compress(b'{"format":"words.v9"}', mtime=0)]
)
def test_a_broken_or_newer_words_file_is_refused(tmp_path, data: bytes) -> None:
    path = tmp_path / "words.json.gz"
    path.write_bytes(data)
    with pytest.raises(CheckpointError):
        Words.load(path)


def test_a_words_file_with_missing_parts_is_refused() -> None:
    with pytest.raises(CheckpointError, match="counts"):
        Words(json.loads('{"words": "a b"}'))
