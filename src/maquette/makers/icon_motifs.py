"""What stands next to what in human icons: the shapes that the icons of the shelf have after those drawn so far.

Sets repeat their forms: the ring of ten units, the sheet with its folded corner, the badge. Every icon of the shelf is
a short series of such forms; those that share most of the drawing's say what comes next, as an n-gram does of words.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from ..data.shelf import Shelf, ShelfIcon, icons_of
from ..media import drawing as d
from .icon_next import shapes_of
from .icon_repeats import key_of

NEAREST = 1 / 8  # units: forms whose points lie closer than this are one
FIRSTS = 8  # usual first shapes
MOST = 6  # forms that are offered
DOUBT = 3  # icons without a say, added to those that have one
COMMON = 3  # icons from which a form is nobody's own
ANY = 0.2  # of the weight, where the rest of the drawing stands in no icon together


@dataclass(frozen=True)
class Motif:
    """A form that comes next; `icon` is one that has it, `count` how many do."""

    shape: d.Shape
    icon: ShelfIcon
    count: int
    chance: float


class Motifs:
    """The forms of some shelves, in the order of their icons. Made once; asking takes a millisecond."""

    def __init__(self, shelves: Iterable[Shelf]) -> None:
        self._icons: list[tuple[Hashable, ...]] = []
        self._having: dict[Hashable, set[int]] = defaultdict(set)
        self._first: dict[Hashable, tuple[d.Shape, ShelfIcon]] = {}
        for shelf in shelves:
            for icon in icons_of(shelf):
                self._add(icon)
        self._begin = Counter(keys[0] for keys in self._icons)

    def _add(self, icon: ShelfIcon) -> None:
        shapes = [shape for shape in shapes_of(icon.svg) if shape.paint.stroke and not shape.paint.fill]
        if not shapes:
            return
        keys = tuple(key_of(shape, NEAREST) for shape in shapes)
        for key, shape in zip(keys, shapes, strict=True):
            self._first.setdefault(key, (shape, icon))
            self._having[key].add(len(self._icons))
        self._icons.append(keys)

    def after(self, shapes: Sequence[d.Shape]) -> list[Motif]:
        """The likeliest forms after these shapes (on the canvas of 24 units), likeliest first."""
        if not shapes:
            whole = len(self._icons)
            return [self._motif(key, count / whole) for key, count in self._begin.most_common(FIRSTS)]
        drawn = {key_of(shape, NEAREST) for shape in shapes}
        shared = Counter(icon for key in drawn for icon in self._having.get(key, ()))
        if not shared:
            return []
        most = max(shared.values())
        alike = [icon for icon, count in shared.items() if count == most]
        votes: Counter[Hashable] = Counter()
        for icon in alike:
            keys = self._icons[icon]
            last = max(place for place, key in enumerate(keys) if key in drawn)
            # What comes after the last form they share; of an icon drawn in another order, what it has left.
            lacking = [key for key in (*keys[last + 1 :], *keys[:last]) if key not in drawn]
            if lacking:
                votes[lacking[0]] += 1
        weight = min(most / len(drawn) + ANY, 1.0) / (len(alike) + DOUBT)
        return [self._motif(key, _sharpened(count * weight)) for key, count in votes.most_common(MOST)]

    def _motif(self, key: Hashable, chance: float) -> Motif:
        shape, icon = self._first[key]
        return Motif(shape, icon, len(self._having[key]), chance)


def _sharpened(share: float) -> float:
    """The chance of a form with this share of the votes: strong ones are surer than they say, weak ones less sure.

    Logistic in the log odds, by 805 forms offered for next shapes of held-out icons (those of `icon_ghost.CHANCES`).
    """
    odds = math.log(share / (1 - share))
    return 1 / (1 + math.exp(-(1.1 + 1.6 * odds)))
