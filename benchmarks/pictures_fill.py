"""Filling and extending photos where the truth is known: ours, a mean colour, a smooth film, and other programs.

    python benchmarks/pictures_fill.py PHOTOS [--side 320] [--only photo-coral,texture-gravel] [--keep] [--show FOLDER]

Two squares of 14 % of the shorter side are taken out of every picture, and 16 % of its width on the right, and painted
anew. PSNR and SSIM ask for the very pixels that were there: a smooth film does well by them where it shows a blur.
`texture` is the sliced Wasserstein distance of patches to those of the truth: whether it is the same stuff. OpenCV
(Telea) and scikit-image (biharmonic) are measured in the same run where they are installed.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray

from maquette.makers.picture_extend import Margins, extend
from maquette.makers.picture_fill import fill, grown, pushed
from maquette.media.picture import Picture, floats, from_floats, resized
from maquette.media.picture_file import read, to_bytes
from maquette.media.picture_measure import sliced_wasserstein

Floats = NDArray[np.float32]
HOLES = ((0.24, 0.3), (0.62, 0.56))  # centres, down and across
SIDE, STRIP = 0.14, 0.16


def main() -> None:
    """Measure and print; `--keep` writes the results."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("photos", type=Path)
    reading.add_argument("--side", type=int, default=320, help="pixels of the shorter side that photos are brought to")
    reading.add_argument("--only", default="")
    reading.add_argument("--keep", action="store_true")
    reading.add_argument("--show", type=Path, help="a folder for the pictures")
    given = reading.parse_args()
    only = [word for word in given.only.split(",") if word]
    files = [path for path in sorted(given.photos.iterdir()) if path.suffix in (".jpg", ".png")]
    files = [path for path in files if not only or path.stem in only]
    found: dict[str, list[dict[str, float]]] = {}
    for path in files:
        picture = smaller(read(path), given.side)
        for task, run in (("fill", filling), ("extend", extending)):
            for method, (made, truth, where, spent) in run(picture).items():
                found.setdefault(f"{task}: {method}", []).append(figures(made, truth, where) | {"seconds": spent})
                if given.show:
                    given.show.mkdir(parents=True, exist_ok=True)
                    name = f"{path.stem}-{task}-{method.replace(' ', '-')}.png"
                    (given.show / name).write_bytes(to_bytes(from_floats(made)))
        rows = [{"method": name, "pictures": len(all_), **mean(all_)} for name, all_ in found.items()]
        print(path.stem, table(rows), sep="\n", flush=True)
        if given.keep:  # after every picture: a run that is stopped has measured something
            keep("pictures_fill", {"shorter_side": given.side, "rows": rows})


def smaller(picture: Picture, side: int) -> Picture:
    """The picture with a shorter side of at most so many pixels."""
    scale = min(1.0, side / min(picture.size))
    wide, high = (round(length * scale) for length in picture.size)
    return from_floats(np.clip(resized(floats(picture), wide, high), 0, 1))


Result = tuple[Floats, Floats, NDArray[np.bool_], float]


def filling(picture: Picture) -> dict[str, Result]:
    """Two squares painted anew, by each method."""
    truth = floats(picture)[..., :3]
    high, wide = truth.shape[:2]
    hole = np.zeros((high, wide), bool)
    half = round(SIDE * min(high, wide) / 2)
    for down, across in HOLES:
        y, x = round(down * high), round(across * wide)
        hole[y - half : y + half, x - half : x + half] = True

    def ours() -> Floats:
        return floats(fill(picture, hole.astype(np.float32)))[..., :3]

    return by_all(truth, hole, ours)


def extending(picture: Picture) -> dict[str, Result]:
    """The right of the picture cut off and painted anew, by each method."""
    truth = floats(picture)[..., :3]
    wide = truth.shape[1]
    cut = round(STRIP * wide)
    hole = np.zeros(truth.shape[:2], bool)
    hole[:, wide - cut :] = True
    rest = Picture(np.ascontiguousarray(picture.pixels[:, : wide - cut]))

    def ours() -> Floats:
        return floats(extend(rest, Margins(right=cut), rim=0))[..., :3]

    return by_all(truth, hole, ours)


