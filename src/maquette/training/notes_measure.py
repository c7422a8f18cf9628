"""How music is read and judged while it is learnt: each id over what may stand there, and bits for each note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from ..encodings import notes_vocabulary as v
from .notes_losses import note_costs


class NoteMeasure:
    """As training.losses.Measure has it; documents are training.notes_corpus.NoteDocument."""

    pad, batch = v.PAD, 12

    def beside(self, document: Any) -> np.ndarray:
        """(t, 25): the places, and the pitch that a next one is heard from. The net reads the first 24 only."""
        return np.concatenate([document.places.astype(np.int64), document.references[:, None]], axis=1)

    def costs(self, hidden: Tensor, table: Tensor, targets: Tensor, places: Tensor) -> Tensor:
        """As `note_costs`."""
        return note_costs(hidden, table, targets, places[:, 0], places[:, -1])

    def figure(self, bits: np.ndarray, documents: Sequence[Any]) -> float:
        """Bits per note."""
        notes = sum(int(document.notes) for document in documents)
        return float(bits.sum()) / max(notes, 1)


NOTES = NoteMeasure()
