"""Sliders of a generator: directions in its styles, each named by what it measurably changes, and how purely.

Three ways to a direction:

    sefa   those that the layers' own weights stretch most (Shen & Zhou 2020, arXiv:2007.06600): no picture is needed
    pca    those along which styles spread most (Haerkoenen et al. 2020, GANSpace, arXiv:2004.02546)
    fit    those along which a trait changes most, by least squares over made pictures

What each does is measured alike: styles drawn by chance are moved one standard deviation each way, and every trait of
`media.picture_traits` is looked at before and after. A slider's effect is in standard deviations of the trait; its
purity is the named trait's share of all that it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.progress import OnProgress, Progress, silent
from ..media.picture_traits import TRAITS, traits
from .gan import Gan

Floats = NDArray[np.float32]

SAMPLES = 384  # pictures that traits are known from
MOVED = 16  # styles that each direction is tried on
TRIED = 6  # directions of sefa and of pca each
MOST = 12  # sliders kept
WEAK = 0.25  # standard deviations: a direction that changes no trait by as much is named by its number
ALIKE = 0.85  # cosine from which two directions are one


@dataclass(frozen=True)
class Slider:
    """One direction (style,) in styles, as long as styles spread along it: a slider at 1 goes one deviation.

    `effect`: what one deviation changes, by trait, in deviations of the trait. `purity`: the named one's share.
    """

    name: str
    method: str
    direction: Floats
    effect: Mapping[str, float]
    purity: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as it stands in `encoding.json`."""
        direction = [round(float(one), 5) for one in self.direction]
        effect = {name: round(value, 3) for name, value in self.effect.items()}
        told = {"name": self.name, "method": self.method, "purity": round(self.purity, 3), "effect": effect}
        return {**told, "direction": direction}


def from_dicts(rows: Sequence[Mapping[str, Any]]) -> list[Slider]:
    """The sliders that stand in a model's `encoding.json`."""
    return [
        Slider(
            str(row["name"]),
            str(row["method"]),
            np.asarray(row["direction"], dtype=np.float32),
            dict(row["effect"]),
            float(row["purity"]),
        )
        for row in rows
    ]


def find(gan: Gan, *, seed: int = 0, on_progress: OnProgress = silent) -> list[Slider]:
    """Sliders of a generator, purest first; those that change nothing in particular come last, by number."""
    dice = np.random.default_rng(seed)
    styles = gan.styles(dice.standard_normal((SAMPLES, gan.size["dice"]), dtype=np.float32))
    known = traits(gan.pictures(styles))
    spread = {name: float(value.std()) for name, value in known.items()}
    # A trait that never changes (the coverage of pictures without alpha) has no slider.
    spread = {name: value for name, value in spread.items() if value > 1e-4}
    directions = [
        *_fitted(styles, known, spread),
        *(("sefa", one) for one in _sefa(gan)),
        *(("pca", one) for one in _pca(styles)),
    ]
    found: list[Slider] = []
    for number, (method, direction) in enumerate(directions):
        on_progress(Progress(number + 1, len(directions), "measuring sliders"))
        direction = direction * float((styles @ direction).std())
        found.append(_measured(gan, styles[:MOVED], direction, method, spread))
    return _chosen(found)


def _sefa(gan: Gan) -> list[Floats]:
    """Eigenvectors of A^T A, A being all the matrices that read a layer's strengths off a style, one on the other."""
    reads = np.concatenate([one[:, :, 0, 0] for one in gan.reads.values()])
    values, vectors = np.linalg.eigh(reads.T @ reads)
    return [np.asarray(vectors[:, k], dtype=np.float32) for k in np.argsort(values)[::-1][:TRIED]]


def _pca(styles: Floats) -> list[Floats]:
    _, _, rows = np.linalg.svd(styles - styles.mean(axis=0), full_matrices=False)
    return [np.asarray(row, dtype=np.float32) for row in rows[:TRIED]]


def _fitted(styles: Floats, known: Mapping[str, Floats], spread: Mapping[str, float]) -> list[tuple[str, Floats]]:
    """For each trait the direction that moves it and leaves the others: all traits are fitted at once (ridge)."""
    if not spread:
        return []
    x = styles - styles.mean(axis=0)
    y = np.stack([(known[name] - known[name].mean()) / spread[name] for name in spread], axis=1)
    ridge = 0.05 * np.trace(x.T @ x) / x.shape[1] * np.eye(x.shape[1])
    slopes = np.linalg.solve(x.T @ x + ridge, x.T @ y)  # (style, traits)
    # Columns of the pseudo-inverse change one trait and, as far as styles allow, no other.
    alone = np.linalg.pinv(slopes.T, rcond=0.1)
    return [
        ("fit", np.asarray(one / max(float(np.linalg.norm(one)), 1e-9), dtype=np.float32))
        for columns in (alone, slopes)
        for one in columns.T
    ]


def _measured(gan: Gan, styles: Floats, direction: Floats, method: str, spread: Mapping[str, float]) -> Slider:
    """What one deviation along a direction changes; turned so that the named trait grows."""
    after, before = (traits(gan.pictures(styles + sign * direction)) for sign in (1, -1))
    effect = {name: float((after[name] - before[name]).mean()) / 2 / spread[name] for name in spread}
    whole = sum(abs(value) for value in effect.values())
    name = max(effect, key=lambda one: abs(effect[one]), default="")
    if not name or abs(effect[name]) < WEAK:
        return Slider("", method, direction, effect, 0.0)
    sign = 1.0 if effect[name] > 0 else -1.0
    turned = {one: sign * value for one, value in effect.items()}
    return Slider(name, method, np.float32(sign) * direction, turned, abs(effect[name]) / whole)


def _chosen(found: Sequence[Slider]) -> list[Slider]:
    """The purest of each name first, then others that are unlike those; names are made unique."""
    ordered = sorted(found, key=lambda one: (one.name == "", -one.purity))
    best = {one.name: one for one in reversed(ordered) if one.name}
    kept = sorted(best.values(), key=lambda one: -one.purity)
    for one in ordered:
        if len(kept) >= MOST:
            break
        if not any(_alike(one, other) for other in kept):
            kept.append(one)
    out: list[Slider] = []
    for one in kept[:MOST]:
        name = one.name or "change"
        taken = sum(other.name.partition("-")[0] == name for other in out)
        out.append(Slider(f"{name}-{taken + 1}" if taken else name, one.method, one.direction, one.effect, one.purity))
    return out


def _alike(one: Slider, other: Slider) -> bool:
    a, b = one.direction, other.direction
    return bool(abs(a @ b) >= ALIKE * np.linalg.norm(a) * np.linalg.norm(b))


def opposite(name: str) -> str:
    """The word for less of what a slider does: "dark" of "bright"; "" where there is none."""
    return TRAITS.get(name.partition("-")[0], ("", ""))[0]
