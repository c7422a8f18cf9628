"""`maquette icon outline | filled | duotone | lined`: the siblings of an icon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from .common import FILE, emit, json_option, note, shown, studio

LEFT = 3  # the exit code where some file could not be changed


def _command(name: str, move: str, words: str) -> click.Command:
    """A command that makes siblings by one move."""

    def run(paths: tuple[Path, ...], out: Path | None, unsigned: bool, as_json: bool) -> int:
        return _run(move, paths, out, unsigned, as_json)

    run.__doc__ = words
    wrapped: Callable[..., int] = json_option(run)
    for option in (
        click.option("--unsigned", is_flag=True, help="Do not sign."),
        click.option("-o", "--out", type=FILE, help=f"Folder. Default: NAME-{move}.svg beside each file."),
        click.argument("paths", nargs=-1, required=True, type=FILE, metavar="FILE|FOLDER..."),
    ):
        wrapped = option(wrapped)
    return click.command(name)(wrapped)


outline = _command(
    "outline",
    "outlined",
    """Make every stroke a filled outline, all united: exact caps, joins and arcs, few nodes, wound for fonts.

    FILEs, or all of a FOLDER, stay as they are; each sibling is signed as a child of its file.

    Example: maquette icon outline my-icons --out outlined
    """,
)
filled = _command(
    "filled",
    "filled",
    """Make the solid sibling: what is closed is filled, what lies inside becomes a gap as wide as its stroke.

    Both have one silhouette. Open strokes stay as they are. Ends with 3 if some file could not be changed.

    Example: maquette icon filled my-icons --out solid
    """,
)
duotone = _command(
    "duotone",
    "duotone",
    """Make the two-tone sibling: the strokes stay editable, closed areas get a tint of opacity 0.2 below them.

    A file in which nothing is closed is named and left. Ends with 3 if there was one.

    Example: maquette icon duotone my-icons --out duotone
    """,
)
lined = _command(
    "lined",
    "lined",
    """Make strokes again of an outlined, solid or two-tone icon, and say what was done with every part.

    A band of one width gets its centre line, a solid its contour, a tint is dropped. A part that can become neither is
    named and its file left. Ends with 3 if there was one.

    Example: maquette icon lined outlined --out strokes
    """,
)


def _run(move: str, paths: tuple[Path, ...], out: Path | None, unsigned: bool, as_json: bool) -> int:
    found = studio().siblings(paths, move, out=out, unsigned=unsigned)
    for remark in found.remarks:
        note(f"note: {remark}")
    for one in found.files:
        if as_json:
            emit(one.as_dict())
        elif one.asset is not None:
            told = f"  ({'; '.join(one.told)})" if one.told else ""
            click.echo(f"{shown(one.asset.path)}  {one.asset.credential['summary']}{told}")
        elif one.refused is not None:
            note(f"left: {one.refused}")
    return LEFT if any(one.refused for one in found.files) else 0
