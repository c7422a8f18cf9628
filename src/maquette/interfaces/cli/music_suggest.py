"""`maquette music suggest`: the next bar of a piece as ghosts; the door for editors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maquette.core.errors import UsageError

from .common import FILE, emit, json_option, note, shown, studio

if TYPE_CHECKING:
    from maquette.core.types import Ghost

SOURCES = {"model": "written by the model", "repeat": "from this piece"}


@click.command("suggest")
@click.argument("file", type=FILE)
@click.option("--at", type=int, metavar="BAR", help="The bar, as it is printed. Default: the one after the last note.")
@click.option("--words", default="", help='What is being written: "a waltz". Default: the title of FILE.')
@click.option("--count", type=int, default=3, show_default=True, help="How many ghosts.")
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the craft's starter.")
@click.option("--accept", type=int, metavar="N", help="Take ghost N: a signed piece with it is written to --out.")
@click.option("-o", "--out", type=FILE, help="Folder for the accepted piece. Default: the current one.")
@json_option
def suggest(
    file: Path,
    at: int | None,
    words: str,
    count: int,
    checkpoint: str | None,
    accept: int | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Suggest the next bar of the piece in FILE, as ghosts: likeliest first. FILE itself is never changed.

    A ghost plays in the parts that are silent in its bar: all of them after the last note, the accompaniment beneath a
    melody. With --accept N it becomes part of a new, signed file, which says that this bar is the machine's.

    Example: maquette music suggest tune.mid --count 3
    """
    desk = studio()
    session = desk.drawing("music", words, of=file, checkpoint=checkpoint)
    least = session.media.first_number
    if at is not None and not least <= at <= len(session.media.bars) + least:
        known = f"give {least} to {len(session.media.bars) + least}"
        raise UsageError(f"there is no bar {at} to write", where=str(file), mend=known)
    begun = time.perf_counter()
    ghosts = session.ghosts(count if accept is None else max(count, accept), None if at is None else at - least)
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
        if as_json:
            emit({"ghost": number, **_plain(ghost), "ms": round(spent, 1)})
        else:
            told = f": {ghost.note}" if ghost.note else ""
            click.echo(f"{number}. {ghost.chance:4.0%}  {SOURCES[ghost.source]}{told}  {_heard(ghost)}")
    if not ghosts:
        note("nothing comes to mind here; write one more bar, or say what it is with --words")
    return 0


def _bar(ghost: Ghost[Any]) -> int:
    return ghost.elements.start // max(1, len(ghost.media.parts))


def _heard(ghost: Ghost[Any]) -> str:
    """The ghost's notes in words, part by part, at most a dozen of each."""
    from maquette.media.keys import pitch_name

    told = []
    for row, part in zip(_rows(ghost), ghost.media.parts, strict=True):
        if row and not part.drums:
            key = ghost.media.key_at(ghost.media.starts[_bar(ghost)])
            names = " ".join(pitch_name(one["pitch"], key) for one in row[:12])
            told.append(f"{part.name or 'part'}: {names}{' ...' if len(row) > 12 else ''}")
    return "; ".join(told)


def _rows(ghost: Ghost[Any]) -> list[list[dict[str, int]]]:
    """The notes that the ghost would add, part by part: ticks from the barline (480 a quarter), pitch, velocity."""
    from maquette.makers.music_takes import cells_of

    score = ghost.media
    cells = cells_of(score)
    return [
        [{"start": n.start, "length": n.length, "pitch": n.pitch} for n in cells[index].notes]
        for index in ghost.elements
    ]


def _plain(ghost: Ghost[Any]) -> dict[str, Any]:
    """A ghost for programs."""
    return {
        "bar": _bar(ghost) + ghost.media.first_number,
        "chance": round(ghost.chance, 4),
        "source": ghost.source,
        "note": ghost.note,
        "parts": [part.name for part in ghost.media.parts],
        "notes": _rows(ghost),
        "model": ghost.checkpoint,
    }
