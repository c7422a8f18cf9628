"""The tour's motions: three bodies that move by words, one by recorded clips, two by the net."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from maquette.core.errors import OriginalityError
from maquette.core.progress import OnProgress

if TYPE_CHECKING:
    from maquette.interfaces.gallery_motion import Moved
    from maquette.studio.lineage import Asset
    from maquette.studio.studio import Studio

FOLDER = "motion"
# What is asked, for how many seconds, along which path.
ASKED = (
    ("a tired man walks and sits down", 4.0, "0,0 0,2 1,3"),
    ("a woman dances salsa", 3.0, ""),
    ("somebody jumps high", 3.0, ""),
)


@dataclass(frozen=True)
class Made:
    """The motions with what was asked, and the seconds that all took."""

    works: tuple[tuple[str, Asset, Path], ...]  # words, the BVH, its preview
    seconds: float


def move(desk: Studio, out: Path, seed: int, on_progress: OnProgress) -> Made:
    """The motions in `out/motion`, each with a rigged GLB and a drawn preview beside it."""
    from maquette.media.motion_bvh import read_bvh
    from maquette.studio.motion_exports import export

    start = time.perf_counter()
    works = []
    for words, seconds, path in ASKED:
        request = desk.request("motion", words, seed=seed, count=1, seconds=seconds, path=path)
        try:
            (asset,) = desk.make(request, on_progress, out=out / FOLDER)
        except OriginalityError:  # a copy is shown to nobody, not on a tour either
            continue
        written = export(desk, asset.path, read_bvh(asset.path), ("glb", "webp"), out / FOLDER)
        works.append((words, asset, next(one.path for one in written if one.kind == "webp")))
    return Made(tuple(works), time.perf_counter() - start)


def told(made: Made) -> Iterator[str]:
    """A line for the terminal."""
    from .common import shown as path_of

    if made.works:
        yield f"{len(made.works)} motions in {made.seconds:.1f} s; the first: {path_of(made.works[0][1].path)}"


def shown(desk: Studio, made: Made) -> tuple[list[Moved], dict[Path, str]]:
    """The motions for the page, and the state of every file's credential."""
    from maquette.interfaces.gallery_motion import Moved
    from maquette.trust.verify import verify_all

    paths = [asset.path for _, asset, _ in made.works]
    states = {path: verdict.state for path, verdict in zip(paths, verify_all(paths, at=desk.places), strict=True)}
    moved = [
        Moved(words, asset.note, preview.read_bytes(), asset.path.name, states[asset.path])
        for words, asset, preview in made.works
    ]
    return moved, dict(states)
