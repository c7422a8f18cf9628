"""Pictures by a net from pictures: varied, begun from, blended, drawn anew in a part, drawn past the edge, enlarged.

for kept in make(studio, Files(vary="fox.png"), "", strength=0.4, count=4, out="foxes"):
    print(kept.asset.path)

The same door for the small nets and for large models; every result is a signed child of what it was made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..core.errors import UsageError
from ..core.progress import OnProgress, silent
from ..core.types import Request
from .pictures import KeptPicture, OpenedPicture, Role, keep_move, open_picture

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..makers.picture import PictureMaker
    from ..makers.picture_controls import PictureControls
    from ..makers.picture_large import Worn
    from ..makers.picture_scene import Told
    from ..media.picture import Picture
    from .studio import Studio

Verb = Literal["vary", "redraw", "blend", "inpaint", "extend", "like", "draw"]
SIDES = ("left", "right", "top", "bottom")
LEARNT = 256  # pixels of a side: larger pictures are none that a small net has learnt to enlarge
STRENGTH = {"vary": 0.4, "redraw": 0.5}  # where none is said; small sigmas, since a sprite has few pixels
NOTES = {
    "vary": "a variation of {0}",
    "redraw": "drawn again from {0}",
    "blend": "between {0} and {1}",
    "inpaint": "a part of {0} drawn anew",
    "extend": "{0}, drawn on past its edge",
    "like": "in the manner of {0}",
    "draw": "",
}


@dataclass(frozen=True)
class Files:
    """The pictures that a request begins from, each by its path or its id in the library.

    vary: another like it. start: draw it again towards the words. blend: two, and `mix` between them. mask: only where
    it is white, of `start` or `vary`. extend: pixels of new ground by side, of `start`. like: whose manner is taken.
    """

    vary: str | Path | None = None
    start: str | Path | None = None
    blend: tuple[str | Path, str | Path] | None = None
    mask: str | Path | None = None
    extend: Mapping[str, int] = field(default_factory=dict)
    like: str | Path | None = None

    @property
    def verb(self) -> Verb:
        """What is asked for. Raises UsageError where two things are that cannot be had together."""
        given = [name for name in ("vary", "start", "blend") if getattr(self, name)]
        if len(given) > 1:
            names = " and ".join({"start": "--from"}.get(name, f"--{name}") for name in given)
            raise UsageError(f"{names} each begin from a picture of their own", mend="ask for one of them")
        if (self.mask or self.extend) and not (self.start or self.vary):
            raise UsageError("no picture is named for this", mend="name it: --from FILE")
        if self.mask and self.extend:
            raise UsageError("a part is drawn anew, or new ground is drawn on", mend="leave out --mask or --extend")
        if self.blend:
            return "blend"
        if self.mask or self.extend:
            return "inpaint" if self.mask else "extend"
        return "vary" if self.vary else "redraw" if self.start else "like" if self.like else "draw"


@dataclass(frozen=True)
class Wanted:
    """How many, from which seed, how far from the beginning, and how they are kept."""

    count: int = 4
    seed: int = 0
    strength: float | None = None
    mix: float = 0.5
    out: str | Path = "."
    unsigned: bool = False
    private: bool = False
    mark: bool | None = None
    suffix: str = ".png"


def make(
    studio: Studio,
    files: Files,
    prompt: str,
    controls: PictureControls,
    *,
    wanted: Wanted | None = None,
    checkpoint: str | None = None,
    worn: Worn | None = None,
    maker: PictureMaker | None = None,
    on_progress: OnProgress = silent,
) -> Iterator[KeptPicture]:
    """Make and keep pictures from pictures, each as soon as it is finished; everything is checked first.

    Raises UsageError, MediaError, CheckpointError, CredentialError, RightsError, LibraryError, MissingExtra.
    """
    from ..makers.picture import PictureMaker
    from ..makers.picture_large import is_large

    wanted = wanted or Wanted()
    verb = files.verb
    controls.fit(wanted.count)
    if not 1 <= wanted.count <= 64:
        raise UsageError(f"a count of {wanted.count} cannot be made", mend="ask for 1 to 64 pictures")
    studio.library.ready(Path(wanted.out).expanduser())
    sources = _sources(studio, files)
    own = maker or PictureMaker(studio._open(checkpoint or PictureMaker.starter))
    job = _Job(studio, files, verb, prompt, controls, wanted, sources, own, worn, on_progress)
    yield from job.large() if is_large(own.checkpoint) else job.small()


def _sources(studio: Studio, files: Files) -> tuple[tuple[OpenedPicture, Role], ...]:
    """The files of a request, opened: first what is changed, then what is only looked at."""
    named: list[tuple[Any, Role]] = [(one, "parent") for one in (files.vary, files.start) if one]
    named += [(one, "parent") for one in files.blend or ()]
    named += [(files.like, "input")] if files.like else []
    return tuple((open_picture(studio, one), role) for one, role in named)


@dataclass(frozen=True)
class _Job:
    """One request under way."""

    studio: Studio
    files: Files
    verb: Verb
    prompt: str
    controls: PictureControls
    wanted: Wanted
    sources: tuple[tuple[OpenedPicture, Role], ...]
    maker: PictureMaker
    worn: Worn | None
    on_progress: OnProgress

    @property
    def strength(self) -> float:
        return self.wanted.strength if self.wanted.strength is not None else STRENGTH.get(self.verb, 1.0)

    @property
    def like(self) -> OpenedPicture | None:
        return next((one for one, role in self.sources if role == "input"), None)

    def keep(self, picture: Picture, seed: int, trace: Mapping[str, Any], said: Sequence[str]) -> KeptPicture:
        """Keep one result as a child of the sources."""
        names = [self.prompt if self.wanted.private else one.title for one, _ in self.sources]
        settings: dict[str, Any] = {"prompt": self.prompt} if self.prompt and not self.wanted.private else {}
        settings |= {"strength": self.strength} if self.verb in STRENGTH else {}
        settings |= {"mix": self.wanted.mix} if self.verb == "blend" else {}
        settings |= {"extend": dict(self.files.extend)} if self.files.extend else {}
        how: Any = "edited" if any(role == "parent" for _, role in self.sources) else "words"
        note = ", ".join(filter(None, (self.prompt.strip(), NOTES[self.verb].format(*names, "", ""))))
        kept = keep_move(
            self.studio,
            picture,
            verb=self.verb,
            sources=self.sources,
            settings=settings,
            note=note,
            how=how,
            out=self.wanted.out,
            seed=seed,
            checkpoint=self.maker.checkpoint,
            trace=trace,
            unsigned=self.wanted.unsigned,
            private=self.wanted.private,
            mark=self.wanted.mark,
            suffix=self.wanted.suffix,
            prompt=self.prompt.strip(),
        )
        return replace(kept, said=(*kept.said, *said))

    # -- by a net of ours -----------------------------------------------------------------------------------------

    def small(self) -> Iterator[KeptPicture]:
        """The pictures, by a net of ours."""
        from ..makers.picture import TOGETHER, lines_of

        if self.worn:
            raise UsageError(
                "LoRA, ControlNet, learnt words and schedulers belong to large models",
                mend="name one with --checkpoint, or leave them out",
            )
        controls, manner = self._mannered()
        told, lines = self._asked(controls)
        base, start, mask, said = self._begun(told)
        from ..makers.picture_moves import again, cropped, pasted

        tolds = again(base, self.wanted.seed, self.wanted.count)
        remarks = [*manner, *lines_of(lines), *said] if lines is not None else [*manner, *said]
        for first in range(0, len(tolds), TOGETHER):
            some = tolds[first : first + TOGETHER]
            for one, drawn in zip(some, self.maker.drawn(some, self.prompt, self.on_progress), strict=True):
                picture = drawn
                if mask is not None and start is not None:
                    whole = cropped(drawn, *one["crop"]) if "crop" in one else drawn
                    picture, one = pasted(whole, start, mask), {**one, "pasted": True}
                yield self.keep(picture, int(one["noise"]["seed"]), self._named(one), remarks)
                remarks = []

    def _named(self, told: Told) -> Told:
        box = self.maker.checkpoint
        return {**told, "model": box.name} if box is not None else told

    def _mannered(self) -> tuple[PictureControls, list[str]]:
        """The controls with the style of `like`, where one is named, and what to say of it."""
        if self.like is None:
            return self.controls, []
        from ..makers.picture_style_of import recognised

        style, share, palette = recognised(self.like.picture, self.maker.net.styles)
        told = [f"{self.like.path.name} looks most like {style} ({share:.0%} sure); its colours are borrowed"]
        colours = self.controls.palette or ",".join("#{:02x}{:02x}{:02x}".format(*one) for one in palette)
        return replace(self.controls, style=self.controls.style or style, palette=colours), told

    def _asked(self, controls: PictureControls) -> tuple[Told, Any]:
        """What the words ask for; without words what the first source was made from, if that is known."""
        from ..makers.picture_scene import told_of
        from ..makers.picture_words import Wish, style_of

        net, seed = self.maker.net, self.wanted.seed
        if self.prompt.strip():
            wish, style = self.maker.read(self.prompt, controls)
            return told_of(net, wish, controls, seed, style), wish
        if not any(role == "parent" for _, role in self.sources):
            raise UsageError("there is no prompt", mend="say what to draw")
        plain = self._plain(controls, seed)
        before = self._story_of(0)
        style = style_of(controls.style, net.styles) if controls.style else before.get("style", "")
        kept: Told = {
            key: before[key] for key in ("canvas", "things", "words", "leans", "tone", "known") if key in before
        }
        again = told_of(net, Wish(negative=tuple(plain["negative"])), controls, seed, style)
        return {**again, **kept}, None

    def _plain(self, controls: PictureControls, seed: int) -> Told:
        from ..makers.picture_scene import told_of
        from ..makers.picture_words import read

        wish = read("", self.maker.net.memory, negative=controls.negative)
        return told_of(self.maker.net, wish, controls, seed, "")

    def _story_of(self, number: int) -> Told:
        """The telling of a source that a net of ours drew; {} for any other."""
        trace = self.sources[number][0].story.get("trace") or {}
        return dict(trace) if trace.get("things") and trace.get("canvas") else {}

    def _begun(self, told: Told) -> tuple[Told, Picture | None, Any, tuple[str, ...]]:
        """The telling with its beginning; where a part is drawn: the original, and the mask in its size."""
        from ..makers import picture_moves as moves

        if self.verb in ("draw", "like"):
            return told, None, None, ()
        side = self.maker.net.side
        starts = [moves.start_of(one.picture, side) for one, role in self.sources if role == "parent"]
        told = self._sized(told, starts[0])
        if self.verb == "blend":
            first, second = (self._story_of(number) or told for number in (0, 1))
            share, seed = self.wanted.mix, self.wanted.seed
            one, other = {**told, **_known(first)}, {**told, **_known(second)}
            mixed = moves.blended(one, other, starts[0], starts[1], share, seed)
            return mixed, None, None, tuple(line for start in starts for line in start.said)
        if self.verb == "inpaint":
            return self._masked(told, starts[0])
        if self.verb == "extend":
            return self._extended(told, starts[0])
        begin = moves.varied if self.verb == "vary" else moves.from_picture
        return begin(told, starts[0], self.strength), None, None, starts[0].said

    def _sized(self, told: Told, start: Any) -> Told:
        """The finish in the size of the picture itself, where that can be and nothing else is asked for."""
        from ..makers.picture_controls import SIZES

        own = min(start.picture.size)
        size = own if own in SIZES and not self.controls.size else told["finish"]["size"]
        return {**told, "finish": {**told["finish"], "size": size}}

    def _masked(self, told: Told, start: Any) -> tuple[Told, Picture | None, Any, tuple[str, ...]]:
        from ..makers import picture_moves as moves
        from ..media.picture import mask_of, resized

        original = start.picture
        whole = mask_of(Path(str(self.files.mask)), original.size)
        small = resized(whole, *start.canvas).clip(0, 1)
        made = moves.masked(told, start, small)
        said = start.said
        if said:
            said = (
                f"the new part is drawn at {start.canvas[0]} x {start.canvas[1]} and enlarged: a large model sees more",
            )
        return made, original, whole, said

    def _extended(self, told: Told, start: Any) -> tuple[Told, Picture | None, Any, tuple[str, ...]]:
        import numpy as np

        from ..makers import picture_moves as moves
        from ..media.picture import Picture

        original, side = start.picture, self.maker.net.side
        scale = min(original.size) / side
        steps = {name: max(1, round(amount / scale)) for name, amount in self.files.extend.items() if amount}
        wider, mask = moves.widened(start, steps, side)
        made = moves.masked({**told, "things": []}, wider, mask)
        times = 4 if scale >= 4 else 2 if scale >= 2 else 1
        made["finish"] = {**made["finish"], "size": min(wider.canvas) * times}
        made["crop"] = [
            times * (start.canvas[axis] + sum(steps.get(name, 0) for name in SIDES[2 * axis : 2 * axis + 2]))
            for axis in (0, 1)
        ]
        edges = [int(self.files.extend.get(name, 0)) for name in SIDES]
        left, right, top, bottom = edges
        pixels = np.pad(original.pixels, ((top, bottom), (left, right), (0, 0)))
        whole = np.pad(
            np.zeros(original.pixels.shape[:2], np.float32), ((top, bottom), (left, right)), constant_values=1
        )
        return made, Picture(pixels, original.title, original.profile), whole, wider.said

    # -- by a large model -----------------------------------------------------------------------------------------

    def large(self) -> Iterator[KeptPicture]:
        """The pictures, by a large model."""
        from ..makers.picture_large import Worn, make_large

        if not self.prompt.strip():
            prompt = next((one.title for one, role in self.sources if role == "parent"), "")
        else:
            prompt = self.prompt
        more = dict(self._large_files())
        if self.verb in ("vary", "redraw"):
            more["strength"] = self.strength
        worn = replace(self.worn or Worn(), more=more)
        count, seed = self.wanted.count, self.wanted.seed
        request = Request("picture", prompt, self.controls, seed, count)
        for work in make_large(self.maker.checkpoint, request, worn, self.on_progress):
            yield self.keep(work.media, work.seed, work.trace, work.media.said)

    def _large_files(self) -> Iterator[tuple[str, Any]]:
        """The pictures of a request as a large model's door takes them."""
        import numpy as np

        from ..media.picture import Picture, from_floats, mask_of

        if self.verb == "blend":
            raise UsageError(
                "large models draw from words and one picture, not between two",
                mend="begin from one (--from A) in the manner of the other (--style-from B)",
            )
        if self.like is not None:
            yield "style", self.like.picture
        parents = [one for one, role in self.sources if role == "parent"]
        if not parents:
            return
        original = parents[0].picture
        if self.verb == "extend":
            left, right, top, bottom = (int(self.files.extend.get(name, 0)) for name in SIDES)
            edges = ((top, bottom), (left, right))
            yield "init", Picture(np.pad(original.pixels, (*edges, (0, 0)), mode="edge"), original.title)
            new = np.pad(np.zeros(original.pixels.shape[:2], np.float32), edges, constant_values=1.0)
            yield "mask", from_floats(new)
            return
        yield "init", original
        if self.verb == "inpaint":
            yield "mask", from_floats(mask_of(Path(str(self.files.mask)), original.size))


