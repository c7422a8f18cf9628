"""Music by rule: what a musician may rely on in chords, voices, accompaniments and arrangements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maquette.core.errors import UsageError
from maquette.makers.music_rules import (
    ENSEMBLES,
    STYLES,
    accompany,
    chords_for,
    rearrange,
    reharmonise,
    satb,
    styles_for,
)
from maquette.media.score import TPQ, Bar, Chord, Key, Note, Part, Score, check, regular_bars, sorted_notes
from maquette.media.score_lint import lint
from maquette.media.score_lint_ranges import VOICES

# "Ode an die Freude", Beethoven 1824: sixteen bars of quarters.
JOY = (64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, 62, 62, 62)
HOME = (64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, 60, 60, 60)
MIDDLE = (62, 62, 64, 60, 62, 65, 64, 60, 62, 65, 64, 62, 60, 62, 55, 55)


def joy(metre: tuple[int, int] = (4, 4)) -> Score:
    pitches = JOY + HOME + MIDDLE + HOME
    notes = tuple(Note(i * TPQ, TPQ, pitch + 5, lyric="la") for i, pitch in enumerate(pitches))
    bars = regular_bars(len(pitches) * TPQ // (metre[0] * 4 * TPQ // metre[1]), *metre)
    return Score((Part("Voice", 52, notes),), bars, (Key(0, 5),), title="Joy")


def test_a_melody_gets_chords_of_its_key_that_end_at_home() -> None:
    made = chords_for(joy())
    assert made.parts == joy().parts and made.bars == joy().bars
    assert made.chords[0].tick == 0 and made.chords[-1].root == 5 and made.chords[-1].quality == ""
    scale = set(Key(0, 5).scale)
    foreign = [chord for chord in made.chords if not set(chord.tones) <= scale]
    assert len(foreign) <= len(made.chords) / 4
    assert any(chord.root == 0 for chord in made.chords)  # its dominant


def test_chords_are_found_without_a_key_and_change_as_often_as_asked() -> None:
    bare = replace(joy(), keys=())
    bars = chords_for(bare, "bar").chords
    assert bars[-1].root == 5
    assert len(bars) <= len(chords_for(bare, "beat").chords)
    assert all(chord.tick % 1920 == 0 for chord in bars)


def test_nothing_to_harmonise_is_said() -> None:
    with pytest.raises(UsageError, match="no note"):
        chords_for(Score((Part("kit", 0, (Note(0, 240, 36),), drums=True),), regular_bars(1)))


def test_four_voices_keep_the_melody_the_ranges_and_the_rules() -> None:
    made = check(satb(chords_for(joy(), "beat")))
    assert [part.name for part in made.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert made.parts[0].notes == joy().parts[0].notes  # words and all
    for part, voice in zip(made.parts[1:], ("alto", "tenor", "bass"), strict=True):
        low, high = VOICES[voice]
        assert all(low <= note.pitch <= high for note in part.notes)
    assert not [one for one in lint(made) if one.rule in ("parallels", "crossing", "range", "key", "clash")]
    last = [part.notes[-1].pitch % 12 for part in made.parts]
    assert last[3] == 5 and set(last) <= {5, 9, 0}


def test_voices_need_chords() -> None:
    with pytest.raises(UsageError, match="no chords"):
        satb(joy())


def test_a_melody_with_rests_and_a_pick_up_is_harmonised_too() -> None:
    notes = (Note(0, 480, 67), Note(480, 960, 72), Note(2400, 480, 71), Note(2880, 960, 72))
    score = Score((Part("tune", 52, notes),), (Bar(480, 4, 4), Bar(1920), Bar(1920)), (Key(0, 0),))
    made = check(satb(chords_for(score)))
    assert all(part.notes and part.notes[0].start == 0 for part in made.parts)
    assert not any(1440 < note.start < 2400 for part in made.parts for note in part.notes)  # they rest with it


@pytest.mark.parametrize("style", STYLES)
def test_every_style_plays_in_each_of_its_metres_to_the_last_bar(style: str) -> None:
    for metre in STYLES[style].patterns:
        beats, unit = (int(part) for part in metre.split("/"))
        score = chords_for(joy((beats, unit)))
        made = check(accompany(score, style))
        assert made.parts[: len(score.parts)] == score.parts
        for part in made.parts[len(score.parts) :]:
            assert part.notes and max(note.end for note in part.notes) <= made.end
            assert any(note.start >= made.starts[-2] for note in part.notes)
        bass = next(part for part in made.parts if part.name == "Bass")
        first = made.chord_at(0)
        assert first is not None and bass.notes[0].pitch % 12 == (first.root if first.bass is None else first.bass)


def test_chords_and_bass_follow_the_chord_symbols() -> None:
    chords = (Chord(0, 0), Chord(960, 5), Chord(1920, 7, "7"), Chord(3840, 0))
    score = Score((Part("t", 0, (Note(0, 480, 72),)),), regular_bars(3), (Key(0, 0),), chords=chords)
    made = accompany(score, "chorale", parts=("bass", "chords"))
    assert len(made.parts) == 3  # no drums
    for part in made.parts[1:]:
        for note in part.notes:
            chord = made.chord_at(note.start)
            assert chord is not None and note.pitch % 12 in chord.tones


def test_a_style_for_another_metre_and_an_unknown_one_are_refused_with_what_fits() -> None:
    score = chords_for(joy())
    with pytest.raises(UsageError, match="not for 4/4") as error:
        accompany(score, "waltz")
    assert "swing" in error.value.mend
    with pytest.raises(UsageError, match="walz") as error:
        accompany(score, "walz")
    assert "waltz" in error.value.mend
    assert "waltz" in styles_for(3, 4) and "waltz" not in styles_for(4, 4)


def test_reharmonising_keeps_all_notes_the_ends_and_what_the_melody_bears() -> None:
    score = chords_for(joy())
    assert reharmonise(score, 0.0).chords == score.chords
    made = reharmonise(score, 0.8, seed=3)
    assert made.parts == score.parts and made.chords != score.chords
    assert made == reharmonise(score, 0.8, seed=3) != reharmonise(score, 0.8, seed=4)
    assert made.chords[0] == score.chords[0] and made.chords[-1].root == score.chords[-1].root
    for note in score.parts[0].notes:
        chord = made.chord_at(note.start)
        assert chord is not None
        if note.pitch % 12 not in chord.tones:  # never a semitone against a chord tone that was not there before
            old = score.chord_at(note.start)
            rubs = any((note.pitch - tone) % 12 in (1, 11) for tone in chord.tones)
            assert not rubs or (old is not None and old.root == chord.root)


def test_reharmonising_by_more_than_all_is_refused() -> None:
    with pytest.raises(UsageError, match=r"1\.5"):
        reharmonise(chords_for(joy()), 1.5)


@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_an_arrangement_keeps_the_tune_and_everybody_in_range_one_note_at_a_time(ensemble: str) -> None:
    score = chords_for(joy())
    piano = [
        Note(tick, 960, pitch)
        for tick in range(0, score.end, 960)
        for pitch in (36 + (score.chord_at(tick) or Chord(0, 5)).root, 57, 60, 65)
    ]
    score = replace(score, parts=(*score.parts, Part("Piano", 0, sorted_notes(piano))))
    made = check(rearrange(score, ensemble))
    players = ENSEMBLES[ensemble]
    assert [part.name for part in made.parts] == [player.name for player in players]
    for part, player in zip(made.parts, players, strict=True):
        low, high = player.range
        assert all(low <= note.pitch <= high for note in part.notes)
        assert all(one.end <= two.start for one, two in zip(part.notes, part.notes[1:], strict=False))
    tune = made.parts[0].notes
    assert [(note.start, note.pitch % 12) for note in tune] == [
        (note.start, note.pitch % 12) for note in score.parts[0].notes
    ]
    assert made.parts[-1].notes


def test_what_is_left_out_of_an_arrangement_is_said() -> None:
    thick = Part("Piano", 0, tuple(Note(0, 960, pitch) for pitch in (40, 43, 47, 52, 55, 59, 64)))
    drums = Part("Kit", 0, (Note(0, 240, 36),), drums=True)
    score = Score((Part("Voice", 52, (Note(0, 960, 72),)), thick, drums), regular_bars(1))
    said = " ".join(rearrange(score, "string trio").said)
    assert "5 of 7" in said and "drums" in said


def test_an_unknown_ensemble_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        rearrange(joy(), "string quartett")
    assert "string quartet" in error.value.mend
