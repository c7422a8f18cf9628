"""ABC files: what somebody who collects tunes may rely on."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError
from maquette.media import score_abc
from maquette.media.score import Bar, Chord, Key, Mark, Tempo
from maquette.media.score_unfold import played_order

TUNES = Path(__file__).resolve().parents[3] / "shared" / "data" / "music" / "nottingham.jsonl.gz"
HEAD = "X:1\nT:Test\nM:4/4\nL:1/4\nK:C\n"


def notes(music: str, head: str = HEAD):
    """(start, length, pitch) in quarters of the first voice."""
    part = score_abc.from_text(head + music).parts[0]
    return [(note.start / 480, note.length / 480, note.pitch) for note in part.notes]


def pitches(music: str, head: str = HEAD):
    return [pitch for _, _, pitch in notes(music, head)]


# -- notes


def test_octaves_lengths_and_rests():
    assert notes("C c c' C, | D2 z/ E/4 F3/2") == [
        (0, 1, 60), (1, 1, 72), (2, 1, 84), (3, 1, 48), (4, 2, 62), (6.5, 0.25, 64), (6.75, 1.5, 65)
    ]  # fmt: skip


def test_accidentals_hold_to_the_end_of_the_bar_in_their_octave():
    assert pitches("^F F f F | F ^^C __D =B") == [66, 66, 77, 66, 65, 62, 60, 71]
    assert pitches("%%propagate-accidentals pitch\n^F f F2 |") == [66, 78, 66]


@pytest.mark.parametrize(
    ("key", "tonic", "mode", "pitch"),
    [
        ("G", 7, "major", 66), ("Am", 9, "minor", 65), ("Edor", 4, "dorian", 66), ("Bb", 10, "major", 65),
        ("D mixolydian", 2, "mixolydian", 66), ("F# phr", 6, "phrygian", 66), ("C loc", 0, "locrian", 65),
        ("F Lyd", 5, "lydian", 65), ("C#", 1, "major", 66), ("D clef=treble", 2, "major", 66),
        ("D ^f =c", 2, "major", 66),
    ],
)  # fmt: skip
def test_keys_and_modes_sharpen_what_they_should(key, tonic, mode, pitch):
    score = score_abc.from_text(HEAD.replace("K:C", f"K:{key}") + "F4|")
    assert score.keys == (Key(0, tonic, mode),)
    assert score.parts[0].notes[0].pitch == pitch


def test_tuplets_broken_rhythm_and_default_lengths():
    assert notes("(3CDE F2 |")[1] == (1 / 3 * 2, 2 / 3, 62)
    assert [row[:2] for row in notes("C>D E<F |")] == [(0, 1.5), (1.5, 0.5), (2, 0.5), (2.5, 1.5)]
    assert [row[:2] for row in notes("(5:4:5CDEFG |")] == [(i * 384 / 480, 0.8) for i in range(5)]
    assert notes("C D|", "X:1\nM:2/4\nK:C\n")[1] == (0.25, 0.25, 62)  # below 3/4 a note is a 16th
    assert notes("C D|", "X:1\nM:6/8\nK:C\n")[1] == (0.5, 0.5, 62)


def test_ties_join_notes_over_the_barline_with_their_accidental():
    assert notes("C2 ^F2-|F2 F2|") == [(0, 2, 60), (2, 4, 66), (6, 2, 65)]
    assert notes("[CE-]2 [DE]2|") == [(0, 2, 60), (0, 4, 64), (2, 2, 62)]
    assert notes("C2- E2|") == [(0, 2, 60), (2, 2, 64)]  # a slur, not a tie


def test_chords_of_notes_and_of_symbols():
    score = score_abc.from_text(HEAD + '"Am7"[CEA]2 "D/f#"D "N.C."z | "^slowly"C4 |')
    assert [note.pitch for note in score.parts[0].notes] == [60, 64, 69, 62, 60]
    assert score.chords == (Chord(0, 9, "m7"), Chord(960, 2, "", 6), Chord(1440, 0, None))
    assert score.marks == (Mark(1920, "slowly"),)


def test_spelling_is_kept_where_the_key_does_not_give_it():
    score = score_abc.from_text(HEAD.replace("K:C", "K:G") + "F ^G _B =F|")
    assert [note.spelling for note in score.parts[0].notes] == ["", "G#", "Bb", "F"]


# -- bars


def test_pick_ups_metre_changes_and_free_metre():
    score = score_abc.from_text(HEAD.replace("4/4", "3/4") + "G | C2 E |[M:7/8] G7/2 |\nM:C|\nC4 |]")
    assert score.bars == (Bar(480, 3, 4), Bar(1440, 3, 4), Bar(1680, 7, 8), Bar(1920, 2, 2))
    free = score_abc.from_text(HEAD.replace("4/4", "none") + "CDEFG|A|")
    assert free.bars == (Bar(2400, 5, 4), Bar(480, 1, 4))


def test_repeats_are_kept_once_and_said_or_played_out():
    text = HEAD + "|: C4 |1 D4 :|2 E4 |: F4 :| G4 |]"
    once = score_abc.from_text(text)
    assert [note.pitch for note in once.parts[0].notes] == [60, 62, 64, 65, 67]
    assert once.said == ("2 repeats were kept as written, once",)
    played = score_abc.from_text(text, repeats="played")
    assert [note.pitch for note in played.parts[0].notes] == [60, 62, 60, 64, 65, 65, 67]
    assert (played.bars, played.said) == ((Bar(1920),) * 7, ())


def test_endings_of_three_times_and_a_repeat_from_the_beginning():
    assert played_order([(0, 0, ""), (0, 1, "1,2"), (0, 0, "3"), (0, 0, "")]) == [0, 1, 0, 1, 0, 2, 3]
    assert played_order([(0, 0, ""), (0, 1, ""), (0, 0, "")]) == [0, 1, 0, 1, 2]
    assert played_order([(0, 0, ""), (0, 0, "1"), (0, 1, ""), (0, 0, "2"), (0, 0, "")]) == [0, 1, 2, 0, 3, 4]


def test_tempi_in_all_their_ways():
    for text, bpm in (("1/4=90", 90), ("3/8=60", 90), ('"Allegro" 1/2=60', 120), ("120", 120), ("C2=50", 100)):
        assert score_abc.from_text(HEAD.replace("K:C", f"Q:{text}\nK:C") + "C4|").tempi == (Tempo(0, bpm),)
    assert score_abc.from_text(HEAD.replace("K:C", 'Q:"Allegro"\nK:C') + "C4|").marks == (Mark(0, "Allegro"),)


# -- voices and words


def test_voices_become_parts_and_short_ones_are_said():
    text = HEAD + 'V:S name="Soprano"\nV:B clef=bass octave=-1\n[V:S] c4 | d4 |\n[V:B] C2 G,2 | Z |\nV:S\ne4 |]'
    score = score_abc.from_text(text)
    assert [(part.name, len(part.notes)) for part in score.parts] == [("Soprano", 3), ("B", 2)]
    assert [note.pitch for note in score.parts[1].notes] == [48, 43]
    assert len(score.bars) == 3
    assert score.said == ("1 voice has fewer bars than the longest",)


def test_words_are_sung_on_their_notes():
    text = HEAD + "C D E F | G2 A2 |\nw: 1.~A-ve ma_ | don~na* \nw: second verse"
    score = score_abc.from_text(text)
    assert [note.lyric for note in score.parts[0].notes] == ["A-", "ve", "ma", "", "don na", ""]
    assert "1 line of further verses was left out" in score.said


def test_two_layers_of_a_bar_become_two_voices():
    part = score_abc.from_text(HEAD + "c4 & C2 E2 | G4 |").parts[0]
    assert [(n.start, n.pitch, n.voice) for n in part.notes] == [(0, 60, 2), (0, 72, 1), (960, 64, 2), (1920, 67, 1)]


def test_what_is_left_out_is_said():
    score = score_abc.from_text(HEAD + "{ab}c !trill!d ~e ? f | (CD) .E !p!F |")
    assert [note.velocity for note in score.parts[0].notes][-2:] == [80, 49]
    told = " / ".join(score.said)
    assert "1 grace note was" in told and "2 ornaments" in told and "'?' in line 6" in told


def test_a_book_of_tunes_is_read_whole(tmp_path):
    book = '%abc-2.1\nM:3/4\n\nX:1\nT:Один\nK:G\nG6|\n\nfree text\n\nX:2\nT:Zwei\nC:Kl\\"ara\nK:D\nD6|\n'
    (tmp_path / "Песни.abc").write_text(book, encoding="utf-8")
    one, two = score_abc.read_all(tmp_path / "Песни.abc")
    assert (one.title, two.title, two.composer) == ("Один", "Zwei", "Klära")
    assert one.bars == two.bars == (Bar(1440, 3, 4),)
    assert "1 more tune stands" in score_abc.read(tmp_path / "Песни.abc").said[0]


def test_composers_are_found_among_the_credits_of_hymn_books():
    credits = (
        "C: Words: Ann, 1820. Music: 'Dundee' Guillaume Franc, 1543. Setting: a book.\nC: copyright: public domain."
    )
    assert (
        score_abc.from_text(HEAD.replace("M:", f"{credits}\nM:") + "C4|").composer == "'Dundee' Guillaume Franc, 1543"
    )
    assert score_abc.from_text(HEAD.replace("M:", "C:J. Field\nM:") + "C4|").composer == "J. Field"


# -- bad input


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (HEAD + "C D E F\n[CE G2 |", "chord in [ is not closed", 7),
        (HEAD + '"Am C', "not closed", 6),
        (HEAD + "{c d", "grace notes are not closed", 6),
        (HEAD + "C0 |", "no length", 6),
        (HEAD + "C/0 |", "no length", 6),
        (HEAD + "C9999 |", "longer than any", 6),
        (HEAD + "C99999999999 |", "no length", 6),
        (HEAD + "> C |", "stands behind no note", 6),
        (HEAD + "Z99999 |", "bars of rest", 6),
        (HEAD + "c'''''' |", "out of all range", 6),
        (HEAD.replace("K:C", "K:H"), "no key", 5),
        (HEAD.replace("K:C", "K:G#"), "8 signs", 5),
        (HEAD.replace("4/4", "4/5"), "no metre", 3),
        (HEAD.replace("L:1/4", "L:0/4"), "no note length", 4),
        (HEAD.replace("K:C", "Q:1/4=-5\nK:C"), "no tempo", 5),
        (HEAD.replace("K:C", "Q:1/4=99999\nK:C"), "no tempo", 5),
        ("X:1\nT:a\nCDEF\nK:C\n", "before the key", 3),
        (HEAD, "no notes", 1),
        ("X:1\nT:a\n", "no K: line", 1),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, reason, line):
    with pytest.raises(MediaError) as caught:
        score_abc.from_text(text, "tune.abc")
    assert reason in caught.value.wrong
    assert caught.value.where == f"tune.abc, line {line}"
    assert caught.value.mend


@settings(max_examples=150, deadline=None)
@given(st.text("ABcd'^_=|:[]()23/<>-\"{}!zZ&V:w\n ,", max_size=60))
def test_no_text_whatsoever_brings_the_reader_down(music):
    try:
        score_abc.from_text(HEAD + music, repeats="played")
    except MediaError as error:
        assert error.wrong and error.mend


def test_files_that_are_no_tunes_are_refused(tmp_path):
    (tmp_path / "a.abc").write_bytes(b"hello\n")
    with pytest.raises(MediaError, match="no tune"):
        score_abc.read(tmp_path / "a.abc")
    with pytest.raises(MediaError, match="cannot be read"):
        score_abc.read(tmp_path)


@pytest.mark.data
@pytest.mark.skipif(not TUNES.is_file(), reason="the shared music is not here")
def test_tunes_sound_as_another_reader_of_the_same_texts_heard_them():
    with gzip.open(TUNES, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for number, line in enumerate(lines) if number % 40 == 0]
    for record in records:
        score = score_abc.from_text(record["abc"], record["id"])
        mine = [(note.start // 20, note.length // 20, note.pitch) for note in score.parts[0].notes]
        assert joined(mine) == joined(theirs(record)), record["id"]


def theirs(record):
    rows = []
    for _, _, steps, lengths, heard in record["voices"]:
        start = 0
        for step, length, pitch in zip(steps, lengths, heard, strict=True):
            start += step
            rows.append((start, length, pitch))
    return rows


def joined(rows):
    """Notes of one pitch that touch as one: the other reader passes over ties behind a blank."""
    out = []
    for start, length, pitch in sorted(rows, key=lambda row: (row[2], row[0])):
        if out and out[-1][2] == pitch and out[-1][0] + out[-1][1] == start:
            out[-1][1] += length
        else:
            out.append([start, length, pitch])
    return out


def test_endings_of_several_bars_are_played_whole():
    tune = "X:1\nM:2/4\nL:1/4\nK:C\nCD|[1 EF|GA:|[2 Bc|de{}fg|ab|\n"
    wanted = "CDEFGACDBcdefgab"
    for line in ("||", ":|"):
        notes = score_abc.from_text(tune.format(line), repeats="played").parts[0].notes
        scale = dict(zip("CDEFGABcdefgab", (60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79, 81, 83), strict=True))
        assert [note.pitch for note in notes] == [scale[name] for name in wanted]
