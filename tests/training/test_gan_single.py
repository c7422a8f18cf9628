"""One picture's pyramid: learnt, stopped, gone on with, and made at any size without a seam."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.core.errors import Cancelled, CheckpointError, UsageError
from maquette.core.progress import Progress
from maquette.engine.pyramid import Pyramid, enlarged, taps
from maquette.media.picture import Picture, floats, from_floats


def stripes(side: int = 48, alpha: bool = False) -> Picture:
    y, x = np.mgrid[:side, :side].astype(np.float32)
    wave = 0.5 + 0.4 * np.sin(x * 0.8 + 2 * np.sin(y * 0.3))
    values = np.stack([wave, wave * 0.6, 1 - wave], axis=-1)
    if alpha:
        values = np.concatenate([values, (wave > 0.3).astype(np.float32)[..., None]], axis=-1)
    return from_floats(values)


def recipe(**given: Any) -> Any:
    from maquette.training.gan_single import SingleRecipe

    return SingleRecipe(**{"steps": 3, "width": 4, "ratio": 2.0, **given})


def texture(picture: Picture, folder: Path, *, steps: int = 3, **given: Any) -> Picture:
    from maquette.training.gan_single import texture_gan

    size = {"width": 80, "height": 64} | given
    return texture_gan(picture, folder=folder, recipe=recipe(steps=steps), **size)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("обучение")
    texture(stripes(), folder)
    return folder


def test_a_texture_has_the_size_that_was_asked_for_and_no_seam(learnt: Path) -> None:
    made = texture(stripes(), learnt)
    assert made.size == (80, 64) and made.opaque
    values = floats(made)
    for axis in (0, 1):
        inner = np.abs(np.diff(values, axis=axis)).mean(axis=(1 - axis, 2))
        assert np.abs(values.take(0, axis) - values.take(-1, axis)).mean() < 1.1 * inner.max()
    assert not np.array_equal(made.pixels, texture(stripes(), learnt, seed=1).pixels)


def test_the_border_is_no_steeper_than_other_lines(learnt: Path) -> None:
    opened = Pyramid.load(learnt / "pyramid.safetensors", threads=1)
    found = []
    for seed in range(12):
        made = opened.make(60, 72, seed=seed)
        for axis in (0, 1):
            steps = np.abs(made - np.roll(made, 1, axis)).mean(axis=(1 - axis, 2))
            found.append(steps[0] / steps[1:].mean())
    assert 0.85 < np.mean(found) < 1.15


def test_a_finished_pyramid_is_opened_and_not_learnt_again(learnt: Path) -> None:
    def refuse(progress: Progress) -> None:
        assert "learning" not in progress.note

    before = (learnt / "pyramid.safetensors").read_bytes()
    first, again = (texture(stripes(), learnt, on_progress=refuse) for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)
    assert (learnt / "pyramid.safetensors").read_bytes() == before


def test_blocks_of_a_large_texture_meet_without_a_seam(learnt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from maquette.engine import pyramid

    opened = Pyramid.load(learnt / "pyramid.safetensors", threads=1)
    whole = opened.make(70, 90, seed=2)
    monkeypatch.setattr(pyramid, "BLOCK", 32)
    assert np.abs(opened.make(70, 90, seed=2) - whole).max() < 1e-5


def test_the_engine_makes_what_torch_makes(learnt: Path) -> None:
    import torch
    from safetensors.torch import load_file

    from maquette.nets.gan.single import PyramidSize, Stage, around

    opened = Pyramid.load(learnt / "pyramid.safetensors", threads=1)
    stage = Stage(PyramidSize(((24, 24),), 4, 3))
    weights = load_file(learnt / "pyramid.safetensors")
    stage.load_state_dict({name[2:]: one for name, one in weights.items() if name.startswith("0.")})
    noise = np.random.default_rng(0).standard_normal((1, 3, 24, 30), dtype=np.float32)
    below = np.zeros_like(noise)
    with torch.no_grad():
        theirs = stage(around(torch.from_numpy(noise)), around(torch.from_numpy(below))).numpy()
    assert np.abs(opened._run(opened._stages[0], noise, below) - theirs).max() < 1e-5


def test_a_stopped_training_still_makes_a_texture_and_goes_on_later(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if "scale 2" in progress.note:
            raise Cancelled

    soft = texture(stripes(), tmp_path, steps=8, on_progress=stop)
    assert soft.size == (80, 64) and "stopped at 1 scales" in soft.said[0]
    assert not Pyramid.load(tmp_path / "pyramid.safetensors", threads=1).finished
    assert not texture(stripes(), tmp_path, steps=8).said
    assert Pyramid.load(tmp_path / "pyramid.safetensors", threads=1).finished
    assert not (tmp_path / "state.safetensors").exists()


def test_a_training_stopped_before_its_first_scale_makes_nothing(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        texture(stripes(), tmp_path, steps=8, on_progress=stop)
    assert not (tmp_path / "pyramid.safetensors").exists() and (tmp_path / "state.safetensors").exists()


def test_alpha_is_learnt_and_made(tmp_path: Path) -> None:
    made = texture(stripes(alpha=True), tmp_path, tile=False)
    assert made.size == (80, 64) and not made.opaque


def test_what_cannot_be_learnt_or_made_is_refused(learnt: Path) -> None:
    with pytest.raises(UsageError, match="too small to learn from"):
        texture(stripes(20), learnt)
    with pytest.raises(UsageError, match="another picture"):
        texture(stripes(52), learnt)
    with pytest.raises(UsageError, match="smaller than what this picture's shapes need"):
        texture(stripes(), learnt, width=16)


def test_a_large_picture_is_learnt_smaller_and_that_is_said() -> None:
    from maquette.training.gan_single import _learnable

    values, said = _learnable(from_floats(np.zeros((300, 600, 3), dtype=np.float32)))
    assert values.shape == (256, 512, 3)
    assert said == ["learnt at 512 x 256 px instead of 600 x 300: cut a piece out to keep its grain"]


def test_a_broken_pyramid_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pyramid.safetensors"
    path.write_bytes(b"no weights")
    with pytest.raises(CheckpointError, match="cannot be read"):
        Pyramid.load(path)


def test_enlarging_a_torus_knows_no_border() -> None:
    picture = np.random.default_rng(0).random((1, 1, 9, 12), dtype=np.float32)
    large = enlarged(picture, 18, 24)
    rolled = enlarged(np.roll(picture, (2, 3), (2, 3)), 18, 24)
    assert np.abs(np.roll(large, (4, 6), (2, 3)) - rolled).max() < 1e-6
    index, weights = taps(10, 25, wrap=False)
    assert index.min() == 0 and index.max() == 9 and np.allclose(weights.sum(axis=1), 1)
