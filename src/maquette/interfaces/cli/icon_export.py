"""`maquette icon export`: icons as the files that other tools ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maquette.core.errors import UsageError
from maquette.media.exports import KINDS, SCALES, SIZES

from .common import FILE, emit, json_option, progress_line, shown, studio

if TYPE_CHECKING:
    from maquette.studio.exports import Exported

WHERE = {
    "embedded": "credential inside",
    "sidecar": "credential beside",
    "list": "signed in contents.json",
    "none": "unsigned",
}


@click.command("export", epilog="Kinds: " + "; ".join(f"{kind}: {words}" for kind, words in KINDS.items()))
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="FILE|FOLDER...")
@click.option("--as", "kinds", required=True, metavar="KIND,...", help="What to export: see the list below.")
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder; each kind gets one in it. Default: here.")
@click.option("--name", help="Of the set: font, sprite, document. Default: the folder's.")
@click.option("--sizes", metavar="PX,...", help=f"Of the PNGs. Default: {','.join(map(str, SIZES))}.")
@click.option("--scales", metavar="N,...", help=f"Of the PNGs. Default: {','.join(map(str, SCALES))}.")
@click.option("--colour", default="#000", show_default=True, help="Of the ink where a format has no currentColor.")
@click.option("--only", metavar="NAME,...", help="These icons of the folder and no others.")
@click.option(
    "--codepoints", type=FILE, metavar="FILE", help="Of an earlier font. Default: those of the last in --out."
)
@click.option("--update", is_flag=True, help="Replace the files of an earlier export there, instead of making -2.")
@click.option(
    "--bare", is_flag=True, help="No credential inside files; one signed list per folder (light for the web)."
)
@click.option("--unsigned", is_flag=True, help="Do not sign.")
@json_option
def export(
    paths: tuple[Path, ...],
    kinds: str,
    out: Path,
    name: str | None,
    sizes: str | None,
    scales: str | None,
    colour: str,
    only: str | None,
    codepoints: Path | None,
    update: bool,
    bare: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Export icons, FILEs or all of a FOLDER, as the files that other tools ask for; signed, with their authors named.

    Example: maquette icon export my-icons --as svg,png,sprite --out build
    """
    with progress_line("exporting") as on_progress:
        made = studio().export(
            paths,
            _words(kinds),
            out,
            name=name,
            sizes=_numbers(sizes, "--sizes", 1, 1024) or SIZES,
            scales=_numbers(scales, "--scales", 1, 8) or SCALES,
            colour=colour,
            only=_words(only or ""),
            codepoints=codepoints,
            update=update,
            bare=bare,
            unsigned=unsigned,
            on_progress=on_progress,
        )
    if as_json:
        for one in made:
            emit(one.as_dict())
    else:
        _print(made)
    return 0


def _words(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _numbers(text: str | None, option: str, least: int, most: int) -> tuple[int, ...]:
    """The whole numbers of a list with commas; () of None."""
    if text is None:
        return ()
    try:
        found = tuple(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError:
        found = ()
    if not found or not all(least <= number <= most for number in found):
        raise UsageError(f"{option} {text!r} is no list of whole numbers from {least} to {most}", mend="e.g. 16,24,32")
    return found


def _print(made: Sequence[Exported]) -> None:
    """A line per kind: where it lies, how many files, where their credentials are."""
    for kind in dict.fromkeys(one.kind for one in made):
        of_kind = [one for one in made if one.kind == kind]
        counted = Counter(one.credential["where"] for one in of_kind if one.path.name != "NOTICE.txt")
        told = ", ".join(f"{count} {WHERE[where]}" for where, count in counted.items())
        click.echo(f"{shown(of_kind[0].folder)}  {len(of_kind)} files: {told}")
