"""BVH, the motion file of Biovision (1995), in and out: a tree of joints, then one line of numbers for each frame.

The format states no unit and no way up. Ours are centimetres and y up, as MotionBuilder and Mixamo write. Another's
unit is told from how tall the body is and which way is up from where the head is; `said` says what was assumed.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MediaError
from . import quaternions as turns
from .motion import HOUSE, Motion, Skeleton, world

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

LARGEST = 400 * 1024 * 1024  # bytes; an hour of a large rig at 120 frames a second is half of that
MIXAMO = "mixamorig:"
# The hips turn about y first: so a walk in any direction stays clear of the angle where three numbers lose one.
_HIPS_ORDER, _ORDER = "YXZ", "ZYX"
_AXIS = {"X": 0, "Y": 1, "Z": 2}
# How tall a body is in the file, from its feet to its head -> metres of one unit of the file, and the unit's name.
_UNITS = ((1.0, 2.4, 1.0, "metres"), (100.0, 240.0, 0.01, "centimetres"), (40.0, 95.0, 0.0254, "inches"),
          (1000.0, 2400.0, 0.001, "millimetres"), (18.0, 40.0, 0.0254 / 0.45, "units of the CMU set"))  # fmt: skip


# --- out ---------------------------------------------------------------------------------------------------------


def to_text(motion: Motion, *, title: str = "", comment: str = "") -> str:
    """The form that a motion is kept in. BVH has no place for a title or a comment: they travel in the side-car."""
    return to_bvh(motion)


def to_bvh(motion: Motion, *, mixamo: bool = False) -> str:
    """The motion as BVH in centimetres. With `mixamo` the joints are named "mixamorig:Hips" and so on.

    Positions have 0.001 mm, angles 0.000001 degrees; what comes back by `read_bvh` is within 0.01 mm.
    Raises MediaError for a motion without frames.
    """
    if not motion.frames:
        raise MediaError("a motion without frames cannot be written", where="BVH", mend="give it at least one frame")
    skeleton = motion.skeleton
    order = _depth_first(skeleton)
    prefix = MIXAMO if mixamo else ""
    lines = ["HIERARCHY", *_joint_lines(skeleton, order[0], prefix, 0)]
    lines += ["MOTION", f"Frames: {motion.frames}", f"Frame Time: {1 / motion.fps:.8f}"]
    orders = [_HIPS_ORDER if skeleton.parents[joint] < 0 else _ORDER for joint in order]
    angles = [np.degrees(_angles(motion.turns[:, joint], each)) for joint, each in zip(order, orders)]
    places = (motion.root.astype(np.float64) + skeleton.offsets[order[0]]) * 100
    table = np.concatenate([places, *angles], 1)
    lines += [" ".join(f"{number:.6f}" for number in row) for row in (np.round(table, 6) + 0.0).tolist()]
    return "\n".join(lines) + "\n"


def _depth_first(skeleton: Skeleton) -> list[int]:
    """The joints in the order in which a tree that is written down names them."""
    order: list[int] = []
    waiting = [joint for joint, parent in enumerate(skeleton.parents) if parent < 0][:1]
    while waiting:
        joint = waiting.pop()
        order.append(joint)
        waiting += [child for child, parent in reversed(list(enumerate(skeleton.parents))) if parent == joint]
    return order


def _joint_lines(skeleton: Skeleton, joint: int, prefix: str, depth: int) -> list[str]:
    tab, root = "\t" * depth, skeleton.parents[joint] < 0
    name = prefix + skeleton.names[joint].removeprefix(prefix)
    offset = (0.0, 0.0, 0.0) if root else skeleton.offsets[joint]
    order = " ".join(f"{axis}rotation" for axis in (_HIPS_ORDER if root else _ORDER))
    channels = f"6 Xposition Yposition Zposition {order}" if root else f"3 {order}"
    lines = [f"{tab}{'ROOT' if root else 'JOINT'} {name}", f"{tab}{{", f"{tab}\t{_offset(offset)}"]
    lines.append(f"{tab}\tCHANNELS {channels}")
    children = [child for child, parent in enumerate(skeleton.parents) if parent == joint]
    for child in children:
        lines += _joint_lines(skeleton, child, prefix, depth + 1)
    if not children:
        end = skeleton.ends.get(skeleton.names[joint], (0.0, 0.05, 0.0))
        lines += [f"{tab}\tEnd Site", f"{tab}\t{{", f"{tab}\t\t{_offset(end)}", f"{tab}\t}}"]
    return [*lines, f"{tab}}}"]


def _offset(metres: Floats | tuple[float, float, float]) -> str:
    return "OFFSET " + " ".join(f"{float(number) * 100 + 0.0:.5f}" for number in metres)


def _angles(q: Floats, order: str) -> Doubles:
    """(t, 4) -> (t, 3) radians about the axes of `order`, outermost first, without jumps from frame to frame.

    Every turn has two writings in three angles and endlessly many full circles; of them the nearest to the frame
    before is taken, so that the curves that an animator sees are smooth.
    """
    i, j, k = (_AXIS[axis] for axis in order)
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    m = _matrices(q.astype(np.float64))
    middle = np.arcsin(np.clip(sign * m[:, i, k], -1, 1))
    first = np.arctan2(-sign * m[:, j, k], m[:, k, k])
    last = np.arctan2(-sign * m[:, i, j], m[:, i, i])
    locked = np.hypot(m[:, i, i], m[:, i, j]) < 1e-9
    first = np.where(locked, np.arctan2(sign * m[:, k, j], m[:, j, j]), first)
    last = np.where(locked, 0.0, last)
    return _smooth(np.stack([first, middle, last], 1))


def _matrices(q: Doubles) -> Doubles:
    """As quaternions.to_matrix, in double precision: single loses a tenth of a millimetre at the fingertips."""
    q = q / np.maximum(np.linalg.norm(q, axis=-1, keepdims=True), 1e-12)
    x, y, z, w = np.moveaxis(q, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def _smooth(angles: Doubles) -> Doubles:
    """Of both writings of each turn the one nearest to the frame before, then without full circles between frames."""
    other = np.stack([angles[:, 0] + np.pi, np.pi - angles[:, 1], angles[:, 2] + np.pi], 1)

    def apart(a: Doubles, b: Doubles) -> Doubles:
        away: Doubles = np.abs((b - a + np.pi) % (2 * np.pi) - np.pi).sum(-1)
        return away

    # Whether to change the writing from one frame to the next depends on the pair alone, so no loop is needed.
    stay, change = apart(angles[:-1], angles[1:]), apart(angles[:-1], other[1:])
    flipped = np.concatenate([[0], np.cumsum(change < stay - 1e-9)]) % 2 == 1
    return np.unwrap(np.where(flipped[:, None], other, angles), axis=0)


# --- in ----------------------------------------------------------------------------------------------------------


@dataclass
class _Tree:
    """What the first half of the file says."""

    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    offsets: list[list[float]] = field(default_factory=list)
    channels: list[list[str]] = field(default_factory=list)
    ends: dict[str, tuple[float, float, float]] = field(default_factory=dict)


def read_bvh(path: str | Path, *, unit: float | None = None) -> Motion:
    """The motion in a BVH file, on the file's own skeleton: see `media.retarget` for the way to ours.

    `unit`: metres of one unit of the file, where it is known better than it can be told from the size of the body.
    Raises MediaError, naming the line, for what is no BVH, is cut off or holds numbers that are none.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise MediaError("the file is larger than 400 MB", where=str(path), mend="cut the take into parts")
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"the file cannot be read: {error.strerror}", where=str(path), mend="check the path"
        ) from error
    motion = parse(_decoded(data), where=str(path), unit=unit)
    return dataclasses.replace(motion, title=path.stem)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def parse(text: str, *, where: str = "BVH", unit: float | None = None) -> Motion:
    """As `read_bvh`, of a text."""
    head, found, tail = _split(text)
    if not found or not re.match(r"\s*HIERARCHY\b", head, re.I):
        raise MediaError("this is no BVH: it has no HIERARCHY and MOTION", where=where, mend="export it again as BVH")
    tree = _tree(head, where)
    seconds, table = _frames(tree, tail, head.count("\n") + 1, where)
    said: list[str] = []
    root, turned = _moved(tree, table, said)
    offsets = np.array(tree.offsets, np.float64)
    offsets[0] = 0
    skeleton = Skeleton(tuple(tree.names), tuple(tree.parents), offsets.astype(np.float32), tree.ends)
    scale = unit or unit_of(skeleton, said)
    skeleton = _ours(_scaled(skeleton, scale))
    return Motion(skeleton, (root * scale).astype(np.float32), turned, _rate(seconds), said=tuple(said))


