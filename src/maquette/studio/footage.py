"""A director's own footage: opened with whose faces are in it, worked on, and kept as its signed child.

clip = open_clip(studio, "street.mp4", nobody=True)
kept = stylise(studio, clip, [("painted.png", 0.0)], out="painted")
"""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import CredentialError, UsageError
from ..core.hashing import sha256_file
from ..core.progress import OnProgress, silent
from ..core.types import Request, Work
from ..media import video_file
from . import files

if TYPE_CHECKING:
    from ..data.likeness import Consent
    from ..makers.film.effects import Key
    from ..media.sound import Sound
    from ..media.video_file import Footage
    from ..trust.verify import Verdict
    from .lineage import Asset
    from .studio import Studio

Pixels = NDArray[np.uint8]
CRAFT = "film"
_NUMBERED = re.compile(r"-f(\d{4,})(?=-|$)")  # how `film frame` marks which frame a picture is


@dataclass(frozen=True)
class OpenedClip:
    """A clip that an effect works on. people: what is known of whose faces are in it, for the story of the result."""

    path: Path
    footage: Footage
    verdict: Verdict
    people: Mapping[str, Any] = field(default_factory=dict)
    count: int = 0
    fps: Fraction = Fraction(24)
    said: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        return self.footage.width, self.footage.height

    def __iter__(self) -> Iterator[Pixels]:
        """The frames at even times, as often as asked."""
        return itertools.islice(
            video_file.frames(self.path, fps=self.fps if self.footage.variable else None), self.count
        )

    def number(self, second: float) -> int:
        """The frame that is seen at a second. Raises UsageError beyond the end."""
        found = round(second * self.fps)
        if not 0 <= found < self.count:
            wrong = f"second {second:g} is not in a clip of {float(self.count / self.fps):.2f} s"
            raise UsageError(wrong, where=str(self.path), mend="--at and FILE@SECOND count from 0")
        return int(found)

    def frame(self, number: int) -> Pixels:
        return next(itertools.islice(iter(self), number, None))

    @property
    def story(self) -> Mapping[str, Any]:
        return self.verdict.story if self.verdict.story and "request" in self.verdict.story else {}


@dataclass(frozen=True)
class KeptClip:
    """A clip that was kept."""

    asset: Asset
    size: tuple[int, int]
    frames: int
    fps: Fraction
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        told = {"width": self.size[0], "height": self.size[1], "frames": self.frames, "fps": round(float(self.fps), 3)}
        return {**self.asset.as_dict(), **told, "said": list(self.said)}


# -- opening ----------------------------------------------------------------------------------------------------------


def open_clip(
    studio: Studio, path: str | Path, *, consents: Sequence[Consent] = (), nobody: bool = False, rights: bool = True
) -> OpenedClip:
    """A clip with what its credential tells. rights=False: it is only looked at, and nothing is made of it.

    A clip that we drew ourselves needs no consent: nobody real is in it. Raises MediaError, CredentialError for a
    credential that does not hold, RightsError where nothing says whose faces these are.
    """
    from ..data import likeness

    path = Path(path).expanduser()
    footage = video_file.probe(path)
    verdict = studio.verdict(path)
    if verdict.state == "invalid":
        raise CredentialError(
            f"the credential of this clip does not hold: {verdict.summary}",
            where=str(path),
            mend="name the untouched file",
        )
    said = list(footage.said)
    people: Mapping[str, Any] = {}
    if rights and not _drawn_here(verdict):
        people = likeness.require(consents, "face", nobody=nobody, where=str(path))
    fps = footage.fps
    if footage.variable:
        fps = min(video_file.RATES.values(), key=lambda rate: abs(float(rate) - float(footage.fps)))
        said.append(f"worked on at {float(fps):.6g} even frames a second, each as it is seen at its time")
    count = sum(1 for _ in video_file.frames(path, fps=fps if footage.variable else None))
    return OpenedClip(path, footage, verdict, people, count, fps, tuple(said))


def _drawn_here(verdict: Verdict) -> bool:
    """Whether a credential that holds says that the clip is a film drawn by Maquette, or made of one."""
    story = verdict.story or {}
    request = story.get("request") or {}
    people = (story.get("trace") or {}).get("people")
    return bool(verdict.state in ("valid", "trusted") and request.get("maker") == CRAFT and not people)


def key_of(clip: OpenedClip, asked: str) -> tuple[Path, int]:
    """A painted frame as it is asked for: FILE@SECOND, or a FILE that `film frame` numbered, or FILE: the first."""
    name, _, second = asked.rpartition("@")
    if name and re.fullmatch(r"\d+(\.\d+)?", second):
        return Path(name), clip.number(float(second))
    path = Path(asked)
    found = _NUMBERED.search(path.stem)
    return path, int(found[1]) if found else 0


