"""Contact sheets to judge icons by eye, and a blind naming sheet.

    python benchmarks/sheets.py contact --out build/sheets            # best ranked of 100 prompts, with references
    python benchmarks/sheets.py contact --references 0 --out ...      # from words alone
    python benchmarks/sheets.py blind --data icons.jsonl --out ...    # 48 icons, real and made mixed, eight words each
    python benchmarks/sheets.py hand --checkpoint my-hand-1 --out ... # a set, and what it lacks in three rows

A sheet is for eyes: `docs/cards/icon-1-marks.json` holds the marks that were given, prompt by prompt.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from maquette.checkpoints.box import open_checkpoint
from maquette.core.types import Request
from maquette.data.dataset import open_dataset
from maquette.makers.icon import IconControls, IconMaker
from maquette.media import drawing as d

COMMON = (
    "home, heart, star, arrow right, arrow up, search, settings, user, mail, phone, camera, calendar, clock, bell, "
    "lock, key, trash, download, upload, cloud, sun, moon, folder, file, book, bookmark, check, plus, close, menu, "
    "play, pause, music, microphone, headphones, map pin, flag, gift, shopping cart, credit card, chart, globe, "
    "lightbulb, battery, wifi, printer, car, bus, coffee, umbrella"
)
RARE = (
    "rocket, cat, dog, fish, bird, tree, leaf, flower, mountain, anchor, boat, bicycle, train, airplane, tent, "
    "compass, telescope, microscope, flask, atom, skull, ghost, crown, diamond, trophy, dice, puzzle, guitar, piano, "
    "drum, palette, brush, scissors, ruler, hammer, wrench, axe, sword, shield, bomb, candle, lamp, sofa, bed, "
    "bath, apple, carrot, pizza, ice cream, glasses"
)
CELL, LABEL, ACROSS = 108, 18, 10
EMPTY = d.Drawing((0.0, 0.0, 24.0, 24.0), ())


def font(size: int) -> Any:
    """A font with Cyrillic where the system has one."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default()


def sheet(icons: Sequence[tuple[str, d.Drawing]], path: Path) -> None:
    """Labelled icons in rows of ten, as one PNG."""
    rows = -(-len(icons) // ACROSS)
    picture = Image.new("RGB", (ACROSS * CELL, rows * (CELL + LABEL)), "white")
    pen, text = ImageDraw.Draw(picture), font(12)
    for k, (label, drawing) in enumerate(icons):
        x, y = k % ACROSS * CELL, k // ACROSS * (CELL + LABEL)
        icon = Image.open(io.BytesIO(d.to_png(drawing, CELL - 28, paper="#fff"))).convert("RGB")
        picture.paste(icon, (x + 14, y + 10))
        pen.text((x + CELL // 2, y + CELL), label, fill="#555", anchor="mm", font=text)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, optimize=True)


def contact(maker: IconMaker, out: Path, references: int, seed: int) -> None:
    """The best ranked icon of each of 100 prompts on one sheet."""
    icons = []
    for prompt in [one.strip() for one in f"{COMMON}, {RARE}".split(",")]:
        controls = IconControls(references=references, pool=64)
        work = next(iter(maker.make(Request("icon", prompt, controls, seed=seed, count=12))))
        icons.append((prompt, work.media))
    name = "with-references" if references else "from-words"
    sheet(icons, out / f"{maker.checkpoint.name}-{name}.png")


def hand(maker: IconMaker, out: Path, seed: int) -> None:
    """The sample set, then every fifth of the 100 prompts: found, redrawn and drawn in its hand, the first of each."""
    folder = Path(str(files("maquette.samples"))) / "my-icons"
    own = [("", d.fit(d.read(path))) for path in sorted(folder.glob("*.svg"))]
    cells = own[:20]
    prompts = [one.strip() for one in f"{COMMON}, {RARE}".split(",")][4::5]
    for half in (prompts[:10], prompts[10:]):
        answers = [_rows(maker, prompt, seed) for prompt in half]
        for row in ("found", "redrawn", "drawn"):
            named = [prompt if row == "found" else row for prompt in half]
            cells += [(name, answer.get(row, EMPTY)) for name, answer in zip(named, answers, strict=True)]
    sheet(cells, out / f"{maker.checkpoint.name}.png")


def _rows(maker: IconMaker, prompt: str, seed: int) -> dict[str, d.Drawing]:
    controls = IconControls(found=1, redrawn=1, drawn=1, pool=64)
    works = maker.make(Request("icon", prompt, controls, seed=seed, count=3))
    return {str(work.trace["row"]): d.fit(work.media) for work in works}


def blind(maker: IconMaker, data: Path, out: Path, seed: int) -> None:
    """48 icons, half of them human, each with eight words of which one is its name; the key in a file apart."""
    dice = np.random.Generator(np.random.PCG64(seed))
    items = [item for item in open_dataset(data, split="val").items if item.paint == "stroke"]
    titles = sorted({item.title for item in items if maker.words.known(item.title)})
    chosen = dice.choice(len(items), 24, replace=False)
    cases: list[tuple[str, str, d.Drawing]] = [
        (items[i].title, "human", d.fit(d.parse(items[i].svg_text()))) for i in chosen
    ]
    for title in dice.choice(titles, 24, replace=False):
        work = next(iter(maker.make(Request("icon", str(title), IconControls(pool=64), seed=seed, count=6))))
        cases.append((str(title), "made", work.media))
    rows, key = [], []
    for number, index in enumerate(dice.permutation(len(cases)), start=1):
        title, how, drawing = cases[index]
        others = [str(t) for t in dice.choice([t for t in titles if t != title], 7, replace=False)]
        words = [str(w) for w in dice.permutation([title, *others])]
        rows.append((str(number), drawing, words))
        key.append({"number": number, "title": title, "how": how})
    sheet([(number, drawing) for number, drawing, _ in rows], out / "blind.png")
    questions = [f"{number}: {', '.join(words)}" for number, _, words in rows]
    (out / "blind.txt").write_text("\n".join(questions) + "\n", encoding="utf-8")
    (out / "blind-key.json").write_text(json.dumps(key, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("contact", "blind", "hand"))
    parser.add_argument("--checkpoint", default="icon-1")
    parser.add_argument("--references", type=int, default=3)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    maker = IconMaker(open_checkpoint(told.checkpoint))
    if told.what == "contact":
        contact(maker, told.out, told.references, told.seed)
    elif told.what == "hand":
        hand(maker, told.out, told.seed)
    else:
        if told.data is None:
            parser.error("blind needs --data, a record file with held-out icons")
        blind(maker, told.data, told.out, told.seed)


if __name__ == "__main__":
    main()
