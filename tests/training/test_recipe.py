"""What a recipe may be relied on for: everything a training needs to be done again."""

from __future__ import annotations

from pathlib import Path

import pytest

from maquette.core.errors import UsageError
from maquette.training import recipe as recipes
from maquette.training.corpus import Sampling
from maquette.training.recipe import Net, Optimiser, Recipe


def test_a_recipe_comes_back_from_its_file(tmp_path: Path) -> None:
    mine = Recipe(
        name='eine "kleine" Хвоя \\ 🌲',
        steps=12,
        net=Net(width=64, dropout=0.0),
        optimiser=Optimiser(name="adamw", rate=3e-4, betas=(0.8, 0.95)),
        sampling=Sampling(references=(1.0, 0.0, 0.0)),
        data=({"name": "icons", "version": "ab12", "sha256": "ff" * 32, "licences": {"MIT": 3, "CC0-1.0": 1}},),
    )
    path = tmp_path / "mine.toml"
    path.write_text(mine.as_toml(), encoding="utf-8")
    assert recipes.read(path) == mine
    assert recipes.from_dict(mine.as_dict()) == mine


def test_what_a_recipe_leaves_out_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text("steps = 5\n[optimiser]\nrate = 1\n")
    short = recipes.read(path)
    assert (short.steps, short.optimiser.rate, short.net) == (5, 1.0, Net())
    assert isinstance(short.optimiser.rate, float)
    assert "dropout = 0.1" in short.as_toml() and "warmup = 60" in short.as_toml()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("stepps = 5", r"(?s)stepps.*mean steps"),
        ("[optimiser]\nrat = 0.1", r"(?s)rat.*optimiser.*mean rate"),
        ("[net]\nwidht = 64", r"(?s)widht.*net.*mean width"),
        ("[sampling]\nreference = [1.0, 0.0, 0.0]", r"(?s)reference.*mean references"),
        ("steps = 'many'", "should be of type int"),
        ("[net]\nwidth = 64.5", "should be of type int"),
        ("steps = ", "cannot be read"),
    ],
)
def test_a_mistyped_recipe_is_told_where_and_how(text: str, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=wrong) as raised:
        recipes.read(path)
    assert "mine.toml" in str(raised.value)


@pytest.mark.parametrize("text", ["steps = true", "net = 3", "[optimiser]\nbetas = [0.9]", "data = 5"])
def test_values_of_the_wrong_kind_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UsageError):
        recipes.read(path)


def test_a_recipe_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        recipes.read(tmp_path / "none.toml")
