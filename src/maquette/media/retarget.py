"""Motion from one skeleton to another: whose joints are whose, how rest poses differ, and how long the legs are.

Every joint's turn away from its own rest pose, seen in the world, is laid on the other's rest pose; where limbs point
elsewhere at rest (arms hanging in an A, not a T) the smallest turn between both directions makes up for it. The way of
the hips is scaled by the length of the legs.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import quaternions as turns
from .motion import HOUSE, Motion, Skeleton, world

Floats = NDArray[np.float32]

# What comes before a joint's own name in the files of Mixamo, Rigify, Character Creator, VRoid, 3ds Max and others.
_PREFIX = re.compile(
    r"^(.*[:|])|^(mixamorig\d*[_ ]?|def[-_. ]|org[-_. ]|cc_base_|bip0*\d*[-_ .]+|b_|bn_|bone_|char_|hum_)", re.I
)
_SIDES = (
    (r"^(left|right)[-_ .]?(.+)$", 1, 2),
    (r"^(.+?)[-_ .]?(left|right)$", 2, 1),
    (r"^([lr])[-_ .](.+)$", 1, 2),
    (r"^(.+?)[-_ .]([lr])((?:\.\d+)?)$", 2, 1),
    (r"^([lr])((?-i:[A-Z]).+)$", 1, 2),
)
_J_BIP = re.compile(r"^j_bip_([clr])_(.+)$", re.I)
# The words for a part in all those files, in small letters without signs; the first that is there is taken.
_PAIRED: dict[str, tuple[str, ...]] = {
    "UpLeg": ("upleg", "upperleg", "thigh", "thighbend", "femur", "uplegroll", "hip", "legupper"),
    "Leg": ("leg", "lowerleg", "lowleg", "shin", "calf", "tibia", "knee", "leglower"),
    "Foot": ("foot", "ankle"),
    "ToeBase": ("toebase", "toe", "toes", "toe0", "ball", "toetip"),
    "Shoulder": ("clavicle", "collar", "shoulder"),
    "Arm": ("arm", "upperarm", "uparm", "shldrbend", "shldr", "humerus", "armupper", "shoulder"),
    "ForeArm": ("forearm", "lowerarm", "lowarm", "forearmbend", "elbow", "radius", "armlower"),
    "Hand": ("hand", "wrist"),
}
_SINGLE: dict[str, tuple[str, ...]] = {
    "Hips": ("hips", "hip", "pelvis", "root", "bip01", "bip001", "bip", "cog"),
    "Neck": ("neck", "neck1", "neck01", "necklower", "lowerneck", "necktwist01", "neckbase"),
    "Head": ("head", "upperneck"),
}
_SPINE = re.compile(r"^(lower|middle|upper)?(spine|chest|abdomen|back|thorax|torso|waist)(lower|upper)?\d*$")
_RIGIFY = {"spine": "Hips", "spine001": "Spine", "spine002": "Spine1", "spine003": "Spine2", "spine004": "Neck",
           "spine006": "Head"}  # fmt: skip
NEEDED = ("Hips", "LeftUpLeg", "LeftLeg", "LeftFoot", "RightUpLeg", "RightLeg", "RightFoot", "LeftArm", "LeftForeArm",
          "RightArm", "RightForeArm", "Head")  # fmt: skip
# Which joint a limb points to; what is not here keeps its own direction.
_TOWARDS = {f"{side}{one}": f"{side}{other}" for side in ("Left", "Right") for one, other in (
    ("UpLeg", "Leg"), ("Leg", "Foot"), ("Arm", "ForeArm"), ("ForeArm", "Hand"))}  # fmt: skip


# --- whose joint is whose ----------------------------------------------------------------------------------------


def roles(skeleton: Skeleton) -> dict[str, int]:
    """Our names for joints -> the numbers of the joints of any skeleton that stand for them."""
    if skeleton.names == HOUSE.names:
        return {name: number for number, name in enumerate(HOUSE.names)}
    parts = [_part(name) for name in skeleton.names]
    sided: dict[tuple[str, str], int] = {}
    single: dict[str, int] = {}
    for number, (side, word) in enumerate(parts):
        if side:
            sided.setdefault((side, word), number)
        else:
            single.setdefault(word, number)
    found: dict[str, int] = {}
    for side in ("Left", "Right"):
        words = {word for one, word in sided if one == side}
        for role in _PAIRED:
            chosen = next((each for each in _choices(role, words) if each in words), "")
            if chosen:
                found[side + role] = sided[side, chosen]
    for role, choices in _SINGLE.items():
        chosen = next((each for each in choices if each in single), "")
        if chosen:
            found[role] = single[chosen]
    if "spine001" in single and "spine" in single:
        found |= {role: single[word] for word, role in _RIGIFY.items() if word in single}
    _by_place(skeleton, parts, found)
    return found


def _choices(role: str, words: set[str]) -> tuple[str, ...]:
    """In files that have an elbow the shoulder is the upper arm, and the hip is the upper leg."""
    choices = _PAIRED[role]
    if role == "Shoulder" and not words & {"arm", "upperarm", "uparm", "shldrbend", "shldr", "humerus", "armupper"}:
        return tuple(word for word in choices if word != "shoulder")
    if {"ankle", "foot"} <= words and role in ("Foot", "ToeBase"):
        return ("ankle",) if role == "Foot" else (*choices, "foot")
    return choices


def _part(name: str) -> tuple[str, str]:
    """The side ("Left", "Right", "") and the word for the part in a joint's name."""
    if found := _J_BIP.match(name):
        return {"l": "Left", "r": "Right", "c": ""}[found[1].lower()], _word(found[2])
    plain, before = name.strip(), ""
    while plain != before:
        before, plain = plain, _PREFIX.sub("", plain) or plain
    for pattern, side, rest in _SIDES:
        if found := re.match(pattern, plain, re.I):
            return ("Left" if found[side][0].lower() == "l" else "Right"), _word(found[rest])
    # ASF names stand close together: lfemur, rhumerus.
    if (found := re.match(r"^([lr])(.+)$", plain)) and any(found[2].lower() in each for each in _PAIRED.values()):
        return ("Left" if found[1] == "l" else "Right"), found[2].lower()
    return "", _word(plain)


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]|(?<=.)joint$", "", text.lower()) or text.lower()


