"""`maquette icon suggest`: the next shape of a drawing as ghosts; the door for editors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maquette.core.errors import UsageError

from .common import FILE, emit, json_option, note, shown, studio

if TYPE_CHECKING:
    from maquette.core.types import Ghost


@click.command("suggest")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--at", type=int, metavar="N", help="Before shape N (from 1). Default: after the last.")
@click.option("--words", default="", help='What is being drawn: "a rocket". Default: the title of FILE.')
@click.option("--count", type=int, default=3, show_default=True, help="How many ghosts.")
@click.option("--style", metavar="NAME", help="A manner of the model.")
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter.")
@click.option("--accept", type=int, metavar="N", help="Take ghost N: a signed drawing with it is written to --out.")
@click.option("-o", "--out", type=FILE, help="Folder: a file per ghost, the ghost half transparent.")
@json_option
def suggest(
    file: Path,
    at: int | None,
    words: str,
    count: int,
    style: str | None,
    checkpoint: str | None,
    accept: int | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Suggest the next shape of the drawing in FILE, as ghosts: likeliest first. FILE itself is never changed.

    With --accept N the ghost becomes a shape of a new, signed file, which says that this shape is the machine's.

    Example: maquette icon suggest half-a-rocket.svg --words "a rocket" --count 3 --out ghosts
    """
    from maquette.media.drawing import read

    drawing = read(file)
    if at is not None and not 1 <= at <= len(drawing.shapes) + 1:
        known = f"give 1 to {len(drawing.shapes) + 1}"
        raise UsageError(
            f"the drawing has {len(drawing.shapes)} shapes: none can come at {at}", where=str(file), mend=known
        )
    desk, words = studio(), words or drawing.title
    session = desk.drawing("icon", words, of=file, checkpoint=checkpoint, style=style)
    begun = time.perf_counter()
    ghosts = session.ghosts(count if accept is None else max(count, accept), None if at is None else at - 1)
    spent = 1000 * (time.perf_counter() - begun)
    if accept is not None:
        session.accept(accept)
        asset = session.finish(out or Path("."))
        if as_json:
            emit({**asset.as_dict(), "authorship": session.told()})
        else:
            click.echo(f"{shown(asset.path)}  {asset.credential['summary']}")
        return 0
    for number, ghost in enumerate(ghosts, start=1):
        path = _written(ghost, file, number, out) if out is not None else None
        if as_json:
            emit({"ghost": number, **_plain(ghost), "ms": round(spent, 1), "path": str(path) if path else None})
        else:
            where = f"{shown(path)}  " if path else ""
            click.echo(f"{where}{number}. {ghost.chance:4.0%}  {_told(ghost)}")
    if not ghosts:
        note("nothing comes to mind here; say what it is with --words, or draw one more shape")
    return 0


def _plain(ghost: Ghost[Any]) -> dict[str, Any]:
    """A ghost for programs: its shape as path data in the units of the file's viewBox, its paint, where it is from."""
    from dataclasses import asdict

    from maquette.media.affine import as_path
    from maquette.media.path_data import path_text
    from maquette.media.svg_write import geometry_text

    shape = ghost.media.shapes[ghost.elements.start]
    return {
        "at": ghost.elements.start + 1,
        "chance": round(ghost.chance, 4),
        "source": ghost.source,
        "note": ghost.note,
        "id": shape.id,
        "element": f"<{geometry_text(shape.geometry)}/>",
        "d": path_text(as_path(shape.geometry)),
        "paint": asdict(shape.paint),
        "viewbox": list(ghost.media.viewbox),
        "ingredients": [asdict(one) for one in ghost.ingredients],
        "model": ghost.checkpoint,
    }


def _written(ghost: Ghost[Any], file: Path, number: int, out: Path) -> Path:
    """The drawing with its ghost half transparent, under a name of its own."""
    from dataclasses import replace

    from maquette.media.drawing import to_svg
    from maquette.studio import files

    shapes = list(ghost.media.shapes)
    for index in ghost.elements:
        shapes[index] = replace(shapes[index], paint=replace(shapes[index].paint, opacity=0.4))
    text = to_svg(replace(ghost.media, shapes=tuple(shapes)), comment=f"ghost {number}: {_told(ghost)}")
    folder = files.ready(out.expanduser())
    for name in files.numbered(f"{file.stem}-ghost-{number}", ".svg"):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
            return folder / name
    raise AssertionError("there is always another number")


def _told(ghost: Ghost[Any]) -> str:
    sources = {"model": "drawn by the model", "retrieval": "from the shelf", "repeat": "the drawing repeated"}
    return f"{sources[ghost.source]}{': ' + ghost.note if ghost.note else ''}"
