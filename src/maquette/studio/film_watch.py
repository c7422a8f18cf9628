"""A film made again at every save of its script, and a page beside it that shows the latest by itself.

    my-film/  watch.html  watch.js  watch/   the page; what it reads every second; the copy of the film that it plays

Looked at is the file's time and size, twice a second: that works with every editor and on every system. Only shots
whose picture changed are drawn. The plan may be changed by hand meanwhile (`film remake --shot` elsewhere, or
film.json): that is taken like a save. What cannot be made leaves everything as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ..core.errors import LibraryError, MaquetteError, MediaError, MissingExtra, UsageError
from ..core.hashing import sha256_file
from ..core.progress import OnProgress, silent
from . import film_watch_page as page
from .film_files import put
from .films import CONTENTS, MAKING, PLAN, OpenedFilm, make_film, open_film, read_script, remake

if TYPE_CHECKING:
    from ..makers.film.maker import Wishes
    from ..makers.film.render import Manner
    from ..media.film import Film, Scene, Shot
    from ..media.script import Script
    from .studio import Studio

PAUSE = 0.5  # seconds between two looks
SETTLED = 0.1  # seconds in which a file that is being written does not change
REMEMBERED = 24  # plans of this session: what was cut and put back is known again
CAMERA = ("kind", "size", "angle", "lens", "move", "side", "subjects", "over", "transition")

Mark: TypeAlias = "tuple[int, int] | None"


@dataclass(frozen=True, eq=False)
class Fresh:
    """A film as it was just made. drawn: shots that were drawn now; lead: seconds of the title card."""

    film: Film
    video: Path
    drawn: tuple[str, ...] = ()
    lead: float = 0.0
    said: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Round:
    """What came of one save. why: shot id -> reasons that its picture is another; gone: shots that are no more."""

    film: Film
    why: Mapping[str, tuple[str, ...]]
    gone: tuple[str, ...]
    seconds: float
    clock: str
    first: bool = False
    said: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """One line for people: "1D changed words, retimed; 1E, 1F follow"."""
        if self.first:
            return f"{self.film.title}: {len(self.film.shots)} shots, {self.film.seconds:.1f} s of film"
        return told(self.why, self.gone) or "no shot changed"

    def as_dict(self) -> dict[str, Any]:
        """One JSON object."""
        return {"title": self.film.title, "shots": len(self.film.shots), "changed": {id: list(one) for id, one in
                self.why.items()}, "gone": list(self.gone), "seconds": round(self.seconds, 2), "first": self.first,
                "said": list(self.said)}  # fmt: skip


class Tell(Protocol):
    """Who hears what happens."""

    def made(self, done: Round) -> None: ...

    def broken(self, clock: str, wrong: str, mend: str, there: bool) -> None: ...

    def waiting(self, clock: str, what: str) -> None: ...


# -- what changed -----------------------------------------------------------------------------------------------------


def changes(before: Film, after: Film, drawn: Sequence[str] = ()) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Shot id -> why it is another, in the order of the film; and the shots that are gone.

    new, changed words, retimed, by hand, other camera; "follows" is a shot in which people move otherwise only since
    something else in its scene changed (drawn: the shots that were drawn anew).
    """
    old = {shot.id: shot for shot in before.shots}
    words, were = _words(after), _words(before)
    why: dict[str, tuple[str, ...]] = {}
    for shot in after.shots:
        if shot.id not in old:
            why[shot.id] = ("new",)
            continue
        reasons = list(_reasons(old[shot.id], shot, were, words))
        if before.overrides.get(shot.id) != after.overrides.get(shot.id):
            reasons = [*(one for one in reasons if one != "other camera"), "by hand"]
        if reasons or shot.id in drawn:
            why[shot.id] = tuple(reasons) or ("follows",)
    now = {shot.id for shot in after.shots}
    return why, tuple(id for id in old if id not in now)


