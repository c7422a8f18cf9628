"""Poses of the upper body by name: where the hands are, how the back, neck and head bend.

A hand's place is given from its shoulder in metres: out to its own side, up, and ahead, in the frame of the chest; with
it the way its elbow points and how far the palm is turned up. Each is worked out once into the turns of the arm, so
that playing them is slerp alone. The figures are drawn by hand for the house's skeleton.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..media import quaternions as turns
from ..media.motion import HOUSE, Motion, world
from .motion_limbs import euler, reach

Floats = NDArray[np.float32]
Three = tuple[float, float, float]

ARM = ("Shoulder", "Arm", "ForeArm", "Hand")
BACK = ("Spine", "Spine1", "Spine2", "Neck", "Head")


@dataclass(frozen=True)
class Hand:
    """at: (out, up, ahead) metres from the shoulder; elbow: the way it points; palm: degrees turned up."""

    at: Three
    elbow: Three = (0.4, -0.3, -1.0)
    palm: float = 0.0
    shrug: float = 0.0  # degrees that the shoulder is raised


HANDS = {
    "hang": Hand((0.055, -0.508, 0.03)),
    "loose": Hand((0.08, -0.49, 0.09)),
    "limp": Hand((0.02, -0.505, 0.07), shrug=-4),
    "stiff": Hand((0.10, -0.50, -0.02), shrug=4),
    "hip": Hand((0.035, -0.36, 0.07), (1.0, 0.05, -0.55)),
    "over": Hand((-0.24, -0.25, 0.20), (0.75, -1.0, 0.1)),
    "under": Hand((-0.20, -0.21, 0.17), (0.75, -1.0, 0.1)),
    "pocket": Hand((0.03, -0.43, 0.08), (0.75, 0.0, -1.0)),
    "clasped": Hand((-0.155, -0.41, 0.17), (1.0, -0.3, -0.5)),
    "behind": Hand((-0.15, -0.38, -0.15), (1.0, 0.0, -0.3)),
    "thigh": Hand((-0.03, -0.33, 0.30), (0.9, -0.1, -0.6)),
    "lap": Hand((-0.14, -0.36, 0.22), (1.0, -0.2, -0.4)),
    "table": Hand((-0.06, -0.24, 0.36), (1.0, -0.5, -0.3)),
    "chin": Hand((-0.15, -0.05, 0.21), (0.1, -1.0, 0.35), 60),
    "ear": Hand((-0.04, 0.14, 0.07), (0.75, -0.7, 0.35), 30),
    "face": Hand((-0.14, 0.10, 0.20), (0.5, -1.0, 0.3), 70, 6),
    "mouth": Hand((-0.16, 0.07, 0.19), (0.5, -1.0, 0.2), 60, 4),
    "brow": Hand((-0.12, 0.20, 0.16), (0.9, -0.5, 0.2), 40),
    "nape": Hand((-0.08, 0.10, -0.05), (0.9, 0.4, 0.35), 0, 8),
    "chest": Hand((-0.17, -0.16, 0.19), (0.9, -0.8, 0.0), 20),
    "open": Hand((0.16, -0.24, 0.31), (0.5, -1.0, -0.5), 110),
    "small": Hand((0.04, -0.27, 0.30), (0.6, -0.8, -0.6), 70),
    "chop": Hand((-0.02, -0.22, 0.34), (0.7, -0.8, -0.4), 50),
    "offer": Hand((-0.02, -0.17, 0.44), (0.4, -1.0, -0.2), 120),
    "hold": Hand((-0.07, -0.25, 0.29), (0.6, -1.0, -0.4), 80),
    "point": Hand((0.01, -0.02, 0.505), (0.4, -1.0, 0.0), 20, 3),
    "aside": Hand((0.44, -0.12, 0.22), (0.0, -1.0, -0.5), 60),
    "up": Hand((0.04, 0.16, 0.33), (0.4, -1.0, 0.0), 60, 5),
    "wave": Hand((0.22, 0.24, 0.16), (0.7, -1.0, 0.1), 60, 6),
    "wave out": Hand((0.34, 0.20, 0.14), (0.6, -1.0, 0.1), 60, 6),
    "high": Hand((0.08, 0.49, 0.06), (0.9, 0.0, -0.3), 0, 14),
    "wide": Hand((0.44, 0.04, 0.16), (0.1, -1.0, -0.5), 70, 4),
    "shrug": Hand((0.22, -0.27, 0.19), (0.6, -0.8, -0.6), 130, 16),
    "reach": Hand((-0.03, -0.06, 0.49), (0.3, -1.0, -0.1), 0, 2),
    "low": Hand((0.0, -0.36, 0.35), (0.5, -0.6, -0.8), 0),
    "fist": Hand((-0.03, -0.12, 0.27), (0.7, -1.0, -0.2), 30, 5),
    "surrender": Hand((0.22, 0.16, 0.14), (0.6, -1.0, -0.1), 0, 8),
    "hug": Hand((-0.16, -0.06, 0.42), (1.0, -0.4, -0.1), 40),
    "drink": Hand((-0.15, 0.04, 0.24), (0.8, -0.8, 0.1), 40),
    "aim": Hand((-0.15, 0.0, 0.48), (0.7, -0.8, 0.0), 20, 4),
    "push": Hand((0.0, -0.08, 0.47), (0.6, -0.9, -0.2), 0, 3),
    "pull": Hand((0.06, -0.28, 0.16), (0.4, -0.5, -1.0), 30),
    "knock": Hand((0.0, 0.06, 0.38), (0.5, -1.0, 0.0), 40, 3),
    "type": Hand((-0.06, -0.27, 0.33), (0.7, -0.8, -0.5), 0),
    "brace": Hand((0.02, -0.38, 0.30), (0.6, -0.2, -1.0), 0, 4),
    "lift": Hand((0.06, 0.36, 0.26), (0.6, -0.6, 0.1), 40, 10),
    "clasped high": Hand((-0.17, -0.16, 0.30), (0.8, -0.8, -0.3)),
    "open near": Hand((-0.05, -0.15, 0.30), (0.8, -0.8, -0.3)),
    "pray": Hand((-0.17, -0.10, 0.24), (0.9, -0.8, 0.0)),
    "read": Hand((-0.08, -0.16, 0.31), (0.8, -0.8, -0.3), 100),
    "aim up": Hand((-0.15, 0.12, 0.44), (0.7, -0.8, 0.0), 20, 5),
    "up low": Hand((0.03, -0.04, 0.30), (0.4, -1.0, -0.1), 50),
    "point low": Hand((0.0, -0.12, 0.46), (0.5, -1.0, -0.2), 10),
    "aside low": Hand((0.30, -0.26, 0.26), (0.3, -1.0, -0.5), 90),
    "wide low": Hand((0.30, -0.16, 0.26), (0.4, -1.0, -0.5), 100, 3),
    "throw back": Hand((0.20, 0.26, -0.16), (0.8, -0.2, -0.5), 0, 8),
}


@dataclass(frozen=True)
class Pose:
    """The upper body: degrees (forwards, to the left, to the right side) of back, neck and head, and both hands."""

    left: str = "hang"
    right: str = "hang"
    spine: Three = (0.0, 0.0, 0.0)  # shared out over the three joints of the back
    neck: Three = (0.0, 0.0, 0.0)
    head: Three = (0.0, 0.0, 0.0)
    lower: float = 0.0  # metres that the hips sink
    aside: float = 0.0  # metres that the weight stands over the left foot
    apart: float = 0.02  # metres that each foot stands further out than at rest


STANCES = {
    "stand": Pose("hang", "loose", aside=0.03),
    "easy": Pose("loose", "hang", (1, 3, -1), aside=-0.035, apart=0.03),
    "hip": Pose("hang", "hip", (0, -3, 1), aside=-0.045, apart=0.04),
    "hips": Pose("hip", "hip", (-2, 0, 0), apart=0.07),
    "crossed": Pose("over", "under", (-3, 0, 0), (2, 0, 0), aside=0.03, apart=0.04),
    "pockets": Pose("pocket", "pocket", (2, 0, 0), (2, 0, 0), aside=0.025, apart=0.03),
    "clasped": Pose("clasped", "clasped", (1, 0, 0), apart=0.0),
    "behind": Pose("behind", "behind", (-2, 0, 0), apart=0.05),
    "proud": Pose("hip", "hip", (-5, 0, 0), (-2, 0, 0), (-3, 0, 0), apart=0.08),
    "slumped": Pose("limp", "limp", (11, 0, 0), (7, 0, 0), (6, 0, 0), lower=0.02, apart=0.01),
    "tense": Pose("stiff", "stiff", (4, 0, 0), (3, 0, 0), apart=0.05),
    "afraid": Pose("chest", "fist", (8, 0, 0), (2, 0, 0), (-4, 0, 0), lower=0.05, apart=0.0),
    "angry": Pose("stiff", "stiff", (7, 0, 0), (4, 0, 0), (-4, 0, 0), lower=0.02, apart=0.08),
    "tender": Pose("clasped", "clasped", (2, 0, 2), (2, 0, 0), (2, 0, 5), aside=0.03, apart=0.0),
    "ready": Pose("fist", "fist", (10, 10, 0), (0, -8, 0), lower=0.06, apart=0.10),
}
SEATS = {
    "sit": Pose("thigh", "thigh", (-2, 0, 0)),
    "lap": Pose("lap", "lap", (3, 0, 0), (2, 0, 0)),
    "table": Pose("table", "table", (7, 0, 0), (-2, 0, 0)),
    "back": Pose("thigh", "lap", (-9, 0, 0), (5, 0, 0)),
    "slumped": Pose("lap", "lap", (16, 0, 0), (8, 0, 0), (7, 0, 0)),
    "crossed": Pose("over", "under", (-4, 0, 0), (3, 0, 0)),
    "chin": Pose("lap", "chin", (14, 0, 2), (0, 0, 0), (2, 0, 4)),
    "tense": Pose("thigh", "thigh", (6, 0, 0), (0, 0, 0)),
}
LYING = Pose("hang", "lap", (4, 0, 0), (14, 0, 0), (4, 0, 0))
LEANING = (
    Pose("over", "under", (-7, 0, 0), (5, 0, 0), (2, 0, 0), lower=0.03, apart=0.05),
    Pose("pocket", "pocket", (-8, 0, 0), (6, 0, 0), (2, 0, 0), lower=0.03, aside=0.02, apart=0.05),
)
# By feeling: the stances that a person falls into, first the likeliest.
MOODS = {
    "neutral": ("stand", "easy", "pockets", "hip"),
    "happy": ("easy", "hip", "stand"),
    "sad": ("slumped", "clasped"),
    "angry": ("angry", "crossed", "hips"),
    "afraid": ("afraid", "clasped"),
    "surprised": ("tense", "stand"),
    "disgusted": ("crossed", "hip"),
    "tired": ("slumped", "stand"),
    "tender": ("tender", "easy"),
    "tense": ("tense", "crossed", "behind"),
}
SEATED = {
    "neutral": ("sit", "lap", "back"),
    "happy": ("sit", "back"),
    "sad": ("slumped", "lap"),
    "angry": ("crossed", "tense"),
    "afraid": ("tense", "lap"),
    "tired": ("slumped", "chin"),
    "tender": ("lap", "sit"),
    "tense": ("tense", "lap"),
}


def stance(mood: str, seed: int, seated: bool = False) -> Pose:
    """How somebody of that mood stands or sits; the same seed stands alike."""
    names = (SEATED if seated else MOODS).get(mood) or (SEATED if seated else MOODS)["neutral"]
    return (SEATS if seated else STANCES)[names[seed % len(names)]]


@lru_cache(maxsize=512)
def arm(side: str, hand: str) -> Floats:
    """(4, 4): the turns of shoulder, arm, forearm and hand that bring a hand ("Left", "hip") there."""
    given = HANDS[hand]
    flip = 1.0 if side == "Left" else -1.0
    still = np.broadcast_to(turns.STILL, (1, len(HOUSE.names), 4)).copy()
    # A hanging arm to begin with: its twist is the natural one.
    still[:, HOUSE.number(f"{side}Arm")] = euler(roll=-80 * flip)
    still[:, HOUSE.number(f"{side}Shoulder")] = euler(roll=given.shrug * flip)
    motion = Motion(HOUSE, np.zeros((1, 3), np.float32), still)
    places, _ = world(motion)
    mirror = np.array([flip, 1, 1], np.float32)
    target = places[:, HOUSE.number(f"{side}Arm")] + np.array(given.at, np.float32) * mirror
    pole = (np.array(given.elbow, np.float32) * mirror)[None]
    out = reach(motion, f"{side}Hand", target.astype(np.float32), pole=pole)
    q = out.turns[0, [HOUSE.number(f"{side}{name}") for name in ARM]].copy()
    # The palm is turned at the wrist, about the forearm, which lies along x on both sides.
    q[3] = turns.about(np.array([1, 0, 0], np.float32), float(np.radians(-given.palm)))
    return q


@lru_cache(maxsize=256)
def pose(given: Pose) -> Floats:
    """(22, 4): the local turns of a pose; hips and legs are none."""
    q = np.broadcast_to(turns.STILL, (len(HOUSE.names), 4)).copy()
    third = tuple(angle / 3 for angle in given.spine)
    for name in ("Spine", "Spine1", "Spine2"):
        q[HOUSE.number(name)] = euler(*third)
    q[HOUSE.number("Neck")] = euler(*given.neck)
    q[HOUSE.number("Head")] = euler(*given.head)
    for side, hand in (("Left", given.left), ("Right", given.right)):
        q[[HOUSE.number(f"{side}{name}") for name in ARM]] = arm(side, hand)
    return q.astype(np.float32)
