"""The pieces of a set as triangles and pen lines, and what stands on the horizon, for scenes that are walked through.

The models are those that the pen draws on panels: solids keep their faces, round things get the hull around their
points, leaves become lumps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...media.scene_glb import Solid, Thing
from ...media.stage import Piece, Stage
from . import pieces
from .palette import COLOURS, mixed
from .pieces_model import Shape, skin_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

SHARP = math.cos(math.radians(25))
_GLOW = {"light", "glow", "fire"}
_CLEAR = {"glass": 0.35}


def things(stage: Stage) -> list[Thing]:
    """Every piece of a stage where it stands, and the horizon of an open place."""
    made = [_thing(piece) for piece in stage.pieces if piece.kind in pieces.PIECES]
    return made if stage.interior else [*made, *horizon(stage)]


def _thing(piece: Piece) -> Thing:
    solids, lines = _built(piece.kind, piece.size, piece.colour)
    at = (piece.x, piece.y, piece.z)
    if piece.kind not in pieces.HUNG:
        return Thing(piece.id, solids, lines, at, piece.turn)
    # What hangs on a wall has no back: so it hides no room that is looked into from outside.
    solids = tuple(replace(one, faces=one.faces[_not_back(one)]) for one in solids)
    return Thing(piece.id, solids, lines, at, piece.turn, (math.sin(piece.turn), 0.0, math.cos(piece.turn)), at)


def _not_back(solid: Solid) -> NDArray[np.bool_]:
    forward: NDArray[np.bool_] = _directions(solid.places[solid.faces])[:, 2] > -0.3
    return forward


@lru_cache(maxsize=512)
def _built(kind: str, size: tuple[float, float, float], colour: str) -> tuple[tuple[Solid, ...], Floats]:
    shapes = [shape for part in pieces.model(Piece(kind, kind, size=size, colour=colour)) for shape in part.shapes]
    return joined(map(solid_of, shapes)), lines_of(shapes)


def lines_of(shapes: Iterable[Shape]) -> Floats:
    """(k, 2, 3): the pen's strokes along shapes."""
    strokes = [stroke for shape in shapes for stroke in _strokes(shape)]
    return np.array(strokes, np.float32).reshape(-1, 2, 3)


def solid_of(shape: Shape) -> Solid | None:
    """The triangles of a shape; None for a line."""
    if shape.kind == "line":
        return None
    if shape.kind == "blob":
        places, faces = _lump(shape.points[0], shape.points[1], shape.seed)
        return _smooth(shape.colour, places, faces)
    if shape.kind == "face":
        cut = _cut(shape.points, tuple(range(len(shape.points))))
        if shape.normal is None:
            return _faceted(shape.colour, shape.points, cut, both=True)
        if float(_newell(shape.points) @ np.array(shape.normal, np.float32)) < 0:
            cut = [(a, c, b) for a, b, c in cut]
        return _faceted(shape.colour, shape.points + np.array(shape.normal, np.float32) * 0.002, cut)
    if shape.kind == "ball":
        return _smooth(shape.colour, skin := skin_of(shape), hull(skin))
    if shape.kind == "ball":
        skin = skin_of(shape)
        return _smooth(shape.colour, skin, hull(skin))
    if shape.kind == "hull":
        faces = hull(shape.points)
        return (
            _smooth(shape.colour, shape.points, faces) if shape.smooth else _creased(shape.colour, shape.points, faces)
        )
    corners = [triangle for face in shape.faces for triangle in _cut(shape.points, face)]
    return _faceted(shape.colour, shape.points, np.array(corners, np.int32).reshape(-1, 3))


def _hex(colour: str) -> str:
    return COLOURS.get(colour, colour if colour.startswith("#") else COLOURS["white"])


def _faceted(colour: str, points: Floats, faces: Ints | list[tuple[int, int, int]], both: bool = False) -> Solid:
    """Every triangle with corners and a direction of its own."""
    places = points[np.asarray(faces, np.int32)].reshape(-1, 3)
    normals = np.repeat(_directions(places.reshape(-1, 3, 3)), 3, 0)
    return _solid(colour, places, normals, np.arange(len(places), dtype=np.int32).reshape(-1, 3), both)


def _solid(colour: str, places: Floats, normals: Floats, faces: Ints, both: bool = False) -> Solid:
    clear = _CLEAR.get(colour, 1.0)
    places, normals = places.astype(np.float32), normals.astype(np.float32)
    return Solid(_hex(colour), places, normals, faces, colour in _GLOW, clear, both)


