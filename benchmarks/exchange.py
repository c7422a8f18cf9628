"""Does what we export arrive? Every format opened again by other programs, and compared with the drawing it came from.

    python benchmarks/exchange.py [ICONS.jsonl.zst] [--icons 60]

The icons are the packaged samples and, of a record file, as many of its held-out icons as asked for, evenly spread:
strokes, fills and both. Each reader draws its file at 1024 pixels; ink is compared by intersection over union after
blocks of 4 x 4 pixels were averaged, so that where the ink lies counts and not how edges are smoothed. `saved again`:
the program wrote the file anew, and what it wrote is looked at. Readers that are not installed are named.

Then what exporting costs, in processor seconds of this process: unsigned, signed, and with lists (`bare`).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from common import keep, processor, table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import readers
from maquette.data.dataset import open_dataset
from maquette.media.drawing import parse, read, render
from maquette.media.exports import Icon, Settings, codepoints, export
from maquette.media.exports.names import pascal, unique

PX = 1024  # pixels
LEAST = 0.995
SAMPLES = Path(__file__).resolve().parents[1] / "src" / "maquette" / "samples" / "my-icons"
SET = "exchange"
INKSCAPE_AT_ONCE = 40  # files


def chosen(data: str | None, count: int) -> list[Icon]:
    """The samples, and held-out icons of a record file, evenly spread."""
    icons = [Icon(path.stem, read(path)) for path in sorted(SAMPLES.glob("*.svg"))]
    if data:
        items = open_dataset(data, split="val").items
        for item in items[:: max(1, len(items) // count)][:count]:
            drawing = parse(item.svg_text())
            # A font has one ink, and a duotone two: those are compared elsewhere.
            if drawing.shapes and all(shape.paint.opacity == 1 for shape in drawing.shapes):
                icons.append(Icon(item.id.replace("/", "-"), drawing))
    return icons


def looks(icons: Sequence[Icon], files: dict[str, dict[str, bytes]]) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """(format, reader, a function that gives the ink of every icon) of each pair."""
    names = [icon.name for icon in icons]

    def each(look: Callable[[str], Any]) -> Callable[[], Any]:
        return lambda: (look(name) for name in names)

    for kind in ("svg", "outlined"):
        texts = {name: files[kind][f"{name}.svg"] for name in names}
        for reader in (readers.resvg, readers.cairosvg, readers.svgelements):
            called = {"svgelements": "svgelements, saved again"}.get(reader.__name__, reader.__name__)
            yield kind, called, each(lambda name, reader=reader, texts=texts: reader(texts[name], PX))
        yield kind, "Inkscape", lambda texts=texts: inkscape([texts[name] for name in names])
        yield kind, "Inkscape, saved again", lambda texts=texts: inkscape_again([texts[name] for name in names])
    sprite = files["sprite"][f"{SET}.svg"]
    yield "sprite", "resvg", each(lambda name: readers.sprite(sprite, name, PX))
    (pdf,) = files["pdf"].values()
    yield "pdf", "PDFium", lambda: (readers.pdfium(pdf, number, PX) for number in range(len(names)))
    android = dict(zip(names, files["android"].values()))
    yield "android", "rules of the format, resvg", each(lambda name: readers.android(android[name], PX))
    points = codepoints.read_text(files["font"][f"{SET}.codepoints.toml"].decode(), SET)[0]
    ttf, woff2 = files["font"][f"{SET}.ttf"], files["font"][f"{SET}.woff2"]
    yield "font (ttf)", "fontTools", each(lambda name: readers.fonttools(ttf, points[name], PX))
    yield "font (woff2)", "fontTools", each(lambda name: readers.fonttools(woff2, points[name], PX))
    yield "font (ttf)", "FreeType", each(lambda name: readers.freetype(ttf, chr(points[name]), PX, 1 / 8))
    for framework in ("react", "vue"):
        yield framework, "Node", lambda framework=framework: in_node(icons, files[framework], framework)


def inkscape(svgs: Sequence[bytes]) -> list[Any]:
    seen = []
    for start in range(0, len(svgs), INKSCAPE_AT_ONCE):
        seen += readers.inkscape(list(svgs[start : start + INKSCAPE_AT_ONCE]), PX)
    return seen


def inkscape_again(svgs: Sequence[bytes]) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{number}.svg" for number in range(len(svgs))]
        for name, svg in zip(names, svgs):
            Path(folder, name).write_bytes(svg)
        for start in range(0, len(names), INKSCAPE_AT_ONCE):
            some = names[start : start + INKSCAPE_AT_ONCE]
            subprocess.run(
                [readers.program("inkscape"), "--export-plain-svg", "--export-overwrite", "--export-type=svg", *some],
                cwd=folder,
                check=True,
                capture_output=True,
                timeout=600,
            )
        return [readers.resvg(_fitting(Path(folder, name).read_bytes()), PX) for name in names]


def _fitting(svg: bytes) -> bytes:
    """What Inkscape saves may say a size in pixels; the renderer is asked for another."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(svg)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    return ElementTree.tostring(root)


