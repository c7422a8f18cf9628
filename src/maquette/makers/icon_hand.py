"""The hand that draws: a manner that the net learnt, or a designer's own with the hard rules of her style card.

The net draws on the canvas of 24 units. A card speaks of the designer's own canvas: its margin and, where the two fit,
its grid already bind the grammar while the net draws; at the end `hold` puts every point on her grid, on her canvas,
in her stroke, so that the hard rules hold whatever the net did. Angles, mix, ink and footprint guide the choice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.registry import nearest
from ..encodings import strokes_vocabulary as v
from ..encodings.strokes_grammar import Rules
from ..encodings.strokes_vocabulary import Header
from ..media import drawing as d
from .icon_finish import HARD, MEND, RESTYLE, held, numbers_of, restroked

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.style_card import StyleCard
    from .icon import IconControls

__all__ = ["COMPLEXITIES", "GRIDS", "Hand", "Manner", "hands_of", "held", "inset_of", "restroked", "strangeness"]

CARD = "style.toml"  # beside the weights of a hand that was learnt from a designer's own icons
GRIDS = {"1": 0, "1/2": 1, "1/4": 2, "1/8": 3}
COMPLEXITIES = {"simple": 1, "medium": 3, "detailed": 6}


@dataclass(frozen=True)
class Manner:
    """A manner of drawing that was learnt, under a neutral name; `own` if from the designer's own icons."""

    name: str
    style: int | None
    width: float
    cap: str
    join: str
    own: bool = False


@dataclass(frozen=True)
class Hand:
    """A manner with the stroke that is asked for, in units of 24, and the card it is held to, if there is one.

    `lead` is the manner that the net is told where it has not learnt this hand: it draws best in one it knows. `grid`
    is what points stand on where there is no card, in units of 24.
    """

    manner: Manner
    card: StyleCard | None = None
    lead: Manner | None = None
    grid: float = 1 / v.STEP

    def asked(self, controls: IconControls) -> Hand:
        """The hand with the stroke that was asked for this time (in units of 24)."""
        manner = replace(
            self.manner,
            width=self.manner.width if controls.width is None else controls.width,
            cap=controls.cap or self.manner.cap,
            join=controls.join or self.manner.join,
        )
        if self.card is None:
            return Hand(manner, grid=self.grid if controls.grid is None else 1 / 2 ** GRIDS[controls.grid])
        width = self.card.width if controls.width is None else controls.width / self.card.scale
        card = replace(self.card, width=width, cap=manner.cap, join=manner.join)  # type: ignore[arg-type]
        return Hand(manner, card, self.lead)

    def header(self, controls: IconControls) -> Header:
        """What the net is told of the icon that it is to draw."""
        grid = None if controls.grid is None else GRIDS[controls.grid]
        if grid is None and self.card is not None:
            steps = self.card.grid * self.card.scale  # 0: the hand keeps to no grid
            grid = next((k for k in range(3) if steps and steps % (1 / 2**k) < 1e-6), 3)
        lead = self.lead or self.manner
        return Header(
            style=lead.style,
            paint="stroke",
            width=self.manner.width,
            cap=lead.cap,
            join=lead.join,
            complexity=None if controls.complexity is None else COMPLEXITIES[controls.complexity],
            symmetric=controls.symmetry,
            grid=grid,
        )

    def rules(self, controls: IconControls) -> Rules:
        """Points keep half the stroke width, and the card's margin, from the edges; they stand on the grid."""
        inset = inset_of(self.manner.width, self.manner.join)
        grid = 1 if controls.grid is None else v.STEP >> GRIDS[controls.grid]
        if self.card is not None:
            kept = (self.card.margin + self.card.width / 2) * self.card.scale * v.STEP
            inset = max(inset, min(math.ceil(kept - 1e-6), 3 * v.STEP))
            steps = self.card.grid * self.card.scale * v.STEP
            if grid == 1 and abs(steps - round(steps)) < 1e-6 and 1 <= steps <= 2 * v.STEP:
                grid = round(steps)
        longest = {"simple": 40, "medium": 80}.get(controls.complexity or "", 160)
        return Rules("stroke", inset, grid, longest)

    def finish(self, drawing: d.Drawing) -> d.Drawing:
        """The drawing as the hand draws it: on the card's own canvas, under its hard rules."""
        return drawing if self.card is None else held(drawing, self.card)

    def record(self, *steps: str) -> dict[str, Any]:
        """The numbers that these steps ask for, as JSON data, so that they can be done again without the card."""
        if self.card is None:
            return {**self._plain(), "steps": list(steps)}
        told = numbers_of(self.card)
        asked = set(told) if RESTYLE in steps else {*HARD, *(("gap", "level") if MEND in steps else ())}
        return {**{name: value for name, value in told.items() if name in asked}, "steps": list(steps)}

    def restyling(self) -> dict[str, Any]:
        """What `restroked` needs to bring a human's drawing into this hand, as JSON data: the card's habits with it."""
        if self.card is None:
            return {**self._plain(), "side": 0.0}
        side = max(self.card.footprint[0], self.card.footprint[2])
        return {**numbers_of(self.card), "side": side, "habits": True}

    def _plain(self) -> dict[str, Any]:
        """The hard numbers of a manner."""
        pen = {"width": self.manner.width, "cap": self.manner.cap, "join": self.manner.join}
        return {"canvas": v.CANVAS, "grid": self.grid, **pen, "margin": 0.0}

    def strangeness(self, drawing: d.Drawing) -> float:
        """How far a drawing is from what is usual for the card, in spreads (about 1: usual); 0 without a card."""
        return 0.0 if self.card is None else strangeness(drawing, self.card)


