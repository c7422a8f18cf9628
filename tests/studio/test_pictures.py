"""What tools on pictures rely on: every result is a signed child of what it was made of, and nothing is lost."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

import drawn
from maquette.core.errors import CredentialError, RightsError, UsageError
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_controls import PictureControls
from maquette.media.picture import Picture, from_floats
from maquette.media.picture_file import read, to_bytes
from maquette.studio import again
from maquette.studio.picture_exports import Settings
from maquette.studio.picture_exports import export as export_pictures
from maquette.studio.picture_making import Files, Wanted, enlarge, make, put_sheet, sides_of
from maquette.studio.pictures import Beside, keep_move, open_picture, suffix_of
from maquette.studio.studio import Studio


@pytest.fixture
def studio():
    return Studio(say=lambda text: None)


@pytest.fixture
def photo(tmp_path):
    pixels = np.random.default_rng(1).random((40, 60, 3)).astype(np.float32)
    (tmp_path / "луг.png").write_bytes(to_bytes(from_floats(pixels)))
    return tmp_path / "луг.png"


def keep(studio, photo, **more):
    opened = open_picture(studio, photo)
    made = from_floats(np.zeros((20, 20, 3), np.float32))
    told = {"verb": "paint", "sources": [(opened, "parent")], "settings": {"technique": "oil"}, "out": photo.parent}
    return keep_move(studio, made, **{**told, **more})


def test_a_result_is_a_signed_child_and_the_file_stays(studio, photo):
    before = photo.read_bytes()
    kept = keep(studio, photo, note="painted in oil")
    verdict = studio.verdict(kept.asset.path)
    assert verdict.state == "trusted" and kept.asset.path.name == "луг-paint.png" and photo.read_bytes() == before
    assert verdict.story["trace"]["move"] == {"name": "paint", "by": "rule", "asked": {"technique": "oil"}}
    assert [one["relationship"] for one in verdict.chain[0]["ingredients"]] == ["parentOf"]
    assert kept.asset.parents == (open_picture(studio, photo).id,)
    again = keep(studio, photo)
    assert again.asset.path.name == "луг-paint-2.png"


def test_a_painting_whose_colours_were_borrowed_is_an_input_and_no_parent(studio, photo, tmp_path):
    (tmp_path / "licence.toml").write_text('licence = "CC-BY-4.0"\nauthor = "Ada"\nsource = "a wall"\n')
    (tmp_path / "painting.png").write_bytes(to_bytes(from_floats(np.ones((8, 8, 3), np.float32) * 0.5)))
    painting = open_picture(studio, tmp_path / "painting.png")
    kept = keep(studio, photo, sources=[(open_picture(studio, photo), "parent"), (painting, "input")])
    verdict = studio.verdict(kept.asset.path)
    roles = {one["dc:title"]: one["relationship"] for one in verdict.chain[0]["ingredients"]}
    assert roles["луг.png"] == "parentOf" and roles["painting.png"] == "inputTo"
    assert {one["author"] for one in verdict.story["ingredients"]} == {"Ada"}
    only = keep(studio, photo, sources=[(painting, "input")], how="words", verb="texture")
    assert studio.verdict(only.asset.path).story["action"] == "created" and not only.asset.parents


def test_files_beside_a_result_are_sealed_and_named_after_it(studio, photo):
    strokes = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'
    kept = keep(studio, photo, beside=[Beside(".svg", strokes, "-strokes"), Beside(".json", b"{}")])
    assert [one.path.name for one in kept.files] == ["луг-paint-strokes.svg", "луг-paint.json"]
    assert all(studio.verdict(one.path).holds for one in kept.files)


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".tiff", ".ora"])
def test_a_result_may_be_another_kind_of_file(studio, photo, suffix):
    kept = keep(studio, photo, suffix=suffix)
    assert kept.asset.path.suffix == suffix and studio.verdict(kept.asset.path).holds
    assert read(kept.asset.path).size == (20, 20)


def test_a_move_on_a_move_carries_the_whole_history(studio, photo):
    first = keep(studio, photo)
    second = keep(studio, first.asset.path, verb="stylise")
    assert len(studio.verdict(second.asset.path).chain) == 2 and second.asset.parents == (first.asset.id,)


def test_private_titles_stand_nowhere_in_the_file(studio, photo):
    kept = keep(studio, photo, private=True, prompt="my secret fox")
    data = kept.asset.path.read_bytes()
    assert b"secret" not in data and "луг" not in kept.asset.path.name


def test_unsigned_is_said(studio, photo):
    kept = keep(studio, photo, unsigned=True, beside=[Beside(".json", b"{}")])
    assert studio.verdict(kept.asset.path).state == "unsigned" and kept.files[0].credential["where"] == "none"


def test_a_changed_file_is_not_worked_on(studio, photo):
    kept = keep(studio, photo)
    data = bytearray(kept.asset.path.read_bytes())
    at = data.rindex(b"IDAT") + 6
    data[at] ^= 1
    kept.asset.path.write_bytes(bytes(data))
    with pytest.raises((CredentialError, Exception)) as error:
        open_picture(studio, kept.asset.path)
    assert error.type.__name__ in ("CredentialError", "MediaError")


def test_a_picture_whose_author_refuses_is_not_worked_on(studio, photo, tmp_path):
    (tmp_path / "tdmrep.json").write_text(json.dumps([{"location": "/*", "tdm-reservation": 1}]))
    with pytest.raises(RightsError, match="tdmrep"):
        open_picture(studio, photo)


def test_what_is_no_picture_is_named(studio, tmp_path):
    (tmp_path / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
    )
    with pytest.raises(UsageError, match=r"a\.svg is no picture"):
        open_picture(studio, tmp_path / "a.svg")
    with pytest.raises(UsageError):
        suffix_of("gif")
    assert suffix_of("JPEG") == ".jpg"


# -- by a net ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def own():
    return drawn.maker()


def go(studio, own, files, prompt="", out=".", **wanted):
    controls = wanted.pop("controls", PictureControls())
    return list(make(studio, files, prompt, controls, wanted=Wanted(out=out, **wanted), maker=own))


@pytest.fixture
def fox(studio, own, tmp_path):
    return go(studio, own, Files(), "a fox", tmp_path, count=1)[0].asset.path


def test_every_picture_from_a_picture_is_its_child(studio, own, fox, tmp_path):
    cat = go(studio, own, Files(), "a cat", tmp_path, count=1, seed=4)[0].asset.path
    for files, prompt, parents in (
        (Files(vary=fox), "", 1),
        (Files(start=fox), "a dog", 1),
        (Files(blend=(fox, cat)), "", 2),
        (Files(like=fox), "a star", 0),
    ):
        kept = go(studio, own, files, prompt, tmp_path, count=1)[0]
        assert len(kept.asset.parents) == parents and studio.verdict(kept.asset.path).holds
        assert kept.asset.path.stem.endswith(files.verb)


def test_a_masked_part_is_drawn_and_all_else_stays(studio, own, fox, tmp_path):
    mask = np.zeros((64, 64), np.float32)
    mask[:24, 20:44] = 1
    (tmp_path / "mask.png").write_bytes(to_bytes(from_floats(mask)))
    kept = go(studio, own, Files(start=fox, mask=tmp_path / "mask.png"), "a hat", tmp_path, count=1)[0]
    new, old = read(kept.asset.path).pixels, read(fox).pixels
    assert np.array_equal(new[mask == 0], old[mask == 0]) and not np.array_equal(new, old)


def test_new_ground_is_drawn_on_as_wide_as_asked(studio, own, photo, tmp_path):
    kept = go(studio, own, Files(start=photo, extend={"left": 13, "bottom": 7}), "a house", tmp_path, count=1)[0]
    new = read(kept.asset.path)
    assert new.size == (73, 47) and np.array_equal(new.pixels[:40, 13:], read(photo).pixels)


def test_a_masks_size_and_emptiness_are_checked(studio, own, fox, tmp_path):
    for name, mask in (("small", np.ones((8, 8))), ("black", np.zeros((64, 64)))):
        (tmp_path / f"{name}.png").write_bytes(to_bytes(from_floats(mask.astype(np.float32))))
        with pytest.raises(Exception, match="mask"):
            go(studio, own, Files(start=fox, mask=tmp_path / f"{name}.png"), "a hat", tmp_path, count=1)


def test_wishes_that_cannot_be_had_together_are_named():
    for files in (Files(vary="a", start="b"), Files(mask="m"), Files(start="a", mask="m", extend={"left": 1})):
        with pytest.raises(UsageError):
            _ = files.verb
    assert sides_of("left=16,top=8") == {"left": 16, "top": 8}
    for wrong in ("left", "left=x", "up=3", "left=0"):
        with pytest.raises(UsageError):
            sides_of(wrong)


def test_an_enlarged_picture_says_by_what(studio, fox, tmp_path):
    kept = enlarge(studio, fox, 2, wanted=Wanted(out=tmp_path))
    assert kept.size == (128, 128) and kept.said[0].startswith("enlarged by ") and len(kept.asset.parents) == 1


def test_an_overview_is_no_work(studio, fox, tmp_path):
    path = put_sheet([read(fox)] * 4, tmp_path, "fox-sheet")
    assert studio.verdict(path).state == "unsigned" and read(path).size[0] > 256


def test_a_signed_picture_is_made_again_from_its_file_alone(studio, own, fox, tmp_path, monkeypatch):
    """A variation too: the picture that it began from stands in its story."""
    child = go(studio, own, Files(vary=fox), "", tmp_path, count=1, seed=3)[0].asset.path
    monkeypatch.setattr("maquette.checkpoints.box.open_checkpoint", lambda name: None)
    monkeypatch.setattr(PictureMaker, "__init__", lambda self, box: setattr(self, "_net", own.net))
    for path in (fox, child):
        story = studio.verdict(path).story
        assert again.replay({**story, "trace": {**story["trace"], "model": "x"}}, path) is not None
        told = PictureMaker.replay({**story["trace"], "model": "picture-1"})
        assert np.array_equal(told.pixels, read(path).pixels)


# -- for games --------------------------------------------------------------------------------------------------------


def test_an_export_names_its_files_and_every_picture_in_it(studio, tmp_path):
    paths = []
    for number in range(3):
        path = tmp_path / f"walk-{number}.png"
        Image.new("RGBA", (16, 16), (80 * number, 99, 200, 255)).save(path)
        paths.append(path)
    made = export_pictures(studio, paths, ["sheet", "godot"], tmp_path / "game", Settings(tag="walk"))
    folders = [one.asset.path.parent.name for one in made]
    assert folders == ["walk-sheet", "walk-godot"] and all(studio.verdict(one.asset.path).holds for one in made)
    table = json.loads((tmp_path / "game/walk-sheet/walk.json").read_text("utf-8"))
    assert (tmp_path / "game/walk-sheet" / table["meta"]["image"]).is_file()
    assert len(studio.verdict(made[0].asset.path).chain[0]["ingredients"]) == 3
    again = export_pictures(studio, paths, ["sheet"], tmp_path / "game")
    assert again[0].asset.path.parent.name == "walk-sheet-2"


def test_an_export_is_whole_or_not_there(studio, tmp_path):
    Image.new("RGBA", (16, 16)).save(tmp_path / "a.png")
    Image.new("RGBA", (8, 8)).save(tmp_path / "b.png")
    with pytest.raises(UsageError):
        export_pictures(studio, [tmp_path / "a.png", tmp_path / "b.png"], ["sheet", "tiled"], tmp_path / "game")
    assert not (tmp_path / "game").exists()
    with pytest.raises(UsageError):
        export_pictures(studio, [tmp_path / "a.png"], ["unity"], tmp_path / "game")


def test_a_texture_becomes_a_tile_set(studio, tmp_path):
    buffer = io.BytesIO()
    Image.fromarray(np.full((40, 40, 3), 120, np.uint8)).save(buffer, "PNG")
    (tmp_path / "grass.png").write_bytes(buffer.getvalue())
    made = export_pictures(studio, [tmp_path / "grass.png"], [], tmp_path, Settings(tiles="block", tile_size=16))
    assert [one.asset.path.parent.name for one in made] == ["grass-block-tiled", "grass-block-godot"]
    assert made[0].size == (48, 48) and isinstance(read(made[0].asset.path), Picture)
