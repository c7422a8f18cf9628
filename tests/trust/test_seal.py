"""What a sealed file says, what it must never say, and what may not be sealed."""

from __future__ import annotations

import dataclasses
import getpass
import io
import json
import re
import socket
import time
from pathlib import Path

import pytest

from maquette.core.errors import CredentialError, RightsError
from maquette.core.types import Ingredient
from maquette.trust import credentials, seal
from maquette.trust.verify import read_story, verify
from trust.samples import CARD, FILES, MIDI, NEAR, ROCKET, SVG, Controls, a_work, png


def decoded(made: seal.Sealed, mime: str, anchors: tuple[bytes, ...]) -> dict:
    return credentials.examine(io.BytesIO(made.data), mime, anchors, made.sidecar)["crjson"]


def actions(made: seal.Sealed, mime: str = "image/svg+xml") -> list[tuple[str, str]]:
    found = decoded(made, mime, ())["manifests"][0]["assertions"]["c2pa.actions.v2"]["actions"]
    return [(one["action"], one.get("digitalSourceType", "").rpartition("/")[2]) for one in found]


def test_what_a_model_drew_says_so(sealed):
    assert actions(sealed()) == [("c2pa.created", "trainedAlgorithmicMedia")]
    assert actions(sealed(work=a_work(how="ngram", checkpoint=""))) == [("c2pa.created", "trainedAlgorithmicMedia")]


def test_what_a_model_changed_names_its_parent_and_both_hands(sealed):
    edit = [("c2pa.opened", ""), ("c2pa.edited", "compositeWithTrainedAlgorithmicMedia")]
    assert actions(sealed(manner="edited")) == edit
    parent = dataclasses.replace(ROCKET, relation="parentOf")
    assert actions(sealed(work=a_work(how="after", ingredients=(parent,)))) == edit


def test_hand_edits_are_a_persons(sealed):
    made = sealed(manner="adopted", human="moved two points")
    assert actions(made) == [("c2pa.opened", ""), ("c2pa.edited", "humanEdits")]
    assert "moved two points" in json.dumps(decoded(made, "image/svg+xml", ()))


def test_what_was_found_is_not_passed_off_as_made(sealed):
    made = sealed(manner="found")
    assert actions(made) == [("c2pa.opened", "")]
    manifest = decoded(made, "image/svg+xml", ())["manifests"][0]
    assert "c2pa.ai-disclosure" not in manifest["assertions"]
    assert "icon-1" not in json.dumps(manifest)


def test_what_was_placed_in_a_work_is_named(sealed):
    parents = [seal.Parent(SVG, "image/svg+xml", title="ground"), seal.Parent(png(), "image/png", title="stamp")]
    assert actions(sealed(action="edited", parents=parents))[:2] == [("c2pa.opened", ""), ("c2pa.placed", "")]


def test_a_work_carries_the_whole_line_of_its_parents(sealed, ada):
    first = sealed()
    second = sealed(action="adopted", parents=[seal.Parent(first.data, "image/svg+xml")])
    third = sealed(action="adopted", parents=[seal.Parent(second.data, "image/svg+xml")])
    assert len(decoded(third, "image/svg+xml", (ada.root,))["manifests"]) == 3


def test_model_datasets_and_people_are_ingredients(sealed):
    found = decoded(sealed(), "image/svg+xml", ())["manifests"][0]["assertions"]
    titles = {one["dc:title"]: one["relationship"] for one in found.values() if one.get("relationship")}
    assert titles == {"rocket": "inputTo", "icon-1": "inputTo", "icons 1": "inputTo"}
    credit = next(one for one in found.values() if one.get("dc:title") == "rocket")
    assert credit["description"] == "rocket by Lucide contributors (ISC)"
    assert credit["instanceID"] == f"urn:sha256:{ROCKET.sha256}"


def test_training_on_a_work_is_not_allowed_unless_its_creator_says_so(sealed):
    def use(**more):
        found = decoded(sealed(**more), "image/svg+xml", ())["manifests"][0]["assertions"]
        return found["cawg.training-mining"]["entries"]["cawg.ai_generative_training"]["use"]

    assert (use(), use(training="allowed")) == ("notAllowed", "allowed")


