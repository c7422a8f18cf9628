"""Picks: a person chooses some works of an answer for a set of hers, and the files say so.

What is picked is kept in the set's folder as a signed child of the work, its lines unchanged. Its record says who
chose it (the signature), from how many, and which row it came from: found, found in her hand, or new.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..core.errors import UsageError
from ..core.hashing import sha256_file
from ..core.types import How, Ingredient, Work
from . import again, files

if TYPE_CHECKING:
    from .lineage import Asset
    from .studio import Studio

ITEMS = "items.jsonl"  # of a folder of icons: whose each one is
ROWS = {"found": "found", "redrawn": "found in this hand", "drawn": "new", "after": "after others", "words": "new"}


def pick(studio: Studio, works: Sequence[str | Path], into: str | Path, *, name: str = "") -> Iterator[Asset]:
    """Keep `works` (files, or ids of the library) in the folder `into` as picked; `name` calls a single one.

    A foreign author's licence goes with it: it is written to the folder's items.jsonl. Raises UsageError,
    CredentialError for a work whose story cannot be relied on, and LibraryError.
    """
    if name and len(works) != 1:
        raise UsageError(f"{len(works)} works cannot have one name", mend="leave --as out, or pick them one by one")
    folder = Path(into).expanduser()
    found = [studio.original(which) for which in works]
    stories = [again.story_of(path, verdict) for path, verdict in found]
    studio.library.ready(folder)
    for (path, _), story in zip(found, stories, strict=True):
        asset = _keep(studio, path, story, folder, name)
        _credit(folder, asset, story)
        yield asset


def candidates(studio: Studio, story: Mapping[str, Any]) -> dict[str, int]:
    """How many works of each row the answer had that a work comes from, as far as this library knows."""
    asked = {key: value for key, value in story["request"].items() if key != "prompt_sealed"}
    answer = [
        asset
        for asset in studio.library.assets(kind=str(asked.get("maker") or ""))
        if not asset.parents and _same(asset.request, asked)
    ]
    # One that was made again is no other.
    distinct = {(asset.row or asset.how, asset.seed, asset.note) for asset in answer}
    counts = Counter(row for row, _, _ in distinct)
    return {row: counts[row] for row in (*ROWS, *sorted(set(counts) - set(ROWS))) if counts[row]}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records tell of one request; paths are told by their last part in files."""
    return json.dumps(_plain(one), sort_keys=True) == json.dumps(_plain(other), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value.replace("\\", "/").rpartition("/")[2] if isinstance(value, str) else value


def _keep(studio: Studio, path: Path, story: Mapping[str, Any], folder: Path, name: str) -> Asset:
    from ..media.table import open_media
    from .making import Keeping

    parent = sha256_file(path)
    rows = candidates(studio, story)
    of = max(sum(rows.values()), 1)
    how = str(story.get("how") or "")
    row = str((story.get("trace") or {}).get("row") or how)
    picked = {"row": row, "of": of, "rows": rows, "others": of - 1, "by": studio.signer.name}
    compared = (story.get("trace") or {}).get("pool")
    if compared:
        picked["compared"] = compared
    request = again.request_of(story, base=parent)
    note = "; ".join(filter(None, (str(story.get("note") or ""), told(picked))))
    ingredients = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
    work: Work[Any] = Work(
        open_media(path),
        request,
        int(story["seed"]),
        story["checkpoint"],
        cast(How, how),
        note,
        ingredients,
        {"picked": picked},
    )
    private = story["request"].get("prompt") is None
    stem = files.slug(name or (request.maker if private else request.prompt) or path.stem)
    keeping = Keeping(studio, folder, studio.checkpoint_of(story), stem, private=private)
    return keeping.keep(work, story.get("originality"), again.parent_of(path))


def told(picked: Mapping[str, Any]) -> str:
    """The choice in words: "chosen by Ada from 12 (4 found, 4 found in this hand, 4 new)"."""
    rows = ", ".join(f"{count} {ROWS.get(row, row)}" for row, count in picked["rows"].items())
    return f"chosen by {picked['by']} from {picked['of']}" + (f" ({rows})" if picked["of"] > 1 else "")


def _credit(folder: Path, asset: Asset, story: Mapping[str, Any]) -> None:
    """Say in the folder whose drawing a pick was made after, so that training and exports know its licence."""
    people = [one for one in story.get("ingredients") or () if one.get("kind") == "icon" and one.get("licence")]
    if not people:
        return
    first = people[0]
    by = first.get("author") or "an unknown author"
    found = story.get("how") == "found"
    line = {
        "file": asset.path.name,
        "title": asset.path.stem,
        "author": by if found else f"{asset.credential['signer']}, after {by}",
        "licence": first["licence"],
        "source": first.get("source", ""),
    }
    listing = folder / ITEMS
    with files.told(folder, "the folder"):
        before = listing.read_text("utf-8") if listing.is_file() else ""
        before += "" if not before or before.endswith("\n") else "\n"
        whole = before + json.dumps(line, ensure_ascii=False) + "\n"
        os.replace(files.temporary(folder, whole.encode()), listing)
