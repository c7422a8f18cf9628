"""`maquette picture paint`: a photo rebuilt from editable brush strokes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, progress_line, studio
from .picture_shared import move_options, told


@click.command("paint")
@click.argument("photo", type=FILE)
@click.option(
    "--technique",
    type=click.Choice(["oil", "watercolour", "hatching", "pencil"]),
    default="oil",
    show_default=True,
    help="What it is painted with.",
)
@click.option("--brush", "size", default=1.0, show_default=True, help="0.2 to 5: how broad brushes and pens are.")
@click.option("--detail", default=0.5, show_default=True, help="0 to 1: how far fine strokes go.")
@click.option("--palette", default=0, show_default=True, help="At most so many colours; for lines, so many pencils.")
@click.option("--strokes", default=0, show_default=True, help="At most so many strokes; 0: as many as it needs.")
@click.option("--ground", metavar="COLOUR", help="Canvas or paper: teal, #d9c8a9. Default: chosen for the picture.")
@click.option("--focus", type=FILE, metavar="MASK", help="White where finer strokes are wanted.")
@click.option("--layers", is_flag=True, help="Also NAME.ora: a layer for every pass.")
@click.option("--clip", type=click.Choice(["webp", "webm"]), help="Also the painting being painted, as a clip.")
@click.option("--svg/--no-svg", default=True, show_default=True, help="Also NAME.svg: every stroke a path.")
@move_options(seed=True)
def paint(
    photo: Path,
    technique: str,
    size: float,
    detail: float,
    palette: int,
    strokes: int,
    ground: str | None,
    focus: Path | None,
    layers: bool,
    clip: str | None,
    svg: bool,
    **kept: Any,
) -> int:
    """Paint PHOTO from strokes: the picture, and beside it every stroke as a path that you can change.

    Example: maquette picture paint cat.jpg --technique watercolour --clip webp
    """
    from maquette.studio.pictures_paint import painted

    as_json = kept.pop("as_json")
    asked = {"size": size, "detail": detail, "palette": palette, "strokes": strokes}
    files = {"svg": svg, "layers": layers, "clip": clip}
    with progress_line(f"painting {photo.name}") as on_progress:
        found = painted(
            studio(), photo, technique, asked, ground=ground, focus=focus, files=files, on_progress=on_progress, **kept
        )
    return told(found, as_json)
