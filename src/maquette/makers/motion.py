"""The motion craft: words to a body that moves, as poses that an animator can go on with.

    maquette motion "a tired man walks and sits down" --seconds 6 --path "0,0 1,2 3,2"

Two ways lead there, and every work says which it came by: the motion graph, which puts recorded clips together and
needs no model, and a net where one is there.
"""

from __future__ import annotations

import base64
import dataclasses
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..core.errors import UsageError
from ..core.progress import OnProgress, Progress, silent
from ..core.seeds import candidate_seed
from ..core.types import Ingredient, Request, Work
from ..data import motion_clips
from ..encodings.joints import NAME
from ..media.motion import HOUSE, Motion
from . import motion_compose, motion_net, motion_words
from .motion_graph import MotionGraph

if TYPE_CHECKING:
    from ..checkpoints.box import Checkpoint
    from ..data.motion_clips import Clip
    from ..engine.motion_net import MotionNet

WAYS = ("auto", "graph", "net")
MOODS = ("said", "neutral", "happy", "sad", "angry", "afraid", "surprised", "disgusted", "tired", "tender", "tense")
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,:]\s*(-?\d+(?:\.\d+)?)\s*")
LONGEST_PATH = 200.0  # metres


def _control(default: Any, text: str, choices: Sequence[str] = ()) -> Any:
    return field(default=default, metadata={"help": text, "choices": tuple(choices)} if choices else {"help": text})


@dataclass(frozen=True)
class MotionControls:
    """What an animator may fix; the rest is left to the maker."""

    seconds: float = _control(0.0, "Length, exact to the frame. 0: as long as it takes.")
    path: str = _control("", 'Where it goes: "x,z x,z ..." in metres seen from above, e.g. "0,0 0,2 2,3".')
    by: str = _control("auto", "Recorded clips put together (graph), or the net; auto: the net where it can.", WAYS)
    feeling: str = _control("said", "How it is done; said: as the words have it.", MOODS)
    loop: bool = _control(False, "Let the end meet the beginning.")
    lock: bool = _control(True, "Hold feet that stand to the floor.")
    clips: str = _control("", "A dataset folder of your own motions (`maquette data import motion`).")

    def fit(self, count: int) -> None:
        """Raise UsageError for what cannot be."""
        if self.seconds and not motion_compose.LEAST <= self.seconds <= motion_compose.MOST:
            wrong = f"no motion is made {self.seconds:g} seconds long"
            raise UsageError(wrong, mend=f"choose {motion_compose.LEAST:g} to {motion_compose.MOST:g}, or 0")
        if self.by not in WAYS:
            raise UsageError(f"there is no way {self.by!r}", mend=f"choose {', '.join(WAYS)}")
        if self.feeling not in MOODS:
            raise UsageError(f"there is no feeling {self.feeling!r}", mend=f"choose {', '.join(MOODS)}")
        path_of(self.path)


