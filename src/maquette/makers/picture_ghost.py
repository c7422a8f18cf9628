"""Variations of a selection as ghosts, for whoever paints in another program: seen, not there until one is taken.

What is as small as a sprite is varied by the net, towards words where there are some; what is larger by its own
patches, which needs no model.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.errors import CheckpointError, UsageError
from ..core.types import Ghost
from ..media.picture import Picture

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from .picture import PictureMaker

SPRITE = 160  # pixels of the longer side, up to which a selection is a sprite
NEAR, FAR = 0.3, 0.65  # how far the first ghost and the last go


class PictureGhosts:
    """Suggests variations of a picture; kept open between questions."""

    name: ClassVar[str] = "picture"
    starter: ClassVar[str] = ""  # the net is opened when a sprite asks for it: larger selections need none

    def __init__(self, checkpoint: Checkpoint | None, maker: PictureMaker | None = None) -> None:
        self.checkpoint = checkpoint
        self._own = maker

    @staticmethod
    def blank() -> Picture:
        """An empty sheet, as large as a sprite is finished."""
        import numpy as np

        return Picture(np.zeros((64, 64, 4), np.uint8))

    @cached_property
    def maker(self) -> PictureMaker | None:
        """The maker with its net; None where no model is installed."""
        from ..checkpoints.box import open_checkpoint
        from .picture import PictureMaker

        if self._own is not None:
            return self._own
        try:
            return PictureMaker(self.checkpoint or open_checkpoint(PictureMaker.starter))
        except CheckpointError:
            if self.checkpoint is not None:
                raise
            return None

    def suggest(
        self, media: Picture, at: int | None = None, count: int = 3, *, words: str = "", style: str | None = None
    ) -> list[Ghost[Picture]]:
        """`count` variations of a selection, the nearest first. `words`: towards what. `at` gives them other seeds.

        Raises UsageError for words beside a large selection: those need a large model (`maquette picture --from`).
        """
        seed = 1000 * (at or 0)
        strengths = [NEAR + (FAR - NEAR) * number / max(1, count - 1) for number in range(count)]
        if max(media.size) <= SPRITE and self.maker is not None:
            return self._drawn(media, strengths, seed, words, style)
        if words.strip():
            raise UsageError(
                f"a selection of {media.size[0]} x {media.size[1]} pixels is varied by its own patches, without words",
                mend="leave the words out, select less, or use a large model: maquette picture WORDS --from FILE",
            )
        return [self._patched(media, strength, seed + number) for number, strength in enumerate(strengths)]

    def _drawn(
        self, media: Picture, strengths: list[float], seed: int, words: str, style: str | None
    ) -> list[Ghost[Picture]]:
        """By the net: each ghost further from the selection than the one before."""
        from . import picture_moves as moves
        from .picture_controls import PictureControls
        from .picture_scene import told_of
        from .picture_words import Wish, style_of

        maker = self.maker
        assert maker is not None
        controls = PictureControls(style=style)
        wish, hand = maker.read(words, controls) if words.strip() else (Wish(), "")
        if style and not hand:
            hand = style_of(style, maker.net.styles)
        start = moves.start_of(media, maker.net.side)
        ghosts = []
        for number, strength in enumerate(strengths):
            told = told_of(maker.net, wish, controls, seed + number, hand)
            told = moves.from_picture(told, start, strength)
            told["finish"] = {**told["finish"], "size": min(start.canvas)}
            picture = self._sized(maker.drawn([told], "")[0], media)
            known = maker.checkpoint.id if maker.checkpoint is not None else ""
            note = f"a variation, {strength:.0%} of the way"
            ghosts.append(_ghost(picture, 1 / len(strengths), note, "model", known, told))
        return ghosts

    def _sized(self, drawn: Picture, like: Picture) -> Picture:
        """In the very size of the selection: by the learnt enlarger where there is one, the rest by Lanczos."""
        from .picture_upscale import is_pixel_art, upscaled

        enlarge = self.maker.net.upscale if self.maker is not None else None
        if enlarge is not None and min(like.size) >= 2 * min(drawn.size) and not is_pixel_art(drawn):
            drawn, _ = upscaled(drawn, 2, enlarge)
        if drawn.size == like.size:
            return drawn
        import numpy as np

        from ..media.picture import floats, from_floats, premultiplied, resized, straight

        values = np.clip(resized(premultiplied(floats(drawn)), *like.size), 0, 1)
        return from_floats(straight(values), like=like)

    def _patched(self, media: Picture, strength: float, seed: int) -> Ghost[Picture]:
        from .picture_vary import vary

        picture = vary(media, strength=strength, seed=seed)
        told = {"sampler": {"name": "patches", "strength": strength, "seed": seed}}
        return _ghost(picture, 1 / 3, f"its own patches, {strength:.0%} moved", "repeat", "", told)


def _ghost(
    picture: Picture, chance: float, note: str, source: Any, checkpoint: str, told: dict[str, Any]
) -> Ghost[Picture]:
    return Ghost(picture, range(0), chance, source, note, (), checkpoint, told)
