"""`maquette picture stylise | palette | correct`: what is written, what is told, whom the credential names."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.interfaces.cli.root import run
from maquette.media import picture_file
from maquette.media.picture import Picture
from pixels import noise, scene


@pytest.fixture
def photo(tmp_path, monkeypatch):
    """A photo and a painting in a folder of their own, the painting with its author."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "фото.png").write_bytes(picture_file.to_bytes(Picture(scene(40, 56))))
    (tmp_path / "painting.png").write_bytes(picture_file.to_bytes(Picture(noise(48, 40, opaque=True))))
    line = {"file": "painting.png", "title": "Daffodils", "author": "Berthe Morisot", "licence": "CC0-1.0"}
    (tmp_path / "items.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    return tmp_path / "фото.png"


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_stylised_photo_names_the_painting_and_its_author(photo, capsys):
    words = ["picture", "stylise", photo.name, "--by", "painting.png", "--out", "out", "--json"]
    assert run(words) == 0
    (made,) = told(capsys)
    assert (made["width"], made["height"]) == (56, 40) and "in the hand of Daffodils" in made["note"]
    assert run(["show", made["path"]]) == 0
    shown = capsys.readouterr().out
    assert "Berthe Morisot" in shown and "CC0-1.0" in shown
    assert run(["verify", made["path"], "--json"]) == 0
    assert told(capsys)[0]["state"] == "trusted"
    assert run(words) == 0
    assert told(capsys)[0]["path"] != made["path"]  # the first stays


def test_a_palette_comes_as_a_sheet_and_as_files_of_other_programs(photo, capsys):
    assert run(["picture", "palette", photo.name, "--colours", "4", "--json"]) == 0
    (made,) = told(capsys)
    assert made["path"].endswith("-palette.svg") and len(made["colours"]) == 4
    assert sorted(one["path"].rpartition(".")[2] for one in made["files"]) == ["ase", "gpl", "json"]
    gpl = next(one["path"] for one in made["files"] if one["path"].endswith(".gpl"))
    assert run(["picture", "palette", photo.name, "--onto", gpl, "--dither", "ordered", "--json"]) == 0
    laid = picture_file.read(photo.parent / told(capsys)[0]["path"])
    assert {tuple(one) for one in laid.pixels[..., :3].reshape(-1, 3).tolist()} <= {
        tuple(int(one["hex"][place : place + 2], 16) for place in (1, 3, 5)) for one in made["colours"]
    }


def test_auto_leaves_a_sound_photo_alone_and_says_so(photo, capsys, monkeypatch):
    from maquette.makers import picture_correct

    monkeypatch.setattr(
        picture_correct, "needed", lambda *_: (picture_correct.Corrections(), ("noise: left as it is",))
    )
    assert run(["picture", "correct", photo.name, "--auto"]) == 0
    heard = capsys.readouterr()
    assert "nothing was written" in heard.err + heard.out
    assert len(list(photo.parent.glob("*.png"))) == 2


def test_a_correction_is_told_kept_and_shown_beside_the_photo(photo, capsys):
    assert run(["picture", "correct", photo.name, "--balance", "1", "--sheet", "--json"]) == 0
    heard = capsys.readouterr()
    made = json.loads(heard.out)
    assert "white balance by gray-edge" in made["note"] and "white balance by gray-edge" in heard.err
    sheet = picture_file.read(photo.parent / made["files"][0]["path"])
    assert sheet.size[0] > 2 * 56 and not np.array_equal(sheet.pixels[:, :56], sheet.pixels[:, -56:])


def test_asking_for_nothing_is_an_error_with_a_way_out(photo, capsys):
    assert run(["picture", "correct", photo.name]) == 2
    assert "--auto" in capsys.readouterr().err
