"""A picture's scene as plain data: what its story keeps, and what is drawn from it, now and again later.

Everything that decides a picture stands in `told`: the things with their boxes, the words, the noise by its seed, the
sampler, the finish. The maker always goes this way, so that `remake` draws the very same.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..core.seeds import candidate_seed
from ..encodings import pixels
from ..engine import samplers
from ..engine.samplers import Floats
from .picture_controls import SIZES, PictureControls, aspect_of, palette_of
from .picture_draw import Lean, Net, Scene
from .picture_finish import PIXEL_COLOURS, Finish
from .picture_layout import Thing, lay_out, sketch_of
from .picture_words import Wish

CELL = 8  # the sides of a frame are whole numbers of these: the net halves them so often
FIELD = pixels.SIDE // pixels.GRAIN  # pixels of the frame on a side, of which a sketch keeps the mean
PIXEL_ART = "pixel art"
FLAT, GLYPH = "flat", "bold black glyph"
SHAPES = 8  # colours of the flat shapes that the flat style is traced into
DEFAULT = 64  # pixels of a finished picture's shorter side; pixel art stays at the net's own
FEW_STEPS, FEW_LOWEST = 3, 0.4  # of a net that jumps
JITTER = 0.05  # of its size, by which a thing stands elsewhere at full variety
SELF_KNOWN = 0.75  # how far a picture's own grains are trusted as its sketch
Told = dict[str, Any]


# -- telling ------------------------------------------------------------------------------------------------------


def told_of(net: Net, wish: Wish, controls: PictureControls, seed: int, style: str) -> Told:
    """All that decides the picture of one seed, as JSON data."""
    width, height = frame_of(controls.aspect, net.side)
    dice = np.random.Generator(np.random.PCG64(candidate_seed(seed, 11)))
    things = [_shaken(one, controls.variety, dice, style) for one in lay_out(wish, width / height)]
    people = any(one.entry.person for one in things)
    finish, reading = finish_of(controls, style), wish.reading
    if finish.size > net.side and not finish.pixel and net.upscale is None:
        reading["said"].append(
            f"enlarged from {net.side} to {finish.size} pixels by Lanczos: this model learnt no other"
        )
    follow = controls.follow if controls.follow is not None else net.follow
    sampler = sampler_of(net, controls)
    return {
        "encoding": pixels.NAME,
        "canvas": [width, height],
        "things": [_thing_told(one) for one in things],
        "words": list(wish.words),
        "negative": list(wish.negative),
        "leans": [[phrase, weight] for phrase, weight in wish.weights],
        "style": style,
        "tone": tone_of(wish.tone or controls.tone, net.tones, seed) if people else "",
        "known": round(float(follow * (1 - 0.35 * controls.variety)), 4) if things else 0.0,
        "noise": {"seed": seed},
        "sampler": {**sampler, "seed": seed},
        "tile": controls.tile,
        "finish": finish.as_dict(),
        "reading": reading,
    }


def sampler_of(net: Net, controls: PictureControls) -> Told:
    """Name, steps and guidance, with the net's own where nothing is asked for."""
    name = controls.sampler if controls.sampler != "auto" else net.sampler
    guidance = controls.guidance if controls.guidance is not None else net.guidance
    steps = controls.steps or (FEW_STEPS if name == "few" else net.steps)
    return {"name": name, "steps": steps, "lowest": FEW_LOWEST if name == "few" else net.lowest, "guidance": guidance}


def finish_of(controls: PictureControls, style: str) -> Finish:
    """How pictures of a style are finished, unless something else is asked for."""
    pixel = style == PIXEL_ART
    palette = palette_of(controls.palette)
    colours = controls.colours or (PIXEL_COLOURS if pixel else 0)
    crisp = controls.crisp if controls.crisp is not None else 1.0 if pixel else 0.5
    size = controls.size or (pixels.SIDE if pixel else DEFAULT)
    if size not in SIZES:
        mend = f"choose {', '.join(map(str, SIZES))}, enlarge with --upscale, or name a large model with --checkpoint"
        raise UsageError(f"this model draws no picture of {size} pixels", mend=mend)
    if style == GLYPH:
        palette, crisp = palette or ((0, 0, 0),), controls.crisp if controls.crisp is not None else 0.85
    shapes = SHAPES if style == FLAT and size > pixels.SIDE and not colours else 0
    return Finish(size, crisp, 0 if palette else colours, palette, pixel, shapes)


