"""Hair and beards: shells over the skull with a hair line that runs right around the head.

A shell is seen as the part of its silhouette that lies beyond the visible run of its hair line, so that one rule draws
a fringe from the front, a temple in profile and a nape from behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...media.film import Look
from ...media.ink import Ink
from .puppet_hats import hat_of
from .puppet_head import Cranium, Skull, cranium_of, outwards
from .puppet_limbs import solid
from .puppet_paint import Part, Sketch, darkness, mixed
from .puppet_shapes import Floats, along, circle, hull, unit

Line = tuple[tuple[float, float], ...]  # (degrees from ahead, height in metres) down one side


@dataclass(frozen=True)
class Cut:
    """A haircut."""

    line: Line
    grow: float = 0.012  # metres above the skin
    lift: float = 0.012  # more of it at the crown
    hang: float = 0.0  # height of the ends of what hangs, 0 nothing hangs
    spread: float = 0.0  # metres that hanging hair stands off at its ends
    locks: float = 0.0  # metres of the teeth in the hair line
    curls: float = 0.0  # metres of bumps on the outline
    part: float = 25.0  # degrees where the hair is parted
    ears: bool = True  # ears are seen


SHORT: Line = ((0, 0.150), (25, 0.149), (42, 0.138), (56, 0.118), (64, 0.088), (72, 0.058), (80, 0.080), (100, 0.085),
               (112, 0.050), (135, 0.008), (180, -0.012))  # fmt: skip
TIGHT: Line = ((0, 0.152), (25, 0.150), (45, 0.136), (58, 0.110), (68, 0.078), (80, 0.082), (100, 0.080), (115, 0.04),
               (140, 0.0), (180, -0.018))  # fmt: skip
CUTS = {
    "short": Cut(SHORT, 0.013, 0.016, locks=0.010),
    "bob": Cut(((0, 0.122), (25, 0.118), (45, 0.106), (56, 0.070), (60, 0.020), (58, -0.045), (80, -0.062),
                (130, -0.066), (180, -0.066)), 0.020, 0.012, hang=-0.066, spread=0.012, ears=False),
    "long": Cut(((0, 0.151), (20, 0.145), (40, 0.122), (54, 0.080), (62, 0.020), (64, -0.060), (66, -0.150),
                 (80, -0.185), (130, -0.20), (180, -0.20)), 0.016, 0.012, hang=-0.20, spread=0.012, part=8.0,
                ears=False),
    "bun": Cut(TIGHT, 0.007, 0.006, part=0.0),
    "ponytail": Cut(TIGHT, 0.008, 0.010, locks=0.004, part=18.0),
    "curly": Cut(((0, 0.140), (25, 0.136), (45, 0.118), (58, 0.090), (68, 0.050), (80, 0.040), (105, 0.020),
                  (135, -0.010), (180, -0.020)), 0.034, 0.020, curls=0.013, ears=False),
    "cap": Cut(SHORT, 0.008, 0.0),
}  # fmt: skip
BALD = Cut(TIGHT)
BEARD: Line = ((0, 0.021), (14, 0.024), (26, 0.012), (40, 0.004), (55, 0.016), (70, 0.050), (76, 0.075))


@lru_cache(maxsize=128)
def cut_of(look: Look) -> Cut | None:
    """A look's haircut; under a hat it lies flat."""
    cut = CUTS.get(look.hair)
    if cut and hat_of(look):
        return replace(cut, grow=min(cut.grow, 0.008), lift=0.0, curls=min(cut.curls, 0.006), locks=cut.locks * 0.5)
    return cut


