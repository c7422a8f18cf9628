"""`maquette train picture`, `data` and `evaluate` on pictures, from an artist's own files to a signed one."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import sprites
from maquette.interfaces.cli.root import run

pytest.importorskip("torch")

OWN = """name = "mine"
craft = "picture"
steps = 2
batch = 2
[adapter]
rank = 2
"""


@pytest.fixture
def say(capsys: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """say("data check X") -> (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def saying(line: str) -> tuple[int, str, str]:
        code = run(shlex.split(line))
        out, err = capsys.readouterr()
        return code, out, err

    return saying


def test_from_pictures_to_a_model_to_an_own_style_to_a_signed_picture(say: Any, tmp_path: Path) -> None:
    sprites.save_records(tmp_path / "set")
    sprites.save_recipe(tmp_path, 2)
    code, out, err = say("train picture set --recipe toy.toml --out toy")
    assert code == 0 and "--checkpoint toy" in out, err
    assert say("models add toy")[0] == 0
    sprites.save_own(tmp_path / "мои", 9)
    (tmp_path / "own.toml").write_text(OWN)
    code, out, err = say("train picture мои --base toy --recipe own.toml --out mine --json")
    assert code == 0 and json.loads(out.splitlines()[-1])["path"] == "mine", err
    asked = "--checkpoint mine --style mine --count 1 --seed 3 --size 64 --no-sheet --allow-near-copy"
    code, out, err = say(f"picture 'a cat' {asked}")
    assert code == 0 and Path("a-cat-3.png").is_file() and "signed by" in out, err
    code, out, err = say("verify a-cat-3.png")
    assert code == 0, out + err


def test_what_cannot_be_is_told(say: Any, tmp_path: Path) -> None:
    sprites.save_records(tmp_path / "set")
    (tmp_path / "bad.toml").write_text('craft = "picture"\nstepps = 3\n')
    for line, wrong, mend in (
        ("train picture set --net unknown", "no net called 'unknown'", "diffusion"),
        ("train picture set --recipe bad.toml", "stepps", "steps"),
        ("train picture nowhere", "no such dataset", "folder"),
        ("train picture set --whole", "--whole", "--base"),
        ("train picture set --base nobody", "nobody", ""),
    ):
        code, _, err = say(f"{line} --out out")
        assert code not in (0, 1) and wrong in err and mend in err and "Traceback" not in err, (line, err)
    assert not (tmp_path / "out" / "card.json").exists()


def test_data_check_says_what_may_be_learnt_from(say: Any, tmp_path: Path) -> None:
    path = sprites.save_records(tmp_path / "set")
    code, out, _ = say("data check set/pictures.jsonl")
    assert code == 0 and "50 items, 2 of them for validation" in out and "all may be learnt from" in out
    rows = [{**row, "license": "CC-BY-ND-4.0"} if row["id"] == "noto/star" else row for row in sprites.rows()]
    sprites.save_records(tmp_path / "set", rows)
    code, out, _ = say("data check set --json")
    assert code == 4 and [one["name"] for one in json.loads(out)["refused"]] == ["noto/star"]
    code, out, _ = say("data drop set/pictures.jsonl")
    assert code == 0 and "keeps 49 items" in out
    sprites.save_recipe(tmp_path, 1)
    code, out, err = say("train picture set/pictures.kept.jsonl --recipe toy.toml --out toy")
    assert code == 0, err
    assert path.is_file()


def test_data_describe_tells_of_pictures(say: Any, tmp_path: Path) -> None:
    sprites.save_records(tmp_path / "set")
    code, out, err = say("data describe set")
    assert code == 0, err
    assert "50 pictures of 12 things" in out and "soft gradient" in out and "64 x 64" in out
    code, out, _ = say("data describe set --json")
    told = json.loads(out)
    assert told["kind"] == "pictures" and told["styles"]["flat"] == 14 and told["splits"]["val"] == 2
    assert told["looked_at"] == 50 and told["habits"]["cut_out"] == 1.0
    pairs = [set(one["pair"]) for one in told["near_duplicates"]]
    assert {"fluent/star", "noto/star"} in pairs or told["exact_duplicates"] == []
    sprites.save_own(tmp_path / "мои", 4)
    code, out, _ = say("data describe мои")
    assert code == 0 and "Ада" in out and "4 pictures" in out
