"""An edit brought back from an editor: which shots stand, in which order, how long, and what else was done to them.

edit = read(Path("film-edited.otio"), film)
film = applied(film, edit)

A clip is known by our own mark inside it, by the shot's id at the start of its name ("3A CU Anna", "3A.webm"), or by
where it lies in the whole film. The edit decides about lengths, order, transitions and which shots are left out; what
a plan of shots cannot hold (sounds, titles, speed, foreign clips, gaps) is said and leaves the film as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ..core.errors import MaquetteError, MediaError
from .timeline import KINDS, OURS, cuts_of, exact, otio, quiet

if TYPE_CHECKING:
    from .film import Film

LEAST = 0.7  # seconds a shot wants in order to be read


@dataclass(frozen=True)
class Retimed:
    """What an editor did to a film, by shot id."""

    seconds: Mapping[str, float] = field(default_factory=dict)  # the new lengths of those that changed
    order: tuple[str, ...] = ()  # all that stand, as they now follow one another
    deleted: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()  # left out before, and now back
    transitions: Mapping[str, str] = field(default_factory=dict)  # into those where it changed: cut, dissolve, fade
    moved: tuple[str, ...] = ()  # those that no longer stand in the film's order
    said: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the film is another one now."""
        return bool(self.seconds or self.deleted or self.returned or self.transitions or self.moved)

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        return {**dataclasses.asdict(self), "changed": self.changed}


@dataclass
class _Seen:
    """What was met on the way through a track."""

    frames: dict[str, float]  # shot id -> length on the screen, in the film's frames
    crossing: dict[str, str]
    order: list[str]
    said: list[str]
    gap: float = 0.0  # frames of nothing


def read(path: Path, film: Film, *, video: str = "", lead: int = 0) -> Retimed:
    """Read an edit of `film` back from an .otio, .edl or .xml file.

    video: the name of the whole film's file, by which a clip that lost its name is known from where it lies; lead: the
    frames before its first shot.

    Raises MediaError for what is no edit list or holds no shot of this film, MissingExtra without the libraries.
    """
    timeline = _opened(Path(path), film)
    lib = otio()
    picture, said = _picture(lib, timeline)
    seen = _Seen({}, {}, [], said)
    known = _Known.of(film, video, lead)
    crossing = ""
    for item in picture:
        if isinstance(item, lib.schema.Transition):
            crossing = _crossing(item)
        elif isinstance(item, lib.schema.Gap):
            seen.gap += _frames(item, known.rate)
        else:
            _take(lib, item, known, seen, crossing)
            crossing = ""
    _sounds(lib, timeline, seen)
    if not seen.order:
        raise MediaError(f"{path.name} holds no shot of {film.title!r}", where=str(path),
                         mend="clips are known by their names: keep the shot's id at the start, as in 3A")  # fmt: skip
    return _compared(film, seen)


def applied(film: Film, edit: Retimed) -> Film:
    """The film as the edit has it: lengths, transitions and what is left out as hand-made overrides, and the order.

    The plan itself stays, so that an edit can be taken back shot by shot.
    """
    overrides = {id: dict(own) for id, own in film.overrides.items()}

    def by_hand(id: str, name: str, value: Any) -> None:
        overrides.setdefault(id, {})[name] = value

    for id, seconds in edit.seconds.items():
        by_hand(id, "seconds", seconds)
    for id, transition in edit.transitions.items():
        by_hand(id, "transition", transition)
    for id in edit.deleted:
        by_hand(id, "left_out", True)
    for id in edit.returned:
        overrides.get(id, {}).pop("left_out", None)
    planned = [shot.id for scene in film.scenes for shot in scene.shots if shot.id in set(edit.order)]
    order = () if list(edit.order) == planned else edit.order
    return dataclasses.replace(film, overrides={id: own for id, own in overrides.items() if own}, order=order)


# -- opening ----------------------------------------------------------------------------------------------------------


def _opened(path: Path, film: Film) -> Any:
    """The timeline of a file; an .edl is read at the film's rate, which it does not tell."""
    lib, kind = otio(), path.suffix.lower()
    if not path.is_file():
        raise MediaError("there is no such file", where=str(path), mend="check the name and the folder")
    if kind not in KINDS:
        raise MediaError(f"an edit is not read from {kind or 'a file without suffix'}", where=str(path),
                         mend=f"export it as one of {', '.join(KINDS)}")  # fmt: skip
    names = {".otio": "otio_json", ".edl": "cmx_3600", ".xml": "fcp_xml"}
    try:
        with quiet():
            text = path.read_text(encoding="utf-8-sig", errors="strict" if kind == ".otio" else "replace")
            how = {"rate": float(exact(film.fps)), "ignore_timecode_mismatch": True} if kind == ".edl" else {}
            found = lib.adapters.read_from_string(text, adapter_name=names[kind], **how)
    except MaquetteError:
        raise
    except Exception as error:  # the adapters raise whatever their parsers meet
        why = (str(error) or type(error).__name__).splitlines()[0]
        wrong = f"this is no {KINDS[kind]} that can be read: {why}"
        raise MediaError(wrong, where=str(path), mend="export it again from the editor, or as .otio") from error
    return _first_timeline(lib, found, path)


