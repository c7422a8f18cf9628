"""Faces: eyes, brows, nose and mouth, drawn on the head's surface so that they turn with it.

Mouths are the nine of `stage.MOUTHS`, moods the ten of `film.EMOTIONS`: see `puppet_moods`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...media.ink import Ink
from .puppet_head import Skull
from .puppet_moods import MOODS, SHAPES, Mood
from .puppet_paint import LINE, WHITE, darkness, mixed
from .puppet_shapes import Floats, hull

MOUTH_Y, MOUTH_WIDE = -0.006, 0.0255
EYE_X, EYE_Y, EYE_WIDE = 0.0335, 0.071, 0.0200
BROW_Y = 0.0985
BITE = -0.012  # metres that a mouth's corners lie deeper than its middle, beyond the bend of the face


def drop_of(mouth: str, mood: Mood) -> float:
    """Metres that the jaw drops for a mouth."""
    lower = SHAPES.get(mouth, SHAPES["X"])[2]
    return 0.75 * max(lower, mood.open if mouth == "X" else 0.0)


@dataclass(frozen=True, eq=False)
class Face:
    """A face to be drawn: `look` (2,) is where the eyes turn, 1 as far as they go."""

    skull: Skull
    mood: Mood
    mouth: str
    blink: float
    look: tuple[float, float]

    @property
    def pixels(self) -> float:
        return self.skull.pixels(0.24)

    @property
    def pen(self) -> str:
        return self.skull.sketch.pen(self.skull.body.look.skin, "skin")

    def on(self, x: Floats, y: Floats, lift: float = 0.0) -> tuple[Floats, Floats]:
        """Paper (n, 2) of places on the face, and which of them are seen (n,). Below 0, `lift` bends a mouth around
        the teeth: its corners lie that much deeper, or a profile would show next to nothing of it."""
        points = self.skull.shape.front(x, y)
        points[:, 2] += lift if lift >= 0 else lift * (np.abs(x) / MOUTH_WIDE) ** 1.4
        return self.skull.paper(points), self.skull.seen(points)

    def patch(self, x: Floats, y: Floats, colour: str, name: str, lift: float = 0.0) -> list[Ink]:
        """A patch on the face: what is turned away is left out."""
        paper, seen = self.on(x, y, lift)
        keep = seen > 0.0
        if keep.sum() < 3:
            return []
        return [self.skull.sketch.flat(paper[keep], colour, name, smooth=bool(keep.all()))]

    def line(
        self,
        x: Floats,
        y: Floats,
        name: str,
        width: float,
        colour: str = "",
        ends: tuple[float, float] = (0.15, 0.15),
        lift: float = 0.0,
    ) -> list[Ink]:
        paper, seen = self.on(x, y, lift)
        keep = seen > 0.03
        if keep.sum() < 3:
            return []
        return [self.skull.sketch.stroke(paper[keep], name, width=width, colour=colour or self.pen, ends=ends)]


def looked(skull: Skull, gaze: tuple[float, float, float] | None) -> tuple[float, float]:
    """Where the eyes turn for a place looked at: left of the person and up, each -1..1."""
    if gaze is None or not np.isfinite(gaze).all():
        return 0.0, 0.0
    body = skull.body
    eyes = skull.world(np.array([0, EYE_Y, 0.09], np.float32))
    way = np.asarray(gaze, np.float32) - eyes
    x, y, z = (float(way @ body.axis("Head", k)) for k in range(3))
    left = float(np.clip(np.arctan2(x, max(z, 0.05)) / 0.75, -1, 1))
    up = float(np.clip(np.arctan2(y, float(np.hypot(x, z))) / 0.6, -1, 1))
    return left, up


def face_marks(face: Face) -> list[Ink]:
    """All of the face from back to front; less of it where it is small."""
    size = face.pixels
    if size < 7:
        return []
    marks: list[Ink] = []
    tiny = size < 30
    for side in (1.0, -1.0):
        marks += _dot_eye(face, side) if tiny else _eye(face, side)
    marks += _mouth(face) if size >= 16 else []
    marks += nose(face) if size >= 20 else []
    for side in (1.0, -1.0):
        marks += _brow(face, side) if size >= 16 else []
    if size >= 60:
        marks += _folds(face)
    return marks


def _dot_eye(face: Face, side: float) -> list[Ink]:
    x = np.float32(EYE_X * side)
    paper, seen = face.on(np.array([x]), np.array([EYE_Y], np.float32))
    if seen[0] < 0.08:
        return []
    radius = face.pixels * 0.034
    if face.blink > 0.6:
        return face.line(
            x + np.linspace(-0.014, 0.014, 4).astype(np.float32), np.full(4, EYE_Y - 0.002, np.float32), "eye", 0.7
        )
    angle = np.arange(8) * (np.pi / 4)
    lid = 1.25 * min(face.mood.lid, 1.3)
    dot = paper[0] + np.stack([np.cos(angle) * radius * (0.5 + 0.5 * seen[0]), np.sin(angle) * radius * lid], -1)
    return [face.skull.sketch.flat(dot.astype(np.float32), LINE[face.skull.sketch.style], "eye")]


def _lids(face: Face, side: float, t: Floats) -> tuple[Floats, Floats, Floats]:
    """x of an eye's opening for t -1 (inner) .. 1 (outer), its upper and its lower lid."""
    traits, mood = face.skull.traits, face.mood
    wide, tall = EYE_WIDE * traits.eyes, 0.0158 * traits.eyes * (1.12 if traits.child else 1.0)
    x = side * (EYE_X * traits.apart + wide * t)
    base = EYE_Y - (0.010 if traits.child else 0.0) + 0.0022 * t * (1.4 if traits.soft else 0.6)
    open = max(mood.lid, 0.05) * (1 - face.blink)
    down = tall * 0.55
    bow = np.clip(1 - np.abs(t) ** 2.2, 0, 1)
    skew = 1 - 0.16 * t
    upper = base + tall * open * bow**0.75 * skew + mood.slant * (1 - face.blink) * t * bow**0.3 * 1.2
    lower = base - down * (1 - np.abs(t) ** 2.6) * (1 - mood.low * (1 - 0.4 * face.blink))
    look_up = 0.003 * face.look[1] * (1 - face.blink) * bow
    upper = np.maximum(upper + look_up, lower + 0.0003)
    shut = np.clip((face.blink - 0.6) / 0.4, 0, 1)
    return x.astype(np.float32), (upper * (1 - shut) + lower * shut).astype(np.float32), lower.astype(np.float32)


