"""Record files: one JSON object per line, plain or compressed (.jsonl, .jsonl.gz, .jsonl.xz, .jsonl.zst)."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..core.errors import DataError, MissingExtra

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.xz", ".jsonl.zst")


def is_record_file(path: Path) -> bool:
    """True if the name says that this is a record file."""
    return path.name.lower().endswith(SUFFIXES)


def stem(path: Path) -> str:
    """The name of a record file without its suffixes: "icons" for icons.jsonl.zst."""
    for suffix in SUFFIXES:
        if path.name.lower().endswith(suffix):
            return path.name[: -len(suffix)]
    return path.stem


def open_bytes(path: Path) -> BinaryIO:
    """The unpacked bytes of a record file, read as a stream."""
    name = path.name.lower()
    if name.endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if name.endswith(".xz"):
        return cast(BinaryIO, lzma.open(path, "rb"))
    if name.endswith(".zst"):
        return _open_zstd(path)
    return open(path, "rb")


def _open_zstd(path: Path) -> BinaryIO:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtra(
            "reading .zst files needs the package zstandard",
            where=str(path),
            mend='pip install "maquette[train]", or unpack the file to .jsonl or .jsonl.gz first',
        ) from error
    return cast(BinaryIO, io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(open(path, "rb"), closefd=True)))


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line number (from 1) and record of every line that is not empty; a reason (str) where a line is no record.

    DataError if the file itself cannot be opened or unpacked.
    """
    return ((number, _record(line)) for number, line in raw_lines(path))


def read_lines_with_text(path: Path) -> Iterator[tuple[int, dict[str, Any] | str, bytes]]:
    """The same with the bytes of each line, for what keeps them."""
    return ((number, _record(line), line) for number, line in raw_lines(path))


def raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Line number (from 1) and bytes of every line that is not empty. DataError as in `read_lines`."""
    try:
        with open_bytes(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise _unreadable(path, error) from error
    except Exception as error:  # zstandard has its own error class, and may not be installed
        if type(error).__module__.partition(".")[0] != "zstandard":
            raise
        raise _unreadable(path, error) from error


def _record(line: bytes) -> dict[str, Any] | str:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "not UTF-8 text"
    except (ValueError, RecursionError) as error:
        return f"not JSON ({error})"
    return record if isinstance(record, dict) else "not a JSON object"


def _unreadable(path: Path, error: Exception) -> DataError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return DataError(
        f"the file cannot be read: {reason}", where=str(path), mend="check the path, or copy the file again"
    )


def to_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Records as the bytes of a plain record file."""
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. DataError if the folder cannot be written to."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            if os.name == "posix":
                os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise DataError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            mend="choose a folder that you may write to, with room on its disk",
        ) from error


def free_name(path: Path) -> Path:
    """The path itself, or with -2, -3 ... before its suffixes if something of that name is there already."""
    base, taken, count = stem(path), path, 1
    while taken.exists():
        count += 1
        taken = path.with_name(f"{base}-{count}{path.name[len(base) :]}")
    return taken
