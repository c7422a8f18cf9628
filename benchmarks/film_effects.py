"""How steady painted clips are, how right the flow, the frames between and the mattes; and whether people stay who they
are: bar 11 of the films.

    python benchmarks/film_effects.py [--photos FOLDER] [--scenes N] [--frames N] [--size 640x360] [--json]

Clips whose true flow is known: a photo that turns, grows and slides under two cut-out shapes of other photos that go
their own ways (without --photos the pictures are soft textures). Their first frame is painted in oil by Maquette's own
painter; the paint is carried. Beside it every frame is painted by itself.

    warp error  frame t + 1 brought back by the true flow, against frame t: root mean square of 255, over what both show
                and no border mixes (Lai et al. 2018). Bars: at most 0.40 of per-frame painting, 1.25 of the unstyled
    exact       the same painting carried by the true flow: what no method gets below
    flow        mean end-point error in pixels, beside OpenCV's DIS (medium) where it is installed
    between     the middle one of three frames made from the others: PSNR in dB, beside their mixture
    matte       agreement (IoU) of the mask of the first frame, carried to the last, with the truth
    identity    50 shots of nine people of a cast from all sides, poses and sizes: is each nearest to its own model
                sheet, by the colours of its upper, middle and lower third?
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray

from maquette.makers.film import effects, flow, mattes

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


# -- clips whose flow is known ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture on its way: place, turn and scale at a frame are linear in it. cover: None for the ground."""

    picture: Floats
    place: Floats
    way: Floats
    turn: float
    scale: float
    growth: float
    cover: Floats | None

    def matrix(self, frame: float) -> NDArray[np.float64]:
        """(3, 3): from the picture to the frame."""
        size = self.scale * (1 + self.growth * frame)
        c, s = np.cos(self.turn * frame) * size, np.sin(self.turn * frame) * size
        middle = np.array(self.picture.shape[1::-1]) / 2
        x, y = self.place + self.way * frame
        return np.array([[c, -s, x - c * middle[0] + s * middle[1]], [s, c, y - s * middle[0] - c * middle[1]],
                         [0, 0, 1]])  # fmt: skip


class Moving:
    """A clip of sheets over one another."""

    def __init__(self, sheets: Sequence[Sheet], count: int, size: tuple[int, int]) -> None:
        self.sheets, self.count, self.size = sheets, count, size
        self.drawn = [self.draw(number) for number in range(count)]

    def __iter__(self) -> Iterator[Bytes]:
        return (frame for frame, _ in self.drawn)

    def draw(self, number: float) -> tuple[Bytes, NDArray[np.int64]]:
        """The frame, and which sheet is seen at each pixel."""
        x, y = flow.grid(self.size[1], self.size[0])
        out, owner = np.zeros((*x.shape, 3), np.float32), np.zeros(x.shape, np.int64)
        for place, sheet in enumerate(self.sheets):
            back = np.linalg.inv(sheet.matrix(number)).astype(np.float32)
            at = [back[row, 0] * x + back[row, 1] * y + back[row, 2] for row in (0, 1)]
            seen = flow.sampled(sheet.picture, at[0], at[1])
            if sheet.cover is None:
                out = seen
                continue
            high, wide = sheet.cover.shape
            inside = (at[0] > 0) & (at[1] > 0) & (at[0] < wide - 1) & (at[1] < high - 1)
            cover = flow.sampled(sheet.cover, at[0], at[1]) * inside
            out = out * (1 - cover[..., None]) + seen * cover[..., None]
            owner[cover > 0.5] = place
        return np.clip(out + 0.5, 0, 255).astype(np.uint8), owner

    def flow(self, one: int, other: int) -> Floats:
        """The true flow."""
        x, y = flow.grid(self.size[1], self.size[0])
        out = np.zeros((*x.shape, 2), np.float32)
        for place, sheet in enumerate(self.sheets):
            way = sheet.matrix(other) @ np.linalg.inv(sheet.matrix(one))
            here = self.drawn[one][1] == place
            for axis, start in ((0, x), (1, y)):
                moved = way[axis, 0] * x + way[axis, 1] * y + way[axis, 2] - start
                out[..., axis][here] = moved[here]
        return out

    def unseen(self, one: int, other: int) -> NDArray[np.bool_]:
        """Pixels of a frame that the other does not show, or where a border mixes two sheets."""
        there, back = self.flow(one, other), self.flow(other, one)
        border = flow.warped(flow.jumps(back, 0.5, 1).astype(np.float32)[..., None], there)[..., 0] > 0.01
        return flow.hidden(there, back) | flow.jumps(there, 0.5, 1) | border


