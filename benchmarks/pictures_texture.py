"""Ten textures cut from photos and paintings, grown to twice their size: by patches, beside mirroring and repeating.

    python benchmarks/pictures_texture.py PHOTOS [--side 192] [--gan 4] [--large] [--keep] [--sheet FILE.webp]

`seam`: the step across the border over the steps inside, 1 is none. `repeats`: how strongly a texture resembles itself
shifted; beside it stands the source's own, since bricks repeat by themselves. `distance`: sliced Wasserstein distance
of its patches to the source's. A mirrored tile has no seam and the source's own patches, but shows its mirrors:
`repeats` does not see them, so `mirrors` says how strongly a texture resembles itself turned around. `--gan MINUTES`
adds the generator that learns the picture; `benchmarks/pictures_gan.py` looks at it closer. `--large` adds the seconds
of a texture of 2048 x 2048.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray

from maquette.makers.texture import texture
from maquette.media.picture import Picture, floats, from_floats, resized
from maquette.media.picture_file import read
from maquette.media.picture_measure import repetition, seam, sliced_wasserstein

Floats = NDArray[np.float32]
# name -> the file, and what is cut from it in shares of its sides: left, top, right, bottom
CUTS: Mapping[str, tuple[str, tuple[float, float, float, float]]] = {
    "gravel": ("texture-gravel.png", (0, 0, 0.8, 0.8)),
    "brick": ("texture-brick.png", (0, 0, 1, 1)),
    "coral": ("photo-coral.jpg", (0.25, 0.5, 0.75, 0.98)),
    "meadow": ("photo-flower-meadow.jpg", (0.2, 0.7, 0.6, 1)),
    "hollyhocks": ("painting-hollyhocks.jpg", (0.02, 0.3, 0.5, 0.72)),
    "orange trees": ("painting-villa-orange-trees.jpg", (0.1, 0.6, 0.8, 0.95)),
    "garden": ("painting-garden-at-bougival.jpg", (0.1, 0.2, 0.6, 0.75)),
    "grass": ("photo-totara-tree.jpg", (0.1, 0.76, 0.95, 0.98)),
    "facets": ("abstract-geometric.jpg", (0, 0.15, 1, 1)),
    "fur": ("photo-cat.jpg", (0.22, 0.02, 0.5, 0.32)),
}


def main() -> None:
    """Measure and print; `--keep` writes the results, `--sheet` shows them."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("photos", type=Path)
    reading.add_argument("--side", type=int, default=192, help="pixels of the shorter side of a source, at most")
    reading.add_argument("--only", default="")
    reading.add_argument("--gan", type=float, default=0.0, metavar="MINUTES")
    reading.add_argument("--large", action="store_true")
    reading.add_argument("--keep", action="store_true")
    reading.add_argument("--sheet", type=Path)
    given = reading.parse_args()
    found: dict[str, list[dict[str, float]]] = {}
    shown = []
    for name in CUTS:
        if given.only and name not in given.only.split(","):
            continue
        source = cut(given.photos, name, given.side)
        size = 2 * min(source.size)
        for method, make in methods(source, size, given.gan).items():
            began = time.process_time()
            made = make()
            spent = time.process_time() - began
            found.setdefault(method, []).append(figures(made, source) | {"seconds": spent})
            if method == "patches":
                shown.append((source, made))
        rows = [{"method": name, "textures": len(all_), **mean(all_)} for name, all_ in found.items()]
        result: dict[str, Any] = {"source_side": given.side, "rows": rows}
        print(name, table(rows), sep="\n", flush=True)
        if given.keep:  # after every texture: a run that is stopped has measured something
            keep("pictures_texture", result)
    if given.large:
        result["seconds_of_2048_from_512"] = round(large(given.photos), 1)
        print(f"2048 x 2048: {result['seconds_of_2048_from_512']} s")
        if given.keep:
            keep("pictures_texture", result)
    if given.sheet:
        given.sheet.write_bytes(sheet(shown))


