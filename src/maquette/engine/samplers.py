"""From noise to pictures: samplers of one signature over any net that takes noise out, in plain numpy.

    x = noise(seeds, (4, 64, 64)) * sigmas[0]
    x = heun(denoise, x, sigmas)

`denoise(x, sigma)` gives the picture that is expected behind x = picture + sigma * noise: x (n, c, h, w), sigma (n,),
both float32. A schedule `sigmas` has steps + 1 levels and ends at 0. The samplers solve the probability flow equation
dx/dsigma = (x - denoise(x, sigma)) / sigma (Song et al. 2021, arXiv:2011.13456; in this form Karras et al. 2022,
arXiv:2206.00364, "EDM", equation 3). Wrappers (`guided`, `inpainting`, `rolling`) give another `denoise`.

Every operation works picture by picture and every picture has a seed of its own: alone or among twelve, it comes out
the same to the last bit, if the net does so too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError

Floats = NDArray[np.float32]
Denoise = Callable[[Floats, Floats], Floats]
OnStep = Callable[[int, int, Floats], None]  # steps done, of how many, the picture expected now

SIGMA_MIN, SIGMA_MAX, RHO = 0.002, 80.0, 7.0  # EDM, table 1


class Sampler(Protocol):
    """A way from noise to pictures."""

    def __call__(self, denoise: Denoise, x: Floats, sigmas: Floats, *, on_step: OnStep | None = None) -> Floats:
        """x (n, c, h, w) at noise level sigmas[0] -> pictures of the same shape at sigmas[-1]."""
        ...


# -- schedules and noise ----------------------------------------------------------------------------------------------


def karras_sigmas(
    steps: int, sigma_min: float = SIGMA_MIN, sigma_max: float = SIGMA_MAX, rho: float = RHO
) -> NDArray[np.float32]:
    """(steps + 1,) noise levels from `sigma_max` down to `sigma_min`, then 0: denser where it is nearly clean.

    EDM, equation 5. Raises UsageError for levels that do not fall.
    """
    if steps < 1:
        raise UsageError(f"a picture cannot be made in {steps} steps", mend="give at least 1")
    if not 0 < sigma_min <= sigma_max:
        raise UsageError(f"noise cannot fall from {sigma_max:g} to {sigma_min:g}", mend="give 0 < lowest <= highest")
    ramp = np.linspace(0, 1, steps) if steps > 1 else np.zeros(1)
    high, low = sigma_max ** (1 / rho), sigma_min ** (1 / rho)
    return np.append((high + ramp * (low - high)) ** rho, 0.0).astype(np.float32)


def strength_sigmas(
    steps: int, strength: float, sigma_min: float = SIGMA_MIN, sigma_max: float = SIGMA_MAX, rho: float = RHO
) -> NDArray[np.float32]:
    """The schedule that begins part of the way down, for a picture that is there already: 1 begins at `sigma_max`.

    SDEdit (Meng et al. 2022, arXiv:2108.01073): the picture plus noise of the first level is drawn again from there.
    The steps shrink with the strength, so that one step costs the same stretch of the way.
    """
    if not 0 < strength <= 1:
        raise UsageError(f"a strength of {strength:g} cannot be used", mend="give more than 0, and at most 1")
    high, low = sigma_max ** (1 / rho), sigma_min ** (1 / rho)
    first = (low + strength * (high - low)) ** rho
    return karras_sigmas(max(1, math.ceil(steps * strength)), sigma_min, float(first), rho)


def noise(seeds: Sequence[int], shape: tuple[int, ...]) -> Floats:
    """(n, *shape) of the unit normal distribution: row i from PCG64(seeds[i]), the same on every machine."""
    rows = [np.random.Generator(np.random.PCG64(seed)).standard_normal(shape, dtype=np.float32) for seed in seeds]
    return np.stack(rows) if rows else np.zeros((0, *shape), np.float32)


def slerp(a: Floats, b: Floats, t: float) -> Floats:
    """Between two noises (n, ...) on the great circle through them, t from 0 to 1: as noisy as both all the way.

    Shoemake 1985 ("Animating rotation with quaternion curves"). Straight mixing would shrink the noise, and a net
    draws pale mud from noise that is too small. Each row turns by its own angle.
    """
    flat_a, flat_b = a.reshape(len(a), -1).astype(np.float64), b.reshape(len(b), -1).astype(np.float64)
    norms = np.linalg.norm(flat_a, axis=1) * np.linalg.norm(flat_b, axis=1)
    cosine = np.clip((flat_a * flat_b).sum(1) / np.maximum(norms, 1e-12), -1, 1)
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    near = sine < 1e-4  # the same or the opposite direction: no circle is told
    safe = np.where(near, 1.0, sine)
    first = np.where(near, 1 - t, np.sin((1 - t) * angle) / safe)
    second = np.where(near, t, np.sin(t * angle) / safe)
    return (first[:, None] * flat_a + second[:, None] * flat_b).reshape(a.shape).astype(np.float32)


# -- samplers ---------------------------------------------------------------------------------------------------------


def _levels(x: Floats, sigma: float) -> Floats:
    return np.full(len(x), sigma, np.float32)


def euler(denoise: Denoise, x: Floats, sigmas: Floats, *, on_step: OnStep | None = None) -> Floats:
    """Straight steps along the flow: one look at the net each. As DDIM (Song et al. 2021, arXiv:2010.02502)."""
    steps = len(sigmas) - 1
    for i in range(steps):
        now, then = float(sigmas[i]), float(sigmas[i + 1])
        clean = denoise(x, _levels(x, now))
        x = clean + np.float32(then / now) * (x - clean)
        if on_step is not None:
            on_step(i + 1, steps, clean)
    return x


def heun(denoise: Denoise, x: Floats, sigmas: Floats, *, on_step: OnStep | None = None) -> Floats:
    """Each step with the mean of the slopes at both its ends: two looks each, one at the last. EDM, algorithm 1."""
    steps = len(sigmas) - 1
    for i in range(steps):
        now, then = float(sigmas[i]), float(sigmas[i + 1])
        clean = denoise(x, _levels(x, now))
        slope = (x - clean) * np.float32(1 / now)
        ahead = x + np.float32(then - now) * slope
        if then > 0:
            better = denoise(ahead, _levels(x, then))
            slope = np.float32(0.5) * slope + np.float32(0.5 / then) * (ahead - better)
            x = x + np.float32(then - now) * slope
        else:
            x = ahead
        if on_step is not None:
            on_step(i + 1, steps, clean)
    return x


def dpmpp_2m(denoise: Denoise, x: Floats, sigmas: Floats, *, on_step: OnStep | None = None) -> Floats:
    """DPM-Solver++(2M): steps in log sigma that remember the look before; one look each, second order.

    Lu et al. 2022 (arXiv:2211.01095), algorithm 2, with alpha = 1 and lambda = -log sigma. The first and the last step
    are of first order, as there (section 5.2).
    """
    steps = len(sigmas) - 1
    before: Floats | None = None
    stretch = 0.0  # how far the step before went in lambda
    for i in range(steps):
        now, then = float(sigmas[i]), float(sigmas[i + 1])
        clean = denoise(x, _levels(x, now))
        if then <= 0:
            x = clean
        else:
            here = math.log(now / then)
            guess = clean
            if before is not None:
                ratio = stretch / here
                guess = np.float32(1 + 0.5 / ratio) * clean - np.float32(0.5 / ratio) * before
            x = np.float32(then / now) * x - np.float32(math.expm1(-here)) * guess
            stretch = here
        before = clean
        if on_step is not None:
            on_step(i + 1, steps, clean)
    return x


def consistency(
    denoise: Denoise, x: Floats, sigmas: Floats, *, on_step: OnStep | None = None, seeds: Sequence[int] = ()
) -> Floats:
    """For nets that jump to the picture in one look: jump, put fresh noise of the next level on it, jump again.

    Song et al. 2023 (arXiv:2303.01469), algorithm 1; Geng et al. 2024 (arXiv:2406.14548). `seeds`: of the fresh noise,
    one per picture; without them the noise that was taken out goes back in.
    """
    steps = len(sigmas) - 1
    for i in range(steps):
        now, then = float(sigmas[i]), float(sigmas[i + 1])
        clean = denoise(x, _levels(x, now))
        if then <= 0:
            x = clean
        elif seeds:
            fresh = noise([_further(seed, i) for seed in seeds], x.shape[1:])
            x = clean + np.float32(then) * fresh
        else:
            x = clean + np.float32(then / now) * (x - clean)
        if on_step is not None:
            on_step(i + 1, steps, clean)
    return x


def _further(seed: int, step: int) -> int:
    from ..core.seeds import candidate_seed

    return candidate_seed(seed, 7000 + step)


SAMPLERS: dict[str, Sampler] = {
    "dpmpp": dpmpp_2m,
    "heun": heun,
    "euler": euler,
    "few": consistency,
}
LOOKS = {"dpmpp": 1, "heun": 2, "euler": 1, "few": 1}  # looks at the net per step


# -- wrappers: another `denoise` --------------------------------------------------------------------------------------


def guided(
    with_words: Denoise, without: Denoise, scale: float, interval: tuple[float, float] = (0.0, math.inf)
) -> Denoise:
    """Classifier-free guidance: away from what is drawn without the words (or from the negative ones), `scale` times.

    Ho and Salimans 2022 (arXiv:2207.12598); only at noise levels within `interval`, since it hurts variety at the
    start and does nothing at the end (Kynkäänniemi et al. 2024, arXiv:2404.07724). A scale of 1 asks the net once.
    """

    def denoise(x: Floats, sigma: Floats) -> Floats:
        told = with_words(x, sigma)
        level = float(sigma[0]) if len(sigma) else 0.0
        if scale == 1 or not interval[0] <= level <= interval[1]:
            return told
        plain = without(x, sigma)
        return plain + np.float32(scale) * (told - plain)

    return denoise


def inpainting(denoise: Denoise, known: Floats, mask: Floats, fresh: Floats) -> Denoise:
    """Draws only where `mask` is 1 and keeps `known` where it is 0, in between a blend.

    Lugmayr et al. 2022 (arXiv:2201.09865, "RePaint") without its jumps back: at every level the known part, noised by
    `fresh`, is put in the place of what was drawn there. known, fresh (n, c, h, w); mask (n or 1, 1, h, w) in 0..1.
    What is known comes out exactly: the last look of every sampler is the picture itself.
    """
    draw = mask.astype(np.float32)
    keep = np.float32(1) - draw

    def inside(x: Floats, sigma: Floats) -> Floats:
        noisy = known + sigma[:, None, None, None] * fresh
        clean = denoise(draw * x + keep * noisy, sigma)
        return draw * clean + keep * known

    return inside


def rolling(turned: Callable[[int, int], Denoise], seed: int = 0, looks: int = 1) -> Denoise:
    """For pictures that tile: at every look they are turned over their edges by another distance, and back after.

    No place is at the border for long, so that the net sees across all of them and none becomes a seam ("cycle
    spinning", Coifman and Donoho 1995, with a net in the place of a wavelet). `turned(down, right)` gives the net with
    whatever it keeps beside x, a sketch or a mask, turned by so many pixels too. looks: how many distances are taken
    and their pictures averaged; where steps are few, one leaves a seam.
    """
    dice = np.random.Generator(np.random.PCG64(seed))

    def denoise(x: Floats, sigma: Floats) -> Floats:
        total = np.zeros_like(x)
        for _ in range(looks):
            down, right = int(dice.integers(x.shape[2])), int(dice.integers(x.shape[3]))
            clean = turned(down, right)(np.roll(x, (down, right), (2, 3)), sigma)
            total += np.roll(clean, (-down, -right), (2, 3))
        return total / np.float32(looks)

    return denoise
