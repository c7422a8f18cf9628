"""Mending: each fix alone, within its bound, and the shapes without findings untouched to the byte."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from broken import BROKEN, CARD, GOOD, drawn
from maquette.media import drawing as d
from maquette.media.lint import STRUCTURE, lint
from maquette.media.lint_gaps import touching
from maquette.media.mend import FIXABLE, STEPS, came_from, mend, shift, worse

BOUNDS = {step.rule: step.bound for step in STEPS}


@pytest.mark.parametrize("rule", [rule for rule in BROKEN if rule in FIXABLE])
def test_what_each_rule_finds_is_mended_within_its_bound(rule):
    drawing = drawn(BROKEN[rule])
    mended = mend(drawing, CARD)
    assert rule in {one.finding.rule for one in mended.done} or not any(one.rule == rule for one in mended.left)
    assert not [one for one in mended.left if one.rule == rule]
    for one in mended.done:
        bound = BOUNDS[one.finding.rule]
        assert one.worse <= bound.worse and one.shift <= bound.shift + 1e-9
    assert list(mended.left) == lint(mended.drawing, CARD)


def test_a_clean_icon_is_handed_back_as_it_is():
    drawing = drawn(GOOD)
    mended = mend(drawing, CARD)
    assert mended.drawing is drawing and mended.done == () and mended.worse == 0.0


def test_shapes_without_findings_keep_their_own_words():
    body = '<path id="roof" d="M4,11 l8-7 8,7"/>'
    broken = '<path d="M6 13v7h6h6v-7"/>'
    mended = mend(drawn(body + broken), CARD, ["collinear"])
    assert 'd="M4,11 l8-7 8,7"' in d.to_svg(mended.drawing)
    assert mended.of == (0, 1) and mended.drawing.shapes[0].id == "roof"


def test_four_curves_become_a_circle_with_its_id():
    body = BROKEN["arcs"].replace("<path", '<path id="face"')
    (shape,) = mend(drawn(body), CARD).drawing.shapes
    assert shape.geometry == d.Circle((12.0, 12.0), 9.0) and shape.id == "face"


def test_curves_become_one_arc_where_two_go_on():
    body = '<path d="M4 12C4 7.58172 7.58172 4 12 4L20 4"/>'
    (shape,) = mend(drawn(body), CARD, ["arcs", "nodes"]).drawing.shapes
    (path,) = shape.geometry.subpaths
    assert path.segments == (d.Arc(8, 8, 0, False, True, (12.0, 4.0)), d.Line((20.0, 4.0)))


def test_a_fix_that_would_change_too_much_is_left_and_said():
    # A ring that cannot leave the wall without a move beyond the bound.
    body = '<path d="M3 3h18v18H3z"/><path d="M5.5 5.5h13v13h-13z"/>'
    mended = mend(drawn(body), CARD, ["gap"])
    assert [one.finding.rule for one in mended.declined] == ["gap"] and mended.declined[0].why
    assert mended.left and mended.drawing == drawn(body)


def test_no_gap_is_closed_by_running_into_something():
    body = '<path d="M4 4h16"/><path d="M4 9.9h16"/><circle cx="12" cy="7" r="0.5"/>'
    mended = mend(drawn(body), CARD, ["gap"])
    assert touching(mended.drawing) == set()


def test_ends_are_drawn_back_where_strokes_come_too_near():
    mended = mend(drawn('<path d="M4 4h16"/><path d="M12 7V20"/>'), CARD, ["gap"])
    (path,) = mended.drawing.shapes[1].geometry.subpaths
    assert path.start == (12.0, 7.5)
    assert not mended.left


def test_the_record_says_which_shape_is_which_when_one_goes():
    body = '<path d="M4 4h16v16H4z"/><path d="M4 4h16v16H4z"/><circle cx="12" cy="12" r="3"/>'
    mended = mend(drawn(body), CARD, ["duplicate"])
    assert mended.of == (0, 2) and len(mended.drawing.shapes) == 2
    one, two, three = (replace(shape, id=str(n)) for n, shape in enumerate(drawn(body).shapes))
    whole = d.Drawing((0, 0, 24, 24), (one, two, three))
    assert came_from(whole, replace(whole, shapes=(two, three))) == [1, 2]


def test_another_canvas_is_brought_to_the_sets():
    mended = mend(drawn('<path d="M8 8h32v32H8z"/>', box="0 0 48 48", width=4), CARD)
    assert mended.drawing.viewbox == (0, 0, 24, 24) and not mended.left
    assert mended.worse < 0.01


def test_without_the_canvas_rule_the_icon_stays_on_its_own():
    drawing = drawn('<path d="M8 8h16h16v32H8z"/><circle cx="24" cy="24" r="8"/>', box="0 0 48 48", width=4)
    mended = mend(drawing, CARD, ["collinear"])
    assert mended.drawing.viewbox == (0, 0, 48, 48)
    assert len(mended.drawing.shapes[0].geometry.subpaths[0].segments) == 3
    assert mended.drawing.shapes[1].original == drawing.shapes[1].original


def test_the_measures_are_what_they_say():
    one, other = drawn('<path d="M4 12h16"/>'), drawn('<path d="M4 13h16"/>')
    assert shift(one, other) == pytest.approx(1.0)
    assert worse(one, one) == 0.0 and 0.5 < worse(one, other) < 0.8
    assert worse(one, other, whole=True) < 0.01
    assert shift(one, d.Drawing((0, 0, 24, 24), ())) == 0.0


def test_no_finding_of_structure_survives_in_random_broken_icons():
    dice = np.random.default_rng(3)
    left = 0
    for _ in range(5):
        x, y = dice.integers(3, 6, 2)
        gap = dice.uniform(0.1, 0.4)
        body = (
            f'<path d="M{x} {y}h8h{18 - x - 4}v{18 - y}H{x}V{y + gap:.2f}"/>'
            f'<path d="M{x + 4} {y + 8}h6v0v3"/><path d="M{x + 4} {y + 8}h6"/>'
        )
        mended = mend(d.parse(d.to_svg(drawn(body))), CARD)
        left += any(one.rule in STRUCTURE for one in mended.left)
    assert left == 0
