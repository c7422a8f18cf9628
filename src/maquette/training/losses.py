"""How well a net foretells strokes.

The grammar of `strokes.v1` says which *class* of ids comes next (a command, an x, a delta ...), and a delta must land
on the canvas; the net's probabilities are over that class alone. A delta is judged twice with the same table: as a
movement and as the position it leads to (the logit of delta d at position b is that of the delta plus that of the
position b + d), since designers think in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..encodings import strokes_vocabulary as v

_EDGES = (v.FRACTION, v.X, v.Y, v.DX, v.DY, v.R)  # where one class of ids ends and the next begins
_DELTAS = ((v.DX_SLOT, v.DX, v.X, 0), (v.DY_SLOT, v.DY, v.Y, 1))
_PLAIN = (v.COMMAND_SLOT, v.FRACTION_SLOT, v.X_SLOT, v.Y_SLOT, v.R_SLOT)
_ORDER = (v.COMMAND_SLOT, v.FRACTION_SLOT, v.X_SLOT, v.Y_SLOT, v.DX_SLOT, v.DY_SLOT, v.R_SLOT)


def stroke_costs(hidden: Tensor, table: Tensor, targets: Tensor, places: Tensor) -> Tensor:
    """Cost in nats of each target.

    hidden (n, d) after the token before; table (outputs, d) of the tied head; targets (n,) ids;
    places (n, 7) of the token before; returns (n,) in fp32.
    """
    costs = torch.zeros(len(targets), dtype=torch.float32, device=hidden.device)
    classes = torch.bucketize(targets, torch.tensor(_EDGES, device=targets.device), right=True)
    table = table.to(hidden.dtype)
    for index, slot in enumerate(_ORDER):
        chosen = (classes == index).nonzero().squeeze(1)
        if not len(chosen):
            continue
        h, wanted = hidden[chosen], targets[chosen]
        if slot in _PLAIN:
            first, end = v.SLOT_RANGE[slot]
            cost = F.cross_entropy((h @ table[first:end].T).float(), wanted - first, reduction="none")
        else:
            _, deltas, positions, axis = next(row for row in _DELTAS if row[0] == slot)
            base = places[chosen, axis].long()
            logits = delta_logits(h, table, deltas, positions, base)
            lands = (base + wanted - deltas - v.ZERO).clamp(0, v.POSITIONS - 1)
            cost = F.cross_entropy(logits.float(), lands, reduction="none")
        costs = costs.index_put((chosen,), cost)
    return costs


def delta_logits(h: Tensor, table: Tensor, deltas: int, positions: int, base: Tensor) -> Tensor:
    """(n, 209) logits over the positions that a delta from `base` (n,) may lead to."""
    moved = h @ table[deltas : deltas + v.DELTAS].T
    window = v.ZERO - base[:, None] + torch.arange(v.POSITIONS, device=h.device)
    return moved.gather(1, window) + h @ table[positions : positions + v.POSITIONS].T


class Measure(Protocol):
    """How documents of a craft are read and judged."""

    @property
    def pad(self) -> int:
        """The id that fills short documents."""
        ...

    @property
    def batch(self) -> int:
        """Held-out documents that are read at once."""
        ...

    def beside(self, document: Any) -> np.ndarray:
        """(t, p) whole numbers beside a document's tokens: its places, and what else `costs` needs after them."""
        ...

    def costs(self, hidden: Tensor, table: Tensor, targets: Tensor, places: Tensor) -> Tensor:
        """Cost (n,) in nats of each target (n,), from hidden (n, d), the head's table and places (n, p)."""
        ...

    def figure(self, bits: np.ndarray, documents: Sequence[Any]) -> float:
        """One figure of the bits (n,) of n documents: the lower, the better."""
        ...


class StrokeMeasure:
    """Icons: each target over its class, and the mean bits of an icon."""

    pad, batch = v.PAD, 48

    def beside(self, document: Any) -> np.ndarray:
        """The places."""
        return np.asarray(document.places)

    def costs(self, hidden: Tensor, table: Tensor, targets: Tensor, places: Tensor) -> Tensor:
        """As `stroke_costs`."""
        return stroke_costs(hidden, table, targets, places)

    def figure(self, bits: np.ndarray, documents: Sequence[Any]) -> float:
        """Mean bits per icon."""
        return float(np.mean(bits))


STROKES = StrokeMeasure()