def a_clip(number: int, photos: Sequence[Path], count: int, size: tuple[int, int]) -> Moving:
    """The clip of a number, always the same."""
    dice = np.random.default_rng(number)
    wide, high = size
    pictures = [_picture(photos, dice, wide * 1.3) for _ in range(3)]
    ground = pictures[0]
    scale = max(wide / ground.shape[1], high / ground.shape[0]) * 1.25
    sheets = [Sheet(ground, np.array([wide / 2, high / 2]), dice.uniform(-2, 2, 2), 0.002, scale, 0.002, None)]
    for picture in pictures[1:]:
        side = min(picture.shape[:2])
        cut = picture[:side, :side]
        place = np.array([dice.uniform(0.25, 0.75) * wide, dice.uniform(0.3, 0.7) * high])
        sheets.append(Sheet(cut, place, dice.uniform(-5, 5, 2), dice.uniform(-0.03, 0.03),
                            dice.uniform(0.35, 0.6) * high / side, 0.0, _blob(side, dice)))  # fmt: skip
    return Moving(sheets, count, size)


def _picture(photos: Sequence[Path], dice: np.random.Generator, side: float) -> Floats:
    if photos:
        from PIL import Image

        picture = Image.open(photos[int(dice.integers(len(photos)))]).convert("RGB")
        scale = side / max(picture.size)
        small = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
        return np.asarray(small, np.float32)
    out = np.zeros((round(side * 0.7), round(side), 3), np.float32)
    y, x = np.mgrid[0 : out.shape[0], 0 : out.shape[1]].astype(np.float32)
    for cells, loud in ((9, 60.0), (30, 40.0), (90, 20.0)):
        coarse = dice.normal(0, loud, (cells, cells, 3)).astype(np.float32)
        out += flow.sampled(coarse, x * (cells - 1.01) / out.shape[1], y * (cells - 1.01) / out.shape[0])
    return np.clip(out + dice.uniform(80, 170, 3), 0, 255).astype(np.float32)


def _blob(side: int, dice: np.random.Generator) -> Floats:
    y, x = np.mgrid[0:side, 0:side] - side / 2
    angle, far = np.arctan2(y, x), np.hypot(x, y)
    edge = side * 0.36 * (1 + 0.15 * np.sin(3 * angle + dice.uniform(0, 6)) + 0.1 * np.sin(5 * angle))
    return np.clip((edge - far) / 1.5 + 0.5, 0, 1).astype(np.float32)


# -- figures ----------------------------------------------------------------------------------------------------------


def painted(frame: Bytes, seed: int) -> Bytes:
    """A frame in oil."""
    from maquette.makers.picture_paint import paint
    from maquette.media.picture import floats, from_floats

    made = paint(from_floats(frame.astype(np.float32) / 255), "oil", seed=seed).picture
    return (floats(made)[..., :3] * 255 + 0.5).astype(np.uint8)


def steadiness(clip: Moving) -> dict[str, float]:
    """Warp errors of one clip: as it is, painted frame by frame, carried, carried exactly."""
    source = list(clip)
    key = painted(source[0], 0)
    begun = time.process_time()
    carried = list(effects.stylise(clip, [effects.Key(0, key)]))
    spent = (time.process_time() - begun) / clip.count
    each = [key, *(painted(frame, number + 1) for number, frame in enumerate(source[1:3]))]
    exact = [
        np.clip(flow.warped(key.astype(np.float32), clip.flow(n, 0)) + 0.5, 0, 255).astype(np.uint8)
        for n in range(clip.count)
    ]

    def error(frames: Sequence[Bytes]) -> float:
        pairs = [effects.warp_error(frames[n], frames[n + 1], clip.flow(n, n + 1), clip.unseen(n, n + 1))
                 for n in range(len(frames) - 1)]  # fmt: skip
        return float(np.mean(pairs))

    return {"unstyled": error(source), "per frame": error(each), "carried": error(carried), "exact": error(exact),
            "s a frame": spent}  # fmt: skip


def flows(clip: Moving) -> dict[str, float]:
    """End-point errors of the flow from the first frame to the second."""
    one, other = clip.drawn[0][0], clip.drawn[1][0]
    truth = clip.flow(0, 1)
    begun = time.process_time()
    found = flow.flow(one, other)
    out = {"flow": float(np.linalg.norm(found - truth, axis=-1).mean()), "flow s": time.process_time() - begun}
    try:
        import cv2
    except ImportError:
        return out
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (one, other)]
    theirs = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*grey, None)
    return out | {"DIS": float(np.linalg.norm(theirs - truth, axis=-1).mean())}


