"""What a musician may rely on when a loop goes round."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import MediaError
from maquette.media import loop, loudness, synth
from maquette.media.score import TPQ, Bar, Note, Part, Score, Tempo, regular_bars

BEAT = TPQ


def tune(program: int = 0, bpm: float = 97.3, bars: int = 2, seed: int = 0, drums: bool = False) -> Score:
    """Notes at any place of a few bars, some of them over the end."""
    dice = np.random.default_rng(seed)
    pitches = dice.choice([36, 38, 42, 46, 49, 51] if drums else [52, 55, 59, 60, 64, 67, 71], 7 * bars)
    starts = np.sort(dice.integers(0, bars * 16, 7 * bars)) * (BEAT // 4)
    notes = [Note(int(start), BEAT, int(pitch), 90) for start, pitch in zip(starts, pitches, strict=True)]
    unique = {(note.start, note.pitch): note for note in notes}
    return Score((Part("a", program, tuple(unique.values()), drums),), regular_bars(bars), tempi=(Tempo(0, bpm),))


@pytest.mark.parametrize(("bpm", "rate"), [(97.3, 44100), (171.0, 44100), (133.7, 48000)])
def test_a_loop_is_exactly_as_long_as_its_bars(bpm, rate):
    score = tune(bpm=bpm)
    sound = synth.render(score, rate=rate, loop=True, room="studio")
    assert sound.length == round(8 * 60 / bpm * rate) == round(score.duration * rate)


@pytest.mark.parametrize(("program", "drums"), [(0, False), (40, False), (52, False), (80, False), (0, True)])
def test_no_click_where_the_end_meets_the_beginning(program, drums):
    for seed in range(2):
        sound = synth.render(tune(program, 140, 1, seed, drums), loop=True, room="room")
        made, shift = loop.eased(loudness.finish(sound, -14, around=True).sound)
        assert loop.seam(made) <= 1.0 and 0 <= shift <= 22 and made.length == sound.length


def test_a_loop_played_twice_is_what_one_period_of_endless_repetition_sounds_like():
    """All but the limiter is linear: the second half of the tune written out twice, with its tail, is the loop."""
    score = tune(24, 120, 1)
    (part,) = score.parts
    later = tuple(Note(note.start + 4 * BEAT, note.length, note.pitch, note.velocity) for note in part.notes)
    last = tuple(Note(note.start + 8 * BEAT, note.length, note.pitch, note.velocity) for note in part.notes)
    thrice = Score((Part("a", 24, part.notes + later + last),), regular_bars(3), tempi=score.tempi)
    once = synth.render(score, loop=True, room="studio").samples
    whole = synth.render(thrice, room="studio").samples[2 * len(once) : 3 * len(once)]
    loudest = float(np.abs(once).max())
    # The small differences between like notes are drawn anew: 2.5 % of velocity.
    assert np.sqrt(((whole - once) ** 2).mean()) < 0.08 * np.sqrt((once**2).mean()) + 0.001 * loudest


def test_the_limiter_goes_round_as_well():
    sound = synth.render(tune(0, 140, 1, 3, True), loop=True)
    made = loudness.finish(sound, -9, around=True)
    turned = made.sound.samples[:, 0] / np.where(np.abs(sound.samples[:, 0]) > 1e-3, sound.samples[:, 0], np.nan)
    first, last = np.nanmedian(turned[:40]), np.nanmedian(turned[-40:])
    assert first == pytest.approx(last, rel=0.05)


def test_a_pick_up_goes_round_with_the_bar_that_leaves_room_for_it_or_is_left_out():
    whole = Bar(4 * BEAT)
    fits = Score((), (Bar(BEAT), whole, whole, Bar(3 * BEAT)))
    assert loop.whole_bars(fits) == (fits, "")
    cut, told = loop.whole_bars(Score((), (Bar(BEAT), whole, whole)))
    assert len(cut.bars) == 2 and "pick-up" in told
    with pytest.raises(MediaError, match="no bars"):
        loop.whole_bars(Score())


def test_a_tail_longer_than_the_loop_goes_round_as_often_as_it_must():
    rings = np.ones((1, 10), np.float32)
    assert loop.folded(rings, 4).tolist() == [[3, 3, 2, 2]]
    assert loop.folded(rings, 12).tolist() == [[1] * 10 + [0] * 2]
