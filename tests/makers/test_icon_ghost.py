"""What a designer may rely on of ghosts while she draws an icon."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.authorship import hand_of_mark
from maquette.core.errors import UsageError
from maquette.makers.icon_ghost import SAME, IconGhosts, ink_of, overlap
from maquette.makers.icon_motifs import Motifs
from maquette.makers.icon_next import next_of
from maquette.makers.icon_repeats import copies, key_of
from maquette.media import drawing as d
from maquette.media.svg_write import geometry_text

PEN = d.Paint(width=2.0, cap="round", join="round")
RING = d.Shape(d.Circle((12.0, 12.0), 9.0), PEN)


def line(*points: d.Point) -> d.Shape:
    return d.Shape(d.Path((d.Subpath(points[0], tuple(d.Line(p) for p in points[1:])),)), PEN)


def icon(*shapes: d.Shape, side: float = 24.0) -> d.Drawing:
    return d.Drawing((0.0, 0.0, side, side), shapes)


EYE = line((9.0, 9.0), (9.0, 10.0))


@pytest.fixture(scope="module")
def ghosts(tiny_icons: Path) -> IconGhosts:
    return IconGhosts(open_checkpoint(tiny_icons))


def test_the_second_eye_is_the_first_mirrored():
    (first, *_) = copies([RING, EYE])
    assert key_of(first.shape) == key_of(line((15.0, 9.0), (15.0, 10.0)))
    assert first.kind == "mirrored across" and first.habit == 1.0


def test_a_third_line_stands_as_far_from_the_second_as_that_from_the_first():
    series = copies([line((4.0, 6.0), (20.0, 6.0)), line((4.0, 12.0), (20.0, 12.0))])
    assert key_of(line((4.0, 18.0), (20.0, 18.0))) in [key_of(one.shape) for one in series[:2]]


def test_what_is_there_already_is_not_offered_again(ghosts):
    other = line((15.0, 9.0), (15.0, 10.0))
    there = {key_of(shape) for shape in (RING, EYE, other)}
    assert all(key_of(copy.shape) not in there for copy in copies([RING, EYE, other]))
    shown = ghosts.suggest(icon(RING, EYE, other))
    assert all(key_of(ghost.media.shapes[ghost.elements.start]) not in there for ghost in shown)


def test_ghosts_are_distinct_and_the_drawing_beneath_them_stays_as_it_is(ghosts):
    drawing = icon(RING, EYE)
    shown = ghosts.suggest(drawing, count=4)
    assert 2 <= len(shown) <= 4
    assert [ghost.chance for ghost in shown] == sorted((ghost.chance for ghost in shown), reverse=True)
    inks = [ink_of(ghost.media.shapes[2]) for ghost in shown]
    assert all(overlap(a, b) < SAME for i, a in enumerate(inks) for b in inks[:i])
    for ghost in shown:
        assert ghost.media.shapes[:2] == drawing.shapes and list(ghost.elements) == [2]


def test_the_same_drawing_is_given_the_same_ghosts(ghosts):
    first, again = ([g.media for g in ghosts.suggest(icon(RING), words="a clock")] for _ in range(2))
    assert first == again


def test_a_ghost_in_the_middle_stands_before_the_shapes_behind_it(ghosts):
    for ghost in ghosts.suggest(icon(RING, EYE), at=1):
        assert ghost.media.shapes[0] == RING and ghost.media.shapes[2] == EYE


def test_ghosts_come_in_the_units_and_the_pen_of_the_canvas(ghosts):
    big = d.transformed(icon(RING, EYE), (20.0, 0, 0, 20.0, 0, 0), (0.0, 0.0, 480.0, 480.0))
    (ghost, *_) = [one for one in ghosts.suggest(big) if one.source == "repeat"]
    shape = ghost.media.shapes[2]
    assert shape.paint == big.shapes[1].paint
    assert key_of(shape) == key_of(
        d.transformed(icon(line((15.0, 9.0), (15.0, 10.0))), (20.0, 0, 0, 20.0, 0, 0)).shapes[0]
    )


def test_an_accepted_ghost_bears_a_mark_that_a_change_breaks(ghosts):
    (ghost, *_) = ghosts.suggest(icon(RING, EYE))
    shape = ghost.media.shapes[2]
    assert hand_of_mark(shape.id, geometry_text(shape.geometry)) == "machine"
    moved = d.transformed(icon(shape), (1, 0, 0, 1, 1, 0)).shapes[0]
    assert hand_of_mark(moved.id, geometry_text(moved.geometry)) == "machine-then-edited"
    assert hand_of_mark("eye", geometry_text(EYE.geometry)) is None


def test_an_empty_canvas_and_a_filled_icon_are_no_trouble(ghosts):
    assert all(len(ghost.media.shapes) == 1 for ghost in ghosts.suggest(IconGhosts.blank(), words="a clock"))
    filled = icon(replace(RING, paint=d.Paint(stroke=False, fill=True)))
    assert all(ghost.media.shapes[1].paint.fill for ghost in ghosts.suggest(filled))


def test_a_long_drawing_is_shortened_for_the_net_and_not_refused(ghosts):
    many = icon(*(line(*((2.0 + (k + j) % 20, 2.0 + (k * j) % 19) for j in range(9))) for k in range(30)))
    assert len(ghosts.suggest(many)) >= 1


def test_places_and_styles_that_are_not_there_are_told(ghosts):
    with pytest.raises(UsageError, match="has 1 shapes, so nothing can stand at 3"):
        ghosts.suggest(icon(RING), at=3)
    with pytest.raises(UsageError, match="no style 'evn'"):
        ghosts.suggest(icon(RING), style="evn")


def test_a_human_icon_of_the_same_thing_gives_what_is_still_lacking_and_is_credited(ghosts):
    shown = ghosts.proposals(ghosts.sheet(icon(RING), 1, None), "a clock")
    found = [one for one in shown if one.source == "retrieval"]
    assert found and all(one.ingredients[0].licence and one.ingredients[0].relation == "componentOf" for one in found)
    clock = next(one for one in found if one.ingredients[0].title == "clock")
    assert clock.note.startswith("as in clock by ")


def test_an_icon_that_is_drawn_smaller_is_laid_over_the_drawing():
    from maquette.data.shelf import ShelfIcon

    svg = d.to_svg(icon(RING, line((12.0, 6.0), (12.0, 12.0))))
    shelf = ShelfIcon("clock", "own", "Ada", "CC0-1.0", "", (), svg, "0" * 64, "name", 1.0)
    small = d.Shape(d.Circle((12.0, 12.0), 8.5), PEN)
    (found,) = next_of([shelf], [small], PEN)
    assert key_of(found.shape) == key_of(line((12.0, 6.375), (12.0, 12.0)))


@pytest.mark.skipif(
    not (Path(__file__).parents[2] / "src/maquette/starters/icon-1/weights.safetensors").exists(), reason="no icon-1"
)
def test_the_starter_answers_before_a_person_would_wait():
    import time

    ghosts = IconGhosts(open_checkpoint("icon-1"), [Shelf()])
    ghosts.suggest(icon(RING), words="a face")
    spent = []
    for _ in range(8):
        begun = time.process_time()
        ghosts.suggest(icon(RING, EYE), words="a face")
        spent.append(time.process_time() - begun)
    assert sorted(spent)[len(spent) // 2] < 0.1


class Shelf:
    """Four icons: a sheet with a folded corner and a sign on it."""

    name, licence = "own", "CC0-1.0"
    signs = ("plus", "minus", "check", "plus")
    _entries = None

    def __len__(self) -> int:
        return len(self.signs)

    def search(self, words, k=8, *, synonyms=None):
        return []

    def _icon(self, rank):
        from maquette.data.shelf import ShelfIcon

        sign = {
            "plus": line((12.0, 10.0), (12.0, 16.0)),
            "minus": line((9.0, 13.0), (15.0, 13.0)),
            "check": line((9.0, 13.0), (11.0, 15.0), (15.0, 11.0)),
        }[self.signs[rank.key]]
        svg = d.to_svg(icon(SHEET, FOLD, sign))
        return ShelfIcon(f"sheet-{rank.key}", "own", "Ada", "CC0-1.0", "", (), svg, str(rank.key), "name", 1.0)


SHEET = line((5.0, 3.0), (14.0, 3.0), (19.0, 8.0), (19.0, 21.0), (5.0, 21.0), (5.0, 3.0))
FOLD = line((14.0, 3.0), (14.0, 8.0), (19.0, 8.0))


def test_the_forms_of_her_own_set_come_in_the_order_in_which_she_draws_them():
    motifs = Motifs([Shelf()])
    (fold,) = motifs.after([SHEET])
    assert key_of(fold.shape) == key_of(FOLD) and fold.count == 4 and fold.chance > 0.5
    signs = motifs.after([SHEET, FOLD])
    assert key_of(signs[0].shape) == key_of(line((12.0, 10.0), (12.0, 16.0))) and len(signs) == 3
    assert sum(one.chance for one in signs) < 1
    assert key_of(motifs.after([])[0].shape) == key_of(SHEET)
    assert motifs.after([RING]) == []


def test_a_form_of_many_icons_is_nobodys_and_a_rare_one_is_credited(ghosts, tiny_icons):
    own = IconGhosts(open_checkpoint(tiny_icons), [Shelf()])
    (fold,) = [one for one in own.suggest(icon(SHEET)) if one.source == "retrieval"][:1]
    assert fold.note == "as in 4 icons of the shelf" and not fold.ingredients
    rare = [one for one in own.suggest(icon(SHEET, FOLD), count=6) if one.source == "retrieval"]
    assert rare and rare[-1].note == "as in sheet-2 by Ada (CC0-1.0)" and rare[-1].ingredients[0].author == "Ada"
