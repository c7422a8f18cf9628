"""A small record file of pictures, drawn on the spot, and nets of toy size that learn from it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from maquette.encodings import pixels as px

THINGS = ("cat", "dog", "star", "house", "red apple", "tree", "moon", "fish", "key", "coffee cup", "chef", "heart")
STYLES = {"crawl": "pixel art", "fluent": "flat", "noto": "soft gradient", "glyphs": "bold black glyph"}
LABELS = {
    "cat": {"ru": "кошка", "de": "Katze", "ja": "猫"},
    "dog": {"ru": "собака", "de": "Hund", "fr": "chien"},
    "star": {"ru": "звезда", "de": "Stern"},
}
TAGS = {"cat": {"ru": ["кот", "животное"]}, "dog": {"ru": ["пёс", "животное"]}}
KEYWORDS = {"cat": ["pet", "kitten"], "dog": ["pet", "puppy"], "house": ["home", "building"]}
FOLDS = {"fluent/moon": 0, "crawl/fish": 0, "fluent/cat": 1, "noto/tree": 1}


def shape(thing: str, style: str, tone: str | None = None, side: int = 64) -> NDArray[np.uint8]:
    """(side, side, 4) straight: a rounded polygon of its own colour; tiles are coarse, glyphs black."""
    number = THINGS.index(thing)
    dice = np.random.default_rng(number)
    hue = dice.integers(60, 250, 3)
    if tone:
        hue = np.asarray([250, 210, 170]) if "light" in tone else np.asarray([110, 70, 40])
    if style == "bold black glyph":
        hue = np.zeros(3, int)
    grain = 2 if style == "pixel art" else 1
    y, x = (np.mgrid[: side // grain, : side // grain] + 0.5) * 2 * grain / side - 1
    corners = 3 + number % 5
    turn = np.arctan2(y, x) + number
    reach = 0.8 * np.cos(np.pi / corners) / np.cos(turn % (2 * np.pi / corners) - np.pi / corners)
    alpha = np.clip((reach - np.hypot(x, y)) * (99 if grain == 2 else side / 4) + 0.5, 0, 1)
    light = 1 - 0.4 * (y + 1) / 2 if style == "soft gradient" else np.ones_like(y)
    rgb = np.clip(hue * light[..., None], 0, 255)
    made = np.concatenate([rgb, np.where(alpha > 0.5, 1, alpha)[..., None] * 255], -1)
    return np.asarray(made.repeat(grain, 0).repeat(grain, 1), np.uint8)


def rows(sets: Sequence[str] = tuple(STYLES)) -> list[dict[str, Any]]:
    """One record for each thing in each set, and a chef in two tones."""
    out = []
    for name in sets:
        for thing in THINGS:
            tones = (None, "light", "dark") if thing == "chef" and name == "fluent" else (None,)
            for tone in tones:
                id = f"{name}/{thing}" + (f"/{tone}" if tone else "")
                out.append({
                    "i": len(out), "id": id, "set": name, "style_name": STYLES[name],
                    "license": "CC0-1.0" if name == "crawl" else "MIT", "author": f"{name.title()} & Co",
                    "caption": f"{thing}: {tone} skin tone" if tone else thing, "keywords": KEYWORDS.get(thing, []),
                    "group": "things", "concept": thing, "tone": tone, "permissive": True, "fold": FOLDS.get(id, 5),
                })  # fmt: skip
    return out


def picture_of(row: Mapping[str, Any]) -> NDArray[np.uint8]:
    return shape(str(row["concept"]), str(row["style_name"]), row["tone"])


def png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def save_store(path: Path, pictures: Sequence[NDArray[np.uint8]]) -> None:
    """An .npz of pictures."""
    files = [png(one) for one in pictures]
    offset = np.cumsum([0, *map(len, files)]).astype(np.int64)
    np.savez(path, data=np.frombuffer(b"".join(files), np.uint8), offset=offset)


def save_records(folder: Path, some: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """`pictures.jsonl` with its pictures and its names in other languages; gives the record file."""
    folder.mkdir(parents=True, exist_ok=True)
    told = list(some if some is not None else rows())
    path = folder / "pictures.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told), encoding="utf-8")
    save_store(folder / "px64.npz", [picture_of(row) for row in told])
    named = [{"labels": {"en": thing, **names}, "tags": TAGS.get(thing, {})} for thing, names in LABELS.items()]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in named)
    (folder / "labels-i18n.jsonl").write_text(lines, encoding="utf-8")
    return path


def save_own(folder: Path, count: int = 10) -> Path:
    """An artist's own pictures in files of their own, with a licence."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        thing = THINGS[number % len(THINGS)]
        made = shape(thing, "flat")
        made[..., 2] = 255 - made[..., 2]
        made = np.roll(made, number // len(THINGS), 1)
        again = f" {number // len(THINGS) + 1}" if number >= len(THINGS) else ""
        Image.fromarray(made).save(folder / f"{thing}{again}.png")
    (folder / "licence.toml").write_text('licence = "own"\nauthor = "Ада"\n', encoding="utf-8")
    return folder


# -- nets -------------------------------------------------------------------------------------------------------------


def size(**given: Any) -> Any:
    from maquette.nets.diffusion.unet import UNetSize

    return UNetSize(**{
        "side": 32, "widths": (16, 16, 32), "embedding": 32, "words": 48, "word_width": 16, "heads": 2, **given,
    })  # fmt: skip


def net(**given: Any) -> Any:
    """A toy UNet with random weights in every part (a fresh one answers nothing)."""
    import torch

    from maquette.nets.diffusion.unet import UNet

    torch.set_num_threads(1)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        made = UNet(size(**given)).eval()
        for name, parameter in made.named_parameters():
            if parameter.ndim > 1 and "table" not in name:
                torch.nn.init.normal_(parameter, std=1.2 / parameter[0].numel() ** 0.5)
            elif "bias" in name:
                torch.nn.init.normal_(parameter, std=0.1)
    return made


def asked(count: int = 3, words: int = 48, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Random pictures, sketches and requests, as the net takes them."""
    dice = np.random.default_rng(seed)
    tokens = dice.integers(2, words, (count, px.TOKENS))
    for row, length in enumerate(dice.integers(1, 9, count)):
        tokens[row, length:] = 0
    return {
        "x": dice.standard_normal((count, 4, 32, 32)).astype(np.float32),
        "sigma": np.linspace(0.1, 2.0, count).astype(np.float32),
        "sketch": dice.uniform(-1, 1, (count, 4, 32, 32)).astype(np.float32),
        "known": np.linspace(0.0, 1.0, count).astype(np.float32),
        "style": dice.integers(-1, 6, count).astype(np.int64),
        "tone": dice.integers(-1, 6, count).astype(np.int64),
        "tokens": tokens.astype(np.int64),
    }


RECIPE = """name = "toy"
craft = "picture"
seed = 3
steps = {steps}
batch = 2
every = 2
enlarge = 0
[net]
widths = [16, 16, 32]
embedding = 32
words = 60
word_width = 16
heads = 2
"""


def save_recipe(folder: Path, steps: int = 4, more: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "toy.toml"
    path.write_text(RECIPE.format(steps=steps) + more, encoding="utf-8")
    return path
