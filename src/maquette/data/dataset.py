"""Datasets: items that know whose they are. A folder of files with `items.jsonl` or `licence.toml`, or a record file.

    folder   items.jsonl   one object per line: file, title, author, licence, source, tags
             licence.toml  licence, author, source: for every file that items.jsonl does not name
             Its drawings (.svg), or its tunes (.mid, .abc, .musicxml ...), whichever there are more of; where it has
             neither, the record files in it, all together; and without those its pictures (.png, .jpg ...).
    records  .jsonl[.gz|.xz|.zst] with the fields of the icon record files: id, set, style, paint, license, author,
             name, concept, tags, category, viewbox, attrs, svg, split; a record with `file` instead of `svg` names
             a file below the record file's folder. Records of music (`data.music_records`) have `voices` instead:
             id, set, license, title, composer, genre, work, encoder, source, split; records of small pictures
             (`data.picture_sets`) have `caption` and `style_name`, and their pixels in an .npz beside the file

    dataset = open_dataset("music")                  # one file or a folder of them, or a folder of .mid and .abc
    for item in dataset:
        item.title, item.author, item.licence        # the composer is the author; `encoder` typed the notes in
        item.genre, item.set, item.work, item.split  # "val": every twentieth work by its hash, and our own hold-out
        item.score()                                 # media.score.Score; of a record, `item.record()` is its JSON

Opening decides nothing about rights, so that everything can be looked at; `rights.require_training` does.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import DataError, MediaError
from ..core.hashing import sha256_bytes, sha256_json
from ..media import drawing, svg_file
from . import music_records, picture_records, picture_sets, records
from .licences import canonical

if TYPE_CHECKING:
    from ..media.score import Score

Split = Literal["train", "val"]
ITEMS, LICENCE = "items.jsonl", "licence.toml"
DRAWINGS = (".svg", ".svgz")
TUNES = (".mid", ".midi", ".abc", ".musicxml", ".xml", ".mxl")
VALIDATION = 20  # one concept in so many is kept for validation


@dataclass(frozen=True, slots=True)
class Item:
    """One work of somebody: what it is, whose it is, and under which licence it may be used.

    `licence` is an SPDX id ("" is unknown, which permits nothing). `concept` joins the same idea across sets and is
    what splits go by; of a piece of music it is the work. `sha256` is of the complete SVG text in its own encoding, of
    a piece of what sounds in it. The drawing itself is `file`, or `svg` (shapes only) inside `viewbox` with `attrs`
    shared by all shapes; a piece is `file`, or `packed` (its record, compressed).
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
    encoder: str = ""
    packed: bytes = field(default=b"", repr=False)
    stored: tuple[Path, int] | None = None  # of a small picture: the .npz and its row in it

    @property
    def work(self) -> str:
        """Of a piece of music: which work it is, so that two editions of it never stand on both sides of a split."""
        return self.concept

    @property
    def genre(self) -> str:
        """Of a piece of music: "mazurka"."""
        return self.category

    @property
    def is_music(self) -> bool:
        """True for a piece of music."""
        return bool(self.packed) or (self.file is not None and self.file.suffix.lower() in TUNES)

    @property
    def is_picture(self) -> bool:
        """True for a picture of pixels, in a file of its own or in a store."""
        return self.stored is not None or picture_records.is_picture(self.file)

    def record(self) -> dict[str, Any]:
        """The record of a piece, with `notes` and `bar_starts` (see `music_records.unpacked`). DataError for a file."""
        if not self.packed:
            raise DataError("this piece is a file and no record", where=self.id, mend="read it with score()")
        return music_records.unpacked(json.loads(zlib.decompress(self.packed)))

    def score(self) -> Score:
        """The piece as a score. DataError if it is none, MediaError if its file cannot be read any more."""
        if self.packed:
            return music_records.record_to_score(json.loads(zlib.decompress(self.packed)))
        if self.file is None or not self.is_music:
            raise DataError("this item is no piece of music", where=self.id, mend="give tunes, or records of music")
        from ..media.score_table import read_score

        return read_score(self.file)

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

    @property
    def is_music(self) -> bool:
        """True if what it holds are pieces of music."""
        return bool(self.items) and self.items[0].is_music

    @property
    def is_pictures(self) -> bool:
        """True if what it holds are pictures of pixels."""
        return bool(self.items) and self.items[0].is_picture

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
        found, name = _of_folder(path), path.resolve().name
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
        mend = (
            "put .svg files into it, or tunes (.mid, .abc, .musicxml), or pictures (.png, .jpg)"
            if path.is_dir()
            else "see the README of the data for its fields"
        )
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
    seen: Counter[str] = Counter()
    store = cache(lambda: picture_sets.store_if_any(path))
    for place, (number, record, text) in enumerate(records.read_lines_with_text(path)):
        line = f"line {number}"
        if isinstance(record, str):
            yield Skipped(line, record)
            continue
        if "file" in record and "svg" not in record:
            yield _named_item(path, number, record, said)
            continue
        try:
            if music_records.is_music(record):
                yield _music_item(record, text, said, seen)
            elif picture_sets.is_picture_record(record):
                yield _picture_item(record, path, place, store())
            else:
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


