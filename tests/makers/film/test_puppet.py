"""Drawn people: what a director may rely on, from any side, at any size, by every hand."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import UsageError
from maquette.makers.film.preview import figure_frames
from maquette.makers.film.puppet import (
    STYLES,
    FaceState,
    crown_of,
    draw_person,
    eyes_of,
    fitted,
    person_depth,
)
from maquette.media import quaternions as turns
from maquette.media.film import BUILDS, COSTUMES, EMOTIONS, HAIR, Look
from maquette.media.ink import Ink, Layer, Page
from maquette.media.ink_draw import matte, to_pixels
from maquette.media.motion import HOUSE, Motion, world
from maquette.media.stage import MOUTHS, Camera

HEAD = HOUSE.number("Head")


def posed(**bent: tuple[tuple[float, float, float], float]) -> tuple[np.ndarray, np.ndarray]:
    """Someone who stands with arms down; `bent`: joint -> (axis, radians)."""
    all_turns = np.tile(turns.STILL, (1, 22, 1)).astype(np.float32)
    usual = {"LeftArm": ((0, 0, 1), -1.25), "RightArm": ((0, 0, 1), 1.25)}
    for joint, (axis, angle) in {**usual, **bent}.items():
        all_turns[0, HOUSE.number(joint)] = turns.about(np.array(axis, np.float32), angle)
    places, turned = world(Motion(HOUSE, np.array([[0, 1, 0]], np.float32), all_turns))
    return places[0], turned[0]


STANDING = posed()


def camera(angle: float = 0.4, away: float = 5.0, up: float = 1.2, fov: float = 28.0, at: float = 0.95) -> Camera:
    return Camera((float(np.sin(angle)) * away, up, float(np.cos(angle)) * away), (0.0, at, 0.0), fov)


def drawn(look: Look | None = None, view: Camera | None = None, size: int = 640, **how: object) -> tuple[Ink, ...]:
    return draw_person(look or Look(), *STANDING, view or camera(), size, size * 9 // 16, **how)  # type: ignore[arg-type]


def parts(marks: tuple[Ink, ...]) -> set[str]:
    return {mark.part for mark in marks}


def pixels(marks: tuple[Ink, ...]) -> np.ndarray:
    """What a page of 160 x 90 shows of marks made for it, in green."""
    return to_pixels(Page(160, 90, (Layer("person", marks),), "#ffffff"))[..., 1].astype(np.int16)


@given(
    angle=st.floats(-4, 4), up=st.floats(-0.5, 9.0), away=st.floats(0.2, 60), fov=st.floats(3, 90),
    build=st.sampled_from(BUILDS), hair=st.sampled_from(HAIR), costume=st.sampled_from(COSTUMES),
    hat=st.sampled_from(("", "cap", "hood", "crown", "wide hat")), style=st.sampled_from(STYLES),
    mouth=st.sampled_from(MOUTHS), emotion=st.sampled_from(EMOTIONS), blink=st.floats(0, 1),
)  # fmt: skip
@settings(max_examples=8, deadline=None, derandomize=True)
def test_everybody_can_be_drawn_from_anywhere(
    angle, up, away, fov, build, hair, costume, hat, style, mouth, emotion, blink
):
    look = Look(build=build, hair=hair, costume=costume, hat=hat, beard=True, glasses=True)
    marks = drawn(look, camera(angle, away, up, fov), style=style, owner="anna", holds={"RightHand": "cup"},
                  face=FaceState(mouth, blink, (1.0, 1.5, 2.0), emotion))  # fmt: skip
    for mark in marks:
        assert mark.owner == "anna" and mark.part
        assert all(outline.ndim == 2 and np.isfinite(outline).all() for outline in mark.outlines)


@pytest.mark.parametrize("style", STYLES)
def test_a_person_covers_the_place_where_the_body_is(style):
    marks = drawn(style=style, owner="anna")
    covered = matte(Page(640, 360, (Layer("person", marks),)), "anna") > 128
    joints = camera().project(fitted(Look(), *STANDING), 640, 360)[:, :2].round().astype(int)
    assert all(covered[y, x] for x, y in joints)
    assert 0.02 < covered.mean() < 0.25


def test_the_same_person_is_drawn_the_same():
    one, again = drawn(), drawn()
    assert all(np.array_equal(a, b) for x, y in zip(one, again) for a, b in zip(x.outlines, y.outlines))


def test_the_face_is_seen_from_before_and_not_from_behind():
    close = {"away": 1.2, "up": 1.62, "at": 1.62}
    assert {"eye white", "brow", "mouth", "nose line"} <= parts(drawn(view=camera(0.3, **close)))
    behind = parts(drawn(view=camera(3.1, **close)))
    assert "hair" in behind and not {"eye white", "mouth", "brow"} & behind


def test_a_profile_shows_one_eye_and_a_nose_before_the_face():
    marks = drawn(view=camera(np.pi / 2, 1.2, 1.62, at=1.62))
    assert sum(mark.part == "iris" for mark in marks) == 1
    face = next(mark for mark in marks if mark.part == "head").outlines[0]
    nose = next(mark for mark in marks if mark.part == "nose line").outlines[0]
    assert nose[:, 0].min() < face[:, 0].min() - 2  # the person looks to the left of the picture


def test_a_child_stands_on_the_floor_and_is_as_tall_as_its_look_says():
    for look in (Look(), Look(build="child", height=1.15), Look(build="tall", height=1.95), Look(build="stocky")):
        joints = fitted(look, *STANDING)
        feet = joints[[HOUSE.number(name) for name in ("LeftToeBase", "RightToeBase")], 1]
        assert feet.min() == pytest.approx(0.02 * look.height / 1.76, abs=0.005)
        assert joints[HEAD, 1] + crown_of(look) == pytest.approx(look.height, rel=0.08)


def test_eyes_lie_where_cameras_are_told_they_are():
    look = Look()
    view = camera(0.0, 2.0, 1.6, at=1.6)
    up, ahead = eyes_of(look)
    told = view.project(fitted(look, *STANDING)[HEAD] + np.array([0, up, ahead], np.float32), 640, 360)
    irises = [mark.outlines[0].mean(0) for mark in drawn(look, view) if mark.part == "iris"]
    assert len(irises) == 2
    assert np.linalg.norm(np.mean(irises, 0) - told[:2]) < 3


def test_every_mouth_and_every_mood_looks_different():
    view = camera(0.2, 1.2, 1.62, 14, 1.62)
    for states in ([FaceState(mouth) for mouth in MOUTHS], [FaceState(emotion=mood) for mood in EMOTIONS]):
        faces = [drawn(view=view, face=state, size=160) for state in states]
        shots = [pixels(tuple(mark for mark in face if "hair" not in mark.part)) for face in faces]
        for number, one in enumerate(shots):
            for other in shots[number + 1 :]:
                assert (np.abs(one - other) > 40).sum() > 4


def test_eyes_close_and_follow_what_is_looked_at():
    view = camera(0.0, 1.2, 1.62, 25, 1.62)
    assert "iris" not in parts(drawn(view=view, face=FaceState(blink=1.0)))

    def eyes(place: tuple[float, float, float]) -> float:
        marks = drawn(view=view, face=FaceState(gaze=place))
        return float(np.mean([mark.outlines[0][:, 0].mean() for mark in marks if mark.part == "pupil"]))

    assert eyes((3.0, 1.6, 2.0)) > eyes((0.0, 1.6, 5.0)) + 1 > eyes((-3.0, 1.6, 2.0)) + 2


def test_people_of_a_cast_are_told_apart_at_a_glance():
    shots = [
        pixels(drawn(Look(hair=hair, costume=costume, hair_colour=colour), size=160))
        for hair, costume, colour in zip(HAIR, COSTUMES, ("#222222", "#d9b25f", "#8a3b1f", "#999999") * 2)
    ]
    for number, one in enumerate(shots):
        for other in shots[number + 1 :]:
            assert (np.abs(one - other) > 40).mean() > 0.004


def test_far_people_take_fewer_marks_and_none_behind_the_lens():
    near, far = drawn(view=camera(0.4, 4.0)), drawn(view=camera(0.4, 60.0))
    assert len(far) < 0.7 * len(near)
    assert drawn(view=Camera((0.0, 1.2, -3.0), (0.0, 1.2, -9.0))) == ()
    assert drawn(view=camera(0.4, 4000.0)) == ()


def test_what_is_nearer_to_the_lens_covers_the_rest():
    reaching = posed(RightArm=((0, 1, 0), 1.5))  # straight ahead
    marks = draw_person(Look(), *reaching, camera(0.0), 640, 360)
    order = [mark.part for mark in marks]
    assert order.index("right hand") > order.index("shirt")
    marks = draw_person(Look(), *reaching, camera(np.pi), 640, 360)
    order = [mark.part for mark in marks]
    assert order.index("right hand") < order.index("shirt")


def test_a_thing_in_a_hand_is_drawn_there():
    plain, armed = drawn(), drawn(holds={"LeftHand": "book"})
    assert "book" in parts(armed) - parts(plain)
    book = np.concatenate([mark.outlines[0] for mark in armed if mark.part == "book"]).mean(0)
    hand = camera().project(fitted(Look(), *STANDING)[HOUSE.number("LeftHand")], 640, 360)[:2]
    assert np.linalg.norm(book - hand) < 40


def test_a_cel_has_one_shadow_on_the_side_away_from_the_light():
    from_left, from_right = (drawn(view=camera(0.0), style="tone", light=(side, 0.6, 0.3)) for side in (-1.0, 1.0))

    def shadow(marks: tuple[Ink, ...]) -> float:
        return float(next(mark for mark in marks if mark.part == "shirt shadow").outlines[0][:, 0].mean())

    assert shadow(from_left) > shadow(from_right) + 5


def test_inks_are_black_and_white_alone():
    marks = drawn(Look(top="#202028", hair="long"), style="ink")
    tones = {mark.fill for mark in marks if mark.opacity == 1} - {""}
    assert all(tone.lower() in ("#ffffff", "#000000", "#fbf7ef") for tone in tones), tones


def test_an_unknown_style_is_refused_by_name():
    with pytest.raises(UsageError, match="crayon"):
        drawn(style="crayon")


def test_an_unknown_look_is_drawn_as_an_ordinary_one():
    look = replace(Look(), build="giant", hair="mohawk", costume="armour", top="red", skin="#12")
    assert {"head", "left shoe"} <= parts(drawn(look))


def test_depth_sorts_people_from_the_lens():
    places, _ = STANDING
    behind = places + np.array([0, 0, -2], np.float32)
    assert person_depth(behind, camera(0.0)) == pytest.approx(person_depth(places, camera(0.0)) + 2, abs=0.2)


def test_a_motion_is_shown_as_moving_frames():
    still = np.tile(turns.STILL, (6, 22, 1)).astype(np.float32)
    root = np.linspace([0, 1, 0], [0, 1, 0.5], 6).astype(np.float32)
    frames = list(figure_frames(Motion(HOUSE, root, still, 12.0), None, 120, 90, 6.0))
    assert len(frames) == 3
    assert all(frame.shape == (90, 120, 3) and frame.dtype == np.uint8 for frame in frames)
    assert not np.array_equal(frames[0], frames[-1])


@pytest.mark.slow
def test_a_person_takes_fifteen_milliseconds_of_one_core():
    drawn()
    start = time.process_time()
    for _ in range(20):
        drawn(style="tone")
    assert (time.process_time() - start) / 20 < 0.025
