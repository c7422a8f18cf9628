"""What a person may rely on who adds somebody else's large model: its licence is kept, and nothing odd gets in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import save_file

from maquette.checkpoints import big, big_files, big_memory
from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import CheckpointError, RightsError, UsageError
from maquette.core.settings import places
from maquette.interfaces.cli.root import run
from maquette.studio.big_models import add, licence_text

TEXT = "CreativeML Open RAIL-M\n\nUse it, but not to harm anybody.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pipeline of one net, as its makers would publish it; the numbers are zeros."""
    home = tmp_path / "тихий-лес"
    (home / "unet").mkdir(parents=True)
    (home / "scheduler").mkdir()
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}
    index |= {"scheduler": ["diffusers", "PNDMScheduler"], "safety_checker": [None, None]}
    (home / "model_index.json").write_text(json.dumps(index))
    (home / "unet" / "config.json").write_text(json.dumps({"block_out_channels": [320, 640], "sample_size": 64}))
    (home / "scheduler" / "scheduler_config.json").write_text("{}")
    save_file({"w": np.zeros((30, 40), np.float16)}, home / "unet" / "diffusion_pytorch_model.safetensors")
    (home / "LICENSE").write_text(TEXT)
    return home


def test_an_added_model_keeps_its_licence_and_the_hash_of_every_file(folder):
    model = add(places(), folder, name="wood")
    assert licence_text(model) == TEXT and model.licence == "LicenseRef-CreativeML-OpenRAIL-M"
    assert set(model.files) == {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    assert all(len(one) == 64 for one in model.files.values()) and len(model.id) == 64
    assert model.card["parameters"] == 1200 and model.card["licences"] == {}
    assert "not disclosed" in model.card["undisclosed"]
    assert open_checkpoint("wood").id == model.id == big.open_big(folder).id


def test_the_licence_is_shown_before_the_model_can_be_used(folder, capsys):
    assert run(["models", "add", str(folder), "--name", "wood"]) == 0
    told = capsys.readouterr().out
    assert TEXT.strip() in told and "not disclosed by its makers" in told
    assert run(["models", "list"]) == 0
    assert "LicenseRef-CreativeML-OpenRAIL-M" in capsys.readouterr().out
    assert run(["models", "card", "wood"]) == 0
    assert "5 files are as they were" in capsys.readouterr().out


def test_a_file_that_was_swapped_after_adding_is_found(folder, capsys):
    add(places(), folder, name="wood")
    save_file({"w": np.ones((30, 40), np.float16)}, folder / "unet" / "diffusion_pytorch_model.safetensors")
    assert run(["models", "card", "wood"]) == 3
    assert "diffusion_pytorch_model.safetensors was changed" in capsys.readouterr().out
    (folder / "LICENSE").write_text("anything goes")
    with pytest.raises(CheckpointError, match="LICENSE is not what was added"):
        big.open_big("wood")


@pytest.mark.parametrize("name", ["unet/pytorch_model.bin", "old.ckpt", "words.pt", "unet/my_pipeline.py"])
def test_what_could_run_a_program_is_refused_by_name(folder, name):
    (folder / name).write_bytes(b"\x80\x04.")
    with pytest.raises(CheckpointError, match=Path(name).name):
        add(places(), folder)
    with pytest.raises(CheckpointError, match=Path(name).name):
        open_checkpoint(folder)
    assert not places().models.exists() or not [one for one in places().models.iterdir() if one.is_dir()]


def _cut(folder: Path) -> None:
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _unfinished(folder: Path) -> None:
    (folder / ".cache").mkdir()
    (folder / ".cache" / "unet.safetensors.incomplete").write_bytes(b"")


def _without_a_piece(folder: Path) -> None:
    name = "diffusion_pytorch_model-00002-of-00002.safetensors"
    told = {"weight_map": {"w": "diffusion_pytorch_model.safetensors", "v": name}}
    (folder / "unet" / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(told))


def _without_weights(folder: Path) -> None:
    (folder / "unet" / "diffusion_pytorch_model.safetensors").unlink()


def _without_a_part(folder: Path) -> None:
    (folder / "scheduler" / "scheduler_config.json").unlink()
    (folder / "scheduler").rmdir()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_cut, "is cut off"),
        (_unfinished, "not finished"),
        (_without_a_piece, "1 of 2 pieces are missing"),
        (_without_weights, "no weights"),
        (_without_a_part, "scheduler .* is missing"),
    ],
)
def test_a_folder_that_is_half_there_is_refused(folder, spoil, told):
    spoil(folder)
    with pytest.raises(CheckpointError, match=told):
        add(places(), folder)


