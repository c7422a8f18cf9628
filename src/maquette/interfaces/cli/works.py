"""`remake` and `adopt`: making a work again from its story, and taking a hand-edited one in."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, progress_line, shown, studio


@click.command()
@click.argument("work", metavar="FILE")
@click.option("--resample", is_flag=True, help="Decide again with the same seed, instead of replaying the decisions.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@json_option
def remake(work: str, resample: bool, out: Path, as_json: bool) -> int:
    """Make a work again from the story inside FILE (or inside the library's copy, by its id).

    A replay gives the same drawing on every machine. --resample draws again and says whether this machine agrees.

    Example: maquette remake a-rocket-7.svg --out again
    """
    with progress_line("remaking") as on_progress:
        made = studio().remake(work, resample=resample, out=out, on_progress=on_progress)
    if as_json:
        emit({**made.asset.as_dict(), "same": made.same, "resampled": made.resampled})
        return 0
    if resample:
        told = "this machine decides the same" if made.same else "this machine decides otherwise: another drawing"
    else:
        told = "the same drawing" if made.same else "NOT the same drawing: replayed by another version of the maker?"
    click.echo(f"{shown(made.asset.path)}  {told}")
    return 0


@click.command()
@click.argument("edited", type=FILE, metavar="EDITED")
@click.option("--from", "original", required=True, metavar="ORIGINAL", help="The work it was edited from: file or id.")
@click.option("--note", "human", default="", help="What you did, in your own words. Default: what can be seen.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@json_option
def adopt(edited: Path, original: str, human: str, out: Path, as_json: bool) -> int:
    """Take a hand-EDITED file into the library as a child of ORIGINAL: your edit is recorded and signed.

    EDITED stays as it is; the signed file is written beside it under the next free name, or to --out.

    Example: maquette adopt edited.svg --from a-rocket-7.svg
    """
    asset = studio().adopt(edited, original, human=human, out=out)
    if as_json:
        emit(asset.as_dict())
    else:
        click.echo(f"{shown(asset.path)}  {asset.credential['summary']}")
    return 0
