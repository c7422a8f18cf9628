"""What a creator may rely on when something is looked up on the shelf."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from maquette.core.errors import DataError, UsageError
from maquette.data.shelf import (
    FolderShelf,
    LucideShelf,
    TablerShelf,
    add_shelf,
    listed_folders,
    open_shelves,
    remove_shelf,
    search_shelves,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 {y}h20" stroke="currentColor"/></svg>'


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("MAQUETTE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def lucide() -> LucideShelf:
    shelf = next((shelf for shelf in open_shelves() if isinstance(shelf, LucideShelf)), None)
    if shelf is None:
        pytest.skip("python-lucide is not installed")
    return shelf


@pytest.fixture
def folder_of(tmp_path):
    def make(**licences: str) -> Path:
        folder = tmp_path / "mine"
        folder.mkdir()
        lines = []
        for y, (name, licence) in enumerate(licences.items()):
            (folder / f"{name}.svg").write_text(SVG.format(y=y + 2))
            lines.append({"file": f"{name}.svg", "title": name, "author": "Ada", "licence": licence, "tags": ["own"]})
        (folder / "items.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
        return folder

    return make


@pytest.mark.parametrize("words", ["arrow right", "right arrow", "plus", "heart", "rocket", "cat", "house"])
def test_an_icon_with_exactly_the_asked_name_comes_first(lucide, words: str) -> None:
    best = lucide.search(words.split(), 3)[0]
    assert set(best.name.split("-")) == set(words.split()) and best.match == "name"


def test_spelling_plural_and_order_do_not_matter(lucide) -> None:
    assert lucide.search(["Rockets"], 1) == lucide.search(["rocket"], 1)


def test_icons_are_also_found_by_what_their_artists_call_them(lucide) -> None:
    found = lucide.search(["bicycle"], 2)
    assert found[0].name == "bike" and found[0].match == "tags"


def test_synonyms_help_but_stand_behind_the_word_itself(lucide) -> None:
    found = lucide.search(["bin"], 4, synonyms={"bin": "trash"})
    assert found[0].name == "trash" and found[0].score < 1
    assert lucide.search(["trash"], 1, synonyms={"trash": "heart"})[0].name == "trash"


def test_what_nobody_drew_is_not_found(lucide) -> None:
    assert lucide.search(["xyzzyq"]) == [] and lucide.search([]) == []


def test_every_find_says_whose_it_is(lucide) -> None:
    rocket, arrow = lucide.search(["rocket"], 1)[0], lucide.search(["arrow", "right"], 1)[0]
    assert (rocket.licence, rocket.set) == ("ISC", "lucide") and "Lucide" in rocket.author
    assert arrow.licence == "MIT" and "Cole Bemis" in arrow.author
    assert rocket.source.startswith("https://") and rocket.svg.startswith("<svg") and len(rocket.sha256) == 64


def test_the_shelf_is_read_without_importing_its_package() -> None:
    code = (
        "import sys; from maquette.data.shelf import search_shelves; search_shelves(['rocket']);"
        "sys.exit(any(name in sys.modules for name in ('lucide', 'numpy', 'PIL', 'maquette.media')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_broken_lucide_file_is_told_with_its_remedy(tmp_path) -> None:
    (tmp_path / "lucide-icons.db").write_bytes(b"not a database" * 100)
    with pytest.raises(DataError, match="pip install"):
        LucideShelf(tmp_path / "lucide-icons.db").search(["rocket"])


def test_own_folders_join_the_shelf_and_leave_it(home, folder_of) -> None:
    folder = folder_of(zeppelin="CC0-1.0", secret="")
    shelf = add_shelf(folder)
    assert len(shelf) == 1 and listed_folders() == [folder]
    found = search_shelves(["zeppelin"])[0]
    assert (found.author, found.licence, found.set) == ("Ada", "CC0-1.0", "mine")
    assert not any(icon.name == "secret" for icon in search_shelves(["secret"]))
    remove_shelf(folder)
    assert listed_folders() == [] and folder.exists()


def test_a_folder_without_any_licence_is_refused(home, folder_of) -> None:
    with pytest.raises(UsageError, match="licence"):
        add_shelf(folder_of(owl=""))
    assert listed_folders() == []


def test_a_folder_that_is_gone_is_passed_over(home, folder_of) -> None:
    folder = folder_of(owl="CC0-1.0")
    add_shelf(folder)
    folder.rename(folder.with_name("moved"))
    assert not any(isinstance(shelf, FolderShelf) for shelf in open_shelves())
    assert listed_folders() == [folder]


def test_a_broken_list_of_shelves_is_told_not_lost(home) -> None:
    home.mkdir(parents=True)
    (home / "shelves.json").write_text("{")
    with pytest.raises(DataError, match=r"shelves\.json"):
        open_shelves()
    assert (home / "shelves.json").read_text() == "{"


def test_an_own_set_is_told_apart_from_the_works_of_others(home, folder_of) -> None:
    folder = folder_of(zeppelin="CC0-1.0")
    add_shelf(folder, own=True)
    assert [icon.own for icon in search_shelves(["zeppelin"])] == [True]
    assert search_shelves(["zeppelin"], own=False) == [] and search_shelves(["rocket"], own=True) == []
    add_shelf(folder)  # added again as another's
    assert search_shelves(["zeppelin"], own=False)[0].set == "mine"
    assert json.loads((home / "shelves.json").read_text()) == {"folders": [str(folder)], "own": []}


def test_a_list_of_shelves_of_an_earlier_version_is_read(home, folder_of) -> None:
    home.mkdir(parents=True)
    (home / "shelves.json").write_text(json.dumps({"folders": [str(folder_of(zeppelin="CC0-1.0"))]}))
    assert [icon.own for icon in search_shelves(["zeppelin"])] == [False]


def test_the_name_as_it_was_typed_goes_before_its_plural(lucide) -> None:
    assert [icon.name for icon in lucide.search(["user"], 2)] == ["user", "users"]


def test_tabler_is_also_read_from_an_archive(tmp_path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("rocket.svg", SVG.format(y=3))
    found = TablerShelf(tmp_path / "archive.zip").search(["rocket"])
    assert [(icon.name, icon.licence) for icon in found] == [("rocket", "MIT")] and "M2 3h20" in found[0].svg
    (tmp_path / "broken.zip").write_bytes(b"no archive")
    with pytest.raises(DataError, match="pip install"):
        TablerShelf(tmp_path / "broken.zip").search(["rocket"])


def test_tabler_is_found_by_name_when_installed(tmp_path) -> None:
    (tmp_path / "rocket.svg").write_text(SVG.format(y=3))
    (tmp_path / "rocket-off.svg").write_text(SVG.format(y=4))
    found = TablerShelf(tmp_path).search(["rocket"])
    assert [icon.name for icon in found] == ["rocket", "rocket-off"] and found[0].author == "Paweł Kuna"
