"""What a composer may rely on when she asks for a form."""

from __future__ import annotations

import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_form import assembled, chords, completed, empty_score, holes, plan
from maquette.media.score import Key, Note, Part, check, with_notes


def filled(form):
    """A score in which every new bar has notes that no other bar has."""
    score = empty_score(form, (Part("flute", 73), Part("bass", 33)), Key(0, 7))
    for part in range(2):
        notes = [
            Note(score.starts[bar] + 480 * k, 480, 40 + bar % 40 + part, 60 + k) for bar in form.new for k in (0, 2)
        ]
        score = with_notes(score, part, notes)
    return score


def bar_notes(score, bar, part=0):
    begin, end = score.starts[bar], score.starts[bar + 1]
    rows = [note for note in score.parts[part].notes if begin <= note.start < end]
    return [(note.start - begin, note.length, note.pitch, note.velocity) for note in rows]


def test_the_last_section_of_aaba_is_the_first_one_note_for_note():
    form = plan("AABA", 8)
    score = check(completed(filled(form), form))
    assert form.bars == 32
    assert [bar_notes(score, 24 + bar) for bar in range(8)] == [bar_notes(score, 8 + bar) for bar in range(8)]
    assert [bar_notes(score, 24 + bar) for bar in range(6)] == [bar_notes(score, bar) for bar in range(6)]


def test_a_primed_section_keeps_its_beginning_and_gets_a_new_end():
    form = plan("AA'BA", 4)
    assert [form.source(bar) for bar in range(4, 8)] == [0, 1, None, None]
    assert [form.source(bar) for bar in range(12, 15)] == [0, 1, 2]


def test_only_new_bars_are_left_to_the_writer_in_every_line():
    form = plan("ABACA", [8, 4, 8])
    assert form.bars == 36 and form.text == "ABACA"
    cells = holes(form, 2)
    assert len(cells) == 2 * len(form.new) and {bar for bar, _ in cells} == set(form.new)
    assert not {bar for bar, _ in cells} & set(range(12, 20))


def test_sections_close_on_the_tonic_and_the_first_of_two_alike_stays_open():
    form = plan("AAB", 4)
    key = Key(0, 9, "minor")
    names = {chord.tick // 1920: (chord.root, chord.quality) for chord in chords(form, key)}
    assert names[3] == (4, "")  # E: the half close of the first A
    assert (names[6], names[7]) == ((4, "7"), (9, "m"))
    assert (names[10], names[11]) == ((4, "7"), (9, "m"))


@pytest.mark.parametrize(
    ("text", "sections"), [("verse-chorus", 4), ("Rondo", 5), ("A8 B4 A8", 3), ("a a b a", 4), ("A–B–A", 3)]
)
def test_forms_are_read_as_people_write_them(text, sections):
    assert len(plan(text, 4).sections) == sections


def test_a_verse_and_its_chorus_are_marked_by_name():
    form = plan("verse-chorus", 2)
    assert [mark.text for mark in empty_score(form, (Part(),), Key(0, 0)).marks] == ["verse", "chorus"] * 2


@pytest.mark.parametrize("text", ["", "42", "A?B", "verse chorsu", "A0" * 70, "A99"])
def test_what_is_no_form_is_refused(text):
    with pytest.raises(UsageError):
        plan(text)


def test_lengths_that_do_not_fit_the_letters_are_refused_with_both_counts():
    with pytest.raises(UsageError, match="2 lengths were given for 3"):
        plan("ABC", [8, 8])


def test_bars_put_in_another_order_keep_their_notes_and_chords():
    form = plan("AB", 2, (3, 4))
    score = filled(form)
    other = check(assembled(score, [2, 3, 0, 0]))
    assert [bar_notes(other, bar) for bar in range(4)] == [bar_notes(score, bar) for bar in (2, 3, 0, 0)]
    assert other.end == 4 * 1440


def test_a_note_held_over_a_cut_ends_at_the_barline():
    score = with_notes(empty_score(plan("A", 3), (Part(),), Key(0, 0)), 0, [Note(960, 1920, 60)])
    assert [note.length for note in assembled(score, [0, 1]).parts[0].notes] == [1920]
    assert [note.length for note in assembled(score, [0, 2]).parts[0].notes] == [960]
