"""Textures: a surface of any size from a small picture of it, by the picture's own patches; seamless where asked.

Blocks are laid by `texture_quilt` in a small picture; then, size by size, every patch of the texture asks for its
likest in the source and the texture becomes the mean of the answers (Kwatra et al. 2005, with the search of Barnes et
al. 2009). A texture that tiles is made on a ring, or a torus: its left neighbours its right, and no seam is to be hid.
Patches become dearer the more often they are taken (Kaspar et al. 2015), so that the eye finds no repetition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..media.picture import Picture, floats, from_floats, premultiplied, straight
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
from .texture_quilt import quilt

if TYPE_CHECKING:
    from .picture_patches import Flat, Floats

Tile = Literal["", "x", "y", "both"]
TILES: tuple[Tile, ...] = ("", "x", "y", "both")
ROUGH = 200  # pixels: blocks are laid where the source's shorter side is at most this
LEAST = 32  # pixels that a source must have on each side
ROUNDS = (1, 2, 4)  # turns of search and vote: the largest picture, the next, the smaller ones
SPARSE = 300_000  # pixels from which only every second patch of every second row is asked
OFTEN = 0.6  # how much dearer a patch becomes with every time that it is taken beyond its share


def texture(
    picture: Picture,
    width: int,
    height: int,
    *,
    tile: Tile = "both",
    even: float = 0.0,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> Picture:
    """A texture of `width` x `height` pixels that looks like `picture`.

    tile: "x" left meets right, "y" top meets bottom, "both", or "" neither. even: 0..1, how much of the slow changes of
    light across the source is taken out first. Raises UsageError for a source or a size that is too small.
    """
    if min(picture.size) < LEAST:
        wide, high = picture.size
        raise UsageError(
            f"the picture is {wide} x {high} pixels, too small for a texture",
            mend=f"give one of at least {LEAST} pixels on each side",
        )
    if min(width, height) < LEAST:
        raise UsageError(f"a texture of {width} x {height} is too small", mend=f"ask for at least {LEAST} x {LEAST}")
    if tile not in TILES:
        raise UsageError(f"a texture cannot tile along {tile!r}", mend="x, y or both")
    values = premultiplied(floats(picture))
    channels = values[..., :3] if picture.opaque else values
    wraps = (tile in ("y", "both"), tile in ("x", "both"))
    dice = np.random.default_rng(candidate_seed(seed, 0))
    made = grown(levelled(channels, even), (height, width), wraps, dice=dice, on_progress=on_progress)
    whole = made if made.shape[2] == 4 else np.concatenate([made, np.ones_like(made[..., :1])], axis=2)
    new = from_floats(straight(np.clip(whole, 0, 1)), like=picture)
    return Picture(new.pixels, title=picture.title, profile=picture.profile)


def grown(
    channels: Floats,
    shape: tuple[int, int],
    wraps: tuple[bool, bool],
    *,
    dice: np.random.Generator,
    on_progress: OnProgress = silent,
) -> Floats:
    """(h, w, c): a texture of `shape` from `channels`; `wraps` down and across."""
    stacks, shapes = [np.ascontiguousarray(channels)], [shape]
    while min(stacks[-1].shape[:2]) > ROUGH:
        stacks.append(halved(stacks[-1]))
        shapes.append((-(-shapes[-1][0] // 2), -(-shapes[-1][1] // 2)))
    block = _block(stacks[-1].shape[:2], shapes[-1])
    taken = quilt(stacks[-1], shapes[-1], wraps, block=block, dice=dice, on_progress=on_progress)
    current, before, field = None, None, None
    for depth in range(len(stacks) - 1, -1, -1):
        step = Progress(len(stacks) - depth, len(stacks) + 1, f"{shapes[depth][1]} x {shapes[depth][0]}")
        on_progress(step)
        source = source_of(stacks[depth], dice=dice)
        target = every(shapes[depth], wraps)
        if before is None or field is None:
            field = inner(taken[target.spots], source)
        else:
            field = doubled(field, before, target, source, stacks[depth + 1].shape[1], dice, stretched=True)
        current = voted(source, target, field, np.ones(len(field), np.float32))
        for _ in range(ROUNDS[min(depth, len(ROUNDS) - 1)]):
            on_progress(step)
            wanted = surrounded(source, current, target)
            dearer = price(source, field)
            reach = 8 if depth < len(stacks) - 1 else None
            field, far = nearest(source, wanted, target, field, dice=dice, rounds=1, reach=reach, dearer=dearer)
            current = voted(source, target, field, trust(far, 0.5))
        before = target
    assert current is not None
    return current


def _block(source: tuple[int, ...], shape: tuple[int, int]) -> int:
    """Pixels of a block's side: a quarter of the source's shorter side, and no more than half the texture's."""
    return max(8, min(min(source[:2]) // 3, min(shape) // 2))


def every(shape: tuple[int, int], wraps: tuple[bool, bool]) -> Target:
    """All patches of a texture, of a large one every second of every second row; whole ones where it does not wrap."""
    step = 2 if shape[0] * shape[1] >= SPARSE else 1
    edge = SIZE // 2
    lines = []
    for length, wrap in zip(shape, wraps, strict=True):
        line = np.arange(0, length, step) if wrap else np.arange(edge, length - edge, step)
        if not wrap and line[-1] != length - edge - 1:
            line = np.append(line, length - edge - 1)
        lines.append(line)
    return Target(shape, (lines[0][:, None] * shape[1] + lines[1]).ravel(), wraps, step)


def inner(taken: Flat, source: Source) -> Flat:
    """Places of the source, those at its rim brought to where a whole patch can lie."""
    edge, (high, wide) = source.size // 2, source.shape
    y, x = np.divmod(taken, wide)
    moved: Flat = np.clip(y, edge, high - edge - 1) * wide + np.clip(x, edge, wide - edge - 1)
    return moved


def surrounded(source: Source, current: Floats, target: Target) -> Floats:
    """What the target's patches are compared by, those at the rim seeing the other side."""
    edge = source.size // 2
    ends = [(edge, edge) if wrap else (0, 0) for wrap in target.wraps]
    padded = np.pad(current, [*ends, (0, 0)], mode="wrap")
    y, x = np.divmod(target.spots, target.shape[1])
    return features_of(source, padded, (y + ends[0][0]) * padded.shape[1] + x + ends[1][0])


def voted(source: Source, target: Target, field: Flat, weight: Floats) -> Floats:
    """The texture that the patches make."""
    sums, weights = vote(source, target, field, weight)
    return (sums / np.maximum(weights, 1e-9)[..., None]).astype(np.float32, copy=False)


def price(source: Source, field: Flat) -> Floats:
    """(h * w,): how much dearer a patch is because it is taken more often than its share."""
    from .picture_fill import blurred

    uses = np.bincount(field, minlength=source.usable.size).reshape(source.shape).astype(np.float32)
    often = blurred(uses[..., None], source.size // 2)[..., 0] * np.float32(len(source.spots) / len(field))
    dearer: Floats = (1 + np.float32(OFTEN) * np.maximum(often - 1, 0)).astype(np.float32)
    return dearer.ravel()


def levelled(channels: Floats, even: float) -> Floats:
    """The picture without slow changes of light: `even` of its blur over a quarter of its side is taken out."""
    if not even:
        return channels
    from .picture_fill import blurred

    edge = max(4, min(channels.shape[:2]) // 8)
    slow = blurred(blurred(channels, edge), edge)
    return np.asarray(channels - np.float32(even) * (slow - slow.mean((0, 1))), np.float32)
