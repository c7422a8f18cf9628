"""Moves on timing: notes stay whose they were, only when and how loud they sound changes (see media/groove.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..media import groove
from .music_takes import Take

if TYPE_CHECKING:
    from ..media.groove import Moved
    from ..media.score import Score
    from .music_net import Net


def quantise(score: Score, net: Net, *, grid: str = "1/16", strength: float = 1.0, tuplets: bool = False) -> list[Take]:
    """Notes drawn to the grid; tuplets stay tuplets unless `tuplets`."""
    return [_take(groove.quantise_told(score, grid, strength, tuplets=tuplets), f"drawn to {grid}")]


def swing(score: Score, net: Net, *, amount: float = 1.0, ratio: float | None = None, unit: str = "1/8") -> list[Take]:
    """Pairs of notes long and short."""
    far = f"{ratio:g} to 1" if ratio else "as wide as players do at this tempo"
    return [_take(groove.swing_told(score, amount, ratio=ratio, unit=unit), f"{unit} swung {far}")]


def humanise(score: Score, net: Net, *, amount: float = 1.0) -> list[Take]:
    """As many performances as are asked for, each with a seed of its own."""
    seeds = range(net.seed, net.seed + net.count)
    return [_take(groove.humanise_told(score, seed, amount), "as if played", seed) for seed in seeds]


def take_groove(score: Score, net: Net, *, others: tuple[Score, ...] = (), strength: float = 1.0) -> list[Take]:
    """Timing and loudness of another performance."""
    if len(others) != 1:
        raise UsageError("the groove of which performance?", mend="name it with --like PERFORMANCE.mid")
    taken = groove.groove_of(others[0])
    return [_take(groove.with_groove_told(score, taken, strength), f"with the groove of {taken.told}")]


def _take(moved: Moved, what: str, seed: int = 0) -> Take:
    told = {"notes": moved.notes, "moved": moved.moved, "mean_ms": moved.mean_ms, "max_ms": moved.max_ms}
    rounded = {name: round(value, 2) for name, value in told.items()} | {"joined": moved.joined}
    return Take(moved.score, "rule", f"{what}; {moved.told}", seed, adjusts=True, trace={"timing": rounded})
