"""Code points that stay: the file beside a font that says which icon has which, and what was given away before.

A style sheet, an app or a colleague's document holds the number and not the name: a number once given is never given
to another icon, not even after its icon was removed.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence

from maquette.core.errors import DataError

FORMAT = "codepoints.v1"
FIRST, LAST = 0xE000, 0xF8FF  # the private use area
MORE, VERY_LAST = 0xF0000, 0xFFFFD  # plane 15, for who has more than 6,400 icons

HEAD = """\
# Which icon has which code point in the font. Keep this file: the next export reads it, and numbers stay as they are.
"""
RESERVED = """\
# Icons that are gone. Their numbers are kept, so that no page ever shows another icon in their place.
"""


def assigned(names: Sequence[str], before: Mapping[str, int]) -> dict[str, int]:
    """name -> code point of every icon and of all that were before; new icons get the numbers after the last one."""
    points = dict(before)
    fresh = max([point for point in points.values() if FIRST <= point <= LAST], default=FIRST - 1) + 1
    if any(MORE <= point <= VERY_LAST for point in points.values()):
        fresh = max(points.values()) + 1
    for name in names:
        if name not in points:
            fresh = MORE if fresh == LAST + 1 else fresh
            points[name], fresh = fresh, fresh + 1
    return points


def text_of(now: Mapping[str, int], gone: Mapping[str, int]) -> str:
    """The text of the file."""
    return (
        HEAD + f'format = "{FORMAT}"\n\n[icons]\n' + _rows(now) + (f"\n{RESERVED}[gone]\n{_rows(gone)}" if gone else "")
    )


def _rows(points: Mapping[str, int]) -> str:
    ordered = sorted(points.items(), key=lambda pair: pair[1])
    return "".join(f"{json.dumps(name, ensure_ascii=False)} = 0x{point:04X}\n" for name, point in ordered)


def read_text(text: str, where: str) -> tuple[dict[str, int], dict[str, int]]:
    """(icons, those that are gone) of a file. DataError names what is wrong with it."""
    try:
        told = tomllib.loads(text)
    except ValueError as error:
        raise DataError(f"the code points cannot be read: {error}", where=where, mend="mend the line") from error
    if told.get("format") != FORMAT:
        mend = f'its first line must be format = "{FORMAT}"; a later format needs a newer Maquette'
        raise DataError(f"these code points are of another format ({told.get('format')})", where=where, mend=mend)
    icons, gone = (_checked(told.get(table), table, where) for table in ("icons", "gone"))
    _no_twins([*icons.items(), *gone.items()], where)
    return icons, gone


def _checked(table: object, name: str, where: str) -> dict[str, int]:
    if not isinstance(table, dict):
        if table is None:
            return {}
        raise DataError(
            f"[{name}] is no table", where=where, mend=f'begin it with a line [{name}], then "bell" = 0xE000'
        )
    for icon, point in table.items():
        private = isinstance(point, int) and (FIRST <= point <= LAST or MORE <= point <= VERY_LAST)
        if not private or isinstance(point, bool):
            shown = hex(point) if isinstance(point, int) else repr(point)
            mend = f"choose one from {hex(FIRST)} to {hex(LAST)}"
            raise DataError(f"{icon} has the code point {shown}, which is not for private use", where=where, mend=mend)
    return dict(table)


def _no_twins(pairs: Iterable[tuple[str, int]], where: str) -> None:
    seen: dict[int, str] = {}
    for icon, point in pairs:
        if point in seen and seen[point] != icon:
            wrong = f"{seen[point]} and {icon} have the same code point {hex(point)}"
            raise DataError(wrong, where=where, mend="give one of them a number of its own")
        seen[point] = icon
