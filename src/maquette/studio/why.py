"""Why these notes: what the net that wrote a piece thought of them, read from its checkpoint and the piece's record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..makers.music_why import Choice, Decision
    from ..media.score import Score
    from ..trust.verify import Verdict
    from .studio import Studio

Section = tuple[str, list[str]]
SURPRISES = 5  # of a piece
LIKE = 24.0  # bits from which on a likeness of a few bars is worth naming
AROUND = 1  # bars before and after the one that is asked about


def why(studio: Studio, verdict: Verdict, bar: int | None = None) -> list[Section]:
    """The odds behind a piece that a model wrote: headings with lines; [] for what no model wrote.

    bar (as it is printed): every note of it, with what else was likely, what the rules forbade, and the training bars
    that are most like it. Without one, the most surprising notes of the piece and what the rules did in all. Raises
    UsageError for a bar that is not there.
    """
    trace = (verdict.story or {}).get("trace") or {}
    if not verdict.holds or "frame" not in trace or "cells" not in trace:
        return []
    box = studio.checkpoint_of(verdict.story)
    if box is None:
        name = (verdict.story.get("model") or {}).get("name") or "the model"
        return [("Odds", [f"{name}, which wrote it, is not on this machine: add it with `maquette models add`"])]
    from ..core.errors import UsageError
    from ..makers.music import replay
    from ..makers.music_why import odds_of

    score = replay(trace)
    least = score.first_number
    most = len(score.bars) - 1 + least
    if bar is not None and not least <= bar <= most:
        raise UsageError(f"there is no bar {bar}", where=verdict.path, mend=f"the piece has bars {least} to {most}")
    decisions = odds_of(box, trace)
    if bar is None:
        return [("Least expected notes", list(_surprises(decisions, score))), ("Rules", list(_ruled(decisions, least)))]
    found = [one for one in decisions if one.bar == bar - least]
    lines = list(_told(found, score)) or ["no note of this bar was written by the model"]
    near = list(_nearest(studio, box, score, bar - least))
    return [(f"Bar {bar}", lines), (f"Training bars like bar {bar}", near)]


def _surprises(decisions: Sequence[Decision], score: Score) -> Iterator[str]:
    pitches = [one for one in decisions if one.kind in ("pitch", "chord")]
    for one in sorted(pitches, key=lambda one: one.chosen.chance)[:SURPRISES]:
        yield f"bar {one.bar + score.first_number}, {_place(one, score)}: {_odds(one)}"


def _ruled(decisions: Sequence[Decision], least: int) -> Iterator[str]:
    """What each rule forbade: how often it took away what the net would have liked, and where most."""
    by_rule: dict[str, list[Decision]] = {}
    for one in decisions:
        if one.rule:
            by_rule.setdefault(one.rule, []).append(one)
    for rule, found in sorted(by_rule.items(), key=lambda pair: -len(pair[1])):
        most = max(found, key=lambda one: one.forbidden)
        wanted = f", most in bar {most.bar + least}: {_choice(most.wanted)}" if most.wanted else ""
        yield f"{rule} forbade something likely {len(found)} times{wanted}"
    if not by_rule:
        yield "forbade nothing that the model would have liked"


def _told(decisions: Sequence[Decision], score: Score) -> Iterator[str]:
    from ..makers.music_why import by_note

    for group in by_note(decisions):
        first = next((one for one in group if one.kind in ("pitch", "chord")), group[0])
        yield f"{_place(first, score)}: {'; '.join(_odds(one) for one in group)}"


def _place(one: Decision, score: Score) -> str:
    from ..makers.music_writer import lines_of

    beat = (one.tick - score.starts[one.bar]) / (1920 / score.bars[one.bar].unit) + 1
    if one.line < 0:
        return f"chord at beat {beat:.3g}"
    line = lines_of(score)[one.line]
    part = score.parts[line.part]
    staff = f", staff {line.staff}" if part.staves > 1 else ""
    return f"beat {beat:.3g}, {part.name or f'part {line.part + 1}'}{staff}"


def _odds(one: Decision) -> str:
    told = _choice(one.chosen)
    if one.instead:
        told += f", rather than {' or '.join(map(_choice, one.instead))}"
    if one.wanted is not None:
        told += f"; {one.rule} forbade {_choice(one.wanted)}"
    return told


def _choice(one: Choice | None) -> str:
    return f"{one.words} ({one.chance:.0%})" if one else ""


def _nearest(studio: Studio, box: Any, score: Score, bar: int) -> Iterator[str]:
    """The training bars that a bar and its neighbours are most like, by the prints of the checkpoint."""
    from ..encodings.print_notes import NoteIndex
    from ..encodings.print_quotes import look
    from ..media.score import cut
    from ..trust.originality_notes import entry_of, span

    index = studio._index_of(box.base or box)
    if not isinstance(index, NoteIndex):
        return
    first, last = max(0, bar - AROUND), min(len(score.bars), bar + 1 + AROUND)
    seen: set[str] = set()
    for quote in look(cut(score, first, last), index, least=LIKE).quotes:
        entry = entry_of(quote, index)
        if entry.work not in seen and len(seen) < 3:
            seen.add(entry.work)
            theirs = span(index.bars_of(quote.place, quote.end - 1))
            yield f"bars {theirs} of {entry.title} by {entry.author} ({entry.licence}): {quote.alike} notes alike"
    if not seen:
        yield "none is like it"
