"""`maquette picture ...`: the moves of the picture craft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from .crafts import Craft


class Pictures(Craft):
    """The picture craft, its moves by name."""

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {
        "export": ("picture_export", "export", "Sprite sheets, tile sets, Aseprite, Tiled and Godot files."),
        "suggest": ("picture_suggest", "suggest", "Variations of a picture, as ghosts."),
        "make": ("picture_make", "make", "Pictures of a prompt, or from a picture (the default)."),
        "extend": ("picture_patches", "extend", "A picture made larger on any side, painted from its own patches."),
        "fill": ("picture_patches", "fill", "What a mask covers painted anew: things that are to go."),
        "vary": ("picture_patches", "vary", "A picture arranged anew from its own patches, in any frame."),
        "sample": ("picture_sample", "sample", "Draw with a generator that learnt your own pictures."),
        "sliders": ("picture_sample", "sliders", "What the sliders of such a generator change, measured."),
        "correct": ("picture_correct", "correct", "White balance, exposure, noise, blur and tilt of a photo."),
        "convert": ("picture_convert", "convert", "A picture as another kind of file, its history carried along."),
        "cutout": ("picture_cutout", "cutout", "The subject of a photo without its simple ground."),
        "paint": ("picture_paint", "paint", "A photo rebuilt from strokes that you can change."),
        "vectorise": ("picture_vectorise", "vectorise", "Sprites and flat art as clean SVG."),
        "palette": ("picture_palette", "palette", "The colours of a picture, and a picture in other colours."),
        "stylise": ("picture_stylise", "stylise", "A photo in the hand of a painting: its colours, its strokes."),
    }


@click.group("picture", cls=Pictures)
def picture() -> None:
    """Pictures from words, and the painter's tools for yours; each signed.

    Example: maquette picture "three yellow stars above a fox" --style "pixel art" --seed 7 --out foxes
    """
