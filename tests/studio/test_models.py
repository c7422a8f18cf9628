"""What a creator may rely on of her own models: signed when trained, named as she says, and told of in plain words."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import UsageError
from maquette.interfaces.cli.root import run
from maquette.studio.models import card_sections
from maquette.studio.studio import Studio


@pytest.fixture
def studio():
    return Studio(say=lambda text: None)


@pytest.fixture
def box(tiny_box, tmp_path):
    return shutil.copytree(tiny_box, tmp_path / "mine-1")


def test_a_model_without_a_seal_is_called_unsigned(studio, box):
    assert studio.standing(open_checkpoint(box)).state == "unsigned"


def test_a_signed_model_is_trusted_until_one_of_its_files_is_another(studio, box, capsys):
    studio.seal_model(box)
    (box / "notes.txt").write_text("of mine")
    found = studio.standing(open_checkpoint(box))
    assert (found.state, found.beside) == ("trusted", ("notes.txt",))
    weights = bytearray((box / "weights.safetensors").read_bytes())
    weights[-1] ^= 1
    (box / "weights.safetensors").write_bytes(weights)
    assert run(["models", "card", str(box)]) == 3
    assert "weights.safetensors was changed" in capsys.readouterr().out
    studio.seal_model(box)
    assert run(["models", "card", str(box), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seal"]["state"] == "trusted"


def test_a_model_trained_elsewhere_can_be_signed_and_keeps_its_seal_when_it_is_added(box, capsys):
    (box / "run").mkdir()
    (box / "run" / "state.safetensors").write_bytes(b"ten times the model")
    assert run(["models", "sign", str(box)]) == 0
    assert run(["models", "add", str(box), "--name", "hers-1"]) == 0
    capsys.readouterr()
    assert run(["models", "card", "hers-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seal"]["state"] == "trusted"
    assert not (open_checkpoint("hers-1").path / "run").exists()
    assert run(["models", "sign", str(box / "nowhere")]) == 2


def test_nobody_signs_a_packaged_starter(studio, box, monkeypatch):
    monkeypatch.setattr("maquette.checkpoints.starters.HOME", box.parent)
    with pytest.raises(UsageError, match="part of Maquette"):
        studio.seal_model(box)


def test_a_packaged_starter_is_part_of_maquette_whoever_asks(studio, box, monkeypatch):
    monkeypatch.setattr("maquette.checkpoints.starters.HOME", box.parent)
    assert studio.standing(open_checkpoint(box)).state == "part of Maquette"


def test_a_model_is_not_remade_as_if_it_were_a_work(studio, box):
    studio.seal_model(box)
    with pytest.raises(UsageError, match="card of a model"):
        studio.remake(box / "card.json")


def test_a_card_is_told_in_plain_words(box):
    card = {
        "name": "mine-1",
        "kind": "icon",
        "parameters": 7_703_168,
        "figures": {"held_out_bits_per_icon": 80.25, "ratio": 0.6, "own": 1},
        "recipe": {"steps": 2350, "tokens": 4096, "seed": 1, "optimiser": {"name": "muon"}},
        "compute": {"hours": 0.69, "machine": "one core"},
    }
    told = dict(card_sections(card))
    assert told["mine-1"] == ["draws icons · 7.7 million parameters"]
    assert told["Figures"][0].startswith("80.25 bits per icon that it had never seen")
    assert told["Figures"][2] == "own: 1"
    assert told["Made by"] == ["2,350 steps of 4,096 tokens with muon, seed 1", "41 minutes on one core"]


def test_a_training_signs_its_model_and_names_it_after_its_folder(studio, tmp_path, monkeypatch):
    pytest.importorskip("torch")
    from maquette.encodings.prints import PrintIndex
    from maquette.training import run as training

    monkeypatch.setattr("maquette.training.loop.bf16_pays", lambda device: False)
    monkeypatch.setattr("maquette.training.preview.sheet", lambda *asked: None)
    monkeypatch.setattr(training, "NETS", {**training.NETS, "small": training.NETS["tiny"]})
    samples = Path(str(sys.modules["maquette"].__file__)).parent / "samples" / "my-icons"
    made = studio.train("icon", samples, out=tmp_path / "my-hand", minutes=0.005)
    box = open_checkpoint(made)
    assert box.name == "my-hand"
    assert studio.standing(box).state == "trusted"
    again = studio.train("icon", samples, out=tmp_path / "taken-further", base=str(made), whole=True, minutes=0.005)
    card = open_checkpoint(again).card
    assert (card["name"], card["base"], card["base_id"]) == ("taken-further", "my-hand", box.id)
    # Whoever taught the base has taught this model too, and its works are looked at for near copies.
    assert [one["name"] for one in card["datasets"]] == ["my-icons", "my-icons"]
    assert card["licences"] == {"CC0-1.0": 42} and len(card["attribution"]) == 2
    assert len(PrintIndex.load(again / "fingerprints.npz")) == 42
    assert "It went on from my-hand" in (again / "NOTICE.txt").read_text("utf-8")
    for path in again.iterdir():
        assert path.is_dir() or str(tmp_path).encode() not in path.read_bytes()


def test_a_recipe_keeps_the_name_that_it_gives(tmp_path):
    pytest.importorskip("torch")
    from types import SimpleNamespace

    from maquette.training.recipe import Recipe
    from maquette.training.run import _recipe

    (tmp_path / "given.toml").write_text(replace(Recipe(), name="ada-1").as_toml())
    data = SimpleNamespace(name="d", version="1", sha256="0" * 64, items=[])
    for out, path, name in (("my-hand", None, "my-hand"), ("other", tmp_path / "given.toml", "ada-1")):
        (tmp_path / out / "run").mkdir(parents=True)
        assert _recipe(tmp_path / out, data, path, None, None).name == name
