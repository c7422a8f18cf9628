"""`remake`, `adopt`, `recover`: works made again, taken in after an edit, and found again without their credential."""

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

    A replay gives the same work on every machine. --resample decides again and says whether this machine agrees.

    Example: maquette remake a-rocket-7.svg --out again
    """
    with progress_line("remaking") as on_progress:
        made = studio().remake(work, resample=resample, out=out, on_progress=on_progress)
    if as_json:
        emit({**made.asset.as_dict(), "same": made.same, "resampled": made.resampled})
        return 0
    what = {"music": "piece", "motion": "motion", "film": "film", "picture": "picture"}.get(made.asset.kind, "drawing")
    if resample:
        told = "this machine decides the same" if made.same else f"this machine decides otherwise: another {what}"
    else:
        told = f"the same {what}" if made.same else f"NOT the same {what}: replayed by another version of the maker?"
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


@click.command()
@click.argument("file", type=FILE)
@click.option("-o", "--out", type=FILE, default=None, help="Folder for a signed copy. Default: the one FILE lies in.")
@json_option
def recover(file: Path, out: Path | None, as_json: bool) -> int:
    """Find the credential of FILE, which lost it, in your library: by its bytes, its notes or sound, its melody,
    a picture's invisible mark, or how it looks.

    Where the bytes are still those that were signed, the credential is put back beside them; where a program has
    written the file anew, the signed one is given out beside it.

    Example: maquette recover a-waltz.mid
    """
    from maquette.studio.recovering import recover as find

    found = find(studio(), file, out=out)
    if as_json:
        emit(found.as_dict())
    else:
        click.echo(f"{shown(found.path)}  {found.told}")
    return 0
