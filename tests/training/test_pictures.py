"""What may be relied on of a training on pictures: what it learns from, that it can be stopped, and what it leaves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sprites
from maquette.checkpoints.box import open_checkpoint
from maquette.checkpoints.diffusion import memory_of, tensors_of, words_of
from maquette.core.errors import DataError, RightsError, UsageError
from maquette.data.dataset import open_dataset
from maquette.encodings import pixels as px
from maquette.encodings.print_small import PictureIndex

torch = pytest.importorskip("torch")

from maquette.training import pictures_recipe, pictures_run  # noqa: E402
from maquette.training.pictures_corpus import Corpus, Dealer, PictureSampling, arranged, build  # noqa: E402
from maquette.training.pictures_data import chosen, opened  # noqa: E402
from maquette.training.pictures_judge import JudgeRecipe, train_judge  # noqa: E402
from maquette.training.pictures_loop import new_net, optimisers, rate_at  # noqa: E402
from maquette.training.pictures_recipe import PictureOptimiser, PictureRecipe  # noqa: E402
from maquette.training.pictures_upscale import UpscalerRecipe, measured, train_upscaler  # noqa: E402


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sprites.save_records(tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def learnt(records: Path) -> Corpus:
    return opened(open_dataset(records), PictureRecipe(), lambda progress: None).corpus


def train(data: Path, out: Path, steps: int = 4, more: str = "", **given: Any) -> Path:
    recipe = sprites.save_recipe(out.parent / f"{out.name}-recipe", steps, more)
    return pictures_run.train(data, recipe=given.pop("recipe", recipe), out=out, **given)


@pytest.fixture(scope="module")
def model(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(records, tmp_path_factory.mktemp("models") / "toy")


# -- what is learnt from ----------------------------------------------------------------------------------------------


def test_fold_0_is_never_learnt(records: Path, model: Path) -> None:
    kept = {f"{one['id']}" for one in sprites.rows() if one["fold"] == 0}
    assert kept and not kept & {item.id for item in chosen(open_dataset(records), PictureRecipe())}
    index = PictureIndex.load(model / "fingerprints.npz")
    assert not kept & {row[0] for row in index.rows}
    assert len(index) == open_checkpoint(model).card["datasets"][0]["items"]


def test_the_memory_holds_nothing_of_fold_0(tmp_path: Path) -> None:
    """A thing that only fold 0 has is not remembered; of others, fold 0's look leaves no trace in the sketch."""
    told = [{**row, "fold": 0} if row["concept"] == "key" or row["id"] == "fluent/star" else row
            for row in sprites.rows()]  # fmt: skip
    corpus = opened(open_dataset(sprites.save_records(tmp_path, told)), PictureRecipe(), lambda progress: None).corpus
    entries = {(entry.caption, entry.family): number for number, entry in enumerate(corpus.entries)}
    assert ("key", "emoji") not in entries
    only = px.grains(px.coded(sprites.shape("star", "soft gradient")))
    assert np.abs(corpus.sketches[entries["star", "emoji"]] / 255 - only).max() < 0.01


def test_a_licence_that_refuses_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    told = [{**row, "license": "CC-BY-ND-4.0"} if row["id"] == "noto/star" else row for row in sprites.rows()]
    path = sprites.save_records(tmp_path, told)
    with pytest.raises(RightsError, match="noto/star") as raised:
        train(path, tmp_path / "out")
    assert raised.value.mend and not (tmp_path / "out" / "run" / "recipe.toml").exists()
    rights = pictures_run.rights
    rights.require_training(chosen(open_dataset(path), PictureRecipe(without=("noto",))), path)


def test_styles_and_sets_that_are_left_out_are_left_out(records: Path) -> None:
    items = chosen(open_dataset(records), PictureRecipe(without=("flat", "noto")))
    assert {item.set for item in items} == {"crawl", "glyphs"}


