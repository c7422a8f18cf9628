"""OpenRaster (https://www.openraster.org, 0.0.5): a picture in layers, as Krita, GIMP, MyPaint and others exchange it.

An archive of PNG files and a `stack.xml` that says how they lie, the topmost first. Groups are unfolded into their
layers where that changes nothing, else flattened into one; either is said.
"""

from __future__ import annotations

import dataclasses
import io
import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ..core.errors import MaquetteError, MediaError
from . import picture_blend, picture_decode, picture_file, picture_size, picture_tags
from .picture import Layer, Picture, floats, from_floats, integers, premultiplied, resized, straight

MIMETYPE = b"image/openraster"
VERSION = "0.0.5"
THUMBNAIL = 256  # pixels of its longest side
MOST = 1000  # layers that are read
_LARGEST_XML, _LARGEST_PART = 4 << 20, 1 << 30  # bytes
_WORKING = 40  # bytes per pixel of the canvas that reading and flattening hold
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same picture, the same bytes


# -- writing ----------------------------------------------------------------------------------------------------------


def to_ora(picture: Picture, *, title: str = "") -> bytes:
    """The bytes of an OpenRaster file: layers, flattened look, thumbnail. A picture without layers becomes one."""
    title = picture_tags.clean(title or picture.title)
    layers = picture.layers or (Layer(title or "picture", picture.pixels),)
    width, height = picture.size
    image = Element("image", {"version": VERSION, "w": str(width), "h": str(height), "xres": "72", "yres": "72"})
    stack = SubElement(image, "stack", {"name": title} if title else {})
    parts: list[tuple[str, bytes]] = []
    for number, layer in reversed(list(enumerate(layers))):
        source = f"data/layer{number:03d}.png"
        SubElement(stack, "layer", _attributes(layer, source))
        parts.append((source, picture_file.to_bytes(Picture(layer.pixels, profile=picture.profile))))
    xml = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(image, encoding="utf-8")
    flat = dataclasses.replace(picture, title="", layers=())
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:  # PNG is packed already; `mimetype` comes first and plain
        archive.writestr(ZipInfo("mimetype", _EPOCH), MIMETYPE)
        archive.writestr(ZipInfo("stack.xml", _EPOCH), xml)
        for name, data in parts:
            archive.writestr(ZipInfo(name, _EPOCH), data)
        archive.writestr(ZipInfo("mergedimage.png", _EPOCH), picture_file.to_bytes(flat))
        archive.writestr(ZipInfo("Thumbnails/thumbnail.png", _EPOCH), picture_file.to_bytes(thumbnail(flat)))
    return stream.getvalue()


def _attributes(layer: Layer, source: str) -> dict[str, str]:
    mode = "src-over" if layer.mode == "normal" else layer.mode
    return {
        "name": picture_tags.clean(layer.name),
        "src": source,
        "x": str(layer.x),
        "y": str(layer.y),
        "opacity": f"{layer.opacity:.6g}",
        "visibility": "visible" if layer.visible else "hidden",
        "composite-op": f"svg:{mode}",
    }


def thumbnail(picture: Picture, longest: int = THUMBNAIL) -> Picture:
    """The picture in 8 bits with at most `longest` pixels on a side; as it is where it is small already."""
    width, height = picture.size
    scale = min(1.0, longest / max(width, height))
    small = resized(premultiplied(floats(picture)), max(1, round(width * scale)), max(1, round(height * scale)))
    return from_floats(straight(small.clip(0, 1)), like=picture, depth=8)


def mask_layer(mask: Any, *, name: str = "mask", applied: bool = False) -> Layer:
    """A mask (h, w) in 0..1 as a layer: hidden, white on black, for a person to change and `mask_of` to read.

    With `applied` it is visible and cuts what lies below it (dst-in): white stays, black goes.
    """
    import numpy as np

    values = np.asarray(mask, np.float32)
    ones = np.ones_like(values)
    planes = [ones, ones, ones, values] if applied else [values, values, values, ones]
    pixels = integers(np.stack(planes, axis=2))
    return Layer(name, pixels, visible=applied, mode="dst-in" if applied else "normal")


