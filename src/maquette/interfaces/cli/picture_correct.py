"""`maquette picture correct`: noise, blur, tilt, the colour of the light and the exposure of a photo."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, note, progress_line, studio
from .picture_shared import move_options, told

SOME = click.FloatRange(0, 1)


@click.command("correct")
@click.argument("photo", type=FILE)
@click.option("--auto", is_flag=True, help="Correct what can be shown to be wrong, and say what and why.")
@click.option("--balance", type=SOME, default=0.0, help="White balance: 0 to 1 of the cast is taken out.")
@click.option(
    "--balance-by",
    type=click.Choice(["gray-edge", "gray-world", "white-patch", "shades-of-gray", "agreement", "bright-and-dark"]),
    default="gray-edge",
    show_default=True,
    help="How the colour of the light is estimated.",
)
@click.option("--exposure", type=SOME, default=0.0, help="Brightness and range of tones: 0 to 1.")
@click.option("--denoise", type=SOME, default=0.0, help="0 to 1 of the noise is taken out.")
@click.option("--deblur", type=SOME, default=0.0, help="0 to 1 of the blur is undone.")
@click.option(
    "--deblur-by",
    type=click.Choice(["wiener", "richardson-lucy"]),
    default="wiener",
    show_default=True,
    help="How the blur is undone.",
)
@click.option("--straighten", type=SOME, default=0.0, help="0 to 1 of the tilt is turned back; the crop is said.")
@click.option("--sheet", is_flag=True, help="Write before and after side by side, too.")
@move_options
def correct(
    photo: Path,
    auto: bool,
    balance: float,
    balance_by: str,
    exposure: float,
    denoise: float,
    deblur: float,
    deblur_by: str,
    straighten: float,
    sheet: bool,
    out: Path,
    suffix: str,
    mark: bool | None,
    private: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Put PHOTO right: white balance, exposure, noise, blur, tilt. Each is measured first and told.

    Example: maquette picture correct meadow.jpg --auto --sheet
    """
    from maquette.makers.picture_correct import Corrections
    from maquette.studio.pictures_colour import corrected

    asked = Corrections(denoise, deblur, straighten, balance, exposure, balance_by, deblur_by)
    with progress_line(f"correcting {photo.name}") as on_progress:
        lines, kept = corrected(
            studio(),
            photo,
            asked,
            auto=auto,
            sheet=sheet,
            on_progress=on_progress,
            out=out,
            suffix=suffix,
            mark=mark,
            private=private,
            unsigned=unsigned,
        )
    for line in lines:
        note(line)
    return told(kept, as_json) if kept is not None else 0
