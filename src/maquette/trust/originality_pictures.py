"""How near a small picture stands to those its model learnt from, and what follows from it.

The same findings as of drawings (`trust.originality`). *near-copy*: the picture is as near to one author's work as no
two people come who draw a thing each for themselves (`PictureIndex.bar`, the distance below which one in a hundred
held-out pictures comes to a work of another hand). *common*: several independent hands drew the thing so (a heart, a
red circle): that belongs to nobody, and is said but never refused. *own*: it is near one of the pictures whose hand was
learnt. The nearest are similar works, never sources.

`benchmarks/pictures_originality.py` measures the bar and prints the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..encodings.pixels import Floats
from ..encodings.print_small import NearPicture, PictureIndex
from ..media.picture import Picture, floats, premultiplied
from .originality import Verdict

LEAST = 12  # pixels of a side, below which a thing is too small to be told from others
FILLS = 0.995  # of the frame: a thing that is compared as the whole picture
MOST_VIEWS = 4  # things of a scene that are looked at
LOOKED = 32  # nearest works that are looked at
WIDER = 1.5  # of the bar: so near the works of three hands are to a form that is everybody's
COMMON_HANDS = 3
SURE_HANDS = 2  # whose works are nearer than the bar itself, to the picture and so about to one another
GLYPH = "bold black glyph"  # its pictures teach a sketch only where there are no coloured ones
KINDS = {"crawl": "tile", "openclipart": "clip"}  # sets that are remembered apart from emoji
EMOJI_FIRST, TILE_FIRST = ("emoji", "clip", "tile"), ("tile", "emoji", "clip")
_Hand = tuple[str, str, str]  # author, licence, set


@dataclass(frozen=True)
class NearWork:
    """A similar work: whose it is, in which style, and how far away (0: the same, 0.1: hardly told apart).

    `iou` is 1 less the distance; the name is that of the record for drawings.
    """

    title: str
    author: str
    licence: str
    source: str
    style: str
    distance: float
    iou: float
    same: bool = False  # nearer than the bar
    thing: str = ""  # of a scene: which of its things is like it


@dataclass(frozen=True)
class Teacher:
    """Whose pictures taught the model what a thing looks like."""

    thing: str
    author: str
    licence: str
    set: str
    styles: tuple[str, ...]


@dataclass(frozen=True)
class PictureReport:
    """What was found about one picture; `common_sets` counts the independent hands that drew it so."""

    nearest: tuple[NearWork, ...]
    verdict: Verdict
    common_sets: int
    note: str
    bar: float
    taught: tuple[Teacher, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data, as it goes into a work's lineage."""
        return asdict(self)


def examine(
    picture: Picture,
    index: PictureIndex,
    *,
    show: int = 3,
    own: PictureIndex | None = None,
    trace: Mapping[str, Any] | None = None,
) -> PictureReport:
    """Compare one picture with the index; `show` similar works are named.

    `own` are the pictures of a creator whose hand was learnt: to be near one of them is said, and is no near copy of
    another's work. With `trace`, the picture's record, each of its things is looked at by itself as well, and it is
    told whose works taught it.
    """
    seen = views(picture, trace or {})
    report = replace(_report(seen, index, show), taught=taught(trace or {}, index))
    if own is None or not len(own):
        return report
    mine = _report(seen, own, show)
    nearest = tuple(sorted([*mine.nearest, *report.nearest], key=lambda near: (not near.same, near.distance))[:show])
    # An own hand is one hand: whatever is near to it is its own, and common to nobody.
    if not any(near.same for near in mine.nearest) or report.verdict == "near-copy":
        return replace(report, nearest=nearest)
    first = mine.nearest[0]
    note = f"a near copy of {first.title}, one of the pictures whose hand was learnt"
    return replace(report, nearest=nearest, verdict="own", note=note)


def views(picture: Picture, trace: Mapping[str, Any]) -> dict[str, Floats]:
    """What is compared: the whole picture as "", and each thing cut out of its box as it was laid out, by its name.

    Premultiplied (h, w, 4) in [0, 1]. Works that were learnt fill their frame; a thing in a scene does not.
    """
    whole = premultiplied(floats(picture)).astype(np.float32)
    seen, high = {"": whole}, whole.shape[0]
    for told in trace.get("things") or ():
        try:
            name, (x, y, size), flip = str(told[0]), (float(v) for v in told[2:5]), bool(told[5])
        except (TypeError, ValueError, IndexError, KeyError):
            continue  # a record that was not written by us
        side = round(size * high)
        if side < LEAST or (size > FILLS and whole.shape[0] == whole.shape[1]) or len(seen) > MOST_VIEWS:
            continue
        part = _cut(whole, round(y * high), round(x * high), side)
        seen.setdefault(name, part[:, ::-1] if flip else part)
    return seen