def _first_timeline(lib: Any, found: Any, path: Path) -> Any:
    if isinstance(found, lib.schema.Timeline):
        return found
    if isinstance(found, lib.schema.SerializableCollection):
        inside = [one for one in found.find_children() if isinstance(one, lib.schema.Timeline)]
        if inside:
            return inside[0]
    raise MediaError("there is no sequence in this file", where=str(path), mend="export the sequence, not the bin")


def _picture(lib: Any, timeline: Any) -> tuple[Any, list[str]]:
    """What is seen, as one track: upper tracks over lower ones, disabled clips and tracks gone."""
    said: list[str] = []
    tracks = [track.deepcopy() for track in timeline.video_tracks() if track.enabled]
    for track in tracks:
        for number, item in enumerate(track):
            if isinstance(item, lib.schema.Clip) and not item.enabled:
                track[number] = lib.schema.Gap(source_range=item.trimmed_range())
                said.append(f"{item.name or 'a clip'} is switched off in the edit: taken as left out")
    if not tracks:
        return lib.schema.Track(), said
    if len(tracks) == 1:
        return tracks[0], said
    said.append(f"{len(tracks)} tracks of picture: what lies on top is what is seen")
    return lib.algorithms.flatten_stack(tracks), said


# -- clips ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What a clip may be known by."""

    ids: Mapping[str, str]  # lower case -> the shot's id
    cuts: tuple[tuple[str, int, int], ...]
    rate: float
    video: str
    lead: int

    @classmethod
    def of(cls, film: Film, video: str, lead: int) -> _Known:
        ids = {shot.id.casefold(): shot.id for scene in film.scenes for shot in scene.shots}
        return cls(ids, cuts_of(film), float(exact(film.fps)), video, lead)

    def shot(self, clip: Any) -> str:
        """The id of the shot that a clip shows, "" for a foreign one."""
        ours = clip.metadata.get(OURS)
        if ours is not None:
            return self.ids.get(str(ours.get("shot", "")).casefold(), "")
        file = _file_of(clip)
        for name in (str(clip.name or ""), Path(file).stem):
            words = name.replace("_", " ").replace("-", " ").replace(".", " ").split()
            for candidate in (name, *words[:1]):
                if candidate.casefold() in self.ids:
                    return self.ids[candidate.casefold()]
        return self._by_place(clip) if file and file == self.video else ""

    def _by_place(self, clip: Any) -> str:
        """The shot of the whole film in whose frames the middle of the clip lies."""
        span = clip.trimmed_range()
        middle = span.start_time.to_seconds() + span.duration.to_seconds() / 2
        whole = clip.media_reference.available_range
        if whole is not None:  # files may count their time from ten o'clock
            middle -= whole.start_time.to_seconds()
        return next((id for id, first, end in self.cuts if first <= middle * self.rate - self.lead < end), "")


def _file_of(clip: Any) -> str:
    """The file's name of a clip, "" where it has none."""
    url = getattr(clip.media_reference, "target_url", "") or ""
    return Path(unquote(urlsplit(url.replace("\\", "/")).path)).name


def _frames(item: Any, rate: float) -> float:
    """How long an item is on the screen, in the film's frames, whatever rate it is counted in."""
    duration = item.trimmed_range().duration if hasattr(item, "trimmed_range") else item.duration()
    return float(duration.value) * rate / float(duration.rate)


def _crossing(item: Any) -> str:
    ours = item.metadata.get(OURS)
    told = str(ours.get("transition", "")) if ours is not None else str(item.name or "").casefold()
    return "fade" if "fade" in told or "dip" in told else "dissolve"


