"""Outlines: the same ink as the strokes, few and clean segments, wound for fonts; and the siblings of an icon."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pathops", reason="outlines need `pip install 'maquette[icons]'`")

from maquette.core.errors import MediaError
from maquette.media import drawing as d
from maquette.media import outline
from maquette.media import outline_check as check
from maquette.media.affine import as_path
from maquette.media.raster import coverage

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="{}"'
    ' stroke-linecap="{}" stroke-linejoin="{}">{}</svg>'
)
SEARCH = '<circle cx="11" cy="11" r="8"/><path d="m21 21-4.3-4.3"/>'
CHECKED = '<circle cx="12" cy="12" r="10"/><path d="m9 12 2 2 4-4"/>'
LOCK = '<rect x="3" y="11" width="18" height="11" rx="2"/><path d="M7 11V7a5 5 0 0 1 10 0v4"/>'
FILE = '<path d="M14 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8z"/><path d="M8 13h8M8 17h5"/>'


def icon(body: str, width: float = 2, cap: str = "round", join: str = "round") -> d.Drawing:
    return d.parse(HEAD.format(width, cap, join, body))


def segments(drawing: d.Drawing) -> list[d.Segment]:
    return [one for sub in subpaths(drawing) for one in sub.segments]


def subpaths(drawing: d.Drawing) -> list[d.Subpath]:
    return [sub for shape in drawing.shapes for sub in as_path(shape.geometry).subpaths]


def likeness(one: d.Drawing, other: d.Drawing, px: int = 192) -> float:
    a, b = d.render(one, px), d.render(other, px)
    return float(np.minimum(a, b).sum() / np.maximum(a, b).sum())


def is_filled(drawing: d.Drawing) -> bool:
    return all(shape.paint.fill and not shape.paint.stroke for shape in drawing.shapes)


# --- exactness ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cap", ["butt", "round", "square"])
@pytest.mark.parametrize("join", ["miter", "round", "bevel"])
def test_caps_and_joins_cover_what_the_strokes_cover(cap, join):
    drawn = icon('<path d="M4 6h9l-6 8 3 5"/><path d="M17 4c4 3 1 8 4 14"/><path d="M20 21v0"/>', cap=cap, join=join)
    made = outline.outlined(drawn)
    assert is_filled(made) and not made.lost
    assert likeness(drawn, made) > 0.993


def test_a_corner_sharper_than_the_miter_limit_of_four_is_cut_off():
    sharp = outline.outlined(icon('<path d="M4 20 12 4 7 20"/>', cap="butt", join="miter"))
    assert d.bounds(sharp)[1] > 3.0
    blunt = outline.outlined(icon('<path d="M4 20 12 4l8 16"/>', cap="butt", join="miter"))
    assert d.bounds(blunt)[1] < 2.0


def test_a_line_becomes_two_lines_and_two_half_circles():
    made = outline.outlined(icon('<path d="M4 12h16"/>'))
    kinds = [type(one).__name__ for one in segments(made)]
    assert sorted(kinds) in (["Arc", "Arc", "Line"], ["Arc", "Arc", "Line", "Line"])  # the last line is the closing
    assert {(arc.rx, arc.ry) for arc in segments(made) if isinstance(arc, d.Arc)} == {(1.0, 1.0)}
    assert d.bounds(made) == pytest.approx((3, 11, 21, 13))


def test_the_offset_of_an_arc_is_an_arc_of_the_true_radius():
    made = outline.outlined(icon('<path d="M4 12a8 8 0 0 1 16 0"/>', cap="butt"))
    assert sorted(one.rx for one in segments(made) if isinstance(one, d.Arc)) == [7.0, 9.0]
    assert sum(isinstance(one, d.Cubic | d.Quad) for one in segments(made)) == 0


def test_a_circle_becomes_a_ring_of_four_arcs():
    made = outline.outlined(icon('<circle cx="12" cy="12" r="9"/>'))
    assert [one.rx for one in segments(made)] == [10.0, 10.0, 8.0, 8.0]


@pytest.mark.parametrize("dot", ["M12 12h.01", "M12 12h0", "M12 12z"])
def test_a_dot_is_a_disc(dot):
    (disc,) = subpaths(outline.outlined(icon(f'<path d="{dot}"/>')))
    assert len(disc.segments) == 2
    assert check.polygon(disc) and d.bounds(outline.outlined(icon(f'<path d="{dot}"/>'))) == pytest.approx(
        (11, 11, 13, 13), abs=0.011
    )
    assert not outline.outlined(icon(f'<path d="{dot}"/>', cap="butt")).shapes or dot == "M12 12h.01"


def test_shapes_of_one_ink_become_one_and_tints_stay_apart():
    made = outline.outlined(icon(SEARCH + '<circle cx="11" cy="11" r="4" fill="currentColor" opacity=".2"/>'))
    assert [shape.paint.opacity for shape in made.shapes] == [0.2, 1.0]
    assert len(subpaths(made)) == 3  # the tint, and the glass with its handle: one contour and a hole


@pytest.mark.parametrize("body", [SEARCH, CHECKED, LOCK, FILE])
@pytest.mark.parametrize("box", [24, 1, 512])
def test_any_canvas_keeps_few_nodes_and_none_without_length(body, box):
    drawn = d.fit(icon(body), box)
    made = outline.outlined(drawn)
    assert likeness(drawn, made) > 0.985  # the renderer itself strays by a tenth of a pixel
    for sub in subpaths(made):
        at = sub.start
        for one in sub.segments:
            assert one.to != at
            at = one.to
    assert len(segments(made)) <= 32


def test_outer_contours_run_clockwise_and_holes_the_other_way():
    made = outline.outlined(icon(CHECKED))
    areas = [check.polygon(sub) for sub in subpaths(made)]
    signs = [math.copysign(1, sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(p, [*p[1:], p[0]]))) for p in areas]
    assert sorted(signs) == [-1, 1, 1]  # y points down: positive is clockwise as seen


points = st.tuples(st.integers(4, 40), st.integers(4, 40)).map(lambda p: (p[0] / 2, p[1] / 2))
lines = st.builds(lambda to: d.Line(to), points)
curves = st.builds(lambda a, b, to: d.Cubic(a, b, to), points, points, points)
round_ones = st.builds(
    lambda r, large, sweep, to: d.Arc(r / 2, r / 2, 0, large, sweep, to),
    st.integers(2, 16),
    st.booleans(),
    st.booleans(),
    points,
)
pens = st.builds(
    d.Subpath, points, st.lists(st.one_of(lines, curves, round_ones), min_size=1, max_size=4).map(tuple), st.booleans()
)
paints = st.builds(
    d.Paint,
    width=st.sampled_from([1.0, 1.5, 2.0, 3.0]),
    cap=st.sampled_from(["butt", "round", "square"]),
    join=st.sampled_from(["miter", "round", "bevel"]),
)
drawings = st.lists(st.builds(lambda s, p: d.Shape(d.Path((s,)), p), pens, paints), min_size=1, max_size=3).map(
    lambda shapes: d.Drawing((0, 0, 24, 24), tuple(shapes))
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(drawings)
def test_random_strokes_keep_their_ink_and_agree_by_both_fill_rules(drawn):
    made = outline.outlined(drawn)
    assert is_filled(made)
    if not made.shapes:
        assert d.render(drawn, 64).sum() < 1
        return
    if not made.lost:  # what could not be united is told
        # The renderer's own strokes stray by about a tenth of a pixel.
        assert likeness(drawn, made, 384) > 0.985
        both = [
            d.to_svg(made),
            d.to_svg(made).replace("nonzero", "evenodd").replace("<svg", '<svg fill-rule="evenodd"'),
        ]
        by_rule = [coverage(text.replace("currentColor", "#000"), 128) for text in both]
        assert np.abs(by_rule[0] - by_rule[1]).mean() < 1e-3


@settings(max_examples=10, deadline=None, derandomize=True)
@given(drawings)
def test_an_outline_outlined_again_stays_as_it_is(drawn):
    made = outline.outlined(drawn)
    if not made.lost:
        assert outline.outlined(made).shapes == made.shapes


def test_another_reader_of_paths_sees_the_same_area():
    """fontTools' path parser and area pen, on the very text that is saved."""
    area_pen = pytest.importorskip("fontTools.pens.areaPen").AreaPen
    parse_path = pytest.importorskip("fontTools.svgLib.path").parse_path
    made = outline.outlined(icon('<circle cx="12" cy="12" r="9"/>', 2))
    pen = area_pen(None)
    text = d.to_svg(made)
    parse_path(text[text.index(' d="') + 4 : text.index('"', text.index(' d="') + 4)], pen)
    assert abs(pen.value) == pytest.approx(math.pi * (100 - 64), rel=1e-3)


