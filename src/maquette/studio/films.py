"""Films from a script to signed files: the folder of a film, and shots of it made again.

    my-film/  the-last-lamp.webm  .srt .vtt .otio .edl .xml   the film, its captions, the edit for other programs
              storyboard.pdf  panels/  shots/  sound/  space/  every drawing, clip with handles, stem and scene
              credits.txt  script.fountain  film.json          who is owed thanks; the script; the plan, all of it
              making.json  contents.json                       how it was made; what is in the folder, sealed

`film.json` is the film: what a hand changes there, or by `remake`, is kept whenever it is made again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..core.errors import CheckpointError, LibraryError, MediaError, UsageError
from ..core.hashing import sha256_file
from ..core.progress import OnProgress, silent
from ..core.types import Ingredient, Request, Work
from . import files
from .film_files import Laid, lay, put

if TYPE_CHECKING:
    from ..makers.film.credits import Facts
    from ..makers.film.maker import Made, Wishes
    from ..makers.film.render import Manner
    from ..media.film import Film
    from .lineage import Asset
    from .studio import Studio

FORMAT = "maquette-film-1"
PLAN = "film.json"
MAKING = "making.json"
SCRIPT = "script.fountain"
CONTENTS = "contents.json"
SPARE = 4 << 20  # bytes: a disk with less is full


@dataclass(frozen=True, eq=False)
class KeptFilm:
    """A film that was kept. files: what lies in its folder, by what it is; said: what a person should know."""

    asset: Asset
    folder: Path
    film: Film
    made: Made
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        made = self.made
        return {
            **self.asset.as_dict(),
            "folder": str(self.folder),
            "title": self.film.title,
            "seconds": round(made.seconds, 3),
            "fps": str(made.manner.fps),
            "shots": len(made.cuts),
            "drawn": list(made.drawn),
            "drawings": made.drawings,
            "lufs": round(made.mixed.lufs, 2) if not made.mixed.silent else None,
            "true_peak": round(made.mixed.peak, 2) if not made.mixed.silent else None,
            "files": {kind: [str(path) for path in paths] for kind, paths in self.files.items()},
            "times": dict(made.times),
            "said": list(self.said),
        }


@dataclass(frozen=True, eq=False)
class OpenedFilm:
    """A film's folder as it lies there: its plan, how it was drawn, and the keys of its clips."""

    folder: Path
    film: Film
    manner: Manner
    wishes: Wishes
    keys: Mapping[str, str]
    record: Mapping[str, Any]

    @property
    def video(self) -> Path:
        return self.folder / str(self.record["video"])

    @property
    def lead(self) -> int:
        """Frames of the title card, before the first shot."""
        return int(self.record.get("lead") or 0)


