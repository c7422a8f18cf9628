"""Features: they describe the hand, not the file, and tell one set from another."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from maquette.media import drawing as d
from maquette.media.affine import as_path
from maquette.media.drawing import Circle, Drawing, Line, Paint, Rect, Shape, Subpath
from maquette.media.drawing import Path as Lines
from maquette.media.features import GEOMETRIC, NAMES, features, gap, symmetry, typical
from maquette.media.style_pieces import runs

SAMPLES = Path(str(files("maquette.samples"))) / "my-icons"


def of(drawing: Drawing, name: str) -> float:
    return float(features(drawing)[NAMES.index(name)])


def icon(*shapes: Lines | Circle | Rect, canvas: float = 24.0, **paint: object) -> Drawing:
    pen = replace(Paint(width=2.0, cap="round", join="round"), **paint)  # type: ignore[arg-type]
    return Drawing((0.0, 0.0, canvas, canvas), tuple(Shape(one, pen) for one in shapes))


@pytest.fixture(scope="module")
def samples() -> list[Drawing]:
    return [d.read(path) for path in sorted(SAMPLES.glob("*.svg"))]


def test_every_feature_has_a_name_and_is_a_number(samples):
    table = np.array([features(one) for one in samples])
    assert table.shape == (24, len(NAMES)) and np.isfinite(table).all()
    assert len(set(NAMES)) == len(NAMES)
    assert "stroke" not in NAMES[GEOMETRIC] and "lines" in NAMES[GEOMETRIC]


def test_an_empty_drawing_and_a_dot_have_features_too():
    assert np.isfinite(features(Drawing((0, 0, 24, 24), ()))).all()
    assert np.isfinite(features(icon(Lines((Subpath((5, 5), (Line((5, 5)),)),))))).all()


def test_the_canvas_a_file_happens_to_have_changes_nothing():
    small = icon(Rect((3, 3), 18, 12, 2, 2), Circle((12, 9), 2))
    large = d.fit(small, 48.0)
    assert features(large) == pytest.approx(features(small), abs=1e-6)


def test_the_same_circle_as_a_circle_and_as_a_path_differ_in_being_a_primitive_alone():
    circle = icon(Circle((12, 12), 9))
    path = replace(circle, shapes=tuple(replace(one, geometry=as_path(one.geometry)) for one in circle.shapes))
    apart = [name for name, a, b in zip(NAMES, features(circle), features(path), strict=True) if abs(a - b) > 1e-6]
    assert apart == ["primitives"]


def test_stroke_attributes_leave_the_geometric_features_alone():
    thin, thick = icon(Rect((3, 3), 18, 12), width=1.0, cap="butt"), icon(Rect((3, 3), 18, 12), width=2.0)
    known = [name for name in NAMES[GEOMETRIC] if name != "symmetry"]
    assert [of(thin, name) for name in known] == [of(thick, name) for name in known]
    assert of(thin, "stroke") == 1.0 and of(thick, "cap-round") == 1.0


def test_a_square_is_symmetric_a_flag_is_not():
    flag = icon(Lines((Subpath((5, 21), (Line((5, 3)), Line((19, 8)), Line((5, 13)))),)))
    assert symmetry(icon(Rect((4, 4), 16, 16))) > 0.99 > 0.9 > symmetry(flag)


def test_the_gap_is_between_lines_that_do_not_touch():
    two = icon(*(Lines((Subpath((3, y), (Line((21, y)),)),)) for y in (6.0, 9.0)))
    assert gap(runs(two)) == pytest.approx(3.0)


def test_a_drawing_of_the_set_is_nearer_than_one_of_another_hand(samples):
    hand = typical(samples[::2])
    own = [hand.distance(one) for one in samples[1::2]]
    rng = random.Random(0)

    def other() -> Drawing:
        places = [(rng.uniform(3, 20), rng.uniform(3, 20)) for _ in range(6)]
        wild = Lines((Subpath(places[0], tuple(Line(place) for place in places[1:]), True),))
        return icon(wild, Circle((rng.uniform(8, 16), 12), rng.uniform(2, 7)))

    others = [hand.distance(other()) for _ in range(12)]
    assert np.median(own) < 1.6 < np.median(others)
    assert hand.distances(samples[0]).shape == (len(NAMES),)


def test_a_hand_of_one_icon_has_a_scale_too(samples):
    assert typical(samples[:1]).distance(samples[0]) == 0.0
