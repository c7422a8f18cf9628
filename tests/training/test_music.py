"""What a composer may rely on who trains on her tunes: the same loop, bits per note, and never worse than the base."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tunes

torch = pytest.importorskip("torch")

from maquette.checkpoints.box import Checkpoint, open_checkpoint, save_checkpoint  # noqa: E402
from maquette.core.errors import Cancelled, CheckpointError, DataError, RightsError, UsageError  # noqa: E402
from maquette.core.settings import places  # noqa: E402
from maquette.data.manifest import read_manifest  # noqa: E402
from maquette.encodings.print_notes import NoteIndex  # noqa: E402
from maquette.makers.evaluate import evaluate  # noqa: E402
from maquette.makers.music_writer import Manner, Writer  # noqa: E402
from maquette.media.score import Key, Part, Score, Tempo, regular_bars  # noqa: E402
from maquette.training import notes_adapt, recipe  # noqa: E402
from maquette.training.craft_music import ADAPTER, FREE, genres_of, new_net  # noqa: E402
from maquette.training.notes_corpus import MusicSampling  # noqa: E402
from maquette.training.recipe import Adapter, Net, Optimiser, Recipe  # noqa: E402
from maquette.training.run import Report, train  # noqa: E402

RECIPE = Recipe(
    name="tiny-music",
    craft="music",
    steps=12,
    tokens=400,
    every=4,
    net=Net(width=32, layers=1, heads=2, key_heads=1, hidden=48, context=256, dropout=0.0),
    optimiser=Optimiser(rate=2e-2, warmup=4, mean=0.8),
    sampling=MusicSampling(context=200),
)
OWN = dataclasses.replace(
    ADAPTER,
    name="my-hand",
    steps=9,
    tokens=400,
    every=3,
    optimiser=Optimiser(name="adamw", rate=2e-2, warmup=2, mean=0.5),
    sampling=MusicSampling(context=200, no_genre=0.0),
    adapter=Adapter(rank=2),
)


@pytest.fixture(autouse=True, scope="module")
def one_thread_in_fp32() -> Any:
    """The timing that decides on bf16 takes longer than these trainings."""
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("maquette.training.loop.bf16_pays", lambda device: False)
        patch.setattr("maquette.training.notes_corpus.POOL", 4)
        patch.setattr("maquette.training.notes_finish.ORDERS", (3,))
        patch.setattr("maquette.training.notes_preview.COUNT", 1)
        patch.setattr("maquette.training.notes_preview.BARS", 1)
        patch.setattr("maquette.makers.music_evaluate.ORDERS", (3,))
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four slow tunes as a record file; three of them are held out by their works."""
    return tunes.write(tmp_path_factory.mktemp("data") / "slow.jsonl", [tunes.record(i) for i in range(24)])


def trained(ready: Recipe, data: Path, out: Path, **more: Any) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    path = out.parent / f"{out.name}.toml"
    path.write_text(ready.as_toml(), encoding="utf-8")
    return train("music", data, recipe=path, out=out, **more)


