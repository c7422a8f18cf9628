"""`maquette music continue` and `music answer`: more bars after those that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE
from .music_shared import out_options, run_move, soft_options, take_options


@click.command("continue")
@click.argument("file", type=FILE)
@click.option("--bars", type=click.IntRange(1, 256), default=8, show_default=True, help="How many bars more.")
@click.option("--parts", metavar="1,3|NAMES", help="Only these go on; the others rest.")
@click.option("--scale", metavar="SCALE", help='Only these notes in what is new: key, "D dorian", pentatonic ...')
@take_options(2)
@soft_options
@out_options
def go_on(file: Path, as_json: bool, **asked: Any) -> int:
    """Continue the piece in FILE; the bars that are there stay, note for note.

    Example: maquette music continue tune.mid --bars 8 --count 3 --out takes
    """
    return run_move("continue", file, as_json, **asked)


@click.command("answer")
@click.argument("file", type=FILE)
@click.option("--bars", type=click.IntRange(1, 256), help="Length of the answer. Default: as long as the phrase.")
@click.option("--scale", metavar="SCALE", help='Only these notes in what is new: key, "D dorian", pentatonic ...')
@take_options(2)
@soft_options
@out_options
def answer(file: Path, as_json: bool, **asked: Any) -> int:
    """Answer the phrase in FILE: in its rhythm at first, and ending at home, on the tonic.

    Example: maquette music answer phrase.mid --count 3 --out takes
    """
    return run_move("answer", file, as_json, **asked)