def _rate(seconds: float) -> float:
    """Frames a second; 0.0333333 stands for 30."""
    fps = 1 / seconds
    return float(round(fps)) if abs(fps - round(fps)) < 0.02 else round(fps, 3)


def _split(text: str) -> tuple[str, str, str]:
    found = re.search(r"^\s*MOTION\s*$", text, re.M | re.I)
    return (text[: found.start()], "MOTION", text[found.end() :]) if found else (text, "", "")


def _tree(head: str, where: str) -> _Tree:
    tree, ending, opened = _Tree(), False, 0
    stack: list[int] = []
    for number, line in enumerate(head.splitlines(), start=1):
        words = line.replace("{", " { ").replace("}", " } ").split()
        while words:
            word = words.pop(0)
            if word.upper() in ("ROOT", "JOINT"):
                name = " ".join(each for each in words if each != "{")
                if word.upper() == "ROOT" and tree.names:
                    raise _broken("a second ROOT; one body a file is read", number, where)
                tree.parents.append(stack[-1] if stack else -1)
                tree.names.append(_own_name(name or f"joint{len(tree.names)}", tree.names))
                tree.offsets.append([0.0, 0.0, 0.0])
                tree.channels.append([])
                words = [each for each in words if each == "{"]
                stack.append(len(tree.names) - 1)
            elif word.upper() == "END":
                ending, words = True, [each for each in words if each == "{"]
            elif word == "{":
                opened += 1
            elif word == "}":
                opened -= 1
                if ending:
                    ending = False
                elif stack:
                    stack.pop()
            elif word.upper() == "OFFSET":
                offset, words = _numbers(words[:3], number, where), words[3:]
                if ending and stack:
                    tree.ends[tree.names[stack[-1]]] = (offset[0], offset[1], offset[2])
                elif stack:
                    tree.offsets[stack[-1]] = offset
            elif word.upper() == "CHANNELS" and stack:
                tree.channels[stack[-1]] = words[1 : 1 + int(_numbers(words[:1], number, where, 1)[0])]
                words = []
    if not tree.names or opened:
        raise _broken("the tree of joints is cut off", head.count("\n") + 1, where)
    return tree