def test_svgelements_reads_the_same_box():
    reader = pytest.importorskip("svgelements")
    made = outline.outlined(icon(LOCK))
    text = d.to_svg(made)
    found = reader.Path(text[text.index(' d="') + 4 : text.index('"', text.index(' d="') + 4)])
    assert found.bbox() == pytest.approx(d.bounds(made), abs=0.01)


# --- siblings -------------------------------------------------------------------------------------------------------


def test_holes_of_the_even_odd_rule_stay_holes_beside_strokes():
    hole = '<path fill-rule="evenodd" d="M2 2h14v14H2zM6 6h6v6H6z" fill="currentColor" stroke="none"/>'
    for body in (hole, hole + '<path d="M12 20h8"/>'):
        drawn = icon(body)
        made, like = outline.traced(drawn)
        assert is_filled(made) and like > 0.999
        assert likeness(made, drawn) > 0.999


@pytest.mark.parametrize("body", [SEARCH, CHECKED, LOCK, FILE])
def test_the_solid_sibling_has_the_same_footprint(body):
    drawn = icon(body)
    made = outline.filled(drawn)
    assert is_filled(made) and len(made.shapes) == 1
    assert d.bounds(made) == pytest.approx(d.bounds(drawn), abs=0.02)
    assert d.render(made, 96).sum() > d.render(drawn, 96).sum()


