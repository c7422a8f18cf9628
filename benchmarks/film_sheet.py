"""One picture of all panels of a film's folder, in their order, each under its name.

    maquette film board src/maquette/samples/film/tour.fountain --style tone --size 640x360 --out board
    python benchmarks/film_sheet.py board docs/sheets/film-tour.webp
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from maquette.media.lettering import font_file

ACROSS, WIDE, HIGH, EDGE, NAME = 4, 320, 180, 8, 20


def main() -> None:
    """Read the panels, write the sheet."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("film", type=Path, help="a folder with panels/*.png")
    given.add_argument("out", type=Path, help="a .webp or .png")
    told = given.parse_args()
    panels = sorted((told.film / "panels").glob("*.png"), key=lambda path: (len(path.stem), path.stem))
    down = -(-len(panels) // ACROSS)
    sheet = Image.new("RGB", (EDGE + ACROSS * (WIDE + EDGE), EDGE + down * (HIGH + NAME + EDGE)), "#ffffff")
    pen, letters = ImageDraw.Draw(sheet), ImageFont.truetype(str(font_file()), 15)
    for number, path in enumerate(panels):
        x = EDGE + (number % ACROSS) * (WIDE + EDGE)
        y = EDGE + (number // ACROSS) * (HIGH + NAME + EDGE)
        with Image.open(path) as panel:
            sheet.paste(panel.convert("RGB").resize((WIDE, HIGH), Image.Resampling.LANCZOS), (x, y))
        pen.text((x, y + HIGH + 1), path.stem, "#333333", letters)
    sheet.save(told.out, quality=86, method=6) if told.out.suffix == ".webp" else sheet.save(told.out)
    print(f"{told.out}: {len(panels)} panels, {told.out.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
