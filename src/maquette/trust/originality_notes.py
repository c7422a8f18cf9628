"""How near a score stands to the pieces that its model learnt from, and what follows from it.

The same findings as of drawings (`trust.originality`). *near-copy*: more than a hundredth of its windows of 16 notes
stand, note for note, in pieces of others, or a stretch of more than 24 notes does, or one of 20 with changes.
*common*: what it shares stands in pieces by three independent hands or more, or is a scale or a figure: that belongs to
nobody, and is said but never refused. *own*: it is near one of the pieces whose hand was learnt.

The bounds were set on held-out music of people and on planted quotes; `benchmarks/music_originality.py` prints the
table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..encodings import print_quotes as quotes
from ..encodings.print_notes import Entry, NoteIndex, is_plain
from ..encodings.print_quotes import Findings, Quote
from ..media.score import TPQ, Score
from .originality import Verdict

SHARE = 0.01  # of all windows of 16 notes that may stand in pieces of others
RUN = 24  # notes of a stretch that may be the same, note for note
BITS = 52.0  # that a stretch says: fewer are an accident, or a figure that accompanies
DENSE = 2.0  # bits a note of a stretch with changes
CHANGED = 20  # notes of it, at least: what was changed at its ends is not seen as part of it
AGREES = 0.7  # share of its notes
LARGE = 30_000  # notes from which on changed stretches are not looked for: that takes half a second a thousand
TOLD = 40.0  # bits from which on a likeness is named at all


@dataclass(frozen=True)
class NearPiece:
    """A similar stretch: whose piece it stands in, where in it and where in the score, and how much agrees.

    `iou` is the share of its notes that agree (0..1; the name is that of the record for drawings); `same`: it is too
    near. `bars` and `theirs` are bars from 1: "5-8".
    """

    title: str
    author: str
    licence: str
    source: str
    iou: float
    same: bool
    notes: int
    alike: int
    part: str
    bars: str
    theirs: str
    encoder: str = ""
    hands: int = 1


@dataclass(frozen=True)
class NotesReport:
    """What was found about one score; `windows`, `share` (0..1) and `longest` (notes) as in `print_quotes`."""

    nearest: tuple[NearPiece, ...]
    verdict: Verdict
    common_sets: int
    note: str
    windows: int = 0
    share: float = 0.0
    longest: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data, as it goes into a work's lineage."""
        return asdict(self)


def examine(score: Score, index: NoteIndex, *, show: int = 3, own: NoteIndex | None = None) -> NotesReport:
    """Compare one score with the index; `show` similar stretches are named.

    `own` are the tunes of a musician whose hand was learnt: to be near one of them is said, and is no near copy of
    another's work.
    """
    report = _report(score, index, show)
    if own is None or not len(own):
        return report
    mine = _report(score, own, show)
    nearest = tuple(sorted([*mine.nearest, *report.nearest], key=lambda near: (not near.same, -near.alike))[:show])
    if mine.verdict != "near-copy" or report.verdict == "near-copy":
        return replace(report, nearest=nearest)
    return replace(report, nearest=nearest, verdict="own", note=f"{mine.note}, one of the tunes whose hand was learnt")


def _report(score: Score, index: NoteIndex, show: int) -> NotesReport:
    found = quotes.look(score, index, fuzzy=score.count <= LARGE)
    every = [*found.runs, *found.quotes]
    hands = {quote: quotes.hands_of(every, quote, index) for quote in every}
    longest = max((run.notes for run in found.runs if hands[run] < quotes.COMMON_HANDS), default=0)
    near = [quote for quote in every if _is_near(quote, hands[quote], found, longest)]
    told = _one_of_each(sorted(every, key=lambda one: (one not in near, -one.bits)), near, index, show)
    nearest = tuple(_near(score, found, index, quote, quote in near, hands[quote]) for quote in told)
    figures: dict[str, Any] = {"windows": found.windows, "share": round(found.share, 4), "longest": longest}
    most = max(hands.values(), default=0)
    if near:
        first = nearest[0]
        whose = f"{first.title} by {first.author or 'an unknown hand'} ({first.licence})"
        where = f"bars {first.bars} of the {first.part} against its bars {first.theirs}"
        how = f"{first.alike} of {first.notes} notes are the same"
        return NotesReport(nearest, "near-copy", most, f"a near copy of {whose}: {where}, {how}", **figures)
    if most >= quotes.COMMON_HANDS or found.plain + found.common:
        shared = most >= quotes.COMMON_HANDS or found.common
        note = "what it shares are scales and figures that go round"
        if shared:
            note = f"what it shares stands in pieces by {max(most, quotes.COMMON_HANDS)} independent hands or more"
        return NotesReport(nearest, "common", most, note, **figures)
    unseen = "" if score.count <= LARGE else "; it is too long to look for changed stretches"
    return NotesReport(nearest, "distinct", most, f"no piece that was learnt has these melodies{unseen}", **figures)


def _is_near(quote: Quote, hands: int, found: Findings, longest: int) -> bool:
    """Whether a stretch is too near to one piece."""
    if hands >= quotes.COMMON_HANDS or quote.bits < BITS:
        return False
    if quote in found.runs and found.share > SHARE and quote.notes == longest:
        return True
    if _is_plain(quote, found):
        return False
    if quote.exact:
        return quote.notes > RUN
    return quote.notes >= CHANGED and quote.agreement >= AGREES and quote.bits >= DENSE * quote.notes


def _is_plain(quote: Quote, found: Findings) -> bool:
    return is_plain(found.lines[quote.line].steps[quote.first : quote.last - 1])


def _one_of_each(ranked: list[Quote], near: list[Quote], index: NoteIndex, show: int) -> list[Quote]:
    """The first `show` stretches, one of each work: the sections of one piece are one."""
    seen: set[str] = set()
    chosen: list[Quote] = []
    for quote in ranked:
        work = entry_of(quote, index).work
        if work not in seen and len(chosen) < show and (quote in near or quote.bits >= TOLD):
            seen.add(work)
            chosen.append(quote)
    return chosen


def entry_of(quote: Quote, index: NoteIndex) -> Entry:
    """Whose piece a stretch stands in."""
    return index.entries[int(index.piece[int(index.line_at(_at(quote.place))[0])])]


def _at(place: int) -> Any:
    import numpy as np

    return np.array([place], np.int64)


def _near(score: Score, found: Findings, index: NoteIndex, quote: Quote, same: bool, hands: int) -> NearPiece:
    entry, line = entry_of(quote, index), found.lines[quote.line]
    ticks = [int(line.onsets[at]) * TPQ // 24 for at in (quote.first, quote.last - 1)]
    first, last = (score.bar_at(tick) + 1 for tick in ticks)
    return NearPiece(
        title=entry.title,
        author=entry.author,
        licence=entry.licence,
        source=entry.id,
        iou=round(quote.agreement, 3),
        same=same,
        notes=quote.notes,
        alike=quote.alike,
        part=score.parts[line.part].name or f"part {line.part + 1}",
        bars=span((first, last)),
        theirs=span(index.bars_of(quote.place, quote.end - 1)),
        encoder=entry.encoder,
        hands=hands,
    )


def span(bars: Iterable[int]) -> str:
    """Bars as people write them: "5-8", "5"."""
    first, last = bars
    return str(first) if first == last else f"{first}-{last}"
