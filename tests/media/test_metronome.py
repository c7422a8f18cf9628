"""What a musician may rely on when she is counted in."""

from __future__ import annotations

import pytest

from maquette.media.metronome import BELL, beat_of, with_clicks
from maquette.media.score import TPQ, Bar, Key, Mark, Note, Part, Score, Tempo, regular_bars


def tune(beats: int = 4, unit: int = 4, pickup: int = 0) -> Score:
    note = Note(0, TPQ, 60)
    return Score(
        (Part("a", 0, (note,), dynamics=(Mark(0, "p"),)),),
        regular_bars(2, beats, unit, pickup=pickup),
        (Key(0, 2),),
        (Tempo(0, 90), Tempo(TPQ, 60)),
    )


def test_a_bar_is_counted_and_everything_comes_after_it():
    counted = with_clicks(tune(), count_in=1)
    clicks = counted.parts[-1]
    assert [note.start for note in clicks.notes] == [0, TPQ, 2 * TPQ, 3 * TPQ]
    assert [note.pitch == BELL for note in clicks.notes] == [True, False, False, False]
    assert clicks.drums and len(counted.bars) == 3
    assert counted.parts[0].notes[0].start == counted.keys[0].tick == counted.parts[0].dynamics[0].tick == 4 * TPQ
    assert counted.duration == pytest.approx(tune().duration + 4 * 60 / 90)


def test_a_pick_up_falls_into_the_last_bar_that_is_counted():
    counted = with_clicks(tune(pickup=TPQ), count_in=2)
    assert counted.parts[0].notes[0].start == 7 * TPQ and counted.starts[-1] == 16 * TPQ
    assert [bar.length // TPQ for bar in counted.bars] == [4, 3, 1, 4, 4]
    assert len(counted.parts[-1].notes) == 7


@pytest.mark.parametrize(("beats", "unit", "count"), [(6, 8, 2), (3, 4, 3), (9, 8, 3), (5, 8, 5), (3, 8, 3), (2, 2, 2)])
def test_compound_metres_are_counted_in_threes(beats, unit, count):
    bar = regular_bars(1, beats, unit)[0]
    assert bar.full // beat_of(bar) == count
    assert len(with_clicks(tune(beats, unit), through=True).parts[-1].notes) == 2 * count


def test_clicks_go_through_the_whole_piece_from_the_pick_up_on():
    clicks = with_clicks(tune(pickup=TPQ), count_in=1, through=True).parts[-1].notes
    assert [note.start // TPQ for note in clicks] == list(range(12))
    assert [note.start // TPQ for note in clicks if note.pitch == BELL] == [0, 4, 8]


def test_without_a_wish_nothing_changes():
    assert with_clicks(tune()) == tune()
    assert with_clicks(Score(bars=(Bar(TPQ),)), count_in=0) == Score(bars=(Bar(TPQ),))
