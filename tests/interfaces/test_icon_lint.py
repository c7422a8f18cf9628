"""`maquette icon lint`: findings in plain words, copies that are signed, and files that stay as they are."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest

from broken import BROKEN, CARD, GOOD, HEAD, ROUND
from maquette.interfaces.cli.root import run
from maquette.media import drawing as d
from maquette.media.style_card import as_toml
from maquette.trust.verify import verify


@pytest.fixture
def say(capsys, monkeypatch, tmp_path):
    """say("icon lint my") -> (exit code, standard output, standard error), run in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def saying(line: str) -> tuple[int, str, str]:
        code = run(shlex.split(line))
        out, err = capsys.readouterr()
        return code, out, err

    return saying


@pytest.fixture
def here(tmp_path):
    """A folder `мои` with a good icon, two broken ones and a filled one; and the card of their set."""
    folder = tmp_path / "мои"
    folder.mkdir()
    bodies = {
        "good": GOOD,
        "Ракета": BROKEN["collinear"] + '<circle  cx="12" cy="12"\n  r="3"/>',
        "ring": BROKEN["arcs"],
    }
    for name, body in bodies.items():
        text = HEAD.format("0 0 24 24", 2, ROUND, f"\n  <!-- mine -->\n  {body}\n")
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
    filled = '<path d="M4 4h16v16H4z" fill="#000" stroke="none"/>'
    (tmp_path / "filled.svg").write_text(HEAD.format("0 0 24 24", 2, ROUND, filled), encoding="utf-8")
    (tmp_path / "my.toml").write_text(as_toml(CARD), encoding="utf-8")
    return tmp_path


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_findings_are_numbered_and_the_exit_code_says_that_some_remain(say, here):
    code, out, err = say("icon lint мои --style my.toml")
    assert (code, err) == (3, "")
    assert "Ракета.svg" in out and "good.svg" not in out
    assert "   1  collinear" in out and "12,4" in out
    assert out.splitlines()[-1] == "3 icons, 2 with findings: arcs 1, collinear 1"


def test_a_clean_icon_ends_with_nothing_to_say(say, here):
    assert say("icon lint мои/good.svg --style my.toml") == (0, "1 icon, no finding\n", "")


def test_fixing_writes_signed_children_and_leaves_the_files_alone(say, here):
    before = bytes_of(here / "мои")
    code, out, _ = say("icon lint мои --style my.toml --fix --out clean")
    assert code == 0 and "left: nothing" in out
    assert bytes_of(here / "мои") == before
    assert sorted(path.name for path in (here / "clean").iterdir()) == ["ring.svg", "Ракета.svg"]
    child = here / "clean" / "Ракета.svg"
    verdict = verify(child)
    assert verdict.holds and verdict.story["how"] == "edited"
    fixes = verdict.story["trace"]["mend"]
    assert [fix["rule"] for fix in fixes] == ["collinear"] and fixes[0]["iou"] > 0.999
    assert [shape["by"] for shape in verdict.story["trace"]["shapes"]] == ["human", "human"]
    assert '<circle  cx="12" cy="12"\n  r="3"/>' in child.read_text(encoding="utf-8")
    assert "<!-- mine -->" in child.read_text(encoding="utf-8")
    assert d.read(here / "clean" / "ring.svg").shapes[0].geometry == d.Circle((12.0, 12.0), 9.0)
    assert say("icon lint clean --style my.toml")[0] == 0


def test_without_a_folder_copies_stand_beside_the_files_and_never_over_another(say, here):
    for expected in ("ring-fixed.svg", "ring-fixed-2.svg"):
        code, out, _ = say("icon lint мои/ring.svg --style my.toml --fix --unsigned")
        assert code == 0 and expected in out
        assert (here / "мои" / expected).is_file()


def test_rules_are_chosen_by_name_and_listed(say, here):
    assert say("icon lint мои --style my.toml --only grid,gap")[0] == 0
    assert say("icon lint мои --style my.toml --skip collinear,arcs")[0] == 0
    code, _, err = say("icon lint мои --style my.toml --only girth")
    assert code == 2 and "no rule 'girth'" in err
    code, out, _ = say("icon lint --rules")
    assert code == 0 and out.splitlines()[0].startswith("canvas")
    rules = [json.loads(line) for line in say("icon lint --rules --json")[1].splitlines()]
    assert {"rule": "gap", "asks": rules[-4]["asks"], "fix": {"worse": 0.2, "shift": 1.3, "whole": False}} in rules


def test_json_tells_each_file_with_its_findings_and_fixes(say, here):
    code, out, _ = say("icon lint мои --style my.toml --fix --out clean --json")
    told = {Path(one["path"]).stem: one for one in map(json.loads, out.splitlines())}
    assert code == 0 and set(told) == {"good", "ring", "Ракета"}
    assert told["good"]["findings"] == []
    (finding,) = told["Ракета"]["findings"]
    assert (finding["number"], finding["rule"], finding["shape"], finding["where"]) == (1, "collinear", 1, [12.0, 4.0])
    assert told["Ракета"]["exact"] is True and told["Ракета"]["left"] == []


def test_the_sheet_draws_the_marks_on_the_icons(say, here):
    for name in ("lint.svg", "lint-2.svg"):
        say("icon lint мои --style my.toml --sheet lint.svg")
        text = (here / name).read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert "Ракета.svg" in text and "good.svg" not in text and "collinear:" in text


def test_without_a_card_the_folder_is_its_own_measure(say, here):
    code, out, err = say("icon lint мои")
    assert code == 3 and "measured from 3 icons of мои" in err
    code, out, err = say("icon lint мои/ring.svg")
    assert code == 3 and "measured from 3 icons of мои" in err and "arcs" in out


def test_a_signed_icon_that_was_changed_by_hand_is_not_passed_on(say, here):
    say("icon lint мои/ring.svg --style my.toml --fix --out clean")
    child = here / "clean" / "ring.svg"
    child.write_text(child.read_text(encoding="utf-8").replace('r="9"', 'r="9.2"'), encoding="utf-8")
    assert say("icon lint clean/ring.svg --style my.toml")[0] == 3
    code, _, err = say("icon lint clean/ring.svg --style my.toml --fix --out again")
    assert code == 3 and "does not hold" in err


def test_what_cannot_be_linted_is_explained(say, here):
    code, out, _ = say("icon lint filled.svg --style my.toml")
    assert code == 3 and "maquette icon lined" in out
    alone = here / "alone"
    alone.mkdir()
    (alone / "one.svg").write_text((here / "filled.svg").read_text("utf-8"), "utf-8")
    (here / "empty").mkdir()
    (here / "text.svg").write_text("hello", "utf-8")
    (here / "newer.toml").write_text(as_toml(CARD).replace("style.v1", "style.v9"), "utf-8")
    for line, told in {
        "icon lint nowhere.svg": "there is no such file",
        "icon lint": "name SVG files",
        "icon lint empty": "no icon to look at",
        "icon lint text.svg --style my.toml": "not an SVG",
        "icon lint alone": "one icon alone",
        "icon lint мои --style newer.toml": "style.v9",
        "icon lint мои --style none.toml": "no such style card",
        "icon lint мои --out clean": "--fix",
    }.items():
        code, _, err = say(line)
        assert code == 2 and told in err, (line, err)
