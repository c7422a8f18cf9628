"""How near a drawing stands to those its model learnt from, and what follows from it.

Three findings. *distinct*: nothing that was learnt has this form. *common*: the form stands in three or more
independent sets (a plus, a heart, an arrow), so that it belongs to nobody. *near-copy*: the form is one author's.
With a style adapter there is a fourth, *own*: the form is that of one of the icons whose hand the adapter learnt.
What is reported are similar works, never sources: similarity is not causation.

The bounds were set on real drawings of held-out concepts and on planted copies; `benchmarks/originality.py` prints
the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from ..encodings import print_pictures as pictures
from ..encodings.prints import Entry, PrintIndex
from ..media.drawing import Drawing

Verdict = Literal["distinct", "common", "near-copy", "own"]

SAME = 0.98  # agreement in both directions: nothing is shown by one and not by the other
ALIKE = 0.6  # IoU at 32 px below which agreement is an accident of small drawings
COINCIDES = 0.95  # IoU at 32 px, with an agreement of at least:
COINCIDES_IF = 0.95
PART, REST, PART_ALIKE = 0.995, 0.9, 0.85  # all of the drawing lies in the other, and all but a small piece of it
PART_SEGMENTS = 8  # a simple form with a piece missing is another simple form
SEGMENTS = 4  # a form of fewer segments is nobody's
COMMON_IOU = 0.9
COMMON_SETS = 3
SIZES = (16.0, 18.0, 20.0, 22.0)  # units: the same form is looked for at these sizes too
HINT = 0.25  # IoU at 32 px from which another size is worth a closer look
PROMISE = 0.75  # agreement there from which the drawing is laid exactly over the item
PROMISING = 4  # items, the best
CANDIDATES = 16  # nearest prints that are looked at closely, for each size

# Sets that grew out of one another, or come from one hand, count once.
FAMILIES = {
    "feather": "feather",
    "lucide": "feather",
    "lucide-lab": "feather",
    "majesticons": "majesticons",
    "pixelarticons": "majesticons",
}


@dataclass(frozen=True)
class Near:
    """A similar work: whose it is, and how much of the ink coincides at 32 x 32 pixels (0..1)."""

    title: str
    author: str
    licence: str
    source: str
    iou: float
    same: bool = False  # the two show the same form


@dataclass(frozen=True)
class OriginalityReport:
    """What was found about one drawing; `common_sets` counts the independent sets that hold its form."""

    nearest: tuple[Near, ...]
    verdict: Verdict
    common_sets: int
    note: str

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data, as it goes into a work's lineage."""
        return asdict(self)


def examine(drawing: Drawing, index: PrintIndex, *, show: int = 3, own: PrintIndex | None = None) -> OriginalityReport:
    """Compare one drawing with the index; `show` similar works are named.

    `own` are the icons of a designer whose hand was learnt: to be near one of them is said, and is no near copy of
    another's work.
    """
    report = examine_all([drawing], index, show=show)[0]
    if own is None or not len(own):
        return report
    mine = examine_all([drawing], own, show=show)[0]
    nearest = tuple(sorted([*mine.nearest, *report.nearest], key=lambda near: (not near.same, -near.iou))[:show])
    if mine.verdict != "near-copy" or report.verdict == "near-copy":
        return replace(report, nearest=nearest)
    note = f"{mine.note}, one of the icons whose hand was learnt"
    return OriginalityReport(nearest, "own", report.common_sets, note)


def examine_all(drawings: Sequence[Drawing], index: PrintIndex, *, show: int = 3) -> list[OriginalityReport]:
    """The same for many drawings at once."""
    return [_report(drawing, _compare(drawing, index), index, show) for drawing in drawings]


@dataclass
class _Match:
    """What is known of one item: the ink shared with the drawing as it stands, or where it was laid over the item."""

    iou: float
    same: bool