def _own_name(name: str, taken: list[str]) -> str:
    return name if name not in taken else next(
        each for count in range(2, len(taken) + 3) if (each := f"{name}-{count}") not in taken)  # fmt: skip


def _numbers(words: list[str], line: int, where: str, count: int = 3) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) != count or not np.isfinite(numbers).all():
        raise _broken(f"{count} numbers were expected", line, where)
    return numbers


def _broken(wrong: str, line: int, where: str) -> MediaError:
    return MediaError(wrong, where=f"{where}, line {line}", mend="export the file again")


def _frames(tree: _Tree, tail: str, line: int, where: str) -> tuple[float, Doubles]:
    head = re.match(r"\s*Frames:\s*(\d+)\s*Frame\s*Time:\s*(\S+)\s*", tail, re.I)
    if not head:
        raise _broken("Frames and Frame Time are missing", line + 1, where)
    frames, columns = int(head[1]), sum(len(each) for each in tree.channels)
    seconds = _numbers([head[2].replace(",", ".")], line + 2, where, 1)[0]
    if not 1e-4 < seconds < 10:
        raise _broken(f"a frame cannot last {seconds} seconds", line + 2, where)
    words = tail[head.end() :].split()
    try:
        table = np.array(words, np.float64)
    except ValueError as error:
        raise _broken(f"there is something else than numbers in the frames ({error})", line + 3, where) from error
    if not frames or not columns:
        raise _broken("there is not one frame in it", line + 1, where)
    if len(table) < frames * columns:
        have = len(table) // columns
        raise _broken(f"the motion is cut off: {have} of {frames} frames are there", line + 3 + have, where)
    table = table[: frames * columns].reshape(frames, columns)
    if not np.isfinite(table).all():
        first = int(np.argmax(~np.isfinite(table).all(1)))
        raise _broken("a number that is none (nan or infinite)", line + 3 + first, where)
    return seconds, table