def cut(photos: Path, name: str, side: int) -> Picture:
    """The piece of a photo that is the source, brought to at most `side` pixels."""
    file, (left, top, right, bottom) = CUTS[name]
    whole = floats(read(photos / file))
    high, wide = whole.shape[:2]
    piece = whole[round(top * high) : round(bottom * high), round(left * wide) : round(right * wide)]
    scale = min(1.0, side / min(piece.shape[:2]))
    return from_floats(np.clip(resized(piece, round(piece.shape[1] * scale), round(piece.shape[0] * scale)), 0, 1))


def methods(source: Picture, size: int, minutes: float) -> dict[str, Callable[[], Picture]]:
    """Ways to a square of `size` pixels."""
    found: dict[str, Callable[[], Picture]] = {
        "patches": lambda: texture(source, size, size, tile="both"),
        "mirrored": lambda: mirrored(source, size),
        "repeated": lambda: Picture(np.ascontiguousarray(np.tile(square(source), (2, 2, 1)))),
    }
    if minutes:
        found["gan"] = lambda: by_gan(source, size, minutes)
    return found


def square(source: Picture) -> NDArray[Any]:
    """The upper left square of the source."""
    side = min(source.size)
    return source.pixels[:side, :side]


def mirrored(source: Picture, size: int) -> Picture:
    """The square and its mirrors, which meet everywhere."""
    one = square(source)
    row = np.concatenate([one, one[:, ::-1]], axis=1)
    return Picture(np.ascontiguousarray(np.concatenate([row, row[::-1]], axis=0)[:size, :size]))


def by_gan(source: Picture, size: int, minutes: float) -> Picture:
    """The generator that learns this one picture."""
    from maquette.training.gan_single import texture_gan

    with tempfile.TemporaryDirectory() as folder:
        return texture_gan(source, width=size, height=size, minutes=minutes, folder=Path(folder))


def figures(made: Picture, source: Picture) -> dict[str, float]:
    """Seam, repetition, mirrors and distance."""
    values, theirs = floats(made), floats(source)
    return {
        "seam": seam(values),
        "repeats": repetition(values),
        "source_repeats": repetition(theirs),
        "mirrors": mirrors(values),
        "distance": sliced_wasserstein(values[None], theirs[None]),
    }


def mirrors(values: Floats) -> float:
    """The highest correlation of a texture with itself turned left to right or upside down, at any shift."""
    grey = values[..., :3].mean(2)
    grey = grey - grey.mean()
    own = np.fft.rfft2(grey)
    best = 0.0
    for turned in (grey[:, ::-1], grey[::-1]):
        both = np.fft.irfft2(own * np.conj(np.fft.rfft2(turned)), s=grey.shape)
        best = max(best, float(both.max() / max((grey**2).sum(), 1e-9)))
    return best


def large(photos: Path) -> float:
    """Processor seconds of a tile of 2048 x 2048 from gravel of 512 x 512."""
    source = read(photos / "texture-gravel.png")
    began = time.process_time()
    texture(source, 2048, 2048, tile="both")
    return time.process_time() - began


def mean(rows: list[dict[str, float]]) -> dict[str, Any]:
    """The mean of each figure."""
    return {key: round(float(np.mean([row[key] for row in rows])), 3) for key in rows[0]}


def sheet(pairs: list[tuple[Picture, Picture]], tall: int = 210) -> bytes:
    """Each source and beside it its texture two by two, in rows of two, as WebP."""
    from PIL import Image

    cells = []
    for source, made in pairs:
        left, right = Image.fromarray(source.pixels).convert("RGB"), Image.fromarray(made.pixels).convert("RGB")
        left.thumbnail((tall, tall), Image.Resampling.LANCZOS)
        cell = Image.new("RGB", (3 * tall + 8, tall), "white")
        cell.paste(left, ((tall - left.width) // 2, (tall - left.height) // 2))
        small = right.resize((tall, tall), Image.Resampling.LANCZOS)
        for number in range(2):
            cell.paste(small, (tall + 8 + number * tall, 0))
        cells.append(cell)
    rows = -(-len(cells) // 2)
    page = Image.new("RGB", (2 * cells[0].width + 16, rows * (tall + 8)), "white")
    for number, cell in enumerate(cells):
        page.paste(cell, ((number % 2) * (cell.width + 16), number // 2 * (tall + 8)))
    kept = io.BytesIO()
    page.save(kept, "WEBP", quality=72, method=6)
    return kept.getvalue()


if __name__ == "__main__":
    main()
