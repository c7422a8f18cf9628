"""What of a set is taken away for a shot, as a crew clears it: what stands right before the lens or in the way.

It is decided for a whole take, so that nothing comes and goes while the camera moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...media.stage import Camera, Piece, Stage, Take
from .order import box_of_part
from .pen import NEAR, Pen, Stood
from .pieces import HUNG, stood

Floats = NDArray[np.float32]
OPEN = ("car body",)  # pieces that are left open part by part where the camera is
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Cleared:
    """Ids of pieces, and (piece, part) of those left open, that a take does without."""

    pieces: frozenset[str] = frozenset()
    parts: frozenset[tuple[str, str]] = frozenset()


WHOLE = Cleared()


def cleared(stage: Stage, take: Take, width: int, height: int, wanted: Sequence[str] = ()) -> Cleared:
    """What is taken away for a take. `wanted`: pieces that stay, with what they stand on."""
    key = (id(stage), take.cameras, round(width / height, 3), tuple(wanted))
    known = _KNOWN.get(key)
    if known is not None and known[0] is stage:
        return known[1]
    keys = dict.fromkeys([take.at(share) for share in _SHARES] if len(take.cameras) > 1 else [take.at(0.0)])
    pieces: set[str] = set()
    parts: set[tuple[str, str]] = set()
    for camera in keys:
        crew = _Crew(stage, camera, width, height)
        pieces |= crew.gone(wanted)
        parts |= crew.opened()
    while len(_KNOWN) > 15:
        _KNOWN.pop(next(iter(_KNOWN)))
    made = Cleared(frozenset(pieces), frozenset(parts))
    _KNOWN[key] = (stage, made)
    return made


_KNOWN: dict[tuple[object, ...], tuple[Stage, Cleared]] = {}


class _Crew:
    """Looks through one camera and says what must go."""

    def __init__(self, stage: Stage, camera: Camera, width: int, height: int) -> None:
        self.stage, self.camera, self.width, self.height = stage, camera, width, height
        focus = max(float(np.linalg.norm(np.subtract(camera.target, camera.eye))), 0.6)
        self.pen = Pen(camera, width, height, "line", stage.light, focus)

    def gone(self, wanted: Sequence[str]) -> set[str]:
        """Pieces that fill the frame or hide its middle, and what stands on them."""
        needed = [piece for piece in self.stage.pieces if piece.id in wanted]
        needed += [piece for piece in self.stage.pieces if any(stands_on(one, piece) for one in needed)]
        free = [piece for piece in self.stage.pieces if piece not in needed and piece.id not in OPEN]
        gone = [piece for piece in free if self._blocks(piece) or any(map(self._hides, _parts(self.stage, piece)))]
        gone += [piece for piece in free if any(stands_on(piece, one) for one in gone)]
        gone += [piece for piece in free for one in self.stage.pieces if one.id in wanted and self._covers(piece, one)]
        return {piece.id for piece in gone}

    def opened(self) -> set[tuple[str, str]]:
        """Sides of a car that are taken off: what is nearer than the people in it."""
        out = set()
        for piece in self.stage.pieces:
            for part in _parts(self.stage, piece) if piece.id in OPEN else ():
                near = float(self.pen.seen(part.points)[:, 2].min()) < self.pen.focus - 0.2
                close = self.pen.focus < 3.0 and (near or part.name.endswith(("middle post", "front post")))
                if self._fills((part,)) or (close and part.name != "roof"):
                    out.add((piece.id, part.name))
        return out

    def _blocks(self, piece: Piece) -> bool:
        """Whether a piece stands so near before the lens that it would fill the frame."""
        if piece.kind == "ceiling lamp":
            return self._cut_above(piece)
        if max(piece.size) < 0.3 or piece.kind in HUNG:
            return False
        big = not self.stage.interior and piece.kind in ("house", "shop front", "train")
        return self._fills(_parts(self.stage, piece), big)

    def _covers(self, piece: Piece, thing: Piece) -> bool:
        """Whether a piece stands on the same top before a thing that is seen close."""
        if abs(piece.y - thing.y) > 0.05 or piece.y < 0.2 or max(piece.size) > 0.8:
            return False
        one, other = (np.concatenate([part.points for part in _parts(self.stage, each)]) for each in (piece, thing))
        near, far = self.pen.seen(one), self.pen.seen(other)
        if min(near[:, 2].min(), far[:, 2].min()) < NEAR:
            return True
        here, there = self.pen.flat(near), self.pen.flat(far)
        meets = (here.min(0) < there.max(0)).all() and (here.max(0) > there.min(0)).all()
        return bool(meets and near[:, 2].mean() < far[:, 2].mean())

    def _hides(self, part: Stood) -> bool:
        """Whether a trunk, post or wall of the set stands between the lens and the middle of the picture."""
        if part.flat or float(part.high[1] - part.low[1]) < 0.5:
            return False
        box = box_of_part(part)
        ends = (self.camera.eye, self.camera.target)
        at, target = ((np.array(place, np.float32) - box.middle) @ box.axes.T for place in ends)
        half = (part.high - part.low) / 2
        way = np.where(np.abs(target - at) < 1e-6, 1e-6, target - at)
        one, other = (-half - at) / way, (half - at) / way
        enter, leave = float(np.minimum(one, other).max()), float(np.maximum(one, other).min())
        return enter < leave and leave > 0.01 and enter < 0.72

    def _cut_above(self, piece: Piece) -> bool:
        """Whether a hanging lamp would come into the frame as a mere lid from above."""
        low, high = (piece.x, piece.y, piece.z), (piece.x, piece.y + piece.size[1], piece.z)
        flat = self.pen.polygon(np.array([low, (piece.x + 0.2, piece.y, piece.z), high], np.float32))
        if flat is None or float(flat[:, 1].min()) < 0.02 * self.height:
            return True
        middle = abs(float(flat[:, 0].mean()) - self.width / 2) < 0.2 * self.width
        return middle and self.pen.focus < 4.5 and float(flat[:, 1].max()) > 0.3 * self.height  # before faces

    def _fills(self, parts: Sequence[Stood], big: bool = False) -> bool:
        seen = self.pen.seen(np.concatenate([part.points for part in parts]))
        ahead = seen[:, 2] > NEAR
        if not ahead.any():
            return True
        nearest = float(seen[ahead, 2].min())
        if nearest > min(1.1, 0.45 * self.pen.focus) and ahead.all():
            return False
        flat = self.pen.flat(seen[ahead])
        frame = (self.width, self.height)
        low, high = np.clip(flat.min(0), 0, frame), np.clip(flat.max(0), 0, frame)
        covers = float((high - low).prod()) / (self.width * self.height)
        return covers > (0.2 if nearest > 0.75 else 0.1) and not (big and ahead.mean() > 0.3)


def stands_on(piece: Piece, under: Piece) -> bool:
    """Whether a thing stands on a table."""
    reach = max(under.size[0], under.size[2]) / 2
    level = piece.y > 0.2 and abs(piece.y - under.y - under.size[1]) < 0.05
    return level and bool(np.hypot(piece.x - under.x, piece.z - under.z) < reach)


_STOOD: dict[int, tuple[Stage, dict[str, tuple[Stood, ...]]]] = {}


def _parts(stage: Stage, piece: Piece) -> tuple[Stood, ...]:
    """Parts of a piece, made once for a stage."""
    known = _STOOD.get(id(stage))
    if known is None or known[0] is not stage:
        while len(_STOOD) > 7:
            _STOOD.pop(next(iter(_STOOD)))
        known = _STOOD[id(stage)] = (stage, {})
    if piece.id not in known[1]:
        known[1][piece.id] = stood(piece)
    return known[1][piece.id]


def parts_of(stage: Stage, piece: Piece, without: Cleared) -> list[Stood]:
    """The parts of a piece that stay for a take."""
    return [part for part in _parts(stage, piece) if (piece.id, part.name) not in without.parts]
