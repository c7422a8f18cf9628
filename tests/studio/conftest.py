"""The toy maker stands in the place of the icons' maker, and credentials are read in this process."""

from __future__ import annotations

import pytest

import reading
import toy


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    monkeypatch.setitem(toy.table.MAKERS, "icon", "toy:ToyMaker")
    monkeypatch.setitem(toy.table.CONTROLS, "icon", "toy:ToyControls")
    reading.here(monkeypatch)
