"""`maquette icon pick`: choose works of an answer for a set of your own; the record says which they were."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, emit, json_option, shown, studio


@click.command("pick")
@click.argument("works", nargs=-1, required=True, metavar="FILE...")
@click.option("--into", type=FILE, required=True, metavar="MY-SET", help="The folder of your set.")
@click.option("--as", "name", default="", metavar="NAME", help="What the icon is called there. Default: its prompt.")
@json_option
def pick(works: tuple[str, ...], into: Path, name: str, as_json: bool) -> int:
    """Keep the works you choose in your set, each as a signed child: who chose it, from how many, of which row.

    Example: maquette icon pick rockets/rocket-7-3.svg --into my-icons --as rocket
    """
    for asset in studio().pick(works, into, name=name):
        if as_json:
            emit(asset.as_dict())
        else:
            click.echo(f"{shown(asset.path)}  {asset.note}")
    return 0
