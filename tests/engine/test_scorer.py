"""What the making may rely on when candidates are ranked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from maquette.core.errors import CheckpointError
from maquette.encodings.words import Words
from maquette.engine.scorer import FILE, PIXELS, Scorer

STARTER = Path(__file__).resolve().parents[2] / "src" / "maquette" / "starters" / "icon-1"
needs_starter = pytest.mark.skipif(not (STARTER / FILE).exists(), reason="the starter has no scorer yet")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> tuple[Scorer, object]:
    torch = pytest.importorskip("torch")
    from maquette.nets.scorer import ScorerNet, ScorerSize
    from maquette.training.scorer import save_scorer

    torch.manual_seed(0)
    size = ScorerSize(30, embedding=8, hidden=16, drawing_hidden=96, width=12, channels=(4, 6, 8, 8))
    net = ScorerNet(size, torch.linspace(1, 5, 30))
    net.train()
    for _ in range(3):  # so that the batch norms have seen something
        net.drawings(torch.rand(16, 1, PIXELS, PIXELS))
    net.drawings.settle_head(torch.rand(72), torch.rand(72) + 0.5)
    folder = tmp_path_factory.mktemp("scorer")
    save_scorer(folder, net, {"held_out": {"top1": 0.5}})
    return Scorer.load(folder), net


def test_the_judge_without_torch_agrees_with_the_net(tiny) -> None:
    import torch

    scorer, net = tiny
    renders = np.random.default_rng(0).random((5, PIXELS, PIXELS)).astype(np.float32)
    with torch.no_grad():
        seen = net.drawings(torch.from_numpy(renders)[:, None]).numpy()
        said = net.words(torch.tensor([[3, 7, 29]]), torch.ones(1, 3)).numpy()[0]
    assert np.abs(scorer.drawings(renders) - seen).max() < 5e-3
    assert np.abs(scorer.words([3, 7, 29]) - said).max() < 2e-2
    assert np.allclose(scorer.score([3, 7, 29], renders), seen @ said, atol=2e-2)


def test_the_order_of_words_does_not_matter(tiny) -> None:
    scorer, _ = tiny
    assert np.allclose(scorer.words([1, 2, 3]), scorer.words([3, 1, 2]), atol=1e-6)


def test_a_candidate_scores_the_same_alone_and_among_others(tiny) -> None:
    scorer, _ = tiny
    renders = np.random.default_rng(1).random((7, PIXELS, PIXELS)).astype(np.float32)
    together = scorer.score([4], renders)
    assert np.allclose(together, [scorer.score([4], render[None])[0] for render in renders], atol=1e-5)


def test_without_words_or_drawings_nothing_is_preferred(tiny) -> None:
    scorer, _ = tiny
    assert not scorer.score([], np.ones((3, PIXELS, PIXELS), np.float32)).any()
    assert scorer.score([1], np.zeros((0, PIXELS, PIXELS), np.float32)).shape == (0,)


def test_renders_may_be_bytes(tiny) -> None:
    scorer, _ = tiny
    ink = np.random.default_rng(2).integers(0, 256, (2, PIXELS, PIXELS), np.uint8)
    assert np.allclose(scorer.score([1], ink), scorer.score([1], ink.astype(np.float32) / 255), atol=1e-5)


@pytest.mark.parametrize("data", [b"", b"\x80\x04pickle", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_broken_scorer_is_refused(tmp_path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(CheckpointError):
        Scorer.load(tmp_path)


def test_a_missing_scorer_is_told(tmp_path) -> None:
    with pytest.raises(CheckpointError, match="scorer"):
        Scorer.load(tmp_path)


@needs_starter
def test_the_packaged_judge_prefers_the_right_icon_of_the_shelf() -> None:
    from maquette.data.shelf import open_shelves
    from maquette.media import drawing

    words, scorer = Words.load(), Scorer.load(STARTER)
    names = ["rocket", "cat", "umbrella", "heart", "house", "arrow-right", "arrow-left", "plus", "settings", "mail"]
    shelf = open_shelves()[-1]
    icons = [shelf.search(name.split("-"), 1)[0] for name in names]
    renders = np.stack([drawing.render(drawing.parse(icon.svg), PIXELS) for icon in icons])
    right = [int(np.argmax(scorer.score(words.read(name).ids, renders))) == i for i, name in enumerate(names)]
    assert sum(right) >= 9


@needs_starter
def test_the_packaged_judge_knows_every_word_and_is_small() -> None:
    scorer = Scorer.load(STARTER)
    assert scorer.size["vocabulary"] == len(Words.load())
    assert (STARTER / FILE).stat().st_size <= 1_500_000
    assert {"top1", "top5"} <= set(scorer.facts["held_out"])


@needs_starter
def test_judging_loads_no_torch() -> None:
    code = (
        "import sys, numpy; from maquette.engine.scorer import Scorer;"
        f"Scorer.load({str(STARTER)!r}).score([1], numpy.ones((2, 48, 48), 'f4')); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