def frame_of(aspect: str, side: int) -> tuple[int, int]:
    """Width and height of the net's frame: the shorter side is the net's own."""
    ratio = aspect_of(aspect)
    longer = max(side, round(side * max(ratio, 1 / ratio) / CELL) * CELL)
    return (longer, side) if ratio >= 1 else (side, longer)


def tone_of(asked: str, tones: Sequence[str], seed: int) -> str:
    """A tone by name; "any" draws one of all, each as likely as the others."""
    if asked in ("", "any"):
        return tones[candidate_seed(seed, 5) % len(tones)] if tones else ""
    if asked not in tones:
        raise UsageError(f"this model has learnt no tone {asked!r}", mend=f"it knows {', '.join(tones) or 'none'}")
    return asked


def _shaken(thing: Thing, variety: float, dice: np.random.Generator, style: str) -> Thing:
    """A thing a little elsewhere and a little larger or smaller, by its own dice; pixel art keeps to its grid."""
    x, y, grow = (dice.standard_normal(3) * JITTER * variety * thing.size).tolist()
    if thing.size >= 0.99:  # it fills the frame: it may only shrink
        size = thing.size - min(abs(grow), 0.1)
        rest = thing.size - size
        made = replace(thing, x=thing.x + rest / 2, y=thing.y + rest / 2, size=size)
    else:
        made = replace(thing, x=thing.x + x, y=thing.y + y, size=thing.size + grow / 2)
    if style == PIXEL_ART:
        step = 1 / pixels.SIDE
        made = replace(made, x=round(made.x / step) * step, y=round(made.y / step) * step, size=thing.size)
    return made


def _thing_told(one: Thing) -> list[Any]:
    return [
        str(one.entry.name),
        int(one.entry.number),
        *(round(v, 5) for v in (one.x, one.y, one.size)),
        one.flip,
        one.tint,
        one.group,
    ]


# -- from what was told to what is drawn ----------------------------------------------------------------------------


def scene_of(net: Net, tolds: Sequence[Told]) -> Scene:
    """The scene of several pictures of one request: they differ in noise, tone and in where exactly things stand."""
    first = tolds[0]
    width, height = first["canvas"]
    shape = (4, height, width)
    sketch = np.concatenate([_sketch(net, one) for one in tolds])
    start = unpacked(first["start"], (height, width, 4)) if first.get("start") else None
    mask = unpacked(first["mask"], (height, width)) if first.get("mask") else None
    sampler = first["sampler"]
    negative = list(first.get("negative") or ())
    return Scene(
        seeds=tuple(int(one["noise"]["seed"]) for one in tolds),
        noise=np.concatenate([noise_of(one["noise"], shape) for one in tolds]),
        sketch=sketch,
        known=float(first["known"]),
        style=net.styles.index(first["style"]) if first.get("style") in net.styles else -1,
        tones=tuple(net.tones.index(one["tone"]) if one.get("tone") in net.tones else -1 for one in tolds),
        tokens=net.ids(first["words"]),
        against=net.ids(negative) if negative else None,
        leans=tuple(_lean(net, tolds, phrase, weight) for phrase, weight in first.get("leans") or ()),
        start=np.repeat(pixels.signed(start.astype(np.float32) / np.float32(255))[None], len(tolds), 0)
        if start is not None
        else None,
        strength=float(first.get("strength", 1.0)),
        mask=mask.astype(np.float32) / np.float32(255) if mask is not None else None,
        sampler=str(sampler["name"]),
        steps=int(sampler["steps"]),
        lowest=float(sampler["lowest"]),
        guidance=float(sampler["guidance"]),
        tile=bool(first.get("tile", False)),
    )


