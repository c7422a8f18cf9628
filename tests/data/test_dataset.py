"""What a creator may rely on when a dataset is opened."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from maquette.core.errors import DataError
from maquette.data.dataset import concept_of, open_dataset, split_of

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="{}"/></svg>'
)


def folder_of(folder: Path, names: list[str], licence: str = "CC0-1.0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for index, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(SVG.format(f"M{index % 24} {index // 24}h2"), encoding="utf-8")
        lines.append(json.dumps({"file": name, "licence": licence, "author": "Ada"}, ensure_ascii=False))
    (folder / "items.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def record(id: str = "own/outline/fox", **other: object) -> dict[str, object]:
    base: dict[str, object] = {"id": id, "set": "own", "style": "outline", "paint": "stroke", "license": "MIT"}
    base |= {"name": "fox", "concept": "fox", "tags": ["animal"], "viewbox": [0, 0, 24, 24], "split": "train"}
    return base | {"attrs": {"fill": "none"}, "svg": '<path d="M1 1h2"/>'} | other


def write_records(path: Path, rows: list[dict[str, object]]) -> Path:
    text = "\n".join(json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_a_folder_with_items_keeps_every_author_and_licence(tmp_path):
    dataset = open_dataset(folder_of(tmp_path / "mine", ["fox.svg", "owl.svg"]))
    assert [(item.id, item.author, item.licence) for item in dataset] == [
        ("fox.svg", "Ada", "CC0-1.0"),
        ("owl.svg", "Ada", "CC0-1.0"),
    ]
    assert dataset.name == "mine" and dataset.items[0].svg_text().startswith("<svg")


def test_a_folder_under_one_licence_needs_one_file(tmp_path):
    folder = folder_of(tmp_path, ["a/fox.svg", "owl.svg"])
    (folder / "items.jsonl").unlink()
    (folder / "licence.toml").write_text('licence = "mit"\nauthor = "Ada"\n', encoding="utf-8")
    assert {(item.id, item.licence, item.author) for item in open_dataset(folder)} == {
        ("a/fox.svg", "MIT", "Ada"),
        ("owl.svg", "MIT", "Ada"),
    }


def test_a_file_that_nobody_listed_is_there_without_a_licence(tmp_path):
    folder = folder_of(tmp_path, ["fox.svg"])
    (folder / "stray.svg").write_text(SVG.format("M0 0h1"))
    assert {item.id: item.licence for item in open_dataset(folder)} == {"fox.svg": "CC0-1.0", "stray.svg": ""}


def test_one_unreadable_file_of_500_is_named_and_the_rest_usable_by_choice(tmp_path):
    folder = folder_of(tmp_path, [f"icon-{index}.svg" for index in range(500)])
    (folder / "icon-77.svg").write_bytes(b"<svg><path d='M0 0")
    with pytest.raises(DataError, match=r"1 of 500 items cannot be read: icon-77\.svg") as caught:
        open_dataset(folder)
    assert "--skip-unreadable" in caught.value.mend
    dataset = open_dataset(folder, skip_unreadable=True)
    assert len(dataset) == 499 and [skipped.name for skipped in dataset.skipped] == ["icon-77.svg"]


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n", b"<html/>", b"\xff\xfe\x00", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'],
    ids=["empty", "bitmap", "html", "bytes", "entities"],
)
def test_what_is_no_svg_is_unreadable(tmp_path, data):
    folder = folder_of(tmp_path, ["fox.svg", "owl.svg"])
    (folder / "owl.svg").write_bytes(data)
    with pytest.raises(DataError, match=r"owl\.svg"):
        open_dataset(folder)


def test_cyrillic_and_emoji_names_are_kept(tmp_path):
    dataset = open_dataset(folder_of(tmp_path / "мои", ["лиса.svg", "🦊.svg"]))
    assert dataset.name == "мои"
    assert [(item.title, item.concept) for item in dataset] == [("лиса", "лиса"), ("🦊", "🦊")]


def test_a_file_outside_the_folder_is_not_read(tmp_path):
    (tmp_path / "secret.svg").write_text(SVG.format("M0 0"))
    folder = folder_of(tmp_path / "set", ["fox.svg"])
    with open(folder / "items.jsonl", "a") as file:
        file.write('\n{"file": "../secret.svg", "licence": "MIT"}\n')
    with pytest.raises(DataError, match="outside"):
        open_dataset(folder)


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_a_record_file_gives_whole_drawings_in_its_own_split(tmp_path, suffix):
    rows = [record(), record("own/outline/owl", split="val", author="Ada")]
    path = write_records(tmp_path / f"icons{suffix}", rows)
    dataset = open_dataset(path, split="val")
    (owl,) = dataset.items
    assert owl.svg_text() == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"><path d="M1 1h2"/></svg>'
    )
    assert (dataset.name, owl.author, owl.licence, owl.tags) == ("icons", "Ada", "MIT", ("animal",))


@pytest.mark.parametrize(
    "broken",
    [{"viewbox": [0, 0, 0, 24]}, {"viewbox": "none"}, {"svg": 3}, {"split": 3}, {"viewbox": None}],
)
def test_a_broken_record_is_named_by_its_line(tmp_path, broken):
    path = write_records(tmp_path / "icons.jsonl", [record(), record("own/outline/owl", **broken)])
    with pytest.raises(DataError, match="line 2, own/outline/owl"):
        open_dataset(path)
    assert len(open_dataset(path, skip_unreadable=True)) == 1


def test_a_truncated_archive_is_an_error_and_no_traceback(tmp_path):
    path = write_records(tmp_path / "icons.jsonl.gz", [record(f"own/outline/{index}") for index in range(50)])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="cannot be read"):
        open_dataset(path)


def test_the_version_follows_the_content_and_not_the_order(tmp_path):
    rows = [record("a"), record("b"), record("c", split="val")]
    one = open_dataset(write_records(tmp_path / "one.jsonl", rows))
    same = open_dataset(write_records(tmp_path / "two.jsonl", rows[::-1]), split="val")
    other = open_dataset(write_records(tmp_path / "three.jsonl", [*rows[:2], record("c", license="ISC")]))
    assert one.version == same.version != other.version


def test_new_files_never_move_old_ones_between_the_splits():
    assert split_of("fox") == split_of("fox")
    share = sum(split_of(f"concept-{index}") == "val" for index in range(4000)) / 4000
    assert 0.03 < share < 0.07


def test_a_concept_ignores_order_and_number():
    assert concept_of("Left arrows") == concept_of("arrow_left") == concept_of("arrow-left")
    assert concept_of("glass") != concept_of("glas")


@pytest.mark.parametrize("name", ["nothing", "readme.txt"])
def test_what_is_no_dataset_is_refused(tmp_path, name):
    (tmp_path / "readme.txt").write_text("hello")
    with pytest.raises(DataError):
        open_dataset(tmp_path / name)
    with pytest.raises(DataError, match="no readable item"):
        open_dataset(tmp_path)


def test_a_listing_opened_by_itself_holds_only_what_it_names(tmp_path):
    folder = folder_of(tmp_path / "zoo", ["fox.svg"])
    (folder / "stray.svg").write_text(SVG.format("M0 0h1"))
    dataset = open_dataset(folder / "items.jsonl")
    assert dataset.name == "zoo" and [item.id for item in dataset] == ["fox.svg"]


def test_compressed_drawings_and_other_encodings_are_read(tmp_path):
    folder = folder_of(tmp_path, ["fox.svg"])
    text = SVG.format("M0 0h1")
    (folder / "owl.svgz").write_bytes(gzip.compress(text.encode()))
    (folder / "cow.svg").write_bytes(('<?xml version="1.0" encoding="windows-1251"?>' + text).encode("cp1251"))
    (folder / "yak.svg").write_bytes(text.encode("utf-16"))
    items = {item.id: item.svg_text() for item in open_dataset(folder)}
    assert items["owl.svgz"] == items["yak.svg"] == text and items["cow.svg"].endswith(text)


def test_a_file_that_vanished_is_an_error_that_names_it(tmp_path):
    (item,) = open_dataset(folder_of(tmp_path, ["fox.svg"]))
    (tmp_path / "fox.svg").unlink()
    with pytest.raises(DataError, match=r"fox\.svg"):
        item.svg_text()
