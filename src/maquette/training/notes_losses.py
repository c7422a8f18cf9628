"""How well a net foretells notes.

The state of the reader says which ids may follow, and the net's probabilities are over these alone. A pitch is judged
twice with the same table: as itself and as the interval from the pitch it is heard from (the logit of pitch p after r
is that of p plus that of the interval p - r), since melodies are both.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from ..encodings import notes_vocabulary as v

_BARRED = torch.zeros(v.MASKS.shape).masked_fill(~torch.from_numpy(v.MASKS), -1e9)


def note_costs(hidden: Tensor, table: Tensor, targets: Tensor, states: Tensor, references: Tensor) -> Tensor:
    """Cost in nats of each target.

    hidden (n, d) after the id before; table (outputs, d) of the tied head; targets (n,) ids; states (n,) place 0 of the
    id before; references (n,) pitch that a next one is heard from, -1 for none; returns (n,) in fp32.
    """
    return F.cross_entropy(note_logits(hidden, table, states, references), targets, reduction="none")


def note_logits(hidden: Tensor, table: Tensor, states: Tensor, references: Tensor) -> Tensor:
    """(n, outputs) logits under the masks of the states, with intervals added to pitches."""
    logits = (hidden @ table.to(hidden.dtype).T).float()
    window = v.INTERVAL + 127 - references.clamp(min=0)[:, None] + torch.arange(128, device=hidden.device)
    beside = logits.gather(1, window) * (references >= 0)[:, None]
    joined = torch.cat([logits[:, : v.PITCH], logits[:, v.PITCH : v.DRUM] + beside, logits[:, v.DRUM :]], dim=1)
    return joined + _BARRED.to(hidden.device)[states]
