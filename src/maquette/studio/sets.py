"""Sets of icons: a list of names becomes one consistent sheet, and a folder is told what it lacks.

A list is a text file, a name a line: `name`, `name: what is to be seen`, `name = another name, a third`. Lines that
start with # are passed over. Every icon is made, sealed and kept like any other work; the sheet, as SVG and PNG, and
the table are written beside them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from ..core.errors import MediaError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.spelling import normal_words
from ..core.types import Request
from . import files
from .jobs import Job

if TYPE_CHECKING:
    from ..encodings.words import Words
    from ..makers.icon_set import Chosen, StandsOut, Wish
    from .lineage import Asset
    from .studio import Studio

MOST = 500  # names of one set
STANDARD = "interface-icons.txt"
# Words of a file name that say which variant it is and not what is drawn.
VARIANT = frozenset(
    (
        *("icon", "outline", "outlined", "line", "linear", "stroke", "regular", "light", "bold", "fill", "filled"),
        *("solid", "16", "20", "24", "32", "48"),
    )
)


@dataclass(frozen=True)
class MadeSet:
    """A finished set: its assets by name, the sheet's files, and what is to be known of it."""

    assets: Mapping[str, Asset]
    sheets: tuple[Path, ...]
    table: Path
    rows: tuple[Mapping[str, Any], ...]
    spread: Mapping[str, float]  # coefficient of variation of each trait
    stand_out: tuple[StandsOut, ...]
    without: tuple[str, ...]
    again: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it at the end."""
        return {
            "icons": len(self.assets),
            "sheets": [str(path) for path in self.sheets],
            "table": str(self.table),
            "spread": dict(self.spread),
            "stand_out": [{"name": one.name, "trait": one.trait, "told": one.told} for one in self.stand_out],
            "without": list(self.without),
            "drawn_again": list(self.again),
        }


# -- lists ---------------------------------------------------------------------------------------------------------


def read_list(path: str | Path) -> list[Wish]:
    """The wishes of a list; the packaged one for "". UsageError names the line that is wrong."""
    if not str(path):
        from importlib.resources import files as resources

        return parse_list(resources("maquette.samples").joinpath(STANDARD).read_text("utf-8"), STANDARD)
    path = Path(path).expanduser()
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("the list of names is not UTF-8", where=str(path), mend="save it as UTF-8") from error
    except OSError as error:
        mend = "give a text file with one name a line"
        raise UsageError(f"the list of names cannot be read: {error.strerror}", where=str(path), mend=mend) from error
    return parse_list(text, str(path))


def parse_list(text: str, where: str) -> list[Wish]:
    """The wishes of a list's text, in its order."""
    from ..makers.icon_set import Wish

    wishes: dict[str, Wish] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.partition("#")[0].strip()
        if not plain:
            continue
        named, _, words = plain.partition(":")
        name, _, others = (part.strip() for part in named.partition("="))
        if not name:
            raise UsageError("a line without a name", where=f"{where}, line {number}", mend="write: name: what is seen")
        stem = files.slug(name)
        if stem in wishes:
            mend = "call one of them otherwise"
            raise UsageError(f"{name!r} stands there twice", where=f"{where}, line {number}", mend=mend)
        rest = tuple(other for part in others.split(",") if (other := part.strip()))
        wishes[stem] = Wish(name, words.strip() or name, rest)
    if not wishes:
        raise UsageError("the list is empty", where=where, mend="write a name a line")
    if len(wishes) > MOST:
        raise UsageError(f"{len(wishes)} names are too many for one set", where=where, mend=f"give at most {MOST}")
    return list(wishes.values())


# -- what is missing -----------------------------------------------------------------------------------------------


