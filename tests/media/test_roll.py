"""Piano rolls: what a producer sees of a piece."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest

from maquette.core.errors import MediaError
from maquette.media.roll import COLOURS, Roll, to_png, to_svg
from maquette.media.score import Bar, Note, Part, Score, regular_bars

SVG = "{http://www.w3.org/2000/svg}"


def band(*, pickup: int = 0) -> Score:
    lead = (Note(0, 480, 72, 120), Note(480, 480, 74, 20), Note(960, 2000, 76))
    bass = (Note(0, 1920, 48), Note(1920, 1920, 43))
    kit = (Note(0, 60, 36), Note(480, 60, 38), Note(960, 60, 36))
    parts = (Part("Lead & Co", 73, lead), Part("Bass", 32, bass), Part("Kit", 0, kit, drums=True))
    return Score(parts, regular_bars(4, pickup=pickup), title="Тема")


def notes_of(svg: str) -> list[ElementTree.Element]:
    """The boxes that have a tip: notes."""
    return [one for one in ElementTree.fromstring(svg).iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]


def test_every_note_is_drawn_and_says_what_it_is():
    boxes = notes_of(to_svg(band()))
    tips = [box.findtext(f"{SVG}title") for box in boxes]
    assert len(boxes) == 8
    assert "Lead & Co: C5, quarter 1 of bar 1, velocity 120" in tips
    assert "Kit: Bass Drum, quarter 1 of bar 1, velocity 80" in tips


def test_higher_notes_lie_higher_and_longer_ones_are_longer():
    box = {one.findtext(f"{SVG}title").split(",")[0]: one for one in notes_of(to_svg(band()))}
    assert float(box["Lead & Co: C5"].get("y")) < float(box["Bass: C3"].get("y"))
    assert float(box["Bass: C3"].get("width")) == pytest.approx(4 * float(box["Lead & Co: C5"].get("width")), rel=0.01)


def test_softer_notes_are_paler():
    fills = [one.get("fill") for one in notes_of(to_svg(band()))][:2]
    assert sum(int(fills[0][i : i + 2], 16) for i in (1, 3, 5)) < sum(int(fills[1][i : i + 2], 16) for i in (1, 3, 5))


def test_ghosts_are_outlines_and_the_selection_stands_out():
    ghost = (0, Note(480, 480, 79))
    boxes = notes_of(to_svg(band(), Roll(selected=[(1, 0)], ghosts=[ghost])))
    dashed = [box for box in boxes if box.get("stroke-dasharray")]
    chosen = [box for box in boxes if box.get("stroke") == "#1a1a1a"]
    assert len(dashed) == 1 and len(chosen) == 1 and chosen[0].get("fill") == COLOURS[1]


def test_some_bars_alone_can_be_drawn_and_no_others():
    assert len(notes_of(to_svg(band(), Roll(bars=(1, 2))))) == 2
    with pytest.raises(MediaError, match="bars 4 to 9"):
        to_svg(band(), Roll(bars=(3, 9)))


def test_unisons_of_two_parts_are_both_seen():
    parts = (Part("A", 0, (Note(0, 480, 60),)), Part("B", 0, (Note(0, 480, 60),)))
    first, second = notes_of(to_svg(Score(parts, regular_bars(1))))
    assert float(second.get("height")) < float(first.get("height"))


@pytest.mark.parametrize("score", [Score(), Score((Part(),), (Bar(480, 4, 4),)), band(pickup=480)])
def test_empty_pieces_and_pick_ups_are_drawn_too(score):
    from PIL import Image

    with Image.open(io.BytesIO(to_png(score, px=400))) as image:
        assert image.width == 400
