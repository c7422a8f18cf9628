"""`maquette film board`: a script as a storyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import FILE, emit, json_option, note, progress_line, shown, studio
from .film_make import size_of
from .picture_shared import _usable

if TYPE_CHECKING:
    from maquette.studio.boards import KeptBoard

PAGES = ("1", "2", "4", "6", "9", "12")


@click.command("board")
@click.argument("script", type=FILE)
@click.option("-o", "--out", type=FILE, default=Path("."), callback=_usable, help="Folder of the storyboard.")
@click.option("--style", type=click.Choice(["line", "ink", "tone"]), default="line", show_default=True,
              help="line: clean lines and a grey; ink: black and white; tone: flat colours.")  # fmt: skip
@click.option("--size", default="720p", show_default=True, metavar="WxH", help="Of a panel: 360p to 4k, or 1280x536.")
@click.option("--paper", type=click.Choice(["A4", "Letter"]), default="A4", show_default=True)
@click.option("--per-page", type=click.Choice(PAGES), default="6", show_default=True, help="Panels on a sheet.")
@click.option("--arrows/--no-arrows", default=True, help="Arrows for moves of the camera and of people.")
@click.option("--fps", default="24", show_default=True, metavar="RATE")
@click.option("--scenes", metavar="IDS", help="Only these scenes: 3, or 1,4.")
@click.option("--grammar", type=FILE, metavar="FILE.toml", help="Your own rules for shots.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed, the same sets.")
@click.option("--licence", metavar="SPDX", help="The licence you offer it under, e.g. CC-BY-4.0.")
@click.option("--private", is_flag=True, help="Keep the title out of the credential.")
@click.option("--unsigned", is_flag=True, help="Do not sign; the file and the library say so.")
@json_option
def board(script: Path, out: Path, style: str, size: str, paper: str, per_page: str, arrows: bool, fps: str,
          scenes: str | None, grammar: Path | None, seed: int, licence: str | None, private: bool, unsigned: bool,
          as_json: bool) -> int:  # fmt: skip
    """Draw the storyboard of SCRIPT (.fountain, .fdx, or the folder of a film): panels as SVG and PNG, sheets as PDF.

    Every panel is a real camera's view of a set with people; each thing is a layer of its own in the SVG.

    \b
    Example: maquette film board page.fountain --out board --style ink
             maquette film board my-film --per-page 4 --paper Letter
    """
    from maquette.media import video_file
    from maquette.studio.boards import Board, make_board

    how = Board(style, size_of(size), paper, int(per_page), arrows, seed)
    chosen = tuple(part.strip() for part in scenes.split(",") if part.strip()) if scenes else ()
    with progress_line("the storyboard") as on_progress:
        kept = make_board(
            studio(), script, board=how, out=out, grammar=grammar, scenes=chosen, fps=float(video_file.rate_of(fps)),
            unsigned=unsigned, private=private, licence=licence, on_progress=on_progress,
        )  # fmt: skip
    return told(kept, as_json)


def told(kept: KeptBoard, as_json: bool) -> int:
    """Print what was drawn; 0, the exit code of a command that went well."""
    if as_json:
        emit(kept.as_dict())
        return 0
    for line in kept.said:
        note(f"note: {line}")
    shots = sum(len(scene.shots) for scene in kept.film.scenes)
    click.echo(f"{shown(kept.asset.path)}  {shots} panels, {kept.film.seconds:.1f} s")
    click.echo(f"  {kept.asset.credential['summary']}")
    if kept.panels:
        click.echo(f"  panels     {shown(kept.panels[0].parent)}: {len(kept.panels)} files")
    return 0
