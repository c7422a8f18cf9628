"""Who speaks with which voice."""

from __future__ import annotations

from pathlib import Path

import pytest

from maquette.core.errors import RightsError, UsageError
from maquette.data import likeness
from maquette.makers.film.voices import consent_in, recordings_in, spoken_lines, utterance, with_voices
from maquette.media.film import Film, Line, Look, Person, Scene


def people(*names: str) -> tuple[Person, ...]:
    return tuple(Person(name.lower(), name) for name in names)


def test_no_two_of_forty_people_sound_alike():
    cast = with_voices(tuple(Person(f"p{n}", f"Person {n}") for n in range(40)))
    assert len({(one.voice, one.pitch) for one in cast}) == 40
    assert all(one.voice for one in cast)


def test_women_men_children_and_the_old_have_their_own_voices():
    cast = (
        Person("anna", "Anna"),
        Person("father", "Father"),
        Person("tim", "Tim", look=Look(build="child")),
        Person("grandmother", "Grandmother", look=Look(build="old")),
    )
    anna, father, tim, old = with_voices(cast)
    assert anna.voice in ("+f2", "+f4") and father.voice.startswith("+m")
    assert tim.pitch > 1.1 and old.voice == "+grandma"


def test_a_voice_that_somebody_has_set_stays_and_nobody_else_gets_it():
    cast = with_voices((Person("a", "Maria"), Person("b", "Anna", voice="+f2"), Person("c", "Emma")))
    assert cast[1].voice == "+f2" and len({(one.voice, one.pitch) for one in cast}) == 3


def test_the_parenthetical_is_heeded():
    anna = with_voices(people("Anna"))[0]
    plain = utterance(Line("1", "dialogue", "Come here.", "anna"), anna, "en")
    whisper = utterance(Line("1", "dialogue", "Come here.", "anna", manner="whispering"), anna, "en")
    slow = utterance(Line("1", "dialogue", "Иди сюда.", "anna", manner="медленно"), anna, "ru")
    shout = utterance(Line("1", "dialogue", "Come!", "anna", manner="shouting"), anna, "en")
    assert whisper.voice == "+whisperf" and slow.rate < plain.rate and shout.emotion == "angry"


def test_a_russian_line_in_an_english_film_is_spoken_in_russian():
    assert utterance(Line("1", "dialogue", "Где ты была?"), None, "en").language == "ru"
    assert utterance(Line("1", "dialogue", "Where were you?"), None, "ru").language == "en"
    assert utterance(Line("1", "dialogue", "Où es-tu ?"), None, "fr").language == "fr"


@pytest.fixture
def film() -> Film:
    lines = (
        Line("1.01", "action", "Anna comes in."),
        Line("1.02", "dialogue", "Where have you been?", "anna", "angry"),
        Line("1.03", "dialogue", "...", "ben"),
        Line("1.04", "dialogue", "At home.", "ben", off=True),
    )
    return Film("Late", people=people("Anna", "Ben"), scenes=(Scene("1", "INT. ROOM", lines=lines),))


def test_every_line_that_is_heard_is_spoken_in_its_order(film):
    told: list[tuple[int, int]] = []
    spoken = spoken_lines(film, synthesiser=False, on_line=lambda done, of: told.append((done, of)))
    assert list(spoken) == ["1.02", "1.04"] and told == [(2, 2)]
    assert all(one.seconds > 0.3 for one in spoken.values())


def test_a_recording_of_no_line_is_named(film):
    with pytest.raises(UsageError, match=r"'9\.99'"):
        spoken_lines(film, {"9.99": Path("9.99.wav")}, synthesiser=False)


def test_real_voices_take_their_lines_only_with_consent(tmp_path):
    (tmp_path / "1.02.wav").write_bytes(b"RIFF")
    with pytest.raises(RightsError, match="agree"):
        recordings_in(tmp_path)
    (tmp_path / "anna.json").write_bytes(likeness.write(likeness.new("Anna", ("face",))))
    with pytest.raises(RightsError):
        recordings_in(tmp_path)
    (tmp_path / "anna-voice.json").write_bytes(likeness.write(likeness.new("Anna", ("voice",), use="a film")))
    assert list(recordings_in(tmp_path)) == ["1.02"]
    assert consent_in(tmp_path)[0]["person"] == "Anna"
