"""`maquette picture paint | cutout | vectorise`: signed children with their strokes, layers and clips beside them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.interfaces.cli.root import run
from maquette.media import picture_file
from maquette.media.picture import Picture, from_floats
from pixels import noise, scene


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "кот.png").write_bytes(picture_file.to_bytes(Picture(scene(48, 64)), title="a cat"))
    return tmp_path


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_painting_is_kept_with_its_strokes_layers_and_clip_all_signed(folder, capsys):
    words = ["picture", "paint", "кот.png", "--layers", "--clip", "webp", "--brush", "2", "--json"]
    assert run(words) == 0
    (made,) = told(capsys)
    assert made["path"] == "кот-paint.png" and (made["width"], made["height"]) == (64, 48)
    names = [one["path"] for one in made["files"]]
    assert names == ["кот-paint.svg", "кот-paint.ora", "кот-paint-clip.webp"]
    for name in (made["path"], *names):
        assert run(["verify", name, "--json"]) == 0
    told(capsys)
    assert run(["show", made["path"]]) == 0
    assert "oil" in capsys.readouterr().out


def test_a_cut_out_has_alpha_and_a_busy_ground_is_refused(folder, capsys):
    rgb = np.full((48, 48, 3), 0.8, np.float32)
    rgb[12:36, 12:36] = (0.7, 0.1, 0.1)
    (folder / "box.png").write_bytes(picture_file.to_bytes(from_floats(rgb)))
    (folder / "busy.png").write_bytes(picture_file.to_bytes(Picture(noise(48, 48, opaque=True))))
    assert run(["picture", "cutout", "box.png", "--json"]) == 0
    (made,) = told(capsys)
    alpha = picture_file.read(folder / made["path"]).pixels[..., 3]
    assert alpha[24, 24] == 255 and alpha[2, 2] == 0
    assert run(["picture", "cutout", "busy.png"]) == 2


def test_a_sprite_becomes_a_signed_svg(folder, capsys):
    sprite = np.zeros((16, 16, 4), np.uint8)
    sprite[4:12, 4:12] = (200, 40, 30, 255)
    (folder / "box.png").write_bytes(picture_file.to_bytes(Picture(sprite)))
    assert run(["picture", "vectorise", "box.png", "--json"]) == 0
    (made,) = told(capsys)
    assert made["path"].endswith("box-vectorise.svg") and (folder / made["path"]).read_text("utf-8").count("<path") == 1


def test_a_wrong_colour_or_mask_is_refused(folder, capsys):
    assert run(["picture", "paint", "кот.png", "--ground", "sky-ish"]) == 2
    (folder / "mask.png").write_bytes(picture_file.to_bytes(Picture(scene(10, 10))))
    assert run(["picture", "paint", "кот.png", "--focus", "mask.png"]) == 2
