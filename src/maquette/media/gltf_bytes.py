"""glTF 2.0 (Khronos, ISO/IEC 12113) as bytes: a small writer of GLB files and a reader of GLB and .gltf.

Only what motion and stages need: nodes, triangle meshes of one colour each, skins, animations, cameras, lights.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError

Floats = NDArray[np.float32]

LARGEST = 400 * 1024 * 1024  # bytes
_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
# numpy's kind -> the number that glTF gives it, and back
_COMPONENTS = {"int8": 5120, "uint8": 5121, "int16": 5122, "uint16": 5123, "uint32": 5125, "float32": 5126}
_KINDS = {number: np.dtype(name).newbyteorder("<") for name, number in _COMPONENTS.items()}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
VERTICES, INDICES = 34962, 34963


# --- out ---------------------------------------------------------------------------------------------------------


@dataclass
class Builder:
    """Gathers the parts of a file; every `add` gives the number under which the others name it."""

    document: dict[str, Any] = field(default_factory=dict)
    binary: bytearray = field(default_factory=bytearray)

    def add(self, part: str, entry: dict[str, Any]) -> int:
        """An entry of `nodes`, `meshes`, `materials` ... without what is None."""
        rows = self.document.setdefault(part, [])
        rows.append({key: value for key, value in entry.items() if value is not None})
        return len(rows) - 1

    def numbers(
        self,
        array: NDArray[Any],
        kind: str,
        *,
        target: int | None = None,
        bounds: bool = False,
        normalized: bool = False,
    ) -> int:
        """An accessor: (n,) or (n, width) numbers of a type that glTF has; `bounds` states their least and largest."""
        array = np.ascontiguousarray(array)
        self.binary += b"\0" * (-len(self.binary) % 4)
        view = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": array.nbytes, "target": target}
        self.binary += array.astype(array.dtype.newbyteorder("<")).tobytes()
        flat = array.reshape(len(array), -1)
        return self.add(
            "accessors",
            {
                "bufferView": self.add("bufferViews", view),
                "componentType": _COMPONENTS[array.dtype.name],
                "count": len(array),
                "type": kind,
                "normalized": True if normalized else None,
                "min": flat.min(0).tolist() if bounds else None,
                "max": flat.max(0).tolist() if bounds else None,
            },
        )

    def material(
        self, colour: str, *, name: str = "", glow: bool = False, opacity: float = 1.0, both: bool = False
    ) -> int:
        """A dull surface of one colour "#rrggbb", seen from outside or from `both` sides; the same is added once."""
        rgb = linear(colour)
        entry: dict[str, Any] = {
            "name": name or colour,
            "pbrMetallicRoughness": {
                "baseColorFactor": [*rgb, opacity],
                "metallicFactor": 0.0,
                "roughnessFactor": 0.9,
            },
            "doubleSided": both,
        }
        if glow:
            entry["emissiveFactor"] = rgb
        if opacity < 1:
            entry["alphaMode"] = "BLEND"
        known = self.document.get("materials", [])
        return known.index(entry) if entry in known else self.add("materials", entry)

    def uses(self, extension: str) -> None:
        if extension not in (used := self.document.setdefault("extensionsUsed", [])):
            used.append(extension)

    def to_bytes(self, roots: list[int], *, title: str = "", extras: dict[str, Any] | None = None) -> bytes:
        """The whole file with one scene of these nodes."""
        scene: dict[str, Any] = {"name": title or "scene", "nodes": roots}
        if extras:
            scene["extras"] = extras
        document = {
            "asset": {"version": "2.0", "generator": "Maquette"},
            "scene": 0,
            "scenes": [scene],
            **self.document,
        }
        binary = bytes(self.binary) + b"\0" * (-len(self.binary) % 4)
        if binary:
            document["buffers"] = [{"byteLength": len(self.binary)}]
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), _JSON) + text
        if binary:
            chunks += struct.pack("<II", len(binary), _BIN) + binary
        return struct.pack("<III", _MAGIC, 2, 12 + len(chunks)) + chunks


def linear(colour: str) -> list[float]:
    """ "#rrggbb" of a screen (sRGB) as the linear light that glTF asks for, 0..1."""
    text = colour.lstrip("#")
    text = "".join(2 * letter for letter in text) if len(text) == 3 else text
    try:
        shown = [int(text[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    except ValueError:
        shown = [0.5, 0.5, 0.5]
    return [round(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4, 5) for c in shown]


# --- in ----------------------------------------------------------------------------------------------------------


@dataclass
class Document:
    """A file that was read: its JSON and its buffers."""

    json: dict[str, Any]
    buffers: list[bytes]
    where: str

    def part(self, name: str) -> list[dict[str, Any]]:
        rows = self.json.get(name, [])
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def numbers(self, index: Any) -> Floats:
        """The numbers of an accessor as floats (count, width); normalised integers as their share of the largest."""
        try:
            accessor = self.json["accessors"][index]
            kind, width = _KINDS[accessor["componentType"]], _WIDTHS[accessor["type"]]
            count = int(accessor["count"])
            if not 0 <= count * width * 4 <= LARGEST:
                raise IndexError
            if "bufferView" not in accessor:
                return np.zeros((count, width), np.float32)
            view = self.json["bufferViews"][accessor["bufferView"]]
            data = self.buffers[view["buffer"]]
            start = int(view.get("byteOffset", 0)) + int(accessor.get("byteOffset", 0))
            stride = int(view.get("byteStride", 0)) or kind.itemsize * width
            size = kind.itemsize * width
            if start < 0 or (count and start + stride * (count - 1) + size > len(data)):
                raise IndexError
            rows = np.lib.stride_tricks.as_strided(
                np.frombuffer(data, np.uint8, offset=start), (count, size), (stride, 1)
            ) if count else np.zeros((0, size), np.uint8)  # fmt: skip
            table = np.ascontiguousarray(rows).view(kind).reshape(count, width)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise _broken(f"its table of numbers {index} is broken or cut off", self.where) from error
        out = table.astype(np.float32)
        if accessor.get("normalized") and kind.kind in "iu":
            out = np.maximum(out / np.iinfo(kind).max, -1.0)
        if "sparse" in accessor:
            raise _broken("it keeps numbers sparsely, which is not read here", self.where)
        return out.astype(np.float32)


def _broken(wrong: str, where: str) -> MediaError:
    return MediaError(wrong, where=where, mend="export it again as glTF 2.0, uncompressed")


def read(path: str | Path) -> Document:
    """A .glb or a .gltf with its buffers. Raises MediaError for what is broken, too large or outside its folder."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise _broken("the file is larger than 400 MB", str(path))
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"the file cannot be read: {error.strerror}", where=str(path), mend="check the path"
        ) from error
    text, binary = _chunks(data, str(path)) if data[:4] == b"glTF" else (data, b"")
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _broken("this is no glTF: its JSON cannot be read", str(path)) from error
    asset = document.get("asset") if isinstance(document, dict) else None
    if not isinstance(asset, dict) or not str(asset.get("version", "")).startswith("2"):
        raise _broken("this is no glTF 2.0", str(path))
    needed = document.get("extensionsRequired") or []
    if compressed := [each for each in needed if "compress" in str(each).lower()]:
        raise _broken(f"it is compressed ({compressed[0]})", str(path))
    buffers = [_buffer(entry, binary, path) for entry in document.get("buffers") or []]
    return Document(document, buffers, str(path))


