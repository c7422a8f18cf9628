"""`maquette inkscape`: the extension that brings ghosts, replacing, checking and verifying into Inkscape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, shown

if TYPE_CHECKING:
    from maquette.studio.inkscape import Installed

TO = click.option("--to", type=FILE, metavar="FOLDER", help="The folder of extensions. Default: your Inkscape's own.")


@click.group()
def inkscape() -> None:
    """Maquette inside Inkscape (1.0 or later): Extensions > Maquette.

    Example: maquette inkscape install
    """


@inkscape.command()
@TO
@json_option
def install(to: Path | None, as_json: bool) -> int:
    """Put the extension where Inkscape finds it; once more after Maquette has moved.

    Example: maquette inkscape install
    """
    from maquette.studio import inkscape as extension

    _tell(extension.install(to), "installed", as_json)
    if not as_json:
        click.echo("start Inkscape again; it is under Extensions > Maquette")
    return 0


@inkscape.command()
@TO
@json_option
def remove(to: Path | None, as_json: bool) -> int:
    """Take the extension away again.

    Example: maquette inkscape remove
    """
    from maquette.studio import inkscape as extension

    _tell(extension.remove(to), "removed", as_json)
    return 0


def _tell(done: Installed, what: str, as_json: bool) -> None:
    if as_json:
        emit({"done": what, "folder": str(done.folder), "files": list(done.files)})
    else:
        click.echo(f"{what}: {len(done.files)} files, {shown(done.folder)}")
