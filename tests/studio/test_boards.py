"""What a person may rely on of storyboards: a folder with panels and sheets, sealed; what a hand changes is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maquette.core.errors import UsageError
from maquette.studio.boards import Board, make_board
from maquette.studio.studio import Studio

pytest.importorskip("reportlab")
PAGE = """Title: Проба

ИНТ. КУХНЯ - ДЕНЬ

АННА (30) стоит у окна.

АННА
Дождь.
"""
SMALL = Board(size=(160, 90), a_page=4)


def test_a_script_becomes_a_sealed_folder_that_can_be_drawn_again(tmp_path: Path) -> None:
    script = tmp_path / "page.fountain"
    script.write_text(PAGE, "utf-8")
    kept = make_board(Studio(), script, board=SMALL, out=tmp_path / "board")
    shots = [shot.id for scene in kept.film.scenes for shot in scene.shots]
    assert (
        kept.asset.path.read_bytes()[:4] == b"%PDF"
        and kept.asset.path.with_name(kept.asset.path.name + ".c2pa").is_file()
    )
    assert sorted(path.name for path in kept.panels) == sorted(
        f"{id}.{kind}" for id in shots for kind in ("svg", "png")
    )
    plan = json.loads((kept.folder / "film.json").read_text("utf-8"))
    plan["overrides"] = {shots[0]: {"size": "close-up"}}
    (kept.folder / "film.json").write_text(json.dumps(plan), "utf-8")
    again = make_board(Studio(), kept.folder, board=SMALL, out=tmp_path / "again", unsigned=True)
    assert again.film.with_hand(again.film.scenes[0].shots[0]).size == "close-up"
    assert (again.folder / "panels" / f"{shots[0]}.png").read_bytes() != (
        kept.folder / "panels" / f"{shots[0]}.png"
    ).read_bytes()


@pytest.mark.parametrize("wrong", [Board(style="oil"), Board(paper="A0"), Board(a_page=5)])
def test_what_cannot_be_drawn_is_refused_before_the_work(tmp_path: Path, wrong: Board) -> None:
    script = tmp_path / "page.fountain"
    script.write_text(PAGE, "utf-8")
    with pytest.raises(UsageError):
        make_board(Studio(), script, board=wrong, out=tmp_path / "board")
    assert not (tmp_path / "board").exists()


def test_a_folder_without_a_film_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"film\.json"):
        make_board(Studio(), tmp_path, board=SMALL, out=tmp_path / "board")
