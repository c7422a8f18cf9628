"""Paintings, cut-outs and traced pictures kept: the result, and beside it strokes, layers and clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from .pictures import Beside, KeptPicture, OpenedPicture, keep_move, open_picture

if TYPE_CHECKING:
    from ..makers.picture_paint import Painting
    from .studio import Studio


def painted(
    studio: Studio,
    path: Path,
    technique: str,
    asked: Mapping[str, Any],
    *,
    ground: str | None = None,
    focus: Path | None = None,
    files: Mapping[str, Any],
    seed: int = 0,
    on_progress: OnProgress = silent,
    **kept: Any,
) -> KeptPicture:
    """Paint a photo and keep it. files: {"svg": bool, "layers": bool, "clip": "webp" | "webm" | None}."""
    from ..makers.picture_paint import paint
    from ..media.picture import mask_of

    source = open_picture(studio, path)
    colour = _colour(ground) if ground else None
    mask = mask_of(focus, source.picture.size) if focus else None
    made = paint(
        source.picture, technique, ground=colour, focus=mask, seed=seed, on_progress=on_progress, **dict(asked)
    )
    settings = {"technique": technique, **asked, "ground": ground or "", "focus": focus.name if focus else ""}
    return keep_move(
        studio,
        made.picture if kept.get("suffix") == ".ora" else replace(made.picture, layers=()),
        verb="paint",
        sources=[(source, "parent")],
        settings=settings,
        note=f"{source.title} in {technique}, {len(made.strokes)} strokes",
        beside=_beside(made, source, files, bool(kept.get("private"))),
        seed=seed,
        trace={"paint": {"strokes": made.counts()}},
        **kept,
    )


def _beside(made: Painting, source: OpenedPicture, files: Mapping[str, Any], private: bool) -> list[Beside]:
    from ..makers.picture_paint_clip import clip
    from ..makers.picture_paint_strokes import to_svg
    from ..media.picture_layers import to_ora

    title = "" if private else source.title
    found = []
    if files.get("svg"):
        found.append(Beside(".svg", to_svg(made, title=title).encode()))
    if files.get("layers"):
        found.append(Beside(".ora", to_ora(made.picture, title=title)))
    if files.get("clip"):
        found.append(Beside(f".{files['clip']}", clip(made, f".{files['clip']}"), "-clip"))
    return found


def _colour(name: str) -> tuple[float, float, float]:
    """A CSS colour as sRGB 0..1."""
    from ..media.svg_style import colour

    found = colour(name.strip())
    if found is None or not found[0].startswith("#"):
        raise UsageError(f"{name!r} is no colour", mend="write one as #d9c8a9, teal or rgb(217 200 169)")
    text = found[0][1:]
    text = "".join(one * 2 for one in text) if len(text) == 3 else text
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def cut_out(
    studio: Studio, path: Path, *, mask: Path | None = None, soft: float = 1.0, anyway: bool = False, **kept: Any
) -> tuple[KeptPicture, tuple[str, ...]]:
    """Take the ground of a photo away and keep what is left, with what is to be said of it."""
    from ..makers.picture_cutout import cutout
    from ..media.picture import mask_of

    source = open_picture(studio, path)
    sure = mask_of(mask, source.picture.size) if mask else None
    made = cutout(source.picture, sure=sure, soft=soft, anyway=anyway)
    settings = {"soft": soft, "anyway": anyway, "mask": mask.name if mask else ""}
    found = keep_move(
        studio,
        made.picture,
        verb="cutout",
        sources=[(source, "parent")],
        settings=settings,
        note=f"{source.title} without its ground ({made.ground.kind})",
        trace={"cutout": {"ground": made.ground.kind, "spread": round(made.ground.spread, 4)}},
        **kept,
    )
    return found, made.said


def vectorised(
    studio: Studio, path: Path, *, kind: str = "auto", colours: int = 0, smooth: float = 0.35, **kept: Any
) -> KeptPicture:
    """Trace a picture and keep it as SVG."""
    from ..makers.picture_trace import traced

    source = open_picture(studio, path)
    title = "" if kept.get("private") else source.title
    made = traced(source.picture, kind=kind, colours=colours, smooth=smooth, title=title)
    settings = {"kind": kind, "colours": colours, "smooth": smooth}
    return keep_move(
        studio,
        made.svg.encode(),
        verb="vectorise",
        sources=[(source, "parent")],
        settings=settings,
        note=f"{source.title} as {made.paths} paths in {made.colours} colours ({made.kind})",
        trace={"vectorise": {"kind": made.kind, "paths": made.paths, "colours": made.colours}},
        suffix=".svg",
        **kept,
    )
