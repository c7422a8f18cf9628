"""Fill: what a mask covers painted anew from the rest of the picture, so that nothing seems to be missing.

Image completion by patches, from coarse to fine (Wexler, Shechtman, Irani 2007, with the search of Barnes et al. 2009):
at each size of a pyramid every patch that touches the hole asks for its likest among those that lie wholly outside,
and the hole becomes the mean of what they answer. What keeps it from going soft or astray, the first two after Newson
et al. 2014: the smallest picture is filled from its rim inwards; patches are compared by their mean gradient too, so
that grass is not taken for sky; they keep their height in the picture if they can; those near the rim, which see true
pixels, weigh more; and those that are taken often become dearer. At the end a smooth film of the differences along the
rim is laid over the hole (the membrane of Poisson blending, Perez et al. 2003).

Masks: white is painted anew, black stays untouched to the bit, grey is mixed in that proportion. Nothing that the mask
touches is taken as a source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..media.picture import Picture, floats, from_floats, premultiplied, resized, straight
from .picture_patches import (
    SIZE,
    Source,
    Target,
    doubled,
    features_of,
    halved,
    nearest,
    source_of,
    trust,
    vote,
)

if TYPE_CHECKING:
    from .picture_patches import Bools, Flat, Floats

SMALLEST = 24  # pixels of the shorter side below which no smaller picture is made
BOX = SIZE + 1  # pixels: a smaller picture is made as long as a square of this side fits into the hole
ENOUGH = 150  # patches that a picture must leave outside the mask
GRADIENT = 1.5  # weight of the mean gradient beside the patch itself
UPRIGHT = 1.0  # how strongly patches keep their height, in standard deviations of the picture from top to bottom
STEP = 0.12  # of the range: the largest step of light that is evened out at the rim
COARSE = 3  # halvings of the picture at which it is measured: differences of single strokes are not carried inwards
SPARSE = 40_000  # patches from which only every second one of every second row is asked
ROUNDS = (14, 8, 5, 3, 2)  # turns of search and vote, from the smallest picture to the largest
LARGE = 160_000  # pixels above which patches are taken only near those found in the smaller picture
CONFIDENCE = 1.12  # how much less a patch weighs with every pixel from the rim
OFTEN = 1.0  # how much dearer a patch becomes with every time that it is taken beyond the first
SHARE = 0.5  # quantile of the distances at which a patch weighs 0.6 of a perfect one
DEEP = 24  # pixels from the rim after which it weighs no less


@dataclass(frozen=True, eq=False)
class Level:
    """One size of the pyramid: channels (h, w, c), colours and then mean gradients; `hole` (h, w)."""

    stack: Floats
    hole: Bools


def fill(picture: Picture, mask: Floats, *, seed: int = 0, on_progress: OnProgress = silent) -> Picture:
    """The picture with what `mask` (h, w, 0..1; see `media.picture.mask_of`) chooses painted anew.

    Another seed is another idea. Raises UsageError where the mask leaves too little to paint with.
    """
    values = premultiplied(floats(picture))
    if mask.shape != values.shape[:2]:
        raise UsageError("the mask has another size than the picture", mend="paint it on a layer of the picture itself")
    chosen = mask > 0.5 / 255
    if not chosen.any():
        raise UsageError("the mask chooses nothing", mend="paint white where something is to change")
    painted = filled(values, chosen, dice=np.random.default_rng(candidate_seed(seed, 0)), on_progress=on_progress)
    soft = mask[..., None]
    mixed = straight(np.clip(values * (1 - soft) + painted * soft, 0, 1))
    new = from_floats(mixed, like=picture)
    pixels = np.where(chosen[..., None], new.pixels, picture.pixels)
    return Picture(pixels, title=picture.title, profile=picture.profile)


def filled(
    values: Floats,
    hole: Bools,
    *,
    dice: np.random.Generator,
    upright: float = UPRIGHT,
    on_progress: OnProgress = silent,
) -> Floats:
    """(h, w, 4) premultiplied values with the pixels of `hole` (h, w) painted anew.

    upright: how strongly patches keep their height in the picture, so that sky stays above and ground below.
    """
    check_enough(hole)
    channels = values[..., :3] if bool((values[~hole][..., 3] >= 1).all()) else values
    levels = pyramid(channels, hole, upright)
    colours = channels.shape[2]
    work = sum(rounds_of(depth) for depth in range(len(levels)))
    current, field, before, done = levels[-1].stack, None, None, 0
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        target = touching(level.hole)
        if field is None or before is None:
            source = source_of(level.stack, usable(level.hole), colours=colours, aside=GRADIENT / SIZE, dice=dice)
            current = peeled(source, level, dice)
            field = dice.choice(source.spots, len(target.spots))
        else:
            source, field = finer(level, target, before, field, colours, dice)
            current = painted_by(source, target, field, np.ones(len(field), np.float32), level)
        sure = confidence(level.hole)[target.spots]
        for turn in range(rounds_of(depth)):
            on_progress(Progress(done, work, f"{level.hole.shape[1]} x {level.hole.shape[0]}"))
            wanted = features_of(source, current, target.spots)
            anywhere = depth == len(levels) - 1 or (turn == 0 and depth > 1)
            dearer = price(source, field)
            field, far = nearest(
                source, wanted, target, field, dice=dice, rounds=2, reach=None if anywhere else 8, dearer=dearer
            )
            current = painted_by(source, target, field, trust(far, SHARE) * sure, level)
            done += 1
        before = (target, source)
    assert field is not None
    current = evened(source, target, field, levels[0], current, colours)
    whole = values.copy()
    whole[..., :colours][hole] = current[..., :colours][hole]
    if colours == 3:
        whole[..., 3][hole] = 1
    return np.clip(whole, 0, 1)


def rounds_of(depth: int) -> int:
    """Turns of search and vote at a depth of the pyramid, 0 the largest picture."""
    return ROUNDS[max(0, len(ROUNDS) - 1 - depth)]


# -- the pyramid -------------------------------------------------------------------------------------------------------


def pyramid(channels: Floats, hole: Bools, upright: float) -> list[Level]:
    """Pictures of half the size each, the hole's pixels in none of them, until a patch spans half the hole."""
    known = (~hole).astype(np.float32)[..., None]
    place = heights(hole)[..., None] * np.float32(upright * float(channels[~hole].std()))
    stack = np.concatenate([channels * known, gradients(channels, hole) * known, place], axis=2)
    levels = [Level(stack, hole)]
    while min(hole.shape) >= 2 * SMALLEST and spans(hole, BOX):
        weight, place = halved(known), halved(stack[..., -1:])
        stack = halved(stack[..., :-1] * known) / np.maximum(weight, 1e-4)
        hole = weight[..., 0] < 0.6
        if int(usable(hole).sum()) < ENOUGH:
            break
        known = (~hole).astype(np.float32)[..., None]
        stack = np.concatenate([stack * known, place], axis=2).astype(np.float32)
        levels.append(Level(stack, hole))
    return levels


