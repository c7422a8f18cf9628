"""Putting drawings on a grid: what a designer may rely on when she says "snap"."""

from __future__ import annotations

import json
import math
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from maquette.media import drawing as d
from maquette.media.extent import arc_centre
from maquette.media.snap import numbers, off_grid, snap

ICONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "icons" / "icons.jsonl.zst"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="2">{}</svg>'


def drawn(body: str) -> d.Drawing:
    return d.parse(SVG.format(body))


def iou(one: d.Drawing, other: d.Drawing) -> float:
    a, b = d.render(one, 192), d.render(other, 192)
    return float(np.minimum(a, b).sum() / np.maximum(a, b).sum())


@pytest.mark.parametrize("sweep", [0, 1])
@pytest.mark.parametrize("large", [0, 1])
@pytest.mark.parametrize("r", [2.93, 3.0, 3.07, 4.49])
def test_half_circles_stay_half_circles_on_their_side(r, large, sweep):
    before = drawn(f'<path d="M{12 - r} 12A{r} {r} 0 {large} {sweep} {12 + r} 12"/>')
    after = snap(before, 0.25)
    (one,), (other,) = (drawing.shapes[0].geometry.subpaths for drawing in (before, after))
    (old,), (new,) = one.segments, other.segments
    assert isinstance(new, d.Arc) and new.sweep == old.sweep
    bulge = [arc_centre(path.start, path.segments[0]) for path in (one, other)]
    heights = [arc.at(arc.begin + arc.sweep / 2)[1] - 12 for arc in bulge]
    assert heights[0] * heights[1] > 0
    assert abs(heights[0] - heights[1]) < 0.2
    assert iou(before, after) > 0.85


def test_a_radius_is_never_shorter_than_half_of_its_chord():
    dice = np.random.default_rng(0)
    for _ in range(300):
        x, y, r = dice.uniform(4, 20), dice.uniform(4, 20), dice.uniform(0.6, 5)
        turn, from_ = dice.uniform(0.3, 4.5), dice.uniform(0, 6.28)
        ends = [(x + r * math.cos(a), y + r * math.sin(a)) for a in (from_, from_ + turn)]
        arc = d.Arc(r, r, 0.0, turn > math.pi, True, ends[1])
        drawing = d.Drawing((0, 0, 24, 24), (d.Shape(d.Path((d.Subpath(ends[0], (arc,)),)), d.Paint()),))
        path = snap(drawing, 0.25).shapes[0].geometry.subpaths[0]
        for segment in path.segments:
            assert segment.sweep
            assert segment.rx >= math.dist(path.start, segment.to) / 2 - 0.001
            found, old = arc_centre(path.start, segment), arc_centre(ends[0], arc)
            assert math.dist(found.at(found.begin + found.sweep / 2), old.at(from_ + turn / 2)) < 0.8


def test_circles_and_rectangles_keep_being_such_with_their_ids_and_paint():
    before = drawn(
        '<circle id="eye" cx="8.06" cy="8.1" r="2.94"/><rect id="box" x="3.1" y="15" width="8.2" height="4" rx="1.9"/>'
    )
    after = snap(before, 0.5)
    assert [shape.id for shape in after.shapes] == ["eye", "box"]
    assert after.shapes[0].geometry == d.Circle((8.0, 8.0), 3.0)
    assert after.shapes[1].geometry == d.Rect((3.0, 15.0), 8.5, 4.0, 2.0, 2.0)
    assert [shape.paint for shape in after.shapes] == [shape.paint for shape in before.shapes]


def test_a_pill_stays_a_pill():
    (shape,) = snap(drawn('<rect x="3" y="8" width="18" height="7.9" rx="3.95"/>'), 0.5).shapes
    assert shape.geometry == d.Rect((3.0, 8.0), 18.0, 8.0, 4.0, 4.0)


def test_what_stands_on_the_grid_is_the_same_object():
    drawing = drawn('<path d="M4 4h16v.5L9 12a3 3 0 0 0-3 3z"/><circle cx="12" cy="12" r="3"/>')
    assert all(a is b for a, b in zip(drawing.shapes, snap(drawing, 0.5).shapes, strict=True))
    assert snap(drawing, 0.0) is drawing


def test_a_dot_keeps_its_length_and_moves_as_a_whole():
    (shape,) = snap(drawn('<path d="M12.1 17h.01"/>'), 0.5).shapes
    (path,) = shape.geometry.subpaths
    assert path.start == (12.0, 17.0) and path.segments[0].to == pytest.approx((12.01, 17.0))


def test_level_handles_stay_level_and_slanted_ones_keep_their_direction():
    (shape,) = snap(drawn('<path d="M4.1 12.1C6.2 12.1 9.3 9.2 11 6.1"/>'), 0.5).shapes
    (curve,) = shape.geometry.subpaths[0].segments
    assert curve.c1[1] == 12.0
    slope = math.atan2(6.1 - 9.2, 11 - 9.3), math.atan2(curve.to[1] - curve.c2[1], curve.to[0] - curve.c2[0])
    assert slope[0] == pytest.approx(slope[1], abs=0.01)


def test_nothing_turns_inside_out_and_snapping_twice_changes_nothing_more():
    dice = np.random.default_rng(1)
    for _ in range(60):
        points = [tuple(dice.uniform(2, 22, 2)) for _ in range(6)]
        path = d.Subpath(points[0], tuple(d.Line(point) for point in points[1:]), True)
        drawing = d.Drawing((0, 0, 24, 24), (d.Shape(d.Path((path,)), d.Paint()),))
        once = snap(drawing, 0.5)
        assert all(off_grid(value, 0.5) < 1e-9 for value in numbers(once.shapes[0].geometry))
        assert snap(once, 0.5).shapes[0] is once.shapes[0]


@pytest.mark.data
@pytest.mark.skipif(not ICONS.exists(), reason="the icons' data is not here")
def test_held_out_icons_keep_their_look_on_an_eighth_of_a_unit():
    zstandard = pytest.importorskip("zstandard")
    values = []
    with zstandard.open(ICONS, "rt", encoding="utf-8") as stream:
        for line in islice(stream, 0, None, 40):
            item = json.loads(line)
            if item["paint"] != "stroke":
                continue
            box = " ".join(map(str, item["viewbox"]))
            attributes = " ".join(f'{key}="{value}"' for key, value in item["attrs"].items())
            text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {attributes}>{item["svg"]}</svg>'
            drawing = d.fit(d.parse(text))
            values.append(iou(drawing, snap(drawing, 1 / 8)))
            if len(values) == 40:
                break
    assert np.mean(values) >= 0.99 and min(values) >= 0.93
