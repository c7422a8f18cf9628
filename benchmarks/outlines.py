"""Outlines of human icons: do they cover what strokes cover, with how many nodes; and siblings beside human ones.

    python benchmarks/outlines.py ICONS.jsonl.zst [--items 14000] [--minutes 20] [--exact 3000] [--exact-minutes 10]

Every stroke icon is outlined and measured along level lines against its own strokes, before they are united. Of the
worst, and of some at random, the exact likeness is worked out by another geometry engine (shapely), and pictures of
512 pixels are compared with that reference and with the renderer's own strokes. What does not fit into the minutes is
left out, and the result says how many were measured; icons come in random order.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table

from maquette.core.errors import MediaError
from maquette.data.dataset import Item, open_dataset
from maquette.media import drawing as d
from maquette.media import outline
from maquette.media import outline_skia as skia
from maquette.media.affine import as_path

PAIRED = ("tabler", "phosphor", "heroicons")
ENDINGS = ("", "-fill", "-filled")
WORST = 8  # icons whose pictures are made in any case


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("data", type=Path, nargs="?")
    ask.add_argument("--items", type=int, default=10**9)
    ask.add_argument("--minutes", type=float, default=20.0, help="for the run over all icons")
    ask.add_argument("--exact", type=int, default=3000, help="icons, beside the worst, for pictures of 512 px")
    ask.add_argument("--exact-minutes", type=float, default=10.0)
    ask.add_argument("--others", type=int, default=300, help="icons for nodes, solid siblings and the way back")
    asked = ask.parse_args()
    if asked.data is None:
        print("this one needs the record file of icons")
        return
    everything = open_dataset(asked.data, split="train").items
    strokes = [item for item in everything if item.paint == "stroke"]
    random.Random(1).shuffle(strokes)
    result: dict[str, Any] = {}
    result["all"], likeness = over_all(strokes[: asked.items], asked.minutes)
    keep("outlines", result)
    by_id = {item.id: item for item in everything}
    worst = [by_id[name] for name in sorted(likeness, key=likeness.__getitem__)[:WORST]]
    result["pictures of 512 px"] = pictures(worst, strokes[: asked.exact], asked.exact_minutes)
    keep("outlines", result)
    result["nodes"] = nodes(strokes[: asked.others], everything)
    result["solid siblings"] = [pairs(name, by_id, asked.others) for name in PAIRED]
    result["back to strokes"] = back(strokes[: asked.others])
    print(keep("outlines", result))


def over_all(items: Sequence[Item], minutes: float) -> tuple[dict[str, Any], dict[str, float]]:
    """Every icon against its own strokes along level lines: the row, and each icon's likeness."""
    began, spent = time.monotonic(), time.process_time()
    found: dict[str, float] = {}
    told = 0
    for item in items:
        if time.monotonic() - began > 60 * minutes:
            break
        made, likeness = outline.traced(d.parse(item.svg_text()))
        found[item.id] = round(likeness, 5)
        remarks = [text for text in made.lost if "outline" in text or "united" in text]
        told += bool(remarks)
        if remarks or likeness < 0.998:
            print(f"{item.id}: {likeness:.5f}", *remarks, sep="; ", flush=True)
    lowest = sorted(found, key=found.__getitem__)[:WORST]
    row = {
        "icons": f"{len(found)} of {len(items)}" + ("" if len(found) == len(items) else ", at random"),
        "mean": round(statistics.fmean(found.values()), 5),
        "worst": min(found.values()),
        "below 0.999": f"{sum(value < 0.999 for value in found.values()) / len(found):.2%}",
        "below 0.998": sum(value < 0.998 for value in found.values()),
        "below 0.99": sum(value < 0.99 for value in found.values()),
        "left apart or told as unlike": told,
        "ms each (processor)": round(1000 * (time.process_time() - spent) / len(found), 1),
        "lowest": ", ".join(f"{name} {found[name]}" for name in lowest),
    }
    print(table([row]), flush=True)
    return row, found


