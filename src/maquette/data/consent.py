"""Do-not-train marks: what authors say in and beside their files, and how it is obeyed.

Three kinds of marks are read, each with the cautious answer where it is unclear:

* `tdmrep.json` beside or above a file (W3C TDM Reservation Protocol, final report of 2024, section 6.1);
* the assertion `cawg.training-mining` (CAWG Training and Data Mining 1.1) or `c2pa.training-mining` (C2PA 1.4) in the
  file's C2PA manifest or in its sidecar `NAME.EXT.c2pa`. No signature is checked here: an unsigned "no" is a "no";
* the PLUS property DataMining with a value DMI-PROHIBITED... in the XMP data (IPTC Photo Metadata 2023.1).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
import struct
import zlib
from collections.abc import Iterator
from fnmatch import translate
from pathlib import Path
from typing import Any

from .dataset import Item

TDMREP = ("tdmrep.json", ".well-known/tdmrep.json")
_LABEL = re.compile(rb"(?:cawg|c2pa)\.training-mining")
_ENTRIES = ("ai_generative_training", "ai_training", "data_mining")  # ai_inference is no training
_SVG_STORE = re.compile(rb"<(?:[\w.-]+:)?manifest\b[^>]*>([^<]*)<")
_PLUS = b"DMI-PROHIBITED"
_LARGEST = 50 << 20  # bytes of an unpacked file that are searched
_UNREADABLE = "its training-mining mark cannot be read"
# In a description box the label ends with a zero byte (in a claim's list of addresses it does not); an id, a hash and
# a salt may stand between it and the box that holds the assertion.
_BOX = re.compile(rb"(?:\.v\d+)?(?:__\d+)?\x00.{0,80}?(....)(cbor|json)", re.DOTALL)


def refusal(item: Item) -> str:
    """Why the author of `item` does not want it learnt from, in a few words; "" if no mark says so."""
    if item.file is not None:
        return file_refusal(item.file)
    if "manifest" in item.svg or "DMI-" in item.svg:
        return bytes_refusal(item.svg.encode())
    return ""


def file_refusal(path: Path) -> str:
    """As `refusal`, for a file of any kind: its own marks, its sidecar's, and the reservations around it."""
    reserved = reservation(path)
    if reserved:
        return reserved
    for place in (path, path.with_name(path.name + ".c2pa")):
        try:
            said = bytes_refusal(place.read_bytes())
        except FileNotFoundError:
            continue
        except OSError as error:
            return f"{place.name} cannot be read for marks: {error.strerror or error}"
        if said:
            return said
    return ""


def bytes_refusal(data: bytes) -> str:
    """What the marks inside these bytes refuse; "" if nothing does."""
    marked, read = False, False
    for store in _stores(data):
        if _PLUS in store:
            return "its metadata says DMI-PROHIBITED"
        for hit in _LABEL.finditer(store):
            marked = True
            assertion = _assertion_after(store, hit.end())
            if assertion is not None:
                read = True
                said = _refused_entry(assertion)
                if said:
                    return said
    return _UNREADABLE if marked and not read else ""


def _refused_entry(assertion: Any) -> str:
    entries = assertion.get("entries") if isinstance(assertion, dict) else None
    if not isinstance(entries, dict):
        return _UNREADABLE
    for name, entry in entries.items():
        use = entry.get("use") if isinstance(entry, dict) else None
        if str(name).rpartition(".")[2] in _ENTRIES and use != "allowed":
            return f"its credential says {name}: {use}"
    return ""


# --- where manifests hide ------------------------------------------------------------------------------------------


