"""A checkpoint of pictures, ready to draw: its net, the words it has read, and its memory of things, looked up fast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import UsageError
from ..encodings import pixels
from ..encodings.pixels import Floats
from ..encodings.pixels_memory import FAMILIES
from .picture_lexicon import stem
from .picture_scene import PIXEL_ART

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..encodings.pixels_memory import Memory
    from ..engine.denoiser import Conditions, Denoiser


# How a net is asked where its encoding.json does not say: steps, lowest, guidance, follow.
STEPS, LOWEST, GUIDANCE, FOLLOW = 6, 0.15, 1.75, 0.9


@dataclass(frozen=True)
class Known:
    """A thing that the memory holds, by its English name."""

    number: int
    name: str
    person: bool = False  # has a skin tone


class Lookup:
    """The memory as a reader of prompts asks it: thousands of exact questions, each a look into a table.

    With `style` "pixel art" tiles of games are found before emoji of the same name.
    """

    def __init__(self, memory: Memory, style: str = "") -> None:
        self.memory = memory
        self.style = pixels.STYLES.index(style) if style in pixels.STYLES else -1

    @cached_property
    def _order(self) -> dict[str, int]:
        tiles_first = self.style == pixels.STYLES.index(PIXEL_ART)
        order = ("own", "tile", "emoji", "clip") if tiles_first else FAMILIES
        return {family: place for place, family in enumerate(order)}

    @cached_property
    def _table(self) -> dict[str, int]:
        """Every name in every language -> the number of its entry; English first."""
        table: dict[str, int] = {}
        rank = {number: (self._order[one.family], number) for number, one in enumerate(self.memory.entries)}
        for number in sorted(rank, key=lambda one: rank[one]):
            table.setdefault(self.memory.entries[number].caption, number)
        for names in self.memory.names.values():
            for name, numbers in names.items():
                table.setdefault(name.replace("ё", "е"), min(numbers, key=lambda one: rank[one]))
        return table

    @property
    def names(self) -> Sequence[str]:
        """English names, for whoever suggests one."""
        return [one.caption for one in self.memory.entries]

    def at(self, number: int) -> Known | None:
        """The entry of a number."""
        there = 0 <= number < len(self.memory.entries)
        if not there:
            return None
        entry = self.memory.entries[number]
        return Known(number, entry.caption, entry.person)

    def find(self, phrase: str) -> Known | None:
        """The entry of a thing by its very name, in any language."""
        number = self._table.get(phrase)
        return None if number is None else self.at(number)

    @cached_property
    def _parts(self) -> dict[str, int]:
        """The stem of every word in names of other languages -> the entry of the shortest such name."""
        found: dict[str, tuple[tuple[int, int, int], int]] = {}
        for names in self.memory.names.values():
            for name, numbers in names.items():
                words = name.replace("ё", "е").split()
                number = min(numbers)
                worth = (len(words), len(self.memory.entries[number].caption.split()), number)
                for word in words:
                    key = stem(word)
                    if len(word) > 2 and (key not in found or worth < found[key][0]):
                        found[key] = (worth, number)
        return {key: number for key, (_, number) in found.items()}

    def guess(self, word: str) -> Known | None:
        """The entry that a word is a keyword of, or in another language a part of the name."""
        if not word.isascii():
            number = self._parts.get(stem(word))
            return None if number is None else self.at(number)
        return self._asked(word, ("name", "language", "keywords"))

    def nearest(self, word: str) -> Known | None:
        """The entry whose name is spelt nearly so."""
        return self._asked(word, ("spelling",))

    def _asked(self, word: str, how: Sequence[str]) -> Known | None:
        found = self.memory.find(word, style=self.style)
        return self.at(found.number) if found is not None and found.how in how else None

    def sketch(self, entry: Known) -> Floats:
        """(16, 16, 4) premultiplied in 0..1: how a thing is remembered."""
        return self.memory.sketch(entry.number)


class OpenNet:
    """A checkpoint's net as the maker asks for it (`picture_draw.Net`)."""

    side = pixels.SIDE

    def __init__(
        self,
        denoiser: Denoiser,
        memory: Memory,
        told: Mapping[str, Any],
        upscale: Callable[[Floats], Floats] | None = None,
    ) -> None:
        """`upscale`: the learnt enlarger, to the double (h, w, 4), premultiplied; None where there is none."""
        self._denoiser, self._memory, self.upscale = denoiser, memory, upscale
        self._vocabulary = pixels.Vocabulary(told["words"])
        self.styles: tuple[str, ...] = tuple(told.get("styles") or pixels.STYLES)
        self.tones: tuple[str, ...] = tuple(told.get("tones") or pixels.TONES)
        self.own = str(told.get("own", ""))  # an artist's style that it was made for: drawn unless another is named
        self.sampler = str(told.get("sampler", "few" if told.get("few") else "settle"))
        # A net that has seen few pictures draws cleaner where its last look comes early: what is left is a mean.
        self.steps, self.lowest = int(told.get("steps", STEPS)), float(told.get("lowest", LOWEST))
        self.guidance = float(told.get("guidance", GUIDANCE))
        self.follow = float(told.get("follow", FOLLOW))

    @cached_property
    def memory(self) -> Lookup:
        """The things it remembers."""
        return Lookup(self._memory)

    def remembered(self, style: str) -> Lookup:
        """The memory as it is asked for pictures of a style."""
        return Lookup(self._memory, style)

    def ids(self, words: Sequence[str]) -> NDArray[np.int64]:
        """(24,) tokens of English words."""
        return self._vocabulary.ids(words)

    def denoise(self, x: Floats, sigma: Floats, asked: Conditions) -> Floats:
        """The pictures (n, 4, 64, 64) expected behind x."""
        return self._denoiser.denoise(x, sigma, asked)

    def looks(self, x: Floats, sigma: Floats, asked: Conditions) -> list[Floats]:
        """How much every place of x looks at every word, (n, places, t) for each layer that looks at words."""
        return self._denoiser.looks(x, sigma, asked)


def open_net(checkpoint: Checkpoint) -> OpenNet:
    """The net of a checkpoint, ready to draw. Raises UsageError for a model that draws no pictures of this kind."""
    from ..checkpoints.diffusion import denoiser_of, is_diffusion, memory_of

    if checkpoint.size.get("kind") == "gan.v1":
        wrong, mend = f"{checkpoint.name} knows no words", f"maquette picture sample {checkpoint.path}"
        raise UsageError(wrong, where=str(checkpoint.path), mend=f"let it draw as it has learnt to: {mend}")
    if not is_diffusion(checkpoint):
        raise UsageError(
            f"{checkpoint.name} draws no pictures from words",
            where=f"it speaks {checkpoint.encoding.get('name') or 'nothing known'}",
            mend="take picture-1, a model that `maquette train picture` made, or a large model",
        )
    return OpenNet(denoiser_of(checkpoint), memory_of(checkpoint), checkpoint.encoding, _enlarger(checkpoint))


def _enlarger(checkpoint: Checkpoint) -> Callable[[Floats], Floats] | None:
    """The learnt enlarger of a checkpoint, or of its base."""
    from ..engine.upscaler import FILE, Upscaler

    for box in (checkpoint, checkpoint.base):
        if box is not None and (box.path / FILE).is_file():
            return Upscaler(box.path / FILE)
    return None
