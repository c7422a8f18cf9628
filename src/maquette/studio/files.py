"""Writing files so that each is whole or not there, and never over somebody else's.

A file is written under a hidden temporary name, flushed to the disk, and then given its name in one step that
fails if the name is taken. Killed at any moment, a process leaves at most a temporary file, swept later.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ..core.errors import LibraryError

PREFIX = ".maquette-"  # of every temporary name
STALE = 600.0  # seconds after which a temporary file belongs to nobody
LONGEST = 120  # bytes of a name's stem: file systems allow 255 with suffix, number and sidecar
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def slug(text: str) -> str:
    """A file name that says what `text` says: letters of any script stay, an emoji becomes its name, the rest a dash.

    "A rocket!" -> "a-rocket" · "Ракета" -> "ракета" · "🚀 fast" -> "rocket-fast" · "con" -> "work-con" (Windows)
    """
    words: list[str] = []
    for char in unicodedata.normalize("NFC", text).lower():
        category = unicodedata.category(char)
        if category[0] in "LN" or category in ("Mn", "Mc"):
            # Variation selectors and skin tones would only be invisible litter in a name.
            words.append("" if 0xFE00 <= ord(char) <= 0xFE0F else char)
        elif category == "So":
            words.append(f"-{slug_of_name(char)}-")
        elif category != "Cf":
            words.append("-")
    name = "-".join(part for part in "".join(words).split("-") if part)
    name = name.encode()[:LONGEST].decode(errors="ignore").strip("-") or "work"
    return f"work-{name}" if name in RESERVED else name


def slug_of_name(char: str) -> str:
    """The Unicode name of a symbol as part of a file name: "🚀" -> "rocket"."""
    return unicodedata.name(char, "symbol").lower().replace(" ", "-")


def numbered(stem: str, suffix: str, start: int = 1) -> Iterator[str]:
    """`stem.svg`, `stem-2.svg`, `stem-3.svg` ..."""
    number = start
    while True:
        yield f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}"
        number += 1


def ready(folder: Path, *, what: str = "the folder") -> Path:
    """`folder`, made if need be and proven writable, before any work is done for it.

    Raises LibraryError when it cannot be made, is a file, is read-only or full.
    """
    with told(folder, what):
        folder.mkdir(parents=True, exist_ok=True)
        probe = temporary(folder, b"probe")
        probe.unlink()
    return folder


@contextlib.contextmanager
def told(path: Path, what: str) -> Iterator[None]:
    """Turn the system's refusals into errors that say how to mend them."""
    try:
        yield
    except OSError as error:
        mend = "choose another with --out or MAQUETTE_HOME"
        if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
            wrong, mend = f"the disk of {what} is full", "free some space; what was finished before is kept"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            wrong = f"{what} cannot be written to"
        elif error.errno in (errno.ENOTDIR, errno.EEXIST):
            wrong = f"{what} is a file, not a folder"
        elif error.errno == errno.ENAMETOOLONG:
            wrong = f"the name of {what} is too long"
        else:
            wrong = f"{what} cannot be used: {error.strerror or error}"
        raise LibraryError(wrong, where=str(path), mend=mend) from error


def temporary(folder: Path, data: bytes) -> Path:
    """`data` in a new hidden file of `folder`, flushed to the disk."""
    path = folder / f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}.tmp"
    try:
        with open(path, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def place(temp: Path, target: Path) -> bool:
    """Give `temp` the name `target` in one step; False, with nothing changed, if the name is taken."""
    try:
        os.link(temp, target)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):
        return _place_by_claim(temp, target)
    temp.unlink(missing_ok=True)
    return True


def _place_by_claim(temp: Path, target: Path) -> bool:
    """`place` for file systems without hard links (FAT, some shares): whoever makes the claim file may rename."""
    claim = target.with_name(f"{PREFIX}{target.name}.claim")
    try:
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    try:
        if target.exists():
            return False
        os.rename(temp, target)
        return True
    finally:
        claim.unlink(missing_ok=True)


def put(data: bytes, sidecar: bytes | None, folder: Path, stem: str, suffix: str, start: int = 1) -> tuple[Path, int]:
    """Write a work (and its credential `NAME.EXT.c2pa`) into `folder` under the first free name; (path, its number).

    With a sidecar the credential comes first: a work may never be there without it. If the work's own name turns
    out to be taken, the sidecar goes again. Raises OSError, with nothing left behind.
    """
    temps: list[Path] = []
    try:
        temps.append(temporary(folder, data))
        if sidecar is not None:
            temps.append(temporary(folder, sidecar))
        for number, name in enumerate(numbered(stem, suffix, start), start):
            path = folder / name
            if sidecar is None:
                if place(temps[0], path):
                    return path, number
            elif not path.exists() and place_pair(temps, path):
                return path, number
        raise AssertionError("names never run out")
    finally:
        for temp in temps:
            temp.unlink(missing_ok=True)


def place_pair(temps: list[Path], path: Path) -> bool:
    """Place [work, sidecar] as `path` and `path.c2pa`, both or neither."""
    beside = path.with_name(path.name + ".c2pa")
    first = second = False
    try:
        first = place(temps[1], beside)
        second = first and place(temps[0], path)
    finally:
        if first and not second:
            os.replace(beside, temps[1])
    return second


def sweep(folder: Path) -> None:
    """Remove the temporary files of processes that were killed long ago."""
    limit = time.time() - STALE
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(PREFIX) and entry.name.endswith((".tmp", ".claim")):
                with contextlib.suppress(OSError):
                    if entry.stat().st_mtime < limit:
                        os.unlink(entry.path)
