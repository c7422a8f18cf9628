"""`maquette texture`: a seamless surface of any size from a small picture of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from maquette.core.errors import UsageError

from .common import FILE, progress_line, studio
from .picture_shared import move_options, told


@click.command("texture")
@click.argument("photo", type=FILE)
@click.option("--size", default="1024", show_default=True, metavar="PX|WxH", help="Pixels: 2048, or 2048x1024.")
@click.option(
    "--tile",
    type=click.Choice(["both", "x", "y", "none"]),
    is_flag=False,
    flag_value="both",
    default="both",
    show_default=True,
    help="Which sides meet without a seam.",
)
@click.option("--even", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Take slow light out first.")
@click.option("--maps", is_flag=True, help="Also a height and a normal map for games, guessed from brightness.")
@click.option("--preview", is_flag=True, help="Also a sheet of three by three.")
@click.option("--method", default="patches", show_default=True, help="patches: seconds; gan: learns it, minutes.")
@click.option("--minutes", type=click.FloatRange(0.05, 240), default=4.0, show_default=True, help="Of gan learning.")
@click.option("--count", type=click.IntRange(1, 12), default=1, show_default=True, help="How many ideas.")
@move_options(seed=True)
def texture(photo: Path, size: str, tile: str, as_json: bool, **asked: Any) -> int:
    """Make a texture of any size from PHOTO, a small picture of a surface, that tiles without a seam.

    Cut PHOTO so that it shows the surface alone, seen straight on and evenly lit; --even 1 helps where it is not.

    Example: maquette texture gravel.png --size 2048 --tile --maps --out ground
    """
    from maquette.studio import textures

    frame = _size(size)
    closes: Any = "" if tile == "none" else tile
    with progress_line("growing") as on_progress:
        kept = textures.texture(studio(), photo, size=frame, tile=closes, on_progress=on_progress, **asked)
    return told(kept, as_json)


def _size(text: str) -> tuple[int, int]:
    """(width, height) of "2048" or "2048x1024"."""
    match = re.fullmatch(r"(\d{1,6})(?:\s*[x×]\s*(\d{1,6}))?", text.strip().lower())
    if not match:
        raise UsageError(f"{text!r} is no size", mend="pixels: 2048, or width x height: 2048x1024")
    return int(match[1]), int(match[2] or match[1])
