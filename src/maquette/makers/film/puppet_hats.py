"""Hats and hoods on the skull."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...media.film import Look
from ...media.ink import Ink
from .puppet_head import Skull
from .puppet_paint import Part, mixed
from .puppet_shapes import Floats, hull


@dataclass(frozen=True)
class Hat:
    """Rings from the hat line up: (height above the joint, metres off the skin); a brim or a visor where they are."""

    rings: tuple[tuple[float, float], ...]
    brim: float = 0.0  # metres all around
    visor: float = 0.0  # metres in front
    band: float = 0.0  # height of a band above the hat line
    colour: str = ""  # "" is that of the costume, darker
    aside: float = 0.0  # metres that the top leans to the left
    pompom: bool = False
    points: int = 0  # of a crown


# fmt: off
HATS = {
    "cap": Hat(((0.120, 0.010), (0.150, 0.014), (0.180, 0.012), (0.205, -0.018)), visor=0.062),
    "brim": Hat(((0.128, 0.012), (0.165, 0.010), (0.200, 0.000), (0.232, -0.012), (0.236, -0.026)), 0.066, band=0.028),
    "bowler": Hat(((0.128, 0.012), (0.170, 0.014), (0.205, 0.008), (0.225, -0.008), (0.234, -0.03)), 0.040, band=0.022,
                  colour="#26242a"),
    "top hat": Hat(((0.128, 0.010), (0.200, 0.006), (0.270, 0.008), (0.325, 0.014), (0.328, 0.008)), 0.046, band=0.034,
                   colour="#222026"),
    "beret": Hat(((0.130, 0.008), (0.150, 0.040), (0.172, 0.048), (0.195, 0.020), (0.202, -0.010)), aside=0.030),
    "woolly": Hat(((0.108, 0.016), (0.140, 0.018), (0.180, 0.014), (0.208, -0.002), (0.224, -0.03)), band=0.036,
                  pompom=True),
    "helmet": Hat(((0.112, 0.026), (0.130, 0.030), (0.180, 0.024), (0.210, 0.004), (0.226, -0.024)), 0.012,
                  colour="#7c868c"),
    "crown": Hat(((0.140, 0.012), (0.185, 0.016)), colour="#d9b04c", points=8),
    "straw": Hat(((0.128, 0.012), (0.165, 0.010), (0.200, 0.002), (0.215, -0.02)), 0.105, band=0.024, colour="#d8bf78"),
    "peaked": Hat(((0.126, 0.010), (0.150, 0.012), (0.178, 0.042), (0.192, 0.036), (0.200, 0.0)), visor=0.052,
                  band=0.024),
    "turban": Hat(((0.110, 0.016), (0.140, 0.040), (0.175, 0.044), (0.205, 0.020), (0.216, -0.02))),
}
# fmt: on
_ALIKE = {
    "hood": "hood scarf veil headscarf",
    "turban": "turban",
    "top hat": "top",
    "beret": "beret",
    "bowler": "bowler derby",
    "helmet": "helmet",
    "crown": "crown tiara",
    "straw": "straw sun cowboy",
    "woolly": "woolly beanie knit bobble",
    "peaked": "police peaked officer captain",
    "cap": "cap baseball",
    "brim": "hat fedora",
}  # fmt: skip
WORDS = {word: kind for kind, words in _ALIKE.items() for word in words.split()}


def hat_of(look: Look) -> str:
    """Which hat a look asks for: one of HATS, "hood", or "" for none. An unknown word is a hat with a brim."""
    if look.hat in HATS or look.hat == "hood":
        return look.hat
    words = look.hat.lower().replace("-", " ").split()
    for word in words:
        if word in WORDS:
            return WORDS[word]
    return "brim" if words else "cap" if look.hair == "cap" else ""


def hat_marks(skull: Skull, kind: str) -> tuple[list[Ink], list[Ink]]:
    """A hat's marks behind the head and before it."""
    if kind == "hood":
        return _hood(skull)
    hat = HATS[kind]
    look, sketch = skull.body.look, skull.sketch
    colour = hat.colour or mixed(look.top if kind in ("woolly", "beret", "turban") else look.bottom, "#000000", 0.15)
    rings = [_ring(skull, y, grow, hat.aside * k / len(hat.rings)) for k, (y, grow) in enumerate(hat.rings)]
    if hat.points:
        return _crown(skull, rings[0], rings[1], colour)
    dome = sketch.part(hull(skull.paper(np.concatenate(rings)), 56), colour, kind, shade=skull.pixels(0.028))
    if hat.band:
        top = _ring(skull, hat.rings[0][0] + hat.band, hat.rings[0][1] + 0.003)
        shade = mixed(colour, "#000000", 0.4) if kind != "woolly" else mixed(colour, "#ffffff", 0.18)
        dome = dome.plus(_belt(skull, rings[0], top, shade))
    back: list[Ink] = []
    front: list[Ink] = []
    if hat.pompom:
        top = skull.paper(np.array([0.0, 0.238, 0.0], np.float32))
        angle = np.arange(20) * (np.pi / 10)
        ball = (
            top
            + np.stack([np.cos(angle), np.sin(angle)], -1)
            * skull.pixels(0.024)
            * (1 + 0.09 * (np.arange(20) % 2))[:, None]
        )
        front += sketch.part(ball.astype(np.float32), mixed(colour, "#ffffff", 0.35), "pompom").marks()
    above = float(skull.seen(np.array([[0, 0.19, 0.0]], np.float32))[0]) > -0.02
    if hat.brim:
        edge = _ring(skull, hat.rings[0][0] - 0.004, hat.rings[0][1] + hat.brim)
        under = edge - np.array([0, 0.005, 0], np.float32)
        whole = sketch.part(hull(skull.paper(np.concatenate([edge, under])), 48), colour, "brim", weight=0.9)
        if above:
            front += whole.marks()
        else:
            back += whole.marks()
            toward = skull.sketch.lens.depth(skull.world(edge))
            near = edge[toward <= np.median(toward)]
            front += sketch.part(
                hull(skull.paper(np.concatenate([near, near - np.array([0, 0.005, 0], np.float32)])), 32),
                mixed(colour, "#000000", 0.25),
                "brim",
            ).marks()
    shade_part = _visor(skull, hat, mixed(colour, "#000000", 0.3)) if hat.visor else None
    facing = float(skull.seen(np.array([[0, 0.12, 0.11]], np.float32))[0]) > -0.2
    if shade_part and not facing:
        back += shade_part.marks()
    front += dome.marks()
    if shade_part and facing:
        front += shade_part.marks()
    return back, front


