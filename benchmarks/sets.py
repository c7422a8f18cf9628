"""Is a drawn set as even as a designer's own? (bar 15 of the icon craft)

    python benchmarks/sets.py                                    # in the hand of the sample icons
    python benchmarks/sets.py --data ICONS.jsonl.zst [--sets iconoir,heroicons] [--checkpoint HAND] [--keep]

24 names are drawn in one hand: the style card of 24 icons of a human set. The coefficient of variation of ink, width,
height, margin and stroke is set beside that of the human set's own icons of the same names (the bar; simple things are
more even than odd ones) and of the 24 that the card was read from (a real half, the ceiling). Controls: the shelf's
drawings under the card's stroke and grid (the retriever), and the first choice for each name without looking at the
others. The bar holds where a drawn set's figure is at most the human set's own (in brackets: by how much it is above).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import common
import numpy as np

from maquette.checkpoints.box import open_checkpoint
from maquette.core.spelling import normal_words
from maquette.core.types import Request
from maquette.data.dataset import open_dataset
from maquette.data.shelf import search_shelves
from maquette.makers import icon_set
from maquette.makers.icon import IconControls, IconMaker
from maquette.makers.icon_hand import held
from maquette.media import drawing as d
from maquette.media.style_card import StyleCard, as_toml, measure
from maquette.studio.set_sheet import sheet_png

LISTED = (
    "home, search, settings, user, mail, phone, camera, calendar, clock, bell, lock, key, trash, heart, star, cloud, "
    "sun, book, folder, map pin, shopping cart, download, microphone, truck"
)
NAMES = LISTED.split(", ")
TRAITS = ("ink", "width", "height", "margin", "stroke")


def main() -> None:
    """Read the arguments, measure, print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path)
    ask.add_argument("--sets", default="iconoir,heroicons")
    ask.add_argument("--checkpoint", default="icon-1")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--keep", action="store_true", help="write benchmarks/results/sets.json")
    ask.add_argument("--out", type=Path, default=Path("build/sets"))
    told = ask.parse_args()
    maker = IconMaker(open_checkpoint(told.checkpoint))
    rows = []
    for name, own, others in hands(told.data, told.sets.split(",")):
        found = one(maker, name, own, others, told.out, told.seed)
        print(common.table(found), flush=True)
        rows += found
    if told.keep:
        common.keep("sets", {"checkpoint": told.checkpoint, "names": NAMES, "seed": told.seed, "rows": rows})


def hands(data: Path | None, sets: Sequence[str]) -> list[tuple[str, dict[str, d.Drawing], list[d.Drawing]]]:
    """(name, 24 icons that play the designer's, hers of the NAMES) of each set; the samples without data."""
    if data is None:
        folder = Path(__file__).resolve().parents[1] / "src" / "maquette" / "samples" / "my-icons"
        own = {path.stem: d.read(path) for path in sorted(folder.glob("*.svg"))}
        return [("samples", own, [])]
    items = [i for i in open_dataset(data).items if i.set in sets and i.style == "outline" and i.paint == "stroke"]
    made = []
    for name in sets:
        own = [item for item in items if item.set == name]
        named = {frozenset(normal_words(item.title)): item for item in reversed(own)}
        same = [named[key] for word in NAMES if (key := frozenset(normal_words(word))) in named]
        some = random.Random(0).sample([item for item in own if item not in same], 24)
        made.append((name, {i.title: d.parse(i.svg_text()) for i in some}, [d.parse(i.svg_text()) for i in same]))
    return made


def one(
    maker: IconMaker, name: str, own: Mapping[str, d.Drawing], others: Sequence[d.Drawing], out: Path, seed: int
) -> list[dict[str, Any]]:
    """The rows of one hand."""
    card = measure(own, name).card
    out.mkdir(parents=True, exist_ok=True)
    style = out / f"{name}.toml"
    style.write_text(as_toml(card), encoding="utf-8")
    controls = IconControls(style=str(style), redrawn=3, drawn=0)
    wishes = [icon_set.Wish(word, word) for word in NAMES]
    made = icon_set.draw_set(maker, wishes, controls, seed)
    drawn = [variant.work.media for variant in made.works.values()]
    (out / f"{name}.png").write_bytes(sheet_png([(word, one.work.media) for word, one in made.works.items()]))
    first = [
        works[0].media for word in NAMES if (works := maker.choices(Request("icon", word, controls, seed, 6)))
    ]  # what `make` would show
    groups = {
        "the card's own 24": list(own.values()),
        "the human set, these names": list(others),
        "drawn as a set": drawn,
        "first choices": first,
        "shelf under the card": retrieved(maker, card),
    }
    human = traits(groups["the human set, these names"] or groups["the card's own 24"])
    rows = []
    for who, drawings in groups.items():
        if drawings:
            table = traits(drawings)
            row: dict[str, Any] = {"hand": name, "who": who, "icons": len(drawings)}
            for k, trait in enumerate(TRAITS):
                row[trait] = f"{cv(table[:, k]):.3f} ({difference(table[:, k], human[:, k]):+.3f})"
            row["stand out"] = len({s.name for s in outside(drawings, card)})
            rows.append(row)
    return rows


def retrieved(maker: IconMaker, card: StyleCard) -> list[d.Drawing]:
    """What the shelf has for each name, in the card's stroke and on its grid: nothing chosen, nothing scaled."""
    made = []
    for word in NAMES:
        found = search_shelves(maker.words.read(word).sought, 1, synonyms=maker.words.synonyms)
        made += [held(d.parse(icon.svg), card) for icon in found]
    return made


def outside(drawings: Sequence[d.Drawing], card: StyleCard) -> list[icon_set.StandsOut]:
    """What leaves the card's spread."""
    as_variants: dict[str, Any] = {
        str(k): icon_set.Variant(None, icon_set.traits_of(one), 0.0)  # type: ignore[arg-type]
        for k, one in enumerate(drawings)
    }
    return icon_set.stand_out(as_variants, card)


def traits(drawings: Sequence[d.Drawing]) -> np.ndarray:
    """(n, 5) of TRAITS on a canvas of 24, so that hands can be compared."""
    found = [icon_set.traits_of(d.fit(one)) for one in drawings]
    return np.array([[getattr(one, trait) for trait in TRAITS] for one in found])


def cv(values: np.ndarray) -> float:
    """Coefficient of variation."""
    return float(values.std() / max(abs(values.mean()), 1e-9))


def difference(values: np.ndarray, human: np.ndarray) -> float:
    """By how much the coefficient of variation is above the human set's (negative: more even)."""
    return cv(values) - cv(human)


if __name__ == "__main__":
    main()
