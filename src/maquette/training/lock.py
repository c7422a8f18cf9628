"""One training a folder: a lock that the system gives back when its process dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import UsageError


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`, or say that another training holds it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        try:
            _take(file)
        except OSError as error:
            raise UsageError(
                "another training is running in this folder", where=str(path.parent.parent), mend="choose another --out"
            ) from error
        yield
    finally:
        os.close(file)


def _take(file: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
