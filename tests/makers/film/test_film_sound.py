"""What a person may rely on in the sound of a film."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from maquette.core.types import Request, Work
from maquette.makers.film import cues, foley, foley_sounds, mix
from maquette.media.film import Film, Line, Scene, Shot
from maquette.media.loudness import loudness
from maquette.media.motion import HOUSE, Motion
from maquette.media.sound import Sound
from maquette.media.stage import Acting, Performance, Stage


@pytest.fixture(autouse=True)
def short_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places come round after two seconds: making twenty of each takes too long here."""
    monkeypatch.setattr(foley_sounds, "LOOP", 2.0)
    foley_sounds.place.cache_clear()


def voice(start: float, seconds: float = 1.0) -> mix.Speech:
    dice = np.random.default_rng(3)
    sound = 0.1 * dice.standard_normal(round(seconds * 22050)).astype(np.float32)
    return mix.Speech("1.01", start, sound, 22050)


def test_music_goes_down_under_speech_and_comes_back() -> None:
    duck = mix.ducking([(2.0, 3.0)], 0.0, 6 * mix.RATE, mix.DUCKED)
    assert duck[mix.RATE] == 1.0
    assert 20 * np.log10(duck[round(2.5 * mix.RATE)]) == pytest.approx(-12, abs=0.01)
    assert duck[round(5.5 * mix.RATE)] == 1.0
    assert np.abs(np.diff(duck)).max() < 0.001  # no click


def test_the_mix_is_brought_to_minus_sixteen_and_never_over_its_ceiling() -> None:
    track = mix.Track(
        6.0, (voice(0.5), voice(2.0, 2.0)), (), (foley.Cue(4.5, "knock", 0.4),), (mix.Place(0, 6, "void"),)
    )
    mixed = mix.measured(track)
    sound = mix.whole(track, mixed)
    assert sound.length == 6 * mix.RATE
    assert abs(loudness(sound) - mix.TARGET) < 1
    assert mixed.peak <= -1.0


def test_a_film_in_pieces_sounds_as_it_does_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    track = mix.Track(
        5.0, (voice(0.5), voice(2.2, 2.0)), (), (foley.Cue(1.9, "door", 0.4),), (mix.Place(0, 5, "castle"),)
    )
    whole = mix.sum_of(mix.stems(track, 0.0, 5.0))
    monkeypatch.setattr(mix, "BLOCK", 1.3)
    pieces = np.concatenate([mix.sum_of(one) for _, one in mix._blocks(track, 0.0, None)])
    assert np.abs(pieces - whole).max() < 1e-4


def test_a_silent_film_is_silent_and_no_error() -> None:
    track = mix.Track(1.0)
    mixed = mix.measured(track)
    assert mixed.silent
    assert mix.whole(track, mixed).length == mix.RATE


def test_a_voice_keeps_its_pitch_at_another_rate() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(22050) / 22050).astype(np.float32)
    made = mix.resampled(tone, 22050, 48000)
    wanted = np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)
    assert len(made) == 48000
    assert np.abs(made[2000:-2000] - wanted[2000:-2000]).max() < 0.01


@pytest.mark.parametrize("kind", ["step wood", "door", "phone", "glass", "pour"])
def test_every_made_sound_is_one_and_the_same_each_time(kind: str) -> None:
    one = foley_sounds.SOUNDS[kind](np.random.default_rng(1))
    assert np.isfinite(one).all()
    assert np.array_equal(one, foley_sounds.SOUNDS[kind](np.random.default_rng(1)))
    assert np.abs(foley_sounds.sound(kind)).max() == pytest.approx(0.9, abs=0.01)


def test_what_the_script_names_is_heard_where_it_is_told() -> None:
    line = Line("1.02", "action", "Anna waits. Then a knock at the door.")
    (knock,) = foley.of_lines([(line, 10.0, 14.0)])
    assert knock.kind == "knock"
    assert 11 < knock.second < 13.5
    assert foley.kind_of("телефон") == "phone"
    assert foley.kind_of("training") == ""
    spoken = Line("1.03", "dialogue", "Was that the door?")
    assert foley.of_lines([(spoken, 0, 1)]) == []


