"""The three hands that a figure can be drawn by: line, ink and tone.

Line is a storyboard pencil on pale washes; ink is brush and spotted blacks; tone is a cel with flat colours and one
shadow tone from where the light stands. All three swell their lines on the side that lies away from the light.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from ...media.ink import Ink
from .palette import LINE, PAPER, STYLES, darkness, line_on, mixed, rgb, shown, text_of
from .puppet_shapes import FLIP, NEAR, Floats, Lens, along, crescent, normals, unit

WHITE = "#ffffff"


@lru_cache(maxsize=512)
def _pressure(count: int, first: float, last: float) -> Floats:
    """How hard a brush is pressed along a stroke (count,)."""
    u = np.linspace(0, 1, count, dtype=np.float32)
    swell = np.maximum(np.sin(np.pi * u), 0) ** 0.7
    pressed: Floats = (swell + (1 - swell) * (first * (1 - u) + last * u)).astype(np.float32)
    return pressed


@dataclass(frozen=True, eq=False)
class Part:
    """One shape of a figure: its contour (which lies behind), its colour, and what is drawn upon it."""

    fill: Ink
    back: Ink | None = None
    over: tuple[Ink, ...] = ()

    def marks(self) -> list[Ink]:
        return [*([self.back] if self.back else []), self.fill, *self.over]

    def plus(self, marks: Iterable[Ink]) -> Part:
        return Part(self.fill, self.back, (*self.over, *marks))


def joined(parts: Iterable[Part]) -> list[Ink]:
    """Parts grown into one: all contours lie behind all colours, so that no line runs between them."""
    some = list(parts)
    backs = [part.back for part in some if part.back]
    return backs + [mark for part in some for mark in (part.fill, *part.over)]


@dataclass(frozen=True, eq=False)
class Sketch:
    """Where a figure is drawn, by which hand, how large and in which light."""

    lens: Lens
    style: str
    owner: str
    tall: float  # pixels that the person would have standing
    light: Floats  # (3,): on paper right and down, and towards the viewer
    weight: float  # pixels of a common contour
    page: tuple[int, int]  # pixels

    @staticmethod
    def of(
        lens: Lens, style: str, owner: str, tall: float, light: tuple[float, float, float], page: tuple[int, int]
    ) -> Sketch:
        way = np.asarray(light, np.float32)
        seen = lens.axes @ (way / max(float(np.linalg.norm(way)), 1e-6))
        pen = float(np.clip(0.1 * np.sqrt(tall), 0.55, 6.5)) * (1.15 if style == "ink" else 1.0)
        return Sketch(lens, style, owner, tall, np.array([seen[0], -seen[1], -seen[2]], np.float32), pen, page)

    def outside(self, points: Floats, reach: float) -> bool:
        """Whether all that lies within `reach` metres of places (n, 3) falls off the same edge of the page."""
        seen = self.lens.seen(points)
        if float(seen[:, 2].min()) < NEAR + reach:
            return False
        x, y = self.lens.onto(seen).T
        far = reach * self.lens.scale / seen[:, 2]
        width, height = self.page
        return bool((x + far < 0).all() or (x - far > width).all() or (y + far < 0).all() or (y - far > height).all())

    @cached_property
    def shade_side(self) -> Floats:
        """(2,): where shadows are painted: sideways rather than below, or every hem would look like a border."""
        way = self.dark_side * np.array([1.7, 0.45], np.float32)
        return way / max(float(np.hypot(*way)), 1e-6)

    @cached_property
    def dark_side(self) -> Floats:
        """(2,): the way on paper that lies away from the light."""
        way = -self.light[:2]
        length = float(np.linalg.norm(way))
        return way / length if length > 0.2 else np.array([0.45, 0.89], np.float32)

    def colour(self, colour: str, stuff: str = "cloth") -> str:
        """What a colour becomes under this hand; `stuff` is skin, cloth or hair."""
        dark = darkness(colour)
        if self.style == "tone":
            deep = stuff == "skin" and dark > 0.62  # or lines would be lost upon it
            return shown(mixed(colour, "#a8704c", 0.22) if deep else colour, 0, "tone")
        if self.style == "ink":
            return LINE["ink"] if stuff != "skin" and dark > (0.60 if stuff == "hair" else 0.68) else WHITE
        wash = {"skin": 0.02 + 0.26 * max(0.0, dark - 0.2), "hair": 0.06 + 0.66 * dark**1.3}
        return mixed(PAPER["line"], "#5d6878", wash.get(stuff, 0.03 + 0.50 * dark**1.4))

    def shadow(self, colour: str, stuff: str = "cloth") -> str:
        """The shadow tone of a colour; "" where this hand leaves it out."""
        if self.style == "ink":
            return LINE["ink"] if self.colour(colour, stuff) == WHITE and stuff == "cloth" else ""
        if self.style == "line":
            return mixed(self.colour(colour, stuff), "#5d6878", 0.14)
        if stuff != "skin":
            return shown(colour, 2, "tone")
        red, green, blue = rgb(colour)
        return text_of((red * 0.84, green * 0.74, blue * 0.76))

    def pen(self, colour: str = "", stuff: str = "cloth") -> str:
        """The colour of a line upon a fill: white upon spotted black, in tone a dark of the fill's own colour."""
        if not colour:
            return LINE[self.style]
        if self.style == "ink":
            return WHITE if self.colour(colour, stuff) == LINE["ink"] else LINE["ink"]
        if stuff == "skin" and darkness(colour) > 0.55:
            return "#150d0b"
        return line_on(colour, self.style)

    def part(
        self, outline: Floats, colour: str, name: str, *, stuff: str = "cloth", open: NDArray[np.bool_] | None = None,
        weight: float = 1.0, shade: float = 0.0, smooth: bool = True, shaded: NDArray[np.bool_] | None = None,
    ) -> Part:  # fmt: skip
        """A closed shape. `open` (n,) is True where it grows out of its neighbour and has no contour; `shade` is how
        many pixels of shadow lie on its dark side, where `shaded` (n,) allows it."""
        fill = self.colour(colour, stuff)
        out = normals(outline)
        swell = np.maximum(out @ self.dark_side, 0)
        thin, thick = (0.45, 1.5) if self.style == "ink" else (0.6, 0.8)
        grown = self.weight * weight * (thin + thick * swell)
        if open is not None:
            grown = np.where(open, -0.8 - 0.4 * self.weight, grown)
            padded = np.concatenate([grown[-1:], grown, grown[:1]])
            grown = (padded[:-2] + grown + padded[2:]) / 3
            grown = np.where(open, np.minimum(grown, -0.6), grown)
        back = Ink(
            ((outline + out * grown[:, None]).astype(np.float32),),
            self.pen(colour, stuff),
            smooth=smooth,
            owner=self.owner,
            part=f"{name} line",
        )
        over: list[Ink] = []
        deep = shade > 0.8 and self.tall > 60
        tone = self.shadow(colour, stuff) if deep else ""
        dark = crescent(outline, out, -self.shade_side * shade, shaded) if tone else None
        if dark is not None:
            over.append(Ink((dark,), tone, owner=self.owner, part=f"{name} shadow"))
        if self.style == "ink" and deep and self.tall > 160:
            over += self._feathers(outline, out, colour, stuff, shade, name)
        return Part(Ink((outline,), fill, smooth=smooth, owner=self.owner, part=name), back, tuple(over))

    def _feathers(self, outline: Floats, out: Floats, colour: str, stuff: str, shade: float, name: str) -> list[Ink]:
        """How ink goes from black to white: a comb of strokes that end in points. Dark skin is inked by longer ones."""
        skin = stuff == "skin"
        if self.colour(colour, stuff) == LINE["ink"] or stuff == "hair" or (skin and darkness(colour) < 0.40):
            return []
        comb = crescent(outline, out, -self.shade_side * shade)
        if comb is None or len(comb) < 8:
            return []
        half = len(comb) // 2
        edge, inner = comb[:half], comb[half:][::-1]
        start = edge if skin else inner - (inner - edge) * 0.12
        reach = 1.3 * darkness(colour) + 0.2 if skin else 0.55
        step = np.sqrt(((start[1:] - start[:-1]) ** 2).sum(1))
        run = np.concatenate([[0], np.cumsum(step)])
        gap = self.weight * (2.3 if skin else 2.6)
        count = int(min(run[-1] / max(gap, 1.0), 90))
        if count < 4:
            return []
        at = (np.arange(1, count) + 0.22 * np.sin(np.arange(1, count) * 5.3)) * (run[-1] / count)
        foot = np.stack([np.interp(at, run, start[:, k]) for k in (0, 1)], -1)
        deep = np.stack([np.interp(at, run, (inner - edge)[:, k]) for k in (0, 1)], -1)
        long = reach * (0.8 + 0.2 * np.sin(np.arange(1, count) * 3.1))[:, None]
        tip = foot + deep * long
        across = unit(np.stack([-deep[:, 1], deep[:, 0]], -1)) * (self.weight * (0.34 if skin else 0.62))
        combs = np.stack([foot - across, foot + across, tip], 1).astype(np.float32)
        fine = np.abs(deep * long).sum(1) > 2.0 * self.weight
        return [Ink(tuple(combs[fine]), LINE["ink"], owner=self.owner, part=f"{name} feathering")] if fine.any() else []

    def stroke(
        self, points: Floats, name: str, *, width: float = 1.0, colour: str = "", ends: tuple[float, float] = (0.1, 0.1)
    ) -> Ink:
        """A brush stroke along (n, 2): `width` in common contours, its ends as shares of that."""
        pen = max(self.weight * width, 0.4)
        ink = colour or LINE[self.style]
        if pen < 0.8 or len(points) < 3:
            return Ink((points,), "", ink, pen, False, True, owner=self.owner, part=name)
        line = along(points, 3) if len(points) < 9 else points
        padded = np.concatenate([line[:1], line, line[-1:]])
        side = unit((padded[2:] - padded[:-2])[:, ::-1] * FLIP)
        press = (pen / 2 * _pressure(len(line), *ends))[:, None]
        return Ink(
            (np.concatenate([line + side * press, (line - side * press)[::-1]]),), ink, owner=self.owner, part=name
        )

    def flat(self, outline: Floats, colour: str, name: str, smooth: bool = True, opacity: float = 1.0) -> Ink:
        """A patch of plain colour without a contour."""
        return Ink((outline,), colour, smooth=smooth, owner=self.owner, part=name, opacity=opacity)


__all__ = ["LINE", "PAPER", "STYLES", "WHITE", "Part", "Sketch", "darkness", "joined", "mixed"]