def _eye(face: Face, side: float) -> list[Ink]:
    sketch, traits, mood = face.skull.sketch, face.skull.traits, face.mood
    t = np.linspace(-1, 1, 13, dtype=np.float32)
    x, upper, lower = _lids(face, side, t)
    _, seen = face.on(x[6:7], lower[6:7])
    if seen[0] < 0.02:
        return []
    marks: list[Ink] = []
    line = face.pen
    if face.blink < 0.85:
        white = WHITE if sketch.style != "tone" else mixed(WHITE, face.skull.body.look.skin, 0.10)
        marks += face.patch(np.concatenate([x, x[::-1]]), np.concatenate([upper, lower[::-1]]), white, "eye white")
        marks += _iris(face, side, x, upper, lower)
    heavy = (1.55 if traits.soft else 1.25) * (0.8 if face.pixels < 60 else 1.0)
    marks += face.line(x, upper, "upper lid", heavy, line, (0.35, 0.8 if traits.soft else 0.5))
    if traits.soft and face.pixels > 50:
        end = slice(9, 13)
        lash = np.linspace(0, 1, 4, dtype=np.float32)
        marks += face.line(x[end] + side * 0.006 * lash, upper[end] + 0.0035 * lash, "lashes", 1.1, line, (0.9, 0.05))
    if face.pixels > 60:
        part = slice(4, 12)
        marks += face.line(x[part], lower[part], "lower lid", 0.5, line)
    if face.pixels > 110 and face.blink < 0.5:
        part = slice(3, 12)
        gap = 0.0055 + 0.004 * max(0.0, 1 - mood.lid)
        marks += face.line(x[part], upper[part] + gap, "lid fold", 0.4, line)
    if mood.bags > 0.2 and face.pixels > 60:
        part = slice(2, 10)
        marks += face.line(
            x[part],
            lower[part] - 0.006 - 0.002 * np.sin(np.pi * np.linspace(0, 1, 8)).astype(np.float32),
            "bag",
            0.4 * mood.bags + 0.15,
            line,
        )
    return marks


