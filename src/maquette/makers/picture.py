"""Draws pictures from words: sprites, stickers, pixel art with a cut-out edge, laid out as the prompt says.

The prompt is read into things and places (`picture_words`, `picture_layout`), these become a sketch from the
checkpoint's memory, and the diffusion net draws the picture over it in a style. All that decides a picture is told in
its trace (`picture_scene`), so that it can be drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.errors import CheckpointError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..core.types import Request, Work
from .picture_controls import PictureControls
from .picture_large import is_large, make_large
from .picture_scene import Told, scene_of, told_of
from .picture_words import Wish, read, style_of

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..media.picture import Picture
    from .picture_draw import Net

__all__ = ["PictureControls", "PictureMaker"]

TOGETHER = 4  # pictures drawn side by side


class PictureMaker:
    """Makes pictures with a checkpoint of a diffusion net."""

    name: ClassVar[str] = "picture"
    starter: ClassVar[str] = "picture-1"

    def __init__(self, checkpoint: Checkpoint | None, net: Net | None = None) -> None:
        if checkpoint is None and net is None:
            raise UsageError("pictures are drawn by a checkpoint", mend="name one, or leave --checkpoint out")
        self.checkpoint = checkpoint
        self._net = net

    @cached_property
    def net(self) -> Net:
        """The net, ready to draw."""
        if self._net is not None:
            return self._net
        from .picture_net import open_net

        assert self.checkpoint is not None
        return open_net(self.checkpoint)

    def make(self, request: Request[PictureControls], on_progress: OnProgress = silent) -> Iterator[Work[Picture]]:
        """Yield `request.count` pictures, of `seed`, `seed + 1` and so on. `on_progress` may raise `Cancelled`."""
        controls = request.controls
        controls.fit(request.count)
        if is_large(self.checkpoint):
            yield from make_large(self.checkpoint, request, None, on_progress)
            return
        wish, style = self.read(request.prompt, controls)
        for line in lines_of(wish):
            on_progress(Progress(0, 0, line))
        seeds = range(request.seed, request.seed + request.count)
        tolds = [told_of(self.net, wish, controls, seed, style) for seed in seeds]
        for start in range(0, len(tolds), TOGETHER):
            some = tolds[start : start + TOGETHER]
            for told, picture in zip(some, self.drawn(some, request.prompt, on_progress), strict=True):
                yield self.work(picture, request, told)

    def read(self, prompt: str, controls: PictureControls) -> tuple[Wish, str]:
        """What is asked for, and the style to draw it in ("" for any). Raises UsageError where no word is known."""
        wish = read(prompt, self.net.memory, negative=controls.negative)
        named = controls.style if controls.style not in (None, "", "any") else wish.style
        asked = named or getattr(self.net, "own", "")
        style = style_of(asked, self.net.styles) if asked else ""
        if style:
            wish = read(prompt, self.net.remembered(style), negative=controls.negative)
        known = self.net.ids(wish.words)
        if not wish.groups and int((known > 1).sum()) == 0:
            names = getattr(self.net.memory, "names", ())
            word = wish.unknown[0] if wish.unknown else prompt.strip()
            raise UsageError(
                f"no word of this prompt is known to this model: {', '.join(wish.unknown) or prompt.strip()}",
                where=prompt,
                mend=nearest(word, names) if names else "name things that one can draw",
            )
        return wish, style

    def drawn(self, tolds: Sequence[Told], title: str, on_progress: OnProgress = silent) -> list[Picture]:
        """The finished pictures of several tellings that share everything but noise, tone and exact places."""
        from ..encodings import pixels
        from .picture_draw import draw
        from .picture_finish import Finish, finished

        made = draw(self.net, scene_of(self.net, tolds), on_progress)
        enlarge = self.net.upscale
        out = []
        for one, told in zip(made, tolds, strict=True):
            values, how = pixels.unsigned(one), Finish.of(told["finish"])
            while enlarge is not None and not how.pixel and 2 * min(values.shape[:2]) <= how.size:
                values = enlarge(values)
            out.append(finished(values, how, title))
        return out

    def work(self, picture: Picture, request: Request[Any], told: Told, note: str = "") -> Work[Picture]:
        """A drawn picture as a work."""
        words = note or ", ".join(filter(None, (request.prompt.strip(), told["style"])))
        known = self.checkpoint.id if self.checkpoint is not None else ""
        named = {**told, "model": self.checkpoint.name} if self.checkpoint is not None else told
        return Work(picture, request, int(told["noise"]["seed"]), known, "words", words, (), named)

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> Picture:
        """The picture that a trace recorded, by the checkpoint that it names."""
        from ..checkpoints.box import open_checkpoint
        from ..encodings.pixels import NAME

        if trace.get("encoding") not in (NAME, None):
            raise UsageError(
                "a picture by a large model is not replayed from its decisions: it is drawn again",
                mend="add --resample: the same seed gives the same picture on the same machine",
            )
        if "things" not in trace or "model" not in trace:
            raise UsageError(
                "the words of this picture were kept private, and without them it cannot be drawn again",
                mend="take the file itself: it is the work",
            )
        try:
            box = open_checkpoint(str(trace["model"]))
        except CheckpointError as error:
            raise UsageError(
                f"the model that drew this picture is not on this machine: {trace['model']}",
                mend="add it with `maquette models add`",
            ) from error
        return PictureMaker(box).drawn([dict(trace)], "")[0]


def lines_of(wish: Wish) -> list[str]:
    """What a person is told of how her words were read."""
    lines = [f"{typed!r} is read as {used!r}" for typed, used in wish.replaced]
    return [*lines, *(f"{word!r} is not known and was left out" for word in wish.unknown), *wish.said]