def _music_item(record: dict[str, Any], text: bytes, said: Mapping[str, str], seen: Counter[str]) -> Item:
    """The item of a record of music; `said` (licence.toml) speaks for a record without a licence.

    Hymns share numbers: a second piece of one id is "hymnal/1#2". `seen` counts them.
    """
    id = record.get("id")
    owed = record if _licence_in(record) else {**record, **said}
    if not isinstance(id, str) or not id:
        raise ValueError("id must be a text")
    music_records.checked(record)
    title = str(record.get("title") or id.rpartition("/")[2])
    work = str(record.get("work") or concept_of(title))
    seen[id] += 1
    return Item(
        id=f"{id}#{seen[id]}" if seen[id] > 1 else id,
        title=title,
        author=str(record.get("composer") or owed.get("author") or ""),
        encoder=str(record.get("encoder") or ""),
        licence=_licence_in(owed),
        source=str(owed.get("source") or ""),
        sha256=music_records.content_hash(record),
        tags=_tags([record.get(key) for key in ("style", "instrument", "collection") if record.get(key)]),
        category=str(record.get("genre") or ""),
        concept=work,
        set=str(record.get("set") or ""),
        split=str(record.get("split") or music_records.split_of_work(work)),
        packed=zlib.compress(text, 1),
    )


def _picture_item(record: dict[str, Any], path: Path, place: int, store: Path | None) -> Item:
    """The item of a record of a small picture: `place` counts its file's records, `store` has its pixels."""
    id, title = str(record["id"]), str(record["caption"])
    content = picture_sets.encoded(store, place) if store is not None else f"{id}\n{title}".encode()
    return Item(
        id=id,
        title=title,
        author=str(record.get("author") or ""),
        licence=_licence_in(record),
        source=str(record.get("source") or ""),
        sha256=sha256_bytes(content),
        tags=_tags(record.get("keywords")),
        category=str(record.get("group") or ""),
        concept=str(record.get("concept") or concept_of(title)),
        set=str(record.get("set") or ""),
        style=str(record["style_name"]),
        split=picture_sets.split_of(record),
        stored=(path, place),
    )


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


def listed_records(folder: Path) -> list[Path]:
    """The record files that a folder is opened as; [] where it holds works in files of their own."""
    files = (folder / ITEMS).is_file() or any(True for _ in _works_in(folder, (*DRAWINGS, *TUNES)))
    paths = (
        () if files else sorted(path for path in folder.iterdir() if path.is_file() and records.is_record_file(path))
    )
    # items.kept.jsonl and the like are listings of a folder's own files
    # and labels-i18n.jsonl.gz holds names in other languages, no works
    return [path for path in paths if not path.name.startswith(("items.", "labels-", "."))]


def _of_folder(folder: Path) -> Iterator[Item | Skipped]:
    """The items of a folder of files, or of the record files that lie in it together."""
    together = listed_records(folder)
    return chain.from_iterable(map(_record_items, together)) if together else _folder_items(folder)


def _works_in(folder: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Name and path of every file below a folder that ends so, in order; hidden ones are passed over."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in suffixes and not _hidden(name):
            yield name, path


def _kind_of(folder: Path) -> tuple[str, ...]:
    """What a folder's files that nobody lists are taken for: drawings or tunes, whichever there are more of; where
    there is neither, pictures (those beside drawings are taken for exports of them)."""
    drawings, tunes = (sum(1 for _ in _works_in(folder, suffixes)) for suffixes in (DRAWINGS, TUNES))
    if not drawings and not tunes:
        return picture_records.PICTURES
    return TUNES if tunes > drawings else DRAWINGS


def _folder_items(folder: Path) -> Iterator[Item | Skipped]:
    said, named = read_licence_file(folder), set()
    if (folder / ITEMS).is_file():
        for number, record in records.read_lines(folder / ITEMS):
            entry = _named_item(folder / ITEMS, number, record, said)
            named.add(entry.id if isinstance(entry, Item) else entry.name)
            yield entry
    for name, _ in _works_in(folder, _kind_of(folder)):
        if name not in named:
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
        if path.suffix.lower() in TUNES:
            return _tune_item(folder, name, record)
        if picture_records.is_picture(path):
            data = picture_records.checked(path)
        else:
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


def _tune_item(folder: Path, name: str, record: Mapping[str, Any]) -> Item | Skipped:
    """A tune in a file of its own. MediaError if it cannot be read."""
    from ..media.score_table import read_score

    path = folder / name
    score = read_score(path)
    if not score.count:
        return Skipped(name, "there is not one note in it")
    title = str(record.get("title") or score.title or path.stem)
    work = str(record.get("work") or record.get("concept") or concept_of(title))
    return Item(
        id=name,
        file=path,
        title=title,
        concept=work,
        split=str(record.get("split") or split_of(work)),
        sha256=sha256_bytes(path.read_bytes()),
        author=str(record.get("author") or record.get("composer") or score.composer),
        encoder=str(record.get("encoder") or ""),
        licence=_licence_in(record),
        source=str(record.get("source") or ""),
        tags=_tags(record.get("tags")),
        category=str(record.get("category") or record.get("genre") or ""),
        set=str(record.get("set") or folder.resolve().name),
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
