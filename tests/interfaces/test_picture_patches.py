"""`maquette picture fill`, `extend`, `vary` and `maquette texture`: what is written, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.interfaces.cli.root import run
from maquette.media import picture_file
from maquette.media.picture import Picture


def write(path, pixels):
    path.write_bytes(picture_file.to_bytes(Picture(pixels)))


@pytest.fixture
def meadow(tmp_path, monkeypatch):
    """A picture with a Cyrillic name, and masks for it."""
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 4), np.uint8)
    noise[..., 3] = 255
    write(tmp_path / "луг.png", noise)
    mask = np.zeros((60, 80, 4), np.uint8)
    mask[..., 3] = 255
    write(tmp_path / "black.png", mask)
    mask[20:34, 30:44] = 255
    write(tmp_path / "mask.png", mask)
    write(tmp_path / "white.png", np.full((60, 80, 4), 255, np.uint8))
    write(tmp_path / "other.png", np.full((9, 9, 4), 255, np.uint8))
    return tmp_path


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_idea_is_kept_as_a_signed_child_of_the_photo(meadow, capsys):
    assert run(["picture", "fill", "луг.png", "--mask", "mask.png", "--count", "2", "--json"]) == 0
    first, second = told(capsys)
    assert first["parents"] == second["parents"] and first["parents"][0]
    assert first["credential"]["where"] == "embedded"
    assert first["path"] != second["path"]
    assert picture_file.read(meadow / first["path"]).size == (80, 60)


@pytest.mark.parametrize(
    ("mask", "said"), [("black.png", "chooses nothing"), ("white.png", "whole picture"), ("other.png", "9 x 9")]
)
def test_masks_that_cannot_be_meant_are_refused_and_nothing_is_written(meadow, capsys, mask, said):
    before = sorted(path.name for path in meadow.iterdir())
    assert run(["picture", "fill", "луг.png", "--mask", mask]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in meadow.iterdir()) == before


def test_sides_are_told_in_pixels_or_in_shares(meadow, capsys):
    assert run(["picture", "extend", "луг.png", "left=10", "top=25%", "--unsigned", "--json"]) == 0
    (made,) = told(capsys)
    assert (made["width"], made["height"]) == (90, 75)
    for wrong in ("lft=3", "left=-3", "left"):
        assert run(["picture", "extend", "луг.png", wrong]) == 2
    assert run(["picture", "extend", "луг.png", "left=3", "left=4"]) == 2
    assert "left=256" in capsys.readouterr().err


def test_a_variation_takes_another_frame(meadow, capsys):
    assert run(["picture", "vary", "луг.png", "--aspect", "3:1", "--unsigned", "--json"]) == 0
    (made,) = told(capsys)
    assert (made["width"], made["height"]) == (120, 40)
    assert run(["picture", "vary", "луг.png", "--aspect", "3:0"]) == 2
    assert run(["picture", "vary", "луг.png", "--size", "9x9"]) == 2


def test_a_texture_comes_with_its_maps_and_its_preview(meadow, capsys):
    words = ["texture", "луг.png", "--size", "64", "--tile", "--maps", "--preview", "--unsigned", "--json"]
    assert run(words) == 0
    (made,) = told(capsys)
    assert (made["width"], made["height"]) == (64, 64)
    names = [file["path"].rpartition("-")[2] for file in made["files"]]
    assert names == ["height.png", "normal.png", "3x3.webp"]
    assert picture_file.read(meadow / made["files"][0]["path"]).depth == 16
    assert picture_file.read(meadow / made["files"][2]["path"]).size == (192, 192)


def test_sizes_and_methods_that_do_not_exist_are_refused(meadow, capsys):
    for words in (["--size", "big"], ["--size", "9"], ["--size", "999999"], ["--method", "gam"]):
        assert run(["texture", "луг.png", *words]) == 2
    assert "did you mean gan?" in capsys.readouterr().err