def strangeness(drawing: d.Drawing, card: StyleCard) -> float:
    """Root mean square of how many of the card's spreads a drawing is from its ink, footprint, mix and angles."""
    import numpy as np

    from ..media.style_pieces import runs

    fitted = d.fit(drawing, card.canvas)
    box = d.bounds(fitted)
    if box is None:
        return 9.0
    least = card.canvas / 24  # of a spread, in units of the card: no designer is that exact
    share = float(d.render(fitted, 48).mean())
    away = []
    if card.ink[0]:
        away.append((share - card.ink[0]) / max(card.ink[1], 0.02))
    if card.footprint[0] and card.footprint[2]:
        away.append((box[2] - box[0] - card.footprint[0]) / max(card.footprint[1], least))
        away.append((box[3] - box[1] - card.footprint[2]) / max(card.footprint[3], least))
    pieces = [piece for run in runs(d.fit(drawing, 24.0)) for piece in run.pieces]
    if card.mix and pieces:
        shares = [sum(piece.kind == kind for piece in pieces) / len(pieces) for kind in ("line", "arc", "curve")]
        usual = [card.mix.get(kind, 0.0) for kind in ("line", "arc", "curve")]
        away.append(sum(abs(a - b) for a, b in zip(shares, usual, strict=True)) / 0.5)
    lines = [piece for piece in pieces if piece.kind == "line"]
    if card.angles and lines:
        degrees = [math.degrees(math.atan2(line.way_in.imag, line.way_in.real)) % 180 for line in lines]
        odd = sum(min(min(abs(x - a), 180 - abs(x - a)) for a in card.angles) > 1.5 for x in degrees)
        away.append(odd / len(lines) / 0.25)
    return float(np.sqrt(np.mean(np.clip(away, -4, 4) ** 2))) if away else 0.0


def hands_of(style: str | None, checkpoint: Checkpoint, manners: Sequence[Manner]) -> list[Hand]:
    """The hands that `style` asks for: one manner, all ("any"), or that of a style card's file.

    Without a style it is the checkpoint's own hand with the card beside it, if it has one, else the manner "even".
    """
    from ..media.style_card import read_card

    own = manners[0] if manners[0].own else None
    if style is None and own is not None:
        return [of_card(read_card(checkpoint.file(CARD)), manners)]
    if style is not None and is_card(style):
        card = read_card(Path(style).expanduser())
        if card.paint == "fill":
            raise UsageError(
                "this card was read from filled icons, and icons are drawn as strokes",
                where=style,
                mend="read a card from stroke icons (`maquette icon style FOLDER`), or set its paint to stroke",
            )
        return [of_card(card, manners)]
    if style == "any":
        return [Hand(manner) for manner in manners]
    named = [manner for manner in manners if manner.name == (style or "even")] or [manners[0]][: style is None]
    if not named:
        names = [manner.name for manner in manners]
        mend = nearest(str(style), [*names, "any"]) + "; or give the path of a style card (.toml)"
        raise UsageError(f"{checkpoint.name} knows no style {style!r}", mend=mend)
    return [Hand(named[0])]


def is_card(style: str) -> bool:
    """Whether a style is the path of a card rather than a manner's name."""
    return style.lower().endswith(".toml")


def of_card(card: StyleCard, manners: Sequence[Manner]) -> Hand:
    """The hand of a card: drawn in the own manner if the model has one, else led by the first it has learnt."""
    first = manners[0]
    stroke = min(max(card.width * card.scale, v.WIDTH_STEP), v.WIDTHS * v.WIDTH_STEP)
    manner = Manner(card.name or first.name, first.style, stroke, card.cap, card.join, first.own)
    return Hand(manner, card, None if first.own else first)


def inset_of(width: float, join: str | None) -> int:
    """Steps that points keep from the edge: half the stroke width, and somewhat more where corners come to a tip."""
    return max(0, round(width / 2 * v.STEP * (1.42 if join == "miter" else 1.0)))
