"""Language models advise, and their advice is checked."""

from __future__ import annotations

import json

import pytest

from maquette.core.errors import MediaError
from maquette.makers.film import advice
from maquette.media.film import Film, Line, Person, Scene, Shot

FILM = Film(
    "Tram",
    people=(Person("anna", "Anna"),),
    scenes=(
        Scene(
            "1",
            "INT. ROOM",
            lines=(Line("1.01", "dialogue", "He is gone.", who="anna"),),
            shots=(Shot("1A", lines=("1.01",), subjects=("anna",)), Shot("1B")),
        ),
    ),
    overrides={"1B": {"size": "wide"}},
)


def test_good_advice_becomes_overrides_and_the_plan_stays() -> None:
    answer = {"1A": {"size": "close-up", "move": "push in", "seconds": 4, "note": "she understands"}}
    film, changed, said = advice.taken(FILM, answer)
    assert changed == ("1A",) and not said
    assert film.shots[0].size == "close-up" and film.shots[0].seconds == 4.0
    assert film.scenes == FILM.scenes


def test_what_does_not_hold_is_left_out_and_said() -> None:
    answer = {
        "9Z": {"size": "wide"},
        "1A": {"size": "huge", "seconds": -3, "lens": True, "id": "x", "left_out": True, "angle": "low"},
        "1B": {"size": "close-up"},
        "x": 3,
    }
    film, changed, said = advice.taken(FILM, answer)
    assert changed == ("1A",)
    assert film.overrides["1A"] == {"angle": "low"}
    assert film.overrides["1B"] == {"size": "wide"}  # the hand's word stands
    assert len(said) == 8


@pytest.mark.parametrize("text", ['{"1A": {}}', 'Sure!\n```json\n{"1A": {}}\n```\nDone.', 'Here: {"1A": {}} .'])
def test_an_answer_is_found_among_words(text: str) -> None:
    assert advice.read(text) == {"1A": {}}


@pytest.mark.parametrize("text", ["", "no", "[1]", "{", "{" * 300_000])
def test_an_answer_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(MediaError):
        advice.read(text)


def test_the_schema_names_every_shot_and_the_prompt_tells_the_scene() -> None:
    assert list(advice.schema(FILM)["properties"]) == ["1A", "1B"]
    json.dumps(advice.schema(FILM))
    text = advice.prompt(FILM)
    assert "Anna: He is gone." in text and "SHOT 1A" in text
