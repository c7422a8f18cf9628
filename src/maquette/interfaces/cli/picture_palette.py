"""`maquette picture palette`: the colours of a picture, and a picture in other colours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, emit, studio
from .picture_shared import move_options, told


@click.command("palette")
@click.argument("picture", type=FILE)
@click.option("--colours", "count", type=click.IntRange(1, 256), default=8, show_default=True, help="How many.")
@click.option("--onto", type=FILE, metavar="OTHER", help="Recolour PICTURE to this picture's or palette's colours.")
@click.option(
    "--dither",
    "way",
    type=click.Choice(["smooth", "none", "ordered", "noise", "diffusion"]),
    default="diffusion",
    show_default=True,
    help="With --onto: how colours between those of the palette are shown. smooth: tones stay, hues move.",
)
@move_options(seed=True)
def palette(
    picture: Path,
    count: int,
    onto: Path | None,
    way: str,
    seed: int,
    out: Path,
    suffix: str,
    mark: bool | None,
    private: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Find the colours of PICTURE: a sheet of swatches, a GIMP palette, Adobe swatches and JSON.

    With --onto the picture itself is laid into the colours of OTHER: a picture, or a .gpl, .ase or .json palette.

    Example: maquette picture palette meadow.jpg --colours 8
    """
    from maquette.studio import pictures_colour

    kept: dict[str, Any] = {"out": out, "seed": seed, "private": private, "unsigned": unsigned}
    if onto is not None:
        made = pictures_colour.recoloured(
            studio(), picture, onto, count=count, way=way, suffix=suffix, mark=mark, **kept
        )
        return told(made, as_json)
    found, made = pictures_colour.palette_of(studio(), picture, count=count, **kept)
    if as_json:
        colours = [{"hex": one.hex, "share": round(one.share, 4), "name": one.name} for one in found.swatches]
        emit({**made.as_dict(), "colours": colours})
        return 0
    for one in found.swatches:
        click.echo(f"{one.hex}  {one.share:6.1%}  {one.name}")
    return told(made, as_json)