def _keys(studio: Studio, clip: OpenedClip, asked: Sequence[str]) -> tuple[list[Key], list[Path], list[str]]:
    """The painted frames at the clip's size, their files, and what had to be done to them."""
    from PIL import Image

    from ..makers.film.effects import Key
    from .pictures import open_picture

    keys, paths, said = [], [], []
    for one in asked:
        path, number = key_of(clip, one)
        picture = open_picture(studio, path).picture
        pixels = picture.pixels[..., :3]
        if pixels.dtype != np.uint8:
            pixels = (pixels >> 8).astype(np.uint8)
        wide, high = clip.size
        if picture.size != clip.size:
            if abs(picture.size[0] / picture.size[1] / (wide / high) - 1) > 0.01:
                told = f"the painting is {picture.size[0]} x {picture.size[1]}, the clip {wide} x {high}"
                mend = f"paint over a frame of the clip: maquette film frame {clip.path.name} --at SECOND"
                raise UsageError(told, where=str(path), mend=mend)
            said.append(f"{path.name} was brought from {picture.size[0]} x {picture.size[1]} to {wide} x {high}")
            pixels = np.asarray(Image.fromarray(pixels).resize((wide, high), Image.Resampling.LANCZOS))
        keys.append(Key(number, np.ascontiguousarray(pixels)))
        paths.append(path)
    return keys, paths, said


# -- effects ----------------------------------------------------------------------------------------------------------


def frame(studio: Studio, path: str | Path, second: float, out: str | Path = ".") -> Path:
    """One frame of a clip as a PNG to be painted over; its name says which frame it is."""
    import io

    from PIL import Image

    clip = open_clip(studio, path, rights=False)
    number = clip.number(second)
    folder = files.ready(Path(out).expanduser())
    held = io.BytesIO()
    Image.fromarray(clip.frame(number)).save(held, "PNG")
    with files.told(folder, "the folder"):
        # The number stands last: that is how it is found again.
        return files.put(held.getvalue(), None, folder, f"{files.slug(clip.path.stem)}-f{number:04d}", ".png")[0]


