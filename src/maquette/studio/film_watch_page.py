"""The page beside a film that is being written: it reads a small file next to it every second, and shows the latest.

No server and no request to anywhere: `watch.js` calls one function of the page with the data, which works from a
file:// address too.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.hashing import sha256_file
from . import files
from .film_files import put

if TYPE_CHECKING:
    from ..media.film import Film, Scene, Shot

PAGE, DATA, COPIES = "watch.html", "watch.js", "watch"
TEMPLATE = Path(__file__).with_name("film_watch.html")


def data_of(film: Film, folder: Path, why: Mapping[str, tuple[str, ...]], *, lead: float = 0.0) -> dict[str, Any]:
    """What the page shows of a film: its shots in order with panels, lines and the second at which each begins."""
    scenes = {shot.id: scene for scene in film.scenes for shot in scene.shots}
    names = {one.id: one.name for one in film.people}
    shots, at = [], lead
    for shot in film.shots:
        shots.append({**_shot(shot, scenes[shot.id], names, folder), "why": list(why.get(shot.id, ())),
                      "hand": shot.id in film.overrides, "start": round(at, 3)})  # fmt: skip
        at += shot.seconds
    return {"title": film.title, "author": film.author, "language": film.language, "seconds": round(at, 1),
            "shots": shots}  # fmt: skip


def _shot(shot: Shot, scene: Scene, names: Mapping[str, str], folder: Path) -> dict[str, Any]:
    lines = {line.id: line for line in scene.lines}
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in shot.id)
    panel = folder / "panels" / f"{name}.png"
    camera = [
        shot.size,
        *([] if shot.angle == "eye" else [shot.angle]),
        *([] if shot.move == "static" else [shot.move]),
    ]
    return {
        "id": shot.id,
        "scene": scene.id,
        "heading": scene.heading,
        "panel": f"panels/{panel.name}",
        "print": sha256_file(panel)[:10] if panel.is_file() else "",
        "camera": ", ".join(camera),
        "seconds": round(shot.seconds, 2),
        "lines": [
            {"who": names.get(line.who, "") if line.kind in ("dialogue", "lyric") else "", "kind": line.kind,
             "text": line.text}
            for id in shot.lines if (line := lines.get(id)) is not None and line.kind != "transition"
        ],
    }  # fmt: skip


def write(folder: Path, data: Mapping[str, Any]) -> None:
    """Write what the page reads, and the page itself where it is not there (or of another version)."""
    text = json.dumps({**data, "stamp": time.time_ns()}, ensure_ascii=False)
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    _patiently(folder / DATA, f"show({text});\n".encode())
    template = TEMPLATE.read_bytes()
    if not (folder / PAGE).is_file() or (folder / PAGE).read_bytes() != template:
        _patiently(folder / PAGE, template)


def _patiently(path: Path, data: bytes) -> None:
    """Written in the place of a file that a browser may be reading this moment (Windows then says no)."""
    with files.told(path, "the folder of the film"):
        for _ in range(10):
            with contextlib.suppress(PermissionError):
                return put(path, data)
            time.sleep(0.1)
        put(path, data)


def tidy(folder: Path, *, keep: str) -> None:
    """Take away the copies of films that the page played before; one that is still played goes another time."""
    for path in (folder / COPIES).glob("film-*"):
        if path.name != keep:
            with contextlib.suppress(OSError):
                path.unlink()
    if not keep:
        with contextlib.suppress(OSError):
            (folder / COPIES).rmdir()


__all__ = ["data_of", "tidy", "write"]