def by_all(truth: Floats, hole: NDArray[np.bool_], ours: Callable[[], Floats]) -> dict[str, Result]:
    """What each method paints, and its processor seconds."""
    known = (~hole)[..., None].astype(np.float32)
    methods: dict[str, Callable[[], Floats]] = {
        "maquette": ours,
        "mean colour": lambda: np.where(hole[..., None], truth[grown(hole, 6) & ~hole].mean(0), truth),
        "smooth film": lambda: np.where(hole[..., None], pushed(truth * known, known, 0), truth),
        **peers(truth, hole),
    }
    results = {}
    for name, method in methods.items():
        began = time.process_time()
        made = method().astype(np.float32)
        results[name] = (np.clip(made, 0, 1), truth, hole, time.process_time() - began)
    return results


def peers(truth: Floats, hole: NDArray[np.bool_]) -> Mapping[str, Callable[[], Floats]]:
    """Other programs that are installed."""
    found: dict[str, Callable[[], Floats]] = {}
    try:
        import cv2

        bytes_ = (truth * 255 + 0.5).astype(np.uint8)
        found["OpenCV Telea"] = lambda: cv2.inpaint(bytes_, hole.astype(np.uint8), 5, cv2.INPAINT_TELEA) / 255
    except ImportError:
        print("OpenCV is not installed: left out")
    try:
        from skimage.restoration import inpaint_biharmonic

        if int(hole.sum()) < 3000:  # it solves one equation for each pixel: minutes beyond
            found["scikit-image biharmonic"] = lambda: inpaint_biharmonic(truth, hole, channel_axis=-1)
    except ImportError:
        print("scikit-image is not installed: left out")
    return found


def figures(made: Floats, truth: Floats, where: NDArray[np.bool_]) -> dict[str, float]:
    """PSNR and SSIM of the painted pixels, and how far their patches are from the truth's."""
    error = float(np.mean((made[where] - truth[where]) ** 2))
    pieces = [box(where, number) for number in range(1 if where[:, -1].all() else len(HOLES))]
    apart = [sliced_wasserstein(framed(made[piece]), framed(truth[piece])) for piece in pieces]
    return {
        "psnr_db": 10 * np.log10(1 / max(error, 1e-9)),
        "ssim": float(ssim(made.mean(2), truth.mean(2))[where].mean()),
        "texture": float(np.mean(apart)),
    }


def box(where: NDArray[np.bool_], number: int) -> tuple[slice, slice]:
    """The rectangle of one hole: the upper or the lower half's."""
    rows = np.flatnonzero(where.any(1))
    if not where[:, -1].all():
        middle = (HOLES[0][0] + HOLES[1][0]) / 2 * len(where)
        rows = rows[rows < middle] if number == 0 else rows[rows >= middle]
    columns = np.flatnonzero(where[rows].any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def framed(values: Floats) -> Floats:
    """(1, h, w, 4): a piece as the measure wants it."""
    return np.dstack([values, np.ones(values.shape[:2], np.float32)])[None].astype(np.float32)


def ssim(a: Floats, b: Floats) -> Floats:
    """(h, w): structural similarity in windows of 7 pixels (Wang et al. 2004)."""
    from maquette.makers.picture_fill import blurred

    def mean_of(values: Floats) -> Floats:
        return blurred(values[..., None], 3)[..., 0]

    ma, mb = mean_of(a), mean_of(b)
    va, vb, both = mean_of(a * a) - ma**2, mean_of(b * b) - mb**2, mean_of(a * b) - ma * mb
    one, two = 0.01**2, 0.03**2
    return (2 * ma * mb + one) * (2 * both + two) / ((ma**2 + mb**2 + one) * (va + vb + two))


def mean(rows: list[dict[str, float]]) -> dict[str, Any]:
    """The mean of each figure."""
    return {key: round(float(np.mean([row[key] for row in rows])), 3) for key in rows[0]}


if __name__ == "__main__":
    main()
