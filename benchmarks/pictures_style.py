"""Photos in the hand of paintings: how near in brushwork and colour, how much of the photo stays, what it costs.

    python benchmarks/pictures_style.py --photos PHOTOS [--pairs 20] [--size 384] [--keep] [--out FOLDER]

Each photo is painted by two of the paintings in each way. Brushwork: sliced Wasserstein distance of patches over a
Laplacian pyramid to the painting (in standard deviations of the painting; `half` is what two halves of one painting
are apart, the best that can be hoped for). Colour: distance of the palettes, 0 to 1. Structure: SSIM of the lightness
to the photo at a quarter of the size, and of its edges at half. `reinhard` is plain colour transfer, the baseline.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import common
import numpy as np

from maquette.makers.picture_style import METHODS, stylise
from maquette.makers.picture_style_filters import blur, box, gradients
from maquette.media import picture as p
from maquette.media.picture_file import read, to_bytes
from maquette.media.picture_measure import palette_distance, sliced_wasserstein


def main() -> None:
    """Read the arguments, paint, measure."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--photos", type=Path, required=True)
    ask.add_argument("--pairs", type=int, default=20)
    ask.add_argument("--size", type=int, default=384)
    ask.add_argument("--million", action="store_true", help="time one picture of a million pixels in each way")
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/pictures_style.json")
    ask.add_argument("--out", type=Path, help="write the pictures, too")
    told = ask.parse_args()
    photos = [sized(path, told.size) for path in sorted(told.photos.glob("photo-*"))]
    paintings = [sized(path, told.size) for path in sorted(told.photos.glob("painting-*"))]
    pairs = [
        (number % len(photos), (number * 7 + number // len(photos)) % len(paintings)) for number in range(told.pairs)
    ]
    rows: dict[str, list[dict[str, float]]] = {"the photo": [], **{name: [] for name in reversed(METHODS)}, "half": []}
    for number, (one, other) in enumerate(pairs):
        photo, painting = photos[one], paintings[other]
        rows["the photo"].append(measured(photo, photo, painting))
        rows["half"].append(halves(painting))
        for method in METHODS:
            start = time.process_time()
            made = stylise(photo, painting, method=method, seed=number)
            spent = time.process_time() - start
            rows[method].append({**measured(made, photo, painting), "cpu_s": spent})
            if told.out:
                told.out.mkdir(parents=True, exist_ok=True)
                (told.out / f"{number:02d}-{method}.png").write_bytes(to_bytes(made))
        table = [{"way": name, **mean(some)} for name, some in rows.items()]
        result: dict[str, Any] = {"pairs": number + 1, "long_side_px": told.size, "ways": table}
        if told.keep:  # after every pair: a run that is stopped has measured something
            common.keep("pictures_style", result)
    if told.million:
        result["seconds_of_a_megapixel"] = million(told.photos, told.out)
    print(common.table([{key: _short(value) for key, value in row.items()} for row in table]))
    print(result.get("seconds_of_a_megapixel", ""))
    if told.keep:
        common.keep("pictures_style", result)


def sized(path: Path, long: int) -> p.Picture:
    """A picture brought to so many px on its long side."""
    picture = read(path)
    scale = min(1.0, long / max(picture.size))
    return p.from_floats(p.resized(p.floats(picture), *(round(side * scale) for side in picture.size)))


def measured(made: p.Picture, photo: p.Picture, painting: p.Picture) -> dict[str, float]:
    """Nearness to the painting, nearness to the photo."""
    ours, theirs = (p.premultiplied(p.floats(one))[None] for one in (made, painting))
    light, before = (p.oklab(p.linear(p.floats(one)[..., :3]))[..., 0] for one in (made, photo))
    edges = [np.hypot(*gradients(blur(one, 2.0))) for one in (light, before)]
    return {
        "brushwork": sliced_wasserstein(ours, theirs),
        "colour": palette_distance(ours, theirs),
        "ssim_light": ssim(blur(light, 4.0), blur(before, 4.0)),
        "ssim_edges": ssim(edges[0] / edges[0].std(), edges[1] / edges[1].std()),
    }


def halves(painting: p.Picture) -> dict[str, float]:
    """The distances between the left and the right half of a painting."""
    values = p.premultiplied(p.floats(painting))
    middle = values.shape[1] // 2
    left, right = values[None, :, :middle], values[None, :, middle : 2 * middle]
    return {"brushwork": sliced_wasserstein(left, right), "colour": palette_distance(left, right)}


def ssim(one: Any, other: Any, radius: int = 5) -> float:
    """Structural similarity without the comparison of means and spreads as a whole (Wang et al. 2004), in squares."""
    one, other = ((image - image.mean()) / max(float(image.std()), 1e-6) for image in (one, other))
    mean_1, mean_2 = box(one, radius), box(other, radius)
    spread_1, spread_2 = box(one * one, radius) - mean_1**2, box(other * other, radius) - mean_2**2
    both = box(one * other, radius) - mean_1 * mean_2
    first = (2 * mean_1 * mean_2 + 0.01) / (mean_1**2 + mean_2**2 + 0.01)
    return float((first * (2 * both + 0.03) / (spread_1 + spread_2 + 0.03)).mean())


def million(folder: Path, out: Path | None) -> dict[str, float]:
    """Processor seconds of a picture of 1180 x 850 px in each way."""
    photo = p.floats(read(folder / "photo-hibiscus.jpg"))
    photo = p.from_floats(np.clip(p.resized(photo, 1180, 850), 0, 1))
    painting, spent = read(folder / "painting-garden-at-bougival.jpg"), {}
    for method in METHODS:
        start = time.process_time()
        made = stylise(photo, painting, method=method)
        spent[method] = round(time.process_time() - start, 2)
        print(f"a million pixels, {method}: {spent[method]} s", flush=True)
        if out:
            (out / f"million-{method}.png").write_bytes(to_bytes(made))
    return spent


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each figure."""
    return {key: round(float(np.mean([row[key] for row in rows])), 4) for key in rows[0]}


def _short(value: Any) -> Any:
    return f"{value:.3f}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()
