"""How notes are shared out to voices, and what that means for who reads them."""

from __future__ import annotations

from maquette.media.score import Bar, Note, Part, Score, regular_bars, sorted_notes
from maquette.media.score_xml_rhythm import FINE, Metre, beams, split
from maquette.media.voices import fitted, offsets, write_part


def written(*notes: Note, drums: bool = False, staves: int = 1, bars: int = 2):
    score = Score((Part("", 0, sorted_notes(notes), drums, staves),), regular_bars(bars))
    return write_part(fitted(score), score.parts[0])


def voices(bar) -> dict[int, list[list[int]]]:
    return {lane.voice: [list(symbol.notes) for symbol in lane.symbols] for lane in bar}


def test_notes_that_begin_and_end_together_are_a_chord():
    made = written(Note(0, 960, 60), Note(0, 960, 64), Note(960, 960, 62))
    assert voices(made.bars[0]) == {1: [[0, 1], [2]]}


def test_a_held_note_under_a_moving_one_gets_a_voice_of_its_own():
    made = written(Note(0, 1920, 48), Note(0, 960, 72), Note(960, 960, 74))
    notes = made.notes
    lanes = {lane.voice: [notes[i].pitch for s in lane.symbols for i in s.notes] for lane in made.bars[0]}
    assert lanes == {1: [72, 74], 2: [48]}


def test_given_voices_are_kept():
    made = written(Note(0, 480, 72, voice=2), Note(0, 480, 60, voice=1))
    assert {lane.voice: lane.symbols[0].notes for lane in made.bars[0]} == {1: (0,), 2: (1,)}


def test_never_more_than_four_voices_and_no_note_lost():
    notes = [Note(60 * index, 1500, 50 + 3 * index) for index in range(7)]
    made = written(*notes)
    assert {lane.voice for bar in made.bars for lane in bar} <= {1, 2, 3, 4}
    begun = [
        index
        for bar in made.bars
        for lane in bar
        for symbol in lane.symbols
        for index, held in zip(symbol.notes, symbol.tied_from, strict=True)
        if not held
    ]
    assert sorted(begun) == list(range(7))


def test_ties_over_barlines_say_so_on_both_sides():
    made = written(Note(1440, 960, 60))
    first = made.bars[0][0].symbols[-1]
    second = made.bars[1][0].symbols[0]
    assert (first.tied_from, first.tied_to, second.tied_from, second.tied_to) == ((False,), (True,), (True,), (False,))


def test_drums_have_hands_and_feet():
    made = written(Note(0, 10, 36), Note(0, 10, 42), Note(240, 10, 42), Note(480, 10, 38), drums=True)
    values = {lane.voice: [symbol.value for symbol in lane.symbols if symbol.notes] for lane in made.bars[0]}
    assert values == {1: ["eighth", "eighth", "quarter"], 2: ["quarter"]}


def test_symbols_follow_each_other_without_gaps_on_both_staves():
    made = written(Note(240, 700, 60, staff=1), Note(100, 60, 40, staff=2), staves=2)
    for bar in made.bars:
        assert {lane.staff for lane in bar} == {1, 2}
        for lane in bar:
            at = 0
            for symbol in lane.symbols:
                assert symbol.start == at
                at += symbol.length
            assert at == 1920 * FINE


def test_a_pick_up_begins_where_its_beat_is():
    assert offsets((Bar(480, 4, 4), Bar(1920, 4, 4))) == (1440, 0)
    assert offsets((Bar(1920, 4, 4), Bar(480, 4, 4), Bar(1440, 4, 4))) == (0, 0, 480)


def test_rests_do_not_hide_beats_of_six_eight():
    assert split(Metre(6, 8), 240, 720, True) == ((240, 480), (480, 720))
    assert split(Metre(6, 8), 0, 720, True) == ((0, 720),)
    assert split(Metre(4, 4), 480, 1440, True) == ((480, 960), (960, 1440))


def test_eighths_are_beamed_by_beat_and_by_half_where_they_are_alone():
    eighths = [(240 * i, "eighth", True) for i in range(8)]
    assert [words[0] for words in beams(Metre(4, 4), eighths)] == ["begin", "continue", "continue", "end"] * 2
    waltz = [(240 * i, "eighth", True) for i in range(6)]
    assert [words[0] for words in beams(Metre(3, 4), waltz)] == ["begin", "end"] * 3
    dotted = [(0, "eighth", True), (360, "16th", True)]
    assert beams(Metre(2, 4), dotted) == [("begin",), ("end", "backward hook")]