def pictures(worst: Sequence[Item], others: Sequence[Item], minutes: float) -> list[dict[str, Any]]:
    """The worst and some at random: pictures of 512 px against the exact area of the strokes, and the renderer's own.

    The renderer's own strokes stray from their true area more than outlines do (see `_exact_strokes`). Rings tighter
    than half their stroke are the other way round: the renderer, and so our outline, leaves a hole where the exact area
    has none.
    """
    try:
        from _exact_strokes import covered, likeness
    except ImportError:
        print("shapely is not installed: the exact comparison is left out")
        return []
    began, rows = time.monotonic(), []
    for name, items in ((f"the {len(worst)} worst of all", worst), ("at random", others)):
        exact, ours, own = {}, {}, {}
        for item in items:
            if time.monotonic() - began > 60 * minutes:
                break
            drawn = d.parse(item.svg_text())
            made = outline.outlined(drawn)
            picture = d.render(made, 512)
            exact[item.id] = likeness(drawn, made)
            ours[item.id] = iou(picture, d.render(as_drawing(drawn, covered), 512))
            own[item.id] = iou(picture, d.render(drawn, 512))
        if ours:
            lowest = sorted(ours, key=ours.__getitem__)[:5]
            print(*(f"{one}: {exact[one]:.5f} {ours[one]:.5f} {own[one]:.5f}" for one in lowest), sep="\n")
            row = {
                "of": name,
                "icons": len(ours),
                "mean": round(statistics.fmean(ours.values()), 5),
                "worst": round(min(ours.values()), 5),
                "below 0.99": sum(value < 0.99 for value in ours.values()),
                "geometry alone: mean, worst": ends(exact.values()),
                "against resvg's strokes: mean, worst": ends(own.values()),
                "lowest": ", ".join(f"{one} {ours[one]:.4f}" for one in lowest[:3]),
            }
            rows.append(row)
            print(table([row]), flush=True)
    return rows


def ends(values: Collection[float]) -> str:
    return f"{statistics.fmean(values):.5f}, {min(values):.5f}"


def as_drawing(drawn: d.Drawing, covered: Callable[[d.Drawing], Any]) -> d.Drawing:
    """What strokes cover by shapely as filled shapes: the opaque ones as one, every tint for itself."""
    shapes = []
    tints = [(shape,) for shape in drawn.shapes if shape.paint.opacity < 1]
    for group in (*tints, tuple(shape for shape in drawn.shapes if shape.paint.opacity >= 1)):
        area = covered(replace(drawn, shapes=group))
        rings = [ring for one in getattr(area, "geoms", [area]) for ring in (one.exterior, *one.interiors)]
        subpaths = tuple(d.Subpath(ring.coords[0], tuple(map(d.Line, ring.coords[1:])), True) for ring in rings if ring)
        opacity = group[0].paint.opacity if group else 1.0
        paint = d.Paint(stroke=False, fill=True, even_odd=True, opacity=opacity)
        shapes.append(d.Shape(d.Path(subpaths), paint))
    return d.Drawing(drawn.viewbox, tuple(shapes))


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.minimum(a, b).sum() / max(np.maximum(a, b).sum(), 1e-9))


def count(drawing: d.Drawing) -> Counter[str]:
    subpaths = [subpath for shape in drawing.shapes for subpath in as_path(shape.geometry).subpaths]
    return Counter(type(segment).__name__ for subpath in subpaths for segment in subpath.segments)