@pytest.mark.parametrize("manner", ["created", "edited", "adopted", "found"])
def test_nothing_private_stands_in_a_sealed_file(sealed, manner, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    work = a_work(
        controls=Controls(reference=Path.home() / "secret" / "sketch.svg"),
        note=f"after {Path.cwd()}/mine.svg",
        trace={
            "encoding": "strokes.v1",
            "tokens": [1],
            "log": "C:\\Users\\jane\\x.svg",
            "said": "see /srv/x/y.svg or D:\\srv\\jane\\z.svg, https://lucide.dev/a/b",
            "more": ["/etc/hosts"],
        },
    )
    work = dataclasses.replace(work, request=dataclasses.replace(work.request, checkpoint="/srv/models/own-2"))
    for kind, (_, mime) in FILES.items():
        made = sealed(kind, manner, work=work)
        said = json.dumps([decoded(made, mime, ()), made.credential.summary]) + str(made.data) + str(made.sidecar)
        if manner == "created":
            assert all(kept in said for kept in ("own-2", "sketch.svg", "see y.svg or z.svg, https://lucide.dev/a/b"))
        paths = [str(Path.home()) + "/", str(tmp_path), "jane", "/srv", "/etc"]
        for private in (*paths, f"/{getpass.getuser()}/"):
            assert private not in said, private
        # Short names would be met by chance in base64: they are looked for as words, in what is decoded.
        for private in (socket.gethostname(), getpass.getuser()):
            assert not re.search(
                rf"\b{re.escape(private)}\b", json.dumps(decoded(made, mime, ())).replace("Maquette personal root", "")
            ), private


@pytest.mark.parametrize("manner", ["created", "edited", "adopted"])
def test_a_private_work_keeps_its_words_to_itself(sealed, ada, manner):
    words = "a wedding ring for Zanzibar"
    trace = {"encoding": "strokes.v1", "tokens": [5, 6], "prefix": [1, 2], "reading": {"used": ["ring", "wedding"]}}
    work = a_work(words, note=f"from words: {words}", trace=trace, ingredients=(ROCKET,))
    for kind, (_, mime) in FILES.items():
        made = sealed(kind, manner, work=work, private=True)
        said = json.dumps(decoded(made, mime, ())) + str(made.data) + str(made.sidecar) + str(made.credential)
        assert not [word for word in ("Zanzibar", "zanzibar", "wedding", "ring for") if word in said]
        assert words not in json.dumps(made.credential.manifest)
    story = decoded(made, mime, ())["manifests"][0]["assertions"]["com.maquette.lineage"]
    sealed_words = story["request"]["prompt_sealed"]
    # She alone can prove later what she asked for.
    assert sealed_words["hmac_sha256"] == ada.seal_words(words, sealed_words["nonce"])
    assert story["trace"] == {"encoding": "strokes.v1", "tokens": [5, 6]}


@pytest.mark.parametrize("prompt", ["a", "path", "strokes", "ab"])
def test_privacy_leaves_whole_what_a_work_is_remade_from(sealed, prompt):
    trace = {"encoding": "strokes.v1", "tokens": [5], "svg": SVG.decode(), "paint": {"cap": "round"}}
    made = sealed(work=a_work(prompt, trace=trace), private=True)
    story = decoded(made, "image/svg+xml", ())["manifests"][0]["assertions"]["com.maquette.lineage"]
    assert story["trace"] == trace
    assert (story["checkpoint"], story["encoding"]) == ("ab" * 32, "strokes.v1")


def test_two_private_works_do_not_betray_that_they_share_their_words(sealed):
    stories = [
        decoded(sealed(private=True), "image/svg+xml", ())["manifests"][0]["assertions"]["com.maquette.lineage"]
        for _ in range(2)
    ]
    assert stories[0]["request"]["prompt_sealed"] != stories[1]["request"]["prompt_sealed"]


@pytest.mark.parametrize(("licence", "how"), [("CC-BY-ND-4.0", "after"), ("LicenseRef-all-rights-reserved", "found")])
def test_what_a_licence_forbids_is_not_sealed(sealed, licence, how):
    relation = "parentOf" if how == "found" else "inputTo"
    theirs = Ingredient("owl", relation, "icon", "Ann", licence, "ann/owl")
    with pytest.raises(RightsError, match="owl by Ann may not be"):
        sealed(work=a_work(how=how, ingredients=(theirs,)))


def test_an_offer_that_the_ingredients_forbid_is_refused(sealed):
    theirs = Ingredient("owl", "inputTo", "icon", "Ann", "CC-BY-SA-4.0", "ann/owl")
    with pytest.raises(RightsError, match="cannot be offered under MIT"):
        sealed(work=a_work(how="after", ingredients=(theirs,), licence="MIT"))
    assert sealed(work=a_work(how="after", ingredients=(theirs,), licence="CC-BY-SA-4.0")).data


def test_the_duties_of_its_ingredients_travel_with_a_work(sealed):
    story = decoded(sealed(), "image/svg+xml", ())["manifests"][0]["assertions"]["com.maquette.lineage"]
    assert story["rights"] == {"offered": None, "from": "ISC", "duties": ["attribution", "notice"]}


@pytest.mark.parametrize(("action", "how"), [("adopted", "words"), ("edited", "words"), ("created", "found")])
def test_a_work_without_the_parent_it_must_have_is_not_sealed(sealed, action, how):
    with pytest.raises(CredentialError, match="has a parent"):
        sealed(work=a_work(how=how), action=action)


DRAWINGS = {
    "a prolog, a comment and CRLF": b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<!-- <svg> --><svg xmlns="http://www.w3.org/2000/svg"><g/></svg>',
    "metadata of its own": b'<svg xmlns="http://www.w3.org/2000/svg"><metadata id="m"><x/></metadata><g/></svg>',
    "a prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:path d="M0 0"/></s:svg>',
    "nothing in it": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "UTF-16": '<?xml version="1.0" encoding="utf-16"?><svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'.encode(
        "utf-16"
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_whatever_program_wrote_a_drawing_it_can_be_sealed(ada, at, tmp_path, name):
    made = seal.seal(a_work(), DRAWINGS[name], "image/svg+xml", card={}, originality=None, signer=ada, action="created")
    path = tmp_path / "drawing.svg"
    path.write_bytes(made.data)
    if made.sidecar:
        assert made.data == DRAWINGS[name]
        (tmp_path / "drawing.svg.c2pa").write_bytes(made.sidecar)
    assert verify(path, at=at).state == "trusted"
    path.write_bytes(made.data.replace(b"/>", b"/> ").replace(b"/\0>\0", b"/\0>\0 \0"))
    assert verify(path, at=at).state == "invalid"


def test_a_file_that_carries_no_credential_inside_is_left_as_it_was(sealed):
    made = sealed("mid")
    assert made.data == MIDI and made.sidecar and made.credential.where == "sidecar"


def test_a_story_that_could_not_be_read_back_is_not_sealed(sealed):
    with pytest.raises(CredentialError, match=r"trace\.tokens"):
        sealed(work=a_work(trace={"tokens": "none"}))


def test_an_old_credential_in_an_edited_file_is_replaced(sealed, kept, at, tmp_path):
    first = sealed()
    edited = first.data.replace(b'r="1.25"', b'r="2"')
    parents = [seal.Parent(first.data, "image/svg+xml")]
    made = seal.seal(
        a_work(),
        edited,
        "image/svg+xml",
        card=CARD,
        originality=NEAR,
        signer=kept_signer(at),
        action="adopted",
        parents=parents,
    )
    path = tmp_path / "edited.svg"
    path.write_bytes(made.data)
    assert made.data.count(b"<c2pa:manifest>") == 1
    assert verify(path, at=at).state == "trusted" and read_story(path, at=at)["action"] == "adopted"


def kept_signer(at):
    from maquette.trust import keys

    return keys.signer(at)


def test_twelve_icons_are_sealed_in_no_time(sealed):
    sealed()
    start = time.process_time()
    for _ in range(12):
        sealed()
    assert time.process_time() - start < 0.3
