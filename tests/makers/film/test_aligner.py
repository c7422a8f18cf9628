"""Recorded voices: what is heard in them, and when."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.encodings.mel import at_rate, mel
from maquette.makers.film import aligner, espeak, lips
from maquette.makers.film.speech import Spoken, Utterance, speak_all
from maquette.makers.film.voices import recorded
from maquette.media import sound
from maquette.media.phones import PHONES

installed = pytest.mark.skipif(not espeak.program(), reason="espeak-ng is not installed")
LINES = {
    "en": "My brother found the old boat, and we went home.",
    "ru": "Мой брат нашёл лодку, и мы поехали домой.",
    "fr": "Mon frère a trouvé le bateau, et nous sommes partis.",
    "es": "Mi hermano encontró la barca, y nos fuimos a casa.",
}


@pytest.fixture(scope="module")
def spoken() -> dict[str, Spoken]:
    made = speak_all([Utterance(text, language, "+f2") for language, text in LINES.items()])
    return dict(zip(LINES, made, strict=True))


def same(one: Spoken, other: Spoken) -> float:
    return float((lips.mouths(one, other.seconds) == lips.mouths(other, other.seconds)).mean())


@installed
@pytest.mark.parametrize("language", LINES)
def test_the_mouths_of_a_voice_with_its_text_are_the_true_ones(spoken, language):
    truth = spoken[language]
    noise = np.random.default_rng(0).normal(size=len(truth.sound)).astype(np.float32)
    noisy = truth.sound + noise * np.sqrt(np.mean(truth.sound**2)) * 0.1  # 20 dB
    heard = aligner.align(noisy, truth.rate, truth.text, language)
    assert heard.source == "recording" and heard.said == ()
    assert same(heard, truth) > 0.78
    words = {word: start for start, _, word in truth.words}
    off = [abs(start - words[word]) for start, _, word in heard.words if word in words]
    assert len(off) > 5 and np.median(off) < 0.04


@installed
def test_a_voice_alone_is_heard_too(spoken):
    truth = spoken["es"]
    heard = aligner.listen(truth.sound, truth.rate, "es")
    assert heard.words == () and heard.stresses and same(heard, truth) > 0.75


@installed
def test_another_text_than_the_spoken_one_is_noticed(spoken):
    heard = aligner.align(
        spoken["en"].sound, spoken["en"].rate, "Quickly, six thirsty foxes jump in the chilly mist", "en"
    )
    assert "fit badly" in heard.said[0]


@installed
def test_the_same_voice_at_another_rate_and_level_has_the_same_times(spoken, tmp_path):
    truth = spoken["fr"]
    louder = sound.Sound(at_rate(truth.sound, truth.rate, 48_000)[:, None] * 0.2, 48_000)
    (tmp_path / "voix.wav").write_bytes(sound.to_wav(louder))
    heard = recorded(tmp_path / "voix.wav", truth.text, "fr")
    assert heard.rate == 48_000 and same(heard, truth) > 0.75


def test_numpy_gives_what_the_trained_net_gives():
    torch = pytest.importorskip("torch")
    from maquette.nets.aligner import AlignerNet, AlignerSize

    size = json.loads(aligner.WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))["size"]
    net = AlignerNet(AlignerSize(**{**size, "dilations": tuple(size["dilations"])}))
    with np.load(aligner.WEIGHTS) as kept:
        net.load_state_dict({name: torch.from_numpy(kept[name].astype(np.float32)) for name in kept.files})
    frames = np.random.default_rng(0).normal(size=(50, 40)).astype(np.float32)
    with torch.no_grad():
        expected = torch.log_softmax(net(torch.from_numpy(frames)[None])[0], -1).numpy()
    assert np.abs(aligner._net(frames) - expected).max() < 1e-3


@pytest.mark.slow
def test_the_aligner_learns_and_keeps_what_it_learnt(tmp_path):
    pytest.importorskip("torch")
    from maquette.training.aligner import AlignerRecipe, Voices, train

    dice = np.random.default_rng(0)
    phone = np.repeat(dice.integers(0, 3, 400), 10).astype(np.uint8)
    frames = (np.eye(40)[phone] * 3 + dice.normal(size=(4000, 40)) * 0.1).astype(np.float16)
    voices = Voices(frames, phone, np.arange(100, 4001, 100))
    figures = train(voices, AlignerRecipe(minutes=0.02, batch=2, frames=60), tmp_path)
    assert figures["phones"] > 0.8
    assert json.loads((tmp_path / "aligner.json").read_text())["phones"] == list(PHONES)


def test_a_frame_of_numbers_stands_for_a_hundredth_of_a_second():
    tone = np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000).astype(np.float32)
    quiet = np.concatenate([np.zeros(8000, np.float32), tone])
    frames = mel(quiet, 16_000)
    assert frames.shape == (150, 40)
    loud = frames[:, 5:15].max(1)
    assert abs(int(np.flatnonzero(loud > loud.mean())[0]) - 50) <= 1


@pytest.mark.parametrize(
    ("samples", "text"), [(np.zeros(0), "a"), (np.zeros(16_000), "..."), (np.full(16_000, np.nan), "a")]
)
def test_what_cannot_be_aligned_is_an_error_that_helps(samples, text):
    with pytest.raises(UsageError) as told:
        aligner.align(samples.astype(np.float32), 16_000, text)
    assert told.value.mend


def test_a_long_recording_is_tried_in_a_band_with_the_same_result(monkeypatch):
    dice = np.random.default_rng(1)
    states = dice.integers(1, len(PHONES), 60)
    scores = np.full((300, len(PHONES)), -8.0, np.float32)
    scores[np.arange(300), np.repeat(states, 5)] = 0.0
    whole = aligner._held_path(scores, states)
    monkeypatch.setattr(aligner, "_BAND", 10)
    assert (aligner._held_path(scores, states) == whole).all()


@installed
def test_where_only_the_command_is_found_its_speech_is_timed_by_ear(spoken, monkeypatch):
    monkeypatch.setattr(espeak, "_library", lambda: "")
    (heard,) = speak_all([Utterance(LINES["ru"], "ru", "+f2")])
    assert heard.source == "espeak-ng" and len(heard.sound) and same(heard, spoken["ru"]) > 0.75
    assert [word for _, _, word in heard.words][:3] == ["Мой", "брат", "нашёл"] and heard.stresses
