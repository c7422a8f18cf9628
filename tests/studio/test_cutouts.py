"""Somebody cut out of a drawing: exactly, in the light of the page."""

from __future__ import annotations

import numpy as np
import pytest

from maquette.core.errors import UsageError
from maquette.media import ink_draw
from maquette.media.film import Film, Person
from maquette.media.ink import Ink, Layer, Page
from maquette.studio import cutouts


def _box(x: float, y: float, side: float) -> tuple[np.ndarray, ...]:  # type: ignore[type-arg]
    return (np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], np.float32),)


WALL = Ink(_box(0, 0, 64), fill="#e0d8c0", owner="set")
ANNA = Ink(_box(16, 16, 32), fill="#c04040", owner="anna")
LAMP = Ink(_box(32, 32, 24), fill="#303030", owner="lamp")
NIGHT = Ink(_box(0, 0, 64), fill="#101040", opacity=0.4)
PAGE = Page(64, 64, (Layer("all", (WALL, ANNA, LAMP, NIGHT)),))


def test_a_matte_is_exact_and_night_over_everything_hides_nobody() -> None:
    matte = ink_draw.matte(cutouts._solid(PAGE, "anna"), "anna")
    assert matte[20, 20] == 255 and matte[5, 5] == 0
    assert matte[40, 40] == 0  # the lamp stands before her


def test_the_colours_of_a_cut_out_are_those_of_the_page() -> None:
    matte = ink_draw.matte(cutouts._solid(PAGE, "anna"), "anna")
    cut = cutouts._alone(PAGE, "anna", matte)
    assert cut.shape == (64, 64, 4)
    assert np.abs(cut[20, 20, :3].astype(int) - ink_draw.to_pixels(PAGE)[20, 20]).max() <= 2


def test_somebody_is_found_by_name_or_id_and_else_those_who_are_there_are_named() -> None:
    film = Film("Tram", people=(Person("anna", "Анна"),))
    assert cutouts._owner(film, PAGE, "Анна") == cutouts._owner(film, PAGE, "ANNA") == "anna"
    assert cutouts._owner(film, PAGE, "lamp") == "lamp"
    with pytest.raises(UsageError, match="Bob") as raised:
        cutouts._owner(film, PAGE, "Bob")
    assert "anna" in raised.value.mend and "lamp" in raised.value.mend
