"""What a musician may rely on in progressions: they begin and close at home, and closes are prepared."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.makers.music_progressions import DOMINANTS, TONIC, progression, with_progression
from maquette.media import score as s


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("kind", ["dance", "song", "hymn", "classical", "modern"])
def test_a_progression_begins_and_ends_on_the_tonic_after_a_dominant(mode, kind):
    for seed in range(5):
        path = progression(12, mode, kind, np.random.default_rng(seed), closes={3: "half", 7: "full"})
        assert path[0][0] == TONIC[mode]
        assert path[-1] == path[7] == (TONIC[mode],)
        assert path[3][-1] in DOMINANTS
        assert path[6][-1] in DOMINANTS and path[10][-1] in DOMINANTS


def test_the_same_dice_draw_the_same_chords_and_others_differ():
    drawn = [progression(16, "major", "song", np.random.default_rng(seed)) for seed in (1, 1, 2, 3)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2] or drawn[0] != drawn[3]


def test_chords_stand_in_the_key_of_the_score_and_not_in_its_pick_up():
    score = s.Score((s.Part("Piano"),), s.regular_bars(8, 3, 4, pickup=s.TPQ), (s.Key(0, 2, "minor"),))
    made = with_progression(score, "mazurka", np.random.default_rng(4))
    assert made.chords[0] == s.Chord(score.starts[1], 2, "m")
    assert (made.chords[-1].root, made.chords[-1].quality) == (2, "m")
    assert all(chord.tick >= score.starts[1] for chord in made.chords)
