"""`maquette picture fill`, `extend` and `vary`: a picture's own patches, without a model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from maquette.core.errors import UsageError

from .common import FILE, progress_line, studio
from .picture_shared import move_options, told

SIDES = ("left", "right", "top", "bottom")
LARGEST = 16_384  # pixels that one side may grow by

ideas = click.option("--count", type=click.IntRange(1, 12), default=1, show_default=True, help="How many ideas.")


@click.command("fill")
@click.argument("photo", type=FILE)
@click.option("--mask", type=FILE, required=True, help="A picture of the same size: white is painted anew.")
@ideas
@move_options(seed=True)
def fill(photo: Path, mask: Path, as_json: bool, **asked: Any) -> int:
    """Paint what MASK covers in PHOTO anew from the rest of it: what was there is gone.

    White in the mask is painted anew, black stays to the bit, grey is mixed in that proportion; transparent counts as
    black. Paint a little beyond the thing and its shadow.

    Example: maquette picture fill meadow.jpg --mask tree.png --count 3 --out filled
    """
    from maquette.studio import picture_patches

    with progress_line("filling") as on_progress:
        kept = picture_patches.fill(studio(), photo, mask, on_progress=on_progress, **asked)
    return told(kept, as_json)


@click.command("extend")
@click.argument("photo", type=FILE)
@click.argument("sides", nargs=-1, required=True, metavar="left=256 top=64 ...")
@click.option("--rim", type=click.IntRange(0, 64), help="Old pixels painted anew where it grows. Default: 1 of 120.")
@ideas
@move_options(seed=True)
def extend(photo: Path, sides: tuple[str, ...], as_json: bool, **asked: Any) -> int:
    """Make PHOTO larger: left, right, top, bottom, each by so many pixels, or by a share of its side (right=25%).

    The rest stays to the bit, but for a thin rim where it grows, since the outermost pixels of photographs are often
    darker; --rim 0 keeps that too.

    Example: maquette picture extend meadow.jpg left=256 right=256 --out wide
    """
    from maquette.studio import picture_patches

    with progress_line("extending") as on_progress:
        kept = picture_patches.extend(studio(), photo, **_margins(photo, sides), on_progress=on_progress, **asked)
    return told(kept, as_json)


@click.command("vary")
@click.argument("photo", type=FILE)
@click.option("--strength", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="0 subtle, 1 all anew.")
@click.option("--size", metavar="WxH", help="Another frame, in pixels: 1600x900. Default: the photo's own.")
@click.option("--aspect", metavar="W:H", help="Another frame of about as many pixels: 16:9.")
@ideas
@move_options(seed=True)
def vary(photo: Path, size: str | None, aspect: str | None, as_json: bool, **asked: Any) -> int:
    """Arrange PHOTO anew from its own patches: the same things elsewhere, in the same or another frame.

    Example: maquette picture vary meadow.jpg --strength 0.6 --aspect 16:9 --count 3 --out meadows
    """
    from maquette.studio import picture_patches

    frame = _frame(photo, size, aspect)
    with progress_line("varying") as on_progress:
        kept = picture_patches.vary(studio(), photo, size=frame, on_progress=on_progress, **asked)
    return told(kept, as_json)


def _margins(photo: Path, sides: tuple[str, ...]) -> dict[str, int]:
    """{"left": 256} of "left=256" or "left=25%"."""
    found: dict[str, int] = {}
    for word in sides:
        match = re.fullmatch(r"(\w+)=(\d+)(%|px)?", word.strip().lower())
        if not match or match[1] not in SIDES:
            raise UsageError(f"{word!r} is no side with its pixels", mend="left=256, right=25%, top=64 or bottom=64")
        side, amount = match[1], int(match[2])
        if side in found:
            raise UsageError(f"{side} is said twice", mend="say each side once")
        if match[3] == "%":
            wide, high = _size_of(photo)
            amount = round(amount / 100 * (wide if side in ("left", "right") else high))
        if amount > LARGEST:
            raise UsageError(f"{word} is too much", mend=f"at most {LARGEST} pixels a side")
        found[side] = amount
    return found


def _frame(photo: Path, size: str | None, aspect: str | None) -> tuple[int, int] | None:
    """The frame that is asked for, None for the photo's own."""
    if size and aspect:
        raise UsageError("--size and --aspect both say the frame", mend="give one of them")
    if size:
        match = re.fullmatch(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", size.strip().lower())
        if not match:
            raise UsageError(f"{size!r} is no size", mend="width x height in pixels: 1600x900")
        return int(match[1]), int(match[2])
    if not aspect:
        return None
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*[:/]\s*(\d{1,3}(?:\.\d+)?)", aspect.strip())
    if not match or not float(match[1]) or not float(match[2]):
        raise UsageError(f"{aspect!r} is no aspect ratio", mend="width to height: 16:9, 3:2, 1:1")
    wide, high = _size_of(photo)
    ratio = float(match[1]) / float(match[2])
    return round((wide * high * ratio) ** 0.5), round((wide * high / ratio) ** 0.5)


def _size_of(photo: Path) -> tuple[int, int]:
    """Width and height of the file or of the work in the library that is named."""
    from maquette.studio.pictures import open_picture

    return open_picture(studio(), photo).picture.size
