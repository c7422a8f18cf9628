"""Datasets: items that know whose they are. A folder of files with `items.jsonl` or `licence.toml`, or a record file.

    folder   items.jsonl   one object per line: file, title, author, licence, source, tags
             licence.toml  licence, author, source: for every file that items.jsonl does not name
    records  .jsonl[.gz|.xz|.zst] with the fields of the icon record files: id, set, style, paint, license, author,
             name, concept, tags, category, viewbox, attrs, svg, split; a record with `file` instead of `svg` names
             a file below the record file's folder

Opening decides nothing about rights, so that everything can be looked at; `rights.require_training` does.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any, Literal

from ..core.errors import DataError, MediaError
from ..core.hashing import sha256_bytes, sha256_json
from ..media import drawing, svg_file
from . import records
from .licences import canonical

Split = Literal["train", "val"]
ITEMS, LICENCE = "items.jsonl", "licence.toml"
DRAWINGS = (".svg", ".svgz")
VALIDATION = 20  # one concept in so many is kept for validation


@dataclass(frozen=True, slots=True)
class Item:
    """One work of somebody: what it is, whose it is, and under which licence it may be used.

    `licence` is an SPDX id ("" is unknown, which permits nothing). `concept` joins the same idea across sets and is
    what splits go by. `sha256` is of the complete SVG text in its own encoding. The drawing itself is `file`, or `svg`
    (shapes only) inside `viewbox` with `attrs` shared by all shapes.
    """

    id: str
    title: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""
    sha256: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    concept: str = ""
    set: str = ""
    style: str = ""
    paint: str = ""
    split: str = "train"
    viewbox: tuple[float, float, float, float] = (0.0, 0.0, 24.0, 24.0)
    attrs: Mapping[str, str] = field(default_factory=dict)
    svg: str = ""
    file: Path | None = None

    def svg_text(self) -> str:
        """The complete SVG document. DataError if the file is gone or is no text."""
        if self.file is not None:
            return _svg_of(self.file)
        box = " ".join(f"{number:g}" for number in self.viewbox)
        attrs = "".join(f' {name}="{escape(str(value))}"' for name, value in self.attrs.items())
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{attrs}>{self.svg}</svg>'


@dataclass(frozen=True)
class Skipped:
    """An item that could not be read, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Dataset:
    """`items` in a fixed order. `version` is short for `sha256`, the hash over all items of both splits."""

    name: str
    version: str
    items: tuple[Item, ...]
    path: Path
    sha256: str = ""
    skipped: tuple[Skipped, ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)


def open_dataset(path: Path | str, *, split: Split | None = None, skip_unreadable: bool = False) -> Dataset:
    """Open a folder or a record file; `split` keeps "train" or "val" only.

    DataError names the first unreadable item, unless `skip_unreadable`, which lists them in `Dataset.skipped`.
    """
    path = Path(path)
    if path.is_dir():
        found, name = _folder_items(path), path.resolve().name
    elif path.is_file() and records.is_record_file(path):
        found, name = _record_items(path), records.stem(path) if path.name != ITEMS else path.resolve().parent.name
    elif not path.exists():
        raise DataError("there is no such dataset", where=str(path), mend="give a folder or a record file (.jsonl)")
    else:
        kinds = ", ".join(records.SUFFIXES)
        raise DataError("this file is no dataset", where=str(path), mend=f"give a folder or a file ending in {kinds}")
    items, skipped = _sort_out(found)
    if skipped and not skip_unreadable:
        raise _first_unreadable(path, skipped, len(items) + len(skipped))
    if not items:
        mend = "put .svg files into it" if path.is_dir() else "see the README of the data for its fields"
        raise DataError("the dataset holds no readable item", where=str(path), mend=mend)
    sha256 = version_of(items)
    kept = tuple(item for item in items if split is None or item.split == split)
    return Dataset(name, sha256[:12], kept, path, sha256, tuple(skipped))


def version_of(items: Iterable[Item]) -> str:
    """SHA-256 over id, content, licence, author and split of every item, whatever their order."""
    return sha256_json(sorted([item.id, item.sha256, item.licence, item.author, item.split] for item in items))


def split_of(concept: str) -> Split:
    """The split of a concept in a folder: by its hash, so that a new file never moves an old one."""
    return "val" if int(hashlib.sha1(concept.encode()).hexdigest(), 16) % VALIDATION == 0 else "train"


def concept_of(title: str) -> str:
    """The order-free, singular form of a name: "Left arrows" and "arrow-left" are one concept."""
    words = re.findall(r"\w+", title.lower().replace("_", " "))
    singular = [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words]
    return "-".join(sorted(singular)) or title.strip()


def _sort_out(found: Iterable[Item | Skipped]) -> tuple[list[Item], list[Skipped]]:
    items: list[Item] = []
    skipped: list[Skipped] = []
    seen: set[str] = set()
    for entry in found:
        if isinstance(entry, Skipped):
            skipped.append(entry)
        elif entry.id in seen:
            skipped.append(Skipped(entry.id, "this id stands here a second time"))
        else:
            seen.add(entry.id)
            items.append(entry)
    return items, skipped


def _first_unreadable(path: Path, skipped: list[Skipped], count: int) -> DataError:
    first, more = skipped[0], len(skipped) - 1
    others = f", and {more} more" if more else ""
    return DataError(
        f"{len(skipped)} of {count} items cannot be read: {first.name} ({first.reason}){others}",
        where=str(path),
        mend="mend or remove it, or leave such items out with --skip-unreadable",
    )


