"""What a designer may rely on when icons are drawn."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import Cancelled, UsageError
from maquette.core.progress import Progress
from maquette.core.types import Request, Work
from maquette.data import shelf as shelves
from maquette.data.shelf import ShelfIcon
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding
from maquette.encodings.strokes_grammar import Automaton, Rules
from maquette.makers.icon import IconControls, IconMaker
from maquette.media import drawing as d

HOMES = [
    ("home", "Ada", "ISC", '<path d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><path d="M9 22V12h6v10"/>'),
    ("home-2", "Bob", "MIT", '<path d="M4 10l8-7 8 7v10H4z"/>'),
]


def svg(inside: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round">{inside}</svg>'
    )


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> list[ShelfIcon]:
    """A shelf that knows two homes and nothing else."""
    icons = [
        ShelfIcon(name=name, set="lucide", author=author, licence=licence, source=f"lucide/{name}", tags=(),
                  svg=svg(inside), sha256=f"{i}" * 64, match="name", score=1.0 - i / 10)
        for i, (name, author, licence, inside) in enumerate(HOMES)
    ]  # fmt: skip

    def search(words: Sequence[str], k: int = 8, **options: Any) -> list[ShelfIcon]:
        return icons[:k] if set(words) & {"home", "house"} else []

    monkeypatch.setattr(shelves, "search_shelves", search)
    return icons


@pytest.fixture(scope="module")
def maker(tiny_icons: Path) -> IconMaker:
    return IconMaker(open_checkpoint(tiny_icons))


def make(
    maker: IconMaker, prompt: str = "home", count: int = 3, seed: int = 0, **controls: Any
) -> list[Work[d.Drawing]]:
    given = {"pool": 8, "complexity": "simple"} | controls
    return list(maker.make(Request("icon", prompt, IconControls(**given), seed, count)))


def drawn(works: Sequence[Work[d.Drawing]]) -> list[str]:
    return [d.to_svg(work.media) for work in works]


def test_the_same_seed_draws_the_same_icons(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    assert drawn(make(maker, seed=7)) == drawn(make(maker, seed=7))
    assert drawn(make(maker, seed=7)) != drawn(make(maker, seed=8))


@pytest.mark.parametrize("count", [1, 5, 12])
def test_as_many_icons_are_made_as_were_asked_for(count: int, maker: IconMaker, homes: list[ShelfIcon]) -> None:
    works = make(maker, count=count, pool=4)  # a pool too small for the count is made larger
    assert len(works) == count
    assert len(set(drawn(works))) == count


def test_the_best_come_first(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    totals = [work.trace["scores"]["total"] for work in make(maker, count=6, pool=18)]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize(
    "asked",
    [
        {"width": 1.25, "cap": "butt", "join": "bevel"},
        {"width": 3.0, "cap": "square", "join": "miter", "style": "sharp"},
        {"style": "sharp"},
    ],
)
def test_the_pen_that_was_asked_for_draws_every_icon(
    asked: dict[str, Any], maker: IconMaker, homes: list[ShelfIcon]
) -> None:
    expected = {"width": 1.5, "cap": "butt", "join": "miter"} | {k: asked[k] for k in asked if k != "style"}
    for work in make(maker, count=4, **asked):
        for shape in work.media.shapes:
            paint = shape.paint
            assert {"width": paint.width, "cap": paint.cap, "join": paint.join} == expected
            assert paint.stroke and not paint.fill


def test_the_grid_that_was_asked_for_holds_every_point(maker: IconMaker) -> None:
    for work in make(maker, count=4, grid="1", references=0):
        tokens = np.array(work.trace["tokens"])
        at = np.concatenate(
            [tokens[(tokens >= v.X) & (tokens < v.Y)] - v.X, tokens[(tokens >= v.Y) & (tokens < v.DX)] - v.Y]
        )
        assert not ((at - v.MARGIN) % v.STEP).any()


def test_every_icon_obeys_the_grammar_of_its_request(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    for work in make(maker, count=4, width=2.0):
        automaton = Automaton(Rules("stroke", 8, 1, 40))
        for token in work.trace["tokens"]:
            assert automaton.mask()[token]
            automaton.push(token)
        assert automaton.done


def test_all_manners_take_part_where_any_is_asked_for(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    works = make(maker, count=8, style="any")
    assert {work.trace["style"] for work in works} == {"even", "sharp"}
    assert {work.media.shapes[0].paint.width for work in works} == {2.0, 1.5}


def test_an_unknown_style_is_answered_with_the_nearest(maker: IconMaker) -> None:
    with pytest.raises(UsageError, match=r"(?s)scribbler knows no style 'shrap'.*sharp"):
        make(maker, style="shrap", references=0)


@pytest.mark.parametrize(
    ("controls", "wrong"),
    [
        ({"width": 0.1}, "stroke width of 0.1"),
        ({"width": 7.0}, "stroke width of 7"),
        ({"temperature": 0.0}, "temperature of 0"),
        ({"pool": 0}, "pool of 0"),
        ({"pool": 5000}, "pool of 5000"),
        ({"references": -1}, "references"),
        ({"found": 501}, "found"),
        ({"cap": "rond"}, "(?s)cap called 'rond'.*round"),
        ({"grid": "1/3"}, "(?s)grid called '1/3'"),
        ({"complexity": "simpel"}, "(?s)complexity called 'simpel'.*simple"),
    ],
)
def test_controls_that_cannot_be_obeyed_are_refused(controls: dict[str, Any], wrong: str, maker: IconMaker) -> None:
    with pytest.raises(UsageError, match=wrong):
        make(maker, **controls)


def test_a_reference_is_credited_with_name_author_and_licence(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    works = make(maker, count=8, pool=24)
    after = [work for work in works if work.how == "after"]
    assert after and {work.how for work in works} <= {"after", "words"}
    by_name = {icon.name: icon for icon in homes}
    for work in after:
        (credit,) = work.ingredients
        icon = by_name[credit.title]
        assert (credit.relation, credit.author, credit.licence, credit.sha256) == (
            "inputTo",
            icon.author,
            icon.licence,
            icon.sha256,
        )
        assert work.note == f"after {icon.name} by {icon.author} ({icon.licence})"
        assert work.trace["prefix"].count(v.ICON) == 2
    for work in works:
        if work.how == "words":
            assert (work.note, work.ingredients, work.trace["prefix"].count(v.ICON)) == ("from words", (), 1)


def test_without_references_every_icon_comes_from_words(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    assert {work.how for work in make(maker, references=0)} == {"words"}


def test_found_drawings_come_first_unchanged_and_are_marked(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    works = make(maker, count=4, found=2)
    assert [work.how for work in works[:2]] == ["found", "found"]
    assert [d.to_svg(work.media) for work in works[:2]] == [d.to_svg(d.parse(icon.svg)) for icon in homes]
    assert [work.ingredients[0].relation for work in works[:2]] == ["parentOf", "parentOf"]
    assert works[0].note == "found: home by Ada (ISC)"
    assert len(works) == 4 and "found" not in {work.how for work in works[2:]}
    assert len(make(maker, count=1, found=2)) == 1


def test_a_prompt_that_says_nothing_known_is_refused_with_advice(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    with pytest.raises(UsageError, match=r"(?s)no word of this prompt is known.*qwrtzpsdf"):
        make(maker, "qwrtzpsdf")


def test_words_that_are_not_known_are_named_and_told_in_the_story(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    heard: list[Progress] = []
    request = Request("icon", "дом, qwrtzpsdf", IconControls(pool=4, complexity="simple"), 0, 1)
    (work,) = maker.make(request, heard.append)
    assert any("qwrtzpsdf" in one.note for one in heard)
    assert work.trace["reading"]["unknown"] == ["qwrtzpsdf"]
    assert work.trace["reading"]["used"] == ["house"]


def test_a_works_own_record_replays_to_the_same_drawing(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    import json

    for work in make(maker, count=4, found=1, width=1.75, cap="square"):
        trace = json.loads(json.dumps(work.trace))  # as it lies in a file
        again = IconMaker.replay(trace)
        assert d.to_svg(again) == d.to_svg(work.media)
        if work.how != "found":
            assert again.shapes == work.media.shapes


def test_a_work_knows_its_checkpoint_and_its_own_seed(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    works = make(maker, count=4)
    assert {work.checkpoint for work in works} == {maker.checkpoint.id}
    assert len({work.seed for work in works}) == 4
    assert all(work.trace["encoding"] == "strokes.v1" and work.media.title == "home" for work in works)


def test_stopping_in_the_middle_is_possible(maker: IconMaker, homes: list[ShelfIcon]) -> None:
    def stop(progress: Progress) -> None:
        if progress.note == "drawing":
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        next(maker.make(Request("icon", "home", IconControls(pool=4, complexity="simple"), 0, 2), stop))


def test_candidates_are_the_same_alone_and_side_by_side(maker: IconMaker) -> None:
    encoding = maker.encoding
    prefixes = [encoding.prefix(v.Header(style=i % 2, paint="stroke", width=2.0), [40 + i]) for i in range(12)]
    places = [encoding.places(prefix) for prefix in prefixes]

    def sample(rows: Sequence[int]) -> list[list[int]]:
        found = maker.decoder.sample(
            [prefixes[i] for i in rows],
            [Automaton(Rules(inset=8, longest=24)) for _ in rows],
            seeds=[100 + i for i in rows],
            temperature=0.8,
            min_p=0.02,
            prefix_places=[places[i] for i in rows],
        )
        assert all(one.ended for one in found)
        return [one.tokens.tolist() for one in found]

    together = sample(range(12))
    assert [sample([i])[0] for i in (0, 3, 11)] == [together[i] for i in (0, 3, 11)]


def test_a_net_guesses_alike_in_training_and_at_use(tiny_icons: Path, tmp_path: Path) -> None:
    """The same masks and second views: probabilities of the sampler's own tokens are those of the evaluation."""
    from maquette.encodings.strokes_grammar import log_probabilities

    maker = IconMaker(open_checkpoint(tiny_icons))
    prefix = maker.encoding.prefix(v.Header(style=0, paint="stroke"), [50])
    automaton = Automaton(Rules(inset=-8, longest=20))
    (one,) = maker.decoder.sample([prefix], [automaton], seeds=[1], prefix_places=[maker.encoding.places(prefix)])
    sequence = np.concatenate([prefix, one.tokens])
    places = maker.encoding.places(sequence)
    ((_, first, logits),) = maker.decoder.logits_of([sequence], [places], starts=[len(prefix)])
    measured = log_probabilities(logits, sequence[first:], places[first - 1 : -1])
    # The automaton forbids more than the class of ids does, so the sampler's probabilities can only be higher.
    assert one.logprob >= measured.sum() - 1e-3
    masks = 0.0
    walker = Automaton(Rules(inset=-8, longest=20))
    for k, token in enumerate(one.tokens.tolist()):
        row = logits[k].astype(np.float64)
        if (view := walker.view()) is not None:
            to, beside, count = view
            row[to : to + count] += logits[k][beside : beside + count]
        legal = row[walker.mask()]
        masks += row[token] - (np.log(np.exp(legal - legal.max()).sum()) + legal.max())
        walker.push(token)
    assert one.logprob == pytest.approx(masks, abs=2e-3)


