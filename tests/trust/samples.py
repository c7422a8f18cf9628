"""What the tests of trust seal: a drawing, a picture, a card, works in every manner."""

from __future__ import annotations

import io
import struct
import wave
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maquette.core.types import Ingredient, Request, Work

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">'
    b'<title>rocket</title><path d="M4.5 16.5c-1.5 1.26-2 5-2 5"/><circle cx="12" cy="9" r="1.25"/></svg>\n'
)
CARD: dict[str, Any] = {
    "name": "icon-1",
    "version": "1",
    "kind": "icon",
    "licences": {"MIT": 10, "ISC": 3},
    "attribution": ["Lucide contributors (ISC)"],
    "datasets": [
        {
            "name": "icons",
            "version": "1",
            "sha256": "cd" * 32,
            "items": 13,
            "licences": {"MIT": 10, "ISC": 3},
            "sets": [
                {"set": "lucide/outline", "items": 3, "licence": "ISC", "copyright": "Lucide contributors"},
                {"set": "tabler/outline", "items": 10, "licence": "MIT", "copyright": "Paweł Kuna"},
            ],
        }
    ],
}
ROCKET = Ingredient("rocket", "inputTo", "icon", "Lucide contributors", "ISC", "lucide/outline/rocket", "ef" * 32)
NEAR = {"verdict": "distinct", "nearest": [{"title": "rocket", "author": "Paweł Kuna", "licence": "MIT", "iou": 0.41}]}


@dataclass(frozen=True)
class Controls:
    style: str = "round"
    stroke_width: float = 2.0
    reference: Path | None = None


def png(side: int = 48) -> bytes:
    """A small grey picture, written by hand."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes((x * y) % 251 for x in range(side)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(samples: int = 200) -> bytes:
    """A short tone of 16 bits, one channel."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", (at * 977) % 9000 - 4500) for at in range(samples)))
    return out.getvalue()


MIDI = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0"
FLAC = (
    b"fLaC\x80\0\0\x22"
    + struct.pack(">HH", 4096, 4096)
    + bytes(6)
    + (44100 << 44 | 1 << 41 | 15 << 36).to_bytes(8, "big")
)
FLAC += bytes(16)  # a stream of no samples
MP3 = 2 * (b"\xff\xfb\x90\0" + bytes(413))  # two frames of silence


def photo(form: str, side: int = 24) -> bytes:
    """A small picture of noise, as Pillow writes it."""
    import numpy as np
    from PIL import Image

    out = io.BytesIO()
    values = np.random.default_rng(5).integers(0, 256, (side, side, 3)).astype(np.uint8)
    Image.fromarray(values).save(out, form)
    return out.getvalue()


FILES = {
    "svg": (SVG, "image/svg+xml"),
    "png": (png(), "image/png"),
    "jpg": (photo("JPEG"), "image/jpeg"),
    "webp": (photo("WEBP"), "image/webp"),
    "tiff": (photo("TIFF"), "image/tiff"),
    "avif": (photo("AVIF"), "image/avif"),
    "mid": (MIDI, "audio/midi"),
    "wav": (wav(), "audio/wav"),
    "flac": (FLAC, "audio/flac"),
    "mp3": (MP3, "audio/mpeg"),
}


def a_work(prompt: str = "a rocket", how: Any = "words", **changes: Any) -> Work[Any]:
    request = Request("icon", prompt, changes.pop("controls", Controls()), seed=7, licence=changes.pop("licence", None))
    trace = {"encoding": "strokes.v1", "prefix": [3, 4], "tokens": [9, 8, 7, 260], "sampler": {"temperature": 0.9}}
    fields = {"checkpoint": "ab" * 32, "note": "from words", "trace": trace, **changes}
    return Work(SVG, request, seed=1234567890123456789, how=how, **fields)
