"""Path data: the `d` attribute of SVG, read and written (SVG 2, section 9.3).

An own reader, because fontTools' one stops at a line break inside an arc, reads "5." and "007" as two numbers, and
gives nothing at all for a path with an error at its end, where SVG says: draw up to the error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from maquette.media.drawing import Arc, Cubic, Line, Path, Point, Quad, Segment, Subpath

# Atomic, so that "12" is never taken for the two numbers 1 and 2.
_DIGITS = r"(?>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_NUMBER = re.compile(_DIGITS)
_SPACE = re.compile(r"[\s,]*")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
# All arguments of a command at once. A flag of an arc is one digit: "a1 1 0 01.5.5" holds 0, 1, .5, .5.
_WHOLE = {
    kind: re.compile(
        "".join(rf"[\s,]*({'[01]' if kind == 'A' and index in (3, 4) else _DIGITS})" for index in range(count))
        + r"[\s,]*"
    )
    for kind, count in _ARGUMENTS.items()
}
LARGEST = 1e9  # units; a number beyond it is taken for an error in the path
_SMALLEST_RADIUS = 1e-9  # units; an arc with less is a line


def read_path(data: str) -> tuple[Path, str]:
    """The path, and what is wrong with its text ("" if nothing): all before the error is kept, as SVG 2 demands."""
    pen = _Pen()
    try:
        for command, numbers in _commands(data):
            pen.follow(command, numbers)
    except ValueError as error:
        return Path(pen.subpaths()), str(error)
    return Path(pen.subpaths()), ""


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Every command with its numbers; implicit repeats are spelt out (after M follows L)."""
    at, command = _skip(data, 0), ""
    while at < len(data):
        letter = data[at]
        if letter.upper() in _ARGUMENTS and letter.isascii():
            command, at = letter, at + 1
        elif not command or command in "Zz":
            raise ValueError(f"a command was expected at character {at + 1} of the path, not {data[at : at + 8]!r}")
        if not command or (command not in "Mm" and not at):
            raise ValueError("the path does not begin with a move")
        found = _WHOLE[command.upper()].match(data, at)
        numbers = [float(text) for text in found.groups()] if found else []
        if found is None or any(abs(number) > LARGEST for number in numbers):
            raise ValueError(_fault(data, at, command))
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)
        at = found.end()


def _skip(data: str, at: int) -> int:
    found = _SPACE.match(data, at)
    return found.end() if found else at


def _fault(data: str, at: int, command: str) -> str:
    """What is wrong with the arguments of a command that begin at `at`."""
    for index in range(_ARGUMENTS[command.upper()]):
        at = _skip(data, at)
        here = f"character {at + 1} of the path"
        if command in "Aa" and index in (3, 4):
            if data[at : at + 1] not in ("0", "1"):
                return f"an arc's flag must be 0 or 1 at {here}"
            at += 1
            continue
        found = _NUMBER.match(data, at)
        if found is None:
            return f"a number was expected at {here}, not {data[at : at + 8]!r}" if data[at:] else "it ends too early"
        if abs(float(found.group())) > LARGEST:
            return f"{found.group()} at {here} is beyond any canvas"
        at = found.end()
    return f"{command} at character {at + 1} of the path cannot be read"


class _Pen:
    """Follows commands and collects subpaths."""

    def __init__(self) -> None:
        self.done: list[Subpath] = []
        self.start: Point = (0.0, 0.0)
        self.at: Point = (0.0, 0.0)
        self.segments: list[Segment] = []
        self.moved = False
        self.control: Point | None = None  # the last control point, for S and T
        self.after = ""  # the last command, upper case

    def subpaths(self) -> tuple[Subpath, ...]:
        self._lift(closed=False)
        return tuple(self.done)

    def _lift(self, *, closed: bool) -> None:
        # A move alone draws nothing; a move that is closed draws a dot with round or square caps.
        if self.segments or closed:
            self.done.append(Subpath(self.start, tuple(self.segments), closed))
        self.segments = []

    def follow(self, command: str, n: list[float]) -> None:
        kind = command.upper()
        if not self.moved and kind != "M":
            raise ValueError("the path does not begin with a move")
        x, y = self.at if command.islower() else (0.0, 0.0)
        if kind == "M":
            self._lift(closed=False)
            self.at = self.start = (n[0] + x, n[1] + y)
            self.moved = True
        elif kind == "Z":
            if self.segments or self.after != "Z":
                self._lift(closed=True)
            self.at = self.start
        else:
            self._draw(kind, n, x, y)
        if kind not in "CSQT":
            self.control = None
        self.after = kind

    def _draw(self, kind: str, n: list[float], x: float, y: float) -> None:
        if kind == "H":
            to = (n[0] + x, self.at[1])
        elif kind == "V":
            to = (self.at[0], n[0] + y)
        else:
            to = (n[-2] + x, n[-1] + y)
        if kind in "LHV":
            self.segments.append(Line(to))
        elif kind in "CS":
            first = (n[0] + x, n[1] + y) if kind == "C" else self._mirrored("CS")
            second = (n[-4] + x, n[-3] + y)
            self.segments.append(Cubic(first, second, to))
            self.control = second
        elif kind in "QT":
            middle = (n[0] + x, n[1] + y) if kind == "Q" else self._mirrored("QT")
            self.segments.append(Quad(middle, to))
            self.control = middle
        elif to != self.at:  # an arc to where the pen is draws nothing (SVG 2, section 9.5.1)
            rx, ry = abs(n[0]), abs(n[1])
            self.segments.append(
                Arc(rx, ry, n[2], n[3] == 1, n[4] == 1, to) if min(rx, ry) > _SMALLEST_RADIUS else Line(to)
            )
        self.at = to

    def _mirrored(self, kinds: str) -> Point:
        if self.control is None or self.after not in kinds:
            return self.at
        return 2 * self.at[0] - self.control[0], 2 * self.at[1] - self.control[1]


def number_text(value: float, decimals: int = 3) -> str:
    """The shortest text of a number with at most `decimals` decimals."""
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in a drawing")
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def path_text(path: Path, decimals: int = 3) -> str:
    """The `d` attribute of a path: absolute commands, at most `decimals` decimals."""
    parts: list[str] = []

    def pair(point: Point) -> str:
        return f"{number_text(point[0], decimals)} {number_text(point[1], decimals)}"

    for subpath in path.subpaths:
        at = pair(subpath.start)
        parts.append("M" + at)
        for segment in subpath.segments:
            to = pair(segment.to)
            if isinstance(segment, Line):
                parts.append(_line_text(at, to))
            elif isinstance(segment, Cubic):
                parts.append(f"C{pair(segment.c1)} {pair(segment.c2)} {to}")
            elif isinstance(segment, Quad):
                parts.append(f"Q{pair(segment.c)} {to}")
            else:
                radii = f"{number_text(segment.rx, decimals)} {number_text(segment.ry, decimals)}"
                turn = number_text(segment.rotation, decimals)
                parts.append(f"A{radii} {turn} {int(segment.large)} {int(segment.sweep)} {to}")
            at = to
        if subpath.closed:
            parts.append("Z")
    return "".join(parts)


def _line_text(at: str, to: str) -> str:
    (x0, y0), (x1, y1) = at.split(), to.split()
    if y0 == y1:
        return "H" + x1
    return "V" + y1 if x0 == x1 else "L" + to
