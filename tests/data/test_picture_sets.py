"""What may be relied on of a record file of small pictures: each record has its picture, or one is told why not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sprites
from maquette.core.errors import DataError
from maquette.data import curate, picture_records, picture_sets
from maquette.data.dataset import open_dataset


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return sprites.save_records(tmp_path / "наборы")


def test_each_record_has_its_own_picture(path: Path) -> None:
    rows = sprites.rows()
    assert picture_sets.rows_of(path) == rows
    pixels = picture_sets.pixels(path, [3, 0, 17], 64, len(rows))
    for number, place in enumerate([3, 0, 17]):
        assert np.array_equal(pixels[number], sprites.picture_of(rows[place]))
    items = open_dataset(path).items
    assert [item.id for item in items] == [row["id"] for row in rows]
    assert {item.id for item in items if item.split == "val"} == {"fluent/moon", "crawl/fish"}
    assert np.array_equal(picture_records.straight(items[17]), pixels[2]) and items[17].author == "Fluent & Co"


def test_the_store_of_the_same_name_comes_first_and_other_arrays_are_passed_over(path: Path) -> None:
    some = [sprites.picture_of(row) for row in sprites.rows()]
    np.savez(path.with_name("a.npz"), other=np.zeros(3))
    np.savez(path.with_name("b.npz"), data=np.zeros(1, np.uint8), offset=np.zeros(51, int), index=np.zeros(50))
    path.with_name("c.npz").write_bytes(b"PK\x03\x04")
    path.with_name("d.npz").write_bytes(b"")
    assert picture_sets.store_of(path, 50).name == "px64.npz"
    sprites.save_store(path.with_name("pictures.npz"), some)
    assert picture_sets.store_of(path, 50).name == "pictures.npz"


def test_a_store_that_comes_later_is_found(path: Path) -> None:
    store = path.with_name("px64.npz")
    data = store.read_bytes()
    store.unlink()
    item = open_dataset(path).items[0]
    with pytest.raises(DataError, match="missing") as raised:
        picture_records.straight(item)
    assert raised.value.mend and raised.value.where
    store.write_bytes(data)
    assert picture_records.straight(item).shape == (64, 64, 4)


def test_a_store_that_was_cut_short_is_told(path: Path) -> None:
    store = path.with_name("px64.npz")
    store.write_bytes(store.read_bytes()[:-3000])
    with pytest.raises(DataError) as raised:
        picture_sets.pixels(path, [0], 64, 50)
    assert raised.value.mend and str(path) in raised.value.where


def test_records_without_the_lesser_fields_are_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "few.jsonl"
    file.write_text(json.dumps({"id": 7, "caption": "cat", "style_name": "flat", "keywords": "pet, kitten"}))
    row = picture_sets.rows_of(file)[0]
    assert (row["id"], row["set"], row["tone"], row["keywords"]) == ("7", "", None, ["pet", "kitten"])


def test_a_licence_is_recorded_and_the_pictures_stay_with_their_records(tmp_path: Path) -> None:
    told = [{**row, "license": None if row["set"] == "noto" else row["license"]} for row in sprites.rows()]
    path = sprites.save_records(tmp_path, told)
    kept = curate.drop_refused(path)
    assert kept.path is not None and kept.kept == 38
    licensed = curate.record_licence(path, "CC0-1.0")
    assert licensed.items == 12
    for file, count in ((kept.path, 38), (licensed.path, 50)):
        items = open_dataset(file).items
        assert len(items) == count
        for item in items[::7]:
            row = next(row for row in told if row["id"] == item.id)
            assert np.array_equal(picture_records.straight(item), sprites.picture_of(row))
