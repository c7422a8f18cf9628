"""What a designer may rely on when an answer comes in rows, in her own hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from maquette.checkpoints.box import open_checkpoint
from maquette.core.errors import MediaError, UsageError
from maquette.core.types import Request, Work
from maquette.data import shelf as shelves
from maquette.data.shelf import ShelfIcon
from maquette.encodings import strokes_vocabulary as v
from maquette.encodings.strokes import StrokeEncoding
from maquette.makers import icon_choice as choice
from maquette.makers.icon import IconControls, IconMaker
from maquette.makers.icon_choice import Candidate
from maquette.makers.icon_finish import finished, restroked
from maquette.makers.icon_hand import Hand, Manner
from maquette.makers.icon_rows import rows_of
from maquette.media import drawing as d
from maquette.media.restyle import restyle
from maquette.media.style_card import StyleCard, as_toml

MINE = StyleCard("mine", canvas=32.0, grid=0.5, width=3.0, cap="butt", join="miter", margin=2.0)
HOMES = (
    '<path d="m3 9 9-7 9 7v11a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><path d="M9 22V12h6v10"/>',
    '<path d="M4 10l8-7 8 7v10H4z"/>',
)


@pytest.fixture(autouse=True)
def homes(monkeypatch: pytest.MonkeyPatch) -> list[ShelfIcon]:
    """A shelf that knows two homes and nothing else."""
    frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black">{}</svg>'
    icons = [
        ShelfIcon(f"home-{i}", "lucide", "Ada", "ISC", f"lucide/home-{i}", (), frame.format(inside), f"{i}" * 64,
                  "name", 1.0 - i / 10)
        for i, inside in enumerate(HOMES)
    ]  # fmt: skip
    monkeypatch.setattr(shelves, "search_shelves", lambda words, k=8, **_: icons[:k] if "home" in words else [])
    return icons


@pytest.fixture(scope="module")
def maker(tiny_icons: Path) -> IconMaker:
    return IconMaker(open_checkpoint(tiny_icons))


@pytest.fixture
def card(tmp_path: Path) -> str:
    path = tmp_path / "my hand.toml"
    path.write_text(as_toml(MINE), "utf-8")
    return str(path)


def make(maker: IconMaker, count: int = 8, prompt: str = "home", **controls: Any) -> list[Work[d.Drawing]]:
    given = {"pool": 6, "complexity": "simple"} | controls
    return list(maker.make(Request("icon", prompt, IconControls(**given), 0, count)))


def obeys(work: Work[d.Drawing], card: StyleCard = MINE) -> bool:
    paints = {(s.paint.width, s.paint.cap, s.paint.join) for s in work.media.shapes}
    ends = [
        value
        for shape in work.media.shapes
        if isinstance(shape.geometry, d.Path)
        for subpath in shape.geometry.subpaths
        for point in (subpath.start, *(segment.to for segment in subpath.segments))
        for value in point
    ]
    on_grid = all(abs(value / card.grid - round(value / card.grid)) < 1e-6 for value in ends)
    return paints == {(card.width, card.cap, card.join)} and on_grid and work.media.viewbox == (0, 0, 32, 32)


def rows(works: Sequence[Work[d.Drawing]]) -> list[str]:
    return [work.trace["row"] for work in works]


def test_with_a_card_the_answer_has_three_rows(maker: IconMaker, card: str) -> None:
    works = make(maker, style=card)
    assert rows(works) == ["found"] * 2 + ["redrawn"] * 2 + ["drawn"] * 4
    assert [work.how for work in works[:4]] == ["found"] * 2 + ["after"] * 2
    assert [work.ingredients[0].title for work in works[:4]] == ["home-0", "home-1"] * 2


def test_the_hard_rules_of_the_card_are_obeyed_by_every_drawing(maker: IconMaker, card: str) -> None:
    works = [work for work in make(maker, style=card, count=12) if work.how != "found"]
    assert len(works) == 10 and all(obeys(work) for work in works)


def test_a_stroke_asked_for_this_time_goes_before_the_cards(maker: IconMaker, card: str) -> None:
    asked = replace(MINE, width=2.0, cap="round")
    works = make(maker, style=card, width=1.5, cap="round", found=0)
    assert all(obeys(work, asked) for work in works)


def test_what_was_redrawn_is_the_child_of_the_human_drawing(
    maker: IconMaker, card: str, homes: list[ShelfIcon]
) -> None:
    for work, icon in zip(make(maker, style=card, found=0, redrawn=2, drawn=0), homes, strict=True):
        (credit,) = work.ingredients
        assert (credit.relation, credit.sha256, credit.licence) == ("parentOf", icon.sha256, "ISC")
        assert work.note.startswith(f"after {icon.name} by Ada (ISC)")


def test_where_the_net_loses_the_thing_the_human_lines_are_restyled_by_rule(maker: IconMaker, card: str) -> None:
    """The toy net has learnt nothing, so that every copy of it is unlike."""
    work = make(maker, style=card, count=1)[0]
    assert "restyled by rule" in work.note and work.checkpoint == "" and work.trace["pool"] >= 1
    assert len(work.media.shapes) == 2 and obeys(work)


def test_every_row_replays_from_its_record_alone(maker: IconMaker, card: str) -> None:
    for work in make(maker, style=card, width=1.75):
        again = IconMaker.replay(json.loads(json.dumps(dict(work.trace))))
        assert again.shapes == work.media.shapes and again.viewbox == work.media.viewbox


def test_the_second_row_by_rule_is_the_shelfs_drawing_in_the_hand(
    maker: IconMaker, card: str, homes: list[ShelfIcon]
) -> None:
    """Nothing but the human's own lines and the card's habits: what `restyle` makes of the file."""
    work = make(maker, style=card, count=1)[0]
    expected = restyle(d.parse(homes[0].svg), MINE)
    assert work.media.shapes == expected.drawing.shapes and expected.like > 0.5


def test_the_third_row_credits_the_drawings_it_was_led_by(maker: IconMaker, card: str) -> None:
    works = make(maker, style=card, found=0, redrawn=0, count=8)
    led = [work for work in works if work.how == "after"]
    assert led and rows(works) == ["drawn"] * 8
    assert {work.ingredients[0].relation for work in led} == {"inputTo"}
    assert {work.how for work in make(maker, style=card, found=0, redrawn=0, references=0)} == {"words"}


def test_a_doubled_line_is_mended_and_the_record_says_so() -> None:
    tokens = [v.STROKE, v.MOVE, v.X + 8 + 32, v.Y + 8 + 96, v.HORIZONTAL, v.DX + v.ZERO + 64] * 2 + [v.END]
    plan = SimpleNamespace(hand=Hand(Manner("even", None, 2.0, "round", "round")))
    raw = StrokeEncoding().decode(v.Header(width=2.0, cap="round", join="round"), tokens)
    one = choice.mended(Candidate(raw, np.array(tokens), 0.0, plan, None, raw=raw))
    assert len(raw.shapes) == 2 and len(one.drawing.shapes) == 1 and one.done == ("duplicate mended",)
    assert one.record is not None and finished(raw, json.loads(json.dumps(one.record))).drawing == one.drawing


def test_a_drawing_restyled_by_rule_keeps_clear_of_the_margin() -> None:
    rules = {"canvas": 48.0, "grid": 1.0, "width": 2.0, "cap": "round", "join": "round", "margin": 4.0, "side": 44.0}
    wide = d.parse(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke="red"><path d="M0 3h24v3"/></svg>'
    )
    box = d.bounds(restroked(wide, rules))
    assert box is not None and min(box[0], box[1], 48 - box[2], 48 - box[3]) >= 4 - 0.5


def test_rows_can_be_asked_for_by_number(maker: IconMaker) -> None:
    assert rows(make(maker, count=6, found=1, redrawn=2, drawn=1)) == ["found", "redrawn", "redrawn", "drawn"]
    assert rows(make(maker, count=3, redrawn=0)) == ["drawn"] * 3


def test_without_a_hand_all_are_ranked_together_as_ever() -> None:
    rows = rows_of(IconControls(), 12, own=False)
    assert (rows.found, rows.redrawn, rows.drawn, rows.mixed) == (0, 0, None, True)


@pytest.mark.parametrize(("count", "expected"), [(1, (0, 1)), (3, (0, 1)), (4, (1, 1)), (16, (4, 4)), (100, (4, 4))])
def test_a_small_answer_keeps_room_for_the_own_hand(count: int, expected: tuple[int, int]) -> None:
    rows = rows_of(IconControls(), count, own=True)
    assert (rows.found, rows.redrawn) == expected


def test_what_the_shelf_lacks_is_drawn(maker: IconMaker, card: str) -> None:
    works = make(maker, prompt="clock", style=card, count=4)
    assert [(work.how, work.trace["row"]) for work in works] == [("words", "drawn")] * 4


def test_a_hand_that_was_trained_is_the_default_with_its_card(tiny_icons: Path, tmp_path: Path) -> None:
    box = open_checkpoint(tiny_icons)
    told = dict(box.encoding)
    own = {**told["manners"][1], "name": "mine", "own": True}
    box.__dict__["encoding"] = {**told, "manners": [own, *told["manners"]]}
    (tmp_path / "style.toml").write_text(as_toml(MINE), "utf-8")
    box.file = lambda name, file=box.file: tmp_path / name if name == "style.toml" else file(name)  # type: ignore
    maker = IconMaker(box)
    mine = make(maker, count=3, found=0)
    assert all(obeys(work) for work in mine)
    assert {work.trace["paint"]["cap"] for work in make(maker, count=2, style="even")} == {"round"}


def test_a_card_that_is_not_there_is_told(maker: IconMaker) -> None:
    with pytest.raises(MediaError, match="no such style card"):
        make(maker, style="nowhere.toml")


def test_a_card_of_filled_icons_is_explained(maker: IconMaker, tmp_path: Path) -> None:
    path = tmp_path / "solid.toml"
    path.write_text(as_toml(replace(MINE, paint="fill")), "utf-8")
    with pytest.raises(UsageError, match="filled"):
        make(maker, style=str(path))


def test_dots_and_ends_that_round_caps_showed_do_not_vanish_with_butt_caps() -> None:
    face = d.parse(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black" stroke-width="2"'
        ' stroke-linecap="round"><path d="M8 9v.01"/><path d="M6 16h12"/></svg>'
    )
    rules = {"canvas": 24.0, "grid": 0.5, "width": 2.0, "cap": "butt", "join": "miter", "margin": 0.0, "side": 0.0}
    dot, line = restroked(face, rules).shapes
    from maquette.media.extent import ink_box

    assert ink_box(dot) == pytest.approx((7, 8, 9, 10)) and ink_box(line) == pytest.approx((5, 15, 19, 17))


def test_rows_that_do_not_go_into_the_count_are_refused() -> None:
    IconControls(found=1, redrawn=1, drawn=1).fit(3)
    IconControls(found=9).fit(2)
    with pytest.raises(UsageError, match="the rows ask for 3 works, the count for 2"):
        IconControls(found=1, redrawn=1, drawn=1).fit(2)
