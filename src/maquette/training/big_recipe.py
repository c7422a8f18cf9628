"""Settings of a training on a large model, from a small TOML file; kept with what was trained."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..core.errors import UsageError
from ..core.registry import nearest


@dataclass(frozen=True)
class BigRecipe:
    """How a LoRA or a word of a large model is learnt."""

    learn: Literal["lora", "word"] = "lora"
    rank: int = 8  # directions beside each matrix
    vectors: int = 4  # of a word
    rate: float = 1e-4  # of AdamW, after the first `warm` steps
    warm: int = 20
    steps: int = 1000  # at most; --minutes sets them from the speed of the first ones
    look: int = 25  # steps between two looks at the held-out pictures
    patience: int = 8  # looks without gain, after which it ends
    held_out: float = 0.12  # share of the pictures that are only looked at
    drop_words: float = 0.1  # share of the steps that are taken without words
    side: int = 0  # pixels; 0 for what the model was made for
    words: str = ""  # said after the title of every picture: "in my style"
    begin: str = "style"  # of a word: what its vectors begin as
    seed: int = 0

    def as_toml(self) -> str:
        """One line a setting."""
        rows = []
        for name, value in dataclasses.asdict(self).items():
            text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else value
            rows.append(f"{name} = {text}")
        return "\n".join(rows) + "\n"


def read(path: Path | None, learn: str | None = None) -> BigRecipe:
    """The settings in `path`, the rest as they are; UsageError for an unknown one, or one of another type."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            raise UsageError(f"the recipe cannot be read: {error}", where=str(path)) from error
    known = {one.name: one.default for one in dataclasses.fields(BigRecipe)}
    for name, value in values.items():
        if name not in known:
            raise UsageError(f"a recipe has no {name!r}", where=str(path), mend=nearest(name, known))
        fits = (int, float) if isinstance(known[name], float) else type(known[name])
        if not isinstance(value, fits) or isinstance(value, bool):
            raise UsageError(f"{name} = {value!r} is no {type(known[name]).__name__}", where=str(path))
    recipe = BigRecipe(**(values | ({"learn": learn} if learn else {})))
    if recipe.learn not in ("lora", "word"):
        raise UsageError(f"{recipe.learn!r} cannot be learnt on a large model", mend="lora or word")
    if recipe.learn == "word" and "rate" not in values:
        recipe = dataclasses.replace(recipe, rate=5e-3)  # an embedding alone moves slowly
    return recipe
