"""Basic shapes and viewports of SVG: attributes to geometry."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from maquette.media.affine import Matrix, multiply
from maquette.media.drawing import Circle, Ellipse, Geometry, Line, Path, Rect, Subpath
from maquette.media.extent import Box
from maquette.media.path_data import read_path
from maquette.media.svg_style import NUMBER, length

ATTRIBUTES = {
    "path": ("d",),
    "circle": ("cx", "cy", "r"),
    "ellipse": ("cx", "cy", "rx", "ry"),
    "rect": ("x", "y", "width", "height", "rx", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "polyline": ("points",),
    "polygon": ("points",),
}
_PLAIN = re.compile(rf"\s*{NUMBER}\s*\Z")
_ALONG_X = ("x", "width", "cx", "rx", "x1", "x2")
_ALONG_Y = ("y", "height", "cy", "ry", "y1", "y2")
Lose = Callable[[str], None]


@dataclass(frozen=True)
class Viewport:
    """The canvas: its box (x, y, width, height) if the file states one, and how many units a pixel has."""

    box: tuple[float, float, float, float] | None = None
    pixel: float = 1.0

    @staticmethod
    def of(root: Element, lose: Lose) -> Viewport:
        """The canvas of a file: its viewBox, else its width and height in CSS pixels, else unknown."""
        size = _size(root)
        box = view_box(root.get("viewBox", ""))
        if box is None:
            if root.get("viewBox", "").strip():
                lose(f"the viewBox {root.get('viewBox')!r}, which is none")
            return Viewport((0.0, 0.0, *size) if size else None)
        if size is None:
            return Viewport(box)
        if root.get("preserveAspectRatio", "").startswith("none") and size[0] * box[3] != size[1] * box[2]:
            lose("a stretched canvas (preserveAspectRatio none)")
        return Viewport(box, max(box[2] / size[0], box[3] / size[1]))

    def length(self, text: str, name: str, default: float = 0.0) -> float:
        """A length by the name of its attribute, percentages of the canvas; `default` if it is none."""
        _, _, width, height = self.box or (0.0, 0.0, 0.0, 0.0)
        if name in _ALONG_X:
            whole = width
        else:
            whole = height if name in _ALONG_Y else math.hypot(width, height) / math.sqrt(2)
        try:
            return length(text, of=whole)
        except ValueError:
            return default

    def nested(self, values: Mapping[str, str]) -> Matrix:
        """From the inside of a nested <svg> or a symbol to its outside."""
        x, y = (self.length(values.get(key, "0"), key) for key in ("x", "y"))
        box = view_box(values.get("viewBox", ""))
        moved: Matrix = (1.0, 0.0, 0.0, 1.0, x, y)
        if box is None:
            return moved
        width = self.length(values.get("width", "100%"), "width")
        height = self.length(values.get("height", "100%"), "height")
        across, down = width / box[2] or 1.0, height / box[3] or 1.0
        if values.get("preserveAspectRatio", "").startswith("none"):
            return multiply(moved, (across, 0.0, 0.0, down, -box[0] * across, -box[1] * down))
        scale = min(across, down)
        left, top = (width - box[2] * scale) / 2, (height - box[3] * scale) / 2
        return multiply(moved, (scale, 0.0, 0.0, scale, left - box[0] * scale, top - box[1] * scale))

    def is_inside(self, window: Box) -> bool:
        """Whether the whole canvas lies in the window."""
        if self.box is None:
            return False
        x, y, width, height = self.box
        slack = 1e-6 * max(width, height)
        return (
            window[0] <= x + slack
            and window[1] <= y + slack
            and window[2] >= x + width - slack
            and window[3] >= y + height - slack
        )


def view_box(text: str) -> tuple[float, float, float, float] | None:
    """The four numbers of a viewBox; None if they are none or leave no room."""
    parts = text.replace(",", " ").split()
    if len(parts) != 4 or not all(_PLAIN.match(part) for part in parts):
        return None
    x, y, width, height = (float(part) for part in parts)
    real = all(math.isfinite(value) and abs(value) <= 1e9 for value in (x, y, width, height))
    return (x, y, width, height) if real and width > 0 and height > 0 else None


def _size(root: Element) -> tuple[float, float] | None:
    sides = []
    for key in ("width", "height"):
        text = root.get(key, "100%")
        try:
            sides.append(0.0 if "%" in text else length(text))
        except ValueError:
            return None
    return (sides[0], sides[1]) if min(sides) > 0 else None


def geometry_of(name: str, values: Mapping[str, str], viewport: Viewport) -> tuple[Geometry | None, list[str]]:
    """The geometry of a basic shape, None if it draws nothing, and what of it could not be read."""
    if name == "path":
        path, fault = read_path(values.get("d", ""))
        return (path if path.subpaths else None), ([f"the rest of a damaged path: {fault}"] if fault else [])
    if name in ("polyline", "polygon"):
        return _points(name, values.get("points", ""))
    faults: list[str] = []

    def value(key: str) -> float:
        text = values.get(key, "0")
        number = viewport.length(text, key, default=math.nan)
        if math.isnan(number):
            if text.strip() != "auto":
                faults.append(f"a {name} whose {key} is {text!r}")
            return 0.0
        return number

    numbers = {key: value(key) for key in ATTRIBUTES[name]}
    return _simple(name, numbers, values), faults


def _simple(name: str, n: dict[str, float], values: Mapping[str, str]) -> Geometry | None:
    if name == "circle":
        return Circle((n["cx"], n["cy"]), n["r"]) if n["r"] > 0 else None
    if name == "line":
        return _line(n)
    given = [key for key in ("rx", "ry") if values.get(key, "auto").strip() != "auto" and n[key] >= 0]
    # One radius speaks for both (SVG 2, sections 7.4 and 10.3).
    rx, ry = (n["rx"], n["ry"]) if len(given) == 2 else (n[given[0]],) * 2 if given else (0.0, 0.0)
    if name == "ellipse":
        return Ellipse((n["cx"], n["cy"]), rx, ry) if rx > 0 and ry > 0 else None
    width, height = n["width"], n["height"]
    if width <= 0 or height <= 0:
        return None
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    return Rect((n["x"], n["y"]), width, height, *((rx, ry) if rx > 0 and ry > 0 else (0.0, 0.0)))


def _line(n: dict[str, float]) -> Path:
    return Path((Subpath((n["x1"], n["y1"]), (Line((n["x2"], n["y2"])),)),))


def _points(name: str, text: str) -> tuple[Path | None, list[str]]:
    """A polyline or polygon is a path whose first point is a move."""
    if not text.strip():
        return None, []
    path, fault = read_path("M" + text + ("z" if name == "polygon" else ""))
    faults = [f"the rest of a damaged {name}: {fault}"] if fault else []
    if not path.subpaths:
        return None, faults
    return Path(tuple(replace(subpath, closed=name == "polygon") for subpath in path.subpaths)), faults


def original_text(name: str, attributes: Mapping[str, str], values: Mapping[str, str]) -> str:
    """Name and geometry of an element word by word; "" if a style or a unit has a say in them."""
    from xml.sax.saxutils import quoteattr

    kept = [key for key in ATTRIBUTES[name] if key in attributes]
    if any(values.get(key) != attributes.get(key) for key in ATTRIBUTES[name]):
        return ""
    if any(key not in ("d", "points") and not _PLAIN.match(attributes[key]) for key in kept):
        return ""
    return " ".join([name, *(f"{key}={quoteattr(attributes[key].strip())}" for key in kept)])


def rectangle(geometry: Geometry) -> Box | None:
    """The box of a geometry that is exactly an upright rectangle, else None."""
    if isinstance(geometry, Rect):
        x, y = geometry.corner
        return (x, y, x + geometry.width, y + geometry.height) if not geometry.rx else None
    if not isinstance(geometry, Path) or len(geometry.subpaths) != 1:
        return None
    subpath = geometry.subpaths[0]
    if not all(isinstance(segment, Line) for segment in subpath.segments):
        return None
    corners = [subpath.start, *(segment.to for segment in subpath.segments)]
    if corners[-1] == corners[0]:
        corners.pop()
    if len(corners) != 4:
        return None
    box = (
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
    # Four points fill their box only if they are its corners, in order.
    turned = zip(corners, corners[1:] + corners[:1], strict=True)
    area = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in turned)) / 2
    whole = (box[2] - box[0]) * (box[3] - box[1])
    return box if whole and math.isclose(area, whole, rel_tol=1e-6) else None
