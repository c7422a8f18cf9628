"""Near copies of learnt pictures are found, forms that many drew belong to nobody, and teachers are named."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from maquette.encodings.print_small import PictureIndex
from maquette.media.picture import Picture
from maquette.trust.originality_pictures import examine, taught
from maquette.trust.prints import examine as examine_any
from maquette.trust.prints import load_index

SIDE = 64


def picture(seed: int):
    """(64, 64, 4) straight: a few soft blobs on clear ground."""
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE]
    made = np.zeros((SIDE, SIDE, 4), np.uint8)
    for _ in range(7):
        cy, cx, r = dice.uniform(8, 56), dice.uniform(8, 56), dice.uniform(5, 16)
        made[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = [*dice.integers(0, 256, 3), 255]
    return made


def heart(shade: int = 0):
    """A red disc, as anybody draws it."""
    y, x = np.mgrid[:SIDE, :SIDE]
    made = np.zeros((SIDE, SIDE, 4), np.uint8)
    made[(y - 32) ** 2 + (x - 32) ** 2 < 27**2] = [220 - shade, 30, 40 + shade, 255]
    return made


def row(title: str, author: str, kind: str = "fluent", style: str = "flat", licence: str = "MIT"):
    told = {"id": f"{kind}/{title}", "title": title, "author": author, "licence": licence}
    return {**told, "set": kind, "style": style}


@pytest.fixture(scope="module")
def index():
    rows = [row(f"thing {n}", "Ada") for n in range(20)]
    pictures = [picture(n) for n in range(20)]
    rows += [row("red circle", "Ada"), row("red circle", "Bo", "noto", "cartoon", "Apache-2.0")]
    rows += [row("ball", "Cy", "openclipart", "clip art", "CC0-1.0")]
    pictures += [heart(), heart(6), heart(12)]
    return PictureIndex.build(rows, pictures)


def test_a_changed_copy_is_found_and_its_author_named(index):
    copy = (picture(3) * [0.9, 0.9, 0.9, 1]).astype(np.uint8)
    report = examine(Picture(copy), index)
    assert report.verdict == "near-copy" and report.nearest[0].title == "thing 3" and report.nearest[0].same
    assert "Ada (MIT)" in report.note and report.nearest[0].style == "flat"


def test_a_picture_of_its_own_is_distinct(index):
    report = examine(Picture(picture(99)), index)
    assert report.verdict == "distinct" and len(report.nearest) == 3
    assert not any(near.same for near in report.nearest)
    assert [near.distance for near in report.nearest] == sorted(near.distance for near in report.nearest)


def test_what_several_hands_drew_alike_belongs_to_nobody(index):
    report = examine(Picture(heart(3)), index)
    assert report.verdict == "common" and report.common_sets >= 2 and "independent hands" in report.note


def test_a_person_in_six_tones_is_one_work_and_one_hand():
    index = PictureIndex.build([row("teacher", "Ada")] * 6, [picture(5)] * 6)
    report = examine(Picture(picture(5)), index)
    assert report.verdict == "near-copy" and len(report.nearest) == 1


def test_ones_own_pictures_may_be_come_near_to(index):
    own = PictureIndex.build([row("my owl", "me", "own")], [picture(50)])
    report = examine(Picture(picture(50)), index, own=own)
    assert report.verdict == "own" and report.nearest[0].title == "my owl"
    assert examine(Picture(picture(3)), index, own=own).verdict == "near-copy"


def test_those_who_taught_a_thing_are_named_with_their_licences():
    rows = [
        row("cat", "Ada"), row("cat", "Ada", style="bold black glyph"), row("cat", "Bo", "noto", "cartoon"),
        row("cat", "Cy", "crawl", "pixel art"), row("dog", "Ada"),
    ]  # fmt: skip
    index = PictureIndex.build(rows, [picture(n) for n in range(5)])
    found = taught({"things": [["cat", 0], ["cat", 0]], "style": "flat"}, index)
    assert [(one.author, one.styles) for one in found] == [("Ada", ("flat",)), ("Bo", ("cartoon",))]
    assert [one.author for one in taught({"things": [["cat", 0]], "style": "pixel art"}, index)] == ["Cy"]
    assert taught({}, index) == ()


def test_a_copy_within_a_scene_is_found(index):
    scene = np.zeros((SIDE, SIDE, 4), np.uint8)
    scene[24:56, 2:34] = picture(8)[::2, ::2][:, ::-1]
    scene[20:52, 32:64] = picture(77)[::2, ::2]
    trace = {"things": [["owl", 0, 2 / 64, 24 / 64, 0.5, True, "", 0], ["elk", 1, 0.5, 20 / 64, 0.5, False, "", 1], 7]}
    assert examine(Picture(scene), index).verdict == "distinct"
    report = examine(Picture(scene), index, trace=trace)
    assert report.verdict == "near-copy" and report.note.startswith("owl: a near copy of thing 8 by Ada")
    assert report.nearest[0].thing == "owl"


def test_deep_pictures_are_compared_as_well(index):
    deep = Picture(picture(3).astype(np.uint16) * 257)
    assert examine(deep, index).nearest[0].distance == pytest.approx(0, abs=0.01)


def test_prints_are_opened_by_their_form_and_other_crafts_are_not_examined(index, tmp_path):
    index.save(tmp_path / "fingerprints.npz")
    again = load_index(tmp_path / "fingerprints.npz")
    assert isinstance(again, PictureIndex)
    found = examine_any(Picture(picture(3)), again, trace={"things": [["ball", 1]]})
    assert found is not None and found["verdict"] == "near-copy" and found["taught"][0]["author"] == "Cy"
    assert examine_any(dataclasses.replace(Picture(picture(3))), object()) is None
