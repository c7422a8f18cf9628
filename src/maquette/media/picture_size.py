"""How large a picture may be: memory is estimated before it is asked for, and what does not fit is refused by name.

A tool knows how many bytes it needs for each pixel while it works (say 16 for a float32 copy of RGBA, 4 copies for a
blur: 64); this module knows how many are free.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from pathlib import Path

from ..core.errors import UsageError

LARGEST = 178_956_970  # pixels that are read or written at most: what Pillow, too, takes for a bomb beyond
SHARE = 0.8  # of the free memory that one picture may take


def free_bytes() -> int | None:
    """Bytes of memory that can be had now, container limits included; None where the system does not say."""
    found = [amount for amount in (_of_system(), _of_container()) if amount is not None]
    return min(found) if found else None


def fits(width: int, height: int, working_bytes_per_pixel: float, *, what: str = "this picture") -> None:
    """Return if a picture of this size can be worked on, else raise UsageError that says what would fit.

    working_bytes_per_pixel: all that is held at once at the worst moment, in bytes for each pixel of width x height.
    """
    if width < 1 or height < 1:
        raise UsageError(f"a picture cannot be {width} x {height}", mend="give at least 1 x 1")
    pixels = width * height
    if pixels > LARGEST:
        raise UsageError(
            f"{what} would have {width:,} x {height:,} = {pixels / 1e6:,.0f} million pixels",
            mend=f"at most {LARGEST / 1e6:.0f} million are worked on: in this shape {_shape(width, height, LARGEST)}",
        )
    free = free_bytes()
    need = pixels * working_bytes_per_pixel
    if free is None or need <= SHARE * free:
        return
    raise UsageError(
        f"{what} of {width:,} x {height:,} pixels needs about {_gigabytes(need)} of memory; {_gigabytes(free)} are "
        "free",
        mend=f"{_shape(width, height, SHARE * free / working_bytes_per_pixel)} would fit; or close other programs",
    )


def _shape(width: int, height: int, pixels: float) -> str:
    """The largest picture of the same shape with at most so many pixels."""
    scale = math.sqrt(max(1.0, pixels) / (width * height))
    return f"{max(1, int(width * scale)):,} x {max(1, int(height * scale)):,}"


def _gigabytes(amount: float) -> str:
    return f"{amount / 1e9:.1f} GB" if amount >= 1e8 else f"{amount / 1e6:.0f} MB"


def _of_system() -> int | None:
    try:
        if sys.platform == "win32":
            return _of_windows()
        for line in Path("/proc/meminfo").read_text().splitlines() if sys.platform == "linux" else ():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        # macOS does not say what is free without a system library; half of what is built in is a careful guess.
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError, AttributeError, IndexError):
        return None


def _of_windows() -> int | None:
    """Free physical memory, from GlobalMemoryStatusEx."""

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total", ctypes.c_ulonglong),
            ("free", ctypes.c_ulonglong),
            ("rest", ctypes.c_ulonglong * 5),
        )

    status = Status(length=ctypes.sizeof(Status))
    done = getattr(ctypes, "windll").kernel32.GlobalMemoryStatusEx(ctypes.byref(status))  # noqa: B009
    return int(status.free) if done else None


def _of_container() -> int | None:
    """What a Linux container may still take (control groups, version 2 and 1); None outside of one."""
    pairs = (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"))
    for limit, used in pairs:
        try:
            top = int((Path("/sys/fs/cgroup") / limit).read_text())
            left = top - int((Path("/sys/fs/cgroup") / used).read_text())
        except (OSError, ValueError):
            continue
        if top < 1 << 60:
            return max(0, left + _reclaimable())
    return None


def _reclaimable() -> int:
    """Bytes of files that the system keeps in memory for speed alone, and gives back when asked."""
    for name in ("memory.stat", "memory/memory.stat"):
        try:
            text = (Path("/sys/fs/cgroup") / name).read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith(("inactive_file ", "total_inactive_file ")):
                return int(line.split()[1])
    return 0