EYES = ("#5b3d24", "#3d5a73", "#4d6b45", "#3a2a20")


def _iris(face: Face, side: float, x: Floats, upper: Floats, lower: Floats) -> list[Ink]:
    traits, sketch = face.skull.traits, face.skull.sketch
    radius = 0.0106 * traits.eyes * (0.75 + 0.25 * face.mood.iris)
    left, up = face.look
    middle_x = float(x[6]) + left * 0.0088
    middle_y = (
        float((lower[6] + EYE_Y * 2 + 0.004) / 3 + 0.001) + up * 0.0055 + (0.0015 if not traits.child else -0.005)
    )
    order = np.argsort(x)
    xs, ups, lows = x[order], upper[order], lower[order]
    angle = np.arange(18) * (np.pi / 9)

    def disc(size: float, dx: float = 0.0, dy: float = 0.0) -> tuple[Floats, Floats]:
        px = np.clip(middle_x + dx + size * np.cos(angle), xs[0], xs[-1]).astype(np.float32)
        py = np.clip(middle_y + dy + size * np.sin(angle), np.interp(px, xs, lows), np.interp(px, xs, ups))
        return px, py.astype(np.float32)

    dark = LINE[sketch.style]
    tint = EYES[int(sum(map(ord, face.skull.body.look.hair_colour))) % 4]
    plain = sketch.style != "tone" or face.pixels < 70
    marks = face.patch(*disc(radius), dark, "iris")
    if not plain:
        marks += face.patch(*disc(radius * 0.84), tint, "iris colour")
        marks += face.patch(*disc(radius * 0.50 * face.mood.iris), dark, "pupil")
    elif face.pixels > 140:
        marks += face.patch(*disc(radius * 0.82), mixed(dark, WHITE, 0.45), "iris colour")
        marks += face.patch(*disc(radius * 0.52 * face.mood.iris), dark, "pupil")
    if face.pixels > 45:
        marks += face.patch(*disc(radius * 0.30, -radius * 0.34, radius * 0.40), WHITE, "eye light")
    return marks


def _brow(face: Face, side: float) -> list[Ink]:
    skull, mood, traits = face.skull, face.mood, face.skull.traits
    look = skull.body.look
    u = np.linspace(0, 1, 11, dtype=np.float32)
    x = side * (0.0135 + 0.037 * u) * traits.apart
    y = (
        BROW_Y
        + (0.004 if traits.child else 0)
        + mood.brow_in * (1 - u) ** 1.3
        + mood.brow_out * u
        + mood.arch * np.sin(np.pi * u)
        - 0.002 * u
    )
    thick = 0.0046 * traits.brow * (1.0 - 0.75 * u**1.6)
    thick[:2] *= (0.35, 0.85)
    colour = look.hair_colour if darkness(look.hair_colour) > 0.55 else mixed(look.hair_colour, "#3a2a1a", 0.35)
    if skull.sketch.style != "tone":
        colour = LINE[skull.sketch.style] if darkness(look.hair_colour) > 0.20 else mixed(colour, LINE["line"], 0.4)
    if face.pixels < 45:
        return face.line(x.astype(np.float32), y.astype(np.float32), "brow", 1.1, colour, (0.7, 0.1))
    xs = np.concatenate([x, x[::-1]]).astype(np.float32)
    ys = np.concatenate([y + thick, (y - thick)[::-1]]).astype(np.float32)
    return face.patch(xs, ys, colour, "brow", 0.003)


