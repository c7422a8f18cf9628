"""The tour's film: one page of script, written for it, as a film with sound and credits."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maquette.core.errors import MissingExtra
from maquette.core.progress import OnProgress

if TYPE_CHECKING:
    from maquette.interfaces.gallery_film import Panel, Reel
    from maquette.studio.films import KeptFilm
    from maquette.studio.studio import Studio

FOLDER, SCRIPT = "film", "tour.fountain"  # among the samples
SIZE = (960, 540)
THUMB = 360  # pixels of a panel's width on the page
NAMES = 24  # of those who taught a model, on the page


@dataclass(frozen=True)
class Made:
    """The film, or why there is none."""

    kept: KeptFilm | None
    seconds: float = 0.0
    missing: str = ""


def shoot(desk: Studio, out: Path, seed: int, on_progress: OnProgress, *, size: tuple[int, int] = SIZE) -> Made | None:
    """The film of the sample page in `out/film`; None where the sample is not packaged."""
    from maquette.makers.film.maker import Wishes
    from maquette.makers.film.render import Manner
    from maquette.studio.films import make_film

    place = files("maquette.samples") / FOLDER / SCRIPT
    if not place.is_file():
        return None
    start = time.perf_counter()
    manner = Manner(*size, style="tone", still=True)
    with as_file(place) as script:
        try:
            kept = make_film(
                desk, script, manner=manner, wishes=Wishes(seed=seed), out=out / FOLDER, on_progress=on_progress
            )
        except MissingExtra as error:
            return Made(None, missing=f"no film: {error.wrong} ({error.mend})")
    return Made(kept, time.perf_counter() - start)


def told(made: Made | None) -> Iterator[str]:
    """Lines for the terminal."""
    from .common import shown as path_of

    if made is None:
        return
    if made.kept is None:
        yield made.missing
        return
    one = made.kept
    yield f"a film of {one.made.seconds:.0f} s in {made.seconds:.0f} s: {path_of(one.asset.path)}"


def shown(desk: Studio, made: Made | None) -> tuple[Reel | None, dict[Path, str]]:
    """The film for the page, and the state of its credential and of its folder's."""
    from maquette.interfaces.gallery_film import Reel
    from maquette.trust.verify import verify_all

    if made is None:
        return None, {}
    if made.kept is None:
        return Reel(missing=made.missing), {}
    kept = made.kept
    path, contents = kept.asset.path, kept.folder / "contents.json"
    verdicts = dict(zip((path, contents), verify_all([path, contents], at=desk.places), strict=True))
    captions = next((one for one in kept.files.get("captions", ()) if one.suffix == ".vtt"), None)
    script = next(iter(kept.files.get("script", ())), None)
    reel = Reel(
        title=kept.film.title,
        name=path.name,
        data=path.read_bytes(),
        suffix=path.suffix,
        state=verdicts[path].state,
        summary=f"{len(kept.made.cuts)} shots, {kept.made.seconds:.0f} s, {kept.made.mixed.lufs:.1f} LUFS",
        seconds=made.seconds,
        length=kept.made.seconds,
        script=script.read_text("utf-8") if script is not None else "",
        captions=captions.read_text("utf-8") if captions is not None else "",
        panels=list(panels(kept)),
        credits=list(credits(kept)),
        also=[what for kind, what in BESIDE.items() if kept.files.get(kind)],
    )
    return reel, {one: verdict.state for one, verdict in verdicts.items()}


BESIDE = {
    "panels": "every panel as layered SVG",
    "storyboard": "the storyboard as PDF",
    "edit": "the edit as OTIO, EDL and FCP7-XML",
    "captions": "captions as SRT and VTT",
    "sound": "voices, music, effects and places as stems",
    "music": "the music as notes",
    "space": "the scene in space as GLB",
}


def panels(kept: KeptFilm) -> Iterator[Panel]:
    """The panels of the storyboard, small."""
    from PIL import Image

    from maquette.interfaces.gallery_film import Panel as Shown

    pictures = {one.stem: one for one in kept.files.get("panels", ()) if one.suffix == ".png"}
    for shot in kept.film.shots:
        path = pictures.get(shot.id)
        if path is None:
            continue
        with Image.open(path) as image:
            small = image.convert("RGB")
            small.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
        data = io.BytesIO()
        small.save(data, "JPEG", quality=82)
        yield Shown(shot.id, shot.size if shot.size == shot.kind else f"{shot.size}, {shot.kind}", data.getvalue())


def credits(kept: KeptFilm) -> Iterator[tuple[str, list[str]]]:
    """The end credits as headings and lines; of a crowd the first names, and how many more there are."""
    from maquette.makers.film import credits as all_credits

    for block in all_credits.blocks(kept.made.facts):
        lines: list[Any] = [" · ".join(part for part in row if part) for row in block.rows]
        lines += [block.text] if block.text else []
        if block.crowd:
            more = len(block.crowd) - NAMES
            names = ", ".join(block.crowd[:NAMES])
            lines.append(f"{names} and {more:,} others, all of them named in credits.txt" if more > 0 else names)
        yield block.heading, lines
