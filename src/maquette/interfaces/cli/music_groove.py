"""`maquette music quantise`, `humanise`, `swing`, `groove`: when and how loud the notes of a piece sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE
from .music_shared import out_options, run_move

GRIDS = ("1/4", "1/4t", "1/8", "1/8t", "1/16", "1/16t", "1/32", "1/32t")
STRENGTH = click.option(
    "--strength",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="0: nothing happens.",
)


@click.command("quantise")
@click.argument("file", type=FILE)
@click.option("--grid", type=click.Choice(GRIDS), default="1/16", show_default=True, help="t: triplets.")
@STRENGTH
@click.option("--tuplets", is_flag=True, help="Draw triplets and quintuplets to the grid too. Default: they stay.")
@out_options
def quantise(file: Path, as_json: bool, **asked: Any) -> int:
    """Draw the notes in FILE to a grid, and tell how far they went in milliseconds.

    The grid is counted from every barline. Beats whose notes fit triplets or quintuplets clearly better than the grid
    are drawn to those. Ends are drawn along, but notes shorter than a step keep their length.

    Example: maquette music quantise take.mid --grid 1/16 --strength 0.8 --out tight
    """
    return run_move("quantise", file, as_json, count=1, **asked)


@click.command("swing")
@click.argument("file", type=FILE)
@click.option("--amount", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="0 is straight.")
@click.option("--ratio", type=click.FloatRange(1, 5), help="Long to short: 2 is a triplet. Default: as players do.")
@click.option("--unit", type=click.Choice(("1/8", "1/16")), default="1/8", show_default=True, help="What is swung.")
@out_options
def swing(file: Path, as_json: bool, **asked: Any) -> int:
    """Swing the notes in FILE: every second one later, beats stay.

    Without --ratio as wide as jazz drummers play at the tempo of the piece: 3 to 1 when slow, even at 300 a minute.
    Beats that hold triplets stay as they are.

    Example: maquette music swing tune.mid --amount 0.8 --out jazz
    """
    return run_move("swing", file, as_json, count=1, **asked)


@click.command("humanise")
@click.argument("file", type=FILE)
@click.option("--amount", type=click.FloatRange(0, 2), default=1.0, show_default=True, help="1: a practised player.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed, the same hand.")
@click.option("--count", type=click.IntRange(1, 64), default=1, show_default=True, help="How many performances.")
@out_options
def humanise(file: Path, as_json: bool, **asked: Any) -> int:
    """Play the notes in FILE as a hand might: time that wanders, accents, phrases, a melody that leads.

    Which accents follow from where in the bar was measured on programmed music (Freedoom); how much time wanders is
    taken from published studies: no played music of free licence was at hand to measure it on.

    Example: maquette music humanise tune.mid --amount 0.7 --seed 3 --count 3 --out played
    """
    return run_move("humanise", file, as_json, **asked)


@click.command("groove")
@click.argument("file", type=FILE)
@click.option("--like", type=FILE, required=True, metavar="PERFORMANCE", help="The piece whose timing is taken.")
@STRENGTH
@out_options
def groove(file: Path, like: Path, as_json: bool, **asked: Any) -> int:
    """Play the notes in FILE with the timing and loudness of another performance.

    Every place of the bar is as early or late, and as loud against the average, as in PERFORMANCE, bar by bar; its bars
    come round again. Drums take it drum by drum. PERFORMANCE must have been played to its own bars and tempo.

    Example: maquette music groove beat.mid --like take.mid --strength 0.9 --out grooved
    """
    return run_move("groove", file, as_json, count=1, others=[like], **asked)