def _ring(skull: Skull, y: float, grow: float, aside: float = 0.0, count: int = 32) -> Floats:
    """A ring around the skull; above it, it keeps the skull's measures at the hat line."""
    angle = (np.arange(count) * (2 * np.pi / count)).astype(np.float32)
    points = skull.shape.around(angle, np.full(count, min(y, 0.150), np.float32), grow)
    if y > 0.150:
        points[:, [0, 2]] *= np.float32(max(0.62, 1 - (y - 0.150) * 2.2))
    points[:, 1] = y
    points[:, 0] += aside
    return points


def _belt(skull: Skull, low: Floats, top: Floats, colour: str) -> list[Ink]:
    """The seen part of a band between two rings."""
    seen = skull.seen(low * np.array([1, 0, 1], np.float32) + np.array([0, 0.06, 0], np.float32)) > -0.02
    found = np.flatnonzero(seen)
    if len(found) < 3:
        return []
    gap = np.diff(found)
    if gap.max() > 1:
        cut = int(gap.argmax()) + 1
        found = np.concatenate([found[cut:], found[:cut]])
    shape = np.concatenate([skull.paper(low[found]), skull.paper(top[found])[::-1]])
    sketch = skull.sketch
    edge = sketch.stroke(skull.paper(top[found]), "band edge", width=0.6, colour=sketch.pen(colour), ends=(1, 1))
    return [sketch.flat(shape, sketch.colour(colour), "band", smooth=False), edge]


def _visor(skull: Skull, hat: Hat, colour: str) -> Part:
    angle = np.linspace(-1.15, 1.15, 15).astype(np.float32)
    y, grow = hat.rings[0]
    inner = skull.shape.around(angle, np.full(15, y, np.float32), grow)
    reach = hat.visor * np.maximum(np.cos(angle / 1.15 * np.pi / 2), 0) ** 0.6
    outer = inner + np.stack([np.zeros(15), -0.30 * reach, reach], -1).astype(np.float32)
    top = inner + np.array([0, 0.006, 0], np.float32)
    shape = skull.paper(np.concatenate([inner, outer, top]))
    return skull.sketch.part(hull(shape, 40), colour, "visor", weight=0.9)


def _crown(skull: Skull, low: Floats, top: Floats, colour: str) -> tuple[list[Ink], list[Ink]]:
    teeth = top.copy()
    teeth[:, 1] += np.where(np.arange(len(top)) % 4 < 2, 0.022, -0.012)
    marks: tuple[list[Ink], list[Ink]] = ([], [])
    seen = skull.seen(low * np.array([1, 0, 1], np.float32) + np.array([0, 0.06, 0], np.float32)) > 0
    for number, mask in enumerate((~seen, seen)):
        found = np.flatnonzero(mask)
        if len(found) < 3:
            continue
        gap = np.diff(found)
        if gap.max() > 1:
            cut = int(gap.argmax()) + 1
            found = np.concatenate([found[cut:], found[:cut]])
        shape = np.concatenate([skull.paper(low[found]), skull.paper(teeth[found])[::-1]])
        tone = mixed(colour, "#000000", 0.35) if number == 0 else colour
        marks[number].extend(skull.sketch.part(shape, tone, "crown", smooth=False).marks())
    return marks


def _hood(skull: Skull) -> tuple[list[Ink], list[Ink]]:
    """Cloth over all but the face, hanging to the shoulders."""
    from .puppet_hair import Cut, capped, mop_of

    line = (
        (0.0, 0.160),
        (30.0, 0.150),
        (52.0, 0.110),
        (60.0, 0.040),
        (50.0, -0.045),
        (56.0, -0.10),
        (90.0, -0.12),
        (180.0, -0.12),
    )
    cut = Cut(line, 0.022, 0.018, hang=-0.12, spread=0.014)
    colour = mixed(skull.body.look.top, "#000000", 0.1)
    mop = mop_of(skull.body.look, cut)
    points = mop.shell
    outline, _ = capped(skull, mop.line, hull(skull.paper(points), 64))
    back = skull.sketch.part(
        hull(skull.paper(points[points[:, 2] < 0.05]), 48), mixed(colour, "#000000", 0.25), "hood behind"
    )
    front = skull.sketch.part(outline, colour, "hood", shade=skull.pixels(0.03))
    return back.marks(), front.marks()
