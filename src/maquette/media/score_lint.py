"""Corrections for a score: what a careful reader would mark in it, bar by bar, with a suggestion.

Suggestions only: a piece may mean every one of them. Rules that fire on good human music are bad rules; how often each
fires stands in `benchmarks/results/music_harmony.json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..core.errors import UsageError
from ..core.registry import nearest
from . import score_lint_lines, score_lint_notes, score_lint_voices
from .score import Note, Score, sorted_notes
from .score_lint_look import Finding, Look, Mend, numbered

__all__ = ["RULES", "Finding", "Mend", "Rule", "chosen", "lint", "mend", "mended"]

ROUNDS = 4  # times that mends are taken back where they made new findings


@dataclass(frozen=True)
class Rule:
    """A rule: its stable name, what it asks in a line, and the check."""

    name: str
    asks: str
    check: Callable[[Look], Iterator[Finding]]


_ALL = (
    Rule("bars", "bars add up to their metre", score_lint_lines.bars),
    Rule("twice", "no note begins while it still sounds", score_lint_lines.twice),
    Rule("range", "notes that the voice or instrument has", score_lint_lines.compass),
    Rule("key", "notes out of the key belong to the harmony or lead on", score_lint_notes.key),
    Rule("clash", "no note of the key rubs where another is likelier", score_lint_notes.clash),
    Rule("leap", "leaps that can be sung", score_lint_lines.leaps),
    Rule("leading-tone", "the leading tone of the top voice goes up", score_lint_lines.leading),
    Rule("parallels", "no parallel fifths and octaves", score_lint_voices.parallels),
    Rule("hidden", "outer voices do not leap into fifths and octaves", score_lint_voices.hidden),
    Rule("crossing", "voices do not cross", score_lint_voices.crossing),
    Rule("overlap", "no voice goes past where its neighbour was", score_lint_voices.overlap),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in _ALL}
"""Every rule by its name."""


def lint(score: Score, *, rules: Iterable[str] | None = None) -> list[Finding]:
    """What a careful reader would mark, in the order of the music, numbered from 1; an empty list if it is clean.

    `rules` are the names of those to check, all by default. The rules of voice leading are asked where the piece is
    written in lines of one note at a time. UsageError for a name that is no rule.
    """
    look = Look(score)
    return numbered([finding for name in chosen(only=rules or ()) for finding in RULES[name].check(look)])


def mend(score: Score, findings: Iterable[Finding]) -> Score:
    """The score with the suggestions of these findings followed; every other note stays as it is.

    A note that two findings ask about follows the first; findings without a suggestion change nothing.
    """
    asked: dict[int, dict[Note, Note | None]] = {}
    for finding in findings:
        if any(one.note in asked.get(one.part, {}) for one in finding.mends):
            continue
        for one in finding.mends:
            asked.setdefault(one.part, {})[one.note] = one.becomes
    parts = list(score.parts)
    for number, becomes in asked.items():
        left = dict(becomes)
        notes = []
        for note in parts[number].notes:
            new = left.pop(note) if note in left else note
            if new is not None:
                notes.append(new)
        parts[number] = replace(parts[number], notes=sorted_notes(notes))
    return replace(score, parts=tuple(parts)) if asked else score


def mended(score: Score, *, rules: Iterable[str] | None = None) -> tuple[Score, list[Finding], list[Finding]]:
    """The score mended as far as that makes it better: (score, findings that are gone, findings that are left).

    A mend after which its bar has more findings than before is not made.
    """
    names = tuple(rules or ())
    findings = lint(score, rules=names)
    skipped: set[int] = set()
    for _ in range(ROUNDS):
        now = mend(score, (one for one in findings if one.number not in skipped))
        left = lint(now, rules=names)
        before, after = Counter(one.bar for one in findings), Counter(one.bar for one in left)
        worse = {bar for bar in after if after[bar] >= before[bar]}
        undone = {one.number for one in findings if one.mends and one.bar in worse} - skipped
        if not undone:
            break
        skipped |= undone
    kept = {(one.rule, one.tick, one.part) for one in left}
    return now, [one for one in findings if (one.rule, one.tick, one.part) not in kept], left


def chosen(only: Iterable[str] = (), skip: Iterable[str] = ()) -> tuple[str, ...]:
    """The rules' names, those of `only` if any are given, without `skip`. UsageError names the nearest rule."""
    only, skip = tuple(only), tuple(skip)
    for name in (*only, *skip):
        if name not in RULES:
            raise UsageError(f"there is no rule {name!r}", mend=nearest(name, RULES))
    return tuple(name for name in RULES if (not only or name in only) and name not in skip)