def _compare(drawing: Drawing, index: PrintIndex) -> dict[int, _Match]:
    """Items near the drawing as it stands, and those with the same form at another size."""
    found: dict[int, _Match] = {}
    own = pictures.picture(drawing)
    box = pictures.ink_box(own)
    if not len(index) or box is None:
        return found
    segments = pictures.complexity(drawing)
    views = np.stack([own, *(pictures.resized(own, box, pictures.centred(size)) for size in SIZES)])
    nearest, ious = index.nearest(pictures.pooled(views), CANDIDATES)
    _look(own, nearest[0], ious[0], index, segments, found)
    for item in _promising(views[1:], nearest[1:], ious[1:], index, found):
        # Laid exactly over the item: only this tells whether the form is the same.
        target = pictures.ink_box(index.pictures[item])
        assert target is not None  # it shares ink
        laid = pictures.placed(drawing, box, target)
        share = index.iou(pictures.pooled(laid), np.array([item]))
        trial: dict[int, _Match] = {}
        _look(laid, np.array([item]), share, index, segments, trial)
        if trial[item].same or trial[item].iou >= COMMON_IOU:
            before = found.get(item, _Match(0.0, False))
            found[item] = _Match(max(before.iou, trial[item].iou), before.same or trial[item].same)
    return found


def _look(
    view: pictures.Rows, items: Any, ious: Any, index: PrintIndex, segments: int, found: dict[int, _Match]
) -> None:
    within, covered, laid = pictures.agreement(view, index.pictures[items])
    for item, iou, a, b, c in zip(items.tolist(), ious.tolist(), within, covered, laid, strict=True):
        found[item] = _Match(iou, _is_same(iou, float(a), float(b), float(c), segments))


def _promising(views: Any, nearest: Any, ious: Any, index: PrintIndex, found: Mapping[int, _Match]) -> list[int]:
    """Items that another size of the drawing resembles, best first, that are not known to be the same already."""
    best: dict[int, float] = {}
    for view, items, shares in zip(views, nearest, ious, strict=True):
        close = items[shares >= HINT]
        if not len(close):
            continue
        within, covered, _ = pictures.agreement(view, index.pictures[close])
        for item, agreed in zip(close.tolist(), np.minimum(within, covered).tolist(), strict=True):
            if agreed >= PROMISE and not (item in found and found[item].same):
                best[item] = max(best.get(item, 0.0), agreed)
    return sorted(best, key=lambda item: (-best[item], item))[:PROMISING]


def _is_same(iou: float, within: float, covered: float, laid: float, segments: int) -> bool:
    """Whether two drawings show one form; `laid` is their IoU laid over one another."""
    if min(within, covered) >= SAME and laid >= ALIKE:
        return True
    if iou > COINCIDES and min(within, covered) >= COINCIDES_IF:
        return True
    part = within >= PART and covered >= REST and laid >= PART_ALIKE
    return part and segments >= PART_SEGMENTS


def _report(drawing: Drawing, found: Mapping[int, _Match], index: PrintIndex, show: int) -> OriginalityReport:
    ranked = sorted(found, key=lambda item: (not found[item].same, -found[item].iou, item))
    entries = {item: index.entry(item) for item in ranked}
    alike = [item for item in ranked if found[item].same or found[item].iou >= COMMON_IOU]
    families = {family_of(entries[item]) for item in alike}
    nearest = tuple(_near(entries[item], found[item]) for item in _one_of_each(ranked, entries, show))
    same = [item for item in ranked if found[item].same]
    segments = pictures.complexity(drawing)
    if len(families) >= COMMON_SETS:
        names = ", ".join(sorted({entries[item].set for item in alike})[:6])
        note = f"a common form: it stands in {len(families)} independent sets ({names})"
        return OriginalityReport(nearest, "common", len(families), note)
    if same and segments < SEGMENTS:
        note = f"a simple form of {segments} segments that {entries[same[0]].source} has too"
        return OriginalityReport(nearest, "distinct", len(families), note)
    if same:
        entry = entries[same[0]]
        note = f"a near copy of {entry.title} by {entry.author} ({entry.licence}), {entry.source}"
        return OriginalityReport(nearest, "near-copy", len(families), note)
    return OriginalityReport(nearest, "distinct", len(families), "no work that was learnt has this form")


def family_of(entry: Entry) -> str:
    """Sets of one family are not independent of one another; a work outside any set stands for its author."""
    return FAMILIES.get(entry.set, entry.set) or entry.author or entry.source


def _one_of_each(ranked: Sequence[int], entries: Mapping[int, Entry], show: int) -> list[int]:
    """The first `show` items, one for each set and title: the weights of one icon are one work."""
    seen: set[tuple[str, str]] = set()
    chosen: list[int] = []
    for item in ranked:
        key = (entries[item].set, entries[item].title)
        if key not in seen and len(chosen) < show:
            seen.add(key)
            chosen.append(item)
    return chosen


def _near(entry: Entry, match: _Match) -> Near:
    return Near(entry.title, entry.author, entry.licence, entry.source, round(match.iou, 3), match.same)
