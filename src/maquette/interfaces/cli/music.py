"""`maquette music ...`: the moves of the music craft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from .crafts import Craft, make_command


class Music(Craft):
    """The music craft, its moves by name."""

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {
        "render": ("music_render", "render", "Play a score to a finished sound file, with stems or as a loop."),
        "continue": ("music_continue", "go_on", "More bars after the last one."),
        "answer": ("music_continue", "answer", "Answer a phrase with one that ends at home."),
        "fill": ("music_fill", "fill", "Write bars that fit what is before and after."),
        "again": ("music_fill", "again", "Make bars of one part again; all else stays identical."),
        "harmonise": ("music_harmonise", "harmonise", "Four voices or chord symbols to a melody."),
        "accompany": ("music_harmonise", "accompany", "Bass, chords and drums to a piece."),
        "drums": ("music_harmonise", "drums", "Drums to a piece, in a style or like another's."),
        "reharmonise": ("music_harmonise", "reharmonise", "Other chords for the same melody."),
        "suggest": ("music_suggest", "suggest", "The next bar of a piece, as ghosts."),
        "vary": ("music_vary", "vary", "Vary a melody: keep its contour, rhythm, harmony, each as far as you say."),
        "interpolate": ("music_vary", "interpolate", "Pieces on the way from one to another."),
        "picture": ("music_vary", "picture", "Fit a piece to a length and to hits of a picture."),
        "lyrics": ("music_vary", "lyrics", "Set words to a tune."),
        "rearrange": ("music_rearrange", "rearrange", "The piece for other players."),
        "score": ("music_page", "score", "Pages of notes (PDF, SVG, PNG) and MusicXML of a piece."),
        "roll": ("music_page", "roll", "A piece as a piano roll."),
        "hands": ("music_hands", "hands", "Whose hand made which bar, as a sheet and in words."),
        "check": ("music_check", "check", "Look a piece through: corrections as suggestions, mended in a copy."),
        "describe": ("music_describe", "describe", "What the pieces of a folder have in common, as a page."),
        "quantise": ("music_groove", "quantise", "Draw notes to a grid, and tell how far they went."),
        "swing": ("music_groove", "swing", "Every second note later, as wide as players do."),
        "humanise": ("music_groove", "humanise", "Play a score as a hand might."),
        "groove": ("music_groove", "groove", "The timing and loudness of one performance on another piece."),
        "transcribe": ("music_transcribe", "transcribe", "Write down a line that you hummed, sang or played."),
    }


@click.group("music", cls=Music)
def music() -> None:
    """Compose with you: pieces and moves on your scores as editable notes, each signed.

    Example: maquette music "a mazurka in A minor" --bars 16 --seed 7 --out mazurkas
    """


EXAMPLE = 'maquette music "a mazurka in A minor" --bars 16 --seed 7 --out mazurkas'
music.add_command(make_command("music", EXAMPLE, "pieces", count=2, also="musicxml,svg,pdf,wav"))