def noise_of(told: Mapping[str, Any], shape: tuple[int, ...]) -> Floats:
    """(1, *shape): by its seed; for a blend on the way between two, and a little towards the picture's own."""
    own = samplers.noise([int(told["seed"])], shape)
    if "between" not in told:
        return own
    first, second, share = told["between"]
    both = samplers.slerp(samplers.noise([int(first)], shape), samplers.noise([int(second)], shape), float(share))
    return samplers.slerp(both, own, float(told.get("apart", 0.0)))


def _sketch(net: Net, told: Told, without: str = "") -> Floats:
    """(1, 4, h, w): the things where they stand, over the grains of a picture where one was given."""
    width, height = told["canvas"]
    things = []
    for name, number, x, y, size, flip, tint, group in told["things"]:
        if without and without == name:
            continue
        entry = net.memory.at(number)
        if entry is None or entry.name != name:
            raise UsageError(f"this model knows no {name!r}", mend="draw it with the model that made it")
        things.append(Thing(entry, x, y, size, flip, tint, group))
    seen = pixels.unsigned(sketch_of(things, net.memory, width, height, str(told.get("tone") or "")))
    if told.get("grains"):
        under = unpacked(told["grains"], (height // FIELD, width // FIELD, 4)).astype(np.float32) / np.float32(255)
        seen = pixels.over(seen, enlarged(under, width, height))
    return pixels.signed(seen)[None]


def _lean(net: Net, tolds: Sequence[Told], phrase: str, weight: float) -> Lean:
    """The scene without the thing or the word that weighs more or less."""
    gone = set(phrase.split())
    words = [word for word in tolds[0]["words"] if word not in gone]
    sketch = np.concatenate([_sketch(net, one, without=phrase) for one in tolds])
    return Lean(sketch, net.ids(words), float(weight))


# -- pictures as data -------------------------------------------------------------------------------------------------


def packed(values: NDArray[np.uint8]) -> str:
    """An array of bytes as text: deflated, in base64 without slashes, which would be taken for paths."""
    return base64.urlsafe_b64encode(zlib.compress(np.ascontiguousarray(values).tobytes(), 9)).decode("ascii")


def unpacked(text: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The array of `packed`. Raises UsageError where it has another shape: the story was not written by us."""
    length = int(np.prod(shape))
    try:
        data = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text), length + 1)
    except (ValueError, zlib.error):
        data = b""
    if len(data) != length:
        raise UsageError("the story of this picture cannot be read back", mend="remake it from an untouched file")
    return np.frombuffer(data, np.uint8).reshape(shape)


def bytes_of(premultiplied: Floats) -> NDArray[np.uint8]:
    """Values in 0..1 as bytes."""
    return np.asarray(np.clip(premultiplied * 255 + 0.5, 0, 255), np.uint8)


def grains_of(premultiplied: Floats) -> NDArray[np.uint8]:
    """(h, w, 4) in 0..1 -> (h / FIELD, w / FIELD, 4) bytes: what a sketch keeps of a picture."""
    high, wide = premultiplied.shape[0] // FIELD, premultiplied.shape[1] // FIELD
    return bytes_of(premultiplied.reshape(high, FIELD, wide, FIELD, 4).mean(axis=(1, 3)))


def enlarged(grains: Floats, width: int, height: int) -> Floats:
    """A sketch of a whole frame at the frame's own size, as the net has learnt to see sketches."""
    rows = pixels.reach(height, grains.shape[0], 0.0, float(height))
    columns = pixels.reach(width, grains.shape[1], 0.0, float(width))
    tall = (rows @ grains.reshape(len(grains), -1)).reshape(height, -1, 4)
    return np.asarray(np.clip(columns @ tall, 0, 1), np.float32)
