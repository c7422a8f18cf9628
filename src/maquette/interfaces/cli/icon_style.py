"""`maquette icon style`: read a designer's hand off a folder of icons."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maquette.core.errors import DataError, UsageError

from .common import FILE, emit, json_option, note, shown

if TYPE_CHECKING:
    from maquette.media.drawing import Drawing
    from maquette.media.style_card import Style, StyleCard

DRAWINGS = (".svg", ".svgz")
OUTLIERS = 12  # so many are printed


@click.command("style")
@click.argument("folder", type=FILE)
@click.option("-o", "--out", type=FILE, help="Where to write the card. Default: FOLDER's name, .toml, here.")
@click.option("--sheet", type=FILE, metavar="FILE.svg|.png", help="Draw a specimen sheet too.")
@click.option("--canvas", type=float, metavar="UNITS", help="Read only the icons on this canvas (24, 32 ...).")
@json_option
def style(folder: Path, out: Path | None, sheet: Path | None, canvas: float | None, as_json: bool) -> int:
    """Read the style of the SVG icons in FOLDER, and write it as a card that you can edit.

    Ten to thirty icons make a card you can trust. Everything is measured on the geometry: stroke, caps, joins, grid,
    margin, radii, angles, gaps, weight. Icons that leave the set are named.

    Example: maquette icon style my-icons --sheet my-icons-sheet.svg
    """
    from maquette.media.style_card import as_toml, measure

    if sheet is not None and sheet.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"a sheet is .svg or .png, not {sheet.suffix or sheet.name!r}", mend="--sheet sheet.svg")
    drawings = read_icons(folder, canvas)
    found = measure(drawings, folder.resolve().name)
    path = _put(as_toml(found.card).encode(), _card_path(out, folder))
    pictured = _put(_sheet(found, drawings, sheet.suffix.lower()), sheet) if sheet is not None else None
    if as_json:
        outliers = [dataclasses.asdict(one) for one in found.outliers]
        sheet_told = {"sheet": str(pictured)} if pictured else {}
        card = dataclasses.asdict(found.card)
        emit({"path": str(path), **sheet_told, "card": card, "outliers": outliers, "remarks": list(found.remarks)})
        return 0
    for line in lines(found.card):
        click.echo(line)
    _tell(found, len(drawings))
    click.echo(f"{shown(path)}  edit it as you like; `--style {shown(path)}` draws by it")
    if pictured:
        click.echo(f"{shown(pictured)}  the specimen sheet")
    return 0


def read_icons(folder: Path, canvas: float | None = None) -> dict[str, Drawing]:
    """Every drawing in a folder and those below it, by its path there. DataError if there is none."""
    from maquette.media import drawing

    if not folder.is_dir():
        what = "this is a file" if folder.exists() else "there is no such folder"
        raise DataError(what, where=str(folder), mend="give the folder that holds your SVG icons")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in DRAWINGS and path.is_file())
    if not paths:
        raise DataError("there is no SVG file in this folder", where=str(folder), mend="put 10 to 30 icons into it")
    found = {path.relative_to(folder).as_posix(): drawing.read(path) for path in paths}
    empty = [name for name, one in found.items() if not one.shapes]
    if empty:
        note(f"nothing is drawn in {', '.join(empty[:3])}{' ...' if len(empty) > 3 else ''}: left out")
    found = {name: one for name, one in found.items() if one.shapes}
    if canvas is None:
        return found
    kept = {name: one for name, one in found.items() if abs(max(one.viewbox[2:]) - canvas) < 1e-6}
    if not kept:
        sizes = ", ".join(f"{size:g}" for size in sorted({max(one.viewbox[2:]) for one in found.values()}))
        raise UsageError(f"no icon stands on a canvas of {canvas:g}", where=str(folder), mend=f"there are {sizes}")
    return kept


def lines(card: StyleCard) -> list[str]:
    """The card for people, in eight lines."""

    def listed(values: tuple[float, ...], unit: str = "") -> str:
        return ", ".join(f"{value:g}{unit}" for value in values) or "none"

    mix = ", ".join(f"{share:.0%} {kind}s" for kind, share in card.mix.items())
    level = f", level lines on {card.level:g}" if card.level and card.level != card.grid else ""
    width, _, height, _ = card.footprint
    return [
        f"stroke   {card.width:g}, {card.cap} caps, {card.join} joins",
        f"canvas   {card.canvas:g}, margin {card.margin:g}, gap {card.gap:g}",
        f"grid     {f'{card.grid:g}' if card.grid else 'none'}{level}",
        f"radii    {listed(card.radii)}",
        f"angles   {listed(card.angles, '°')}",
        f"made of  {mix}; {'open' if card.open else 'closed'} lines, {card.shapes[0]:.1f} an icon",
        f"ink      {card.ink[0]:.1%} of the canvas, give or take {card.ink[1]:.1%}",
        f"size     {width:g} x {height:g} on average",
    ]


def _tell(found: Style, count: int) -> None:
    """The icons that leave the set, and what else a person should know."""
    leaving = len({one.icon for one in found.outliers})
    told = [one.told for one in found.outliers if one.trait != "paint"]
    filled = [one.icon for one in found.outliers if one.trait == "paint"]
    if len(filled) > 1:
        names = ", ".join(filled[:4]) + (" ..." if len(filled) > 4 else "")
        told.insert(
            0, f"{len(filled)} are filled, the rest are strokes ({names}): `maquette icon lined FILE` turns one"
        )
        told[0] += " into strokes where it can"
    else:
        told = [one.told for one in found.outliers]
    if told:
        click.echo(f"\n{leaving} of {count} {'leave' if leaving > 1 else 'leaves'} the set:")
        for line in told[:OUTLIERS]:
            click.echo(f"  {line}")
        if len(told) > OUTLIERS:
            click.echo(f"  and {len(told) - OUTLIERS} more: see --json")
    for remark in found.remarks:
        note(f"note: {remark}")
    click.echo("")


def _sheet(found: Style, drawings: Mapping[str, Drawing], kind: str) -> bytes:
    from maquette.media.style_sheet import sheet_png, sheet_svg

    svg = sheet_svg(found, drawings)
    return sheet_png(svg) if kind == ".png" else svg.encode()


def _card_path(out: Path | None, folder: Path) -> Path:
    """Where the card goes: the file asked for, or FOLDER.toml in the folder asked for or here."""
    if out is not None and not out.is_dir():
        return out if out.suffix else out.with_suffix(".toml")
    return (out or Path()) / f"{folder.resolve().name or 'style'}.toml"


def _put(data: bytes, path: Path) -> Path:
    """Write a file, whole or not at all; a name that is taken gets -2."""
    from maquette.studio import files

    with files.told(path.parent, "the folder"):
        path.parent.mkdir(parents=True, exist_ok=True)
        return files.put(data, None, path.parent, path.stem, path.suffix)[0]
