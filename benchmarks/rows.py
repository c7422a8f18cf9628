"""The second row: human icons redrawn in one hand. Are they still the thing, and are they in that hand?

    python benchmarks/rows.py --style my.toml --out build/rows                    # the sheet, for marking by eye
    python benchmarks/rows.py --data ICONS.jsonl.zst --set iconoir --out ...      # and: is it the same hand?

For each of 100 prompts the best human icon of the shelf and its copy in the hand stand side by side, in sheets of 50.
`docs/cards/rows-marks.json` holds the marks that were given by eye (bar: 85 of 100 recognised). With --data the hand is
that of 24 icons of a human set, and a logistic classifier on geometric features (that of adapters.py) is asked whether
it can tell the row from other real icons of the set: 0.5 where it cannot. Beside it a real half, and the shelf's
icons as they are.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import adapters
import common
import numpy as np
import sheets

from maquette.checkpoints.box import open_checkpoint
from maquette.core.types import Request
from maquette.data.dataset import open_dataset
from maquette.makers.icon import IconControls, IconMaker
from maquette.media import drawing as d
from maquette.media.features import GEOMETRIC
from maquette.media.style_card import as_toml, measure

PROMPTS = [one.strip() for one in f"{sheets.COMMON}, {sheets.RARE}".split(",")]


def main() -> None:
    """Read the arguments, draw, measure."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--style", help="a style card; default: that of the set, or of the sample icons")
    ask.add_argument("--checkpoint", default="icon-1")
    ask.add_argument("--data", type=Path)
    ask.add_argument("--set", default="iconoir")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/rows.json")
    ask.add_argument("--out", type=Path, default=Path("build/rows"))
    told = ask.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    real: list[d.Drawing] = []
    if told.data is not None:
        own, real = human(told.data, told.set)
    else:
        folder = Path(__file__).resolve().parents[1] / "src" / "maquette" / "samples" / "my-icons"
        own = {path.stem: d.read(path) for path in sorted(folder.glob("*.svg"))}
    style = told.style
    if style is None:
        style = str(told.out / "hand.toml")
        Path(style).write_text(as_toml(measure(own, told.set if real else "samples").card), encoding="utf-8")
    maker = IconMaker(open_checkpoint(told.checkpoint))
    result = row(maker, style, told.out, told.seed)
    if real:
        result["same hand"] = same_hand(result.pop("drawings"), result.pop("originals"), real)
    else:
        del result["drawings"], result["originals"]
    print(json.dumps({key: value for key, value in result.items() if key != "notes"}, indent=1, ensure_ascii=False))
    if told.keep:
        common.keep("rows", {"checkpoint": told.checkpoint, "hand": told.set if real else "samples", **result})


def human(data: Path, name: str) -> tuple[dict[str, d.Drawing], list[d.Drawing]]:
    """24 icons of a set that play the designer's, and 200 others of hers."""
    items = [i for i in open_dataset(data).items if i.set == name and i.style == "outline" and i.paint == "stroke"]
    some = random.Random(0).sample(items, min(224, len(items)))
    return {i.title: d.parse(i.svg_text()) for i in some[:24]}, [d.parse(i.svg_text()) for i in some[24:]]


def row(maker: IconMaker, style: str, out: Path, seed: int) -> dict[str, Any]:
    """Draw the second row of every prompt, one copy each; write the sheets."""
    pairs: list[tuple[str, d.Drawing]] = []
    drawings, originals, notes, nothing = [], [], {}, []
    for prompt in PROMPTS:
        controls = IconControls(style=style, found=1, redrawn=1, drawn=0)
        works = list(maker.make(Request("icon", prompt, controls, seed, 2)))
        if [work.trace["row"] for work in works] != ["found", "redrawn"]:
            nothing.append(prompt)
            continue
        found, redrawn = works
        pairs += [(prompt, found.media), ("by rule" if not redrawn.checkpoint else "net", redrawn.media)]
        drawings.append(redrawn.media)
        originals.append(found.media)
        notes[prompt] = redrawn.note
    for number in range(0, len(pairs), 100):
        sheets.sheet(pairs[number : number + 100], out / f"rows-{number // 100 + 1}.png")
    by_rule = sum("restyled by rule" in note for note in notes.values())
    return {
        "prompts": len(PROMPTS),
        "redrawn by the net": len(notes) - by_rule,
        "restyled by rule": by_rule,
        "nothing on the shelf": nothing,
        "notes": notes,
        "drawings": drawings,
        "originals": originals,
    }


def same_hand(drawings: list[d.Drawing], originals: list[d.Drawing], real: list[d.Drawing]) -> dict[str, Any]:
    """Area under the curve of the classifier: the row, the shelf's icons, and a real half, against real icons."""
    half = len(real) // 2
    base = adapters.vectors(real[:half])
    groups = {"second row": drawings, "the shelf's icons as they are": originals, "a real half": real[half:]}
    told = {}
    for name, some in groups.items():
        x = np.concatenate([adapters.vectors(some), base])
        y = np.repeat([1.0, 0.0], [len(some), len(base)])
        numbers = np.arange(len(x))
        told[name] = {
            "all": round(adapters.auc(x, y, numbers), 3),
            "geometric": round(adapters.auc(x[:, GEOMETRIC], y, numbers), 3),
        }
    return told


if __name__ == "__main__":
    main()
