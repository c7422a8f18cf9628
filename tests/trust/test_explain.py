"""Why a work came out so is told from what its file records, and from nothing else."""

from __future__ import annotations

import pytest

from maquette.trust import credentials, seal
from maquette.trust.explain import chain, explain, human_share
from maquette.trust.story import well_formed
from maquette.trust.verify import verify
from trust.samples import ROCKET, SVG, a_work

TRACE = {
    "encoding": "strokes.v1",
    "tokens": list(range(40)),
    "sampler": {"temperature": 0.8, "top_p": 1.0, "guidance": 2.0},
    "reading": {"used": ["rocket"], "replaced": [["spaceship", "rocket"]], "unknown": ["glorp"]},
    "rank": 2,
    "pool": 64,
    "logprob": -69.3,
    "shapes": [{"by": "machine"}, {"by": "machine-then-edited"}, {"by": "human"}, {"by": "machine"}],
}

BARE = {"format": "x", "action": "created", "how": "words", "request": {}, "trace": {}, "ingredients": [], "seed": 1}
CREATED = {"action": "c2pa.created", "digitalSourceType": seal.IPTC + "digitalCreation"}


def told(verdict) -> dict[str, str]:
    return {heading: "\n".join(lines) for heading, lines in explain(verdict)}


def test_words_references_and_choices_are_told(kept, at):
    work = a_work("a glorp spaceship", how="after", ingredients=(ROCKET,), trace=TRACE)
    said = told(verify(kept(work=work), at=at))
    assert "it took “rocket”" in said["Words"] and "without effect: glorp" in said["Words"]
    assert said["Drawn after"] == "the model was shown rocket by Lucide contributors (ISC)"
    assert "40 decisions" in said["Decisions"] and "guidance 2.0" in said["Decisions"]
    assert "100 bits" in said["Decisions"] and "top" not in said["Decisions"]
    assert said["Why this one"] == "placed 2 of 64 candidates"
    assert "human share: 50%" in said["Whose hand"]


def test_what_was_found_is_told_as_a_persons(kept, at):
    verdict = verify(kept(manner="found"), at=at)
    said = told(verdict)
    assert said["Decisions"] == "none: no model drew it"
    assert human_share(verdict.story) == 1.0


def test_the_line_of_descent_is_told_from_the_file_alone(sealed, at, tmp_path):
    first = sealed()
    edit = {"action": "adopted", "human": "moved a point"}
    second = sealed(**edit, parents=[seal.Parent(first.data, "image/svg+xml")])
    third = sealed(**edit, parents=[seal.Parent(second.data, "image/svg+xml")])
    path = tmp_path / "third.svg"
    path.write_bytes(third.data)
    verdict = verify(path, at=at)
    links = chain(verdict)
    assert [link.done for link in links] == [("opened", "moved a point"), ("opened", "moved a point"), ("created",)]
    assert told(verdict)["Descent"].count("signed by Ada") == 2


def test_a_parent_without_a_credential_is_named_as_such(kept, at):
    links = chain(verify(kept(manner="found"), at=at))
    assert (links[1].title, links[1].signer) == ("rocket by Lucide contributors (ISC)", "")


def test_private_words_stay_private_in_the_explanation(kept, at):
    said = told(verify(kept(private=True), at=at))
    assert "kept private" in said["Words"] and "rocket" not in said["Words"]


def test_a_trace_that_may_have_been_changed_explains_nothing(kept, at, tmp_path):
    path = kept()
    path.write_bytes(path.read_bytes() + b" ")
    assert list(told(verify(path, at=at))) == ["State"]
    (tmp_path / "plain.svg").write_bytes(SVG)
    assert list(told(verify(tmp_path / "plain.svg", at=at))) == ["State"]


@pytest.mark.parametrize(
    "lineage",
    [
        [1],
        {"format": "x"},
        {**BARE, "trace": "tokens"},
        {**BARE, "trace": {"tokens": ["a"]}},
        {**BARE, "ingredients": [3]},
        {**BARE, "originality": {"nearest": [{"iou": "much"}]}},
        {**BARE, "originality": {"nearest": [{"title": "x", "licence": "MIT"}]}},
        {**BARE, "model": {"datasets": [{"sets": [{"set": "x", "items": None}]}]}},
        {**BARE, "note": None},
        {**BARE, "model": {"datasets": [{"sets": [None]}]}},
        {**BARE, "request": []},
    ],
)
def test_a_strangers_story_in_another_form_is_not_told_and_breaks_nothing(ada, at, tmp_path, lineage):
    manifest = {
        "claim_generator_info": [{"name": "another program"}],
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": [CREATED]}},
            {"label": "com.maquette.lineage", "data": lineage},
        ],
    }
    path = tmp_path / "strange.svg"
    path.write_bytes(credentials.sign(manifest, SVG, "image/svg+xml", ada)[0])
    verdict = verify(path, at=at)
    assert (verdict.state, verdict.story) == ("trusted", {})
    assert "not made by Maquette" in told(verdict)["State"]


def test_the_form_that_is_relied_on_is_the_one_that_is_sealed(kept, at):
    assert well_formed(BARE)
    assert all(verify(kept(manner=m), at=at).story for m in ("created", "edited", "adopted", "found"))


def test_what_a_rule_did_is_not_said_of_the_model():
    from maquette.trust.explain import _hands

    cut = {"shapes": [{"by": "human"}, {"by": "machine", "from": "rule"}, {"by": "machine", "from": "net"}]}
    assert list(_hands({"checkpoint": "1"}, cut))[:3] == [
        "shape 1: by hand",
        "shape 2: by rule, not by the model",
        "shape 3: by the model",
    ]
    assert "restyled by rule" in next(_hands({"checkpoint": "1"}, {"restyled": {"width": 2}}))
    assert "no model drew any of it" in next(_hands({"checkpoint": ""}, {}))
    assert "drawn by the model" in next(_hands({"checkpoint": "1"}, {"tokens": [1]}))
