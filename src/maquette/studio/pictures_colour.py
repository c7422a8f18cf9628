"""Palettes kept: a picture's colours as files for other programs, and pictures laid into a palette."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import LibraryError
from .pictures import Beside, KeptPicture, keep_move, open_picture

if TYPE_CHECKING:
    from ..makers.picture_palette import Palette
    from .studio import Studio


def palette_of(studio: Studio, path: Path, *, count: int, seed: int = 0, **kept: Any) -> tuple[Palette, KeptPicture]:
    """Find the palette of a picture; keep it as a sheet of swatches with a .gpl, .ase and .json beside it."""
    from ..makers import picture_palette_files as written
    from ..makers.picture_palette import find_palette

    source = open_picture(studio, path)
    found = replace(find_palette(source.picture, count, seed=seed), title=source.title)
    if kept.get("private"):
        found = replace(found, title="palette")
    beside = [
        Beside(".gpl", written.to_gpl(found)),
        Beside(".ase", written.to_ase(found)),
        Beside(".json", written.to_json(found)),
    ]
    made = keep_move(
        studio,
        written.to_svg(found),
        verb="palette",
        sources=[(source, "parent")],
        settings={"colours": count},
        note=f"the {len(found.swatches)} colours of {found.title}",
        beside=beside,
        seed=seed,
        suffix=".svg",
        **kept,
    )
    return found, made


def recoloured(
    studio: Studio, path: Path, onto: Path, *, count: int, way: str, seed: int = 0, **kept: Any
) -> KeptPicture:
    """Lay a picture into the colours of another picture or of a palette file."""
    from ..makers.picture_palette import find_palette
    from ..makers.picture_palette_dither import recolour
    from ..makers.picture_palette_files import SUFFIXES, read_palette

    source = open_picture(studio, path)
    sources: list[Any] = [(source, "parent")]
    if onto.suffix.lower() in SUFFIXES:
        if not onto.is_file():
            raise LibraryError(f"there is no file {onto.name}", where=str(onto), mend="check the path")
        palette, named = read_palette(onto), onto.name
    else:
        other = open_picture(studio, onto)
        sources.append((other, "input"))
        palette, named = find_palette(other.picture, count, seed=seed), other.title
    settings = {"dither": way, "palette": [one.hex for one in palette.swatches]}
    note = f"{source.title} in the {len(palette.swatches)} colours of {named} ({way})"
    made = recolour(source.picture, palette, way=way, seed=seed)
    return keep_move(studio, made, verb="recolour", sources=sources, settings=settings, note=note, seed=seed, **kept)