class WorkshopHere:
    """The studio as a workshop: other crafts make a part of a film with their starters."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._makers: dict[str, Any] = {}
        self._cards: dict[str, Mapping[str, Any]] = {}
        self._missing: set[str] = set()

    def ask(self, craft: str, prompt: str, *, seed: int = 0, **controls: Any) -> Work[Any] | None:
        """One work of another craft, not kept; None where its model is not there."""
        from ..makers import table

        if craft in self._missing:
            return None
        if craft not in self._makers:
            kind = table.maker(craft)
            try:
                box = self.studio._open(kind.starter)
            except CheckpointError:
                self._missing.add(craft)
                self.studio.say(f"{kind.starter} is not installed: the film is without {craft}")
                return None
            self._makers[craft] = kind(box)
            self._cards[box.name] = box.card
        request: Request[Any] = Request(craft, prompt, table.controls(craft)(**controls), seed, 1)
        found: Work[Any] | None = next(iter(self._makers[craft].make(request)), None)
        return found

    def cards(self) -> Mapping[str, Mapping[str, Any]]:
        """The cards of the models that were asked."""
        return dict(self._cards)


# -- making -----------------------------------------------------------------------------------------------------------


def make_film(
    studio: Studio,
    script: str | Path,
    *,
    manner: Manner,
    wishes: Wishes,
    out: str | Path = ".",
    grammar: Path | None = None,
    scenes: tuple[str, ...] = (),
    recordings: Path | None = None,
    unsigned: bool = False,
    private: bool = False,
    licence: str | None = None,
    workers: int = 0,
    on_progress: OnProgress = silent,
) -> KeptFilm:
    """Make the film of a script (.fountain, .fdx) into a folder of its own and keep it, signed.

    `out` is that folder where it is new or empty; else the film gets one in it, by its title. Raises MediaError for a
    script without a scene, UsageError, MissingExtra, LibraryError; a Ctrl-C leaves nothing half.
    """
    from ..makers.film.plan import plan

    _require()
    path = Path(script)
    read = read_script(path)
    film = plan(read, grammar=grammar, fps=float(manner.fps), scenes=scenes)
    _fits(film)
    folder = _folder_for(Path(out).expanduser(), film.title)
    try:
        studio.library.ready(folder)
    except LibraryError:
        with contextlib.suppress(OSError):
            folder.rmdir()  # only where nothing is in it
        raise
    keeper = _Keeper(studio, folder, manner, wishes, unsigned, private, licence, recordings, workers, on_progress)
    return keeper.made(film, _text_of(read), before=None)


def remake(
    studio: Studio,
    folder: str | Path,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    film: Film | None = None,
    script: Path | None = None,
    grammar: Path | None = None,
    manner: Manner | None = None,
    wishes: Wishes | None = None,
    unsigned: bool = False,
    private: bool = False,
    licence: str | None = None,
    workers: int = 0,
    on_progress: OnProgress = silent,
) -> KeptFilm:
    """Make a film again in its folder. changes: shot id -> field of `Shot` -> value, put to those made by hand before.

    film: the plan to be made instead of the one in the folder (an edit that came back). script, grammar: a script that
    was changed, other rules for shots: planned again, with all that was made by hand. Clips of shots whose picture
    stays keep their bytes. Raises UsageError for a shot that is not there.
    """
    _require()
    opened = open_film(folder)
    wanted = film or opened.film
    text = (opened.folder / SCRIPT).read_bytes().decode() if (opened.folder / SCRIPT).is_file() else ""
    if script is not None or grammar is not None:
        wanted, text = _rewritten(wanted, text, script, grammar)
    if changes:
        wanted = with_changes(wanted, changes)
    keeper = _Keeper(studio, opened.folder, manner or opened.manner, wishes or opened.wishes, unsigned, private,
                     licence or opened.record.get("licence"), None, workers, on_progress)  # fmt: skip
    return keeper.made(wanted, text, before=opened)


def _rewritten(film: Film, text: str, script: Path | None, grammar: Path | None) -> tuple[Film, str]:
    """The plan of a changed script, or by other rules, with what was made by hand; and the script's text."""
    from ..makers.film.plan import planned_again
    from ..media.script import parse

    if script is None and not text:
        raise UsageError("its script is not in the folder", where=film.title, mend="give it: --script page.fountain")
    old = parse(text) if text else None
    new = read_script(script) if script is not None else parse(text)
    again = planned_again(new, film, old, grammar=grammar)
    return again, _text_of(new)


def with_changes(film: Film, changes: Mapping[str, Mapping[str, Any]]) -> Film:
    """The film with what a hand wants of its shots. Raises UsageError for an unknown shot or a value that cannot be."""
    ids = [shot.id for scene in film.scenes for shot in scene.shots]
    overrides = {id: dict(values) for id, values in film.overrides.items()}
    for id, values in changes.items():
        if id not in ids:
            known = f"there are {', '.join(ids[:16])}{' ...' if len(ids) > 16 else ''}"
            raise UsageError(f"there is no shot {id!r}", where=film.title, mend=known)
        overrides[id] = {**overrides.get(id, {}), **values}
    changed = replace(film, overrides=overrides)
    _ = changed.shots  # a value of a wrong kind is told here
    return changed


