"""Exact flow between two drawings."""

from __future__ import annotations

import numpy as np

from maquette.makers.film.page_flow import flow_between
from maquette.media.ink import Ink, Layer, Page


def _page(shift: float, opacity: float = 1.0) -> Page:
    box = np.array([[20, 10], [60, 10], [60, 50], [20, 50]], np.float32)
    ground = np.array([[0, 0], [100, 0], [100, 80], [0, 80]], np.float32)
    marks = (
        Ink((ground,), fill="#ccddee", owner="set", part="wall"),
        Ink((box + np.array([shift, shift / 2], np.float32),), fill="#aa3322", owner="anna", part="coat"),
        Ink((ground,), fill="#000033", opacity=opacity, owner="", part="night"),
    )
    return Page(100, 80, (Layer("all", marks if opacity < 1 else marks[:2]),))


def test_what_is_drawn_moves_as_its_lines_do_and_the_set_stands_still() -> None:
    field = flow_between(_page(0), _page(6), 100)
    assert np.allclose(field[30, 40], (6, 3), atol=0.01)
    assert np.allclose(field[70, 90], 0)
    small = flow_between(_page(0), _page(6), 50)
    assert small.shape == (40, 50, 2) and np.allclose(small[15, 20], (3, 1.5), atol=0.01)


def test_a_wash_of_night_over_everything_hides_nothing() -> None:
    field = flow_between(_page(0, 0.4), _page(6, 0.4), 100)
    assert np.allclose(field[30, 40], (6, 3), atol=0.01)


def test_a_shape_that_turns_turns_its_inside() -> None:
    def turned(angle: float) -> Page:
        corners = np.array([[-20, -20], [20, -20], [20, 20], [-20, 20]]) @ np.array(
            [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
        )
        return Page(100, 80, (Layer("all", (Ink(((corners + 40).astype(np.float32),), fill="#aa3322", owner="a"),)),))

    field = flow_between(turned(0), turned(0.1), 100)
    here = np.array([45.5, 35.5]) - 40
    there = here @ np.array([[np.cos(0.1), np.sin(0.1)], [-np.sin(0.1), np.cos(0.1)]])
    assert np.allclose(field[35, 45], there - here, atol=0.02)


def test_what_is_gone_in_the_next_drawing_stands_still() -> None:
    alone = Page(100, 80, (Layer("all", _page(0).layers[0].marks[:1]),))
    assert np.allclose(flow_between(_page(0), alone, 100), 0)
