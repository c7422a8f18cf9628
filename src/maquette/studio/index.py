"""The index of the library: SQLite, so that finding is quick. The files are the truth; this can always be rebuilt."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..core.errors import LibraryError
from .files import told

VERSION = 1
WAIT = 30.0  # seconds to wait for another process to finish its write

SCHEMA = """
CREATE TABLE IF NOT EXISTS assets (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, path TEXT NOT NULL, copy TEXT NOT NULL, prompt TEXT NOT NULL,
    words TEXT NOT NULL, seed INTEGER NOT NULL, checkpoint TEXT NOT NULL, created TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS assets_created ON assets (created);
CREATE INDEX IF NOT EXISTS assets_copy ON assets (copy);
CREATE TABLE IF NOT EXISTS parents (
    child TEXT NOT NULL, parent TEXT NOT NULL, relation TEXT NOT NULL, PRIMARY KEY (child, parent, relation)
);
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, what TEXT NOT NULL, state TEXT NOT NULL, step INTEGER NOT NULL, of INTEGER NOT NULL,
    note TEXT NOT NULL, results TEXT NOT NULL, error TEXT NOT NULL, cancel INTEGER NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL
);
"""


class Broken(Exception):
    """The index file is not a database any more."""


class Index:
    """One connection to `library.sqlite`. Two processes may use it at once: WAL, and a wait for each other's writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with told(path.parent, "the library's folder"):
                path.parent.mkdir(parents=True, exist_ok=True)
            self.db = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
            self.db.row_factory = sqlite3.Row
            self._prepare()
        except sqlite3.OperationalError as error:
            raise self._refusal(error) from error
        except sqlite3.DatabaseError as error:
            with contextlib.suppress(AttributeError):
                self.db.close()
            raise Broken(str(error)) from error

    def _prepare(self) -> None:
        self._into_wal()
        self.db.execute("PRAGMA synchronous=NORMAL")
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise LibraryError(
                f"the library's index is of a newer format ({version}; this Maquette knows {VERSION})",
                where=str(self.path),
                mend="update Maquette, or move the file away and run `maquette library reindex`",
            )
        if version < VERSION:
            with self.writing():
                for statement in SCHEMA.split(";"):
                    self.db.execute(statement)
                self.db.execute(f"PRAGMA user_version={VERSION}")
        # Reading one row of each table finds most damage at once; the rest shows when it is met.
        self.db.execute("SELECT count(*) FROM assets").fetchone()
        self.db.execute("SELECT * FROM assets ORDER BY created DESC LIMIT 1").fetchone()

    def _into_wal(self) -> None:
        """Set the journal. SQLite does not wait where another process is just doing the same: so we do."""
        ends = time.monotonic() + WAIT
        while True:
            try:
                self.db.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > ends:
                    raise
                time.sleep(0.02)

    def _refusal(self, error: sqlite3.OperationalError) -> LibraryError:
        busy = "locked" in str(error) or "busy" in str(error)
        return LibraryError(
            "another process keeps the library busy" if busy else f"the library's index cannot be used: {error}",
            where=str(self.path),
            mend="try again in a moment" if busy else "check the folder's permissions and space, or set MAQUETTE_HOME",
        )

    def close(self) -> None:
        self.db.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """All statements inside, or none of them."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise self._refusal(error) from error
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def put(self, row: Mapping[str, Any], parents: list[tuple[str, str]]) -> None:
        """Insert an asset, or complete what another process found of it in the meantime."""
        with self.writing():
            self.db.execute(
                "INSERT INTO assets VALUES (:id, :kind, :path, :copy, :prompt, :words, :seed, :checkpoint, :created, "
                ":record) ON CONFLICT(id) DO UPDATE SET path = CASE excluded.path WHEN '' THEN path ELSE "
                "excluded.path END, copy = CASE excluded.copy WHEN '' THEN copy ELSE excluded.copy END, "
                "record = excluded.record",
                row,
            )
            for parent, relation in parents:
                self.db.execute("INSERT OR IGNORE INTO parents VALUES (?, ?, ?)", (row["id"], parent, relation))

    def drop(self, ids: list[str]) -> None:
        """Forget assets."""
        with self.writing():
            for one in ids:
                self.db.execute("DELETE FROM assets WHERE id = ?", (one,))
                self.db.execute("DELETE FROM parents WHERE child = ?", (one,))

    def rows(self, where: str = "1", values: tuple[Any, ...] = (), limit: int = -1) -> list[sqlite3.Row]:
        """Assets, newest first."""
        query = f"SELECT * FROM assets WHERE {where} ORDER BY created DESC, rowid DESC LIMIT ?"
        return self.db.execute(query, (*values, limit)).fetchall()

    def parents(self, child: str) -> list[tuple[str, str]]:
        found = self.db.execute("SELECT parent, relation FROM parents WHERE child = ?", (child,)).fetchall()
        return [(row["parent"], row["relation"]) for row in found]

    def copies(self) -> set[str]:
        return {row["copy"] for row in self.db.execute("SELECT copy FROM assets")}

    def save_job(self, row: Mapping[str, Any]) -> None:
        """Insert or update a job; a cancel asked for by another process stays asked for."""
        with self.writing():
            self.db.execute(
                "INSERT INTO jobs VALUES (:id, :what, :state, :step, :of, :note, :results, :error, 0, :created, "
                ":updated) ON CONFLICT(id) DO UPDATE SET state = excluded.state, step = excluded.step, "
                "of = excluded.of, note = excluded.note, results = excluded.results, error = excluded.error, "
                "updated = excluded.updated",
                row,
            )

    def job(self, one: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self.db.execute("SELECT * FROM jobs WHERE id = ?", (one,)).fetchone()
        return row

    def jobs(self, limit: int = 50) -> list[sqlite3.Row]:
        return self.db.execute("SELECT * FROM jobs ORDER BY created DESC LIMIT ?", (limit,)).fetchall()

    def cancel_job(self, one: str) -> bool:
        with self.writing():
            return self.db.execute("UPDATE jobs SET cancel = 1 WHERE id = ?", (one,)).rowcount > 0


def now() -> str:
    """The moment as ISO 8601 in UTC with microseconds, so that works of one second keep their order."""
    seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1e6):06d}Z"