def _chunks(data: bytes, where: str) -> tuple[bytes, bytes]:
    """The JSON and the binary part of a GLB."""
    found: dict[int, bytes] = {}
    at = 12
    total = struct.unpack_from("<I", data, 8)[0] if len(data) >= 12 else 0
    if len(data) < 20 or total > len(data):
        raise _broken("the GLB is cut off", where)
    while at + 8 <= total:
        length, kind = struct.unpack_from("<II", data, at)
        if at + 8 + length > len(data):
            raise _broken("the GLB is cut off", where)
        found.setdefault(kind, data[at + 8 : at + 8 + length])
        at += 8 + length + (-length % 4)
    if _JSON not in found:
        raise _broken("the GLB has no JSON in it", where)
    return found[_JSON], found.get(_BIN, b"")


def _buffer(entry: Any, binary: bytes, path: Path) -> bytes:
    uri = entry.get("uri") if isinstance(entry, dict) else None
    if uri is None:
        return binary
    if str(uri).startswith("data:"):
        try:
            return base64.b64decode(str(uri).partition(",")[2], validate=True)
        except (binascii.Error, ValueError) as error:
            raise _broken("a buffer inside it is broken", str(path)) from error
    beside = (path.parent / unquote(str(uri))).resolve()
    if not beside.is_relative_to(path.parent.resolve()):
        raise _broken(f"it names a file outside its folder: {uri}", str(path))
    try:
        return beside.read_bytes()
    except OSError as error:
        raise MediaError(f"{uri} is missing beside it", where=str(path), mend="keep both files together") from error
