"""`maquette icon edit`: change parts of an icon and keep the rest as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import FILE, emit, json_option, note, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.studio.edits import Child, Edits

HANDS = {"human": "by hand", "machine": "by a model", "machine-then-edited": "by a model, then by hand"}
SHAPES = "1,3-4"


@click.command("edit")
@click.argument("file", type=FILE)
@click.argument("words", required=False, default="")
@click.option("--shapes", "list_shapes", is_flag=True, help="Only list the shapes of FILE with their numbers.")
@click.option("--keep", metavar=SHAPES, default="", help="Lock these; given alone, all others are redrawn.")
@click.option("--replace", metavar=SHAPES, default="", help="Draw something else there: WORDS, or whatever fits.")
@click.option("--remove", metavar=SHAPES, default="", help="Take these out.")
@click.option("--continue", "go_on", is_flag=True, help="Draw on after the last shape.")
@click.option("--add", metavar="PART", default="", help="slash, or a badge: plus, minus, check, x, dot, heart ...")
@click.option("--corner", help="Where a badge goes: bottom-right, top-right, bottom-left, top-left.")
@click.option("--gap", type=click.FloatRange(min=0), help="Clear space around a part. Default: the stroke's width.")
@click.option("--style", metavar="NAME|CARD.toml", help="A manner of the model, or a style card to obey.")
@click.option("--count", type=click.IntRange(1, 64), help="Candidates. Default: 4 drawn by the model, 1 by a rule.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed, the same edits.")
@click.option("--temperature", type=click.FloatRange(0.05, 2), default=0.8, show_default=True, help="Above 1: bolder.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--checkpoint", metavar="NAME|PATH", help="The model. Default: the one that drew FILE, else icon-1.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@json_option
def edit(
    file: Path,
    words: str,
    list_shapes: bool,
    out: Path,
    count: int | None,
    seed: int,
    style: str | None,
    checkpoint: str | None,
    unsigned: bool,
    as_json: bool,
    **wishes: Any,
) -> int:
    """Change parts of the icon FILE; what is not named stays byte for byte.

    Shapes are named by number (1,3-4), by id, or by a point near them (@12,5); `--shapes` lists them. FILE stays as it
    is: every candidate is a signed child of it, and a sheet shows what stays (grey), goes (red) and is new (black).

    \b
    Example: maquette icon edit candle.svg --keep 1,3 --replace 2 "a flame" --out edits
             maquette icon edit bell.svg --add slash
    """
    if list_shapes:
        return _list(file, as_json)
    with progress_line(words or "editing") as on_progress:
        made = studio().edit_icon(
            file,
            {**wishes, "words": words},
            count=count,
            seed=seed,
            out=out,
            checkpoint=checkpoint,
            style=style,
            unsigned=unsigned,
            on_progress=on_progress,
        )
    _tell(made, as_json)
    return 0


def _list(file: Path, as_json: bool) -> int:
    from maquette.studio.edits import listed

    for row in listed(studio(), file):
        if as_json:
            emit(row)
        else:
            left, top, right, bottom = row["box"]
            place = f"{left:g},{top:g} to {right:g},{bottom:g}"
            name = f"#{row['id']}" if row["id"] else ""
            facts = f"{row['shape']:>3}  {row['what']:<12} {place:<24} {row['paint']:<12}"
            click.echo(f"{facts} {HANDS[row['by']]}  {name}")
    return 0


def _tell(made: Edits, as_json: bool) -> None:
    for remark in made.remarks:
        note(f"note: {remark}")
    for child in made.children:
        if as_json:
            told = {"shapes": list(child.shapes), "exact": child.exact, "sheet": str(made.sheet)}
            emit({**child.asset.as_dict(), **told})
        else:
            click.echo(f"{shown(child.asset.path)}  {child.asset.note} ({_kept(child)})")
    if not as_json:
        click.echo(f"{shown(made.sheet)}  what changed: grey stays, red goes, black is new")


def _kept(child: Child) -> str:
    same = sum("was" in shape and not shape.get("cut") for shape in child.shapes)
    new = sum("was" not in shape for shape in child.shapes)
    return f"{same} shape{'' if same == 1 else 's'} untouched, {new} new"
