"""The tour's second half: a designer's own set, and some icons that it lacks, before and after an adapter."""

from __future__ import annotations

import dataclasses
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maquette.core.errors import OriginalityError
from maquette.core.progress import OnProgress

if TYPE_CHECKING:
    from maquette.interfaces.gallery import Hand, Shown
    from maquette.media.drawing import Drawing
    from maquette.studio.lineage import Asset
    from maquette.studio.studio import Studio

CRAFT = "icon"
ADAPTER = "my-hand-1"  # learnt from the samples in `my-icons`
LACKING = 5  # names that the set lacks, beside the word of the tour
HEADS = ("found: by a person", "before: {base}, its own manner", "after: the same in this hand", "new, in this hand")


@dataclasses.dataclass(frozen=True)
class Row:
    """A word and the works that answer it, one under each of HEADS, or None."""

    word: str
    works: tuple[Asset | None, ...]


def answer(desk: Studio, word: str, out: Path, seed: int, on_progress: OnProgress) -> list[Row]:
    """What the packaged hand makes of the word and of names that its set lacks; [] where it is not packaged."""
    from maquette.checkpoints.starters import starters
    from maquette.makers import table

    rows = {"found", "redrawn", "drawn"} <= {one.name for one in dataclasses.fields(table.controls(CRAFT))}
    if not rows or ADAPTER not in starters():
        return []
    return [_row(desk, name, out / "hand", seed, on_progress) for name in (word, *lacking(word))]


def _row(desk: Studio, name: str, out: Path, seed: int, on_progress: OnProgress) -> Row:
    plain = _made(desk, desk.request(CRAFT, name, seed=seed, count=1), out, on_progress)
    asked = desk.request(CRAFT, name, seed=seed, count=3, checkpoint=ADAPTER, found=1, redrawn=1, drawn=1)
    own = {asset.row: asset for asset in _made(desk, asked, out, on_progress)}
    return Row(name, (own.get("found"), plain[0] if plain else None, own.get("redrawn"), own.get("drawn")))


def _made(desk: Studio, request: Any, out: Path, on_progress: OnProgress) -> list[Asset]:
    """What was made; nothing, where all of it came out as near copies of somebody's drawing."""
    try:
        return list(desk.make(request, on_progress, out=out))
    except OriginalityError:
        return []


def lacking(word: str) -> list[str]:
    """Names of the standard list that the sample set lacks: evenly spread over the list, none chosen by eye."""
    from maquette.encodings.words import Words
    from maquette.studio.sets import missing, parse_list

    text = (files("maquette.samples") / "interface-icons.txt").read_text("utf-8")
    with as_file(files("maquette.samples") / "my-icons") as folder:
        wishes, _ = missing(parse_list(text, "interface-icons.txt"), folder, Words.load())
    names = [one.name for one in wishes if one.name != word]
    return names[len(names) // (2 * LACKING) :: max(1, len(names) // LACKING)][:LACKING]


def own_icons() -> list[Drawing]:
    """The drawings of the sample set, in the order of their names."""
    from maquette.media.drawing import parse

    folder = files("maquette.samples") / "my-icons"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".svg"))
    return [parse((folder / name).read_text("utf-8")) for name in names]


def shown(rows: list[Row], told: dict[Path, Shown], card: Any, base: str) -> Hand | None:
    """The rows for the page."""
    from maquette.interfaces.gallery import Hand

    if not rows:
        return None
    own = own_icons()
    lines = [
        f"{len(own)} icons drawn for this project. {ADAPTER}, an adapter of {base}, has learnt their hand in minutes: "
        f"stroke {card.width:g}, {card.cap} caps, {card.join} joins, a grid of {card.grid:g}.",
        "Below, what the set lacks: the word of this tour, and names spread evenly over a standard list. Nothing was "
        "picked by hand.",
    ]
    heads = [head.format(base=base) for head in HEADS]
    cells = [(row.word, [told[one.path] if one is not None else None for one in row.works]) for row in rows]
    return Hand("A set, and what it lacks", own, lines, heads, cells)
