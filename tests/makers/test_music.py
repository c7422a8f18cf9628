"""What a composer may rely on in a new piece: what she fixed holds, and the piece can be made again."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import UsageError
from maquette.core.types import Request
from maquette.makers import music_judge as judge
from maquette.makers.music import MusicControls, MusicMaker
from maquette.media import score as s
from maquette.media.score_midi import from_bytes, to_bytes
from maquette.trust.story import plain_data


@pytest.fixture(scope="module")
def maker(tiny_music):
    return MusicMaker(open_checkpoint(tiny_music))


def made(maker, words="a song", count=1, seed=1, **controls):
    asked = MusicControls(**{"pool": 2, "bars": 4, **controls})
    asked.fit(count)
    return list(maker.make(Request("music", words, asked, seed, count)))


def test_everything_that_was_fixed_holds_in_the_file(maker):
    (work,) = made(
        maker,
        "a tune for flute",
        key="Dm",
        metre="7/8",
        tempo=96.0,
        bars=5,
        scale="D minor pentatonic",
        range="D4-D6",
        leap=7,
    )
    score = from_bytes(to_bytes(work.media))
    assert len(score.bars) == 5 and score.metre == (7, 8) and round(score.tempo_at(0)) == 96
    assert (score.key.tonic, score.key.mode) == (2, "minor")
    notes = score.parts[0].notes
    assert notes and all(62 <= note.pitch <= 86 and note.pitch % 12 in (2, 5, 7, 9, 0) for note in notes)
    assert all(abs(a.pitch - b.pitch) <= 7 for a, b in pairwise(notes))
    assert all(note.end <= score.end for note in notes)


def test_a_chord_track_binds_every_beat(maker):
    (work,) = made(maker, "a song", parts="violin", chords="Am F C G", key="Am")
    score = work.media
    assert [chord.root for chord in score.chords] == [9, 5, 0, 7]
    for note in score.parts[0].notes:
        if (note.start - score.starts[score.bar_at(note.start)]) % s.TPQ == 0:
            assert note.pitch % 12 in score.chord_at(note.start).tones


def test_sections_that_return_are_the_same_note_for_note(maker):
    (work,) = made(maker, form="ABA", bars=6, parts="violin")
    first, again = ([(n.start, n.pitch) for n in s.cut(work.media, bar, bar + 1).parts[0].notes] for bar in (0, 4))
    assert first == again
    assert [mark.text for mark in work.media.marks] == ["A", "B", "A"]
    with pytest.raises(UsageError, match="contradict"):
        made(maker, form="A8B8", bars=10)


def test_music_for_a_picture_lasts_exactly_and_lands_on_its_hits(maker):
    (work,) = made(maker, "a song", bars=None, length="20s", hits="4.0,12.5", parts="piano")
    score = work.media
    assert score.duration == pytest.approx(20.0, abs=0.02)
    starts = [score.seconds(note.start) for part in score.parts for note in part.notes]
    for hit in (4.0, 12.5):
        assert min(abs(start - hit) for start in starts) < 0.03


def test_words_are_sung_by_the_first_voice_a_syllable_a_note(maker, tmp_path):
    words = tmp_path / "слова.txt"
    words.write_text("The night is young and bright,\nThe moon is on the hill.\n", "utf-8")
    (work,) = made(maker, "a song", bars=None, lyrics=str(words))
    sung = [note.lyric for note in work.media.parts[0].notes]
    assert sung[:6] == ["The", "night", "is", "young", "and", "bright,"]
    assert work.media.parts[0].name == "Voice"
    with pytest.raises(UsageError, match="contradict"):
        made(maker, "a song", bars=7, lyrics=str(words))


def test_a_piece_can_be_replayed_from_its_record_alone(maker):
    for controls in ({}, {"form": "AA", "parts": "violin"}, {"bars": None, "length": "8s", "parts": "violin"}):
        for work in made(maker, "a sad song", count=2, **controls):
            told = json.loads(json.dumps(plain_data(work.trace)))
            assert replace(MusicMaker.replay(told), said=()) == replace(work.media, said=())


def test_the_same_seed_makes_the_same_pieces_and_each_is_another(maker):
    one, two = made(maker, count=2, seed=5), made(maker, count=2, seed=5)
    assert [work.media for work in one] == [work.media for work in two]
    assert one[0].media != one[1].media
    assert [work.trace["rank"] for work in one] == [1, 2]


def test_how_words_were_read_travels_with_the_piece(maker):
    (work,) = made(maker, "a techno flibbertigibbet")
    reading = work.trace["reading"]
    assert reading["replaced"][0][0] == "techno" and reading["unknown"] == ["flibbertigibbet"]
    with pytest.raises(UsageError, match="nothing in these words"):
        made(maker, "blorp")


def test_a_range_without_a_note_of_the_scale_is_explained(maker):
    with pytest.raises(UsageError, match=r"no note of .* lies between"):
        made(maker, "a song", parts="flute", scale="C E G", key="C", range="C#4-D4")


def test_order_is_told_from_noodling():
    def tune(pitches, length=240):
        notes = tuple(s.Note(i * length, length, pitch) for i, pitch in enumerate(pitches))
        return s.Score((s.Part("Violin", 40, notes),), s.regular_bars(8, 2, 4), (s.Key(0, 0),))

    phrase = [60, 62, 64, 65, 67, 65, 64, 62]
    ordered = tune([*phrase, 64, 64, 65, 67, 64, 62, 60, 60] * 2)
    wandering = tune([60 + (i * 7 + i * i) % 25 for i in range(32)])
    assert judge.worth(ordered, "folk") > judge.worth(wandering, "folk") + 1
    assert judge.ends_at_home(ordered) > judge.ends_at_home(wandering)
    found = judge.measures(ordered)
    assert found["repeats"] >= 0.5 and found["in_key"] == 1.0
