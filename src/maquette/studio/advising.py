"""A language model asked about the shots of a film, by a back end of another package; its advice checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..makers.big import hooks
from ..makers.film import advice
from ..media import film as films
from . import files
from .timelines import open_film


@dataclass(frozen=True)
class Advised:
    """Advice that was taken into a film. by: the back end, "" where none could be asked; changed: shot ids."""

    film: Path
    by: str
    changed: tuple[str, ...]
    said: tuple[str, ...]
    kept: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        told = {"film": str(self.film), "by": self.by, "changed": list(self.changed), "before": str(self.kept or "")}
        return {**told, "said": list(self.said)}


def advise(where: str | Path, by: str = "auto", scenes: tuple[str, ...] = ()) -> Advised:
    """Ask a language model for changes of the shots of a film and take in what holds; the plan before is kept.

    Without a back end nothing changes, and that is said. Raises UsageError and MediaError for what is no film.
    """
    place, film = open_film(where)

    def ask(backend: Any) -> dict[str, Any]:
        return advice.read(str(backend.answer(advice.prompt(film, scenes), advice.schema(film))))

    done = hooks.with_backend("llm", by, ask, dict)
    after, changed, said = advice.taken(film, done.value)
    if not changed:
        return Advised(place, done.by, (), (*done.said, *said))
    kept, _ = files.put(place.read_bytes(), None, place.parent, "film-before", ".json")
    text = json.dumps(films.as_data(after), ensure_ascii=False, indent=1) + "\n"
    with files.told(place.parent, "the folder of the film"):
        files.temporary(place.parent, text.encode()).replace(place)
    return Advised(place, done.by, changed, (*done.said, *said), kept)