def nose(face: Face) -> list[Ink]:
    skull, traits, sketch = face.skull, face.skull.traits, face.skull.sketch
    long = traits.nose
    y = np.array([0.074, 0.055, 0.036, 0.028, 0.0225], np.float32)
    if traits.child:
        y -= 0.006
    ridge = skull.shape.front(np.zeros(5, np.float32), y)
    ridge[:, 2] += np.array([0.000, 0.009, 0.0225, 0.0205, 0.004], np.float32) * long
    wide = 0.0135 * (0.5 + 0.5 * long)
    wings = skull.shape.front(np.array([wide, -wide], np.float32), np.full(2, y[3], np.float32))
    wings[:, 2] += 0.004
    paper, flat = skull.paper(ridge), skull.paper(skull.shape.front(np.zeros(5, np.float32), y))
    across = skull.paper(np.array([[0.02, 0.04, 0.11], [-0.02, 0.04, 0.11]], np.float32))
    side = across[0] - across[1]
    span = max(float(np.linalg.norm(side)), 1e-3)
    unit = skull.pixels(0.04)
    out = float((paper[2] - flat[2]) @ (side / span)) / unit if span > 0.15 * unit else 0.0
    middle_seen = float(skull.seen(skull.shape.front(np.zeros(1, np.float32), y[2:3]))[0])
    if middle_seen < -0.45:
        return []
    turned = abs(float(np.linalg.norm(paper[2] - flat[2]))) / unit
    skin = sketch.colour(skull.body.look.skin, "skin")
    marks: list[Ink] = []
    solid = hull(np.concatenate([paper, skull.paper(wings)]), 24)
    tone = sketch.shadow(skull.body.look.skin, "skin")
    if middle_seen < 0.45 or turned > 0.30:
        marks.append(sketch.flat(solid, skin, "nose"))
    if abs(out) > 0.13 or middle_seen < 0.3:
        start = 0 if middle_seen < 0.25 else 1
        marks.append(sketch.stroke(paper[start:], "nose line", width=0.95, colour=face.pen, ends=(0.1, 0.3)))
        near = 0 if middle_seen > 0 and float((skull.paper(wings)[0] - paper[4]) @ (paper[4] - paper[3])) > 0 else 1
        if face.pixels > 50:
            facing = skull.seen(wings)
            near = int(facing.argmax())
            curve = np.stack(
                [
                    wings[near] + np.array([0, 0.006, -0.001]),
                    wings[near] + np.array([0, -0.002, 0.002]),
                    (wings[near] + ridge[4]) / 2 + np.array([0, -0.002, 0.0]),
                ]
            )
            marks.append(sketch.stroke(skull.paper(curve.astype(np.float32)), "nostril", width=0.6, colour=face.pen))
    else:
        if tone and face.pixels > 40:
            marks.append(
                sketch.flat(hull(np.stack([*skull.paper(wings), paper[4], paper[3]]), 16), tone, "nose shadow")
            )
        u = np.linspace(-0.8, 0.8, 7, dtype=np.float32)
        base = skull.shape.front(u * wide, y[3] - 0.005 * (1 - u * u))
        base[:, 2] += 0.008 * (1 - u * u)
        marks.append(sketch.stroke(skull.paper(base.astype(np.float32)), "nose", width=0.8, colour=face.pen))
    return marks


def _mouth(face: Face) -> list[Ink]:
    skull, mood, traits, sketch = face.skull, face.mood, face.skull.traits, face.skull.sketch
    wide, up, down, teeth, tongue, pucker = SHAPES.get(face.mouth, SHAPES["X"])
    if face.mouth == "X" and mood.open:
        up, down = mood.open * 0.35, mood.open
    t = np.linspace(-1, 1, 15, dtype=np.float32)
    x = MOUTH_WIDE * wide * mood.wide * traits.mouth * t
    calm = 1.0 if up + down < 0.002 else 0.75
    middle = MOUTH_Y + mood.corner * calm * (np.abs(t) ** 1.7 - 0.25) - 0.0012 * (1 - np.abs(t))
    bow = np.clip(1 - np.abs(t) ** (2.2 - 0.5 * pucker), 0, 1)
    upper, lower = middle + up * bow**0.8, middle - down * bow**0.7
    marks: list[Ink] = []
    bare = not skull.body.look.beard
    if sketch.style == "tone" and face.pixels > 55 and bare and (traits.soft or pucker > 0.4):
        marks += _lips(face, t, x, upper, lower, (0.0052 if traits.soft else 0.0030) * (1 + 0.5 * pucker))
    if up + down < 0.002:
        marks += face.line(x, middle, "mouth", 1.0 if face.mouth == "X" else 1.25, "", (0.35, 0.35), BITE)
    else:
        marks += _open_mouth(face, x, upper, lower, teeth, tongue)
    if face.pixels > 70 and bare:
        part = slice(4, 11) if not pucker else slice(5, 10)
        marks += face.line(x[part] * 0.85, lower[part] - 0.0074, "under lip", 0.45, lift=BITE)
    return marks