def _directions(triangles: Floats) -> Floats:
    across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(across, axis=-1, keepdims=True)
    up = np.array([0, 1, 0], np.float32)
    return np.where(length > 1e-10, across / np.maximum(length, 1e-10), up).astype(np.float32)


def _smooth(colour: str, places: Floats, faces: Ints) -> Solid:
    """Corners shared by their triangles, so that it looks round."""
    normals = np.zeros((len(places), 3), np.float32)
    directions = _directions(places[faces])
    for corner in range(3):
        np.add.at(normals, faces[:, corner], directions)
    length = np.linalg.norm(normals, axis=-1, keepdims=True)
    up = np.array([0, 1, 0], np.float32)
    return _solid(colour, places, np.where(length > 1e-6, normals / np.maximum(length, 1e-6), up), faces)


def _creased(colour: str, points: Floats, faces: Ints) -> Solid:
    """Round where triangles nearly lie in one plane, sharp at the rims."""
    directions = _directions(points[faces])
    corners: list[Floats] = []
    touching: dict[int, list[int]] = {}
    for number, face in enumerate(faces):
        for corner in face:
            touching.setdefault(int(corner), []).append(number)
    for number, face in enumerate(faces):
        for corner in face:
            near = directions[touching[int(corner)]]
            kept = near[near @ directions[number] > 0.6]
            total = kept.sum(0)
            corners.append(total / max(float(np.linalg.norm(total)), 1e-9))
    places = points[faces].reshape(-1, 3)
    return _solid(colour, places, np.array(corners, np.float32), np.arange(len(places), dtype=np.int32).reshape(-1, 3))


def joined(solids: Iterable[Solid | None]) -> tuple[Solid, ...]:
    """One solid for each colour, so that a viewer draws few."""
    groups: dict[tuple[str, bool, float, bool], list[Solid]] = {}
    for solid in solids:
        if solid is not None and len(solid.faces):
            groups.setdefault((solid.colour, solid.glow, solid.opacity, solid.both), []).append(solid)
    out = []
    for (colour, glow, opacity, both), group in groups.items():
        starts = np.cumsum([0, *(len(one.places) for one in group)])
        faces = np.concatenate([one.faces + start for one, start in zip(group, starts, strict=False)])
        places, normals = (np.concatenate([getattr(one, name) for one in group]) for name in ("places", "normals"))
        out.append(Solid(colour, places, normals, faces.astype(np.int32), glow, opacity, both))
    return tuple(out)


# --- pen lines ---------------------------------------------------------------------------------------------------


def _strokes(shape: Shape) -> Iterator[tuple[Floats, Floats]]:
    """The strokes of a line a little before its surface, and the sharp edges of a solid."""
    if shape.kind == "line":
        lift = np.array(shape.normal, np.float32) * 0.004 if shape.normal else np.zeros(3, np.float32)
        points = shape.points + lift
        yield from pairwise(points)
    elif shape.kind == "face":
        yield from zip(shape.points, np.roll(shape.points, -1, 0), strict=True)
    elif shape.kind == "solid" and shape.weight:
        yield from _edges(shape)
    elif shape.kind == "hull" and shape.faces:
        for rim in shape.faces:
            points = shape.points[list(rim)]
            yield from zip(points, np.roll(points, -1, 0), strict=True)


def _edges(shape: Shape) -> Iterator[tuple[Floats, Floats]]:
    directions = [_newell(shape.points[list(face)]) for face in shape.faces]
    beside: dict[tuple[int, int], list[int]] = {}
    for number, face in enumerate(shape.faces):
        for a, b in zip(face, (*face[1:], face[0]), strict=True):
            beside.setdefault((min(a, b), max(a, b)), []).append(number)
    for (a, b), sides in beside.items():
        if len(sides) < 2 or float(directions[sides[0]] @ directions[sides[1]]) < SHARP:
            yield shape.points[a], shape.points[b]


def _newell(points: Floats) -> Floats:
    """The direction of a flat polygon (Newell's method)."""
    after = np.roll(points, -1, 0)
    out = np.array(
        [((points[:, b] - after[:, b]) * (points[:, c] + after[:, c])).sum() for b, c in ((1, 2), (2, 0), (0, 1))]
    )
    return (out / max(float(np.linalg.norm(out)), 1e-9)).astype(np.float32)


# --- triangles of polygons, hulls and lumps ----------------------------------------------------------------------


