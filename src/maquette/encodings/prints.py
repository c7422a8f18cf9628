"""Fingerprints of drawings: the training items of a checkpoint, ready to be compared with what it draws.

A fingerprint is a small one-bit picture of a drawing's form (see `print_pictures`). The index of a checkpoint's
training items holds one for each, with whose it is, in about 50 bytes an item.
"""

from __future__ import annotations

import io
import json
import lzma
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CheckpointError, MediaError
from ..core.progress import OnProgress, Progress, silent
from ..media import drawing as d
from . import print_pictures as pictures
from .print_pictures import Bits, Rows, complexity, count_bits

FORMAT = "prints.v1"
BLOCK = 1024  # pictures that are worked on at once, to stay in the processor's cache


def fingerprint(drawing: d.Drawing) -> Bits:
    """The print (128,) of a drawing: 32 x 32 bits, every stroke 2 of 24 units wide."""
    return pictures.pooled(pictures.picture(drawing))


def fingerprints(drawings: Sequence[d.Drawing]) -> Bits:
    """The prints (n, 128) of many drawings."""
    return pictures.pooled(pictures.pictures(drawings))


@dataclass(frozen=True)
class Entry:
    """Whose drawing a print in the index is. `source` is its id, "set/style/name" for the record files."""

    title: str
    author: str
    licence: str
    source: str
    set: str
    complexity: int


