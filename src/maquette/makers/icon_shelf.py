"""What the shelf has for a prompt: human drawings of the same thing, the likeliest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..media import drawing as d
from .icon_choice import PIXELS

if TYPE_CHECKING:
    from ..data.shelf import ShelfIcon
    from ..encodings.words import Reading, Words
    from ..engine.scorer import Scorer

LIKELY = 0.55  # of the best score: what is found worse than that is not offered
TAGGED = 0.33  # cosine: what only the tags of a drawing name (cake for "candle") is taken if the judge sees it too
NEARLY = 0.09, 0.12  # of the shelf's score, of score and judge: worse than that beside the best, it is another thing


@dataclass(frozen=True)
class Found:
    """A human drawing and how sure it is: the share of the best score that it has, and what the judge sees in it."""

    icon: ShelfIcon
    sure: float


def find(reading: Reading, wanted: int, words: Words, judge: Scorer) -> list[Found]:
    """Up to `wanted` drawings: those whose names say it, else those whose tags do and in which the judge sees it.

    Icons of the creator's own sets are left out: she has them.
    """
    if not wanted:
        return []
    from ..data.shelf import search_shelves

    found = search_shelves(reading.sought, wanted + 5, synonyms=words.synonyms, own=False)
    best = found[0].score if found else 0.0
    likely = [icon for icon in found if icon.score >= LIKELY * best]
    if not reading.ids or not likely:
        return [Found(icon, icon.score / best) for icon in likely[:wanted]]
    # Tags say "home" of a lamp too: the judge knows which drawing shows it.
    said = judge.score(reading.ids, d.render_many([d.fit(d.parse(icon.svg)) for icon in likely], PIXELS))
    sure = [
        Found(icon, icon.score / best + float(seen))
        for icon, seen in zip(likely, said, strict=True)
        if icon.match != "tags" or seen >= TAGGED
    ]
    return sorted(sure, key=lambda one: -one.sure)[:wanted]


def owned(reading: Reading, words: Words) -> list[str]:
    """Sentences on what the creator's own sets have of this very name."""
    from ..data.shelf import own_folders, search_shelves

    if not own_folders():
        return []
    found = search_shelves(reading.sought, 3, synonyms=words.synonyms, own=True)
    return [f"your own set {icon.set} has one: {icon.name}" for icon in found if icon.match == "name"]


def the_thing(found: list[Found]) -> list[Found]:
    """Those that are surely the thing itself, as a set needs it: users are no user, a birdhouse is no house."""
    score, sure = NEARLY
    return [one for one in found if one.icon.score > found[0].icon.score - score and one.sure > found[0].sure - sure]
