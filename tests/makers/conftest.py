"""A stroke checkpoint of toy size with random weights: what it draws is scribble, how it is made is the real thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

STARTER = Path(__file__).resolve().parents[2] / "src" / "maquette" / "starters" / "icon-1"
MANNERS = [
    {"name": "even", "style": 0, "width": 2.0, "cap": "round", "join": "round"},
    {"name": "sharp", "style": 1, "width": 1.5, "cap": "butt", "join": "miter"},
]


def scribbler(folder: Path, words: int, styles: list[str], files: dict[str, Any]) -> Path:
    """Package a tiny net that knows `words` words and two manners."""
    torch = pytest.importorskip("torch")
    import dataclasses

    from maquette.checkpoints.box import save_checkpoint
    from maquette.checkpoints.quantise import parameters
    from maquette.encodings.strokes import StrokeEncoding
    from maquette.training.loop import new_net
    from maquette.training.recipe import Net, Recipe

    torch.set_num_threads(1)
    encoding = StrokeEncoding(styles, words)
    with torch.random.fork_rng():
        sizes = Net(width=64, layers=2, heads=4, key_heads=2, hidden=96, context=512)
        net = new_net(Recipe(net=sizes, seed=5), encoding.vocabulary).eval()
        for name, parameter in net.named_parameters():
            if "_proj" in name:
                torch.nn.init.normal_(parameter, std=0.15)
    card = {"name": folder.name, "kind": "icon", "encoding": encoding.name, "licences": {"CC0-1.0": 13}}
    told = {**encoding.as_dict(), "manners": MANNERS}
    return save_checkpoint(folder, parameters(net), dataclasses.asdict(net.size), card, told, files).path


@pytest.fixture(scope="session")
def tiny_icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the checkpoint, with the packaged words and judge."""
    from maquette.encodings.words import PACKAGED, Words

    if not (STARTER / "scorer.safetensors").exists():
        pytest.skip("the starter has no judge yet")
    files = {"words.json.gz": PACKAGED, "scorer.safetensors": STARTER / "scorer.safetensors"}
    folder = tmp_path_factory.mktemp("icons") / "scribbler"
    return scribbler(folder, len(Words.load()), ["lucide/outline", "grommet/outline"], files)
