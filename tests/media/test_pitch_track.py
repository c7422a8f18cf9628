"""What a musician may rely on when a line is written down from a recording."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.media.pitch_track import track
from maquette.media.pitch_track_beat import find_beats, to_score
from maquette.media.pitch_track_notes import Heard, hear
from maquette.media.score import check
from takes import RATE, TUNE, sung


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
@pytest.mark.parametrize("pitch", [43, 60, 81])
def test_a_steady_tone_is_heard_within_five_cents(rate, pitch):
    frames = track(sung([(pitch, 1)], rate=rate, vibrato=0), rate)
    middle = frames.pitch[30:60]
    assert np.nanmax(np.abs(middle - pitch)) < 0.05


def test_every_note_of_a_sung_tune_is_found_with_those_sung_again():
    take = hear(sung(TUNE), RATE)
    assert take.pitches == tuple(pitch for pitch, _ in TUNE)
    starts = 0.2 + 0.5 * np.cumsum([0, *(beats for _, beats in TUNE[:-1])])
    assert np.abs(np.array([note.start for note in take.notes]) - starts).max() < 0.05


def test_a_singer_who_is_thirty_cents_low_gets_the_tune_she_meant():
    take = hear(sung(TUNE, cents=-30), RATE)
    assert take.pitches == tuple(pitch for pitch, _ in TUNE)
    assert take.tuning == pytest.approx(-30, abs=6)


def test_vibrato_of_almost_a_semitone_makes_no_notes_of_its_own():
    take = hear(sung([(64, 3), (67, 3)], vibrato=80), RATE)
    assert take.pitches == (64, 67)


def test_noise_twenty_decibels_below_costs_no_note():
    samples = sung(TUNE)
    noise = np.random.default_rng(0).normal(0, np.sqrt((samples**2).mean()) / 10, len(samples))
    assert hear(samples + noise, RATE).pitches == tuple(pitch for pitch, _ in TUNE)


def test_tempo_and_bars_are_found_and_said_to_be_guesses():
    beats = find_beats(hear(sung(TUNE, beat=0.6), RATE).notes)
    assert beats.bpm == pytest.approx(100, rel=0.02) and beats.metre == (4, 4)
    assert 0 < beats.sure < 1


def test_a_quantised_take_is_the_tune_on_its_grid():
    take = hear(sung(TUNE), RATE)
    score = to_score(take, find_beats(take.notes, bpm=120, metre=(4, 4), grid="1/8"), grid="1/8")
    assert [(n.pitch, n.length / 480) for n in check(score).parts[0].notes] == [(p, float(b)) for p, b in TUNE]
    assert [bar.length for bar in score.bars] == [1920] * 4
    assert (score.keys[0].tonic, score.tempi[0].bpm) == (5, 120)


def test_without_a_grid_every_note_keeps_its_own_time():
    take = hear(sung(TUNE), RATE)
    score = to_score(take, find_beats(take.notes, bpm=120, metre=(4, 4)))
    heard = np.array([note.start for note in take.notes])
    written = np.array([score.seconds(note.start) for note in score.parts[0].notes])
    assert np.abs((written - written[0]) - (heard - heard[0])).max() < 0.002


def test_a_pick_up_becomes_a_short_bar():
    notes = [(60, 1), (65, 2), (67, 1), (69, 2), (67, 1), (65, 2), (62, 1), (65, 3)]
    take = hear(sung(notes, beat=0.45), RATE)
    score = to_score(take, find_beats(take.notes, metre=(3, 4), grid="1/8"), grid="1/8")
    assert score.bars[0].length == 480 and {bar.length for bar in score.bars[1:]} == {1440}


def test_a_tempo_that_breathes_still_falls_on_the_grid():
    at, notes = 0.0, []
    for number in range(24):
        beat = 0.5 * (1 + 0.08 * np.sin(number / 4))
        notes.append(Heard(at, at + beat * 0.9, 60 + number % 5, -3))
        at += beat
    places = find_beats(tuple(notes), bpm=120, metre=(4, 4), grid="1/8").places
    assert np.allclose(np.diff(places), 1)


def test_compound_bars_are_counted_in_dotted_quarters():
    notes = [(60, 1), (62, 0.5), (64, 0.5), (65, 0.5), (67, 0.5), (65, 1), (64, 0.5), (62, 1.5)]
    take = hear(sung(notes, beat=0.6), RATE)
    beats = find_beats(take.notes, bpm=100, metre=(6, 8), grid="1/8")
    score = to_score(take, beats, grid="1/8")
    assert beats.ticks == 720 and score.bars[-1].length == 1440
    assert [note.length for note in score.parts[0].notes] == [480, 240, 240, 240, 240, 480, 240, 720]


@pytest.mark.parametrize(
    ("samples", "rate", "wrong"),
    [
        (np.zeros(RATE), RATE, "silent"),
        (np.ones(800) * 0.1, RATE, "too short"),
        (np.zeros(8000 * 7200), 8000, "120 minutes"),
        (np.random.default_rng(0).normal(0, 0.1, RATE), RATE, "no note"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_plain_words(samples, rate, wrong):
    with pytest.raises(MediaError, match=wrong) as caught:
        hear(samples, rate, "take.wav")
    assert caught.value.mend and caught.value.where == "take.wav"


def test_clipping_and_low_rates_are_told_and_the_notes_still_found():
    loud = np.clip(sung(TUNE) * 5, -1, 1)
    take = hear(loud, RATE)
    assert take.pitches == tuple(pitch for pitch, _ in TUNE)
    assert any("clipped" in line for line in take.said)
    assert any("8000 Hz" in line for line in hear(sung(TUNE, rate=8000), 8000).said)


def test_two_channels_that_cancel_each_other_are_still_heard():
    one = sung(TUNE)
    take = hear(np.stack([one, -one * 0.9], axis=1), RATE)
    assert take.pitches == tuple(pitch for pitch, _ in TUNE)
    assert any("channel" in line for line in take.said)


def test_a_grid_that_is_none_is_named():
    with pytest.raises(UsageError, match="1/7"):
        find_beats((Heard(0, 1, 60, 0), Heard(1, 2, 60, 0)), grid="1/7")
