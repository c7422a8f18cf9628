"""`maquette icon set`: a list of names as one consistent sheet, and what a folder of icons lacks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maquette.core.errors import UsageError

from .common import FILE, emit, json_option, note, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.makers.icon_set import Wish
    from maquette.studio.sets import MadeSet


@click.command("set")
@click.argument("names", type=FILE, required=False)
@click.option("--style", metavar="CARD", help="The style card (my.toml) of the hand. Default: the model's own.")
@click.option("--checkpoint", metavar="NAME|PATH", help="The model, e.g. one trained on your icons. Default: icon-1.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same set.")
@click.option("--missing", type=FILE, metavar="FOLDER", help="Leave out what this folder of icons has already.")
@click.option("--report", is_flag=True, help="Only tell what --missing finds; draw nothing.")
@click.option("--first", type=click.IntRange(1), metavar="N", help="Draw the first N names only.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the files and the library say so.")
@json_option
def icon_set(
    names: Path | None,
    style: str | None,
    checkpoint: str | None,
    out: Path,
    seed: int,
    missing: Path | None,
    report: bool,
    first: int | None,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Draw the NAMES of a list (a name a line, or "name: what is seen") as one set in one hand.

    Ink, size and margins are kept within what is usual for the style card; what stands out is drawn again, and named.
    Writes the icons, a sheet (SVG and PNG) and a table. Without NAMES, --missing compares with a list of 180 names
    that most interfaces need.

    Example: maquette icon set names.txt --style my.toml --out new
    Example: maquette icon set --missing my-icons --report
    """
    from maquette.studio import sets

    if names is None and missing is None:
        raise UsageError("there is no list of names", mend="give a text file with a name a line, or --missing FOLDER")
    if report and missing is None:
        raise UsageError("--report tells what a folder lacks", mend="name it: --missing my-icons --report")
    desk = studio()
    wishes = sets.read_list(names or "")
    if missing is not None:
        wishes = _lacking(wishes, missing, report, as_json)
        if report or not wishes:
            return 0
    wishes = wishes[:first]
    with progress_line("a set") as on_progress:
        made = sets.make_set(
            desk,
            wishes,
            out=out,
            checkpoint=checkpoint,
            seed=seed,
            on_progress=on_progress,
            unsigned=unsigned,
            on_asset=lambda asset: emit(asset.as_dict()) if as_json else None,
            style=style,
        )
    _tell(made, as_json)
    return 0


def _lacking(wishes: Sequence[Wish], folder: Path, report: bool, as_json: bool) -> list[Wish]:
    """What the folder lacks; told if that is all that was asked for."""
    from maquette.encodings.words import Words
    from maquette.studio import sets

    lacking, found = sets.missing(wishes, folder, Words.load())
    summary = f"{shown(folder)} has {len(found)} of {len(wishes)}, {len(lacking)} are missing"
    if not report:
        note(summary)
    elif as_json:
        emit({"folder": str(folder), "missing": [wish.name for wish in lacking], "found": found})
    else:
        click.echo("\n".join([*(wish.name for wish in lacking), "", summary]))
    return lacking


def _tell(made: MadeSet, as_json: bool) -> None:
    if as_json:
        emit(made.as_dict())
        return
    for row in made.rows:
        size = f"{row['width']:5.1f} x {row['height']:4.1f}"
        click.echo(f"{row['file']:<28} ink {100 * row['ink']:4.1f} %  {size}  {row['note']}")
    words = ", ".join(f"{trait} {100 * value:.0f} %" for trait, value in made.spread.items())
    click.echo(f"\n{len(made.assets)} icons; coefficient of variation: {words}")
    for one in made.stand_out:
        click.echo(f"stands out: {one.told}")
    if made.again:
        click.echo(f"drawn again: {', '.join(made.again)}")
    if made.without:
        click.echo(
            f"could not be drawn: {', '.join(made.without)}; no word of it is known, or all that came out was a near "
            'copy of one author\'s icon. Say what is seen, as in "trip: a suitcase"'
        )
    click.echo(f"the sheet: {', '.join(shown(path) for path in made.sheets)}; the table: {shown(made.table)}")
