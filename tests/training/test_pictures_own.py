"""What may be relied on of an own style of pictures: it can be stopped, it takes her colours, it is drawn unasked."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sprites
from maquette.checkpoints.box import open_checkpoint, read_weights
from maquette.core.errors import UsageError
from maquette.encodings import pixels as px
from maquette.encodings.pixels_memory import Entry, Memory

torch = pytest.importorskip("torch")

from maquette.training import pictures_run  # noqa: E402
from maquette.training.pictures_adapt import OwnDealer, corpus_of, own_palette  # noqa: E402
from maquette.training.pictures_corpus import Corpus, PictureSampling  # noqa: E402

OWN = 'name = "my-hand"\ncraft = "picture"\nsteps = 6\nbatch = 2\nevery = 2\n[adapter]\nrank = 2\n'


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    recipe = sprites.save_recipe(folder, 2)
    records = sprites.save_records(folder / "records")
    return pictures_run.train(records, recipe=recipe, out=folder / "home" / "models" / "toy")


@pytest.fixture(autouse=True)
def among_her_models(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAQUETTE_HOME", str(base.parents[1]))


def learn(out: Path, *, stop: int = 0, count: int = 10, **given: Any) -> list[int]:
    """Train an own style into `out`; the steps that were taken."""
    recipe = out.parent / "own.toml"
    recipe.write_text(OWN, encoding="utf-8")
    works, steps = sprites.save_own(out.parent / f"works{count}", count), []

    def on_step(report: Any) -> None:
        steps.append(report.step)
        if report.step == stop:
            raise KeyboardInterrupt

    pictures_run.train(works, recipe=recipe, base=given.pop("base", "toy"), out=out, on_step=on_step, **given)
    return steps


def test_a_stopped_style_is_usable_and_the_same_command_goes_on_to_the_same_end(tmp_path: Path) -> None:
    assert learn(tmp_path / "stopped", stop=3) == [1, 2, 3]
    assert open_checkpoint(tmp_path / "stopped").encoding["own"] == "my-hand"
    assert learn(tmp_path / "stopped") == [4, 5, 6]
    assert learn(tmp_path / "stopped") == []  # it has ended
    learn(tmp_path / "whole")
    first, second = (read_weights(tmp_path / name / "weights.safetensors")[0] for name in ("stopped", "whole"))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_the_best_is_kept_and_the_base_is_told_beside_it(tmp_path: Path) -> None:
    told = []
    recipe = tmp_path / "own.toml"
    recipe.write_text(OWN, encoding="utf-8")
    works = sprites.save_own(tmp_path / "works", 22)
    pictures_run.train(works, recipe=recipe, base="toy", out=tmp_path / "out", on_step=told.append)
    notes = [report.note for report in told if report.held_out is not None]
    figures = open_checkpoint(tmp_path / "out").card["figures"]
    assert notes and all("base" in note for note in notes)
    assert figures["held_out_error"] <= figures["held_out_error_of_base"]


def test_a_style_of_a_style_is_refused_with_the_way_to_go(tmp_path: Path, base: Path) -> None:
    learn(base.parent / "mine", stop=2)
    with pytest.raises(UsageError, match="own style itself") as refused:
        learn(tmp_path / "next", base="mine")
    assert "toy" in refused.value.mend


def test_an_own_style_is_drawn_unless_another_is_named(tmp_path: Path) -> None:
    from maquette.makers.picture import PictureMaker
    from maquette.makers.picture_controls import PictureControls

    learn(tmp_path / "out", stop=2)
    maker = PictureMaker(open_checkpoint(tmp_path / "out"))
    assert maker.read("cat", PictureControls())[1] == "my-hand"
    assert maker.read("cat", PictureControls(style="My hand"))[1] == "my-hand"
    assert maker.read("cat", PictureControls(style="pixel art"))[1] == "pixel art"


# -- her palette ------------------------------------------------------------------------------------------------------


def hers(change: Any) -> Corpus:
    """Toy things in her colours, with the base's sketches of the same things."""
    shown = np.stack([sprites.shape(thing, "flat") for thing in sprites.THINGS])
    sketches = np.stack([np.clip(px.grains(px.coded(one)) * 255, 0, 255).astype(np.uint8) for one in shown])
    memory = Memory([Entry(thing, "emoji", (), "", False) for thing in sprites.THINGS], sketches)
    rows = [{"caption": thing, "keywords": []} for thing in sprites.THINGS]
    own = shown.copy()
    own[..., :3] = change(shown[..., :3])
    return corpus_of(rows, own, list(range(len(rows))), memory, px.Vocabulary(["cat"]), 1)