def in_node(icons: Sequence[Icon], files: dict[str, bytes], framework: str) -> list[Any]:
    names = unique([icon.name for icon in icons], pascal)
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(data)
        shown = readers.components(Path(folder), framework, {})
    return [readers.resvg(_fitting(shown[names[icon.name]].encode()), PX) for icon in icons]


def cost(icons: int = 40) -> dict[str, float]:
    """Processor seconds of exporting so many icons, by kind, unsigned, signed and with a list."""
    from maquette.core.settings import Places
    from maquette.media.drawing import to_svg
    from maquette.studio.studio import Studio

    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home:
        source, studio = Path(home, "set"), Studio(Places(Path(home), Path(home)), say=lambda text: None)
        source.mkdir()
        drawings = [read(path) for path in sorted(SAMPLES.glob("*.svg"))]
        for number in range(icons):
            name = f"icon-{number}"
            text = to_svg(drawings[number % len(drawings)], title=name)
            (source / f"{name}.svg").write_text(text, encoding="utf-8")
        for kind in ("svg", "png", "sprite", "android", "react", "pdf", "font"):
            for how in ({"unsigned": True}, {}, {"bare": True}):
                start = time.process_time()
                made = studio.export([source], [kind], Path(home, "out"), **how)
                told = next(iter(how), "signed")
                seconds[f"{kind}, {len(made)} files, {told}"] = round(time.process_time() - start, 2)
    return seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("data", nargs="?", help="a record file of icons")
    options.add_argument("--icons", type=int, default=60, help="held-out icons of the record file")
    asked = options.parse_args()
    icons = chosen(asked.data, asked.icons)
    kinds = ("svg", "outlined", "sprite", "pdf", "android", "font", "react", "vue")
    files = {kind: {one.path: one.data for one in export(kind, icons, Settings(SET))} for kind in kinds}
    wanted = [render(icon.drawing, PX) for icon in icons]
    rows, absent, low = [], [], defaultdict(list)
    for kind, reader, look in looks(icons, files):
        try:
            found = [readers.iou(one, other) for one, other in zip(look(), wanted)]
        except readers.Absent as missing:
            absent.append(f"{reader} ({missing})")
            continue
        for icon, value in zip(icons, found):
            if value < LEAST:
                low[f"{kind}, {reader}"].append(f"{icon.name} {value:.4f}")
        row = {"format": kind, "reader": reader, "mean": sum(found) / len(found), "worst": min(found)}
        rows.append({**row, f"at least {LEAST}": sum(value >= LEAST for value in found) / len(found)})
        print(f"{kind:14} {reader:28} mean {row['mean']:.4f} worst {row['worst']:.4f}", flush=True)
    spent = cost()
    told = [{key: f"{one:.4f}" if isinstance(one, float) else one for key, one in row.items()} for row in rows]
    print(f"\n{processor()}\n{len(icons)} icons\n\n{table(told)}\n")
    for pair, names in low.items():
        print(f"below {LEAST}: {pair}: {', '.join(sorted(names, key=lambda one: one.split()[-1])[:8])}")
    if absent:
        print(f"not installed: {', '.join(absent)}")
    print("\n" + table([{"40 icons as": what, "processor seconds": value} for what, value in spent.items()]))
    keep(
        "exchange",
        {"icons": len(icons), "rows": rows, "below": dict(low), "absent": absent, "processor_seconds": spent},
    )


if __name__ == "__main__":
    main()
