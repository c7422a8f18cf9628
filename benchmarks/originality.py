"""How well originality is judged: held-out human icons, and copies planted on purpose.

    python benchmarks/originality.py ICONS.jsonl.zst [--items 300] [--index fingerprints.npz]

Held-out icons were drawn by people who copied nobody: what is called a near copy among them is either a form that two
designers share or a false alarm. Planted copies are training icons changed a little: each must be noticed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np

from maquette.data.dataset import Item, open_dataset
from maquette.encodings import print_pictures as pictures
from maquette.encodings.prints import PrintIndex, fingerprints
from maquette.media import drawing as d
from maquette.trust.originality import FAMILIES, SEGMENTS, OriginalityReport, examine_all

Change = Callable[[d.Drawing, np.random.Generator], d.Drawing | None]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("icons", type=Path, help="record file with training and validation icons")
    options.add_argument("--items", type=int, default=300, help="planted copies of each kind")
    options.add_argument("--index", type=Path, help="fingerprints.npz; the starter's if not given")
    asked = options.parse_args()
    index = PrintIndex.load(asked.index or Path(str(files("maquette") / "starters/icon-1/fingerprints.npz")))
    items = [item for item in open_dataset(asked.icons).items if item.paint == "stroke"]
    print(f"{len(index)} prints\n")
    held_out(index, [item for item in items if item.split == "val"])
    planted(index, [item for item in items if item.split == "train"], asked.items)
    speed(index)


def held_out(index: PrintIndex, items: Sequence[Item]) -> None:
    """Verdicts on icons of concepts that were never learnt."""
    drawings = [d.fit(d.parse(item.svg_text())) for item in items]
    reports = examine_all(drawings, index, show=20)
    best = index.nearest(fingerprints(drawings), 1)[1][:, 0]
    rows = {
        "nearest IoU: median, 95 %": f"{np.median(best):.3f}, {np.percentile(best, 95):.3f}",
        "nearest IoU above 0.9": f"{np.mean(best > 0.9):.1%}",
        "common": f"{np.mean([report.verdict == 'common' for report in reports]):.1%}",
        "near copy": f"{np.mean([report.verdict == 'near-copy' for report in reports]):.1%}",
        "near copy of another hand": f"{np.mean([strangers(*pair) for pair in zip(items, reports, strict=True)]):.1%}",
    }
    table(f"{len(items)} held-out stroke icons", rows)


def strangers(item: Item, report: OriginalityReport) -> bool:
    """Whether all that has the item's form was drawn by somebody else (sets have many variants of their own)."""
    sets = {near.source.split("/")[0] for near in report.nearest if near.same}
    own = FAMILIES.get(item.set, item.set)
    return report.verdict == "near-copy" and own not in {FAMILIES.get(name, name) for name in sets}


def planted(index: PrintIndex, items: Sequence[Item], number: int) -> None:
    """The share of changed training icons that is noticed, and in which the original is found."""
    rows = {}
    for name, change in CHANGES.items():
        dice = np.random.default_rng(0)
        copies, sources = [], []
        for place in dice.permutation(len(items)):
            drawing = d.fit(d.parse(items[place].svg_text()))
            copy = change(drawing, dice) if pictures.complexity(drawing) >= SEGMENTS else None
            if copy is not None:
                copies.append(copy)
                sources.append(items[place].id)
            if len(copies) == number:
                break
        reports = examine_all(copies, index, show=50)
        noticed = np.mean([report.verdict != "distinct" for report in reports])
        found = [any(n.source == s and n.same for n in r.nearest) for s, r in zip(sources, reports, strict=True)]
        rows[name] = f"{noticed:.1%} noticed, {np.mean(found):.1%} with the original named"
    table(f"{number} planted copies each", rows)


def moved(drawing: d.Drawing, dice: np.random.Generator) -> d.Drawing:
    """Shifted as a whole by 1/8 to 1/2 unit."""
    x, y = dice.uniform(1 / 8, 1 / 2, 2) * dice.choice([-1, 1], 2)
    return d.transformed(drawing, (1, 0, 0, 1, x, y), drawing.viewbox)


