"""`maquette film ...`: from a page of script to a film that can be watched and edited, and tools for footage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import click

from .crafts import Craft


class Films(Craft):
    """The film craft, its moves by name. `maquette film page.fountain` is short for `maquette film make ...`."""

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {
        "make": ("film_make", "make", "A film of a script: video, captions, edit list, credits (the default)."),
        "plan": ("film_plan", "plan", "What a script breaks down into: people, places, shots."),
        "board": ("film_board", "board", "A storyboard of a script: panels as SVG and PNG, sheets as PDF."),
        "script": ("film_script", "script", "A script as Final Draft or Fountain."),
        "grammar": ("film_script", "grammar", "The rules by which shots are chosen, to be changed."),
        "remake": ("film_make", "remake", "Shots of a film made again otherwise; the others stay as they are."),
        "watch": ("film_watch", "watch", "While you write: each save makes the shots that changed again."),
        "voice": ("film_voice", "voice", "A line spoken by a synthesised voice, with its mouths."),
        "lips": ("film_voice", "lips", "Mouths for a recorded voice, as Rhubarb Lip Sync writes them."),
        "export": ("film_edit", "export", "The edit as EDL or XML for an editor, with the script as markers."),
        "retime": ("film_edit", "retime", "Take an edit back from the editor: lengths, order, what is left out."),
        "frame": ("film_effects", "frame", "One frame of a clip, to be painted over."),
        "stylise": ("film_effects", "stylise", "A clip in the look of painted frames of it, without flicker."),
        "interpolate": ("film_effects", "interpolate", "Frames between the frames of a clip; slow motion."),
        "cutout": ("film_cutout", "cutout", "Somebody cut out of a clip, or of your own film exactly."),
        "consent": ("film_effects", "consent", "A record that a real person agrees."),
        "hooks": ("film_hooks", "hooks", "Large models of other packages that are installed."),
        "advise": ("film_hooks", "advise", "Ask a language model about the shots; its advice is checked."),
    }

    def _no_move(self, ctx: click.Context, args: Sequence[str]) -> None:
        """A script is what a film is made of: its file may stand where a move could."""
        if not Path(args[0]).is_file():
            super()._no_move(ctx, args)


@click.group("film", cls=Films)
def film() -> None:
    """From a page of script to an animatic with moving people, own music and credits; every part stays editable.

    Example: maquette film page.fountain --out my-film
    """