def missing(wishes: Sequence[Wish], folder: str | Path, words: Words) -> tuple[list[Wish], dict[str, str]]:
    """(wishes that the folder lacks, name -> file of those it has), by name, other names and synonyms.

    A file has what a wish names when both have the same words: as they stand, as the vocabulary reads them, in any
    order, in English or Russian. UsageError if there is no such folder or no SVG file in it.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder), mend="give the folder of your icons")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".svg", ".svgz"))
    if not paths:
        raise UsageError("there is no SVG file in this folder", where=str(folder), mend="give the folder of your icons")
    has: dict[frozenset[str], str] = {}
    for path in paths:
        for key in _keys(path.stem, words):
            has.setdefault(key, path.name)
    lacking, found = [], {}
    for wish in wishes:
        keys = [key for name in (wish.name, *wish.others) for key in _keys(name, words)]
        file = next((has[key] for key in keys if key in has), None)
        if file is None:
            lacking.append(wish)
        else:
            found[wish.name] = file
    return lacking, found


def _keys(name: str, words: Words) -> Iterable[frozenset[str]]:
    """The sets of words under which a name may be found again."""
    plain = [word for word in normal_words(name) if word not in VARIANT] or normal_words(name)
    yield frozenset(plain)
    read = words.read(" ".join(plain)).used
    if read:
        yield frozenset(read)


# -- making --------------------------------------------------------------------------------------------------------


def make_set(
    studio: Studio,
    wishes: Sequence[Wish],
    *,
    out: str | Path,
    checkpoint: str | None = None,
    seed: int = 0,
    on_progress: OnProgress = silent,
    on_asset: Callable[[Asset], None] = lambda asset: None,
    unsigned: bool = False,
    **controls: Any,
) -> MadeSet:
    """Draw one consistent set of `wishes` into `out`; `controls` are those of the icons, `style` above all.

    Raises UsageError if there is no hand with a card to draw in, and whatever `Studio.make` raises before it begins.
    """
    from ..makers import table
    from ..makers.icon_set import draw_set
    from .making import Keeping, NearCopy

    given = {"redrawn": 3, "drawn": 0, **controls}
    request = studio.request("icon", "a set", seed=seed, checkpoint=checkpoint, **given)
    maker_class = table.maker("icon")
    model = checkpoint or maker_class.starter
    box = studio._open(model) if model else None
    maker = maker_class(box)
    if maker.hand(request.controls).card is None:
        raise UsageError(
            "a set needs a hand to be drawn in",
            mend="give --style my.toml (`maquette icon style FOLDER` writes one), or --checkpoint of your trained hand",
        )
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    chosen: Chosen = draw_set(maker, wishes, request.controls, seed, on_progress)
    by_name = {wish.name: wish for wish in wishes}

    def keep(progress: OnProgress) -> Any:
        for number, (name, variant) in enumerate(chosen.works.items()):
            progress(Progress(number, len(chosen.works), f"keeping {name}"))
            asked = Request("icon", by_name[name].words, variant.work.request.controls, seed, 1, checkpoint=checkpoint)
            work = replace(variant.work, request=asked)
            keeping = Keeping(studio, folder, box, files.slug(name), unsigned=unsigned)
            finding = keeping.look(work)
            if isinstance(finding, NearCopy):  # from words alone, and all the same like one author's drawing
                continue
            asset = keeping.keep(work, finding)
            on_asset(asset)
            yield name, asset

    told = {"set": [wish.name for wish in wishes], "seed": seed}
    assets = dict(studio.runner.submit(Job(what=told), keep, on_progress))
    rows = tuple(_row(name, chosen, asset) for name, asset in assets.items())
    sheets = _sheets(folder, [(name, chosen.works[name].work.media) for name in assets])
    return MadeSet(
        assets,
        sheets,
        _written(folder, "set", ".csv", _as_csv(rows)),
        rows,
        spread_of(rows),
        chosen.stand_out,
        tuple(wish.name for wish in wishes if wish.name not in assets),
        chosen.again,
    )


def spread_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The coefficient of variation of ink, width, height, margin and stroke over a set."""
    told = {}
    for trait in ("ink", "width", "height", "margin", "stroke"):
        values = [float(row[trait]) for row in rows]
        mean = fmean(values) if values else 0.0
        told[trait] = round(pstdev(values) / mean, 4) if mean else 0.0
    return told


def _row(name: str, chosen: Chosen, asset: Asset) -> dict[str, Any]:
    traits = chosen.works[name].traits
    out = "; ".join(one.told for one in chosen.stand_out if one.name == name)
    numbers = {key: getattr(traits, key) for key in ("ink", "width", "height", "margin", "stroke")}
    return {"name": name, "file": asset.path.name, "how": asset.how, "note": asset.note, **numbers, "stands out": out}


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")  # so that spreadsheets read Cyrillic names


def _written(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    with files.told(folder, "the folder"):
        return files.put(data, None, folder, stem, suffix)[0]


def _sheets(folder: Path, icons: Sequence[tuple[str, Any]]) -> tuple[Path, ...]:
    from .set_sheet import sheet_png, sheet_svg

    if not icons:
        raise MediaError("not one icon of the set could be drawn", mend="try other words, or --seed")
    svg = _written(folder, "sheet", ".svg", sheet_svg(icons).encode())
    return svg, _written(folder, "sheet", ".png", sheet_png(icons))