def _by_place(skeleton: Skeleton, parts: list[tuple[str, str]], found: dict[str, int]) -> None:
    """The hips, the spine and the neck by where they stand, where their names alone do not tell."""
    legs = [found[name] for name in ("LeftUpLeg", "RightUpLeg") if name in found]
    if len(legs) == 2 and ("Hips" not in found or not _is_above(skeleton, found["Hips"], legs)):
        found["Hips"] = _meeting(skeleton, legs)
    arms = [found[name] for name in ("LeftArm", "RightArm") if name in found]
    if len(arms) < 2 or "Hips" not in found:
        return
    chest = _meeting(skeleton, arms)
    line = [joint for joint in reversed(_line(skeleton, chest)) if joint not in _line(skeleton, found["Hips"])]
    line = [joint for joint in line if joint != found["Hips"]]
    named = [joint for joint in line if _SPINE.match(parts[joint][1])] or line
    if not {"Spine", "Spine1", "Spine2"} <= set(found) and named:
        # Ours has three: the lowest, the one in the middle, and the one that carries the shoulders.
        found["Spine"], found["Spine2"] = named[0], named[-1]
        if len(named) > 2:
            found["Spine1"] = named[len(named) // 2]
        if len(named) == 1:
            del found["Spine"]
    if "Head" in found and "Neck" not in found:
        between = [joint for joint in reversed(_line(skeleton, found["Head"])) if joint not in _line(skeleton, chest)]
        if len(between) > 1:
            found["Neck"] = between[0]


def _line(skeleton: Skeleton, joint: int) -> list[int]:
    """A joint and all above it."""
    line = [joint]
    while (up := skeleton.parents[line[-1]]) >= 0:
        line.append(up)
    return line


def _is_above(skeleton: Skeleton, joint: int, others: list[int]) -> bool:
    return all(joint in _line(skeleton, other) for other in others)


def _meeting(skeleton: Skeleton, joints: list[int]) -> int:
    """The lowest joint that carries all of these."""
    lines = [_line(skeleton, joint) for joint in joints]
    return next(joint for joint in lines[0] if all(joint in line for line in lines))


def checked_roles(skeleton: Skeleton, names: Mapping[str, str] | None = None) -> dict[str, int]:
    """As `roles`, with what a person says: our name -> the file's name. Raises MediaError naming what is not found."""
    found = roles(skeleton)
    for role, name in (names or {}).items():
        if role not in HOUSE.names or name not in skeleton.names:
            wrong, known = (role, HOUSE.names) if role not in HOUSE.names else (name, skeleton.names)
            raise MediaError(f"no joint is called {wrong!r}", where="names", mend=f"known are {', '.join(known)}")
        found[role] = skeleton.number(name)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        shown = ", ".join(skeleton.names[:12]) + (" ..." if len(skeleton.names) > 12 else "")
        raise MediaError(
            f"its joints are not known as those of a person: there is no {', '.join(missing)}",
            where=f"a skeleton with {shown}",
            mend="name its joints as Mixamo, the CMU set or Rigify do, and export it again (in Python: names={...})",
        )
    return found


# --- the motion itself -------------------------------------------------------------------------------------------


def retarget(
    motion: Motion, skeleton: Skeleton = HOUSE, *, names: Mapping[str, str] | None = None, floor: bool = True
) -> Motion:
    """The motion on another skeleton, ours if none is given; what is there already is given back as it is.

    `names`: our joint names -> those of the motion's skeleton, where they cannot be told. With `floor` the lowest
    feet of the motion stand on y = 0. Raises MediaError where arms, legs or the head cannot be found by name.
    """
    if motion.skeleton is skeleton or _alike(motion.skeleton, skeleton):
        return dataclasses.replace(motion, skeleton=skeleton)
    source, target = checked_roles(motion.skeleton, names), checked_roles(skeleton)
    order = [source.get(role, -1) for role in sorted(target, key=target.__getitem__)]
    if order == list(range(len(skeleton.names))) and _alike(motion.skeleton, skeleton, named=False):
        return dataclasses.replace(motion, skeleton=skeleton)  # the same joints under other names
    said = list(motion.said)
    if not _is_person(_rest(motion.skeleton), source):
        motion, frame = _stood_up(motion, source)
        said.append(f"its rest pose is not that of a person: how it stands in frame {frame} is taken for it")
    upright = _upright(motion, source)
    here, there = _rest(motion.skeleton) @ turns.to_matrix(upright).T, _rest(skeleton)
    _, turned = world(motion)
    back = turns.inverse(upright)
    # How every joint of the source is turned away from rest, in a world where it stands upright and faces +z.
    away = turns.multiply(
        turns.multiply(np.broadcast_to(upright, turned.shape), turned), np.broadcast_to(back, turned.shape)
    )
    made = _laid_on(skeleton, source, target, away, _mended(here, there, source, target))
    root = _walked(motion, source, target, upright, here, there)
    out = Motion(skeleton, root, made, motion.fps, motion.title, motion.keys)
    lost = [name for name in ("Spine", "Spine2", "Neck", "LeftHand", "RightHand", "LeftToeBase", "RightToeBase")
            if name in target and name not in source]  # fmt: skip
    if lost:
        said.append(f"the file has no {', '.join(lost)}: they go with their neighbours")
    if floor:
        out = _standing(out, target)
    return dataclasses.replace(out, said=tuple(said))


def _alike(one: Skeleton, other: Skeleton, *, named: bool = True) -> bool:
    if (one.names != other.names and named) or one.parents != other.parents:
        return False
    return bool(np.allclose(one.offsets, other.offsets, atol=1e-4))


def _rest(skeleton: Skeleton) -> Floats:
    """(j, 3): where the joints are at rest, hips at the origin."""
    still = np.tile(turns.STILL, (1, len(skeleton.names), 1))
    places = world(Motion(skeleton, np.zeros((1, 3), np.float32), still))[0][0]
    return np.asarray(places - places[0], np.float32)


def _upright(motion: Motion, found: Mapping[str, int]) -> Floats:
    """(4,): the turn that makes the rest pose stand along y and face +z, of the 24 that leave axes axes."""
    rest = _rest(motion.skeleton)
    up = rest[found["Head"]] - rest[found["Hips"]]
    left = rest[found["LeftUpLeg"]] - rest[found["RightUpLeg"]]
    y = _axis(up)
    x = _axis(np.where(np.abs(y) > 0.5, 0, left))
    m = np.stack([x, y, np.cross(x, y)])
    return turns.from_matrix(m.astype(np.float32))


def _is_person(rest: Floats, found: Mapping[str, int]) -> bool:
    """True where the head is above the hips, the feet below them, and the legs stand side by side."""
    up = _unit(rest[found["Head"]] - rest[found["Hips"]])
    feet = (rest[found["LeftFoot"]] + rest[found["RightFoot"]]) / 2 - rest[found["Hips"]]
    across = _unit(rest[found["LeftUpLeg"]] - rest[found["RightUpLeg"]])
    return bool(up @ _unit(feet) < -0.8 and abs(float(up @ across)) < 0.5 and np.linalg.norm(feet) > 1e-6)


def _stood_up(motion: Motion, found: Mapping[str, int]) -> tuple[Motion, int]:
    """The same places on a skeleton that rests as it stands in its straightest frame, and which frame that is.

    Some systems write bones that all point one way at rest; their rest pose says nothing.
    """
    places, turned = world(motion)
    up = places[:, found["Head"]] - places[:, found["Hips"]]
    feet = (places[:, found["LeftFoot"]] + places[:, found["RightFoot"]]) / 2 - places[:, found["Hips"]]
    # Straight legs under a straight back, arms anywhere.
    frame = int((np.linalg.norm(up, axis=-1) + np.linalg.norm(feet, axis=-1)
                 - np.linalg.norm(up + feet, axis=-1)).argmax())  # fmt: skip
    # It may look anywhere in that frame: it is turned about what is up there until its left is at +x.
    left = places[frame, found["LeftUpLeg"]] - places[frame, found["RightUpLeg"]]
    axis = _axis(up[frame])
    level = _unit(np.where(np.abs(axis) > 0.5, 0, left))
    side = np.array([0, 0, 1] if abs(float(axis[0])) > 0.5 else [1, 0, 0], np.float32)
    angle = np.arctan2(float(np.cross(level, side) @ axis), float(level @ side))
    straight = turns.about(axis, float(angle))
    offsets = motion.skeleton.offsets.copy()
    for joint, parent in enumerate(motion.skeleton.parents):
        if parent >= 0:
            offsets[joint] = turns.rotate(straight, (places[frame, joint] - places[frame, parent])[None])[0]
    rest = turns.multiply(np.broadcast_to(straight, turned[frame].shape), turned[frame])
    away = turns.multiply(turned, np.broadcast_to(turns.inverse(rest), turned.shape))
    local = away.copy()
    for joint, parent in enumerate(motion.skeleton.parents):
        if parent >= 0:
            local[:, joint] = turns.multiply(turns.inverse(away[:, parent]), away[:, joint])
    skeleton = dataclasses.replace(motion.skeleton, offsets=offsets.astype(np.float32))
    return dataclasses.replace(motion, skeleton=skeleton, turns=turns.unit(local)), frame


def _unit(v: Floats) -> Floats:
    return np.asarray(v / max(float(np.linalg.norm(v)), 1e-9), np.float32)


def _axis(v: Floats) -> Floats:
    """The axis nearest to a direction."""
    out = np.zeros(3, np.float32)
    best = int(np.abs(v).argmax())
    out[best] = 1.0 if v[best] >= 0 else -1.0
    return out


def _mended(here: Floats, there: Floats, source: Mapping[str, int], target: Mapping[str, int]) -> dict[str, Floats]:
    """For each limb the turn from where the target's points at rest to where the source's points."""
    out = {}
    for role, towards in _TOWARDS.items():
        if all(one in roles for one in (role, towards) for roles in (source, target)):
            out[role] = turns.between(there[target[towards]] - there[target[role]],
                                      here[source[towards]] - here[source[role]])  # fmt: skip
    for side in ("Left", "Right"):
        # A hand lies in line with its forearm in both.
        if f"{side}ForeArm" in out:
            out[f"{side}Hand"] = out[f"{side}ForeArm"]
    return out


def _laid_on(
    skeleton: Skeleton, source: Mapping[str, int], target: Mapping[str, int], away: Floats, mended: Mapping[str, Floats]
) -> Floats:
    """(t, j, 4): the target's local turns. A joint that the source does not have goes with its parent."""
    role_of = {joint: role for role, joint in target.items()}
    frames = len(away)
    worlds: list[Floats] = []
    local = np.tile(turns.STILL, (frames, len(skeleton.names), 1))
    for joint, parent in enumerate(skeleton.parents):
        above = worlds[parent] if parent >= 0 else np.tile(turns.STILL, (frames, 1))
        role = role_of.get(joint, "")
        if role in source:
            turned = away[:, source[role]]
            if role in mended:
                turned = turns.multiply(turned, np.broadcast_to(mended[role], turned.shape))
        elif role == "Spine1" and {"Spine", "Spine2"} <= set(source):
            turned = turns.slerp(away[:, source["Spine"]], away[:, source["Spine2"]], 0.5)
        elif role == "Spine" and "Spine2" in source:
            turned = turns.slerp(away[:, source["Hips"]], away[:, source["Spine2"]], 0.5)
        elif role == "Neck":
            turned = turns.slerp(above, away[:, source["Head"]], 0.4)
        else:
            turned = above
        worlds.append(turned)
        local[:, joint] = turns.unit(turns.multiply(turns.inverse(above), turned))
    return local


def _leg(rest: Floats, found: Mapping[str, int]) -> float:
    """Metres from the hip joint along the leg to the ankle, the mean of both legs."""
    ways = [
        np.linalg.norm(rest[found[side + lower]] - rest[found[side + upper]])
        for side in ("Left", "Right")
        for upper, lower in (("UpLeg", "Leg"), ("Leg", "Foot"))
    ]
    return float(sum(ways)) / 2


def _walked(
    motion: Motion, source: Mapping[str, int], target: Mapping[str, int], upright: Floats, here: Floats, there: Floats
) -> Floats:
    """(t, 3): the target's root so that the middle between its hip joints goes the source's way, scaled by the legs."""
    places, turned = world(motion)
    scale = _leg(there, target) / max(_leg(here, source), 1e-6)
    middle = np.asarray((places[:, source["LeftUpLeg"]] + places[:, source["RightUpLeg"]]) / 2, np.float32)
    way = turns.rotate(np.broadcast_to(upright, (*middle.shape[:-1], 4)), middle) * scale
    away = turns.multiply(turns.multiply(np.broadcast_to(upright, turned[:, 0].shape), turned[:, source["Hips"]]),
                          np.broadcast_to(turns.inverse(upright), turned[:, 0].shape))  # fmt: skip
    down = (there[target["LeftUpLeg"]] + there[target["RightUpLeg"]]) / 2 - there[target["Hips"]]
    return np.asarray(way - turns.rotate(away, np.broadcast_to(down.astype(np.float32), way.shape)), np.float32)


def _standing(motion: Motion, found: Mapping[str, int]) -> Motion:
    """Moved up or down so that the feet, where they are lowest, are as high above y = 0 as at rest."""
    feet = [found[name] for name in ("LeftToeBase", "RightToeBase", "LeftFoot", "RightFoot") if name in found]
    rest = _rest(motion.skeleton)
    above = 0.02 + rest[feet, 1] - rest[:, 1].min()  # each foot joint's own height when it stands
    low = (world(motion)[0][:, feet, 1] - above).min(1)
    shift = float(np.percentile(low, 3))
    return dataclasses.replace(motion, root=motion.root - np.array([0, shift, 0], np.float32))