def path_of(text: str) -> tuple[tuple[float, float], ...]:
    """ "0,0 1,2" -> ((0, 0), (1, 2)), metres. Raises UsageError for what is no path."""
    if not text.strip():
        return ()
    points = []
    for part in re.split(r"\s+|;", text.strip()):
        found = _POINT.fullmatch(part)
        if found is None:
            raise UsageError(f"{part!r} is no point", mend='write a path as "0,0 0,2 2,3": x,z in metres')
        points.append((float(found[1]), float(found[2])))
    length = sum(((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(points))
    if len(points) < 2 or length < 0.2:
        raise UsageError("this path goes nowhere", mend="give two points or more, 20 cm apart at least")
    if length > LONGEST_PATH:
        raise UsageError(f"this path is {length:.0f} m long", mend=f"at most {LONGEST_PATH:.0f} m are walked")
    return tuple(points)


@cache
def graph_of(folder: str = "") -> MotionGraph:
    """The motion graph of the packaged clips, or of a folder's; opened once."""
    return MotionGraph(motion_clips.load(Path(folder).expanduser() if folder else None, tiers=("a", "b", "own")))


class MotionMaker:
    """Moves a body by words: recorded clips found, joined where frames are alike, feet held to the floor."""

    name: ClassVar[str] = "motion"
    starter: ClassVar[str] = "motion-1"

    def __init__(self, checkpoint: Checkpoint | None) -> None:
        self.checkpoint = checkpoint

    def make(self, request: Request[MotionControls], on_progress: OnProgress = silent) -> Iterator[Work[Motion]]:
        """Yield `request.count` motions, best first."""
        controls = request.controls
        controls.fit(request.count)
        words = request.prompt if controls.feeling == "said" else f"{controls.feeling} {request.prompt}"
        if self._by_net(words, controls):
            yield from self._moved(request, words, on_progress)
            return
        graph = graph_of(controls.clips)
        seen: set[tuple[str, ...]] = set()
        for number in range(request.count):
            seed = candidate_seed(request.seed, number) if number else request.seed
            made = self._made(graph, words, controls, seed, seen)
            on_progress(Progress(number + 1, of=request.count))
            yield Work(
                dataclasses.replace(made.motion, title=request.prompt.strip()),
                request,
                seed,
                "",
                "after" if made.clips else "words",
                note_of(made.clips),
                ingredients_of(made.clips),
                trace_of(words, controls, seed, made),
            )

    def _by_net(self, words: str, controls: MotionControls) -> bool:
        """True where the net is asked for, or can do all that is asked: it knows no moods and closes no loops."""
        if controls.by == "graph" or (controls.by == "auto" and self.checkpoint is None):
            return False
        if self.checkpoint is None:
            mend = "name a model with --checkpoint, or leave out --by net"
            raise UsageError("there is no net of motions here", mend=mend)
        if controls.by == "net":
            if controls.loop:
                raise UsageError("the net closes no loops", mend="leave out --by net, or close it by `motion loop`")
            return True
        reading = motion_words.read(words)
        if reading.unknown:
            return False  # the graph lets the body stand for what is no known motion, and says so
        deeds = reading.deeds
        # Gaits alone are carried by mood and style, and by the graph alone.
        plain = all(deed.kind != "go" or (deed.mood in ("", "neutral") and not deed.style) for deed in deeds)
        return plain and not controls.loop and not controls.clips and motion_net.able(self.net, deeds)

    @cached_property
    def net(self) -> MotionNet:
        """The net of the checkpoint. Raises CheckpointError for a model of something else."""
        from ..checkpoints.motion import net_of

        assert self.checkpoint is not None
        return net_of(self.checkpoint)

    def _moved(self, request: Request[MotionControls], words: str, on_progress: OnProgress) -> Iterator[Work[Motion]]:
        """The works of a request by the net."""
        assert self.checkpoint is not None
        controls = request.controls
        for number in range(request.count):
            seed = candidate_seed(request.seed, number) if number else request.seed

            def told(step: int, of: int, done: int = number) -> None:
                on_progress(Progress(done * of + step, of=request.count * of))

            made = motion_net.move(
                self.net,
                words,
                seconds=controls.seconds,
                path=path_of(controls.path),
                seed=seed % (1 << 31),
                lock=controls.lock,
                on_step=told,
            )
            motion = dataclasses.replace(
                made.motion, title=request.prompt.strip(), keys=motion_compose.keys_of(made.motion)
            )
            trace = trace_of_net(words, controls, seed, made, motion)
            yield Work(motion, request, seed, self.checkpoint.id, "words", "by the net", (), trace)

    @staticmethod
    def _made(
        graph: MotionGraph, words: str, controls: MotionControls, seed: int, seen: set[tuple[str, ...]]
    ) -> motion_compose.Made:
        """A motion; where the same clips were in an idea before, other ones if there are others."""
        made = _compose(graph, words, controls, seed)
        for further in range(1, 4):
            if not made.clips or tuple(clip.id for clip in made.clips) not in seen:
                break
            made = _compose(graph, words, controls, seed + further)
        seen.add(tuple(clip.id for clip in made.clips))
        return made

    @staticmethod
    def replay(trace: Mapping[str, Any]) -> Motion:
        """The motion that `Work.trace` recorded: by the same clips, words and seed."""
        told = trace["motion"]
        if told.get("by") == "net":
            return unpacked(told)
        controls = MotionControls(**told["controls"])
        made = _compose(graph_of(controls.clips), told["words"], controls, int(told["seed"]))
        return dataclasses.replace(made.motion, title=told.get("title", ""))


def _compose(graph: MotionGraph, words: str, controls: MotionControls, seed: int) -> motion_compose.Made:
    return motion_compose.compose(
        graph,
        words,
        seconds=controls.seconds,
        path=path_of(controls.path),
        seed=seed % (1 << 31),
        loop=controls.loop,
        lock=controls.lock,
    )


def note_of(clips: Sequence[Clip]) -> str:
    """One line for people: by which way, and whose clips are in it."""
    if not clips:
        return "by the motion graph, from poses drawn for Maquette"
    authors = ", ".join(dict.fromkeys(clip.author or "unknown" for clip in clips))
    return f"by the motion graph, from {', '.join(clip.id for clip in clips[:4])} ({authors})"


def ingredients_of(clips: Sequence[Clip]) -> tuple[Ingredient, ...]:
    """The clips as what went into a work, each with its author and licence."""
    return tuple(
        Ingredient(clip.title or clip.id, "inputTo", "motion", clip.author, clip.licence, f"{clip.id}, {clip.source}")
        for clip in clips
    )


def trace_of(words: str, controls: MotionControls, seed: int, made: motion_compose.Made) -> dict[str, Any]:
    """Plain data for `explain` and `remake`."""
    reading = {"deeds": [deed.words for deed in made.deeds], "unknown": list(made.unknown), "said": list(made.said)}
    return {
        "reading": reading,
        "motion": {
            "by": "graph",
            "words": words,
            "seed": seed,
            "controls": dataclasses.asdict(controls),
            "clips": [clip.id for clip in made.clips],
            "title": made.motion.title,
        },
    }


def trace_of_net(
    words: str, controls: MotionControls, seed: int, made: motion_net.Moved, motion: Motion
) -> dict[str, Any]:
    """Plain data for `explain` and `remake`: what the net decided is kept as it came, rounded as the file has it."""
    unseen = [f'"{part}" is nothing that the net has seen; it was left out' for part in made.unseen]
    reading = {"deeds": [deed.words for deed in made.deeds], "unknown": list(made.unseen), "said": unseen}
    return {
        "reading": reading,
        "encoding": NAME,
        "motion": {
            "by": "net",
            "words": words,
            "seed": seed,
            "controls": dataclasses.asdict(controls),
            "title": motion.title,
            "keys": list(motion.keys),
            "frames": packed(motion),
        },
    }


def packed(motion: Motion) -> str:
    """A motion in text: root and turns in float32, deflated, in base64.

    Without slashes: what looks like a path is struck from a record.
    """
    data = motion.root.astype("<f4").tobytes() + motion.turns.astype("<f4").tobytes()
    return base64.urlsafe_b64encode(zlib.compress(data, 9)).decode()


def unpacked(told: Mapping[str, Any]) -> Motion:
    """The motion of `packed` in a trace."""
    numbers = np.frombuffer(zlib.decompress(base64.urlsafe_b64decode(told["frames"])), "<f4")
    joints = len(HOUSE.names)
    frames = len(numbers) // (3 + 4 * joints)
    root, q = numbers[: 3 * frames].reshape(frames, 3), numbers[3 * frames :].reshape(frames, joints, 4)
    keys = tuple(int(key) for key in told.get("keys", ()))
    return Motion(HOUSE, root.copy(), q.copy(), 30.0, str(told.get("title", "")), keys)
