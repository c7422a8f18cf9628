"""How likely given continuations of one prefix are: the prefix is read once, and each is tried after it in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .session import Floats, Session


def logits_of(
    session: Session,
    prefix: NDArray[Any],
    prefix_places: NDArray[Any] | None,
    continuations: Sequence[NDArray[Any]],
    places: Sequence[NDArray[Any]] | None,
) -> list[Floats]:
    """Raw logits (t, outputs) for every token of each continuation (t,), given the prefix (n,) and what is before it.

    places (n, p) and (t, p) where the net has place features. The whole must fit into the net's context.
    """
    if not continuations:
        return []
    head = session.rows(np.asarray(prefix, np.int64), prefix_places)
    read = len(head)
    width = max(1, *(len(one) - 1 for one in continuations))
    cache = session.cache(1, read + width)
    first = cache.run(head[None], np.array([read], np.int32), np.array([read - 1])).copy()
    # All of one width, padded on the right, so that the buffers are bound once: no real token sees what stands there,
    # and what the one before left in the cache is written over.
    ids = np.zeros((1, width, 1 + session.places), np.int64)
    length, wanted = np.array([read + width], np.int32), np.arange(width)
    found = []
    for number, one in enumerate(continuations):
        beside = None if places is None else places[number][:-1]
        ids[0, :, :1], ids[0, :, 1:] = 0, session.starts[1:]
        ids[0, : len(one) - 1] = session.rows(np.asarray(one[:-1], np.int64), beside)
        rest = cache.run(ids, length, wanted)[: len(one) - 1]
        found.append(np.concatenate([first, rest]))
    return found
