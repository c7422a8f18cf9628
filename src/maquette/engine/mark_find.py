"""Reading the mark of `marks.py` in a picture that was scaled, turned, mirrored, cropped, or written anew.

The picture's brightness is freed of what is the picture's: local mean and contrast are evened out, and the spectrum
made white. What repeats now shows as a lattice in the Fourier plane. Lattices of all sizes and turns are tried by
their energy, the best by what the key expects there; where that stands out, the picture is folded onto one tile, and
the tile read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from . import mark_code, marks
from .marks import TILE, Floats, Pattern

WINDOW = 1024  # pixels: about the side of what is looked at in one piece
SCALES = (0.42, 2.35)  # of the picture since it was marked
TURN = 6.0  # degrees either way
CANDIDATES = 48  # lattices that the key is asked about
SEEN = 6.5  # standard deviations from which on a tile is read
PLAIN = 7.0  # and from which on it counts as seen, even if its id cannot be read
LEAST = 96  # pixels of the shorter side below which nothing is looked for
MOST = 6  # pieces of a large picture
LOUDEST = 13.7  # standard deviations: what the sync of a perfect tile comes to
TRIED = 4  # of all lattices, keys and symmetries: how many are read
CERTAIN = 9.0  # standard deviations from which on no other lattice is read
COARSE, SHIFTS, FOLD = 32, 64, 160  # steps of the tile: of its shift, and of what is folded onto it
REACH = int(marks.HIGHEST)

Complex = NDArray[np.complex64]


@dataclass(frozen=True)
class Found:
    """A mark that was found. `number` is None where the tile is there and the id cannot be read."""

    number: int | None
    score: float  # standard deviations by which the tile stands out
    scale: float  # of the picture since it was marked
    degrees: float  # by which it was turned, counter-clockwise
    mirrored: bool
    soft: Floats = field(repr=False)  # (144,) what was heard of each coded bit, for `likeness`
    key: int = 0  # which of the keys asked about


@dataclass(frozen=True)
class Lattice:
    """How the tile lies in a picture: the matrix takes the tile's frequencies to the picture's (cycles per pixel)."""

    scale: float
    turn: float  # radians
    stretch: float = 0.0  # how much wider than high, as a share
    shear: float = 0.0

    def matrix(self) -> NDArray[np.float64]:
        """(2, 2) that maps (kx, ky) to cycles per pixel."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        bent = np.array([[1 - self.stretch / 2, self.shear], [self.shear, 1 + self.stretch / 2]])
        return np.asarray(np.array([[cos, -sin], [sin, cos]]) @ bent / (self.scale * TILE), np.float64)


def find(rgb: Floats, *, keys: Sequence[bytes], straight: bool = False, pieces: int = MOST) -> Found | None:
    """The mark that one of `keys` put into a picture (h, w, 3) in 0..1, sRGB-coded; None where none is seen.

    A `Found.number` has passed its check sum; where it is None the tile was seen and the id could not be read.
    `straight` looks only for a mark in a picture that was neither scaled nor turned, which is quick;
    `pieces` of a large picture are looked at, the middle first.
    """
    made = [marks.pattern(key) for key in keys]
    heard: list[_Heard] = []
    for white in islice(_pieces(marks.luma(rgb)), pieces):
        sight = _Sight(white)
        if straight or heard:
            one = _listen(white, sight, [heard[0].lattice if heard else Lattice(1.0, 0.0)], made)
        else:
            one = _listen(white, sight, list(_usual(sight)), made)
            if one is None or one.score < CERTAIN:
                other = _listen(white, sight, list(_lattices(sight)), made)
                one = max((each for each in (one, other) if each), key=lambda each: each.score, default=None)
        if one is None:
            continue
        heard.append(one)
        if (number := mark_code.decode(np.sum([each.soft for each in heard], axis=0))) is not None:
            return _told(heard, number)
    return _told(heard, None) if max((one.score for one in heard), default=0.0) >= PLAIN else None


def likeness(found: Found, number: int) -> float:
    """How well what was heard fits an id: standard deviations; about 0 for a wrong one, 12 for a perfect reading."""
    soft = found.soft
    return float(soft @ mark_code.encode(number) / (np.linalg.norm(soft) + 1e-9))


