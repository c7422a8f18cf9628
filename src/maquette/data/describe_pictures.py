"""What is in a set of pictures: whose they are, what stands in it twice, and what they have in common."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..core.errors import MaquetteError
from ..core.progress import OnProgress, Progress, silent
from . import picture_records, rights
from .dataset import Dataset, Item

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Near = Callable[[Sequence[NDArray[np.uint8]]], Sequence[tuple[int, int, float]]]

LOOKED_AT = 600  # pictures that are opened unless more are asked for
SHOWN = 12


def describe(
    dataset: Dataset, *, near: Near | None = None, limit: int = LOOKED_AT, on_progress: OnProgress = silent
) -> dict[str, Any]:
    """Counts, duplicates and habits of a set of pictures as plain JSON data.

    `near` (from a floor above) gives pairs of pictures (h, w, 4) that are nearly the same, and how far they lie apart;
    without it none are looked for. At most `limit` pictures, evenly spread, are opened; `looked_at` says how many.
    """
    items = dataset.items
    chosen = items[:: max(1, math.ceil(len(items) / max(limit, 1)))]
    opened, broken = _opened(chosen, on_progress)
    pairs = near([pixels for _, pixels in opened]) if near else []
    return {
        "name": dataset.name,
        "version": dataset.version,
        "sha256": dataset.sha256,
        "kind": "pictures",
        "items": len(items),
        "skipped": [{"name": one.name, "reason": one.reason} for one in dataset.skipped],
        "sets": _counted(item.set for item in items),
        "licences": _counted(item.licence for item in items),
        "authors": _counted(item.author for item in items),
        "styles": _counted(item.style for item in items),
        "splits": _counted(item.split for item in items),
        "concepts": len({item.concept for item in items}),
        "terms": rights.terms_of(items).summary(),
        "exact_duplicates": exact_duplicates(items),
        "near_duplicates": [{"pair": [opened[a][0], opened[b][0]], "distance": d} for a, b, d in pairs]
        if near
        else None,
        "looked_at": len(opened),
        "unread": broken,
        "habits": habits([pixels for _, pixels in opened]),
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(value or "(none)" for value in values).most_common())


def _opened(
    items: Sequence[Item], on_progress: OnProgress
) -> tuple[list[tuple[str, NDArray[np.uint8]]], list[dict[str, str]]]:
    found, broken = [], []
    for number, item in enumerate(items, start=1):
        try:
            found.append((item.id, picture_records.straight(item)))
        except MaquetteError as error:
            broken.append({"name": item.id, "reason": error.wrong})
        if number % 50 == 0 or number == len(items):
            on_progress(Progress(number, len(items), "looking at pictures"))
    return found, broken


def exact_duplicates(items: Sequence[Item]) -> list[list[str]]:
    """Groups of ids whose files are the same, byte for byte."""
    groups: dict[str, list[str]] = defaultdict(list)
    for item in items:
        groups[item.sha256].append(item.id)
    return [group for group in groups.values() if len(group) > 1]


def habits(pictures: Sequence[NDArray[np.uint8]]) -> dict[str, Any]:
    """What pictures (h, w, 4) have in common: sizes; shares of cut-outs, of clear and of half-clear pixels; the median
    number of colours (of 15 bits)."""
    import numpy as np

    if not pictures:
        return {}
    alpha = np.concatenate([one[..., 3].ravel() for one in pictures])
    half = (alpha > 12) & (alpha < 243)
    sizes = Counter(f"{one.shape[1]} x {one.shape[0]}" for one in pictures)
    return {
        "sizes": {size: round(count / len(pictures), 3) for size, count in sizes.most_common(SHOWN)},
        "cut_out": round(sum(int(one[..., 3].min()) < 128 for one in pictures) / len(pictures), 3),
        "clear_pixels": round(float((alpha < 12).mean()), 3),
        "half_clear_pixels": round(float(half.mean()), 3),
        "median_colours": float(np.median([_colours(one) for one in pictures])),
    }


def _colours(pixels: NDArray[np.uint8]) -> int:
    import numpy as np

    seen = pixels[pixels[..., 3] > 127][:, :3].astype(np.int32) >> 3
    return len(np.unique(seen @ np.asarray([1024, 32, 1], np.int32)))


def as_text(description: dict[str, Any]) -> str:
    """A description as a page of plain text."""
    d = description
    lines = [f"{d['name']}, version {d['version']}: {d['items']} pictures of {d['concepts']} things", f"  {d['terms']}"]
    for title in ("sets", "licences", "authors", "styles", "splits"):
        lines += ["", title, *_rows(d[title])]
    lines += ["", f"unreadable: {len(d['skipped'])}", *(f"  {one['name']}: {one['reason']}" for one in d["skipped"])]
    same, near = d["exact_duplicates"], d["near_duplicates"] or []
    lines += [f"exact duplicates: {sum(map(len, same)) - len(same)}", *(f"  {' = '.join(g)}" for g in same[:SHOWN])]
    lines += [f"nearly the same: {len(near)}", *(f"  {' ~ '.join(one['pair'])}" for one in near[:SHOWN])]
    lines += ["", f"what the pictures have in common ({d['looked_at']} of them looked at)"]
    for name, value in d["habits"].items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {share:.0%}" for key, share in value.items() if share >= 0.005)
        lines.append(f"  {name.replace('_', ' '):<18}{value}")
    return "\n".join(lines)


def _rows(counts: dict[str, int]) -> list[str]:
    rows = [f"  {count:>7}  {name}" for name, count in list(counts.items())[:SHOWN]]
    more = len(counts) - SHOWN
    return [*rows, f"           and {more} more"] if more > 0 else rows
