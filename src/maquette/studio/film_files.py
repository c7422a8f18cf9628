"""What lies in a film's folder beside the film: captions, credits, stems, the music's notes, panels, the edit, space.

A file that a person has changed since is hers: what is made anew gets the next free name beside it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError, MissingExtra
from ..core.hashing import sha256_file
from ..core.progress import OnProgress, Progress, silent
from . import files

if TYPE_CHECKING:
    from ..makers.film.maker import Made
    from .studio import Studio


@dataclass
class Laid:
    """The files that were written, by what they are."""

    files: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def add(self, kind: str, *paths: Path) -> None:
        self.files[kind] = (*self.files.get(kind, ()), *paths)

    def every(self) -> list[Path]:
        """All of them, each once."""
        return list(dict.fromkeys(path for paths in self.files.values() for path in paths if path.is_file()))


@dataclass(frozen=True)
class _Desk:
    """Where the files of one film are laid."""

    made: Made
    folder: Path
    known: Mapping[str, str]
    laid: Laid

    def place(self, name: str) -> Path:
        """The path for a file of ours: its own name, or the next free one where a person's file has it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        stem, suffix = path.stem, path.suffix
        for candidate in files.numbered(stem, suffix):
            one = path.with_name(candidate)
            if not one.exists() or sha256_file(one) == self.known.get(one.relative_to(self.folder).as_posix()):
                return one
        raise AssertionError("names never run out")

    def put(self, kind: str, name: str, data: bytes | str) -> Path:
        path = self.place(name)
        with files.told(path, "the folder of the film"):
            put(path, data.encode() if isinstance(data, str) else data)
        self.laid.add(kind, path)
        return path


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, in the place of what stood there."""
    temp = files.temporary(path.parent, data)
    try:
        os.replace(temp, path)
    finally:
        temp.unlink(missing_ok=True)


def lay(
    studio: Studio,
    made: Made,
    video: Path,
    folder: Path,
    script: str,
    known: Mapping[str, str],
    laid: Laid,
    *,
    on_progress: OnProgress = silent,
) -> Laid:
    """Write everything that belongs beside a film. known: path in the folder -> hash of what was written there before.

    `laid` is filled as it goes, and given back. What needs a package that is not installed is left out, and said.
    """
    desk = _Desk(made, folder, known, laid)
    steps = (_words, _sound, _edit, _panels, _space)
    for number, step in enumerate(steps):
        on_progress(Progress(number, len(steps), "writing the folder"))
        try:
            step(desk, video, script)
        except MissingExtra as error:
            desk.laid.said.append(f"{error.wrong}: left out ({error.mend})")
    return desk.laid


def _words(desk: _Desk, video: Path, script: str) -> None:
    """The script, the captions and the credits."""
    from ..makers.film import credits
    from ..media import captions

    made = desk.made
    if script:
        desk.put("script", "script.fountain", script)
    desk.put("captions", f"{video.stem}.srt", captions.to_srt(made.captions))
    desk.put("captions", f"{video.stem}.vtt", captions.to_vtt(made.captions, language=made.film.language))
    desk.put("credits", "credits.txt", credits.text(made.facts))


def _sound(desk: _Desk, video: Path, script: str) -> None:
    """Stems of 24 bits as long as the film, and the music as notes."""
    from ..makers.film import mix
    from ..media import score_midi

    made = desk.made
    paths = {name: desk.place(f"sound/{name}.wav") for name in mix.NAMES}
    with files.told(desk.folder, "the folder of the film"):
        _stems(paths, mix.stem_blocks(made.track, made.mixed))
    desk.laid.add("sound", *paths.values())
    for number, one in enumerate(made.track.music, 1):
        name = f"sound/music-{number:02d}-{files.slug(one.cue.id)}.mid"
        desk.put("music", name, score_midi.to_bytes(one.score, title=f"{made.film.title}: {one.cue.id}", comment=""))


def _stems(paths: Mapping[str, Path], blocks: Iterator[Mapping[str, Any]]) -> None:
    """WAV files of 24 bits written as they come, all of them whole or none."""
    import soundfile

    temps = {name: path.with_name(f"{files.PREFIX}{os.getpid()}-{name}.tmp") for name, path in paths.items()}
    try:
        with contextlib.ExitStack() as open_files:
            writers = {
                name: open_files.enter_context(
                    soundfile.SoundFile(str(temp), "w", 48000, 2, subtype="PCM_24", format="WAV")
                )
                for name, temp in temps.items()
            }
            for block in blocks:
                for name, writer in writers.items():
                    writer.write(block[name])
        for name, path in paths.items():
            os.replace(temps[name], path)
    except soundfile.LibsndfileError as error:  # it says no more than that the system refused
        raise OSError(errno.ENOSPC, str(error)) from error
    finally:
        for temp in temps.values():
            temp.unlink(missing_ok=True)


def _edit(desk: _Desk, video: Path, script: str) -> None:
    """The edit for other programs: OTIO, EDL, FCP7-XML."""
    from ..makers.film import mix, timing
    from ..media.timeline import Media, Sound
    from .timelines import write_edit

    made = desk.made
    rate = float(made.manner.fps)
    total = round(made.seconds * rate)
    cuts = timing.cuts(made.film)
    clips = {cut.shot: Media(cut.clip, cut.first, cut.length) for cut in made.cuts}
    sounds = [Sound(name, desk.folder / "sound" / f"{name}.wav", made.seconds) for name in mix.NAMES]
    for kind in (".otio", ".edl", ".xml"):
        try:
            paths, said = write_edit(
                made.film, desk.folder, video.stem, lines=made.lines, video=Media(video, made.lead, total), clips=clips,
                sounds=sounds, cuts=cuts, cards=(made.lead, total - made.lead - cuts[-1][2]), kinds=(kind,),
            )  # fmt: skip
        except MediaError as error:  # an EDL knows no 12 frames a second
            if kind == ".otio":
                raise
            paths, said = (), (f"no {kind.lstrip('.').upper()}: {error.wrong}",)
        desk.laid.add("edit", *paths)
        desk.laid.said.extend(said)


def _panels(desk: _Desk, video: Path, script: str) -> None:
    """Every panel as layered SVG and PNG, and all of them as a storyboard."""
    from ..makers.film import board

    made, manner = desk.made, desk.made.manner
    film = _seen(made)
    drawn = board.panels(film, _Waiting(made), width=manner.width, height=manner.height, style=manner.style)
    pdf = board.sheet(film, _kept_panels(desk, drawn))
    desk.put("storyboard", f"{video.stem}-storyboard.pdf", pdf)


def _kept_panels(desk: _Desk, drawn: Iterator[Any]) -> Iterator[Any]:
    """Each panel written on its way to the storyboard."""
    from ..media.ink_draw import to_png, to_svg

    for one in drawn:
        name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in one.shot.id)
        desk.put("panels", f"panels/{name}.svg", to_svg(one.page))
        desk.put("panels", f"panels/{name}.png", to_png(one.page))
        yield one


def _seen(made: Made) -> Any:
    """The film without what a hand left out, for those who go through its scenes."""
    ids = {cut.shot for cut in made.cuts}
    scenes = [replace(scene, shots=tuple(shot for shot in scene.shots if shot.id in ids)) for scene in made.film.scenes]
    return replace(made.film, scenes=tuple(scene for scene in scenes if scene.shots))


class _Waiting(Mapping[str, Any]):
    """The performances of a film by scene, each read from the disk when it is asked for."""

    def __init__(self, made: Made) -> None:
        self.made = made

    def __getitem__(self, scene: str) -> Any:
        return self.made.staged[scene].load()

    def __iter__(self) -> Iterator[str]:
        return iter(self.made.staged)

    def __len__(self) -> int:
        return len(self.made.staged)


def _space(desk: _Desk, video: Path, script: str) -> None:
    """Every scene as a GLB, and a page to walk about in it."""
    from .space import sound_of, write_space

    made, said = desk.made, desk.laid.said
    played = (one.load() for one in made.staged.values())
    heard = partial(sound_of, made)
    desk.laid.add("space", *write_space(made.film, played, desk.folder / "space", said=said, sounds=heard))
