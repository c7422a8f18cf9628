"""What a director may rely on: people stand where they can, sit on seats, look at who speaks, come by the door."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from maquette.makers.film import paths
from maquette.makers.film.acting import FPS, perform, said
from maquette.makers.film.blocking import blocked
from maquette.media.film import Doing, Film, Line, Person, Prop, Scene, Shot
from maquette.media.motion import HOUSE, world
from maquette.media.stage import Piece, Spot, Stage

ROOM = Stage(
    "room",
    pieces=(
        Piece("table", "table", 0.2, -0.6, size=(1.2, 0.75, 0.8)),
        Piece("chair", "chair", -0.7, -0.6, turn=np.pi / 2, size=(0.45, 0.9, 0.45)),
    ),
    spots=(
        Spot("door", -2.4, 0.5, np.pi / 2),
        Spot("chair", -0.7, -0.6, np.pi / 2, "sit", 0.45, "chair"),
        Spot("window", 1.6, -1.8, np.pi),
    ),
)


def line(number, text, who="", *doings, kind="action", emotion="neutral"):
    did = tuple(Doing(who, words, motion, to=to, posture=posture) for words, motion, to, posture in doings)
    return Line(f"1.{number:02d}", kind, text, who, emotion, doings=did)


def film_of(*lines, people=("anna", "ben"), props=()):
    shots = tuple(Shot(f"1{chr(65 + n)}", lines=(one.id,), seconds=3.0) for n, one in enumerate(lines))
    scene = Scene("1", "INT. ROOM - DAY", people=people, props=props, lines=lines, shots=shots)
    return Film("t", people=tuple(Person(one, one.upper()) for one in people), scenes=(scene,)), scene


@pytest.fixture(scope="module")
def played():
    film, scene = film_of(
        line(1, "Anna sits.", "anna", ("sits", "sits down", "table", "sit")),
        line(2, "I have waited for you the whole day long.", "anna", kind="dialogue"),
        line(3, "Ben enters.", "ben", ("enters", "walks in", "door", "")),
        line(4, "Anna stands up.", "anna", ("stands up", "stands up", "", "stand")),
        line(5, "She hugs him.", "anna", ("hugs him", "hugs", "ben", "")),
        line(6, "I am sorry, I am so sorry.", "ben", kind="dialogue", emotion="sad"),
        line(7, "Ben leaves.", "ben", ("leaves", "walks out", "exit", "")),
    )
    return perform(film, scene, ROOM, {}, seed=3)


def of(performance, person):
    return next(one for one in performance.acting if one.person == person)


def test_a_scene_is_as_long_as_its_shots_and_everybody_plays_all_of_it(played):
    assert played.shots[0] == ("1A", 0.0, 3.0) and played.shots[-1][2] == pytest.approx(21.0)
    for one in played.acting:
        assert one.motion.frames == len(one.mouths) == len(one.blinks) == len(one.gaze) == len(one.here) == 630
        assert np.isfinite(one.motion.turns).all() and np.isfinite(one.motion.root).all()


def test_who_sits_sits_on_the_seat_and_stands_up_from_it(played):
    anna = of(played, "anna").motion
    assert np.allclose(anna.root[30], [-0.7, 0.55, -0.6], atol=0.03)
    assert anna.root[-1, 1] > 0.9


def test_who_comes_in_is_not_seen_before_and_who_leaves_not_after(played):
    ben = of(played, "ben")
    assert not ben.here[:175].any() and ben.here[200:500].all() and not ben.here[-1]
    assert ben.motion.root[181, 0] < -2.2


def test_a_hug_brings_two_together_and_both_hold(played):
    anna, ben = of(played, "anna"), of(played, "ben")
    frame = int(14.6 * FPS)
    assert 0.2 < np.linalg.norm((anna.motion.root - ben.motion.root)[frame, [0, 2]]) < 0.75
    hands = world(ben.motion)[0][frame, [HOUSE.number("LeftHand"), HOUSE.number("RightHand")]]
    assert (hands[:, 1] > 1.0).all()


def test_heads_turn_to_who_speaks_and_eyes_blink_about_fifteen_times_a_minute(played):
    ben, anna = of(played, "ben"), of(played, "anna")
    frame = int(16.5 * FPS)
    aim = anna.gaze[frame] - world(anna.motion)[0][frame, HOUSE.number("Head")]
    assert np.isfinite(anna.gaze[frame]).all()
    there = world(ben.motion)[0][frame, HOUSE.number("Head")] - world(anna.motion)[0][frame, HOUSE.number("Head")]
    assert aim @ there / np.linalg.norm(aim) / np.linalg.norm(there) > 0.9
    shut = [int(np.sum((one.blinks[1:] > 0.5) & (one.blinks[:-1] <= 0.5))) for one in played.acting]
    assert 2 <= np.mean(shut) <= 14


def test_nobody_moves_in_leaps_and_feet_stand(played):
    for one in played.acting:
        places, _ = world(one.motion)
        assert np.linalg.norm(np.diff(places, axis=0), axis=-1).max() < 0.4
        assert places[..., 1].min() > -0.03


def test_people_stay_apart_and_out_of_the_table(played):
    anna, ben = of(played, "anna"), of(played, "ben")
    near = np.linalg.norm((anna.motion.root - ben.motion.root)[:, [0, 2]], axis=1)
    assert near[anna.here & ben.here].min() > 0.2
    for one in played.acting:
        inside = [paths.covers(ROOM.pieces[0], float(x), float(z), -0.05) for x, _, z in one.motion.root[::5]]
        assert not any(inside)


def test_the_same_seed_plays_alike():
    film, scene = film_of(line(1, "Anna waves.", "anna", ("waves", "waves", "", "")))
    first, again = (perform(film, scene, ROOM, {}, seed=8) for _ in range(2))
    assert np.array_equal(first.acting[0].motion.turns, again.acting[0].motion.turns)
    assert np.array_equal(first.acting[0].blinks, again.acting[0].blinks)


def test_an_unknown_verb_is_said_and_a_missing_seat_too():
    film, scene = film_of(
        line(1, "Hm.", "anna", kind="dialogue"),
        line(2, "Anna frobs.", "anna", ("frobs", "", "", "")),
        line(3, "Anna lies down.", "anna", ("lies down", "lies down", "", "lie")),
    )
    bare = dataclasses.replace(ROOM, spots=ROOM.spots[:1])
    told = said(film, scene, bare, {})
    assert any("frobs" in one for one in told) and any("no free place" in one for one in told)
    assert perform(film, scene, bare, {}).acting


def test_a_thing_is_in_the_hand_from_when_it_is_picked_up():
    film, scene = film_of(
        line(1, "Here it is.", "anna", kind="dialogue"),
        line(2, "Anna picks up the letter.", "anna", ("picks up the letter", "picks up", "letter", "")),
        line(3, "She puts it down.", "anna", ("puts it down", "puts down", "letter", "")),
        props=(Prop("letter", "letter", holder="anna"),),
    )
    anna = of(perform(film, scene, ROOM, {}), "anna")
    assert anna.held_at(1.0) == {} and anna.held_at(5.5) == {"RightHand": "letter"} and anna.held_at(8.9) == {}


def test_a_scene_without_people_or_spots_still_plays():
    film, scene = film_of(line(1, "Rain."), people=())
    assert perform(film, scene, Stage("field", interior=False), {}).acting == ()
    film, scene = film_of(line(1, "Anna walks.", "anna", ("walks", "walks", "", "")))
    assert perform(film, scene, Stage("void", interior=False), {}).acting[0].motion.frames == 90


def test_ways_go_around_furniture_and_people():
    people = [(1.4, 0.9)]
    found = paths.ways(ROOM, people, (-2.0, 1.2), (1.8, -1.6))
    line_ = np.concatenate([np.linspace(a, b, 30) for a, b in pairwise(found)])
    assert len(found) > 2
    assert not any(paths.covers(ROOM.pieces[0], float(x), float(z), 0.1) for x, z in line_)
    assert np.hypot(*(line_ - people[0]).T).min() > 0.4


def test_seats_are_taken_once():
    film, scene = film_of(
        line(1, "Both sit.", "anna", ("sits", "sits down", "", "sit")),
        line(2, "Ben sits.", "ben", ("sits", "sits down", "", "sit")),
    )
    plan = blocked(film, scene, ROOM, {})
    assert sum(mark.posture == "sit" for mark in plan.first.values()) <= 1