def walking(steps: int = 4, fps: float = 30.0) -> Acting:
    """Somebody whose feet come down by turns, drawn by hand: hips go forward, a foot stands while the other is up."""
    each = 15
    count = steps * each
    root = np.zeros((count, 3), np.float32)
    root[:, 1], root[:, 2] = 1.0, np.arange(count) * 1.2 / fps
    motion = Motion(HOUSE, root, np.tile(np.array([0, 0, 0, 1], np.float32), (count, 22, 1)), fps)
    zero = np.zeros(count, np.uint8)
    gaze = np.full((count, 3), np.nan, np.float32)
    return Acting("anna", motion, zero, zero.astype(np.float32), gaze, zero, np.ones(count, bool))


def test_feet_that_come_down_are_heard_from_their_side(monkeypatch: pytest.MonkeyPatch) -> None:
    acting = walking()
    down = np.zeros((acting.motion.frames, 4), bool)
    down[10:18, :2] = down[25:33, 2:] = down[40:48, :2] = True
    monkeypatch.setattr(foley, "contacts", lambda motion: down)
    played = Performance("1", Stage("street"), (acting,), 30.0, (("1A", 0.0, 1.0), ("1B", 1.0, 2.0)))
    found = foley.of_performance(played, [("1A", 5.0, 0.0, 1.0), ("1B", 0.0, 1.0, 2.0)])
    assert [round(one.second, 2) for one in found] == [
        round(5 + 10 / 30, 2),
        round(5 + 25 / 30, 2),
        round(40 / 30 - 1, 2),
    ]
    assert {one.kind for one in found} == {"step stone"}
    gone = dataclasses.replace(acting, here=np.zeros(acting.motion.frames, bool))
    assert foley.of_performance(dataclasses.replace(played, acting=(gone,)), [("1A", 0.0, 0.0, 1.0)]) == []


def film(*moods: str) -> Film:
    scenes = tuple(
        Scene(
            str(n), "INT. ROOM", mood=mood, shots=(Shot(f"{n}A", "establishing", seconds=8), Shot(f"{n}B", seconds=8))
        )
        for n, mood in enumerate(moods, 1)
    )
    return Film("A", scenes=scenes)


def test_every_scene_has_its_music_and_scenes_of_one_mood_share_it() -> None:
    places = cues.spotted(film("sad", "sad", "happy"), lead=3.0)
    assert [(one.mood, one.start, one.seconds) for one in places] == [("sad", 0.0, 35.0), ("happy", 35.0, 16.0)]
    assert all(0 < hit < one.seconds for one in places for hit in one.hits)
    assert cues.main_mood(film("sad", "neutral", "neutral")) == "sad"


def test_without_a_model_there_is_no_music_and_no_error() -> None:
    class Empty:
        def ask(self, craft: str, prompt: str, *, seed: int = 0, **controls: object) -> Work[object] | None:
            return None

        def cards(self) -> dict[str, dict[str, object]]:
            return {}

    assert cues.composed(cues.spotted(film("sad"), lead=0), Empty()) == ()


def test_hits_that_cannot_be_kept_are_left_out() -> None:
    from maquette.core.errors import UsageError
    from maquette.media.score import Score

    asked: list[dict[str, object]] = []

    class Stubborn:
        def ask(self, craft: str, prompt: str, *, seed: int = 0, **controls: object) -> Work[object] | None:
            asked.append(controls)
            if "hits" in controls:
                raise UsageError("no")
            return Work(Score(()), Request(craft, prompt, None), seed, "")

        def cards(self) -> dict[str, dict[str, object]]:
            return {}

    (made,) = cues.composed([cues.MusicCue("1", 0, 20, "sad", (7.0,))], Stubborn())
    assert len(asked) == 2
    assert asked[1]["length"] == "20s" or asked[1]["length"] == "20.0s"
    assert made.cue.mood == "sad"


def test_loudness_of_pieces_is_that_of_the_whole() -> None:
    dice = np.random.default_rng(5)
    sound = (0.1 * dice.standard_normal((5 * mix.RATE, 2))).astype(np.float32)
    found = mix._loudness(iter([sound[: 2 * mix.RATE], sound[2 * mix.RATE :]]))
    assert found == pytest.approx(loudness(Sound(sound, mix.RATE)), abs=0.05)
