"""`maquette shelf`: sets of human drawings that makers look at first, and credit."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option


@click.group()
def shelf() -> None:
    """Sets of human icons that makers look at before they draw, and credit when they do.

    Example: maquette shelf list
    """


@shelf.command("list")
@json_option
def list_(as_json: bool) -> int:
    """The sets on the shelf: drawings, licence, name.

    Example: maquette shelf list
    """
    from maquette.data.shelf import open_shelves

    for one in open_shelves():
        own = bool(getattr(one, "own", False))
        if as_json:
            emit({"name": one.name, "items": len(one), "licence": one.licence, "own": own})
        else:
            click.echo(f"{len(one):>6,}  {one.licence:<12}  {one.name}{' (your own set)' if own else ''}")
    return 0


@shelf.command()
@click.argument("folder", type=FILE)
@click.option("--own", is_flag=True, help="It is your own set: told of when it has the thing, never drawn after.")
@json_option
def add(folder: Path, own: bool, as_json: bool) -> int:
    """Put a FOLDER of SVG files with licences (or a record file) on the shelf for good.

    More sets come with packages: pip install 'maquette[shelf]' brings Tabler's icons.

    Example: maquette shelf add my-icons
    """
    from maquette.data.shelf import add_shelf

    one = add_shelf(folder, own)
    if as_json:
        emit({"name": one.name, "items": len(one), "licence": one.licence, "own": own})
    else:
        each = one.licence or "each under its own licence"
        click.echo(f"on the shelf: {one.name}, {len(one)} drawings ({each})")
    return 0


@shelf.command()
@click.argument("folder", type=FILE)
@json_option
def remove(folder: Path, as_json: bool) -> int:
    """Take a FOLDER off the shelf. The folder itself is left alone.

    Example: maquette shelf remove my-icons
    """
    from maquette.data.shelf import remove_shelf

    remove_shelf(folder)
    if as_json:
        emit({"removed": str(folder)})
    else:
        click.echo(f"off the shelf: {folder}")
    return 0
