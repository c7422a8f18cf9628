"""Originality: near copies are shown with their authors, common forms belong to nobody, new drawings are left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maquette.encodings import print_pictures as pictures
from maquette.encodings.prints import Entry, PrintIndex
from maquette.media import drawing as d
from maquette.trust.originality import examine, examine_all

HEART = (
    '<path d="M20.8 4.6a5.5 5.5 0 0 0-7.8 0L12 5.7l-1.1-1.1a5.5 5.5 0 0 0-7.8 7.8l1.1 1.1L12 21.2l7.8-7.8 1-1a5.5 5.5 0'
    ' 0 0 0-7.8z"/>'
)
CUP = '<path d="M4 8h13v8a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4z"/><path d="M17 10h2a2 2 0 0 1 0 6h-2"/><path d="M8 2v3"/>'
TREE = '<path d="M12 3 6 10h3l-4 6h14l-4-6h3z"/><path d="M12 16v5"/>'
FACE = '<circle cx="12" cy="12" r="9"/><path d="M8 15c2 2 6 2 8 0"/><path d="M9 9v1"/><path d="M15 9v1"/>'
WHO = {"feather": "Cole Bemis", "lucide": "Lucide Contributors", "tabler": "Paweł Kuna", "iconoir": "Luca Burgio"}


def draw(shapes: str) -> d.Drawing:
    return d.parse(f'<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">{shapes}</svg>')


@pytest.fixture(scope="module")
def index() -> PrintIndex:
    known = [("lucide", "cup", CUP), ("tabler", "tree", TREE), ("iconoir", "face", FACE)]
    known += [(name, "heart", HEART) for name in WHO]
    entries = [Entry(title, WHO[name], "MIT", f"{name}/outline/{title}", name, 9) for name, title, _ in known]
    return PrintIndex(pictures.pictures([draw(shapes) for *_, shapes in known]), entries)


def test_a_copy_of_one_authors_drawing_is_named_with_its_author(index):
    report = examine(draw(CUP), index)
    assert report.verdict == "near-copy"
    assert report.nearest[0].source == "lucide/outline/cup" and report.nearest[0].iou == 1
    assert "Lucide Contributors (MIT)" in report.note


@pytest.mark.parametrize("change", ["moved", "shaken", "smaller", "thinner"])
def test_a_copy_is_found_behind_small_changes(index, change):
    cup = draw(CUP)
    if change == "moved":
        cup = d.transformed(cup, (1, 0, 0, 1, 0.4, 0.3), cup.viewbox)
    elif change == "smaller":
        cup = d.transformed(cup, (0.9, 0, 0, 0.9, 1.2, 1.2), cup.viewbox)
    elif change == "thinner":
        cup = replace(cup, shapes=tuple(replace(s, paint=replace(s.paint, width=1.0)) for s in cup.shapes))
    else:
        cup = draw(CUP.replace("M4 8h13", "M4.2 7.9h12.7").replace("M17 10", "M16.8 10.2").replace("M8 2", "M8.2 1.8"))
    assert examine(cup, index).verdict == "near-copy"


def test_what_stands_in_three_independent_sets_is_common_and_never_refused(index):
    report = examine(draw(HEART), index)
    assert (report.verdict, report.common_sets) == ("common", 3)  # Lucide grew out of Feather: they count once
    assert "tabler" in report.note


def test_a_drawing_of_its_own_is_distinct_but_still_shows_similar_works(index):
    own = draw('<path d="M3 20 9 5l5 9 3-4 4 10z"/><circle cx="17" cy="5" r="2"/>')
    report = examine(own, index)
    assert report.verdict == "distinct"
    assert report.nearest and not any(near.same for near in report.nearest)
    assert "source" not in report.note


def test_another_mouth_makes_another_face(index):
    sad = draw(FACE.replace("M8 15c2 2 6 2 8 0", "M8 17c2-3 6-3 8 0"))
    assert examine(sad, index).verdict == "distinct"


def test_an_empty_index_or_drawing_finds_nothing(index):
    nobody = PrintIndex(np.zeros((0, 64), np.uint64), [])
    assert examine(draw(CUP), nobody).verdict == "distinct"
    assert examine(d.Drawing((0, 0, 24, 24), ()), index).verdict == "distinct"


def test_many_drawings_are_examined_like_one(index):
    both = examine_all([draw(CUP), draw(HEART)], index)
    assert both == [examine(draw(CUP), index), examine(draw(HEART), index)]
    assert both[0].as_dict()["nearest"][0]["author"] == "Lucide Contributors"