def _lips(face: Face, t: Floats, x: Floats, upper: Floats, lower: Floats, full: float) -> list[Ink]:
    skin, soft = face.skull.body.look.skin, face.skull.traits.soft
    arch = np.clip(1 - np.abs(t) ** 2, 0, 1)
    above = upper + full * 0.8 * arch**0.8 * (1 - 0.3 * np.exp(-((t / 0.16) ** 2)))
    below = lower - full * arch**0.7
    outline = np.concatenate([above, below[::-1]])
    colour = mixed(skin, "#b0484a", 0.55 if soft else 0.22)
    return face.patch(np.concatenate([x, x[::-1]]) * 1.02, outline, colour, "lips", BITE)


def _open_mouth(face: Face, x: Floats, upper: Floats, lower: Floats, teeth: float, tongue: float) -> list[Ink]:
    dark = LINE[face.skull.sketch.style]
    colour = face.skull.sketch.style == "tone"
    both = np.concatenate([x, x[::-1]])
    inside = "#4a1d22" if colour else dark
    marks = face.patch(both, np.concatenate([upper, lower[::-1]]), inside, "mouth", BITE)
    if tongue and face.pixels > 60:
        share = np.clip(1 - np.abs(x / max(abs(float(x[0])), 1e-5)) ** 2 * 1.5, 0, 1)
        top = lower + (upper - lower) * (0.30 + 0.35 * max(0.0, tongue - 0.6)) * share**0.5 * min(1.0, tongue * 1.6)
        red = "#b5575a" if colour else mixed(dark, WHITE, 0.45 if face.skull.sketch.style == "line" else 0.0)
        marks += face.patch(both, np.concatenate([np.minimum(top, upper), lower[::-1]]), red, "tongue", BITE)
    if teeth and face.pixels > 30:
        inner = slice(1, 14)
        edge = upper - (upper - lower) * teeth
        xs = np.concatenate([x[inner], x[inner][::-1]])
        white = "#fbf7ef" if colour else WHITE
        marks += face.patch(xs, np.concatenate([upper[inner], edge[inner][::-1]]), white, "teeth", BITE)
        if teeth > 0.9 and face.pixels > 90:
            marks += face.line(x[2:13], ((upper + lower) / 2)[2:13], "teeth line", 0.3, lift=BITE)
    marks += face.line(x, upper, "upper lip", 1.1, "", (0.4, 0.4), BITE)
    marks += face.line(x[1:14], lower[1:14], "lower lip", 0.7, "", (0.3, 0.3), BITE)
    return marks


