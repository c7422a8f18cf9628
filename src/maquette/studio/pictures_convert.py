"""A picture as another kind of file: the same pixels, its history carried along."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from . import files
from .pictures import KeptPicture, keep_move, open_picture, suffix_of

if TYPE_CHECKING:
    from ..media.picture import Picture
    from .studio import Studio


def convert(
    studio: Studio,
    path: str | Path,
    kind: str,
    *,
    quality: int = 90,
    srgb: bool = False,
    ground: str = "",
    bits: int = 0,
    **kept: Any,
) -> KeptPicture:
    """Keep the picture in `path` as a file of another kind ("png", "jpg", "webp", "tiff", "avif", "ora"), its child.

    quality: 1-100 of the kinds that lose. srgb: bring it over from the space of its profile. ground: a colour that is
    laid under transparent places ("white", "#ffeedd"). bits: 8 or 16 a channel; 0 leaves them. kept: out, private,
    unsigned, as in `keep_move`. What was lost on the way is in the result's `said`; no invisible mark is added.
    Raises MediaError where a kind cannot hold the picture, and what `open_picture` and `keep_move` raise.
    """
    suffix = suffix_of(kind)
    source = open_picture(studio, path)
    picture = changed(source.picture, srgb=srgb, ground=ground, bits=bits)
    chosen = {"to": suffix.lstrip("."), "srgb": srgb, "ground": ground, "bits": bits}
    settings = {name: value for name, value in chosen.items() if value}
    if suffix in (".jpg", ".webp", ".avif"):
        settings["quality"] = quality
    made = keep_move(
        studio,
        picture,
        verb="convert",
        sources=[(source, "parent")],
        settings=settings,
        note=f"{source.path.suffix.lstrip('.').lower()} kept as {suffix.lstrip('.')}",
        stem="" if kept.get("private") else files.slug(source.path.stem),
        mark=False,
        suffix=suffix,
        quality=quality,
        **kept,
    )
    return dataclasses.replace(made, said=tuple(dict.fromkeys((*picture.said, *made.said))))


def changed(picture: Picture, *, srgb: bool = False, ground: str = "", bits: int = 0) -> Picture:
    """The picture in sRGB, on a ground, at another depth, as asked; `said` tells what that cost.

    Raises UsageError for a colour that is none, MediaError for a profile that cannot be read.
    """
    from ..media import picture as arithmetic
    from ..media.picture_profile import to_srgb

    if srgb:
        picture = to_srgb(picture)
    if ground and not picture.opaque:
        values = arithmetic.floats(picture)
        alpha = values[..., 3:]
        values[..., :3] = values[..., :3] * alpha + _colour(ground) * (1 - alpha)
        alpha[...] = 1
        told = (*picture.said, f"transparent places lie on {ground} now")
        picture = dataclasses.replace(arithmetic.from_floats(values, like=picture), said=told)
    elif ground:
        _colour(ground)
    if bits and bits != picture.depth:
        layers = tuple(dataclasses.replace(one, pixels=_at(one, bits)) for one in picture.layers)
        told = (*picture.said, f"{picture.depth} bits a channel became {bits}")
        picture = dataclasses.replace(picture, pixels=_at(picture, bits), layers=layers, said=told)
    return picture


def _at(source: Any, bits: int) -> Any:
    from ..media.picture import floats, integers

    return integers(floats(source), bits)


def _colour(name: str) -> Any:
    """(3,) in 0..1 of "white", "#fed" or "#ffeedd"."""
    import numpy as np
    from PIL import ImageColor

    try:
        return np.array(ImageColor.getrgb(name)[:3], np.float32) / np.float32(255)
    except ValueError as error:
        raise UsageError(f"{name!r} is no colour", mend='name one ("white") or give "#ffeedd"') from error
