"""The edit of a film as editors know it: OpenTimelineIO, and through its adapters EDL (CMX 3600) and FCP7-XML.

timeline = to_otio(film, "lisbon-cut", video=Media("film.webm", 0, 4320), marks=marks)
path, said = write(timeline, folder / "film.otio")

Every shot is a clip under its id ("3A"), with the lines of the script as markers where they are heard. A clip points to
a file of its own with handles (frames before and after the cut), or where there is none to the whole film, which
carries its neighbours as handles. `timeline_read.py` brings the edit back.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..core.errors import MediaError, MissingExtra

if TYPE_CHECKING:
    from .film import Film, Shot

OURS = "maquette"  # the name of our part in a clip's metadata
KINDS = {".otio": "OpenTimelineIO", ".edl": "EDL (CMX 3600)", ".xml": "Final Cut Pro 7 XML"}
_PIP = "pip install 'maquette[film]'"
_COLOURS = {"dialogue": "CYAN", "action": "GREEN", "lyric": "MAGENTA", "transition": "YELLOW", "title": "WHITE"}
_SHORT = {
    "extreme wide": "EWS", "wide": "WS", "full": "FS", "medium wide": "MWS", "medium": "MS",
    "medium close-up": "MCU", "close-up": "CU", "extreme close-up": "ECU", "insert": "INSERT",
}  # fmt: skip


@dataclass(frozen=True)
class Media:
    """A file that a clip is cut from: `first` is the frame where the shot (of `video`: the first shot) begins in it,
    `frames` its whole length."""

    path: Path | str
    first: int
    frames: int


@dataclass(frozen=True)
class Mark:
    """A line of the script where it is heard: seconds from the first shot's start, within the shot `shot`."""

    line: str  # its id
    shot: str
    start: float
    end: float
    text: str
    who: str = ""
    kind: str = "action"


@dataclass(frozen=True)
class Sound:
    """A stem that runs beside the picture from the film's start: "voices", "music", "effects"."""

    name: str
    path: Path | str
    seconds: float


def otio() -> Any:
    """The OpenTimelineIO library. Raises MissingExtra without it."""
    try:
        import opentimelineio
    except ImportError as error:
        raise MissingExtra("edit lists need OpenTimelineIO", mend=_PIP) from error
    return opentimelineio


def exact(fps: float) -> Fraction:
    """A frame rate as the fraction that is meant by it: 23.976 is 24000/1001, 25 is 25. Raises MediaError at 0."""
    if not 1.0 <= fps <= 240.0:
        raise MediaError(f"{fps:g} frames a second cannot be", where="fps", mend="give 1 to 240; 24, 25, 30 are usual")
    near = Fraction(fps).limit_denominator(1001)
    ntsc = Fraction(round(fps) * 1000, 1001)
    return ntsc if abs(float(ntsc) - fps) < 0.002 else near


def cuts_of(film: Film) -> tuple[tuple[str, int, int], ...]:
    """(shot id, first frame, the frame after its last) of every shot that is seen, in order."""
    rate, at, found = exact(film.fps), 0, []
    for shot in film.shots:
        count = max(1, round(shot.seconds * rate))
        found.append((shot.id, at, at + count))
        at += count
    return tuple(found)


def name_of(film: Film, shot: Shot) -> str:
    """What an editor reads on a clip: "3A CU Anna". The id stands first; that is how the edit finds back."""
    people = {one.id: one.name for one in film.people}
    whom = " + ".join(people.get(one, one) for one in shot.subjects[:2])
    return " ".join(part for part in (shot.id, _SHORT.get(shot.size, shot.size.upper()), whom) if part)


