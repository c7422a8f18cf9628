"""Notes have the names that a musician would write."""

from __future__ import annotations

import pytest

from maquette.media.score import Chord, Key, Note, Part, Score, regular_bars, sorted_notes
from maquette.media.spelling import fifths_of, key_fifths, name_of, pitch_class, spell, spell_chord, step_alter_octave

NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def spelt(key: Key, *names: str, chords: tuple[Chord, ...] = ()) -> list[str]:
    """The names that a line (given by names, to be read easily) gets from its pitches alone."""
    notes, last = [], 60 + pitch_class(names[0])
    for index, name in enumerate(names):
        pitch = min((pitch_class(name) + 12 * octave for octave in range(3, 8)), key=lambda one: abs(one - last))
        notes.append(Note(index * 240, 240, pitch))
        last = pitch
    part = Part("", 0, tuple(notes))
    return list(spell(Score((part,), regular_bars(len(notes) // 8 + 1), (key,), chords=chords))[0])


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (Key(0, 0), "C D E F G A B C"),
        (Key(0, 9, "minor"), "A B C D E F# G# A G F E D C B A"),  # melodic minor, up and down
        (Key(0, 2, "minor"), "D E F G A Bb C# D"),
        (Key(0, 5, "minor"), "F G Ab Bb C Db E F"),
        (Key(0, 8, "minor"), "G# A# B C# D# E F## G#"),
        (Key(0, 3, "minor"), "D# E# F# G# A# B C## D#"),
        (Key(0, 3), "Eb F G Ab Bb C D Eb"),
        (Key(0, 2, "dorian"), "D E F G A B C D"),
        (Key(0, 4, "phrygian"), "E F G A B C D E"),
        (Key(0, 5, "lydian"), "F G A B C D E F"),
        (Key(0, 0), "C C# D D# E F F# G G# A A# B C"),  # up in sharps
        (Key(0, 0), "G A G# A D C# D E D# E C"),  # lower neighbours
        (Key(0, 0), "A Bb A G Ab G E"),  # upper neighbours
        (Key(0, 7), "D C# D E D# E G"),
    ],
)
def test_scales_and_lines_are_spelt_as_in_the_books(key, line):
    assert spelt(key, *line.split()) == line.split()


@pytest.mark.parametrize(
    ("key", "chord", "wanted"),
    [
        (Key(0, 0), Chord(0, 9, "7"), "A C# E G"),
        (Key(0, 0), Chord(0, 5, "m"), "F Ab C"),
        (Key(0, 0), Chord(0, 1), "Db F Ab"),  # Neapolitan
        (Key(0, 9, "minor"), Chord(0, 8, "dim7"), "G# B D F"),
        (Key(0, 3), Chord(0, 7, "7"), "G B D F"),
        (Key(0, 0), Chord(0, 0, "aug"), "C E G#"),
        (Key(0, 0), Chord(0, 6, "m7b5"), "F# A C E"),
    ],
)
def test_tones_of_a_named_chord_are_thirds(key, chord, wanted):
    assert spelt(key, *wanted.split(), chords=(chord,)) == wanted.split()


def test_a_given_name_is_kept_unless_it_sounds_otherwise():
    notes = (Note(0, 480, 61, spelling="Db"), Note(480, 480, 62, spelling="Db"), Note(960, 480, 61, spelling="H#"))
    score = Score((Part("", 0, notes),), regular_bars(1), (Key(0, 2),))
    assert spell(score) == (("Db", "D", "C#"),)


def test_every_pitch_in_every_key_has_a_name_that_sounds_right():
    for tonic in range(12):
        for mode in ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"):
            key = Key(0, tonic, mode)
            notes = sorted_notes(Note(0, 480, pitch) for pitch in range(54, 78))
            names = spell(Score((Part("", 0, notes),), regular_bars(1), (key,)))[0]
            assert [pitch_class(name) for name in names] == [note.pitch % 12 for note in notes]
            tonic_name = name_of(key_fifths(key))
            assert pitch_class(tonic_name) == tonic
            in_scale = {name for name in names if pitch_class(name) in key.scale}
            assert len({name[0] for name in in_scale}) == 7, f"{tonic} {mode}: {in_scale}"


def test_octaves_belong_to_the_letter():
    assert step_alter_octave(60, "B#") == ("B", 1, 3)
    assert step_alter_octave(59, "Cb") == ("C", -1, 4)
    assert step_alter_octave(61, "C#") == ("C", 1, 4)


def test_names_and_places_on_the_line_of_fifths_agree():
    assert [name_of(place) for place in (-8, -1, 0, 1, 6, 13)] == ["Fb", "F", "C", "G", "F#", "F##"]
    assert all(fifths_of(name_of(place)) == place for place in range(-15, 20))
    with pytest.raises(ValueError, match="no name"):
        fifths_of("H")


def test_chord_symbols_follow_the_key():
    assert spell_chord(Chord(0, 10, "7", 8), Key(0, 3)) == ("Bb", "Ab")
    assert spell_chord(Chord(0, 6, "m", 1), Key(0, 2)) == ("F#", "C#")
