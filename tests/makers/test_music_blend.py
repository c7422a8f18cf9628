"""What a composer may rely on between two tunes, and when she varies one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_blend import distance, interpolate, melody
from maquette.makers.music_vary import contour_change, plan, rhythm_change, vary
from maquette.media.score import Chord, Key, Note, Part, Score, Tempo, check, regular_bars

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 74)


def tune(seed, bars=8, key=0, metre=(4, 4), pickup=0, minor=False):
    dice = np.random.default_rng(seed)
    whole = metre[0] * 1920 // metre[1]
    notes, at, place = [], 0, 4
    end = pickup + bars * whole
    while at < end:
        length = int(min(dice.choice([240, 480, 480, 720, 960]), end - at))
        place = int(np.clip(place + dice.integers(-2, 3), 0, 8))
        pitch = SCALE[place] + key - (minor and SCALE[place] % 12 in (4, 9, 11))
        notes.append(Note(at, length, pitch))
        at += length
    chords = tuple(Chord(pickup + bar * whole, (key + (0, 5, 7, 0)[bar % 4]) % 12) for bar in range(bars))
    keys = (Key(0, key, "minor" if minor else "major"),)
    return Score(
        (Part("flute", 73, tuple(notes)),), regular_bars(bars, *metre, pickup=pickup), keys, (Tempo(0, 100),), chords
    )


def ranks(values):
    return np.argsort(np.argsort(np.array(values) + np.arange(len(values)) * 1e-9))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (tune(1), tune(2)),
        (tune(3, bars=8, key=2), tune(4, bars=16, key=9)),
        (tune(5, pickup=480), tune(6, bars=12, key=7)),
        (tune(7, metre=(6, 8)), tune(8, metre=(6, 8), key=4)),
        (tune(9), tune(10, minor=True)),
    ],
)
def test_every_step_is_further_from_the_one_and_nearer_to_the_other(first, last):
    steps = interpolate(first, last, 7)
    assert steps[0] == first and steps[-1] == last
    away, near = [distance(first, one) for one in steps], [distance(last, one) for one in steps]
    for values in (away, near[::-1]):
        assert np.corrcoef(ranks(values), np.arange(7))[0, 1] >= 0.9, values
    for one in steps[1:-1]:
        check(one)
        assert all(bar.length == bar.full for bar in one.bars[1:])
        assert all(note.end <= one.end for note in one.parts[0].notes)
        assert all(note.pitch % 12 in one.key.scale for note in one.parts[0].notes)
        assert min(len(first.bars), len(last.bars)) <= len(one.bars) <= max(len(first.bars), len(last.bars))


def test_all_parts_go_along():
    def with_bass(score):
        bass = Part(
            "bass", 33, tuple(Note(start, 960, 40 + number % 5) for number, start in enumerate(score.starts[:-1]))
        )
        return Score((*score.parts, bass), score.bars, score.keys, score.tempi, score.chords)

    middle = interpolate(with_bass(tune(1)), with_bass(tune(2)), 3)[1]
    assert [len(part.notes) > 4 for part in middle.parts] == [True, True]


def test_the_distance_is_the_same_in_every_key():
    assert distance(tune(1), tune(1, key=5)) == 0
    assert distance(tune(1), tune(2)) == distance(tune(2), tune(1)) > 0


@pytest.mark.parametrize("steps", [0, 1, 1000])
def test_steps_that_cannot_be_made_are_refused(steps):
    with pytest.raises(UsageError):
        interpolate(tune(1), tune(2), steps)


def test_tunes_of_two_metres_are_refused_and_empty_ones_too():
    with pytest.raises(UsageError, match="4/4, the other in 3/4"):
        interpolate(tune(1), tune(2, metre=(3, 4)))
    with pytest.raises(UsageError, match="no notes"):
        interpolate(tune(1), Score((Part(),), regular_bars(4)))


@pytest.mark.parametrize("slider", ["rhythm", "contour", "harmony"])
def test_a_slider_moved_further_changes_more_and_only_its_own(slider):
    score = tune(4, bars=16)
    others = {"rhythm": 1.0, "contour": 1.0, "harmony": 1.0}
    changes = []
    for keep in (1, 0.75, 0.5, 0.25, 0):
        made = vary(score, **{**others, slider: keep}, seed=5)
        check(made.score)
        changes.append(made.changed[slider])
        if slider == "contour":
            assert made.changed["rhythm"] == 0
        if slider != "harmony":
            assert made.changed["harmony"] == 0 and made.score.chords == score.chords
    assert changes[0] == 0 and changes == sorted(changes) and changes[-1] > 0.8


def test_with_all_sliders_up_nothing_changes():
    score = tune(4)
    assert vary(score, contour=1, rhythm=1, harmony=1, seed=3).score == score


def test_variations_stay_in_their_bars_and_in_their_key():
    score = tune(6, bars=12, metre=(3, 4), key=2)
    for seed in range(8):
        made = vary(score, contour=0.3, rhythm=0.3, harmony=0.5, seed=seed).score
        assert all(note.pitch % 12 in made.key.scale for note in made.parts[0].notes)
        notes = made.parts[0].notes
        assert all(a.end <= b.start for a, b in itertools.pairwise(notes))
        assert sum(note.length for note in notes) == sum(note.length for note in score.parts[0].notes)
        assert notes[-1].pitch == score.parts[0].notes[-1].pitch


def test_the_same_seed_varies_alike_and_another_otherwise():
    score = tune(7)
    assert vary(score, seed=1) == vary(score, seed=1)
    assert vary(score, seed=1).score != vary(score, seed=2).score


def test_the_plan_for_a_net_holds_what_the_sliders_keep():
    score = tune(8, bars=8)
    made = plan(score, contour=1, rhythm=1, harmony=1)
    assert len(made.holes) == 8 and made.rules.chords == "strong"
    for bar in range(8):
        begin, end = score.starts[bar], score.starts[bar + 1]
        rows = [note for note in score.parts[0].notes if begin <= note.start < end]
        assert [start for start, _ in made.rules.rhythm[bar, 0]] == [note.start - begin for note in rows]
        assert all(note.pitch in band for note, band in zip(rows, made.rules.pitches[bar, 0], strict=True))
    free = plan(score, contour=0, rhythm=0, harmony=0)
    assert not free.rules.rhythm and not free.rules.pitches and free.rules.chords == "free"
    assert len(plan(score, contour=0, rhythm=0.5).rules.rhythm) == 4


def test_any_pitches_that_the_plan_allows_have_the_contour_that_was_kept():
    score = tune(9, bars=8)
    bands = [band for bar in range(8) for band in plan(score, contour=1, rhythm=1).rules.pitches[bar, 0]]
    line = melody(score)
    dice = np.random.default_rng(1)
    for _ in range(50):
        pitches = [int(dice.choice(sorted(band))) for band in bands]
        made = Score(
            (Part("", 0, tuple(Note(n.start, n.length, p) for n, p in zip(line, pitches, strict=True))),), score.bars
        )
        assert contour_change(score, made) == 0 and rhythm_change(score, made) == 0


def test_sliders_out_of_range_and_parts_without_a_melody_are_refused():
    with pytest.raises(UsageError):
        vary(tune(1), contour=1.5)
    with pytest.raises(UsageError):
        vary(tune(1), part=3)
