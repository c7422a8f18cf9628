"""A generator of one's own pictures: learnt, stopped, gone on with, packaged, and drawn with."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from maquette.core.errors import CheckpointError, DataError, RightsError, UsageError

TINY = """seed = 3
steps = {steps}
[net]
side = 32
dice = 8
style = 8
channels = [8, 8, 8]
[learning]
batch = 4
"""


def save_pictures(folder: Path, count: int = 24, licence: str = "CC0-1.0") -> Path:
    """Discs of several colours and sizes, cut out, with a licence beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(0)
    y, x = np.mgrid[:32, :32]
    for k in range(count):
        radius, colour = dice.uniform(5, 14), dice.integers(60, 255, 3)
        alpha = np.clip(radius - np.hypot(y - 16, x - 16), 0, 1) * 255
        pixels = np.concatenate([np.broadcast_to(colour, (32, 32, 3)), alpha[..., None]], axis=-1)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"диск-{k}.png")
    if licence:
        (folder / "licence.toml").write_text(f'licence = "{licence}"\nauthor = "Ada"\n', encoding="utf-8")
    return folder


def train(data: Path, out: Path, steps: int = 6, **given: Any) -> Path:
    from maquette.training.gan_run import train as learn

    recipe = out.with_suffix(".toml")
    recipe.write_text(TINY.format(steps=steps), encoding="utf-8")
    return learn(data, recipe=recipe, out=out, **given)


@pytest.fixture(scope="module", autouse=True)
def few_looks() -> Iterator[None]:
    """Fewer pictures and patches are looked at than in earnest."""
    from maquette.engine import gan_sliders
    from maquette.media import picture_measure
    from maquette.training import gan_finish, gan_run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gan_run, "LOOKS", 3)
        patch.setattr(gan_run, "SEEN", 8)
        patch.setattr(gan_finish, "JUDGED", 8)
        patch.setattr(gan_sliders, "SAMPLES", 32)
        patch.setattr(gan_sliders, "MOVED", 4)
        patch.setattr(picture_measure, "PATCHES", 256)
        yield


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pictures(tmp_path_factory.mktemp("рисунки"))


