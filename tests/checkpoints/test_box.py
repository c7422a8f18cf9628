"""What a creator relies on: a checkpoint opens whole, says what it is, and nothing dangerous or broken is opened."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.checkpoints import box, graph, quantise, starters
from maquette.checkpoints.box import open_checkpoint, read_weights
from maquette.core.errors import CheckpointError
from maquette.engine.decoder import Anything

Saver = Callable[[Any, Path, str], Path]


@pytest.fixture()
def copy(tiny_box: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_box, tmp_path / "tiny-1"))


def rewritten_header(path: Path, change: dict[str, str]) -> None:
    """The same weights under another text header."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"] |= change
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])


def test_a_saved_net_opens_and_draws(tiny_box: Path) -> None:
    checkpoint = open_checkpoint(tiny_box)
    assert checkpoint.id == hashlib.sha256((tiny_box / "weights.safetensors").read_bytes()).hexdigest()
    assert (checkpoint.name, checkpoint.licences(), checkpoint.precision) == ("tiny-1", {"ISC": 3}, "8-bit")
    assert checkpoint.encoding == {"name": "strokes.v1"}
    assert checkpoint.file("note.txt").read_bytes() == b"beside"
    tokens = np.arange(5)
    grammar = Anything(90, places=3)
    (made,) = checkpoint.decoder().sample([tokens], [grammar], seeds=[1], longest=7, prefix_places=[np.zeros((5, 3))])
    assert len(made.tokens) == 7


def test_opening_takes_a_moment(tiny_box: Path) -> None:
    open_checkpoint(tiny_box).decoder()
    started = time.perf_counter()
    open_checkpoint(tiny_box).decoder()
    assert time.perf_counter() - started < 0.1


def test_packing_loses_at_most_half_a_step() -> None:
    matrix = np.random.default_rng(0).normal(size=(40, 96)).astype(np.float32) * np.logspace(-2, 3, 40)[:, None]
    matrix[3] = 0
    whole, scales = quantise.pack_matrix(matrix)
    error = np.abs(whole * scales[:, None] - matrix)
    assert (error <= 0.5001 * np.abs(matrix).max(axis=1, keepdims=True) / quantise.LEVELS).all()
    assert np.abs(whole).max() == quantise.LEVELS


def test_no_processor_overflows_where_pairs_are_added_in_16_bits() -> None:
    assert 2 * (2 * graph.LEVELS) * quantise.LEVELS <= 2**15 - 1


def test_arranging_for_the_engine_can_be_undone(tiny_transformer: Any) -> None:
    import dataclasses

    size, state = dataclasses.asdict(tiny_transformer.size), quantise.parameters(tiny_transformer)
    again = quantise.restore(quantise.arrange(state, size), size)
    assert set(again) == set(state) - {"embed_tokens.weight", "embed_tokens.shared"}
    for name, array in again.items():
        np.testing.assert_array_equal(array, state[name])


def test_a_file_of_another_program_is_read_alike(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    given = {"a": torch.randn(3, 5), "b": torch.randn(4).to(torch.bfloat16), "c": torch.zeros(2, 2, dtype=torch.uint8)}
    save_file(given, tmp_path / "x.safetensors", metadata={"k": "v"})
    arrays, metadata = read_weights(tmp_path / "x.safetensors")
    assert metadata == {"k": "v"}
    for name, tensor in given.items():
        np.testing.assert_array_equal(arrays[name], tensor.float().numpy())


@pytest.mark.parametrize("name", ["net.pt", "pytorch_model.bin", "model.ckpt", "weights.pkl"])
def test_pickles_are_refused_alone_and_in_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(pickle.dumps({"w": 1}))
    for path in (tmp_path / name, tmp_path):
        with pytest.raises(CheckpointError, match="pickle"):
            open_checkpoint(path)


def test_a_pickle_in_disguise_is_refused(copy: Path) -> None:
    (copy / "weights.safetensors").write_bytes(pickle.dumps({"w": list(range(99))}))
    with pytest.raises(CheckpointError, match="pickle"):
        open_checkpoint(copy)


@pytest.mark.parametrize("kept", [0, 5, 8, 300, 3000, -1])
def test_a_truncated_checkpoint_is_refused(copy: Path, kept: int) -> None:
    weights = copy / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=r"cut off|truncated|header"):
        open_checkpoint(copy)


