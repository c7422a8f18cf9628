"""A set of icons that belong together: one drawing of several for each name, chosen jointly.

Every drawing already obeys the hard rules of the card (stroke, ends, corners, canvas, grid). What is left is weight: of
each name's candidates, each in a few scales, those are taken that together keep ink, footprint and place within the
designer's own spread. The stroke is never touched. What still stands out is drawn again, a bounded number of times,
and then named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..core.types import Request, Work
from ..media import drawing as d
from .icon_works import replay

if TYPE_CHECKING:
    from ..media.style_card import StyleCard
    from .icon import IconControls, IconMaker

SCALES = (1.0, 0.92, 1.08, 0.85, 1.15)
AWAY = 2.0  # spreads from the designer's middle beyond which an icon stands out
EVEN, TOGETHER = 0.12, 0.4  # what a squared spread costs beside a drawing's score: of one icon, of the set's mean
ROUNDS = 2  # how often what stands out is drawn again
SWEEPS = 4  # of the joint choice; it settles in two or three


@dataclass(frozen=True)
class Traits:
    """What a set is even in, in units of the card's canvas; ink as a share of the canvas."""

    ink: float
    width: float
    height: float
    margin: float
    stroke: float


@dataclass(frozen=True)
class Variant:
    """One candidate for a name, at one scale."""

    work: Work[d.Drawing]
    traits: Traits
    score: float


@dataclass(frozen=True)
class Wish:
    """A line of the list: what the icon is called, what is to be seen on it, and other names for the same thing."""

    name: str
    words: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandsOut:
    """An icon that leaves the designer's spread in one trait."""

    name: str
    trait: str
    value: float
    usual: float
    away: float  # spreads, signed

    @property
    def told(self) -> str:
        """The sentence for people."""
        what = {"ink": "ink", "width": "a width", "height": "a height", "margin": "a margin"}[self.trait]
        number = f"{100 * self.value:.0f} %" if self.trait == "ink" else f"{self.value:.1f}"
        usual = f"{100 * self.usual:.0f} %" if self.trait == "ink" else f"{self.usual:.1f}"
        return f"{self.name} has {what} of {number}, the set's own is {usual}"


@dataclass(frozen=True)
class Chosen:
    """The finished set: a work per name in the order of the list, what stands out, what could not be drawn at all."""

    works: dict[str, Variant]
    stand_out: tuple[StandsOut, ...]
    without: tuple[str, ...]
    again: tuple[str, ...]  # names that were drawn again


def traits_of(drawing: d.Drawing) -> Traits:
    """The traits of a drawing on its own canvas, measured at 96 pixels."""
    x, y, width, height = drawing.viewbox
    box = d.bounds(drawing) or (x, y, x, y)
    strokes = [shape.paint.width for shape in drawing.shapes if shape.paint.stroke]
    return Traits(
        ink=round(float(d.render(drawing, 96).mean()), 4),
        width=round(box[2] - box[0], 3),
        height=round(box[3] - box[1], 3),
        margin=round(min(box[0] - x, box[1] - y, x + width - box[2], y + height - box[3]), 3),
        stroke=max(strokes, default=0.0),
    )


def draw_set(
    maker: IconMaker,
    wishes: Sequence[Wish],
    controls: IconControls,
    seed: int = 0,
    on_progress: OnProgress = silent,
    on_again: Callable[[str], None] = lambda text: None,
) -> Chosen:
    """Draw every wish several times and choose jointly; the same seed gives the same set."""
    card = maker.hand(controls).card
    assert card is not None, "a set needs a hand with a card"
    pools: dict[str, list[Variant]] = {}

    def fill(wish: Wish, turn: int) -> None:
        asked = replace(controls, temperature=min(controls.temperature * 1.3**turn, 1.0))
        for work in _works(maker, wish, asked, candidate_seed(seed, turn) if turn else seed):
            pools.setdefault(wish.name, []).extend(variants(work, wish.name, card))

    for number, wish in enumerate(wishes):
        on_progress(Progress(number, len(wishes), wish.name))
        fill(wish, 0)
    chosen = choose(pools, card)
    again: list[str] = []
    for turn in range(1, ROUNDS + 1):
        out = dict.fromkeys(one.name for one in stand_out(chosen, card))
        for wish in (wish for wish in wishes if wish.name in out):
            on_again(wish.name)
            again.append(wish.name)
            fill(wish, turn)
        chosen = choose(pools, card) if out else chosen
    order = {wish.name: chosen[wish.name] for wish in wishes if wish.name in chosen}
    without = tuple(wish.name for wish in wishes if wish.name not in chosen)
    return Chosen(order, tuple(stand_out(order, card)), without, tuple(dict.fromkeys(again)))


