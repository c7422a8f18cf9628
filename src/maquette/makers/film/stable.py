"""Ids that stay: the scenes, lines and shots of a new plan are matched with those of the plan before.

What is the same, or nearly, keeps its id; what is new is given an id that was never used. A new scene between 2 and 3
is A3, as on a set; a new shot takes the next free letter.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ...media.film import Film, Line, Person, Scene, Shot
from .people import gender_of, with_looks
from .shots import LETTERS

T = TypeVar("T")
LIKE = 0.55  # from here on two scenes are one
SAME_WORDS = 0.6  # and two lines


def same_lines(scenes: Sequence[Scene], before: Film) -> tuple[Scene, ...]:
    """The scenes with the ids that they and their lines had."""
    pairs = dict(_pairs(scenes, before.scenes, _alike_scenes, LIKE))
    ids = {number: before.scenes[old].id for number, old in pairs.items()}
    taken = set(ids.values()) | {scene.id for scene in before.scenes}
    out: list[Scene] = []
    for number, scene in enumerate(scenes):
        id = ids.get(number) or _new_scene(scene.id, [ids.get(n) for n in range(number + 1, len(scenes))], taken)
        taken.add(id)
        old = before.scenes[pairs[number]].lines if number in pairs else ()
        out.append(_renamed(scene, id, old))
    return tuple(out)


def same_shots(film: Film, before: Film) -> Film:
    """The film with the ids that its shots had, with the overrides, looks and voices of before."""
    old = {scene.id: scene for scene in before.scenes}
    used = set(before.overrides) | {shot.id for scene in before.scenes for shot in scene.shots}
    scenes = []
    for scene in film.scenes:
        shots = old[scene.id].shots if scene.id in old else ()
        pairs = dict(_pairs(scene.shots, shots, _alike_shots, 0.6))
        names = _free_letters(scene.id, used)
        made = [
            dataclasses.replace(shot, id=shots[pairs[number]].id if number in pairs else next(names))
            for number, shot in enumerate(scene.shots)
        ]
        used |= {shot.id for shot in made}
        scenes.append(dataclasses.replace(scene, shots=tuple(made)))
    now = {shot.id for scene in scenes for shot in scene.shots}
    planned = {scene.id for scene in scenes}
    lost = [id for id in before.overrides if id not in now and _scene_of(id, before) in planned]
    said = tuple(f"shot {id} is gone, and with it what a hand had changed in it (kept in film.json)" for id in lost)
    return dataclasses.replace(
        film,
        scenes=tuple(scenes),
        people=_people(film.people, before.people),
        overrides=before.overrides,
        order=tuple(id for id in before.order if id in now),
        said=(*film.said, *said),
    )


def _scene_of(shot: str, film: Film) -> str:
    return next((scene.id for scene in film.scenes for one in scene.shots if one.id == shot), "")


def _pairs(
    new: Sequence[T], old: Sequence[T], alike: Callable[[T, T], float], least: float
) -> Iterator[tuple[int, int]]:
    """Which of the new is which of the old: the most alike first, each once."""
    scores = [
        (score, -abs(n - o), n, o)
        for n, one in enumerate(new)
        for o, other in enumerate(old)
        if (score := alike(one, other)) >= least
    ]
    seen_new: set[int] = set()
    seen_old: set[int] = set()
    for _, _, n, o in sorted(scores, reverse=True):
        if n not in seen_new and o not in seen_old:
            seen_new.add(n)
            seen_old.add(o)
            yield n, o


def _alike_scenes(one: Scene, other: Scene) -> float:
    texts, others = ({line.text for line in scene.lines} for scene in (one, other))
    shared = len(texts & others) / max(1, len(texts | others))
    return 0.4 * (one.heading.casefold() == other.heading.casefold()) + 0.6 * shared + 0.15 * (one.id == other.id)


def _alike_shots(one: Shot, other: Shot) -> float:
    lines, others = set(one.lines), set(other.lines)
    shared = len(lines & others) / len(lines | others) if lines | others else 1.0
    if not shared:
        return 0.0
    return shared + 0.3 * (one.kind == other.kind) + 0.3 * (one.subjects == other.subjects)


def _new_scene(own: str, following: Sequence[str | None], taken: Iterable[str]) -> str:
    taken = set(taken)
    if own not in taken:
        return own
    after = next((id for id in following if id), "")
    if after:
        return next(name for name in (f"{letter}{after}" for letter in _letters()) if name not in taken)
    return next(str(number) for number in itertools.count(1) if str(number) not in taken)


def _letters() -> Iterator[str]:
    for count in itertools.count(1):
        yield from ("".join(one) for one in itertools.product(LETTERS, repeat=count))


def _free_letters(scene: str, used: set[str]) -> Iterator[str]:
    return (name for letters in _letters() if (name := f"{scene}{letters}") not in used)


def _renamed(scene: Scene, id: str, old: Sequence[Line]) -> Scene:
    """The scene with another id, its lines under the ids of the old ones that they are."""
    names = dict(_same_ids(scene.lines, old))
    highest = max((_number(line.id) for line in old), default=0)
    fresh = itertools.count(highest + 1) if old else itertools.count(1)
    for line in scene.lines:
        if line.id not in names:
            names[line.id] = f"{id}.{next(fresh):02d}"
    lines = tuple(
        dataclasses.replace(line, id=names[line.id], with_line=names.get(line.with_line, "")) for line in scene.lines
    )
    props = tuple(dataclasses.replace(prop, scene=id) for prop in scene.props)
    return dataclasses.replace(scene, id=id, lines=lines, props=props)


def _number(id: str) -> int:
    last = id.rsplit(".", 1)[-1]
    return int(last) if last.isdigit() else 0


def _same_ids(new: Sequence[Line], old: Sequence[Line]) -> Iterator[tuple[str, str]]:
    mine, theirs = ([(line.kind, line.who, line.text) for line in lines] for lines in (new, old))
    for what, a, b, c, d in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if what == "equal":
            yield from ((one.id, other.id) for one, other in zip(new[a:b], old[c:d]))
        elif what == "replace":
            for n, o in _pairs(new[a:b], old[c:d], _alike_lines, SAME_WORDS):
                yield new[a + n].id, old[c + o].id


def _alike_lines(one: Line, other: Line) -> float:
    if one.kind != other.kind or one.who != other.who:
        return 0.0
    return difflib.SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False).ratio()


def _people(people: Sequence[Person], before: Sequence[Person]) -> tuple[Person, ...]:
    """Looks and voices that a hand gave stay; a look by rule follows a description that changed."""
    old: Mapping[str, Person] = {one.id: one for one in before}
    ruled = {one.id: one.look for one in with_looks(before, {one.id: gender_of(one) for one in before})}
    out = []
    for one in people:
        was = old.get(one.id)
        if was is not None:
            changed = was.about != one.about and was.look == ruled[was.id]
            one = dataclasses.replace(one, look=one.look if changed else was.look, voice=was.voice, pitch=was.pitch)
        out.append(one)
    return tuple(out)
