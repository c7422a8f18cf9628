"""From a script to the plan of a film: people, scenes, lines, shots with lengths; ids that stay.

Planned again after the script was changed, scenes, lines and shots keep their ids where they are the same, so that
what a hand changed by the id of a shot, recorded for a line, or drew for a person still belongs to it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...core.errors import UsageError
from ...core.hashing import sha256_bytes
from ...media.film import Film, Scene
from ...media.script import Script, to_fountain
from . import stable
from .breakdown import break_down
from .grammar import Grammar
from .grammar import grammar as read_grammar
from .shots import shots_of
from .timing import timed


def plan(
    script: Script,
    *,
    grammar: Path | None = None,
    fps: float = 24.0,
    scenes: tuple[str, ...] = (),
    before: Film | None = None,
) -> Film:
    """The plan of a film. grammar: a director's own rules; scenes: only these, by id ("3", "12A", "2-5").

    before: the film as it was planned last; its ids, looks, voices and overrides are kept where they still fit.
    Raises MediaError for an empty script, UsageError for a scene that is not there or a wrong grammar.
    """
    if not 1 <= fps <= 240:
        raise UsageError(f"{fps:g} frames a second", where="fps", mend="give 24, 25, 30, or a number from 1 to 240")
    book = read_grammar(grammar)
    found = break_down(script)
    all_scenes = stable.same_lines(found.scenes, before) if before is not None else found.scenes
    film = Film(
        title=script.title or "Untitled",
        author=script.author,
        language=found.language,
        script=sha256_bytes(to_fountain(script).encode()),
        fps=fps,
        people=found.people,
        scenes=tuple(_with_shots(all_scenes, _chosen(all_scenes, scenes), book)),
        said=(*script.said, *found.said),
    )
    if before is not None:
        film = stable.same_shots(film, before)
    return timed(film, {})


def planned_again(script: Script, before: Film, old: Script | None = None, *, grammar: Path | None = None) -> Film:
    """The plan of a film whose script was changed, at its frame rate. old: the script that it was made from; where the
    film was only some of its scenes, it stays these."""
    whole = old is None or len(break_down(old).scenes) <= len(before.scenes)
    film = plan(script, grammar=grammar, fps=before.fps, before=before)
    if whole:
        return film
    kept = {scene.id for scene in before.scenes}
    return dataclasses.replace(film, scenes=tuple(scene for scene in film.scenes if scene.id in kept))


def _with_shots(scenes: Sequence[Scene], chosen: set[str], book: Grammar) -> Iterator[Scene]:
    """The scenes that were chosen with their shots. A place is new where none of the last scenes played in it."""
    lately: list[tuple[str, str, str]] = []
    for number, scene in enumerate(scenes):
        where = (scene.place, scene.kind, scene.time)
        if scene.id in chosen:
            shots = shots_of(scene, book, new_place=where not in lately, last=number == len(scenes) - 1)
            yield dataclasses.replace(scene, shots=shots)
        lately = [*lately[-2:], where]


def _chosen(scenes: Sequence[Scene], wanted: Sequence[str]) -> set[str]:
    """The ids of the scenes that were asked for; all for none asked."""
    ids = [scene.id for scene in scenes]
    if not wanted:
        return set(ids)
    out: set[str] = set()
    for one in (part.strip() for text in wanted for part in text.split(",") if part.strip()):
        first, _, last = one.partition("-")
        if one in ids:
            out.add(one)
        elif first in ids and last in ids and ids.index(first) <= ids.index(last):
            out |= set(ids[ids.index(first) : ids.index(last) + 1])
        else:
            near = next((id for id in ids if re.sub(r"\D", "", id) == re.sub(r"\D", "", one)), "")
            known = (
                f"did you mean {near}?" if near else f"there are {', '.join(ids[:12])}{' ...' if len(ids) > 12 else ''}"
            )
            raise UsageError(f"there is no scene {one!r}", where="--scenes", mend=known)
    return out
