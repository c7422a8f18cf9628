"""What may be relied on when a drawing becomes strokes and comes back."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import Encoded, StrokeEncoding, flip_matrix, shapes_of
from maquette.encodings.strokes_pen import Pen, places_of
from maquette.encodings.strokes_vocabulary import Header
from maquette.media import drawing as d

ICONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "icons" / "icons.jsonl.zst"
needs_icons = pytest.mark.skipif(not ICONS.exists(), reason="the icons' data is not here")
ENCODING = StrokeEncoding(["lucide/outline", "tabler/outline"])


def svg(inside: str, stroke: str = 'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"') -> d.Drawing:
    return d.parse(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" {stroke}>'
        f"{inside}</svg>"
    )


def iou(a: d.Drawing, b: d.Drawing, px: int = 96) -> float:
    one, two = d.render_many([d.fit(a), d.fit(b)], px)
    return float(np.minimum(one, two).sum() / max(float(np.maximum(one, two).sum()), 1e-6))


def again(drawing: d.Drawing, flip: int = 0) -> tuple[Encoded, d.Drawing]:
    encoded = ENCODING.encode(drawing, flip=flip)
    return encoded, ENCODING.decode(encoded.header, encoded.body)


BY_HAND = {
    "home": '<path d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><path d="M9 22V12h6v10"/>',
    "clock": '<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>',
    "heart": '<path d="M19 14c1.5-1.5 3-3.2 3-5.5A5.5 5.5 0 0 0 16.5 3c-1.8 0-3 .5-4.5 2-1.5-1.5-2.7-2-4.5-2A5.5 5.5 0'
    ' 0 0 2 8.5c0 2.3 1.5 4 3 5.5l7 7Z"/>',
    "card": '<rect x="2" y="5" width="20" height="14" rx="2"/><path d="M2 10h20"/>',
    "database": '<ellipse cx="12" cy="5" rx="9" ry="3"/><path d="M3 5v14a9 3 0 0 0 18 0V5M3 12a9 3 0 0 0 18 0"/>',
    "dots": '<path d="M12 12h.01M19 12h.01M5 12h.01"/>',
    "leaning oval": '<path d="M7 16a7 4 30 1 1 10-6"/>',
    "quadratic": '<path d="M3 12q4.5-9 9 0t9 0"/>',
    "circle in a line": '<path d="M3 12h6a4 4 0 1 0 8 0a4 4 0 1 0-8 0"/>',
    "two radii": '<rect x="3" y="4" width="16" height="12" rx="4" ry="2"/>',
    "three subpaths": '<path d="M4 4h4v4H4zM12 4l6 6M4 14a3 3 0 0 0 6 0"/>',
    "dot that closes": '<path d="M12 12z"/>',
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_drawing_comes_back_as_it_was(name: str) -> None:
    drawing = svg(BY_HAND[name])
    assert iou(drawing, again(drawing)[1]) >= 0.98


@pytest.mark.parametrize("name", BY_HAND)
def test_what_came_back_comes_back_again_unchanged(name: str) -> None:
    first, drawn = again(svg(BY_HAND[name]))
    second, _ = again(drawn)
    assert iou(drawn, again(drawn)[1]) >= 0.99
    assert (second.header.width, second.header.cap, second.header.paint) == (
        first.header.width,
        first.header.cap,
        first.header.paint,
    )


@pytest.mark.parametrize("flip", range(8))
def test_turned_and_mirrored_copies_are_turned_and_mirrored_drawings(flip: int) -> None:
    drawing = svg(BY_HAND["heart"] + '<path d="M2 3a9 3 0 0 1 8 3"/>')
    encoded, drawn = again(drawing, flip)
    assert encoded.header.flip == flip
    assert iou(d.transformed(drawing, flip_matrix(flip)), drawn) >= 0.98


def test_basic_shapes_stay_what_they_are() -> None:
    _, drawn = again(svg(BY_HAND["card"] + BY_HAND["clock"] + '<ellipse cx="12" cy="12" rx="5" ry="3"/>'))
    kinds = [type(shape.geometry) for shape in drawn.shapes]
    assert kinds == [d.Rect, d.Path, d.Circle, d.Path, d.Ellipse]
    assert drawn.shapes[0].geometry == d.Rect((2, 5), 20, 14, 2, 2)
    assert drawn.shapes[2].geometry == d.Circle((12, 12), 10)


def test_a_circle_out_of_four_curves_is_a_circle_again() -> None:
    k = 10 * 0.5523
    curves = (
        f"M22 12C22 {12 + k} {12 + k} 22 12 22S2 {12 + k} 2 12 {12 - k} 2 12 2 22 {12 - k} 22 12Z"  # as Figma writes it
    )
    _, drawn = again(svg(f'<path d="{curves}"/>'))
    assert drawn.shapes[0].geometry == d.Circle((12, 12), 10)


def test_curves_that_were_meant_as_arcs_are_arcs_again() -> None:
    encoded, _ = again(svg('<path d="M4 12C4 7.582 7.582 4 12 4"/>'))
    assert v.ARC + 1 in encoded.body.tolist()
    assert encoded.counts()["geometry"] == 7


@given(
    radius=st.floats(0.4, 9),
    angle=st.floats(0, 2 * math.pi),
    sweep=st.booleans(),
    x=st.floats(10, 14),
    y=st.floats(10, 14),
)
@settings(max_examples=40, deadline=None)
def test_half_circles_never_turn_inside_out(radius: float, angle: float, sweep: bool, x: float, y: float) -> None:
    dx, dy = radius * math.cos(angle), radius * math.sin(angle)
    drawing = svg(f'<path d="M{x - dx} {y - dy}A{radius} {radius} 0 0 {int(sweep)} {x + dx} {y + dy}"/>')
    _, drawn = again(drawing)
    assert iou(drawing, drawn) >= 0.8


def test_half_circles_say_their_true_radius() -> None:
    _, drawn = again(svg('<path d="M4 12a4 4 0 0 1 8 0"/>'))
    (subpath,) = drawn.shapes[0].geometry.subpaths  # type: ignore[union-attr]
    assert subpath.segments == (d.Arc(4.0, 4.0, 0.0, False, True, (12.0, 12.0)),)


def test_every_shape_keeps_its_own_pen() -> None:
    paints = [
        d.Paint(width=2, cap="round", join="round"),
        d.Paint(width=1, cap="butt", join="miter"),
        d.Paint(width=2, cap="square", join="bevel", opacity=0.4),
        d.Paint(width=2, cap="round", join="round"),
        d.Paint(stroke=False, fill=True, even_odd=True),
        d.Paint(stroke=True, fill=True, width=0.75, cap="round", join="round"),
    ]
    path = d.Path((d.Subpath((4, 4), (d.Line((9, 4)), d.Line((9, 9))), True),))
    _, drawn = again(d.Drawing((0, 0, 24, 24), tuple(d.Shape(path, paint) for paint in paints)))
    assert [s.paint.stroke for s in drawn.shapes] == [p.stroke for p in paints]
    assert [s.paint.fill for s in drawn.shapes] == [p.fill for p in paints]
    assert [s.paint.opacity for s in drawn.shapes] == [p.opacity for p in paints]
    assert drawn.shapes[4].paint.even_odd
    for mine, theirs in zip(drawn.shapes, paints, strict=True):
        if theirs.stroke:
            assert (mine.paint.width, mine.paint.cap, mine.paint.join) == (theirs.width, theirs.cap, theirs.join)


def test_the_header_says_what_the_hand_did() -> None:
    header = ENCODING.encode(svg('<path d="M4 4v16M20 4v16"/>'), "tabler/outline").header
    assert header == Header(1, "stroke", 2.0, "round", "round", 0, True, 0)
    crooked = ENCODING.encode(svg('<path d="M4.3 4.1l3.1 5.3"/>', 'stroke-width="1.5"'), "of nobody").header
    assert (crooked.style, crooked.width, crooked.cap, crooked.join) == (None, 1.5, "butt", "miter")
    assert (crooked.symmetric, crooked.grid) == (False, 3)


def test_what_the_grid_would_spoil_is_written_finer() -> None:
    fine = svg('<path d="M3 4.06h18"/><path d="M3 20h18"/>', 'stroke-width="0.5"')
    encoded, drawn = again(fine)
    assert encoded.body.tolist().count(v.FINE) == 1  # the other shape stays as it is
    assert iou(fine, drawn, 192) >= 0.94


def test_any_viewbox_is_fitted_to_the_canvas() -> None:
    big = d.parse('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256"><path d="M32 128h192" fill="none"'
                  ' stroke="#000" stroke-width="16"/></svg>')  # fmt: skip
    encoded, drawn = again(big)
    assert encoded.header.width == 1.5
    assert drawn.viewbox == (0, 0, 24, 24)
    assert iou(big, drawn) >= 0.99


def test_an_empty_drawing_is_refused_by_name() -> None:
    with pytest.raises(MediaError, match="empty"):
        ENCODING.encode(d.Drawing((0, 0, 24, 24), (), title="nothing"))


def test_more_styles_than_there_is_room_for_are_refused() -> None:
    with pytest.raises(MediaError, match="65 styles"):
        StrokeEncoding([str(i) for i in range(65)])


_number = st.floats(1, 23).map(lambda x: round(x, 2))
_point = st.tuples(_number, _number)
_segment = st.one_of(
    st.builds(d.Line, _point),
    st.builds(d.Cubic, _point, _point, _point),
    st.builds(d.Quad, _point, _point),
    st.builds(
        d.Arc,
        st.floats(1, 9),
        st.floats(1, 9),
        st.sampled_from([0.0, 30.0, 90.0]),
        st.booleans(),
        st.booleans(),
        _point,
    ),
)
_subpath = st.builds(d.Subpath, _point, st.lists(_segment, min_size=1, max_size=5).map(tuple), st.booleans())
_geometry = st.one_of(
    st.builds(d.Path, st.lists(_subpath, min_size=1, max_size=3).map(tuple)),
    st.builds(d.Circle, _point, st.floats(0.5, 9)),
    st.builds(d.Ellipse, _point, st.floats(0.5, 9), st.floats(0.5, 9)),
    st.builds(d.Rect, _point, st.floats(0.5, 12), st.floats(0.5, 12), st.just(0.0), st.just(0.0)),
)
_paint = st.builds(
    d.Paint,
    stroke=st.just(True),
    width=st.sampled_from([0.8, 1.5, 2.0, 3.0]),
    cap=st.sampled_from(["butt", "round", "square"]),
    join=st.just("round"),
)


@given(st.lists(st.builds(d.Shape, _geometry, _paint), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_is_drawn_comes_back(shapes: list[d.Shape]) -> None:
    box = d.bounds(drawing := d.Drawing((0, 0, 24, 24), tuple(shapes)))
    if box is None or min(box) < 0 or max(box) > 24:
        return  # what hangs over the edge is held back there
    encoded, drawn = again(drawing)
    # A sixteenth of a unit, the most that the grid moves an edge, is a larger part of a speck than of a drawing.
    smallest = min(box[2] - box[0], box[3] - box[1])
    assert iou(drawing, drawn) >= min(0.9, 1 - 0.15 / smallest)
    assert encoded.body[-1] == v.END
    assert encoded.body.max() < v.OUTPUTS


def test_shapes_are_the_body_cut_at_its_openers() -> None:
    body = ENCODING.encode(svg(BY_HAND["clock"] + BY_HAND["home"])).body
    shapes = shapes_of(body)
    assert len(shapes) == 4
    assert [t for shape in shapes for t in shape] + [v.END] == body.tolist()


def test_a_prefix_is_what_the_layout_says() -> None:
    reference = ENCODING.encode(svg(BY_HAND["clock"]), "lucide/outline")
    header = Header(1, "stroke", 1.5, "butt", "miter")
    prefix = ENCODING.prefix(header, [7, 9], [reference]).tolist()
    assert prefix[:3] == [v.START, v.WORD + 7, v.WORD + 9]
    assert prefix[-len(header.tokens()) :] == header.tokens()
    assert prefix.count(v.ICON) == 2
    assert ENCODING.prefix(Header()).tolist() == [v.START, v.NO_WORDS, v.ICON]


def test_places_say_where_the_pen_stands() -> None:
    tokens = [v.ICON, v.STROKE, v.MOVE, v.X + 8 + 32, v.Y + 8 + 96, v.HORIZONTAL, v.DX + v.ZERO + 64]
    places = places_of(tokens)
    assert places[1].tolist() == [v.NOWHERE] * 6 + [1]
    assert places[4].tolist() == [40, 104] * 3 + [2]
    assert places[6].tolist() == [104, 104, 104, 104, 40, 104, 3]  # the start of the subpath stays


def test_places_of_many_are_the_pens_step_by_step() -> None:
    reference = ENCODING.encode(svg(BY_HAND["heart"]), "lucide/outline")
    target = ENCODING.encode(svg(BY_HAND["dots"] + BY_HAND["database"]))
    tokens = np.concatenate([ENCODING.prefix(target.header, [3], [reference]), target.body])
    pen = Pen()
    for token, expected in zip(tokens.tolist(), places_of(tokens).tolist(), strict=True):
        pen.push(token)
        assert list(pen.places()) == expected
        assert all(0 <= one < count for one, count in zip(expected, v.PLACES, strict=True))


def _segments(geometry: d.Geometry) -> int:
    return sum(len(s.segments) for s in geometry.subpaths) if isinstance(geometry, d.Path) else 1


def test_an_unfinished_body_is_drawn_as_far_as_it_goes() -> None:
    encoded = ENCODING.encode(svg(BY_HAND["home"] + BY_HAND["heart"] + BY_HAND["card"]))
    inks = []
    for end in range(len(encoded.body) + 1):
        drawn = ENCODING.decode(encoded.header, encoded.body[:end])
        inks.append(sum(_segments(shape.geometry) for shape in drawn.shapes))
    assert inks[0] == 0 and inks[-1] == 18
    assert inks == sorted(inks)


def test_every_number_has_its_place_on_a_scale() -> None:
    kinds, values = v.numbers(v.WORD + 5)
    assert kinds.shape == values.shape == (v.WORD + 5,)
    assert kinds[v.DX + v.ZERO] == 3 and values[v.DX + v.ZERO] == 0
    assert not kinds[v.END] and not kinds[v.WORD]
    assert [v.token_width(v.width_token(w)) for w in (0.05, 1.5, 5.0, 9.0)] == [0.05, 1.5, 5.0, 5.0]


def _held_out(count: int | None) -> tuple[list[int], list[float], list[tuple[int, int]]]:
    """Geometry tokens, IoU at 192 px, and (marks, prefix) of the validation split's stroke icons."""
    import io

    import zstandard

    from maquette.data.dataset import open_dataset

    if count is None:
        items = [i for i in open_dataset(ICONS, split="val").items if i.paint == "stroke"]
    else:  # the first of the file, without reading all of it
        from maquette.data.dataset import Item

        items = []
        with zstandard.open(ICONS, "rb") as file:
            for line in io.TextIOWrapper(file, encoding="utf-8"):
                row = json.loads(line)
                if row["split"] == "val" and row["paint"] == "stroke" and int(row["id"].encode().hex(), 16) % 3 == 0:
                    items.append(Item(row["id"], viewbox=tuple(row["viewbox"]), attrs=row["attrs"], svg=row["svg"]))
                if len(items) == count:
                    break
    tokens, ious, others = [], [], []
    for item in items:
        drawing = d.fit(d.parse(item.svg_text()))
        encoded, drawn = again(drawing)
        tokens.append(encoded.counts()["geometry"])
        others.append((encoded.counts()["marks"], encoded.counts()["prefix"]))
        ious.append(iou(drawing, drawn, 192))
    return tokens, ious, others


def _hold_the_bars(tokens: list[int], ious: list[float]) -> None:
    assert np.median(tokens) <= 46
    assert np.mean(ious) >= 0.993
    assert np.percentile(ious, 5) >= 0.975
    assert min(ious) >= 0.94


@pytest.mark.data
@needs_icons
def test_sixty_real_icons_hold_the_bars() -> None:
    tokens, ious, _ = _held_out(60)
    assert len(tokens) == 60
    _hold_the_bars(tokens, ious)


@pytest.mark.data
@pytest.mark.slow
@needs_icons
def test_all_held_out_icons_hold_the_bars() -> None:
    tokens, ious, others = _held_out(None)
    print(
        f"{len(tokens)} icons: geometry {np.median(tokens):g}, marks {np.median(others, axis=0)[0]:g}, "
        f"prefix {np.median(others, axis=0)[1]:g} tokens; IoU mean {np.mean(ious):.4f}, "
        f"5th percentile {np.percentile(ious, 5):.4f}, least {min(ious):.4f}"
    )
    _hold_the_bars(tokens, ious)
