"""Jobs: what is being made, how far it is, how it ended. Kept in the library's index, so that every door can look."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..core.errors import Cancelled
from ..core.progress import OnProgress, Progress, silent
from .index import Index, now

State = Literal["waiting", "running", "done", "failed", "cancelled"]
EVERY = 1.0  # seconds between two looks at the index: telling must not cost the time of making


@dataclass
class Job:
    """A piece of work in hand: a request (or a recipe) as JSON data, its state, and the ids of what came of it."""

    what: Mapping[str, Any]
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "waiting"
    step: int = 0
    of: int = 0
    note: str = ""
    results: list[str] = field(default_factory=list)
    error: str = ""
    created: str = field(default_factory=now)
    private: bool = False  # notes of progress may name what is made: they are not written down


class JobBook:
    """The jobs of a library. `index` is called when it is first needed."""

    def __init__(self, index: Callable[[], Index]) -> None:
        self.index = index

    def save(self, job: Job) -> None:
        """Write a job's present state."""
        row = {name: getattr(job, name) for name in ("id", "state", "step", "of", "note", "error", "created")}
        what, results = json.dumps(dict(job.what), ensure_ascii=False, default=str), json.dumps(job.results)
        self.index().save_job({**row, "what": what, "results": results, "updated": now()})

    def get(self, one: str) -> Job | None:
        """The job of an id, as it was last saved."""
        row = self.index().job(one)
        return None if row is None else _job(row)

    def newest(self, limit: int = 50) -> list[Job]:
        """Jobs, newest first."""
        return [_job(row) for row in self.index().jobs(limit)]

    def cancel(self, one: str) -> bool:
        """Ask a job to stop, from any process; it stops at its next step. False if there is no such job."""
        return self.index().cancel_job(one)

    def watched(self, job: Job, on_progress: OnProgress = silent) -> OnProgress:
        """A progress callback that also keeps the book, and raises `Cancelled` once somebody asked to stop."""
        looked = time.monotonic()

        def watch(progress: Progress) -> None:
            nonlocal looked
            job.step, job.of, job.note = progress.step, progress.of, "" if job.private else progress.note
            on_progress(progress)
            if time.monotonic() - looked >= EVERY:
                looked = time.monotonic()
                self.save(job)
                row = self.index().job(job.id)
                if row is not None and row["cancel"]:
                    raise Cancelled("somebody asked this job to stop", where=job.id)

        return watch


def _job(row: Any) -> Job:
    return Job(
        what=json.loads(row["what"]),
        id=row["id"],
        state=row["state"],
        step=row["step"],
        of=row["of"],
        note=row["note"],
        results=json.loads(row["results"]),
        error=row["error"],
        created=row["created"],
    )