def loop_of(cut: Cut, count: int = 72) -> tuple[Floats, Floats]:
    """The hair line around the head: angles (count,) from the back over the right, and heights."""
    knots = np.array(cut.line, np.float32)
    step = np.diff(knots, axis=0, prepend=knots[:1])
    length = np.cumsum(np.hypot(step[:, 0] * 0.0016, step[:, 1]))
    at = np.linspace(0, length[-1], count // 2)
    degrees, height = np.interp(at, length, knots[:, 0]), np.interp(at, length, knots[:, 1])
    angle = np.radians(np.concatenate([-degrees[:0:-1], degrees]))
    height = np.concatenate([height[:0:-1], height])
    if cut.locks:
        front = np.clip(1 - np.abs(angle) / 1.1, 0, 1) ** 0.5
        teeth = np.abs(((np.arange(len(angle)) * 0.21 + 0.3) % 1) - 0.35)
        height = height - cut.locks * front * (1.6 * teeth - 0.3)
        height = height - 0.010 * front * np.tanh((angle - np.radians(cut.part)) * 2.5) * np.sign(cut.part or 1)
    return angle.astype(np.float32), height.astype(np.float32)


def _placed(shape: Cranium, cut: Cut, angle: Floats, y: Floats) -> Floats:
    """Places on the hair's surface; below the ears hanging hair keeps the width it has there."""
    held = np.maximum(y, 0.062) if cut.hang else y
    points = shape.around(angle, held)
    points = points + outwards(points) * cut.grow
    points[..., 1] += y - held + cut.lift * np.clip((y - 0.10) / 0.09, 0, 1) ** 1.5
    if cut.hang:
        down = np.clip((0.062 - y) / max(0.062 - cut.hang, 1e-3), 0, 1)
        points[..., 0] *= 1 + cut.spread / 0.08 * np.sin(down * 2.2)
        points[..., 2] -= 0.012 * down * (points[..., 2] > 0)
    return points.astype(np.float32)


LOCKS = np.array([-150, -115, -85, -60, -38, -18, 6, 30, 52, 75, 100, 130, 165], np.float32)  # degrees of strands


@dataclass(frozen=True, eq=False)
class Mop:
    """Hair in the head's own metres: its line (m, 3), places all over it (n, 3), strands (13, 7, 3)."""

    line: Floats
    shell: Floats
    strands: Floats


@lru_cache(maxsize=128)
def mop_of(look: Look, cut: Cut) -> Mop:
    shape = cranium_of(look)
    loop, height = loop_of(cut)
    angle = np.arange(28, dtype=np.float32) * (2 * np.pi / 28) - np.pi
    u = np.sin(np.linspace(0, np.pi / 2, 10, dtype=np.float32))[:, None]
    y = (np.interp(angle, loop, height) * (1 - u) + 0.194 * u).ravel().astype(np.float32)
    shell = _placed(shape, cut, np.tile(angle, 10), y)
    u = np.stack([np.linspace(0.12 + 0.1 * (d % 3), 0.62 + 0.06 * (d % 4), 7) for d in LOCKS]).astype(np.float32)
    way = np.radians(LOCKS)[:, None]
    low = np.interp(way, loop, height)
    angles = way * (1 - 0.1 * u) + np.radians(cut.part) * u**1.5 * 0.6
    strands = _placed(
        shape, cut, angles.ravel().astype(np.float32), (low * (1 - u) + 0.186 * u).ravel().astype(np.float32)
    )
    return Mop(_placed(shape, cut, loop, height), shell, strands.reshape(len(LOCKS), 7, 3))


def backing(skull: Skull) -> list[Ink]:
    """Hair behind the face, in its shadow: no air is seen between a brow and a lock, a cheek and a curl."""
    look = skull.body.look
    cut = cut_of(look)
    if cut is None:
        return []
    points = mop_of(look, cut).shell
    low = 0.05 if cut.curls else -0.01 if cut.hang else 0.12
    points = points[(points[:, 2] < 0.045) & (points[:, 1] > low)] if low < 0.1 else points[points[:, 1] > low]
    colour = mixed(look.hair_colour, "#000000", 0.2)
    outline = hull(skull.paper(points))
    if cut.curls:
        outline = bumpy(outline, skull.pixels(cut.curls), skull.pixels(0.034), closed=True)
        return skull.sketch.part(outline, colour, "hair behind the face", stuff="hair").marks()
    return [skull.sketch.flat(outline, skull.sketch.colour(colour, "hair"), "hair behind the face")]


def capped(
    skull: Skull,
    line: Floats,
    around: Floats,
    up: bool = True,
    curls: tuple[float, float] = (0.0, 1.0),
    unseen: int = 0,
) -> tuple[Floats, int]:
    """The seen part of a shell: its silhouette (n, 2) beyond the visible run of a closed line (m, 3) of the head; and
    how many of its points, the first ones, belong to that line.

    `up`: the part beyond the line as seen from the chin (hair); otherwise the part on the chin's side (a beard).
    `curls`: how deep and how long, in pixels, its outline curls. `unseen`: so many last points only close the line.
    """
    flat = skull.paper(line)
    seen = skull.seen(line) > 0.02
    seen[len(seen) - unseen :] = False
    if not seen.any():
        return bumpy(around, *curls, closed=True), 0
    if seen.all():
        return bumpy(hull(flat, 48), *curls, closed=True), 0
    start = int(np.flatnonzero(~seen)[0])
    order = (np.arange(len(seen)) + start) % len(seen)
    run = _longest(seen[order])
    edge = flat[order[run]]
    first = int(((around - edge[0]) ** 2).sum(1).argmin())
    last = int(((around - edge[-1]) ** 2).sum(1).argmin())
    count = len(around)
    forth = (last + np.arange((first - last) % count + 1)) % count
    back = (last - np.arange((last - first) % count + 1)) % count
    chin = skull.paper(np.array([0.0, -0.09, 0.04], np.float32))
    far = [float(np.linalg.norm(around[way] - chin, axis=1).mean()) for way in (forth, back)]
    way = forth if (far[0] > far[1]) == up else back
    seam = bumpy(edge, curls[0] * 0.5, curls[1] * 0.7)
    return np.concatenate([seam, bumpy(around[way], *curls)]).astype(np.float32), len(seam)


def _longest(mask: NDArray[np.bool_]) -> slice:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    best = int((ends - begins).argmax())
    return slice(int(begins[best]), int(ends[best]))


def bumpy(line: Floats, deep: float, long: float, closed: bool = False) -> Floats:
    """Curls along a line: `deep` and `long` pixels each, out of the head's middle, no two of a length."""
    if deep <= 0 or len(line) < 3:
        return line
    whole = np.concatenate([line, line[:1]]) if closed else line
    step = np.diff(whole, axis=0)
    run = np.concatenate([[0], np.cumsum(np.sqrt((step * step).sum(1)))])
    count = max(3, round(float(run[-1]) / max(long, 1)))
    widths = 1 + 0.35 * np.sin(np.arange(count) * 2.4 + 0.7)
    knots = np.concatenate([[0], np.cumsum(widths)]) / widths.sum() * run[-1]
    u = np.arange(6) / 6
    at = (knots[:-1, None] * (1 - u) + knots[1:, None] * u).ravel()
    points = np.stack([np.interp(at, run, whole[:, k]) for k in (0, 1)], -1)
    padded = np.concatenate([points[-1:] if closed else points[:1], points, points[:1] if closed else points[-1:]])
    side = unit((padded[2:] - padded[:-2])[:, ::-1] * np.array([1, -1]))
    side *= np.sign((side * (points - points.mean(0))).sum(1).mean())
    wave = np.tile(np.sin(np.pi * u) ** 0.7, count)
    fade = 1.0 if closed else np.minimum(1, np.minimum(np.arange(len(at)), np.arange(len(at))[::-1]) / 5)
    return (points + side * (wave * deep * fade)[:, None]).astype(np.float32)


def hair(skull: Skull) -> Part | None:
    """What lies on the head, over the face's edge."""
    look = skull.body.look
    cut = cut_of(look)
    if cut is None:
        return None
    mop = mop_of(look, cut)
    curls = (skull.pixels(cut.curls), skull.pixels(0.034))
    outline, seam = capped(skull, mop.line, hull(skull.paper(mop.shell), 64), curls=curls)
    shaded = np.arange(len(outline)) >= seam
    shade = skull.pixels(0.022)
    part = skull.sketch.part(outline, look.hair_colour, "hair", stuff="hair", shade=shade, shaded=shaded)
    return part.plus(strands(skull, mop)) if skull.pixels(0.2) > 60 else part


def strands(skull: Skull, mop: Mop) -> list[Ink]:
    """Strokes from the parting to the ends."""
    sketch, colour = skull.sketch, skull.body.look.hair_colour
    tone = mixed(colour, "#000000", 0.35) if darkness(colour) < 0.75 else mixed(colour, "#ffffff", 0.18)
    ink = sketch.pen(colour, "hair") if sketch.style != "tone" else tone
    seen = (skull.seen(mop.strands) > 0.12).all(1)
    return [sketch.stroke(line, "strand", width=0.55, colour=ink) for line in skull.paper(mop.strands[seen])]


def hanging(skull: Skull) -> Part | None:
    """What hangs behind the neck, and the bun or tail behind a head; None where there is none."""
    look, sketch = skull.body.look, skull.sketch
    cut = cut_of(look)
    if cut is None:
        return None
    if cut.hang:
        points = mop_of(look, cut).shell
        points = points[(points[:, 1] < 0.10) & (points[:, 2] < 0.05)]
        before = float(skull.seen(np.array([[0, 0.05, 0.11]], np.float32))[0]) > 0
        colour = mixed(look.hair_colour, "#000000", 0.2) if before else look.hair_colour
        return sketch.part(hull(skull.paper(points), 48), colour, "hair behind", stuff="hair")
    if look.hair == "bun" and hat_of(look) != "hood":
        low = 0.085 if hat_of(look) else 0.0  # a hat pushes it down
        points = skull.world(np.array([[0, 0.168 - low, -0.080], [0, 0.182 - low, -0.102]], np.float32))
        discs = [
            circle(p, float(sketch.lens.size(q, skull.body.head_size * 0.043)), 24)
            for p, q in zip(sketch.lens.flat(points), points, strict=True)
        ]
        return sketch.part(hull(np.concatenate(discs)), look.hair_colour, "bun", stuff="hair", shade=skull.pixels(0.02))
    if look.hair == "ponytail" and hat_of(look) != "hood":
        top = skull.world(np.array([[0, 0.135, -0.09], [0, 0.135, -0.135]], np.float32))
        size, back = skull.body.head_size, -skull.body.axis("Head", 2)
        drops = ((0.06, 0.03), (0.14, 0.025), (0.21, 0.0))
        chain = np.concatenate([top, [top[1] + (np.array([0, -h, 0]) + back * b) * size for h, b in drops]])
        sizes = np.array([0.020, 0.032, 0.037, 0.029, 0.006], np.float32) * size
        both = along(np.concatenate([chain, sizes[:, None]], 1).astype(np.float32), 4)
        outline = solid(sketch, both[:, :3], both[:, 3]).outline
        return sketch.part(outline, look.hair_colour, "ponytail", stuff="hair", shade=skull.pixels(0.018))
    return None


def beard(skull: Skull) -> Part:
    knots = np.array(BEARD, np.float32)
    degrees = np.linspace(-76, 76, 45)
    height = np.interp(np.abs(degrees), knots[:, 0], knots[:, 1])
    line = skull.shape.around(np.radians(degrees).astype(np.float32), height.astype(np.float32), 0.004)
    behind = skull.shape.around(
        np.radians(np.linspace(80, 280, 20)).astype(np.float32), np.full(20, 0.08, np.float32), 0.004
    )
    points = skull.shape.shell(0.007)
    points = points[(points[:, 1] < 0.075) & (points[:, 2] > 0.004)]
    points[:, 1] -= 0.014 * np.clip(-points[:, 1] / 0.05, 0, 1)
    around = hull(skull.paper(points), 64)
    outline, _ = capped(skull, np.concatenate([line, behind]), around, up=False, unseen=len(behind))
    return skull.sketch.part(outline, skull.body.look.hair_colour, "beard", stuff="hair", weight=0.7)


__all__ = ["BALD", "CUTS", "Sketch", "beard", "hair", "hanging"]
