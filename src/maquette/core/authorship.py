"""Whose hand made which element of a work: a person's, the machine's, or the machine's and then a person's.

Element means shape, bar, line or pose: whatever a medium is a sequence of. A work's trace records one entry per element
under "shapes" (`as_trace`); the same record travels in the signed file, and is compared, never believed, when a changed
file comes back (`carried`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

Hand = Literal["human", "machine", "machine-then-edited"]

MARK = "machine-"
HANDS: tuple[Hand, ...] = get_args(Hand)
_TOLD = {
    "human": "by hand",
    "machine": "by the machine",
    "machine-then-edited": "by the machine and edited by hand",
}


def as_trace(hands: Iterable[Hand]) -> list[dict[str, str]]:
    """The record of a work's elements, in order, as `Work.trace["shapes"]` and the signed file hold it."""
    return [{"by": hand} for hand in hands]


def hands_of(story: Mapping[str, Any], count: int) -> tuple[Hand, ...]:
    """Whose hand made each of the `count` elements of a work, from its story ({} for a file that tells none).

    What was not recorded: a file without a story and a work that was found are people's, whatever else a model made.
    """
    told = (story.get("trace") or {}).get("shapes") or ()
    by = [hand for one in told if isinstance(one, Mapping) for hand in HANDS if hand == one.get("by")]
    if len(by) == len(told) == count:
        return tuple(by)
    hand: Hand = "machine" if story and story.get("how") in ("after", "words", "ngram", "edited") else "human"
    return tuple([hand] * count)


def carried(before: Sequence[Hashable], hands: Sequence[Hand], after: Sequence[Hashable]) -> tuple[Hand, ...]:
    """Whose hand made each element of `after`, which a person made of `before`.

    An element that is still the same keeps its hand. One in the place of another is that one, changed: of the
    machine's it becomes machine-then-edited. What is more than there was before is hers.
    """
    pairs = list(zip(before, hands, strict=True))
    left = Counter(after)
    kept, gone = Counter[Any](), []  # the old elements that are still there, and those that are not, in order
    for element, hand in pairs:
        if left[element] > 0:
            left[element] -= 1
            kept[element] += 1
        else:
            gone.append(hand)
    by: dict[Any, list[Hand]] = {}
    for element, hand in pairs:
        by.setdefault(element, []).append(hand)
    out: list[Hand] = []
    for element in after:
        if kept[element] > 0:
            kept[element] -= 1
            out.append(by[element].pop(0))
        else:
            out.append("human" if not gone or gone.pop(0) == "human" else "machine-then-edited")
    return tuple(out)


def mark(element: str) -> str:
    """The name (id) that an element of the machine's is given: other programs keep names, and it tells of changes.

    `element` is its content as text; while that stays, the mark fits it.
    """
    return f"{MARK}{hashlib.sha256(element.encode()).hexdigest()[:10]}"


def hand_of_mark(name: str, element: str) -> Hand | None:
    """Whose hand made an element of this name and content; None for a name that is no mark."""
    if not name.startswith(MARK):
        return None
    return "machine" if name.startswith(mark(element)) else "machine-then-edited"


def counts(hands: Iterable[Any]) -> dict[str, int]:
    """How many elements are whose: {"human": 3, "machine": 1, "machine-then-edited": 1}."""
    found = Counter(hands)
    return {hand: found[hand] for hand in HANDS}


def told(hands: Sequence[Any], element: str = "shape") -> str:
    """In a line: "5 shapes: 3 by hand, 1 by the machine, 1 by the machine and edited by hand"."""
    parts = [f"{number} {_TOLD[hand]}" for hand, number in counts(hands).items() if number]
    return f"{len(hands)} {element}{'' if len(hands) == 1 else 's'}: {', '.join(parts)}" if parts else ""
