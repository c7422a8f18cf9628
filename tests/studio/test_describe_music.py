"""Describing a folder and checking a piece, from the files that a musician has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import reading
from maquette.core.errors import DataError, UsageError
from maquette.interfaces.cli.root import run
from maquette.media.score import TPQ, Key, Note, Part, Score, regular_bars
from maquette.media.score_midi import read, to_bytes
from maquette.studio.check_music import check
from maquette.studio.describe_music import describe
from maquette.studio.describe_page import notation
from maquette.studio.studio import Studio

TUNE = (60, 62, 64, 65, 67, 69, 67, 64, 72, 71, 69, 67, 69, 67, 65, 62)


def choir(*lines: tuple[int, ...]) -> Score:
    names = ("Soprano", "Alto", "Tenor", "Bass")
    parts = tuple(
        Part(name, 52, tuple(Note(i * TPQ, TPQ, pitch) for i, pitch in enumerate(line)))
        for name, line in zip(names, lines, strict=True)
    )
    return Score(parts, regular_bars(1), (Key(0, 0),))


FIFTHS = choir((67, 69, 72, 72), (64, 65, 67, 67), (60, 60, 64, 64), (48, 50, 48, 48))


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    reading.here(monkeypatch)


@pytest.fixture
def tunes(tmp_path: Path) -> Path:
    folder = tmp_path / "мои мелодии"
    folder.mkdir()
    for number in range(3):
        notes = tuple(Note(i * TPQ, TPQ, pitch + number) for i, pitch in enumerate(TUNE * 2))
        score = Score((Part("tune", 73, notes),), regular_bars(8), (Key(0, number),), title=f"<Песня {number}>")
        (folder / f"песня {number}.mid").write_bytes(to_bytes(score, title=score.title))
    (folder / "notes.txt").write_text("not music")
    return folder


def test_a_folder_becomes_one_page_that_asks_nobody_for_anything(tunes: Path, tmp_path: Path) -> None:
    found = describe(tunes, out=tmp_path / "page.html")
    assert found.page == tmp_path / "page.html" and len(found.habits.pieces) == 3 and not found.refused
    text = found.page.read_text("utf-8")
    assert "мои мелодии" in text and "&lt;Песня 0&gt;" in text and "<Песня" not in text
    assert not re.search(r"""(src|href)=|url\(|@import|<script|https?://""", text)
    again = describe(tunes, out=tmp_path / "page.html")
    assert again.page == tmp_path / "page-2.html"  # nothing is written over


def test_a_file_that_cannot_be_read_is_left_out_and_named(tunes: Path) -> None:
    (tunes / "broken.mid").write_bytes(b"MThd nothing")
    found = describe(tunes, write=False)
    assert len(found.habits.pieces) == 3 and found.page is None
    assert found.refused[0].startswith("broken.mid")


def test_a_folder_without_music_is_refused_in_three_parts(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no piece of music") as error:
        describe(tmp_path)
    assert ".mid" in error.value.mend
    with pytest.raises(DataError, match="no such folder"):
        describe(tmp_path / "nowhere")


def test_the_command_tells_it_in_lines_and_as_data(
    tunes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["music", "describe", str(tunes), "--out", str(tmp_path / "p.html")]) == 0
    assert "All are in major" in capsys.readouterr().out
    assert run(["music", "describe", str(tunes), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert len(data["pieces"]) == 3 and "page" not in data


@pytest.mark.parametrize(
    ("metre", "rhythm"),
    [
        ("4/4", ((0, 480), (480, 240), (720, 240), (960, 960))),
        ("6/8", ((0, 240), (240, 240), (480, 240), (720, 720))),
        ("2/4", ((0, 160), (160, 160), (320, 160), (480, 360), (840, 120))),
        ("5/4", ((0, 2400),)),
        ("3/8", ((0, 7),)),
    ],
)
def test_every_rhythm_is_drawn_as_notes(metre: str, rhythm: tuple[tuple[int, int], ...]) -> None:
    drawn = notation(metre, rhythm)
    assert drawn.count("<ellipse") == len(rhythm) and "nan" not in drawn


def test_corrections_are_suggestions_and_a_mended_copy_is_a_signed_child(tmp_path: Path) -> None:
    file = tmp_path / "hymn.mid"
    file.write_bytes(to_bytes(FIFTHS, title="Hymn"))
    before = file.read_bytes()
    studio = Studio()
    found = check(studio, file)
    assert [one.rule for one in found.findings] == ["parallels"] and found.mended is None
    fixed = check(studio, file, fix=True)
    assert file.read_bytes() == before
    assert fixed.mended is not None and fixed.clean and len(fixed.done) == 1
    copy = read(fixed.mended.asset.path)
    old = [note.pitch for part in read(file).parts for note in part.notes]
    new = [note.pitch for part in copy.parts for note in part.notes]
    assert sum(one != two for one, two in zip(old, new, strict=True)) == 1
    assert studio.verdict(fixed.mended.asset.path).state == "trusted"


def test_only_the_findings_that_are_named_are_mended(tmp_path: Path) -> None:
    file = tmp_path / "hymn.mid"
    file.write_bytes(to_bytes(FIFTHS, title="Hymn"))
    with pytest.raises(UsageError, match="no finding 9"):
        check(Studio(), file, fix=True, numbers=(9,))
    fixed = check(Studio(), file, fix=True, numbers=(1,), out=tmp_path / "out", unsigned=True)
    assert fixed.mended is not None and fixed.mended.asset.path.parent == tmp_path / "out"


def test_the_check_command_ends_with_3_where_findings_remain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hymn.mid"
    file.write_bytes(to_bytes(FIFTHS, title="Hymn"))
    assert run(["music", "check", str(file)]) == 3
    assert "parallel fifths" in capsys.readouterr().out
    assert run(["music", "check", str(file), "--fix", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left"] == []
    assert run(["music", "check", "--rules"]) == 0
    assert "parallels" in capsys.readouterr().out
