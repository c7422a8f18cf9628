"""`maquette picture convert`: a picture as another kind of file."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, studio
from .picture_shared import KINDS, move_options, told


@click.command("convert")
@click.argument("pictures", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--to", "kind", type=click.Choice(KINDS), required=True, help="The kind of file.")
@click.option(
    "--quality",
    type=click.IntRange(1, 100),
    default=90,
    show_default=True,
    help="Of jpg, webp and avif; at 100 webp loses nothing.",
)
@click.option(
    "--srgb", is_flag=True, help="Bring it to sRGB from the space of its profile (Display P3, Adobe RGB ...)."
)
@click.option("--ground", metavar="COLOUR", default="", help='Lay transparent places on it: white, "#ffeedd".')
@click.option("--bits", type=click.Choice(["8", "16"]), help="A channel. Default: as in the file.")
@move_options(kinds=False)
def convert(
    pictures: tuple[Path, ...],
    kind: str,
    quality: int,
    srgb: bool,
    ground: str,
    bits: str | None,
    out: Path,
    private: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Keep pictures as another kind of file; the new file carries the history of the old one.

    Pixels, 16 bits, colour profile and (in ora) layers are kept where the kind can hold them; what it cannot is said.

    \b
    Example: maquette picture convert meadow.tiff --to avif --srgb
             maquette picture convert sticker.png --to jpg --ground white --quality 85
    """
    from maquette.studio.pictures_convert import convert as converted

    code = 0
    for picture in pictures:
        made = converted(
            studio(),
            picture,
            kind,
            quality=quality,
            srgb=srgb,
            ground=ground,
            bits=int(bits or 0),
            out=out,
            private=private,
            unsigned=unsigned,
        )
        code = told(made, as_json)
    return code
