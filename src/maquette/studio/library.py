"""The library: what a creator keeps. `keep` is the one door out.

A work lies twice: where the creator asked for it, and in `works/` of the library. Both files carry their whole story;
`library.sqlite` is an index over `works/` that mends itself and can be rebuilt from the files alone.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sqlite3
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import LibraryError, UsageError
from ..core.hashing import sha256_bytes, sha256_file
from ..core.settings import Places
from . import files, lineage
from .index import Broken, Index, now
from .lineage import Asset

if TYPE_CHECKING:
    from ..core.types import Work
    from ..trust.seal import Credential, Sealed

LINK_FROM = 1 << 20  # bytes; see _second_copy
Say = Callable[[str], None]


def warn(text: str) -> None:
    """The default voice: a Python warning, which the command line shows as a line on standard error."""
    warnings.warn(text, stacklevel=3)


class Library:
    """The creator's works under `places`. Opening it touches nothing; the index opens when it is first needed."""

    def __init__(self, places: Places, say: Say = warn) -> None:
        self.places, self.say = places, say

    # -- the door out ------------------------------------------------------------------------------------------

    def ready(self, out: Path) -> None:
        """Prove that `out` and the library can be written, before anything is made. Raises LibraryError."""
        files.ready(out, what="the folder")
        files.ready(self.places.works, what="the library")
        files.sweep(self.places.works)
        files.sweep(out)
        _ = self.index

    def keep(
        self,
        work: Work[Any],
        sealed: Sealed,
        out: Path,
        *,
        suffix: str,
        stem: str,
        parents: Sequence[str] = (),
        originality: Mapping[str, Any] | None = None,
        card: Mapping[str, Any] | None = None,
        private: bool = False,
    ) -> Asset:
        """Write a sealed work to `out` under the first free name and a second copy to the library, and index it.

        The library's copy comes first: from then on the work cannot be lost. Raises LibraryError if a folder is full
        or read-only; then either nothing was written or the error says where the library's copy is.
        """
        one = sha256_bytes(sealed.data)
        copy = self._keep_copy(one, stem, suffix, sealed)
        try:
            with files.told(out, "the folder"):
                path = self._give_out(copy, sealed, out, stem, suffix)
        except LibraryError as error:
            error.mend = f"{error.mend}; the work itself is safe in the library: {copy}"
            self._index(self._asset(work, sealed.credential, one, copy, copy, parents, originality, card, private))
            raise
        asset = self._asset(work, sealed.credential, one, path, copy, parents, originality, card, private)
        self._index(asset)
        return asset

    def _keep_copy(self, one: str, stem: str, suffix: str, sealed: Sealed) -> Path:
        folder = self.places.works
        # Part of the hash in the name: two processes never want the same name for different works.
        name = f"{stem}-{one[:12]}"
        with files.told(folder, "the library"):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{name}{suffix}"
            if path.exists() and sha256_file(path) == one:
                return path
            return files.put(sealed.data, sealed.sidecar, folder, name, suffix)[0]

    def _give_out(self, copy: Path, sealed: Sealed, out: Path, stem: str, suffix: str) -> Path:
        out.mkdir(parents=True, exist_ok=True)
        if sealed.sidecar is None and len(sealed.data) >= LINK_FROM:
            # A large work is linked rather than stored twice. A small one is copied: some editors write into the file
            # they opened, and then a link would change the library's original with it.
            for name in files.numbered(stem, suffix):
                with contextlib.suppress(OSError):
                    os.link(copy, out / name)
                    return out / name
                if not (out / name).exists():
                    break  # no links here (another disk): store it twice
        start = self._next.get((out, stem, suffix), 1)
        path, number = files.put(sealed.data, sealed.sidecar, out, stem, suffix, start)
        self._next[out, stem, suffix] = number + 1
        return path

    @cached_property
    def _next(self) -> dict[tuple[Path, str, str], int]:
        """The number that is probably free next: 500 works of one name are not tried from 1 each."""
        return {}

    def _asset(
        self,
        work: Work[Any],
        credential: Credential,
        one: str,
        path: Path,
        copy: Path,
        parents: Sequence[str],
        originality: Mapping[str, Any] | None,
        card: Mapping[str, Any] | None,
        private: bool,
    ) -> Asset:
        told = {"signer": credential.signer, "where": credential.where, "summary": credential.summary}
        told |= {"mark": credential.mark} if credential.mark else {}
        return Asset(
            id=one,
            kind=work.request.maker,
            path=path,
            request=lineage.request_data(work.request, private=private),
            seed=work.seed,
            checkpoint=work.checkpoint,
            parents=tuple(parents),
            how=work.how,
            note="" if private else work.note,
            model=str((card or {}).get("name", "")),
            credential=told,
            originality=originality,
            reading=None if private else work.trace.get("reading"),
            created=now(),
            copy=copy,
            row=str(work.trace.get("row") or ""),
        )

    def _index(self, asset: Asset) -> None:
        row = {
            "id": asset.id,
            "kind": asset.kind,
            "path": str(asset.path.absolute()) if asset.path != asset.copy else "",
            "copy": asset.copy.name if asset.copy else "",
            "prompt": asset.prompt,
            "words": f"{asset.prompt} {asset.note} {asset.path.name}".casefold(),
            "seed": asset.seed if -(1 << 63) <= asset.seed < 1 << 63 else 0,
            "checkpoint": asset.checkpoint,
            "created": asset.created,
            "record": asset.record(),
        }
        self._guarded(lambda index: index.put(row, [(parent, "parentOf") for parent in asset.parents]))

    # -- finding -----------------------------------------------------------------------------------------------

    def assets(self, limit: int = -1, kind: str | None = None) -> list[Asset]:
        """Kept works, newest first."""
        self.heal()
        where, values = ("kind = ?", (kind,)) if kind else ("1", ())
        return [self._of_row(row) for row in self._guarded(lambda index: index.rows(where, values, limit))]

    def search(self, words: str, limit: int = -1) -> list[Asset]:
        """Works whose prompt, note or name has every one of `words`."""
        self.heal()
        parts = words.casefold().split()
        if not parts:
            raise UsageError("nothing to search for", mend="give a word of the prompt")
        where = " AND ".join("instr(words, ?) > 0" for _ in parts)
        return [self._of_row(row) for row in self._guarded(lambda index: index.rows(where, tuple(parts), limit))]

    def recorded(self, words: str) -> list[Asset]:
        """Works in whose record these very letters stand, newest first."""
        self.heal()
        return [self._of_row(row) for row in self._guarded(lambda index: index.rows("instr(record, ?) > 0", (words,)))]

    def get(self, which: str | Path) -> Asset | None:
        """The asset of an id (or the first letters of one), or of a file's path, else by the file's bytes."""
        text = str(which)
        if len(text) >= 6 and set(text) <= set("0123456789abcdef"):
            found = self._guarded(lambda index: index.rows("id >= ? AND id < ?", (text, text + "g")))
            if len(found) > 1:
                raise UsageError(f"{len(found)} works begin with {text}", mend="give more letters of the id")
            return self._of_row(found[0]) if found else None
        path = Path(which)
        if not path.is_file():
            return None
        one = sha256_file(path)
        found = self._guarded(lambda index: index.rows("id = ?", (one,)))
        return self._of_row(found[0]) if found else None

    def named(self, path: Path) -> list[Asset]:
        """What was kept under this very path, newest first, whatever lies there now."""
        where = str(path.absolute())
        return [self._of_row(row) for row in self._guarded(lambda index: index.rows("path = ?", (where,)))]

    def _of_row(self, row: sqlite3.Row) -> Asset:
        copy = self.places.works / row["copy"] if row["copy"] else None
        path = Path(row["path"]) if row["path"] else copy
        # The creator may have moved or deleted her file: then the library's own copy is the work.
        if path is not copy and copy is not None and (path is None or not path.exists()):
            path = copy
        return lineage.asset_of_record(row["record"], row["id"], path or Path(row["path"]), copy)

    def forget(self, which: str) -> Asset:
        """Remove a work from the library: its row and the library's copy. The creator's own file stays."""
        asset = self.get(which)
        if asset is None:
            raise UsageError(f"the library has no work {which}", mend="see `maquette library list`")
        self._guarded(lambda index: index.drop([asset.id]))
        if asset.copy is not None:
            with files.told(asset.copy, "the library"):
                asset.copy.unlink(missing_ok=True)
                asset.copy.with_name(asset.copy.name + ".c2pa").unlink(missing_ok=True)
        return asset

    # -- the index ---------------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> Index:
        """The opened index; one that is no database any more is moved aside and rebuilt from the files."""
        try:
            return Index(self.places.index)
        except Broken as error:
            return self._rebuilt(str(error))

    def _rebuilt(self, why: str) -> Index:
        aside = self._move_aside()
        self.say(f"the library's index was damaged ({why}); moved to {aside.name} and rebuilt from the files")
        try:
            self.__dict__["index"] = index = Index(self.places.index)
        except Broken as error:
            raise LibraryError("the library's index cannot be rebuilt", where=str(self.places.index)) from error
        self.reindex()
        return index

    def _move_aside(self) -> Path:
        broken = self.places.index
        for name in files.numbered(f"{broken.name}.broken", ""):
            aside = broken.with_name(name)
            if not aside.exists():
                break
        with files.told(broken, "the library's index"), contextlib.suppress(FileNotFoundError):
            os.replace(broken, aside)
        for tail in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                broken.with_name(broken.name + tail).unlink()
        return aside

    def _guarded(self, use: Callable[[Index], Any]) -> Any:
        """Use the index; if damage shows only now, rebuild it and use it again."""
        try:
            return use(self.index)
        except sqlite3.OperationalError as error:
            raise LibraryError(f"the library's index failed: {error}", where=str(self.places.index)) from error
        except sqlite3.DatabaseError as error:
            self.index.close()
            self.__dict__.pop("index", None)
            return use(self._rebuilt(str(error)))

    def heal(self) -> int:
        """Index works that lie in the library's folder without a row: what a killed process left. Returns how many."""
        try:
            names = {entry.name for entry in os.scandir(self.places.works) if lineage.is_work(entry.name)}
        except OSError:
            return 0
        missing = sorted(names - self._guarded(lambda index: index.copies()))
        return self._take([self.places.works / name for name in missing], [])

    def reindex(self, folder: Path | None = None) -> tuple[int, list[str]]:
        """Rebuild the index from the files of the library, and of `folder`; (works indexed, remarks on the others).

        Rows whose files are gone are dropped. A file whose credential does not hold is named and left out.
        """
        if folder is not None and not folder.is_dir():
            raise UsageError("there is no such folder", where=str(folder))
        remarks: list[str] = []
        paths: list[Path] = []
        for place in (self.places.works, folder):
            if place is not None and place.is_dir():
                paths += [path for path in sorted(place.rglob("*")) if lineage.is_work(path.name) and path.is_file()]
        count = self._take(paths, remarks)
        gone = [row["id"] for row in self._guarded(lambda index: index.rows()) if not self._of_row(row).path.exists()]
        self._guarded(lambda index: index.drop(gone))
        return count, remarks

    def _take(self, paths: Sequence[Path], remarks: list[str]) -> int:
        """Index files from their own stories; returns how many hold."""
        count = 0
        for path, asset, remark in lineage.read_assets(paths, self.places):
            ours = path.parent == self.places.works
            if remark:
                remarks.append(f"{path.name}: {remark}")
            if asset is not None and (ours or asset.credential["where"] != "none"):
                self._index(dataclasses.replace(asset, copy=path if ours else None))
                count += 1
        return count
