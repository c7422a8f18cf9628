"""Every work that a model learnt from can be found in its manifest, and everybody is credited."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from maquette.core.errors import DataError
from maquette.data import credits
from maquette.data.dataset import Dataset, Item, open_dataset
from maquette.data.manifest import read_manifest, write_manifest

SOURCES = {
    "zoo": credits.Source(
        "zoo",
        "ISC",
        "Copyright (c) 2020 Zoo",
        title="Zoo Icons",
        repository="zoo/icons",
        commit="c0ffee",
        also=(credits.Source("zoo", "MIT", "Copyright (c) 2010 Ada", what="the foxes"),),
    ),
    "farm": credits.Source("farm", "MIT", "Copyright (c) 2021 Farm", repository="https://farm.example", release="3.1"),
    "other": credits.Source("other", "Apache-2.0", "Copyright Other"),
}
RECIPES = Path(__file__).parents[2] / "recipes"


def item(id: str, licence: str = "ISC", author: str = "", **other) -> Item:
    import hashlib

    set_name = id.partition("/")[0]
    return Item(
        id, set=set_name, licence=licence, author=author, sha256=hashlib.sha256(id.encode()).hexdigest(), **other
    )


ITEMS = (
    item("zoo/outline/fox"),
    item("zoo/outline/сова", split="val"),
    item("zoo/filled/🦊"),
    item("farm/outline/cow", "MIT"),
    item("mine.svg", "LicenseRef-own", "Ада", source="my desk"),
)
DATASET = Dataset("icons", "abc", ITEMS, Path("icons.jsonl"), "abcdef")


@pytest.mark.parametrize("bits", [128, 256])
def test_what_is_written_is_read_back_whole(tmp_path, bits):
    manifest = read_manifest(write_manifest(tmp_path, DATASET, SOURCES, bits=bits))
    assert manifest.dataset == {"name": "icons", "version": "abc", "sha256": "abcdef"}
    assert manifest.sources == {"zoo": SOURCES["zoo"], "farm": SOURCES["farm"]}
    assert set(manifest.by_id) == {item.id for item in ITEMS}
    for item in ITEMS:
        entry = manifest.by_id[item.id]
        assert (entry.set, entry.licence, entry.author, entry.split) == (
            item.set,
            item.licence,
            item.author,
            item.split,
        )
        assert manifest.find(item.sha256) is entry and entry.sha256 == item.sha256[: bits // 4]
    assert (manifest.by_id["zoo/outline/fox"].source, manifest.by_id["zoo/outline/fox"].commit) == (
        "zoo/icons",
        "c0ffee",
    )
    assert manifest.by_id["mine.svg"].source == "my desk"
    assert manifest.find("0" * 64) is None


def test_a_manifest_is_the_same_file_for_the_same_items_in_any_order(tmp_path):
    first = write_manifest(tmp_path, DATASET, SOURCES)
    before = first.read_bytes()
    again = write_manifest(tmp_path, Dataset("icons", "abc", ITEMS[::-1], Path("i"), "abcdef"), SOURCES)
    assert again == first and again.read_bytes() == before


def unpacked(path):
    return (gzip if path.suffix == ".gz" else lzma).decompress(path.read_bytes())


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace(b'"fox"', b'"fix"'),
        lambda text: text.replace(b"manifest-1", b"manifest-9"),
        lambda text: text[: len(text) // 2],
        lambda text: b"\n".join(text.splitlines()[:-1]),
        lambda text: text.replace(b'"bits":256', b'"bits":"x"'),
        lambda text: b"",
        lambda text: b"[]\n",
    ],
)
def test_a_damaged_manifest_is_an_error_and_never_half_believed(tmp_path, damage):
    text = unpacked(write_manifest(tmp_path, DATASET, SOURCES))
    (tmp_path / "bad.jsonl").write_bytes(damage(text))
    with pytest.raises(DataError):
        read_manifest(tmp_path / "bad.jsonl")


def test_a_manifest_cut_short_is_an_error(tmp_path):
    path = write_manifest(tmp_path, DATASET, SOURCES)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError):
        read_manifest(path)


def test_the_attribution_names_every_set_and_author_once():
    lines = credits.attribution(
        [*ITEMS, item("game/fox", "CC-BY-3.0", "Lorc"), item("game/owl", "CC-BY-3.0", "Ben")], SOURCES
    )
    assert lines[0].startswith(
        "Zoo Icons: 3 works; ISC; Copyright (c) 2020 Zoo; the foxes: MIT, Copyright (c) 2010 Ada"
    )
    assert sorted(line.partition(":")[0] for line in lines[1:]) == ["Ben, game", "Lorc, game", "farm", "Ада, mine.svg"]
    assert credits.attribution([Item("x.svg")]) == ["author not recorded: 1 work; no licence recorded"]


def test_the_line_under_a_picture_names_a_person_where_one_is_known():
    assert credits.credit(ITEMS[0], SOURCES) == "Zoo Icons"
    assert credits.credit(item("zoo/a", author="Ada"), SOURCES) == "Ada (Zoo Icons)"
    assert credits.credit(Item("x.svg"), SOURCES) == "author not recorded"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Copyright (c) 2020-2026 Paweł Kuna", "Paweł Kuna"),
        ("Copyright (c) 2013-present Cole Bemis", "Cole Bemis"),
        ("Copyright (c) 2020, Anja van Staden", "Anja van Staden"),
        ("Copyright (c) Tailwind Labs, Inc.", "Tailwind Labs, Inc."),
        ("public domain dedication (Mapbox)", "public domain dedication (Mapbox)"),
    ],
)
def test_the_holder_of_a_copyright_is_known_by_name(line, name):
    assert credits.Source("x", "MIT", line).holder == name


def test_the_notice_carries_every_copyright_and_each_text_once():
    text = credits.notice(SOURCES.values())
    for holder in ("2020 Zoo", "2010 Ada", "2021 Farm", "Copyright Other"):
        assert text.count(holder) == 1
    assert text.count("Permission is hereby granted, free of charge") == 1
    assert text.count("Permission to use, copy, modify, and/or distribute") == 1
    assert text.count("TERMS AND CONDITIONS FOR USE") == 1
    assert "c0ffee" in text and "3.1" in text


@pytest.mark.parametrize("spdx", credits.TEXTS)
def test_the_texts_that_must_travel_are_packaged(spdx):
    assert len(credits.licence_text(spdx)) > 600


@pytest.mark.parametrize(
    "text", ['[zoo]\nlicence = "MIT"', '[zoo]\nlicence = "MIT"\ncopyright = "x"\ncommitt = "y"', "[zoo", "zoo = 1"]
)
def test_a_mistake_in_a_table_of_sources_is_named(tmp_path, text):
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(DataError):
        credits.read_sources(tmp_path / "sources.toml")


def test_the_sources_of_the_icons_are_pinned():
    sources = credits.read_sources(RECIPES / "sources-icons.toml")
    assert len(sources) == 22
    for source in sources.values():
        assert len(source.commit) == 40 or source.release, source.set


ICONS = Path(__file__).parents[3] / "shared" / "data" / "icons" / "icons.jsonl.zst"


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not ICONS.exists(), reason="the icon record file is not in the repository")
def test_the_manifest_of_all_icons_is_small_and_credits_every_set(tmp_path):
    dataset = open_dataset(ICONS, split="train")
    sources = credits.read_sources(RECIPES / "sources-icons.toml")
    path = write_manifest(tmp_path, dataset, sources)
    assert path.stat().st_size < 1_200_000
    assert len(read_manifest(path)) == len(dataset) == 33165
    assert len(credits.attribution(dataset.items, sources)) == len({item.set for item in dataset}) == 21
    assert all(sources[item.set].licence == item.licence for item in dataset)


def test_whoever_typed_a_piece_in_is_named_where_the_licence_asks_for_credit(tmp_path):
    pieces = [
        Item(
            id="m/1", title="Air", author="Bach, J. S.", licence="CC-BY-4.0", set="m", encoder="Eve", sha256="aa" * 32
        ),
        Item(id="m/2", title="Gig", author="Bach, J. S.", licence="PD", set="m", encoder="Bob", sha256="bb" * 32),
    ]
    lines = credits.attribution(pieces)
    assert any("1 work, typed in by Eve" in line for line in lines) and not any("Bob" in line for line in lines)
    path = write_manifest(tmp_path, Dataset("m", "1", tuple(pieces), tmp_path, "cc" * 32))
    assert [(entry.id, entry.encoder) for entry in read_manifest(path).entries] == [("m/1", "Eve"), ("m/2", "Bob")]


def test_the_notice_gives_the_address_of_a_creative_commons_licence():
    source = credits.source_of("m", {"licence": "CC-BY-3.0", "copyright": "Copyright 2019 Ada"})
    assert "https://creativecommons.org/licenses/by/3.0" in credits.notice([source])
