"""The rules of a set, as a linter: what a reviewer would mark on an icon, numbered and in plain words.

Every threshold is relative to the card's own canvas. Rules that fire on good human sets are bad rules: how often each
fires on five of them stands in `benchmarks/results/rules.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from maquette.core.errors import UsageError
from maquette.core.registry import nearest
from maquette.media import lint_lines, lint_set
from maquette.media.drawing import Drawing
from maquette.media.lint_look import Finding, Look, numbered
from maquette.media.style_card import StyleCard

__all__ = ["RULES", "STRUCTURE", "Finding", "Rule", "chosen", "lint"]


@dataclass(frozen=True)
class Rule:
    """A rule: its stable name, what it asks in a line, and the check."""

    name: str
    asks: str
    check: Callable[[Look], Iterator[Finding]]


_ALL = (
    Rule("canvas", "the set's viewBox", lint_set.canvas),
    Rule("padding", "ink keeps the set's margin", lint_set.padding),
    Rule("paint", "strokes, no filled areas", lint_set.paint),
    Rule("width", "the set's stroke width", lint_set.width),
    Rule("cap", "the set's line ends", lint_set.cap),
    Rule("join", "the set's line joins", lint_set.join),
    Rule("zero-length", "no segment without length", lint_lines.zero_length),
    Rule("duplicate", "nothing drawn twice", lint_lines.duplicate),
    Rule("overlap", "no lines on one another", lint_lines.overlap),
    Rule("stray", "no specks and hidden points", lint_lines.stray),
    Rule("nearly-closed", "paths that should close do", lint_lines.nearly_closed),
    Rule("collinear", "no points in the middle of a line", lint_lines.collinear),
    Rule("arcs", "arcs and circles, not curves like them", lint_lines.arcs),
    Rule("nodes", "no points in the middle of an arc", lint_lines.nodes),
    Rule("angle", "lines that nearly have an angle have it", lint_lines.angle),
    Rule("grid", "lines and centres on the set's grid", lint_set.grid),
    Rule("radius", "corners with the set's radii", lint_lines.radius),
    Rule("gap", "clear space between strokes", lint_set.gap),
    Rule("weight", "as much ink as the set", lint_set.weight),
    Rule("footprint", "as large as the set", lint_set.footprint),
    Rule("centre", "visually in the middle", lint_set.centre),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in _ALL}
"""Every rule by its name, in the order in which findings are told."""

STRUCTURE = ("padding", "zero-length", "duplicate", "stray", "nearly-closed", "gap")
"""The rules of structure (bar 11 of the icon craft): what no human reviewer lets pass."""


def lint(
    drawing: Drawing, card: StyleCard, *, others: Sequence[float] = (), rules: Iterable[str] | None = None
) -> list[Finding]:
    """What the drawing breaks of the card's rules, numbered from 1; an empty list if it is clean.

    `others` are the ink shares of the icons beside it, for the optical weight (eight or more are believed rather than
    the card). `rules` are the names of those to check. Of an icon made of filled areas only that is said, where the
    card is of strokes. UsageError for a name that is no rule.
    """
    names = tuple(RULES) if rules is None else chosen(only=rules)
    look = Look(drawing, card, tuple(others))
    if card.paint == "stroke" and drawing.shapes and not any(shape.paint.stroke for shape in drawing.shapes):
        return numbered([_filled(drawing)])
    return numbered([finding for name in names for finding in RULES[name].check(look)])


def _filled(drawing: Drawing) -> Finding:
    """All that can be said of a filled icon beside a card of strokes."""
    told = "the icon is made of filled areas, the card is of strokes: `maquette icon lined` turns it into strokes"
    return Finding("paint", told, value="fill", wanted="stroke")


def chosen(only: Iterable[str] = (), skip: Iterable[str] = ()) -> tuple[str, ...]:
    """The rules' names, those of `only` if any are given, without `skip`. UsageError names the nearest rule."""
    only, skip = tuple(only), tuple(skip)
    for name in (*only, *skip):
        if name not in RULES:
            raise UsageError(f"there is no rule {name!r}", mend=nearest(name, RULES))
    return tuple(name for name in RULES if (not only or name in only) and name not in skip)