def stylise(
    studio: Studio,
    clip: OpenedClip,
    keys: Sequence[str],
    *,
    by: str = "",
    words: str = "",
    out: str | Path = ".",
    suffix: str = ".webm",
    codec: str = "vp9",
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> KeptClip:
    """The clip in the look of its painted frames; the paint follows what it was put on. See `makers.film.effects`.

    by: a video back end that is asked first (see `makers.big.hooks`); words: what it is told.
    """
    from ..makers.big import hooks
    from ..makers.film import effects

    painted, paths, said = _keys(studio, clip, keys)
    with tempfile.TemporaryDirectory(prefix="maquette-film-") as desk:
        done = hooks.with_backend(
            "video", by,
            lambda backend: _restyled(backend, clip, painted, words, Path(desk)),
            lambda: effects.stylise(clip, painted, effects.Style(on_progress=on_progress)),
        )  # fmt: skip
        said += done.said
        settings: dict[str, Any] = {
            "keys": [{"file": path.name, "frame": key.frame} for path, key in zip(paths, painted)]
        }
        if done.by:
            settings |= {"by": done.by, "licence": done.licence, "lineage": done.lineage, "words": words}
        note = f"{clip.path.name} in the look of {', '.join(path.name for path in paths)}"
        note += f", by {done.by}" if done.by else ""
        return keep(studio, clip, done.value, verb="stylised", note=note, settings=settings, inputs=paths, said=said,
                    out=out, suffix=suffix, codec=codec, unsigned=unsigned)  # fmt: skip


def _restyled(backend: Any, clip: OpenedClip, keys: Sequence[Key], words: str, desk: Path) -> Iterator[Pixels]:
    """What a video back end makes of a clip, waiting on the disk; raises ValueError where it does not fit the clip."""
    wide, high = clip.size
    made = np.memmap(desk / "frames", np.uint8, "w+", shape=(clip.count, high, wide, 3))
    first = next((key.painted for key in keys if key.frame == 0), None)
    count = 0
    for one in backend.restyle(iter(clip), words, first, float(clip.fps)):
        if count >= clip.count or np.shape(one) != made.shape[1:]:
            raise ValueError(f"frame {count} is {np.shape(one)}")
        made[count] = one
        count += 1
    if count != clip.count:
        raise ValueError(f"{count} frames came back of {clip.count}")
    return iter(made)


def interpolate(
    studio: Studio,
    clip: OpenedClip,
    times: int,
    *,
    slow: bool = False,
    out: str | Path = ".",
    suffix: str = ".webm",
    codec: str = "vp9",
    unsigned: bool = False,
    on_progress: OnProgress = silent,
) -> KeptClip:
    """The clip with `times` as many frames: as long as before and smoother, or with `slow` that much longer, silent."""
    from ..makers.film import effects

    if not 2 <= times <= 8:
        raise UsageError(f"{times} times as many frames cannot be made", mend="--times runs from 2 to 8")
    fps = clip.fps if slow else clip.fps * times
    if fps > 120:
        raise UsageError(f"that would be {float(fps):g} frames a second", mend="give fewer --times, or --slow")
    made = effects.faster(clip, times, effects.Style(on_progress=on_progress))
    said = ["slow motion has no sound"] if slow and clip.footage.sound else []
    settings = {"times": times, "slow": slow}
    note = f"{clip.path.name} with {times} times as many frames, made by optical flow"
    return keep(studio, clip, made, verb="slow" if slow else "smooth", note=note, settings=settings, said=said,
                fps=fps, silent=slow, out=out, suffix=suffix, codec=codec, unsigned=unsigned)  # fmt: skip


# -- keeping ----------------------------------------------------------------------------------------------------------


def keep(
    studio: Studio,
    clip: OpenedClip,
    frames: Iterable[Pixels],
    *,
    verb: str,
    note: str,
    settings: Mapping[str, Any],
    inputs: Sequence[Path] = (),
    said: Sequence[str] = (),
    fps: Fraction | None = None,
    silent: bool = False,
    out: str | Path = ".",
    suffix: str = ".webm",
    codec: str = "vp9",
    unsigned: bool = False,
) -> KeptClip:
    """Write frames as a video with the clip's sound, and keep it as the clip's signed child.

    inputs: pictures that were looked at. Raises MediaError, LibraryError, MissingExtra, and what the frames raise:
    then nothing is left behind.
    """
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    rate, counter = fps or clip.fps, itertools.count()
    counted = (one for one, _ in zip(frames, counter))
    sound: Sound | None = None if silent else video_file.sound_of(clip.path)
    title = _title(clip)
    with tempfile.TemporaryDirectory(prefix="maquette-film-") as desk:
        path = Path(desk) / f"clip{suffix}"
        video_file.write(counted, path, fps=rate, sound=sound, codec=codec, title=title,
                         comment="made with Maquette: maquette show FILE")  # fmt: skip
        data = path.read_bytes()
    told = {"move": {"name": verb, "by": "rule", "asked": dict(settings)}, "people": dict(clip.people)}
    base = sha256_file(clip.path)
    request: Request[Any] = Request(CRAFT, title, {}, 0, 1, base=base)
    work: Work[Any] = Work(None, request, 0, "", "edited", note, _credits(clip), told)
    sealed = _sealed(studio, work, data, suffix, clip, inputs, unsigned)
    stem = files.slug(f"{clip.path.stem}-{verb}")
    asset = studio.library.keep(work, sealed, folder, suffix=suffix, stem=stem, parents=[base])
    count = next(counter)
    lines = tuple(dict.fromkeys([*clip.said, *said]))
    return KeptClip(asset, clip.size, count, rate, lines)


def _title(clip: OpenedClip) -> str:
    return str((clip.story.get("request") or {}).get("prompt") or clip.path.stem)


def _credits(clip: OpenedClip) -> tuple[Any, ...]:
    from ..core.types import Ingredient

    return tuple(Ingredient(**one) for one in clip.story.get("ingredients") or ())


def _sealed(
    studio: Studio, work: Work[Any], data: bytes, suffix: str, clip: OpenedClip, inputs: Sequence[Path], unsigned: bool
) -> Any:
    """The bytes with their credential: the clip is the parent, the paintings are inputs."""
    from ..trust.seal import Sealed
    from ..trust.seal import unsigned as no_credential

    if unsigned:
        return Sealed(data, None, no_credential())
    parents = [_parent(clip.path, "parent"), *(_parent(path, "input") for path in inputs)]
    card = clip.story.get("model") or {}
    return studio._seal(work, data, _mime(suffix), None, card=card, action="edited", parents=parents)


def _mime(suffix: str) -> str:
    from ..trust.credentials import mime_of

    return video_file.MIMES.get(suffix) or mime_of(f"x{suffix}")


def _parent(path: Path, role: Any) -> Any:
    from ..trust.credentials import mime_of
    from ..trust.seal import Parent

    beside = path.with_name(path.name + ".c2pa")
    sidecar = beside.read_bytes() if beside.is_file() else None
    kind = video_file.MIMES.get(path.suffix.lower()) or mime_of(path.name)
    return Parent(path.read_bytes(), kind, sidecar, title=path.name, role=role)
