"""The library: whole files or none, nobody's file overwritten, and an index that the files can always rebuild."""

from __future__ import annotations

import errno
import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest

import toy
from maquette.core.errors import LibraryError, UsageError
from maquette.studio import files
from maquette.studio.studio import Studio


@pytest.fixture
def said():
    return []


@pytest.fixture
def studio(said):
    return Studio(say=said.append)


def make(studio, out, prompt="a rocket", **more):
    return list(studio.make(studio.request("icon", prompt, seed=7, **more), out=out))


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a rocket", "a-rocket"),
        ("Ракета  на Луне", "ракета-на-луне"),
        ("ёлка й", "ёлка-й"),
        ("🚀 fast!", "rocket-fast"),
        ("👩‍🚀", "woman-rocket"),
        ("../../etc/passwd", "etc-passwd"),
        ('a<b>:"c|?*\\', "a-b-c"),
        ("con", "work-con"),
        ("LPT1", "work-lpt1"),
        ("...", "work"),
        ("naïve café", "naïve-café"),
        ("ロケット", "ロケット"),
        ("x" * 400, "x" * 120),
    ],
)
def test_names_say_what_was_asked_in_letters_that_every_system_takes(prompt, name):
    assert files.slug(prompt) == name


def test_a_long_cyrillic_name_is_cut_between_letters():
    assert len(files.slug("ракета" * 60).encode()) <= 120


def test_names_count_up_and_nothing_is_overwritten(studio, tmp_path):
    mine = tmp_path / "a-rocket-7.svg"
    mine.write_text("my own")
    names = [asset.path.name for asset in make(studio, tmp_path, count=3)]
    assert names == ["a-rocket-7-2.svg", "a-rocket-7-3.svg", "a-rocket-7-4.svg"]
    assert mine.read_text() == "my own"


def test_the_library_holds_a_copy_that_survives_an_edit_of_the_creators_file(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    before = asset.copy.read_bytes()
    with open(asset.path, "r+b") as file:  # as editors do that write into the file they opened
        file.write(b"<!-- gone -->")
    assert asset.copy.read_bytes() == before
    asset.path.unlink()
    assert studio.library.get(asset.id).path == asset.copy


def test_no_temporary_file_is_left(studio, tmp_path):
    make(studio, tmp_path, count=2)
    names = [*os.listdir(tmp_path), *os.listdir(studio.places.works)]
    assert not [name for name in names if name.startswith(files.PREFIX)]


def test_a_sidecar_is_never_without_its_work_nor_a_work_without_it(tmp_path):
    (tmp_path / "tune-7.mid").write_text("somebody's")
    path, number = files.put(b"data", b"credential", tmp_path, "tune-7", ".mid")
    assert (path.name, number) == ("tune-7-2.mid", 2)
    assert (tmp_path / "tune-7-2.mid.c2pa").read_bytes() == b"credential"
    assert sorted(os.listdir(tmp_path)) == ["tune-7-2.mid", "tune-7-2.mid.c2pa", "tune-7.mid"]


def test_without_hard_links_names_are_still_taken_once(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "no links on this disk")

    monkeypatch.setattr(os, "link", no_links)
    paths = [files.put(b"data", None, tmp_path, "a", ".svg")[0].name for _ in range(3)]
    assert paths == ["a.svg", "a-2.svg", "a-3.svg"]
    assert sorted(os.listdir(tmp_path)) == ["a-2.svg", "a-3.svg", "a.svg"]


def test_a_large_work_is_linked_rather_than_stored_twice(studio, tmp_path, monkeypatch):
    monkeypatch.setattr("maquette.studio.library.LINK_FROM", 10)
    asset, second = make(studio, tmp_path, count=2)
    assert os.path.samefile(asset.path, asset.copy) and os.path.samefile(second.path, second.copy)
    assert second.path.name == "a-rocket-7-2.svg"


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "full"), (errno.EACCES, "cannot be written"), (errno.EROFS, "cannot be written")],
)
def test_a_folder_that_fills_up_or_closes_is_named_and_the_work_is_safe(studio, tmp_path, monkeypatch, number, words):
    real = files.put

    def failing(data, sidecar, folder, *rest):
        if folder == tmp_path / "out":
            raise OSError(number, os.strerror(number))
        return real(data, sidecar, folder, *rest)

    monkeypatch.setattr(files, "put", failing)
    with pytest.raises(LibraryError, match=words) as caught:
        make(studio, tmp_path / "out", count=1)
    assert "safe in the library" in caught.value.mend
    assert len(studio.library.assets()) == 1


@pytest.mark.skipif(os.name == "nt", reason="modes of folders mean something else there")
def test_a_folder_one_may_not_write_is_refused_before_anything_is_made(studio, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "temporary", _denied)
    with pytest.raises(LibraryError, match="cannot be written to"):
        studio.make(studio.request("icon", "a rocket"), out=tmp_path)


def _denied(folder, data):
    raise PermissionError(errno.EACCES, "denied", str(folder))


