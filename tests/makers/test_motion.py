"""What an animator may rely on: seconds and paths are kept, feet stand, kept poses stay, words are read or named."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.core.types import Request
from maquette.makers import motion_compose, motion_lock
from maquette.makers.motion import MotionControls, MotionMaker, graph_of, path_of
from maquette.makers.motion_acts import Played, acted, acts
from maquette.makers.motion_between import between
from maquette.makers.motion_compose import compose
from maquette.makers.motion_feet import locked
from maquette.makers.motion_ghost import MotionGhosts
from maquette.makers.motion_limbs import reach
from maquette.makers.motion_poses import HANDS
from maquette.makers.motion_words import deed, read
from maquette.media.motion import HOUSE, world
from motions import swaying


def skating(motion):
    """Share of frames in which a toe below 5 cm moves faster than 0.5 m/s."""
    places, _ = world(motion)
    toes = places[:, [HOUSE.number("LeftToeBase"), HOUSE.number("RightToeBase")]]
    speed = np.linalg.norm(np.diff(toes, axis=0), axis=-1) * motion.fps
    return float(((toes[1:, :, 1] < 0.05) & (speed > 0.5)).mean())


@pytest.fixture(scope="module")
def graph():
    return graph_of()


@pytest.fixture(scope="module")
def walk(graph):
    return compose(graph, "a person walks", seconds=3).motion


# -- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a tired man walks and sits down", [("go", "walk"), ("posture", "sit")]),
        ("she throws a ball, then runs left", [("act", "throw"), ("go", "run")]),
        ("Усталый старик медленно идёт и садится", [("go", "walk"), ("posture", "sit")]),
        ("a woman dances salsa", [("clip", "salsa|dance")]),
        ("он плачет", [("act", "cry")]),
    ],
)
def test_words_are_read_as_deeds_in_english_and_russian(text, kinds):
    assert [(one.kind, one.name) for one in read(text).deeds] == kinds


def test_pace_and_feeling_change_the_walk():
    slow, quick, tired = (read(f"walks {how}").deeds[0] for how in ("slowly", "quickly", "like a tired man"))
    assert slow.speed < tired.speed < read("walks").deeds[0].speed < quick.speed
    assert tired.mood == "tired"


def test_a_verb_that_nobody_knows_is_named_and_the_body_stands(graph):
    made = compose(graph, "blorbs", seconds=1)
    assert made.unknown == ("blorbs",) and "blorbs" in made.said[0]
    assert made.motion.frames == 30 and np.isfinite(made.motion.turns).all()


def test_every_motion_word_of_the_films_lexicon_can_be_done():
    from maquette.makers.film.lexicon import lexicon

    words = {verb.motion for verbs in lexicon().english.values() for verb in verbs}
    assert not [word for word in words if deed(word) is None]


def test_every_act_names_hands_that_there_are():
    names = {hand for act in acts().values() for key in act.keys for hand in (key.left, key.right) if hand}
    assert names <= set(HANDS)


# -- made -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.5, 2.0, 3.7])
@pytest.mark.parametrize("words", ["walks", "waves", "walks and sits down"])
def test_a_motion_is_as_long_as_asked_to_the_frame(graph, words, seconds):
    made = compose(graph, words, seconds=seconds)
    assert made.motion.frames == round(seconds * 30)
    assert made.motion.keys[0] == 0 and made.motion.keys[-1] == made.motion.frames - 1


def test_a_drawn_path_is_followed_within_a_hand_and_feet_do_not_slide(graph):
    path = [(0.0, 0.0), (0.0, 1.5), (2.0, 3.0)]
    motion = compose(graph, "walks", seconds=5, path=path).motion
    line = np.concatenate([np.linspace(a, b, 50) for a, b in pairwise(path)])
    away = np.linalg.norm(motion.root[:, None, [0, 2]] - line[None], axis=-1).min(1)
    assert away.mean() < 0.05 and away.max() < 0.25
    assert np.allclose(motion.root[-1, [0, 2]], path[-1], atol=0.08)
    assert skating(motion) <= 0.03


def test_what_is_locked_does_not_slide_or_sink(walk):
    slower = walk.root * np.array([1.2, 1, 1.2], np.float32) - np.array([0, 0.03, 0], np.float32)
    slid = dataclasses.replace(walk, root=slower)
    still = locked(slid)
    assert skating(still) < 0.35 * skating(slid)
    assert world(still)[0][..., 1].min() > -0.02
    assert np.array_equal(still.root, slid.root)


def test_a_loop_ends_as_it_begins(graph):
    motion = compose(graph, "runs", seconds=2, loop=True).motion
    assert motion.frames == 60
    here = world(dataclasses.replace(motion, root=motion.root * np.array([0, 1, 0], np.float32)))[0]
    assert np.abs(here[0] - here[-1]).mean() < 0.06


def test_limbs_reach_where_they_can_and_are_not_torn_where_they_cannot():
    motion = swaying(6)
    places, _ = world(motion)
    near = places[:, HOUSE.number("LeftArm")] + np.array([0.2, 0.1, 0.2], np.float32)
    assert np.abs(world(reach(motion, "LeftHand", near))[0][:, HOUSE.number("LeftHand")] - near).max() < 1e-3
    far = world(reach(motion, "LeftHand", near + 5))[0]
    assert np.allclose(np.linalg.norm(far[:, 17] - far[:, 16], axis=1), 0.25, atol=1e-4)


def test_acts_give_the_arms_back_when_they_are_over(walk):
    out = acted(walk.turns, [Played(acts()["wave"], 0.5)])
    assert np.allclose(out[:14], walk.turns[:14], atol=1e-5) and np.allclose(out[-3:], walk.turns[-3:], atol=1e-5)
    assert np.abs(out - walk.turns).max() > 0.3


# -- kept and made again ----------------------------------------------------------------------------------------------


def test_kept_frames_and_key_poses_stay_to_the_last_digit(walk, graph):
    kept = motion_lock.frames_of("0-20, 45, 2.5s-", walk.frames)
    assert kept[:21].all() and kept[45] and kept[75:].all() and not kept[30]
    lengths = [last - first for first, last in motion_lock.gaps(kept)]
    fresh = [compose(graph, "waves", seconds=max(0.5, long / 30)).motion.part(0, long) for long in lengths]
    new = motion_lock.filled(walk, kept, fresh)
    assert np.array_equal(new.root[kept], walk.root[kept])
    assert np.abs(new.turns[kept] - walk.turns[kept]).max() < 1e-6
    assert np.linalg.norm(np.diff(world(new)[0], axis=0), axis=-1).max() < 0.35


def test_kept_parts_of_the_body_stay(walk, graph):
    other = compose(graph, "waves", seconds=3).motion
    new = motion_lock.with_parts(walk, other, ("legs",))
    joints = [HOUSE.number(name) for name in motion_lock.PARTS["legs"]]
    assert np.array_equal(new.turns[:, joints], walk.turns[:, joints]) and np.array_equal(new.root, walk.root)
    arms = [HOUSE.number(name) for name in motion_lock.PARTS["arms"]]
    assert np.array_equal(new.turns[:, arms], other.turns[:, arms])


@pytest.mark.parametrize("text", ["x", "30-20", "900"])
def test_frames_that_are_none_are_refused(text):
    with pytest.raises(UsageError):
        motion_lock.frames_of(text, 60)
    with pytest.raises(UsageError, match="no part"):
        motion_lock.parts_of(["tail"])


def test_in_betweens_meet_both_poses(walk, graph):
    ways = between(graph, walk.part(0, 10), walk.part(30, 40), 20, 3)
    assert [way.clip is None for way in ways] == [False, False, True]
    for way in ways:
        assert way.motion.frames == 22
        assert np.allclose(way.motion.root[[0, -1]], walk.root[[9, 30]], atol=1e-5)
        assert np.abs(np.abs((way.motion.turns[[0, -1]] * walk.turns[[9, 30]]).sum(-1)) - 1).max() < 1e-5
        assert np.linalg.norm(np.diff(world(way.motion)[0], axis=0), axis=-1).max() < 0.4


def test_ghosts_fill_between_keys_and_go_on_after_the_last(walk):
    ghosts = MotionGhosts(None)
    keyed = dataclasses.replace(walk, keys=(0, 40, 89))
    inside = ghosts.suggest(keyed, 50)
    assert inside and all(one.elements == range(41, 89) for one in inside)
    assert all(np.array_equal(one.media.root[:41], walk.root[:41]) for one in inside)
    after = ghosts.suggest(keyed, None, 2)
    assert len(after) == 2 and after[0].elements == range(90, 120) and after[0].ingredients
    assert ghosts.suggest(ghosts.blank(), None, 1)


# -- the maker --------------------------------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same_motion_and_credits_whose_clips_are_in_it():
    request = Request("motion", "walks fast", MotionControls(seconds=2.0), seed=5, count=2)
    first, again = (list(MotionMaker(None).make(request)) for _ in range(2))
    assert [np.array_equal(a.media.turns, b.media.turns) for a, b in zip(first, again, strict=True)] == [True, True]
    assert first[0].ingredients and all(one.author and one.licence for one in first[0].ingredients)
    assert "motion graph" in first[0].note
    assert np.array_equal(MotionMaker.replay(first[0].trace).root, first[0].media.root)


@pytest.mark.parametrize("text", ["0,0", "0;0 1;1", "0,0 0.01,0", "0,0 1,z", "0,0 900,0"])
def test_paths_that_are_none_are_refused(text):
    with pytest.raises(UsageError):
        path_of(text)


@pytest.mark.parametrize("controls", [{"seconds": 500.0}, {"by": "magic"}, {"feeling": "blue"}])
def test_wishes_that_cannot_be_are_refused(controls):
    with pytest.raises(UsageError):
        MotionControls(**controls).fit(1)


def test_key_poses_stand_eight_to_twelve_frames_apart(walk):
    keys = np.diff(motion_compose.keys_of(walk))
    assert 6 <= keys.mean() <= 14
