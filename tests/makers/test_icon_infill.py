"""What a designer may rely on when a part of her icon is drawn by the net."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import icons
from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MediaError, UsageError
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding, shapes_of
from maquette.makers.icon_infill import Infiller
from maquette.media import drawing as d
from maquette.media.extent import geometry_box, union

SUN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5"'
    ' stroke-linecap="butt" stroke-linejoin="miter"><circle cx="12" cy="12" r="4"/><path d="M12 3v2"/>'
    '<path d="M12 19v2"/><path d="M3 12h2"/></svg>'
)


@pytest.fixture(scope="module")
def infiller(tiny_icons: Path) -> Infiller:
    return Infiller(open_checkpoint(tiny_icons))


@pytest.fixture(scope="module")
def sun() -> d.Drawing:
    return d.parse(SUN)


def test_what_stays_is_handed_on_as_it_is(infiller, sun):
    made = infiller.fill(sun, 1, 2, count=3, pool=8)
    assert made
    for one in made:
        assert one.drawing.shapes[0] is sun.shapes[0]
        assert one.drawing.shapes[one.new.stop :] == sun.shapes[2:]
        assert all(a is b for a, b in zip(one.drawing.shapes[one.new.stop :], sun.shapes[2:], strict=True))
        assert len(one.new) >= 1 and one.part.shapes


def test_new_strokes_are_in_the_stroke_of_the_icon(infiller, sun):
    for one in infiller.fill(sun, 1, 2, pool=8):
        assert {(s.paint.width, s.paint.cap, s.paint.join) for s in one.part.shapes} == {(1.5, "butt", "miter")}


def test_the_same_seed_gives_the_same_shapes_and_another_others(infiller, sun):
    first, again, other = ([o.part for o in infiller.fill(sun, 1, 2, pool=8, seed=s)] for s in (1, 1, 2))
    assert first == again and first != other


def test_other_canvases_are_drawn_on_in_their_own_units(infiller, sun):
    large = d.transformed(sun, (20.0, 0, 0, 20.0, -40.0, 60.0), (-40.0, 60.0, 480.0, 480.0))
    small, big = infiller.fill(sun, 1, 2, pool=8, count=1)[0], infiller.fill(large, 1, 2, pool=8, count=1)[0]
    assert d.transformed(small.part, (20.0, 0, 0, 20.0, -40.0, 60.0)).shapes[0].geometry == big.part.shapes[0].geometry
    assert big.part.shapes[0].paint.width == pytest.approx(30.0)


def test_the_net_reads_the_shapes_before_the_hole_and_those_behind_it(infiller, sun):
    hole = infiller.hole(sun, 1, 2)
    told = infiller.prefix(hole).tolist()
    before, after = told[told.index(v.BEFORE) + 1 : told.index(v.AFTER)], told[told.index(v.AFTER) + 1 : -1]
    encoded = [list(shape) for shape in shapes_of(infiller.encoding.encode(sun).body)]
    assert told[-1] == v.MIDDLE and before == encoded[0] and after == encoded[2] + encoded[3]


def test_of_a_drawing_longer_than_the_net_reads_the_nearest_shapes_are_read(infiller, sun):
    rays = tuple(replace(sun.shapes[1], geometry=d.Circle((4 + k / 8, 12.0), 2.0)) for k in range(128))
    hole = infiller.hole(replace(sun, shapes=(*rays, *sun.shapes)), 128, 129)
    assert len(infiller.prefix(hole)) < 512 and hole.shown[0] and hole.shown[1]
    assert infiller.sample(hole, pool=4) and not infiller.prefix(hole, going_on=True).tolist().count(v.MIDDLE)


def test_an_unfinished_drawing_is_gone_on_with_one_shape_at_a_time(infiller, sun):
    made = infiller.fill(sun, 4, closed_after=False, shapes=1, pool=8)
    assert made and all(one.drawing.shapes[:4] == sun.shapes and len(one.new) == 1 for one in made)


def test_new_shapes_keep_to_the_place_they_are_given(infiller, sun):
    box = (10.0, 2.0, 14.0, 6.0)
    made = infiller.sample(infiller.hole(sun, 1, 2, near=box), pool=12)
    subpaths = [sub for one in made for shape in one.part.shapes for sub in getattr(shape.geometry, "subpaths", ())]
    ends = [point for sub in subpaths for point in (sub.start, *(segment.to for segment in sub.segments))]
    inside = [10 <= x <= 14 and 2 <= y <= 6 for x, y in ends]
    assert subpaths and sum(inside) >= 0.8 * len(inside)  # an arc too large for its place may leave it
    for one in infiller.fill(sun, 1, 2, near=box, pool=12, count=4):
        x, y = (sum(values) / 2 for values in zip(*_corners(one.part), strict=True))
        assert 10 <= x <= 14 and 2 <= y <= 6


def _corners(part: d.Drawing) -> list[tuple[float, float]]:
    boxes = [box for shape in part.shapes if (box := geometry_box(shape.geometry)) is not None]
    left, top, right, bottom = union(boxes) or (0.0, 0.0, 0.0, 0.0)
    return [(left, top), (right, bottom)]


def test_a_shape_of_a_drawing_is_one_shape_of_its_tokens():
    encoding = StrokeEncoding()
    for item in icons.items():
        drawing = d.parse(item.svg_text())
        assert len(shapes_of(encoding.encode(drawing).body)) == len(drawing.shapes)


def test_human_shapes_come_back_through_a_hole(infiller, sun):
    body = infiller.encoding.encode(replace(sun, shapes=sun.shapes[1:2])).body[:-1]
    back = infiller.placed(infiller.hole(sun, 1, 2), np.asarray(body))
    assert back is not None and back.drawing.shapes[1] == sun.shapes[1]


def test_a_symmetry_that_lacks_a_shape_is_offered_it(infiller, sun):
    notes = [one.note for one in infiller.fill(sun, 4, 4, pool=8, count=24) if one.source == "repeat"]
    assert notes
    rays = [d.Path((d.Subpath((21.0, 12.0), (d.Line((19.0, 12.0)),)),))]
    made = [one.part.shapes[0].geometry for one in infiller.fill(sun, 4, 4, pool=8, count=24)]
    assert rays[0] in made


def test_filled_icons_places_that_are_not_there_and_unknown_words_are_refused(infiller, sun):
    filled = d.parse(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v3z"/><path d="M5 5h3v3z"/></svg>'
    )
    with pytest.raises(MediaError, match="filled"):
        infiller.fill(filled, 0, 1)
    with pytest.raises(UsageError, match="4 shapes"):
        infiller.fill(sun, 3, 6)
    with pytest.raises(UsageError, match="xqzzkw"):
        infiller.fill(sun, 1, 2, words="xqzzkw")
    with pytest.raises(UsageError, match="no style 'cubist'"):
        infiller.fill(sun, 1, 2, style="cubist")