def test_the_sketch_of_a_picture_never_holds_the_picture(learnt: Corpus) -> None:
    """Whatever becomes of a picture, the sketch that stands before it in training stays as it was."""
    at = {row.at: n for n, row in enumerate(learnt.rows)}
    told = [row for row in sprites.rows() if row["fold"] not in (0,) and row["id"] != "fluent/cat"]
    before = build(told, np.stack([sprites.picture_of(row) for row in told]))
    for number in (0, 5, 20):
        pixels = np.stack([sprites.picture_of(row) for row in told])
        pixels[number] = np.random.default_rng(0).integers(0, 255, pixels[number].shape)
        after = build(told, pixels)
        assert np.array_equal(before.others[number], after.others[number])
        assert before.has[number] == (told[number]["set"] != "crawl")
    assert len(at) == len(learnt.rows)


def test_a_glyph_has_no_say_in_how_a_thing_is_remembered(learnt: Corpus) -> None:
    number = next(n for n, one in enumerate(learnt.entries) if (one.caption, one.family) == ("dog", "emoji"))
    wanted = [px.grains(px.coded(sprites.shape("dog", style))) for style in ("flat", "soft gradient")]
    assert np.abs(learnt.sketches[number] / 255 - np.mean(wanted, 0)).max() < 0.01


def test_tones_belong_to_one_thing_and_are_dealt_out_equally(learnt: Corpus) -> None:
    chef = [row for row in learnt.rows if row.caption == "chef" and row.style == px.STYLES.index("flat")]
    assert sorted(row.tone for row in chef) == [0, px.TONES.index("light"), px.TONES.index("dark")]
    assert len({row.entry for row in chef}) == 1 and learnt.entries[chef[0].entry].person
    dealer = Dealer(learnt, PictureSampling(styles=(0, 1, 0, 0, 0, 0), scenes=0), 0)
    rng = np.random.default_rng(0)
    drawn = [learnt.rows[dealer._row(rng, 1)] for _ in range(1500)]
    tones = [sum(row.tone == tone for row in drawn) for tone in (0, 1, 5)]
    assert min(tones) > 0.6 * max(tones) and 60 < sum(tones) < 200  # a twelfth of all, a third each


# -- batches ----------------------------------------------------------------------------------------------------------


def test_the_same_seed_and_number_deal_the_same_batch(learnt: Corpus) -> None:
    one, same, other = (Dealer(learnt, PictureSampling(), seed).batch(3, 4) for seed in (1, 1, 2))
    assert all(np.array_equal(getattr(one, name), getattr(same, name)) for name in vars(one))
    assert not np.array_equal(one.clean, other.clean)
    for name in ("clean", "sketch"):
        values = getattr(one, name)
        assert values.shape == (4, 4, 32, 32) and values.min() >= -1 and values.max() <= 1.0001
    assert one.tokens.shape == (4, 24) and one.style.max() <= 6 and one.tone.min() >= 0


def test_a_composed_scene_shows_what_its_words_say(learnt: Corpus) -> None:
    """ "A left of B" has A in the left half, "three A" has three of them."""
    dealer = Dealer(learnt, PictureSampling(scenes=1.0, no_words=0.0), 0)
    rng, words = np.random.default_rng(1), learnt.vocabulary.words
    seen = set()
    for _ in range(60):
        clean, drawn, *_, told, _, vocabulary = dealer._sample(rng)
        text = " ".join(told)
        assert all(word in words for word in told) and vocabulary is learnt.vocabulary
        halves = {"left": clean[:, :16], "right": clean[:, 16:], "above": clean[:16], "below": clean[16:]}
        assert all(part[..., 3].max() > 0.5 for part in list(halves.values())) or len(told) > 1
        number = next((n for n, name in ((2, "two"), (3, "three"), (4, "four")) if name in told), 0)
        seen.add(number or next((place for place in halves if place in told), "and"))
        assert drawn.shape == (32, 32, 4), text
    assert {"left", "right", "above", "below", 2, 3, 4} <= seen


def test_boxes_of_a_scene_stand_as_the_words_say() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        (one, two), relation = arranged(rng, 2)
        if relation == ["left", "of"]:
            assert one.x < two.x - 0.3
        if relation == ["above"]:
            assert one.y < two.y - 0.3
    boxes, _ = arranged(rng, 4)
    assert len({(round(box.x), round(box.y)) for box in boxes}) == 4


# -- runs -------------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The end of a process."""


@pytest.fixture
def saved_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures_run, "SAVE_EVERY", -1.0)


