"""What a person may rely on who makes pictures by a large model: through the real classes, at toy size."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

for name in ("torch", "diffusers", "transformers", "peft", "accelerate"):
    pytest.importorskip(name, reason="the extra `big` is not installed: pip install 'maquette[big]'")

import bigs  # noqa: E402
from maquette.checkpoints import big  # noqa: E402
from maquette.core.errors import Cancelled, CheckpointError, MaquetteError, UsageError  # noqa: E402
from maquette.makers.big import preview, weighting  # noqa: E402
from maquette.makers.big.pictures import BigPictures  # noqa: E402
from maquette.media.picture import Picture  # noqa: E402

ASK: dict[str, Any] = {"steps": 2, "width": 64, "height": 64}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Folders of the toys, each built when it is first asked for."""
    root, made = tmp_path_factory.mktemp("big"), {}

    def home(kind: str) -> Path:
        if kind not in made:
            if kind in bigs.KINDS:
                made[kind] = bigs.save(kind, root / kind)
            elif kind == "lora":
                made[kind] = bigs.save_lora(home("sd15"), root / kind)
            else:
                made[kind] = {"controlnet": bigs.save_controlnet, "ip": bigs.save_ip_adapter}[kind](root / kind)
        return made[kind]

    return home


@pytest.fixture(scope="module")
def opened(homes: Any) -> Any:
    """Opened toys; they stay loaded."""
    made: dict[str, BigPictures] = {}
    return lambda kind: made.setdefault(kind, BigPictures.open(homes(kind)))


def one(model: BigPictures, prompt: str = "a red fox", **asked: Any) -> Picture:
    ((picture, _),) = model.make(prompt, **{**ASK, "seed": 7, **asked})
    return picture


def same(one: Picture, other: Picture) -> bool:
    return bool(np.array_equal(one.pixels, other.pixels))


def painted(width: int = 64, height: int = 64) -> Picture:
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = np.random.default_rng(3).integers(0, 255, (height, width, 3))
    return Picture(pixels)


def mask(width: int = 64, height: int = 64) -> Picture:
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[16:40, 16:40, :3] = 255
    return Picture(pixels)


@pytest.mark.parametrize("kind", list(bigs.KINDS))
def test_a_seed_gives_one_picture_alone_or_among_others(opened, kind):
    model = opened(kind)
    (_, first), (second, trace) = model.make("a red fox", **{**ASK, "width": 75}, seed=7, count=2)
    assert second.size == (75, 64) and second.opaque
    assert same(second, one(model, seed=8, width=75)) and not same(second, one(model, seed=9, width=75))
    assert (first["seed"], trace["seed"]) == (7, 8) and "not disclosed" in trace["told"]


def test_the_steps_are_those_of_diffusers_itself(homes, opened):
    import torch
    from diffusers import DiffusionPipeline

    pipe = DiffusionPipeline.from_pretrained(homes("sd15"))
    pipe.set_progress_bar_config(disable=True)
    dice = torch.Generator("cpu").manual_seed(7)
    made = pipe("a red fox", num_inference_steps=2, width=64, height=64, generator=dice, output_type="np").images[0]
    assert np.array_equal(one(opened("sd15")).pixels[..., :3], (made * 255 + 0.5).astype(np.uint8))


@pytest.mark.parametrize("kind", list(bigs.KINDS))
def test_a_weighted_word_changes_the_picture_and_a_weight_of_one_does_not(opened, kind):
    model = opened(kind)
    plain = one(model)
    assert same(plain, one(model, "a (red:1.0) fox"))
    assert not same(plain, one(model, "a (red:1.4) fox"))
    assert same(one(model, "a (red:1.4) fox"), one(model, weights=[("a ", 1), ("red", 1.4), (" fox", 1)]))


def test_both_text_encoders_hear_the_weights_and_are_left_as_they_were(opened):
    model = opened("sdxl")
    one(model)
    pieces = [("a ", 1.0), ("red", 1.5), (" fox", 1.0)]
    before = model.pipe.encode_prompt("a red fox", do_classifier_free_guidance=False)[0]
    with weighting.listening(model.pipe, [pieces]) as reading:
        heard = model.pipe.encode_prompt("a red fox", do_classifier_free_guidance=False)[0]
    assert reading.weighted == {"a red fox"}
    changed = (heard - before)[0].abs()
    left, right = changed[:, :32].sum(1), changed[:, 32:].sum(1)  # one encoder beside the other
    assert [bool(x) for x in left > 0] == [bool(x) for x in right > 0] == [n == 2 for n in range(77)]
    assert same(Picture(one(model).pixels), one(model))


