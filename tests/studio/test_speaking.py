"""Spoken lines and mouths that are kept."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.core.errors import MissingExtra, RightsError, UsageError
from maquette.data import likeness
from maquette.makers.film import espeak
from maquette.makers.film.speech import Utterance
from maquette.media.sound import Sound, write
from maquette.studio.speaking import lips, voice
from maquette.studio.studio import Studio

installed = pytest.mark.skipif(not espeak.program(), reason="espeak-ng is not installed")


@pytest.fixture
def recording(tmp_path):
    dice = np.random.default_rng(0)
    return write(Sound((dice.normal(size=(8000, 1)) * 0.1).astype(np.float32), 16_000), tmp_path / "голос.wav")


@installed
def test_a_synthesised_line_is_signed_says_so_and_needs_no_consent(tmp_path):
    studio = Studio()
    made = voice(studio, Utterance("Where have you been?", voice="+f3"), out=tmp_path, mouths="json")
    assert made.sound and made.mouths
    assert studio.verdict(made.sound.path).holds and studio.verdict(made.mouths.path).holds
    told = json.loads(made.mouths.path.read_text(encoding="utf-8"))
    assert told["metadata"]["soundFile"] == made.sound.path.name and len(told["mouthCues"]) > 8
    again = lips(studio, made.sound.path, "Where have you been?", "en", out=tmp_path)
    assert again.mouths and again.mouths.path.suffix == ".tsv"
    assert made.as_dict()["words"][0]["word"] == "Where"


def test_a_real_voice_is_worked_on_only_with_consent(recording, tmp_path):
    with pytest.raises(RightsError, match="consent"):
        lips(Studio(), recording, "", "ru", out=tmp_path)
    agreed = likeness.new("Анна", ("voice",), use="a film")
    made = lips(Studio(), recording, "", "ru", consents=[agreed], out=tmp_path)
    assert made.mouths and any("guessed" in word for word in made.remarks)


def test_without_a_synthesiser_there_is_no_sound_but_there_are_mouths(tmp_path, monkeypatch):
    monkeypatch.setattr(espeak, "program", lambda: "")
    with pytest.raises(MissingExtra) as told:
        voice(Studio(), Utterance("Nobody speaks."), out=tmp_path)
    assert "--mouths" in told.value.mend
    made = voice(Studio(), Utterance("Nobody speaks."), out=tmp_path, mouths="tsv")
    assert made.sound is None and made.mouths and "not installed" in made.remarks[0]


def test_another_kind_of_mouths_is_refused(recording, tmp_path):
    with pytest.raises(UsageError, match="xml"):
        lips(Studio(), recording, "", "en", nobody=True, kind="xml", out=tmp_path)


def test_a_language_that_nobody_knows_is_refused(recording, tmp_path):
    with pytest.raises(UsageError, match="'xx'"):
        lips(Studio(), recording, "hm", "xx", nobody=True, out=tmp_path)
    with pytest.raises(UsageError, match="'xx'"):
        voice(Studio(), Utterance("hm", language="xx"), out=tmp_path, mouths="tsv")