# --- record files --------------------------------------------------------------------------------------------------


def _record_items(path: Path) -> Iterator[Item | Skipped]:
    said = read_licence_file(path.parent)
    for number, record in records.read_lines(path):
        line = f"line {number}"
        if isinstance(record, str):
            yield Skipped(line, record)
            continue
        if "file" in record and "svg" not in record:
            yield _named_item(path, number, record, said)
            continue
        try:
            yield _record_item(record)
        except (KeyError, TypeError, ValueError) as error:
            reason = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            yield Skipped(f"{line}, {record.get('id', 'without id')}", reason)


def _record_item(record: dict[str, Any]) -> Item:
    id, svg, attrs = record["id"], record["svg"], record.get("attrs") or {}
    box = tuple(float(number) for number in record["viewbox"])
    if not isinstance(id, str) or not isinstance(svg, str) or not id or not svg or not isinstance(attrs, dict):
        raise ValueError("id and svg must be texts, attrs an object")
    if len(box) != 4 or not all(abs(number) < 1e9 for number in box) or box[2] <= 0 or box[3] <= 0:
        raise ValueError(f"viewbox {list(box)} is no x, y, width, height")
    split = record.get("split") or "train"  # other names than train and val (test ...) are kept: only train is learnt
    if not isinstance(split, str):
        raise ValueError(f"split {split!r} is no text")
    title = str(record.get("name") or record.get("title") or id.rpartition("/")[2])
    item = Item(
        id=id,
        svg=svg,
        viewbox=box,
        attrs=attrs,
        title=title,
        split=split,
        author=str(record.get("author") or ""),
        licence=_licence_in(record),
        source=str(record.get("source") or ""),
        tags=_tags(record.get("tags")),
        category=str(record.get("category") or ""),
        concept=str(record.get("concept") or concept_of(title)),
        set=str(record.get("set") or ""),
        style=str(record.get("style") or ""),
        paint=str(record.get("paint") or ""),
    )
    return replace(item, sha256=sha256_bytes(item.svg_text().encode()))


def _licence_in(record: Mapping[str, Any]) -> str:
    recorded = str(record.get("license") or record.get("licence") or "")
    return canonical(recorded) if recorded.strip() else ""


def _tags(value: Any) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else (value or ())
    return tuple(str(word).strip() for word in words if str(word).strip())


# --- folders -------------------------------------------------------------------------------------------------------


def read_licence_file(folder: Path) -> dict[str, str]:
    """What `licence.toml` says for the whole folder: licence, author, source; {} if there is none."""
    path = folder / LICENCE
    if not path.is_file():
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"the file cannot be read: {error}",
            where=str(path),
            mend="write it again with `maquette data licence`",
        ) from error
    return {str(key): str(value) for key, value in said.items()}


def _folder_items(folder: Path) -> Iterator[Item | Skipped]:
    said, named = read_licence_file(folder), set()
    if (folder / ITEMS).is_file():
        for number, record in records.read_lines(folder / ITEMS):
            entry = _named_item(folder / ITEMS, number, record, said)
            named.add(entry.id if isinstance(entry, Item) else entry.name)
            yield entry
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in DRAWINGS and name not in named and not _hidden(name):
            yield _file_item(folder, name, said)


def _named_item(listing: Path, number: int, record: Mapping[str, Any] | str, said: Mapping[str, Any]) -> Item | Skipped:
    """The item of one line of a listing; `said` speaks for what the line leaves open."""
    if isinstance(record, str):
        return Skipped(f"{listing.name}, line {number}", record)
    name = record.get("file")
    if not isinstance(name, str) or not name:
        return Skipped(f"{listing.name}, line {number}", "it names no file")
    own = {key: value for key, value in record.items() if value}
    # Who states a licence speaks for himself: the folder's author is not the author of a foreign drawing.
    return _file_item(listing.parent, Path(name).as_posix(), own if _licence_in(own) else {**said, **own})


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _file_item(folder: Path, name: str, record: Mapping[str, Any]) -> Item | Skipped:
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return Skipped(name, "it lies outside the dataset's folder")
        data = svg_file.read_bytes(path)
        drawing.parse(data)
    except OSError as error:
        return Skipped(name, error.strerror or str(error))
    except MediaError as error:
        return Skipped(name, error.wrong)
    title = str(record.get("title") or path.stem)
    concept = str(record.get("concept") or concept_of(title))
    return Item(
        id=name,
        file=path,
        title=title,
        concept=concept,
        split=split_of(concept),
        sha256=sha256_bytes(data),
        author=str(record.get("author") or ""),
        licence=_licence_in(record),
        source=str(record.get("source") or ""),
        tags=_tags(record.get("tags")),
        category=str(record.get("category") or ""),
        set=str(record.get("set") or folder.resolve().name),
        style=str(record.get("style") or ""),
        paint=str(record.get("paint") or ""),
    )


def _svg_of(path: Path) -> str:
    try:
        data = svg_file.read_bytes(path)
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        declared = re.match(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([\w.-]+)""", data)
        return data.decode("utf-16" if wide else declared[1].decode() if declared else "utf-8-sig")
    except MediaError as error:
        raise DataError(error.wrong, where=str(path), mend=error.mend) from error
    except (ValueError, LookupError) as error:
        raise DataError("the text of the SVG cannot be decoded", where=str(path), mend="save it as UTF-8") from error
