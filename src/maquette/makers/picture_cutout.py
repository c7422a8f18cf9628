"""The subject of a photo without its ground, where the ground is simple: plain, sliding, or lightly textured.

The ground's colour is learnt from the rim of the picture as a smooth surface over the place (a plane with bends); how
far the rim strays from it says whether the ground is simple. What differs more than the ground differs from itself is
subject; the border is settled by a minimum over both (an iterated graph relaxation), made soft by a guided filter (He,
Sun & Tang 2010), and freed of the ground's colour by solving c = a F + (1 - a) B for F.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError, UsageError
from ..media.picture import Picture, coded, floats, from_floats, linear
from ..media.picture_size import fits
from .picture_paint_field import Floats, blur, grey, lab
from .picture_regions import pieces

_WORKING = 220  # bytes per pixel at the worst moment
_PLAIN, _TEXTURED = 0.02, 0.06  # spread of the rim about the model, in Oklab
_RIM = 0.04  # of the shorter side: what is taken for ground
_LEAST_RIM = 0.55  # share of the rim that must fit the model


@dataclass(frozen=True)
class Ground:
    """What the ground is: "plain", "sliding", "textured" or "busy"; its spread in Oklab; the share of rim that fits."""

    kind: str
    spread: float
    share: float

    @property
    def simple(self) -> bool:
        """Whether it can be taken away without a mask."""
        return self.kind != "busy"


@dataclass(frozen=True, eq=False)
class Cutout:
    """The subject with straight alpha, what the ground was, and what is to be said."""

    picture: Picture
    ground: Ground
    said: tuple[str, ...]


def cutout(photo: Picture, *, sure: Floats | None = None, soft: float = 1.0, anyway: bool = False) -> Cutout:
    """Take the ground away. `sure` (h, w): 1 where the subject surely is. `soft`: reach of hair and blur, 1 is usual.

    Raises MediaError where the ground is not simple and neither `sure` nor `anyway` is given, and where nothing, or
    everything, would be left.
    """
    if not 0 <= soft <= 4:
        raise UsageError(f"soft is {soft:g}", mend="it runs from 0 to 4")
    wide, high = photo.size
    if min(wide, high) < 8:
        raise UsageError(
            f"a picture of {wide} x {high} pixels has no ground to tell", mend="give 8 pixels or more a side"
        )
    fits(wide, high, _WORKING, what="a cut-out")
    values = floats(photo)
    rgb = values[..., :3]
    surface, ground = ground_of(rgb)
    if not ground.simple and sure is None and not anyway:
        raise MediaError(
            f"the ground is not simple: {ground.share:.0%} of the rim follows one surface of colour, straying "
            f"by {ground.spread:.3f} (a simple one: {_LEAST_RIM:.0%} or more, by {_TEXTURED} or less)",
            mend="give --mask with white on the subject, or --anyway, or photograph it before a plain wall",
        )
    alpha = _alpha(rgb, surface, ground, sure, soft)
    covered = float((alpha > 0.5).mean())
    if covered < 0.002 or covered > 0.995:
        raise MediaError(
            "nothing stands out from the ground"
            if covered < 0.5
            else "no ground was found: the subject fills the picture",
            mend="give --mask with white on the subject",
        )
    clean = _freed(rgb, surface, alpha)
    made = from_floats(np.concatenate([clean, (alpha * values[..., 3])[..., None]], axis=2), like=photo)
    said = [f"the ground is {ground.kind}; the subject covers {covered:.0%} of the picture"]
    if not ground.simple:
        said.append("the ground is not simple: look at the edges")
    return Cutout(made, ground, tuple(said))


def ground_of(rgb: Floats) -> tuple[Floats, Ground]:
    """The colour of the ground at every pixel (h, w, 3), coded, and how simple it is; told from the rim alone."""
    high, wide = rgb.shape[:2]
    rim = max(1, round(_RIM * min(high, wide)))
    mask = np.zeros((high, wide), bool)
    mask[:rim] = mask[-rim:] = mask[:, :rim] = mask[:, -rim:] = True
    y, x = np.nonzero(mask)
    step = max(1, len(x) // 12000)
    x, y = x[::step], y[::step]
    seen = lab(blur(rgb, 0.7))[y, x]
    basis = _basis(x / wide, y / high)
    weights = np.ones(len(x), np.float32)
    fit, away = np.zeros((basis.shape[1], 3)), np.zeros(len(x))
    centre = _commonest(seen)
    away = np.sqrt(((seen - centre) ** 2).sum(axis=1))
    weights = 1 / (1 + (away / 0.06) ** 4)
    for _ in range(12):  # a subject that touches the rim is outvoted, round by round (Tukey's weights)
        root = np.sqrt(weights)[:, None]
        fit = np.linalg.lstsq(np.concatenate([basis * root, _STIFF]), np.concatenate([seen * root, np.zeros((6, 3))]))[
            0
        ]
        away = np.sqrt(((seen - basis @ fit) ** 2).sum(axis=1))
        scale = max(1.5 * float(np.median(away[weights > 0.2]) if (weights > 0.2).any() else 0.05), 0.006)
        weights = np.clip(1 - (away / (4 * scale)) ** 2, 0, 1) ** 2
    close = away < max(0.03, 4 * scale)
    share = float(close.mean())
    spread = float(np.sqrt((away[close] ** 2).mean())) if close.any() else 1.0
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    flat = (_basis((xs / wide).ravel(), (ys / high).ravel()) @ fit).reshape(high, wide, 3).astype(np.float32)
    slide = float(np.ptp(flat[..., 0]) + np.ptp(flat[..., 1]) + np.ptp(flat[..., 2]))
    kind = "plain" if spread < _PLAIN and slide < 0.05 else "sliding" if spread < _PLAIN else "textured"
    if spread > _TEXTURED or share < _LEAST_RIM:
        kind = "busy"
    from ..media.picture import from_oklab

    return np.clip(coded(np.clip(from_oklab(flat), 0, 1)), 0, 1).astype(np.float32), Ground(kind, spread, share)


_STIFF = np.diag([0.0, 0.3, 0.3, 2.0, 2.0, 2.0])  # bends must earn their place


def _basis(x: Floats, y: Floats) -> NDArray[np.float64]:
    a, b = x - 0.5, y - 0.5
    return np.stack([np.ones_like(a), a, b, a * a, b * b, a * b], axis=1).astype(np.float64)


def _commonest(seen: Floats) -> Floats:
    """The colour round which most of the rim lies."""
    tries = seen[:: max(1, len(seen) // 200)]
    near = np.array([(((seen - one) ** 2).sum(axis=1) < 0.03**2).sum() for one in tries])
    found: Floats = tries[near.argmax()]
    return found


def _alpha(rgb: Floats, surface: Floats, ground: Ground, sure: Floats | None, soft: float) -> Floats:
    """(h, w) 0..1: how far each pixel is subject."""
    noise = max(ground.spread, 0.006)
    gap = lab(rgb) - lab(surface)
    away = np.sqrt((gap * gap * np.array([1, 2.2, 2.2], np.float32)).sum(axis=2))
    calm = np.sqrt((blur(gap, 1.0 + 25 * noise) ** 2 * np.array([1, 2.2, 2.2], np.float32)).sum(axis=2))
    level = (away + calm) / 2 if noise > 0.01 else away
    likely = np.clip((level - 2.2 * noise) / (2.0 * noise + 0.035), 0, 1)
    if sure is not None:
        likely = np.maximum(likely * (blur(sure, max(rgb.shape[:2]) / 30) > 0.02), sure)
    solid = _settled(likely, grey(rgb))
    solid = _whole(solid)
    if soft == 0:
        return solid.astype(np.float32)
    return _matted(rgb, surface, likely, solid, noise, soft)


def _settled(likely: Floats, light: Floats, rounds: int = 12) -> NDArray[np.bool_]:
    """Pixels vote with their neighbours, more with those of like brightness: what is alone gives way."""
    state = likely.astype(np.float32)
    weights = []
    for axis in (0, 1):
        step = np.abs(np.diff(light, axis=axis))
        weights.append(np.exp(-((step / 0.05) ** 2)).astype(np.float32))
    for _ in range(rounds):
        total, mass = 1.2 * likely, np.full_like(likely, 1.2)
        total[1:] += weights[0] * state[:-1]
        total[:-1] += weights[0] * state[1:]
        total[:, 1:] += weights[1] * state[:, :-1]
        total[:, :-1] += weights[1] * state[:, 1:]
        mass[1:] += weights[0]
        mass[:-1] += weights[0]
        mass[:, 1:] += weights[1]
        mass[:, :-1] += weights[1]
        state = total / mass
        state = np.clip(0.5 + 1.25 * (state - 0.5), 0, 1)
    return state > 0.5


def _whole(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Small specks go; small holes close."""
    number = pieces(solid.astype(np.int32))
    sizes = np.bincount(number.ravel())
    small = (sizes < max(6, solid.size // 4000))[number]
    return np.where(small, ~solid, solid)


def _matted(
    rgb: Floats, surface: Floats, likely: Floats, solid: NDArray[np.bool_], noise: float, soft: float
) -> Floats:
    """Along the border alpha is how far the colour has come from the ground's to the subject's nearby."""
    reach = max(1.2, soft * max(rgb.shape[:2]) / 260)
    inner = blur(solid.astype(np.float32), reach)
    sure_in, sure_out = inner > 0.97, inner < 0.03
    kept = solid & (inner > 0.8)
    mass = blur(kept.astype(np.float32), 2 * reach)[..., None]
    subject = blur(rgb * kept[..., None], 2 * reach) / np.maximum(mass, 1e-3)
    way = subject - surface
    size = (way * way).sum(axis=2)
    share = ((rgb - surface) * way).sum(axis=2) / np.maximum(size, 1e-4)
    told = np.where((size > (3 * noise) ** 2) & (mass[..., 0] > 0.01), np.clip((share - 0.04) / 0.92, 0, 1), likely)
    rough = np.where(sure_in, 1.0, np.where(sure_out, 0.0, told)).astype(np.float32)
    guided = _guided(grey(rgb), rough, max(1.0, reach / 2), 2e-4 + noise * noise)
    mixed = np.where(sure_in, 1.0, np.where(sure_out, 0.0, 0.6 * rough + 0.4 * guided))
    return np.clip((mixed - 0.03) / 0.94, 0, 1).astype(np.float32)


def _guided(guide: Floats, plane: Floats, sigma: float, floor: float) -> Floats:
    """A plane smoothed so that it keeps the edges of the guide (He, Sun & Tang 2010)."""
    mean, value = blur(guide, sigma), blur(plane, sigma)
    slope = (blur(guide * plane, sigma) - mean * value) / (blur(guide * guide, sigma) - mean * mean + floor)
    return blur(slope, sigma) * guide + blur(value - slope * mean, sigma)


def _freed(rgb: Floats, surface: Floats, alpha: Floats) -> Floats:
    """The subject's own colour where ground shines through: F = (c - (1 - a) B) / a in light, near what is beside."""
    part = (alpha > 0.02) & (alpha < 0.98)
    full = alpha >= 0.98
    mass = blur(full.astype(np.float32), 3.0)[..., None]
    beside = np.where(mass > 1e-3, blur(rgb * full[..., None], 3.0) / np.maximum(mass, 1e-3), rgb)
    light, ground, a = linear(rgb), linear(surface), alpha[..., None]
    solved = coded(np.clip((light - (1 - a) * ground) / np.maximum(a, 0.1), 0, 1))
    near = np.clip(1 - a, 0, 1) * (mass > 1e-3)
    mixed = solved * (1 - near) + beside * near
    return np.where(part[..., None], np.clip(mixed, 0, 1), np.where(alpha[..., None] <= 0.02, beside, rgb)).astype(
        np.float32
    )
