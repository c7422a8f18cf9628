"""What a creator may rely on when a model is signed: a swapped file is found, and its story names its sources."""

from __future__ import annotations

import io
import json
import shutil

import pytest

from maquette.checkpoints.contents import SEAL, contents, differences, keep_seal
from maquette.core.hashing import sha256_file
from maquette.trust import credentials
from maquette.trust.explain import explain
from maquette.trust.models import DATA, MIME, seal_model
from maquette.trust.verify import verify
from trust.samples import CARD


@pytest.fixture
def box(tiny_box, tmp_path, ada):
    """A toy checkpoint with a full card, sealed by Ada."""
    folder = tmp_path / "mine-1"
    shutil.copytree(tiny_box, folder)
    card = {**CARD, "base": "icon-1", "base_id": "ab" * 32, "recipe": {"seed": 3, "steps": 10, "data": []}}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (folder / "run").mkdir()
    (folder / "run" / "state.safetensors").write_bytes(b"the training's own")
    keep_seal(folder, seal_model(folder, signer=ada))
    return folder


def test_a_sealed_model_is_trusted_and_names_recipe_datasets_and_every_file(box, at):
    verdict = verify(box / "card.json", at=at)
    assert verdict.state == "trusted"
    told = verdict.story
    assert told["how"] == "trained"
    assert told["checkpoint"] == sha256_file(box / "weights.safetensors")
    assert told["trace"]["recipe"]["steps"] == 10
    assert set(told["trace"]["files"]) == {"weights.safetensors", "graph.onnx", "encoding.json", "note.txt"}
    assert told["model"]["datasets"][0]["sha256"] == "cd" * 32
    assert told["rights"]["duties"] == ["attribution", "notice"]
    action = verdict.chain[0]["actions"][0]
    assert (action["action"], action["digitalSourceType"]) == ("c2pa.created", DATA)
    asked = {one["dc:title"]: one["relationship"] for one in verdict.chain[0]["ingredients"]}
    assert asked == {"icons 1": "inputTo", "icon-1": "inputTo"}


@pytest.mark.parametrize("name", ["weights.safetensors", "graph.onnx", "encoding.json", "note.txt"])
def test_a_file_that_was_swapped_in_a_model_is_found_by_name(box, at, name):
    data = bytearray((box / name).read_bytes())
    data[-1] ^= 1
    (box / name).write_bytes(data)
    for asked in ("card.json", SEAL):
        verdict = verify(box / asked, at=at)
        assert verdict.state == "invalid" and f"{name} was changed" in verdict.summary
        assert verdict.failures == ("assertion.collectionHash.mismatch",)


def test_a_missing_file_and_a_rewritten_card_are_found(box, at):
    (box / "graph.onnx").unlink()
    assert "graph.onnx is missing" in verify(box / "card.json", at=at).summary
    (box / "card.json").write_text((box / "card.json").read_text().replace("ISC", "MIT"))
    assert "assertion.dataHash.mismatch" in verify(box / "card.json", at=at).failures


def test_names_that_lead_out_of_a_model_are_never_followed(tmp_path):
    (tmp_path / "outside").write_bytes(b"x")
    for name in ("../outside", "/etc/hostname", "C:\\secret", "a/../../outside", ""):
        (told,) = differences(tmp_path / "box", {name: "0"})
        assert "is no name of a file" in told


def test_the_state_of_a_training_and_hidden_files_are_no_part_of_the_box(box):
    (box / ".DS_Store").write_bytes(b"")
    assert set(contents(box)) == {"weights.safetensors", "graph.onnx", "encoding.json", "note.txt"}


def test_a_model_is_explained_by_its_card_and_not_as_if_it_were_a_work(box, at):
    ((_, (line,)),) = explain(verify(box / "card.json", at=at))
    assert "models card" in line


def test_a_seal_speaks_the_words_that_the_rubric_asks_for(box, ada):
    data, store = (box / "card.json").read_bytes(), (box / SEAL).read_bytes()
    found = credentials.examine(io.BytesIO(data), MIME, (ada.root,), store)
    assertions = found["crjson"]["manifests"][0]["assertions"]
    assert found["state"] == "Trusted"
    assert assertions["c2pa.actions.v2"]["allActionsIncluded"] is True
    assert assertions["c2pa.ai-disclosure"]["modelName"] == "icon-1"
    assert {"cawg.training-mining", "com.maquette.lineage"} <= set(assertions)
