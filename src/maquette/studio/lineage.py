"""Lineage: an asset and its story, from a work when it is made and from its file whenever it is read again."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.hashing import sha256_file
from ..core.settings import Places
from ..core.types import Request

if TYPE_CHECKING:
    from ..trust.verify import Verdict

BATCH = 64  # files that one reader's process is asked about


@dataclass(frozen=True)
class Asset:
    """A work that is kept: its file, and the record that its credential holds.

    `id` is the sha256 of the file's bytes as they were kept, `parents` the ids of what it was made from.
    """

    id: str
    kind: str
    path: Path
    request: Mapping[str, Any]
    seed: int
    checkpoint: str
    parents: tuple[str, ...] = ()
    how: str = "words"
    note: str = ""
    model: str = ""
    credential: Mapping[str, Any] = field(default_factory=dict)
    originality: Mapping[str, Any] | None = None
    created: str = ""
    reading: Mapping[str, Any] | None = None  # how the words were understood: {"used", "replaced", "unknown"}
    copy: Path | None = None  # the library's own
    row: str = ""  # of the answer it stood in: found, redrawn, drawn; "" where there were no rows

    @property
    def prompt(self) -> str:
        """What was asked for; "" if it was kept private."""
        return str(self.request.get("prompt") or "")

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {
            "path": str(self.path),
            "kind": self.kind,
            "prompt": self.prompt,
            "seed": self.seed,
            "checkpoint": self.checkpoint,
            "model": self.model,
            "sha256": self.id,
            "how": self.how,
            "row": self.row,
            "note": self.note,
            "reading": self.reading,
            "parents": list(self.parents),
            "credential": self.credential,
            "originality": self.originality,
            "created": self.created,
        }

    def record(self) -> str:
        """The JSON that the index keeps."""
        told = {**self.as_dict(), "request": dict(self.request)}
        return json.dumps(told, ensure_ascii=False, default=str)


def asset_of_record(text: str, one: str, path: Path, copy: Path | None) -> Asset:
    """The asset of a row of the index; fields that a later version added are passed over."""
    told = json.loads(text)
    known = {item.name for item in dataclasses.fields(Asset)} - {"id", "path", "copy"}
    fields = {key: value for key, value in told.items() if key in known}
    fields["parents"] = tuple(fields.get("parents") or ())
    return Asset(id=one, path=path, copy=copy, **fields)


def request_data(request: Request[Any], *, private: bool = False) -> dict[str, Any]:
    """A request as JSON data; `private` leaves its words out."""
    from ..trust.story import plain_data

    told: dict[str, Any] = plain_data(request)
    return {**told, "prompt": None} if private else told


# -- from files ----------------------------------------------------------------------------------------------------


def is_work(name: str) -> bool:
    """True for the name of a file that may hold a work: a kind of file that carries a credential, or has one beside."""
    from ..trust.credentials import MIME_OF_SUFFIX

    return not name.startswith(".") and Path(name).suffix.lower() in MIME_OF_SUFFIX


def read_assets(paths: Iterable[Path], places: Places) -> Iterator[tuple[Path, Asset | None, str]]:
    """(path, its asset from its own story, a remark): no asset for files that are not ours or do not hold."""
    from ..core.errors import MaquetteError
    from ..trust.verify import verify_all

    paths = list(paths)
    for start in range(0, len(paths), BATCH):
        some = paths[start : start + BATCH]
        try:
            verdicts = verify_all(some, at=places)
        except MaquetteError as error:
            if len(some) > 1:  # one that cannot even be opened: ask one by one, so that the others are read
                for path in some:
                    yield from read_assets([path], places)
            else:
                yield some[0], None, error.wrong
            continue
        for path, verdict in zip(some, verdicts, strict=True):
            yield path, *asset_of_verdict(path, verdict)


def asset_of_verdict(path: Path, verdict: Verdict) -> tuple[Asset | None, str]:
    """The asset that a file says it is, or why not."""
    from ..trust.picture_marks import of_story

    if verdict.state == "invalid":
        return None, verdict.summary
    if verdict.state == "unsigned":
        return _unsigned(path, verdict), "unsigned: it says nothing about itself"
    if not verdict.story:
        return None, "not made by Maquette"
    story = verdict.story
    request = dict(story.get("request") or {})
    told = {"signer": verdict.signer, "where": verdict.where, "summary": verdict.summary}
    mark = of_story(story)
    told |= {"mark": mark.told} if mark else {}
    base = request.get("base")
    asset = Asset(
        id=sha256_file(path),
        kind=str(request.get("maker", "")),
        path=path,
        request=request,
        seed=int(story.get("seed") or 0),
        checkpoint=str(story.get("checkpoint") or ""),
        parents=(str(base),) if base else (),
        how=str(story.get("how", "")),
        note=str(story.get("note") or ""),
        model=str((story.get("model") or {}).get("name", "")),
        credential=told,
        originality=story.get("originality"),
        reading=(story.get("trace") or {}).get("reading"),
        created=_changed(path),
        row=str((story.get("trace") or {}).get("row") or ""),
    )
    return asset, ""


def _unsigned(path: Path, verdict: Verdict) -> Asset:
    told = {"signer": "", "where": "none", "summary": verdict.summary}
    return Asset(sha256_file(path), "", path, {}, 0, "", how="", credential=told, created=_changed(path))


def _changed(path: Path) -> str:
    """When a file was last changed, spelt as the library spells its moments."""
    moment = path.stat().st_mtime
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1e6):06d}Z"