@pytest.mark.parametrize(
    ("prompt", "pieces"),
    [
        ("a (red:1.3) fox", [("a ", 1.0), ("red", 1.3), (" fox", 1.0)]),
        ("(a (red:2) fox:0.5)", [("a ", 0.5), ("red", 1.0), (" fox", 0.5)]),
        ("(рыжая) [лиса]", [("рыжая", 1.1), (" ", 1.0), ("лиса", 0.9091)]),
        (r"smile \(:", [("smile (:", 1.0)]),
        ("10:30", [("10:30", 1.0)]),
    ],
)
def test_weights_are_read_as_they_are_for_the_starter(prompt, pieces):
    assert weighting.pieces_of(prompt) == pieces


@pytest.mark.parametrize("prompt", ["a (red fox", "a red) fox", "(fox:9)", "(fox:much)"])
def test_brackets_that_make_no_sense_are_named(prompt):
    with pytest.raises(UsageError):
        weighting.pieces_of(prompt)


def test_a_negative_prompt_counts_where_there_is_one_and_is_refused_where_there_is_none(opened):
    model = opened("sd15")
    assert not same(one(model), one(model, negative="a (house:1.4)"))
    with pytest.raises(UsageError, match="guidance of 1"):
        one(model, negative="a house", guidance=1)
    with pytest.raises(UsageError, match="knows no negative prompt"):
        one(opened("flux"), negative="a house")


def test_words_beyond_the_last_one_read_are_named(opened):
    ((_, trace),) = opened("sd15").make("a red fox " * 40 + "at night", **ASK)
    assert trace["said"][0].endswith("at night") and "did not read" in trace["said"][0]


@pytest.mark.parametrize("kind", list(bigs.KINDS))
def test_outside_a_mask_no_pixel_changes(opened, kind):
    start, chosen = painted(75, 64), mask(75, 64)
    made = one(opened(kind), init=start, mask=chosen, strength=0.9, width=None, height=None, steps=3)
    outside = chosen.pixels[..., 0] == 0
    assert made.size == start.size and np.array_equal(made.pixels[outside], start.pixels[outside])
    assert not np.array_equal(made.pixels[~outside], start.pixels[~outside])


def test_a_picture_may_be_the_start_and_nothing_is_resized_in_silence(opened):
    model, start = opened("sd15"), painted(75, 64)
    near, far = (one(model, init=start, strength=s, width=None, height=None) for s in (0.5, 1.0))
    assert near.size == (75, 64) and not same(near, far)
    for asked, told in (
        ({"init": start}, "75 x 64 pixels, and 64 x 64 are asked for"),
        ({"init": painted(), "mask": mask(75, 64)}, "the mask is 75 x 64"),
        ({"mask": mask()}, "needs the picture"),
        ({"width": 8}, "too small"),
    ):
        with pytest.raises(MaquetteError, match=told):
            one(model, **asked)


def test_a_controlnet_is_followed_in_every_task(homes, opened):
    model, lines = opened("sd15"), painted()
    control = (str(homes("controlnet")), lines)
    for task in ({}, {"init": painted(), "strength": 0.8}, {"init": painted(), "mask": mask(), "strength": 0.9}):
        assert not same(one(model, **task), one(model, **task, control=control))
    with pytest.raises(UsageError, match="ControlNet is 75 x 64"):
        one(model, control=(control[0], painted(75, 64)))
    with pytest.raises(CheckpointError, match="is a pipeline and no controlnet"):
        one(model, control=(str(homes("sd15")), lines))


def test_what_a_model_wore_leaves_no_trace_on_the_next_picture(homes, opened):
    model, bare = opened("sd15"), one(opened("sd15"))
    lora, adapter = homes("lora"), homes("ip")
    worn = one(model, lora=[(lora, 1.0)])
    half = one(model, lora=[(lora, 0.5)])
    styled = one(model, style=painted(), style_adapter=adapter, style_strength=1.0)
    assert not any(same(a, b) for a, b in ((bare, worn), (worn, half), (bare, styled)))
    assert same(bare, one(model))
    names = [one.title for one in model.ingredients(lora=[(lora, 1.0)], style=painted(), style_adapter=adapter)]
    assert names == ["pytorch_lora_weights", "ip"]


def test_a_lora_of_another_model_is_named(homes, opened):
    with pytest.raises(CheckpointError, match="does not fit StableDiffusionXLPipeline"):
        one(opened("sdxl"), lora=[(bigs.save_lora(homes("flux"), homes("flux").parent / "other"), 1.0)])


