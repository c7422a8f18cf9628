"""`maquette picture cutout`: the subject of a photo, its simple ground taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, note, progress_line, studio
from .picture_shared import move_options, told


@click.command("cutout")
@click.argument("photo", type=FILE)
@click.option("--mask", type=FILE, metavar="MASK", help="White where the subject surely is; black where it is not.")
@click.option("--soft", default=1.0, show_default=True, help="0 to 4: how far hair and blur may reach, in pixels/100.")
@click.option("--anyway", is_flag=True, help="Cut even where the ground is not simple.")
@move_options
def cutout(photo: Path, mask: Path | None, soft: float, anyway: bool, **kept: Any) -> int:
    """Take the plain, sliding or lightly textured ground of PHOTO away: soft alpha, edges freed of the ground's colour.

    A ground that is not simple is refused, with the reason; --anyway or a --mask goes on.

    Example: maquette picture cutout mug.jpg
    """
    from maquette.studio.pictures_paint import cut_out

    as_json = kept.pop("as_json")
    with progress_line(f"cutting {photo.name}"):
        found, remarks = cut_out(studio(), photo, mask=mask, soft=soft, anyway=anyway, **kept)
    for remark in remarks:
        note(f"note: {remark}")
    return told(found, as_json)
