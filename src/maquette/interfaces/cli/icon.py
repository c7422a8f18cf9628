"""`maquette icon ...`: the moves of the icon craft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

from .crafts import Craft, make_command


class Icons(Craft):
    """The icon craft, its moves by name."""

    moves: ClassVar[Mapping[str, tuple[str, str, str]]] = {
        "duotone": ("icon_outline", "duotone", "Strokes above tinted areas."),
        "edit": ("icon_edit", "edit", "Keep, replace, remove, continue, add: the rest stays."),
        "export": ("icon_export", "export", "Icons as PNG, sprite, font, components and more."),
        "filled": ("icon_outline", "filled", "The solid sibling of outline icons."),
        "lined": ("icon_outline", "lined", "Outlined, solid or two-tone icons as strokes again."),
        "outline": ("icon_outline", "outline", "Strokes as filled outlines, exact and clean."),
        "pick": ("icon_pick", "pick", "Keep the works you choose in your set; the record says which."),
        "lint": ("icon_lint", "lint", "Icons beside the rules of their set; --fix mends copies."),
        "set": ("icon_set", "icon_set", "A list of names as one set in one hand; what a folder lacks."),
        "style": ("icon_style", "style", "Read the style of a folder of icons into a card that you can edit."),
        "suggest": ("icon_suggest", "suggest", "The next shape of a drawing, as ghosts."),
    }


@click.group("icon", cls=Icons)
def icon() -> None:
    """Draw icons as editable SVG, each signed.

    Example: maquette icon "a rocket" --count 4 --seed 7 --out rockets
    """


icon.add_command(make_command("icon", 'maquette icon "a rocket" --count 4 --seed 7 --out rockets', "editable icons"))
