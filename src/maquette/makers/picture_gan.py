"""Pictures from a generator that learnt a painter's own: by seed, in milliseconds, with sliders.

    opened = Sampler(open_checkpoint("my-pictures"))
    for made in opened.sample(count=4, seed=7, sliders={"warm": 1.5}):
        made.picture, made.near                   # and which of the pictures it learnt from lies nearest

A slider at 1 goes as far as styles commonly spread along its direction; the same seed with another slider is the same
picture, changed. `table` and `sheet` show what each slider does, as it was measured when the model was trained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..core.errors import CheckpointError, UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.registry import nearest
from ..core.seeds import candidate_seed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..checkpoints.box import Checkpoint
    from ..encodings.print_small import PictureIndex
    from ..engine.gan import Gan
    from ..engine.gan_sliders import Slider
    from ..media.picture import Picture

    Floats = NDArray[np.float32]

KIND = "gan.v1"
FARTHEST = 4.0  # of a slider, either way: beyond it pictures fall apart
STEPS = (-3.0, -1.5, 0.0, 1.5, 3.0)  # of a slider, on the sheet
SHOWN = 3  # pictures that each slider is shown on
LABEL = 190  # pixels of the sheet's column of words


@dataclass(frozen=True)
class Sampled:
    """One picture, and where it came from.

    `near`: the id of the nearest training picture, how far away it is, and whether this one is called a copy of it.
    """

    picture: Picture
    seed: int
    sliders: Mapping[str, float]
    near: tuple[str, float, bool]

    @property
    def note(self) -> str:
        """One line for people."""
        moved = ", ".join(f"{name} {value:+g}" for name, value in self.sliders.items())
        name, _, copy = self.near
        told = f"{'a near copy of' if copy else 'nearest in training:'} {name}" if name else ""
        return "; ".join(part for part in (f"seed {self.seed}", moved, told) if part)


class Sampler:
    """A generator with its sliders. Opening it takes some milliseconds."""

    def __init__(self, checkpoint: Checkpoint, threads: int | None = None) -> None:
        """CheckpointError for a model of another kind."""
        if checkpoint.size.get("kind") != KIND:
            words = checkpoint.card.get("kind") == "picture"
            raise CheckpointError(
                f"{checkpoint.name} has no dice and no sliders: it draws {'from words' if words else 'no pictures'}",
                where=str(checkpoint.path),
                mend=f"maquette picture PROMPT --checkpoint {checkpoint.path}"
                if words
                else "train one on your pictures: maquette train picture FOLDER --net gan",
            )
        self.checkpoint, self.threads = checkpoint, threads

    @cached_property
    def gan(self) -> Gan:
        """The net, opened."""
        from ..engine.gan import Gan

        box = self.checkpoint
        return Gan(box.file("graph.onnx").read_bytes(), box.arrays(), box.size, self.threads)

    @cached_property
    def sliders(self) -> dict[str, Slider]:
        """The sliders by name, purest first."""
        from ..engine.gan_sliders import from_dicts

        return {one.name: one for one in from_dicts(self.checkpoint.encoding.get("sliders") or ())}

    @cached_property
    def near(self) -> PictureIndex:
        """The prints of what it learnt from."""
        from ..encodings.print_small import PictureIndex

        return PictureIndex.load(self.checkpoint.file("fingerprints.npz"))

    def sample(
        self,
        *,
        count: int = 1,
        seed: int = 0,
        sliders: Mapping[str, float] | None = None,
        calm: float = 0.8,
        on_progress: OnProgress = silent,
    ) -> Iterator[Sampled]:
        """Yield `count` pictures. calm: 1 is all that was learnt, nearer 0 is nearer to the mean picture, and surer.

        Raises UsageError for unknown sliders and for values beyond FARTHEST.
        """
        import numpy as np

        wanted = self.checked(sliders or {})
        if not 0 <= calm <= 1:
            raise UsageError(f"a calm of {calm:g}", mend="give 0 to 1")
        for index in range(count):
            own = seed if index == 0 else candidate_seed(seed, index)
            style = self.moved(self.gan.drawn(own, calm), wanted)
            (made,) = self.gan.pictures(style[None])
            (known,) = self.near.nearest(made, 1)
            near = (known.id, known.distance, known.distance < self.near.bar)
            on_progress(Progress(index + 1, count))
            yield Sampled(as_picture(np.asarray(made)), own, dict(wanted), near)

    def checked(self, sliders: Mapping[str, float]) -> dict[str, float]:
        """The sliders by their own names; the word for less of one is its other end."""
        from ..engine.gan_sliders import opposite

        ends = {opposite(name): name for name in self.sliders if opposite(name) and "-" not in name}
        out: dict[str, float] = {}
        for name, value in sliders.items():
            sign = -1.0 if name in ends and name not in self.sliders else 1.0
            own = ends[name] if sign < 0 else name
            if own not in self.sliders:
                known = [*self.sliders, *ends]
                raise UsageError(f"{self.checkpoint.name} has no slider {name!r}", mend=nearest(name, known))
            if not abs(value) <= FARTHEST:
                raise UsageError(f"{name} at {value:g} is too far", mend=f"give -{FARTHEST:g} to {FARTHEST:g}")
            out[own] = out.get(own, 0.0) + sign * value
        return out

    def moved(self, style: Floats, sliders: Mapping[str, float]) -> Floats:
        """A style (style,) with sliders applied."""
        import numpy as np

        for name, value in sliders.items():
            style = style + np.float32(value) * self.sliders[name].direction
        return style

    def table(self) -> list[dict[str, Any]]:
        """A row for each slider: its name, its other end, how it was found, what it changes most, how purely."""
        from ..engine.gan_sliders import opposite

        rows = []
        for one in self.sliders.values():
            changed = sorted(one.effect.items(), key=lambda pair: -abs(pair[1]))[:3]
            rows.append(
                {
                    "slider": one.name,
                    "less": opposite(one.name),
                    "found by": one.method,
                    "purity": round(one.purity, 2),
                    "changes": ", ".join(f"{name} {value:+.2f}" for name, value in changed),
                }
            )
        return rows

    def sheet(self, seed: int = 0) -> Picture:
        """Every slider on the same SHOWN pictures, from one end to the other, with its name and purity."""
        import numpy as np

        side = self.gan.size["side"]
        styles = [self.gan.drawn(seed if k == 0 else candidate_seed(seed, k), 0.7) for k in range(SHOWN)]
        gap = 4
        block = len(STEPS) * (side + gap) + 3 * gap
        page = np.ones((len(self.sliders) * (side + gap) + gap, LABEL + SHOWN * block, 3), dtype=np.float32)
        for row, name in enumerate(self.sliders):
            moved = [self.moved(style, {name: step}) for style in styles for step in STEPS]
            for k, one in enumerate(self.gan.pictures(np.stack(moved))):
                top = gap + row * (side + gap)
                left = LABEL + k // len(STEPS) * block + k % len(STEPS) * (side + gap)
                page[top : top + side, left : left + side] = one[..., :3] + 1 - one[..., 3:]
        labels = [f"{one.name}\n{one.method}, purity {one.purity:.2f}" for one in self.sliders.values()]
        return _lettered(page, labels, side + gap, gap)


def parsed(pairs: Sequence[str]) -> dict[str, float]:
    """`["warm=1.5"]` as {"warm": 1.5}. UsageError for anything else."""
    out: dict[str, float] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        try:
            out[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise UsageError(f"{pair!r} moves no slider", mend="write NAME=NUMBER: --slider warm=1.5")
    return out


def as_picture(made: Floats) -> Picture:
    """A premultiplied picture (h, w, 4) in 0..1 as a Picture."""
    from ..media.picture import from_floats, straight

    return from_floats(straight(made))


def _lettered(page: Floats, labels: Sequence[str], step: int, gap: int) -> Picture:
    """The page with its words in the left column."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    from ..media.picture import from_floats

    image = Image.fromarray(np.round(np.clip(page, 0, 1) * 255).astype(np.uint8))
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    for row, label in enumerate(labels):
        pen.multiline_text((8, gap + row * step + max(0, step // 2 - 18)), label, fill=(20, 20, 20), font=font)
    return from_floats(np.asarray(image, dtype=np.float32) / 255)
