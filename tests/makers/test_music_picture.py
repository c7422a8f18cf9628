"""What a composer for film and adverts may rely on."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_picture import apply, cut_down, plan
from maquette.media.score import Bar, Chord, Key, Note, Part, Score, Tempo, check


def theme(bars=16, metre=(4, 4), bpm=104.0):
    """A tune with a bass and drums."""
    whole = metre[0] * 1920 // metre[1]
    scale = (67, 69, 71, 72, 74, 76, 78, 79)
    tune = [
        Note(b * whole + k * 480, 480, scale[(b * 3 + k * k) % 8]) for b in range(bars) for k in range(whole // 480)
    ]
    bass = [Note(b * whole, whole, (43, 48, 50, 43)[b % 4]) for b in range(bars)]
    drums = [Note(b * whole + k * 240, 120, 42, 70) for b in range(bars) for k in range(whole // 240)]
    parts = (Part("Flute", 73, tuple(tune)), Part("Bass", 33, tuple(bass)), Part("Drums", 0, tuple(drums), True))
    chords = tuple(Chord(b * whole, (7, 0, 2, 7)[b % 4]) for b in range(bars))
    return Score(parts, (Bar(whole, *metre),) * bars, (Key(0, 7),), (Tempo(0, bpm),), chords)


def test_two_hundred_random_requests_meet_every_hit_within_twenty_milliseconds():
    dice = np.random.default_rng(11)
    for _ in range(200):
        length = float(np.round(dice.uniform(10, 90), 2))
        hits: list[float] = []
        for hit in np.round(dice.uniform(1.5, length - 1.5, int(dice.integers(0, 7))), 2):
            if all(abs(hit - other) > 1.5 for other in hits):
                hits.append(float(hit))
        metre = ((4, 4), (3, 4), (6, 8), (2, 4), (5, 4), (7, 8))[int(dice.integers(6))]
        made = plan(length, hits, metre, (80, 140))
        assert all(abs(hit.error) <= 20 and hit.strong for hit in made.hits), (length, hits, metre)
        assert abs(made.score.duration - length) < 0.001
        assert all(79.9 <= one.bpm <= 140.1 for one in made.tempi)


def test_one_tempo_is_kept_where_one_does():
    made = plan(30, [8, 16], (4, 4), (100, 130))
    assert made.way == "one tempo" and len(made.tempi) == 1 and len(made.bars) == 15
    assert [(hit.bar, hit.beat) for hit in made.hits] == [(5, 1), (9, 1)]


def test_without_hits_the_music_still_ends_on_time():
    made = plan(17.3, (), (3, 4), (90, 110))
    assert made.way == "one tempo" and made.score.duration == pytest.approx(17.3, abs=1e-4)


def test_gentle_tempo_changes_come_before_odd_bars():
    assert plan(30, [4.0, 12.5], (4, 4), (80, 140)).way == "tempo changes"
    odd = plan(20, [5.2, 9.3], (4, 4), (95, 105))
    assert odd.way == "metre changes" and any((bar.beats, bar.unit) != (4, 4) for bar in odd.bars)
    assert any("another number of beats" in line for line in odd.said)


def test_a_hit_at_the_beginning_and_one_at_the_end_are_met():
    made = plan(12, [0, 12], (4, 4))
    assert [hit.tick for hit in made.hits] == [0, made.score.end]


def test_two_hits_nearer_than_a_beat_are_explained():
    with pytest.raises(UsageError, match=r"between 4 s and 4.2 s \(0.20 s\)") as caught:
        plan(30, [4.0, 4.2], (4, 4), (80, 140))
    assert "300.0" in caught.value.mend


@pytest.mark.parametrize("wish", [(0.5, ()), (30, (31,)), (30, (-1,)), (1e9, ()), (float("nan"), ())])
def test_lengths_and_hits_that_cannot_be_are_refused(wish):
    with pytest.raises(UsageError):
        plan(*wish)


def test_music_accents_and_closes_on_every_hit():
    made = plan(30, [4.0, 12.5, 21.7], (4, 4), (90, 130))
    score = check(apply(theme(), made))
    assert score.duration == pytest.approx(30, abs=0.001)
    for hit in made.hits:
        for part in score.parts:
            begun = [note for note in part.notes if note.start == hit.tick]
            assert begun and max(note.velocity for note in begun) >= 112, part.name
            if not part.drums:
                assert {note.pitch % 12 for note in begun} <= {7, 11, 2}
                before = [note for note in part.notes if hit.tick - 480 <= note.start < hit.tick]
                assert {note.pitch % 12 for note in before} <= {2, 6, 9, 0}
        assert score.chord_at(hit.tick).root == 7
    last = [note for part in score.parts if not part.drums for note in part.notes if note.end == score.end]
    assert {note.pitch % 12 for note in last} <= {7, 11, 2}
    assert not any(note.start > score.starts[-2] for part in score.parts if not part.drums for note in part.notes)


@pytest.mark.parametrize("seconds", [6, 15, 30, 60])
def test_versions_of_one_theme_last_exactly_as_long_as_asked(seconds):
    piece = theme(24)
    score, made = cut_down(piece, seconds)
    assert check(score).duration == pytest.approx(seconds, abs=0.001)
    assert abs(made.tempi[0].bpm / 104 - 1) < 0.26
    first = [note.pitch for note in piece.parts[0].notes if note.start < 1440]
    assert [note.pitch for note in score.parts[0].notes if note.start < 1440] == first


def test_a_piece_of_another_metre_is_not_forced_in():
    with pytest.raises(UsageError, match="3/4 and the plan in 4/4"):
        apply(theme(8, (3, 4)), plan(20, (), (4, 4)))


def test_odd_bars_are_full():
    made = plan(20, [5.2, 9.3], (4, 4), (95, 105))
    score = check(apply(theme(), made))
    assert score.duration == pytest.approx(20, abs=0.001)
    assert [bar.length for bar in score.bars] == [bar.length for bar in made.bars]
