"""What a person may fix in a picture from words: the fields of `PictureControls` are the command's options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import UsageError

SIZES = (32, 64, 128)  # that a small net's picture is finished in
LARGEST = 4096
TONES = ("any", "default", "light", "medium-light", "medium", "medium-dark", "dark")
SAMPLERS = ("auto", "settle", "dpmpp", "heun", "euler", "few")
WIDEST = 4.0  # how often a frame may be as wide as it is high, or the other way round
_ASPECT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[:x/]\s*(\d+(?:\.\d+)?)\s*")
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def _control(default: Any, text: str, choices: Sequence[str] = ()) -> Any:
    return field(default=default, metadata={"help": text, "choices": tuple(choices)})


@dataclass(frozen=True)
class PictureControls:
    """What an illustrator may fix; the rest is left to the net."""

    style: str | None = _control(
        None, "Hand by its name: pixel art, flat, cartoon ... Default: the prompt's, else any."
    )
    size: int = _control(0, "Pixels on the shorter side: 32, 64, 128; large models draw larger. 0: the model's own.")
    aspect: str = _control("1:1", "Width to height, e.g. 3:2.")
    negative: str = _control("", "What is not to be seen, in words.")
    tone: str = _control("any", "Skin: every tone is equally likely, or the one you name.", TONES)
    colours: int = _control(0, "Lock the palette to at most so many colours. 0: 16 for pixel art, else free.")
    palette: str = _control("", "Lock to these colours: #1d2b53,#7e2553,... or a .hex, .gpl or picture file.")
    crisp: float | None = _control(None, "How hard the edge of the cut-out is, 0 to 1. Default: the style's.")
    follow: float | None = _control(None, "How far the layout is obeyed, 0 to 1. Default: the model's own.")
    variety: float = _control(0.3, "How far the pictures differ from one another, 0 to 1.")
    tile: bool = _control(False, "Let the picture join itself at its edges.")
    steps: int = _control(0, "Steps from noise to picture. 0: what the model was made for.")
    guidance: float | None = _control(None, "How hard the words pull; above 1. Default: the model's own.")
    sampler: str = _control("auto", "The way from noise to picture.", SAMPLERS)

    def fit(self, count: int) -> None:
        """Raise UsageError for what cannot be."""
        if not (self.size == 0 or 16 <= self.size <= LARGEST):
            raise UsageError(f"no picture is made {self.size} pixels large", mend="choose 32, 64 or 128")
        for name, low, high in (("crisp", 0, 1), ("follow", 0, 1), ("variety", 0, 1), ("guidance", 1, 15)):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise UsageError(f"--{name} {value:g} cannot be", mend=f"choose from {low} to {high}")
        if not 0 <= self.steps <= 200:
            raise UsageError(f"{self.steps} steps cannot be made", mend="choose 1 to 200, or 0 for the model's own")
        if not (self.colours == 0 or 2 <= self.colours <= 256):
            raise UsageError(f"a palette of {self.colours} colours cannot be", mend="choose 2 to 256, or 0")
        if self.tone not in TONES:
            raise UsageError(f"there is no tone {self.tone!r}", mend=f"choose {', '.join(TONES)}")
        aspect_of(self.aspect)
        palette_of(self.palette)


def aspect_of(text: str) -> float:
    """ "3:2" -> 1.5. Raises UsageError for what is no ratio, and for one that is too long a strip."""
    found = _ASPECT.fullmatch(text)
    ratio = float(found[1]) / float(found[2]) if found and float(found[2]) else 0.0
    if not 1 / WIDEST <= ratio <= WIDEST:
        raise UsageError(f"{text!r} is no shape of a picture", mend="write width:height, from 1:4 to 4:1")
    return ratio


def palette_of(text: str) -> tuple[tuple[int, int, int], ...]:
    """ "#1d2b53,#7e2553" -> ((29, 43, 83), (126, 37, 83)). Raises UsageError for what is no colour."""
    if not text.strip():
        return ()
    found = []
    for one in re.split(r"[,\s]+", text.strip()):
        match = _HEX.fullmatch(one)
        if match is None:
            raise UsageError(
                f"{one!r} is no colour", mend="write them as #1d2b53,#7e2553, or name a file that is there"
            )
        found.append((int(match[1][:2], 16), int(match[1][2:4], 16), int(match[1][4:], 16)))
    if not 2 <= len(set(found)) <= 256:
        raise UsageError(f"a palette of {len(set(found))} colours cannot be", mend="give 2 to 256")
    return tuple(dict.fromkeys(found))