class PrintIndex:
    """The prints of a checkpoint's training items, with whose they are; made by `build` or `load`."""

    def __init__(self, rows: Rows, entries: Sequence[Entry], names: _Names | None = None) -> None:
        self.pictures = rows  # (n, 64)
        blocks = [pictures.pooled(rows[i : i + BLOCK]) for i in range(0, len(rows), BLOCK)]
        self.prints = np.concatenate(blocks) if blocks else pictures.pooled(rows)  # (n, 128)
        self._names = names or _Names.of(entries)
        # Word-major, so that a query word meets all items in one run through memory.
        self._words = np.ascontiguousarray(self.prints.view(np.uint64).T)
        self._ink = count_bits(self._words).sum(0, dtype=np.int32)

    def __len__(self) -> int:
        return len(self.pictures)

    def entry(self, index: int) -> Entry:
        """Whose drawing item `index` is."""
        return self._names.entry(int(index))

    def nearest(self, prints: Bits, k: int = 8) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k items with the highest IoU for each print (q, 128): their numbers and IoUs (q, k), best first."""
        k = min(k, len(self))
        index, score = np.zeros((len(prints), k), np.int64), np.zeros((len(prints), k))
        for row, print_ in enumerate(prints):
            every = self.iou(print_)
            best = np.argpartition(every, len(every) - k)[len(every) - k :] if k < len(every) else np.arange(len(every))
            # Of equals the first, so that the answer is the same on every machine.
            order = best[np.lexsort((best, -every[best]))]
            index[row], score[row] = order, every[order]
        return index, score

    def iou(self, print_: Bits, items: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """The IoU of one print (128,) with every item (n,), or with some of them."""
        words = np.ascontiguousarray(print_).view(np.uint64)
        columns = self._words if items is None else self._words[:, items]
        both = np.zeros(columns.shape[1], np.uint16)
        shared, bits = np.empty(len(both), np.uint64), np.empty(len(both), np.uint8)
        for column, word in zip(columns, words, strict=True):
            if word:  # empty stretches of the query meet nothing
                np.bitwise_count(np.bitwise_and(column, word, out=shared), out=bits)
                np.add(both, bits, out=both)
        theirs = self._ink if items is None else self._ink[items]
        union = theirs + int(count_bits(words).sum(dtype=np.int64)) - both
        iou: NDArray[np.float32] = both / np.maximum(union, 1).astype(np.float32)
        return iou

    def with_those_of(self, other: PrintIndex) -> PrintIndex:
        """The works of both: what a model learnt from that went on from another."""
        entries = [index.entry(number) for index in (self, other) for number in range(len(index))]
        return PrintIndex(np.concatenate([self.pictures, other.pictures]), entries)

    def save(self, path: Path) -> int:
        """Write the index to `path` (.npz); returns its size in bytes."""
        parts = {
            "format": np.array(FORMAT),
            "pictures": _squeeze(pictures.as_bytes(self.pictures).tobytes()),
            "items": np.array(len(self)),
        }
        parts |= self._names.packed()
        whole = io.BytesIO()
        np.savez(whole, **parts)  # type: ignore[arg-type]
        fresh = path.with_name(path.name + ".part")
        fresh.write_bytes(whole.getvalue())
        os.replace(fresh, path)
        return len(whole.getvalue())

    @classmethod
    def load(cls, path: Path) -> PrintIndex:
        """Read what `save` wrote. Raises CheckpointError for anything else."""
        try:
            with np.load(path, allow_pickle=False) as file:
                if (form := str(file["format"])) != FORMAT:
                    raise CheckpointError(f"fingerprints of format {form}", where=str(path), mend="update Maquette")
                data = np.frombuffer(lzma.decompress(file["pictures"].tobytes()), np.uint8)
                rows = pictures.from_bytes(data.reshape(int(file["items"]), -1))
                return cls(rows, (), _Names.unpacked(file))
        except (OSError, ValueError, KeyError, EOFError, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise CheckpointError(
                "this file holds no fingerprints",
                where=f"{path}: {error}",
                mend="build them again, or take the file from a fresh copy",
            ) from error


def build(
    items: Iterable[Any],
    on_progress: OnProgress = silent,
    *,
    holders: Mapping[str, str] | None = None,
    on_skipped: Callable[[str, str], None] | None = None,
) -> PrintIndex:
    """The index of items as a dataset gives them (id, title, author, licence, set, `svg_text()`).

    `holders` names the author of each set, for items that name none. An item that cannot be drawn is handed
    to `on_skipped` with the reason; without that it stops the work with its MediaError.
    """
    known = list(items)
    rows: list[tuple[Rows, Entry]] = []
    for step, item in enumerate(known):
        try:
            drawing = d.parse(item.svg_text())
            made = pictures.picture(drawing), _entry_of(item, drawing, holders or {})
        except MediaError as error:
            if on_skipped is None:
                raise
            on_skipped(item.id, error.wrong)
            continue
        rows.append(made)
        on_progress(Progress(step + 1, len(known), "fingerprints"))
    rows.sort(key=lambda row: (row[1].set, row[1].source))  # neighbours that look alike pack well
    shown = np.stack([row[0] for row in rows]) if rows else np.zeros((0, pictures.SIDE), np.uint64)
    return PrintIndex(shown, [row[1] for row in rows])


def _entry_of(item: Any, drawing: d.Drawing, holders: Mapping[str, str]) -> Entry:
    author = item.author or holders.get(item.set, "") or item.set
    return Entry(item.title, author, item.licence, item.source or item.id, item.set, complexity(drawing))


# What follows packs the index small.


@dataclass(frozen=True)
class _Names:
    """The columns of an index: sources and titles as text, the rest as numbers into short tables."""

    sources: tuple[str, ...]
    titles: Mapping[int, str]  # only those that differ from the end of their source
    tables: Mapping[str, tuple[str, ...]]  # author, licence, set
    codes: Mapping[str, NDArray[np.uint16]]
    complexity: NDArray[np.uint16]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> _Names:
        titles = {i: e.title for i, e in enumerate(entries) if e.title != _tail(e.source)}
        tables, codes = {}, {}
        for field in ("author", "licence", "set"):
            values = [getattr(entry, field) for entry in entries]
            tables[field] = tuple(sorted(set(values)))
            where = {value: code for code, value in enumerate(tables[field])}
            codes[field] = np.array([where[value] for value in values], np.uint16)
        size = np.array([min(entry.complexity, 65535) for entry in entries], np.uint16)
        return cls(tuple(entry.source for entry in entries), titles, tables, codes, size)

    def entry(self, index: int) -> Entry:
        source = self.sources[index]
        author, licence, group = (self.tables[f][int(self.codes[f][index])] for f in ("author", "licence", "set"))
        title = self.titles.get(index, _tail(source))
        return Entry(title, author, licence, source, group, int(self.complexity[index]))

    def packed(self) -> dict[str, NDArray[Any]]:
        texts = {"sources": self.sources, "titles": {str(i): t for i, t in self.titles.items()}, **self.tables}
        text = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()
        parts: dict[str, NDArray[Any]] = {"texts": _squeeze(text), "complexity": _squeeze(self.complexity.tobytes())}
        return parts | {field: _squeeze(codes.tobytes()) for field, codes in self.codes.items()}

    @classmethod
    def unpacked(cls, file: Any) -> _Names:
        texts = json.loads(lzma.decompress(file["texts"].tobytes()))
        fields = ("author", "licence", "set")
        numbers = {f: np.frombuffer(lzma.decompress(file[f].tobytes()), "<u2") for f in (*fields, "complexity")}
        titles = {int(i): title for i, title in texts["titles"].items()}
        tables = {field: tuple(texts[field]) for field in fields}
        return cls(tuple(texts["sources"]), titles, tables, {f: numbers[f] for f in fields}, numbers["complexity"])


def _tail(source: str) -> str:
    return source.rpartition("/")[2]


def _squeeze(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(lzma.compress(data, preset=9), np.uint8)
