"""Spoken lines: with a synthesiser where there is one, with the text alone otherwise."""

from __future__ import annotations

from itertools import pairwise

import pytest

from maquette.core.errors import UsageError
from maquette.makers.film import espeak
from maquette.makers.film.letters import sounds
from maquette.makers.film.numbers import in_words
from maquette.makers.film.speech import Utterance, plain, speak, speak_all
from maquette.media.phones import PHONES, parts

LINES = {
    "en": "Hello, my dear friend. I have 25 thoughts about the weather!",
    "ru": "Здравствуй, мой друг! Где ты была всю ночь?",
    "fr": "Bonjour mon ami, quelle belle journée aujourd'hui !",
    "es": "¿Dónde estás, niño? Llegó el árbol verde.",
}
installed = pytest.mark.skipif(not espeak.program(), reason="espeak-ng is not installed")


def silent(text: str, language: str = "en") -> object:
    return speak_all([Utterance(text, language)], synthesiser=False)[0]


@pytest.mark.parametrize("language", LINES)
@pytest.mark.parametrize("synthesiser", [False, pytest.param(True, marks=installed)])
def test_a_line_has_sounds_words_and_stresses_in_order(language, synthesiser):
    spoken = speak_all([Utterance(LINES[language], language)], synthesiser=synthesiser)[0]
    assert spoken.source == ("espeak-ng" if synthesiser else "text")
    assert 1.5 < spoken.seconds < 8
    for spans in (spoken.phones, spoken.words):
        assert all(start < end for start, end, _ in spans)
        assert all(one[1] <= other[0] + 1e-6 for one, other in pairwise(spans))
    assert all(phone in PHONES for _, _, phone in spoken.phones)
    assert len(spoken.words) >= 6 and len(spoken.stresses) >= 4
    assert any(not phone and end - start > 0.1 for start, end, phone in spoken.phones[1:-1]), "the comma is heard"
    assert (len(spoken.sound) > 0) == synthesiser


@installed
def test_the_sound_stops_where_the_times_say_it_does():
    spoken = speak(LINES["en"], voice="+f3", emotion="angry")
    assert len(spoken.sound) / spoken.rate == pytest.approx(spoken.phones[-1][1], abs=0.05)
    for start, end, phone in spoken.phones[1:-1]:
        if not phone and end - start > 0.15:
            middle = spoken.sound[int((start + 0.06) * spoken.rate) : int((end - 0.04) * spoken.rate)]
            assert abs(middle).max() < 0.02, "a pause is silent"


@installed
def test_feelings_are_heard_and_the_same_line_sounds_the_same():
    slow, fast, again = speak_all(
        [Utterance("Where have you been?", emotion=one) for one in ("tired", "afraid", "tired")]
    )
    assert slow.seconds > fast.seconds * 1.2
    assert (slow.sound == again.sound).all()


@installed
def test_an_unknown_voice_gives_way_to_the_language_and_says_so():
    spoken = speak("Hello there.", voice="zz-nobody")
    assert len(spoken.sound) and "zz-nobody" in spoken.said[0]


def test_without_a_synthesiser_the_film_is_timed_and_it_is_said(monkeypatch):
    monkeypatch.setenv("MAQUETTE_ESPEAK", "none")
    espeak.forget()
    try:
        spoken = speak("Nobody speaks here.")
    finally:
        monkeypatch.undo()
        espeak.forget()
    assert spoken.source == "text" and not len(spoken.sound) and spoken.words
    assert "not installed" in spoken.said[0]


def test_a_synthesiser_that_breaks_costs_no_line(monkeypatch, tmp_path):
    broken = tmp_path / "espeak-ng"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(espeak, "program", lambda: str(broken))
    monkeypatch.setattr(espeak, "_library", lambda: "")
    (spoken,) = speak_all([Utterance("Nothing comes back.")])
    assert spoken.source == "text" and "no sound for 1 of 1" in spoken.said[0]


@pytest.mark.parametrize("wrong", [{"emotion": "cross"}, {"rate": 9}, {"pitch": 0.01}, {"voice": "en; rm"}])
def test_what_is_no_voice_is_an_error_that_helps(wrong):
    with pytest.raises(UsageError) as told:
        speak("Hello.", **wrong)
    assert told.value.mend


def test_marks_of_a_script_are_not_spoken():
    assert plain("I *never* said\n_that_. [[check this]] Go\\*") == "I never said that. Go*"


@pytest.mark.parametrize(
    ("word", "language", "heard"),
    [("night", "en", "n a ɪ t"), ("making", "en", "m e ɪ k ɪ ŋ"), ("друг", "ru", "d r u k"), ("что", "ru", "ʃ t o"),
     ("молоко", "ru", "m ɐ l ɐ k o"), ("bateau", "fr", "b a t o"),
     ("chanson", "fr", "ʃ ɑ s ɔ"), ("lluvia", "es", "l u β j a"),
     ("guitarra", "es", "ɡ i t a r a"), ("queso", "es", "k e s o")],
)  # fmt: skip
def test_spelling_becomes_sounds(word, language, heard):
    if word == "молоко":
        word = "молоко\u0301"
    assert " ".join(phone for phone, _ in sounds(word, language)) == heard


def test_numbers_are_said_in_the_line_s_language():
    assert in_words("1905", "en") == "one thousand nine hundred five"
    assert in_words("2001", "ru").replace("\u0301", "") == "две тысячи один"
    assert in_words("91", "fr") == "quatre-vingt onze"
    assert in_words("21", "es") == "veinte y uno"


def test_an_unknown_language_is_timed_and_it_is_said():
    spoken = silent("Dzień dobry.", "pl")
    assert spoken.words and "'pl'" in spoken.said[0]
    assert parts("d͡ʒɛ̃ː") == ("tʃ", "ɛ")
