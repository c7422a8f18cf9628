"""Drawings: what a file of another program becomes, and that nothing of it changes in silence."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.core.errors import MediaError
from maquette.media import drawing as drawings
from maquette.media.drawing import (
    Arc,
    Circle,
    Cubic,
    Drawing,
    Ellipse,
    Line,
    Paint,
    Path,
    Quad,
    Rect,
    Shape,
    Subpath,
)
from maquette.media.path_data import path_text, read_path
from maquette.media.raster import as_pixels, coverage

SAMPLES = FilePath(__file__).parent / "data"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 24 24"'
    ' fill="none" stroke="#000" stroke-width="1.5">'
)


def svg(inside: str) -> str:
    return f"{HEAD}{inside}</svg>"


def iou(a: Any, b: Any) -> float:
    """Intersection over union of two coverages; 1 for two empty ones."""
    whole = float(np.maximum(a, b).sum())
    return float(np.minimum(a, b).sum()) / whole if whole else 1.0


def softened(picture: Any, by: int = 4) -> Any:
    """A large picture made smaller, so that the renderer's own edge steps don't count."""
    size = picture.shape[0] // by
    return picture.reshape(size, by, size, by).mean(axis=(1, 3))


def geometry(inside: str) -> Any:
    (shape,) = drawings.parse(svg(inside)).shapes
    return shape.geometry


# Numbers on a grid of thousandths: what a written file can hold.
numbers = st.integers(-30_000, 30_000).map(lambda n: n / 1000)
sizes = st.integers(1, 30_000).map(lambda n: n / 1000)
points = st.tuples(numbers, numbers)
segments = st.one_of(
    st.builds(Line, points),
    st.builds(Cubic, points, points, points),
    st.builds(Quad, points, points),
    st.builds(Arc, sizes, sizes, st.integers(0, 179).map(float), st.booleans(), st.booleans(), points),
)


@st.composite
def paths(draw: st.DrawFn) -> Path:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        start = draw(points)
        drawn, at = [], start
        for segment in draw(st.lists(segments, min_size=1, max_size=6)):
            if not (isinstance(segment, Arc) and segment.to == at):  # SVG draws no arc to where the pen is
                drawn.append(segment)
                at = segment.to
        closed = draw(st.booleans()) or not drawn
        found.append(Subpath(start, tuple(drawn), closed))
    return Path(tuple(found))


@st.composite
def rects(draw: st.DrawFn) -> Rect:
    corner, width, height = draw(points), draw(sizes), draw(sizes)
    if draw(st.booleans()):
        return Rect(corner, width, height)
    halves = (st.integers(1, max(1, int(side * 500))).map(lambda n: n / 1000) for side in (width, height))
    rx, ry = (draw(half) for half in halves)
    return Rect(corner, width, height, min(rx, width / 2), min(ry, height / 2))


@st.composite
def paints(draw: st.DrawFn) -> Paint:
    stroke = draw(st.booleans())
    fill = draw(st.booleans()) or not stroke
    opacity = draw(st.sampled_from([1.0, 0.2, 0.125]))
    paint = Paint(stroke=stroke, fill=fill, opacity=opacity, even_odd=fill and draw(st.booleans()))
    if not stroke:
        return paint
    cap, join = draw(st.sampled_from(["butt", "round", "square"])), draw(st.sampled_from(["miter", "round", "bevel"]))
    return replace(paint, width=draw(sizes), cap=cap, join=join)


geometries = st.one_of(paths(), rects(), st.builds(Circle, points, sizes), st.builds(Ellipse, points, sizes, sizes))
titles = st.text(max_size=30).map(lambda text: " ".join("".join(c for c in text if c.isprintable()).split()))
many_drawings = st.builds(
    Drawing,
    st.tuples(numbers, numbers, sizes, sizes),
    st.lists(st.builds(Shape, geometries, paints()), max_size=4).map(tuple),
    titles,
)


@settings(max_examples=80, deadline=None)
@given(many_drawings)
def test_a_drawing_that_is_saved_and_opened_is_the_same_drawing(drawing: Drawing) -> None:
    again = drawings.parse(drawings.to_svg(drawing))
    assert again == drawing
    assert drawings.to_svg(again) == drawings.to_svg(drawing)


@settings(max_examples=25, deadline=None)
@given(many_drawings)
def test_fitting_keeps_the_picture_and_gives_a_square_of_24(drawing: Drawing) -> None:
    fitted = drawings.fit(drawing)
    assert fitted.viewbox == (0, 0, 24, 24)
    assert drawings.fit(fitted) is fitted
    assert np.abs(drawings.render(fitted, 48).mean() - drawings.render(drawing, 48).mean()) < 0.02


def test_an_untouched_icon_is_saved_digit_by_digit() -> None:
    kettle = (SAMPLES / "iconset-kettle.svg").read_text(encoding="utf-8")
    saved = drawings.to_svg(drawings.parse(kettle))
    for element in ('d="M6 10h11l1.5 7.333a2 2 0 01-1.96 2.667H6.46a2 2 0 0 1-1.96-2.4z"', '<circle cx="11.5" cy="6"'):
        assert element in saved
    assert "4-4" in saved and "2.0625" in saved  # more than three decimals, but untouched
    assert 'stroke="currentColor"' in saved and saved.count("stroke-width") == 1


def test_a_changed_shape_is_never_saved_with_its_old_text() -> None:
    drawing = drawings.parse(svg('<path d="M1 1h4.33333"/><circle cx="5" cy="5" r="2"/>'))
    moved = replace(drawing.shapes[0], geometry=Path((Subpath((2.0, 2.0), (Line((6.33333, 2.0)),)),)))
    saved = drawings.to_svg(replace(drawing, shapes=(moved, *drawing.shapes[1:])))
    assert 'd="M2 2H6.333"' in saved


def test_saved_files_have_no_transforms_and_at_most_three_decimals() -> None:
    drawing = drawings.parse(svg('<g transform="rotate(17 3 4) scale(1.1)"><path d="M1 1a3 2 20 0 1 4 5z"/></g>'))
    saved = drawings.to_svg(drawing)
    assert "transform" not in saved
    numbers_there = [word for word in saved.replace('"', " ").replace("A", " ").split() if "." in word]
    assert all(len(word.rpartition(".")[2].rstrip("HVLMCZ")) <= 3 for word in numbers_there[2:])


def test_titles_comments_and_names_survive_in_any_script(tmp_path: FilePath) -> None:
    drawing = drawings.parse(svg('<title>Лисица &amp; "ёж" 🦊</title><path id="хвост" d="M1 1h4"/>'))
    assert drawing.title == 'Лисица & "ёж" 🦊'
    file = tmp_path / "Лисица 🦊.svg"
    drawings.write(drawing, file)
    assert drawings.read(file) == drawing
    text = drawings.to_svg(drawing, title="a < b", comment="x --> y -")
    assert drawings.parse(text).title == "a < b" and drawings.parse(text).shapes[0].id == "хвост"


# --- path data ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "meaning"),
    [
        ("m4 4h3v3zl5 9", "M4 4H7V7ZM4 4L9 13"),  # relative after Z starts where the path was closed
        ("M4 4h3v3z m1 1 1 1", "M4 4H7V7ZM5 5L6 6"),
        ("M0 0a1 1 0 01.5.5", "M0 0A1 1 0 0 1 0.5 0.5"),  # flags need no room
        ("M1e1 1.2E1L.5e1-2e-1", "M10 12L5 -0.2"),
        ("M1 1 2 2 3 3", "M1 1L2 2L3 3"),
        ("m1,1 2 2,3 3", "M1 1L3 3L6 6"),
        ("M5.5.5-1-1", "M5.5 0.5L-1 -1"),
        ("M0 0c1 1 2 1 3 0 1-1 2-1 3 0", "M0 0C1 1 2 1 3 0C4 -1 5 -1 6 0"),
        ("M0 0C1 1 2 1 3 0s2-1 3 0", "M0 0C1 1 2 1 3 0C4 -1 5 -1 6 0"),
        ("M0 0h1S2 3 4 0", "M0 0H1C1 0 2 3 4 0"),
        ("M0 0q1 2 2 0t2 0 2 0", "M0 0Q1 2 2 0Q3 -2 4 0Q5 2 6 0"),
        ("M0\n0\tL\r\n1,007", "M0 0L1 7"),
        ("M1. 5.L2 2", "M1 5L2 2"),
        ("M3 3z", "M3 3Z"),
        ("M3 3M4 4h1", "M4 4H5"),
        ("M0 0h4A0 3 0 0 1 6 0", "M0 0H4H6"),  # an arc without a radius is a line
        ("M0 0h4A2 2 0 0 1 4 0h1", "M0 0H4H5"),  # an arc to where the pen is draws nothing
        ("M0 0ZZz", "M0 0Z"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_path_data_means_what_svg_says(data: str, meaning: str) -> None:
    path, fault = read_path(data)
    assert (path_text(path), fault) == (meaning, "")


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ("M1 1h3v3hx", "M1 1H4V4"),
        ("M1 1h3 L5", "M1 1H4"),
        ("M1 1h3a1 1 0 2 1 3 3", "M1 1H4"),
        ("M1 1h3 1e999", "M1 1H4"),
        ("M1 1h3z 5", "M1 1H4Z"),
        ("h3 M1 1", ""),
        ("1 1", ""),
        ("M1 1h3 Я", "M1 1H4"),
    ],
)
def test_a_damaged_path_is_kept_up_to_its_error_which_is_named(data: str, kept: str) -> None:
    path, fault = read_path(data)
    assert path_text(path) == kept and fault
    (lost,) = drawings.parse(svg(f'<path d="{data}"/>')).lost
    assert lost.startswith("the rest of a damaged path")


# --- shapes, transforms, styles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<circle cx="5" cy="6" r="2"/>', Circle((5, 6), 2)),
        ('<ellipse cx="5" cy="6" rx="2" ry="1"/>', Ellipse((5, 6), 2, 1)),
        ('<rect x="1" y="2" width="6" height="4" rx="9"/>', Rect((1, 2), 6, 4, 3, 2)),
        ('<rect width="6" height="4" ry="1"/>', Rect((0, 0), 6, 4, 1, 1)),
        ('<rect width="50%" height="10%"/>', Rect((0, 0), 12, 2.4)),
        ('<line x1="1" y1="2" x2="3" y2="4"/>', Path((Subpath((1, 2), (Line((3, 4)),)),))),
        ('<polyline points="1,2 3-4"/>', Path((Subpath((1, 2), (Line((3, -4)),)),))),
        ('<polygon points="1 2,3 4 5 6"/>', Path((Subpath((1, 2), (Line((3, 4)), Line((5, 6))), True),))),
        ('<circle cx="1in" cy="3pt" r="1pc" style="r:4px"/>', Circle((96, 4), 4)),
        ('<circle transform="rotate(90 12 12)" cx="12" cy="5" r="2"/>', Circle((19, 12), 2)),
        ('<ellipse transform="matrix(0 2 -2 0 24 0)" cx="3" cy="2" rx="2" ry="1"/>', Ellipse((20, 6), 2, 4)),
        ('<rect transform="scale(-1 2)" x="1" y="1" width="2" height="3" rx=".5"/>', Rect((-3, 2), 2, 6, 0.5, 1)),
    ],
)
def test_every_basic_shape_stays_the_shape_it_is(inside: str, expected: Any) -> None:
    assert geometry(inside) == expected


@pytest.mark.parametrize("empty", ['<circle r="0"/>', '<rect width="4"/>', "<path/>", '<polyline points=""/>', "<g/>"])
def test_what_draws_nothing_is_no_shape(empty: str) -> None:
    assert drawings.parse(svg(empty)) == Drawing((0, 0, 24, 24), ())


ARCS = '<path d="M5 12a7 4 30 1 1 9 5 4 4 0 0 1 4-8l-3-2a1 1 0 0 0-6-1"/>'
SHAPES = (
    '<circle cx="8" cy="10" r="4"/><ellipse cx="15" cy="7" rx="4" ry="2"/>'
    '<rect x="11" y="12" width="8" height="6" rx="2"/>'
)


@pytest.mark.parametrize(
    "transform",
    [
        "matrix(-1 0 0 1 24 0)",
        "rotate(40 12 12)",
        "translate(2 -1) rotate(-100, 12, 12) scale(.8)",
        "matrix(.6 .5 .5 -.6 -2 12)",
    ],
)
@pytest.mark.parametrize("inside", [ARCS, SHAPES])
def test_strokes_and_arcs_look_the_same_when_turned_mirrored_and_scaled(transform: str, inside: str) -> None:
    text = svg(f'<g transform="{transform}">{inside}</g>')
    drawing = drawings.parse(text)
    assert not drawing.lost
    assert iou(softened(coverage(text, 512)), softened(drawings.render(drawing, 512))) > 0.995
    saved = drawings.to_svg(drawing)
    assert iou(softened(coverage(text, 512)), softened(coverage(saved, 512))) > 0.995


@pytest.mark.parametrize("transform", ["skewX(20) translate(-3)", "scale(.7 1.2)", "matrix(.8 .3 -.4 -1.1 5 26)"])
@pytest.mark.parametrize("inside", [ARCS, SHAPES])
def test_filled_arcs_look_the_same_under_any_transform(transform: str, inside: str) -> None:
    text = svg(f'<g fill="#000" stroke="none" transform="{transform}">{inside}</g>')
    drawing = drawings.parse(text)
    assert not drawing.lost
    assert iou(softened(coverage(text, 512)), softened(drawings.render(drawing, 512))) > 0.998


LOOKS = {
    "use": '<defs><path id="a" d="M2 2l4 4"/></defs><use xlink:href="#a"/>'
    '<use href="#a" x="8" transform="rotate(45)"/>',
    "symbol": '<symbol id="s" viewBox="0 0 10 10"><circle cx="5" cy="5" r="3"/></symbol>'
    '<use href="#s" x="2" y="4" width="12" height="16"/>',
    "nested svg": '<svg x="3" y="3" width="12" height="18" viewBox="0 0 100 100"><path d="M10 10h80v80"/></svg>',
    "switch": '<switch><g requiredExtensions="x"><path d="M0 0h24"/></g><path d="M4 4v9"/><path d="M9 9v9"/></switch>',
    "opacity": '<path opacity=".4" d="M3 3h9"/><path d="M3 9h9v9z" fill="#000" fill-opacity=".3" stroke-opacity=".8"/>',
    "even-odd": '<path fill="#000" style="fill-rule:evenodd;stroke:none" d="M2 2h20v20H2zM6 6h12v12H6z"/>',
    "sheet": "<style>.a,.b{stroke:#000} .a{stroke-width:3px} #q{stroke-width:.5!important} g>line{stroke-width:2}"
    ' g .c{stroke-linecap:square} *{stroke-linejoin:bevel}</style><path class="b a" d="M4 4h9v4"/>'
    '<g><line id="q" style="stroke-width:7" x1="3" x2="9" y1="14" y2="20"/><g><line class="c" x1="13" x2="19" y2="20"/>'
    '</g><line x1="1" x2="23" y1="22" y2="22"/></g>',
    "units": '<rect x="1mm" y="10%" width="50%" height="3pt"/><circle cx="50%" cy="12px" r="10%"/>',
    "dots": '<path stroke-linecap="round" d="M12 12z"/><path stroke-linecap="round" d="M6 6h0M18 18h.01"/>',
    "small radii": '<path d="M4 4a1 1 0 0 1 8 0 1 1 0 0 0 8 0"/>',
    "hidden": '<path d="M1 1h9"/><g visibility="hidden"><path d="M1 5h9"/><path visibility="visible" d="M1 9h9"/></g>',
    "initial": '<path d="M1 1h9" style="stroke-width:initial;fill:inherit"/>',
    "gradient fallback": '<path d="M1 1h9v9z" fill="url(#gone) #000" stroke="url(#gone)"/>',
}


@pytest.mark.parametrize("name", LOOKS)
def test_what_other_programs_write_looks_the_same_here(name: str) -> None:
    text = svg(LOOKS[name]).replace("<svg ", '<svg width="24" height="24" ', 1)
    drawing = drawings.parse(text)
    assert [what for what in drawing.lost if "hidden" not in what] == []
    assert iou(coverage(text, 192), drawings.render(drawing, 192)) > 0.995
    assert iou(coverage(text, 192), coverage(drawings.to_svg(drawing), 192)) > 0.995


@pytest.mark.parametrize(
    ("name", "shapes", "lost"),
    [
        ("iconset-kettle", 3, []),
        ("figma-ticket", 3, []),
        ("illustrator-kite", 7, []),
        ("inkscape-lantern", 6, ["metadata (who made it, under which licence)", "something hidden (display: none)"]),
    ],
)
def test_files_in_the_manner_of_four_programs_keep_their_picture(name: str, shapes: int, lost: list[str]) -> None:
    drawing = drawings.read(SAMPLES / f"{name}.svg")
    assert len(drawing.shapes) == shapes and list(drawing.lost) == lost
    # The renderer rounds a size in millimetres to whole pixels.
    text = (SAMPLES / f"{name}.svg").read_text(encoding="utf-8").replace('"48mm"', '"48"')
    assert iou(coverage(text, 192), drawings.render(drawing, 192)) > 0.995
    saved = drawings.to_svg(drawing)
    assert iou(coverage(text, 192), coverage(saved, 192)) > 0.995
    assert drawings.parse(saved).lost == () and drawings.parse(saved).title == drawing.title


def test_strokes_that_do_not_scale_keep_their_width_in_pixels() -> None:
    # Our renderer does not know the property, so the width itself is looked at.
    text = svg('<path vector-effect="non-scaling-stroke" transform="scale(3)" d="M1 1h4"/>')
    assert drawings.parse(text).shapes[0].paint.width == 1.5
    assert drawings.parse(text.replace("<svg ", '<svg width="48" height="48" ')).shapes[0].paint.width == 0.75


def test_a_style_variable_stands_for_its_fallback() -> None:
    drawing = drawings.parse(svg('<path d="M1 5h9v9z" fill="var(--ink, #000)" stroke="var(--line, none)"/>'))
    assert (drawing.shapes[0].paint.fill, drawing.shapes[0].paint.stroke, drawing.lost) == (True, False, ())


def test_the_canvas_is_the_viewbox_or_the_size_or_the_ink() -> None:
    def box(attributes: str) -> tuple[float, ...]:
        text = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect x="2" y="3" width="4" height="5"/></svg>'
        return drawings.parse(text).viewbox

    assert box('viewBox="-1,-2 48 32"') == (-1, -2, 48, 32)
    assert box('width="20px" height="1in"') == (0, 0, 20, 96)
    assert box('width="100%" height="100%"') == (2, 3, 4, 5)
    assert box('viewBox="0 0 0 9" width="7" height="8"') == (0, 0, 7, 8)


# --- what a drawing cannot keep -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<text>Hi</text>", "a text"),
        ('<image href="x.png"/>', "a bitmap"),
        ('<defs><linearGradient id="g"/></defs><path d="M0 0h9v9z" fill="url(#g)"/>', "a gradient"),
        ('<filter id="f"/><g filter="url(#f)"><path d="M0 0h9"/></g>', "a filter"),
        ('<mask id="m"><rect width="9" height="9" fill="#fff"/></mask><path mask="url(#m)" d="M0 0h19"/>', "a mask"),
        (
            '<clipPath id="m"><rect width="9" height="9"/></clipPath><path clip-path="url(#m)" d="M0 0h19"/>',
            "a clip path",
        ),
        ('<path d="M0 0h9" stroke-dasharray="2 1"/>', "dashes"),
        ('<path d="M0 0h9" style="marker-end:url(#arrow)"/>', "a marker"),
        ('<path d="M4 4h9L4 9" stroke-miterlimit="1"/>', "a miter limit of 1"),
        ('<path transform="scale(1 2)" d="M4 4h9"/>', "a stroke that was stretched"),
        ('<path d="M0 0h9"><animate/></path><script>1</script><animate/>', "a script"),
        ('<g style="display:none"><path d="M0 0h9"/></g>', "something hidden"),
        ('<g opacity=".5"><path d="M0 0h9"/><path d="M0 0v9"/></g>', "the opacity of a group"),
        ('<use href="other.svg#x"/>', "a copy of 'other.svg#x'"),
        ('<g id="a"><path d="M0 0h9"/><use href="#a"/></g>', "a copy of something inside itself"),
        ('<g transform="rotate(left)"><path d="M0 0h9"/></g>', "a transform that cannot be read"),
        ("<style>path:hover{fill:red}</style>", "the style rule 'path:hover'"),
        ("<style>@import url(a.css);</style>", "@import"),
        ('<path d="M0 0h9" stroke="blurple"/>', "the colour 'blurple'"),
        ('<circle cx="5" cy="2 apples" r="1"/>', "a circle whose cy is '2 apples'"),
        (
            '<path d="M0 0h9" stroke="red"/><path d="M0 0h9" stroke="#00F"/>',
            "3 colours became one ink: #000000, #ff0000, #0000ff",
        ),
        ('<circle r="9"/><circle r="5" fill="white"/>', "white paint"),
        ("<metadata><r xmlns='d'><creator>Ann</creator></r></metadata>", "metadata"),
        ("<desc>long ago</desc>", "a description"),
        ("<sparkle/>", "<sparkle>"),
    ],
)
def test_what_a_drawing_cannot_keep_is_named(inside: str, named: str) -> None:
    drawing = drawings.parse(svg('<path d="M1 1h22v22"/>' + inside))
    assert drawing.shapes
    assert any(what.startswith(named) for what in drawing.lost), drawing.lost


def test_a_picture_with_shadows_gradients_and_text_names_them_all() -> None:
    drawing = drawings.read(SAMPLES / "figma-shadow.svg")
    for what in ("a gradient", "a filter", "dashes", "a text", "the background (#ffffff)", "2 colours"):
        assert any(lost.startswith(what) for lost in drawing.lost), what
    assert len(drawing.shapes) == 3


def test_a_white_icon_on_a_dark_sheet_becomes_ink() -> None:
    drawing = drawings.parse(svg('<path d="M0 0h24v24H0z" fill="#123" stroke="none"/><circle r="5" stroke="#fff"/>'))
    assert len(drawing.shapes) == 1 and drawing.lost == ("the background (#112233)",)
    drawing = drawings.parse(svg('<rect width="100%" height="100%" fill="#fff" stroke="none"/><path d="M0 0h9"/>'))
    assert len(drawing.shapes) == 1 and drawing.lost == ("the background (#ffffff)",)


# --- bad input ----------------------------------------------------------------------------------------------------

BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><svg><title>&i;</title></svg>"
)


NASTY = [b"1e308", b"-1e9", b"1e-320", b"nan", b"0", b'" d="', b"scale(0)", b"scale(1e8)", b"%", b"url(#clip0_12_345)"]


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "empty"),
        (b"a letter to my aunt", "something else, not an SVG"),
        (b"<html><body/></html>", "no SVG: its root is <html>"),
        (BOMB.encode(), "its own entities"),
        (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg><title>&x;</title></svg>', "outside itself"),
        (b'<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://a.b/c.dtd"> %x;]><svg/>', "outside itself"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture, a bitmap"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture, a bitmap"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP picture, a bitmap"),
        (b"%PDF-1.7", "a PDF document"),
        (b"<svg><g></svg>", "no well-formed XML: mismatched tag"),
        (svg('<image href="data:image/png;base64,AA"/>').encode(), "this SVG is a bitmap"),
        (
            svg(
                '<rect width="9" height="9" fill="url(#p)" stroke="none"/><image id="i"/>'
                '<pattern id="p"><use xlink:href="#i"/></pattern>'
            ).encode(),
            "this SVG is a bitmap",
        ),
        (b"<svg>" + b"<g>" * 5000 + b"</g>" * 5000 + b"</svg>", "deeper than 100 levels"),
        (gzip.compress(b"<svg/>" + b" " * 30_000_000), "unpacks to more than 20 MB"),
        (gzip.compress(b"<svg>" + os.urandom(999) + b"</svg>")[:500], "truncated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_no_drawing_are_refused_with_the_reason(data: bytes, wrong: str, tmp_path: FilePath) -> None:
    file = tmp_path / "сова.svg"
    file.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        drawings.read(file)
    assert wrong in caught.value.wrong
    assert "сова.svg" in caught.value.where


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(SAMPLES.glob("*.svg"))), st.data())
def test_any_damage_to_a_file_is_survived_or_refused_never_a_crash(file: FilePath, data: st.DataObject) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=3) | st.sampled_from(NASTY))
    try:
        drawing = drawings.parse(bytes(content))
    except MediaError as error:
        assert error.wrong
        return
    assert drawings.parse(drawings.to_svg(drawing)).viewbox
    drawings.bounds(drawing)
    assert np.isfinite(drawings.render(drawings.fit(drawing), 8)).all()


@pytest.mark.parametrize("share", [0.1, 0.35, 0.5, 0.75, 0.99])
def test_a_truncated_file_is_called_truncated(share: float) -> None:
    whole = (SAMPLES / "iconset-kettle.svg").read_text(encoding="utf-8").rstrip()
    with pytest.raises(MediaError, match="truncated: it ends in the middle"):
        drawings.parse(whole[: int(len(whole) * share)])


def test_a_file_of_50_mb_is_refused_by_its_size_before_it_is_read(tmp_path: FilePath) -> None:
    file = tmp_path / "map.svg"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(MediaError, match=r"50\.0 MB; at most 20 MB"):
        drawings.read(file)
    with pytest.raises(MediaError, match="at most 20 MB"):
        drawings.parse("<svg>" + " " * 20_000_000 + "</svg>")


def test_copies_of_copies_of_copies_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maquette.media.svg_read.MOST_ELEMENTS", 5_000)  # ten times as many take two seconds
    groups = (f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
    with pytest.raises(MediaError, match="draws more than 5,000 elements"):
        drawings.parse(svg('<g id="a0"/>' + "".join(groups)))


@pytest.mark.parametrize("missing", ["no such file.svg", "."])
def test_a_missing_file_or_a_folder_is_named(missing: str, tmp_path: FilePath) -> None:
    with pytest.raises(MediaError) as caught:
        drawings.read(tmp_path / missing)
    assert str(tmp_path) in caught.value.where


def test_doctypes_compression_and_encodings_of_honest_files_are_read(tmp_path: FilePath) -> None:
    text = svg("<title>Ёлка</title><path d='M1 1h3'/>")
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    forms = {
        "doctype": (doctype + text).encode(),
        "utf-8 with a mark": text.encode("utf-8-sig"),
        "utf-16": ('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16"),
        "cyrillic": ('<?xml version="1.0" encoding="windows-1251"?>' + text).encode("cp1251"),
        "gzipped": gzip.compress(text.encode()),
    }
    for name, data in forms.items():
        file = tmp_path / f"{name}.svg"
        file.write_bytes(data)
        assert drawings.read(file).title == "Ёлка", name


def test_a_file_that_is_there_is_never_overwritten(tmp_path: FilePath) -> None:
    file = tmp_path / "mine.svg"
    file.write_text("mine")
    drawing = drawings.parse(svg('<path d="M1 1h3"/>'))
    with pytest.raises(MediaError, match="is there already"):
        drawings.write(drawing, file)
    with pytest.raises(MediaError, match="cannot be written"):
        drawings.write(drawing, tmp_path / "no folder" / "a.svg")
    drawings.write(drawing, tmp_path / "new.svg")
    assert file.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.svg", "new.svg"]


# --- pixels and boxes ---------------------------------------------------------------------------------------------


def test_a_render_is_the_share_of_ink_in_each_pixel() -> None:
    drawing = Drawing((0, 0, 4, 4), (Shape(Rect((1, 1), 2, 2), Paint(stroke=False, fill=True, opacity=0.5)),))
    picture = drawings.render(drawing, 4)
    assert picture.dtype == np.float32 and picture.shape == (4, 4)
    assert picture[1:3, 1:3] == pytest.approx(0.5, abs=0.01) and picture.sum() == pytest.approx(2, abs=0.02)
    wide = replace(drawing, viewbox=(0, 0, 4, 2))
    assert drawings.render(wide, 4).sum(axis=1) == pytest.approx([0, 0, 1, 1], abs=0.02)  # centred, not stretched
    assert (drawings.render_many([drawing, wide], 4)[1] == drawings.render(wide, 4)).all()
    assert drawings.render_many([], 4).shape == (0, 4, 4)


def test_a_png_has_the_ink_and_paper_that_were_asked_for() -> None:
    drawing = Drawing((0, 0, 2, 2), (Shape(Rect((0, 0), 1, 2), Paint(stroke=False, fill=True)),))
    pixels = as_pixels(drawings.to_png(drawing, 2, ink="teal", paper="#fff8"))
    assert pixels[0, 0].tolist() == [0, 128, 128, 255] and pixels[0, 1, 3] == 0x88
    assert as_pixels(drawings.to_png(drawing, 2))[0, 1, 3] == 0
    for wrong in ({"ink": "blurple"}, {"paper": "no"}):
        with pytest.raises(MediaError, match="is no colour"):
            drawings.to_png(drawing, 2, **wrong)
    with pytest.raises(MediaError, match="0 pixels"):
        drawings.to_png(drawing, 0)


@settings(max_examples=30, deadline=None)
@given(geometries, paints())
def test_bounds_hold_all_the_ink_and_no_more(drawn: Any, paint: Paint) -> None:
    drawing = Drawing((0, 0, 1, 1), (Shape(drawn, replace(paint, opacity=1.0)),))
    box = drawings.bounds(drawing)
    assert box is not None
    side = max(box[2] - box[0], box[3] - box[1]) * 1.25 + 1
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    px = 400
    view = (middle[0] - side / 2, middle[1] - side / 2, side, side)
    ink = drawings.render(replace(drawing, viewbox=view), px)
    rows, columns = np.nonzero(ink > 0.3)
    slack = 2 * side / px
    if len(rows):
        assert view[0] + columns.min() * side / px > box[0] - slack
        assert view[0] + (columns.max() + 1) * side / px < box[2] + slack
        assert view[1] + rows.min() * side / px > box[1] - slack
        assert view[1] + (rows.max() + 1) * side / px < box[3] + slack


@pytest.mark.parametrize(
    ("inside", "box"),
    [
        ('<path d="M4 4h8" stroke-width="2"/>', (4, 3, 12, 5)),
        ('<path d="M4 4h8" stroke-width="2" stroke-linecap="round"/>', (3, 3, 13, 5)),
        ('<path d="M4 4h8" stroke-width="2" stroke-linecap="square"/>', (3, 3, 13, 5)),
        ('<path d="M4 4h8v8" stroke-width="2"/>', (4, 3, 13, 12)),
        ('<path d="M4 12a8 8 0 0 1 16 0" stroke-width="2"/>', (3, 3, 21, 12)),
        ('<circle cx="12" cy="12" r="3" stroke-width="2"/>', (8, 8, 16, 16)),
        ('<path d="M4 12q4-8 8 0" stroke="none" fill="#000"/>', (4, 8, 12, 12)),
    ],
)
def test_bounds_count_strokes_caps_and_corners(inside: str, box: tuple[float, ...]) -> None:
    assert drawings.bounds(drawings.parse(svg(inside))) == pytest.approx(box)


def test_an_empty_drawing_has_no_bounds() -> None:
    assert drawings.bounds(Drawing((0, 0, 24, 24), ())) is None


def test_importing_drawings_loads_nothing_heavy() -> None:
    code = (
        "import sys, maquette.media.drawing as d, maquette.media.svg_read, maquette.media.raster\n"
        "print([m for m in ('numpy', 'resvg_py', 'PIL', 'defusedxml', 'tinycss2', 'fontTools') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- real icons ---------------------------------------------------------------------------------------------------


@pytest.mark.data
def test_300_icons_of_the_sets_are_saved_with_the_picture_they_had() -> None:
    file = FilePath(__file__).parents[3] / "shared" / "data" / "icons" / "icons.jsonl.zst"
    if not file.exists():
        pytest.skip("the icon collection is not beside this checkout")
    zstandard = pytest.importorskip("zstandard")
    with zstandard.open(file, "rt", encoding="utf-8") as stream:
        lines = io.StringIO(stream.read()).readlines()
    for line in random.Random(2).sample(lines, 300):
        item = json.loads(line)
        box = " ".join(map(str, item["viewbox"]))
        attributes = item["attrs"]
        if isinstance(attributes, dict):
            attributes = " ".join(f'{key}="{value}"' for key, value in attributes.items())
        text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {attributes}>{item["svg"]}</svg>'
        drawing = drawings.parse(text)
        saved = drawings.to_svg(drawing)
        assert not drawing.lost, item["id"]
        assert drawings.parse(saved) == drawing, item["id"]
        assert iou(coverage(text, 96), coverage(saved, 96)) >= 0.999, item["id"]
