"""What an illustrator may rely on who teaches a large model her hand: small, hers, and resumed where it stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

for name in ("torch", "diffusers", "transformers", "peft", "accelerate"):
    pytest.importorskip(name, reason="the extra `big` is not installed: pip install 'maquette[big]'")

import bigs  # noqa: E402
from maquette.checkpoints.box import open_checkpoint  # noqa: E402
from maquette.core.errors import Cancelled, CheckpointError, RightsError, UsageError  # noqa: E402
from maquette.core.settings import places  # noqa: E402
from maquette.makers.big.pictures import BigPictures  # noqa: E402
from maquette.studio.big_models import add  # noqa: E402
from maquette.training import big_lora, big_recipe  # noqa: E402

RECIPE = "side = 64\nsteps = 4\nlook = 2\nrate = 0.004\nrank = 2\nvectors = 2\nwarm = 1\n"


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("big")
    made: dict[str, Path] = {}
    return lambda kind: made.setdefault(kind, bigs.save(kind, root / kind)) if kind not in made else made[kind]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Four pictures of one's own, of several sizes."""
    from PIL import Image

    folder, dice = tmp_path / "мои-картинки", np.random.default_rng(0)
    folder.mkdir()
    for number in range(4):
        pixels = np.full((40 + 8 * number, 64, 3), 220, np.uint8)
        pixels[8:24, 10:40] = dice.integers(0, 255, 3)
        Image.fromarray(pixels).save(folder / f"red house {number}.png")
    (folder / "licence.toml").write_text('licence = "own"\nauthor = "Аня"\n', encoding="utf-8")
    (tmp_path / "r.toml").write_text(RECIPE)
    return folder


def learn(mine: Path, out: Path, base: str, **how: Any) -> tuple[list[Any], Any]:
    told: list[Any] = []
    made = big_lora.train(mine, base=base, out=out, recipe=mine.parent / "r.toml", on_step=told.append, **how)
    return [one for one in told if one.held_out is not None], open_checkpoint(made)


def drawn(model: Any, prompt: str = "red house", **asked: Any) -> Any:
    ((picture, trace),) = BigPictures.open(model).make(prompt, seed=1, steps=2, width=64, height=64, **asked)
    return picture.pixels, trace


@pytest.mark.parametrize("kind", ["sd15", pytest.param("sdxl", marks=pytest.mark.slow), "flux", "sd3"])
def test_a_lora_is_learnt_and_draws_with_its_base(toys, mine, tmp_path, kind):
    base = add(places(), toys(kind), name="wood")
    looks, box = learn(mine, tmp_path / "hand", "wood")
    assert looks[-1].held_out < looks[0].held_out and [one.step for one in looks] == [0, 2, 4]
    assert (box.kind, box.base.name, box.card["base_id"]) == ("lora", "wood", base.id)
    assert box.card["licences"] == {"LicenseRef-own": 4} and box.card["undisclosed"]
    assert box.path.joinpath("weights.safetensors").stat().st_size < 4e6
    pixels, trace = drawn(tmp_path / "hand")
    assert trace["lora"][0]["sha256"] == box.id and not np.array_equal(pixels, drawn("wood")[0])


def test_a_word_is_learnt_and_called_by_its_name(toys, mine, tmp_path):
    for kind in ("sd15", "sdxl"):
        add(places(), toys(kind), name=kind)
        looks, box = learn(mine, tmp_path / f"hand-{kind}", kind, net="word")
        assert box.kind == "embedding" and box.card["figures"]["held_out_loss"] == min(one.held_out for one in looks)
        said = f"<{box.name}>, a (house:1.3)"
        assert not np.array_equal(drawn(kind, said, words=[box.path])[0], drawn(kind, said)[0])
    add(places(), toys("flux"), name="flux")
    with pytest.raises(UsageError, match="learns no words"):
        learn(mine, tmp_path / "hand-flux", "flux", net="word")


def test_a_training_goes_on_where_it_was_stopped(toys, mine, tmp_path):
    """Stopped half way, it ends with the weights of one that was not."""
    add(places(), toys("sd15"), name="wood")
    learn(mine, tmp_path / "whole", "wood")

    def stop(progress: Any) -> None:
        if progress.note == "learning" and progress.step == 2:
            raise Cancelled()

    learn(mine, tmp_path / "parts", "wood", on_progress=stop)
    assert json.loads((tmp_path / "parts" / "card.json").read_text(encoding="utf-8"))["recipe"]["steps"] == 2
    learn(mine, tmp_path / "parts", "wood")
    whole, parts = (open_checkpoint(tmp_path / one) for one in ("whole", "parts"))
    assert whole.card["recipe"]["steps"] == parts.card["recipe"]["steps"] == 4
    assert whole.id == parts.id


def test_pictures_that_forbid_training_are_refused(toys, mine, tmp_path):
    add(places(), toys("sd15"), name="wood")
    (mine / "licence.toml").write_text('licence = "no-training"\nauthor = "Аня"\n', encoding="utf-8")
    with pytest.raises(RightsError, match="do not permit training"):
        learn(mine, tmp_path / "hand", "wood")


def test_a_base_that_was_not_added_is_refused_before_hours_of_training(toys, mine, tmp_path):
    with pytest.raises(UsageError, match="among your models"):
        learn(mine, tmp_path / "hand", str(toys("sd15")))


def test_a_lora_says_which_model_it_misses(toys, mine, tmp_path, monkeypatch):
    add(places(), toys("sd15"), name="wood")
    learn(mine, tmp_path / "hand", "wood")
    monkeypatch.setenv("MAQUETTE_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(CheckpointError, match="belongs to wood"):
        open_checkpoint(tmp_path / "hand")


def test_an_unknown_setting_of_a_recipe_is_named(tmp_path):
    (tmp_path / "r.toml").write_text("rnak = 3\n")
    with pytest.raises(UsageError, match="no 'rnak'") as caught:
        big_recipe.read(tmp_path / "r.toml")
    assert "rank" in caught.value.mend
