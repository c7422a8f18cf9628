"""Moves on pictures by a net of pictures: vary one, begin from one, blend two, draw a part anew, draw on past the edge.

Each move makes tellings (`picture_scene`) out of a picture that is there; the net draws them as it draws any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import UsageError
from ..core.seeds import candidate_seed
from ..engine.samplers import Floats
from .picture_scene import CELL, SELF_KNOWN, Told, bytes_of, grains_of, packed

if TYPE_CHECKING:
    from ..media.picture import Picture

APART = 0.35  # how far the pictures of one blend differ, as a share of the way to noise of their own


@dataclass(frozen=True)
class Start:
    """A picture in the net's frame: premultiplied (h, w, 4) in 0..1, and what had to be done to it."""

    values: Floats
    picture: Picture
    said: tuple[str, ...] = ()

    @property
    def canvas(self) -> list[int]:
        """Width and height."""
        return [int(self.values.shape[1]), int(self.values.shape[0])]


def start_of(picture: Picture, side: int) -> Start:
    """A picture as the net can begin from it: its shorter side is the net's, the longer a whole number of cells.

    What is no such size is scaled, and that is said; nothing is cut off.
    """
    from ..media.picture import floats, premultiplied, resized

    width, height = picture.size
    scale = side / min(width, height)
    if max(width, height) > 4 * min(width, height):
        raise UsageError(
            f"a strip of {width} x {height} pixels is too long for this model", mend="cut a part of at most 4:1 out"
        )
    to = [max(side, round(one * scale / CELL) * CELL) for one in (width, height)]
    values = premultiplied(floats(picture))
    if (width, height) == tuple(to):
        return Start(values, picture)
    if (width, height) in ((2 * to[0], 2 * to[1]), (4 * to[0], 4 * to[1])):  # as large as its own are finished
        return Start(np.clip(resized(values, *to), 0, 1).astype(np.float32), picture)
    said = f"{width} x {height} pixels are brought to {to[0]} x {to[1]}: so large is what this model draws"
    return Start(np.clip(resized(values, *to), 0, 1).astype(np.float32), picture, (said,))


def from_picture(told: Told, start: Start, strength: float) -> Told:
    """Begin from a picture, and draw it again towards the words; at strength 1 only its grains lead.

    SDEdit (Meng et al. 2022, arXiv:2108.01073).
    """
    check_strength(strength)
    return {
        **told,
        "canvas": start.canvas,
        "things": [],
        "grains": packed(grains_of(start.values)),
        "known": SELF_KNOWN,
        "start": packed(bytes_of(start.values)),
        "strength": strength,
    }


def varied(told: Told, start: Start, strength: float) -> Told:
    """Another picture like one that is there: its own words and layout where they are known, its own grains else."""
    check_strength(strength)
    if told.get("things") and told["canvas"] == start.canvas:
        known = round(float(told["known"]) * (1 - 0.3 * strength), 4)
        return {**told, "known": known, "start": packed(bytes_of(start.values)), "strength": strength}
    return from_picture(told, start, strength)


def masked(told: Told, start: Start, mask: Floats) -> Told:
    """Draw only where the mask is white, things of the words inside its bounds; the rest of the picture stays.

    mask (h, w) in 0..1, of the frame's size.
    """
    width, height = start.canvas
    rows, columns = np.where(mask.max(1) > 0.5)[0], np.where(mask.max(0) > 0.5)[0]
    if not len(rows) or not len(columns):
        raise UsageError(
            f"at {width} x {height} pixels, which this model draws, nothing of the mask is left",
            mend="paint a larger part white",
        )
    left, top = float(columns[0]) / height, float(rows[0]) / height
    wide, high = float(columns[-1] + 1) / height - left, float(rows[-1] + 1) / height - top
    own = told["canvas"][0] / told["canvas"][1]
    scale = min(wide / own, high)
    x, y = left + (wide - own * scale) / 2, top + (high - scale) / 2
    things = [
        [name, number, round(x + a * scale, 5), round(y + b * scale, 5), round(size * scale, 5), *rest]
        for name, number, a, b, size, *rest in told["things"]
    ]
    ground = start.values * (1 - mask[..., None]) if things else start.values
    return {
        **told,
        "canvas": start.canvas,
        "things": things,
        "grains": packed(grains_of(ground)),
        "known": told["known"] if things else SELF_KNOWN,
        "start": packed(bytes_of(start.values)),
        "strength": 1.0,
        "mask": packed(bytes_of(mask)),
    }


