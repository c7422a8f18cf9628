"""Moves on motions from file to signed children: parts made again, in-betweens, loops, and what may come next."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import CredentialError, UsageError
from ..core.hashing import sha256_file
from ..core.types import Ghost, Ingredient, Request, Work
from . import again, files
from .motion_exports import export, kinds_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..checkpoints.box import Checkpoint
    from ..media.motion import Motion
    from ..trust.verify import Verdict
    from .lineage import Asset
    from .score_exports import Written
    from .studio import Studio

CRAFT = "motion"


@dataclass(frozen=True)
class OpenedMotion:
    """A motion on the house's skeleton at 30 frames a second, with its file's story. said: what was brought over."""

    path: Path
    motion: Motion
    verdict: Verdict
    said: tuple[str, ...] = ()

    @property
    def story(self) -> Mapping[str, Any]:
        story = self.verdict.story
        return story if story and "request" in story else {}


@dataclass(frozen=True)
class KeptMotion:
    """A motion that was kept, and what it was also written as."""

    asset: Asset
    motion: Motion
    files: tuple[Written, ...] = ()
    said: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """One JSON object, as `--json` prints it."""
        told = {"frames": self.motion.frames, "seconds": round(self.motion.seconds, 3), "keys": list(self.motion.keys)}
        more = {"files": [one.as_dict() for one in self.files]} if self.files else {}
        return {**self.asset.as_dict(), **told, "said": list(self.said), **more}


@dataclass(frozen=True)
class Change:
    """What of a motion is kept and how the rest is made again.

    keep: frames that stay ("0-30, 2s-3s"); keys: single frames whose poses stay; parts: parts of the body, or "path";
    words: what the rest does ("" as the motion's title says); path: another way for the hips; by: "graph", "net", or
    "auto", which is the net where there is one that knows the words.
    """

    words: str = ""
    keep: str = ""
    keys: str = ""
    parts: tuple[str, ...] = ()
    path: str = ""
    seed: int = 0
    by: str = "auto"


@dataclass(frozen=True)
class _Made:
    motion: Motion
    ingredients: tuple[Ingredient, ...] = ()
    note: str = ""
    said: tuple[str, ...] = field(default=())
    box: Checkpoint | None = None  # the net that made it


def open_motion(studio: Studio, file: str | Path) -> OpenedMotion:
    """A motion by the path of its file or its id in the library, in any format that motions are read from.

    Another skeleton is brought onto ours. Raises MediaError for a file that is none, CredentialError for one whose
    credential does not hold.
    """
    from ..media.motion import HOUSE, resampled
    from ..media.retarget import retarget
    from ..media.table import open_media

    asset = studio.library.get(file)
    path = Path(file) if asset is None or Path(file).is_file() else asset.path
    motion = open_media(path)
    if type(motion).__name__ != "Motion":
        raise UsageError("this is no motion", where=str(path), mend="name a .bvh, .glb, .gltf or .amc file")
    verdict = studio.verdict(path)
    if verdict.state == "invalid":
        raise CredentialError(
            f"the credential of this file does not hold: {verdict.summary}",
            where=str(path),
            mend="take your own changes in first (maquette adopt FILE --from ORIGINAL), or name the untouched file",
        )
    said = list(motion.said)
    if motion.skeleton.names != HOUSE.names:
        said.append(f"a skeleton of {len(motion.skeleton.names)} joints, brought onto ours of {len(HOUSE.names)}")
        motion = retarget(motion)
    if abs(motion.fps - 30.0) > 0.01:
        said.append(f"{motion.fps:g} frames a second brought to 30")
        motion = resampled(motion, 30.0)
    return OpenedMotion(path, dataclasses.replace(motion, skeleton=HOUSE), verdict, tuple(said))


def edit(studio: Studio, file: str | Path, change: Change, *, checkpoint: str | None = None, **kept: Any) -> KeptMotion:
    """Part of a motion made again, the rest kept exactly; a signed child of `file`. `kept`: see `keep`.

    Raises UsageError, MediaError, CheckpointError, CredentialError, LibraryError.
    """
    opened = open_motion(studio, file)
    box = _net_box(studio, change.by, checkpoint)
    made = changed(opened.motion, change, str((opened.story.get("request") or {}).get("prompt") or ""), box)
    asked = {name: value for name, value in dataclasses.asdict(change).items() if value and name not in ("seed", "by")}
    return keep(studio, opened, made, verb="edit", asked=asked, seed=change.seed, **kept)


def _net_box(studio: Studio, by: str, name: str | None) -> Checkpoint | None:
    """The net that was asked for, or the starter where one is installed; None for the motion graph."""
    from ..checkpoints.starters import starters
    from ..makers.motion import WAYS, MotionMaker

    if by not in WAYS:
        raise UsageError(f"there is no way {by!r}", mend=f"choose {', '.join(WAYS)}")
    if by == "graph":
        return None
    name = name or (MotionMaker.starter if MotionMaker.starter in starters() else None)
    if name is None and by == "net":
        raise UsageError(
            "there is no net of motions here", mend="name a model with --checkpoint, or leave out --by net"
        )
    return studio._open(name) if name else None


def changed(motion: Motion, change: Change, title: str = "", box: Checkpoint | None = None) -> _Made:
    """A motion with what `change` keeps, the rest made anew by a net or by the motion graph."""
    import numpy as np

    from ..makers import motion_compose, motion_lock
    from ..makers.motion import graph_of, ingredients_of, note_of, path_of

    parts = motion_lock.parts_of(change.parts)
    kept = np.zeros(motion.frames, bool)
    for text in (change.keep, change.keys):
        if text:
            kept |= motion_lock.frames_of(text, motion.frames, motion.fps)
    words = change.words or title or motion.title
    if not words:
        raise UsageError("nothing says what the rest does", mend='say it: --words "walks slowly"')
    if kept.all():
        raise UsageError("all frames are kept, so nothing is made again", mend="keep fewer, or name other parts")
    if box is not None and not change.path:
        by_net = _by_net(motion, change, words, kept, parts, box)
        if by_net is not None:
            return by_net
    graph = graph_of()
    path = path_of(change.path) or (_line(motion) if "path" in parts and not kept.any() else ())
    fresh, clips, said = [], [], []
    for number, (first, last) in enumerate(motion_lock.gaps(kept)):
        seconds = max((last - first) / 30.0, motion_compose.LEAST)
        made = motion_compose.compose(graph, words, seconds=seconds, path=path, seed=change.seed + number)
        fresh.append(_fitted(made.motion, last - first))
        clips += list(made.clips)
        said += list(made.said)
    new = motion_lock.filled(motion, kept, fresh)
    if parts:
        new = motion_lock.with_parts(motion, new, parts)
        new.root[kept], new.turns[kept] = motion.root[kept], motion.turns[kept]
    keys = motion_compose.keys_of(new)
    used = tuple(dict.fromkeys(clips))
    told = f"{int((~kept).sum())} of {motion.frames} frames made again: {words}"
    if parts:
        told += f"; kept {', '.join(parts)}"
    more = ingredients_of(used)
    note = f"{told}; {note_of(used)}" if used else told
    return _Made(dataclasses.replace(new, keys=keys, title=motion.title or words), more, note, tuple(said))


def _by_net(
    motion: Motion, change: Change, words: str, kept: NDArray[np.bool_], parts: Sequence[str], box: Checkpoint
) -> _Made | None:
    """The rest by the net; None where it has never seen the words and nobody insists on it."""
    from ..checkpoints.motion import net_of
    from ..makers import motion_compose, motion_lock, motion_net, motion_words

    net = net_of(box)
    if change.by != "net" and not motion_net.able(net, motion_words.read(words).deeds):
        return None
    made = motion_net.again(net, motion, words, motion_lock.mask_of(kept, parts), seed=change.seed)
    fresh = [made.motion.part(first, last) for first, last in motion_lock.gaps(kept)]
    new = motion_lock.filled(motion, kept, fresh) if kept.any() else made.motion
    if parts:
        new = motion_lock.with_parts(motion, new, parts)
        new.root[kept], new.turns[kept] = motion.root[kept], motion.turns[kept]
    told = f"{int((~kept).sum())} of {motion.frames} frames made again by the net: {words}"
    if parts:
        told += f"; kept {', '.join(parts)}"
    said = tuple(f'the net has never seen "{part}"' for part in made.unseen)
    keys = motion_compose.keys_of(new)
    return _Made(dataclasses.replace(new, keys=keys, title=motion.title or words), (), told, said, box)


def _line(motion: Motion) -> tuple[tuple[float, float], ...]:
    """The way of the hips as corner points, every half second."""
    import numpy as np

    spots = motion.root[:: max(1, round(motion.fps / 2))]
    points = tuple((float(x), float(z)) for x, _, z in [*spots, motion.root[-1]])
    gone = float(np.linalg.norm(np.diff(motion.root[:, [0, 2]], axis=0), axis=1).sum())
    return points if gone > 0.3 else ()


def _fitted(motion: Motion, frames: int) -> Motion:
    """The first so many frames."""
    return motion.part(0, frames)


def between(
    studio: Studio, first: str | Path, second: str | Path, *, frames: int = 20, count: int = 1, **kept: Any
) -> list[KeptMotion]:
    """In-betweens from the last pose of one file to the first of another, as new motions made from both."""
    from ..makers.motion import graph_of, ingredients_of
    from ..makers.motion_between import between as ways

    if not 1 <= frames <= 600:
        raise UsageError(f"{frames} frames in between cannot be made", mend="choose 1 to 600")
    one, other = open_motion(studio, first), open_motion(studio, second)
    out = []
    for way in ways(graph_of(), one.motion, other.motion, frames, count):
        clips = (way.clip,) if way.clip is not None else ()
        how = f"as in {way.clip.id} by {way.clip.author}" if way.clip is not None else "eased from pose to pose"
        made = _Made(way.motion, ingredients_of(clips), f"{frames} frames in between, {how}")
        asked = {"frames": frames}
        out.append(keep(studio, one, made, verb="between", asked=asked, others=(other,), **kept))
    return out


def loop(studio: Studio, file: str | Path, **kept: Any) -> KeptMotion:
    """The stretch of a motion whose end meets its beginning, so that it can go round and round."""
    from ..makers import motion_compose
    from ..makers.motion_feet import locked

    opened = open_motion(studio, file)
    new = locked(motion_compose.looped(opened.motion))
    new = dataclasses.replace(new, keys=motion_compose.keys_of(new))
    told = f"{new.frames} of {opened.motion.frames} frames, whose end meets the beginning"
    return keep(studio, opened, _Made(new, note=told), verb="loop", asked={}, **kept)


def suggest(
    studio: Studio, opened: OpenedMotion, *, at: int | None = None, count: int = 3, words: str = ""
) -> list[Ghost[Motion]]:
    """Ghosts: in-betweens around frame `at`, or how it may go on; nothing is kept."""
    return studio.suggest(opened.motion, at, count, craft=CRAFT, words=words)


def take(studio: Studio, opened: OpenedMotion, ghost: Ghost[Motion], **kept: Any) -> KeptMotion:
    """A ghost that was accepted, as a signed child."""
    first, last = ghost.elements.start, ghost.elements.stop
    note = f"ghost taken, frames {first} to {last - 1}: {ghost.note}"
    return keep(studio, opened, _Made(ghost.media, ghost.ingredients, note), verb="ghost", asked={}, **kept)


def keep(
    studio: Studio,
    opened: OpenedMotion,
    made: _Made,
    *,
    verb: str,
    asked: Mapping[str, Any],
    seed: int = 0,
    others: Sequence[OpenedMotion] = (),
    out: str | Path = ".",
    also: str | Sequence[str] = (),
    unsigned: bool = False,
) -> KeptMotion:
    """Keep a motion as the signed child of `opened` (and of `others`), with the files beside it that `also` names."""
    from ..media.table import to_bytes
    from ..trust.seal import Sealed
    from ..trust.seal import unsigned as no_credential

    kinds = kinds_of(also)
    folder = Path(out).expanduser()
    studio.library.ready(folder)
    work = _work(opened, made, verb, asked, seed)
    comment = "made with Maquette, unsigned" if unsigned else again.COMMENT_BESIDE
    data, form = to_bytes(made.motion, title=made.motion.title or opened.path.stem, comment=comment)
    card = made.box.card if made.box is not None else opened.story.get("model") or {}
    finding = studio.originality(work, made.box) if made.box is not None else None
    parents = [again.parent_of(one.path) for one in (opened, *others)]
    if unsigned:
        sealed = Sealed(data, None, no_credential())
    else:
        sealed = studio._seal(work, data, form.mime, finding, card=card, action="edited", parents=parents)
    name = files.slug(opened.path.stem)
    asset = studio.library.keep(
        work,
        sealed,
        folder,
        suffix=form.suffix,
        stem=name if name.endswith(f"-{verb}") else f"{name}-{verb}",
        parents=[sha256_file(one.path) for one in (opened, *others)],
        originality=finding,
        card=card,
    )
    written = export(studio, asset.path, made.motion, kinds, folder, unsigned=unsigned) if kinds else []
    return KeptMotion(asset, made.motion, tuple(written), tuple(dict.fromkeys((*opened.said, *made.said))))


def _work(opened: OpenedMotion, made: _Made, verb: str, asked: Mapping[str, Any], seed: int) -> Work[Any]:
    story = opened.story
    told = story.get("request") or {}
    title = str(told.get("prompt") or opened.motion.title or opened.path.stem)
    request: Request[Any] = Request(
        CRAFT, title, {}, seed, 1, base=sha256_file(opened.path), licence=told.get("licence")
    )
    before = tuple(Ingredient(**one) for one in story.get("ingredients") or ())
    credits = tuple(dict.fromkeys((*before, *made.ingredients)))
    by = "graph" if made.box is None else "net"
    trace = {"move": {"name": verb, "by": by, **({"asked": dict(asked)} if asked else {})}}
    checkpoint = made.box.id if made.box is not None else ""
    return Work(made.motion, request, seed, checkpoint, "edited", made.note, credits, trace)
