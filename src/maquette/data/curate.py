"""Putting a dataset in order: recording a licence, and leaving out what may not be learnt from."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import DataError, UsageError
from . import picture_sets, records, rights
from .dataset import ITEMS, LICENCE, Item, Skipped, listed_records, open_dataset, read_licence_file
from .licences import checked
from .music_records import is_music

_FIELDS = ("title", "author", "licence", "source", "category", "concept", "set", "style", "paint", "encoder")


@dataclass(frozen=True)
class Recorded:
    """Where a licence was written down, what stood there before, and for how many items it now speaks."""

    path: Path
    licence: str
    before: str
    items: int


@dataclass(frozen=True)
class Dropped:
    """The new listing (None if nothing had to go), how many items it keeps, and what was left out."""

    path: Path | None
    kept: int
    refused: tuple[rights.Refusal, ...]
    skipped: tuple[Skipped, ...]


def record_licence(path: Path, spdx: str, *, author: str = "", source: str = "") -> Recorded:
    """Write down the licence of a dataset, in the place that its kind has for it.

    A folder: `licence.toml`, for every file that `items.jsonl` gives no licence of its own. One file: its line in the
    `items.jsonl` beside it. A record file: a copy `NAME.licensed.jsonl` in which the items without a licence have it.
    """
    licence = checked(spdx)
    if path.is_dir():
        return _record_for_folder(path, licence, author, source)
    if not path.is_file():
        raise DataError("there is no such dataset", where=str(path), mend="give a folder, a file or a record file")
    if records.is_record_file(path):
        return _record_in_copy(path, licence, author, source)
    return _record_for_file(path, licence, author, source)


def _given(licence: str, author: str, source: str) -> dict[str, str]:
    said = {"licence": licence, "author": author, "source": source}
    return {key: value for key, value in said.items() if value}


def _record_for_folder(folder: Path, licence: str, author: str, source: str) -> Recorded:
    place, before = folder / LICENCE, read_licence_file(folder)
    new = _given(licence, author, source)
    lines = place.read_text(encoding="utf-8-sig").splitlines() if before else []
    kept = [line for line in lines if not re.match(rf"\s*(?:{'|'.join(new)})\s*=", line)]
    text = "\n".join([*(f"{key} = {_toml(value)}" for key, value in new.items()), *kept]) + "\n"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"it cannot be added to: {error}", where=str(place), mend="write the file anew") from error
    records.write_whole(place, text.encode())
    count = sum(item.licence == licence for item in open_dataset(folder, skip_unreadable=True))
    return Recorded(place, licence, before.get("licence", ""), count)


def _toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _record_for_file(path: Path, licence: str, author: str, source: str) -> Recorded:
    place, before, found = path.parent / ITEMS, "", False
    rows: list[dict[str, Any]] = []
    for number, row in records.read_lines(place) if place.exists() else ():
        if isinstance(row, str):
            raise DataError(f"line {number} is {row}", where=str(place), mend="mend this line first")
        if row.get("file") == path.name:
            before, found = str(row.get("licence", "")), True
            row = {**row, **_given(licence, author, source)}
        rows.append(row)
    if not found:
        rows.append({"file": path.name, **_given(licence, author, source)})
    records.write_whole(place, records.to_lines(rows))
    return Recorded(place, licence, before, 1)


def _record_in_copy(path: Path, licence: str, author: str, source: str) -> Recorded:
    rows, count = [], 0
    for _, row in _rows(path):
        if not (row.get("license") or row.get("licence")):
            row, count = {**row, **_given(licence, author, source)}, count + 1
        rows.append(row)
    if not count:
        raise UsageError("every item of it has a licence already", where=str(path))
    place = records.free_name(_beside(path, "licensed"))
    records.write_whole(place, _packed(place, records.to_lines(rows)))
    return Recorded(place, licence, "", count)


def drop_refused(path: Path, *, mine: rights.Mine | None = None) -> Dropped:
    """Write a new listing without the items that may not be learnt from or cannot be read; nothing is overwritten.

    A folder gets `items.kept.jsonl` inside it, a record file a `NAME.kept.jsonl[.gz]` beside it, a folder of record
    files one `FOLDER.kept.jsonl.gz` beside it: open that instead.
    `mine` as in `rights.refused`.
    """
    dataset = open_dataset(path, skip_unreadable=True)
    reserved = rights.reserved_whole(path)
    no = [rights.Refusal(item, reserved) for item in dataset] if reserved else rights.refused(dataset, mine=mine)
    gone = {refusal.item.id for refusal in no}
    kept = [item for item in dataset if item.id not in gone]
    if not no and not dataset.skipped:
        return Dropped(None, len(kept), (), ())
    if not kept:
        raise UsageError("no item would be left", where=str(path), mend="record the licences of these items first")
    together = listed_records(path) if path.is_dir() else [path]
    if not together:
        place, rows = path / "items.kept.jsonl", [_row(item) for item in kept]
    else:
        ids = {item.id for item in kept}
        place = path.with_name(f"{path.resolve().name}.kept.jsonl.gz") if path.is_dir() else _beside(path, "kept")
        rows = [dict(row) for file in together for name, row in _rows(file) if name in ids]
    place = records.free_name(place)
    stored = [item.stored for item in kept if item.stored is not None]
    if stored:
        picture_sets.save_store(place.with_name(f"{records.stem(place)}.npz"), stored)
    records.write_whole(place, _packed(place, records.to_lines(rows)))
    return Dropped(place, len(kept), tuple(no), dataset.skipped)


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Item id and record of every line; what is no record is left out (it is told apart when the file is opened)."""
    seen: set[str] = set()
    pieces: Counter[str] = Counter()
    for _, row in records.read_lines(path):
        if isinstance(row, dict) and is_music(row):
            pieces[str(row.get("id"))] += 1
            count = pieces[str(row.get("id"))]
            yield f"{row.get('id')}#{count}" if count > 1 else str(row.get("id")), row
            continue
        if isinstance(row, str) or not ("svg" in row or "file" in row or picture_sets.is_picture_record(row)):
            continue
        name = Path(str(row["file"])).as_posix() if "file" in row and "svg" not in row else str(row.get("id"))
        if name not in seen:
            seen.add(name)
            yield name, row


def _row(item: Item) -> dict[str, Any]:
    said = {key: getattr(item, key) for key in _FIELDS if getattr(item, key)}
    return {"file": item.id, **said, **({"tags": list(item.tags)} if item.tags else {})}


def _beside(path: Path, what: str) -> Path:
    packed = not path.name.lower().endswith(".jsonl")
    return path.with_name(f"{records.stem(path)}.{what}.jsonl{'.gz' if packed else ''}")


def _packed(place: Path, data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0) if place.suffix == ".gz" else data
