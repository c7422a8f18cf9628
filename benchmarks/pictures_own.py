"""Two ways to a painter's own pictures, on the same works: an own style of the starter, and a generator from nothing.

    python benchmarks/pictures_own.py PICTURES [--minutes 5] [--base picture-1] [--work FOLDER] [--sheet PNG] [--keep]

The works are 120 faces and animals of one permissive set, redrawn by rule in two inks with a thick outline: a hand that
no model has seen. Both learn for as many minutes; a training that lies in the work folder is taken as it is. A hundred
pictures of each, of the works' own names where there are words, are then compared with the works: sliced Wasserstein
distance and difference of palettes at 64 px, beside two halves of the works, and beside the base without the style.
`near copies` counts pictures that are as near to a work as a copy: an artist's own, of things that she has drawn.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from common import keep, table
from numpy.typing import NDArray

from maquette.checkpoints.box import open_checkpoint
from maquette.core.types import Request
from maquette.encodings.pixels import straight
from maquette.encodings.print_small import PictureIndex
from maquette.makers.picture import PictureMaker
from maquette.makers.picture_controls import PictureControls
from maquette.makers.picture_gan import Sampler
from maquette.media.picture import Picture, floats, premultiplied, resized
from maquette.media.picture_file import read
from maquette.media.picture_measure import palette_distance, sliced_wasserstein
from maquette.training.run import train

Floats = NDArray[np.float32]

WORKS, MADE, SIDE = 120, 100, 64
SET, KINDS = "noto gradient", ("animal-", "face-", "cat-face")
INKS = np.asarray([(22, 32, 74), (255, 111, 89), (255, 236, 214)], np.float32) / 255  # navy, coral, cream
OTHERS = (
    "a red car", "a house", "a green tree", "an apple", "a guitar", "a rocket", "a sailboat", "a teapot",
    "a blue book", "a bicycle", "a mushroom", "a crown", "a clock", "a key", "a lamp", "a rose",
)  # fmt: skip


def main() -> None:
    """Train what is not there, draw, measure and print; `--keep` writes the results."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("pictures", type=Path)
    reading.add_argument("--minutes", type=float, default=5.0)
    reading.add_argument("--base", default="picture-1", metavar="NAME")
    reading.add_argument(
        "--work", type=Path, default=Path("build/pictures_own"), help="works and trainings are kept here"
    )
    reading.add_argument("--sheet", type=Path, help="show eight of each")
    reading.add_argument("--keep", action="store_true", help="write results/pictures_own.json")
    given = reading.parse_args()
    works = given.work / "works"
    if not works.is_dir():
        write_works(given.pictures, works)
    style = trained(given.work / "style", works, given.minutes, base=given.base)
    gan = trained(given.work / "gan", works, given.minutes, net="gan")
    files = sorted(works.glob("*.png"))
    real = np.stack([square(read(one)) for one in files])
    names = [one.stem for one in files][:: max(1, len(files) // MADE)][:MADE]
    others = [OTHERS[n % len(OTHERS)] for n in range(MADE)]
    prints = PictureIndex.build([{"id": one.stem} for one in files], straight(real))
    sets: dict[str, Callable[[], list[Picture]]] = {
        "base without the style": lambda: drawn(given.base, names),
        "own style, her things": lambda: drawn(style, names),
        "own style, other things": lambda: drawn(style, others),
        "base, other things": lambda: drawn(given.base, others),
        "generator": lambda: [one.picture for one in Sampler(open_checkpoint(gan), threads=1).sample(count=MADE)],
    }
    order = np.random.default_rng(2).permutation(len(real))
    first, second = (real[half] for half in np.array_split(order, 2))
    rows = [{"pictures": "two halves of the works", **apart(first, second), "near copies": None, "s each": None}]
    shown = [real[order[:8]]]
    for name, make in sets.items():
        began = time.process_time()
        made = make()
        each = (time.process_time() - began) / len(made)
        values = np.stack([square(one) for one in made])
        near = sum(known.distance < prints.bar for one in values for known in prints.nearest(one, 1))
        rows.append({"pictures": name, **apart(values, real), "near copies": near, "s each": round(each, 3)})
        shown.append(values[:: len(values) // 8][:8])
        print(table(rows[-1:]), flush=True)
    told = {
        "works": len(real),
        "minutes": given.minutes,
        "distances": rows,
        "trainings": {"own style": told_of(style), "generator": told_of(gan)},
    }
    print(table(rows))
    if given.sheet:
        page(shown, given.sheet)
    if given.keep:
        keep("pictures_own", told)


def apart(made: Floats, real: Floats) -> dict[str, Any]:
    """Both distances of one set from another."""
    return {
        "sliced Wasserstein": round(sliced_wasserstein(made, real), 4),
        "palette": round(palette_distance(made, real), 3),
    }


def drawn(model: str | Path, names: Sequence[str]) -> list[Picture]:
    """A picture of each name."""
    maker = PictureMaker(open_checkpoint(model))
    asked = PictureControls(size=SIDE)
    return [next(iter(maker.make(Request("picture", name, asked, seed, 1)))).media for seed, name in enumerate(names)]


def trained(out: Path, works: Path, minutes: float, **how: Any) -> Path:
    """A training, with its processor seconds beside it."""
    if not (out / "card.json").is_file():
        began = time.process_time()
        train("picture", works, minutes=minutes, out=out, **how)
        (out.parent / f"{out.name}.json").write_text(json.dumps({"cpu_s": round(time.process_time() - began)}))
    return out


def told_of(model: Path) -> dict[str, Any]:
    """What a training cost and how large its box is."""
    box, beside = open_checkpoint(model), model.parent / f"{model.name}.json"
    spent = json.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else {}
    size = sum(one.stat().st_size for one in model.iterdir() if one.is_file())
    figures = {key: value for key, value in box.card["figures"].items() if isinstance(value, int | float)}
    return {"parameters": box.card["parameters"], "box MB": round(size / 1e6, 2), **spent, **figures}


# -- pictures ---------------------------------------------------------------------------------------------------------


def square(picture: Picture) -> Floats:
    """(64, 64, 4) premultiplied in 0..1."""
    values = premultiplied(floats(picture))
    if values.shape[:2] != (SIDE, SIDE):
        values = np.clip(resized(values, SIDE, SIDE), 0, 1)
    return np.asarray(values, np.float32)


def write_works(pictures: Path, folder: Path) -> None:
    """The works as files named for what they show, with their licence."""
    from PIL import Image

    with gzip.open(pictures / "pictures.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with np.load(pictures / "px128.npz") as stored:
        data, offset, index = stored["data"].tobytes(), stored["offset"], stored["index"]
    place = {int(row): at for at, row in enumerate(index)}
    fit = [
        row
        for row in rows
        if row["style"] == SET and row["fold"] and row["i"] in place and row["caption_quality"] == "high"
        and row["subgroup"].startswith(KINDS)
    ]  # fmt: skip
    folder.mkdir(parents=True)
    for at in np.random.default_rng(3).permutation(len(fit))[:WORKS]:
        number = place[fit[at]["i"]]
        found = Image.open(io.BytesIO(data[offset[number] : offset[number + 1]])).convert("RGBA")
        name = fit[at]["caption"].replace("/", "-")
        redrawn(found).save(folder / f"{name}.png")
    said = 'licence = "Apache-2.0"\nauthor = "Google LLC"\nsource = "Noto Emoji, redrawn in two inks"\n'
    (folder / "licence.toml").write_text(said, encoding="utf-8")


def redrawn(found: Any) -> Any:
    """A picture in two inks by its lights, with an outline of about five pixels."""
    from PIL import Image, ImageFilter

    frame = Image.new("RGBA", (128, 128))
    frame.paste(found.resize((104, 104), Image.Resampling.LANCZOS), (12, 12))
    values = np.asarray(frame, np.float32) / 255
    alpha = values[..., 3:]
    light = np.clip((values[..., :3] @ np.asarray([0.3, 0.59, 0.11], np.float32) - 0.15) / 0.7, 0, 1)[..., None]
    dark, middle, pale = INKS
    ink = np.where(light < 0.5, dark + (middle - dark) * light * 2, middle + (pale - middle) * (light * 2 - 1))
    wide = Image.fromarray((alpha[..., 0] * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(11))
    soft = np.asarray(wide.filter(ImageFilter.GaussianBlur(1.2)), np.float32) / 255
    line = np.clip((soft - 0.25) * 2, 0, 1)[..., None] * (1 - alpha)
    total = alpha + line
    colour = (ink * alpha + dark * line) / np.maximum(total, 1e-6)
    return Image.fromarray(np.clip(np.concatenate([colour, total], -1) * 255 + 0.5, 0, 255).astype(np.uint8))


def page(shown: Sequence[Floats], path: Path) -> None:
    """A row of eight for each set, on white."""
    from PIL import Image

    rows = [np.concatenate([one[..., :3] + 1 - one[..., 3:] for one in some], axis=1) for some in shown]
    sheet = np.clip(np.concatenate(rows) * 255 + 0.5, 0, 255).astype(np.uint8)
    Image.fromarray(sheet).resize((sheet.shape[1] * 2, sheet.shape[0] * 2)).save(path)


if __name__ == "__main__":
    main()
