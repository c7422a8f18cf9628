"""A pyramid of small generators that learnt one picture beside the same picture's patches, on ten textures; and a
generator of a painter's own pictures: its distance to them beside that of two halves, its sliders, its speed.

    python benchmarks/pictures_gan.py textures PHOTOS [--side 128] [--steps 600] [--work FOLDER] [--sheet FILE.png]
    python benchmarks/pictures_gan.py own MODEL

Each source is a piece of a picture at `--side` px, both methods make a tile of twice the side. `distance` is the sliced
Wasserstein distance of patches to the source; `copied` that of a second tile of the same method to the first, beside
which a method that only repeats one thing has less; `seam` is 1 where the border is like any other place.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from common import RESULTS, keep
from numpy.typing import NDArray

from maquette.media.picture import Picture, floats, from_floats, resized
from maquette.media.picture_file import read
from maquette.media.picture_measure import repetition, seam, sliced_wasserstein

# Name of the photo, and the square that is taken of it: left, top and side as shares of the shorter side.
TEXTURES: Mapping[str, tuple[str, float, float, float]] = {
    "gravel": ("texture-gravel.png", 0.0, 0.0, 0.6),
    "brick": ("texture-brick.png", 0.0, 0.0, 0.8),
    "coral": ("photo-coral.jpg", 0.3, 0.3, 0.4),
    "meadow": ("photo-flower-meadow.jpg", 0.2, 0.72, 0.28),
    "geometric": ("abstract-geometric.jpg", 0.2, 0.2, 0.5),
    "daffodils": ("painting-daffodils.jpg", 0.1, 0.1, 0.4),
    "hollyhocks": ("painting-hollyhocks.jpg", 0.1, 0.5, 0.4),
    "orange trees": ("painting-villa-orange-trees.jpg", 0.1, 0.62, 0.36),
    "windows": ("photo-windows.jpg", 0.1, 0.1, 0.6),
    "fur": ("photo-cat.jpg", 0.45, 0.0, 0.3),
}
RESULT = RESULTS / "pictures_gan.json"
HEAD = ("benchmark", "processor", "day")


def main() -> None:
    """Measure what was asked for and write it beside what is known of the rest."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("what", choices=("textures", "own"))
    reading.add_argument("where", type=Path)
    reading.add_argument("--side", type=int, default=128, help="of the sources, in pixels")
    reading.add_argument("--steps", type=int, default=600, help="on each scale")
    reading.add_argument("--work", type=Path, default=Path("build/pictures_gan"), help="trainings are kept here")
    reading.add_argument("--sheet", type=Path, help="show the textures side by side")
    given = reading.parse_args()
    if given.what == "textures":
        for found in textures(given.where, given.work, given.side, given.steps, given.sheet):
            kept(found)
    else:
        kept(own(given.where))


def kept(found: Mapping[str, Any]) -> None:
    """Write what was found beside what is known of the rest."""
    known = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
    keep("pictures_gan", {key: value for key, value in (known | dict(found)).items() if key not in HEAD})


# -- textures ---------------------------------------------------------------------------------------------------------


def textures(photos: Path, work: Path, side: int, steps: int, page: Path | None) -> Iterator[dict[str, Any]]:
    """Both methods on every texture; what is known so far after each."""
    from maquette.makers.texture import texture
    from maquette.training.gan_single import SingleRecipe, texture_gan

    rows, pictures = [], []
    for name in TEXTURES:
        source = cut(photos, name, side)
        recipe = SingleRecipe(steps=steps)

        def by_gan(seed: int, name: str = name, source: Picture = source, recipe: SingleRecipe = recipe) -> Picture:
            folder = work / f"{name.replace(' ', '-')}-{side}-{steps}"
            return texture_gan(source, width=2 * side, height=2 * side, seed=seed, folder=folder, recipe=recipe)

        def by_patches(seed: int, source: Picture = source) -> Picture:
            return texture(source, 2 * side, 2 * side, tile="both", seed=seed)

        row: dict[str, Any] = {"texture": name, "repetition of source": round(repetition(floats(source)), 3)}
        shown = [source]
        for label, make in (("patches", by_patches), ("gan", by_gan)):
            figures, made = judged(make, source)
            row |= {f"{label} {key}": value for key, value in figures.items()}
            shown.append(made)
        rows.append(row)
        pictures.append(shown)
        print(row, flush=True)
        if page is not None:
            side_by_side(pictures, page)
        wins = sum(row["gan distance"] < row["patches distance"] for row in rows)
        yield {
            "side": side,
            "steps_on_each_scale": steps,
            "textures": rows,
            "gan_nearer_to_source": f"{wins} of {len(rows)}",
        }


