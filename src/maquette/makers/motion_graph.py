"""The motion graph: recorded clips found by words, cut where frames are alike, blended, walked along drawn paths.

Nothing is learnt. A pose is compared by where its joints are and how fast they go (Kovar, Gleicher and Pighin 2002,
"Motion Graphs"); what is joined is faded over a third of a second; feet are locked to the floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..data import motion_clips
from ..data.motion_clips import Clip
from ..encodings.motion_vocabulary import words_of
from ..media.motion import HOUSE, Motion, resampled, world
from . import motion_gait
from .motion_gait import Gait
from .motion_limbs import euler
from .motion_words import Deed

Floats = NDArray[np.float32]

# How a gait is carried: degrees forwards of back, neck and head.
BEARINGS: dict[str, dict[str, float]] = {
    "tired": {"Spine": 4, "Spine1": 3, "Neck": 4, "Head": 5},
    "sad": {"Spine": 3, "Spine1": 3, "Neck": 6, "Head": 7},
    "angry": {"Spine": 5, "Spine1": 2, "Neck": 3, "Head": -5},
    "happy": {"Spine": -3, "Spine1": -2, "Neck": -2, "Head": -4},
    "afraid": {"Spine": 5, "Spine1": 4, "Neck": 2, "Head": -5},
    "tense": {"Spine": 3, "Neck": 3, "Head": -2},
    "proud": {"Spine": -5, "Spine1": -3, "Head": -4},
    "old": {"Spine": 10, "Spine1": 8, "Neck": 2, "Head": -14},
    "sneak": {"Spine": 12, "Spine1": 8, "Neck": -6, "Head": -10},
    "limp": {"Spine": 5, "Spine1": 3},
    "drunk": {"Spine": 4, "Head": 6},
    "stomp": {"Spine": 5, "Neck": 5, "Head": -4},
}
LOWER = {"sneak": 0.10, "old": 0.03, "tired": 0.01, "stomp": 0.01}  # metres that the hips sink


@dataclass(frozen=True)
class Found:
    """A clip and how well it fits."""

    clip: Clip
    score: float


def stems(text: str) -> list[str]:
    """The words of a text that may say something of a motion, without endings."""
    return words_of(text)


def _pace(deed: Deed) -> list[str]:
    if deed.name == "run":
        return []
    pace = "briskly fast" if deed.speed > 1.55 else "slowly" if deed.speed < 0.95 else "forward"
    way = {"back": "backward", "left": "turn left", "right": "turn right", "around": "turn around"}.get(deed.way, "")
    return stems(f"{pace} {way}")


class MotionGraph:
    """Clips that answer: which one, which stretch of it, which gait."""

    def __init__(self, clips: Sequence[Clip] | None = None) -> None:
        self.clips = tuple(motion_clips.load() if clips is None else clips)
        self._gaits: tuple[Gait, ...] | None = None
        self._features: dict[str, Floats] = {}
        self._words = [frozenset(stems(" ".join([*clip.captions, *clip.labels]))) for clip in self.clips]
        counts = Counter(word for words in self._words for word in words)
        self._rare = {word: float(np.log(1 + len(self.clips) / many)) for word, many in counts.items()}

    @property
    def gaits(self) -> tuple[Gait, ...]:
        """The strides of all clips that walk or run straight on."""
        if self._gaits is None:
            self._gaits = motion_gait.gaits(self.clips)
        return self._gaits

    def gait(self, speed: float, style: str = "", mood: str = "", seed: int = 0) -> tuple[Gait, float]:
        """The gait nearest to a speed in m/s, carried as style and mood have it, and the speed it is walked at."""
        found = motion_gait.nearest(self.gaits, speed, seed)
        bearing = BEARINGS.get(style) or BEARINGS.get(mood)
        if bearing:
            lower = LOWER.get(style) or LOWER.get(mood, 0.0)
            found = motion_gait.restyled(found, {name: euler(angle) for name, angle in bearing.items()}, lower)
        return found, speed

    def start_phase(self, gait: Gait) -> float:
        """Where in a stride a standing body begins: where its legs are closest together."""
        return _together(gait)

    def labelled(self, label: str) -> list[Clip]:
        return [clip for clip in self.clips if label in clip.labels]

    def features_of(self, clip: Clip) -> Floats:
        """(t, 132): what frames of a clip are compared by, at 30 frames a second."""
        if clip.id not in self._features:
            self._features[clip.id] = motion_gait.features(resampled(clip.motion, 30.0))
        return self._features[clip.id]

    def find(self, text: str, deed: Deed | None = None, count: int = 24) -> list[Found]:
        """Clips by how well their captions and labels fit a text, best first; none where no word of it is known.

        Words are weighted by how rare they are among the clips (inverse document frequency); what a clip shows beyond
        what was asked costs a little.
        """
        wanted = dict.fromkeys(stems(text), 1.0)
        if deed is not None:
            names = ["walk" if deed.name == "walk" else deed.name] if deed.kind == "go" else deed.name.split("|")
            for rank, name in enumerate(names):
                wanted |= {word: max(wanted.get(word, 0), 2.0 / (1 + rank)) for word in stems(name)}
            if deed.kind == "go":
                wanted |= dict.fromkeys(_pace(deed), 1.0)
        scores = []
        for clip, words in zip(self.clips, self._words, strict=True):
            hit = sum(self._rare[word] * weight for word, weight in wanted.items() if word in words)
            if hit > 0:
                extra = sum(self._rare[word] for word in stems(" ".join(clip.labels)) if word not in wanted)
                long = min(1.0, clip.motion.seconds / 2)  # a clip of half a second tells little
                scores.append(Found(clip, hit / (1 + 0.25 * extra) * (0.6 + 0.4 * long)))
        return sorted(scores, key=lambda one: -one.score)[:count]

    def clip_for(self, names: str, seed: int = 0) -> Clip | None:
        """One of the clips that carry the first label of "salsa|dance" that is found."""
        for name in names.split("|"):
            found = self.labelled(name)
            # Of clips of a second and clips of five the longer ones tell more.
            longest = max((clip.motion.seconds for clip in found), default=0.0)
            found = [clip for clip in found if clip.motion.seconds >= min(2.0, 0.6 * longest)]
            if found:
                return found[seed % len(found)]
        return None

    def cut(self, clip: Clip, seconds: float) -> Motion:
        """A stretch of a clip that is about so long and liveliest; the whole clip where it is shorter."""
        motion = clip.motion
        count = round(seconds * motion.fps)
        if motion.frames <= count * 1.25:
            return motion
        speed = np.linalg.norm(np.diff(motion_gait.features(motion), axis=0), axis=1)
        sums = np.concatenate([[0], np.cumsum(speed)])
        lively = sums[count:] - sums[: len(sums) - count]
        first = int(lively.argmax())
        return motion.part(first, first + count)


@lru_cache(maxsize=128)
def _together(gait: Gait) -> float:
    places, _ = world(Motion(HOUSE, gait.sway, gait.turns, gait.fps))
    apart = np.abs(places[:, HOUSE.number("LeftFoot"), 2] - places[:, HOUSE.number("RightFoot"), 2])
    return float(apart.argmin() / len(gait.sway))
