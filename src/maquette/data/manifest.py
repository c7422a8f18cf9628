"""The manifest of a model: every work it learnt from, small enough to travel with it.

A compressed record file (.jsonl.xz or .jsonl.gz, whichever is smaller). Its lines:

    1       {"format": "maquette-manifest-1", "dataset": {name, version, sha256}, "items": n, "digest": ...}
    set     {"set": "lucide", "title": ..., "repository": ..., "commit": ..., "licence": ..., "copyright": ...}
    block   {"in": "lucide/outline/", "set": ..., "licence": ..., "author": ..., "split": ..., "encoder": ...,
             "ids": [...], "sha256": ...}

A block holds what stands in the same folder under the same terms; an item's id is `in` plus its entry of `ids`. Of
music, the author is the composer and `encoder` who typed the piece in. Its `sha256` are the hashes of the items' SVG
texts (of music: of what sounds), one after the other, in base64; `bits` (256) of each are kept. `digest` is the SHA-256
over all ids and hashes as they are stored, so that nothing can be taken out unseen.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from ..core.errors import DataError
from . import records
from .credits import Source, attribution, notice, of_items, read_sources, source_of
from .dataset import Dataset, Item

__all__ = ["Entry", "Manifest", "attribution", "notice", "read_manifest", "read_sources", "write_manifest"]

FORMAT = "maquette-manifest-1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One work that a model learnt from. `sha256`: hex digits of its SVG text's hash (the first `bits` of it)."""

    id: str
    set: str
    licence: str
    author: str
    split: str
    sha256: str
    source: str = ""  # repository, or what the dataset said
    commit: str = ""  # commit or release
    encoder: str = ""


@dataclass(frozen=True)
class Manifest:
    """All entries of a model, and the sets they come from. `dataset`: name, version and sha256 of the data."""

    dataset: Mapping[str, str]
    sources: Mapping[str, Source]
    entries: tuple[Entry, ...]
    digest: str

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def find(self, sha256: str) -> Entry | None:
        """The entry of a work by the SHA-256 of its SVG text."""
        return next((entry for entry in self.entries if entry.sha256 and sha256.startswith(entry.sha256)), None)


def write_manifest(
    folder: Path, dataset: Dataset, sources: Mapping[str, Source] | None = None, *, name: str = "items", bits: int = 256
) -> Path:
    """Write `name`.jsonl.xz or .jsonl.gz into `folder`, in place of an older one, and return its path.

    The items are those of `dataset` (of one split, if it was opened so). `bits` of each hash are kept: 128 still tell
    all works of the world apart and halve the file.
    """
    items = sorted(dataset.items, key=_block_of)
    lines = [_line(block, list(group), bits) for block, group in groupby(items, key=lambda item: _block_of(item)[:-1])]
    known = of_items(items, sources or {})
    head = {
        "format": FORMAT,
        "dataset": {"name": dataset.name, "version": dataset.version, "sha256": dataset.sha256},
        "items": len(items),
        "bits": bits,
        "digest": _digest((item.id, item.sha256[: bits // 4]) for item in items),
    }
    text = records.to_lines([head, *(_plain(source) for source in known.values()), *lines])
    packed = {".gz": gzip.compress(text, 9, mtime=0), ".xz": lzma.compress(text, preset=9 | lzma.PRESET_EXTREME)}
    best = min(packed, key=lambda suffix: len(packed[suffix]))
    path = folder / f"{name}.jsonl{best}"
    records.write_whole(path, packed[best])
    for suffix in packed:
        if suffix != best:
            (folder / f"{name}.jsonl{suffix}").unlink(missing_ok=True)
    return path


def _block_of(item: Item) -> tuple[str, ...]:
    folder, slash, name = item.id.rpartition("/")
    return (folder + slash, item.set, item.licence, item.author, item.split, item.source, item.encoder, name)


def _line(block: Sequence[str], items: list[Item], bits: int) -> dict[str, Any]:
    keys = ("in", "set", "licence", "author", "split", "source", "encoder")
    hashes = b"".join(bytes.fromhex(item.sha256)[: bits // 8] for item in items)
    row: dict[str, Any] = {key: value for key, value in zip(keys, block) if value}
    row["ids"] = [item.id[len(block[0]) :] for item in items]
    return {**row, "sha256": base64.b64encode(hashes).decode()}


def _plain(source: Source) -> dict[str, Any]:
    row = {key: value for key, value in asdict(source).items() if value}
    if source.also:
        row["also"] = [{k: v for k, v in _plain(part).items() if k != "set"} for part in source.also]
    return row


def _digest(pairs: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for id, sha256 in sorted(pairs):
        digest.update(f"{id}\n{sha256}\n".encode())
    return digest.hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Read a manifest. DataError if it is damaged, of a newer format, or does not hold what its digest says."""
    lines = records.read_lines(path)
    try:
        _, head = next(lines)
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            found = head.get("format") if isinstance(head, dict) else None
            mend = "update Maquette" if str(found).startswith("maquette-manifest-") else "give a manifest of a model"
            raise DataError(f"this is no manifest that we can read ({found})", where=str(path), mend=mend)
        sources: dict[str, Source] = {}
        entries: list[Entry] = []
        for _, row in lines:
            if isinstance(row, str):
                raise ValueError(row)
            if "ids" in row:
                entries.extend(_entries(row, head["bits"], sources))
            else:
                name = row.pop("set")
                sources[name] = source_of(name, row, str(path))
        if _digest((entry.id, entry.sha256) for entry in entries) != head["digest"]:
            raise ValueError("its digest does not fit")
    except (StopIteration, KeyError, TypeError, ValueError, binascii.Error, json.JSONDecodeError) as error:
        raise DataError(f"the manifest is damaged: {error}", where=str(path), mend="install the model again") from error
    return Manifest(head["dataset"], sources, tuple(entries), head["digest"])


def _entries(row: Mapping[str, Any], bits: int, sources: Mapping[str, Source]) -> Iterator[Entry]:
    hashes, size = base64.b64decode(row["sha256"]).hex(), bits // 4
    if len(hashes) != size * len(row["ids"]):
        raise ValueError("a block has more ids than hashes")
    source = sources.get(row.get("set", ""))
    place, commit = (source.repository, source.version) if source else (row.get("source", ""), "")
    name, terms, author, split = (str(row.get(key, "")) for key in ("set", "licence", "author", "split"))
    for index, id in enumerate(row["ids"]):
        sha256 = hashes[index * size : (index + 1) * size]
        typed = str(row.get("encoder", ""))
        yield Entry(row.get("in", "") + id, name, terms, author, split, sha256, place, commit, typed)