def _cut(whole: Floats, top: int, left: int, side: int) -> Floats:
    """A square of a picture, clear where it lies beyond the edge."""
    out = np.zeros((side, side, 4), np.float32)
    rows = slice(max(0, top), min(whole.shape[0], top + side))
    columns = slice(max(0, left), min(whole.shape[1], left + side))
    part = whole[rows, columns]
    if part.size:
        down, right = rows.start - top, columns.start - left
        out[down : down + part.shape[0], right : right + part.shape[1]] = part
    return out


def _report(seen: Mapping[str, Floats], index: PictureIndex, show: int) -> PictureReport:
    best: dict[str, tuple[NearPicture, str]] = {}
    for thing, view in seen.items():
        for one in index.nearest(view, LOOKED):
            if one.id not in best or one.distance < best[one.id][0].distance:
                best[one.id] = one, thing
    ranked = sorted(best.values(), key=lambda pair: pair[0].distance)
    nearest = tuple(_near(one, thing, index.bar) for one, thing in _one_of_each(ranked, show))
    verdict: Verdict = "distinct"
    hands, note = 0, "no work that was learnt looks like it"
    for thing in seen:  # a scene is what the worst of its things is
        found, many, told = _finding([one for one, other in ranked if other == thing], index.bar)
        if found == "near-copy" or (found == "common" and verdict == "distinct"):
            verdict, hands, note = found, many, f"{thing}: {told}" if thing else told
        if found == "near-copy":
            break
    return PictureReport(nearest, verdict, hands, note, index.bar)


def _finding(found: Sequence[NearPicture], bar: float) -> tuple[Verdict, int, str]:
    """Of one view, its nearest works first: what it is, how many hands drew it so, and why."""
    near = [one for one in found if one.distance < bar]
    sure, around = hands_of(near), hands_of([one for one in found if one.distance < bar * WIDER])
    if not near:
        return "distinct", 0, ""
    if len(sure) >= SURE_HANDS or len(around) >= COMMON_HANDS:
        hands = sure if len(sure) >= SURE_HANDS else around
        named = ", ".join(hands[:4])
        return "common", len(hands), f"a common form: {len(hands)} independent hands drew it so ({named})"
    first = near[0]
    whose = f"{first.title} by {first.author or first.set} ({first.licence})"
    return "near-copy", len(around), f"a near copy of {whose}, {first.id}"


def hands_of(works: Sequence[NearPicture]) -> list[str]:
    """The independent hands of some works, the nearest first: an author, or a set that came from one house."""
    return list(dict.fromkeys(one.author or one.set for one in works))


def _one_of_each(found: Sequence[tuple[NearPicture, str]], show: int) -> list[tuple[NearPicture, str]]:
    """The first works, one for each title and hand: a person in six skin tones is one work."""
    seen: dict[tuple[str, str], tuple[NearPicture, str]] = {}
    for one, thing in found:
        seen.setdefault((one.title, one.author or one.set), (one, thing))
    return list(seen.values())[:show]


def _near(one: NearPicture, thing: str, bar: float) -> NearWork:
    alike = round(max(0.0, 1 - one.distance), 4)
    same = one.distance < bar
    return NearWork(one.title, one.author, one.licence, one.id, one.style, one.distance, alike, same, thing)


def taught(trace: Mapping[str, Any], index: PictureIndex) -> tuple[Teacher, ...]:
    """Whose pictures the sketches of a picture's things were averaged from: the works of that very name.

    trace: a picture's record, whose `things` begin with their names. () where the record names none.
    """
    things = list(dict.fromkeys(str(one[0]) for one in trace.get("things") or () if isinstance(one, (list, tuple))))
    order = TILE_FIRST if trace.get("style") == "pixel art" else EMOJI_FIRST
    found: dict[str, dict[tuple[str, str, str], list[str]]] = {thing: {} for thing in things}
    for _, title, author, licence, kind, style in index.rows:
        if title in found:
            styles = found[title].setdefault((author, licence, kind), [])
            if style not in styles:
                styles.append(style)
    return tuple(
        Teacher(thing, author, licence, kind, tuple(styles))
        for thing, hands in found.items()
        for (author, licence, kind), styles in sorted(_coloured(_first_family(hands, order)).items())
    )


def _first_family(hands: Mapping[_Hand, Sequence[str]], order: Sequence[str]) -> dict[_Hand, Sequence[str]]:
    """The hands of one kind of set: emoji, clip art and game tiles of one name are remembered apart."""
    kinds = {hand: KINDS.get(hand[2], "emoji") for hand in hands}
    first = next((one for one in order if one in kinds.values()), "")
    return {hand: hands[hand] for hand, kind in kinds.items() if kind == first}


def _coloured(hands: Mapping[_Hand, Sequence[str]]) -> dict[_Hand, list[str]]:
    """Only coloured works teach a sketch, where there are any."""
    coloured = {hand: [style for style in styles if style != GLYPH] for hand, styles in hands.items()}
    coloured = {hand: styles for hand, styles in coloured.items() if styles}
    return coloured or {hand: list(styles) for hand, styles in hands.items()}
