"""The lexicon of films: what it says can be played, stood on a set and drawn, in both languages."""

from __future__ import annotations

import tomllib

import pytest

from maquette.makers.film import doings, lexicon, mentions, people, pieces, sets
from maquette.makers.film.lexicon import forms
from maquette.makers.film.sentences import split
from maquette.makers.motion_words import deed
from maquette.media.film import BUILDS, COSTUMES, EMOTIONS, HAIR, Person

DATA = tomllib.loads(lexicon.FILE.read_text("utf-8"))


def test_every_motion_can_be_played():
    for verb in DATA["verb"]:
        assert deed(verb["motion"], "") is not None, verb["motion"]
        assert verb.get("posture", "") in ("", "stand", "sit", "lie", "lean")
        assert verb.get("emotion", "neutral") in EMOTIONS
    assert sum(len(verb["en"].split(",")) for verb in DATA["verb"]) >= 400
    assert sum(len(verb["ru"].split(",")) for verb in DATA["verb"]) >= 400


def test_every_thing_and_place_can_be_drawn():
    for group in ("hand", "set"):
        for kind in DATA["props"][group]:
            assert kind in pieces.PIECES, kind
    for kind in DATA["places"]:
        assert kind in sets.KINDS, kind
    assert set(DATA["emotions"]) == set(EMOTIONS)
    assert set(DATA["looks"]["build"]) <= set(BUILDS) and set(DATA["looks"]["costume"]) <= set(COSTUMES)
    assert set(DATA["looks"]["hair"]) <= set(HAIR)


@pytest.mark.parametrize(
    ("verb", "some"),
    [("stop", "stopped stopping stops"), ("carry", "carries carried"), ("take", "took taken taking"),
     ("die", "dying dies"),
     ("enter", "entered entering"), ("kiss", "kisses"), ("whirl", "whirled"), ("free", "freeing")],
)  # fmt: skip
def test_english_verbs_have_their_forms(verb, some):
    assert set(some.split()) <= forms(verb)


def read(text: str, **female: bool | None) -> list[tuple[str, str, str]]:
    names = {name: name for name in female}
    names |= {"анна": "анна", "борис": "борис"} if any("а" <= letter <= "я" for letter in text.casefold()) else {}
    memory = mentions.Memory({"анна": True, "борис": False, **female}, names, here=tuple(female))
    found = [doings.read_sentence(sentence, memory) for sentence in split(text)]
    return [(one.who, one.motion, one.to) for part in found for one in part.doings]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Anna gives Ben the letter and sits down.", [("anna", "gives", "ben"), ("anna", "sits down", "")]),
        ("Anna and Ben dance. They stop.", [("anna", "dances", ""), ("ben", "dances", ""), ("anna", "stands", ""),
                                             ("ben", "stands", "")]),
        ("Ben storms out.", [("ben", "walks fast", "exit")]),
        ("Anna looks at Ben. He turns away, then she leaves.",
         [("anna", "looks", "ben"), ("ben", "turns around", ""), ("anna", "walks out", "exit")]),
        ("Anna, a tall woman in a worn coat, enters.", [("anna", "walks in", "door")]),
        ("Anna (30), in a green dress, stands by the wall.", [("anna", "stands", "wall")]),
        ("Anna slowly walks to the window.", [("anna", "walks slowly", "window")]),
        ("Anna shakes her head. Shrugs.", [("anna", "shakes head", ""), ("anna", "shrugs", "")]),
        ("In comes Ben, carrying a suitcase.", [("ben", "walks in", "door"), ("ben", "walks", "suitcase")]),
        ("Anna enters. Ben takes the hat off the wall and hugs her.",
         [("anna", "walks in", "door"), ("ben", "picks up", "hat"), ("ben", "hugs", "anna")]),
        ("Ben takes his coat off. Anna picks it up.", [("ben", "dresses", ""), ("anna", "picks up", "")]),
        ("Anna looks at Ben. He takes her hand.", [("anna", "looks", "ben"), ("ben", "picks up", "")]),
        ("The dog barks. Heavy steps. A hand on the door.", []),
        ("Anna's hands tremble.", []),
        ("Входит Борис. Анна медленно встает и подходит к нему.",
         [("борис", "walks in", "door"), ("анна", "stands up", ""), ("анна", "walks", "борис")]),
        ("Борис обнимает Анну. Она плачет.", [("борис", "hugs", "анна"), ("анна", "stands", "")]),
        ("Анна садится на стул и открывает письмо.", [("анна", "sits down", "chair"), ("анна", "opens", "letter")]),
    ],
)  # fmt: skip
def test_who_does_what_is_read_from_a_sentence(text, wanted):
    assert read(text, anna=True, ben=False) == wanted


def test_descriptions_are_drawn():
    def look(about: str, name: str = "Sam"):
        return people.look_of(Person("a", name, about=about), None, [])

    assert look("SAM (70), bald, with a beard and glasses").build == "old"
    assert look("SAM (70), bald, with a beard and glasses").beard and look("SAM, bearded, in glasses").glasses
    assert look("SAM (9), a boy in overalls").build == "child" and look("SAM, a soldier").costume == "uniform"
    assert look("САМ (8), рыжий мальчик").hair_colour == "#a3472a"
    many: list[Person] = [Person(f"p{n}", f"Person {n}") for n in range(8)]
    looks = [one.look for one in people.with_looks(many, {})]
    assert len({(one.hair, one.top, one.costume) for one in looks}) == 8
