"""SVG as Inkscape, Illustrator, Figma and the icon sets write it, to a Drawing.

Groups, `use`, transforms and style sheets are resolved, all colours become one ink, and whatever a Drawing cannot
keep is named in `Drawing.lost`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from xml.etree.ElementTree import Element

from maquette.core.errors import MediaError
from maquette.media import svg_paint
from maquette.media.affine import IDENTITY, Matrix, is_even, multiply, scale_of, transform
from maquette.media.drawing import Drawing, Geometry, Paint, Shape
from maquette.media.extent import MITER_LIMIT, Box, ink_box, sharpest_corner, union
from maquette.media.svg_file import read_bytes, tree
from maquette.media.svg_shapes import ATTRIBUTES, Viewport, geometry_of, original_text, rectangle
from maquette.media.svg_style import Sheet, length, read_transform

MOST_ELEMENTS = 50_000  # drawn elements, copies by `use` counted each time
DEEPEST = 100  # levels of groups
_SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dasharray",
    "fill-rule",
    "fill-opacity",
    "stroke-opacity",
    "visibility",
    "marker",
    "marker-start",
    "marker-mid",
    "marker-end",
)
_CONTAINERS = ("svg", "g", "a", "switch", "symbol")
_SILENT: tuple[str, ...] = (
    "defs",
    "title",
    "style",
    "linearGradient",
    "radialGradient",
    "clipPath",
    "mask",
    "filter",
    "marker",
)
_SILENT += ("pattern", "view", "cursor", "symbol", "solidcolor", "meshgradient")
_NAMED = {
    "text": "a text",
    "image": "a bitmap",
    "foreignObject": "a foreign object (a piece of a web page)",
    "script": "a script",
    "animate": "an animation",
    "animateTransform": "an animation",
    "animateMotion": "an animation",
    "animateColor": "an animation",
    "set": "an animation",
    "desc": "a description",
}


def read(path: os.PathLike[str] | str) -> Drawing:
    """Read a drawing from a file. Raises MediaError, with the file in `where`."""
    try:
        return parse(read_bytes(path))
    except MediaError as error:
        where = f"{os.fspath(path)}, {error.where}" if error.where else os.fspath(path)
        raise MediaError(error.wrong, where=where, mend=error.mend) from error


def parse(text: str | bytes) -> Drawing:
    """Read a drawing from the text of an SVG file. Raises MediaError."""
    return _Reader(tree(text)).drawing()


@dataclass(frozen=True)
class _Context:
    """What an element inherits."""

    lineage: tuple[Element, ...] = ()
    style: Mapping[str, str] = field(default_factory=dict)
    matrix: Matrix = IDENTITY
    opacity: float = 1.0


class _Reader:
    """Walks one tree and collects shapes and losses."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.inks: list[svg_paint.Inked] = []
        self.lost: dict[str, int] = {}
        self.visited = 0
        self.named: set[str] = set()
        self.sheet = Sheet()
        for element in root.iter():
            if _name(element) == "style" and element.text:
                self.sheet.add(element.text)
        for what in self.sheet.skipped:
            self._lose(what)

    def drawing(self) -> Drawing:
        """The whole drawing. MediaError if it holds a bitmap and nothing else."""
        self.viewport = Viewport.of(self.root, self._lose)
        self._walk(self.root, _Context())
        shapes = svg_paint.one_ink(self.inks, self.viewport.box, self._lose)
        if not shapes and "a bitmap" in self.lost:
            raise MediaError(
                "this SVG is a bitmap: it holds a picture of pixels and no shape",
                mend="trace the picture in a drawing program and save the paths",
            )
        box = self.viewport.box or self._box_of(shapes)
        lost = (what if count == 1 else f"{what} ({count} times)" for what, count in self.lost.items())
        return Drawing(box, tuple(shapes), self._title(), tuple(lost))

    def _box_of(self, shapes: list[Shape]) -> tuple[float, float, float, float]:
        """The view of a file that states neither viewBox nor size: its ink."""
        self._lose("the canvas, which the file does not state: it is the box of the ink")
        found = union([box for shape in shapes if (box := ink_box(shape))]) or (0.0, 0.0, 24.0, 24.0)
        left, top, right, bottom = found
        return left, top, (right - left) or 1.0, (bottom - top) or 1.0

    def _title(self) -> str:
        texts = ("".join(child.itertext()) for child in self.root if _name(child) == "title")
        return " ".join(next(texts, "").split())

    def _lose(self, what: str) -> None:
        self.lost[what] = self.lost.get(what, 0) + 1

    @cached_property
    def _ids(self) -> dict[str, Element]:
        found: dict[str, Element] = {}
        for element in self.root.iter():
            found.setdefault(element.get("id", ""), element)
        return found

    def _target(self, reference: str) -> Element | None:
        """The element that "#id" or "url(#id)" names."""
        _, mark, name = reference.partition("#")
        return self._ids.get(name.rstrip(")\"' ")) if mark and name else None

    def _walk(self, element: Element, context: _Context) -> None:
        name = _name(element)
        if not name or (name in _SILENT and name != "symbol"):
            return
        self.visited += 1
        if self.visited > MOST_ELEMENTS:
            raise MediaError(f"the SVG draws more than {MOST_ELEMENTS:,} elements", mend="simplify it, or split it")
        if len(context.lineage) >= DEEPEST:
            raise MediaError(f"the SVG nests its groups deeper than {DEEPEST} levels", mend="ungroup it")
        if name in _NAMED or name == "metadata":
            self._name_loss(name, element)
            return
        lineage = (*context.lineage, element)
        values = self.sheet.cascade(lineage)
        if values.get("display") == "none":
            if name in ATTRIBUTES or len(element):
                self._lose("something hidden (display: none)")
            return
        before = len(self.inks)
        inside = self._enter(values, replace(context, lineage=lineage))
        if name in ATTRIBUTES:
            self._draw(name, element, values, inside)
        elif name == "use":
            self._use(element, values, inside)
        elif name in _CONTAINERS:
            self._walk_children(name, element, values, inside)
        else:
            self._lose(f"<{name}>, which is no element of SVG that draws")
        if len(self.inks) > before:
            self._name_effects(name, values, inside, before)

    def _name_loss(self, name: str, element: Element) -> None:
        if name == "metadata":
            if any(_name_of_any(part) in ("creator", "license", "rights") and _says(part) for part in element.iter()):
                self._lose("metadata (who made it, under which licence)")
        elif name not in ("text", "desc") or "".join(element.itertext()).strip():
            self._lose(_NAMED[name])

    def _enter(self, values: dict[str, str], context: _Context) -> _Context:
        """What holds inside this element."""
        style = dict(context.style)
        for key in _INHERITED:
            value = values.get(key, "inherit").strip()
            if value == "initial":
                style.pop(key, None)
            elif value not in ("inherit", "unset"):
                style[key] = value
        matrix = context.matrix
        if "transform" in values:
            try:
                matrix = multiply(matrix, read_transform(values["transform"]))
                if not all(abs(value) < 1e9 for value in matrix):
                    raise ValueError("it goes beyond any canvas")
            except ValueError as error:
                self._lose(f"a transform that cannot be read: {error}")
                matrix = context.matrix
            if values.get("transform-origin", "0 0").replace("px", "").split() not in (["0", "0"], ["0"]):
                self._lose("the origin of a transform")
        opacity = context.opacity * svg_paint.share(values.get("opacity", "1"))
        return _Context(context.lineage, style, matrix, opacity)

    def _walk_children(self, name: str, element: Element, values: dict[str, str], context: _Context) -> None:
        if name in ("svg", "symbol") and len(context.lineage) > 1:
            context = replace(context, matrix=multiply(context.matrix, self.viewport.nested(values)))
        for child in element:
            if name == "switch":  # the first that everybody can show
                if "requiredExtensions" in child.attrib or "requiredFeatures" in child.attrib:
                    continue
                if not child.get("systemLanguage", "en").startswith("en"):
                    continue
                self._walk(child, context)
                break
            if _name(child) != "symbol":
                self._walk(child, context)

    def _use(self, element: Element, values: dict[str, str], context: _Context) -> None:
        reference = element.get("href", element.get(_HREF, ""))
        target = self._target(reference) if reference.startswith("#") else None
        if target is None:
            self._lose(f"a copy of {reference!r}, which is not in this file")
            return
        if any(target is parent for parent in context.lineage):
            self._lose("a copy of something inside itself")
            return
        x, y = (self.viewport.length(values.get(key, "0"), key) for key in ("x", "y"))
        if _name(target) in ("symbol", "svg"):
            # A symbol takes its size from the `use`.
            sized = Element("g")
            sized.attrib.update({key: values[key] for key in ("width", "height") if key in values})
            matrix = multiply(context.matrix, (1.0, 0.0, 0.0, 1.0, x, y))
            own = self.sheet.cascade((*context.lineage, target)) | sized.attrib
            inside = self._enter(own, replace(context, lineage=(*context.lineage, target), matrix=matrix))
            self._walk_children(_name(target), target, own, inside)
        else:
            self._walk(target, replace(context, matrix=multiply(context.matrix, (1.0, 0.0, 0.0, 1.0, x, y))))

    def _draw(self, name: str, element: Element, values: dict[str, str], context: _Context) -> None:
        """One basic shape."""
        if context.style.get("visibility", "visible") != "visible":
            self._lose("something hidden (visibility)")
            return
        paints = svg_paint.paints(context.style, context.opacity, self._target, self._lose)
        if not paints:
            return
        geometry, faults = geometry_of(name, values, self.viewport)
        for fault in faults:
            self._lose(fault)
        if geometry is None:
            return
        moved = transform(geometry, context.matrix) if context.matrix != IDENTITY else geometry
        untouched = moved is geometry and not faults
        kept = original_text(name, element.attrib, values) if untouched else ""
        for inked in paints:
            if name == "line":
                inked = replace(inked, paint=replace(inked.paint, fill=False))  # a line has no inside
            if not (inked.paint.fill or inked.paint.stroke):
                continue
            paint = self._stroke(inked.paint, geometry, values, context)
            shape = Shape(moved, paint, self._new_id(element), kept)
            self.inks.append(replace(inked, shape=shape, paint=paint))

    def _new_id(self, element: Element) -> str:
        name = element.get("id", "").strip()
        if name in self.named:
            return ""  # a second copy of the same element
        self.named.add(name)
        return name

    def _stroke(self, paint: Paint, geometry: Geometry, values: dict[str, str], context: _Context) -> Paint:
        """The paint with its width as it is on the canvas; what a stroke cannot keep is named."""
        if not paint.stroke:
            return paint
        style, matrix = context.style, context.matrix
        width = self.viewport.length(style.get("stroke-width", "1"), "stroke-width", default=1.0)
        if values.get("vector-effect") == "non-scaling-stroke":
            width *= self.viewport.pixel
        elif matrix != IDENTITY:
            width *= scale_of(matrix)
            if not is_even(matrix):
                self._lose("a stroke that was stretched unevenly: its width is even now")
        if any(style.get(key, "none") != "none" for key in ("marker", "marker-start", "marker-mid", "marker-end")):
            self._lose("a marker (an arrow head or the like)")
        if any(_positive(part) for part in style.get("stroke-dasharray", "none").replace(",", " ").split()):
            self._lose("dashes, drawn as one line")
        limit = _number(style.get("stroke-miterlimit", "4"), MITER_LIMIT)
        low, high = sorted((limit, MITER_LIMIT))
        if paint.join == "miter" and low != high and sharpest_corner(geometry, low, high):
            self._lose(f"a miter limit of {limit:g}: the corners are drawn with SVG's own, {MITER_LIMIT:g}")
        return replace(paint, width=width)

    def _name_effects(self, name: str, values: dict[str, str], context: _Context, before: int) -> None:
        """Name the effects of an element that has drawn something since `before`."""
        if values.get("filter", "none") != "none":
            self._lose("a filter (shadow, blur or the like)")
        if values.get("mix-blend-mode", "normal") != "normal":
            self._lose(f"the blend mode {values['mix-blend-mode']!r}")
        for effect, what in (
            ("mask", "a mask: what it hid is drawn"),
            ("clip-path", "a clip path: what it cut off is drawn"),
        ):
            if values.get(effect, "none") != "none" and not self._is_idle(values[effect], context, before):
                self._lose(what)
        opacity = svg_paint.share(values.get("opacity", "1"))
        if name not in ATTRIBUTES and 0 < opacity < 1 and len(self.inks) > before + 1:
            self._lose("the opacity of a group: each of its shapes has it now")

    def _is_idle(self, reference: str, context: _Context, before: int) -> bool:
        """Whether a clip path or mask is a rectangle around all that it could cut, as Figma writes for every frame."""
        target = self._target(reference)
        if target is None:
            return reference.startswith("url(")  # SVG: a reference to nothing has no effect
        if "objectBoundingBox" in (target.get("clipPathUnits"), target.get("maskContentUnits")):
            return False
        parts = [part for part in target if _name(part) not in ("", "title", "desc")]
        if len(parts) != 1:
            return False
        part = parts[0]
        if _name(part) == "use":
            shown = self._target(part.get("href", part.get(_HREF, "")))
            part = part if shown is None else shown  # an element without children counts as false
        if _name(part) not in ATTRIBUTES:
            return False
        values = self.sheet.cascade((*context.lineage, target, part))
        if _name(target) == "mask" and not svg_paint.is_opaque(values, target, self.sheet.cascade((target,))):
            return False
        geometry, _ = geometry_of(_name(part), values, self.viewport)
        try:
            inner = multiply(read_transform(target.get("transform", "")), read_transform(values.get("transform", "")))
        except ValueError:
            return False
        window = rectangle(transform(geometry, multiply(context.matrix, inner))) if geometry else None
        if window is None:
            return False
        boxes = [box for inked in self.inks[before:] if inked.shape and (box := ink_box(inked.shape))]
        return self.viewport.is_inside(window) or all(_holds(window, box) for box in boxes)


def read_element(text: str) -> Geometry | None:
    """The geometry of one element's text, as `Shape.original` keeps it; None if it holds none."""
    try:
        element = _element(text)
    except MediaError:
        return None
    geometry, faults = geometry_of(_name(element), dict(element.attrib), Viewport())
    return None if faults else geometry


def _element(text: str) -> Element:
    """One element, wrapped so that the same doors guard it."""
    return tree(f"<svg><{text}/></svg>")[0]


def _name(element: Element) -> str:
    """The local name of an SVG element; "" of foreign ones (an editor's own notes) and of comments."""
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.rpartition("}")
    return name if space in ("", "{" + _SVG) else ""


def _name_of_any(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _says(element: Element) -> bool:
    return bool("".join(element.itertext()).strip() or element.attrib)


def _holds(outer: Box, inner: Box) -> bool:
    slack = 1e-6 * max(abs(value) for value in (*outer, 1.0))
    return (
        outer[0] <= inner[0] + slack
        and outer[1] <= inner[1] + slack
        and outer[2] >= inner[2] - slack
        and outer[3] >= inner[3] - slack
    )


def _number(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default


def _positive(text: str) -> bool:
    try:
        return length(text, of=100.0) > 0
    except ValueError:
        return False
