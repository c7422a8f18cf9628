"""What a song writer may rely on when her words meet notes."""

from __future__ import annotations

import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.makers.music_lyrics import assign, read, read_file, rhythm_of, weight
from maquette.makers.music_syllables import language_of, stress, syllables
from maquette.media.score import Bar, Note, Part, Score, check, regular_bars

GRACE = "Amazing grace, how sweet the sound\nThat saved a wretch like me"


def tune(lengths, metre=(4, 4), pickup=0, pitches=None):
    notes, at = [], 0
    for number, length in enumerate(lengths):
        if length > 0:
            notes.append(Note(at, length, pitches[number] if pitches else 60 + number % 7))
        at += abs(length)
    whole = metre[0] * 1920 // metre[1]
    return Score((Part("Voice", 52, tuple(notes)),), regular_bars(-(-(at - pickup) // whole), *metre, pickup=pickup))


@pytest.mark.parametrize(
    ("word", "language", "parts"),
    [
        ("happy", "en", "hap-py"),
        ("table", "en", "ta-ble"),
        ("loved", "en", "loved"),
        ("wanted", "en", "want-ed"),
        ("nation", "en", "na-tion"),
        ("heaven", "en", "heav-en"),
        ("hopeful", "en", "hope-ful"),
        ("Röslein", "de", "Rös-lein"),
        ("verschwunden", "de", "ver-schwun-den"),
        ("geliebte", "de", "ge-lieb-te"),
        ("Domine", "la", "Do-mi-ne"),
        ("patria", "la", "pa-tri-a"),
        ("quoniam", "la", "quo-ni-am"),
        ("берёза", "ru", "бе-рё-за"),
        ("стояла", "ru", "сто-я-ла"),
        ("маленький", "ru", "ма-лень-кий"),
        ("szczęście", "pl", "szczę-ście"),
        ("ziemia", "pl", "zie-mia"),
        ("amore", "it", "a-mo-re"),
        ("lumière", "fr", "lu-miè-re"),
    ],
)
def test_words_are_cut_as_singers_cut_them(word, language, parts):
    assert "-".join(syllables(word, language)) == parts


def test_hyphens_in_the_file_hold_before_any_rule():
    assert [one.lyric for one in read("A-me-ri-ca", "en").syllables] == ["A-", "me-", "ri-", "ca"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The owl and the pussycat went to sea", "en"),
        ("Sah ein Knab ein Röslein stehn", "de"),
        ("Во поле берёза стояла", "ru"),
        ("Agnus Dei qui tollis peccata mundi", "la"),
        ("Jeszcze Polska nie zginęła", "pl"),
        ("Au clair de la lune, mon ami Pierrot", "fr"),
    ],
)
def test_the_language_is_told_by_its_letters_and_little_words(text, language):
    assert language_of(text) == language


def test_stress_lies_where_each_language_puts_it():
    assert stress(("zgi", "nę", "ła"), "pl").index(1.0) == 1
    assert stress(("Do", "mi", "ne"), "la").index(1.0) == 0
    assert stress(("ge", "lieb", "te"), "de").index(1.0) == 1
    assert stress(("na", "tion"), "en").index(1.0) == 0
    assert stress(("be", "gin"), "en").index(1.0) == 1
    assert stress(("го", "ло", "ва\u0301"), "ru").index(1.0) == 2


def test_as_many_syllables_as_notes_are_sung_one_on_each():
    score = tune([480] * 14)
    sung = assign(score, read(GRACE, "en"))
    lyrics = [note.lyric for note in sung.score.parts[0].notes]
    assert lyrics[:4] == ["A-", "ma-", "zing", "grace,"] and all(lyrics) and sung.melismas == 0
    plain = [(note.start, note.length, note.pitch) for note in sung.score.parts[0].notes]
    assert plain == [(note.start, note.length, note.pitch) for note in score.parts[0].notes]


def test_a_line_ends_before_a_rest_and_left_over_notes_become_a_melisma():
    # Two phrases of four notes with a rest between: three syllables each, so each phrase has one melisma.
    score = tune([480, 240, 240, 960, -960, 480, 240, 240, 960, -960])
    notes = assign(score, read("Rise up now\nSing out loud", "en"), again=False).score.parts[0].notes
    assert notes[0].lyric == "Rise" and notes[4].lyric == "Sing"
    assert [bool(note.lyric) for note in notes].count(False) == 2


def test_strong_syllables_look_for_strong_beats():
    score = tune([480] * 9, pickup=480)  # nine notes for eight syllables, the first before the barline
    sung = assign(score, read("The rose is red the vio-let's blue", "en"))
    assert sung.strong == 1.0
    rose = next(note for note in sung.score.parts[0].notes if note.lyric == "rose")
    assert weight(score, rose.start) >= 0.75


def test_the_same_note_again_begins_a_syllable():
    score = tune([480] * 5, pitches=[60, 60, 62, 64, 64])
    lyrics = [note.lyric for note in assign(score, read("one two three four", "en")).score.parts[0].notes]
    assert lyrics[0] and lyrics[1] and lyrics[4]


def test_lyrics_longer_than_the_tune_are_refused_with_both_counts():
    with pytest.raises(UsageError, match="14 syllables and the tune has 10 notes"):
        assign(tune([480] * 10), read(GRACE, "en"))


def test_a_tune_twice_as_long_sings_the_words_again_and_says_so():
    sung = assign(tune([480] * 28), read(GRACE, "en"))
    assert any("2 times" in line for line in sung.said)
    assert [note.lyric for note in sung.score.parts[0].notes][14] == "A-"


def test_a_line_under_the_words_holds_a_syllable():
    lyrics = read("A_ _ men", "en")
    notes = assign(tune([480] * 4), lyrics, again=False).score.parts[0].notes
    assert [note.lyric for note in notes] == ["A", "", "", "men"]


def test_words_alone_give_a_rhythm_with_their_stresses_on_beats():
    setting = rhythm_of(read(GRACE, "en"), (3, 4))
    assert setting.strong >= 0.85
    assert setting.bars[0].length < 1440, "an unstressed beginning is a pick-up"
    flat = [word for bar in sorted(setting.words) for word in setting.words[bar]]
    assert flat == [one.lyric for one in read(GRACE, "en").syllables]
    for bar, rows in setting.rhythm.items():
        ends = [start + length for start, length in rows]
        assert all(a <= b for a, b in zip(ends, [start for start, _ in rows[1:]] + [setting.bars[bar].length]))


@pytest.mark.parametrize("metre", [(4, 4), (3, 4), (6, 8), (2, 4), (5, 4), (7, 8)])
def test_the_rhythm_goes_back_on_the_notes_that_were_written_for_it(metre):
    setting = rhythm_of(read("Sah ein Knab ein Röslein stehn\nRöslein auf der Heiden", "de"), metre)
    starts = Score((), setting.bars).starts
    notes = tuple(Note(starts[bar] + a, n, 60) for (bar, _), rows in sorted(setting.cells().items()) for a, n in rows)
    score = check(setting.with_words(Score((Part("Voice", 52, notes),), setting.bars)))
    assert [note.lyric for note in score.parts[0].notes][:6] == ["Sah", "ein", "Knab", "ein", "Rös-", "lein"]


@pytest.mark.parametrize("text", ["", "\n\n", "[Chorus]\n", "... --- !!!", "1 2 3"])
def test_lyrics_without_words_are_refused(text):
    with pytest.raises(UsageError):
        read(text)


def test_files_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "слова.txt"
    path.write_bytes("Во поле".encode("cp1251"))
    with pytest.raises(MediaError, match="UTF-8"):
        read_file(path)
    path.write_text("\ufeffВо поле берёза", encoding="utf-8")
    assert len(read_file(path).syllables) == 6
    with pytest.raises(MediaError):
        read_file(tmp_path / "none.txt")
    with pytest.raises(UsageError, match="xx"):
        read("a", "xx")


def test_a_pick_up_counts_from_the_bar_it_belongs_to():
    score = Score((Part(),), (Bar(480, 4, 4), Bar(1920, 4, 4)))
    assert weight(score, 0) == 0.5 and weight(score, 480) == 1.0