def _folds(face: Face) -> list[Ink]:
    """What moods and years fold into a face."""
    mood, traits, sketch = face.mood, face.skull.traits, face.skull.sketch
    marks: list[Ink] = []
    u = np.linspace(0, 1, 5, dtype=np.float32)
    for side in (1.0, -1.0):
        if mood.pinch > 0.3:
            x = side * (0.006 + 0.001 * u)
            marks += face.line(
                x.astype(np.float32), (0.092 + 0.014 * u).astype(np.float32), "frown", 0.4 + 0.3 * mood.pinch
            )
        smile = min(1.0, mood.corner / 0.010) if mood.corner > 0.004 else 0.0
        sneer = 0.6 * mood.pinch if mood.corner < -0.005 else 0.0
        deep = max(0.8 if traits.old else 0.0, smile * (0.4 if traits.soft else 1.0), sneer)
        if deep > 0.3 and not traits.child and not face.skull.body.look.beard:
            x = side * (0.019 + 0.012 * u + 0.003 * np.sin(np.pi * u))
            marks += face.line(
                x.astype(np.float32), (0.026 - 0.030 * u).astype(np.float32), "cheek fold", 0.3 + 0.3 * deep
            )
        if traits.old:
            x = side * (0.055 + 0.008 * u)
            for tilt in (0.006, -0.006):
                marks += face.line(
                    x.astype(np.float32), (0.070 + tilt * (0.4 + u)).astype(np.float32), "crow's foot", 0.35
                )
        if mood.blush and sketch.style == "tone":
            angle = np.arange(12) * (np.pi / 6)
            cheek = mixed(face.skull.body.look.skin, "#d4574e", 0.22 * mood.blush)
            marks = (
                face.patch(
                    (side * 0.046 + 0.014 * np.cos(angle)).astype(np.float32),
                    (0.036 + 0.008 * np.sin(angle)).astype(np.float32),
                    cheek,
                    "cheek",
                )
                + marks
            )
    if traits.old:
        x = np.linspace(-0.035, 0.035, 7, dtype=np.float32)
        for y in (0.122, 0.132):
            marks += face.line(x, (y + 0.003 * np.cos(x / 0.035 * 1.5)).astype(np.float32), "forehead", 0.35)
    return marks


def glasses(face: Face, bows: bool) -> list[Ink]:
    """Rims before the eyes and, where no hair hangs over them, bows to the ears."""
    skull, sketch = face.skull, face.skull.sketch
    angle = np.arange(20) * (np.pi / 10)
    c, s = np.cos(angle), np.sin(angle)
    marks: list[Ink] = []
    width = max(sketch.weight * (0.95 if face.pixels > 60 else 0.8), 0.5)
    dark = LINE[sketch.style]
    flat = skull.shape.front(np.zeros(1, np.float32), np.array([EYE_Y], np.float32))[0, 2]
    for side in (1.0, -1.0):
        x = side * (0.0335 + 0.0265 * np.sign(c) * np.abs(c) ** 0.75)
        y = EYE_Y - 0.003 + 0.0215 * np.sign(s) * np.abs(s) ** 0.75
        rim = np.stack([x, y, flat + 0.006 - 2.6 * (np.abs(x) ** 2)], -1).astype(np.float32)
        facing = float(
            skull.seen(skull.shape.front(np.array([side * 0.03], np.float32), np.array([EYE_Y], np.float32)))[0]
        )
        if facing < -0.25:
            continue
        paper = skull.paper(rim)
        marks.append(sketch.flat(paper, WHITE, "glass", opacity=0.22))
        marks.append(Ink((paper,), "", dark, width, smooth=True, owner=sketch.owner, part="glasses"))
        hinge = np.array([side * 0.060, EYE_Y + 0.006, flat - 0.004], np.float32)
        bow = np.stack(
            [hinge, np.array([side * 0.079, EYE_Y + 0.006, 0.03]), np.array([side * 0.081, EYE_Y + 0.002, -0.008])]
        ).astype(np.float32)
        beside = float(sketch.lens.faces(skull.world(bow[1:2]), (skull.body.axis("Head", 0) * side)[None])[0])
        if bows and beside > 0.05:
            marks.append(sketch.stroke(skull.paper(bow), "bow", width=0.8))
    bridge = np.array(
        [[0.008, EYE_Y + 0.002, flat + 0.007], [0, EYE_Y + 0.005, flat + 0.009], [-0.008, EYE_Y + 0.002, flat + 0.007]],
        np.float32,
    )
    if float(skull.seen(skull.shape.front(np.zeros(1, np.float32), np.array([EYE_Y], np.float32)))[0]) > -0.1:
        marks.append(sketch.stroke(skull.paper(bridge), "bridge", width=0.8, ends=(1, 1)))
    return marks


__all__ = ["EYE_Y", "MOODS", "Face", "drop_of", "face_marks", "glasses", "looked"]