@pytest.fixture(scope="module")
def base(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of them, by the house's own loop from recipe to box."""
    return trained(RECIPE, data, tmp_path_factory.mktemp("models") / "tiny-music")


@pytest.fixture
def lively(tmp_path: Path) -> Path:
    """Ten tunes in another hand: eighths instead of quarters."""
    return tunes.write(tmp_path / "lively.jsonl", [tunes.record(100 + i, lively=True) for i in range(10)])


# -- a model of one's own ------------------------------------------------------------------------------------------


def test_a_training_makes_a_box_that_knows_whom_it_learnt_from(base: Path, data: Path) -> None:
    box = open_checkpoint(base)
    assert box.encoding == {"name": "notes.v1", "genres": ["hymn"]}
    card = box.card
    count = card["datasets"][0]["items"]
    assert (card["kind"], card["name"], card["licences"]) == ("music", "tiny-music", {"CC0-1.0": count})
    assert card["attribution"][0].startswith("Ada Ton, mine: ")
    assert len(NoteIndex.load(box.file("fingerprints.npz"))) == count < 24
    entries = read_manifest(next(base.glob("items.jsonl*"))).entries
    assert {entry.id for entry in entries} == {f"mine/{i}" for i in range(24)}
    assert recipe.read(base / "recipe.toml").sampling.context == 200
    for path in base.iterdir():
        assert path.is_dir() or str(data.parent).encode() not in path.read_bytes()


def test_what_was_learnt_is_told_in_bits_per_note(base: Path) -> None:
    card = open_checkpoint(base).card
    bits = [bits for _, bits in card["curve"]]
    assert len(bits) == 3 and bits[-1] < bits[0]
    from maquette.media.score_table import read_score

    heard = read_score(base / "run" / "preview-000012-1.mid")  # what it writes just now, unpicked
    assert [part.name for part in heard.parts] == ["flute", "double bass"]
    assert card["figures"]["held_out_bits_per_note"] == min(bits)


def test_a_training_goes_on_where_it_was_stopped(data: Path, tmp_path: Path) -> None:
    def stop(report: Report) -> None:
        if report.step == 6:
            raise Cancelled

    first = trained(RECIPE, data, tmp_path / "mine", on_step=stop)
    assert open_checkpoint(first).card["curve"][-1][0] == 4
    seen: list[Report] = []
    train("music", data, out=first, on_step=seen.append)
    assert [report.step for report in seen] == list(range(7, 13))


def test_tunes_without_a_licence_are_refused(tmp_path: Path) -> None:
    data = tunes.write(tmp_path / "bare.jsonl", [tunes.record(i, license="") for i in range(6)])
    with pytest.raises(RightsError, match="6 of 6 items do not permit training"):
        trained(RECIPE, data, tmp_path / "mine")
    with pytest.raises(RightsError):
        train("music", data, base="music-1", out=tmp_path / "hand")


def test_sets_that_a_recipe_leaves_out_are_not_learnt_from(tmp_path: Path) -> None:
    rows = [tunes.record(i) for i in range(8)]
    rows += [tunes.record(50 + i, set="other", license="GPL-3.0") for i in range(8)]
    data = tunes.write(tmp_path / "both.jsonl", rows)
    ready = dataclasses.replace(RECIPE, steps=1, every=1, sampling=MusicSampling(context=200, without=("other",)))
    card = open_checkpoint(trained(ready, data, tmp_path / "mine")).card
    assert set(card["licences"]) == {"CC0-1.0"}


def test_a_recipe_for_icons_is_not_taken_for_music(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a recipe for icon, not for music"):
        trained(Recipe(), data, tmp_path / "mine")


def test_a_recipe_for_music_comes_back_from_its_file(tmp_path: Path) -> None:
    told = dataclasses.replace(RECIPE, sampling=MusicSampling(without=("nottingham",), often={"open-hymnal": 2.5}))
    (tmp_path / "r.toml").write_text(told.as_toml(), encoding="utf-8")
    assert recipe.read(tmp_path / "r.toml") == told
    with pytest.raises(UsageError, match="mean whole"):
        recipe.from_dict({"craft": "music", "sampling": {"whol": 0.3}})


def test_genres_leave_room_for_those_of_adapters() -> None:
    class Piece:
        def __init__(self, genre: str) -> None:
            self.genre = genre

    many: Any = [Piece(f"genre {i}") for i in range(100) for _ in range(20)]
    assert len(genres_of(many)) == 64 - FREE


# -- one's own hand ------------------------------------------------------------------------------------------------


@pytest.fixture
def made(base: Path, lively: Path, tmp_path: Path) -> Callable[..., Checkpoint]:
    """made(recipe, data=..., on_step=...): an adapter, opened."""

    shutil.copytree(base, places().models / "tiny-music")

    def make(ready: Recipe = OWN, *, data: Path = lively, **more: Any) -> Checkpoint:
        return open_checkpoint(trained(ready, data, tmp_path / "my-hand", base="tiny-music", **more))

    return make


def test_an_adapter_is_small_hers_and_better_on_tunes_that_it_did_not_see(made: Callable[..., Checkpoint]) -> None:
    box = made()
    assert box.base is not None and box.base.name == "tiny-music"
    assert box.encoding["genres"] == ["hymn", "my-hand"] and box.encoding["own"] == "my-hand"
    figures = box.card["figures"]
    assert figures["held_out_bits_per_note"] < figures["base_bits_per_note"] and figures["strength"] > 0
    assert len(box.card["held_out"]) == figures["held_out_tunes"] == 3
    assert "fewer" in box.card["note"] and box.card["attribution"][0].startswith("Ada Ton, mine: 7 works")
    assert sum(path.stat().st_size for path in box.path.iterdir() if path.is_file()) < 3e6
    habits = json.loads((box.path / "habits.json").read_text("utf-8"))
    assert len(habits["pieces"]) == 7
    empty = Score((Part("Flute", 73),), regular_bars(2, 4, 4), (Key(0, 0),), (Tempo(0, 112),))
    own = Writer(box).write(empty, [(0, 0), (1, 0)], manner=Manner("my-hand"), seed=1)
    assert own[0].cells == Writer(box).write(empty, [(0, 0), (1, 0)], seed=1)[0].cells  # hers, unless asked otherwise


def test_an_adapter_that_is_worse_is_not_kept_and_that_is_said(
    made: Callable[..., Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes_adapt.TuneAdaptation, "_bits", lambda *asked: 1e6)
    box = made()
    figures = box.card["figures"]
    assert figures["strength"] == 0 and figures["held_out_bits_per_note"] == figures["base_bits_per_note"]
    assert "nothing that was learnt" in box.card["note"] and box.base is not None
    before, after = box.base.arrays(), box.arrays()
    assert all(np.array_equal(before[name], after[name]) for name in before if not name.startswith("table"))


def test_ctrl_c_keeps_the_best_so_far_and_the_same_command_goes_on(made: Callable[..., Checkpoint]) -> None:
    seen: list[int] = []

    def stop(report: Report) -> None:
        seen.append(report.step)
        if report.step == 3 and seen.count(3) == 1:
            raise Cancelled

    assert made(on_step=stop).card["curve"][-1][0] == 3
    assert [step for step, _ in made().card["curve"]] == [0, 3, 6, 9]


def test_three_tunes_are_no_hand(made: Callable[..., Checkpoint], tmp_path: Path) -> None:
    data = tunes.write(tmp_path / "three.jsonl", [tunes.record(i) for i in range(3)])
    with pytest.raises(DataError, match="3 of 3 tunes can be learnt from; a hand is read from 4"):
        made(data=data)


def test_a_model_of_icons_is_no_base_for_tunes(lively: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no model of music"):
        train("music", lively, base="icon-1", out=tmp_path / "hand")


# -- honest figures ------------------------------------------------------------------------------------------------


def test_every_set_is_judged_in_bits_per_note_beside_the_n_gram(base: Path, data: Path, tmp_path: Path) -> None:
    rows = [tunes.record(200 + i, split="val") for i in range(3)]
    rows += [tunes.record(300 + i, set="other", lively=True, split="val") for i in range(2)]
    mixed = tunes.write(tmp_path / "mixed.jsonl", rows)
    told = evaluate("music", mixed, checkpoint=str(base), ngram_from=data, export_logprobs=tmp_path / "p.jsonl")
    assert list(told["sets"]) == ["mine", "other"] and told["sets"]["mine"]["pieces"] == 3
    for row in told["sets"].values():
        assert row["ratio"] == pytest.approx(row["bits_per_note"] / row["baseline_bits_per_note"], abs=2e-3)
    assert told["sets"]["mine"]["notes"] == 3 * 40 and told["sets"]["other"]["notes"] == 2 * 72
    assert told["sets"]["other"]["bits_per_note"] > told["sets"]["mine"]["bits_per_note"]
    exported = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    bits = -sum(sum(row["logprobs"]) for row in exported) / np.log(2)
    assert bits / told["notes"] == pytest.approx(told["bits_per_note"], abs=1e-3)


def test_the_engine_and_the_training_judge_alike(base: Path, tmp_path: Path) -> None:
    from maquette.checkpoints import quantise
    from maquette.data.dataset import open_dataset
    from maquette.encodings.notes_windows import judged, windows
    from maquette.training.adapting import net_of
    from maquette.training.craft_music import document_of, piece_of
    from maquette.training.loop import bits_of
    from maquette.training.notes_measure import NOTES

    data = tunes.write(tmp_path / "some.jsonl", [tunes.record(400 + i, bars=20, split="val") for i in range(3)])
    packed = open_checkpoint(base)
    state = quantise.restore(packed.arrays(), packed.size)
    box = save_checkpoint(tmp_path / "fine", state, packed.size, packed.card, packed.encoding, precision="fp32")
    net = net_of(quantise.restore(box.arrays(), box.size), box)
    documents = []
    for item in open_dataset(data).items:
        piece = piece_of(item, 0, MusicSampling())
        documents += [document_of(window) for window in windows(piece.sheet, judged(0), 200)]
    assert len(documents) > 3  # several windows for each
    told = evaluate("music", data, checkpoint=str(box.path))
    assert told["notes"] == sum(document.notes for document in documents) == 3 * 100
    by_net = NOTES.figure(bits_of(net, documents, measure=NOTES), documents)
    assert told["bits_per_note"] == pytest.approx(by_net, rel=1e-3)


def test_the_net_of_a_recipe_is_seeded_by_it() -> None:
    one, two = (new_net(RECIPE) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
