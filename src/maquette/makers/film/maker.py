"""From a script to a film: the plan, voices, bodies, drawings, sound and credits, each from the part that makes it.

    script -> plan -> voices -> lengths -> stages and acting -> cameras -> clips -> sound -> one file

What is heavy (speech, acting) waits on the disk, a scene at a time; shots are drawn by two processes. A shot whose
picture is not changed keeps its clip.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ...core.errors import MediaError
from ...core.progress import OnProgress, Progress, silent
from ...media import captions as captioning
from ...media import ink_draw, video_file
from ...media.captions import Caption
from ...media.film import Film, Scene, Shot
from ...media.video_file import Piece
from . import credits, cues, foley, mix, render, timing
from .maker_credits import hand_of, motions_of, speakers
from .maker_sound import track_of
from .render import Cut, Job, Manner

if TYPE_CHECKING:
    from ...media.stage import Performance
    from ..base import Workshop
    from .speech import Spoken

Words: TypeAlias = "dict[str, Spoken]"

MOST_WAITING = 60  # shots that are held for drawing at once
_OFTEN = 1.6  # seconds between two poses of the panels pass


@dataclass(frozen=True)
class Wishes:
    """What a director asks for beside the manner of drawing. voices, music: whether there are any; title, credits: the
    cards at both ends; full: the roll names everybody; players: who plays the music, "" by the film's mood."""

    voices: bool = True
    music: bool = True
    title: bool = True
    credits: bool = True
    full: bool = False
    seed: int = 0
    players: str = ""


@dataclass(frozen=True, eq=False)
class Staged:
    """A scene played, waiting on the disk; what the sound needs of it is kept."""

    scene: str
    path: Path
    sounds: tuple[foley.Cue, ...]
    sources: tuple[str, ...]

    def load(self) -> Performance:
        found: Performance = pickle.loads(self.path.read_bytes())
        return found


@dataclass(frozen=True, eq=False)
class Made:
    """A film that was made. lead: frames of the title card; cuts: of every shot in order; seconds: of the whole;
    times: seconds of work by stage."""

    film: Film
    manner: Manner
    video: Path
    cuts: tuple[Cut, ...]
    lead: int
    seconds: float
    captions: tuple[Caption, ...]
    lines: tuple[timing.Timed, ...]
    track: mix.Track
    mixed: mix.Mixed
    facts: credits.Facts
    staged: Mapping[str, Staged]
    said: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()  # shots that were drawn now; the others kept their clips
    drawings: int = 0
    times: Mapping[str, float] = field(default_factory=dict)


# -- voices -----------------------------------------------------------------------------------------------------------


def spoken(film: Film, folder: Path, *, voices: bool = True, recordings: Mapping[str, Path] | None = None) -> Words:
    """Every line that is heard, its sound waiting on the disk; without voices timed by its text alone."""
    from .voices import spoken_lines

    found = spoken_lines(film, recordings, synthesiser=voices)
    return {id: replace(one, sound=_on_disk(one.sound, folder / f"{_plain(id)}.npy")) for id, one in found.items()}


def _on_disk(sound: Any, path: Path) -> Any:
    """The same numbers, read from the disk when they are needed."""
    if not len(sound):
        return sound
    np.save(path, np.asarray(sound, np.float32))
    return np.load(path, mmap_mode="r")


def _plain(id: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in id)


# -- scenes -----------------------------------------------------------------------------------------------------------


def staged_scenes(
    film: Film, heard: Words, folder: Path, manner: Manner, wishes: Wishes, on_progress: OnProgress = silent
) -> Iterator[Staged]:
    """Each scene with its set, its acting, its lips and its cameras, put on the disk."""
    from .acting import perform
    from .camera import take_for
    from .sets import set_for

    starts = _starts(film)
    for number, scene in enumerate(film.scenes):
        shots = [film.with_hand(shot) for shot in scene.shots if shot.id in starts]
        if not shots:
            continue
        stage = set_for(scene, len(scene.people), wishes.seed)
        own = _of(scene, heard)
        played = with_lips(perform(film, scene, stage, own, seed=wishes.seed), film, scene, own)
        takes = {shot.id: take_for(shot, played, film, manner.width / manner.height) for shot in shots}
        played = replace(played, takes=takes)
        seen = [(id, starts[id], first, last) for id, first, last in played.shots if id in starts]
        path = folder / f"{_plain(scene.id)}.scene"
        path.write_bytes(pickle.dumps(played, protocol=pickle.HIGHEST_PROTOCOL))
        sounds = tuple(foley.of_performance(played, seen, seed=wishes.seed))
        yield Staged(scene.id, path, sounds, played.sources)
        on_progress(Progress(number + 1, len(film.scenes), f"scene {scene.id} played"))