def _cut(points: Floats, face: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """A flat polygon, hollow or not, as triangles: ears are cut off one by one."""
    if len(face) == 3:
        return [(face[0], face[1], face[2])]
    normal = _newell(points[list(face)])
    left, out = list(face), []
    while len(left) > 3:
        for i in range(len(left)):
            a, b, c = left[i - 1], left[i], left[(i + 1) % len(left)]
            if _is_ear(points, normal, a, b, c, left):
                out.append((a, b, c))
                del left[i]
                break
        else:  # nothing fits: what is left is so thin that any cut will do
            break
    return out + [(left[0], left[i], left[i + 1]) for i in range(1, len(left) - 1)]


def _is_ear(points: Floats, normal: Floats, a: int, b: int, c: int, left: list[int]) -> bool:
    pa, pb, pc = points[a], points[b], points[c]
    if float(np.cross(pb - pa, pc - pb) @ normal) <= 1e-9:
        return False
    others = points[[one for one in left if one not in (a, b, c)]]
    inside = np.ones(len(others), bool)
    for start, end in ((pa, pb), (pb, pc), (pc, pa)):
        inside &= np.cross(end - start, others - start) @ normal > -1e-9
    return not inside.any()


_HULLS: dict[bytes, Ints] = {}


def hull(points: Floats) -> Ints:
    """(m, 3): the triangles of the hull around points, grown point by point; outsides go against the clock."""
    low, wide = points.min(0), np.maximum(np.ptp(points, axis=0), 1e-6)
    plain = ((points - low) / wide).astype(np.float64)
    key = np.round(plain, 4).tobytes()
    if key not in _HULLS:
        # Points of a ring lie in one plane: shaken a little they do so no more.
        shaken = plain + np.random.default_rng(1).normal(0, 1e-6, plain.shape)
        _HULLS[key] = _grown(shaken)
    return _HULLS[key]


def _grown(points: NDArray[np.float64]) -> Ints:
    first = _start(points)
    if first is None:
        return np.zeros((0, 3), np.int32)
    inside = points[list(first)].mean(0)
    faces = [_outward(points, inside, [first[i] for i in range(4) if i != skip]) for skip in range(4)]
    for number in range(len(points)):
        if number in first:
            continue
        table = np.array(faces)
        a, b, c = (points[table[:, corner]] for corner in range(3))
        seen = np.einsum("ij,ij->i", np.cross(b - a, c - a), points[number] - a) > 1e-12
        if not seen.any():
            continue
        edges = {(face[i], face[(i + 1) % 3]) for face, lit in zip(faces, seen, strict=True) if lit for i in range(3)}
        rim = [(a, b) for a, b in edges if (b, a) not in edges]
        faces = [face for face, lit in zip(faces, seen, strict=True) if not lit]
        faces += [[a, b, number] for a, b in rim]
    return np.array(faces, np.int32)


def _start(points: NDArray[np.float64]) -> tuple[int, int, int, int] | None:
    """Four points that span a space."""
    a = int(points[:, 0].argmin())
    b = int(np.linalg.norm(points - points[a], axis=1).argmax())
    way = (points[b] - points[a]) / max(float(np.linalg.norm(points[b] - points[a])), 1e-12)
    off = points - points[a] - ((points - points[a]) @ way)[:, None] * way
    c = int(np.linalg.norm(off, axis=1).argmax())
    normal = np.cross(points[b] - points[a], points[c] - points[a])
    d = int(np.abs((points - points[a]) @ normal).argmax())
    return (a, b, c, d) if len({a, b, c, d}) == 4 else None


def _outward(points: NDArray[np.float64], inside: NDArray[np.float64], face: list[int]) -> list[int]:
    a, b, c = (points[one] for one in face)
    return face if float(np.cross(b - a, c - a) @ (a - inside)) > 0 else [face[0], face[2], face[1]]


def _lump(middle: Floats, radius: Floats, seed: int) -> tuple[Floats, Ints]:
    """Leaves as an uneven ball."""
    dice = np.random.default_rng(seed)
    rows, round_ = 6, 10
    heights = np.linspace(-math.pi / 2, math.pi / 2, rows + 2)[1:-1]
    angles = np.arange(round_) * 2 * math.pi / round_
    ring = [np.stack([np.cos(h) * np.cos(angles + h), np.full(round_, np.sin(h)), np.cos(h) * np.sin(angles + h)], 1)
            for h in heights]  # fmt: skip
    points = np.concatenate([*ring, np.array([[0, -1, 0], [0, 1, 0]])])
    points *= 1 + dice.uniform(-0.14, 0.14, (len(points), 1))
    places = (middle + points * radius).astype(np.float32)
    here, after = np.arange(round_), (np.arange(round_) + 1) % round_
    faces = []
    for row in range(rows - 1):
        low, high = row * round_, (row + 1) * round_
        faces += [
            np.stack([low + here, high + here, high + after], 1),
            np.stack([low + here, high + after, low + after], 1),
        ]
    bottom, top = rows * round_, rows * round_ + 1
    last = (rows - 1) * round_
    faces += [np.stack([here, after, bottom + 0 * here], 1), np.stack([last + here, top + 0 * here, last + after], 1)]
    return places, np.concatenate(faces).astype(np.int32)


# --- the horizon -------------------------------------------------------------------------------------------------


def horizon(stage: Stage) -> list[Thing]:
    """Houses, trees, hills or the sea around an open place."""
    kind = stage.colours.get("backdrop", "hills")
    dice = np.random.default_rng(len(stage.pieces) + 7)
    sky = stage.colours.get("sky", "#c9dfe8")
    solids: list[Solid | None] = []
    lines: list[tuple[Floats, Floats]] = []
    if kind in ("town", "skyline"):
        for n in range(26):
            angle, away = n / 26 * 2 * math.pi + dice.uniform(-0.08, 0.08), dice.uniform(26, 36)
            tall = dice.uniform(6, 11) if kind == "town" else dice.uniform(8, 24)
            block = _block(angle, away, dice.uniform(5, 8), tall if kind == "town" else tall - 9, dice)
            solids.append(solid_of(Shape("solid", block, mixed("#a8a29a", sky, float(dice.uniform(0.2, 0.5))), _BOX)))
            lines += _edges(Shape("solid", block, "white", _BOX))
    elif kind == "trees":
        for n in range(34):
            angle, away = n / 34 * 2 * math.pi + dice.uniform(-0.08, 0.08), dice.uniform(22, 34)
            middle = np.array([away * math.cos(angle), dice.uniform(2.5, 4), away * math.sin(angle)], np.float32)
            size = np.array([dice.uniform(2, 3.6), dice.uniform(3, 4.6), dice.uniform(2, 3.6)], np.float32)
            colour = mixed("#5f8455", sky, float(dice.uniform(0.15, 0.45)))
            solids.append(solid_of(Shape("blob", np.stack([middle, size]), colour, seed=n)))
    elif kind in ("hills", "sea"):
        for n in range(9):
            angle, away = n / 9 * 2 * math.pi + dice.uniform(-0.2, 0.2), 39.0
            if kind == "sea" and math.sin(angle) < 0.35:
                continue
            middle = np.array([away * math.cos(angle), -1.5, away * math.sin(angle)], np.float32)
            size = np.array([dice.uniform(11, 17), dice.uniform(4, 8), dice.uniform(6, 9)], np.float32)
            solids.append(solid_of(Shape("blob", np.stack([middle, size]), mixed("#8fa98b", sky, 0.35), seed=n)))
    if kind == "sea":
        corners = np.array([[-60, 0.02, -7], [60, 0.02, -7], [60, 0.02, -70], [-60, 0.02, -70]], np.float32)
        solids.append(_faceted(COLOURS["water"], corners, [(0, 1, 2), (0, 2, 3)], both=True))
    made = joined(solids)
    return [Thing("horizon", made, np.array(lines, np.float32).reshape(-1, 2, 3))] if made else []


_BOX = ((0, 1, 3, 2), (4, 6, 7, 5), (2, 3, 7, 6), (0, 4, 5, 1), (0, 2, 6, 4), (1, 5, 7, 3))


def _block(angle: float, away: float, wide: float, tall: float, dice: np.random.Generator) -> Floats:
    """The corners of a house that looks towards the middle."""
    deep = float(dice.uniform(4, 6))
    corners = np.array(
        [(x, y, z) for y in (0.0, max(tall, 1.0)) for z in (-deep / 2, deep / 2) for x in (-wide / 2, wide / 2)]
    )
    turn = math.pi / 2 - angle
    c, s = math.cos(turn), math.sin(turn)
    x, z = corners[:, 0] * c + corners[:, 2] * s, -corners[:, 0] * s + corners[:, 2] * c
    out = np.stack([x + away * math.cos(angle), corners[:, 1], z + away * math.sin(angle)], 1)
    return out.astype(np.float32)