def _take(lib: Any, item: Any, known: _Known, seen: _Seen, crossing: str) -> None:
    """Note one clip of the track."""
    frames = _frames(item, known.rate)
    if not isinstance(item, lib.schema.Clip):
        inside = [known.shot(clip) for clip in item.find_clips()]
        ids = list(dict.fromkeys(id for id in inside if id))
        if len(ids) != 1:
            what = f"{item.name or 'a compound'} holds {len(ids)} shots" if ids else f"{item.name or 'a compound'}"
            seen.said.append(f"{what}, {frames / known.rate:.2f} s: nested edits are left as they are")
            return
        id = ids[0]
    else:
        if _card(item):
            return
        id = known.shot(item)
    if not id:
        name = item.name or _file_of(item) or "a clip without a name"
        seen.said.append(f"{name}, {frames / known.rate:.2f} s, is none of this film's shots: left to the editor")
        return
    for effect in item.effects:
        if isinstance(effect, lib.schema.TimeEffect):
            seen.said.append(f"{id} runs at another speed in the edit: its length on the screen is taken")
    if id in seen.frames:
        apart = seen.order[-1] != id
        where = "stands more than once: counted where it stands first" if apart else "was split: its parts are one shot"
        seen.said.append(f"{id} {where}")
        seen.frames[id] += frames
        return
    _trimmed(item, id, known, seen)
    seen.frames[id], seen.crossing[id] = frames, crossing or "cut"
    seen.order.append(id)


def _card(clip: Any) -> bool:
    """Whether a clip is the title card or the credits: they are made anew with the film."""
    ours = clip.metadata.get(OURS)
    return "card" in ours if ours is not None else str(clip.name).casefold() in ("title", "credits")


def _trimmed(item: Any, id: str, known: _Known, seen: _Seen) -> None:
    """Say where a shot begins later or earlier in its file than we cut it: only the length can be kept."""
    ours = item.metadata.get(OURS)
    span = item.source_range
    if ours is None or "source" not in ours or span is None:
        return
    moved = span.start_time.to_seconds() - float(ours["source"]) / known.rate
    if abs(moved) * known.rate >= 1:
        way = f"{abs(moved):.2f} s {'later' if moved > 0 else 'earlier'}"
        seen.said.append(f"{id} begins {way} in its clip: its length is kept, its action starts anew")


def _sounds(lib: Any, timeline: Any, seen: _Seen) -> None:
    foreign = [
        clip.name or _file_of(clip)
        for track in timeline.audio_tracks()
        for clip in track
        if isinstance(clip, lib.schema.Clip) and OURS not in clip.metadata
    ]
    known = ("voices", "music", "effects", "places", "mix", "room", "steps")
    other = [name for name in dict.fromkeys(foreign) if name and Path(name).stem.casefold() not in known]
    if other:
        more = f" and {len(other) - 3} more" if len(other) > 3 else ""
        seen.said.append(f"sounds of the edit stay with the editor: {', '.join(other[:3])}{more}")


# -- what it comes to -------------------------------------------------------------------------------------------------


def _compared(film: Film, seen: _Seen) -> Retimed:
    """The edit against the film."""
    rate = float(exact(film.fps))
    before = {id: end - first for id, first, end in cuts_of(film)}
    planned = {shot.id: film.with_hand(shot) for scene in film.scenes for shot in scene.shots}
    seconds, transitions = {}, {}
    for id in seen.order:
        frames = max(1, round(seen.frames[id]))
        if frames != before.get(id, max(1, round(planned[id].seconds * rate))):
            seconds[id] = round(frames / rate, 6)
            if frames / rate < LEAST:
                seen.said.append(f"{id} is {frames / rate:.2f} s long now: less than {LEAST} s is hard to read")
        old = "cut" if id == seen.order[0] else planned[id].transition
        # Most lists know dissolves only: one stands for a fade, too.
        if (seen.crossing[id] == "cut") != (old == "cut"):
            transitions[id] = seen.crossing[id]
    deleted = tuple(id for id in before if id not in seen.frames)
    returned = tuple(id for id in seen.order if id not in before)
    if seen.gap >= 1:
        seen.said.append(f"{seen.gap / rate:.2f} s of nothing between the clips: a film has no gaps, they are closed")
    stay = [id for id in before if id in seen.frames]
    moved = _moved(stay, [id for id in seen.order if id in before])
    said = tuple(dict.fromkeys(seen.said))
    return Retimed(seconds, tuple(seen.order), deleted, returned, transitions, moved, said)


def _moved(before: list[str], after: list[str]) -> tuple[str, ...]:
    """The fewest shots whose moving explains the new order: all but a longest rising row (patience sorting)."""
    from bisect import bisect_left

    place = {id: number for number, id in enumerate(before)}
    ends: list[int] = []
    rows: list[list[str]] = []
    for id in after:
        at = bisect_left(ends, place[id])
        row = [*(rows[at - 1] if at else []), id]
        ends[at : at + 1] = [place[id]]
        rows[at : at + 1] = [row]
    still = set(rows[-1]) if rows else set()
    return tuple(id for id in after if id not in still)
