"""What may be relied on of the candidates that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from maquette.makers import icon_choice as choice
from maquette.makers.icon_choice import Candidate
from maquette.media import drawing as d


class InkJudge:
    """A judge whose taste is known: its direction for a drawing is where the ink lies, and words ask for the top."""

    def drawings(self, renders: Any) -> Any:
        halves = np.stack([renders[:, :24].sum((1, 2)), renders[:, 24:].sum((1, 2))], axis=1)
        return halves / np.maximum(np.linalg.norm(halves, axis=1, keepdims=True), 1e-9)

    def words(self, ids: Sequence[int]) -> Any:
        return np.array([1.0, 0.0]) if len(ids) else np.zeros(2)


def lines(*points: tuple[float, float, float, float], width: float = 2.0) -> d.Drawing:
    subpaths = tuple(d.Subpath((x, y), (d.Line((u, w)),)) for x, y, u, w in points)
    return d.Drawing((0, 0, 24, 24), (d.Shape(d.Path(subpaths), d.Paint(width=width, cap="round", join="round")),))


def candidate(drawing: d.Drawing, likelihood: float = -1.0, reference: d.Drawing | None = None) -> Candidate:
    return Candidate(drawing, np.zeros(0, np.int32), likelihood, None, reference)


def chosen(candidates: Sequence[Candidate], wanted: int = 12, **options: Any) -> list[int]:
    found = choice.choose(candidates, wanted, InkJudge(), [1], **options)  # type: ignore[arg-type]
    return [next(i for i, one in enumerate(candidates) if one is each) for each in found]


TOP, BOTTOM = lines((4, 5, 20, 5)), lines((4, 19, 20, 19))


def test_what_says_the_word_comes_first() -> None:
    assert chosen([candidate(BOTTOM), candidate(TOP)]) == [1, 0]


def test_of_equal_drawings_the_likelier_comes_first() -> None:
    assert chosen([candidate(lines((4, 5, 19, 5)), -2.0), candidate(lines((5, 4, 20, 4)), -0.5)]) == [1, 0]


def test_likelihood_alone_does_not_win() -> None:
    assert chosen([candidate(BOTTOM, -0.1), candidate(TOP, -4.0)]) == [1, 0]


def test_one_idea_is_shown_once_while_there_are_others() -> None:
    twins = [candidate(lines((4, y, 20, y))) for y in (5.0, 5.0, 5.05)]
    found = chosen([*twins, candidate(BOTTOM), candidate(lines((5, 3, 5, 21)))], 3)
    assert len(found) == 3 and len({0, 1, 2} & set(found)) == 1
    assert len(chosen(twins, 3)) == 3  # the rest only to fill the count


def test_copies_of_their_references_are_never_shown() -> None:
    copy, own = candidate(TOP, reference=TOP), candidate(BOTTOM, reference=TOP)
    assert chosen([copy, own]) == [1]
    assert chosen([copy]) == []
    assert choice.sound_ones([copy, own]) == 1


def test_blank_and_flooded_canvases_are_not_shown() -> None:
    blank = candidate(lines((12, 12, 12.01, 12), width=0.1))
    flood = candidate(lines((0, 12, 24, 12), width=24))
    assert chosen([blank, flood, candidate(TOP)]) == [2]


def test_ink_beyond_the_canvas_is_not_shown() -> None:
    assert choice.is_inside(lines((1, 1, 23, 1)))
    assert not choice.is_inside(lines((0.5, 1, 23, 1)))
    assert chosen([candidate(lines((0.5, 4, 23, 4))), candidate(BOTTOM)]) == [1]


@pytest.mark.parametrize("wanted", [True, False])
def test_symmetry_counts_where_it_was_asked_for(wanted: bool) -> None:
    even, uneven = candidate(lines((4, 12, 20, 12))), candidate(lines((4, 5, 15, 12)))
    assert chosen([even, uneven], symmetry=wanted)[0] == (0 if wanted else 1)


def test_scores_are_told() -> None:
    one = candidate(TOP, -1.5, BOTTOM)
    chosen([one, candidate(BOTTOM)])
    assert set(one.scores) == {"words", "model", "likelihood", "faults", "total"}
    assert one.scores["likelihood"] == -1.5 and one.scores["words"] > 0.9


def test_no_candidates_are_no_works() -> None:
    assert chosen([]) == []


def test_untidy_drawing_is_counted() -> None:
    crumb = d.Path((d.Subpath((4, 4), (d.Line((4.1, 4)), d.Line((10, 10)))),))
    gap = d.Path((d.Subpath((4, 4), (d.Line((10, 4)), d.Line((10, 10)), d.Line((4.2, 4.2)))),))
    paint = d.Paint()

    def drawing(*geometry: d.Geometry) -> d.Drawing:
        return d.Drawing((0, 0, 24, 24), tuple(d.Shape(one, paint) for one in geometry))

    assert choice.faults(TOP) == 0
    assert choice.faults(drawing(crumb)) == 1
    assert choice.faults(drawing(gap)) == 1
    assert choice.faults(drawing(d.Circle((12, 12), 4), d.Circle((12, 12), 4))) == 1
    assert choice.faults(drawing(d.Path((d.Subpath((4, 4), (d.Line((4.01, 4)),)),)))) == 0  # a dot
