"""Found icons in a hand, by rule: what a designer may rely on."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path

import pytest

from maquette.media.drawing import Arc, Circle, Drawing, Ellipse, Line, Rect, bounds, parse, read
from maquette.media.restyle import restyle
from maquette.media.restyle_lines import bared, rebuilt
from maquette.media.restyle_touch import nearest
from maquette.media.snap import off_grid
from maquette.media.style_card import StyleCard, as_toml, from_toml, measure
from maquette.media.style_pieces import anchors, runs

ROUND = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
HAND = StyleCard(
    "mine", grid=0.5, level=0.5, width=1.5, cap="butt", join="miter", margin=1.0, reach=18.0, footprint=(18, 1, 18, 1),
    turns={"any": 0.0, "any-small": 0.0, "inner": 0.0, "ne": 5.0},
    slit={"gap": 2.0, "at": 123.0, "least": 27.0}, dot="dash", dot_size=2.0,
)  # fmt: skip


def icon(inside: str) -> Drawing:
    return parse(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" {ROUND}>{inside}</svg>')


CALENDAR = icon(
    '<path d="M8 2v4"/><path d="M16 2v4"/><rect width="18" height="18" x="3" y="4" rx="2"/><path d="M3 10h18"/>'
)
PHONE = icon('<rect width="14" height="20" x="5" y="2" rx="2" ry="2"/><path d="M12 18h.01"/>')
BIN = icon('<path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6"/><path d="M3 6h18"/>')


@pytest.fixture(scope="module")
def samples() -> dict[str, Drawing]:
    folder = Path(str(files("maquette") / "samples" / "my-icons"))
    return {path.name: read(path) for path in sorted(folder.glob("*.svg"))}


def test_the_habits_of_the_samples_are_read(samples: dict[str, Drawing]) -> None:
    card = measure(samples).card
    assert card.turns["ne"] == 5.0
    assert card.turns["any"] == 0.0
    assert card.slit["gap"] == pytest.approx(2.0, abs=0.5)
    assert 100 < card.slit["at"] < 150  # below, on the left
    assert card.dot == "dash"


def test_a_set_without_slits_is_given_none() -> None:
    card = measure({"a": CALENDAR, "b": PHONE, "c": BIN}).card
    assert card.slit == {}
    assert card.turns["any"] == 2.0


def test_habits_can_be_edited_in_the_card_and_older_cards_still_read(samples: dict[str, Drawing]) -> None:
    card = measure(samples).card
    again = from_toml(as_toml(card))
    assert (again.turns, again.slit, again.dot, again.reach) == (card.turns, card.slit, card.dot, card.reach)
    old = from_toml('format = "style.v1"\n[stroke]\nwidth = 1.5')
    assert old.turns == {} and old.slit == {} and old.dot == ""


@pytest.mark.parametrize("wrong", ["turns = { up = 2 }", "slit = { gap = 2 }", 'dot = "star"', "turns = 3"])
def test_a_wrong_habit_is_named(wrong: str) -> None:
    from maquette.core.errors import MediaError

    with pytest.raises(MediaError) as told:
        from_toml(f'format = "style.v1"\n[habit]\n{wrong}', "my.toml")
    assert wrong.split(" ")[0] in str(told.value)


def test_corners_are_rounded_where_the_hand_rounds_them_and_sharp_elsewhere() -> None:
    drawn = restyle(PHONE, HAND).drawing
    body = max(runs(drawn), key=lambda run: len(run.pieces))
    arcs = [piece for piece in body.pieces if piece.kind == "arc"]
    assert len(arcs) == 1
    middle = arcs[0].points[len(arcs[0].points) // 2]
    assert middle.real > 12 and middle.imag < 12  # the upper right
    assert arcs[0].radius in (5.0, 2.5)


def test_closed_contours_get_the_slit_at_the_lower_left() -> None:
    drawn = restyle(icon('<circle cx="12" cy="12" r="10"/>'), HAND).drawing
    ring = runs(drawn)[0]
    ends = ring.pieces[0].start, ring.pieces[-1].end
    assert not ring.closed
    assert abs(ends[0] - ends[1]) == pytest.approx(2.0, abs=0.8)
    middle = (ends[0] + ends[1]) / 2
    assert middle.real < 12 and middle.imag > 12


def test_a_contour_that_a_lid_closes_is_opened_too() -> None:
    assert len(runs(restyle(BIN, HAND).drawing)) == len(runs(BIN)) + 1


def test_no_slit_is_cut_where_another_line_meets() -> None:
    spokes = "".join(
        f'<path d="M12 12L{12 + 10 * math.cos(a):.2f} {12 + 10 * math.sin(a):.2f}"/>' for a in (1.9, 2.2, 2.5)
    )
    drawn = restyle(icon(f'<circle cx="12" cy="12" r="10"/>{spokes}'), HAND).drawing
    ring = max(runs(drawn), key=lambda run: sum(piece.length for piece in run.pieces))
    points = [point for piece in ring.pieces for point in piece.points]
    for run in runs(drawn):
        if run is not ring:
            assert min(abs(nearest(end, points) - end) for end in (run.pieces[0].start, run.pieces[-1].end)) < 0.75


def test_points_do_not_vanish_with_butt_ends() -> None:
    drawn = restyle(PHONE, HAND).drawing
    dash = min(runs(drawn), key=lambda run: sum(piece.length for piece in run.pieces))
    assert sum(piece.length for piece in dash.pieces) >= 1.0


def test_lines_that_touched_still_touch() -> None:
    drawn = restyle(CALENDAR, HAND).drawing
    found = runs(drawn)
    bar = next(
        run for run in found
        if len(run.pieces) == 1 and abs(run.pieces[0].way_in.imag) < 1e-6 and run.pieces[0].length > 10
    )  # fmt: skip
    for end in (bar.pieces[0].start, bar.pieces[0].end):
        others = [point for run in found if run is not bar for piece in run.pieces for point in piece.points]
        distances = [abs(nearest(end, run_points(run)) - end) for run in found if run is not bar]
        assert others and min(distances) < 0.3


def run_points(run: object) -> list[complex]:
    return [point for piece in run.pieces for point in piece.points]  # type: ignore[attr-defined]


@pytest.mark.parametrize("drawing", [CALENDAR, PHONE, BIN])
def test_hard_rules_hold_and_the_drawing_stays_recognisable(drawing: Drawing) -> None:
    told = restyle(drawing, HAND)
    drawn = told.drawing
    box = bounds(drawn)
    assert box is not None and min(box) >= 0 and max(box) <= 24
    assert all(shape.paint.width == 1.5 and shape.paint.cap == "butt" for shape in drawn.shapes)
    values = [value for shape in drawn.shapes for point in anchors(shape.geometry) for value in point]
    assert sum(off_grid(value, 0.5) < 0.01 for value in values) >= 0.9 * len(values)
    assert told.like > 0.6
    assert told.done
    assert restyle(drawing, HAND) == told


def test_a_card_without_habits_only_dresses() -> None:
    plain = StyleCard("plain", grid=0.0, width=1.5)
    drawn = restyle(PHONE, plain).drawing
    assert isinstance(drawn.shapes[0].geometry, Rect)
    assert drawn.shapes[0].geometry.rx == pytest.approx(2.0)


def test_discs_stay_solid() -> None:
    hand = StyleCard("round", grid=0.5, width=1.5, reach=20.0, footprint=(20, 0, 20, 0))
    drawn = restyle(icon('<circle cx="12" cy="12" r="1"/><path d="M2 2h20v20"/>'), hand).drawing
    disc = drawn.shapes[0].geometry
    assert isinstance(disc, Circle) and disc.r <= 0.75


def test_roundings_come_off_and_go_on_again() -> None:
    drawn = icon('<path d="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"/>')
    geometry = drawn.shapes[0].geometry
    assert not isinstance(geometry, Circle | Ellipse | Rect)
    bare = bared(geometry.subpaths[0], 4.0)
    assert len(bare.legs) == 4 and all(isinstance(leg.segment, Line) for leg in bare.legs)
    again = rebuilt(bare, bare.rounds)
    assert sum(isinstance(segment, Arc) for segment in again.segments) == 4
    assert bared(again, 4.0).area == pytest.approx(bare.area)
