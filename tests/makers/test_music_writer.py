"""What a musician may rely on when holes of a score are written: the rest stays, the rules hold, the dice repeat."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import UsageError
from maquette.makers.music_writer import CHORD_LINE, Manner, Rules, Writer, lines_of, with_cells
from maquette.media import score as s

WALTZ = s.Score(
    (s.Part("Violin", 40), s.Part("Piano", 0, staves=2)),
    s.regular_bars(6, 3, 4),
    (s.Key(0, 9, "minor"),),
    (s.Tempo(0, 120),),
    title="waltz",
)
EVERY = [(bar, line) for bar in range(6) for line in range(3)]


@pytest.fixture(scope="module")
def writer(tiny_music):
    return Writer(open_checkpoint(tiny_music))


@pytest.fixture(scope="module")
def piece(writer):
    return writer.write(WALTZ, EVERY, rules=Rules(least=2), seed=4)[0].score


def notes_in(score, part, first, last, staff=1):
    return [
        n for n in score.parts[part].notes if score.starts[first] <= n.start < score.starts[last] and n.staff == staff
    ]


def test_the_same_seed_writes_the_same_notes_and_another_seed_others(writer):
    one, two = writer.write(WALTZ, EVERY, seed=1, count=2)
    again = writer.write(WALTZ, EVERY, seed=1)[0]
    assert one.score == again.score
    assert one.score != two.score


def test_every_bar_outside_the_holes_stays_note_for_note(writer, piece):
    made = writer.write(piece, [(2, 0), (3, 0), (3, 2)], seed=9)[0].score
    for part, staff, bars in ((0, 1, (2, 4)), (1, 2, (3, 4))):
        for first, last in ((0, bars[0]), (bars[1], 6)):
            assert notes_in(made, part, first, last, staff) == notes_in(piece, part, first, last, staff)
    assert notes_in(made, 1, 0, 6, 1) == notes_in(piece, 1, 0, 6, 1)
    assert (made.bars, made.keys, made.tempi) == (piece.bars, piece.keys, piece.tempi)


def test_notes_of_a_filled_bar_end_before_what_stands_behind_it(writer, piece):
    made = writer.write(piece, [(2, 0)], rules=Rules(least=1), seed=2)[0].score
    after = min(note.start for note in notes_in(made, 0, 3, 6))
    assert all(note.end <= max(after, made.starts[3]) for note in notes_in(made, 0, 2, 3))


def test_a_bar_of_one_voice_is_written_although_the_voice_goes_on_behind_it(writer):
    quarters = s.with_notes(WALTZ, 0, [s.Note(480 * beat, 480, 69 + beat % 5) for beat in range(18)])
    for one in writer.write(quarters, [(2, 0), (3, 0)], rules=Rules(voices={0: 1}, least=1), seed=3, count=4):
        line = notes_in(one.score, 0, 2, 4)
        assert line and one.logprob < 0
        assert all(before.end <= after.start for before, after in pairwise(line))


def test_scale_range_and_least_hold_in_all_that_is_written(writer):
    scale = frozenset((9, 11, 0, 2, 4, 5, 8))
    made = writer.write(WALTZ, EVERY, rules=Rules(scale, {0: (60, 70)}, least=1), seed=5)[0].score
    assert {n.pitch % 12 for part in made.parts for n in part.notes} <= scale
    assert all(60 <= n.pitch <= 70 for n in made.parts[0].notes)
    assert all(notes_in(made, 0, bar, bar + 1) for bar in range(6))


def test_a_rhythm_is_kept_to_the_tick(writer):
    rhythm = {(bar, 0): ((0, 720), (720, 240), (960, 480)) for bar in range(6)}
    made = writer.write(WALTZ, EVERY, rules=Rules(rhythm=rhythm), seed=6)[0].score
    found = [(n.start % 1440, n.length) for n in made.parts[0].notes]
    assert found == [(0, 720), (720, 240), (960, 480)] * 6


def test_chords_are_written_where_they_are_asked_for_and_kept_where_they_stand(writer, piece):
    named = writer.write(piece, [(bar, CHORD_LINE) for bar in range(6)], seed=1)[0].score
    assert {named.bar_at(chord.tick) for chord in named.chords} == set(range(6))
    assert named.parts == piece.parts
    made = writer.write(named, EVERY, rules=Rules(chords="all"), seed=1)[0].score
    assert made.chords == named.chords
    for part in made.parts:
        assert all(n.pitch % 12 in made.chord_at(n.start).tones for n in part.notes)


def test_the_decisions_replay_to_the_same_score(writer):
    made = writer.write(WALTZ, EVERY, seed=8)[0]
    assert with_cells(WALTZ, made.cells) == made.score


def test_long_pieces_are_written_in_windows_to_their_last_bar(writer):
    long = replace(WALTZ, bars=s.regular_bars(70, 3, 4))
    cells = [(bar, line) for bar in range(70) for line in range(3)]
    made = writer.write(long, cells, rules=Rules(least=1, most=6), seed=3)[0]
    assert all(notes_in(made.score, 0, bar, bar + 1) for bar in range(70))
    assert with_cells(long, made.cells) == made.score


def test_contradictions_are_named_before_anything_is_written(writer):
    with pytest.raises(UsageError, match=r"no note of the scale lies between 61 and 61, the range of Violin"):
        writer.write(WALTZ, EVERY, rules=Rules(frozenset((0, 2, 4)), {0: (61, 61)}))
    with_chord = replace(WALTZ, chords=(s.Chord(0, 1, ""),))
    with pytest.raises(UsageError, match=r"chord at bar 1.*contradict"):
        writer.write(with_chord, EVERY, rules=Rules(frozenset((0, 2, 4)), chords="all"))
    with pytest.raises(UsageError, match="bar 9"):
        writer.write(WALTZ, [(8, 0)])
    with pytest.raises(UsageError, match="quarters"):
        writer.write(replace(WALTZ, bars=(s.Bar(20 * s.TPQ, 20, 4),)), [(0, 0)])


def test_only_music_models_write_music(tiny_box):
    with pytest.raises(UsageError, match="does not write music"):
        Writer(open_checkpoint(tiny_box))


def test_lines_and_manner_are_told(writer):
    assert [line.staff for line in lines_of(WALTZ)] == [1, 1, 2]
    made = writer.write(WALTZ, EVERY, manner=Manner("mazurka", density=3, loud=True), seed=2)[0].score
    assert len({n.velocity for part in made.parts for n in part.notes}) > 1


def test_a_leap_into_notes_that_stay_is_kept_or_refused(writer):
    def tune(*pitches: int) -> s.Score:
        notes = tuple(s.Note(i * 480, 480, pitch) for i, pitch in enumerate(pitches))
        return s.Score((s.Part("Voice", 53, notes),), s.regular_bars(3, 2, 4), (s.Key(0, 0),), (s.Tempo(0, 90),))

    kept = writer.write(tune(60, 62, 64, 65, 64, 62), [(1, 0)], rules=Rules(leap=4, least=1), seed=3, count=3)
    for made in kept:
        line = sorted(made.score.parts[0].notes, key=lambda note: note.start)
        assert all(abs(b.pitch - a.pitch) <= 4 for a, b in pairwise(line))
    with pytest.raises(UsageError, match="no leap wider than 2"):
        writer.write(tune(60, 60, 62, 62, 81, 81), [(1, 0)], rules=Rules(leap=2, most=2), seed=3)
