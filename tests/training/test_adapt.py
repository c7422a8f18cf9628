"""What a designer may rely on who has an adapter made of her icons: it is hers, small, honest, and never worse."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import maquette  # noqa: E402
from maquette.checkpoints.box import Checkpoint, open_checkpoint, save_checkpoint  # noqa: E402
from maquette.checkpoints.quantise import parameters  # noqa: E402
from maquette.core.errors import CheckpointError, DataError, MediaError, RightsError, UsageError  # noqa: E402
from maquette.core.progress import silent  # noqa: E402
from maquette.core.settings import places  # noqa: E402
from maquette.data import shelf  # noqa: E402
from maquette.data.dataset import open_dataset  # noqa: E402
from maquette.encodings import strokes_vocabulary as v  # noqa: E402
from maquette.encodings.strokes import StrokeEncoding  # noqa: E402
from maquette.encodings.words import PACKAGED, Words  # noqa: E402
from maquette.media import drawing as d  # noqa: E402
from maquette.media.restyle import likeness  # noqa: E402
from maquette.media.style_card import read_card  # noqa: E402
from maquette.training import adapt, adapt_rule  # noqa: E402
from maquette.training.loop import new_net  # noqa: E402
from maquette.training.pairs import PASSES, PairDealer  # noqa: E402
from maquette.training.recipe import ADAPTER, Adapter, Net, Optimiser, Recipe  # noqa: E402
from maquette.training.run import Report, train  # noqa: E402

SAMPLES = Path(str(maquette.__file__)).parent / "samples" / "my-icons"
NAMES = ("bell", "boat", "book", "calendar", "cup", "flag", "key", "leaf", "lock", "moon")
RECIPE = Recipe(
    name="my-hand",
    steps=4,
    tokens=400,
    every=2,
    optimiser=Optimiser(name="adamw", rate=1e-3, warmup=2, mean=0.5),
    sampling=ADAPTER.sampling,
    adapter=Adapter(rank=2, references=1, rule=0.0),
)
STYLES = ["lucide/outline", "grommet/outline", "mdi/filled"]


@pytest.fixture(autouse=True)
def one_thread_in_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timing that decides on bf16 takes longer than these trainings."""
    torch.set_num_threads(1)
    monkeypatch.setattr("maquette.training.loop.bf16_pays", lambda device: False)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stroke model of toy size with random weights, with words."""
    encoding = StrokeEncoding(STYLES, len(Words.load()))
    sizes = Net(width=32, layers=1, heads=2, key_heads=1, hidden=32, context=512, dropout=0.0)
    with torch.random.fork_rng():
        net = new_net(Recipe(net=sizes, seed=5), encoding.vocabulary).eval()
        for name, parameter in net.named_parameters():
            if "_proj" in name:
                torch.nn.init.normal_(parameter, std=0.15)
    card = {"name": "tiny-1", "kind": "icon", "licences": {"ISC": 13}, "attribution": ["Lucide: 13 works; ISC"]}
    card |= {"parameters": 1000, "datasets": [{"name": "icons", "licences": {"ISC": 13}}]}
    told = {
        **encoding.as_dict(),
        "manners": [{"name": "even", "style": 0, "width": 2.0, "cap": "round", "join": "round"}],
    }
    folder = tmp_path_factory.mktemp("bases") / "tiny-1"
    size = dataclasses.asdict(net.size)
    return save_checkpoint(folder, parameters(net), size, card, told, {"words.json.gz": PACKAGED}).path


@pytest.fixture
def base(packed: Path) -> str:
    """It among this home's models, by its name."""
    shutil.copytree(packed, places().models / "tiny-1")
    return "tiny-1"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Ten of the sample icons in a folder."""
    folder = tmp_path / "my-icons"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLES / f"{name}.svg", folder)
    shutil.copy(SAMPLES / "licence.toml", folder)
    return folder


@pytest.fixture
def made(base: str, mine: Path, tmp_path: Path) -> Callable[..., Checkpoint]:
    """made(recipe, icons=..., base=..., on_step=...): an adapter, opened."""

    def make(recipe: Recipe = RECIPE, *, icons: Path = mine, base: str = base, **more: Any) -> Checkpoint:
        (tmp_path / "given.toml").write_text(recipe.as_toml(), encoding="utf-8")
        out = tmp_path / "my-hand"
        return open_checkpoint(train("icon", icons, recipe=tmp_path / "given.toml", base=base, out=out, **more))

    return make


def svg(shapes: str, size: int = 24, attrs: str = 'fill="none" stroke="#000" stroke-width="2"') -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" {attrs}>{shapes}</svg>'


# -- what comes out ------------------------------------------------------------------------------------------------


def test_an_adapter_is_a_small_box_in_the_designers_own_hand(made: Callable[..., Checkpoint]) -> None:
    box = made()
    assert box.base is not None and box.base.name == "tiny-1"
    assert sum(path.stat().st_size for path in box.path.iterdir() if path.is_file()) < 2e6
    hand = box.encoding["manners"][0]
    assert hand == {"name": "my-hand", "style": 3, "width": 1.5, "cap": "butt", "join": "miter", "own": True}
    assert box.encoding["styles"] == [*STYLES, "my-hand/own"]
    card = read_card(box.file("style.toml"))
    assert (card.width, card.cap, card.join) == (1.5, "butt", "miter")
    assert box.decoder() is not None


def test_its_card_names_everybody_who_taught_it_and_its_base_and_nobodys_folder(
    made: Callable[..., Checkpoint], base: str, tmp_path: Path
) -> None:
    box = made(base=str(places().models / base))
    for path in box.path.iterdir():
        assert path.is_dir() or str(tmp_path).encode() not in path.read_bytes()
    card = box.card
    assert box.base is not None and (card["base"], card["base_id"]) == ("tiny-1", box.base.id)
    own, references, last = card["datasets"]
    assert own["licences"] == {"CC0-1.0": 7} and own["sets"][0]["copyright"] == "The Maquette authors"
    assert references["name"] == "references" and {row["set"] for row in references["sets"]} == {"lucide"}
    assert last["name"] == "icons"
    assert card["licences"]["CC0-1.0"] == 7 and card["licences"]["ISC"] > 13
    assert card["attribution"][0].startswith("The Maquette authors") and card["attribution"][-1].startswith(
        "Lucide: 13"
    )
    assert len(card["held_out"]) == 3
    assert card["curve"][0][0] == 0 and card["figures"]["held_out_icons"] == len(card["held_out"])
    notice = (box.path / "NOTICE.txt").read_text("utf-8")
    assert (
        "The Maquette authors" in notice
        and "It belongs to tiny-1" in notice
        and "Permission to use, copy, modify" in notice
    )


def test_it_is_never_worse_than_its_base_and_says_so_when_nothing_helped(
    made: Callable[..., Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapt.Adaptation, "_bits", lambda *asked: (1e6, 0.0))
    box = made()
    figures = box.card["figures"]
    assert figures["strength"] == 0 and figures["held_out_bits_per_icon"] == figures["base_bits_per_icon"]
    assert "nothing that was learnt" in box.card["note"]
    assert box.base is not None
    before, after = box.base.arrays(), box.arrays()
    assert all(np.array_equal(before[name], after[name]) for name in before if not name.startswith("table"))
    hand = box.encoding["manners"][0]
    assert hand["own"] and (hand["style"] in (None, 3))


def test_what_helps_is_kept_at_the_strength_that_helps_most(made: Callable[..., Checkpoint]) -> None:
    figures = made(
        dataclasses.replace(RECIPE, steps=12, optimiser=dataclasses.replace(RECIPE.optimiser, rate=1e-2))
    ).card["figures"]
    assert figures["strength"] > 0
    assert figures["held_out_bits_per_icon"] == min(figures["strengths"].values()) < figures["base_bits_per_icon"]


# -- stopping and going on -----------------------------------------------------------------------------------------


def test_ctrl_c_keeps_the_best_so_far_and_the_same_command_goes_on(made: Callable[..., Checkpoint]) -> None:
    seen: list[Report] = []

    def stop(report: Report) -> None:
        seen.append(report)
        if report.step == 2 and len(seen) == 3:
            raise KeyboardInterrupt

    assert made(on_step=stop).card["curve"][-1][0] == 2
    again: list[Report] = []
    box = made(on_step=again.append)
    assert [report.step for report in again] == [2, 3, 4, 4]
    assert [step for step, _ in box.card["curve"]] == [0, 2, 4]


def test_it_stops_when_the_held_out_icons_gain_nothing_more(
    made: Callable[..., Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([50.0, 40.0, 45.0, 44.0, 43.0, 42.0])
    monkeypatch.setattr("maquette.training.loop.Run.look", lambda run: next(looks))
    recipe = dataclasses.replace(RECIPE, steps=40, every=1, adapter=Adapter(rank=2, patience=2, rule=0.0))
    assert made(recipe).card["curve"] == [[0, 50.0], [1, 40.0], [2, 45.0], [3, 44.0]]


# -- the icons -----------------------------------------------------------------------------------------------------


def test_held_out_are_one_concept_in_five_never_torn_apart() -> None:
    concepts = [f"thing-{k // 2}" for k in range(24)]
    learnt, held = adapt.apart(concepts)
    assert len(held) == 4 and not {concepts[i] for i in learnt} & {concepts[i] for i in held}
    assert len(adapt.apart([str(k) for k in range(9)])[1]) == 3
    assert len(adapt.apart(["a", "b", "c", "d"])[1]) == 1
    assert sorted([*learnt, *held]) == list(range(24))


def test_icons_named_in_russian_know_their_words(base: str, mine: Path, tmp_path: Path) -> None:

    (mine / "bell.svg").rename(mine / "колокольчик.svg")
    icons = adapt.gather(open_dataset(mine), open_checkpoint(base), RECIPE, tmp_path / "cache.npz", silent)
    number = next(i for i, item in enumerate(icons.corpus.items) if item.title == "колокольчик")
    bell = Words.load().known("bell")[0]
    assert bell in icons.ids[number] and [one.icon.name for one in icons.shown[number]] == ["bell"]


def test_only_the_designers_icon_is_learnt_and_in_her_own_style(base: str, mine: Path, tmp_path: Path) -> None:

    icons = adapt.gather(open_dataset(mine), open_checkpoint(base), RECIPE, tmp_path / "cache.npz", silent)
    dealer = PairDealer(icons.corpus, icons.learnt, icons.shown, icons.ids, RECIPE)
    bodies = {icons.corpus.tokens(row).tobytes() for row in range(len(icons.corpus.a["item"]))}
    beside = 0
    for document in dealer.pool(0):
        icons_in = np.flatnonzero(document.tokens == v.ICON)
        beside += len(icons_in) > 1
        assert not document.learnt[: icons_in[-1]].any()
        assert v.STYLE + icons.index in document.tokens[icons_in[-1] :]
        learnt = document.tokens[document.learnt].astype(np.int16).tobytes()
        assert learnt in bodies or v.BEFORE in document.tokens
    assert beside > 10


RULED = dataclasses.replace(RECIPE, adapter=Adapter(rank=2, references=1, rule=0.5, restyled=16))


@pytest.fixture
def ruled(base: str, mine: Path, tmp_path: Path) -> adapt.Icons:
    """The icons, and sixteen drawings of the shelf restyled by rule."""
    return adapt.gather(open_dataset(mine), open_checkpoint(base), RULED, tmp_path / "cache.npz", silent)


def test_half_of_what_is_learnt_are_the_shelfs_drawings_restyled_into_the_hand(ruled: adapt.Icons) -> None:
    assert (len(ruled.lessons), len(ruled.held_lessons)) == (14, 2)
    dealer = PairDealer(ruled.corpus, ruled.learnt, ruled.shown, ruled.ids, RULED, ruled.lessons)
    documents = dealer.pool(0)
    own = PASSES * len(ruled.learnt)
    assert len(documents) == 2 * own
    for document in documents[own:]:
        start = np.flatnonzero(document.tokens == v.ICON)[-1]
        assert not document.learnt[:start].any() and v.STYLE + ruled.index in document.tokens[start:]


def test_a_restyled_drawing_has_her_stroke_and_keeps_the_shape_it_had(ruled: adapt.Icons) -> None:
    lessons = [*ruled.lessons, *ruled.held_lessons]
    for lesson in lessons:
        header = lesson.target.header
        assert (header.style, header.width, header.cap, header.join) == (ruled.index, 1.5, "butt", "miter")
        assert lesson.shown.icon.set == "lucide" and lesson.ids
    same = [likeness(d.fit(one.drawing), one.shown.drawing) for one in lessons]
    others = [likeness(d.fit(one.drawing), two.shown.drawing) for one, two in pairwise(lessons)]
    assert np.mean(same) > 2 * np.mean(others)


def test_restyled_drawings_are_held_out_by_their_names(ruled: adapt.Icons) -> None:
    names = [[one.shown.icon.name for one in some] for some in (ruled.lessons, ruled.held_lessons)]
    assert not {*names[0]} & {*names[1]} and names == [
        [one.shown.icon.name for one in some] for some in adapt_rule.apart([*ruled.held_lessons, *ruled.lessons])
    ]


def test_the_card_names_the_drawings_that_were_restyled(made: Callable[..., Checkpoint]) -> None:
    card = made(RULED).card
    restyled = next(row for row in card["datasets"] if row["name"] == "restyled by rule")
    assert restyled["items"] == 14 and {row["set"] for row in restyled["sets"]} == {"lucide"}
    assert card["licences"]["ISC"] >= 13 + 10
    assert {"redrawn_bits", "base_redrawn_bits"} <= set(card["figures"])


def test_an_adapter_that_no_longer_follows_what_it_is_shown_costs_more() -> None:
    base = adapt.Baseline(0, "lucide/outline", bits=100.0, start=0, redrawn=50.0)
    assert base.cost(60.0, 30.0) < base.cost(55.0, 45.0) < base.cost(100.0, 50.0) == 1.0
    assert dataclasses.replace(base, redrawn=0.0).cost(60.0, 0.0) == 0.6


def test_a_drawing_that_forbids_training_is_never_shown(
    base: str, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    forbidding = shelf.search_shelves(["bell"], 1)[0]
    forbidding = dataclasses.replace(forbidding, licence="all-rights-reserved")
    monkeypatch.setattr("maquette.training.pairs.search_shelves", lambda *asked, **more: [forbidding])
    icons = adapt.gather(open_dataset(mine), open_checkpoint(base), RECIPE, tmp_path / "cache.npz", silent)
    assert not any(icons.shown.values())


# -- what cannot be adapted ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, mine: Path) -> Iterator[Path]:
    """An empty folder with a licence."""
    place = tmp_path / "other"
    place.mkdir()
    shutil.copy(mine / "licence.toml", place)
    yield place


def test_an_empty_folder_is_refused(made: Callable[..., Checkpoint], folder: Path) -> None:
    with pytest.raises(DataError, match="no readable item"):
        made(icons=folder)


def test_one_icon_is_no_hand(made: Callable[..., Checkpoint], folder: Path, mine: Path) -> None:
    shutil.copy(mine / "bell.svg", folder)
    with pytest.raises(MediaError, match=r"bell.* is the only drawing"):
        made(icons=folder)


def test_three_icons_are_too_few(made: Callable[..., Checkpoint], folder: Path, mine: Path) -> None:
    for name in NAMES[:3]:
        shutil.copy(mine / f"{name}.svg", folder)
    with pytest.raises(DataError, match="3 of 3 icons can be learnt from; a hand is read from 4"):
        made(icons=folder)


def test_filled_icons_are_explained(made: Callable[..., Checkpoint], folder: Path) -> None:
    for k in range(6):
        (folder / f"blob-{k}.svg").write_text(svg(f'<circle cx="12" cy="12" r="{4 + k}"/>', attrs='fill="#000"'))
    with pytest.raises(MediaError, match="filled") as told:
        made(icons=folder)
    assert "maquette icon lined" in told.value.mend


def test_three_canvases_are_named(made: Callable[..., Checkpoint], folder: Path) -> None:
    for k in range(9):
        size = (16, 24, 32)[k % 3]
        (folder / f"line-{k}.svg").write_text(svg(f'<path d="M4 {4 + k}h8"/>', size))
    with pytest.raises(MediaError, match="3 canvases"):
        made(icons=folder)


def test_icons_without_a_licence_are_refused(made: Callable[..., Checkpoint], mine: Path) -> None:
    (mine / "licence.toml").unlink()
    with pytest.raises(RightsError, match="do not permit training"):
        made(icons=mine)


def test_an_adapter_of_an_adapter_is_explained(made: Callable[..., Checkpoint], mine: Path, tmp_path: Path) -> None:
    box = made()
    with pytest.raises(UsageError, match="my-hand is an adapter itself"):
        train("icon", mine, base=str(box.path), out=tmp_path / "second")


def test_other_data_in_the_same_folder_are_refused(made: Callable[..., Checkpoint], mine: Path) -> None:
    made()
    (mine / "moon.svg").unlink()
    with pytest.raises(UsageError, match="a training on other data"):
        made()


def test_an_adapter_without_a_base_is_refused(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "given.toml").write_text(RECIPE.as_toml(), encoding="utf-8")
    with pytest.raises(UsageError, match="belongs to a model"):
        train("icon", mine, recipe=tmp_path / "given.toml", out=tmp_path / "out")


def test_a_base_without_a_free_style_is_refused(packed: Path, mine: Path, tmp_path: Path) -> None:
    full = shutil.copytree(packed, tmp_path / "full-1")
    told = json.loads((full / "encoding.json").read_text())
    (full / "encoding.json").write_text(json.dumps({**told, "styles": [f"set/{k}" for k in range(64)]}))
    with pytest.raises(CheckpointError, match="no free style"):
        train("icon", mine, base=str(full), out=tmp_path / "out")


def test_a_near_copy_of_her_own_icon_is_called_hers(mine: Path) -> None:
    from maquette.encodings.prints import build
    from maquette.trust.originality import examine

    own = build(open_dataset(mine).items)
    calendar = d.parse((mine / "calendar.svg").read_text())
    report = examine(calendar, build([]), own=own)
    assert report.verdict == "own" and report.nearest[0].title == "calendar"
    assert report.note.endswith("one of the icons whose hand was learnt")
    assert examine(calendar, own, own=own).verdict == "near-copy"  # somebody else's too: that weighs more
