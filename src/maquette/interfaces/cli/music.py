"""`maquette music ...`: the moves of the music craft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from .crafts import Craft


class Music(Craft):
    """The music craft, its moves by name."""

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {
        "transcribe": ("music_transcribe", "transcribe", "Write down a line that you hummed, sang or played."),
    }


@click.group("music", cls=Music)
def music() -> None:
    """Compose with you: pieces and moves on your scores as editable notes, each signed.

    Example: maquette music "a mazurka in A minor" --bars 16 --seed 7 --out mazurkas
    """
