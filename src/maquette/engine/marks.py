"""An invisible mark for pictures: a small tile of noise, laid over the whole picture, that says a 32-bit id.

Spread spectrum (Cox, Kilian, Leighton and Shamoon 1997, IEEE Trans. Image Process. 6) in a tile that repeats (Kutter
1998, "Watermarking resistant to translation, rotation and scaling"; Deguillaume et al. 2002): a picture that was scaled
or turned still repeats, along a lattice that tells how. The tile is written in its Fourier plane, on the frequencies
that scaling, blur and JPEG leave; which of them carry the id, which find the tile, and with what phases, is known to
the key alone. How strong it is follows the picture's own local contrast (masking), and before it is handed out the
mark is read in the marked picture and those of its parts made stronger that the picture itself talks down (informed
embedding: Malvar and Florencio 2003, IEEE Trans. Signal Process. 51).

What a key means: who has it can find the mark, and also remove it or put it into another picture. So it stays with its
owner, like a signing key; a key for everybody to detect with would be one for everybody to forge with. A mark proves
nothing by itself: it says which signed credential to compare a picture with.

Reading is in `mark_find.py`, the code that carries the bits in `mark_code.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from . import mark_code

ALGORITHM = "com.maquette.tile.1"
TILE = 68  # pixels; no multiple of the 8 of JPEG's blocks
LOWEST, HIGHEST = 3.6, 13.2  # radius in the tile's Fourier plane: 0.053 to 0.194 cycles per pixel
SHARE_OF_SYNC = 0.40  # of the frequencies, which tell where the tile lies
SMALLEST = 512  # pixels of the shorter side
FIDELITY, LEAST_FIDELITY = 42.0, 40.3  # dB of PSNR that a marked picture has, or better; in a rich texture
HEARD, FAINT = 11.5, 4.0  # standard deviations from which on a mark is loud enough; below which there is none
STRONGEST = 1.5  # times the mask: what stays unseen in a smooth sky
MOST_SEEN, MOST_FLAT = 0.6, 0.5  # least share of a picture that is not see-through; most that is of one colour
LUMA = (0.299, 0.587, 0.114)  # BT.601: the luma that JPEG keeps best

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pattern:
    """What a key makes of the tile. `places` (n, 2) are its frequencies (kx, ky), half a plane of them."""

    places: NDArray[np.intp]
    phases: NDArray[np.complex64]  # (n,) of each frequency, length 1
    sync: NDArray[np.intp]  # which of them find the tile
    data: NDArray[np.intp]  # and which carry the id, two signs each: real and imaginary part
    bit_of: NDArray[np.intp]  # (2 * data,) which of the coded bits each sign carries

    def signs(self, number: int) -> Floats:
        """(2 * data,) the signs that an id puts on the data's real and imaginary parts."""
        return mark_code.encode(number)[self.bit_of]


@lru_cache(maxsize=1)
def places() -> NDArray[np.intp]:
    """(n, 2) the frequencies (kx, ky) of the tile that carry anything, in half a plane, from low to high."""
    top = int(HIGHEST)
    ky, kx = np.mgrid[-top : top + 1, 1 : top + 1]  # kx > 0: the other half mirrors it
    radius = np.hypot(kx, ky)
    # Without the axes, where horizons and walls are.
    keep = (radius >= LOWEST) & (radius <= HIGHEST) & (ky != 0)
    return np.stack([kx[keep], ky[keep]], axis=1)[np.argsort(radius[keep], kind="stable")]


