"""`maquette picture stylise`: a photo in the hand of a painting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .common import FILE, progress_line, studio
from .picture_shared import move_options, told


@click.command("stylise")
@click.argument("photo", type=FILE)
@click.option("--by", "painting", type=FILE, required=True, metavar="PAINTING", help="The picture whose hand it is.")
@click.option(
    "--method",
    type=click.Choice(["brushwork", "sliced", "colours", "linear", "reinhard"]),
    default="brushwork",
    show_default=True,
    help="brushwork: colours and strokes. colours, linear, reinhard: colours alone. sliced: a watery texture.",
)
@click.option("--strength", default=1.0, show_default=True, help="0 is the photo, 1 the painting's hand.")
@click.option("--brush", default=1.0, show_default=True, help="0.25 to 4: how broad the strokes are.")
@click.option("--detail", default=0.7, show_default=True, help="0 to 1: how small the forms are that stay.")
@move_options(seed=True)
def stylise(
    photo: Path,
    painting: Path,
    method: str,
    strength: float,
    brush: float,
    detail: float,
    seed: int,
    out: Path,
    suffix: str,
    mark: bool | None,
    private: bool,
    unsigned: bool,
    as_json: bool,
) -> int:
    """Paint PHOTO in the hand of PAINTING: its colours and its brushwork.

    The painting is named in the credential, with the author and licence that items.jsonl or licence.toml beside it say.

    Example: maquette picture stylise cat.jpg --by daffodils.jpg --brush 1.5
    """
    from maquette.makers.picture_style import stylise as paint
    from maquette.studio.pictures import keep_move, open_picture

    place = studio()
    subject, hand = open_picture(place, photo), open_picture(place, painting)
    settings: dict[str, Any] = {"method": method, "strength": strength, "brush": brush, "detail": detail}
    with progress_line(f"painting {photo.name}") as on_progress:
        made = paint(subject.picture, hand.picture, seed=seed, on_progress=on_progress, **settings)
    kept = keep_move(
        place,
        made,
        verb="stylise",
        sources=[(subject, "parent"), (hand, "input")],
        settings=settings,
        note=f"{subject.title} in the hand of {hand.title} ({method}, strength {strength:g})",
        out=out,
        seed=seed,
        suffix=suffix,
        mark=mark,
        private=private,
        unsigned=unsigned,
    )
    return told(kept, as_json)