def still(light: Floats, made: Pattern) -> Complex:
    """(n,) what each frequency of a tile answers that lies where `marks.embed` puts it; 1 + 0j points its way."""
    total = np.zeros(len(made.places), np.complex64)
    for top, left, piece in _windows(light):
        spectrum = _folded(whitened(piece), Lattice(1.0, 0.0), (-left, -top))
        total += spectrum[made.places[:, 1] + REACH, made.places[:, 0] + REACH] * made.phases.conj()
    return total


def strength(light: Floats, made: Pattern) -> float:
    """How far the tile stands out in a picture just marked (see `still`): about 13.7 at the most."""
    return standing_out(still(light, made)[made.sync])


def standing_out(sync: Complex) -> float:
    """How far a tile stands out whose sync answers so, freed of its phases: standard deviations, up to LOUDEST."""
    sync = _tamed(sync)
    return float(sync.real.sum() / (np.sqrt(np.sum(np.abs(sync) ** 2) / 2) + 1e-9))


# -- the picture freed of what is the picture's ----------------------------------------------------------------------


def whitened(light: Floats) -> Floats:
    """Brightness (h, w) with even contrast everywhere and an even spectrum: what a mark stands out from."""
    detail = light - marks.smooth(light, 10)
    contrast = np.sqrt(marks.smooth(detail**2, 12) + np.float32(0.6))
    even = np.clip(detail / contrast, -2.5, 2.5)
    height, width = light.shape
    tall, wide = _handy(height), _handy(width)
    spectrum = np.fft.rfft2(even, s=(tall, wide)).astype(np.complex64)
    size = np.abs(spectrum)
    level = marks.smooth(size, max(6, min(tall, wide) // 48)) + np.float32(1e-6)
    spectrum *= np.minimum(1 / level, 3 / (size + np.float32(1e-6)))
    return np.asarray(np.fft.irfft2(spectrum, s=(tall, wide))[:height, :width], np.float32)


def _handy(length: int) -> int:
    """The next length that a Fourier transform is quick with: 2, 3 and 5 are its only factors."""
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1


def _windows(light: Floats) -> Iterator[tuple[int, int, Floats]]:
    """(top, left, piece) of a picture, none much longer than WINDOW; the middle first."""
    height, width = light.shape
    down, across = max(1, round(height / WINDOW)), max(1, round(width / WINDOW))
    rows = np.linspace(0, height, down + 1).astype(int)
    columns = np.linspace(0, width, across + 1).astype(int)
    spots = [(row, column) for row in range(down) for column in range(across)]
    spots.sort(key=lambda at: abs(2 * at[0] + 1 - down) + abs(2 * at[1] + 1 - across))
    for row, column in spots:
        piece = light[rows[row] : rows[row + 1], columns[column] : columns[column + 1]]
        yield int(rows[row]), int(columns[column]), piece


def _pieces(light: Floats) -> Iterator[Floats]:
    """The pieces of a picture to look at, whitened, the middle first."""
    if min(light.shape) < LEAST:
        return
    for _, _, piece in _windows(light):
        yield whitened(piece)


# -- the lattice -----------------------------------------------------------------------------------------------------


class _Sight:
    """The spectrum of a white piece, the phases counted from its middle, twice as fine as its size asks."""

    def __init__(self, white: Floats) -> None:
        height, width = white.shape
        self.tall, self.wide = _handy(2 * height), _handy(2 * width)
        self.size = max(height, width)
        laid = np.zeros((self.tall, self.wide), np.float32)
        laid[:height, :width] = white
        laid = np.roll(laid, (-(height // 2), -(width // 2)), axis=(0, 1))
        self.values = np.fft.rfft2(laid).astype(np.complex64)
        self.energy = np.abs(self.values) ** 2 / np.float32(np.sum(white**2) + 1e-9)

    def powers(self, frequencies: NDArray[np.float64]) -> Floats:
        """Energy at frequencies (..., 2) in cycles per pixel, x > 0 or nearly; about 1 where there is nothing."""
        column = np.rint(frequencies[..., 0] * self.wide).astype(np.intp)
        row = np.rint(frequencies[..., 1] * self.tall).astype(np.intp)
        away = column < 0
        row, column = np.where(away, -row, row) % self.tall, np.abs(column)
        inside = column < self.values.shape[1]
        return np.where(inside, self.energy[row, np.minimum(column, self.values.shape[1] - 1)], np.float32(1))

    def grid(self, matrix: NDArray[np.float64]) -> Complex:
        """(27, 27) values at the frequencies of a lattice, [ky + REACH, kx + REACH], between the bins by weights."""
        steps = np.arange(-REACH, REACH + 1)
        kx, ky = np.meshgrid(np.arange(REACH + 1), steps)
        x = (matrix[0, 0] * kx + matrix[0, 1] * ky) * self.wide
        y = (matrix[1, 0] * kx + matrix[1, 1] * ky) * self.tall
        left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
        right, low = (x - left).astype(np.float32), (y - top).astype(np.float32)
        value = (
            self._at(top, left) * (1 - low) * (1 - right)
            + self._at(top, left + 1) * (1 - low) * right
            + self._at(top + 1, left) * low * (1 - right)
            + self._at(top + 1, left + 1) * low * right
        )
        out = np.zeros((2 * REACH + 1, 2 * REACH + 1), np.complex64)
        out[:, REACH:] = value
        out[:, :REACH] = value[::-1, :0:-1].conj()
        return out

    def _at(self, row: NDArray[np.intp], column: NDArray[np.intp]) -> Complex:
        away = column < 0
        row, column = np.where(away, -row, row) % self.tall, np.abs(column)
        beyond = column >= self.values.shape[1]  # above what this picture can hold
        found = self.values[row, np.minimum(column, self.values.shape[1] - 1)]
        return np.where(beyond, 0, np.where(away, found.conj(), found))


def _lattices(sight: _Sight) -> Iterator[Lattice]:
    """The lattices with the most energy on them, no two neighbours."""
    kx, ky = marks.places()[::2].T / TILE  # half of them will do
    scored: list[tuple[float, float, float, float]] = []
    for scale, step in _scales(sight):
        turns = _turns(step)
        cos, sin = np.cos(turns)[:, None] / scale, np.sin(turns)[:, None] / scale
        frequencies = np.stack([cos * kx - sin * ky, sin * kx + cos * ky], axis=-1)
        powers = np.minimum(sight.powers(frequencies), 6).mean(axis=1)
        scored += [(float(powers[at]), scale, float(turns[at]), step) for at in np.argsort(-powers)[:3]]
    scored.sort(reverse=True)
    taken: list[tuple[float, float]] = []
    for _, scale, turn, step in scored:
        if len(taken) == CANDIDATES:
            return
        if all(abs(scale / one - 1) > step or abs(turn - other) > step for one, other in taken):
            taken.append((scale, turn))
            yield Lattice(scale, turn)


def _scales(sight: _Sight) -> Iterator[tuple[float, float]]:
    """(scale, step): the step is what moves the outermost frequency by 0.6 of a bin."""
    scale = SCALES[0]
    while scale < SCALES[1]:
        step = 0.6 * TILE * scale / (marks.HIGHEST * sight.size)
        yield scale, step
        scale *= 1 + step


def _turns(step: float) -> NDArray[np.float64]:
    most = np.radians(TURN)
    return np.arange(-most, most + step / 2, step)


def _usual(sight: _Sight) -> Iterator[Lattice]:
    """What mostly happens to pictures: scaled and not turned, or turned and not scaled."""
    for scale, step in _scales(sight):
        yield Lattice(scale, 0.0)
        if abs(scale - 1) < step:
            yield from (Lattice(1.0, float(turn)) for turn in _turns(step))


# -- the tile --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Heard:
    """What one piece of a picture said: lattice, symmetry, how far the tile stands out, and the soft bits."""

    lattice: Lattice
    symmetry: int
    score: float
    soft: Floats
    key: int


def _listen(white: Floats, sight: _Sight, likely: Sequence[Lattice], made: Sequence[Pattern]) -> _Heard | None:
    """The best of the likely lattices for any of the keys, read; None if nothing stands out."""
    grids = np.stack([sight.grid(one.matrix()) for one in likely])
    tried: list[tuple[float, int, int, int]] = []
    for key, one in enumerate(made):
        for symmetry in range(8):
            heights = _standing(grids, _turned(one.places[one.sync], symmetry), one)
            tried += [(float(heights[at]), key, symmetry, int(at)) for at in np.argsort(-heights)[:TRIED]]
    tried.sort(reverse=True)
    best: _Heard | None = None
    for _, key, symmetry, number in tried[:TRIED]:
        heard = _read(white, sight, likely[number], symmetry, made[key], key)
        if best is None or heard.score > best.score:
            best = heard
        if best.score > CERTAIN:
            break
    return best if best is not None and best.score >= SEEN else None


def _turned(places: NDArray[np.intp], symmetry: int) -> NDArray[np.intp]:
    """Frequencies (n, 2) as seen in a picture turned by quarter turns (bits 0 and 1) and mirrored (bit 2)."""
    kx, ky = places.T
    for _ in range(symmetry & 3):
        kx, ky = -ky, kx
    return np.stack([-kx if symmetry & 4 else kx, ky], axis=1)


def _standing(grids: Complex, places: NDArray[np.intp], made: Pattern) -> Floats:
    """(n,) how far the tile stands out in grids (n, 27, 27) at the best of all shifts, in standard deviations of a tile
    that is not there. It is at most the root of twice the sync's frequencies."""
    heights = [_shifts(_answers(part, places, made, COARSE)).max(axis=(1, 2)) for part in _batches(grids)]
    return np.concatenate(heights)


def _batches(grids: Complex) -> Iterator[Complex]:
    for start in range(0, len(grids), 256):
        yield grids[start : start + 256]


def _answers(grids: Complex, places: NDArray[np.intp], made: Pattern, steps: int) -> Complex:
    """(n, steps, steps) what the sync's frequencies answer, freed of the key's phases: the transform of the shifts."""
    values = grids[:, places[:, 1] + REACH, places[:, 0] + REACH] * made.phases[made.sync].conj()
    values = _tamed(values)
    values = values / (np.sqrt(np.sum(np.abs(values) ** 2, axis=1, keepdims=True) / 2) + 1e-9)
    planes = np.zeros((len(grids), steps, steps), np.complex64)
    kx, ky = made.places[made.sync].T
    planes[:, ky % steps, kx % steps] = values
    return planes


def _tamed(values: Complex) -> Complex:
    """Answers (..., n) none much louder than the others: a pattern of the picture's own must not drown them."""
    size = np.abs(values)
    limit = 2.5 * np.median(size, axis=-1, keepdims=True)
    return np.asarray(values * np.minimum(1, limit / (size + 1e-9)), np.complex64)


def _shifts(planes: Complex) -> Floats:
    return np.asarray(np.fft.ifft2(planes).real * planes.shape[-1] ** 2, np.float32)


def _read(white: Floats, sight: _Sight, lattice: Lattice, symmetry: int, made: Pattern, key: int) -> _Heard:
    """The tile at a lattice that is first moved to where it stands out most."""
    places = _turned(made.places, symmetry)
    lattice = _settled(sight, lattice, places[made.sync], made)
    grid = _folded(white, lattice, (white.shape[1] // 2, white.shape[0] // 2))
    surface = _shifts(_answers(grid[None], places[made.sync], made, SHIFTS))[0]
    down, across = np.unravel_index(int(surface.argmax()), surface.shape)
    values = grid[places[:, 1] + REACH, places[:, 0] + REACH] * made.phases.conj()
    score, values = _aligned(values, made, float(across) / SHIFTS, float(down) / SHIFTS)
    soft = _bits(values, made)
    return _Heard(lattice, symmetry, score, soft, key)


def _settled(sight: _Sight, lattice: Lattice, places: NDArray[np.intp], made: Pattern) -> Lattice:
    """The lattice moved in size, turn, stretch and shear for as long as the tile stands out more."""
    step = 0.4 * TILE * lattice.scale / (marks.HIGHEST * sight.size)
    best = _stands(sight, lattice, places, made)
    for _ in range(5):
        for name in ("scale", "turn", "stretch", "shear"):
            for way in (1, -1):
                size = step * (lattice.scale if name == "scale" else 1) * way
                moved = replace(lattice, **{name: getattr(lattice, name) + size})
                score = _stands(sight, moved, places, made)
                if score > best:
                    best, lattice = score, moved
                    break
        step *= 0.6
    return lattice


def _stands(sight: _Sight, lattice: Lattice, places: NDArray[np.intp], made: Pattern) -> float:
    return float(_shifts(_answers(sight.grid(lattice.matrix())[None], places, made, SHIFTS)).max())


def _folded(white: Floats, lattice: Lattice, middle: tuple[int, int]) -> Complex:
    """(27, 27) the whole piece at the lattice's frequencies: all tiles laid on one, then its Fourier transform."""
    height, width = white.shape
    matrix = lattice.matrix()
    x, y = np.arange(width) - middle[0], np.arange(height) - middle[1]
    place = []
    for axis in (0, 1):
        periods = (x * matrix[0, axis])[None, :] + (y * matrix[1, axis])[:, None]
        place.append(np.rint(periods.astype(np.float64) * FOLD).astype(np.int64) % FOLD)
    where = place[1] * FOLD + place[0]
    tile = np.bincount(where.ravel(), weights=white.ravel(), minlength=FOLD * FOLD).reshape(FOLD, FOLD)
    plane = np.fft.fft2(tile)
    steps = np.arange(-REACH, REACH + 1) % FOLD
    return np.asarray(plane[np.ix_(steps, steps)], np.complex64)


def _aligned(values: Complex, made: Pattern, across: float, down: float) -> tuple[float, Complex]:
    """(score, the values with the tile's shift taken out), the shift refined to a sixteenth of a step."""
    kx, ky = made.places.T
    sync = _tamed(values[made.sync])
    fine = np.arange(-16, 17) / 16 / SHIFTS
    phases = np.exp(2j * np.pi * np.outer(across + fine, kx[made.sync]))
    others = np.exp(2j * np.pi * np.outer(down + fine, ky[made.sync]))
    surface = ((others * sync) @ phases.T).real / np.sqrt(np.sum(np.abs(sync) ** 2) / 2 + 1e-9)
    row, column = np.unravel_index(int(surface.argmax()), surface.shape)
    turn = np.exp(2j * np.pi * (kx * (across + fine[column]) + ky * (down + fine[row])))
    return float(surface.max()), np.asarray(values * turn, np.complex64)


def _bits(values: Complex, made: Pattern) -> Floats:
    """(144,) soft signs: the data's answers, each weighed by how well the sync of its neighbourhood is heard."""
    radius = np.hypot(*made.places.T)
    real = values[made.sync].real
    weight = np.zeros(len(values), np.float32)
    for one in made.data:
        near = np.exp(-(((radius[made.sync] - radius[one]) / 1.5) ** 2))
        heard, power = (near * real).sum() / near.sum(), (near * np.abs(values[made.sync]) ** 2).sum() / near.sum()
        weight[one] = max(float(heard), 0.05 * float(np.sqrt(power))) / float(power + 1e-9)
    level = np.median(np.abs(values[made.data])) + 1e-9
    signs = np.stack([values[made.data].real, values[made.data].imag], axis=1)
    signs = np.clip(signs / level, -3, 3) * level * weight[made.data][:, None]
    return np.asarray(np.bincount(made.bit_of, weights=signs.ravel(), minlength=mark_code.CODED), np.float32)


def _told(heard: Sequence[_Heard], number: int | None) -> Found:
    best = max(heard, key=lambda one: one.score)
    soft = np.asarray(sum(one.soft for one in heard), np.float32)
    degrees = -float(np.degrees(best.lattice.turn)) + 90 * (best.symmetry & 3)
    return Found(number, best.score, best.lattice.scale, degrees, bool(best.symmetry & 4), soft, best.key)
