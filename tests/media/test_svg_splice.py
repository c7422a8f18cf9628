"""What stays of a file whose drawing is changed in a few places: everything else, byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maquette.media import drawing as d
from maquette.media.svg_splice import Piece, element_bytes, splice

HERS = b"""<?xml version="1.0"?>
<!-- drawn on a train -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#333" stroke-width="2"
     stroke-linecap="round" stroke-linejoin="round">
\t<path  id='wall'\td="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z" />
  <path d="M9 22V12h6v10" class="door"><title>the door</title></path>
  <g transform="translate(1 1) scale(2)"><circle cx="3.00" cy="3" r="1" stroke-width="1"/></g>
</svg>
"""


def old(drawing: d.Drawing, *numbers: int) -> list[Piece]:
    return [Piece(drawing.shapes[number], number) for number in numbers]


def ring(drawing: d.Drawing, r: float = 2.5) -> Piece:
    return Piece(d.Shape(d.Circle((12.0, 12.0), r), drawing.shapes[0].paint))


@pytest.mark.parametrize("kept", [(0, 1, 2), (0, 2), (1, 2), (1,), (2,)])
@pytest.mark.parametrize("added", [False, True])
def test_untouched_elements_are_the_same_bytes(kept, added):
    drawing = d.parse(HERS)
    before = element_bytes(HERS)
    pieces = old(drawing, *kept) + [ring(drawing)] * added
    after = splice(HERS, pieces)
    assert after is not None
    assert element_bytes(after)[: len(kept)] == [before[number] for number in kept]
    assert after.startswith(b'<?xml version="1.0"?>\n<!-- drawn on a train -->\n')
    assert [s.geometry for s in d.parse(after).shapes] == [p.shape.geometry for p in pieces]


def test_nothing_changed_changes_nothing():
    assert splice(HERS, old(d.parse(HERS), 0, 1, 2)) == HERS


def test_a_new_shape_looks_like_its_neighbours_without_taking_their_names():
    drawing = d.parse(HERS)
    after = splice(HERS, [*old(drawing, 0), ring(drawing), *old(drawing, 2)])
    assert after is not None
    assert b'\n\t<circle cx="12" cy="12" r="2.5"/>' in after and after.count(b"wall") == 1 and b"door" not in after
    assert d.parse(after).shapes[1].paint == drawing.shapes[0].paint


def test_a_cut_shape_keeps_its_name_and_its_own_units():
    drawing = d.parse(HERS)
    cut = replace(drawing.shapes[2], geometry=d.Circle((7.0, 7.0), 2.5), original="")
    after = splice(HERS, [*old(drawing, 0, 1), Piece(cut, 2, same=False)])
    assert after is not None and b'<circle cx="3" cy="3" r="1.25" stroke-width="1"/>' in after
    assert d.parse(after).shapes[2].geometry == d.Circle((7.0, 7.0), 2.5)


def test_what_the_drawing_cannot_hold_stays_in_the_file():
    more = b'<defs><linearGradient id="g"/></defs><text x="1" y="9">Ada</text><!-- mine -->'
    file = HERS.replace(b"</svg>", more + b"</svg>")
    after = splice(file, old(d.parse(file), 0, 2))
    assert after is not None and more in after


def test_lines_of_windows_stay_lines_of_windows():
    file = HERS.replace(b"\n", b"\r\n")
    drawing = d.parse(file)
    after = splice(file, [*old(drawing, 0), ring(drawing), *old(drawing, 1, 2)])
    assert after is not None and b'\r\n\t<circle cx="12"' in after and b"\r\r" not in after


def test_copies_of_one_element_are_not_changed_in_place():
    file = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    file += b'<path id="a" d="M1 1h3" stroke="red"/><use href="#a" y="3"/></svg>'
    assert splice(file, old(d.parse(file), 0)) is None
    assert splice(file, [*old(d.parse(file), 0, 1), ring(d.parse(file))]) is None


def test_copies_elsewhere_in_the_file_do_not_hinder():
    copy = b'<use href="#wall" y="1"/><path d="M1 1h3"/></svg>'
    file = HERS.replace(b"</svg>", copy)
    after = splice(file, old(d.parse(file), 0, 2, 3, 4))
    assert after is not None and after.endswith(copy + b"\n") and b"door" not in after


def test_a_new_shape_states_its_paint_where_its_neighbour_has_another():
    file = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    file += b'<path d="M2 2h9" style="stroke:#f00;fill:none"/></svg>'
    drawing = d.parse(file)
    other = replace(drawing.shapes[0].paint, width=3.0, cap="round", join="round")
    after = splice(file, [*old(drawing, 0), Piece(d.Shape(d.Circle((12.0, 12.0), 4.0), other))])
    assert after is not None and d.parse(after).shapes[1].paint == other
