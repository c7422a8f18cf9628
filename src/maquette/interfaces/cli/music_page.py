"""`maquette music score` and `maquette music roll`: pieces to look at, to print and to open elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import FILE, emit, json_option, note, shown, studio

if TYPE_CHECKING:
    from maquette.studio.score_pages import Pages


@click.command("score")
@click.argument("file", type=FILE)
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option(
    "--as", "kinds", metavar="pdf,svg,png,musicxml,mxl", default="pdf", show_default=True, help="Which files."
)
@click.option("--bars", metavar="5-12", help="These bars and no others.")
@click.option("--paper", type=click.Choice(["a4", "letter", "strip"]), default="a4", show_default=True)
@click.option("--size", type=click.IntRange(0, 300), default=0, help="Per cent; 0 lets the number of staves decide.")
@click.option("--no-title", is_flag=True, help="Neither title nor composer above the first page.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the files say so.")
@json_option
def score(
    file: Path,
    out: Path,
    kinds: str,
    bars: str | None,
    paper: Any,
    size: int,
    no_title: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Set the piece in FILE (.mid, .abc, .musicxml, .mxl) as pages of notes, or write it for a notation program.

    Every bar is full, notes are spelt by the key, played timing goes to the nearest note values on paper only (how many
    notes that were is said). Pages need the extra `music`; MusicXML needs nothing.

    \b
    Example: maquette music score tune.mid --as pdf,musicxml
             maquette music score tune.mid --as svg --paper strip --bars 5-8
    """
    from maquette.media.engrave import Layout
    from maquette.studio.renders import bars_of
    from maquette.studio.score_pages import write_pages

    names = [name.lower().lstrip(".") for name in kinds.replace(",", " ").split()]
    layout = Layout(paper, size, not no_title)
    made = write_pages(studio(), file, names, layout, bars=bars_of(bars), out=out, unsigned=unsigned)
    return _tell(made, as_json)


@click.command("roll")
@click.argument("file", type=FILE)
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@click.option("--as", "kind", type=click.Choice(["svg", "png"]), default="svg", show_default=True)
@click.option("--bars", metavar="5-12", help="These bars and no others.")
@click.option("--row", type=click.IntRange(0, 64), default=0, help="Bars beside each other; 0 lets their notes decide.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file says so.")
@json_option
def roll(file: Path, out: Path, kind: str, bars: str | None, row: int, unsigned: bool, as_json: bool) -> int:
    """Draw the piece in FILE (.mid, .abc, .musicxml, .mxl) as a piano roll.

    A colour for each part, paler where it is softer; drums have rows of their own below.

    Example: maquette music roll tune.mid --as png --bars 1-16
    """
    from maquette.media.roll import Roll
    from maquette.studio.renders import bars_of
    from maquette.studio.score_pages import write_roll

    made = write_roll(studio(), file, kind, Roll(row=row), bars=bars_of(bars), out=out, unsigned=unsigned)
    return _tell(made, as_json)


def _tell(made: Pages, as_json: bool) -> int:
    for remark in made.remarks:
        note(f"note: {remark}")
    for one in made.files:
        if as_json:
            emit({**one.as_dict(), "remarks": list(made.remarks)})
        else:
            click.echo(f"{shown(one.path)}  {one.credential['summary']}")
    return 0
