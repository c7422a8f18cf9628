"""`maquette motion suggest`: ghosts while somebody animates; the door for animation programs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import FILE, emit, json_option, shown, studio

if TYPE_CHECKING:
    from maquette.core.types import Ghost


@click.command("suggest")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--at", type=click.IntRange(min=0), help="A frame: in-betweens around it. Default: after the last.")
@click.option("--words", default="", help="What comes next, where it goes on.")
@click.option("--count", type=click.IntRange(1, 24), default=3, show_default=True, help="How many ghosts.")
@click.option("--accept", type=click.IntRange(min=1), metavar="N", help="Keep ghost N, signed, as a child of FILE.")
@click.option("-o", "--out", type=FILE, help="Folder: a file per ghost, unsigned; with --accept the signed one.")
@json_option
def suggest(
    file: Path, at: int | None, words: str, count: int, accept: int | None, out: Path | None, as_json: bool
) -> int:
    """Suggest in-betweens around a frame of FILE, from the key before it to the key after it, or how it goes on.

    Example: maquette motion suggest poses.bvh --at 12 --out ghosts
    """
    from maquette.studio import motions

    from .motion_make import tell

    desk = studio()
    opened = motions.open_motion(desk, file)
    for line in opened.said if accept is None else ():
        desk.say(line)
    begun = time.perf_counter()
    many = count if accept is None else max(count, accept)
    ghosts = motions.suggest(desk, opened, at=at, count=many, words=words)
    spent = 1000 * (time.perf_counter() - begun)
    if accept is not None:
        from maquette.core.errors import UsageError

        if accept > len(ghosts):
            raise UsageError(f"there are {len(ghosts)} ghosts", mend="accept one of them")
        return tell(motions.take(desk, opened, ghosts[accept - 1], out=out or Path(".")), as_json)
    for number, ghost in enumerate(ghosts, start=1):
        path = _written(ghost, file, number, out) if out is not None else None
        first, last = ghost.elements.start, ghost.elements.stop - 1
        if as_json:
            told = {"note": ghost.note, "source": ghost.source, "chance": round(ghost.chance, 3)}
            emit({"ghost": number, "frames": [first, last], **told, "ms": round(spent, 1), "path": str(path or "")})
        else:
            click.echo(f"{f'{shown(path)}  ' if path else ''}{number}. frames {first} to {last}, {ghost.note}")
    return 0


def _written(ghost: Ghost[Any], file: Path, number: int, out: Path) -> Path:
    """The ghost as a file of its own: it is no work until it is taken."""
    from maquette.media.motion_bvh import to_text
    from maquette.studio import files

    data = to_text(ghost.media, comment=f"ghost {number}: {ghost.note}").encode()
    folder = files.ready(out.expanduser())
    with files.told(folder, "the folder"):
        return files.put(data, None, folder, f"{file.stem}-ghost-{number}", ".bvh")[0]
