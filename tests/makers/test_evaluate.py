"""What may be relied on of a model's held-out figures."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import icons
from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import DataError, UsageError
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding
from maquette.makers import evaluate as judging
from maquette.makers.icon import IconMaker
from maquette.media import drawing as d

ASKED = {
    "items", "skipped", "bits_per_icon", "bits_per_icon_no_words", "baseline_bits_per_icon", "ratio", "round_trip_iou",
    "round_trip_p5", "round_trip_min", "valid_share",
}  # fmt: skip


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return icons.record_file(tmp_path_factory.mktemp("records") / "icons.jsonl")


@pytest.fixture(scope="module")
def box(tiny_icons: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy checkpoint with an n-gram of its own and with prints."""
    import shutil

    from maquette.encodings.prints import build
    from maquette.engine.ngram import NGram

    folder = tmp_path_factory.mktemp("judged") / "scribbler"
    shutil.copytree(tiny_icons, folder)
    bodies = [StrokeEncoding().encode(d.parse(item.svg_text())).body for item in icons.items()[:6]]
    NGram.fit(bodies, v.OUTPUTS).save(folder / "ngram.npz")
    build(icons.items()[:6]).save(folder / "fingerprints.npz")
    return folder


@pytest.fixture(scope="module")
def figures(box: Path, records: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[Any]]:
    out = tmp_path_factory.mktemp("out") / "logprobs.jsonl"
    told = judging.evaluate("icon", records, checkpoint=str(box), samples=12, export_logprobs=out)
    assert [path.name for path in out.parent.iterdir()] == ["logprobs.jsonl"]
    return told, [json.loads(line) for line in out.read_text().splitlines()]


def test_all_figures_are_there_and_are_numbers(figures: Any) -> None:
    told, _ = figures
    assert set(told) >= ASKED | {"near_copy_share", "samples", "referenced_items", "median_tokens"}
    assert all(math.isfinite(told[key]) for key in ASKED)
    json.dumps(told)


def test_what_is_no_stroke_icon_is_counted_as_skipped(figures: Any) -> None:
    told, _ = figures
    assert (told["items"], told["skipped"]) == (12, 1)


def test_the_ratio_is_that_of_the_bits(figures: Any) -> None:
    told, _ = figures
    assert told["ratio"] == pytest.approx(told["bits_per_icon"] / told["baseline_bits_per_icon"], abs=1e-3)


def test_the_round_trip_of_hand_made_icons_is_good(figures: Any) -> None:
    told, _ = figures
    assert told["round_trip_iou"] > 0.99 and told["round_trip_min"] > 0.97
    assert told["round_trip_min"] <= told["round_trip_p5"] <= told["round_trip_iou"] + 0.01
    assert 0 <= told["valid_share"] <= 1 and told["near_copy_share"] == 0.0  # scribbles copy nobody


def test_bits_can_be_checked_from_outside(figures: Any) -> None:
    told, rows = figures
    assert len(rows) == told["items"]
    bits = [-sum(row["logprobs"]) / math.log(2) for row in rows]
    assert np.mean(bits) == pytest.approx(told["bits_per_icon"], abs=1e-2)
    for row in rows:
        assert len(row["tokens"]) == len(row["logprobs"]) and row["tokens"][-1] == v.END
        assert max(row["logprobs"]) <= 0
        assert not any(v.COMPLEXITY <= token < v.FLIP for token in row["header"])  # no hints of length


def test_only_icons_that_share_their_concept_are_judged_with_references(figures: Any) -> None:
    told, _ = figures
    assert told["referenced_items"] == 7  # home three times, clock and heart twice
    assert told["bits_with_references"] != told["bits_without_references"]


def test_the_same_evaluation_gives_the_same_figures(figures: Any, box: Path, records: Path) -> None:
    assert judging.evaluate("icon", records, checkpoint=str(box), samples=12) == figures[0]


def test_training_items_are_left_out_where_there_is_a_split(box: Path, tmp_path: Path) -> None:
    maker = IconMaker(open_checkpoint(box))
    mixed = icons.record_file(tmp_path / "train.jsonl", "train")
    lines = mixed.read_text().splitlines()
    lines[0] = lines[0].replace('"split": "train"', '"split": "val"')
    mixed.write_text("\n".join(lines) + "\n")
    cases, skipped = judging.read_cases(maker, mixed)
    assert ([case.item.id for case in cases], skipped) == (["one/outline/home"], 0)
    whole, _ = judging.read_cases(maker, icons.record_file(tmp_path / "only.jsonl", "train"))
    assert len(whole) == 12  # a file that is all of one split is judged whole


def test_words_are_those_of_name_and_tags(box: Path, records: Path) -> None:
    maker = IconMaker(open_checkpoint(box))
    case = judging.read_cases(maker, records)[0][0]
    assert [maker.words.words[i] for i in case.words] == ["home", "test", "sign"]


def test_a_file_without_stroke_icons_is_refused(box: Path, tmp_path: Path) -> None:
    path = icons.record_file(tmp_path / "icons.jsonl")
    path.write_text(path.read_text().splitlines()[-1] + "\n")
    with pytest.raises(DataError, match="not one stroke icon"):
        judging.evaluate("icon", path, checkpoint=str(box), samples=0)


def test_an_ngram_needs_enough_icons(box: Path, records: Path) -> None:
    with pytest.raises(DataError, match="too few"):
        judging.fit_ngram(IconMaker(open_checkpoint(box)), icons.items())


def test_a_craft_that_cannot_be_judged_is_refused(records: Path) -> None:
    with pytest.raises(UsageError, match="pottery"):
        judging.evaluate("pottery", records)


def test_soundness_is_ink_within_the_canvas() -> None:
    def line(x: float, y: float, u: float, w: float, width: float = 2.0) -> d.Drawing:
        path = d.Path((d.Subpath((x, y), (d.Line((u, w)),)),))
        return d.Drawing((0, 0, 24, 24), (d.Shape(path, d.Paint(width=width, cap="round")),))

    assert judging.is_sound(line(2, 12, 22, 12))
    assert not judging.is_sound(line(0, 12, 22, 12))
    assert not judging.is_sound(line(12, 12, 13, 12, 0.5))
    assert not judging.is_sound(d.Drawing((0, 0, 24, 24), ()))


def test_copies_of_training_icons_are_counted(box: Path) -> None:
    own = [d.parse(item.svg_text()) for item in icons.items()[:4]]
    share = judging.near_copy_share(open_checkpoint(box), own)
    assert share == pytest.approx(np.mean([judging.segments(one) >= 4 for one in own]))
    assert share and share > 0
