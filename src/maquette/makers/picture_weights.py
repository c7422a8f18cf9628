"""Weights in a prompt, written as users of other programs write them: (word:1.3), (word), [word]."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..core.errors import UsageError

HEAVIER = 1.1  # what a bracket without a number weighs
LIGHTEST, HEAVIEST = 0.1, 3.0
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[,;]", re.UNICODE)


@dataclass(frozen=True)
class Token:
    """A word of the prompt and how much it weighs; "," between parts."""

    text: str
    weight: float = 1.0


def weighted(prompt: str) -> list[Token]:
    """The words of a prompt with their weights: (word:1.3) is 1.3, (word) 1.1, [word] 1/1.1; brackets multiply.

    Raises UsageError for a weight that is no number from 0.1 to 3, and for brackets that do not close.
    """
    tokens: list[Token] = []
    marks: list[tuple[str, int]] = []  # open brackets, and the number of tokens before each
    at = 0
    while at < len(prompt):
        char = prompt[at]
        if char in "([":
            marks.append((char, len(tokens)))
        elif char in ")]":
            _close(tokens, marks, char, HEAVIER if char == ")" else 1 / HEAVIER, prompt)
        elif char == ":" and marks and (found := re.match(r":\s*([^()\[\]]*?)\s*\)", prompt[at:])):
            _close(tokens, marks, ")", _weight(found[1], prompt), prompt)
            at += found.end() - 1
        elif found := _WORD.match(prompt, at):
            tokens.append(Token("," if found[0] in ",;" else found[0].lower().replace("ё", "е").replace("’", "'")))
            at = found.end() - 1
        at += 1
    if marks:
        raise UsageError("a bracket of the prompt is not closed", where=prompt, mend="weights are written (word:1.3)")
    return tokens


def _close(tokens: list[Token], marks: list[tuple[str, int]], char: str, weight: float, prompt: str) -> None:
    if not marks or marks[-1][0] != {")": "(", "]": "["}[char]:
        mend = "weights are written (word:1.3)"
        raise UsageError(f"the prompt has a {char!r} that opens nowhere", where=prompt, mend=mend)
    _, start = marks.pop()
    tokens[start:] = [replace(one, weight=round(one.weight * weight, 4)) for one in tokens[start:]]


def _weight(text: str, prompt: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = -1.0
    if not LIGHTEST <= value <= HEAVIEST:
        mend = f"give a number from {LIGHTEST:g} to {HEAVIEST:g}: (word:1.3)"
        raise UsageError(f"{text!r} is no weight", where=prompt, mend=mend)
    return value
