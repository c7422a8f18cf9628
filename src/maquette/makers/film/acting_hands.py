"""What is in people's hands, from when to when: picked up, read, drunk from, handed on, put down."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ...media.film import Scene
from .. import motion_acts
from ..motion_acts import Played
from .blocking_marks import Move
from .puppet_holds import ALIKE, THINGS

Grip = tuple[str, str, float, float]  # hand, kind, from second to second

HAND = "RightHand"
TAKES = ("take", "hold", "reach", "catch")
LEAVES = ("put down", "give", "throw")
TAKEN, LEFT = 0.72, 0.95  # seconds into an act at which a thing is in the hand, and out of it
USED = 0.35  # seconds into an act that needs a thing at which it is there
LOW = ("bag", "suitcase", "basket", "bucket", "stick", "rope", "guitar", "lamp", "sword", "hat")  # carried hanging


def kind_of(scene: Scene, prop: str) -> str:
    """The thing of a prop as it is drawn in a hand; "" for what no hand holds."""
    if not prop:
        return ""
    named = next((one.kind for one in scene.props if prop in (one.id, one.kind)), prop)
    for word in (named, named.split()[-1] if named else ""):  # a "table lamp" is held as a lamp
        kind = ALIKE.get(word, word)
        if kind in THINGS:
            return kind
    return ""


def grips(person: str, scene: Scene, moves: Sequence[Move], seconds: float) -> tuple[Grip, ...]:
    """What one person holds through a scene of so many seconds."""
    out: list[Grip] = []
    now, since = _from_the_start(person, scene, moves), 0.0
    for move in sorted(moves, key=lambda one: one.start):
        name, at = move.deed.name, move.start + _way(move)
        kind = kind_of(scene, move.prop)
        if move.deed.kind != "act":
            continue
        if move.who != person:
            if move.target == person and name == "give" and not now:
                now, since = kind or ("box" if move.prop else ""), at + LEFT
            continue
        if name in TAKES and kind and kind != now:
            out += [(HAND, now, since, at + TAKEN)] if now else []
            now, since = kind, at + TAKEN
        elif name in LEAVES:
            shown, began = (now, since) if now else (kind or ("box" if move.prop else ""), at + USED)
            if shown:  # who offers a hand gives no thing
                out.append((HAND, shown, began, at + LEFT))
            now = ""
        elif not now and name in motion_acts.acts() and motion_acts.acts()[name].props:
            needed = kind or motion_acts.acts()[name].props
            long = max(motion_acts.acts()[name].seconds, min(move.end - move.start, 7.0))
            out.append((HAND, needed, at + USED, at + long - 0.3))
    if now:
        out.append((HAND, now, since, seconds + 1.0))
    return tuple(out)


def _way(move: Move) -> float:
    """Seconds that somebody walks before they do it."""
    length = sum(((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(move.points))
    return length / 1.25 + 0.5 if length > 0.3 else 0.0


def _from_the_start(person: str, scene: Scene, moves: Sequence[Move]) -> str:
    """What somebody has in hand when the scene begins: what the script gives them and nobody is seen to take."""
    for prop in scene.props:
        kind = kind_of(scene, prop.kind)
        if prop.holder == person and kind:
            taken = any(
                move.who == person and move.deed.name in TAKES and kind_of(scene, move.prop) == kind for move in moves
            )
            handed = any(move.target == person and move.deed.name == "give" for move in moves)
            if not taken and not handed:
                return kind
    return ""


def carried(held: Sequence[Grip]) -> list[Played]:
    """The arm that carries something, for as long as it does."""
    out = []
    for _, kind, start, end in held:
        if kind not in LOW and end - start > 1.2:
            out.append(Played(motion_acts.acts()["hold"], start - TAKEN, end - start + TAKEN, 0.85))
    return out