def to_otio(
    film: Film,
    title: str = "",
    *,
    video: Media | None = None,
    clips: Mapping[str, Media] | None = None,
    marks: Sequence[Mark] = (),
    sounds: Sequence[Sound] = (),
    cuts: Sequence[tuple[str, int, int]] = (),
    cards: tuple[int, int] = (0, 0),
    relative_to: Path | None = None,
) -> Any:
    """The film as an `otio.schema.Timeline`: one track of picture, one of sound for each of `sounds`.

    clips: a file with handles by shot id; a shot without one is cut from `video`, the whole film; without either its
    media is said to be missing, which editors show in red. cuts: as `cuts_of` gives them, where they are known more
    exactly. cards: frames of the title card before the first shot and of the credits after the last; they are cut from
    `video`, which begins with the one and ends with the other, and so do the sounds. relative_to: the folder from which
    the files are named; without it they are named as they are given. Marks count from the first shot.

    Raises MissingExtra, and MediaError for a film without shots.
    """
    lib, shots = otio(), {shot.id: shot for shot in film.shots}
    if not shots:
        mend = "plan it first: maquette film plan PAGE.fountain"
        raise MediaError("the film has no shots", where=film.title, mend=mend)
    rate = float(exact(film.fps))
    timeline = lib.schema.Timeline(name=title or film.title, global_start_time=lib.opentime.RationalTime(0, rate))
    timeline.metadata[OURS] = {"title": film.title, "author": film.author, "script": film.script, "fps": rate}
    track = lib.schema.Track(name="V1", kind=lib.schema.TrackKind.Video)
    timeline.tracks.append(track)
    write_one = _Clips(lib, film, rate, video, clips or {}, marks, relative_to)
    lead, tail = cards if video is not None else (0, 0)
    timeline.metadata[OURS]["lead"] = lead
    before: Any = None
    if lead:
        track.append(write_one.card("title", lead, 0))
    for id, first, end in cuts or cuts_of(film):
        clip = write_one.clip(shots[id], first, end)
        crossing = write_one.transition(shots[id], before, end - first)
        if crossing is not None:
            track.append(crossing)
        track.append(clip)
        before = end - first
    if tail and video is not None:
        track.append(write_one.card("credits", tail, video.frames - tail))
    for number, sound in enumerate(sounds, 1):
        timeline.tracks.append(write_one.sound(sound, number))
    return timeline