def middles(clip: Moving) -> dict[str, float]:
    """PSNR of the second frame made from the first and the third."""
    one, truth, other = (clip.drawn[n][0] for n in (0, 1, 2))
    (made,) = effects.between(one, other, [0.5])
    mixture = (one.astype(np.float32) + other) / 2
    inner = (slice(12, -12), slice(12, -12))

    def psnr(picture: Any) -> float:
        return float(10 * np.log10(255**2 / ((picture.astype(np.float32) - truth)[inner] ** 2).mean()))

    return {"between": psnr(made), "mixture": psnr(mixture)}


def matte(clip: Moving) -> dict[str, float]:
    """Agreement of the carried mask of the last sheet with the truth, in the last frame."""
    mask = np.repeat(((clip.drawn[0][1] == 2) * 255).astype(np.uint8)[..., None], 3, -1)
    *_, (_, found) = mattes.cutouts(clip, [effects.Key(0, mask)], effects.Style())
    truth = ((clip.drawn[-1][1] == 2) * 255).astype(np.uint8)
    return {"matte": mattes.agreement(found, truth)}


# -- who is who -------------------------------------------------------------------------------------------------------


def identity(shots: int = 50) -> dict[str, float]:
    """Share of shots in which a person is nearest to their own model sheet."""
    from film_people import cast, cell, poses, seen_from, standing

    from maquette.makers.film.puppet import FaceState

    dice = np.random.default_rng(11)
    looks = cast()
    some = [standing(), *poses()]
    sheets = []
    for look in looks:
        sheets.append([_told(cell, seen_from, look, some[0], angle, 6.0, (200, 320), FaceState()) for angle in
                       (0.0, 0.8, 1.6, 2.4, 3.14, 3.9, 4.7, 5.5)])  # fmt: skip
    right = 0
    for number in range(shots):
        who = number % len(looks)
        angle, away = float(dice.uniform(0, 6.28)), float(dice.uniform(4.5, 12))
        pose = some[int(dice.integers(len(some)))]
        seen = _told(cell, seen_from, looks[who], pose, angle, away, (200, 320), FaceState())
        best = [min(float(np.abs(seen - one).sum()) for one in own) for own in sheets]
        right += int(np.argmin(best) == who)
    return {"shots": shots, "people": len(looks), "right": right / shots}


def _told(cell: Any, seen_from: Any, look: Any, pose: Any, angle: float, away: float, size: tuple[int, int],
          face: Any) -> Floats:  # fmt: skip
    """What a crop looks like: coarse colour counts of its upper, middle and lower third."""
    middle = pose[0][0] * np.array([1, 0, 1], np.float32) + np.array([0, 0.9, 0], np.float32)
    picture = cell(look, pose, seen_from(middle, angle, away, 22.0), size, "tone", face)
    ground = picture[2, 2].astype(int)
    there = np.abs(picture.astype(int) - ground).sum(-1) > 24
    rows = np.nonzero(there.any(1))[0]
    edges = np.linspace(rows[0], rows[-1] + 1, 4).astype(int)
    counts = []
    for top, bottom in itertools.pairwise(edges):
        part = picture[top:bottom][there[top:bottom]].astype(int) // 32
        histogram = np.bincount(part @ np.array([64, 8, 1]), minlength=512).astype(np.float32)
        counts.append(histogram / max(1.0, histogram.sum()))
    return np.concatenate(counts)


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--photos", type=Path)
    reading.add_argument("--scenes", type=int, default=4)
    reading.add_argument("--frames", type=int, default=6)
    reading.add_argument("--size", default="640x360")
    reading.add_argument("--json", action="store_true")
    given = reading.parse_args()
    wide, high = (int(part) for part in given.size.split("x"))
    kinds = (".jpg", ".jpeg", ".png", ".webp")
    photos = sorted(path for path in given.photos.rglob("*") if path.suffix in kinds) if given.photos else []
    rows: list[dict[str, float]] = []
    for number in range(given.scenes):
        clip = a_clip(number, photos, given.frames, (wide, high))
        rows.append({**steadiness(clip), **flows(clip), **middles(clip), **matte(clip)})
    mean = {key: round(float(np.mean([row[key] for row in rows])), 3) for key in rows[0]}
    mean["of per frame"] = round(mean["carried"] / mean["per frame"], 3)
    mean["of unstyled"] = round(mean["carried"] / mean["unstyled"], 3)
    who = identity()
    told = {"scenes": given.scenes, "size": given.size, "photos": bool(photos), **mean, "identity": who}
    keep("film_effects", told)
    if given.json:
        import json

        print(json.dumps(told))
        return
    print(table([{key: round(value, 3) for key, value in row.items()} for row in rows]))
    print(
        f"carried paint: {mean['of per frame']:.0%} of painting every frame, {mean['of unstyled']:.2f} of the unstyled"
    )
    print(f"identity: {who['right']:.0%} of {who['shots']} shots of {who['people']} people")


if __name__ == "__main__":
    main()
