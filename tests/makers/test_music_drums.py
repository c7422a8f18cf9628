"""What a musician may rely on when she asks for drums."""

from __future__ import annotations

import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_drums import (
    CRASH,
    FEET,
    SNARES,
    STYLES,
    TOMS,
    beats,
    drumify,
    groups,
    histogram,
    kit_of,
    like,
    part,
)
from maquette.media.score import Bar, Mark, Note, Part, Score, check, regular_bars

METRES = [(4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (12, 8), (7, 8), (5, 4), (5, 8), (2, 2), (6, 4)]


def piece(metre=(4, 4), bars=8, rest=()):
    whole = metre[0] * 1920 // metre[1]
    tune = [Note(b * whole + at, 240, 67) for b in range(bars) if b not in rest for at in range(0, whole - 240, 360)]
    bass = [Note(b * whole + at, 480, 40) for b in range(bars) if b not in rest for at in (0, 720) if at < whole]
    return Score((Part("tune", 73, tuple(tune)), Part("bass", 33, tuple(bass))), regular_bars(bars, *metre))


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("metre", METRES)
def test_every_style_plays_in_every_metre_and_stays_in_its_bars(style, metre):
    bars = regular_bars(9, *metre)
    made = check(Score((part(bars, style),), bars))
    firsts = {note.start for note in made.parts[0].notes}
    assert all(start in firsts for start in made.starts[:-1]), "a bar begins without a hit"
    assert all(note.start < made.end for note in made.parts[0].notes)
    assert made.parts[0].drums and len({(n.start, n.pitch) for n in made.parts[0].notes}) == made.count


def test_seven_eighths_are_two_two_and_three_and_five_quarters_three_and_two():
    assert [length for _, length in groups(Bar(1680, 7, 8))] == [480, 480, 720]
    assert [length for _, length in groups(Bar(2400, 5, 4))] == [1440, 960]
    assert [role for _, _, role in beats(Bar(2400, 5, 4))] == ["first", "weak", "weak", "strong", "weak"]


def test_the_backbeat_of_rock_lies_on_two_and_four():
    bars = regular_bars(4)
    loud = {note.start % 1920 for note in part(bars, "rock", fill_every=0).notes if note.pitch in SNARES}
    assert loud == {480, 1440}


def test_every_eighth_bar_ends_in_a_fill_and_the_ninth_begins_with_a_crash():
    bars = regular_bars(17)
    notes = part(bars, "rock", seed=3).notes
    filled = {note.start // 1920 for note in notes if note.pitch in TOMS}
    assert filled == {7, 15}
    assert {note.start // 1920 for note in notes if note.pitch == CRASH} == {0, 8, 16}
    assert not any(note.pitch in TOMS for note in part(bars, "rock", fill_every=0).notes)


def test_a_pick_up_has_the_end_of_a_bar():
    bars = regular_bars(4, pickup=480)
    notes = part(bars, "rock").notes
    assert {note.pitch for note in notes if note.start == 0} >= {38}
    assert {note.pitch for note in notes if note.start == 480} >= {36}


def test_the_kick_goes_with_the_bass_and_silence_stays_silent():
    score = piece(bars=8, rest=(2, 3))
    made = drumify(score, "rock", fill_every=0)
    drums = made.score.parts[-1]
    assert made.score.parts[:2] == score.parts
    kicks = {note.start % 1920 for note in drums.notes if note.pitch in FEET and note.start < 1920}
    assert {0, 720} <= kicks
    assert not any(2 * 1920 <= note.start < 3 * 1920 + 1440 for note in drums.notes)
    assert any("silent" in line for line in made.said)


def test_sections_begin_with_a_crash_and_tempo_words_do_not():
    score = piece(bars=8)
    marked = Score(score.parts, score.bars, marks=(Mark(4 * 1920, "B"), Mark(6 * 1920, "Allegro")))
    notes = drumify(marked, "pop", fill_every=0).score.parts[-1].notes
    assert {note.start // 1920 for note in notes if note.pitch == CRASH} == {4}


def test_the_same_seed_drums_alike():
    assert drumify(piece(), "funk", seed=4) == drumify(piece(), "funk", seed=4)


def own_pattern(bars=8):
    notes = []
    for b in range(bars):
        notes += [Note(b * 1920, 60, 36, 100), Note(b * 1920 + 960 + 7, 60, 38, 110)]
        notes += [Note(b * 1920 + k * 240 + 3, 60, 42, 50 + k) for k in range(8)]
    notes += [Note((bars - 1) * 1920 + 1440 + k * 120, 60, 47 - 2 * (k // 2), 90) for k in range(4)]
    return Score((Part("Drums", 0, tuple(sorted(notes, key=lambda n: (n.start, n.pitch))), True),), regular_bars(bars))


def test_drums_like_ones_own_keep_the_pattern_with_its_timing():
    kit = kit_of(own_pattern())
    made = like(kit, regular_bars(4), amount=0, fill_every=0)
    assert [(n.start, n.pitch, n.velocity) for n in made.notes[:3]] == [(0, 36, 100), (3, 42, 50), (243, 42, 51)]
    assert any(note.start % 1920 == 967 and note.pitch == 38 for note in made.notes)


def test_ones_own_fill_comes_every_eighth_bar():
    notes = like(kit_of(own_pattern()), regular_bars(16), amount=0).notes
    assert {note.start // 1920 for note in notes if note.pitch in TOMS} == {7, 15}


def test_more_variation_changes_more_and_never_the_backbeat():
    kit, bars = kit_of(own_pattern()), regular_bars(16)
    plain = {(n.start, n.pitch) for n in like(kit, bars, amount=0, fill_every=0).notes}
    changes = []
    for amount in (0.2, 0.6, 1.0):
        made = {(n.start, n.pitch) for n in like(kit, bars, amount=amount, fill_every=0, seed=2).notes}
        changes.append(len(plain ^ made))
        assert all((b * 1920 + 967, 38) in made and (b * 1920, 36) in made for b in range(16))
    assert changes == sorted(changes) and changes[0] > 0


@pytest.mark.parametrize("metre", [(3, 4), (7, 8), (5, 4), (6, 8)])
def test_ones_own_pattern_fits_bars_of_another_metre(metre):
    bars = regular_bars(8, *metre)
    check(Score((made := like(kit_of(own_pattern()), bars),), bars))
    assert max(note.end for note in made.notes) <= Score((), bars).end


def test_what_cannot_be_drummed_is_refused_with_a_way_out():
    with pytest.raises(UsageError, match="no drum style 'rok'") as caught:
        part(regular_bars(2), "rok")
    assert "rock" in caught.value.mend
    with pytest.raises(UsageError, match="no rhythm"):
        drumify(Score((Part(),), regular_bars(4)))
    with pytest.raises(UsageError, match="no drums"):
        kit_of(piece())
    with pytest.raises(UsageError):
        like(kit_of(own_pattern()), regular_bars(2), amount=2)


def test_the_histogram_tells_where_each_kind_of_drum_falls():
    found = histogram(own_pattern())
    assert found["kick", 0] == pytest.approx(found["snare", 8]) and sum(found.values()) == pytest.approx(1)
