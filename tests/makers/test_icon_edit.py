"""What a designer may rely on when she changes a part of an icon."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

import icons
from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MediaError, UsageError
from maquette.makers import icon_parts as parts
from maquette.makers.icon_edit import Editor, asked, listed, overlay, pick
from maquette.makers.icon_infill import Infiller
from maquette.media import drawing as d
from maquette.media.extent import ink_box
from maquette.media.style_card import StyleCard

HOUSE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">'
    '<path id="wall" d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>'
    '<path id="door" d="M9 22V12h6v10"/><circle cx="12" cy="8" r="1"/></svg>'
)
FILLED = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 2h20v20H2z"/></svg>'


@pytest.fixture
def house() -> d.Drawing:
    return d.parse(HOUSE)


@pytest.fixture(scope="module")
def infiller(tiny_icons: Path) -> Infiller:
    return Infiller(open_checkpoint(tiny_icons))


@pytest.mark.parametrize(
    ("text", "found"),
    [("1", (0,)), ("1,3", (0, 2)), ("2-3", (1, 2)), ("door", (1,)), ("wall, 3", (0, 2)), ("@15,20", (1,)),
     ("@3 10", (0,)), ("1,1,wall", (0,)), ("@12,7.2,door", (2, 1))],
)  # fmt: skip
def test_shapes_are_named_by_number_id_and_point(house, text, found):
    assert pick(house, text) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [("4", "there is no shape 4"), ("0", "no shape 0"), ("roof", "no shape is called 'roof'"), ("@a,b", "no shapes")],
)
def test_shapes_that_are_not_there_are_refused_with_those_that_are(house, text, told):
    with pytest.raises(UsageError, match=told) as error:
        pick(house, text)
    assert "1 to 3" in error.value.mend or "@12,5" in error.value.mend


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({}, "nothing to do"),
        ({"keep": "1,2", "replace": "2"}, "shape 2 cannot be both kept and replaced"),
        ({"replace": "1", "remove": "1"}, "both replaced and removed"),
        ({"remove": "1-3"}, "nothing would be left"),
        ({"replace": "1-3"}, "another icon"),
        ({"keep": "5"}, "there is no shape 5"),
        ({"remove": "1", "words": "a flame"}, "words would have no effect"),
        ({"remove": "1", "corner": "top-left"}, "corner would have no effect"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(house, wishes, told):
    with pytest.raises(UsageError, match=told):
        asked(house, **wishes)


def test_an_icon_of_one_shape_can_be_added_to_but_not_replaced():
    line = d.parse(HOUSE.replace('<path id="door" d="M9 22V12h6v10"/><circle cx="12" cy="8" r="1"/>', ""))
    with pytest.raises(UsageError, match="every shape"):
        asked(line, replace="1")
    assert Editor().edit(line, asked(line, add="plus"))[0].note.startswith("plus at the bottom right")


def test_what_is_kept_alone_locks_and_the_rest_is_redrawn(house, infiller):
    wish = asked(house, keep="1,3")
    assert wish.replace == (1,)
    for one in Editor(infiller).edit(house, wish, count=3):
        assert one.pieces[0].shape is house.shapes[0] and one.pieces[-1].shape is house.shapes[2]
        assert [piece.of for piece in one.pieces if piece.of is not None] == [0, 2]


def test_shapes_apart_from_one_another_are_replaced_each_in_its_place(house, infiller):
    for one in Editor(infiller).edit(house, asked(house, replace="1,3"), count=2):
        assert [piece.of for piece in one.pieces].index(1) in range(1, len(one.pieces) - 1)


def test_removed_shapes_are_gone_and_nothing_else_is(house):
    (one,) = Editor().edit(house, asked(house, remove="door"))
    assert one.drawing.shapes == (house.shapes[0], house.shapes[2]) and one.note == "shape 2 removed"


def test_a_style_card_is_obeyed_by_new_shapes(house, infiller):
    card = StyleCard("mine", canvas=48.0, grid=1.0, width=3.0, cap="butt", join="miter")
    drawn = d.parse(HOUSE.replace("M9 22V12h6v10", "M9.125 22V12.375h5.75v9.625"))
    tokens = infiller.encoding.encode(replace(drawn, shapes=drawn.shapes[1:2])).body[:-1]
    filled = infiller.placed(infiller.hole(house, 1, 2), tokens)
    (shape,) = Editor(infiller, card).held(filled).shapes
    assert (shape.paint.width, shape.paint.cap, shape.paint.join) == (1.5, "butt", "miter")
    assert shape.geometry == d.parse(HOUSE.replace("M9 22V12h6v10", "M9 22V12.5h6v9.5")).shapes[1].geometry
    for one in Editor(infiller, card).edit(house, asked(house, replace="2"), count=2):
        new = [piece.shape for piece in one.pieces if piece.of is None]
        assert {(s.paint.width, s.paint.cap, s.paint.join) for s in new} == {(1.5, "butt", "miter")}


# -- parts ------------------------------------------------------------------------------------------------------------


def distance(one: d.Shape, other: d.Shape) -> float:
    """The clear space between two strokes, negative where they overlap."""
    near = min(
        parts.beside(a, b, point) for point, _ in parts.outline(one.geometry) for a, b in parts.outline(other.geometry)
    )
    return near - (one.paint.width + other.paint.width) / 2


@pytest.mark.parametrize("name", sorted(parts.BADGES))
def test_badges_stand_clear_of_what_is_beneath_and_inside_the_canvas(name):
    for item, corner in zip(icons.items(), parts.CORNERS, strict=False):
        icon = d.parse(item.svg_text())
        pen = parts.Pen(icon.shapes[0].paint, 1.5, 1.0)
        added = parts.add(icon, name, pen, corner)[0]
        new = [piece.shape for piece in added.pieces if piece.of is None]
        for piece in added.pieces:
            if piece.of is not None:
                assert all(distance(piece.shape, one) >= 1.5 - 0.02 for one in new)
                assert piece.same == (piece.shape is icon.shapes[piece.of])
        for box in filter(None, map(ink_box, new)):
            assert min(box) >= 1 - 1e-6 and max(box) <= 23 + 1e-6


def test_a_slash_has_a_gap_on_one_side_and_strokes_end_on_it_on_the_other(house):
    added = parts.add(house, "slash", parts.Pen(house.shapes[0].paint, 2.0, 1.0))[0]
    assert added.pieces[-1].shape.geometry == d.Path((d.Subpath((2.0, 2.0), (d.Line((22.0, 22.0)),)),))
    beside = [(x - y) / math.sqrt(2) for p in added.pieces[:-1] for (x, y), _ in parts.outline(p.shape.geometry)]
    assert all(value <= 1e-9 or value >= 4 - 1e-9 for value in beside)
    assert any(abs(value) < 1e-9 for value in beside) and any(abs(value - 4) < 1e-9 for value in beside)


def test_a_cut_is_exact_and_arcs_stay_arcs():
    ring = d.Circle((12.0, 12.0), 8.0)
    kept, taken = parts.cut(ring, lambda p: math.dist(p, (20.0, 12.0)) - 4.0)
    (subpath,) = kept.subpaths
    assert all(isinstance(segment, d.Arc) and segment.rx == 8.0 for segment in subpath.segments)
    for end in (subpath.start, subpath.segments[-1].to):
        assert math.dist(end, (20.0, 12.0)) == pytest.approx(4.0, abs=1e-9)
    assert taken == pytest.approx(8 * 4 * math.asin(4 / 16), rel=1e-3)


def test_lines_and_curves_are_cut_where_the_region_begins_even_between_samples():
    line = d.Path((d.Subpath((0.0, 0.0), (d.Line((24.0, 0.0)),)),))
    kept, _ = parts.cut(line, lambda p: abs(p[0] - 12.3) - 0.2)
    assert [(s.start, s.segments[-1].to) for s in kept.subpaths] == [
        ((0.0, 0.0), (pytest.approx(12.1), 0.0)),
        ((pytest.approx(12.5), 0.0), (24.0, 0.0)),
    ]
    curve = d.Path((d.Subpath((0.0, 0.0), (d.Cubic((8.0, 12.0), (16.0, 12.0), (24.0, 0.0)),)),))
    kept, _ = parts.cut(curve, lambda p: 12.0 - p[0])
    assert isinstance(kept.subpaths[0].segments[0], d.Cubic) and kept.subpaths[0].segments[0].to == pytest.approx(
        (12.0, 9.0)
    )


def test_filled_shapes_are_not_cut_and_unknown_parts_are_named_with_those_that_are_known(house):
    filled = d.parse(FILLED)
    with pytest.raises(MediaError, match="shape 1 is filled"):
        parts.add(filled, "plus", parts.Pen(d.Paint(), 1.0, 1.0))
    with pytest.raises(UsageError, match="no part called 'plsu'") as error:
        parts.add(house, "plsu", parts.Pen(d.Paint(), 1.0, 1.0))
    assert "plus" in error.value.mend and "slash" in error.value.mend


def test_the_sheet_shows_every_candidate_and_the_list_every_shape(house):
    made = Editor().edit(house, asked(house, add="check"), count=4)
    sheet = overlay(house, made)
    assert len(made) == 4 and sheet.count("<g transform") == 4 and "stroke-dasharray" in sheet
    assert d.parse(sheet).shapes
    assert [(row["shape"], row["id"], row["what"]) for row in listed(house)] == [
        (1, "wall", "closed path"), (2, "door", "lines"), (3, "", "circle")]  # fmt: skip
