"""What the pieces of a folder have in common: read, counted, and written as a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import DataError, MaquetteError, UsageError
from ..core.progress import OnProgress, Progress, silent
from . import files

if TYPE_CHECKING:
    from ..media.habits import Habits
    from ..media.score import Score

MOST = 2000  # pieces that are read


@dataclass(frozen=True)
class Described:
    """The habits of a folder, the page they are written on, and the files that were left out, with why."""

    title: str
    habits: Habits
    page: Path | None
    refused: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """One JSON object."""
        page = {"page": str(self.page)} if self.page else {}
        return {"title": self.title, **page, "refused": list(self.refused), **self.habits.as_dict()}


def describe(
    folder: str | Path, *, out: str | Path | None = None, write: bool = True, on_progress: OnProgress = silent
) -> Described:
    """Read every piece in a folder and those below it (or one file), and count what they have in common.

    out: the page's file; None writes FOLDER-habits.html here. A file that cannot be read is left out and told; the
    page never replaces a file that is there. write: False makes no page. Raises DataError where there is no piece,
    UsageError for a page that does not end in .html.
    """
    from ..media.habits import habits
    from .describe_page import page

    folder = Path(folder).expanduser()
    title = folder.resolve().name if folder.is_dir() else folder.stem
    target = Path(out).expanduser() if out is not None else Path(f"{files.slug(title)}-habits.html")
    if write:
        if target.suffix.lower() not in ("", ".html", ".htm"):
            raise UsageError(f"the page is HTML, not {target.suffix}", where=str(target), mend="let --out end in .html")
        files.ready(target.parent)
    scores, refused = read_all(folder, on_progress)
    found = habits(scores)
    made = None
    if write:
        text = page(found, title, refused=refused)
        made, _ = files.put(text.encode(), None, target.parent, target.stem, target.suffix or ".html")
    return Described(title, found, made, tuple(refused))


def read_all(folder: Path, on_progress: OnProgress = silent) -> tuple[dict[str, Score], list[str]]:
    """The pieces of a folder by their paths in it, and a line for each file that could not be read."""
    from ..media.score_table import READERS, read_score

    if not folder.exists():
        raise DataError("there is no such folder", where=str(folder), mend="give the folder that holds your pieces")
    known = ", ".join(sorted(READERS))
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    paths = [path for path in paths if path.is_file() and path.suffix.lower() in READERS and path.name[0] != "."]
    if not paths:
        raise DataError("there is no piece of music in this folder", where=str(folder), mend=f"known are {known}")
    if len(paths) > MOST:
        raise DataError(f"{len(paths):,} pieces are more than are read at once ({MOST:,})", where=str(folder))
    scores: dict[str, Score] = {}
    refused = []
    for number, path in enumerate(paths, 1):
        name = path.relative_to(folder).as_posix() if folder.is_dir() else path.name
        on_progress(Progress(number, of=len(paths), note=name))
        try:
            score = read_score(path)
        except MaquetteError as error:
            refused.append(f"{name}: {error.wrong}")
            continue
        if any(part.notes for part in score.parts):
            scores[name] = score
        else:
            refused.append(f"{name}: there is no note in it")
    if not scores:
        raise DataError("none of these files could be read", where=str(folder), mend=refused[0])
    return scores, refused
