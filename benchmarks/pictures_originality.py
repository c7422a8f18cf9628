"""How near pictures come that nobody copied, and whether copies are found: the bar below which a picture is one.

    python benchmarks/pictures_originality.py DATA/pictures.jsonl.gz [--checkpoint picture-1] [--held 200] [--copies 40]

Held-out pictures (fold 0) were drawn by people who copied none of those that were learnt: the bar is the 1st percentile
of their distances to the nearest learnt work of another hand. Works of the same house do not count there: its flags,
clock faces and floor tiles are variants of one another. Copies are learnt pictures, each changed in one way.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.checkpoints.box import open_checkpoint
from maquette.data import picture_sets
from maquette.encodings import pixels as px
from maquette.encodings.print_small import PictureIndex

PERCENT = (1, 2, 5, 25, 50)


def main() -> None:
    """Measure and print; `--keep` writes the results."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("data", type=Path)
    reading.add_argument("--checkpoint", default="picture-1")
    reading.add_argument("--held", type=int, default=200)
    reading.add_argument("--copies", type=int, default=40)
    reading.add_argument("--keep", action="store_true")
    given = reading.parse_args()
    index = PictureIndex.load(open_checkpoint(given.checkpoint).file("fingerprints.npz"))
    rows = picture_sets.rows_of(given.data)
    of_others, of_all = held_out(given.data, rows, index, given.held)
    bar = float(np.percentile(of_others, 1))
    spread = {f"{p} %": (float(np.percentile(of_others, p)), float(np.percentile(of_all, p))) for p in PERCENT}
    caught = copies(given.data, rows, index, given.copies)
    told: dict[str, Any] = {
        "held_out": len(of_others),
        "bar": round(bar, 4),
        "in_use": index.bar,
        "to_other_hands": {name: round(a, 4) for name, (a, _) in spread.items()},
        "to_any_work": {name: round(b, 4) for name, (_, b) in spread.items()},
        "called_near": round(float(np.mean(of_others < index.bar)), 4),
        "copies_found": {name: round(float(np.mean(apart < index.bar)), 4) for name, apart in caught.items()},
        "copies_median": {name: round(float(np.median(apart)), 4) for name, apart in caught.items()},
    }
    print(
        table([{"percentile": n, "to another hand": f"{a:.3f}", "to any": f"{b:.3f}"} for n, (a, b) in spread.items()])
    )
    found, middle = told["copies_found"], told["copies_median"]
    print(table([{"copy": n, "found": f"{found[n]:.0%}", "median distance": f"{middle[n]:.3f}"} for n in found]))
    print(f"bar {bar:.3f} by {len(of_others)} held-out pictures; in use {index.bar:.3f}")
    if given.keep:
        keep("pictures_originality", told)


def held_out(data: Path, rows: list[dict[str, Any]], index: PictureIndex, most: int) -> tuple[px.Floats, px.Floats]:
    """Distances of held-out pictures to the nearest learnt work of another hand, and of any."""
    chosen = _some(rows, "val", most)
    without = {kind: _without(index, kind) for kind in {row[4] for row in index.rows}}
    others, every = [], []
    for row, picture in zip(chosen, picture_sets.pixels(data, chosen, 64, len(rows)), strict=True):
        others.append(_apart(px.coded(picture), without[rows[row]["set"]]))
        every.append(_apart(px.coded(picture), index))
    return np.asarray(others, np.float32), np.asarray(every, np.float32)


def _without(index: PictureIndex, kind: str) -> PictureIndex:
    """The index without one set."""
    stays = [number for number, row in enumerate(index.rows) if row[4] != kind]
    return PictureIndex(index.prints[stays], [index.rows[number] for number in stays], index.bar)


def copies(data: Path, rows: list[dict[str, Any]], index: PictureIndex, most: int) -> dict[str, px.Floats]:
    """Distances of changed learnt pictures to the nearest learnt work, by the change."""
    chosen = _some(rows, "train", most)
    found: dict[str, list[float]] = {}
    for picture in picture_sets.pixels(data, chosen, 64, len(rows)):
        for name, changed in changes(px.coded(picture)).items():
            found.setdefault(name, []).append(_apart(changed, index))
    return {name: np.asarray(apart, np.float32) for name, apart in found.items()}


def changes(picture: px.Floats) -> dict[str, px.Floats]:
    """One premultiplied picture (64, 64, 4) changed in several ways, each still a copy."""
    small = px.smaller(picture, 2)
    darker = picture.copy()
    darker[..., :3] *= 0.85
    dice = np.random.default_rng(1).normal(0, 0.1, picture.shape).astype(np.float32)
    return {
        "drawn at 32 px": small,
        "shifted by 3 px": np.roll(picture, (3, -3), (0, 1)),
        "6 % smaller": px.placed(picture, px.Box(0.03, 0.03, 0.94), side=64),
        "12 % smaller": px.placed(picture, px.Box(0.06, 0.06, 0.88), side=64),
        "darker by 15 %": darker,
        "noise of 10 %": np.clip(picture + dice * picture[..., 3:], 0, 1),
        "its sketch of 16 px": px.placed(px.grains(picture), px.WHOLE, side=64),
        "another colour": px.tinted(picture, "green"),
    }


def _apart(picture: px.Floats, index: PictureIndex) -> float:
    return index.nearest(picture, 1)[0].distance


def _some(rows: list[dict[str, Any]], split: str, most: int) -> list[int]:
    """Permissive pictures of learnt styles in the default tone, chosen by dice, the same every time."""
    usable = [
        n
        for n, row in enumerate(rows)
        if row["style_name"] in px.STYLES
        and picture_sets.split_of(row) == split
        and row.get("permissive", True)
        and not row.get("tone")
    ]
    return sorted(np.random.default_rng(0).permutation(usable)[:most].tolist())


if __name__ == "__main__":
    main()