@pytest.mark.usefixtures("saved_often")
def test_a_run_that_was_killed_and_resumed_ends_like_one_that_was_not(
    records: Path, model: Path, tmp_path: Path
) -> None:
    def kill(report: Any) -> None:
        if report.step == 3:
            raise Killed

    out = tmp_path / "toy"
    with pytest.raises(Killed):
        train(records, out, on_step=kill)
    steps: list[int] = []
    train(records, out, on_step=lambda report: steps.append(report.step))
    assert steps[0] in (3, 4) and steps[-1] == 4
    one, other = (tensors_of(open_checkpoint(folder)) for folder in (out, model))
    assert all(np.allclose(one[name], other[name], atol=0.02) for name in other)  # blocks of 8 bits
    assert (out / "sketches.npz").exists() and not list(out.rglob("*.part"))


def test_ctrl_c_keeps_the_best_and_the_same_command_goes_on(records: Path, tmp_path: Path) -> None:
    def stop(report: Any) -> None:
        if report.step == 2:
            raise KeyboardInterrupt

    out = train(records, tmp_path / "toy", on_step=stop)
    assert np.isfinite(tensors_of(open_checkpoint(out))["leave.weight"]).all()
    steps: list[int] = []
    train(records, out, on_step=lambda report: steps.append(report.step))
    assert steps == [3, 4]


def test_dropout_does_not_make_a_resumed_run_another(records: Path, tmp_path: Path) -> None:
    from maquette.training.pictures_loop import DiffusionRun

    pictures = opened(open_dataset(records), PictureRecipe(), lambda progress: None)
    recipe = PictureRecipe(
        steps=4, batch=2, every=9, net=sprites.size(words=len(pictures.corpus.vocabulary), dropout=0.5)
    )

    def fresh() -> DiffusionRun:
        dealer = Dealer(pictures.corpus, recipe.sampling, recipe.seed)
        return DiffusionRun(recipe, new_net(recipe), dealer, replace(pictures.held, clean=pictures.held.clean[:0]))

    whole, first = fresh(), fresh()
    for _ in range(3):
        whole._step()
    first._step()
    kept = first.state()
    torch.rand(7)
    again = fresh()
    again.restore(kept)
    for _ in range(2):
        again._step()
    for (name, one), other in zip(whole.net.named_parameters(), again.net.parameters(), strict=True):
        assert torch.equal(one, other), name


def test_it_learns(records: Path) -> None:
    """A toy net on one batch, over and over: the error falls."""
    from maquette.nets.diffusion import edm

    torch.set_num_threads(1)
    pictures = opened(open_dataset(records), PictureRecipe(), lambda progress: None)
    recipe = PictureRecipe(net=sprites.size(words=len(pictures.corpus.vocabulary)))
    net = new_net(recipe)
    batch = Dealer(pictures.corpus, recipe.sampling, 1).batch(0, 4)
    clean, *asked = (torch.from_numpy(getattr(batch, name)) for name in vars(batch))
    both = optimisers(net, PictureOptimiser(rate=4e-3))
    costs = []
    for step in range(24):
        loss = edm.loss(net, clean, recipe.noise, torch.Generator().manual_seed(step % 3), *asked).mean()
        loss.backward()
        for optimiser in both:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        costs.append(float(loss.detach()))
    assert np.mean(costs[-3:]) < 0.85 * np.mean(costs[:3])


def test_muon_turns_kernels_into_even_steps() -> None:
    from maquette.training.muon import KernelMuon, orthogonal

    matrix = torch.randn(12, 40, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonal(matrix))
    assert values.min() > 0.6 and values.max() < 1.3
    kernel = torch.nn.Parameter(torch.zeros(8, 4, 3, 3))
    kernel.grad = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(1)) * 1e-6
    KernelMuon([kernel], lr=0.01).step()
    assert float(kernel.detach().square().mean().sqrt()) == pytest.approx(0.01 * 0.2, rel=0.25)


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [rate_at(step, 100, PictureOptimiser(rate=1.0, warmup=10, descent=0.5)) for step in range(101)]
    assert rates[0] == 0.1 and rates[9] == rates[50] == 1.0 and rates[75] == 0.5 and rates[100] == 0.01