def test_a_model_without_a_licence_is_refused_unless_a_person_names_one(folder):
    (folder / "LICENSE").unlink()
    with pytest.raises(RightsError, match="without a licence"):
        add(places(), folder)
    with pytest.raises(RightsError, match="without a licence"):
        open_checkpoint(folder)
    model = add(places(), folder, licence="cc0")
    assert model.licence == "CC0-1.0" and model.card["licence_from"] == "named by the person who added it"


def test_the_licence_of_a_model_card_is_understood(folder):
    (folder / "LICENSE").unlink()
    card = "---\nlicense: other\nlicense_name: stabilityai-ai-community\nlicense_link: LICENSE.md\n---\n# A\n"
    (folder / "README.md").write_text(card)
    assert big_files.terms(folder).id == "LicenseRef-Stability-AI-Community"


def test_weights_of_half_precision_alone_are_found(folder):
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    path.rename(path.with_name("diffusion_pytorch_model.fp16.safetensors"))
    assert add(places(), folder).told["variant"] == "fp16"


def test_a_name_is_given_once(folder):
    add(places(), folder, name="wood")
    with pytest.raises(UsageError, match="there is a model wood already"):
        add(places(), folder, name="wood")


def test_nothing_is_downloaded_unless_it_is_asked_for(folder, capsys, monkeypatch):
    asked = []

    def snapshot_download(id: str, local_dir: str, allow_patterns: list[str]) -> None:
        asked.append((id, tuple(allow_patterns)))
        folder.rename(local_dir)

    monkeypatch.setitem(sys.modules, "huggingface_hub", SimpleNamespace(snapshot_download=snapshot_download))
    monkeypatch.setattr("maquette.makers.big.download.find_spec", lambda name: True)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    assert run(["models", "add", "makers/wood"]) == 2
    assert "--download" in capsys.readouterr().err and not asked
    (places().home / "downloads").mkdir(parents=True)
    assert run(["models", "add", "makers/wood", "--download"]) == 0
    ((id, patterns),) = asked
    assert id == "makers/wood" and not any("bin" in one or "py" in one or one == "*" for one in patterns)
    assert big.open_big("wood").home == (places().home / "downloads" / "wood").resolve()


SHAPE = big_memory.Shape({"unet": 860_000_000, "text_encoder": 120_000_000, "vae": 84_000_000})
GIB = big_memory.GIB


@pytest.mark.parametrize(
    ("free", "place"),
    [
        (big_memory.Free(16 * GIB, 24 * GIB, "cuda"), ("cuda", "none")),
        (big_memory.Free(16 * GIB, int(2.6 * GIB), "cuda"), ("cuda", "parts")),
        (big_memory.Free(16 * GIB, int(1.8 * GIB), "cuda"), ("cuda", "layers")),
        (big_memory.Free(16 * GIB, GIB // 2, "cuda"), ("cpu", "none")),
        (big_memory.Free(16 * GIB), ("cpu", "none")),
    ],
)
def test_a_model_goes_where_it_fits(free, place):
    plan = big_memory.plan(SHAPE, free, 512, 512)
    assert (plan.device, plan.offload) == place
    assert plan.card <= free.card and plan.ram <= free.ram


def test_more_memory_than_there_is_is_refused_with_what_would_fit():
    free = big_memory.Free(6 * GIB)
    with pytest.raises(UsageError) as caught:
        big_memory.plan(SHAPE, free, 4096, 2048)
    wide, high = (int(one) for one in caught.value.mend.split(" would")[0].split(" x "))
    assert wide > high >= 64
    assert big_memory.plan(SHAPE, free, wide, high).device == "cpu"
    with pytest.raises(UsageError, match="needs about") as caught:
        big_memory.plan(SHAPE, big_memory.Free(2 * GIB), 512, 512)
    assert "billion parameters" in caught.value.mend