def test_what_lies_inside_becomes_a_gap_and_a_shackle_stays_open():
    tick = d.render(outline.filled(icon(CHECKED)), 24)
    assert tick[12, 5] > 0.9 and tick[13, 11] < 0.2
    lock = d.render(outline.filled(icon(LOCK)), 24)
    assert lock[16, 12] > 0.9 and lock[8, 12] < 0.1


def test_the_two_tone_sibling_keeps_its_strokes():
    drawn = icon(CHECKED)
    made = outline.duotone(drawn)
    assert made.shapes[1:] == drawn.shapes
    assert made.shapes[0].geometry == d.Circle((12, 12), 10)
    assert (made.shapes[0].paint.opacity, made.shapes[0].paint.stroke) == (0.2, False)
    with pytest.raises(MediaError, match="nothing in this drawing is closed"):
        outline.duotone(icon('<path d="M4 4l16 16"/>'))


@pytest.mark.parametrize("body", [SEARCH, CHECKED, LOCK, FILE])
def test_an_outline_finds_its_strokes_again(body):
    drawn = icon(body)
    found = outline.relined(outline.outlined(drawn))
    assert found.told
    assert all(shape.paint.stroke and not shape.paint.fill for shape in found.drawing.shapes)
    assert {shape.paint.width for shape in found.drawing.shapes} == {2.0}
    assert likeness(found.drawing, drawn) > 0.98
    assert len(segments(found.drawing)) <= len(segments(drawn)) + 8


def test_a_solid_becomes_its_contour_and_a_tint_is_dropped():
    drawn = icon(CHECKED)
    found = outline.relined(outline.filled(drawn))
    assert likeness(found.drawing, drawn) > 0.97
    assert outline.lined(outline.duotone(drawn)).shapes == drawn.shapes


def test_what_can_become_no_stroke_is_named():
    wedge = d.parse('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 12 22 11v2z"/></svg>')
    with pytest.raises(MediaError, match="part 1 is neither a band of one width nor a solid"):
        outline.lined(wedge)


def test_without_skia_the_error_names_the_extra(monkeypatch):
    import sys

    from maquette.core.errors import MissingExtra

    monkeypatch.setitem(sys.modules, "pathops", None)
    with pytest.raises(MissingExtra, match=r"pip install 'maquette\[icons\]'"):
        outline.outlined(icon(SEARCH))