def _works(maker: IconMaker, wish: Wish, controls: IconControls, seed: int) -> list[Work[d.Drawing]]:
    """What could stand for a wish: under its words, or under another of its names where the shelf knows only that."""
    first: list[Work[d.Drawing]] = []
    for words in (wish.words, *wish.others):
        works = maker.choices(Request("icon", words, controls, seed, 6))
        if any(work.how == "after" for work in works):
            return works
        first = first or works
    return first


def variants(work: Work[d.Drawing], name: str, card: StyleCard) -> list[Variant]:
    """A work at several scales, as placed and centred, under the hard rules; those that keep the margin, if any."""
    made = []
    rules = "restyled" if "restyled" in work.trace else "hand"
    for scale in SCALES:
        for centre in (False, True):
            told = {**work.trace[rules], "scale": scale} | ({"centre": True} if centre else {})
            trace: dict[str, Any] = {**work.trace, "title": name, rules: told}
            media = replay(trace)
            score = float(work.trace["scores"]["total"]) - 0.02 * abs(scale - 1) / 0.08 - 0.02 * centre
            if d.bounds(media) is not None:
                made.append(Variant(replace(work, media=media, trace=trace), traits_of(media), score))
    kept = [one for one in made if one.traits.margin >= card.margin - 0.5 * card.grid - 1e-6]
    return kept or sorted(made, key=lambda one: -one.traits.margin)[:1]


def choose(pools: Mapping[str, Sequence[Variant]], card: StyleCard) -> dict[str, Variant]:
    """One variant per name: good ones that together stay within the card's spread.

    Coordinate descent: each name in turn takes the variant that costs least beside the others as they are. A cost is
    what the drawing lacks in score, its squared distance from the card's middle in spreads, and the squared distance
    that the mean of the whole set would keep.
    """
    chosen = {name: max(pool, key=lambda one: one.score) for name, pool in pools.items() if pool}
    count = len(chosen)
    for _ in range(SWEEPS):
        before = dict(chosen)
        for name in chosen:
            others = [away(one.traits, card) for other, one in chosen.items() if other != name]
            sums = {trait: sum(one.get(trait, 0.0) for one in others) for trait in ("ink", "width", "height")}

            def cost(one: Variant, sums: Mapping[str, float] = sums) -> float:
                own = away(one.traits, card)
                alone = sum(min(value, 4.0) ** 2 for value in map(abs, own.values()))
                mean = sum(((sums[trait] + own.get(trait, 0.0)) / count) ** 2 for trait in sums)
                return EVEN * alone + TOGETHER * mean - one.score

            chosen[name] = min(pools[name], key=cost)
        if before == chosen:
            break
    return chosen


def away(traits: Traits, card: StyleCard) -> dict[str, float]:
    """How many of the card's spreads each trait lies from the card's middle; traits the card does not tell are left."""
    least = card.canvas / 24  # of a spread, in units: no hand is that exact
    wide, wide_spread, high, high_spread = card.footprint
    told = {}
    if card.ink[0]:
        told["ink"] = (traits.ink - card.ink[0]) / max(card.ink[1], 0.02)
    if wide and high:
        told["width"] = (traits.width - wide) / max(wide_spread, least)
        told["height"] = (traits.height - high) / max(high_spread, least)
    if traits.margin < card.margin:
        told["margin"] = (traits.margin - card.margin) / max(card.grid, least / 4)
    elif wide and high:  # as much as the usual footprint leaves
        usual = max((card.canvas - max(wide, high)) / 2, card.margin)
        told["margin"] = (traits.margin - usual) / max(wide_spread / 4, high_spread / 4, least / 2)
    return told


def stand_out(chosen: Mapping[str, Variant], card: StyleCard) -> list[StandsOut]:
    """Those that leave the spread of the designer's own, the furthest first."""
    usual = {"ink": card.ink[0], "width": card.footprint[0], "height": card.footprint[2], "margin": card.margin}
    found = [
        StandsOut(name, trait, asdict(one.traits)[trait], usual[trait], round(value, 2))
        for name, one in chosen.items()
        for trait, value in away(one.traits, card).items()
        if abs(value) > AWAY and (trait != "margin" or one.traits.margin < card.margin)  # else its size is told
    ]
    return sorted(found, key=lambda one: -abs(one.away))