# -- reading ----------------------------------------------------------------------------------------------------------


def from_bytes(data: bytes, *, where: str = "") -> Picture:
    """The picture in an OpenRaster file, its layers bottom first.

    Raises MediaError for an archive that is broken, locked or cut off, for XML with entities, for missing parts and
    for what is too large.
    """
    broken = (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return _Reader(archive, where).picture()
    except MaquetteError:
        raise
    except (*broken, RecursionError) as error:
        raise MediaError(
            f"this OpenRaster file is broken or cut off: {error}", where=where, mend="save it again"
        ) from error


@dataclass
class _Reader:
    """Reads one archive; `said` collects what is to be told."""

    archive: ZipFile
    where: str
    said: list[str] = field(default_factory=list)
    held: int = 0  # bytes of the layers read so far
    size: tuple[int, int] = (1, 1)

    def picture(self) -> Picture:
        root = self._root()
        self.size = self._size_of(root)
        stack = root.find("stack")
        if stack is None:
            raise self._error("there is no stack of layers in it")
        if sum(1 for _ in root.iter("layer")) > MOST:
            raise self._error(f"it has more than {MOST} layers")
        layers = tuple(self._stack(stack))
        if not layers:
            raise self._error("there is no layer in it")
        merged = self._merged(layers)
        title = picture_tags.clean(stack.get("name") or "")
        title = "" if title in ("root", "stack") else title
        said = tuple(dict.fromkeys(self.said))
        return dataclasses.replace(merged, title=title, layers=layers, said=said)

    def _error(self, wrong: str, mend: str = "save it again") -> MediaError:
        return MediaError(f"this OpenRaster file cannot be read: {wrong}", where=self.where, mend=mend)

    def _part(self, name: str, most: int = _LARGEST_PART) -> bytes:
        """The bytes of a part, never more than `most`, whatever its entry claims."""
        try:
            entry = self.archive.getinfo(name)
        except KeyError as error:
            raise self._error(f"its part {name!r} is missing") from error
        if entry.flag_bits & 1:
            raise self._error("it is locked with a password", "save it without one")
        with self.archive.open(entry) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise self._error(f"its part {name!r} is larger than {most >> 20} MB unpacked")
        return data

    def _root(self) -> Element:
        import defusedxml.ElementTree
        from defusedxml.common import DefusedXmlException

        try:
            root: Element = defusedxml.ElementTree.fromstring(self._part("stack.xml", _LARGEST_XML))
        except DefusedXmlException as error:
            wrong = "its stack.xml defines entities, as bombs and spies do; OpenRaster needs none"
            raise self._error(wrong, "export it again from the program it comes from") from error
        except ParseError as error:
            raise self._error(f"its stack.xml is broken: {error}") from error
        if root.tag != "image":
            raise self._error(f"its stack.xml begins with <{root.tag[:40]}>, not <image>")
        return root

    def _size_of(self, root: Element) -> tuple[int, int]:
        width, height = (self._number(root, key, 0) for key in ("w", "h"))
        if width < 1 or height < 1:
            raise self._error(f"its canvas is {root.get('w')} x {root.get('h')}")
        picture_decode.require_size(width, height, _WORKING, self.where)
        return width, height

    def _number(self, element: Element, key: str, default: int) -> int:
        told = element.get(key)
        try:
            value = round(float(told)) if told is not None else default
        except (ValueError, OverflowError) as error:
            raise self._error(f"{key}={told!r} is no number") from error
        if abs(value) > 1_000_000:
            raise self._error(f"{key}={told} is beyond any canvas")
        return value

    # -- the stack --

    def _stack(self, stack: Element, prefix: str = "", shown: bool = True, deep: int = 0) -> list[Layer]:
        """The layers of a stack, bottom first."""
        if deep > 50:
            raise self._error("its groups are nested more than 50 deep")
        found: list[Layer] = []
        for element in reversed(list(stack)):
            name = picture_tags.clean(element.get("name") or "")
            if element.tag == "layer":
                found += self._layer(element, prefix + (name or "layer"), shown)
            elif element.tag == "stack":
                found += self._group(element, prefix + (name or "group"), shown, deep)
            else:
                self.said.append(f"{element.tag[:40]} elements of the stack are not read: only the flat look has them")
        return found

    def _layer(self, element: Element, name: str, shown: bool) -> list[Layer]:
        source = element.get("src") or ""
        if not source.lower().endswith(".png"):
            self.said.append(f"layer {name!r} is no PNG ({source[-20:] or 'no source'}) and was left out of the layers")
            return []
        inside = picture_decode.decoded(self._part(source), "PNG", f"{self.where}, {source}")
        self.held += inside.pixels.nbytes
        free = picture_size.free_bytes()
        if free is not None and self.held > free:
            raise self._error("its layers need more memory than is free", "close other programs, or merge layers")
        shown = shown and element.get("visibility", "visible") != "hidden"
        x, y = self._number(element, "x", 0), self._number(element, "y", 0)
        return [Layer(name, inside.pixels, x, y, self._opacity(element), shown, self._mode(element, name))]

    def _opacity(self, element: Element) -> float:
        try:
            value = float(element.get("opacity", "1"))
        except ValueError as error:
            raise self._error(f"opacity={element.get('opacity')!r} is no number") from error
        if not 0 <= value <= 1:
            self.said.append(f"an opacity of {value} was brought into 0 to 1")
        return min(1.0, max(0.0, value)) if value == value else 1.0

    def _mode(self, element: Element, name: str) -> str:
        told = element.get("composite-op", "svg:src-over")
        mode = told.removeprefix("svg:")
        mode = "normal" if mode == "src-over" else mode
        if told.startswith("svg:") and mode in picture_blend.MODES:
            return mode
        self.said.append(f"layer {name!r} mixes by {told[:40]!r}, which is not known here: normal in the layers")
        return "normal"

    def _group(self, element: Element, name: str, shown: bool, deep: int) -> list[Layer]:
        """A group as its own layers where that looks the same, else flattened into one layer."""
        mode, opacity = self._mode(element, name), self._opacity(element)
        visible = element.get("visibility", "visible") != "hidden"
        inside = self._stack(element, f"{name}/", shown and visible, deep + 1)
        apart = element.get("isolation", "auto") == "isolate" and any(layer.mode != "normal" for layer in inside)
        if mode == "normal" and opacity == 1 and not apart:
            self.said.append("groups are unfolded: their layers are named group/layer")
            return inside
        self.said.append(f"the group {name!r} is flattened into one layer: it mixes as a whole")
        seen = [dataclasses.replace(layer, visible=True) for layer in inside] if not visible else inside
        depth = 16 if any(layer.pixels.dtype.itemsize == 2 for layer in inside) else 8
        pixels = integers(picture_blend.flattened(seen, self.size), depth)
        return [Layer(name, pixels, 0, 0, opacity, shown and visible, mode)]

    # -- the flat look --

    def _merged(self, layers: tuple[Layer, ...]) -> Picture:
        """The flat look in the file, compared with what the layers look like here."""
        import numpy as np

        depth = 16 if any(layer.pixels.dtype.itemsize == 2 for layer in layers) else 8
        own = picture_blend.flattened(layers, self.size)
        if "mergedimage.png" not in self.archive.namelist():
            self.said.append("there is no flattened look in it: the layers were put together here")
            return from_floats(own, depth=depth)
        name = "mergedimage.png"
        found = picture_decode.decoded(self._part(name), "PNG", f"{self.where}, {name}")
        merged = Picture(found.pixels, profile=found.profile)
        if merged.size != self.size:
            self.said.append("the flattened look in it has another size than its canvas: the layers were put together")
            return from_floats(own, depth=depth)
        apart = np.abs(premultiplied(floats(merged)) - premultiplied(own)).max(axis=2) > 8 / 255
        if apart.mean() > 0.001:
            share = f"{apart.mean():.0%}" if apart.mean() >= 0.01 else "less than 1%"
            self.said.append(f"the flattened look in it differs from its layers in {share} of the pixels: it is kept")
        return merged
