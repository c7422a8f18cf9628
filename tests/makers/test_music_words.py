"""What a composer may rely on when she says what she wants in words."""

from __future__ import annotations

import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_controls import (
    MusicControls,
    chords_of,
    hits_of,
    pitch_of,
    ranges_of,
    scale_of,
    seconds_of,
)
from maquette.makers.music_instruments import named, read_parts
from maquette.makers.music_words import read_key, read_metre, read_words

SATB = ("Soprano", "Alto", "Tenor", "Bass")


@pytest.mark.parametrize(
    ("words", "genre", "key", "metre", "parts"),
    [
        ("a mazurka in A minor", "mazurka", (9, "minor"), None, ()),
        ("hymn for four voices in G", "hymn", (7, "major"), None, SATB),
        (
            "string quartet in D major 6/8",
            "string quartet",
            (2, "major"),
            (6, 8),
            ("Violin", "Violin", "Viola", "Cello"),
        ),
        ("гимн для четырёх голосов соль мажор", "hymn", (7, "major"), None, SATB),
        ("вальс для скрипки и фортепиано ля минор", "waltz", (9, "minor"), None, ("Violin", "Piano")),
        ("prelude in F sharp minor", "prelude", (6, "minor"), None, ()),
        ("Präludium es-moll prelude", "prelude", (3, "minor"), None, ()),
        ("minuet for two flutes and cello in Bb", "minuet", (10, "major"), None, ("Flute", "Flute", "Cello")),
        ("D dorian folk song", "folk", (2, "dorian"), None, ()),
        ("etude до-диез минор", "etude", (1, "minor"), None, ()),
        ("7/8 video game battle", "game soundtrack", (None, None), (7, 8), ()),
    ],
)
def test_words_say_genre_key_metre_and_players(words, genre, key, metre, parts):
    wish = read_words(words)
    assert wish.genre is not None and wish.genre.name == genre
    assert (wish.tonic, wish.mode) == key
    assert (wish.metre, wish.parts) == (metre, parts)


def test_moods_lead_mode_pace_and_loudness():
    sad, happy = read_words("a slow sad waltz"), read_words("весёлый быстрый вальс")
    assert (sad.mode, happy.mode) == ("minor", "major")
    assert sad.pace < 0.7 and happy.pace > 1.3
    assert sad.loud == "p"
    assert read_words("a sad song in C major").mode == "major"  # what is said outright holds


def test_bars_and_tempo_are_numbers_in_words_or_digits():
    assert read_words("a waltz, sixteen bars, 120 bpm").bars == 16
    assert read_words("вальс, 8 тактов, темп 90").tempo == 90
    assert read_words("allegro for piano").tempo == 126


def test_what_nobody_has_learnt_is_named_with_the_nearest():
    wish = read_words("a jig for fiddle")
    assert wish.genre is not None and wish.genre.name == "folk" and wish.metre == (6, 8)
    assert wish.replaced == (("jig", "folk, the nearest that was learnt"),)
    assert read_words("a jig", {"jig", "reel", "song"}).genre.name == "jig"
    assert read_words("techno").replaced[0][0] == "techno"


def test_a_mistyped_word_is_mended_openly_and_an_unknown_one_is_told():
    wish = read_words("a mazurca of flibbertigibbets")
    assert wish.replaced == (("mazurca", "mazurka"),)
    assert wish.unknown == ("flibbertigibbets",)
    assert read_words("please write me some nice music for piano").unknown == ()


def test_a_bass_is_a_voice_a_string_or_a_guitar_by_its_company():
    assert read_parts("soprano, alto, tenor, bass") == SATB
    assert read_parts("violin, cello and bass")[-1] == "Double bass"
    assert read_parts("piano, bass, drums") == ("Piano", "Bass guitar", "Drums")
    assert [part.name for part in named(read_parts("2 violins and cello"))] == ["Violin I", "Violin II", "Cello"]


@pytest.mark.parametrize(
    ("text", "key"),
    [("Am", (9, "minor")), ("F# minor", (6, "minor")), ("D dorian", (2, "dorian")), ("Bb", (10, "major")),
     ("h-moll", (11, "minor")), ("соль мажор", (7, "major")), ("b-moll", (10, "minor"))],
)  # fmt: skip
def test_keys_are_read_as_musicians_write_them(text, key):
    assert read_key(text) == key


def test_metres_that_cannot_be_are_refused_and_odd_ones_are_fine():
    assert [read_metre(text) for text in ("7/8", "5/4", "12/8")] == [(7, 8), (5, 4), (12, 8)]
    for text in ("4/5", "0/4", "three", "25/4"):
        with pytest.raises(UsageError):
            read_metre(text)


@pytest.mark.parametrize(
    ("controls", "both"),
    [
        ({"key": "Am", "scale": "C D E F G"}, ("--key Am", "--scale C D E F G")),
        ({"length": "10s", "hits": "12"}, ("--hits 12", "--length 10s")),
        ({"bars": 16, "tempo": 120, "metre": "4/4", "length": "30s"}, ("--bars 16 with --tempo 120", "--length 30s")),
        ({"form": "AABA", "bars": 3}, ("--form AABA", "--bars 3")),
        ({"chords": "A B C D E", "bars": 4}, ("--chords for 5 bars", "--bars 4")),
        ({"key": "C", "scale": "C E G A", "chords": "F#"}, ("--chords 'F#'", "--scale C E G A")),
    ],
)
def test_two_wishes_that_contradict_are_both_named(controls, both):
    with pytest.raises(UsageError, match="contradict each other") as error:
        MusicControls(**controls).fit(1)
    assert all(name in error.value.wrong for name in both)


@pytest.mark.parametrize(
    "controls",
    [{"genre": "jazz"}, {"key": "H#"}, {"parts": "kazoo"}, {"tempo": 0.0}, {"bars": 0}, {"leap": 0}, {"chords": "Xm"},
     {"length": "soon"}, {"hits": "4"}, {"form": "A?"}, {"pool": 0}, {"temperature": 9.0}],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused_with_a_way_out(controls):
    with pytest.raises(UsageError) as error:
        MusicControls(**controls).fit(1)
    assert error.value.mend


def test_scales_ranges_chords_and_times_are_read():
    assert scale_of("A minor pentatonic", None) == frozenset((9, 0, 2, 4, 7))
    assert scale_of("key", (0, "major")) == frozenset((0, 2, 4, 5, 7, 9, 11))
    assert pitch_of("C4") == 60 and pitch_of("Bb3") == 58
    parts = named(read_parts("flute, cello"))
    assert ranges_of("C3-C6; cello:C2-G3", parts) == {0: (48, 84), 1: (36, 55)}
    track = chords_of("Am | F G | C", (4, 4), 4)
    assert [(chord.tick, chord.root) for chord in track] == [(0, 9), (1920, 5), (2880, 7), (3840, 0), (5760, 9)]
    assert seconds_of("1:05") == 65 and hits_of("12.5, 4") == (4.0, 12.5)
