"""What a designer may rely on of the model that comes with Maquette."""

from __future__ import annotations

from pathlib import Path

import pytest

import icons
from maquette.checkpoints.box import open_checkpoint
from maquette.core.types import Request
from maquette.makers.evaluate import evaluate
from maquette.makers.icon import IconControls, IconMaker
from maquette.makers.icon_choice import is_inside
from maquette.media import drawing as d

STARTER = Path(__file__).resolve().parents[2] / "src" / "maquette" / "starters" / "icon-1"
pytestmark = pytest.mark.skipif(not (STARTER / "weights.safetensors").exists(), reason="icon-1 is not trained yet")


@pytest.fixture(scope="module")
def maker() -> IconMaker:
    return IconMaker(open_checkpoint("icon-1"))


@pytest.mark.parametrize("prompt", ["plus", "heart", "arrow right", "ракета", "barista hedgehog"])
def test_twelve_distinct_icons_come_of_any_word(prompt: str, maker: IconMaker) -> None:
    controls = IconControls(pool=36, complexity="simple")
    works = list(maker.make(Request("icon", prompt, controls)))
    assert len(works) == 12
    assert len({d.to_svg(work.media) for work in works}) >= 10
    for work in works:
        assert is_inside(work.media) and work.how in ("after", "words")
        assert bool(work.ingredients) == (work.how == "after")
        assert IconMaker.replay(work.trace).shapes == work.media.shapes


def test_it_knows_manners_by_neutral_names(maker: IconMaker) -> None:
    names = [manner.name for manner in maker.manners]
    assert {"even", "round", "thin"} <= set(names) and len(set(names)) == len(names)
    assert all("/" not in name and 0.5 <= manner.width <= 3 for name, manner in zip(names, maker.manners, strict=True))


def test_real_icons_cost_fewer_bits_than_the_ngrams(maker: IconMaker, tmp_path: Path) -> None:
    told = evaluate("icon", icons.record_file(tmp_path / "icons.jsonl"), checkpoint="icon-1", samples=0)
    assert told["ratio"] < 0.75
    assert told["bits_per_icon"] < told["bits_per_icon_no_words"]


def test_it_ships_small_enough() -> None:
    assert (STARTER / "weights.safetensors").stat().st_size + (STARTER / "scorer.safetensors").stat().st_size <= 12e6
