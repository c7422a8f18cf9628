"""What a game's maker may rely on: other programs read what is exported, pixel for pixel."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import MediaError, UsageError
from maquette.makers import picture_export as export
from maquette.makers import picture_export_tiles as tiles
from maquette.makers.picture_export_aseprite import from_aseprite, sheet_of, to_aseprite
from maquette.media.picture import Layer, Picture
from maquette.media.picture_file import to_bytes


def frame(seed, width=16, height=24):
    return Picture(np.random.default_rng(seed).integers(0, 256, (height, width, 4)).astype(np.uint8))


@pytest.fixture(scope="module")
def walk():
    return [(f"ходьба-{number}", frame(number)) for number in range(5)]


def test_every_frame_lies_where_the_table_says(walk):
    sheet = export.packed(walk, gap=2)
    told = json.loads(export.sheet_json(sheet, "walk.png", 120, "walk"))
    assert told["meta"]["image"] == "walk.png" and told["meta"]["frameTags"][0]["to"] == 4
    for row, (name, picture) in zip(told["frames"], walk, strict=True):
        box = row["frame"]
        cut = sheet.picture.pixels[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]]
        assert row["filename"] == name and row["duration"] == 120 and np.array_equal(cut, picture.pixels)
    assert sheet.picture.size == (told["meta"]["size"]["w"], told["meta"]["size"]["h"])


def test_nothing_is_resized(walk):
    mixed = [*walk, ("large", frame(9, 32, 32))]
    assert export.packed(mixed).frames[-1].width == 32
    with pytest.raises(UsageError, match="16 x 24, 32 x 32"):
        export.packed(mixed, same=True)


def test_an_aseprite_file_comes_back_as_it_was(walk):
    pictures = [picture for _, picture in walk]
    back = from_aseprite(to_aseprite(sheet_of(pictures, duration=80, tag="walk", name="fox")))
    assert (back.width, back.height, back.duration, back.tag) == (16, 24, 80, "walk")
    assert all(np.array_equal(cels[0].pixels, one.pixels) for cels, one in zip(back.frames, pictures, strict=True))


def test_layers_stay_layers_in_aseprite():
    ground, hat = frame(1), frame(2, 6, 6)
    layers = (Layer("ground", ground.pixels), Layer("шляпа", hat.pixels, 3, -2, 0.5, False, "multiply"))
    back = from_aseprite(to_aseprite(sheet_of([Picture(ground.pixels, layers=layers)])))
    assert back.layers[0] == ("ground", 1.0, "normal", True)
    name, opacity, mode, visible = back.layers[1]
    assert (name, mode, visible) == ("шляпа", "multiply", False) and opacity == pytest.approx(0.5, abs=0.003)
    assert (back.frames[0][1].x, back.frames[0][1].y) == (3, -2)


def test_the_header_is_the_published_one(walk):
    data = to_aseprite(sheet_of([picture for _, picture in walk]))
    assert len(data) == int.from_bytes(data[:4], "little") and data[4:6] == b"\xe0\xa5"
    assert [int.from_bytes(data[at : at + 2], "little") for at in (6, 8, 10, 12)] == [5, 16, 24, 32]
    assert int.from_bytes(data[132:134], "little") == 0xF1FA


@pytest.mark.parametrize("cut", [0, 40, 150, 300])
def test_a_cut_aseprite_file_is_refused_by_name(walk, cut):
    data = to_aseprite(sheet_of([walk[0][1]]))
    with pytest.raises(MediaError):
        from_aseprite(data[:cut], "walk.aseprite")


def test_sixteen_bits_and_several_sizes_are_refused_by_aseprite(walk):
    with pytest.raises(UsageError, match="8 bits"):
        sheet_of([Picture(np.zeros((4, 4, 4), np.uint16))])
    with pytest.raises(UsageError, match="one size"):
        sheet_of([walk[0][1], frame(1, 8, 8)])


# -- tile sets --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grass():
    return frame(5, 32, 32)


def test_a_blob_has_47_tiles_and_a_block_nine():
    assert len(tiles.BLOB) == 47 and len(tiles.BLOCK) == 9 and set(tiles.BLOCK) <= set(tiles.BLOB)
    assert tiles.BLOCK[4] == 255


def test_tiles_that_meet_have_no_rim_and_no_gap_between_them(grass):
    cells = tiles.laid(tiles.BLOB, tiles.SHOWN)
    made = tiles.tiles(Picture(np.full((16, 16, 4), 200, np.uint8)), 16)
    whole = np.zeros((len(cells) * 16, len(cells[0]) * 16, 4), np.uint8)
    for y, row in enumerate(cells):
        for x, number in enumerate(row):
            if number >= 0:
                whole[y * 16 : y * 16 + 16, x * 16 : x * 16 + 16] = made[number].pixels
    solid = np.kron(np.array([[char == "#" for char in row] for row in tiles.SHOWN]), np.ones((16, 16), bool))
    deep = tiles._far(solid, 6)
    assert (whole[deep] == 200).all()  # inside there is texture, across all joints
    assert not whole[~solid].any()
    assert (whole[solid][:, 3] > 0).mean() > 0.95


def test_a_lone_tile_is_rounded_and_rimmed_all_around(grass):
    inside, edge = tiles.shape_of(0, 32, 2, 6)
    assert not inside[0, 0] and not inside[31, 31] and inside[16, 0] and edge[16, 0] and not edge[16, 16]
    inside, edge = tiles.shape_of(255, 32, 2, 6)
    assert inside.all() and not edge.any()


def test_a_texture_that_is_too_small_is_not_enlarged_in_silence(grass):
    with pytest.raises(UsageError, match="32 x 32"):
        tiles.tiles(grass, 64)


# -- other readers ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory, grass):
    """A tile set as it is written for Tiled and for Godot."""
    place = tmp_path_factory.mktemp("set")
    made = tiles.tiles(grass, 32)
    named = [(f"grass-{mask}", one) for mask, one in zip(tiles.BLOB, made, strict=True)]
    sheet = export.packed(named, 8, 1, same=True)
    (place / "grass.png").write_bytes(to_bytes(sheet.picture))
    (place / "grass.tsx").write_text(export.tiled_tileset(sheet, 'the "grass"', "grass.png", tiles.BLOB), "utf-8")
    cells = tiles.laid(tiles.BLOB, tiles.SHOWN)
    (place / "grass.tmj").write_text(export.tiled_map(sheet, "grass", "grass.tsx", cells), "utf-8")
    (place / "grass.tres").write_text(export.godot_tileset(sheet, "grass", "grass.png", tiles.BLOB), "utf-8")
    return place


def test_tiled_files_are_read_by_another_program(folder: Path):
    parser = pytest.importorskip("pytiled_parser")
    level = parser.parse_map(folder / "grass.tmj")
    tileset = level.tilesets[1]
    assert (tileset.name, tileset.tile_count, tileset.columns, tileset.spacing) == ('the "grass"', 47, 8, 1)
    assert len(tileset.wang_sets[0].wang_tiles) == 47
    full = tileset.wang_sets[0].wang_tiles[46]
    assert list(full.wang_id) == [1] * 8
    assert [list(row) for row in level.layers[0].data] == [
        [number + 1 for number in row] for row in tiles.laid(tiles.BLOB, tiles.SHOWN)
    ]


def test_godot_files_are_read_by_another_program(folder: Path, walk):
    godot = pytest.importorskip("godot_parser")
    tileset = godot.load(str(folder / "grass.tres"))
    atlas = tileset.get_sub_resources()[0]
    assert atlas["texture_region_size"].args == [32, 32] and atlas["separation"].args == [1, 1]
    assert atlas["6:5/0/terrains_peering_bit/top_left_corner"] == 0  # the last tile has all its neighbours
    sheet = export.packed(walk)
    (folder / "walk.tres").write_text(export.godot_frames(sheet, "walk", "walk.png", 125), "utf-8")
    (folder / "walk.tscn").write_text(export.godot_scene("walk", "walk.tres"), "utf-8")
    frames = godot.load(str(folder / "walk.tres"))
    regions = [one["region"].args for one in frames.get_sub_resources()]
    assert regions == [[one.x, one.y, one.width, one.height] for one in sheet.frames]
    assert "AnimatedSprite2D" in (folder / "walk.tscn").read_text("utf-8")
    assert godot.load(str(folder / "walk.tscn")).get_ext_resources()[0].path == "res://walk.tres"
