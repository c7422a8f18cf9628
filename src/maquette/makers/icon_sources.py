"""What may stand in a hole besides what a net draws: the drawing's own shapes again, and what people drew of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import MediaError
from ..core.types import Ingredient
from ..encodings import strokes_vocabulary as v
from ..media import drawing as d
from ..media.extent import Box, geometry_box, union
from ..media.snap import snap
from .icon_fill_choice import blot
from .icon_repeats import copies, key_of

if TYPE_CHECKING:
    from ..encodings.words import Reading
    from .icon_infill import Filled, Hole, Infiller

REPEATS = 12  # copies of the drawing's own shapes that are looked at
SHELF = 8  # drawings of the shelf that are looked at
LEAST = 2.5  # stroke widths: smaller than this a drawing would run together
CROWDED, BLOT = 0.8, 0.25  # of its box inked, of its ink drawn over: it has run together


def repeated(infiller: Infiller, hole: Hole, most: int = 1) -> list[Filled]:
    """The kept shapes mirrored, turned and repeated, each weighed by the net; none where the hole is for more."""
    from .icon_infill import Filled

    if (most != 1 and hole.shown[1]) or not hole.kept:
        return []
    fitted = d.fit(hole.drawing, v.CANVAS)
    before, after = fitted.shapes[: hole.before], fitted.shapes[hole.after :]
    there = {key_of(shape) for shape in (*before, *after)}
    found = [copy for copy in copies((*after, *before), REPEATS) if key_of(copy.shape) not in there]
    out = []
    for copy in found:
        if copy.shape.paint.fill:
            continue
        tokens = infiller.encoding.encode(replace(fitted, shapes=(copy.shape,))).body[:-1]
        whole, new = hole.filled(infiller.own_units(hole, (copy.shape,)))
        of = (
            copy.of + len(before) if copy.of < len(after) else copy.of - len(after)
        )  # as it is counted without the hole
        note = f"shape {of + 1 + (of >= hole.before) * (hole.after - hole.before)}, {copy.kind}"
        scores = {"chance": round(copy.chance, 4)}
        out.append(Filled(whole, new, np.asarray(tokens, np.int32), 0.0, 0, scores, "repeat", note))
    return out


def found(hole: Hole, reading: Reading, box: Box, infiller: Infiller) -> list[Filled]:
    """People's drawings of the words from the shelf, made to fit into a box of the net's canvas, each credited."""
    from ..data.shelf import search_shelves
    from .icon_infill import Filled

    icons = search_shelves(reading.sought, SHELF, synonyms=infiller.words.synonyms)
    out = []
    for icon in icons:
        if icon.score < 0.6 * icons[0].score:
            continue
        try:
            shapes = _laid(d.fit(d.parse(icon.svg), v.CANVAS).shapes, box, hole.header.width or 2.0)
        except MediaError:
            continue
        if not shapes:
            continue
        whole, new = hole.filled(infiller.own_units(hole, shapes))
        note = f"{icon.name} by {icon.author} ({icon.licence})"
        credit = Ingredient(icon.name, "componentOf", "icon", icon.author, icon.licence, icon.source, icon.sha256)
        scores = {"shelf": round(icon.score, 4)}
        out.append(Filled(whole, new, np.zeros(0, np.int32), 0.0, 0, scores, "shelf", note, (credit,)))
    return out


def _laid(shapes: Sequence[d.Shape], box: Box, width: float) -> tuple[d.Shape, ...]:
    """Shapes scaled evenly into the middle of a box; none if they would run together there in this stroke."""
    own = union([one for shape in shapes if (one := geometry_box(shape.geometry)) is not None])
    if own is None or any(shape.paint.fill for shape in shapes):
        return ()
    wide, high = max(own[2] - own[0], 1e-6), max(own[3] - own[1], 1e-6)
    scale = min((box[2] - box[0]) / wide, (box[3] - box[1]) / high, 1.0)
    if scale * max(wide, high) < LEAST * width:
        scale = min(LEAST * width / max(wide, high), 1.0)
    x = (box[0] + box[2] - scale * (own[0] + own[2])) / 2
    y = (box[1] + box[3] - scale * (own[1] + own[3])) / 2
    canvas = (0.0, 0.0, v.CANVAS, v.CANVAS)
    laid = d.transformed(d.Drawing(canvas, tuple(shapes)), (scale, 0, 0, scale, x, y))
    pens = tuple(replace(shape, paint=replace(shape.paint, width=width)) for shape in laid.shapes)
    whole = snap(replace(laid, shapes=pens), 0.25 if scale > 0.6 else 0.125)
    return () if _crowded(whole) or blot(whole, d.render(whole, 96)) > BLOT else whole.shapes


def _crowded(drawing: d.Drawing) -> bool:
    """Whether the strokes have run together into a blot."""
    ink = np.minimum(d.render(drawing, 96), 1)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return True
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return bool(part.mean() > CROWDED)
