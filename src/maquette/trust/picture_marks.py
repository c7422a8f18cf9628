"""Marks in pictures, as trust sees them: whose key, which id, what stands in the credential.

A mark is put into a picture before its file is written; the file is sealed after, and never written again. Its key is
derived from the creator's own keys and never leaves them: only the studio that made a mark finds it again. (With a
public key everybody could look for the mark, and everybody could remove it, or put it into a picture of their own.)
So a mark is no proof: it says which signed credential a stripped picture belongs to, and that one is shown beside it.

Algorithm and limits: `engine/marks.py`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.settings import Places
from .keys import Signer

if TYPE_CHECKING:
    from ..engine.mark_find import Found
    from ..media.picture import Picture

ALGORITHM = "com.maquette.tile.1"
BINDING = "c2pa.soft-binding"
AS_ASKED = "none: as asked"
PURPOSE = b"maquette picture mark 1"


@dataclass(frozen=True)
class Mark:
    """A mark that is in a picture. `id` is of 32 bits, from the picture itself and the creator's key."""

    id: int
    alg: str = ALGORITHM

    @property
    def told(self) -> str:
        """How a lineage names it."""
        return f"{self.alg}: {self.id:08x}"


@dataclass(frozen=True)
class Marked:
    """A picture, marked or not. `why` says why there is no mark, "" where there is one."""

    picture: Picture
    mark: Mark | None
    why: str = ""


def put(picture: Picture, signer: Signer, *, wanted: bool | None = None) -> Marked:
    """The picture with the creator's mark, where it can carry one.

    wanted: False for none; True asks for it, and raises UsageError where the picture cannot carry it. The same picture
    gets the same mark from the same creator.
    """
    if wanted is False:
        return Marked(picture, None, AS_ASKED)
    from ..engine import mark_find, marks
    from ..media import picture as pictures

    why = marks.fits(picture.pixels)
    if why is None:
        values = pictures.floats(picture)
        mark = Mark(_id_of(picture, signer))
        rgb = marks.embed(values[..., :3], mark.id, key=key_of(signer), where=values[..., 3] > 0)
        values[..., :3] = rgb
        done = pictures.from_floats(values, like=picture)
        # What cannot be read at once in the finished pixels will not be read later.
        found = mark_find.find(pictures.floats(done)[..., :3], keys=[key_of(signer)], straight=True)
        if found is not None and found.number == mark.id:
            return Marked(dataclasses.replace(done, said=picture.said, layers=picture.layers), mark)
        why = "it is too smooth to hide a mark in"
    if wanted:
        raise UsageError(f"this picture cannot carry a mark: {why}", mend="leave --mark out; its fingerprint is kept")
    return Marked(picture, None, f"none: {why}; it is recovered by its fingerprint")


def find(rgb: Any, places: Places, *, pieces: int | None = None) -> tuple[Found, Mark | None] | None:
    """The mark of this studio in a picture (h, w, 3) in 0..1: what was seen, and the mark where its id was read.

    `pieces` bounds how much of a large picture is looked at.
    """
    from ..engine import mark_find

    keys = [_key(salt) for salt in salts(places)]
    found = mark_find.find(rgb, keys=keys, pieces=pieces or mark_find.MOST) if keys else None
    if found is None:
        return None
    return found, None if found.number is None else Mark(found.number)


def salts(places: Places) -> list[bytes]:
    """The secrets of this studio: of its keys now, then of those that `keys restore` put aside."""
    folders = [places.keys / "personal", *sorted(places.keys.glob("personal-before-*"))]
    files = [folder / "prompt.salt" for folder in folders]
    return [file.read_bytes() for file in files if file.is_file()]


def key_of(signer: Signer) -> bytes:
    """The key of a creator's marks."""
    return _key(signer.salt)


def _key(salt: bytes) -> bytes:
    return hmac.new(salt, PURPOSE, hashlib.sha256).digest()


def _id_of(picture: Picture, signer: Signer) -> int:
    digest = hmac.new(key_of(signer), picture.pixels.tobytes(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big")


# -- in the credential ----------------------------------------------------------------------------------------------


def action() -> dict[str, Any]:
    """That the mark was put in and bound to this credential (C2PA 2.4, section 18.15)."""
    return {"action": "c2pa.watermarked.bound"}


def binding(mark: Mark) -> dict[str, Any]:
    """The soft binding: which algorithm, and the id as the value that is looked up."""
    blocks = [{"scope": {}, "value": list(mark.id.to_bytes(4, "big"))}]
    return {"label": BINDING, "data": {"alg": mark.alg, "blocks": blocks}}


def of_story(story: Mapping[str, Any]) -> Mark | None:
    """The mark that a lineage tells of; None where it tells of none."""
    alg, _, digits = str(story.get("watermark") or "").partition(": ")
    if alg != ALGORITHM or len(digits) != 8 or not set(digits) <= set("0123456789abcdef"):
        return None
    return Mark(int(digits, 16))
