"""Which works are one's own: signed with this creator's key, so that a "no" in them was said to others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..core.settings import Places, places
from . import keys
from .verify import verify_all


def signed_by_me(paths: Sequence[Path], *, at: Places | None = None) -> set[Path]:
    """Those files that hold as signed and whose every do-not-train mark was signed under this creator's own root.

    A file that was made after somebody else's marked work carries that mark too, and is not among them. `at` holds
    the keys; without it those of this installation.
    """
    shown = keys.show(at or places())
    root = shown.get("root")
    if not paths or not root or root in {one["name"] for one in shown["trusted"]}:
        return set()
    own = set()
    for path, verdict in zip(paths, verify_all(paths, at=at)):
        marked = [one for one in verdict.chain if one["training"]]
        if verdict.state == "trusted" and all(one["issuer"] == root for one in (verdict.chain[0], *marked)):
            own.add(path)
    return own