def open_film(folder: str | Path) -> OpenedFilm:
    """The film that lies in a folder. Raises UsageError where none does, MediaError where its plan cannot be read."""
    from ..makers.film.maker import Wishes
    from ..makers.film.render import Manner
    from ..media.film import Film, from_data

    folder = Path(folder).expanduser()
    folder = folder.parent if folder.name in (PLAN, MAKING) else folder
    for name in (PLAN, MAKING):
        if not (folder / name).is_file():
            mend = "name the folder that `maquette film page.fountain --out FOLDER` wrote"
            raise UsageError(f"there is no film in this folder: it has no {name}", where=str(folder), mend=mend)
    film = from_data(Film, _json(folder / PLAN), PLAN)
    record = _json(folder / MAKING)
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        mend = "make the film again from its script"
        raise MediaError("this is no record of a film, or of a newer kind", where=str(folder / MAKING), mend=mend)
    manner = _of(Manner, {**record["manner"], "fps": Fraction(record["manner"]["fps"])})
    return OpenedFilm(folder, film, manner, _of(Wishes, record["wishes"]), record.get("keys") or {}, record)


def _of(kind: Any, told: Mapping[str, Any]) -> Any:
    """A dataclass from a record; what another version wrote and this one does not know is passed over."""
    known = {one.name for one in dataclasses.fields(kind)}
    return kind(**{key: value for key, value in told.items() if key in known})


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        wrong = f"{path.name} cannot be read: {error}"
        raise MediaError(wrong, where=str(path), mend="undo the last change to it") from error


def read_script(path: Path) -> Any:
    """The script of a file. Raises MediaError for what is none."""
    from ..media.table import open_media

    read = open_media(path)
    if type(read).__name__ != "Script":
        raise UsageError("this is no script", where=str(path), mend="name a .fountain or .fdx file")
    return read


def _text_of(read: Any) -> str:
    """A script as Fountain: the very text where it was."""
    from ..media.script import to_fountain

    return to_fountain(read)


def _require() -> None:
    """Everything that a film needs is told before the work begins."""
    from ..media import lettering, video_file

    video_file.require()
    lettering.font_file()


def _fits(film: Film) -> None:
    from ..makers.film.maker import checked

    checked(film)


def _folder_for(out: Path, title: str) -> Path:
    """`out` itself where it is new or empty; else a folder in it that is not there yet, by the film's title."""
    if out.is_dir() and not any(out.iterdir()):
        return out
    if not out.exists() and _claimed(out):
        return out
    return next(path for name in files.numbered(files.slug(title), "") if _claimed(path := out / name))