@pytest.fixture(scope="module")
def model(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(pictures, tmp_path_factory.mktemp("models") / "discs")


@pytest.fixture(scope="module")
def sampler(model: Path) -> Any:
    from maquette.checkpoints.box import open_checkpoint
    from maquette.makers.picture_gan import Sampler

    return Sampler(open_checkpoint(model), threads=1)


def test_a_model_of_own_pictures_carries_licences_manifest_prints_and_figures(model: Path) -> None:
    card = json.loads((model / "card.json").read_text("utf-8"))
    assert card["kind"] == "picture" and set(card["licences"]) == {"CC0-1.0"}
    assert card["figures"]["sliced_wasserstein"] > card["figures"]["sliced_wasserstein_of_two_real_halves"] > 0
    for name in ("weights.safetensors", "graph.onnx", "fingerprints.npz", "recipe.toml", "samples.png"):
        assert (model / name).stat().st_size
    assert any(path.name.startswith("items.jsonl.") for path in model.iterdir())


@pytest.mark.parametrize("licence", ["", "all-rights-reserved"])
def test_pictures_that_may_not_be_learnt_from_are_refused_by_name(licence: str, tmp_path: Path) -> None:
    with pytest.raises(RightsError, match="items do not permit training: диск"):
        train(save_pictures(tmp_path / "data", 3, licence), tmp_path / "out")


def test_too_few_pictures_and_a_base_are_refused(tmp_path: Path, pictures: Path) -> None:
    with pytest.raises(DataError, match="pictures cannot be learnt from this way"):
        train(save_pictures(tmp_path / "few", 5), tmp_path / "out")
    with pytest.raises(UsageError, match="starts from nothing"):
        train(pictures, tmp_path / "out", base="picture-1")


def test_a_stopped_training_keeps_its_best_and_goes_on_to_the_same_weights(pictures: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    stopped: list[int] = []

    def stop(report: Any) -> None:
        if report.step and not stopped:
            stopped.append(report.step)
            raise KeyboardInterrupt

    out = tmp_path / "stopped"
    train(pictures, out, on_step=stop)
    assert (out / "weights.safetensors").exists()
    assert json.loads((out / "card.json").read_text("utf-8"))["compute"]["pictures_seen"] == 4 * stopped[0] < 24
    from maquette.training import state

    train(pictures, out, steps=6)
    gone_on = state.load(out / "run" / "state.safetensors")
    whole = train(pictures, tmp_path / "whole")
    in_one = state.load(whole / "run" / "state.safetensors")
    assert gone_on["at"] == in_one["at"] == {"step": 6}
    for name, tensor in in_one["net"].items():
        assert np.allclose(tensor, gone_on["net"][name], atol=1e-5), name
    assert load_file(whole / "weights.safetensors").keys() == load_file(out / "weights.safetensors").keys()


def test_the_engine_draws_what_torch_draws() -> None:
    import torch

    from maquette.checkpoints.gan import engine_weights
    from maquette.checkpoints.graph_gan import build_graph
    from maquette.engine.gan import Gan
    from maquette.nets.gan.style import GanSize, Generator

    size = GanSize(side=32, dice=6, style=7, channels=(8, 6, 5))
    torch.manual_seed(0)
    net = Generator(size)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    told = dataclasses.asdict(size)
    weights = engine_weights({name: one.detach().numpy() for name, one in net.named_parameters()}, told)
    gan = Gan(build_graph(told), weights, {**told, "kind": "gan.v1"}, threads=1)
    z = np.random.default_rng(0).standard_normal((3, 6), dtype=np.float32)
    with torch.no_grad():
        made = (net(torch.from_numpy(z)).permute(0, 2, 3, 1).numpy() + 1) / 2
    drawn = gan.pictures(gan.styles(z))
    assert np.abs(np.clip(made, 0, 1)[..., 3] - drawn[..., 3]).max() < 1e-4
    assert (drawn[..., :3] <= drawn[..., 3:] + 1e-6).all()


def test_a_picture_alone_is_the_picture_in_a_batch(sampler: Any) -> None:
    styles = np.stack([sampler.gan.drawn(seed) for seed in range(5)])
    assert np.abs(sampler.gan.pictures(styles)[3] - sampler.gan.pictures(styles[3:4])[0]).max() < 1e-5


def test_the_same_seed_draws_the_same_picture_and_a_slider_changes_it(sampler: Any) -> None:
    name = next(iter(sampler.sliders))
    first, again = (next(sampler.sample(seed=7)).picture.pixels for _ in range(2))
    assert np.array_equal(first, again)
    moved = next(sampler.sample(seed=7, sliders={name: 3.0}))
    assert not np.array_equal(first, moved.picture.pixels)
    assert moved.note.startswith(f"seed 7; {name} +3; ") and "диск" in moved.note


def test_every_slider_tells_what_it_changes_and_how_purely(sampler: Any) -> None:
    rows = sampler.table()
    assert rows and all(0 <= row["purity"] <= 1 for row in rows)
    assert len({row["slider"] for row in rows}) == len(rows)
    assert {row["found by"] for row in rows} <= {"fit", "sefa", "pca"}
    assert sampler.sheet().size[0] > sampler.sheet().size[1] / 4


def test_unknown_and_too_far_sliders_are_refused_with_the_nearest(sampler: Any) -> None:
    name = next(iter(sampler.sliders))
    with pytest.raises(UsageError, match="too far"):
        sampler.checked({name: 9.0})
    with pytest.raises(UsageError) as refused:
        sampler.checked({name[:-1]: 1.0})
    assert name in refused.value.mend


def test_a_model_of_another_kind_is_no_sampler(tiny_box: Path) -> None:
    from maquette.checkpoints.box import open_checkpoint
    from maquette.makers.picture_gan import Sampler

    with pytest.raises(CheckpointError, match="no dice and no sliders"):
        Sampler(open_checkpoint(tiny_box))


def test_a_broken_recipe_says_what_is_wrong(tmp_path: Path) -> None:
    from maquette.training.gan_recipe import from_dict, read

    for values, told in (({"net": {"side": 48}}, "48"), ({"lerning": {}}, "lerning"), ({"net": {"sid": 64}}, "sid")):
        with pytest.raises(UsageError, match=told):
            from_dict(values)
    path = tmp_path / "recipe.toml"
    path.write_text(from_dict({"net": {"side": 128}}).as_toml())
    assert read(path) == from_dict({"net": {"side": 128}})
    assert len(read(path).net.channels) == 5


def test_changes_before_the_critic_leave_empty_places_empty() -> None:
    import torch

    from maquette.nets.gan.augment import augmented

    empty = torch.full((3, 4, 16, 16), -1.0)
    assert torch.equal(augmented(empty, torch.Generator().manual_seed(0)), empty)
    pictures = torch.rand(3, 4, 16, 16).requires_grad_()
    augmented(pictures, torch.Generator().manual_seed(0)).sum().backward()
    assert pictures.grad is not None and pictures.grad.abs().sum() > 0


def test_samples_are_kept_as_signed_works_that_name_the_nearest_training_picture(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from maquette.interfaces.cli import main

    def run(words: list[str]) -> Any:
        with pytest.raises(SystemExit) as left:
            main(words)
        return left.value.code

    given = ["picture", "sample", str(model), "--count", "2", "--seed", "5", "--json", "--out", str(tmp_path)]
    assert run(given) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 2 and all(Path(one["path"]).is_file() for one in told)
    assert run(["picture", "sliders", str(model), "--sheet", str(tmp_path / "sliders.png")]) == 0
    assert (tmp_path / "sliders.png").is_file() and "purity" in capsys.readouterr().out