def _reasons(old: Shot, new: Shot, were: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    if [were.get(id) for id in old.lines] != [words.get(id) for id in new.lines]:
        yield "changed words"
    if abs(old.seconds - new.seconds) > 1e-3:
        yield "retimed"
    if any(getattr(old, name) != getattr(new, name) for name in CAMERA):
        yield "other camera"


def _words(film: Film) -> dict[str, str]:
    """The text of every line by its id, with who says it and how."""
    return {line.id: f"{line.who}|{line.manner}|{line.text}" for scene in film.scenes for line in scene.lines}


def told(why: Mapping[str, tuple[str, ...]], gone: Sequence[str] = ()) -> str:
    """The changes in one line, shots of one reason together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for id, reasons in why.items():
        together.setdefault(reasons, []).append(id)
    parts = [f"{', '.join(ids)} {', '.join(reasons)}" for reasons, ids in together.items()]
    parts = [part.removesuffix("s") if part.endswith(" follows") and ", " in part else part for part in parts]
    return "; ".join([*parts, *([f"{', '.join(gone)} gone"] if gone else [])])


# -- making -----------------------------------------------------------------------------------------------------------


def opened(folder: Path) -> OpenedFilm | None:
    """The film of a folder, None where none is there yet. Raises UsageError for a folder with other things in it."""
    if (folder / PLAN).is_file() and (folder / MAKING).is_file():
        return open_film(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        wrong = "there are other things in this place, and no film"
        raise UsageError(wrong, where=str(folder), mend="name a new folder: --out lamp")
    return None


def made_again(
    studio: Studio,
    script: Path,
    folder: Path,
    memory: Sequence[Film],
    *,
    manner: Manner,
    wishes: Wishes,
    grammar: Path | None = None,
    scenes: tuple[str, ...] = (),
    unsigned: bool = False,
    workers: int = 0,
    on_progress: OnProgress = silent,
) -> Fresh:
    """The film of the script in its folder: made where none is there, else only what changed of it.

    memory: the plans of before, oldest first: a shot that was cut and is put back has its id again, and with it what a
    hand had changed. Raises what `films.remake` raises; what lies in the folder is then as it was.
    """
    there = opened(folder)
    if there is None:
        kept = make_film(studio, script, manner=manner, wishes=wishes, out=folder, grammar=grammar, scenes=scenes,
                         unsigned=unsigned, workers=workers, on_progress=on_progress)  # fmt: skip
    else:
        with_scenes(read_script(script))
        film = with_memory(there.film, memory, lambda: _texts(script))
        with _honest(folder):
            kept = remake(studio, folder, film=film, script=script, grammar=grammar, manner=manner, wishes=wishes,
                          unsigned=unsigned, workers=workers, on_progress=on_progress)  # fmt: skip
    made = kept.made
    return Fresh(kept.film, kept.asset.path, made.drawn, made.lead / float(made.manner.fps), kept.said)


def with_scenes(read: Script) -> Script:
    """The script, if it still has a scene: one that loses its last heading for a moment would lose all its shots."""
    if not any(element.kind == "heading" for element in read.elements):
        raise MediaError("there is no scene in the script", mend="write its heading: INT. KITCHEN - DAY")
    return read


def _texts(script: Path) -> set[str]:
    from ..makers.film.breakdown import break_down

    return {line.text for scene in break_down(read_script(script)).scenes for line in scene.lines}


def with_memory(now: Film, memory: Sequence[Film], texts: Callable[[], set[str]]) -> Film:
    """The plan from which ids are taken: where shots that a hand had changed are gone, their scenes as they were when
    they had them, if the script (texts: its lines) is nearer to that again."""
    lost = set(now.overrides) - {shot.id for scene in now.scenes for shot in scene.shots}
    if not lost or not memory:
        return now
    wanted, scenes = texts(), list(now.scenes)
    for film in reversed(memory):
        for number, scene in enumerate(film.scenes):
            if not any(shot.id in lost for shot in scene.shots):
                continue
            place = next((n for n, one in enumerate(scenes) if one.id == scene.id), None)
            if place is None and _shared(scene, wanted):
                scenes.insert(min(number, len(scenes)), scene)
            elif place is not None and _shared(scene, wanted) > _shared(scenes[place], wanted):
                scenes[place] = scene
    people = {one.id: one for film in (*memory, now) for one in film.people}
    return replace(now, scenes=tuple(scenes), people=tuple(people.values()))


def _shared(scene: Scene, texts: set[str]) -> int:
    return len({line.text for line in scene.lines} & texts)


@contextlib.contextmanager
def _honest(folder: Path) -> Iterator[None]:
    """A making that was broken off may have drawn some clips already: their keys are struck from the record, so that
    they are drawn again in any case."""
    clips = {path.name: _mark(path) for path in (folder / "shots").glob("*")}
    try:
        yield
    except BaseException:
        record = json.loads((folder / MAKING).read_text("utf-8"))
        other = {path.name for path in (folder / "shots").glob("*") if clips.get(path.name) != _mark(path)}
        spoilt = [id for id, one in record["clips"].items() if _names(one["file"]) & other]
        if spoilt:
            record["keys"] = {id: key for id, key in record["keys"].items() if id not in spoilt}
            put(folder / MAKING, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode())
        raise


def _names(file: str) -> set[str]:
    """The clip of a shot, and the clip of the crossing into it."""
    path = Path(file)
    return {path.name, f"{path.stem}-in{path.suffix}"}


def _mark(path: Path) -> Mark:
    """What tells one state of a file from another; None where there is none, or nobody may look now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


# -- watching ---------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Watcher:
    """Looks at a script and has its film made at each save.

    make: the plans of before -> the film made; tell: who hears of it. `run` looks until a Ctrl-C; `step` looks once.
    """

    script: Path
    folder: Path
    make: Callable[[Sequence[Film]], Fresh]
    tell: Tell
    sleep: Callable[[float], None] = time.sleep
    last: Fresh | None = None
    rounds: int = 0
    memory: list[Film] = field(default_factory=list)
    _seen: tuple[Mark, ...] | None = None
    _taken: bytes | None = None  # the script at the last save
    _filmed: bytes | None = None  # and as the film shows it
    _own: tuple[Mark, ...] = ()
    _notes: frozenset[str] = frozenset()
    _told_gone: bool = False
    _shown: dict[str, Any] = field(default_factory=dict)

    def run(self) -> None:
        """Look twice a second until somebody ends it."""
        if not self.script.is_file():
            raise UsageError("no such file", where=str(self.script), mend="name the script that you write")
        opened(self.folder)  # a folder that is somebody else's is told at once
        while True:
            self.step()
            self.sleep(PAUSE)

    def step(self) -> bool:
        """Look once; True where a film was made."""
        now = self._marks()
        if now == self._seen:
            return False
        if now[0] is None:
            self._is_gone()
            return False
        now = self._settled(now)
        try:
            data = self.script.read_bytes()
        except OSError:  # an editor holds it this moment: look again
            return False
        self._seen, self._told_gone = now, False
        if data == self._taken and now[1:] == self._own:
            return False  # saved without a change
        self._taken = data
        if data == self._filmed and now[1:] == self._own:
            return self._as_it_was()
        try:
            return self._made()
        finally:
            # A save during the making is seen by the next look; what we wrote ourselves is not.
            self._own = self._marks()[1:]
            self._seen = (now[0], *self._own)

    def close(self) -> None:
        """The page says that nobody watches any more, and plays the film itself."""
        if self.last is not None and self._shown:
            self._show(state="ended", video=self.last.video.name)
            page.tidy(self.folder, keep="")

    def _marks(self) -> tuple[Mark, ...]:
        return tuple(_mark(path) for path in (self.script, self.folder / PLAN, self.folder / CONTENTS))

    def _settled(self, now: tuple[Mark, ...]) -> tuple[Mark, ...]:
        """The marks once nobody writes any more; at most three seconds are waited for it."""
        if self._own and now[1:] != self._own:
            self.sleep(2 * PAUSE)  # another command writes several files, one after the other
        for _ in range(20):
            self.sleep(SETTLED)
            before, now = now, self._marks()
            if now == before and now[0] is not None:
                break
        return now

    def _is_gone(self) -> None:
        """Many editors put a new file in the place of the old: for a moment there is none."""
        if not self._told_gone:
            self.tell.waiting(_clock(), f"{self.script.name} is not there now: waiting for it")
        self._told_gone = True

    def _as_it_was(self) -> bool:
        """What was broken is as it stands in the film again."""
        self.tell.waiting(_clock(), "the script is again as the film shows it")
        self._show(state="good")
        return False

    def _made(self) -> bool:
        began = time.monotonic()
        if self._shown:
            self._show(state="making")
        try:
            fresh = self.make(tuple(self.memory))
        except MaquetteError as error:
            if isinstance(error, MissingExtra) or (isinstance(error, LibraryError) and self.last is None):
                raise  # no other script would help
            return self._broken(error.wrong, error.mend)
        except Exception as error:
            if os.environ.get("MAQUETTE_DEBUG"):
                raise
            return self._broken(f"this cannot be made: {type(error).__name__}: {error}", "")
        self._good(fresh, time.monotonic() - began)
        return True

    def _broken(self, wrong: str, mend: str) -> bool:
        clock = _clock()
        self.tell.broken(clock, wrong, mend, self.last is not None)
        if self._shown:
            self._show(state="broken", told=f"{clock}  {wrong}{f' ({mend})' if mend else ''}")
        return False

    def _good(self, fresh: Fresh, seconds: float) -> None:
        why, gone = changes(self.last.film, fresh.film, fresh.drawn) if self.last is not None else ({}, ())
        said = tuple(one for one in fresh.said if one not in self._notes)
        done = Round(fresh.film, why, gone, seconds, _clock(), self.last is None, said)
        self.last, self.rounds, self._notes = fresh, self.rounds + 1, frozenset(fresh.said)
        self._filmed = self._taken
        self.memory = [*self.memory, fresh.film][-REMEMBERED:]
        copy = self._copied(fresh.video)
        self._shown = page.data_of(fresh.film, self.folder, why, lead=fresh.lead)
        self._show(state="good", note=done.line, told="", clock=done.clock, took=round(seconds, 1), video=copy)
        self.tell.made(done)

    def _copied(self, video: Path) -> str:
        """A copy for the page to play: on Windows, a film that is being played could not be replaced."""
        name = f"watch/film-{sha256_file(video)[:10]}{video.suffix}"
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        if not path.is_file():
            shutil.copyfile(video, path)
        page.tidy(self.folder, keep=path.name)
        return name

    def _show(self, **told: Any) -> None:
        self._shown |= told
        page.write(self.folder, self._shown)


def _clock() -> str:
    return time.strftime("%H:%M:%S")
