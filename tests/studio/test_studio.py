"""The corridor: what a creator asks is checked first, made, examined, signed and kept, and can be made again."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import pytest

import toy
from maquette.core.errors import (
    Cancelled,
    CredentialError,
    LibraryError,
    OriginalityError,
    UsageError,
)
from maquette.media import drawing as d
from maquette.studio.studio import Studio
from maquette.trust.verify import verify


@pytest.fixture
def studio():
    return Studio(say=lambda text: None)


def make(studio, out, prompt="a rocket", *, keeping=None, **more):
    return list(studio.make(studio.request("icon", prompt, **more), out=out, **(keeping or {})))


def test_a_request_becomes_signed_files_that_tell_their_story(studio, tmp_path):
    assets = make(studio, tmp_path, seed=7, count=2, style="sharp", stroke_width=1.5)
    assert [asset.path.name for asset in assets] == ["a-rocket-7.svg", "a-rocket-7-2.svg"]
    verdict = verify(assets[0].path)
    assert verdict.state == "trusted"
    story = verdict.story
    assert story["request"]["prompt"] == "a rocket"
    assert story["request"]["controls"]["style"] == "sharp"
    assert story["seed"] == assets[0].seed
    assert assets[0].credential["where"] == "embedded"
    assert d.read(assets[0].path).title == "a rocket"


def test_the_same_seed_makes_the_same_drawing(studio, tmp_path):
    first, again = (make(studio, tmp_path, seed=7, count=1)[0] for _ in range(2))
    assert d.read(first.path) == d.read(again.path)
    assert d.read(first.path) != d.read(make(studio, tmp_path, seed=8, count=1)[0].path)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"prompt": ""}, "empty"),
        ({"prompt": " \n"}, "empty"),
        ({"prompt": "x" * 10_000}, "10000 characters; the limit is 500"),
        ({"prompt": "a", "count": 0}, "count of 0"),
        ({"prompt": "a", "count": 100_000}, "count of 100000"),
        ({"prompt": "a", "seed": -1}, "no seed"),
        ({"prompt": "a", "seed": 1 << 63}, "no seed"),
        ({"prompt": "a", "stile": "x"}, "no control called 'stile'"),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_is_made(studio, asked, words):
    with pytest.raises(UsageError, match=words):
        studio.request("icon", **asked)


def test_an_unknown_craft_is_named_with_the_nearest(studio):
    with pytest.raises(UsageError, match="no craft called 'icno'") as caught:
        studio.request("icno", "a rocket")
    assert "icon" in caught.value.mend


def test_errors_come_at_once_and_not_with_the_first_work(studio, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError):
        studio.make(studio.request("icon", "a rocket"), out=tmp_path / "file")


def test_a_private_work_has_its_words_nowhere(studio, tmp_path, own_home):
    asset = make(studio, tmp_path, "my secret rocket", count=1, keeping={"private": True})[0]
    assert asset.path.name == "icon-0.svg" and asset.prompt == ""
    for path in (asset.path, asset.copy, *own_home.glob("library.sqlite*")):
        assert b"secret" not in path.read_bytes()
    assert "secret" not in json.dumps(verify(asset.path).story)
    assert "secret" not in json.dumps([job.what for job in studio.jobs.newest()])
    assert studio.library.search("secret") == []


def test_an_unsigned_work_says_so_in_file_and_library(studio, tmp_path):
    asset = make(studio, tmp_path, count=1, keeping={"unsigned": True})[0]
    assert "unsigned" in asset.path.read_text()
    assert asset.credential["where"] == "none"
    assert studio.library.get(asset.id).credential["where"] == "none"
    assert verify(asset.path).state == "unsigned"


# -- originality ---------------------------------------------------------------------------------------------------


@pytest.fixture
def near_copies(monkeypatch):
    """Every second work is found to be a near copy."""
    near = {"title": "rocket", "author": "Ada", "licence": "MIT", "source": "set/rocket", "iou": 0.97, "same": True}
    count = iter(range(1000))

    def examine(self, work, checkpoint):
        verdict = "near-copy" if next(count) % 2 == 0 else "distinct"
        return {"nearest": [near], "verdict": verdict, "common_sets": 1, "note": ""}

    monkeypatch.setattr(Studio, "originality", examine)
    return near


def test_a_near_copy_is_shown_beside_the_others_and_not_kept(studio, tmp_path, near_copies):
    seen = []
    assets = make(studio, tmp_path, count=4, keeping={"on_near_copy": seen.append})
    assert len(assets) == 3 and len(seen) == 3  # of the four and two to spare
    assert seen[0].originality["nearest"][0]["author"] == "Ada"
    assert len(list(tmp_path.iterdir())) == 3


def test_near_copies_are_replaced_by_works_to_spare(studio, tmp_path, monkeypatch):
    verdicts = iter(["near-copy", *["distinct"] * 9])
    found = {"nearest": [], "common_sets": 0, "note": ""}
    monkeypatch.setattr(Studio, "originality", lambda *_: {**found, "verdict": next(verdicts)})
    assert len(make(studio, tmp_path, count=4)) == 4


def test_a_near_copy_is_kept_when_the_creator_insists_and_that_is_recorded(studio, tmp_path, near_copies):
    assets = make(studio, tmp_path, count=2, keeping={"allow_near_copy": True})
    assert [(asset.originality["verdict"], asset.originality.get("allowed")) for asset in assets] == [
        ("near-copy", True),
        ("distinct", None),
    ]
    assert verify(assets[0].path).story["originality"]["allowed"] is True


def test_when_all_are_near_copies_it_is_a_refusal(studio, tmp_path, near_copies, monkeypatch):
    found = {"nearest": [near_copies], "verdict": "near-copy", "common_sets": 1, "note": ""}
    monkeypatch.setattr(Studio, "originality", lambda *_: found)
    with pytest.raises(OriginalityError, match="all 2 works") as caught:
        make(studio, tmp_path, count=1)
    assert "rocket by Ada (MIT)" in caught.value.where


def test_what_is_offered_as_found_claims_no_originality(studio, tmp_path, near_copies, monkeypatch):
    real = toy.ToyMaker.make

    def found(self, request, on_progress):
        for work in real(self, request, on_progress):
            parent = dataclasses.replace(work.ingredients[0], relation="parentOf")
            yield dataclasses.replace(work, how="found", ingredients=(parent,))

    monkeypatch.setattr(toy.ToyMaker, "make", found)
    assert [asset.how for asset in make(studio, tmp_path, count=2)] == ["found", "found"]


# -- again -------------------------------------------------------------------------------------------------------


def test_remake_replays_the_recorded_decisions_to_the_same_drawing(studio, tmp_path, monkeypatch):
    asset = make(studio, tmp_path, count=1, stroke_width=1.5)[0]
    # Another machine, without the library and with a maker that would decide otherwise.
    monkeypatch.setattr(toy.ToyMaker, "make", None)
    again = Studio(say=print).remake(asset.path, out=tmp_path / "again")
    assert again.same
    assert again.asset.path.name == "a-rocket-0.svg"
    assert d.read(again.asset.path).shapes == d.read(asset.path).shapes
    story = verify(again.asset.path).story
    assert (story["seed"], story["trace"]) == (asset.seed, verify(asset.path).story["trace"])


def test_resampling_says_whether_this_machine_agrees(studio, tmp_path, monkeypatch):
    asset = make(studio, tmp_path, count=3)[1]
    assert studio.remake(asset.path, resample=True, out=tmp_path).same
    real = toy.ToyMaker.make

    def otherwise(self, request, on_progress):
        for work in real(self, request, on_progress):
            trace = {**work.trace, "tokens": [3] * 8}
            yield dataclasses.replace(work, trace=trace, media=self.replay(trace))

    monkeypatch.setattr(toy.ToyMaker, "make", otherwise)
    assert not studio.remake(asset.path, resample=True, out=tmp_path).same


def test_a_tampered_file_is_remade_from_the_librarys_copy(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    asset.path.write_bytes(asset.path.read_bytes().replace(b"<rect", b"<rect ", 1))
    assert studio.remake(asset.path, out=tmp_path).same
    studio.library.forget(asset.id)
    with pytest.raises(CredentialError, match="cannot be relied on"):
        studio.remake(asset.path, out=tmp_path)


def test_a_model_is_found_by_what_it_is_and_not_by_its_name(studio, monkeypatch):
    from maquette.core.errors import CheckpointError

    (studio.places.models / "renamed").mkdir(parents=True)
    boxes = {"icon-1": SimpleNamespace(id="other"), "renamed": SimpleNamespace(id="wanted")}

    def opened(self, name):
        if name not in boxes:
            raise CheckpointError("none")
        return boxes[name]

    monkeypatch.setattr(Studio, "_open", opened)
    story = {"checkpoint": "wanted", "model": {"name": "icon-1"}, "request": {"checkpoint": "mine"}}
    assert studio.checkpoint_of(story) is boxes["renamed"]
    assert studio.checkpoint_of({**story, "checkpoint": "nobody's"}) is None


def test_resampling_without_the_model_says_what_to_do(studio, tmp_path, monkeypatch):
    asset = make(studio, tmp_path, count=1)[0]
    verdict = verify(asset.path)
    story = {**verdict.story, "checkpoint": "f" * 64}
    monkeypatch.setattr(Studio, "original", lambda *_: (asset.path, dataclasses.replace(verdict, story=story)))
    with pytest.raises(UsageError, match="not on this machine"):
        studio.remake(asset.path, resample=True, out=tmp_path)


def test_a_private_work_can_be_replayed_and_not_resampled(studio, tmp_path):
    asset = make(studio, tmp_path, "my secret", count=1, keeping={"private": True})[0]
    assert asset.path.name == "icon-0.svg"
    with pytest.raises(UsageError, match="kept private"):
        studio.remake(asset.path, resample=True, out=tmp_path)


def test_a_file_that_tells_nothing_cannot_be_remade(studio, tmp_path):
    plain = tmp_path / "plain.svg"
    plain.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    with pytest.raises(CredentialError, match="tells nothing"):
        studio.remake(plain)
    with pytest.raises(UsageError, match="no such work"):
        studio.remake(tmp_path / "nothing.svg")


# -- by hand -------------------------------------------------------------------------------------------------------


def edit(asset, path):
    text = asset.path.read_text()
    assert '<rect x="2"' in text
    path.write_text(text.replace('<rect x="2"', '<rect x="3"'))
    return path


def test_a_hand_edited_file_joins_the_library_as_a_child(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    edited = edit(asset, tmp_path / "mine.svg")
    before = edited.read_bytes()
    child = studio.adopt(edited, asset.path, out=tmp_path / "adopted")
    assert edited.read_bytes() == before
    assert child.path.name == "mine.svg" and child.parents == (asset.id,)
    verdict = verify(child.path)
    assert verdict.state == "trusted"
    assert verdict.story["human"] == "1 of 2 shapes changed"
    assert verdict.story["ingredients"][0]["author"] == "Lucide Contributors"
    assert len(verdict.chain) == 2
    assert [one.get("action") for one in verdict.chain[0]["actions"]] == ["c2pa.opened", "c2pa.edited"]


def test_a_file_edited_in_place_finds_its_original_in_the_library(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    edit(asset, asset.path)
    child = studio.adopt(asset.path, asset.path, out=tmp_path)
    assert child.parents == (asset.id,) and child.path.name == "a-rocket-0-2.svg"


def test_an_edit_by_a_program_is_recorded_as_one_and_not_as_a_hands(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]

    def heavier(drawing):
        shapes = [dataclasses.replace(s, paint=dataclasses.replace(s.paint, width=3.0)) for s in drawing.shapes]
        return dataclasses.replace(drawing, shapes=tuple(shapes))

    child = studio.edit(asset.path, heavier, note="strokes of 3 units", out=tmp_path)
    assert child.path.name == "a-rocket-0-edited.svg" and child.parents == (asset.id,)
    verdict = verify(child.path)
    assert verdict.state == "trusted"
    assert (verdict.story["action"], verdict.story["note"]) == ("edited", "strokes of 3 units")
    kinds = [one.get("digitalSourceType", "").rsplit("/")[-1] for one in verdict.chain[0]["actions"]]
    assert len(verdict.chain) == 2 and "humanEdits" not in kinds
    with pytest.raises(UsageError, match="was edited"):
        studio.remake(child.path)


def test_a_child_is_not_adopted_from_a_broken_original(studio, tmp_path):
    asset = make(studio, tmp_path, count=1)[0]
    studio.library.forget(asset.id)
    edited = edit(asset, tmp_path / "mine.svg")
    with pytest.raises(CredentialError, match="original's credential does not hold"):
        studio.adopt(asset.path, edited)


# -- jobs --------------------------------------------------------------------------------------------------------


def test_the_book_tells_how_jobs_ended(studio, tmp_path):
    make(studio, tmp_path, count=2)
    works = studio.make(studio.request("icon", "a boat", count=3), out=tmp_path)
    next(works)
    works.close()
    newest, before = studio.jobs.newest()
    assert (before.state, len(before.results)) == ("done", 2)
    assert (newest.state, len(newest.results)) == ("cancelled", 1)
    assert newest.what["request"]["prompt"] == "a boat"


def test_cancelling_in_the_callback_keeps_what_was_finished(studio, tmp_path):
    def stop(progress):
        if progress.step == 2:
            raise Cancelled()

    kept = []
    with pytest.raises(Cancelled):
        for asset in studio.make(studio.request("icon", "a boat", count=5), stop, out=tmp_path):
            kept.append(asset)
    assert len(kept) == 2 and len(studio.library.assets()) == 2
    assert studio.jobs.newest()[0].state == "cancelled"


def test_another_process_can_ask_a_job_to_stop(studio, tmp_path, monkeypatch):
    monkeypatch.setattr("maquette.studio.jobs.EVERY", 0.0)
    works = studio.make(studio.request("icon", "a boat", count=50), out=tmp_path)
    next(works)
    other = Studio()
    assert other.jobs.cancel(other.jobs.newest()[0].id)
    with pytest.raises(Cancelled):
        list(works)
    assert not other.jobs.cancel("nobody")


def test_a_failure_is_written_down(studio, tmp_path, monkeypatch):
    def fail(self, request, on_progress):
        raise CredentialError("the pen broke")
        yield

    monkeypatch.setattr(toy.ToyMaker, "make", fail)
    with pytest.raises(CredentialError):
        make(studio, tmp_path)
    job = studio.jobs.newest()[0]
    assert (job.state, job.error) == ("failed", "the pen broke")


def test_a_checkpoint_without_prints_is_said_once(studio):
    from maquette.core.errors import CheckpointError

    said = []
    studio.say = said.append

    def missing(name):
        raise CheckpointError("none")

    box = SimpleNamespace(id="1", name="bare", base=None, file=missing)
    assert studio.originality(None, box) is None and studio.originality(None, box) is None
    assert len(said) == 1 and "bare" in said[0]
