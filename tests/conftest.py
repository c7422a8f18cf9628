"""Fixtures for all tests. Nets are the real code at toy size, built in milliseconds; torch is imported where used."""

from __future__ import annotations

import os

# Workers side by side: two threads of each would only wait for one another. Before anything that computes is imported.
if "PYTEST_XDIST_WORKER" in os.environ:
    for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MAQUETTE_THREADS"):
        os.environ.setdefault(_threads, "1")

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own MAQUETTE_HOME and one thread: nothing of the person who runs the tests is touched."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("MAQUETTE_HOME", str(home))
    monkeypatch.setenv("MAQUETTE_THREADS", "1")
    return home


def toy_net(places: tuple[int, ...] = (9, 9, 4), numbers: bool = True, **sizes: Any) -> Any:
    """A Transformer of 2 layers x 64 with random weights in every part (a fresh one is the identity)."""
    import torch

    from maquette.nets.transformer import Transformer, TransformerSize

    torch.set_num_threads(1)
    given = {"width": 64, "layers": 2, "heads": 4, "key_heads": 2, "hidden": 96, "context": 96} | sizes
    size = TransformerSize(vocabulary=120, outputs=90, places=places, **given)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        kinds = torch.arange(120) // 40 if numbers else None
        net = Transformer(size, kinds, torch.linspace(-1, 1, 120) if numbers else None).eval()
        for name, parameter in net.named_parameters():
            spread = 0.3 if "proj" in name or "embed" in name or "place" in name else 0.1
            torch.nn.init.normal_(parameter, mean=1.0 if "norm" in name else 0.0, std=spread)
    return net


@pytest.fixture(scope="session")
def tiny_transformer() -> Any:
    """With place features and numbers: what icons use."""
    return toy_net()


@pytest.fixture(scope="session")
def tiny_plain_transformer() -> Any:
    """Without place features: tokens alone."""
    return toy_net(places=(), numbers=False)


@pytest.fixture(scope="session")
def tiny_box(tiny_transformer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved 8-bit checkpoint of `tiny_transformer`; copy it before you change it."""
    return _save(tiny_transformer, tmp_path_factory.mktemp("boxes") / "tiny-1", "8-bit")


@pytest.fixture(scope="session")
def save_toy() -> Callable[[Any, Path, str], Path]:
    """save_toy(net, folder, precision): a net as a checkpoint with a small card."""
    return _save


def _save(net: Any, folder: Path, precision: str) -> Path:
    from maquette.checkpoints.box import save_checkpoint
    from maquette.checkpoints.quantise import parameters

    card = {"name": folder.name, "kind": "icon", "licences": {"ISC": 3}}
    encoding = {"name": "strokes.v1"}
    size = dataclasses.asdict(net.size)
    return save_checkpoint(
        folder, parameters(net), size, card, encoding, {"note.txt": b"beside"}, precision=precision
    ).path


@pytest.fixture(scope="session")
def tiny_music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved net of toy size that writes `notes.v1`: it knows nothing, so only the rules keep it in order."""
    import torch

    from maquette.checkpoints.box import save_checkpoint
    from maquette.checkpoints.quantise import parameters
    from maquette.encodings import notes_vocabulary as v
    from maquette.nets.transformer import Transformer, TransformerSize

    torch.set_num_threads(1)
    size = TransformerSize(v.VOCABULARY, v.OUTPUTS, 32, 1, 2, 1, 48, 1024, v.PLACES)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        kinds, numbers = v.numbers(v.VOCABULARY)
        net = Transformer(size, torch.from_numpy(kinds), torch.from_numpy(numbers)).eval()
    card = {"name": "tiny-music", "kind": "music", "licences": {"CC0-1.0": 3}}
    encoding = {"name": "notes.v1", "genres": ["song", "mazurka", "hymn"]}
    folder = tmp_path_factory.mktemp("boxes") / "tiny-music"
    return save_checkpoint(folder, parameters(net), dataclasses.asdict(size), card, encoding).path
