"""Paintings, cut-outs and traces: error falling with strokes, structure kept, seconds; each beside a plain baseline.

    python benchmarks/pictures_paint.py --photos PHOTOS [--pictures FOLDER] [--side 320] [--million] [--keep] [--out TO]

Error: mean distance in Oklab after a blur of 1 % of the side, beside a mosaic of as many squares of mean colour.
Structure: correlation of blurred brightness slopes with the photo's. Cut-outs: composed with known alpha over plain,
sliding and textured grounds, beside a threshold on the distance to the corner's colour. Traces: drawn by resvg, beside
vtracer as it comes. FOLDER is the one of the small pictures; without it these two are left out.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from PIL import Image

from maquette.core.errors import MediaError
from maquette.makers.picture_cutout import cutout
from maquette.makers.picture_paint import TECHNIQUES, paint
from maquette.makers.picture_paint_field import blur, grey, lab, scaled, slopes
from maquette.makers.picture_paint_paper import grain
from maquette.makers.picture_trace import traced
from maquette.media.picture import Picture, floats, from_floats, premultiplied
from maquette.media.picture_file import to_bytes

NAMES = ("photo-cat", "photo-coffee", "photo-hibiscus", "painting-hollyhocks")
BUDGETS = (100, 400, 1600, 6400)
STYLES = ("pixel art", "fluent flat", "fluent color", "noto gradient", "clipart")


def main() -> None:
    """Measure, print, keep."""
    reading = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reading.add_argument("--photos", type=Path, required=True)
    reading.add_argument("--pictures", type=Path)
    reading.add_argument("--side", type=int, default=320)
    reading.add_argument("--first", type=int, default=len(NAMES), help="so many of the photos")
    reading.add_argument("--count", type=int, default=12)
    reading.add_argument("--million", action="store_true", help="also one photo of 1024 pixels")
    reading.add_argument("--keep", action="store_true")
    reading.add_argument("--out", type=Path, help="a folder for the large pictures")
    given = reading.parse_args()
    photos = [opened(given.photos / f"{name}.jpg", given.side) for name in NAMES[: given.first]]
    result: dict[str, Any] = {"side": given.side, "photos": len(photos)}
    result["strokes"] = [budget(photos, count) for count in BUDGETS]
    result["techniques"] = [technique(photos, name) for name in TECHNIQUES]
    if given.pictures:
        sprites = Sprites(given.pictures)
        result["cutouts"] = [cut(sprites, kind, given.count) for kind in ("plain", "sliding", "textured")]
        result["traces"] = [trace(sprites, style, given.count) for style in STYLES]
    if given.keep:  # before what takes longest: a run that is stopped has measured something
        keep("pictures_paint", result)
    if given.million:
        result["a_large_photo"] = million(given.photos / "photo-hibiscus.jpg", given.out)
    for value in result.values():
        if isinstance(value, list):
            print(table(value), flush=True)
    if given.keep:
        print(keep("pictures_paint", result))


def opened(path: Path, side: int) -> Picture:
    """A photo of at most `side` pixels."""
    with Image.open(path) as image:
        image.thumbnail((side, side))
        return Picture(np.asarray(image.convert("RGBA")))


def error(made: Any, photo: Any) -> float:
    """Mean distance in Oklab of (h, w, 3) pictures, seen from a step away."""
    reach = max(photo.shape[:2]) / 100
    gap = lab(blur(made, reach)) - lab(blur(photo, reach))
    return float(np.sqrt((gap * gap).sum(axis=2)).mean())


def structure(made: Any, photo: Any) -> float:
    """How like the slopes of brightness are, -1..1."""
    planes = []
    for one in (made, photo):
        right, down = slopes(blur(grey(one), max(photo.shape[:2]) / 150))
        planes.append(np.hypot(right, down).ravel())
    return float(np.corrcoef(*planes)[0, 1])


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and its processor seconds."""
    begin = time.process_time()
    return work(), time.process_time() - begin


def mosaic(photo: Any, count: int) -> Any:
    """As many squares of mean colour."""
    high, wide = photo.shape[:2]
    side = max(1.0, (high * wide / count) ** 0.5)
    small = scaled(photo, max(1, round(wide / side)), max(1, round(high / side)), Image.Resampling.BOX)
    return scaled(small, wide, high, Image.Resampling.NEAREST)


def budget(photos: list[Picture], count: int) -> dict[str, Any]:
    """Oil with at most so many strokes, beside a mosaic of as many squares."""
    rows = []
    for photo in photos:
        rgb = floats(photo)[..., :3]
        made, seconds = timed(lambda photo=photo: paint(photo, "oil", strokes=count, seed=1))
        seen, plain = floats(made.picture)[..., :3], mosaic(rgb, len(made.strokes))
        rows.append(
            (
                len(made.strokes),
                error(seen, rgb),
                error(plain, rgb),
                structure(seen, rgb),
                structure(plain, rgb),
                seconds,
            )
        )
    used, own, square, kept, kept_square, seconds = np.mean(rows, axis=0).tolist()
    return {
        "asked": count,
        "strokes": round(used),
        "error": own,
        "error of a mosaic": square,
        "structure": kept,
        "structure of a mosaic": kept_square,
        "seconds": seconds,
    }


def technique(photos: list[Picture], name: str) -> dict[str, Any]:
    """One technique with as many strokes as it needs."""
    rows = []
    for photo in photos:
        rgb = floats(photo)[..., :3]
        made, seconds = timed(lambda photo=photo: paint(photo, name, seed=1))
        rows.append((len(made.strokes), structure(floats(made.picture)[..., :3], rgb), seconds))
    strokes, kept, seconds = np.mean(rows, axis=0).tolist()
    return {"technique": name, "strokes": round(strokes), "structure": kept, "seconds": seconds}


