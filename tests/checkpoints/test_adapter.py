"""A style adapter opens with the model that it belongs to, wherever that lies, and with no other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.checkpoints import quantise
from maquette.checkpoints.adopt import export_huggingface
from maquette.checkpoints.box import Checkpoint, open_checkpoint, save_adapter
from maquette.core.errors import CheckpointError
from maquette.core.hashing import sha256_file
from maquette.core.settings import places

ROW = 100


def adapter(base: Path, folder: Path, much: float = 0.3) -> Checkpoint:
    """An adapter of random numbers: every projection changed by about `much`, and a style row of halves."""
    opened = open_checkpoint(base)
    dice = np.random.default_rng(5)
    state = quantise.restore(opened.arrays(), opened.size)
    projections = {name.removesuffix(".weight"): array.shape for name, array in state.items() if "_proj" in name}
    changes = {
        name: (much * dice.normal(size=(n, 2)), dice.normal(size=(2, k))) for name, (n, k) in projections.items()
    }
    changes = changes if much else {}
    card = {"name": folder.name, "kind": "icon", "base": opened.name, "licences": {"CC0-1.0": 20}}
    told = {"name": "strokes.v1", "styles": ["mine/own"]}
    files = {"style.toml": b'format = "style.v1"\n'}
    return save_adapter(folder, opened, ROW, changes, np.full(64, 0.5), card, told, files)


@pytest.fixture
def base(tiny_box: Path) -> Path:
    """The toy model among this home's own, so that it can be found."""
    target = places().models / "tiny-1"
    shutil.copytree(tiny_box, target)
    return target


def logprobs(box: Checkpoint) -> np.ndarray:
    tokens, beside = np.array([3, 60, 7, 20, 5]), np.zeros((5, 3), dtype=np.int64)
    return box.decoder().logprobs(tokens, beside)


def test_an_adapter_draws_otherwise_than_its_base(base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand")
    assert box.base is not None and box.base.id == open_checkpoint(base).id
    assert not np.allclose(logprobs(box), logprobs(box.base), atol=0.05)
    table = quantise.unpack(box.arrays())["table"]
    assert np.allclose(table[ROW], 0.5, atol=0.01)
    before = quantise.unpack(box.base.arrays())["table"]
    assert np.array_equal(np.delete(table, ROW, 0), np.delete(before, ROW, 0))


def test_an_adapter_that_learnt_nothing_is_its_base(base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand", much=0.0)
    assert box.base is not None
    assert np.array_equal(logprobs(box), logprobs(box.base))


def test_it_is_named_by_its_own_weights_and_borrows_the_rest(base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand")
    assert box.id == sha256_file(box.path / "weights.safetensors") != open_checkpoint(base).id
    assert box.name == "my-hand" and box.licences() == {"CC0-1.0": 20} and box.encoding["styles"] == ["mine/own"]
    assert box.file("style.toml").parent == box.path
    assert box.file("note.txt").read_bytes() == b"beside"  # only the base has it
    assert not (box.path / "graph.onnx").exists()
    with pytest.raises(CheckpointError, match="holds no nothing"):
        box.file("nothing")


def test_the_base_is_found_under_whatever_name_it_has_here(base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand")
    base.rename(base.with_name("renamed"))
    found = open_checkpoint(box.path).base
    assert found is not None and found.path.name == "renamed"


def test_a_base_that_lies_beside_it_is_found_too(tiny_box: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_box, tmp_path / "tiny-1")
    assert open_checkpoint(adapter(tmp_path / "tiny-1", tmp_path / "my-hand").path).base is not None


def test_without_its_base_it_says_which_is_missing_and_how_to_get_it(base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand")
    wanted = open_checkpoint(base).id[:12]
    shutil.rmtree(base)
    with pytest.raises(CheckpointError, match=f"adapter of the model tiny-1 .{wanted}., which is not here") as told:
        open_checkpoint(box.path)
    assert "maquette models add" in told.value.mend


def test_another_model_of_the_same_name_is_not_taken_for_its_base(
    base: Path, tmp_path: Path, tiny_transformer: Any, save_toy: Any
) -> None:
    box = adapter(base, tmp_path / "my-hand")
    shutil.rmtree(base)
    save_toy(tiny_transformer, base, "fp32")
    with pytest.raises(CheckpointError, match="adapter of another tiny-1"):
        open_checkpoint(box.path)


def test_matrices_of_other_sizes_are_refused(base: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    box = adapter(base, tmp_path / "my-hand")
    weights = box.path / "weights.safetensors"
    header = json.loads(weights.read_bytes()[8:][: int.from_bytes(weights.read_bytes()[:8], "little")])["__metadata__"]
    arrays = load_file(weights)
    arrays["layers.0.mlp.up_proj.up"] = arrays["layers.0.mlp.up_proj.up"][:-3]
    save_file(arrays, weights, metadata=header)
    with pytest.raises(CheckpointError, match="made for a net of other sizes"):
        open_checkpoint(box.path).decoder()


@pytest.mark.parametrize("name", ["style.toml", "encoding.json", "card.json"])
def test_a_missing_part_is_named(name: str, base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand")
    (box.path / name).unlink()
    with pytest.raises(CheckpointError, match=f"{name} missing"):
        open_checkpoint(box.path)


def test_a_cut_off_adapter_is_refused(base: Path, tmp_path: Path) -> None:
    box = adapter(base, tmp_path / "my-hand")
    data = (box.path / "weights.safetensors").read_bytes()
    (box.path / "weights.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(CheckpointError, match="truncated"):
        open_checkpoint(box.path)


def test_it_leaves_the_house_as_one_net(base: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    box = adapter(base, tmp_path / "my-hand")
    state = load_file(export_huggingface(box, tmp_path / "out") / "model.safetensors")
    told = quantise.restore(box.arrays(), box.size)
    assert np.allclose(state["model.layers.0.mlp.up_proj.weight"], told["layers.0.mlp.up_proj.weight"])