@dataclass(frozen=True)
class _Clips:
    """Writes the clips of one film."""

    lib: Any
    film: Film
    rate: float
    video: Media | None
    files: Mapping[str, Media]
    marks: Sequence[Mark]
    folder: Path | None

    def time(self, frames: float) -> Any:
        return self.lib.opentime.RationalTime(frames, self.rate)

    def range(self, first: float, count: float) -> Any:
        return self.lib.opentime.TimeRange(self.time(first), self.time(count))

    def url(self, path: Path | str) -> str:
        """A file as an address: relative and with its odd letters escaped, so that the folder can be moved."""
        path = Path(path)
        if self.folder is not None:
            with contextlib.suppress(ValueError):
                return quote(path.resolve().relative_to(self.folder.resolve()).as_posix())
            return path.resolve().as_uri()
        return quote(path.as_posix())

    def clip(self, shot: Shot, first: int, end: int) -> Any:
        """One shot: its range in its file, what it is, and its lines as markers."""
        file = self.files.get(shot.id)
        if file is None and self.video is not None:  # the whole film: its neighbours are the handles
            file = Media(self.video.path, self.video.first + first, self.video.frames)
        start = file.first if file is not None else 0
        clip = self.lib.schema.Clip(name=name_of(self.film, shot), source_range=self.range(start, end - first))
        if file is not None:
            target = self.url(file.path)
            clip.media_reference = self.lib.schema.ExternalReference(target, self.range(0, file.frames))
            clip.media_reference.name = Path(file.path).name
        about = {"size": shot.size, "angle": shot.angle, "lens": shot.lens, "move": shot.move, "note": shot.note}
        clip.metadata[OURS] = {"shot": shot.id, "kind": shot.kind, "first": first, "frames": end - first,
                               "source": start, "lines": list(shot.lines), **about}  # fmt: skip
        clip.metadata["cmx_3600"] = {"reel": _reel(shot.id)}
        for mark in self.marks:
            if mark.shot == shot.id:
                clip.markers.append(self._marker(mark, start, first, end))
        return clip

    def card(self, name: str, frames: int, start: int) -> Any:
        """The title card or the credits, cut from the whole film."""
        assert self.video is not None
        clip = self.lib.schema.Clip(name=name, source_range=self.range(start, frames))
        target = self.url(self.video.path)
        clip.media_reference = self.lib.schema.ExternalReference(target, self.range(0, self.video.frames))
        clip.media_reference.name = Path(self.video.path).name
        clip.metadata[OURS] = {"card": name, "frames": frames}
        clip.metadata["cmx_3600"] = {"reel": name.upper()}
        return clip

    def _marker(self, mark: Mark, start: int, first: int, end: int) -> Any:
        at = min(max(round(mark.start * self.rate), first), end - 1)
        long = max(1, min(round(mark.end * self.rate), end) - at)
        text = f"{mark.who}: {mark.text}" if mark.who else mark.text
        marker = self.lib.schema.Marker(
            name=" ".join(text.split()),
            marked_range=self.range(start + at - first, long),
            color=_COLOURS.get(mark.kind, "CYAN"),
        )
        marker.metadata[OURS] = {"line": mark.line, "who": mark.who, "kind": mark.kind}
        return marker

    def transition(self, shot: Shot, before: int | None, frames: int) -> Any:
        """The dissolve or fade into a shot, half a second at most on either side; None for a cut."""
        if shot.transition not in ("dissolve", "fade") or before is None:
            return None
        half = max(1, min(round(self.rate / 2), before // 3, frames // 3))
        crossing = self.lib.schema.Transition(
            name=shot.transition,
            transition_type=self.lib.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=self.time(half),
            out_offset=self.time(half),
        )
        crossing.metadata[OURS] = {"shot": shot.id, "transition": shot.transition}
        return crossing

    def sound(self, sound: Sound, number: int) -> Any:
        """A track of sound with one clip that runs from the start."""
        frames = max(1, round(sound.seconds * self.rate))
        track = self.lib.schema.Track(name=f"A{number} {sound.name}", kind=self.lib.schema.TrackKind.Audio)
        clip = self.lib.schema.Clip(name=sound.name, source_range=self.range(0, frames))
        clip.media_reference = self.lib.schema.ExternalReference(self.url(sound.path), self.range(0, frames))
        clip.media_reference.name = Path(sound.path).name
        clip.metadata[OURS] = {"sound": sound.name}
        track.append(clip)
        return track


def _reel(id: str) -> str:
    """A shot id as a reel of an EDL: eight letters and digits."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in id)
    return plain[:8] or "AX"


# -- files ------------------------------------------------------------------------------------------------------------


def write(timeline: Any, path: Path) -> tuple[str, ...]:
    """Write a timeline under the kind that the suffix names; returns what that kind cannot carry, in words.

    The file is written whole or not at all, and whatever stood there is replaced: the caller chooses a free name.
    Raises MediaError for another suffix and where the adapter refuses, MissingExtra without it.
    """
    import os

    lib, kind = otio(), path.suffix.lower()
    if kind not in KINDS:
        raise MediaError(f"no edit list is kept as {kind or 'a file without suffix'}", where=str(path),
                         mend=f"known are {', '.join(KINDS)}")  # fmt: skip
    ready, said = prepared(timeline, kind)
    temp = path.with_name(f".maquette-{os.getpid()}-{path.stem}{kind}")
    try:
        with quiet():
            if kind == ".otio":
                text = lib.adapters.write_to_string(ready, adapter_name="otio_json")
            elif kind == ".edl":
                rate = ready.tracks[0][0].source_range.start_time.rate
                text = lib.adapters.write_to_string(ready, adapter_name="cmx_3600", rate=rate, reelname_len=8)
            else:
                text = lib.adapters.write_to_string(ready, adapter_name="fcp_xml")
        temp.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temp, path)
    except (lib.exceptions.OTIOError, ValueError, KeyError, AttributeError) as error:
        _explain_missing(lib, kind, error)
        raise MediaError(f"{KINDS[kind]} cannot hold this edit: {error}", where=str(path), mend="use .otio") from error
    finally:
        temp.unlink(missing_ok=True)
    return said


def prepared(timeline: Any, kind: str) -> tuple[Any, tuple[str, ...]]:
    """A copy that the kind can hold, and what had to be left out."""
    lib, said = otio(), []
    ready = timeline.deepcopy()
    if kind == ".otio":
        return ready, ()
    if kind == ".edl":
        sounds = [track for track in ready.tracks if track.kind == lib.schema.TrackKind.Audio]
        for track in sounds:
            ready.tracks.remove(track)
        if sounds:
            said.append(f"an EDL holds one track of picture: {len(sounds)} of sound are left out")
        if len(ready.tracks[0]) > 999:
            said.append("an EDL has room for 999 events; some programs read no more")
        for clip in ready.find_clips():
            for marker in clip.markers:
                marker.name = marker.name[:60]
        for item in ready.tracks[0]:
            if isinstance(item, lib.schema.Transition):
                # An event of an EDL begins where its dissolve does: so that no cut moves, it begins at the cut.
                item.out_offset += item.in_offset
                item.in_offset = lib.opentime.RationalTime(0, item.out_offset.rate)
    return ready, tuple(said)


def _explain_missing(lib: Any, kind: str, error: Exception) -> None:
    """Where an adapter is not installed, say so instead."""
    names = {".edl": ("cmx_3600", "otio-cmx3600-adapter"), ".xml": ("fcp_xml", "otio-fcp-adapter")}
    if kind in names and names[kind][0] not in lib.adapters.available_adapter_names():
        raise MissingExtra(f"{KINDS[kind]} needs {names[kind][1]}", mend=_PIP) from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """The adapters print remarks; ours are said."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def with_shot(film: Film, id: str, **values: Any) -> Film:
    """The film with hand-made values for one shot; what was set by hand before stays."""
    own = {**film.overrides.get(id, {}), **values}
    return dataclasses.replace(film, overrides={**film.overrides, id: own})
