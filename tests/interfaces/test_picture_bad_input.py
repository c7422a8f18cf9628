"""What a stranger hands to the picture moves: told in three parts or carried with a remark, never in silence."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import reading
from maquette.interfaces.cli.root import run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    reading.here(monkeypatch)
    frames = [Image.fromarray(np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)) for seed in range(3)]
    frames[0].save(tmp_path / "painting.png")
    frames[0].convert("CMYK").save(tmp_path / "печать.jpg")
    frames[0].save(tmp_path / "clip.gif", save_all=True, append_images=frames[1:])
    Image.new("RGB", (1, 1), "teal").save(tmp_path / "one.png")
    (tmp_path / "file").write_text("mine")
    return tmp_path


def stylise(folder, name, *more):
    by = ["--by", str(folder / "painting.png"), "--method", "linear"]
    return run(["picture", "stylise", str(folder / name), *by, "--out", str(folder / "out"), "--json", *more])


@pytest.mark.parametrize(("name", "said"), [("печать.jpg", "CMYK"), ("clip.gif", "the first is read")])
def test_what_reading_could_not_carry_is_told_with_the_result(folder, capsys, name, said):
    assert stylise(folder, name) == 0
    (line,) = json.loads(capsys.readouterr().out)["said"]
    assert line.startswith(f"{name}: ") and said in line


def test_a_photo_of_one_pixel_is_no_fault_of_ours(folder, capsys):
    assert stylise(folder, "one.png") == 0
    assert json.loads(capsys.readouterr().out)["width"] == 1


def test_a_folder_that_cannot_be_is_told_before_the_work(folder, capsys):
    assert stylise(folder, "no-such.png", "--out", str(folder / "file" / "x")) == 2
    assert "is a file, not a folder" in json.loads(capsys.readouterr().out)["wrong"]
    assert (folder / "file").read_text() == "mine"
