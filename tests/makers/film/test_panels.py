"""What a storyboard artist may rely on of panels: layers by name, mattes, order, light, arrows, sheets."""

from __future__ import annotations

import numpy as np
import pytest

from actors import played
from maquette.core.errors import UsageError
from maquette.makers.film import board
from maquette.makers.film.order import back_to_front, box_of
from maquette.makers.film.panels import draw_shot
from maquette.media.film import Film, Line, Shot
from maquette.media.ink_draw import matte, to_pixels, to_svg
from maquette.media.stage import Performance

WIDE = Shot("1A", "establishing", "wide", lens=28.0, lines=("1.01", "1.02"), seconds=2.0)
TWO = Shot("1B", "two-shot", "medium wide", subjects=("anna", "boris"), move="push in", seconds=2.0)
SMALL = {"width": 320, "height": 180}


@pytest.fixture(scope="module")
def scene() -> tuple[Film, Performance]:
    return played("kitchen", (WIDE, TWO), spots=("chair", "mark-2"))


def test_each_thing_is_a_layer_under_its_name(scene: tuple[Film, Performance]) -> None:
    page = draw_shot(*scene, WIDE, 0.5, **SMALL)
    names = [layer.name for layer in page.layers]
    assert names[0] == "backdrop" and {"anna", "boris", "table", "fridge"} <= set(names)
    assert 'id="anna"' in to_svg(page)


@pytest.mark.parametrize("style", ["line", "ink", "tone"])
def test_every_look_draws_people_that_a_matte_finds(scene: tuple[Film, Performance], style: str) -> None:
    page = draw_shot(*scene, TWO, 1.0, style=style, **SMALL)
    pixels = to_pixels(page)
    assert pixels.std() > 15
    for who in ("anna", "boris"):
        assert 0.01 < (matte(page, who) > 127).mean() < 0.5


def test_the_same_moment_is_drawn_the_same(scene: tuple[Film, Performance]) -> None:
    one, again = (to_svg(draw_shot(*scene, TWO, 1.0, **SMALL)) for _ in range(2))
    assert one == again


def test_arrows_are_drawn_only_when_asked_for() -> None:
    film, performance = played("void", (WIDE, TWO), walk=1.5)
    owners = []
    for shot in (WIDE, TWO):
        plain = draw_shot(film, performance, shot, 0.0, **SMALL)
        noted = draw_shot(film, performance, shot, 0.0, notes=True, **SMALL)
        assert "notes" not in [layer.name for layer in plain.layers]
        notes = next(layer for layer in noted.layers if layer.name == "notes")
        owners.append({mark.owner for mark in notes.marks})
    assert owners == [{"anna"}, {"camera", "anna"}]


def test_night_is_darker_than_day() -> None:
    levels = []
    for time in ("day", "dusk", "night"):
        film, performance = played("corridor", (WIDE,), time=time)
        levels.append(float(to_pixels(draw_shot(film, performance, WIDE, 0.5, style="tone", **SMALL)).mean()))
    assert levels[0] > levels[1] > levels[2]


def test_who_sits_at_a_table_is_behind_it_and_before_the_chair(scene: tuple[Film, Performance]) -> None:
    """Nearer boxes come later, whatever their middles say."""
    eye = np.array([0, 1.6, 5], np.float32)
    floor, near, far = (
        box_of(np.array(low), np.array(high))
        for low, high in (((-3, -0.1, -3), (3, 0, 3)), ((-2, 0, 1), (2, 1, 1.2)), ((-0.2, 0, 0), (0.2, 1.8, 0.3)))
    )
    assert back_to_front([near, far, floor], eye) == [2, 1, 0]
    assert back_to_front([near, far, floor], np.array([0, 1.6, -5], np.float32)) == [2, 0, 1]


@pytest.mark.parametrize("wrong", [{"style": "oil"}, {"width": 2}])
def test_what_cannot_be_drawn_is_refused(scene: tuple[Film, Performance], wrong: dict) -> None:
    with pytest.raises(UsageError):
        draw_shot(*scene, WIDE, 0.0, **{**SMALL, **wrong})


def test_the_board_has_words_of_any_script_and_pages_for_all_panels(scene: tuple[Film, Performance], tmp_path) -> None:  # type: ignore[no-untyped-def]
    pdfium = pytest.importorskip("pypdfium2")
    pytest.importorskip("reportlab")
    import dataclasses

    film, performance = scene
    lines = (Line("1.01", "action", "Дождь стучит в окно."), Line("1.02", "dialogue", "Они закрывают его?", "boris"))
    first = dataclasses.replace(film.scenes[0], lines=lines, shots=(WIDE, TWO))
    film = dataclasses.replace(film, scenes=(first,))
    made = board.panels(film, {"1": performance}, **SMALL)
    written = [(one, paths) for one, paths in board.write_panels(made, tmp_path)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1A.png", "1A.svg", "1B.png", "1B.svg"]
    document = pdfium.PdfDocument(board.sheet(film, iter(one for one, _ in written), a_page=1))
    assert len(document) == 2
    text = document[0].get_textpage().get_text_range()
    assert "Проба" in text and "Дождь стучит" in text and "Борис" in text and "1A" in text
    assert board.sheet(film, iter(one for one, _ in written)) == board.sheet(film, iter(one for one, _ in written))


@pytest.mark.parametrize("wrong", [("A5", 6), ("A4", 5)])
def test_sheets_that_do_not_exist_are_refused(wrong: tuple[str, int]) -> None:
    with pytest.raises(UsageError):
        board.sheet(Film("X"), iter(()), paper=wrong[0], a_page=wrong[1])
