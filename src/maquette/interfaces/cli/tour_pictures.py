"""The tour's pictures: a photo in the hand of a painting, the photo painted, a texture, and sprites of the word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maquette.core.errors import OriginalityError
from maquette.core.progress import OnProgress

if TYPE_CHECKING:
    from maquette.interfaces.gallery_pictures import Pictures
    from maquette.studio.pictures import KeptPicture
    from maquette.studio.studio import Studio

CRAFT, STARTER = "picture", "picture-1"
FOLDER = "pictures"  # among the samples
PHOTO, PAINTING, SURFACE = "pears.jpg", "poplars.jpg", "pebbles.jpg"
TECHNIQUE = "oil"
SIZE = 512  # pixels of the texture's side
SPRITES = 4
NO_STARTER = f"no sprites: {STARTER}, the model that draws them, is not packaged with this version"


@dataclass(frozen=True)
class Made:
    """What came of the samples, and the sprites; `missing` says why there are none."""

    tools: tuple[KeptPicture, ...]  # stylised, painted, texture
    sprites: tuple[Path, ...]
    seconds: tuple[float, ...]  # of each tool, then of all sprites
    missing: str = ""
    model: str = ""
    paths: tuple[Path, ...] = field(default=())


@contextmanager
def samples() -> Iterator[Path | None]:
    """The folder of the sample pictures; None where it is not packaged."""
    place = files("maquette.samples") / FOLDER
    if not place.is_dir():
        yield None
        return
    with as_file(place) as folder:
        yield folder


def paint(
    desk: Studio, word: str, out: Path, seed: int, on_progress: OnProgress, checkpoint: str | None = None
) -> Made | None:
    """Work on the samples and draw `word`, all kept in `out/pictures`; None where there are no samples."""
    with samples() as folder:
        if folder is None:
            return None
        tools, seconds = _worked(desk, folder, out / FOLDER, seed, on_progress)
    start = time.perf_counter()
    sprites, missing, model = _sprites(desk, word, out / FOLDER, seed, on_progress, checkpoint)
    seconds.append(time.perf_counter() - start)
    besides = [file.path for one in tools for file in one.files]
    paths = (*(one.asset.path for one in tools), *besides, *sprites)
    return Made(tuple(tools), tuple(sprites), tuple(seconds), missing, model, paths)


def _worked(
    desk: Studio, folder: Path, out: Path, seed: int, on_progress: OnProgress
) -> tuple[list[KeptPicture], list[float]]:
    """The three tools that need no model, and the seconds that each took."""
    from maquette.studio.pictures_paint import painted
    from maquette.studio.textures import texture

    kept: list[KeptPicture] = []
    seconds: list[float] = []
    keep: dict[str, Any] = {"out": out, "seed": seed, "on_progress": on_progress}
    wanted: dict[str, Any] = {"svg": True, "layers": False, "clip": "webp"}
    works: tuple[Callable[[], Any], ...] = (
        lambda: _stylised(desk, folder, **keep),
        lambda: painted(desk, folder / PHOTO, TECHNIQUE, {}, files=wanted, **keep),
        lambda: texture(desk, folder / SURFACE, size=(SIZE, SIZE), tile="both", preview=True, **keep)[0],
    )
    for work in works:
        start = time.perf_counter()
        kept.append(work())
        seconds.append(time.perf_counter() - start)
    return kept, seconds


def _stylised(desk: Studio, folder: Path, *, out: Path, seed: int, on_progress: OnProgress) -> KeptPicture:
    """The photo in the hand of the painting, as `maquette picture stylise` does it."""
    from maquette.makers.picture_style import stylise
    from maquette.studio.pictures import keep_move, open_picture

    photo, painting = open_picture(desk, folder / PHOTO), open_picture(desk, folder / PAINTING)
    made = stylise(photo.picture, painting.picture, seed=seed, on_progress=on_progress)
    return keep_move(
        desk,
        made,
        verb="stylise",
        sources=[(photo, "parent"), (painting, "input")],
        settings={"method": "brushwork", "strength": 1.0, "brush": 1.0, "detail": 0.7},
        note=f"{photo.title} in the hand of {painting.title} (brushwork, strength 1)",
        out=out,
        seed=seed,
    )


def _sprites(
    desk: Studio, word: str, out: Path, seed: int, on_progress: OnProgress, checkpoint: str | None
) -> tuple[list[Path], str, str]:
    """A grid of four of the word, why there is none, and the name of the model."""
    from maquette.checkpoints.starters import starters

    if checkpoint is None and STARTER not in starters():
        return [], NO_STARTER, ""
    request = desk.request(CRAFT, word, seed=seed, count=SPRITES, checkpoint=checkpoint)
    try:
        works = list(desk.make(request, on_progress, out=out))
    except OriginalityError:
        return [], f"no sprites: all that came for {word!r} were near copies of somebody's drawing", ""
    return [one.path for one in works], "", works[0].model if works else ""


def told(made: Made | None) -> Iterator[str]:
    """Lines for the terminal."""
    from .common import shown as path_of

    if made is None:
        return
    for kept, seconds, what in zip(made.tools, made.seconds, ("stylised", "painted", "grown"), strict=False):
        yield f"a picture {what} in {seconds:.1f} s: {path_of(kept.asset.path)}"
    if made.sprites:
        yield f"{len(made.sprites)} sprites in {made.seconds[-1]:.1f} s; the first: {path_of(made.sprites[0])}"
    else:
        yield made.missing


def shown(desk: Studio, made: Made | None, word: str) -> tuple[Pictures | None, dict[Path, str]]:
    """The pictures for the page, and the state of the credential of each of their files."""
    if made is None:
        return None, {}
    from maquette.interfaces.gallery_pictures import Image, Pictures, Step
    from maquette.studio.telling import tell
    from maquette.trust.verify import verify_all

    verdicts = dict(zip(made.paths, verify_all(list(made.paths), at=desk.places), strict=True))

    def image(path: Path) -> Image:
        verdict = verdicts[path]
        told = verdict.story if verdict.holds else {}
        return Image(path.name, path.read_bytes(), path.suffix, verdict.state, str(told.get("note") or ""), told)

    with samples() as folder:
        assert folder is not None
        sources = {name: Image(name, (folder / name).read_bytes(), ".jpg") for name in (PHOTO, PAINTING, SURFACE)}
    stylised, painted, grown = made.tools
    clip = next((one.path for one in painted.files if one.path.suffix == ".webp"), None)
    nine = next((one.path for one in grown.files if one.path.suffix == ".webp"), None)
    steps = (
        Step("stylise", (sources[PHOTO], sources[PAINTING]), image(stylised.asset.path), None, made.seconds[0]),
        Step("paint", (sources[PHOTO],), image(painted.asset.path), image(clip) if clip else None, made.seconds[1]),
        Step("texture", (sources[SURFACE],), image(nine or grown.asset.path), None, made.seconds[2]),
    )
    box = desk.checkpoint_of(verdicts[made.sprites[0]].story) if made.sprites else None
    page = Pictures(
        word,
        steps,
        [image(path) for path in made.sprites],
        made.seconds[-1],
        made.missing,
        made.model,
        tell(verdicts[stylised.asset.path], stylised.asset),
        box.card if box is not None else {},
    )
    return page, {path: verdict.state for path, verdict in verdicts.items()}