def _moved(tree: _Tree, table: Doubles, said: list[str]) -> tuple[Doubles, Floats]:
    """Where the root goes (t, 3) in the file's unit, and the turns (t, j, 4); says what was left out."""
    root = np.tile(np.array(tree.offsets[0]), (len(table), 1))
    turned = np.zeros((len(table), len(tree.names), 4), np.float32)
    column, left_out = 0, []
    for joint, channels in enumerate(tree.channels):
        q = np.tile(np.array([0.0, 0.0, 0.0, 1.0]), (len(table), 1))
        moved = np.tile(np.array(tree.offsets[joint]), (len(table), 1))
        for channel in channels:
            axis, kind = channel[:1].upper(), channel[1:].lower()
            if axis in _AXIS and kind == "position":
                moved[:, _AXIS[axis]] = table[:, column]
            elif axis in _AXIS and kind == "rotation":
                q = _turned(q, _AXIS[axis], np.radians(table[:, column]))
            else:
                left_out.append(f"{channel} of {tree.names[joint]}")
            column += 1
        turned[:, joint] = q
        if joint == 0:
            root = moved
        elif np.ptp(moved, axis=0).max() > 0.02 * np.abs(tree.offsets).max():
            left_out.append(f"the stretching of {tree.names[joint]}")
    if left_out:
        more = f" and {len(left_out) - 3} more" if len(left_out) > 3 else ""
        said.append(f"left out: {', '.join(left_out[:3])}{more}")
    return root, turned


def _turned(q: Doubles, axis: int, angle: Doubles) -> Doubles:
    """q (t, 4), then within it a turn about one axis, in double precision."""
    w, s = np.cos(angle / 2)[:, None], np.sin(angle / 2)[:, None]
    xyz = np.zeros((len(q), 3))
    xyz[:, axis : axis + 1] = s
    ahead = q[:, 3:] * xyz + w * q[:, :3] + np.cross(q[:, :3], xyz)
    return np.concatenate([ahead, q[:, 3:] * w - (q[:, :3] * xyz).sum(-1, keepdims=True)], 1)


def unit_of(skeleton: Skeleton, said: list[str]) -> float:
    """Metres of one unit of the file, told from how tall the body is; adds to `said` what was assumed."""
    tall = height(skeleton)
    for low, high, metres, name in _UNITS:
        if low <= tall <= high:
            if name != "centimetres":
                said.append(f"taken for {name}: the body is {tall:.4g} tall in the file")
            return metres
    said.append(f"the body is {tall:.4g} tall in the file, which is no size of a person: scaled to 1.6 metres")
    return 1.6 / tall if tall > 1e-6 else 0.01


def height(skeleton: Skeleton) -> float:
    """The largest way from the lowest to the highest joint at rest, along whichever axis that is."""
    rest = Motion(skeleton, np.zeros((1, 3), np.float32), np.tile(turns.STILL, (1, len(skeleton.names), 1)))
    return float(np.ptp(_legs_and_back(world(rest)[0][0], skeleton), axis=0).max())


def _legs_and_back(places: Floats, skeleton: Skeleton) -> Floats:
    """The joints without the arms, which may stand out wider than a body is tall."""
    arm = re.compile(r"arm|hand|finger|thumb|wrist|elbow|clavicle|collar|shoulder|shldr|humerus|radius", re.I)
    kept = [joint for joint, name in enumerate(skeleton.names) if not arm.search(name)]
    return places[kept] if len(kept) > 2 else places


def _scaled(skeleton: Skeleton, scale: float) -> Skeleton:
    ends = {name: (x * scale, y * scale, z * scale) for name, (x, y, z) in skeleton.ends.items()}
    return dataclasses.replace(skeleton, offsets=(skeleton.offsets * scale).astype(np.float32), ends=ends)


def _ours(skeleton: Skeleton) -> Skeleton:
    """HOUSE itself where the file has the same joints, so that nothing has to be mapped again."""
    if skeleton.names == HOUSE.names and skeleton.parents == HOUSE.parents and np.allclose(
        skeleton.offsets, HOUSE.offsets, atol=1e-4
    ):  # fmt: skip
        return HOUSE
    return skeleton