def test_a_checkpoint_without_manners_draws_in_one(tiny_icons: Path) -> None:
    box = open_checkpoint(tiny_icons)
    told = dict(box.encoding)
    del told["manners"]
    box.__dict__["encoding"] = told
    assert [manner.name for manner in IconMaker(box).manners] == ["even"]


def test_without_a_checkpoint_it_is_said_how_to_get_one() -> None:
    with pytest.raises(UsageError, match="checkpoint"):
        IconMaker(None)


def test_every_control_says_what_it_does() -> None:
    import dataclasses

    for one in dataclasses.fields(IconControls):
        assert one.metadata["help"].endswith(".") and isinstance(one.metadata["choices"], tuple)


def test_symmetry_is_preferred_where_it_is_asked_for(maker: IconMaker) -> None:
    from maquette.makers.icon_choice import SYMMETRIC

    def share(works: Sequence[Work[d.Drawing]]) -> int:
        ink = d.render_many([work.media for work in works], 48)
        pairs = [np.minimum(one, one[:, ::-1]).sum() / np.maximum(one, one[:, ::-1]).sum() for one in ink]
        return sum(pair >= SYMMETRIC for pair in pairs)

    header = next(iter(make(maker, count=1, symmetry=True))).trace["prefix"]
    assert v.SYMMETRY + 1 in header
    assert share(make(maker, count=2, pool=16, symmetry=False, references=0)) == 0


