"""Drawings of the shelf restyled by rule into a designer's hand, for a net to learn the rule from.

The rule (`media.restyle`) keeps a drawing's shape and gives it the corners, slits, size and grid that were measured on
the designer's icons. What it draws is not hers, but of some hundred things, and a net that has learnt it still follows
what it is shown. Which drawings are restyled does not depend on what else is installed: they are Lucide's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ..core.errors import MediaError
from ..core.progress import OnProgress, Progress, silent
from ..data.shelf import icons_of, open_shelves
from ..media import restyle
from .pairs import Lesson, shown_of

if TYPE_CHECKING:
    from ..data.shelf import ShelfIcon
    from ..encodings.strokes import StrokeEncoding
    from ..encodings.words import Words
    from ..media.style_card import StyleCard

SHELF = "lucide"
LONGEST = 160  # tokens of a drawing before it is restyled
HELD = 24  # restyled drawings that are held out, one in eight at most


def lessons_of(
    card: StyleCard,
    words: Words,
    encoding: StrokeEncoding,
    most: int,
    *,
    own: Collection[str] = (),
    on_progress: OnProgress = silent,
) -> list[Lesson]:
    """Up to `most` drawings of the shelf for the most usual words, restyled into the hand of the card.

    `own` are the hashes of the designer's own files. Drawings are left out that must not be learnt from, that are too
    long, and that the rule cannot draw.
    """
    lessons: list[Lesson] = []
    for icon in usual(words) if most else ():
        if len(lessons) >= most:
            break
        if len(lessons) % 20 == 0:
            on_progress(Progress(len(lessons), most, "restyling drawings of the shelf"))
        lesson = _lesson(icon, card, words, encoding) if icon.sha256 not in own else None
        lessons += [lesson] if lesson else []
    return lessons


def usual(words: Words) -> Iterator[ShelfIcon]:
    """The shelf's drawings of which every word is known: single words first, the most usual ones before the others.

    Single words are things; names of several are mostly the same folder or arrow with another sign on it.
    """
    ids = {word: number for number, word in enumerate(words.words)}
    ranked = []
    for shelf in open_shelves():
        if shelf.name == SHELF:
            for icon in icons_of(shelf):
                ranks = [ids.get(word) for word in icon.name.split("-")]
                known = [rank for rank in ranks if rank is not None]
                if len(known) == len(ranks):
                    ranked.append((len(ranks), max(known), icon.name, icon))
    ranked.sort(key=lambda row: row[:3])
    return (icon for *_, icon in ranked)


def apart(lessons: list[Lesson]) -> tuple[list[Lesson], list[Lesson]]:
    """Lessons to learn and to hold out, by the hash of their names: the held-out ones tell whether shape is kept."""
    order = sorted(lessons, key=lambda one: hashlib.sha256(one.shown.icon.name.encode()).hexdigest())
    count = min(HELD, len(order) // 8)
    return order[count:], order[:count]


def _lesson(icon: ShelfIcon, card: StyleCard, words: Words, encoding: StrokeEncoding) -> Lesson | None:
    """The icon beside itself restyled; None where that cannot be learnt from."""
    shown = shown_of(icon, encoding, LONGEST)
    if shown is None:
        return None
    try:
        drawing = restyle.restyle(shown.drawing, card).drawing
        target = encoding.encode(drawing, encoding.styles[-1])
    except (MediaError, ArithmeticError, ValueError):
        return None
    if len(target.body) > 1.5 * LONGEST:
        return None
    return Lesson(shown, drawing, target, words.known(icon.name.replace("-", " "), *icon.tags[:3]))
