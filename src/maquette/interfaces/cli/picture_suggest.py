"""`maquette picture suggest`: variations of a picture as ghosts; the door for painting programs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import FILE, emit, json_option, shown, studio

if TYPE_CHECKING:
    from maquette.core.types import Ghost
    from maquette.studio.pictures import OpenedPicture
    from maquette.studio.studio import Studio


@click.command("suggest")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--words", default="", help="Towards what, of a sprite.")
@click.option("--count", type=click.IntRange(1, 24), default=3, show_default=True, help="How many ghosts.")
@click.option("--again", type=click.IntRange(min=0), default=0, show_default=True, help="Another number, other ghosts.")
@click.option("--style", metavar="NAME", help="A style of the model.")
@click.option("--checkpoint", metavar="NAME|PATH", help="The model, of a sprite. Default: the craft's starter.")
@click.option("--accept", type=click.IntRange(min=1), metavar="N", help="Keep ghost N, signed, as a child of FILE.")
@click.option("-o", "--out", type=FILE, help="Folder: a file per ghost, unsigned; with --accept the signed one.")
@json_option
def suggest(
    file: Path,
    words: str,
    count: int,
    again: int,
    style: str | None,
    checkpoint: str | None,
    accept: int | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Suggest variations of the picture in FILE, a sprite or a selection, nearest first. FILE is never changed.

    Example: maquette picture suggest selection.png --count 3 --out ghosts
    """
    from maquette.studio.pictures import open_picture

    desk = studio()
    opened = open_picture(desk, file)
    for line in opened.picture.said if accept is None else ():
        desk.say(line)
    begun = time.perf_counter()
    many = count if accept is None else max(count, accept)
    ghosts = desk.suggest(opened.picture, again, many, craft="picture", checkpoint=checkpoint, words=words, style=style)
    spent = 1000 * (time.perf_counter() - begun)
    if accept is not None:
        return _keep(desk, opened, ghosts[accept - 1], words, checkpoint, out or Path("."), as_json)
    for number, ghost in enumerate(ghosts, start=1):
        path = _written(ghost, file, number, out) if out is not None else None
        wide, high = ghost.media.size
        if as_json:
            told = {
                "note": ghost.note,
                "source": ghost.source,
                "model": ghost.checkpoint,
                "width": wide,
                "height": high,
            }
            emit({"ghost": number, **told, "ms": round(spent, 1), "path": str(path) if path else None})
        else:
            click.echo(f"{f'{shown(path)}  ' if path else ''}{number}. {ghost.note}")
    return 0


def _keep(
    desk: Studio, opened: OpenedPicture, ghost: Ghost[Any], words: str, checkpoint: str | None, out: Path, as_json: bool
) -> int:
    """The ghost that was taken, as a signed child."""
    from maquette.makers.picture import PictureMaker
    from maquette.studio.pictures import keep_move

    from .picture_shared import told

    box = desk._open(checkpoint or PictureMaker.starter) if ghost.checkpoint else None
    kept = keep_move(
        desk,
        ghost.media,
        verb="ghost",
        sources=[(opened, "parent")],
        settings={"words": words} if words else {},
        note=ghost.note,
        out=out,
        seed=int((ghost.trace.get("sampler") or {}).get("seed", 0)),
        checkpoint=box,
        trace=ghost.trace,
    )
    return told(kept, as_json)


def _written(ghost: Ghost[Any], file: Path, number: int, out: Path) -> Path:
    """The ghost as a file of its own: it is no work until it is taken."""
    from maquette.media.picture_file import to_bytes
    from maquette.studio import files

    data = to_bytes(ghost.media, comment=f"ghost {number}: {ghost.note}")
    folder = files.ready(out.expanduser())
    with files.told(folder, "the folder"):
        return files.put(data, None, folder, f"{file.stem}-ghost-{number}", ".png")[0]