def test_a_file_in_the_place_of_the_folder_is_named(studio, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(LibraryError, match="is a file, not a folder"):
        make(studio, tmp_path / "out")


def test_an_account_without_a_home_is_told_what_to_set(monkeypatch, tmp_path):
    monkeypatch.delenv("MAQUETTE_HOME")
    monkeypatch.setenv("HOME", "/proc/nowhere" if os.path.isdir("/proc") else str(tmp_path / "file" / "x"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    (tmp_path / "file").write_text("")
    studio = Studio()
    with pytest.raises(LibraryError, match="library") as caught:
        studio.make(studio.request("icon", "a rocket"), out=tmp_path / "out")
    assert "MAQUETTE_HOME" in caught.value.mend


def test_an_account_whose_home_nobody_knows_is_told_too(monkeypatch):
    from maquette.core.settings import places

    monkeypatch.delenv("MAQUETTE_HOME")
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    if os.name == "posix":
        with pytest.raises(LibraryError, match="no home folder"):
            places()


def test_the_index_finds_by_words_and_lists_the_newest_first(studio, tmp_path):
    make(studio, tmp_path, "a rocket", count=1)
    make(studio, tmp_path, "Ракета летит", count=1)
    assert [asset.prompt for asset in studio.library.assets()] == ["Ракета летит", "a rocket"]
    assert [asset.prompt for asset in studio.library.search("ракета")] == ["Ракета летит"]
    assert [asset.prompt for asset in studio.library.search("ROCK lucide")] == ["a rocket"]
    assert studio.library.search("submarine") == []
    with pytest.raises(UsageError):
        studio.library.search("  ")


def test_forgetting_leaves_the_creators_own_file(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    studio.library.forget(asset.id[:12])
    assert asset.path.exists() and not asset.copy.exists()
    assert studio.library.assets() == []
    with pytest.raises(UsageError, match="has no work"):
        studio.library.forget(asset.id)


def test_the_index_is_rebuilt_from_the_files_alone(studio, tmp_path):
    assets = make(studio, tmp_path, count=3)
    studio.library.index.close()
    studio.places.index.unlink()
    again = Studio(say=print)
    found = {asset.id: asset for asset in again.library.assets()}
    assert set(found) == {asset.id for asset in assets}
    first = found[assets[0].id]
    assert (first.prompt, first.seed, first.how, first.note) == ("a rocket", assets[0].seed, "after", assets[0].note)
    assert first.request == assets[0].request


def test_a_folder_of_works_from_elsewhere_is_indexed_and_a_tampered_one_is_named(studio, tmp_path):
    assets = make(studio, tmp_path, count=3)
    for asset in assets:
        studio.library.forget(asset.id)
    assets[1].path.write_bytes(assets[1].path.read_bytes().replace(b"<rect", b"<rect ", 1))
    (tmp_path / "foreign.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    count, remarks = studio.library.reindex(tmp_path)
    assert count == 2
    assert {asset.id for asset in studio.library.assets()} == {assets[0].id, assets[2].id}
    assert any("a-rocket-7-2.svg" in remark for remark in remarks)
    assert any("foreign.svg: unsigned" in remark for remark in remarks)


@pytest.mark.parametrize("damage", [b"no database, but long enough" * 100, b"SQLite format 3\0" + b"\7" * 5000])
def test_a_damaged_index_is_moved_aside_and_rebuilt_with_a_message(studio, said, tmp_path, damage):
    asset = make(studio, tmp_path, count=1)[0]
    studio.library.index.close()
    for tail in ("-wal", "-shm"):
        studio.places.index.with_name(studio.places.index.name + tail).unlink(missing_ok=True)
    studio.places.index.write_bytes(damage)
    again = Studio(say=said.append)
    assert [one.id for one in again.library.assets()] == [asset.id]
    assert any("damaged" in line and "library.sqlite.broken" in line for line in said)
    assert (studio.places.home / "library.sqlite.broken").read_bytes() == damage


def test_damage_that_shows_only_later_is_mended_too(studio, said, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    calls = []

    def use(index):
        calls.append(index)
        if len(calls) == 1:
            raise sqlite3.DatabaseError("database disk image is malformed")
        return index.rows()

    assert [row["id"] for row in studio.library._guarded(use)] == [asset.id]
    assert any("malformed" in line for line in said)


def test_an_index_of_a_newer_maquette_is_left_alone(studio, tmp_path):
    make(studio, tmp_path, count=1)
    studio.library.index.db.execute("PRAGMA user_version=99")
    studio.library.index.close()
    with pytest.raises(LibraryError, match="newer format"):
        Studio().library.assets()


def test_two_processes_at_once_lose_nothing_and_share_no_name(own_home, tmp_path):
    methods = multiprocessing.get_context("spawn")
    start = methods.Barrier(2)
    children = [methods.Process(target=toy.make_many, args=(str(own_home), str(tmp_path), start)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0, 0]
    library = Studio().library
    assets = library.assets()
    assert len(assets) == 30 and len({asset.path for asset in assets}) == 30
    assert all(Path(asset.path).read_bytes() == asset.copy.read_bytes() for asset in assets)
    assert len(list(tmp_path.glob("*.svg"))) == 30