# -- what it leaves ---------------------------------------------------------------------------------------------------


def test_a_checkpoint_says_whose_pictures_it_learnt(model: Path) -> None:
    box = open_checkpoint(model)
    told = box.card
    assert told["licences"] == {"MIT": 36, "CC0-1.0": 11} and told["kind"] == "picture" and told["faults"]
    assert {one["set"] for one in told["datasets"][0]["sets"]} == set(sprites.STYLES)
    assert told["recipe"]["net"]["widths"] == [16, 16, 32] and str(model) not in json.dumps(told)
    for name in ("NOTICE.txt", "recipe.toml", "graph.onnx", "things.json.gz", "names.json.gz"):
        assert (model / name).stat().st_size > 0
    row = PictureIndex.load(model / "fingerprints.npz").nearest(px.coded(sprites.shape("star", "flat")), 1)[0]
    assert (row.id, row.author, row.licence, row.style) == ("fluent/star", "Fluent & Co", "MIT", "flat")


def test_the_starter_knows_its_things_in_other_languages() -> None:
    memory = memory_of(open_checkpoint("picture-1"))
    for words, thing in (("кошка", "cat"), ("Hund", "dog"), ("дом", "house"), ("apples", "red apple")):
        found = memory.find(words)
        assert found is not None and thing.split()[-1] in found.entry.caption, words


def test_words_that_the_base_has_read_keep_their_meaning(model: Path, records: Path, tmp_path: Path) -> None:
    """Trained on with --whole on other pictures: the words stand elsewhere in the table, their vectors go with them."""
    told = [{**row, "caption": "zebra" if row["concept"] == "dog" else row["caption"]} for row in sprites.rows()]
    for row in told:
        row["keywords"] = []
    other = sprites.save_records(tmp_path / "other", told)
    more = "[optimiser]\nrate = 0.0\n"
    out = train(other, tmp_path / "on", 1, more, base=str(model), whole=True)
    before, after = (open_checkpoint(one) for one in (model, out))
    old, new = (list(words_of(one).words) for one in (before, after))
    assert "zebra" in new and "zebra" not in old and old.index("star") != new.index("star")
    tables = [tensors_of(one)["reader.table.weight"] for one in (before, after)]
    for word in ("star", "red", "left", "cat"):
        assert np.abs(tables[0][2 + old.index(word)] - tables[1][2 + new.index(word)]).max() < 0.03
    assert after.card["base"] == "toy" and after.card["licences"]["MIT"] > before.card["licences"]["MIT"]


def test_few_step_tuning_runs_and_is_told(model: Path, records: Path, tmp_path: Path) -> None:
    out = train(records, tmp_path / "few", 2, base=str(model), whole=True, recipe=_few(tmp_path))
    box = open_checkpoint(out)
    assert box.encoding["few"] is True and open_checkpoint(model).encoding["few"] is False
    assert box.size["widths"] == [16, 16, 32]


def _few(folder: Path) -> Path:
    path = folder / "few.toml"
    path.write_text('craft = "picture"\nenlarge = 0\nfew = true\nsteps = 2\nbatch = 2\n[optimiser]\nrate = 0.0002\n')
    return path


# -- own styles -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = sprites.save_own(tmp_path_factory.mktemp("мои"), 22)
    recipe = folder.parent / "own.toml"
    recipe.write_text('name = "mine"\ncraft = "picture"\nsteps = 3\nbatch = 2\nevery = 2\n[adapter]\nrank = 2\n')
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(model, home / "models" / "toy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAQUETTE_HOME", str(home))
        return pictures_run.train(folder, recipe=recipe, base=str(model), out=model.parent / "mine")


def test_an_own_style_is_small_and_opens_with_its_base(own: Path, model: Path) -> None:
    box = open_checkpoint(own)
    assert box.base is not None and box.base.path == model and box.card["base"] == "toy"
    assert "mine" in box.encoding["styles"] and len(box.encoding["styles"]) == len(px.STYLES)
    assert (own / "weights.safetensors").stat().st_size < (model / "weights.safetensors").stat().st_size
    memory = memory_of(box)
    found = memory.find(memory.entries[0].caption)
    assert found is not None and found.entry.family == "own"


