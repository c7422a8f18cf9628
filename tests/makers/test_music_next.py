"""What a composer may rely on when bars of her own piece are shown again."""

from __future__ import annotations

from maquette.makers.music_ghost import Proposal, shown
from maquette.makers.music_next import NAMES, WEIGHTS, weighed


def test_each_ground_has_its_weight():
    assert len(NAMES) == len(WEIGHTS)


def test_what_came_after_the_same_bars_is_likelier_than_the_bar_before():
    a, b, c = (((0, 480, pitch),) for pitch in (60, 62, 64))
    found = weighed([(a,), (b,), (c,), (a,), (b,)], [True] * 5)
    assert found[0][0] == 2 and found[0][1] > 2 * found[1][1]


def test_a_bar_of_another_length_does_not_come_again():
    a, b = (((0, 480, pitch),) for pitch in (60, 62))
    assert [bar for bar, _ in weighed([(a,), (b,), (a,)], [False, True, False])] == [1]


def test_one_of_three_ghosts_is_new_music():
    again = [Proposal(((),), "repeat", 0.5 - i / 10) for i in range(4)]
    new = Proposal(((),), "model", 0.01)
    assert shown([*again, new], 3) == [*again[:2], new]
    assert shown([*again, new], 2) == again[:2]
