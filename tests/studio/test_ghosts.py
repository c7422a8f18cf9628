"""What a person may rely on while she makes a work with ghosts: nothing is hers that is not, and nothing gets lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import toy
from maquette.core import authorship
from maquette.core.errors import CredentialError, UsageError
from maquette.core.types import Ghost, Ingredient
from maquette.media import drawing as d
from maquette.media.svg_write import geometry_text
from maquette.studio.studio import Studio
from maquette.studio.telling import tell
from maquette.trust.explain import explain
from maquette.trust.verify import verify

PEN = d.Paint(width=2.0, cap="round", join="round")


def ring(r: float) -> d.Shape:
    return d.Shape(d.Circle((12.0, 12.0), r), PEN)


class Rings:
    """Suggests three larger rings."""

    name, starter = "icon", ""

    def __init__(self, checkpoint: object) -> None:
        self.checkpoint = checkpoint

    @staticmethod
    def blank() -> d.Drawing:
        return d.Drawing((0.0, 0.0, 24.0, 24.0), ())

    def suggest(self, media, at=None, count=3, *, words="", style=None):
        at = len(media.shapes) if at is None else at
        credit = Ingredient("ring", "componentOf", "icon", "Ada", "CC0-1.0")
        out = []
        for k in range(count):
            shape = ring(5.0 + k)
            shape = replace(shape, id=authorship.mark(geometry_text(shape.geometry)))
            shapes = (*media.shapes[:at], shape, *media.shapes[at:])
            out.append(Ghost(replace(media, shapes=shapes), range(at, at + 1), 0.3, "retrieval", "a ring", (credit,)))
        return out


@pytest.fixture
def studio(monkeypatch):
    monkeypatch.setattr(toy.table, "suggester", lambda craft: Rings)
    return Studio(say=lambda text: None)


def test_every_shape_says_whose_hand_it_is_down_to_the_signed_file(studio, tmp_path):
    with studio.drawing("icon", "a target") as session:
        session.draw(ring(1.0))
        session.draw(ring(2.0))
        session.ghosts()
        session.accept(1)
        session.ghosts()
        session.accept(2)
        session.change(3, ring(9.0))
        session.draw(ring(3.0))
        asset = session.finish(tmp_path)
    story = verify(asset.path).story
    assert [one["by"] for one in story["trace"]["shapes"]] == [
        "human",
        "human",
        "machine",
        "machine-then-edited",
        "human",
    ]
    assert story["authorship"] == {"human": 3, "machine": 1, "machine-then-edited": 1}
    assert story["trace"]["ghosts"] == {"shown": 6, "accepted": 2, "edited": 0, "ignored": 4}
    told = dict(tell(verify(asset.path)))
    assert "5 shapes: 3 by hand, 1 by the machine, 1 by the machine and edited by hand" in told["Made"]
    assert "shape 4: by the model, then by hand" in dict(explain(verify(asset.path)))["Whose hand"]
    assert [one["title"] for one in story["ingredients"]] == ["ring"]


def test_a_drawing_without_ghosts_is_a_persons_and_names_no_model(studio, tmp_path):
    with studio.drawing("icon", "a dot") as session:
        session.draw(ring(2.0))
        session.ghosts()
        session.ignore()
        asset = session.finish(tmp_path)
    verdict = verify(asset.path)
    assert verdict.story["model"] is None and verdict.story["authorship"]["human"] == 1
    assert verdict.chain[0]["actions"][0]["digitalSourceType"].endswith("digitalCreation")


def test_a_ghost_taken_in_another_form_is_the_machines_then_hers(studio):
    session = studio.drawing("icon", "a target")
    session.ghosts()
    session.edited(1, ring(4.5))
    assert session.hands == ("machine-then-edited",) and session.media.shapes == (ring(4.5),)


def test_an_unchanged_shape_of_the_machines_stays_the_machines(studio):
    session = studio.drawing("icon", "a target")
    session.ghosts()
    session.accept(1)
    session.change(0, session.media.shapes[0])
    assert session.hands == ("machine",)


def test_undo_takes_the_hand_back_with_the_shape(studio):
    session = studio.drawing("icon", "a target")
    session.draw(ring(1.0))
    session.ghosts()
    session.accept(3)
    session.undo()
    assert session.hands == ("human",) and len(session.media.shapes) == 1
    session.undo()
    with pytest.raises(UsageError, match="nothing to undo"):
        session.undo()


def test_a_removed_shape_takes_its_hand_with_it(studio):
    session = studio.drawing("icon", "a target")
    session.draw(ring(1.0))
    session.ghosts()
    session.accept(1)
    session.remove(0)
    assert session.hands == ("machine",)


def test_an_editors_whole_file_is_compared_shape_by_shape(studio):
    session = studio.drawing("icon", "a target")
    session.draw(ring(1.0))
    session.ghosts()
    session.accept(1)
    changed = replace(session.media, shapes=(replace(ring(1.0), id="path1"), ring(5.5), ring(8.0)))
    session.take(changed)
    assert session.hands == ("human", "machine-then-edited", "human")


def test_what_is_adopted_keeps_the_hand_of_every_shape(studio, tmp_path):
    with studio.drawing("icon", "a target") as session:
        session.draw(ring(1.0))
        session.ghosts()
        session.accept(1)
        session.ghosts()
        session.accept(3)
        first = session.finish(tmp_path)
    media = d.read(first.path)
    edited = tmp_path / "edited.svg"
    edited.write_text(d.to_svg(replace(media, shapes=(media.shapes[0], media.shapes[1], ring(10.0), ring(11.0)))))
    child = studio.adopt(edited, first.path, out=tmp_path / "signed")
    story = verify(child.path).story
    assert story["authorship"] == {"human": 2, "machine": 1, "machine-then-edited": 1}


def test_a_ghost_accepted_in_another_program_is_known_by_its_mark(studio, tmp_path):
    shape = ring(5.0)
    name = authorship.mark(geometry_text(shape.geometry))
    path = tmp_path / "own.svg"
    kept, changed = replace(shape, id=name), replace(ring(6.0), id=name + "-1")
    path.write_text(d.to_svg(d.Drawing((0.0, 0.0, 24.0, 24.0), (ring(1.0), kept, changed))))
    session = studio.drawing("icon", "a target", of=path)
    assert session.hands == ("human", "machine", "machine-then-edited")


def test_a_work_goes_on_from_its_file_and_becomes_its_child(studio, tmp_path):
    with studio.drawing("icon", "a target") as session:
        session.ghosts()
        session.accept(1)
        first = session.finish(tmp_path)
    with studio.drawing("icon", "a target", of=first.path) as session:
        assert session.hands == ("machine",)
        session.draw(ring(1.0))
        second = session.finish(tmp_path)
    verdict = verify(second.path)
    assert verdict.state == "trusted" and verdict.story["authorship"]["machine"] == 1
    assert verdict.chain[0]["actions"][0]["action"] == "c2pa.opened"


def test_a_file_that_was_changed_since_it_was_signed_is_not_taken_for_hers(studio, tmp_path):
    with studio.drawing("icon", "a target") as session:
        session.ghosts()
        session.accept(1)
        path = session.finish(tmp_path).path
    path.write_text(path.read_text().replace('r="5"', 'r="6"'))
    with pytest.raises(CredentialError, match="does not hold"):
        studio.drawing("icon", "a target", of=path)


def test_a_drawn_work_can_be_made_again_from_its_file(studio, tmp_path, monkeypatch):
    monkeypatch.setitem(toy.table.MAKERS, "icon", "maquette.makers.icon:IconMaker")
    with studio.drawing("icon", "a target") as session:
        session.draw(ring(1.0))
        session.ghosts()
        session.accept(1)
        asset = session.finish(tmp_path)
    assert studio.remake(asset.path, out=tmp_path).same


def test_an_error_in_the_middle_leaves_a_draft(studio):
    said = []
    studio.say = said.append
    with pytest.raises(ZeroDivisionError), studio.drawing("icon", "Ракета") as session:
        session.draw(ring(1.0))
        raise ZeroDivisionError
    (path,) = Path(studio.places.home, "drafts").glob("ракета-*.svg")
    assert d.read(path).shapes[0].geometry == ring(1.0).geometry and str(path) in said[0]


def test_wrong_numbers_are_told_and_change_nothing(studio, tmp_path):
    session = studio.drawing("icon", "a target")
    with pytest.raises(UsageError, match="no ghost 1"):
        session.accept(1)
    with pytest.raises(UsageError, match="nothing was made"):
        session.finish(tmp_path)
    with pytest.raises(UsageError, match="0 ghosts"):
        session.ghosts(0)
    session.draw(ring(1.0))
    with pytest.raises(UsageError, match="no place 4"):
        session.change(4, ring(2.0))
    assert session.hands == ("human",)


def test_a_medium_without_a_craft_is_told(studio):
    with pytest.raises(UsageError, match="no craft is known for a int"):
        studio.suggest(3)
