"""What pieces have in common, counted on small ones whose habits are known."""

from __future__ import annotations

import json

from maquette.media.habits import facts, habits
from maquette.media.score import TPQ, Bar, Chord, Key, Note, Part, Score, Tempo, regular_bars
from maquette.media.score_form import form, lead, letters, phrases, repeats, returning, skyline

FIRST = (60, 62, 64, 65, 67, 69, 67, 64)
OTHER = (72, 71, 69, 67, 69, 67, 65, 62)


def piece(*phrases_: tuple[int, ...], title: str = "", **more: object) -> Score:
    """Phrases of eight quarters, two bars each."""
    pitches = [pitch for phrase in phrases_ for pitch in phrase]
    notes = tuple(Note(i * TPQ, TPQ, pitch) for i, pitch in enumerate(pitches))
    return Score((Part("tune", 73, notes),), regular_bars(len(pitches) // 4), (Key(0, 0),), title=title, **more)  # type: ignore[arg-type]


A, B = (*FIRST, *OTHER), (*OTHER[::-1], 64, 60, 64, 60, 67, 60, 67, 72)


def test_sections_that_return_have_one_letter() -> None:
    assert letters(piece(A, A, B, A)) == "AABA"
    sections = form(piece(A, B))
    assert [(one.first, one.last, one.name) for one in sections] == [(0, 4, "A"), (4, 8, "B")]


def test_a_section_that_returns_varied_is_marked() -> None:
    varied = tuple(pitch + (2 if i in (1, 5, 9) else 0) for i, pitch in enumerate(A))
    assert letters(piece(A, varied)) in ("AA'", "AA")
    low = tuple(pitch - 7 for pitch in A)  # the same a fifth lower
    assert letters(piece(A, low)).startswith("AA")


def test_repeats_name_the_bars_they_repeat_also_on_another_step() -> None:
    (found,) = repeats(piece(A, A))
    assert (found.first, found.last, found.of, found.moved) == (4, 8, 0, 0)
    moved = repeats(piece(A, tuple(pitch + 2 for pitch in A)))
    assert moved[0].moved == 2
    assert returning(piece(A, A)) == (0.5, 0.875)


def test_the_leading_line_is_the_one_with_words_else_the_highest() -> None:
    tune, high = (Note(0, 960, 64, lyric="La"),), (Note(0, 960, 84),)
    score = Score((Part("Flute", 73, high * 1), Part("Voice", 52, tune)), regular_bars(1))
    assert lead(score) == tune
    chord = (Note(0, 960, 60), Note(0, 960, 67), Note(480, 480, 62), Note(960, 480, 72))
    assert [note.pitch for note in skyline(chord)] == [67, 72]
    assert lead(Score((Part("kit", 0, (Note(0, 240, 36),), drums=True),), regular_bars(1))) == ()


def test_phrases_end_where_the_line_rests() -> None:
    notes = [Note(i * TPQ, TPQ, 60 + i) for i in range(7)] + [Note(8 * TPQ + i * TPQ, TPQ, 67 - i) for i in range(8)]
    score = Score((Part("t", 0, tuple(notes)),), regular_bars(4))
    assert phrases(score) == ((0, 7 * TPQ), (8 * TPQ, 16 * TPQ))


def test_habits_count_keys_metres_rhythms_intervals_and_harmony() -> None:
    chords = tuple(Chord(i * 1920, (0, 5, 7, 0)[i % 4]) for i in range(16))
    scores = {name: piece(A, A, B, A, title=name, chords=chords, tempi=(Tempo(0, 96),)) for name in ("one", "two")}
    found = habits(scores)
    assert [(row.what, row.count) for row in found.keys] == [("C major", 2)]
    assert found.metres[0].what == "4/4" and found.forms[0].what == "AABA"
    metre, rhythm = found.rhythms[0].what
    assert metre == "4/4" and rhythm == ((0, 480), (480, 480), (960, 480), (1440, 480))
    assert found.rhythms[0].count == 32 and found.rhythms[0].pieces == 2
    assert abs(sum(found.intervals.values()) - 1) < 0.01 and found.intervals[2] > found.intervals.get(11, 0)
    assert ("I", "IV", "V", "I") in [row.what for row in found.progressions]
    assert found.cadences["authentic"] > 0
    assert found.pieces[0].tempo == 96 and found.loudness is None
    assert any("all are in major" in line.lower() for line in found.told)
    json.dumps(found.as_dict())


def test_a_piece_without_key_or_chords_is_described_all_the_same() -> None:
    notes = tuple(Note(i * 240, 240, 62 + (i * 3) % 7) for i in range(24))
    score = Score((Part("t", 0, notes),), regular_bars(4, 3, 4))
    one = facts(score, "x")
    assert one.metre == "3/4" and not one.told_key and one.name == "x"
    assert habits({"x": score}).chords


def test_odd_pieces_do_not_stop_the_counting() -> None:
    kit = Part("kit", 0, (Note(0, 240, 36),), drums=True)
    scores = {
        "drums alone": Score((kit,), regular_bars(1)),
        "one note": Score((Part("t", 0, (Note(0, 480, 60),)),), (Bar(480, 4, 4),)),
        "no bars": Score((Part("t", 0, (Note(0, 480, 60), Note(480, 480, 64))),)),
    }
    found = habits(scores)
    assert len(found.pieces) == 3
    json.dumps(found.as_dict())
    assert habits({}).told == ()
