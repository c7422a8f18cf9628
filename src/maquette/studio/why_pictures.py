"""Why this picture: its net asked again where it looked for each word, and what every part of the request changed.

Told in words, and on request drawn on a sheet: the picture, what the model had in mind, heat maps, the picture without
each part, and what the model keeps of the nearest training works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent

if TYPE_CHECKING:
    from ..makers.picture_why import Why
    from ..trust.verify import Verdict
    from .studio import Studio

Section = tuple[str, list[str]]


def is_drawn(verdict: Verdict) -> bool:
    """True for a picture whose record lets a net of ours draw it again."""
    trace = (verdict.story or {}).get("trace") or {}
    drawn = {"canvas", "things", "words", "noise", "sampler"} <= set(trace)
    return bool(verdict.holds and drawn and (verdict.story.get("request") or {}).get("maker") == "picture")


def why(studio: Studio, verdict: Verdict, sheet: Path | None = None, on_progress: OnProgress = silent) -> list[Section]:
    """Headings with lines; [] for what no net of ours drew. `sheet`: also drawn there, as a PNG under a free name.

    Raises UsageError for a sheet of what cannot be shown so, LibraryError where it cannot be written.
    """
    if not is_drawn(verdict):
        if sheet is not None:
            mend = "leave --sheet out; heat maps are of pictures that a model such as picture-1 drew from words"
            raise UsageError("there is nothing to draw on a sheet for this file", where=verdict.path, mend=mend)
        return []
    box = studio.checkpoint_of(verdict.story)
    if box is None:
        name = (verdict.story.get("model") or {}).get("name") or "the model"
        return [("Odds", [f"{name}, which drew it, is not on this machine: add it with `maquette models add`"])]
    from ..makers.picture_net import open_net
    from ..makers.picture_why import why_of

    trace = verdict.story["trace"]
    found = why_of(open_net(box), trace, on_progress)
    sections = [
        ("Where it looked", list(_looked(found, trace))),
        ("What each part changed", [f"without {one.what}: {one.share:.0%} of it changes" for one in found.changes]),
    ]
    if sheet is not None:
        path = _put(found, trace, nearest_prints(studio._index_of(box.base or box), verdict.story), sheet)
        sections.append(("Sheet", [str(path)]))
    return [(heading, lines) for heading, lines in sections if lines]


def _looked(found: Why, trace: Mapping[str, Any]) -> Iterator[str]:
    """A line for each word: where the net looked at it most, and whether its thing stands there."""
    from ..makers.picture_why import boxes_of, inside, where

    boxes = boxes_of(trace)
    for heat in found.heats:
        own = [(name, box) for name, box in boxes if heat.word in name.split()]
        held = next((name for name, box in own if inside(heat.peak, box)), "")
        told = f", where {held} stands" if held else ", beside the box of its thing" if own else ""
        yield f"“{heat.word}”: most {where(heat.peak)}{told}"


def nearest_prints(index: Any, story: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """(a title with its author and licence, the small picture that is kept of the work) of the nearest works."""
    from ..encodings.print_small import PictureIndex, seen_of

    if not isinstance(index, PictureIndex):
        return []
    rows = {row[0]: number for number, row in enumerate(index.rows)}
    return [
        (f"{one['title']}, {one.get('author', '')}, {one['licence']}", seen_of(index.prints[rows[one["source"]]]))
        for one in (story.get("originality") or {}).get("nearest") or ()
        if one.get("source") in rows
    ]


def _put(found: Why, trace: Mapping[str, Any], near: Sequence[tuple[str, Any]], sheet: Path) -> Path:
    from ..makers.picture_why_sheet import sheet_of
    from ..media.picture_file import to_bytes
    from . import files

    picture = sheet_of(found, trace, near)
    data = to_bytes(picture, title="", comment="an explanation; the picture that it is about is the work")
    folder = sheet.expanduser().parent
    with files.told(folder, "the folder"):
        return files.put(data, None, files.ready(folder), sheet.stem, ".png")[0]