def _claimed(folder: Path) -> bool:
    """Make a folder that nobody has yet; False where somebody, perhaps another film of now, was first."""
    with files.told(folder, "the folder of the film"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir()
        except FileExistsError:
            return False
    return True


# -- keeping ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Keeper:
    """Makes a film in its folder and keeps what came of it."""

    studio: Studio
    folder: Path
    manner: Manner
    wishes: Wishes
    unsigned: bool
    private: bool
    licence: str | None
    recordings: Path | None
    workers: int
    on_progress: OnProgress

    def made(self, film: Film, text: str, before: OpenedFilm | None) -> KeptFilm:
        """The film made, sealed and laid into its folder."""
        from ..makers.film.maker import FilmMaker
        from ..makers.film.voices import recordings_in

        recordings = recordings_in(self.recordings) if self.recordings is not None else None
        stem = files.slug(film.title)
        with _disk(self.folder), _workplace(self.folder, new=before is None) as work:
            maker = FilmMaker(WorkshopHere(self.studio))
            made = maker.make(
                film, self.folder, work, name=f".maquette-film{self.manner.suffix}", manner=self.manner,
                wishes=self.wishes, kept=before.keys if before is not None else None, recordings=recordings,
                workers=self.workers, permitted=self._permitted, on_progress=self.on_progress,
            )  # fmt: skip
            try:
                asset = self._keep(made, stem, before)
            finally:
                made.video.unlink(missing_ok=True)
            laid = self._lay(made, asset, text, before)
        self._record(made, asset, laid.every())
        self._seal_contents(made, asset, laid)
        said = tuple(dict.fromkeys([*made.said, *laid.said]))
        return KeptFilm(asset, self.folder, made.film, made, laid.files, said)

    def _keep(self, made: Made, stem: str, before: OpenedFilm | None) -> Asset:
        """The video, sealed, in the folder and in the library; the one that it replaces goes."""
        from ..media.video_file import MIMES
        from ..trust.seal import Parent, Sealed
        from ..trust.seal import unsigned as no_credential

        data, suffix = made.video.read_bytes(), self.manner.suffix
        work = self._work(made, before)
        parents = []
        old = before.video if before is not None and before.video.is_file() else None
        if old is not None:
            beside = old.with_name(old.name + ".c2pa")
            sidecar = beside.read_bytes() if beside.is_file() else None
            parents = [Parent(old.read_bytes(), MIMES.get(old.suffix, ""), sidecar, title=old.name)]
        if self.unsigned:
            sealed = Sealed(data, None, no_credential())
        else:
            sealed = self.studio._seal(
                work, data, MIMES[suffix], None, card=self._card(made), action="edited" if parents else "created",
                parents=parents, private=self.private, human=self._human(made),
            )  # fmt: skip
        bases = [sha256_file(old)] if old is not None else []
        with _aside(old):
            return self.studio.library.keep(
                work, sealed, self.folder, suffix=suffix, stem=stem,
                parents=bases, card=self._card(made), private=self.private,
            )  # fmt: skip

    def _permitted(self, facts: Facts) -> None:
        """Refuse a licence that the works it is made after do not allow: before minutes of drawing, not after them."""
        from ..trust.seal import require_rights

        if not self.unsigned:
            request: Request[Any] = Request("film", "", {}, self.wishes.seed, 1, licence=self.licence)
            require_rights(Work(None, request, self.wishes.seed, "", "words", "", _credits(facts)))

    def _card(self, made: Made) -> Mapping[str, Any]:
        """Of the first model that had a part: its works are named in the credential."""
        return next(iter(made.facts.models.values()), {})

    def _human(self, made: Made) -> str:
        return "; ".join(made.facts.hand[:2])

    def _work(self, made: Made, before: OpenedFilm | None) -> Work[Any]:
        film = made.film
        old = before.video if before is not None and before.video.is_file() else None
        request: Request[Any] = Request(
            "film", film.title, {}, self.wishes.seed, 1, base=sha256_file(old) if old is not None else None,
            licence=self.licence,
        )  # fmt: skip
        told = {
            "seconds": round(made.seconds, 3),
            "shots": [cut.shot for cut in made.cuts],
            "manner": made.manner.as_dict(),
            "script": film.script,
            "human": list(made.facts.hand),
            "motions": sorted({source for one in made.staged.values() for source in one.sources}),
        }
        note = f"{film.title}, {len(made.cuts)} shots, {made.seconds:.0f} s"
        return Work(None, request, self.wishes.seed, "", "words", note, _credits(made.facts), {"film": told})

    def _lay(self, made: Made, asset: Asset, text: str, before: OpenedFilm | None) -> Laid:
        """What lies beside the film. Where it is broken off (Ctrl-C, a full disk), `remake` goes on from there."""
        known = (before.record.get("files") or {}) if before is not None else {}
        self._record(made, asset, (), known)
        laid = Laid()
        try:
            return lay(self.studio, made, asset.path, self.folder, text, known, laid, on_progress=self.on_progress)
        except BaseException:
            with contextlib.suppress(OSError):  # a full disk is told by what raised
                self._record(made, asset, laid.every(), known)
            raise

    def _record(
        self, made: Made, asset: Asset, written: Sequence[Path], known: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """`film.json`, the plan, and `making.json`: how it was made, so that it can be made again.

        written: what was laid into the folder; known: what lay there before, by its path, with its hash.
        """
        from ..media.film import as_data

        record = {
            "format": FORMAT,
            "manner": made.manner.as_dict(),
            "wishes": dataclasses.asdict(self.wishes),
            "licence": self.licence,
            "video": asset.path.name,
            "lead": made.lead,
            "keys": {cut.shot: cut.key for cut in made.cuts},
            "clips": {
                cut.shot: {"file": f"shots/{cut.clip.name}", "first": cut.first, "frames": cut.frames,
                           "length": cut.length}
                for cut in made.cuts
            },
            "cues": [one.as_dict() for one in made.track.effects],
            "music": [
                {"scene": one.cue.id, "start": round(one.cue.start, 3), "seconds": round(one.cue.seconds, 3),
                 "mood": one.cue.mood, "hits": list(one.cue.hits), "note": one.note}
                for one in made.track.music
            ],
            "files": {**known, **{path.relative_to(self.folder).as_posix(): sha256_file(path) for path in written}},
        }  # fmt: skip
        for name, data in ((PLAN, as_data(made.film)), (MAKING, record)):
            put(self.folder / name, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode())

    def _seal_contents(self, made: Made, asset: Asset, laid: Laid) -> None:
        """`contents.json` with the hash of every file of the folder, sealed as made from the film."""
        from ..trust.exports import LIST_FORMAT
        from ..trust.seal import Parent
        from .again import mime_of

        own = (self.folder / PLAN, self.folder / MAKING, asset.path)
        every = [path for path in (*laid.every(), *own) if path.is_file()]
        every += [cut.clip for cut in made.cuts]
        listed = {
            "format": LIST_FORMAT,
            "what": f"the film {made.film.title}",
            "files": {path.relative_to(self.folder).as_posix(): sha256_file(path) for path in sorted(set(every))},
        }
        data = (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()
        path = self.folder / CONTENTS
        sidecar = None
        if not self.unsigned:
            beside = asset.path.with_name(asset.path.name + ".c2pa")
            parent = Parent(asset.path.read_bytes(), mime_of(asset.path),
                            beside.read_bytes() if beside.is_file() else None, title=asset.path.name)  # fmt: skip
            work = self._work(made, None)
            child = replace(work, request=replace(work.request, base=asset.id), note=f"the folder of {work.note}")
            sealed = self.studio._seal(child, data, "application/json", None, card=self._card(made), action="edited",
                                       parents=[parent], private=self.private)  # fmt: skip
            data, sidecar = sealed.data, sealed.sidecar
        put(path, data)
        if sidecar is not None:
            put(path.with_name(path.name + ".c2pa"), sidecar)


def _credits(facts: Facts) -> tuple[Ingredient, ...]:
    """Whose motions and which models went into a film."""
    motions = [Ingredient(one.who, "inputTo", "motion", one.who, one.licence, one.source) for one in facts.motions]
    return (*motions, *(Ingredient(name, "inputTo", "model") for name in facts.models))


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Whatever a library says of it: an error of the system where the disk is full means that it is full."""
    try:
        yield
    except OSError as error:
        # A quota may be reached where the disk has room; where numpy could not write all, it gives no number.
        full = error.errno in (None, errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None))
        if not full and shutil.disk_usage(folder if folder.exists() else folder.parent).free > SPARE:
            raise
        error.errno = errno.ENOSPC
        with files.told(folder, "the folder of the film"):
            raise


@contextmanager
def _workplace(folder: Path, *, new: bool) -> Iterator[Path]:
    """A hidden folder for what only waits; gone at the end, whatever happens. new: the film's folder is our own, and
    what lies in it goes too if the film does not come to be."""
    work = Path(tempfile.mkdtemp(prefix=files.PREFIX, dir=folder))
    try:
        yield work
    except BaseException:
        if new and not any(path.suffix in (".webm", ".mp4") for path in folder.iterdir()):
            shutil.rmtree(folder / "shots", ignore_errors=True)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
        with contextlib.suppress(OSError):
            folder.rmdir()  # only where nothing is in it


@contextmanager
def _aside(old: Path | None) -> Iterator[None]:
    """Put a film and its sidecar aside while the one that replaces it is kept; they come back if it is not."""
    moved: list[tuple[Path, Path]] = []
    for path in (old, old.with_name(old.name + ".c2pa")) if old is not None else ():
        if path.is_file():
            aside = path.with_name(f"{files.PREFIX}{path.name}.old")
            path.replace(aside)
            moved.append((path, aside))
    try:
        yield
    except BaseException:
        for path, aside in moved:
            if not path.exists():
                aside.replace(path)
        raise
    for _, aside in moved:
        aside.unlink(missing_ok=True)
