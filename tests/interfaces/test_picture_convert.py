"""`maquette picture convert`, and that adopt, verify, show and the library know pictures."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maquette.interfaces.cli.root import run
from maquette.media import picture_file
from maquette.media.picture import Picture
from pixels import display_p3, noise, scene


@pytest.fixture
def cat(tmp_path, monkeypatch):
    """A picture in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "кот.png"
    path.write_bytes(picture_file.to_bytes(Picture(scene(48, 64)), title="a cat"))
    return path


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("kind", ["jpg", "webp", "tiff", "avif", "ora"])
def test_every_kind_carries_the_history_of_the_file_it_was_made_from(cat, capsys, kind):
    assert run(["picture", "convert", cat.name, "--to", "png", "--json"]) == 0
    (first,) = told(capsys)
    assert first["path"] == "кот-2.png"  # the file that was there stays
    assert run(["picture", "convert", "кот-2.png", "--to", kind, "--json"]) == 0
    (second,) = told(capsys)
    assert second["path"] == f"кот-2.{kind}" and (second["width"], second["height"]) == (64, 48)
    assert second["parents"] == [first["sha256"]]
    assert run(["verify", second["path"], "--json"]) == 0
    assert told(capsys)[0]["state"] == "trusted"
    assert run(["show", second["path"]]) == 0
    shown = capsys.readouterr().out
    assert "a cat" in shown and shown.count("opened, then edited") == 2
    assert picture_file.read(cat.parent / second["path"]).size == (64, 48)


def test_pixels_profile_and_16_bits_are_kept_where_the_kind_can_and_told_where_not(cat, capsys):
    deep = Picture(noise(10, 12, deep=True), profile=display_p3())
    (cat.parent / "deep.png").write_bytes(picture_file.to_bytes(deep))
    assert run(["picture", "convert", "deep.png", "--to", "tiff", "--json"]) == 0
    again = picture_file.read(cat.parent / told(capsys)[0]["path"])
    assert np.array_equal(again.pixels, deep.pixels) and again.profile == deep.profile
    assert run(["picture", "convert", "deep.png", "--to", "webp", "--srgb", "--quality", "100", "--json"]) == 0
    (made,) = told(capsys)
    assert any("16 bits" in line for line in made["said"]) and any("Display P3" in line for line in made["said"])
    assert picture_file.read(cat.parent / made["path"]).profile == b""


def test_a_transparent_picture_becomes_a_jpeg_on_a_ground_that_was_named(cat, capsys):
    pixels = np.zeros((8, 8, 4), np.uint8)
    (cat.parent / "clear.png").write_bytes(picture_file.to_bytes(Picture(pixels)))
    assert run(["picture", "convert", "clear.png", "--to", "jpg"]) == 2
    assert "transparent in places" in capsys.readouterr().err
    assert run(["picture", "convert", "clear.png", "--to", "jpg", "--ground", "mauve-ish"]) == 2
    assert "no colour" in capsys.readouterr().err
    assert run(["picture", "convert", "clear.png", "--to", "jpg", "--ground", "#ffffff", "--bits", "8", "--json"]) == 0
    (made,) = told(capsys)
    assert picture_file.read(cat.parent / made["path"]).pixels.min() > 250
    assert "lie on #ffffff" in made["said"][0]


def test_a_file_that_is_broken_or_misnamed_is_refused_and_nothing_is_written(cat, capsys):
    whole = picture_file.written(Picture(scene()), ".jpg")
    (cat.parent / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (cat.parent / "named.webp").write_bytes(whole)
    (cat.parent / "empty.png").write_bytes(b"")
    before = sorted(path.name for path in cat.parent.iterdir())
    for name, says in (("half.jpg", "cut off"), ("named.webp", "a JPEG picture"), ("empty.png", "0 bytes")):
        assert run(["picture", "convert", name, "--to", "png"]) == 2
        assert says in capsys.readouterr().err
    assert sorted(path.name for path in cat.parent.iterdir()) == before


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".ora"])
def test_a_picture_painted_on_elsewhere_is_adopted_and_told_where(cat, capsys, suffix):
    assert run(["picture", "convert", cat.name, "--to", "png", "--json"]) == 0
    (first,) = told(capsys)
    pixels = scene(48, 64)
    pixels[4:20, 4:24, :3] = (255, 0, 0)
    edited = cat.parent / f"painted{suffix}"
    edited.write_bytes(picture_file.written(Picture(pixels), suffix))
    assert run(["adopt", edited.name, "--from", first["path"], "--out", "kept", "--json"]) == 0
    (kept,) = told(capsys)
    assert kept["parents"] == [first["sha256"]] and kept["kind"] == "picture"
    assert run(["show", kept["path"]]) == 0
    assert "in the upper left" in capsys.readouterr().out
    assert run(["verify", kept["path"]]) == 0
    capsys.readouterr()
    assert run(["library", "list", "--json"]) == 0
    assert {one["kind"] for one in told(capsys)} == {"picture"}