def smaller(drawing: d.Drawing, dice: np.random.Generator) -> d.Drawing:
    """Scaled about the middle to 80-95 %."""
    scale = dice.uniform(0.8, 0.95)
    return d.transformed(drawing, (scale, 0, 0, scale, 12 - 12 * scale, 12 - 12 * scale), drawing.viewbox)


def thinner(drawing: d.Drawing, dice: np.random.Generator) -> d.Drawing:
    """Other line widths and ends."""
    width = dice.uniform(0.8, 3.0)
    return replace(drawing, shapes=tuple(_painted(shape, width) for shape in drawing.shapes))


def _painted(shape: d.Shape, width: float) -> d.Shape:
    return replace(shape, paint=replace(shape.paint, width=width, cap="square", join="bevel"), original="")


def without_a_piece(drawing: d.Drawing, dice: np.random.Generator) -> d.Drawing | None:
    """One of many shapes left out: less than a tenth of the ink, eight segments left."""
    shapes = drawing.shapes
    out = int(dice.integers(len(shapes)))
    left = replace(drawing, shapes=shapes[:out] + shapes[out + 1 :])
    if len(shapes) < 5 or pictures.complexity(left) < 8:
        return None
    before, after = pictures.ink(pictures.pictures([drawing, left]))
    return left if after >= 0.91 * before else None


def shaken(by: float) -> Change:
    """Every point and radius moved at random, points that coincide together."""

    def shake(drawing: d.Drawing, dice: np.random.Generator) -> d.Drawing:
        where: dict[tuple[float, float], d.Point] = {}

        def point(p: d.Point) -> d.Point:
            key = (round(p[0], 3), round(p[1], 3))
            if key not in where:
                where[key] = (p[0] + dice.uniform(-by, by), p[1] + dice.uniform(-by, by))
            return where[key]

        def length(value: float) -> float:
            return max(value + dice.uniform(-by, by), 0.2)

        def segment(s: d.Segment) -> d.Segment:
            if isinstance(s, d.Cubic):
                return d.Cubic(point(s.c1), point(s.c2), point(s.to))
            return replace(s, c=point(s.c), to=point(s.to)) if isinstance(s, d.Quad) else replace(s, to=point(s.to))

        def geometry(g: d.Geometry) -> d.Geometry:
            if isinstance(g, d.Circle):
                return d.Circle(point(g.centre), length(g.r))
            if isinstance(g, d.Ellipse):
                return d.Ellipse(point(g.centre), length(g.rx), length(g.ry))
            if isinstance(g, d.Rect):
                return replace(g, corner=point(g.corner), width=length(g.width), height=length(g.height))
            paths = (d.Subpath(point(p.start), tuple(map(segment, p.segments)), p.closed) for p in g.subpaths)
            return d.Path(tuple(paths))

        return replace(
            drawing, shapes=tuple(replace(s, geometry=geometry(s.geometry), original="") for s in drawing.shapes)
        )

    return shake


CHANGES: dict[str, Change] = {
    "shaken by 1/8 unit": shaken(1 / 8),
    "shaken by 1/4 unit": shaken(1 / 4),
    "moved by 1/8 to 1/2 unit": moved,
    "80 to 95 % of the size": smaller,
    "other line width and ends": thinner,
    "without a piece": without_a_piece,
}


def speed(index: PrintIndex) -> None:
    queries = index.prints[:: max(len(index) // 64, 1)][:64]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        index.nearest(queries)
        times.append(time.perf_counter() - start)
    table("Speed", {f"{len(queries)} queries": f"{min(times) * 1000:.0f} ms"})


def table(title: str, rows: dict[str, str]) -> None:
    print(f"| {title} | |\n|---|---|")
    print("".join(f"| {name} | {value} |\n" for name, value in rows.items()))


if __name__ == "__main__":
    main()
