"""Record files of small pictures: one JSON object a line, and beside it an .npz with the pictures themselves.

    NAME.jsonl[.gz]   id, set, style, style_name, license, caption, keywords, group, concept, tone, permissive, fold ...
    NAME.npz          data (bytes one after the other, each a PNG or WebP file), offset (n + 1): row i is
                      data[offset[i]:offset[i + 1]]; of its own name, or px64.npz and the like where that is missing

The validation split is fold 0: it is shown in figures and never learnt from.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError
from . import records

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VALIDATION = 0  # the fold that is kept
NEEDED = ("id", "style_name", "caption")


def is_picture_record(record: Mapping[str, Any]) -> bool:
    """True for a record of a small picture."""
    return all(key in record for key in NEEDED) and "svg" not in record and "voices" not in record


def split_of(record: Mapping[str, Any]) -> str:
    """ "val" for fold 0, "train" for all others."""
    return "val" if record.get("fold", 1) == VALIDATION else "train"


def store_of(path: Path, count: int) -> Path:
    """The .npz that holds the pictures of a record file of `count` rows. DataError where none fits."""
    stem = records.stem(path)
    tail = stem.partition("-")[2]
    likely = [path.with_name(f"{stem}.npz"), path.with_name(f"px64-{tail}.npz" if tail else "px64.npz")]
    every = [*likely, *sorted(path.parent.glob("*.npz"))]
    for file in dict.fromkeys(every):
        if file.is_file() and rows_in(file) == count:
            return file
    mend = f"put {stem}.npz with {count} pictures beside it (arrays data and offset)"
    raise DataError("the pictures of this record file are missing", where=str(path), mend=mend)


def store_if_any(path: Path) -> Path | None:
    """The .npz of a record file, None where there is none."""
    try:
        return store_of(path, sum(1 for _ in records.raw_lines(path)))
    except DataError:
        return None


def rows_in(file: Path) -> int:
    """How many pictures an .npz holds; 0 for one of another kind."""
    import zipfile

    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as arrays:
            if not {"data", "offset"} <= set(arrays.files) or "index" in arrays.files:
                return 0
            return len(arrays["offset"]) - 1
    except (OSError, ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile):
        return 0


@lru_cache(maxsize=2)
def _opened(file: Path, changed: float) -> tuple[bytes, Any]:
    import numpy as np

    with np.load(file, allow_pickle=False) as arrays:
        return arrays["data"].tobytes(), arrays["offset"].astype(int)


def encoded(file: Path, row: int) -> bytes:
    """The file of one picture, as it lies in the store."""
    data, offset = _opened(file, file.stat().st_mtime)
    if not 0 <= row < len(offset) - 1:
        wrong = f"there is no picture {row} among {len(offset) - 1}"
        raise DataError(wrong, where=str(file), mend="copy the record file and the .npz again, both together")
    return bytes(data[offset[row] : offset[row + 1]])


def rows_of(path: Path) -> list[dict[str, Any]]:
    """All records of a file. DataError, with the line, for one that is none."""
    out = []
    for number, record in records.read_lines(path):
        if isinstance(record, str) or not is_picture_record(record):
            why = record if isinstance(record, str) else f"it lacks one of {', '.join(NEEDED)}"
            where = f"{path}, line {number}"
            raise DataError(f"this is no record of a picture: {why}", where=where, mend="mend the line")
        words = record.get("keywords") or []
        keywords = words.split(",") if isinstance(words, str) else words
        told = {
            "id": str(record["id"]),
            "caption": str(record["caption"]),
            "keywords": [str(word).strip() for word in keywords],
        }
        out.append({"set": "", "group": "", "tone": None, **record, **told})
    return out


def pixels(
    path: Path, rows: Sequence[int], side: int, count: int, on_row: Callable[[int], Any] = lambda number: None
) -> NDArray[np.uint8]:
    """The pictures of some rows of a record file of `count` rows: (n, side, side, 4) uint8, straight alpha.

    Those of another size are a DataError: nothing is resized in silence.
    """
    import numpy as np
    from PIL import Image

    file = store_of(path, count)
    out = np.zeros((len(rows), side, side, 4), np.uint8)
    for number, row in enumerate(rows):
        try:
            with Image.open(io.BytesIO(encoded(file, row))) as picture:
                if picture.size != (side, side):
                    wrong = f"picture {row} has {picture.size[0]} x {picture.size[1]} pixels, not {side} x {side}"
                    raise DataError(wrong, where=str(file), mend=f"bring all to {side} x {side} first")
                out[number] = np.asarray(picture.convert("RGBA"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            wrong = f"picture {row} cannot be read: {error}"
            raise DataError(wrong, where=str(file), mend="copy the file again") from error
        on_row(number)
    return out


def save_store(path: Path, places: Sequence[tuple[Path, int]]) -> None:
    """Write some pictures, each a record file and its row in it, as an .npz of their own, whole or not at all."""
    import numpy as np

    stores = {file: store_if_any(file) for file in {file for file, _ in places}}
    if None in stores.values():
        return  # there are no pictures to go with the records
    files = [encoded(store, row) for file, row in places if (store := stores[file]) is not None]
    buffer = io.BytesIO()
    offset = np.cumsum([0, *map(len, files)], dtype=np.int64)
    np.savez(buffer, data=np.frombuffer(b"".join(files), np.uint8), offset=offset)
    records.write_whole(path, buffer.getvalue())
