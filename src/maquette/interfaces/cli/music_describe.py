"""`maquette music describe`: what the pieces of a folder have in common."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, note, progress_line, shown


@click.command("describe")
@click.argument("folder", type=FILE)
@click.option("-o", "--out", type=FILE, metavar="FILE.html", help="The page. Default: FOLDER-habits.html, here.")
@json_option
def describe(folder: Path, out: Path | None, as_json: bool) -> int:
    """What the pieces in FOLDER have in common, as a page that a composer can read.

    Keys and modes, metres, tempi and lengths, forms as letters, the rhythms, intervals and phrase shapes of the tunes,
    where they lie, chords as numerals, progressions and cadences. Reads .mid, .abc, .musicxml and .mxl; nothing is
    learnt from the pieces and nothing is sent anywhere. With --json a page is written only if --out asks for it.

    Example: maquette music describe my-tunes --out my-tunes.html
    """
    from maquette.studio.describe_music import describe as described
    from maquette.studio.describe_page import lines

    with progress_line(f"reading {shown(folder)}") as on_progress:
        found = described(folder, out=out, write=out is not None or not as_json, on_progress=on_progress)
    for line in found.refused:
        note(f"left out: {line}")
    if as_json:
        emit(found.as_dict())
        return 0
    for line in lines(found.habits):
        click.echo(line)
    if found.page is not None:
        click.echo(f"{shown(found.page)}  the page")
    return 0
