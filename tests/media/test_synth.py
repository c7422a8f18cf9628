"""What a musician may rely on when a score is played."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MediaError, MissingExtra, UsageError
from maquette.media import soundfont, synth
from maquette.media.score import TPQ, Mark, Note, Part, Score, Tempo, regular_bars
from maquette.media.synth_drums import SOUNDS
from maquette.media.synth_room import ROOMS, response
from maquette.media.synth_table import instruments
from maquette.media.synth_words import vowel, vowels

RATE = 44100


def one(program: int = 0, pitch: int = 60, beats: float = 1, velocity: int = 90, drums: bool = False) -> Score:
    """One note from the second beat on, 120 a minute."""
    note = Note(TPQ, int(beats * TPQ), pitch, velocity)
    return Score((Part("a", program, (note,), drums),), regular_bars(1), tempi=(Tempo(0, 120),))


def pitch_of(samples: np.ndarray, rate: int = RATE) -> float:
    """The fundamental by autocorrelation, in MIDI numbers, refined between lags."""
    piece = samples[: rate // 3] * np.hanning(rate // 3)
    power = np.abs(np.fft.rfft(piece, 1 << 16)) ** 2
    found = np.fft.irfft(power)[: rate // 25]
    first = np.argmax(found < 0)
    peaks = np.flatnonzero((found[1:-1] > found[:-2]) & (found[1:-1] >= found[2:])) + 1
    peaks = peaks[(peaks > first) & (found[peaks] > 0.85 * found[first:].max())]
    lag = int(peaks[0])
    left, middle, right = found[lag - 1 : lag + 2]
    exact = lag + 0.5 * (left - right) / (left - 2 * middle + right)
    return float(69 + 12 * np.log2(rate / exact / 440))


@pytest.mark.parametrize("program", range(0, 128, 7))
def test_every_program_sounds_without_click_clipping_or_offset(program):
    sound = synth.render(one(program), room="")
    loud = np.abs(sound.samples)
    assert np.isfinite(sound.samples).all() and 0.005 < loud.max() < 0.9
    assert loud[: RATE // 2 - 10].max() < 1e-4, "nothing sounds before the note"
    assert loud[-20:].max() < 1e-3 and abs(float(sound.samples.mean())) < 1e-3
    start = sound.samples[RATE // 2 - 2 : RATE // 2 + 6]
    assert np.abs(np.diff(start, axis=0)).max() < 0.3 * loud.max(), "it begins without a step"


def test_all_of_general_midi_has_an_instrument():
    assert len(instruments()) == 128
    assert set(range(35, 82)) <= set(SOUNDS)


@pytest.mark.parametrize("program", [0, 6, 16, 24, 40, 42, 46, 56, 60, 68, 71, 73, 80])
@pytest.mark.parametrize("pitch", [57, 64])
def test_instruments_are_in_tune(program, pitch):
    sound = synth.render(one(program, pitch), room="").samples[RATE // 2 + 4000 :, 0]
    heard = pitch_of(sound)
    assert (heard - pitch) % 12 == pytest.approx(0, abs=0.12) or (heard - pitch) % 12 == pytest.approx(12, abs=0.12)


def test_louder_notes_are_brighter_and_high_notes_of_the_piano_die_sooner():
    def centroid(velocity: int) -> float:
        piece = synth.render(one(0, 60, 2, velocity), room="").mono()[RATE // 2 : RATE]
        power = np.abs(np.fft.rfft(piece * np.hanning(len(piece)))) ** 1.5
        return float((power * np.arange(len(power))).sum() / power.sum())

    assert centroid(120) > 1.15 * centroid(40)

    def fall(pitch: int) -> float:
        x = synth.render(one(0, pitch, 3), room="").mono()[RATE // 2 :]
        early, late = (float(np.sqrt((x[s : s + 4000] ** 2).mean())) for s in (2000, 2000 + RATE))
        return float(20 * np.log10(early / late))

    assert 4 < fall(48) < 20 and fall(84) > 1.5 * fall(48)


def test_the_same_score_sounds_the_same_and_another_seed_differs_a_little():
    score = Score(
        (Part("a", 0, tuple(Note(beat * TPQ, TPQ, 60, 80) for beat in range(4))),),
        regular_bars(1),
        tempi=(Tempo(0, 160),),
    )
    first, again, other = (synth.render(score, seed=seed).samples for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    n = min(len(first), len(other))
    assert 0 < np.abs(first[:n] - other[:n]).max() < 0.1


def test_stems_add_up_to_the_mix_and_are_as_long():
    score = Score(
        (
            Part("flute", 73, (Note(0, TPQ * 2, 76),)),
            Part("bass", 33, (Note(0, TPQ, 36),)),
            Part("silent", 0),
            Part("drums", 0, (Note(0, 60, 36), Note(TPQ, 60, 38)), drums=True),
        ),
        regular_bars(1),
        tempi=(Tempo(0, 150),),
    )
    played = synth.play(score, synth.Stage(), stems=True)
    assert [stem.title for stem in played.stems] == ["flute", "bass", "drums"]
    assert {stem.length for stem in played.stems} == {played.mix.length}
    total = sum(stem.samples for stem in played.stems)
    assert np.abs(total - played.mix.samples).max() < 1e-6
    assert np.abs(synth.render(score).samples - played.mix.samples).max() < 1e-5


def test_an_open_hat_ends_where_its_stand_is_closed():
    def tail(*strokes: tuple[int, int]) -> float:
        notes = tuple(Note(start, 30, pitch, 100) for start, pitch in strokes)
        score = Score((Part("d", 0, notes, True),), regular_bars(1), tempi=(Tempo(0, 120),))
        sound = synth.render(score, room="").samples[int(0.42 * RATE) : int(0.6 * RATE)]
        return float(np.sqrt((sound**2).mean()))

    rings, choked = tail((0, 46)), tail((0, 46), (240, 42))
    assert choked < 0.4 * rings


def test_metre_and_dynamics_shape_a_score_without_velocities():
    notes = tuple(Note(beat * TPQ, TPQ // 4, 60) for beat in range(8))

    def levels(part: Part) -> list[float]:
        made = synth.render(Score((part,), regular_bars(2), tempi=(Tempo(0, 120),)), room="").mono()
        return [float(np.abs(made[k * RATE // 2 + 200 : k * RATE // 2 + 9000]).max()) for k in range(8)]

    plain = levels(Part("a", 24, notes))
    assert plain[0] > plain[1] and plain[4] > plain[3]
    marked = levels(Part("a", 24, notes, dynamics=(Mark(0, "p"), Mark(4 * TPQ, "ff"))))
    assert min(marked[4:]) > 2 * max(marked[:4])


def test_parts_sit_apart_and_basses_in_the_middle():
    parts = tuple(Part(str(n), program, (Note(0, TPQ, 60),)) for n, program in enumerate([40, 40, 41, 42, 33]))
    places = synth.Plan.of(Score(parts, regular_bars(1)), synth.Stage()).places
    assert places[0] < places[1] < 0 < places[2] < places[3] and places[4] == 0
    assert max(map(abs, places)) < 0.7


def test_a_score_that_cannot_be_played_says_why():
    with pytest.raises(MediaError, match="no note"):
        synth.render(Score((Part("a"),), regular_bars(1)))
    with pytest.raises(UsageError, match="22050"):
        synth.render(one(), rate=22050)
    with pytest.raises(UsageError, match="bathroom"):
        synth.render(one(), room="bathroom")
    slow = Score(one().parts, regular_bars(9), tempi=(Tempo(0, 0.01),))
    with pytest.raises(MediaError, match="hours"):
        synth.render(slow)


def test_notes_after_the_last_bar_and_of_no_length_still_sound():
    note = Note(9 * TPQ, 1, 60, 100)
    score = Score((Part("a", 73, (note,)),), regular_bars(1), tempi=(Tempo(0, 240),))
    assert np.abs(synth.render(score, room="").samples[int(9 * 0.25 * RATE) :]).max() > 0.005


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_fade_and_differ_between_the_ears(room):
    made = response(room, RATE)
    assert np.abs(made[:, -10:]).max() < 1e-4
    assert abs(float(np.corrcoef(made)[0, 1])) < 0.2
    assert np.allclose((made**2).sum(axis=1), 1, atol=0.01)


@pytest.mark.parametrize(
    ("syllable", "sung"),
    [("love", "o"), ("See-", "e"), ("Kind", "i"), ("день", "e"), ("лю-", "u"), ("мой", "o"), ("ё", "o"), ("Ü-", "u")],
)
def test_syllables_are_sung_on_their_vowel(syllable, sung):
    assert vowel(syllable) == sung


def test_notes_without_a_syllable_stay_on_the_last_vowel():
    notes = [Note(0, 1, 60, lyric=text) for text in ("", "nu", "", "ja", "")]
    assert vowels(notes) == ["a", "u", "u", "a", "a"]


def test_a_soundfont_is_found_by_its_licence_and_its_absence_is_named(tmp_path, monkeypatch):
    head = b"RIFF\x10\0\0\0sfbk" + bytes(16)
    for name in ("TimGM6mb.sf2", "FluidR3_GM.sf2", "MuseScore_General.sf3", "Meins.sf3", "kein.txt"):
        (tmp_path / name).write_bytes(head)
    (tmp_path / "broken.sf2").write_bytes(b"nothing")
    monkeypatch.setattr(soundfont, "folders", lambda: [tmp_path, tmp_path / "missing"])
    there = soundfont.installed()
    names = ["MuseScore_General.sf3", "FluidR3_GM.sf2", "TimGM6mb.sf2", "Meins.sf3"]
    assert [font.path.name for font in there] == names
    assert there[0].licence == "MIT" and not there[0].warning
    assert "listening only" in there[2].warning and "look it up" in there[3].warning
    assert soundfont.choose("auto").path.name == "MuseScore_General.sf3"
    with pytest.raises(MediaError, match="no SoundFont"):
        soundfont.font_of(tmp_path / "broken.sf2")
    monkeypatch.setattr(soundfont, "folders", lambda: [tmp_path / "missing"])
    with pytest.raises(MediaError, match="no SoundFont is installed") as told:
        soundfont.choose("auto")
    assert "fluid-soundfont-gm" in told.value.mend
    monkeypatch.setitem(__import__("sys").modules, "tinysoundfont", None)
    with pytest.raises(MissingExtra, match="tinysoundfont"):
        soundfont.play(one(), synth.Stage(), there[0])


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_folders_to_look_in(platform, monkeypatch):
    monkeypatch.setattr(soundfont.sys, "platform", platform)
    monkeypatch.setenv("ProgramFiles", "C:/Program Files")
    assert len(soundfont.folders()) >= 4
