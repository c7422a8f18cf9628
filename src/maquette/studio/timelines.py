"""Edit lists of films: written beside a film, written again for other editors, and taken back when they were changed.

files, said = write_edit(film, out, "lisbon", video=Media(out / "lisbon.webm", 48, 4400), lines=timing.schedule(film))
taken = retime("lisbon-edited.xml", film=out)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..core.errors import MediaError, UsageError
from ..media import film as films
from ..media import timeline as lists
from ..media.timeline import KINDS, OURS, Mark, Media, Sound
from ..media.timeline_read import Retimed, applied, read
from . import files

if TYPE_CHECKING:
    from ..media.film import Film

FILM = "film.json"


class Heard(Protocol):
    """When a line is heard, as `makers.film.timing.Timed` says it: seconds from the first shot's start."""

    @property
    def line(self) -> str: ...
    @property
    def shot(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...


def marks_of(film: Film, lines: Sequence[Heard]) -> tuple[Mark, ...]:
    """The lines of the script as marks on the shots they are heard in."""
    known = {line.id: line for scene in film.scenes for line in scene.lines}
    names = {one.id: one.name for one in film.people}
    return tuple(
        Mark(one.line, one.shot, one.start, one.end, line.text, names.get(line.who, line.who), line.kind)
        for one in lines
        if (line := known.get(one.line)) is not None and line.text.strip()
    )


def write_edit(
    film: Film,
    folder: Path,
    stem: str,
    *,
    lines: Sequence[Heard] = (),
    video: Media | None = None,
    clips: Mapping[str, Media] | None = None,
    sounds: Sequence[Sound] = (),
    cuts: Sequence[tuple[str, int, int]] = (),
    cards: tuple[int, int] = (0, 0),
    kinds: Sequence[str] = (".otio", ".edl", ".xml"),
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write the edit of a film into its folder as `stem`.otio, .edl, .xml; the paths, and what a kind cannot carry.

    See `media.timeline.to_otio` for what the parts mean. Files of these names that stand there are replaced: they are
    the film's own. Raises MissingExtra, MediaError, LibraryError.
    """
    made: list[Path] = []
    said: list[str] = []
    for kind in kinds:
        timeline = lists.to_otio(
            film,
            video=video,
            clips=clips,
            marks=marks_of(film, lines),
            sounds=sounds,
            cuts=cuts,
            cards=cards,
            relative_to=folder,
        )
        path = folder / f"{stem}{kind}"
        with files.told(folder, "the folder"):
            said += lists.write(timeline, path)
        made.append(path)
    return tuple(made), tuple(dict.fromkeys(said))


# -- for other editors ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exported:
    """Edit lists that were written."""

    paths: tuple[Path, ...]
    shots: int
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {"files": [str(path) for path in self.paths], "shots": self.shots, "said": list(self.said)}


def export(where: str | Path, kinds: Sequence[str], out: str | Path | None = None) -> Exported:
    """The edit of a finished film (its folder, or its .otio) as other kinds: "edl", "xml", "otio".

    A copy that stands elsewhere than the film names its files by their whole paths, since an editor could not find them
    otherwise. Names that are taken get a number. Raises UsageError, MediaError, MissingExtra, LibraryError.
    """
    source = _otio_of(Path(where).expanduser())
    target = Path(out).expanduser() if out is not None else source.parent
    suffixes = [_suffix(kind) for kind in dict.fromkeys(kinds)]
    if not suffixes:
        raise UsageError("no kind of edit list is named", mend="choose otio, edl or xml")
    timeline = _timeline(source)
    for clip in timeline.find_clips():
        _renamed(clip, source.parent, whole=target.resolve() != source.parent.resolve())
    files.ready(target)
    said: list[str] = []
    made = []
    for kind in suffixes:
        path = next(target / name for name in files.numbered(source.stem, kind) if not (target / name).exists())
        with files.told(target, "the folder"):
            said += lists.write(timeline, path)
        made.append(path)
    if target.resolve() != source.parent.resolve():
        said.append("the list stands apart from the film, so it names its files by whole paths")
    shots = sum(1 for clip in timeline.find_clips() if "shot" in (clip.metadata.get(OURS) or {}))
    return Exported(tuple(made), shots, tuple(dict.fromkeys(said)))


def _suffix(kind: str) -> str:
    suffix = "." + kind.strip().lower().lstrip(".")
    suffix = {".fcpxml": ".xml", ".fcp": ".xml", ".cmx": ".edl"}.get(suffix, suffix)
    if suffix not in KINDS:
        raise UsageError(f"an edit is not written as {kind!r}", mend="choose otio, edl or xml (Final Cut Pro 7)")
    return suffix


def _renamed(clip: Any, folder: Path, *, whole: bool) -> None:
    """The file of a clip by its whole path, where its list leaves the folder."""
    from urllib.parse import unquote, urlsplit

    reference = clip.media_reference
    url = getattr(reference, "target_url", "")
    if whole and url and not urlsplit(url).scheme:
        reference.target_url = (folder / unquote(url)).resolve().as_uri()


def _timeline(path: Path) -> Any:
    lib = lists.otio()
    try:
        found = lib.adapters.read_from_file(str(path), adapter_name="otio_json")
    except (lib.exceptions.OTIOError, ValueError, OSError) as error:
        raise MediaError("this is no OpenTimelineIO that can be read", where=str(path),
                         mend="make the film again: maquette film remake") from error  # fmt: skip
    if not isinstance(found, lib.schema.Timeline):
        raise MediaError("there is no timeline in it", where=str(path), mend="name the .otio of a film")
    return found


def _otio_of(where: Path) -> Path:
    """The .otio of a film's folder, or the file itself."""
    if where.is_file():
        if where.suffix.lower() != ".otio":
            raise UsageError(f"{where.name} is no .otio", where=str(where), mend="name the film's folder")
        return where
    found = sorted(where.glob("*.otio")) if where.is_dir() else []
    if not found:
        raise UsageError("there is no film with an edit list", where=str(where),
                         mend="name the folder that `maquette film PAGE.fountain --out FOLDER` wrote")  # fmt: skip
    return next((path for path in found if path.stem == where.name), found[0])


# -- back -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """An edit that was taken into a film. kept: the film as it stood before."""

    film: Path
    edit: Retimed
    seconds: float
    kept: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        told = {"film": str(self.film), "seconds": round(self.seconds, 3), "before": str(self.kept or "")}
        return {**told, **self.edit.as_dict()}


def open_film(where: str | Path) -> tuple[Path, Film]:
    """The plan of a film by its folder or its film.json. Raises UsageError where there is none, MediaError."""
    path = Path(where).expanduser()
    path = path / FILM if path.is_dir() else path
    if not path.is_file():
        raise UsageError("there is no film.json", where=str(path), mend="name the folder of a film with --film")
    try:
        data = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as error:
        wrong = f"the plan of the film cannot be read: {error}"
        raise MediaError(wrong, where=str(path), mend="plan it again") from error
    return path, films.from_data(films.Film, data, path.name)


def retime(edited: str | Path, film: str | Path | None = None, *, dry: bool = False) -> Taken:
    """Take the edit of an .otio, .edl or .xml back into the plan of its film: lengths, order, what is left out.

    film: the film's folder or film.json; without it the folder of the edit. The plan as it was is kept beside it. dry:
    only say what would change. Then `film remake` makes the shots that changed again.
    """
    path = Path(edited).expanduser()
    place, plan = open_film(film if film is not None else path.parent)
    video, lead = _whole_film(place.parent)
    edit = read(path, plan, video=video, lead=lead)
    after = applied(plan, edit)
    if dry or not edit.changed:
        return Taken(place, edit, after.seconds)
    kept, _ = files.put(place.read_bytes(), None, place.parent, "film-before", ".json")
    text = json.dumps(films.as_data(after), ensure_ascii=False, indent=1) + "\n"
    with files.told(place.parent, "the folder of the film"):
        temp = files.temporary(place.parent, text.encode())
        temp.replace(place)
    return Taken(place, edit, after.seconds, kept)


def _whole_film(folder: Path) -> tuple[str, int]:
    """The name of the whole film's file and the frames before its first shot, as its own edit list has them."""
    from urllib.parse import unquote

    try:
        timeline = _timeline(_otio_of(folder))
    except (UsageError, MediaError):
        return "", 0
    ours = timeline.metadata.get(OURS) or {}
    for clip in timeline.find_clips():
        mine = clip.metadata.get(OURS) or {}
        url = getattr(clip.media_reference, "target_url", "")
        if url and ("card" in mine or ("shot" in mine and "first" in mine and Path(unquote(url)).parent == Path("."))):
            return Path(unquote(url)).name, int(ours.get("lead", 0))
    return "", int(ours.get("lead", 0))
