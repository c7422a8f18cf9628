"""The code points of an icon font, from the file of an earlier one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ..core.errors import DataError, UsageError
from ..core.registry import nearest

SUFFIX = ".codepoints.toml"


def points_for(
    names: Sequence[str], called: str, out: Path, given: str | Path | None, say: Callable[[str], None]
) -> dict[str, int]:
    """name -> code point of all icons that ever had one.

    `given` is a file that the designer names: each icon in it must be there, or she would miss it in the font. Without
    it the file of the last font called so in `out` is read; icons that are gone since keep their numbers. Raises
    UsageError, DataError.
    """
    from ..media.exports.codepoints import read_text

    path = Path(given).expanduser() if given else _last(out, called)
    if path is None:
        return {}
    try:
        icons, gone = read_text(path.read_text("utf-8-sig"), str(path))
    except OSError as error:
        raise UsageError(f"the code points cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DataError("the code points are not UTF-8", where=str(path), mend="save the file as UTF-8") from error
    missing = [name for name in icons if name not in names]
    if missing and given:
        raise UsageError(
            f"the font would lack {len(missing)} of the {len(icons)} icons that its code points name: "
            + ", ".join(missing[:5]),
            where=str(path),
            mend=f"add the icon, or move its line under [gone]; {nearest(missing[0], names)}",
        )
    if missing:
        say(f"no longer in the font, their code points stay reserved: {', '.join(missing[:5])}, {len(missing)} in all")
    return {**gone, **icons}


def _last(out: Path, called: str) -> Path | None:
    """The file of the newest font in `out`: font, font-2, font-3 ..."""
    found = []
    for path in out.glob(f"font*/*{SUFFIX}") if out.is_dir() else ():
        number = re.fullmatch(r"font(?:-(\d+))?", path.parent.name)
        if number and path.name == f"{called}{SUFFIX}":
            found.append((int(number[1] or 1), path))
    return max(found)[1] if found else None
