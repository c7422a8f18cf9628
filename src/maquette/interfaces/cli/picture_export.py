"""`maquette picture export`: pictures as files for games."""

from __future__ import annotations

from pathlib import Path

import click

from .common import FILE, studio
from .picture_shared import move_options, told


@click.command("export")
@click.argument("paths", type=FILE, nargs=-1, required=True, metavar="FILES")
@click.option("--sheet", "kinds", flag_value="sheet", multiple=True, help="One sprite sheet, with its table (JSON).")
@click.option("--aseprite", "kinds", flag_value="aseprite", multiple=True, help="An .aseprite file: frames or layers.")
@click.option("--tiled", "kinds", flag_value="tiled", multiple=True, help="A tile set and a map for Tiled.")
@click.option("--godot", "kinds", flag_value="godot", multiple=True, help="An animation and a scene for Godot 4.")
@click.option(
    "--tiles",
    type=click.Choice(["blob", "block"]),
    default=None,
    help="Cut a tile set from one texture: all 47 neighbours (blob), or the nine of a block.",
)
@click.option("--tile-size", type=int, default=32, show_default=True, help="Pixels of a tile of --tiles.")
@click.option("--columns", type=int, default=0, help="Of the grid. Default: about square.")
@click.option("--gap", type=int, default=0, help="Clear pixels between frames.")
@click.option("--duration", type=int, default=100, show_default=True, help="Of a frame, in milliseconds.")
@click.option("--tag", default="", help="The name of the animation.")
@click.option("--name", default="", help="Of the export. Default: of the first file.")
@move_options(kinds=False)
def export(
    paths: tuple[Path, ...],
    kinds: tuple[str, ...],
    tiles: str | None,
    tile_size: int,
    columns: int,
    gap: int,
    duration: int,
    tag: str,
    name: str,
    out: Path,
    private: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Pictures as files for games: FILES are frames or tiles, in this order, or with --tiles one texture.

    Each kind gets a folder of its own, whose files name one another; every file is signed, its pictures among its
    parents. Nothing is resized.

    \b
    Example: maquette picture export walk-*.png --sheet --aseprite --tag walk --duration 120 --out game
             maquette picture export grass.png --tiles blob --tile-size 32 --godot --out game
    """
    from maquette.studio.picture_exports import Settings
    from maquette.studio.picture_exports import export as write

    settings = Settings(name, columns, gap, duration, tag, tiles or "", tile_size)
    made = write(studio(), paths, [kind for kind in kinds if kind], out, settings, unsigned=unsigned, private=private)
    return told(made, as_json)