@lru_cache(maxsize=8)
def pattern(key: bytes) -> Pattern:
    """The pattern of a key, the same on every machine."""
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(hashlib.sha256(key).digest(), "big")))
    spots = places()
    count = len(spots)
    phases = np.exp(2j * np.pi * dice.random(count)).astype(np.complex64)
    # In every run of neighbours by radius the same share: both kinds of frequency reach from low to high.
    sync = np.zeros(count, bool)
    for start in range(0, count, 10):
        run = np.arange(start, min(start + 10, count))
        sync[dice.permutation(run)[: round(SHARE_OF_SYNC * len(run))]] = True
    data = np.flatnonzero(~sync)
    bit_of = np.concatenate([dice.permutation(mark_code.CODED) for _ in range(2 * len(data) // mark_code.CODED + 1)])
    return Pattern(spots, phases, np.flatnonzero(sync), data, bit_of[: 2 * len(data)])


def fits(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> str | None:
    """Why a picture (h, w, 4), straight alpha, cannot carry a mark; None if it can."""
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST:
        return f"its shorter side has {min(height, width)} pixels, and a mark takes {SMALLEST}"
    if float(np.mean(pixels[..., 3] > 0)) < MOST_SEEN:
        return "most of it is see-through"
    seen = pixels[..., :3]
    beside = (seen[:-1, :-1] == seen[:-1, 1:]).all(axis=2)
    below = (seen[:-1, :-1] == seen[1:, :-1]).all(axis=2)
    if float(np.mean(beside & below)) > MOST_FLAT:
        return "it is flat art, on which a mark would be seen"
    return None


def embed(
    rgb: Floats,
    number: int,
    *,
    key: bytes,
    where: NDArray[np.bool_] | None = None,
    fidelity: float = FIDELITY,
    rounds: int = 2,
) -> Floats:
    """The picture with the mark of an id (0 .. 2**32 - 1): float32 (h, w, 3) in 0..1, sRGB-coded, as it came.

    `where` (h, w) says which pixels may be changed; `fidelity` is the PSNR in dB that is kept (more where the picture
    is too smooth to hide so much, less, but LEAST_FIDELITY, where it is so rich that the mark is drowned and the eye
    sees none of it). `rounds`: how often the mark is read and mended. Values stay within 0..1.
    """
    rgb = _lifted(rgb, key, where)
    marked, heard = _embedded(rgb, number, key, where, fidelity, rounds)
    if fidelity > LEAST_FIDELITY and heard < HEARD:
        marked, _ = _embedded(rgb, number, key, where, LEAST_FIDELITY, rounds)
    return marked


def _lifted(rgb: Floats, key: bytes, where: NDArray[np.bool_] | None) -> Floats:
    """The picture without the mark that an earlier version of it got, as far as that can be told: else each edit of a
    work would add one more, and after ten they would be seen."""
    from . import mark_find

    made = pattern(key)
    if mark_find.strength(luma(rgb), made) < FAINT:
        return rgb
    found = mark_find.find(rgb, keys=[key], straight=True)
    if found is None or found.number is None:
        return rgb
    mask = _mask(luma(rgb))
    if where is not None:
        mask = mask * where
    again = _laid(rgb, mask, _tile(made, _parts(made, found.number)), FIDELITY)
    return np.asarray(np.clip(2 * rgb - again, 0, 1), np.float32)


def _parts(made: Pattern, number: int) -> Floats:
    """(n, 2) what an id puts on each frequency of the tile, real and imaginary."""
    plain = np.zeros((len(made.places), 2), np.float32)
    plain[made.data] = made.signs(number).reshape(-1, 2) / np.float32(np.sqrt(2))
    plain[made.sync, 0] = 1
    return plain


def _embedded(
    rgb: Floats, number: int, key: bytes, where: NDArray[np.bool_] | None, fidelity: float, rounds: int
) -> tuple[Floats, float]:
    """The marked picture, and how far its tile stood out when it was last read (13.7 if it was not)."""
    from . import mark_find

    made = pattern(key)
    mask = _mask(luma(rgb))
    if where is not None:
        mask = mask * where
    weights = np.ones((len(made.places), 2), np.float32)
    plain = _parts(made, number)
    marked, heard = rgb, mark_find.LOUDEST
    for left in reversed(range(rounds + 1)):
        parts = plain * weights
        marked = _laid(rgb, mask, _tile(made, parts), fidelity)
        if left:
            read = mark_find.still(luma(np.round(marked * 255) / np.float32(255)), made)
            heard = mark_find.standing_out(read[made.sync])
            weights = _mended(read, plain, weights)
    return marked, heard


def luma(rgb: Floats) -> Floats:
    """Brightness of coded values, in steps of 1/255: (h, w)."""
    return np.asarray(rgb[..., :3] @ np.array(LUMA, np.float32) * np.float32(255), np.float32)


def smooth(values: Floats, radius: int) -> Floats:
    """Mean over a triangle-shaped neighbourhood of `radius` pixels either way; the edge goes on beyond itself."""
    for axis in (0, 1):
        for _ in range(2):
            values = _box(values, radius // 2 + 1, axis)
    return values


def _box(values: Floats, half: int, axis: int) -> Floats:
    pads = [(half + 1, half) if one == axis else (0, 0) for one in (0, 1)]
    # In float32: a piece is at most a thousand pixels long, and what is lost lies far below a mark.
    sums = np.cumsum(np.pad(values, pads, mode="edge"), axis=axis, dtype=np.float32)
    share = np.float32(1 / (2 * half + 1))
    if axis == 0:
        return (sums[2 * half + 1 :] - sums[: -2 * half - 1]) * share
    return (sums[:, 2 * half + 1 :] - sums[:, : -2 * half - 1]) * share


def _mask(light: Floats) -> Floats:
    """How strong the mark may be at each pixel, in any unit: with the texture, not along single edges."""
    detail = np.abs(light - smooth(light, 5))
    # The square of the mean root: a lone edge counts for less than a texture of the same energy. The least of a
    # neighbourhood: a smooth sky stays smooth right up to the tree that stands before it.
    texture = smooth(_least(smooth(np.sqrt(detail), 4), 5), 4) ** 2
    mask = np.float32(0.36) + np.minimum(texture, np.float32(9)) ** np.float32(0.8)
    # In deep shadow and in the brightest light the eye sees less, but there is less room too.
    room = np.clip(np.minimum(light, 255 - light) / 12, 0.25, 1)
    return np.asarray(mask * room, np.float32)


def _least(values: Floats, reach: int) -> Floats:
    """The least value within a square of `reach` pixels either way."""
    for axis in (0, 1):
        padded = np.pad(values, [(reach, reach) if one == axis else (0, 0) for one in (0, 1)], mode="edge")
        values = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis).min(axis=-1)
    return values


def _tile(made: Pattern, parts: Floats) -> Floats:
    """The tile (TILE, TILE) of the parts (n, 2) on each frequency, real and imaginary; mean square 1 in all."""
    spectrum = np.zeros((TILE, TILE), np.complex128)
    values = made.phases * (parts[:, 0] + 1j * parts[:, 1])
    kx, ky = made.places.T
    spectrum[ky % TILE, kx % TILE] = values
    spectrum[-ky % TILE, -kx % TILE] = values.conj()
    tile = np.fft.ifft2(spectrum).real
    return np.asarray(tile / np.sqrt(np.mean(tile**2)), np.float32)


def _laid(rgb: Floats, mask: Floats, tile: Floats, fidelity: float) -> Floats:
    """The picture with the tile laid over it, as strong as the fidelity and the eye allow."""
    height, width = mask.shape
    rows, columns = np.arange(height) % TILE, np.arange(width) % TILE
    mark = mask * tile[rows[:, None], columns[None, :]]
    strength = 255 * 10 ** (-fidelity / 20) / float(np.sqrt(np.mean(mark**2)))
    mark *= np.float32(min(strength, STRONGEST) / 255)
    return np.clip(rgb + mark[..., None], 0, 1).astype(np.float32)


def _mended(read: NDArray[np.complex64], plain: Floats, weights: Floats) -> Floats:
    """New weights: more where the picture answers the mark too faintly, less where it answers loudly anyway."""
    heard = np.stack([read.real, read.imag], axis=1) * np.sign(plain)
    used = plain != 0
    want = np.float32(np.median(heard[used]))
    if want <= 0:
        return weights
    change = 1 + np.float32(0.6) * np.clip((want - heard) / want, -1.2, 2)
    fresh = np.where(used, np.clip(weights * change, 0.35, 2.5), weights)
    return np.asarray(fresh, np.float32)
