"""What a person may rely on of drawn pages as SVG, as pixels and as mattes."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.media import ink_draw, lettering
from maquette.media.ink import Ink, Layer, Page, Words

SVG = "{http://www.w3.org/2000/svg}"


def square(x: float, y: float, side: float) -> np.ndarray:
    return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], np.float32)


@pytest.fixture
def page() -> Page:
    back = Ink((square(10, 10, 60), square(25, 25, 20)), fill="#cc3322", stroke="#111111", width=3, owner="anna")
    front = Ink((square(50, 30, 40),), fill="#3355aa", owner="<table>", part='top "1"')
    bow = Ink(
        (np.array([(5, 90), (40, 75), (80, 95)], np.float32),), stroke="#118833", width=4, closed=False, smooth=True
    )
    words = Words("Привет, мир & <all>", 10, 116, 16, bold=True, stroke="#ffffff", width=3)
    return Page(120, 120, (Layer("people", (back,)), Layer("people", (front, bow), 0.5), Layer("слова", (words,))))


def test_skia_and_resvg_draw_the_same_page(page: Page) -> None:
    pytest.importorskip("skia")
    one, other = (ink_draw.to_pixels(page, by=by).astype(int) for by in ("skia", "resvg"))
    assert one.shape == other.shape == (120, 120, 3)
    assert np.abs(one - other).mean() < 3
    assert (np.abs(one - other).max(-1) > 90).mean() < 0.02


def test_layers_are_groups_by_their_names_in_any_script(page: Page) -> None:
    root = ElementTree.fromstring(ink_draw.to_svg(page))
    groups = root.findall(f"{SVG}g")
    assert [group.get("id") for group in groups] == ["people", "people-2", "слова"]
    assert groups[1].get("opacity") == "0.5"
    assert groups[1][0].get("data-owner") == "<table>" and groups[1][0].get("data-part") == 'top "1"'
    assert groups[2][0].text == "Привет, мир & <all>"


def test_a_hole_in_a_mark_is_a_hole(page: Page) -> None:
    drawn = ink_draw.to_pixels(page)
    assert tuple(drawn[35, 35]) == (255, 255, 255)
    assert tuple(drawn[15, 20]) == (0xCC, 0x33, 0x22)


def test_a_matte_counts_off_what_stands_before() -> None:
    back, front = (
        Ink((square(0, 0, 20),), fill="#ff0000", owner="anna"),
        Ink((square(10, 0, 20),), fill="#00ff00", owner="tom"),
    )
    shown = ink_draw.matte(Page(40, 20, (Layer("all", (back, front)),)), "anna")
    assert shown[10, 5] == 255 and shown[10, 15] == 0 and shown[10, 35] == 0


def test_points_that_are_no_numbers_do_no_harm() -> None:
    broken = Ink((np.array([(0, 0), (np.nan, 5), (10, 0), (10, 10)], np.float32),), fill="#000000")
    for by in ("auto", "resvg"):
        drawn = ink_draw.to_pixels(Page(12, 12, (Layer("a", (broken, Ink(()))),)), by=by)
        assert drawn[2, 8].sum() < 60


def test_a_page_can_be_drawn_larger(page: Page) -> None:
    assert ink_draw.to_pixels(page, 2.5).shape == (300, 300, 3)
    assert ink_draw.to_png(page, 0.5)[:4] == b"\x89PNG"


@pytest.mark.parametrize("wrong", [{"by": "hand"}, {"scale": 0.0}, {"scale": 1000.0}])
def test_what_cannot_be_drawn_is_refused(page: Page, wrong: dict) -> None:
    with pytest.raises(UsageError):
        ink_draw.to_pixels(page, **wrong)


def test_letters_are_measured_and_wrapped_in_every_script() -> None:
    assert lettering.width_of("ма", 20) == pytest.approx(2 * lettering.width_of("ма", 10))
    assert lettering.width_of("MW", 10, bold=True) > lettering.width_of("il", 10)
    lines = lettering.wrapped("Сорок лет, и они присылают письмо.", 10, 60)
    assert " ".join(lines) == "Сорок лет, и они присылают письмо."
    assert all(lettering.width_of(line, 10) <= 60 for line in lines)
    assert "".join(lettering.wrapped("Ы" * 40, 10, 60)) == "Ы" * 40
