"""`maquette music fill` and `music again`: bars written inside a piece, everything else as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE
from .music_shared import out_options, run_move, soft_options, take_options

BARS = "5-8"


@click.command("fill")
@click.argument("file", type=FILE)
@click.option("--bars", metavar=BARS, required=True, help="Bars to write, counted from 1: 5-8, or 1,3-4.")
@click.option("--part", "parts", metavar="2|NAME", help="Only in these parts. Default: in all.")
@click.option("--scale", metavar="SCALE", help='Only these notes in what is new: key, "D dorian", pentatonic ...')
@click.option("--density", type=click.IntRange(0, 7), help="How many notes: 0 hardly any, 7 very many.")
@take_options(2)
@soft_options
@out_options
def fill(file: Path, as_json: bool, **asked: Any) -> int:
    """Write bars of the piece in FILE so that they fit what stands before and after; the rest stays, note for note.

    Example: maquette music fill tune.mid --bars 5-8 --part violin --out takes
    """
    return run_move("fill", file, as_json, **asked)


@click.command("again")
@click.argument("file", type=FILE)
@click.option("--bars", metavar=BARS, required=True, help="Bars to make again, counted from 1.")
@click.option("--part", metavar="2|NAME", help="Of this part. Default: of all.")
@click.option("--scale", metavar="SCALE", help='Only these notes in what is new: key, "D dorian", pentatonic ...')
@take_options(1)
@soft_options
@out_options
def again(file: Path, as_json: bool, **asked: Any) -> int:
    """Make bars of one part again, otherwise than they are; all else stays identical, note for note.

    Example: maquette music again take.mid --bars 5-6 --part 2 --seed 3
    """
    return run_move("again", file, as_json, **asked)