def judged(make: Callable[[int], Picture], source: Picture) -> tuple[dict[str, Any], Picture]:
    """The figures of a method, and its first tile. Processor seconds are of the first tile, its learning included."""
    began = time.process_time()
    first = make(0)
    seconds = time.process_time() - began
    ours, other, theirs = (floats(one) for one in (first, make(1), source))
    figures = {
        "distance": round(sliced_wasserstein(ours[None], theirs[None]), 4),
        "copied": round(sliced_wasserstein(other[None], ours[None]), 4),
        "seam": round(seam(ours), 2),
        "repetition": round(repetition(ours), 3),
        "cpu_s": round(seconds, 1),
    }
    return figures, first


def cut(photos: Path, name: str, wanted: int) -> Picture:
    """A square piece of a photo at `wanted` px."""
    file, left, top, side = TEXTURES[name]
    values = floats(read(photos / file))
    short = min(values.shape[:2])
    x, y, wide = round(left * short), round(top * short), round(side * short)
    piece = values[y : y + wide, x : x + wide]
    return from_floats(np.clip(resized(piece, wanted, wanted), 0, 1))


def side_by_side(pictures: list[list[Picture]], path: Path) -> None:
    """Source, patches and pyramid, two textures in a row."""
    from PIL import Image

    side = pictures[0][0].size[0]
    high, wide = 2 * side + 8, 5 * side + 32
    page = Image.new("RGB", (2 * wide, -(-len(pictures) // 2) * high), "white")
    for k, shown in enumerate(pictures):
        left, top = k % 2 * wide, k // 2 * high
        for one in shown:
            page.paste(Image.fromarray(np.asarray(one.pixels[..., :3])), (left, top))
            left += one.size[0] + 8
    page.save(path)


# -- own pictures -----------------------------------------------------------------------------------------------------


def own(model: Path) -> dict[str, Any]:
    """A trained generator: what its card says, its sliders, and its speed on one core."""
    from maquette.checkpoints.box import open_checkpoint
    from maquette.makers.picture_gan import Sampler

    box = open_checkpoint(model)
    began = time.perf_counter()
    sampler = Sampler(box, threads=1)
    sampler.gan.drawn(0)
    opened = time.perf_counter() - began
    styles: NDArray[np.float32] = np.stack([sampler.gan.drawn(seed) for seed in range(64)])
    sampler.gan.pictures(styles[:1])
    best = {1: float("inf"), 16: float("inf")}
    for _ in range(20):
        for count in best:
            clock = time.process_time()
            sampler.gan.pictures(styles[:count])
            best[count] = min(best[count], time.process_time() - clock)
    compute = box.card["compute"]
    return {
        "own_pictures": {
            "pictures": box.card["pictures"]["count"],
            "side": box.card["pictures"]["side"],
            "pictures_seen": compute["pictures_seen"],
            "hours": compute["hours"],
            "parameters": box.card["parameters"],
            "box_MB": round(sum(one.stat().st_size for one in files(model)) / 1e6, 2),
            "open_ms": round(opened * 1e3),
            "ms_alone": round(best[1] * 1e3, 2),
            "ms_each_of_16": round(best[16] / 16 * 1e3, 2),
            **box.card["figures"],
        },
        "curve": [{"step": step, "distance": value} for step, value in box.card["curve"]],
        "sliders": sampler.table(),
    }


def files(model: Path) -> list[Path]:
    """The files of the box, without its training's own."""
    return [one for one in model.iterdir() if one.is_file()]


if __name__ == "__main__":
    main()
