"""The tour's tune: a piece from words, its pages, its piano roll and its sound, each signed and verified."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maquette.core.errors import OriginalityError
from maquette.core.progress import OnProgress

if TYPE_CHECKING:
    from maquette.interfaces.gallery_music import Tune
    from maquette.studio.lineage import Asset
    from maquette.studio.studio import Studio

CRAFT, STARTER = "music", "music-1"
WORDS = "a mazurka for piano in A minor"
BARS = 16
PIXELS, MARGIN = 400, 0.03  # width at which a page is looked at; share of it left below the last staff
WHAT = {
    ".mid": "the piece, as MIDI",
    ".musicxml": "as MusicXML",
    ".svg": "its pages",
    ".mp3": "its sound, for this page",
    ".wav": "its sound",
}


@dataclass(frozen=True)
class Made:
    """The piece and the files beside it."""

    asset: Asset
    files: tuple[Path, ...]
    seconds: float


def compose(desk: Studio, out: Path, seed: int, on_progress: OnProgress, checkpoint: str | None = None) -> Made | None:
    """The piece of the tour with its files; None where no model of music is installed, or only near copies came."""
    from maquette.checkpoints.starters import starters
    from maquette.media.table import open_media
    from maquette.studio.score_exports import export

    if checkpoint is None and STARTER not in starters():
        return None
    start = time.perf_counter()
    request = desk.request(CRAFT, WORDS, seed=seed, count=1, bars=BARS, checkpoint=checkpoint)
    try:
        asset = next(desk.make(request, on_progress, out=out / "music"))
    except OriginalityError:
        return None
    seconds = time.perf_counter() - start
    kinds = ["musicxml", *(["svg"] if find_spec("verovio") else []), "wav", "mp3"]
    files = export(desk, asset.path, open_media(asset.path), kinds, out / "music")
    return Made(asset, (asset.path, *(one.path for one in files)), seconds)


def shown(desk: Studio, made: Made | None) -> tuple[Tune | None, dict[Path, str]]:
    """The piece for the page, and the state of the credential of each of its files."""
    if made is None:
        return None, {}
    from maquette.interfaces.gallery_music import File, Tune
    from maquette.media.roll import to_svg
    from maquette.media.table import open_media
    from maquette.trust.verify import verify_all

    verdicts = dict(zip(made.files, verify_all(list(made.files), at=desk.places), strict=True))
    score = open_media(made.asset.path)
    page = next((path for path in made.files if path.suffix == ".svg"), None)
    sound = next((path for path in made.files if path.suffix == ".mp3"), None)
    story = verdicts[made.asset.path].story
    box = desk.checkpoint_of(story)
    files = [
        File(path.name, WHAT.get(path.suffix, path.suffix), verdict.state, verdict.summary)
        for path, verdict in verdicts.items()
    ]
    tune = Tune(
        WORDS,
        made.asset.note.partition(",")[0] or made.asset.prompt,
        _facts(score, made.asset),
        cropped(page.read_text("utf-8")) if page is not None else "",
        to_svg(score),
        sound.read_bytes() if sound is not None else b"",
        files,
        made.seconds,
        story,
        box.card if box is not None else {},
    )
    return tune, {path: verdict.state for path, verdict in verdicts.items()}


def cropped(svg: str) -> str:
    """A page without the paper below its last staff, so that a short piece is not shown as an empty sheet."""
    import io

    import numpy as np
    import resvg_py
    from PIL import Image

    found = re.search(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"', svg)
    if found is None:
        return svg
    left, top, width, height = map(float, found.groups())
    ink = Image.open(
        io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=PIXELS, dpi=96, background="#ffffff")))
    )
    rows = np.flatnonzero((np.asarray(ink.convert("L")) < 128).any(axis=1))
    if not len(rows):
        return svg
    share = min(1.0, (int(rows[-1]) + 1) / ink.height + MARGIN)
    kept = svg[: found.start()] + f'viewBox="{left:g} {top:g} {width:g} {height * share:g}"' + svg[found.end() :]
    head, more, rest = kept.partition(">")
    return re.sub(r'\sheight="[^"]*"', "", head) + more + rest


def _facts(score: Any, asset: Asset) -> list[tuple[str, str]]:
    from maquette.media.keys import key_name

    beats, unit = score.metre
    found = asset.originality or {}
    facts = [
        ("key", key_name(score.key_at(0))),
        ("metre", f"{beats}/{unit}"),
        ("bars", str(len(score.bars))),
        ("notes", str(score.count)),
        ("length", f"{score.duration:.0f} s"),
        ("model", asset.model),
    ]
    return [*facts, ("originality", str(found["verdict"]))] if found.get("verdict") else facts
