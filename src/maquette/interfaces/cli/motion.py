"""`maquette motion ...`: the moves of the motion craft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from .crafts import Craft


class Motions(Craft):
    """The motion craft, its moves by name."""

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {
        "make": ("motion_make", "make", "A body that moves by a prompt (the default)."),
        "edit": ("motion_edit", "edit", "Keep frames, key poses, parts or the path; the rest is made again."),
        "between": ("motion_edit", "between", "In-betweens from one pose to another."),
        "loop": ("motion_edit", "loop", "The stretch whose end meets its beginning."),
        "suggest": ("motion_suggest", "suggest", "In-betweens around a frame, or how it may go on, as ghosts."),
        "export": ("motion_edit", "export", "A rigged GLB, Mixamo's names, a drawn preview, a sheet of key poses."),
        "words": ("motion_make", "words", "How words are read, and which recorded clips fit them."),
    }


@click.group("motion", cls=Motions)
def motion() -> None:
    """Bodies that move by words, and the animator's tools for yours; each signed.

    Example: maquette motion "a tired man walks and sits down" --seconds 6 --out moves
    """
