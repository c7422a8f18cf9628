"""Palettes and corrections kept: a picture's colours as files for other programs, pictures laid into a palette, photos
put right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import LibraryError, UsageError
from ..core.progress import OnProgress, silent
from .pictures import Beside, KeptPicture, keep_move, open_picture

if TYPE_CHECKING:
    from ..makers.picture_correct import Corrections
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


def corrected(
    studio: Studio,
    path: Path,
    asked: Corrections,
    *,
    auto: bool,
    sheet: bool,
    on_progress: OnProgress = silent,
    **kept: Any,
) -> tuple[tuple[str, ...], KeptPicture | None]:
    """Correct a photo; the lines that say what was measured and done, and what was kept, or None.

    Nothing is kept where `auto` finds nothing wrong. Raises UsageError where nothing is asked for.
    """
    from dataclasses import asdict

    from ..makers.picture_correct import before_after, correct, needed
    from ..media.picture_file import to_bytes

    source = open_picture(studio, path)
    measured: tuple[str, ...] = ()
    if auto:
        asked, measured = needed(source.picture, asked)
    if not any(value for value in asdict(asked).values() if isinstance(value, float | int)):
        if auto:
            return (*measured, "nothing can be shown to be wrong: nothing was written"), None
        raise UsageError(
            "nothing is asked for", mend="say --auto, or one of --balance --exposure --denoise --deblur --straighten 1"
        )
    result = correct(source.picture, asked, on_progress)
    beside = []
    if sheet:
        beside.append(Beside(".png", to_bytes(before_after(source.picture, result.picture)), "-before-after"))
    made = keep_move(
        studio,
        result.picture,
        verb="correct",
        sources=[(source, "parent")],
        settings={**asdict(asked), "auto": auto},
        note=f"{source.title} corrected: {'; '.join(result.done)}",
        beside=beside,
        trace={"corrections": {"measured": list(measured), "done": list(result.done), "crop": result.crop}},
        **kept,
    )
    return (*measured, *result.done), made