def heights(hole: Bools) -> Floats:
    """(h, w): how far down a pixel lies, 0 to 1 from the first known row to the last; 0 above and 1 below them."""
    rows = np.flatnonzero((~hole).any(1))
    down = (np.arange(len(hole), dtype=np.float32) - rows[0]) / max(1, rows[-1] - rows[0])
    return np.repeat(np.clip(down, 0, 1)[:, None], hole.shape[1], axis=1)


def gradients(channels: Floats, hole: Bools) -> Floats:
    """(h, w, 2): the mean size of the differences across and down nearby; 0 beside and inside the hole."""
    grey = channels.mean(2)
    both = np.zeros((*grey.shape, 2), np.float32)
    sound = ~hole
    both[:, 1:, 0] = np.abs(np.diff(grey, axis=1)) * (sound[:, 1:] & sound[:, :-1])
    both[1:, :, 1] = np.abs(np.diff(grey, axis=0)) * (sound[1:] & sound[:-1])
    share = np.maximum(blurred(sound.astype(np.float32)[..., None], SIZE // 2), 1e-3)
    return (blurred(both, SIZE // 2) / share).astype(np.float32)


def blurred(array: Floats, edge: int) -> Floats:
    """(h, w, c): the mean over squares of `2 * edge + 1` pixels, rims repeated."""
    for axis in (0, 1):
        moved = np.moveaxis(array, axis, 0)
        padded = np.pad(moved, [(edge + 1, edge), (0, 0), (0, 0)], mode="edge")
        summed = np.cumsum(padded, axis=0, dtype=np.float64)
        means = (summed[2 * edge + 1 :] - summed[: -2 * edge - 1]) / (2 * edge + 1)
        array = np.moveaxis(means.astype(np.float32), 0, axis)
    return np.ascontiguousarray(array)


def grown(mask: Bools, edge: int) -> Bools:
    """The mask with `edge` pixels around it, in squares."""
    for axis in (0, 1):
        moved = np.moveaxis(mask, axis, 0)
        padded = np.pad(moved, [(edge + 1, edge), (0, 0)])
        summed = np.cumsum(padded, axis=0, dtype=np.int32)
        mask = np.moveaxis(summed[2 * edge + 1 :] > summed[: -2 * edge - 1], 0, axis)
    return np.ascontiguousarray(mask)


def spans(hole: Bools, box: int) -> bool:
    """Whether a square of `box` pixels finds room inside the hole (outside the picture counts as hole)."""
    return bool((~grown(~hole, box // 2)).any())


def usable(hole: Bools) -> Bools:
    """Where the centre of a patch may lie so that none of its pixels is in the hole."""
    clear: Bools = ~grown(hole, SIZE // 2)
    edge = SIZE // 2
    clear[:edge], clear[-edge:], clear[:, :edge], clear[:, -edge:] = False, False, False, False
    return clear


def touching(hole: Bools) -> Target:
    """Every patch that lies in the picture and touches the hole; of very many, every second of every second row."""
    near = grown(hole, SIZE // 2)
    edge = SIZE // 2
    near[:edge], near[-edge:], near[:, :edge], near[:, -edge:] = False, False, False, False
    step = 1
    if int(near.sum()) > SPARSE:
        step, sparse = 2, np.zeros_like(near)
        for rows in (slice(edge, None, 2), slice(-edge - 1, -edge)):
            for columns in (slice(edge, None, 2), slice(-edge - 1, -edge)):
                sparse[rows, columns] = True
        near &= sparse
    return Target((int(hole.shape[0]), int(hole.shape[1])), np.flatnonzero(near), step=step)


def check_enough(hole: Bools) -> None:
    """Raises UsageError where too few whole patches lie outside the hole."""
    if min(hole.shape) < 2 * SIZE or int(usable(hole).sum()) < ENOUGH:
        raise UsageError(
            f"{float((~hole).mean()):.0%} of the picture is known, too little to paint the rest with",
            mend="mask less or add less: some whole squares of at least 20 pixels must be left to paint from",
        )


def confidence(hole: Bools) -> Floats:
    """(h * w,): 1 outside the hole, less with every pixel from its rim."""
    depth, inner = np.zeros(hole.shape, np.float32), hole
    for _ in range(DEEP):
        depth += inner
        inner = ~grown(~inner, 1)
        if not inner.any():
            break
    return (np.float32(CONFIDENCE) ** -depth).ravel()


# -- one level ---------------------------------------------------------------------------------------------------------


def painted_by(source: Source, target: Target, field: Flat, weight: Floats, level: Level) -> Floats:
    """The level's channels with the hole as the patches of `field` make it."""
    sums, weights = vote(source, target, field, weight)
    current = level.stack.copy()
    current[level.hole] = sums[level.hole] / np.maximum(weights[level.hole], 1e-9)[:, None]
    current[..., -1] = level.stack[..., -1]
    return current


def finer(
    level: Level,
    target: Target,
    before: tuple[Target, Source],
    field: Flat,
    colours: int,
    dice: np.random.Generator,
) -> tuple[Source, Flat]:
    """The source of the next larger picture, and the field that the smaller one found, brought to it."""
    allowed = usable(level.hole)
    coarse, theirs = before
    if allowed.size > LARGE:
        used = np.zeros(theirs.shape, bool)
        used.ravel()[field] = True
        around = np.repeat(np.repeat(grown(used, 6), 2, axis=0), 2, axis=1)[: allowed.shape[0], : allowed.shape[1]]
        if int((allowed & around).sum()) >= ENOUGH:
            allowed &= around
    source = source_of(level.stack, allowed, colours=colours, aside=GRADIENT / SIZE, dice=dice)
    return source, doubled(field, coarse, target, source, theirs.shape[1], dice)


def evened(source: Source, target: Target, field: Flat, level: Level, current: Floats, colours: int) -> Floats:
    """The filled picture with the slow difference along the rim laid over the hole, so that no step of light is left.

    Patches at the rim overlap known pixels: how far they miss those is blurred, carried inwards by a pyramid of means
    (push and pull, Gortler et al. 1996) and added. At most `STEP` is added.
    """
    sums, weights = vote(source, target, field, np.ones(len(field), np.float32))
    seen = ((weights > 0) & ~level.hole)[..., None].astype(np.float32)
    missed = (level.stack - sums / np.maximum(weights, 1e-9)[..., None])[..., :colours]
    film = pushed((np.clip(missed, -STEP, STEP) * seen).astype(np.float32), seen, COARSE)
    new = current.copy()
    new[..., :colours][level.hole] += film[level.hole]
    return new


def pushed(values: Floats, weight: Floats, skip: int) -> Floats:
    """(h, w, c): weighted `values` carried to where the weight (h, w, 1) is 0; the `skip` finest sizes are left out."""
    high, wide = values.shape[:2]
    if min(high, wide) <= 2:
        mean = values.sum((0, 1)) / max(float(weight.sum()), 1e-9)
        return np.broadcast_to(mean.astype(np.float32), values.shape).copy()
    below = resized(pushed(halved(values), halved(weight), skip - 1), wide, high)
    if skip > 0:
        return below
    sure = np.minimum(weight * 4, 1)
    return (sure * values / np.maximum(weight, 1e-9) + (1 - sure) * below).astype(np.float32)


def price(source: Source, field: Flat) -> Floats:
    """(h * w,): how much dearer a patch is because it and those around it were taken more than once.

    Without it a hole fills with copies of the one stone that fits anywhere (Kaspar et al. 2015 bound the uses).
    """
    uses = np.bincount(field, minlength=source.usable.size).reshape(source.shape).astype(np.float32)
    often = blurred(uses[..., None], source.size // 2)[..., 0]
    return (1 + np.float32(OFTEN) * np.maximum(often - 1, 0)).ravel()


def peeled(source: Source, level: Level, dice: np.random.Generator) -> Floats:
    """The smallest picture filled from its rim inwards: each pixel from the patch likest to what is known around it."""
    edge = source.size // 2
    colours = source.colours
    high, wide = level.hole.shape
    spots = source.spots
    steps = np.arange(-edge, edge + 1)
    near = (steps[:, None] * wide + steps).ravel()
    theirs = source.pixels.reshape(high * wide, -1)[spots[:, None] + near][..., :colours].reshape(len(spots), -1)
    current = np.pad(level.stack, [(edge, edge), (edge, edge), (0, 0)])
    known = np.pad(~level.hole, edge)
    inside = known[edge:-edge, edge:-edge]
    padded_near = (steps[:, None] * known.shape[1] + steps).ravel()
    while not inside.all():
        y, x = np.nonzero(grown(inside, 1) & ~inside)
        at = (y + edge) * known.shape[1] + x + edge
        around = at[:, None] + padded_near
        seen = np.repeat(known.ravel()[around], colours, axis=1).astype(np.float32)
        wanted = current.reshape(-1, current.shape[2])[around][..., :colours].reshape(len(at), -1) * seen
        far = seen @ (theirs**2).T - 2 * wanted @ theirs.T
        place = current[y + edge, x + edge, -1][:, None] - source.pixels.reshape(high * wide, -1)[spots, -1]
        far += np.float32(GRADIENT**2) * place**2 * seen.mean(1, keepdims=True)
        far += dice.random(far.shape, np.float32) * np.float32(1e-3 * max(float(theirs.var()), 1e-6) * seen.shape[1])
        found = spots[far.argmin(1)]
        current[y + edge, x + edge, :-1] = source.pixels.reshape(high * wide, -1)[found, :-1]
        known[y + edge, x + edge] = True
    return np.ascontiguousarray(current[edge:-edge, edge:-edge])
