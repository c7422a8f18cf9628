"""What may be relied on of a picture model's figures: all are there, they tell good from bad, and can be looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sprites
from maquette.core.errors import DataError, UsageError
from maquette.encodings import pixels as px
from maquette.encodings.print_small import PictureIndex
from maquette.makers import picture_evaluate as judging
from maquette.makers.picture_judge import FILE, PictureJudge

torch = pytest.importorskip("torch")

HELD = ("moon", "fish", "cat", "dog", "star", "tree", "key", "heart", "house")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    told = [{**row, "fold": 0 if row["set"] == "fluent" and row["concept"] in HELD else 3} for row in sprites.rows()]
    return sprites.save_records(tmp_path_factory.mktemp("records"), told)


@pytest.fixture(scope="module")
def box(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy model, and a judge that knows every toy thing and style by heart."""
    from maquette.checkpoints.graph_judge import build_judge
    from maquette.nets.diffusion.judge import Judge, JudgeSize
    from maquette.training import pictures_run

    folder = tmp_path_factory.mktemp("models")
    recipe = sprites.save_recipe(folder, 1)
    out = pictures_run.train(records, recipe=recipe, out=folder / "toy")
    told = json.loads((out / "encoding.json").read_text("utf-8"))
    torch.manual_seed(0)
    judge = Judge(JudgeSize((8, 8, 8, 8), 12, len(told["words"]) + 2, 8, 6)).eval()
    state = {name: value.numpy() for name, value in judge.state_dict().items()}
    (out / FILE).write_bytes(build_judge(state, told["words"], px.STYLES))
    return out


@pytest.fixture(scope="module")
def figures(box: Path, records: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    out = tmp_path_factory.mktemp("looked at") / "образцы"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("maquette.media.picture_measure.PATCHES", 256)
        return judging.evaluate(records, checkpoint=str(box), samples=8, export=out), out


def test_all_figures_that_were_promised_are_there(figures: Any) -> None:
    told, _ = figures
    asked = {"r_precision_1", "style_accuracy", "near_copy_share", "sliced_wasserstein", "crisp_alpha", "baseline"}
    assert asked <= set(told)
    assert set(told["r_precision_1"]) == set(told["baseline"]["r_precision_1"]) == {"seen", "unseen_pair", "composed"}
    for value in (
        *told["r_precision_1"].values(),
        told["style_accuracy"],
        told["near_copy_share"],
        told["crisp_alpha"],
    ):
        assert 0 <= value <= 1
    assert told["sliced_wasserstein"] > 0 and told["pictures"] == {"seen": 8, "unseen_pair": 8, "composed": 8}
    assert json.loads(json.dumps(told)) == told


def test_what_was_judged_can_be_looked_at(figures: Any) -> None:
    from PIL import Image

    _, folder = figures
    lines = [json.loads(line) for line in (folder / "prompts.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == 24 and {one["kind"] for one in lines} == {"seen", "unseen_pair", "composed"}
    drawn = [one for one in lines if one["file"]]
    assert drawn and all(one["prompt"] and one["style"] in px.STYLES for one in lines)
    for one in drawn:
        with Image.open(folder / one["file"]) as picture:
            assert picture.size == (64, 64) and picture.mode == "RGBA"


def test_prompts_are_the_same_every_time_and_keep_the_folds_apart(records: Path) -> None:
    rows = [json.loads(line) for line in records.read_text("utf-8").splitlines()]
    cases = judging.cases_of(rows, set(px.STYLES), 5)
    assert cases == judging.cases_of(rows, set(px.STYLES), 5)
    for case in cases:
        if case.row >= 0:
            assert (rows[case.row]["fold"] == 0) == (case.kind == "unseen_pair")
        if case.retrieved >= 0:
            found = rows[case.retrieved]
            assert found["fold"] != 0 and found["style_name"] == case.style and case.retrieved != case.row
    assert any(case.caption.startswith("two ") for case in cases if case.kind == "composed")


def test_copies_are_counted_by_licence_and_others_are_not(records: Path, box: Path) -> None:
    index = PictureIndex.load(box / "fingerprints.npz")
    case = judging.Case("seen", "star", "soft gradient", 0, 0)
    copy = px.coded(sprites.shape("star", "soft gradient"))
    other = np.zeros_like(copy)
    other[::3] = 1
    told = judging.copying(index, [case, case], [copy, other])
    assert told["near_copy_share"] == 0.5 and told["near_copy_by_licence"] == {"MIT": 0.5}


def test_hard_and_soft_edges_are_told_apart() -> None:
    hard = np.zeros((8, 8, 4), np.float32)
    hard[2:6] = 1
    assert judging.crisp([hard]) == 1.0 and judging.crisp([hard * 0.5]) == 0.5 and judging.crisp([]) >= 0


def test_a_perfect_judge_finds_every_caption(box: Path) -> None:
    class Knowing(PictureJudge):
        def __init__(self) -> None:
            self.styles = px.STYLES

        def pictures(self, pictures: Any) -> Any:
            return np.stack([one[0, 0] for one in pictures]), np.eye(6)[[1] * len(pictures)]

        def words(self, texts: Any) -> Any:
            return np.stack([np.eye(4)["abcd".index(text)] for text in texts])

    cases = [judging.Case("seen", text, "flat", n, -1) for n, text in enumerate("abcd")]
    right = [np.broadcast_to(np.eye(4, dtype=np.float32)[n], (2, 2, 4)) for n in range(4)]
    assert judging.precision(Knowing(), cases, right) == {"seen": 1.0, "unseen_pair": None, "composed": None}
    assert judging.precision(Knowing(), cases, right[::-1])["seen"] == 0.0
    assert judging.style_accuracy(Knowing(), cases, right) == 1.0


def test_bad_requests_are_told(records: Path, box: Path, tmp_path: Path) -> None:
    for given, kind, match in (
        ({"samples": 0}, UsageError, "cannot be taken"),
        ({"data": tmp_path}, DataError, "record file"),
        ({"data": box / "card.json"}, DataError, "record"),
    ):
        with pytest.raises(kind, match=match) as raised:
            judging.evaluate(**{"data": records, "checkpoint": str(box), **given})
        assert raised.value.mend
    told = [{**row, "style_name": "woodcut"} for row in sprites.rows()]
    with pytest.raises(DataError, match="style that this model knows"):
        judging.evaluate(sprites.save_records(tmp_path, told), checkpoint=str(box), samples=2)
