"""`maquette music vary`, `interpolate`, `picture` and `lyrics`: other versions of a piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE
from .music_shared import out_options, run_move, soft_options, take_options

KEPT = click.FloatRange(0, 1)


@click.command("vary")
@click.argument("file", type=FILE)
@click.option("--contour", type=KEPT, default=0.5, show_default=True, help="How much of the line's shape is kept.")
@click.option("--rhythm", type=KEPT, default=0.5, show_default=True, help="How much of the rhythm is kept.")
@click.option("--harmony", type=KEPT, default=1.0, show_default=True, help="How much of the harmony is kept.")
@click.option("--part", metavar="1|NAME", help="The part that is varied. Default: the leading one.")
@take_options(3)
@soft_options
@out_options
def vary(file: Path, as_json: bool, **asked: Any) -> int:
    """Vary the melody in FILE: each slider says how much of that is kept, 0 nothing, 1 all. Other parts stay.

    Example: maquette music vary tune.mid --contour 0.8 --rhythm 1 --count 3 --out variations
    """
    return run_move("vary", file, as_json, **asked)


@click.command("interpolate")
@click.argument("file", type=FILE)
@click.argument("other", type=FILE)
@click.option("--steps", type=click.IntRange(2, 64), default=7, show_default=True, help="Pieces, both ends among them.")
@out_options
def interpolate(file: Path, other: Path, as_json: bool, **asked: Any) -> int:
    """Pieces on the way from FILE to OTHER: step by step nearer to it, each in one metre and key.

    Example: maquette music interpolate one.mid other.mid --steps 7 --out between
    """
    return run_move("interpolate", file, as_json, others=[other], **asked)


@click.command("picture")
@click.argument("file", type=FILE)
@click.option("--length", metavar="30s", default="", help="As long as this: 30s, 1:05. The tempo gives way a little.")
@click.option("--hits", metavar="4.0,12.5", default="", help="Seconds on which cadences and accents land.")
@click.option("--versions", metavar="15,30,60", default="", help="Versions of these lengths in seconds, one file each.")
@out_options
def picture(file: Path, as_json: bool, **asked: Any) -> int:
    """Fit the piece in FILE to a picture: exactly so long, with cadences and accents on the hits; by rule.

    A new piece for a picture is made with `maquette music WORDS --length 30s --hits 4.0,12.5`.

    \b
    Example: maquette music picture theme.mid --length 30s --hits 4.0,12.5
             maquette music picture theme.mid --versions 15,30,60 --also wav
    """
    return run_move("picture", file, as_json, **asked)


@click.command("lyrics")
@click.argument("file", type=FILE)
@click.argument("words", type=FILE)
@click.option("--part", metavar="1|NAME", help="The part that sings. Default: the leading one.")
@click.option("--language", default="auto", show_default=True, help="en, de, la, ru, pl, it, fr: for the syllables.")
@out_options
def lyrics(file: Path, words: Path, as_json: bool, **asked: Any) -> int:
    """Set the words in the text file WORDS to the tune in FILE, a syllable per note; no note is changed.

    A hyphen in the text says where a word is divided ("a-men"), an underscore holds a syllable on ("A_ _ men").

    Example: maquette music lyrics tune.mid words.txt --also musicxml
    """
    return run_move("lyrics", file, as_json, words=str(words), **asked)
