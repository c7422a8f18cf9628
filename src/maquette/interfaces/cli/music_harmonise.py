"""`maquette music harmonise`, `accompany` and `reharmonise`: more than one voice to a melody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE
from .music_shared import out_options, run_move, soft_options, take_options


@click.command("harmonise")
@click.argument("file", type=FILE)
@click.option("--satb", is_flag=True, help="Soprano, alto, tenor and bass (the default).")
@click.option("--chords", is_flag=True, help="A lead sheet: the melody with chord symbols.")
@click.option("--melody", metavar="1|NAME", help="The part that is harmonised. Default: the leading one.")
@take_options(1)
@soft_options
@out_options
def harmonise(file: Path, as_json: bool, **asked: Any) -> int:
    """Harmonise the melody in FILE; its notes stay. One take by rule, and --count by the net.

    Example: maquette music harmonise tune.mid --satb --also musicxml --out voices
    """
    return run_move("harmonise", file, as_json, **asked)


@click.command("accompany")
@click.argument("file", type=FILE)
@click.option("--bass", is_flag=True, help="Add a bass.")
@click.option("--chords", is_flag=True, help="Add chords.")
@click.option("--drums", is_flag=True, help="Add drums (learnt from 103 pieces only: mostly rock).")
@click.option("--style", metavar="NAME", default="", help="A pattern, e.g. waltz. Default: one for the metre.")
@take_options(1)
@soft_options
@out_options
def accompany(file: Path, as_json: bool, **asked: Any) -> int:
    """Accompany the piece in FILE with bass, chords and drums, by its chords; without a choice with all three.

    Chords that FILE does not name are found by rule first. What is there stays, note for note.

    Example: maquette music accompany tune.mid --bass --chords --style waltz --out band
    """
    return run_move("accompany", file, as_json, **asked)


@click.command("reharmonise")
@click.argument("file", type=FILE)
@click.option(
    "--amount", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Share of the chords that change."
)
@click.option("--melody", metavar="1|NAME", help="The part whose notes stay. Default: the leading one.")
@take_options(1)
@soft_options
@out_options
def reharmonise(file: Path, as_json: bool, **asked: Any) -> int:
    """Other chords for the melody in FILE; where other parts play, they are written anew under them.

    Example: maquette music reharmonise song.mid --amount 0.6 --count 2 --out chords
    """
    return run_move("reharmonise", file, as_json, **asked)


@click.command("drums")
@click.argument("file", type=FILE)
@click.option("--like", "other", type=FILE, metavar="OTHER", help="Take up the drums of this piece.")
@click.option("--style", default="rock", show_default=True, help="rock, pop, march, waltz, bossa, swing, funk ...")
@click.option(
    "--amount", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="How freely --like is taken."
)
@take_options(1)
@soft_options
@out_options
def drums(file: Path, as_json: bool, other: Path | None, **asked: Any) -> int:
    """Drums for the piece in FILE: in a style that listens to it, or in the manner of another piece's drums.

    The model has learnt drums from 103 pieces only, mostly rock; the rules know more styles.

    \b
    Example: maquette music drums song.mid --style waltz
             maquette music drums song.mid --like groove.mid --amount 0.2
    """
    others = [other] if other is not None else []
    return run_move("drums", file, as_json, others=others, **asked)
