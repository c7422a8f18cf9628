"""What happens between two shots: pictures that are one are joined, pictures too much alike are set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ...media.film import SIZES
from .grammar import Grammar, Rule

SHORT = 1.7  # seconds: words so short need no picture of their own
FACES = frozenset(("look", "hears", "feeling", "emotion", "alone", "circle", "reaction"))


@dataclass
class Want:
    """A shot while it is chosen. seconds: of its lines, roughly."""

    rule: Rule
    subjects: tuple[str, ...] = ()
    over: str = ""
    lines: list[str] = field(default_factory=list)
    emotion: str = "neutral"
    seconds: float = 0.0
    size: str = ""
    transition: str = "cut"

    @property
    def key(self) -> tuple[str, tuple[str, ...], str]:
        return self.rule.kind, self.subjects, self.over

    @property
    def framed(self) -> str:
        return self.size or self.rule.size


def mended(wants: Sequence[Want], book: Grammar) -> list[Want]:
    """The shots without jump cuts and without cuts that say nothing."""
    out: list[Want] = []
    for want in wants:
        before = out[-1] if out else None
        if before and _joins(before, want, book):
            _join(before, want)
            continue
        if before and before.subjects == want.subjects and want.subjects:
            _set_apart(before, want)
        out.append(want)
    for one, other in pairwise(out):  # what was joined or set back since may be too near again
        alike = one.subjects == other.subjects and one.subjects and "insert" not in (one.framed, other.framed)
        if alike and _steps(one.framed, other.framed) < 2:
            other.size = _apart(one.framed, other.framed, len(other.subjects) > 1)
    return out


def _joins(before: Want, want: Want, book: Grammar) -> bool:
    """True where the second shot would be the first once more, or a word that the first can hold."""
    if (
        want.transition != "cut"
        or "insert" in (before.rule.kind, want.rule.kind)
        or set(before.lines) & set(want.lines)
    ):
        return False
    if before.seconds + want.seconds > 0.8 * book.pace.longest:
        return False
    if before.subjects == want.subjects and before.rule.name in FACES and want.rule.name in FACES:
        return len(before.lines) < 3
    if before.subjects == want.subjects and before.rule.name in ("hears", "look") and want.over:
        return True  # who hears and answers is one picture
    seen = set(want.subjects) <= {*before.subjects, before.over}
    words = want.rule.name in ("exchange", "exchange_near", "circle") and want.emotion == "neutral"
    holds = before.rule.kind in ("two-shot", "over-shoulder") and len(before.lines) < 3
    return seen and words and holds and want.seconds < SHORT


def _join(before: Want, want: Want) -> None:
    """One shot of both; of two faces the nearer size."""
    before.lines += want.lines
    before.seconds += want.seconds
    if before.subjects == want.subjects and SIZES.index(want.framed) > SIZES.index(before.framed):
        before.rule, before.size = want.rule, want.size
    if want.emotion != "neutral":
        before.emotion = want.emotion


def _set_apart(before: Want, want: Want) -> None:
    """Two sizes between two pictures of one subject: a face keeps its size, and the shot before it goes further."""
    if "insert" in (before.framed, want.framed) or _steps(before.framed, want.framed) >= 2:
        return
    if want.rule.name in ("emotion", "feeling") and SIZES.index(want.framed) >= 2:
        before.size = SIZES[max(0, SIZES.index(want.framed) - 2)]
    else:
        want.size = _apart(before.framed, want.framed, len(want.subjects) > 1)


def _steps(one: str, other: str) -> int:
    return abs(SIZES.index(one) - SIZES.index(other))


def _apart(one: str, other: str, several: bool) -> str:
    """A size at least two steps from `one`, as near to `other` as can be; several people need room."""
    sizes = SIZES[: SIZES.index("medium close-up" if several else "extreme close-up")]
    far = [size for size in sizes if _steps(size, one) >= 2] or [other]
    return min(far, key=lambda size: (_steps(size, other), -SIZES.index(size)))
