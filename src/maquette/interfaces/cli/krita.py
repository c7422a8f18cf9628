"""`maquette krita`: the plug-in that brings stylising, painting, filling, ghosts and verifying into Krita."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, shown

if TYPE_CHECKING:
    from maquette.studio.krita import Installed

TO = click.option("--to", type=FILE, metavar="FOLDER", help="Krita's folder pykrita. Default: that of your Krita.")


@click.group()
def krita() -> None:
    """Maquette inside Krita (5.2 or later): a docker, and entries of Tools > Scripts.

    Example: maquette krita install
    """


@krita.command()
@TO
@json_option
def install(to: Path | None, as_json: bool) -> int:
    """Put the plug-in where Krita finds it; once more after Maquette has moved.

    Example: maquette krita install
    """
    from maquette.studio import krita as plugin

    _tell(plugin.install(to), "installed", as_json)
    if not as_json:
        click.echo("start Krita again; tick Maquette under Settings > Configure Krita > Python Plugin Manager;")
        click.echo("after one more start the docker is under Settings > Dockers > Maquette")
    return 0


@krita.command()
@TO
@json_option
def remove(to: Path | None, as_json: bool) -> int:
    """Take the plug-in away again.

    Example: maquette krita remove
    """
    from maquette.studio import krita as plugin

    _tell(plugin.remove(to), "removed", as_json)
    return 0


@krita.command()
@json_option
def where(as_json: bool) -> int:
    """Say where the Kritas of this account look for plug-ins, and whether ours is there.

    Example: maquette krita where
    """
    from maquette.studio.krita import places

    for place in places():
        if as_json:
            told = {"krita": place.what, "folder": str(place.folder), "there": place.there}
            emit({**told, "installed": place.installed})
        else:
            state = "installed" if place.installed else "not installed" if place.there else "no Krita seen"
            click.echo(f"{place.what}: {state}  {shown(place.folder)}")
    return 0


@krita.command()
@click.option("-o", "--out", type=FILE, default=Path("."), help="Folder. Default: the current one.")
@json_option
def package(out: Path, as_json: bool) -> int:
    """Pack the plug-in for Krita's importer: Tools > Scripts > Import Python Plugin from File.

    It calls the Maquette of this machine; on another one it looks for a maquette command.

    Example: maquette krita package --out packed
    """
    from maquette.studio import krita as plugin

    path = plugin.package(out)
    if as_json:
        emit({"path": str(path)})
    else:
        click.echo(shown(path))
    return 0


def _tell(done: Installed, what: str, as_json: bool) -> None:
    if as_json:
        emit({"done": what, "folder": str(done.folder), "files": list(done.files)})
    else:
        click.echo(f"{what}: {len(done.files)} files, {shown(done.folder)}")