def test_prompts_in_any_order_of_words_start_from_the_same_words(maker: IconMaker) -> None:
    one, two = (make(maker, prompt, count=1, references=0)[0].trace["prefix"] for prompt in ("cat house", "house cat"))
    assert sorted(itertools.takewhile(lambda t: t != v.ICON, one)) == sorted(
        itertools.takewhile(lambda t: t != v.ICON, two)
    )


def test_decoding_needs_nothing_but_the_record() -> None:
    tokens = [v.STROKE, v.MOVE, v.X + 8 + 32, v.Y + 8 + 96, v.HORIZONTAL, v.DX + v.ZERO + 64, v.END]
    trace = {"paint": {"width": 1.5, "cap": "butt", "join": "bevel"}, "tokens": tokens, "title": "line"}
    drawing = IconMaker.replay(trace)
    assert drawing.shapes == (
        d.Shape(d.Path((d.Subpath((4, 12), (d.Line((12, 12)),)),)), d.Paint(width=1.5, cap="butt", join="bevel")),
    )
    assert StrokeEncoding().encode(drawing).body.tolist() == tokens


def test_the_shelf_is_asked_for_what_the_net_does_not_know(
    maker: IconMaker, homes: list[ShelfIcon], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    def search(words: Sequence[str], k: int = 8, **options: Any) -> list[ShelfIcon]:
        asked.append(words)
        assert options["synonyms"]
        return homes[:k]

    monkeypatch.setattr(shelves, "search_shelves", search)
    make(maker, "home with a qwrtzpsdf", count=1)
    assert asked == [("home", "qwrtzpsdf")]
    # Known to the shelf alone: it is redrawn from there, and every result says so.
    assert {work.how for work in make(maker, "qwrtzpsdf", count=2)} == {"after"}


def test_copies_of_a_reference_are_replaced_by_drawings_from_words(
    maker: IconMaker, homes: list[ShelfIcon], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A net that only copies what it is shown: nothing of that is passed off as its own."""
    honest = maker._candidate

    def copying(plan: Any, sampled: Any) -> Any:
        candidate = honest(plan, sampled)
        if candidate.reference is not None:
            candidate.drawing = candidate.reference
        return candidate

    monkeypatch.setattr(maker, "_candidate", copying)
    works = make(maker, count=6, pool=6)
    assert len(works) == 6 and {work.how for work in works} == {"words"}
