"""Runners: where a job is worked on. In this process by default; others come as plug-ins with the same one method."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from ..core.errors import Cancelled, MaquetteError
from ..core.progress import OnProgress, silent
from .jobs import Job, JobBook

Result = TypeVar("Result")
Task = Callable[[OnProgress], Iterator[Result]]


class Runner(Protocol):
    """One method: work on a job and hand its results back as they come."""

    def submit(self, job: Job, task: Task[Result], on_progress: OnProgress = silent) -> Iterator[Result]: ...


class Here:
    """Runs a job in this process, while its results are asked for, and keeps the book of how it ended."""

    def __init__(self, book: JobBook) -> None:
        self.book = book

    def submit(self, job: Job, task: Task[Result], on_progress: OnProgress = silent) -> Iterator[Result]:
        """Yield the task's results. Whoever stops asking, or presses Ctrl-C, cancels it."""
        job.state = "running"
        self.book.save(job)
        try:
            for result in task(self.book.watched(job, on_progress)):
                job.results.append(str(getattr(result, "id", result)))
                yield result
            job.state = "done"
        except (Cancelled, KeyboardInterrupt, GeneratorExit):
            job.state = "cancelled"
            raise
        except MaquetteError as error:
            job.state, job.error = "failed", error.wrong
            raise
        except BaseException as error:
            job.state, job.error = "failed", f"{type(error).__name__}: {error}"
            raise
        finally:
            self.book.save(job)
