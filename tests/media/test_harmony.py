"""Keys and chords from notes, and what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.media.harmony import label, label_spans, spans_of
from maquette.media.keys import find_key, key_name, mode_of, pc_name, pitch_name
from maquette.media.romans import cadence, roman
from maquette.media.score import QUALITIES, TPQ, Bar, Chord, Key, Note, Part, Score, regular_bars, sorted_notes

MAJOR = (60, 62, 64, 65, 67, 69, 71, 72)


def tune(pitches: tuple[int, ...], length: int = TPQ, **more: object) -> Score:
    notes = tuple(Note(i * length, length, pitch) for i, pitch in enumerate(pitches))
    bars = regular_bars(-(-len(pitches) * length // (4 * TPQ)))
    return Score((Part("tune", 73, notes),), bars, **more)  # type: ignore[arg-type]


def played(*chords: tuple[int, ...], length: int = 4 * TPQ) -> Score:
    """Chords as whole notes, a bar each."""
    notes = [Note(i * length, length, pitch) for i, chord in enumerate(chords) for pitch in chord]
    return Score((Part("piano", 0, sorted_notes(notes)),), regular_bars(len(chords)))


@pytest.mark.parametrize("tonic", range(12))
def test_a_scale_up_and_home_is_in_its_key_on_every_tonic(tonic: int) -> None:
    steps = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2, 7, 0)
    found = find_key(tune(tuple(60 + tonic + step for step in steps)))
    assert (found.tonic, found.mode) == (tonic, "major")


def test_a_tune_with_its_leading_tone_and_end_on_a_is_in_a_minor() -> None:
    found = find_key(tune((69, 71, 72, 76, 74, 72, 71, 68, 69, 64, 69, 72, 71, 68, 69, 69)))
    assert key_name(found) == "A minor"


def test_the_written_signature_leaves_two_keys_to_choose_from() -> None:
    found = find_key(tune((57, 60, 64, 69, 67, 65, 64, 57)), signature=0)
    assert (found.tonic, found.mode) in ((0, "major"), (9, "minor"))
    assert find_key(tune((60, 61, 62, 63)), signature=-3).fifths == -3


def test_a_score_without_notes_has_a_key_and_no_chords() -> None:
    empty = Score((), regular_bars(2))
    assert find_key(empty) == Key(0, 0, "major")
    assert label(empty) == () and label_spans([], [], [], []) == []


def test_modes_are_told_by_the_notes_that_colour_them() -> None:
    def held(*pcs: int) -> np.ndarray:
        return np.bincount(pcs, minlength=12) / len(pcs)

    assert mode_of(held(2, 4, 5, 7, 9, 11, 0, 2), 2) == "dorian"
    assert mode_of(held(7, 9, 11, 0, 2, 4, 5, 7), 7) == "mixolydian"
    assert mode_of(held(9, 11, 0, 2, 4, 5, 8, 9), 9) == "minor"


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("root", (0, 3, 10))
def test_every_chord_with_its_root_in_the_bass_is_named(root: int, quality: str) -> None:
    pitches = [36 + root, *(60 + root + step for step in QUALITIES[quality])]
    count = len(pitches)
    (found,) = label_spans([0] * count, [960] * count, pitches, [(0, 960)])
    assert found[:2] == (root, quality)
    assert found[2] > 0.05


def test_a_span_without_notes_has_no_chord_and_order_does_not_matter() -> None:
    starts, ends, pitches = [960, 0, 0, 960, 0, 960], [1920, 960, 960, 1920, 960, 1920], [67, 60, 67, 59, 64, 62]
    spans = [(0, 960), (960, 1920), (1920, 2880)]
    found = label_spans(starts, ends, pitches, spans)
    assert [row[:2] for row in found] == [(0, ""), (7, ""), (0, None)]
    turned = label_spans(starts[::-1], ends[::-1], pitches[::-1], spans)
    assert turned == found


def test_chords_of_a_cadence_are_labelled_merged_and_have_their_bass() -> None:
    score = played((48, 64, 67, 72), (48, 64, 67, 72), (45, 60, 65, 69), (43, 59, 65, 74), (48, 64, 67, 72))
    found = label(score)
    assert [(chord.tick // 1920, chord.root, chord.quality) for chord in found] == [
        (0, 0, ""),
        (2, 5, ""),
        (3, 7, "7"),
        (4, 0, ""),
    ]
    assert found[1].bass == 9  # the F chord stands on A


def test_spans_follow_the_metre_and_the_pick_up() -> None:
    def lengths(bar: Bar, per: str = "half-bar") -> list[int]:
        return [end - start for start, end in spans_of(Score((), (bar,)), per)]  # type: ignore[arg-type]

    assert lengths(Bar(1920)) == [960, 960]
    assert lengths(Bar(1440, 3, 4)) == [1440]
    assert lengths(Bar(1440, 6, 8)) == [720, 720]
    assert lengths(Bar(2160, 9, 8)) == [720, 720, 720]
    assert lengths(Bar(2400, 5, 4)) == [1440, 960]
    assert lengths(Bar(1440, 6, 8), "beat") == [720, 720]
    pickup = Score((), (Bar(480, 4, 4), Bar(1920)))
    assert spans_of(pickup) == [(0, 480), (480, 1440), (1440, 2400)]


def test_names_are_spelt_by_the_key() -> None:
    assert pc_name(8, Key(0, 9, "minor")) == "G#" and pc_name(8, Key(0, 0)) == "Ab"
    assert pitch_name(60, Key(0, 0)) == "C4" and pitch_name(60, Key(0, 1, "minor")) == "B#3"
    assert key_name(Key(0, 6)) == "F# major"


def test_numerals_say_the_step_the_kind_and_what_a_dominant_leads_to() -> None:
    c, a = Key(0, 0), Key(0, 9, "minor")
    assert [roman(Chord(0, root, kind), c) for root, kind in ((0, ""), (2, "m"), (7, "7"), (11, "dim"), (10, ""))] == [
        "I",
        "ii",
        "V7",
        "vii°",
        "bVII",
    ]
    assert roman(Chord(0, 9, "7"), c, Chord(0, 2, "m")) == "V7/ii"
    assert [roman(Chord(0, root, kind), a) for root, kind in ((9, "m"), (4, "7"), (0, ""), (8, "dim"))] == [
        "i",
        "V7",
        "III",
        "#vii°",
    ]
    assert cadence(Chord(0, 7, "7"), Chord(0, 0), c) == "authentic"
    assert cadence(Chord(0, 5), Chord(0, 7), c) == "half"


def test_a_hundred_thousand_notes_are_labelled_in_well_under_a_second() -> None:
    dice = np.random.default_rng(0)
    starts = np.sort(dice.integers(0, 500_000, 100_000))
    spans = np.column_stack([np.arange(0, 500_000, 960), np.arange(960, 500_960, 960)])
    found = label_spans(starts, starts + 240, dice.integers(40, 80, 100_000), spans)
    assert len(found) == len(spans)
