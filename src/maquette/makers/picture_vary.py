"""Vary: other pictures of the same things, in the same or another frame, made of one picture's own patches.

Generative patch nearest neighbours (Granot, Feinstein, Shocher, Bagon, Irani 2022): noise is added to a small copy of
the picture, every patch of that is replaced by its likest in the source, and the result is carried up to full size in
the same way. Patches of the source that nothing chose become cheaper, so that all of the picture comes in (their
completeness). The smaller the copy that the noise meets, the more may change its place: that, and how much noise, is
the strength.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..media.picture import Picture, floats, from_floats, premultiplied, resized, straight
from .picture_patches import SIZE, Source, Target, doubled, halved, nearest, source_of, trust
from .texture import every, surrounded, voted
from .texture import price as dearer_of

if TYPE_CHECKING:
    from .picture_patches import Flat, Floats

LEAST = 32  # pixels that the picture and its variation have on each side
COARSE = (64, 16)  # pixels of the shorter side that the noise meets: at strength 0, and at strength 1
NOISE = 0.9  # standard deviations of the picture that are added at strength 1
BEND = (0.05, 0.25)  # of the height and the width: how far parts are pushed at strength 1
MOST = 6_000  # pixels of the smallest picture, in which every patch is compared with every other
BLOCK = 512  # patches that are compared at once
COMPLETE = 0.05  # of the mean distance: the smaller, the more a patch that nothing chose is favoured
UPRIGHT = 4.0  # how strongly patches keep their height: the sky stays above
TURNS = 6  # of search and vote in the smallest picture
ROUNDS = (1, 2, 3)  # the same, in the largest, the next, the others


def vary(
    picture: Picture,
    *,
    strength: float = 0.5,
    size: tuple[int, int] | None = None,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Picture:
    """A variation of `picture`: strength 0 hardly moves anything, 1 arranges it anew.

    size: (width, height) of another frame, else the same; things keep their own size in it. Raises UsageError for a
    strength outside 0..1 and for a picture or a frame that is too small.
    """
    if not 0 <= strength <= 1:
        raise UsageError(f"a strength of {strength:g} is not between 0 and 1", mend="0.3 is subtle, 0.8 is strong")
    wide, high = size or picture.size
    for name, sides in (("picture", picture.size), ("frame", (wide, high))):
        if min(sides) < LEAST:
            raise UsageError(
                f"a {name} of {sides[0]} x {sides[1]} is too small to vary", mend=f"at least {LEAST} x {LEAST}"
            )
    values = premultiplied(floats(picture))
    channels = values[..., :3] if picture.opaque else values
    dice = np.random.default_rng(candidate_seed(seed, 0))
    made = rearranged(channels, (high, wide), strength, dice=dice, on_progress=on_progress)
    whole = made if made.shape[2] == 4 else np.concatenate([made, np.ones_like(made[..., :1])], axis=2)
    new = from_floats(straight(np.clip(whole, 0, 1)), like=picture)
    return Picture(new.pixels, title=picture.title, profile=picture.profile)


def rearranged(
    channels: Floats,
    shape: tuple[int, int],
    strength: float,
    *,
    dice: np.random.Generator,
    on_progress: OnProgress = silent,
) -> Floats:
    """(h, w, c): the channels of a picture arranged anew in a frame of `shape`."""
    stacks, shapes = [np.ascontiguousarray(channels)], [shape]
    aim = COARSE[0] * (COARSE[1] / COARSE[0]) ** strength
    while min(*stacks[-1].shape[:2], *shapes[-1]) > max(aim, 2.0 * SIZE + 2) or _area(shapes[-1]) > MOST:
        if min(*stacks[-1].shape[:2], *shapes[-1]) < 2 * SIZE + 2:
            break
        stacks.append(halved(stacks[-1]))
        shapes.append((-(-shapes[-1][0] // 2), -(-shapes[-1][1] // 2)))
    small = stacks[-1]
    current = bent(resized(small, shapes[-1][1], shapes[-1][0]), strength, dice)
    noise = dice.standard_normal(current.shape).astype(np.float32)
    current = current + noise * small.std((0, 1)) * np.float32(NOISE * strength)
    before, field = None, None
    for depth in range(len(stacks) - 1, -1, -1):
        step = Progress(len(stacks) - depth, len(stacks) + 1, f"{shapes[depth][1]} x {shapes[depth][0]}")
        on_progress(step)
        source, target = source_of(stacks[depth], dice=dice), every(shapes[depth], (False, False))
        if before is None or field is None:
            current, field = settled(source, target, current)
        else:
            field = doubled(field, before, target, source, stacks[depth + 1].shape[1], dice)
            current = voted(source, target, field, np.ones(len(field), np.float32))
            for _ in range(ROUNDS[min(depth, len(ROUNDS) - 1)]):
                on_progress(step)
                wanted = surrounded(source, current, target)
                dearer = dearer_of(source, field)
                field, far = nearest(source, wanted, target, field, dice=dice, rounds=1, reach=6, dearer=dearer)
                current = voted(source, target, field, trust(far, 0.5))
        before = target
    return current


def bent(small: Floats, strength: float, dice: np.random.Generator) -> Floats:
    """The small picture with its parts pushed about, mostly sideways: what the patches then make sense of."""
    high, wide = small.shape[:2]
    pushed = resized(dice.uniform(-1, 1, (4, 4, 2)).astype(np.float32), wide, high) * np.float32(strength)
    y, x = np.mgrid[:high, :wide]
    y = np.clip(np.rint(y + pushed[..., 0] * BEND[0] * high), 0, high - 1).astype(np.int64)
    x = np.clip(np.rint(x + pushed[..., 1] * BEND[1] * wide), 0, wide - 1).astype(np.int64)
    return np.ascontiguousarray(small[y, x])


def settled(source: Source, target: Target, current: Floats) -> tuple[Floats, Flat]:
    """The smallest picture, its patches replaced by the source's until they agree."""
    spots = source.spots
    theirs = source.features[spots]
    own = np.einsum("nk,nk->n", theirs, theirs)
    push = np.float32(UPRIGHT * float(own.mean()))
    height = (spots // source.shape[1] / source.shape[0]).astype(np.float32)
    level = (target.spots // target.shape[1] / target.shape[0]).astype(np.float32)
    blocks = [slice(at, at + BLOCK) for at in range(0, len(level), BLOCK)]

    def distances(part: slice) -> Floats:
        far = wanted[part] @ theirs.T
        far *= -2
        far += own
        far += np.einsum("nk,nk->n", wanted[part], wanted[part])[:, None]
        np.maximum(far, 0, out=far)
        far += push * (level[part, None] - height) ** 2
        return far

    field = spots[:0]
    for _ in range(TURNS):
        wanted = surrounded(source, current, target)
        reached, least = np.full(len(spots), np.inf, np.float32), 0.0
        for part in blocks:
            far = distances(part)
            np.minimum(reached, far.min(0), out=reached)
            least += float(far.min(1).sum())
        price = 1 / (reached + np.float32(COMPLETE * least / len(level) + 1e-6))
        field = spots[np.concatenate([(distances(part) * price).argmin(1) for part in blocks])]
        current = voted(source, target, field, np.ones(len(field), np.float32))
    return current, field


def _area(shape: tuple[int, int]) -> int:
    return shape[0] * shape[1]