def test_an_own_style_names_its_own_pictures_as_the_nearest(own: Path) -> None:
    """Some are kept aside for figures: the others' prints bear their own names all the same."""
    index = PictureIndex.load(own / "fingerprints.npz")
    first = [row[1] for row in index.rows if row[1] in sprites.THINGS]
    assert len(first) > 5
    for thing in first[-3:]:
        picture = sprites.shape(thing, "flat")
        picture[..., 2] = 255 - picture[..., 2]
        near = index.nearest(px.coded(picture), 1)[0]
        assert near.title == thing and near.author == "Ада" and near.distance < 0.05


def test_too_few_pictures_and_an_adapter_without_a_base_are_told(
    model: Path, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = sprites.save_own(tmp_path / "few", 3)
    shutil.copytree(model, tmp_path / "home" / "models" / "toy")
    monkeypatch.setenv("MAQUETTE_HOME", str(tmp_path / "home"))
    with pytest.raises(DataError, match="too few"):
        pictures_run.train(few, base=str(model), out=tmp_path / "a")
    with pytest.raises(DataError, match="too few"):
        train(few, tmp_path / "b")
    with pytest.raises(UsageError, match="belongs to a model"):
        train(records, tmp_path / "c", more="[adapter]\nrank = 4\n")


# -- enlarger and judge -----------------------------------------------------------------------------------------------


def test_an_enlarger_is_trained_once_and_taken_from_its_folder(tmp_path: Path) -> None:
    from maquette.nets.diffusion.upscaler import UpscalerSize

    pixels = np.stack([sprites.shape(thing, "flat") for thing in sprites.THINGS])
    recipe = UpscalerRecipe(steps=12, batch=2, size=UpscalerSize(8, 1))
    net = train_upscaler(pixels, recipe, tmp_path)
    again = train_upscaler(pixels[:1], replace(recipe, steps=0), tmp_path)
    for one, other in zip(net.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    told = measured(net, pixels[:3])
    assert {"learnt", "nearest", "lanczos", "seconds_each"} == set(told) and told["learnt"] > told["nearest"] - 1


def test_a_judge_is_trained_on_what_it_is_given(learnt: Corpus) -> None:
    from maquette.nets.diffusion.judge import JudgeSize

    size = JudgeSize((8, 8, 8, 8), 12, len(learnt.vocabulary), 8, 6)
    judge, words = train_judge(learnt, JudgeRecipe(seconds=0.1, batch=4, size=size))
    assert words is learnt.vocabulary and not judge.training


# -- bad input --------------------------------------------------------------------------------------------------------


def refused(data: Path, out: Path, kind: type[Exception], match: str, **given: Any) -> None:
    with pytest.raises(kind, match=match) as raised:
        train(data, out, **given)
    error: Any = raised.value
    assert error.wrong and error.where and error.mend


def test_pictures_that_do_not_fit_their_records_are_told(tmp_path: Path) -> None:
    path = sprites.save_records(tmp_path)
    some = [sprites.picture_of(row) for row in sprites.rows()]
    sprites.save_store(tmp_path / "px64.npz", some[:-1])
    refused(path, tmp_path / "out", DataError, "pictures of this record file are missing")
    (tmp_path / "px64.npz").unlink()
    refused(path, tmp_path / "out", DataError, "pictures of this record file are missing")
    (tmp_path / "px64.npz").write_bytes(b"PK\x03\x04 cut off")
    refused(path, tmp_path / "out", DataError, "pictures of this record file are missing")
    sprites.save_store(tmp_path / "px64.npz", [*some[:4], some[4][::2, ::2], *some[5:]])
    refused(path, tmp_path / "out", DataError, "picture 4 has 32 x 32 pixels, not 64 x 64")
    sprites.save_store(tmp_path / "px64.npz", some)  # the same command, once it is mended
    assert train(path, tmp_path / "out", 1).is_dir()


def test_a_picture_that_is_none_is_told(tmp_path: Path) -> None:
    path = sprites.save_records(tmp_path)
    files = [sprites.png(sprites.picture_of(row)) for row in sprites.rows()]
    files[2] = b"no picture"
    offset = np.cumsum([0, *map(len, files)])
    np.savez(tmp_path / "px64.npz", data=np.frombuffer(b"".join(files), np.uint8), offset=offset)
    refused(path, tmp_path / "out", DataError, "picture 2 cannot be read")


@pytest.mark.parametrize("line", ["{broken", '{"id": "a", "caption": "b"}', "[1]"])
def test_a_broken_line_is_named(line: str, tmp_path: Path) -> None:
    path = sprites.save_records(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    lines[6] = line
    path.write_text("\n".join(lines), encoding="utf-8")
    refused(path, tmp_path / "out", DataError, "line 7")


def test_an_empty_line_does_not_shift_the_pictures(tmp_path: Path) -> None:
    path = sprites.save_records(tmp_path)
    text = path.read_text("utf-8")
    plain = opened(open_dataset(path), PictureRecipe(), lambda progress: None)
    path.write_text(text.replace("\n", "\n\n", 3), encoding="utf-8")
    spaced = opened(open_dataset(path), PictureRecipe(), lambda progress: None)
    assert np.array_equal(plain.corpus.pixels, spaced.corpus.pixels)
    assert [item.id for item in plain.items] == [item.id for item in spaced.items]


def test_styles_that_the_net_has_no_name_for_are_told(tmp_path: Path) -> None:
    told = [{**row, "style_name": "woodcut"} for row in sprites.rows()]
    refused(sprites.save_records(tmp_path, told), tmp_path / "out", DataError, "style")


def test_tones_without_their_default_are_learnt_all_the_same(tmp_path: Path) -> None:
    told = [row for row in sprites.rows() if row["tone"] or row["set"] == "noto"]
    pixels = np.stack([sprites.picture_of(row) for row in told])
    batch = Dealer(build(told, pixels), PictureSampling(styles=(0, 1, 0, 0, 0, 0)), 0).batch(0, 4)
    assert (batch.style <= 2).all()


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ("stepps = 3\n", r"(?s)stepps.*mean steps"),
        ("[net]\nwidht = [3]\n", r"(?s)widht.*net"),
        ("[sampling]\nscene = 0.1\n", r"(?s)scene.*mean scenes"),
        ("[noise]\nmeen = 0.1\n", r"(?s)meen.*mean mean"),
        ("steps = 'many'\n", "should be of type int"),
        ('craft = "icon"\n', "a recipe for icon"),
        ("data = 5\n", "should be tables"),
        ("steps = \n", "cannot be read"),
    ],
)
def test_a_mistyped_recipe_is_told_where_and_how(more: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(more)
    with pytest.raises(UsageError, match=wrong) as raised:
        pictures_recipe.read(tmp_path / "mine.toml")
    assert "mine.toml" in str(raised.value)


def test_a_recipe_comes_back_from_its_file(tmp_path: Path) -> None:
    mine = PictureRecipe(
        name='Хвоя "2"', few=True, without=("a", "b"), net=sprites.size(), adapter=pictures_recipe.PictureAdapter(4),
        data=({"name": "x", "version": "ab"},),
    )  # fmt: skip
    (tmp_path / "mine.toml").write_text(mine.as_toml(), encoding="utf-8")
    assert pictures_recipe.read(tmp_path / "mine.toml") == mine


def test_the_shipped_recipes_are_read() -> None:
    folder = Path(__file__).parents[2] / "recipes"
    for path in sorted(folder.glob("picture-1*.toml")):
        recipe = pictures_recipe.read(path)
        assert "3d render" in recipe.without and (folder / recipe.sources).is_file()


def test_a_net_that_does_not_exist_is_told_with_those_that_do(records: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no net called 'vae'") as raised:
        pictures_run.train(records, net="vae", out=tmp_path / "out")
    assert "diffusion" in raised.value.mend and "gan" in raised.value.mend


def test_another_dataset_in_the_same_folder_is_refused(records: Path, model: Path, tmp_path: Path) -> None:
    other = sprites.save_records(tmp_path, sprites.rows(("fluent",)))
    with pytest.raises(UsageError, match="a training on other data"):
        train(other, model)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    torch.set_num_threads(1)
    yield
