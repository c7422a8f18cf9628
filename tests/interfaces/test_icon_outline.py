"""`maquette icon outline | filled | duotone | lined`: siblings beside the files, signed; the files stay as they are."""

from __future__ import annotations

import json
import shlex

import pytest

pytest.importorskip("pathops", reason="outlines need `pip install 'maquette[icons]'`")

from maquette.interfaces.cli.root import run
from maquette.media import drawing as d
from maquette.trust.verify import verify

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">'


@pytest.fixture
def say(capsys, monkeypatch, tmp_path):
    """say("icon outline my") -> (exit code, standard output, standard error), run in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def saying(line: str) -> tuple[int, str, str]:
        code = run(shlex.split(line))
        out, err = capsys.readouterr()
        return code, out, err

    return saying


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "мои"
    folder.mkdir()
    for name, body in {"Ракета": '<circle cx="12" cy="12" r="9"/>', "line": '<path d="M4 12h16"/>'}.items():
        (folder / f"{name}.svg").write_text(f"{HEAD}{body}</svg>", encoding="utf-8")
    return folder


def test_siblings_are_signed_children_and_the_files_stay(say, here):
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    code, out, err = say("icon outline мои --out done")
    assert (code, err) == (0, "")
    made = here.parent / "done" / "Ракета.svg"
    verdict = verify(made)
    assert verdict.holds and "signed" in out
    assert "outlines" in str(verdict.story)
    assert all(shape.paint.fill and not shape.paint.stroke for shape in d.read(made).shapes)
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_beside_a_file_the_name_says_what_it_is_and_nothing_is_overwritten(say, here):
    for _ in range(2):
        assert say("icon filled мои/Ракета.svg")[0] == 0
    names = {path.name for path in here.iterdir() if path.suffix == ".svg"}
    assert {"Ракета-filled.svg", "Ракета-filled-2.svg"} <= names


def test_one_file_that_cannot_be_changed_is_named_and_the_others_go_on(say, here):
    code, out, err = say("icon duotone мои --out two --json")
    assert code == 3
    told = {json.loads(line)["path"].rpartition("/")[2]: json.loads(line) for line in out.splitlines()}
    assert "nothing in this drawing is closed" in told["line.svg"]["wrong"]
    assert "out" in told["Ракета.svg"]
    code, out, err = say("icon duotone мои/line.svg")
    assert code == 2 and "nothing in this drawing is closed" in err


def test_a_sibling_of_a_sibling_finds_the_strokes_again(say, here):
    assert say("icon outline мои --out outlined")[0] == 0
    code, out, _ = say("icon lined outlined --out strokes")
    assert code == 0 and "centre line" in out
    (ring,) = d.read(here.parent / "strokes" / "Ракета.svg").shapes
    assert ring.geometry == d.Circle((12, 12), 9) and ring.paint.width == 2