def _stores(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, and where a format wraps the manifest store, the store taken out of its wrapping."""
    if data[:2] == b"\x1f\x8b":
        with contextlib.suppress(zlib.error):
            data = zlib.decompressobj(wbits=31).decompress(data, _LARGEST)
    yield data
    if data[:2] == b"\xff\xd8":
        yield _jpeg_store(data)
    elif b"manifest" in data:
        for found in _SVG_STORE.finditer(data):
            try:
                yield base64.b64decode(b"".join(found[1].split()) + b"==")
            except (binascii.Error, ValueError):
                continue


def _jpeg_store(data: bytes) -> bytes:
    """The JUMBF boxes of all APP11 segments (ISO 19566-5, annex D): every later packet repeats the box header."""
    parts, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] not in (0xDA, 0xD9):
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        segment = data[at + 4 : at + 2 + size]
        if data[at + 1] == 0xEB and segment[:2] == b"JP":
            first = segment[4:8] == b"\x00\x00\x00\x01"
            parts.append(segment[8 if first else 16 :])
        at += 2 + max(size, 2)
    return b"".join(parts)


def _assertion_after(store: bytes, end: int) -> Any | None:
    """The assertion in the cbor or json box that follows a JUMBF label ending at `end`; None if there is none."""
    box = _BOX.match(store, end)
    if box is None:
        return None
    (size,) = struct.unpack(">I", box[1])
    data = store[box.end() : box.start(1) + size]
    try:
        return _cbor(data, 0, 0)[0] if box[2] == b"cbor" else json.loads(data)
    except (ValueError, IndexError, struct.error, RecursionError):
        return {}


def _cbor(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """One CBOR value (RFC 8949) at `at` and the position after it: maps, lists, texts, numbers, simple values."""
    if depth > 16:
        raise ValueError("nested too deeply")
    kind, info = data[at] >> 5, data[at] & 31
    at += 1
    count = info
    if 24 <= info <= 27:
        size = 1 << (info - 24)
        count, at = int.from_bytes(data[at : at + size], "big"), at + size
    elif info > 27 and info != 31:
        raise ValueError("reserved length")
    if kind in (0, 1):
        return (count if kind == 0 else -1 - count), at
    if kind == 6:
        return _cbor(data, at, depth + 1)
    if kind == 7:
        return {20: False, 21: True}.get(info), at
    if info == 31:
        raise ValueError("C2PA writes definite lengths")  # RFC 8949, section 4.2.1, asked for by C2PA
    if kind in (2, 3):
        piece = data[at : at + count]
        return (piece.decode("utf-8", "replace") if kind == 3 else piece), at + count
    values = []
    for _ in range(min(count * (2 if kind == 5 else 1), len(data))):
        value, at = _cbor(data, at, depth + 1)
        values.append(value)
    if kind == 4:
        return values, at
    return {str(key): value for key, value in zip(values[::2], values[1::2])}, at


# --- reservations beside the files ---------------------------------------------------------------------------------


def reservation(path: Path) -> str:
    """What the nearest `tdmrep.json` with a rule for this file reserves; "" if nothing does.

    Folders are searched upwards, since a copied site keeps its reservation at its root.
    """
    path = path.absolute()
    for folder in path.parents:
        for name in TDMREP:
            place = folder / name
            if place.is_file():
                reserved = _reserved_by(place, "/" + path.relative_to(folder).as_posix())
                if reserved is not None:
                    return f"{name} reserves it{reserved}" if reserved != "-" else ""
    return ""


def _reserved_by(place: Path, location: str) -> str | None:
    """None if no rule of `place` speaks of `location`, "-" if it is free, else the policy in words."""
    try:
        rules = json.loads(place.read_text(encoding="utf-8-sig"))
        rules = [rules] if isinstance(rules, dict) else rules
        # The rule with the longest pattern speaks, as in robots.txt (RFC 9309, section 2.2.2).
        matching = [rule for rule in rules if _speaks_of(str(rule.get("location", "/")), location)]
        if not matching:
            return None
        longest = max(len(str(rule.get("location", "/"))) for rule in matching)
        chosen = [rule for rule in matching if len(str(rule.get("location", "/"))) == longest]
    except (OSError, ValueError, AttributeError, TypeError):
        return " (the file cannot be read, so we take it as a no)"
    reserved = [rule for rule in chosen if str(rule.get("tdm-reservation", 0)) not in ("0", "False")]
    if not reserved:
        return "-"
    policy = reserved[0].get("tdm-policy")
    return f" (terms: {policy})" if policy else ""


def _speaks_of(pattern: str, location: str) -> bool:
    end = pattern.endswith("$")
    pattern = pattern.removesuffix("$").replace("[", "[[]").replace("?", "[?]")
    pattern = pattern if pattern.startswith("/") else "/" + pattern
    return re.match(translate(pattern if end else pattern + "*"), location) is not None
