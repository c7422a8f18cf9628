"""Timing: what a player may rely on when notes are drawn to a grid, swung, loosened or given another's groove."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError
from maquette.media import groove
from maquette.media.groove_human import ACCENTS, metrical_place, phrase_starts
from maquette.media.score import Bar, Note, Part, Score, Tempo, regular_bars, sorted_notes


def tune(ticks, length=None, *, bars=None, velocity=80, drums=False, pitch=60):
    notes = [Note(tick, length or 120, pitch + i % 5, velocity) for i, tick in enumerate(ticks)]
    count = max(ticks) // 1920 + 1
    return Score((Part("", 0, sorted_notes(notes), drums),), bars or regular_bars(count), tempi=(Tempo(0, 120.0),))


def starts(score):
    return [note.start for note in score.parts[0].notes]


EIGHTHS = tune(range(0, 4 * 1920, 240), 240)


# -- quantise


def test_quantise_draws_notes_to_the_grid_by_its_strength():
    loose = tune([7, 130, 235, 490])
    assert starts(groove.quantise(loose)) == [0, 120, 240, 480]
    assert starts(groove.quantise(loose, strength=0.5)) == [4, 125, 238, 485]
    assert groove.quantise(loose, strength=0).parts == loose.parts


def test_what_quantise_changed_is_told_in_milliseconds():
    told = groove.quantise_told(tune([10, 120, 250]))
    assert (told.moved, told.notes) == (2, 3)
    assert told.mean_ms == pytest.approx(10 * 500 / 480)
    assert told.told == "2 of 3 notes moved: 10.4 ms on average, 10.4 at most"


def test_tuplets_stay_tuplets_unless_asked():
    triplets = tune([0, 160, 320, 480, 600, 720, 960, 1056, 1152, 1248, 1344], 90)
    assert groove.quantise(triplets).parts == triplets.parts
    assert starts(groove.quantise(triplets, tuplets=True))[:3] == [0, 120, 360]
    played = tune([3, 168, 309, 480])
    assert starts(groove.quantise(played)) == [0, 160, 320, 480]


def test_the_grid_is_counted_from_every_barline():
    bars = (Bar(480, 7, 8), Bar(1680, 7, 8), Bar(1680, 7, 8))
    assert starts(groove.quantise(tune([10, 470, 2170, 2290], bars=bars), "1/4")) == [0, 480, 2160, 2160]


def test_notes_that_fall_together_are_joined_and_told():
    score = Score((Part("", 0, (Note(0, 40, 60), Note(50, 60, 60))),), regular_bars(1))
    told = groove.quantise_told(score, "1/8")
    assert told.score.parts[0].notes == (Note(0, 60, 60),)
    assert "1 fell together" in told.told


def test_two_voices_on_one_note_stay_two():
    score = Score((Part("", 0, (Note(5, 470, 60), Note(5, 950, 60))),), regular_bars(1))
    assert groove.quantise(score).parts[0].notes == (Note(0, 480, 60), Note(0, 960, 60))


# -- swing


def test_swing_makes_long_short_pairs_and_keeps_beats():
    assert starts(groove.swing(EIGHTHS, ratio=2))[:4] == [0, 320, 480, 800]
    assert starts(groove.swing(EIGHTHS, 0)) == starts(EIGHTHS)
    half = groove.swing(EIGHTHS, 0.5, ratio=3)
    assert starts(half)[1] == 300
    assert all(a.end == b.start for a, b in pairwise(half.parts[0].notes))


def test_natural_swing_is_wide_when_slow_and_even_when_fast():
    assert [round(groove.natural_swing(bpm), 3) for bpm in (80, 150, 200, 300)] == [0.75, 0.75, 0.667, 0.5]


def test_triplets_are_not_swung_and_six_eight_has_no_eighth_pairs():
    triplets = tune([0, 160, 320, 480])
    assert starts(groove.swing(triplets)) == starts(triplets)
    with pytest.raises(MediaError, match="6/8 has no pairs") as caught:
        groove.swing(tune([0], bars=(Bar(1440, 6, 8),)))
    assert "1/16" in caught.value.mend


# -- humanise


def test_humanise_gives_the_same_performance_for_the_same_seed():
    one, again, other = (groove.humanise(EIGHTHS, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert groove.humanise(EIGHTHS, 1, 0).parts == EIGHTHS.parts


def test_humanise_stays_within_some_milliseconds_and_keeps_order_and_legato():
    told = groove.humanise_told(EIGHTHS, 3)
    assert 4 < told.mean_ms < 20 and told.max_ms < 50
    notes = told.score.parts[0].notes
    assert [note.pitch for note in notes] == [note.pitch for note in EIGHTHS.parts[0].notes]
    assert all(a.end == b.start for a, b in pairwise(notes))
    twice = groove.humanise_told(EIGHTHS, 3, 2)
    assert twice.mean_ms > 1.6 * told.mean_ms


def test_humanise_accents_downbeats_of_drums_and_leads_with_the_melody():
    hats = [Note(tick, 60, 42) for tick in range(0, 16 * 1920, 120)]
    drums = Score((Part("", 0, tuple(hats), True),), regular_bars(16))
    played = groove.humanise(drums, 1).parts[0].notes
    strong = [note.velocity for note in played[::16]]
    weak = [note.velocity for note in played[1::2]]
    assert sum(strong) / len(strong) > sum(weak) / len(weak) + 4
    chords = Score(
        (Part("", 0, tuple(Note(480 * i, 480, p) for i in range(8) for p in (48, 55, 64))),), regular_bars(2)
    )
    lead = groove.humanise(chords, 1).parts[0].notes
    top = [note for note in lead if note.pitch == 64][1:]
    low = [note for note in lead if note.pitch == 48][1:]
    assert all(a.start < b.start for a, b in zip(top, low, strict=True))
    assert sum(a.velocity for a in top) > sum(b.velocity for b in low)


def test_timing_wanders_it_does_not_only_tremble():
    long = tune(range(0, 64 * 1920, 480), 480)
    shifts = [b - a for a, b in zip(starts(long), starts(groove.humanise(long, 5)), strict=True)]
    mean = sum(shifts) / len(shifts)
    power = sum((s - mean) ** 2 for s in shifts)
    follow = sum((a - mean) * (b - mean) for a, b in pairwise(shifts))
    assert follow / power > 0.15


def test_places_in_the_bar_and_phrases_are_found():
    assert [metrical_place(EIGHTHS, tick) for tick in (0, 960, 480, 240, 120, 50, 1910)] == [
        "bar", "half", "beat", "eighth", "16th", "other", "bar"
    ]  # fmt: skip
    assert set(ACCENTS) >= {"bar", "half"}
    pause = [t for t in range(0, 8 * 1920, 480) if not 6720 <= t < 8160]
    assert phrase_starts(tune(pause, 480)) == [0, 8160]


# -- grooves


def test_a_groove_goes_from_one_performance_to_another_piece():
    swung = tune([0, 320, 480, 800, 960, 1280, 1440, 1760], 100)
    loud = [replace(note, velocity=100 if i % 2 == 0 else 60) for i, note in enumerate(swung.parts[0].notes)]
    taken = groove.groove_of(replace(swung, parts=(replace(swung.parts[0], notes=tuple(loud)),)))
    played = groove.with_groove(EIGHTHS, taken)
    assert starts(played)[:4] == [0, 320, 480, 800]
    assert [note.velocity for note in played.parts[0].notes[:4]] == [100, 60, 100, 60]
    assert starts(groove.with_groove(EIGHTHS, taken, 0.5))[1] == 280


def test_the_bars_of_a_groove_differ_and_come_round():
    late = tune([0, 480, 960, 1440, 1930, 2410, 2890, 3370], 400)
    played = groove.with_groove(tune(range(0, 4 * 1920, 480), 400), groove.groove_of(late))
    assert [tick % 480 for tick in starts(played)] == [0] * 4 + [10] * 4 + [0] * 4 + [10] * 4


def test_a_groove_of_drums_is_kept_by_drum_and_fits_other_metres():
    kit = Part("", 0, (Note(0, 60, 36, 110), Note(30, 60, 42, 50), Note(480, 60, 42, 60), Note(510, 60, 38, 90)), True)
    taken = groove.groove_of(Score((kit,), regular_bars(1)))
    target = Part("", 0, (Note(0, 60, 42, 80), Note(480, 60, 38, 80), Note(960, 60, 36, 80)), True)
    played = groove.with_groove(Score((target,), (Bar(1440, 3, 4),)), taken)
    assert starts(played)[:2] == [30, 510]


def test_a_performance_without_a_groove_is_refused():
    with pytest.raises(MediaError, match="no groove"):
        groove.groove_of(EIGHTHS)
    with pytest.raises(MediaError, match="without notes"):
        groove.groove_of(Score())


@pytest.mark.parametrize(
    "call",
    [
        lambda: groove.quantise(EIGHTHS, "1/5"),
        lambda: groove.quantise(EIGHTHS, strength=2),
        lambda: groove.swing(EIGHTHS, -1),
        lambda: groove.swing(EIGHTHS, ratio=9),
        lambda: groove.humanise(EIGHTHS, 0, 3),
    ],
)
def test_settings_that_cannot_be_are_named(call):
    with pytest.raises(MediaError) as caught:
        call()
    assert "choose" in caught.value.mend


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(Note, st.integers(0, 3800), st.integers(1, 900), st.integers(60, 63), st.integers(1, 127)),
        min_size=1, max_size=20,
    ),
    st.integers(0, 99),
)  # fmt: skip
def test_every_move_keeps_every_note_sound_and_in_the_piece(notes, seed):
    score = Score((Part("", 0, sorted_notes(notes)),), regular_bars(2), tempi=(Tempo(0, 97.0),))
    made = [
        groove.humanise_told(score, seed),
        groove.swing_told(score),
        groove.quantise_told(score, "1/16"),
        groove.quantise_told(score, "1/8t", 0.7, tuplets=True),
    ]
    for one in made:
        after = one.score.parts[0].notes
        assert len(after) == len(notes) - one.joined
        assert all(note.start >= 0 and note.length > 0 and 1 <= note.velocity <= 127 for note in after)
        assert max(note.end for note in after) <= max(score.end, max(note.end for note in notes))
