"""`maquette music hands`: whose hand made which bar, for a composer and her lawyer."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, shown, studio


@click.command("hands")
@click.argument("file", type=FILE)
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option(
    "--as",
    "kinds",
    metavar="pdf,svg,png,roll,txt,json",
    default="pdf",
    show_default=True,
    help="Which files; none: no.",
)
@click.option("--unsigned", is_flag=True, help="Do not sign; the sheet says so.")
@json_option
def hands(file: Path, out: Path, kinds: str, unsigned: bool, as_json: bool) -> int:
    """Say whose hand made which bar of the piece in FILE, from what it was signed with.

    The sheet has a chart of parts and bars, the notes with what a machine wrote in colour (and hatched or lettered, so
    that it can be read in grey), every step, the model and whose works it learnt from, and a paragraph for a form of
    registration. What the file does not prove is told as not known. It is no legal advice.

    \b
    Example: maquette music hands mazurka-continue.mid --as pdf,roll
             maquette music hands mazurka-continue.mid --as none
    """
    from maquette.studio.hands_sheet import look, write

    at = studio()
    told = look(at, file)
    names = [name.lower().lstrip(".") for name in kinds.replace(",", " ").split() if name.lower() != "none"]
    written = write(at, told, names, out=out, unsigned=unsigned)
    if as_json:
        emit({**told.as_dict(), "files": [one.as_dict() for one in written]})
        return 0
    click.echo(told.statement)
    for one in written:
        click.echo(f"{shown(one.path)}  {one.credential['summary']}")
    return 0
