"""Two sheets of what the packaged model draws, unpicked: a hundred prompts, and the same things in every style.

    python benchmarks/pictures_sheet.py OUT [--checkpoint NAME]

Writes OUT/pictures-100.webp and OUT/pictures-styles.webp, seed 0 everywhere. Nothing is left out: where a word is not
known, its place is empty.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

PROMPTS = """cat|dog|octopus|fox|owl|whale|butterfly|bee|turtle|snail
rocket|bicycle|bus|sailboat|airplane|tractor|hot air balloon|train|car|ambulance
pizza|apple|banana|strawberry|cup of coffee|cake|cheese|bread|ice cream|mushroom
house|castle|lighthouse|tent|mountain|volcano|bridge|tree|cactus|sunflower
sword|shield|potion|key|treasure chest|crown|dragon|ghost|skull|book
guitar|drum|trumpet|camera|telephone|computer|lamp|clock|umbrella|scissors
red heart|yellow star|blue car|green apple|purple cat|orange fish|pink house|black dog|white rabbit|brown bear
two cats|three stars|four apples|three mushrooms|two rockets|%s
doctor|teacher|cook|farmer|astronaut|pilot|singer|firefighter|judge|mechanic
кошка|ракета|яблоко|три звезды|красный дом|Katze|fusée|manzana|ねこ|volpe"""
FIRST = "a cat left of a dog|a star above a house|a red apple left of a banana|a fish below a boat"
SCENES = f"{FIRST}|a key right of a lock"
STYLES = ("flat", "soft gradient", "cartoon", "bold black glyph", "pixel art", "clip art")
THINGS = ("cat", "rocket", "apple", "house", "sword", "guitar", "red heart", "three stars", "doctor", "dragon")
CELL, LABEL = 96, 12


def main() -> None:
    """Draw both sheets."""
    from maquette.checkpoints.box import open_checkpoint
    from maquette.makers.picture import PictureMaker

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--checkpoint", default="picture-1")
    given = parser.parse_args()
    maker = PictureMaker(open_checkpoint(given.checkpoint))
    given.out.mkdir(parents=True, exist_ok=True)
    prompts = [line.split("|") for line in (PROMPTS % SCENES).splitlines()]
    hundred = [[(prompt, "flat") for prompt in row] for row in prompts]
    sheet(maker, hundred).save(given.out / "pictures-100.webp", quality=88)
    every = [[(thing, style) for thing in THINGS] for style in STYLES]
    sheet(maker, every).save(given.out / "pictures-styles.webp", quality=88)


def sheet(maker: object, rows: list[list[tuple[str, str]]]) -> Image.Image:
    """Rows of (prompt, style) as cells with their prompts below."""
    page = Image.new("RGB", (CELL * len(rows[0]), (CELL + LABEL) * len(rows)), (240, 240, 238))
    pen = ImageDraw.Draw(page)
    for y, row in enumerate(rows):
        for x, (prompt, style) in enumerate(row):
            picture = drawn(maker, prompt, style)
            if picture is not None:
                large = picture.resize((CELL - 8, CELL - 8), Image.Resampling.NEAREST)
                page.paste(large, (x * CELL + 4, y * (CELL + LABEL) + 4), large)
            label = prompt if prompt.isascii() else prompt.encode("ascii", "replace").decode()
            pen.text((x * CELL + 3, y * (CELL + LABEL) + CELL - 2), label[:17], fill=(90, 90, 90))
    return page


def drawn(maker: object, prompt: str, style: str) -> Image.Image | None:
    """One picture of seed 0, None where no word is known."""
    from maquette.core.errors import UsageError
    from maquette.core.types import Request
    from maquette.makers.picture_controls import PictureControls

    size = 32 if style == "pixel art" else 128
    try:
        work = next(iter(maker.make(Request("picture", prompt, PictureControls(style=style, size=size), 0, 1))))  # type: ignore[attr-defined]
    except UsageError:
        return None
    return Image.fromarray(np.asarray(work.media.pixels))


if __name__ == "__main__":
    main()