def with_lips(played: Performance, film: Film, scene: Scene, heard: Mapping[str, Spoken]) -> Performance:
    """The performance with the mouths of what is spoken in it, to the frame."""
    from .acting import scene_times
    from .lips import mouths

    _, times = scene_times(film, scene, {id: one.seconds for id, one in heard.items()})
    acting = []
    for one in played.acting:
        shut = one.mouths.copy()
        for line in scene.lines:
            if line.who != one.person or line.off or line.id not in times or line.id not in heard:
                continue
            first = round(times[line.id].start * played.fps)
            shapes = mouths(heard[line.id], heard[line.id].seconds, played.fps)[: max(0, len(shut) - first)]
            shut[first : first + len(shapes)] = shapes
        acting.append(replace(one, mouths=shut))
    return replace(played, acting=tuple(acting))


def _of(scene: Scene, heard: Mapping[str, Spoken]) -> dict[str, Spoken]:
    ids = {line.id for line in scene.lines}
    return {id: one for id, one in heard.items() if id in ids}


def _starts(film: Film) -> dict[str, float]:
    """Second of the film at which each shot that is seen begins, without the title card."""
    return {id: first / film.fps for id, first, _ in timing.cuts(film)}


# -- shots ------------------------------------------------------------------------------------------------------------


def jobs_of(
    film: Film,
    staged: Mapping[str, Staged],
    manner: Manner,
    shots: Path,
    lines: Sequence[timing.Timed],
    captions: Sequence[Caption] = (),
    lead: float = 0.0,
) -> Iterator[Job]:
    """What has to be drawn, shot by shot in the order of the film; scenes come from the disk one after the other."""
    scene_of = {shot.id: scene.id for scene in film.scenes for shot in scene.shots}
    seen = {shot.id: shot for shot in film.shots}
    loaded: dict[str, Performance] = {}
    before: tuple[Shot, int] | None = None
    for id, first, end in timing.cuts(film):
        shot, scene = seen[id], scene_of[id]
        wanted = {scene, scene_of[before[0].id]} if before else {scene}
        loaded = {key: one for key, one in loaded.items() if key in wanted}
        for key in wanted - set(loaded):
            loaded[key] = staged[key].load()
        half = _half(shot, before[1] if before else 0, end - first, float(manner.fps))
        yield Job(
            film=replace(film, scenes=(), overrides={}, order=()),
            performance=_only(loaded[scene], id),
            shot=shot,
            frames=end - first,
            manner=manner,
            clip=shots / f"{_plain(id)}{manner.suffix}",
            start=lead + first / film.fps,
            captions=tuple(captions) if manner.burnt else (),
            before=(_only(loaded[scene_of[before[0].id]], before[0].id), before[0], before[1])
            if before and half
            else None,
            half=half,
            poses=_poses(shot, first, end, lines, film.fps) if manner.still else (),
        )
        before = (shot, end - first)