def nodes(items: Sequence[Item], everything: Sequence[Item]) -> dict[str, Any]:
    """Segments before and after the clean-up, and those of outlines that people's sets ship as fills."""
    kinds, raw, clean = Counter[str](), [], []
    for item in items:
        drawn = d.parse(item.svg_text())
        scale = 256.0 * 24 / max(drawn.viewbox[2:])
        areas = [area for shape in drawn.shapes for area in skia.areas(shape, scale)]
        whole = skia.united(areas)
        made = count(outline.outlined(drawn))
        raw.append(sum(map(len, skia.contours(whole, scale))) if whole is not None else 0)
        clean.append(sum(made.values()))
        kinds += made
    people = [item for item in everything if item.paint != "stroke" and "outline" in item.style]
    random.Random(2).shuffle(people)
    human = [sum(count(d.parse(item.svg_text())).values()) for item in people[:600]]
    row = {
        "before: median, mean": [statistics.median(raw), round(statistics.fmean(raw), 1)],
        "after: median, mean": [statistics.median(clean), round(statistics.fmean(clean), 1)],
        "of": {kind: round(many / len(clean), 2) for kind, many in kinds.most_common()},
        "human outlines as fills: median, mean": [statistics.median(human), round(statistics.fmean(human), 1)]
        if human
        else None,
    }
    print(table([row]), flush=True)
    return row


def pairs(name: str, items: dict[str, Item], most: int) -> dict[str, Any]:
    """Our solid siblings beside those that the set's people drew: silhouettes, and widths (bar 15)."""
    found = []
    for id, item in items.items():
        if id.startswith(f"{name}/outline/"):
            stem = id.split("/", 2)[2]
            theirs = next(
                (items[f"{name}/filled/{stem}{e}"] for e in ENDINGS if f"{name}/filled/{stem}{e}" in items), None
            )
            if theirs is not None:
                found.append((item, theirs))
    random.Random(3).shuffle(found)
    with_theirs, with_own, ink, wide, their_wide = [], [], [], [], []
    for mine, theirs in found[:most]:
        drawn = d.parse(mine.svg_text())
        solid, human = outline.filled(drawn), d.fit(d.parse(theirs.svg_text()), max(drawn.viewbox[2:]))
        one, two, three = silhouette(solid), silhouette(human), silhouette(drawn)
        with_theirs.append(iou(one, two))
        with_own.append(iou(one, three))
        ink.append(iou(d.render(solid, 96), d.render(human, 96)))
        wide.append(abs(width(solid) / width(drawn) - 1))
        their_wide.append(abs(width(human) / width(drawn) - 1))
    row = {
        "set": name,
        "pairs": len(wide),
        "silhouette IoU with its outline: mean, worst": [round(statistics.fmean(with_own), 4), round(min(with_own), 4)],
        "silhouette IoU with people's solid: median": round(statistics.median(with_theirs), 3),
        "ink IoU with people's solid: median": round(statistics.median(ink), 3),
        "width off by more than 3 %": f"{np.mean(np.array(wide) > 0.03):.1%}",
        "people's, off by more than 3 %": f"{np.mean(np.array(their_wide) > 0.03):.1%}",
    }
    print(table([row]), flush=True)
    return row


def silhouette(drawing: d.Drawing, px: int = 96) -> np.ndarray:
    """What cannot be reached from the border without crossing ink (px, px) 0 or 1."""
    free = d.render(drawing, px) < 0.5
    free = np.pad(free, 1, constant_values=True)
    reached = np.zeros_like(free)
    reached[0, :] = True
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= free
        if (grown == reached).all():
            return (~reached[1:-1, 1:-1]).astype(float)
        reached = grown


def width(drawing: d.Drawing) -> float:
    box = d.bounds(drawing)
    return box[2] - box[0] if box else 1.0


def back(items: Sequence[Item]) -> dict[str, Any]:
    """From outlines back to strokes: how many find them, and how like the result is to the icon."""
    found, same = [], 0
    for item in items:
        drawn = d.parse(item.svg_text())
        try:
            again = outline.lined(outline.outlined(drawn))
        except MediaError:
            continue
        found.append(iou(d.render(again, 96), d.render(drawn, 96)))
        same += sum(count(again).values()) <= sum(count(drawn).values())
    row = {
        "icons": len(items),
        "found": f"{len(found) / len(items):.1%}",
        "IoU with the icon: mean, worst": [round(statistics.fmean(found), 4), round(min(found), 4)],
        "no more segments than the designer's": f"{same / max(1, len(found)):.0%}",
    }
    print(table([row]), flush=True)
    return row


if __name__ == "__main__":
    main()