def test_colours_of_the_things_are_told_from_a_palette_of_her_own() -> None:
    assert own_palette(hers(lambda colour: colour)) == 0
    assert own_palette(hers(lambda colour: colour // 2 + 60)) < 0.3
    inks = np.asarray([255, 111, 89])
    assert own_palette(hers(lambda colour: (colour.mean(-1, keepdims=True) * inks / 255).astype(np.uint8))) > 0.6


def test_a_free_palette_is_learnt_from_sketches_in_other_colours_and_the_pictures_stay() -> None:
    corpus = hers(lambda colour: colour)
    sampling = PictureSampling(own_sketch=0.0, tinted=0.9)
    dealt = [OwnDealer(corpus, sampling, 1, free) for free in (0.0, 1.0)]
    for dealer, least, most in zip(dealt, (0.0, 0.1), (0.0, 0.9), strict=True):
        other = []
        for seed in range(40):
            picture, sketch = dealer._thing(np.random.default_rng(seed), 3, 1.0, "")
            assert np.array_equal(picture, px.smaller(px.coded(corpus.pixels[3]), 2))
            mean = sketch[..., :3].sum((0, 1)) / sketch[..., 3].sum()
            truth = picture[..., :3].sum((0, 1)) / picture[..., 3].sum()
            other.append(np.abs(mean - truth).max() > 0.15)
        assert least <= np.mean(other) <= most
    assert {dealt[1]._colour(np.random.default_rng(seed), 1, 0.9) for seed in range(20)} == {""}


# -- what is told at the end ------------------------------------------------------------------------------------------


def test_the_command_that_uses_what_was_made_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from maquette.interfaces.cli.train import _use_of

    for size, wanted in (({"kind": "gan.v1"}, "maquette picture sample"), ({"kind": "unet.v1"}, "PROMPT --checkpoint")):
        box = SimpleNamespace(size=size)
        monkeypatch.setattr("maquette.checkpoints.box.open_checkpoint", lambda name, box=box: box)
        assert wanted in _use_of("picture", tmp_path)


def test_a_model_of_the_other_kind_says_which_command_it_wants(tmp_path: Path) -> None:
    from maquette.core.errors import CheckpointError
    from maquette.makers.picture_gan import Sampler
    from maquette.makers.picture_net import open_net

    learn(tmp_path / "out", stop=2)
    with pytest.raises(CheckpointError, match="draws from words") as refused:
        Sampler(open_checkpoint(tmp_path / "out"))
    assert "--checkpoint" in refused.value.mend
    generator: Any = SimpleNamespace(name="mine", path=tmp_path, size={"kind": "gan.v1"}, encoding={})
    with pytest.raises(UsageError, match="no words") as told:
        open_net(generator)
    assert "maquette picture sample" in told.value.mend


def test_weights_are_read_whatever_the_length_of_their_header(tmp_path: Path) -> None:
    """A length whose first byte is that of a pickle, or whose first two are those of a zip."""
    from safetensors.numpy import save_file

    path = tmp_path / "weights.safetensors"
    for wanted in (0x180, 0x4B50):
        for more in range(wanted):
            save_file({"a": np.zeros(2, np.float32)}, path, metadata={"told": "x" * max(0, wanted - 200 + more)})
            if int.from_bytes(path.read_bytes()[:8], "little") == wanted:
                break
        assert path.read_bytes()[0] in (0x80, 0x50)
        assert read_weights(path)[0]["a"].shape == (2,)
