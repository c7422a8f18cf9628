"""`maquette picture vectorise`: sprites and flat art as clean SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, progress_line, studio
from .picture_shared import move_options, told


@click.command("vectorise")
@click.argument("picture", type=FILE)
@click.option(
    "--kind",
    type=click.Choice(["auto", "flat", "gradient", "pixel"]),
    default="auto",
    show_default=True,
    help="pixel: exact cells. flat: curves around colours. gradient: curves with sliding colours.",
)
@click.option("--colours", default=0, show_default=True, help="At most so many; 0: as many as it needs.")
@click.option("--smooth", default=0.35, show_default=True, help="How far, in pixels, a curve may leave the border.")
@move_options(kinds=False)
def vectorise(picture: Path, kind: str, colours: int, smooth: float, **kept: Any) -> int:
    """Make PICTURE a clean SVG with few paths: sprites, stickers, logos, pixel art.

    Example: maquette picture vectorise fox.png
    """
    from maquette.studio.pictures_paint import vectorised

    as_json = kept.pop("as_json")
    with progress_line(f"tracing {picture.name}"):
        found = vectorised(studio(), picture, kind=kind, colours=colours, smooth=smooth, **kept)
    return told(found, as_json)