def test_every_scheduler_that_is_offered_draws(opened):
    from maquette.makers.big.schedulers import WAYS, fitting

    made = {}
    for kind in ("sd15", "sd3", "flux"):
        model = opened(kind)
        one(model)
        names = fitting(model.pipe.scheduler)
        made[kind] = names
        for name in names:
            one(model, scheduler=name, steps=3)
        for name in sorted(set(WAYS) - set(names))[:1]:
            with pytest.raises(UsageError, match="not made for"):
                one(model, scheduler=name)
    assert set(made["sd15"]) == set(WAYS) and made["flux"] == ["euler"]
    with pytest.raises(UsageError, match="no scheduler called 'eular'") as caught:
        one(opened("sd15"), scheduler="eular")
    assert "euler" in caught.value.mend


def test_a_tile_closes_at_its_edges(opened):
    """Moved noise gives the moved picture, so no place of it is an edge."""
    import torch

    from maquette.makers.big.seamless import circular

    model = opened("sd15")
    one(model)
    latents = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    vae, moved = model.pipe.vae, torch.roll(latents, (2, 3), (2, 3))

    def gap() -> float:
        with torch.no_grad():
            straight, rolled = vae.decode(latents).sample, vae.decode(moved).sample
        return float((torch.roll(straight, (16, 24), (2, 3)) - rolled).abs().max())

    with circular(model.pipe):
        assert gap() < 1e-4
    assert gap() > 1e-2
    assert not same(one(model), one(model, tile=True))
    with pytest.raises(UsageError, match="cannot be made to tile"):
        one(opened("sd3"), tile=True)


def test_a_preview_is_there_for_whoever_looks_and_cancelling_stops_at_once(opened):
    model, seen = opened("flux"), []

    def watch(progress: Any) -> None:
        seen.append((progress.step, progress.of, progress.preview().shape))
        if progress.step == 2:
            raise Cancelled()

    with pytest.raises(Cancelled):
        list(model.make("a red fox", steps=5, width=80, height=64, on_progress=watch))
    assert seen == [(1, 5, (8, 10, 3)), (2, 5, (8, 10, 3))]
    assert same(one(model), one(model))


def test_the_preview_finds_the_colours_of_an_autoencoder():
    """With one whose latents are colours in another order, the map must find them back exactly."""
    import torch

    def encode(x: Any) -> Any:
        mean = torch.nn.functional.avg_pool2d(x, 8)[:, [2, 0, 1]] * 3 + 1
        return SimpleNamespace(latent_dist=SimpleNamespace(mean=mean))

    vae = SimpleNamespace(encode=encode, device="cpu", dtype=torch.float32, config={})
    linear = preview.fit(vae, 8)
    colours = np.float32([[0.2, 0.5, 0.9]])
    latents = (colours * 2 - 1)[:, [2, 0, 1]] * 3 + 1
    assert np.allclose(latents @ linear[:-1] + linear[-1], colours, atol=1e-4)


def test_the_network_is_never_touched(homes, monkeypatch):
    def refuse(*given: Any) -> None:
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    one(BigPictures.open(homes("flux")))
    import huggingface_hub.constants as hub

    assert hub.HF_HUB_OFFLINE
    with pytest.raises(CheckpointError, match="is no folder here"):
        BigPictures.open("makers/model")


def test_a_size_that_does_not_fit_is_refused_before_anything_is_loaded(homes):
    from maquette.checkpoints.big_memory import GIB, Free

    model = BigPictures(big.open_big(homes("sd15")), free=Free(GIB))
    with pytest.raises(UsageError, match="GiB of memory are free"):
        one(model, width=8192, height=8192)
    assert model.plan is None


def test_the_story_names_the_model_its_licence_and_what_is_not_known(homes, opened, tmp_path):
    from maquette.core.settings import places
    from maquette.core.types import Request, Work
    from maquette.studio.big_models import add
    from maquette.trust import keys
    from maquette.trust.seal import seal

    added = add(places(), homes("sd15"), name="wood")
    ((picture, trace),) = BigPictures(added).make("a red fox", **ASK)
    work = Work(picture, Request("picture", "a red fox", {}, 0), 0, added.id, "words", trace["told"], (), trace)
    signer = keys.signer(places())
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    sealed = seal(work, svg, "image/svg+xml", card=added.card, originality=None, signer=signer, action="created")
    manifest = sealed.credential.manifest
    (model,) = [one for one in manifest["ingredients"] if one["label"] == "model"]
    assert model["metadata"]["com.maquette.licence"] == "LicenseRef-CreativeML-OpenRAIL-M"
    assert model["metadata"]["com.maquette.sha256"] == added.id and model["title"] == "wood"
    (story,) = [one["data"] for one in manifest["assertions"] if one["label"] == "com.maquette.lineage"]
    assert story["model"]["undisclosed"] == "its training data was not disclosed by its makers"
    assert "not disclosed" in sealed.credential.summary and str(tmp_path) not in str(manifest)
