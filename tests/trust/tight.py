"""An attack for the tests: rewrite a credential tightly, and use the room that is won for something else."""

from __future__ import annotations

import struct


def shrunk(store: bytes, by: int) -> bytes:
    """A C2PA store whose last signature has `by` bytes less of padding, which no signature covers."""
    at = store.rindex(b"cpadY")  # CBOR: the text "pad", then a byte string with two bytes of length
    (size,) = struct.unpack_from(">H", store, at + 5)
    new = bytearray(store[: at + 5] + struct.pack(">H", size - by) + store[at + 7 + by :])
    # Every box that holds the padding grows shorter: the store, its last manifest, the signature, its content.
    start, end = 0, len(store)
    while start < end:
        (length,) = struct.unpack_from(">I", store, start)
        if start + length > at:
            struct.pack_into(">I", new, start, length - by)
            start += 8 if store[start + 4 : start + 8] == b"jumb" else end
        else:
            start += length
    return bytes(new)