def test_a_newer_format_asks_for_a_newer_maquette(copy: Path) -> None:
    rewritten_header(copy / "weights.safetensors", {"maquette.format": "2"})
    with pytest.raises(CheckpointError, match=r"format 2.*up to 1(.|\n)*pip install --upgrade"):
        open_checkpoint(copy)


def test_foreign_weights_are_named_as_such(copy: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(3, dtype=np.float32)}, copy / "weights.safetensors")
    with pytest.raises(CheckpointError, match="not written by Maquette"):
        open_checkpoint(copy)


@pytest.mark.parametrize("name", ["graph.onnx", "card.json", "encoding.json", "weights.safetensors"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(CheckpointError, match=name):
        open_checkpoint(copy)


def test_a_broken_card_is_named(copy: Path) -> None:
    (copy / "card.json").write_text("{", encoding="utf-8")
    with pytest.raises(CheckpointError, match=r"card.json"):
        open_checkpoint(copy)


def test_a_graph_of_another_net_is_refused(
    copy: Path, tiny_plain_transformer: Any, save_toy: Saver, tmp_path: Path
) -> None:
    other = save_toy(tiny_plain_transformer, tmp_path / "other-1", "fp32")
    shutil.copyfile(other / "graph.onnx", copy / "graph.onnx")
    with pytest.raises(CheckpointError, match="do not open together"):
        open_checkpoint(copy).decoder()
    (copy / "graph.onnx").write_bytes(b"no graph")
    with pytest.raises(CheckpointError, match="do not open together"):
        open_checkpoint(copy).decoder()


def test_names_are_looked_up_among_own_models_and_starters(copy: Path, own_home: Path, monkeypatch: Any) -> None:
    (own_home / "models").mkdir()
    shutil.copytree(copy, own_home / "models" / "mine-1")
    assert open_checkpoint("mine-1").path == own_home / "models" / "mine-1"
    monkeypatch.setattr(starters, "HOME", copy.parent)
    assert starters.starters() == ["tiny-1"]
    assert open_checkpoint("tiny-1").path == copy
    with pytest.raises(CheckpointError, match="mine-1"):
        open_checkpoint("mine1")
    with pytest.raises(CheckpointError, match="tiny-1"):
        open_checkpoint(copy.parent / "tiny1")


def test_an_existing_folder_is_not_overwritten(
    tiny_transformer: Any, save_toy: Saver, copy: Path, tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match="there already"):
        save_toy(tiny_transformer, copy, "8-bit")
    (tmp_path / "poems").mkdir()
    with pytest.raises(CheckpointError, match="no checkpoint"):
        box.save_checkpoint(tmp_path / "poems", {}, {}, {}, {}, replace=True)


def test_a_failed_save_leaves_nothing_and_keeps_the_old(tiny_transformer: Any, copy: Path) -> None:
    import dataclasses

    before = open_checkpoint(copy).id
    size, state = dataclasses.asdict(tiny_transformer.size), quantise.parameters(tiny_transformer)
    with pytest.raises(OSError):
        box.save_checkpoint(copy, state, size, {}, {}, {"x": copy / "not-there"}, replace=True)
    assert open_checkpoint(copy).id == before
    assert [entry.name for entry in copy.parent.iterdir()] == ["tiny-1"]
    box.save_checkpoint(copy, state, size, {"name": "tiny-2"}, {}, replace=True)
    assert open_checkpoint(copy).name == "tiny-2"
    assert [entry.name for entry in copy.parent.iterdir()] == ["tiny-1"]


def test_a_missing_file_of_the_box_suggests_what_is_there(tiny_box: Path) -> None:
    with pytest.raises(CheckpointError, match=r"note.txt"):
        open_checkpoint(tiny_box).file("notes.txt")