def million(path: Path, out: Path | None) -> list[dict[str, Any]]:
    """Processor seconds for one photo of 0.76 million pixels."""
    photo = opened(path, 1024)
    rows = []
    for name in TECHNIQUES:
        made, seconds = timed(lambda name=name: paint(photo, name, seed=1))
        print(f"large, {name}: {seconds:.1f} s", flush=True)
        if out:
            out.mkdir(parents=True, exist_ok=True)
            (out / f"large-{name}.png").write_bytes(to_bytes(made.picture))
        size = photo.size[0] * photo.size[1] / 1e6
        rows.append({"technique": name, "megapixels": size, "strokes": len(made.strokes), "seconds": seconds})
    return rows


class Sprites:
    """The small pictures with alpha; fold 0 is left out."""

    def __init__(self, folder: Path) -> None:
        with gzip.open(folder / "pictures.jsonl.gz", "rt", encoding="utf-8") as lines:
            self.rows = [json.loads(line) for line in lines]
        with np.load(folder / "px64.npz") as small:
            self.data, self.offset = small["data"].tobytes(), small["offset"]

    def some(self, style: str, count: int) -> Iterator[Any]:
        """(64, 64, 4) uint8 of a style."""
        known = [at for at, row in enumerate(self.rows) if row["style"] == style and row["fold"] != 0]
        for at in np.random.default_rng(3).choice(known, count, replace=False).tolist():
            with Image.open(io.BytesIO(self.data[self.offset[at] : self.offset[at + 1]])) as image:
                yield np.asarray(image.convert("RGBA"))


def cut(sprites: Sprites, kind: str, count: int) -> dict[str, Any]:
    """Alpha found again, beside a threshold on the distance to the corner's colour."""
    dice = np.random.default_rng(5)
    rows, refused = [], 0
    for sprite in sprites.some("noto gradient", count):
        alpha = np.zeros((192, 192, 4), np.float32)
        big = np.asarray(Image.fromarray(sprite).resize((152, 152), Image.Resampling.LANCZOS), np.float32) / 255
        alpha[20:172, 20:172] = big
        ground = _ground(kind, dice)
        whole = alpha[..., :3] * alpha[..., 3:] + ground * (1 - alpha[..., 3:])
        true = alpha[..., 3]
        try:
            made, seconds = timed(lambda whole=whole: cutout(from_floats(whole)))
        except MediaError:
            refused += 1
            continue
        found = made.picture.pixels[..., 3] / 255
        plain = (np.abs(whole - whole[0, 0]).max(axis=2) > 0.1).astype(float)
        rows.append(
            (np.abs(found - true).mean(), _iou(found, true), np.abs(plain - true).mean(), _iou(plain, true), seconds)
        )
    off, both, plain_off, plain_both, seconds = np.mean(rows, axis=0).tolist()
    return {
        "ground": kind,
        "alpha error": off,
        "overlap": both,
        "error of a threshold": plain_off,
        "overlap of a threshold": plain_both,
        "refused": refused,
        "seconds": seconds,
    }


def _ground(kind: str, dice: np.random.Generator) -> Any:
    y = np.linspace(0, 1, 192, dtype=np.float32)[:, None, None]
    ground = np.broadcast_to(dice.uniform(0.15, 0.95, 3).astype(np.float32), (192, 192, 3))
    if kind == "sliding":
        ground = ground * (0.75 + 0.35 * y)
    if kind == "textured":
        ground = ground * (1 + 0.1 * (grain(192, 192, int(dice.integers(1000)))[..., None] - 0.5))
    return np.clip(ground + dice.normal(0, 0.006, ground.shape), 0, 1).astype(np.float32)


def _iou(one: Any, other: Any) -> float:
    return float(((one > 0.5) & (other > 0.5)).sum() / max(1, ((one > 0.5) | (other > 0.5)).sum()))


def trace(sprites: Sprites, style: str, count: int) -> dict[str, Any]:
    """Colour error after drawing (of 255, premultiplied) and paths, beside vtracer as it comes."""
    rows = []
    for sprite in sprites.some(style, count):
        made, seconds = timed(lambda sprite=sprite: traced(Picture(sprite)))
        row = [drawn_off(made.svg, sprite), made.paths, len(made.svg), seconds]
        rows.append(row + _peer(sprite))
    names = ("error", "paths", "bytes", "seconds", "error of vtracer", "paths of vtracer", "bytes of vtracer")
    means = np.mean(rows, axis=0).tolist()
    return {"style": style, **dict(zip(names, means, strict=False))}


def _peer(sprite: Any) -> list[float]:
    try:
        import vtracer
    except ImportError:
        return []
    pixels = [tuple(one) for one in sprite.reshape(-1, 4).tolist()]
    svg = vtracer.convert_pixels_to_svg(pixels, (sprite.shape[1], sprite.shape[0]))
    return [drawn_off(svg, sprite), svg.count("<path"), len(svg)]


def drawn_off(svg: str, sprite: Any) -> float:
    """Mean difference, of 255, of premultiplied values."""
    import resvg_py

    high, wide = sprite.shape[:2]
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=wide, height=high, dpi=96, skip_system_fonts=True))
    with Image.open(io.BytesIO(data)) as image:
        seen = Picture(np.asarray(image.convert("RGBA")))
    return 255 * float(np.abs(premultiplied(floats(seen)) - premultiplied(floats(Picture(sprite)))).mean())


if __name__ == "__main__":
    main()