def _half(shot: Shot, before: int, frames: int, fps: float) -> int:
    """Frames on either side of a cut that a dissolve or a fade lasts; 0 for a cut. As edit lists are written."""
    if shot.transition not in ("dissolve", "fade") or not before:
        return 0
    return max(1, min(round(fps / 2), before // 3, frames // 3))


def _only(performance: Performance, shot: str) -> Performance:
    """A performance with the camera of one shot: what another shot's camera does is no part of its picture."""
    return replace(performance, takes={key: one for key, one in performance.takes.items() if key == shot})


def _poses(shot: Shot, first: int, end: int, lines: Sequence[timing.Timed], fps: float) -> tuple[float, ...]:
    """The shares of a shot at which the panels pass takes a pose: a little after each of its lines begins, and often
    enough that nobody stands frozen."""
    span = max(1e-6, (end - first) / fps)
    own = [one for one in lines if one.line in shot.lines]
    begun = [min(one.start + 0.45 * (one.end - one.start), one.start + 0.6) for one in own]
    marks = sorted({0.0, *(round((second - first / fps) / span, 3) for second in begun)})
    marks = [one for one in marks if 0 <= one < 1]
    out: list[float] = []
    for one, after in pairwise([*marks, 1.0]):
        steps = max(1, round((after - one) * span / _OFTEN))
        out += [one + (after - one) * number / steps for number in range(steps)]
    kept = [0.0]
    for one in out:
        if one - kept[-1] >= 0.6 / span:
            kept.append(round(one, 4))
    return tuple(kept)


# -- the whole --------------------------------------------------------------------------------------------------------


class FilmMaker:
    """Makes films of planned scripts. `workshop` is asked for the music."""

    def __init__(self, workshop: Workshop | None) -> None:
        self.workshop = workshop

    def make(
        self,
        film: Film,
        folder: Path,
        work: Path,
        *,
        name: str,
        manner: Manner,
        wishes: Wishes,
        kept: Mapping[str, str] | None = None,
        recordings: Mapping[str, Path] | None = None,
        workers: int = 0,
        permitted: Callable[[credits.Facts], None] | None = None,
        on_progress: OnProgress = silent,
    ) -> Made:
        """Make the planned film as `folder`/`name`, its clips in `folder`/shots. work: a folder for what only waits.

        kept: shot id -> key of the clip that is there already; what has the same key is not drawn again. permitted is
        told whose works the film is made after before anything is drawn, and raises where that is refused. Raises
        MediaError for a film without shots, MissingExtra, and what `on_progress` raises.
        """
        clock = _Clock()
        film = replace(checked(film), fps=float(manner.fps))
        heard = spoken(film, work, voices=wishes.voices, recordings=recordings)
        film = timing.timed(film, {id: one.seconds for id, one in heard.items()})
        lines = timing.schedule(film, {id: one.seconds for id, one in heard.items()})
        clock.done("voices")
        staged = {one.scene: one for one in staged_scenes(film, heard, work, manner, wishes, on_progress)}
        clock.done("acting")
        sheet = _Sheet(film, manner, wishes, folder, work, kept or {})
        lead = sheet.title_frames / float(manner.fps)
        ends = lead + sum(end - first for _, first, end in timing.cuts(film)) / film.fps
        captions = captions_of(film, lines, lead, ends)
        places = cues.spotted(film, lead=lead) if wishes.music else ()
        music = self.music(film, places, wishes)
        facts = self.facts(film, heard, staged, bool(music))
        if permitted is not None:
            permitted(facts)
        clock.done("music")
        title, roll = sheet.cards(facts)
        tail = roll.count / float(manner.fps) if roll else 0.0
        music += self.music(film, cues.under_credits(film, ends, tail) if music else (), wishes)
        clock.done("credits")
        cuts, drawn, drawings = sheet.shots(staged, lines, captions, lead, workers, on_progress)
        clock.done("drawing")
        track = track_of(film, heard, lines, staged, lead=lead, tail=tail, music=music)
        mixed = mix.measured(track)
        clock.done("mixing")
        video = video_file.join(
            [*([title] if title else []), *render.pieces(cuts), *([roll] if roll else [])], folder / name,
            fps=manner.fps, sound=mix.blocks(track, mixed), title=film.title, comment="made with Maquette",
            language=film.language,
        )  # fmt: skip
        clock.done("joining")
        said = _said(film, heard)
        return Made(film, manner, video, cuts, sheet.title_frames, track.seconds, captions, lines, track, mixed, facts,
                    staged, said, drawn, drawings, clock.times)  # fmt: skip

    def music(self, film: Film, places: Sequence[cues.MusicCue], wishes: Wishes) -> tuple[cues.Composed, ...]:
        """The music of these cues; () where the model is not there."""
        if self.workshop is None or not places:
            return ()
        return cues.composed(places, self.workshop, players=wishes.players, mood=cues.main_mood(film), seed=wishes.seed)

    def facts(self, film: Film, heard: Words, staged: Mapping[str, Staged], music: bool) -> credits.Facts:
        """What the end credits tell."""
        told = credits.words_of(film.language)
        sources = {one.source for one in heard.values()}
        tools = ["Maquette"]
        if "espeak-ng" in sources:
            tools.append(f"eSpeak NG ({told['voice']})")
        models = dict(self.workshop.cards()) if self.workshop is not None and music else {}
        return credits.Facts(
            film, models, motions_of(staged), speakers(film, heard), hand_of(film, music), tuple(tools)
        )


@dataclass(frozen=True)
class _Sheet:
    """Draws the parts of one film."""

    film: Film
    manner: Manner
    wishes: Wishes
    folder: Path
    work: Path
    kept: Mapping[str, str]

    @property
    def title_frames(self) -> int:
        return round(credits.TITLE_SECONDS * self.manner.fps) if self.wishes.title else 0

    def shots(
        self,
        staged: Mapping[str, Staged],
        lines: Sequence[timing.Timed],
        captions: Sequence[Caption],
        lead: float,
        workers: int,
        on_progress: OnProgress,
    ) -> tuple[tuple[Cut, ...], tuple[str, ...], int]:
        """All shots in their clips: where they lie, which were drawn, and how many drawings that took."""
        shots = self.folder / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        cuts, waiting, drawings = [], [], 0
        drawn: list[str] = []
        for job in jobs_of(self.film, staged, self.manner, shots, lines, captions, lead):
            cut = render.cut_of(job)
            cuts.append(cut)
            there = cut.clip.is_file() and (cut.crossing is None or cut.crossing.is_file())
            if there and self.kept.get(cut.shot) == cut.key:
                continue
            drawn.append(cut.shot)
            waiting.append(job)
            if len(waiting) >= MOST_WAITING:  # a long film is drawn in parts, so that it fits into memory
                drawings += render.draw_all(waiting, workers=workers, on_progress=on_progress)
                waiting = []
        if waiting:
            drawings += render.draw_all(waiting, workers=workers, on_progress=on_progress)
        return tuple(cuts), tuple(drawn), drawings

    def cards(self, facts: credits.Facts) -> tuple[Piece | None, Piece | None]:
        """The clips of the title and of the end credits."""
        manner, title, roll = self.manner, None, None
        if self.wishes.title:
            page = ink_draw.to_pixels(credits.title_page(self.film, manner.width, manner.height))
            pages = (_risen(page, number, self.title_frames) for number in range(self.title_frames))
            title = Piece(self._clip("title", pages), 0, self.title_frames)
        if self.wishes.credits:
            rolled = credits.roll(facts, manner.width, manner.height, full=self.wishes.full)
            count = round(rolled.seconds * float(manner.fps))
            roll = Piece(self._clip("credits", rolled.frames(float(manner.fps))), 0, count)
        return title, roll

    def _clip(self, name: str, pages: Iterator[Any]) -> Path:
        path = self.work / f"{name}{self.manner.suffix}"
        return video_file.write(pages, path, fps=self.manner.fps, codec=self.manner.codec, threads=1, keys={0})


def _risen(page: Any, number: int, count: int) -> Any:
    """The title fades up over half a second, and down again before the film begins."""
    edge = max(1, count // 6)
    level = min(1.0, (number + 1) / edge, (count - number) / edge)
    return page if level >= 1 else (page * np.float32(level)).astype(np.uint8)


class _Clock:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self._last = time.monotonic()

    def done(self, stage: str) -> None:
        now = time.monotonic()
        self.times[stage] = round(now - self._last, 2)
        self._last = now


def checked(film: Film) -> Film:
    """The film, if there is something to see in it. Raises MediaError."""
    if not film.shots:
        wrong = "there is nothing to show in this script"
        raise MediaError(wrong, where=film.title, mend="give it a scene heading (INT. KITCHEN - DAY) and an action")
    return film


def captions_of(film: Film, lines: Sequence[timing.Timed], lead: float, end: float) -> tuple[Caption, ...]:
    """What is spoken as captions, shifted by the title card."""
    from .speech import plain

    by_id = {line.id: line for scene in film.scenes for line in scene.lines}
    names = {one.id: one.name for one in film.people}
    said = [
        Caption(lead + one.start, lead + one.end, plain(by_id[one.line].text), names.get(by_id[one.line].who, ""),
                by_id[one.line].off, one.line)
        for one in lines
        if by_id[one.line].kind in timing.SPOKEN
    ]  # fmt: skip
    return captioning.captions(said, until=end)


def _said(film: Film, heard: Words) -> tuple[str, ...]:
    """What was understood otherwise than written, each thing once."""
    lines = [*film.said]
    for one in heard.values():
        lines += one.said
    return tuple(dict.fromkeys(lines))