def _known(told: Told) -> Told:
    """What a blend takes of a telling: its words, its style and the seed of its noise."""
    return {key: told[key] for key in ("words", "style", "noise") if key in told}


def enlarge(
    studio: Studio, file: str | Path, times: int, *, wanted: Wanted | None = None, checkpoint: str | None = None
) -> KeptPicture:
    """A picture 2 or 4 times as large, as a signed child: by the net's learnt enlarger where it has one."""
    from ..core.errors import CheckpointError
    from ..makers.picture_upscale import upscaled

    wanted = wanted or Wanted()
    opened = open_picture(studio, file)
    box: Checkpoint | None = None
    learnt = None
    if max(opened.picture.size) <= LEARNT:
        try:
            from ..makers.picture import PictureMaker

            box = studio._open(checkpoint or PictureMaker.starter)
            net = PictureMaker(box).net
            learnt = net.upscale
        except CheckpointError:
            if checkpoint is not None:
                raise
    made, how = upscaled(opened.picture, times, learnt)
    kept = keep_move(
        studio,
        made,
        verb="upscale",
        sources=[(opened, "parent")],
        settings={"times": times, "by": how},
        note=f"{times} times as large, by {how}",
        out=wanted.out,
        checkpoint=box if learnt is not None and "learnt" in how else None,
        unsigned=wanted.unsigned,
        private=wanted.private,
        mark=wanted.mark,
        suffix=wanted.suffix,
    )
    return replace(kept, said=(*kept.said, f"enlarged by {how}"))


def sides_of(text: str) -> dict[str, int]:
    """ "left=16,top=8" -> {"left": 16, "top": 8}. Raises UsageError for anything else."""
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in text.replace(" ", ",").split(","))):
        name, _, amount = part.partition("=")
        if name not in SIDES or not amount.isdigit() or not 0 < int(amount) <= 4096:
            raise UsageError(f"{part!r} names no new ground", mend="write left=16,right=16,top=8 in pixels")
        found[name] = int(amount)
    return found


def put_sheet(pictures: Sequence[Picture], folder: Path, stem: str) -> Path:
    """An overview of pictures to choose from, written beside them; it is no work of its own and is not signed."""
    from ..makers.picture_finish import sheet
    from ..media.picture_file import to_bytes
    from . import files

    data = to_bytes(sheet(pictures), title="", comment="an overview; the pictures beside it are the works")
    with files.told(folder, "the folder"):
        return files.put(data, None, files.ready(folder), stem, ".png")[0]
