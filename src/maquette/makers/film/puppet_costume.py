"""What a tailor adds: collars, lapels, ties, buttons, belts, bibs, pockets and cuffs, sewn onto the cloth in space."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from .puppet_body import Body
from .puppet_clothes import CHEST, HEM, HIPS, NECK, RIBS, SHOULDERS, SLOPE, WAIST, Trunk
from .puppet_paint import WHITE, Sketch, mixed
from .puppet_shapes import Floats

Pair = tuple[float, float]  # height on the trunk, angle in radians


class Tailor:
    """Sews patches and seams onto a trunk; what is turned away from the eye is left out."""

    def __init__(self, sketch: Sketch, body: Body, trunk: Trunk) -> None:
        self.sketch, self.body, self.trunk = sketch, body, trunk
        self.look, self.fine = body.look, sketch.tall > 150
        self.cloth = body.look.top
        self.marks: list[Ink] = []

    def places(self, pairs: list[Pair], lift: float = 0.003) -> tuple[Floats, Floats]:
        heights, angles = np.array(pairs, np.float32).T
        points, out = self.trunk.at(heights, angles, lift * self.body.size)
        return self.sketch.lens.flat(points), self.sketch.lens.faces(points, out)

    def patch(
        self, pairs: list[Pair], colour: str, name: str, *, stuff: str = "cloth", line: float = 0.7, steps: int = 4
    ) -> None:
        """A patch between corners; its edges follow the cloth."""
        closed = np.array([*pairs, pairs[0]], np.float32)
        u = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
        dense = (closed[:-1, None] * (1 - u) + closed[1:, None] * u).reshape(-1, 2)
        paper, seen = self.places([(float(h), float(a)) for h, a in dense])
        keep = seen > 0.0
        if keep.sum() < 3:
            return
        self.marks.append(self.sketch.flat(paper[keep], self.sketch.colour(colour, stuff), name, smooth=False))
        if line and self.sketch.tall > 80:
            pen, width = self.sketch.pen(colour, stuff), max(self.sketch.weight * line, 0.4)
            outline = paper[keep]
            self.marks.append(
                Ink((outline,), "", pen, width, closed=bool(keep.all()), owner=self.sketch.owner, part=name)
            )

    def seam(self, pairs: list[Pair], name: str, *, width: float = 0.6, colour: str = "", steps: int = 4) -> None:
        """A line on the cloth."""
        ends = np.array(pairs, np.float32)
        u = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
        dense = np.concatenate([(ends[:-1, None] * (1 - u) + ends[1:, None] * u).reshape(-1, 2), ends[-1:]])
        paper, seen = self.places([(float(h), float(a)) for h, a in dense])
        keep = seen > 0.02
        if keep.sum() > 1 and self.sketch.tall > 60:
            pen = colour or self.sketch.pen(self.cloth)
            self.marks.append(self.sketch.stroke(paper[keep], name, width=width, colour=pen, ends=(0.5, 0.5)))

    def button(self, height: float, angle: float, size: float = 0.011, colour: str = "") -> None:
        paper, seen = self.places([(height, angle)])
        if seen[0] < 0.15 or not self.fine:
            return
        point = self.trunk.at(height, angle)[0]
        radius = float(self.sketch.lens.size(point, size * self.body.size))
        turn = np.arange(10) * (np.pi / 5)
        round_ = paper[0] + np.stack([np.cos(turn) * radius * max(0.3, float(seen[0])), np.sin(turn) * radius], -1)
        fill = colour or self.sketch.pen(self.cloth)
        self.marks.append(self.sketch.flat(round_.astype(np.float32), fill, "button"))

    def both(self, pairs: list[Pair], colour: str, name: str, **how: float) -> None:
        """A patch on the left and its mirror image on the right, the farther first."""
        for side in (1.0, -1.0):
            self.patch([(h, a * side) for h, a in pairs], colour, name, **how)  # type: ignore[arg-type]

    def band(self, low: float, high: float, colour: str, name: str) -> None:
        """A belt or border all the way round."""
        angles = np.linspace(-np.pi, np.pi, 25)
        paper, seen = self.places([(high, float(a)) for a in angles] + [(low, float(a)) for a in angles[::-1]], 0.005)
        top, under = np.flatnonzero(seen[:25] > 0.0), np.flatnonzero(seen[25:] > 0.0)
        if len(top) < 2 or len(under) < 2:
            return
        shape = np.concatenate([paper[:25][_run(top)], paper[25:][_run(under)]])
        self.marks.append(self.sketch.flat(shape, self.sketch.colour(colour), name, smooth=False))
        if self.sketch.tall > 80:
            for edge in (paper[:25][_run(top)], paper[25:][_run(under)]):
                self.marks.append(
                    self.sketch.stroke(edge, name, width=0.6, colour=self.sketch.pen(self.cloth), ends=(1, 1))
                )


def _run(found: NDArray[np.intp]) -> NDArray[np.intp]:
    """Indices around a ring in one run, where the run may go over its end."""
    gap = np.diff(found)
    if len(gap) and gap.max() > 1:
        cut = int(gap.argmax()) + 1
        return np.concatenate([found[cut:], found[:cut]])
    return found


def _shirt(t: Tailor) -> None:
    t.band(HEM + 0.03, HIPS + 0.02, "#3a2c22", "belt")
    t.seam([(WAIST - 0.10, 0.0), (NECK - 0.08, 0.0)], "placket", width=0.55)
    for height in (WAIST, RIBS, CHEST, SHOULDERS):
        t.button(height, 0.06, 0.008)
    t.patch([(NECK, 0.5), (SLOPE + 0.02, 0.0), (NECK, -0.5)], t.look.skin, "throat", stuff="skin", line=0)
    t.both(
        [(NECK, 0.25), (SLOPE - 0.01, 0.02), (SLOPE - 0.03, 0.42), (NECK - 0.03, 1.2), (NECK, 1.3)],
        mixed(t.cloth, WHITE, 0.25),
        "collar",
    )
    if t.fine:
        t.seam(
            [
                (CHEST + 0.02, 0.45),
                (CHEST + 0.02, 0.95),
                (RIBS + 0.04, 0.92),
                (RIBS + 0.04, 0.48),
                (CHEST + 0.02, 0.45),
            ],
            "pocket",
            width=0.5,
        )


def _suit(t: Tailor) -> None:
    shirt = "#f1efe9"
    t.patch([(NECK, 0.75), (SLOPE, 0.55), (RIBS, 0.0), (SLOPE, -0.55), (NECK, -0.75)], shirt, "shirt front", line=0)
    tie = "#8d2f35" if t.sketch.style == "tone" and t.look.top[1:3] < "80" else "#2c3550"
    t.patch(
        [(NECK - 0.03, 0.14), (NECK - 0.075, 0.10), (NECK - 0.075, -0.10), (NECK - 0.03, -0.14)],
        tie,
        "tie knot",
        line=0.4,
    )
    t.patch(
        [(NECK - 0.075, 0.09), (CHEST - 0.05, 0.17), (RIBS - 0.01, 0.0), (CHEST - 0.05, -0.17), (NECK - 0.075, -0.09)],
        tie,
        "tie",
        line=0.4,
    )
    t.both([(NECK, 0.75), (NECK - 0.07, 0.2), (SLOPE + 0.005, 0.42), (NECK - 0.03, 0.9)], shirt, "collar", line=0.5)
    t.both(
        [
            (NECK, 0.95),
            (SLOPE, 0.45),
            (RIBS, 0.0),
            (CHEST, 0.42),
            (SHOULDERS + 0.04, 0.78),
            (SLOPE - 0.03, 0.70),
            (SLOPE + 0.01, 0.95),
        ],
        mixed(t.cloth, WHITE, 0.06),
        "lapel",
    )
    t.seam([(RIBS, 0.0), (WAIST - 0.03, 0.03), (HEM, 0.24)], "opening", width=0.8)
    for height in (WAIST + 0.08, WAIST - 0.04):
        t.button(height, 0.06)
    for side in (1, -1):
        t.seam([(HIPS + 0.06, 0.6 * side), (HIPS + 0.04, 1.15 * side)], "pocket", width=0.8)
    t.seam([(HEM, np.pi), (HIPS + 0.05, np.pi)], "vent", width=0.7)


def _coat(t: Tailor) -> None:
    t.patch([(NECK, 0.6), (SHOULDERS, 0.0), (NECK, -0.6)], mixed(t.look.bottom, WHITE, 0.35), "scarf", line=0.5)
    t.both(
        [
            (NECK, 0.9),
            (SLOPE, 0.30),
            (CHEST - 0.02, -0.04),
            (CHEST + 0.02, 0.55),
            (SHOULDERS + 0.03, 0.95),
            (SLOPE - 0.01, 0.78),
            (NECK - 0.04, 1.3),
        ],
        mixed(t.cloth, "#000000", 0.12),
        "lapel",
    )
    t.seam([(CHEST, 0.0), (HEM, 0.05)], "opening", width=0.9)
    for height in (RIBS + 0.02, WAIST + 0.02, HIPS + 0.02):
        for angle in (0.22, -0.22):
            t.button(height, angle, 0.012)
    t.patch(
        [(NECK, 2.0), (NECK, -2.0), (SLOPE, -2.6), (SLOPE - 0.03, np.pi), (SLOPE - 0.03, -np.pi), (SLOPE, 2.6)][0:0]
        or [(NECK, 1.9), (SLOPE, 2.3), (SLOPE - 0.02, np.pi), (NECK, np.pi)],
        mixed(t.cloth, "#000000", 0.12),
        "collar",
        line=0.5,
    )
    t.patch(
        [(NECK, -1.9), (SLOPE, -2.3), (SLOPE - 0.02, -np.pi), (NECK, -np.pi)],
        mixed(t.cloth, "#000000", 0.12),
        "collar",
        line=0.5,
    )
    t.seam([(WAIST, 2.3), (WAIST, np.pi), (WAIST, 3.98)], "half belt", width=0.8)


def _dress(t: Tailor) -> None:
    t.patch(
        [(NECK, 1.5), (SLOPE + 0.01, 0.85), (SHOULDERS - 0.02, 0.0), (SLOPE + 0.01, -0.85), (NECK, -1.5)],
        t.look.skin,
        "neckline",
        stuff="skin",
        line=0.7,
    )
    t.band(WAIST - 0.05, WAIST, mixed(t.cloth, "#000000", 0.25), "sash")
    for side in (1, -1):
        t.seam([(WAIST, 0.45 * side), (RIBS, 0.6 * side), (CHEST - 0.02, 0.55 * side)], "dart", width=0.5)


def _jumper(t: Tailor) -> None:
    dark = mixed(t.cloth, "#000000", 0.10)
    t.band(HEM, HEM + 0.05, dark, "ribbing")
    t.band(NECK - 0.045, NECK, dark, "collar")
    if t.fine:
        for k in range(-9, 10):
            t.seam([(HEM + 0.005, k * 0.32), (HEM + 0.045, k * 0.32)], "rib", width=0.35, steps=1)
        for k in range(-4, 5):
            t.seam([(NECK - 0.04, k * 0.35), (NECK - 0.005, k * 0.35)], "rib", width=0.35, steps=1)


def _overalls(t: Tailor) -> None:
    cloth = t.look.bottom
    t.band(HEM, WAIST, cloth, "waist")
    for back in (0.0, np.pi):
        top = CHEST - 0.02 if not back else RIBS
        t.patch(
            [(WAIST - 0.02, back + 0.75), (top, back + 0.55), (top, back - 0.55), (WAIST - 0.02, back - 0.75)],
            cloth,
            "bib",
        )
    for side in (1.0, -1.0):
        t.patch(
            [
                (CHEST - 0.04, 0.52 * side),
                (SHOULDERS, 0.52 * side),
                (SLOPE + 0.05, 1.25 * side),
                (SLOPE + 0.05, 1.75 * side),
                (SHOULDERS, 0.80 * side),
                (CHEST - 0.04, 0.74 * side),
            ],
            cloth,
            "strap",
            line=0.6,
        )
        t.patch(
            [
                (RIBS, np.pi - 0.15 * side),
                (SHOULDERS, np.pi - 0.55 * side),
                (SLOPE + 0.05, np.pi - 1.2 * side),
                (SLOPE + 0.05, np.pi - 1.5 * side),
                (SHOULDERS, np.pi - 0.85 * side),
                (RIBS, np.pi - 0.45 * side),
            ],
            cloth,
            "strap",
            line=0.6,
        )
        t.button(CHEST - 0.05, 0.48 * side, 0.012, "#d9b04c" if t.sketch.style == "tone" else "")
    t.seam(
        [(RIBS + 0.02, 0.32), (RIBS + 0.02, -0.32), (WAIST + 0.03, -0.30), (WAIST + 0.03, 0.30), (RIBS + 0.02, 0.32)],
        "pocket",
        width=0.5,
        colour=t.sketch.pen(cloth),
    )
    t.seam([(NECK - 0.02, a) for a in np.linspace(-1.5, 1.5, 7)], "neck", width=0.6, steps=2)


def _uniform(t: Tailor) -> None:
    gold = "#d9b04c"
    t.band(NECK - 0.05, NECK, mixed(t.cloth, "#000000", 0.2), "collar")
    t.seam([(NECK - 0.05, 0.0), (HEM, 0.0)], "opening", width=0.8)
    t.band(WAIST - 0.055, WAIST + 0.005, "#2a211c", "belt")
    t.patch(
        [(WAIST + 0.01, 0.13), (WAIST + 0.01, -0.13), (WAIST - 0.06, -0.13), (WAIST - 0.06, 0.13)],
        gold,
        "buckle",
        line=0.5,
    )
    for height in (SLOPE - 0.03, SHOULDERS - 0.03, CHEST - 0.01, RIBS + 0.01):
        t.button(height, 0.05, 0.012, gold if t.sketch.style == "tone" else "")
    for side in (1, -1):
        t.seam(
            [
                (CHEST + 0.03, 0.35 * side),
                (CHEST + 0.03, 0.85 * side),
                (RIBS + 0.05, 0.85 * side),
                (RIBS + 0.05, 0.38 * side),
                (CHEST + 0.03, 0.35 * side),
            ],
            "pocket",
            width=0.6,
        )
        t.seam(
            [(CHEST - 0.02, 0.36 * side), (CHEST - 0.035, 0.6 * side), (CHEST - 0.02, 0.84 * side)], "flap", width=0.6
        )
        t.patch(
            [
                (SHOULDERS + 0.05, 1.30 * side),
                (SLOPE + 0.03, 1.25 * side),
                (SLOPE + 0.03, 1.85 * side),
                (SHOULDERS + 0.05, 1.80 * side),
            ],
            gold if t.sketch.style == "tone" else t.cloth,
            "shoulder strap",
            line=0.6,
        )


def _robe(t: Tailor) -> None:
    t.patch([(NECK, 0.9), (CHEST - 0.02, 0.0), (NECK, -0.9)], t.look.skin, "throat", stuff="skin", line=0.5)
    edge = mixed(t.look.bottom, WHITE, 0.15)
    t.patch(
        [(NECK, -0.95), (SLOPE, -0.5), (WAIST, 0.42), (WAIST, 0.22), (SHOULDERS, -0.42), (SLOPE, -0.8), (NECK, -1.3)],
        edge,
        "border",
        line=0.6,
    )
    t.patch(
        [(NECK, 0.95), (SLOPE, 0.5), (WAIST, -0.42), (WAIST, -0.22), (SHOULDERS, 0.42), (SLOPE, 0.8), (NECK, 1.3)],
        edge,
        "border",
        line=0.6,
    )
    t.band(WAIST - 0.08, WAIST + 0.01, mixed(t.look.bottom, "#000000", 0.15), "sash")


SEWN: dict[str, Callable[[Tailor], None]] = {
    "shirt": _shirt, "suit": _suit, "coat": _coat, "dress": _dress, "jumper": _jumper, "overalls": _overalls,
    "uniform": _uniform, "robe": _robe,
}  # fmt: skip


def sewn(sketch: Sketch, body: Body, trunk: Trunk) -> list[Ink]:
    """All that is on the trunk of a costume."""
    tailor = Tailor(sketch, body, trunk)
    if sketch.tall > 24:
        tailor.seam([(NECK, a) for a in np.linspace(-np.pi, np.pi, 13)], "neck", width=0.7, steps=2)
        SEWN.get(body.look.costume, _shirt)(tailor)
    return tailor.marks
