"""A picture put together again from the brushwork of a painting: large patches first, small ones into what they left.

After texture transfer by quilting (Efros and Freeman 2001) and style transfer by texture synthesis (Elad and Milanfar
2017, arXiv:1609.03057), with two changes. Patches are compared by what is left of them after a blur, a grid of CELLS x
CELLS colours: what lies below, the strokes, is free to be the painting's. And the painting is offered turned, too, so
that strokes may run along the forms of the photo. Neighbours that lie side by side in the painting are preferred
(coherence, Ashikhmin 2001), so whole strokes come over, not crumbs; where patches overlap the pixel goes to those that
agree, not to their mean, which would be a blur.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .picture_style_filters import Array, blur, box

CELLS = 4
SAMPLE = 3000  # patches of the painting that a patch of the photo is compared with at first
GROUPS = 12  # parts of the photo that each draw their own
LIVELY = np.float32(0.3)  # how much brushwork counts against colours that fit
FAITHFUL = np.float32(0.3)  # how much the second level looks at the target, not at the first
SHADE = np.array([0.8, 0.3, 0.3], dtype=np.float32)  # how much of the target's broad light and colour is given back
LOOSE = np.float32(0.12)  # how much worse the colours may fit so that a stroke goes on
COLOUR = np.array([1.0, 0.9, 0.9], dtype=np.float32)  # lightness, two hue axes: how much a difference counts


@dataclass(frozen=True)
class Hand:
    """A painting as it is offered to the patches: itself and its turned copies.

    planes  each (h, w, 3) OKLab; sound (h, w) says where it is paint and not the corner of a turned copy
    """

    planes: tuple[Array, ...]
    sound: tuple[NDArray[np.bool_], ...]


def hand_of(painting: Array, angles: Sequence[int] = (0, 45, 90, 135)) -> Hand:
    """Turn the painting (h, w, 3) by each angle, in degrees."""
    from PIL import Image

    planes, sound = [], []
    for angle in angles:
        if angle % 90 == 0:
            turned = np.ascontiguousarray(np.rot90(painting, angle // 90))
            planes.append(turned)
            sound.append(np.ones(turned.shape[:2], dtype=np.bool_))
            continue
        channels = [
            np.asarray(Image.fromarray(channel).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=-9))
            for channel in np.moveaxis(np.ascontiguousarray(painting), -1, 0)
        ]
        turned = np.stack(channels, -1).astype(np.float32)
        planes.append(turned)
        sound.append(turned[..., 0] > -0.5)
    return Hand(tuple(planes), tuple(sound))


@dataclass(frozen=True)
class _Offer:
    """All patches of a hand for one side, on a grid of `pitch` px.

    described (n, CELLS * CELLS * 3); plane, row, column (n,); table per plane: grid place -> number, or -1
    """

    side: int
    pitch: int
    described: Array
    lively: Array  # (n,) how much stroke there is in a patch beyond its description
    plane: NDArray[np.int32]
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    tables: tuple[NDArray[np.int32], ...]


def _described(image: Array, side: int, rows: NDArray[Any], columns: NDArray[Any]) -> Array:
    """The colours of CELLS x CELLS cells of each patch: (n, CELLS * CELLS * 3)."""
    cell = side / CELLS
    soft = box(image, max(1, round(cell / 2))) * COLOUR
    inside = np.floor((np.arange(CELLS) + 0.5) * cell).astype(np.int64)
    down = rows[:, None, None] + inside[None, :, None]
    across = columns[:, None, None] + inside[None, None, :]
    return np.asarray(soft[down, across].reshape(len(rows), -1), dtype=np.float32)


def _offer(hand: Hand, side: int, pitch: int) -> _Offer:
    parts: list[tuple[Any, ...]] = []
    tables, total = [], 0
    for number, (plane, sound) in enumerate(zip(hand.planes, hand.sound, strict=True)):
        high, wide = (max((length - side) // pitch + 1, 0) for length in plane.shape[:2])
        rows, columns = (one.ravel() for one in np.mgrid[0:high, 0:wide] * pitch)
        whole = sound[rows, columns] & sound[rows + side - 1, columns]
        whole &= sound[rows, columns + side - 1] & sound[rows + side - 1, columns + side - 1]
        table = np.full(high * wide, -1, dtype=np.int32)
        table[whole] = total + np.arange(int(whole.sum()), dtype=np.int32)
        tables.append(table.reshape(high, wide))
        rows, columns = rows[whole], columns[whole]
        total += len(rows)
        fine = plane[..., 0] - box(plane[..., 0], max(1, side // (2 * CELLS)))
        lively = np.sqrt(box(fine * fine, side // 2))[rows + side // 2, columns + side // 2]
        parts.append((_described(plane, side, rows, columns), lively, np.full(len(rows), number), rows, columns))
    described, lively, planes, rows, columns = (np.concatenate(one) for one in zip(*parts, strict=True))
    planes, rows, columns = (one.astype(np.int32) for one in (planes, rows, columns))
    return _Offer(side, pitch, described, lively.astype(np.float32), planes, rows, columns, tuple(tables))


def brushed(
    target: Array,
    hand: Hand,
    *,
    side: int,
    detail: float,
    dice: np.random.Generator,
    on_level: Callable[[int, int, Array], None] | None = None,
) -> Array:
    """Rebuild `target` from patches of the hand: broad strokes everywhere, finer ones where those lost the form.

    target    (h, w, 3) OKLab, already in the painting's colours
    side      of the largest patches in px
    detail    0..1: how small a loss of form calls for finer strokes
    on_level  told the step, of how many, and what is laid so far
    returns   (h, w, 3) OKLab
    """
    sides = list(dict.fromkeys(max(2 * CELLS, side >> halvings) for halvings in range(4)))
    laid, everywhere = target, np.ones(target.shape[:2], dtype=np.float32)
    # Small pieces hardly show how they are turned: every second copy is enough, and three times as fast.
    plain = Hand(hand.planes[::2], hand.sound[::2])
    for number, one in enumerate(sides):
        if number < min(2, len(sides) - 1) or number == 0:
            look = target if number == 0 else FAITHFUL * target + (1 - FAITHFUL) * laid
            laid = _level(look, everywhere, hand, one, dice)
        else:
            lost = _lost(target, laid, one / 4, detail)
            if lost.any():
                look = laid + lost[..., None] * (target - laid)
                finer = _level(look, lost, plain, one, dice)
                laid = laid + _feathered(lost, one / 4)[..., None] * (finer - laid)
        laid = shaded(laid, target, side / 7)
        if on_level is not None:
            on_level(number + 1, len(sides), laid)
    return revived(laid, hand, side / 7)


def shaded(laid: Array, target: Array, sigma: float) -> Array:
    """Give what is laid the broad light and shade of the target, and a part of its broad colour."""
    return np.asarray(laid + SHADE * blur(target - laid, sigma), dtype=np.float32)


def revived(laid: Array, hand: Hand, sigma: float) -> Array:
    """Give the strokes the relief that they have in the painting: where patches overlap some of it is lost."""
    there = hand.planes[0]
    fine, own = laid - blur(laid, sigma), there - blur(there, sigma)
    gain = np.clip(own.std((0, 1)) / np.maximum(fine.std((0, 1)), 1e-4), 1.0, 1.5)
    return np.asarray(laid + (gain - 1) * fine, dtype=np.float32)


def _lost(target: Array, laid: Array, sigma: float, detail: float) -> Array:
    """Where the form of the target is lost, 0..1 (h, w): what a blur of both still shows as different."""
    away = blur(target - laid, sigma) * COLOUR
    missing = np.sqrt(np.einsum("hwc,hwc->hw", away, away))
    bar = np.float32(0.12 * (1 - detail) ** 1.5 + 0.015)
    return np.asarray(np.clip((blur(missing, sigma) - bar) / bar, 0, 1), dtype=np.float32)


def _feathered(mask: Array, sigma: float) -> Array:
    return np.asarray(np.clip(1.5 * blur(mask, sigma), 0, 1), dtype=np.float32)


def _level(look: Array, where: Array, hand: Hand, side: int, dice: np.random.Generator) -> Array:
    """Lay patches of one side over `look` wherever `where` (h, w) is not 0; elsewhere `look` stays."""
    stride = max(2, side // 4)
    high, wide = look.shape[:2]
    count = [-(-(length + side) // stride) for length in (high, wide)]
    # A frame of one patch around all, so that borders are covered as often as the middle.
    before = side - stride
    edges = [(before, number * stride + side - length) for number, length in zip(count, (high, wide), strict=True)]
    padded = np.pad(look, [*edges, (0, 0)], mode="symmetric")
    shape = ((padded.shape[0] - side) // stride + 1, (padded.shape[1] - side) // stride + 1)
    rows, columns = (one.ravel() for one in np.mgrid[0 : shape[0], 0 : shape[1]] * stride)
    reach = box(np.pad(where, edges, mode="symmetric"), side // 2)
    asked = np.nonzero(reach[rows + side // 2, columns + side // 2] > 1e-4)[0]
    offer = _offer(hand, side, stride)
    wanted = np.zeros((len(rows), CELLS * CELLS * 3), dtype=np.float32)
    wanted[asked] = _described(padded, side, rows[asked], columns[asked])
    chosen = np.full(len(rows), -1, dtype=np.int64)
    chosen[asked] = _nearest(wanted[asked], offer, dice)
    chosen = _coherent(chosen, wanted, offer, shape, stride // offer.pitch, dice)
    laid = _joined(chosen, offer, hand, shape, stride, padded)
    return np.ascontiguousarray(laid[before : before + high, before : before + wide])


def _cost(offer: _Offer, numbers: NDArray[Any]) -> Array:
    """What speaks for a patch whatever is wanted: lively brushwork."""
    return np.asarray(-LIVELY * np.minimum(offer.lively[numbers], np.float32(0.08)), dtype=np.float32)


def _nearest(wanted: Array, offer: _Offer, dice: np.random.Generator) -> NDArray[np.int64]:
    """The best patch for each out of a draw of SAMPLE; not all draw the same, so that even skies repeat nothing."""
    found = np.empty(len(wanted), dtype=np.int64)
    order = dice.permutation(len(wanted))
    for part in np.array_split(order, max(GROUPS, len(wanted) // 4096)):
        some = dice.integers(0, len(offer.described), SAMPLE)
        known = offer.described[some]
        constant = (known * known).sum(1) + _cost(offer, some)
        known = np.ascontiguousarray(-2 * known.T)
        for rows in np.array_split(part, -(-len(part) // 512)):
            price = wanted[rows] @ known
            price += constant
            found[rows] = some[price.argmin(1)]
    return found


def _coherent(
    chosen: NDArray[np.int64],
    wanted: Array,
    offer: _Offer,
    shape: tuple[int, int],
    step: int,
    dice: np.random.Generator,
    rounds: int = 8,
) -> NDArray[np.int64]:
    """Let pieces of the painting grow: a patch goes on where its neighbour left off, if the colours allow it.

    Every first choice has a random rank; the higher takes over its neighbour with the patch that lies beside it in
    the painting, as long as that costs at most LOOSE more than what the neighbour had found for itself.
    """
    cost = ((wanted - offer.described[chosen]) ** 2).sum(1) + _cost(offer, chosen)
    limit = cost + LOOSE
    rank = dice.random(len(chosen), dtype=np.float32) - cost / LOOSE
    rank[chosen < 0] = np.inf  # nothing is laid there: it is not taken over, and has nothing to go on with
    row, column = np.divmod(np.arange(len(chosen)), shape[1])
    for _ in range(rounds):
        for down, across in ((0, -1), (-1, 0), (0, 1), (1, 0)):
            inside = (row + down >= 0) & (row + down < shape[0]) & (column + across >= 0) & (column + across < shape[1])
            these = np.nonzero(inside)[0]
            other = these + down * shape[1] + across
            taken = (rank[other] > rank[these]) & (chosen[other] >= 0)
            these, other = these[taken], other[taken]
            offered = _moved(offer, chosen[other], -down * step, -across * step)
            these, other, offered = (one[offered >= 0] for one in (these, other, offered))
            price = ((wanted[these] - offer.described[offered]) ** 2).sum(1) + _cost(offer, offered)
            good = price < limit[these]
            chosen[these[good]] = offered[good]
            rank[these[good]] = rank[other[good]]
    return chosen


def _moved(offer: _Offer, numbers: NDArray[np.int64], down: int, across: int) -> NDArray[np.int64]:
    """The patch that lies so many grid places further in the same plane; -1 where there is none."""
    found = np.full(len(numbers), -1, dtype=np.int64)
    plane = offer.plane[numbers]
    rows = offer.row[numbers] // offer.pitch + down
    columns = offer.column[numbers] // offer.pitch + across
    for number, table in enumerate(offer.tables):
        inside = (plane == number) & (rows >= 0) & (rows < table.shape[0]) & (columns >= 0) & (columns < table.shape[1])
        found[inside] = table[rows[inside], columns[inside]]
    return found


def _joined(
    chosen: NDArray[np.int64], offer: _Offer, hand: Hand, shape: tuple[int, int], stride: int, below: Array
) -> Array:
    """Lay the patches over each other: each pixel comes to trust those that agree. Where none lies, `below` shows."""
    side = offer.side
    over = -(-side // stride)
    size = (shape[0] * stride + side, shape[1] * stride + side)
    ramp = np.hanning(side + 2)[1:-1]
    window = (np.outer(ramp, ramp) + 1e-3).astype(np.float32)
    chosen = chosen.reshape(shape)
    sheets = [
        _sheet(chosen[top::over, left::over], offer, hand, over * stride) for top in range(over) for left in range(over)
    ]
    bare = [chosen[top::over, left::over] < 0 for top in range(over) for left in range(over)]
    mean: Array | None = None
    for _ in range(2):
        total, weights = np.zeros((*size, 3), np.float32), np.zeros((*size, 1), np.float32)
        number = 0
        for top in range(over):
            for left in range(over):
                sheet = sheets[number]
                high, wide = sheet.shape[:2]
                where = (slice(top * stride, top * stride + high), slice(left * stride, left * stride + wide))
                weight = np.tile(_spaced(window, over * stride), (high // (over * stride), wide // (over * stride)))
                if bare[number].any():
                    weight = weight * ~np.repeat(np.repeat(bare[number], over * stride, 0), over * stride, 1)
                weight = weight[..., None]
                if mean is not None:
                    away = sheet - mean[where]
                    error = np.einsum("hwc,hwc->hw", away, away)[..., None] + np.float32(0.0004)
                    weight = weight / (error * np.sqrt(error))
                total[where] += weight * sheet
                weights[where] += weight
                number += 1
        mean = np.asarray(total / np.maximum(weights, 1e-12), dtype=np.float32)
    assert mean is not None
    bottom, right = (min(a, b) for a, b in zip(size, below.shape[:2], strict=True))
    uncovered = weights[:bottom, :right, 0] <= 0
    mean[:bottom, :right][uncovered] = below[:bottom, :right][uncovered]
    return mean


def _spaced(window: Array, pitch: int) -> Array:
    side = len(window)
    return np.pad(window, (0, pitch - side)) if pitch > side else window


def _sheet(chosen: NDArray[np.int64], offer: _Offer, hand: Hand, pitch: int) -> Array:
    """Patches that do not overlap, side by side: one picture."""
    side = offer.side
    high, wide = chosen.shape
    flat = chosen.ravel()
    sheet = np.zeros((len(flat), pitch, pitch, 3), dtype=np.float32)
    for number, plane in enumerate(hand.planes):
        mine = np.nonzero(offer.plane[flat] == number)[0]
        if len(mine) == 0:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(plane, (side, side), axis=(0, 1))
        taken = windows[offer.row[flat[mine]], offer.column[flat[mine]]]
        sheet[mine, :side, :side] = np.moveaxis(taken, 1, -1)
    return sheet.reshape(high, wide, pitch, pitch, 3).transpose(0, 2, 1, 3, 4).reshape(high * pitch, wide * pitch, 3)
