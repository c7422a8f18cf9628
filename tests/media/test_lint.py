"""The rules: each names what a reviewer would mark, and lets be what a good designer drew."""

from __future__ import annotations

import json

import pytest

from broken import BROKEN, CARD, GOOD, drawn
from maquette.core.errors import UsageError
from maquette.media import drawing as d
from maquette.media.lint import RULES, chosen, lint
from maquette.media.lint_gaps import gaps
from maquette.media.style_card import StyleCard


def rules(body: str, **how: object) -> set[str]:
    return {one.rule for one in lint(drawn(body, **how), CARD)}  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_finds_what_breaks_it(rule):
    found = [one for one in lint(drawn(BROKEN[rule]), CARD) if one.rule == rule]
    assert found, rules(BROKEN[rule])
    assert all(one.told and one.told[0].islower() for one in found)


def test_a_good_icon_has_no_finding():
    assert lint(drawn(GOOD), CARD) == []


def test_paint_that_differs_is_found_where_it_shows():
    assert rules('<path d="M4 4h16v16H4z"/>', width=1.5) == {"width"}
    assert rules('<path d="M4 12h16"/><path d="M4 4h16v16H4z"/>', ends='stroke-linejoin="round"') >= {"cap"}
    assert "cap" not in rules('<path d="M4 4h16v16H4z"/>', ends='stroke-linejoin="round"')
    assert rules('<path d="M4 4h16v16H4z"/>', ends='stroke-linecap="round"') == {"join"}


def test_findings_are_numbered_and_say_place_shape_value_and_what_is_wanted():
    found = lint(drawn('<path d="M4 4h8h8v16H4z"/><path d="M8 12.2h8"/>'), CARD)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    (grid,) = (one for one in found if one.rule == "grid")
    assert (grid.shape, grid.where, grid.value, grid.wanted) == (2, (8.0, 12.2), 12.2, 0.5)
    assert json.loads(json.dumps(grid.as_dict()))["told"] == grid.told


def test_every_threshold_goes_with_the_canvas():
    large = StyleCard(
        "large", canvas=240.0, grid=5.0, width=20.0, radii=(20.0, 10.0, 40.0), margin=10.0, gap=20.0,
        angles=CARD.angles, ink=CARD.ink, footprint=(180.0, 30.0, 180.0, 30.0),
    )  # fmt: skip
    for body in (*BROKEN.values(), GOOD):
        small = drawn(body)
        grown = d.transformed(small, (10, 0, 0, 10, 0, 0), (0, 0, 240, 240))
        assert [one.rule for one in lint(grown, large)] == [one.rule for one in lint(small, CARD)]


def test_another_canvas_is_said_once_and_places_stay_in_the_icons_own_units():
    found = lint(drawn('<path d="M8 8h16h16v32H8z"/>', box="0 0 48 48", width=4), CARD)
    assert [one.rule for one in found] == ["canvas", "collinear"]
    assert found[1].where == (24.0, 8.0)


def test_gaps_are_distances_between_outlines_not_between_centre_lines():
    def space(body: str, **how: object) -> float:
        (gap,) = gaps(drawn(body, **how), 3.0)  # type: ignore[arg-type]
        return gap.space

    assert space('<path d="M4 4h16"/><path d="M4 8h16"/>') == pytest.approx(2.0, abs=0.02)
    assert space('<path d="M4 4h16" stroke-width="3"/><path d="M4 8h16" stroke-width="1"/>') == pytest.approx(
        2, abs=0.02
    )
    flat, square = 'stroke-linecap="butt"', 'stroke-linecap="square"'
    assert space('<path d="M4 4h5"/><path d="M12 2v6"/>', ends=flat) == pytest.approx(2.0, abs=0.02)
    assert space('<path d="M4 4h5"/><path d="M13 2v6"/>') == pytest.approx(2.0, abs=0.02)
    assert space('<path d="M4 4h5"/><path d="M13 2v6"/>', ends=square) == pytest.approx(2.0, abs=0.02)


def test_strokes_that_meet_at_an_angle_leave_no_gap_beside_the_joint():
    assert gaps(drawn('<path d="M4 12 20 8"/><path d="M4 12 20 16"/>'), 2.0) == []
    assert gaps(drawn('<path d="M12 4v16"/><path d="M4 12h16"/>'), 2.0) == []
    assert gaps(drawn('<path d="M4 20 12 4l8 16"/><path d="M7 14h10"/>'), 2.0) == []


def test_an_icon_is_weighed_against_those_beside_it():
    bold = '<path d="M4 4h16v16H4z"/><path d="M4 8h16M4 12h16M4 16h16"/>'
    assert "weight" in {one.rule for one in lint(drawn(bold), CARD)}
    assert "weight" not in {one.rule for one in lint(drawn(bold), CARD, others=[0.33, 0.36, 0.4, 0.42] * 3)}


def test_dots_are_no_strays_and_tangents_no_wrong_angles():
    assert not rules('<path d="M4 4h16v16H4z"/><path d="M12 12h.01"/>') & {"stray", "zero-length", "grid"}
    assert "angle" not in rules('<path d="M4 20 18 4"/>')


def test_a_filled_icon_is_only_told_how_to_become_strokes():
    filled = '<path d="M4 4h16v0v16H4z" fill="#000" stroke="none"/>'
    (finding,) = lint(drawn(filled), CARD)
    assert finding.rule == "paint" and "maquette icon lined" in finding.told


def test_rules_are_chosen_by_stable_names():
    assert chosen() == tuple(RULES)
    assert chosen(["gap", "canvas"]) == ("canvas", "gap")
    assert "gap" not in chosen(skip=["gap"])
    with pytest.raises(UsageError, match="no rule 'gapp'") as error:
        chosen(["gapp"])
    assert "gap" in error.value.mend


def test_an_empty_drawing_breaks_nothing_but_can_be_asked():
    assert lint(d.Drawing((0, 0, 24, 24), ()), CARD) == []
