"""`maquette library`: what is kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, note, shown, studio

if TYPE_CHECKING:
    from maquette.studio.lineage import Asset


@click.group()
def library() -> None:
    """What you keep: every work made or adopted. The files are the truth; the index is rebuilt from them.

    Example: maquette library search rocket
    """


def _print(assets: Iterable[Asset], as_json: bool) -> int:
    for asset in assets:
        if as_json:
            emit({"id": asset.id, **asset.as_dict()})
        else:
            when = asset.created[:16].replace("T", " ")
            click.echo(f"{asset.id[:12]}  {when}  {asset.kind:<6}  {shown(asset.path)}")
    return 0


@library.command("list")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many. Default: all.")
@click.option("--kind", metavar="CRAFT", help="Only works of this craft.")
@json_option
def list_(limit: int | None, kind: str | None, as_json: bool) -> int:
    """Kept works, newest first: id, day, craft, file.

    Example: maquette library list --limit 20
    """
    return _print(studio().library.assets(limit or -1, kind), as_json)


@library.command()
@click.argument("words", nargs=-1, required=True)
@json_option
def search(words: tuple[str, ...], as_json: bool) -> int:
    """Works whose prompt, note or name has all WORDS.

    Example: maquette library search rocket
    """
    return _print(studio().library.search(" ".join(words)), as_json)


@library.command()
@click.argument("work", metavar="ID|FILE")
@json_option
def forget(work: str, as_json: bool) -> int:
    """Remove a work from the library, with the library's own copy. Your file stays.

    Example: maquette library forget a-rocket-7.svg
    """
    asset = studio().library.forget(work)
    if as_json:
        emit({"forgotten": asset.id, "path": str(asset.path)})
    else:
        click.echo(f"forgotten: {asset.id[:12]}  {shown(asset.path)}")
    return 0


@library.command()
@click.argument("folder", type=FILE, required=False)
@json_option
def reindex(folder: Path | None, as_json: bool) -> int:
    """Rebuild the index from the files of the library, and of FOLDER if one is given.

    Example: maquette library reindex
    """
    count, remarks = studio().library.reindex(folder)
    if as_json:
        emit({"indexed": count, "remarks": remarks})
        return 0
    for remark in remarks:
        note(f"left out or limited: {remark}")
    click.echo(f"{count} works indexed")
    return 0
