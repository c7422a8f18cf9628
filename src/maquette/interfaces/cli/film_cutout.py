"""`maquette film cutout`: a person or a thing cut out of a clip, or of a film of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from maquette.core.errors import UsageError

from .common import FILE, emit, progress_line, shown, studio
from .film_effects import _CODECS, clip_options, opened, told


@click.command("cutout")
@click.argument("what", metavar="CLIP|FILM", type=FILE)
@click.option("--mask", "masks", multiple=True, metavar="MASK.png[@SECOND]", help="White on what is cut out of a clip.")
@click.option("--who", default="", help="Of a film of yours (its folder): a person or a thing.")
@click.option("--shot", default="", help="Of a film of yours: the shot.")
@click.option("--png", "frames", is_flag=True, help="Every frame as a PNG with alpha, too.")
@clip_options
def cutout(
    what: Path,
    masks: tuple[str, ...],
    who: str,
    shot: str,
    frames: bool,
    consent: tuple[Path, ...],
    nobody: bool,
    codec: str,
    out: Path,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Cut somebody out: of a CLIP by masks painted over a frame or a few, of a FILM of yours exactly and at once.

    The matte is a clip, white where they stand, as editors take it; --png writes every frame with alpha.

    \b
    Example: maquette film cutout street.mp4 --mask street-f0000.png --nobody --png
             maquette film cutout my-film --shot 1A --who Anna --png
    """
    from maquette.studio import cutouts

    kind = {"suffix": _CODECS[codec], "codec": codec}
    with progress_line("cutout") as on_progress:
        if what.is_dir():
            if not (who and shot) or masks:
                raise UsageError("of a film one shot and somebody in it is cut out", where=str(what),
                                 mend="give --shot 1A --who Anna")  # fmt: skip
            made = cutouts.of_film(studio(), what, who, shot, frames=frames, out=out, unsigned=unsigned,
                                   on_progress=on_progress, **kind)  # fmt: skip
        else:
            if not masks or who or shot:
                raise UsageError("of a clip it is cut out by masks", where=str(what),
                                 mend="paint white over it in a frame (film frame) and give --mask")  # fmt: skip
            source = opened(what, consent, nobody)
            made = cutouts.of_footage(studio(), source, masks, frames=frames, out=out, unsigned=unsigned,
                                      on_progress=on_progress, **kind)  # fmt: skip
    if as_json:
        emit(made.as_dict())
        return 0
    told(made.matte, False)
    if made.frames is not None:
        click.echo(f"{shown(made.frames)}  {made.matte.frames} frames with alpha")
    return 0
