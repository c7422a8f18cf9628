"""Corrections for a piece: what a careful reader would mark, and a mended copy, signed as a child of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..media.score import Score
    from ..media.score_lint import Finding
    from .scores import Kept
    from .studio import Studio


@dataclass(frozen=True)
class Checked:
    """One piece: what is found in it, and, where it was mended, the copy and what is found in that."""

    path: Path
    score: Score
    findings: tuple[Finding, ...]
    done: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()
    mended: Kept | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing is left to be found: in the copy if there is one, else in the piece."""
        return not (self.left if self.mended else self.findings)

    def as_dict(self) -> dict[str, Any]:
        """One JSON object."""
        told: dict[str, Any] = {"path": str(self.path), "findings": [one.as_dict() for one in self.findings]}
        if self.mended is not None:
            told["mended"] = str(self.mended.asset.path)
            told["done"] = [one.as_dict() for one in self.done]
            told["left"] = [one.as_dict() for one in self.left]
        return told


def check(
    studio: Studio,
    file: str | Path,
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    fix: bool = False,
    numbers: Sequence[int] = (),
    out: str | Path | None = None,
    also: Sequence[str] = (),
    unsigned: bool = False,
) -> Checked:
    """Look a piece through; with `fix`, keep a mended copy as its signed child. The file itself stays as it is.

    only, skip: names of rules (media.score_lint.RULES). numbers: mend these findings and no others; by default every
    one whose mend makes its bar better. out: folder of the copy, by default the file's. Raises UsageError, MediaError,
    CredentialError, LibraryError.
    """
    from ..makers.music_takes import Take
    from ..media.score_lint import chosen, lint, mend, mended
    from .scores import keep_move, open_score

    rules = chosen(only, skip)
    opened = open_score(studio, file)
    findings = lint(opened.score, rules=rules)
    if not fix:
        return Checked(opened.path, opened.score, tuple(findings))
    if numbers:
        asked = _numbered(findings, numbers)
        score = mend(opened.score, asked)
        left = lint(score, rules=rules)
        kept = {(one.rule, one.tick, one.part) for one in left}
        done = [one for one in asked if (one.rule, one.tick, one.part) not in kept]
    else:
        score, done, left = mended(opened.score, rules=rules)
    if score == opened.score:
        return Checked(opened.path, opened.score, tuple(findings), (), tuple(findings))
    note = "mended: " + "; ".join(f"{one.place}, {one.rule}" for one in done[:6]) + (" ..." if len(done) > 6 else "")
    take = Take(score, "rule", note, trace={"mended": [one.as_dict() for one in done]})
    folder = Path(out).expanduser() if out is not None else opened.path.parent
    how = {"rules": list(rules), "numbers": list(numbers)}
    (copy,) = keep_move(studio, opened, [take], move="mended", asked=how, out=folder, also=also, unsigned=unsigned)
    return Checked(opened.path, opened.score, tuple(findings), tuple(done), tuple(left), copy)


def _numbered(findings: Sequence[Finding], numbers: Sequence[int]) -> list[Finding]:
    from ..core.errors import UsageError

    known = {one.number: one for one in findings}
    for number in numbers:
        if number not in known:
            mend = f"they go from 1 to {len(findings)}" if findings else "there are none in this piece"
            raise UsageError(f"there is no finding {number}", mend=mend)
        if not known[number].fixable:
            raise UsageError(f"no mend is known for finding {number}: {known[number].told}", mend="leave it out")
    return [known[number] for number in dict.fromkeys(numbers)]
