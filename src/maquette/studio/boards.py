"""Storyboards: a script drawn shot by shot without sound, as panels that can be edited and sheets to print.

my-board/  the-last-lamp-storyboard.pdf      sheets with shots, words and timing, sealed
           panels/3A.svg  panels/3A.png      every panel, a layer for each thing
           film.json                         the plan; what a hand changes there is drawn when it is made again
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..core.hashing import sha256_bytes
from ..core.progress import OnProgress, Progress, silent
from ..core.types import Ingredient, Request, Work
from . import files

if TYPE_CHECKING:
    from ..makers.film.board import Panel
    from ..media.film import Film, Scene
    from ..media.stage import Performance
    from .lineage import Asset
    from .studio import Studio

PLAN = "film.json"


@dataclass(frozen=True)
class Board:
    """How a storyboard is drawn. size: pixels of a panel; a_page: panels on a sheet; seed: of sets and acting."""

    style: str = "line"
    size: tuple[int, int] = (1280, 720)
    paper: str = "A4"
    a_page: int = 6
    notes: bool = True
    seed: int = 0


@dataclass(frozen=True, eq=False)
class KeptBoard:
    """A storyboard that was kept."""

    asset: Asset
    folder: Path
    film: Film
    panels: tuple[Path, ...]
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        shots = [shot.id for scene in self.film.scenes for shot in scene.shots]
        return {
            **self.asset.as_dict(),
            "folder": str(self.folder),
            "title": self.film.title,
            "shots": shots,
            "seconds": round(self.film.seconds, 3),
            "panels": [str(path) for path in self.panels],
            "said": list(self.said),
        }


def make_board(
    studio: Studio,
    script: str | Path,
    *,
    board: Board | None = None,
    out: str | Path = ".",
    grammar: Path | None = None,
    scenes: tuple[str, ...] = (),
    fps: float = 24.0,
    unsigned: bool = False,
    private: bool = False,
    licence: str | None = None,
    on_progress: OnProgress = silent,
) -> KeptBoard:
    """Draw the storyboard of a script, or of the plan in a film's folder, into a folder of its own.

    Raises UsageError for a look, paper or grid that is none, MediaError for a script without a scene, MissingExtra
    without reportlab or the letters. A Ctrl-C leaves whole panels, and no half file.
    """
    from ..makers.film import board as drawing
    from ..makers.film.palette import STYLES

    how = board or Board()
    if how.style not in STYLES:
        raise UsageError(f"there is no style {how.style!r}", mend=f"choose {', '.join(STYLES)}")
    drawing.require(how.paper, how.a_page)
    path = Path(script).expanduser()
    film = _timed(_planned(path, grammar, fps, scenes))
    folder = _folder(Path(out).expanduser(), path, film.title)
    studio.library.ready(folder)
    played = _Played(film, how)
    panels = drawing.panels(film, played, width=how.size[0], height=how.size[1], style=how.style, notes=how.notes)
    paths: list[Path] = []
    pdf = drawing.sheet(
        film, _written(panels, folder / "panels", paths, film, on_progress), paper=how.paper, a_page=how.a_page
    )
    asset = _kept(studio, film, pdf, folder, how, played.sources, unsigned, private, licence)
    said = list(film.said)
    if path.is_file():
        said += _plan_kept(folder, film)
    return KeptBoard(asset, folder, film, tuple(paths), tuple(dict.fromkeys(said)))


def _planned(path: Path, grammar: Path | None, fps: float, scenes: tuple[str, ...]) -> Film:
    from ..makers.film.plan import plan
    from . import films

    if path.is_dir() or path.name == PLAN:
        film = _plan_of(path)
        chosen = tuple(scene for scene in film.scenes if not scenes or scene.id in scenes)
        return replace(film, scenes=chosen)
    return plan(films.read_script(path), grammar=grammar, fps=fps, scenes=scenes)


def _plan_of(path: Path) -> Film:
    """The plan that lies in a folder."""
    from ..media.film import Film, from_data

    file = path / PLAN if path.is_dir() else path
    if not file.is_file():
        raise UsageError(f"there is no film in this folder: it has no {PLAN}", where=str(path), mend="name a script")
    try:
        return from_data(Film, json.loads(file.read_text("utf-8")), PLAN)
    except ValueError as error:
        raise UsageError(
            f"{PLAN} cannot be read: {error}", where=str(file), mend="undo the last change to it"
        ) from error


def _timed(film: Film) -> Film:
    """Shots as long as their words take to say, by the text alone."""
    from ..makers.film import timing
    from ..makers.film.voices import spoken_lines

    lengths = {id: one.seconds for id, one in spoken_lines(film, synthesiser=False).items()}
    return timing.timed(film, lengths)


def _folder(out: Path, script: Path, title: str) -> Path:
    """`out` where it is new, empty or the film's own folder; else a new one in it, by the film's title."""
    if script.is_dir() and out == Path("."):
        return script
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return out
    return next(path for name in files.numbered(files.slug(title), "") if not (path := out / name).exists())


class _Played(Mapping[str, Any]):
    """The performances of a film by scene, each played when it is asked for and then forgotten."""

    def __init__(self, film: Film, how: Board) -> None:
        self.film, self.how = film, how
        self.scenes = {scene.id: scene for scene in film.scenes}
        self.sources: dict[str, None] = {}

    def __getitem__(self, id: str) -> Performance:
        from ..makers.film.acting import perform
        from ..makers.film.camera import take_for
        from ..makers.film.sets import set_for
        from ..makers.film.voices import spoken_lines

        scene: Scene = self.scenes[id]
        spoken = spoken_lines(replace(self.film, scenes=(scene,)), synthesiser=False)
        stage = set_for(scene, len(scene.people), self.how.seed)
        played = perform(self.film, scene, stage, spoken, seed=self.how.seed)
        aspect = self.how.size[0] / self.how.size[1]
        takes = {one.id: take_for(self.film.with_hand(one), played, self.film, aspect) for one in scene.shots}
        self.sources |= dict.fromkeys(played.sources)
        return replace(played, takes=takes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.scenes)

    def __len__(self) -> int:
        return len(self.scenes)


def _written(
    panels: Iterator[Panel], folder: Path, paths: list[Path], film: Film, on_progress: OnProgress
) -> Iterator[Panel]:
    """Panels written on their way to the sheets."""
    from ..makers.film import board as drawing

    total = sum(len(scene.shots) for scene in film.scenes)
    with files.told(folder, "the folder of the storyboard"):
        for number, (one, made) in enumerate(drawing.write_panels(panels, folder), 1):
            paths += made
            on_progress(Progress(number, total, f"shot {one.shot.id}"))
            yield one


def _kept(studio: Studio, film: Film, pdf: bytes, folder: Path, how: Board, sources: Mapping[str, None], unsigned: bool,
          private: bool, licence: str | None) -> Asset:  # fmt: skip
    """The sheets, sealed, in the folder and in the library."""
    from ..trust.seal import Sealed
    from ..trust.seal import unsigned as no_credential

    shots = [shot.id for scene in film.scenes for shot in scene.shots]
    request: Request[Any] = Request("film", film.title, {}, how.seed, 1, licence=licence)
    credits = tuple(Ingredient(name, "inputTo", "motion", sha256=sha256_bytes(name.encode())) for name in sources)
    told = {"board": {"shots": shots, "style": how.style, "script": film.script, "motions": sorted(sources)}}
    work: Work[Any] = Work(None, request, how.seed, "", "words", f"storyboard of {film.title}, {len(shots)} panels",
                           credits, told)  # fmt: skip
    if unsigned:
        sealed = Sealed(pdf, None, no_credential())
    else:
        sealed = studio._seal(work, pdf, "application/pdf", None, private=private)
    return studio.library.keep(
        work, sealed, folder, suffix=".pdf", stem=f"{files.slug(film.title)}-storyboard", private=private
    )


def _plan_kept(folder: Path, film: Film) -> list[str]:
    """`film.json` beside the panels, unless somebody's stands there."""
    from ..media.film import as_data

    path = folder / PLAN
    if path.exists():
        return [f"{PLAN} stands there already and was left as it is"]
    data = (json.dumps(as_data(film), ensure_ascii=False, indent=1) + "\n").encode()
    with files.told(folder, "the folder of the storyboard"):
        temp = files.temporary(folder, data)
        os.replace(temp, path)
    return []