def widened(start: Start, sides: Mapping[str, int], side: int) -> tuple[Start, Floats]:
    """A picture on a larger canvas, and the mask (h, w) of what is new. `sides`: pixels of the net's frame per side.

    Where the picture ends in the open, the new ground is clear; where it runs to its edge, the edge is mirrored, as a
    hint for the net.
    """
    left, right, top, bottom = (int(sides.get(name, 0)) for name in ("left", "right", "top", "bottom"))
    wide, high = start.canvas[0] + left + right, start.canvas[1] + top + bottom
    more_right, more_bottom = -wide % CELL, -high % CELL
    said = list(start.said)
    if more_right or more_bottom:
        said.append(f"{more_right or more_bottom} pixels more than asked for: the model draws in cells of {CELL}")
    if wide + more_right > 4 * side or high + more_bottom > 4 * side:
        raise UsageError(f"a canvas of {wide} x {high} is too large for this model", mend="extend in smaller steps")
    edges = ((top, bottom + more_bottom), (left, right + more_right))
    open_edge = start.values[[0, -1]].max() < 0.02 or start.values[:, [0, -1]].max() < 0.02
    reach = all(max(pair) < length for pair, length in zip(edges, start.values.shape[:2], strict=True))
    mode: Any = "constant" if open_edge or not reach else "reflect"
    values = np.pad(start.values, (*edges, (0, 0)), mode=mode)
    mask = np.pad(np.zeros(start.values.shape[:2], np.float32), edges, constant_values=1.0)
    return Start(values, start.picture, tuple(said)), mask


def blended(first: Told, second: Told, one: Start, other: Start, share: float, seed: int) -> Told:
    """Between two pictures: noise on the way between theirs, sketches mixed, the words of both.

    share: 0 is the first, 1 the second. Raises UsageError where the two have not the same shape.
    """
    if not 0 <= share <= 1:
        raise UsageError(f"a mix of {share:g} cannot be", mend="choose from 0 (the first) to 1 (the second)")
    if one.canvas != other.canvas:
        a, b = ("{} x {}".format(*picture.canvas) for picture in (one, other))
        raise UsageError(f"the two pictures have other shapes: {a} and {b}", mend="cut them to one shape first")
    grains = (1 - share) * _float(grains_of(one.values)) + share * _float(grains_of(other.values))
    near = first if share <= 0.5 else second
    words = list(dict.fromkeys([*first.get("words", ()), *second.get("words", ())]))
    seeds = [_seed_of(told, number) for number, told in enumerate((first, second))]
    return {
        **near,
        "canvas": one.canvas,
        "things": [],
        "words": words,
        "leans": [],
        "grains": packed(bytes_of(grains)),
        "known": SELF_KNOWN,
        "noise": {"seed": seed, "between": [*seeds, share], "apart": APART},
    }


def _float(values: Any) -> Floats:
    return np.asarray(values, np.float32) / np.float32(255)


def _seed_of(told: Told, number: int) -> int:
    """The seed of the noise that a picture came from; one of our own for a picture that came from none."""
    noise = told.get("noise") or {}
    return int(noise.get("seed", candidate_seed(0, number)))


def pasted(drawn: Picture, original: Picture, mask: Floats) -> Picture:
    """The new part of `drawn` in the original at its own size and depth: what the mask keeps, stays to the last bit.

    mask (h, w) in 0..1, of the original's size.
    """
    from ..media.picture import Picture as Kind
    from ..media.picture import floats, integers, premultiplied, resized, straight

    new = premultiplied(floats(drawn))
    if drawn.size != original.size:
        new = np.clip(resized(new, *original.size), 0, 1)
    share = mask[..., None]
    mixed = integers(straight(share * new + (1 - share) * premultiplied(floats(original))), original.depth)
    pixels = np.where(share > 0, mixed, original.pixels)
    return Kind(pixels, original.title, original.profile)


def cropped(drawn: Picture, width: int, height: int) -> Picture:
    """The left upper part of a picture."""
    from dataclasses import replace

    return replace(drawn, pixels=drawn.pixels[:height, :width], layers=())


def check_strength(strength: float) -> None:
    """Raise UsageError for a strength that is none."""
    if not 0 < strength <= 1:
        raise UsageError(f"a strength of {strength:g} cannot be used", mend="give more than 0, and at most 1")


def again(tolds: Sequence[Told] | Told, seed: int, count: int) -> list[Told]:
    """One telling as `count`, each with noise of its own, from `seed` on."""
    base = tolds if isinstance(tolds, dict) else tolds[0]
    seeds = range(seed, seed + count)
    return [
        {**base, "noise": {**base["noise"], "seed": one}, "sampler": {**base["sampler"], "seed": one}} for one in seeds
    ]
